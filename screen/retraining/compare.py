"""Compare two versions of a registry as a retraining compares its two models."""

from __future__ import annotations

from typing import Any

import pandas as pd

from sodalyte.screen.retraining.evaluation import Contender, evaluate
from sodalyte.screen.retraining.moves import moved_predictions
from sodalyte.screen.surrogates.registry import Registry
from sodalyte.screen.surrogates.snapshot import Snapshot, changed_rows

__all__ = ["compare_versions"]


def compare_versions(
    registry: Registry, first: str, second: str, *, seed: int = 0
) -> dict[str, Any]:
    """Score two versions on the same held-out groups of the second one's rows.

    Parameters
    ----------
    registry : Registry
    first, second : str
        Versions.
    seed : int
        Of folds and bootstrap.

    Returns
    -------
    dict
        ``first``, ``second``, ``changes`` (row ids), ``evaluation`` (as in a
        retraining: champion is the first, challenger the second) and ``moved``.

    Raises
    ------
    ValueError
        If a version is not there, is the same, or was changed.
    """
    from sodalyte.screen.surrogates.training import feature_table

    if first == second:
        raise ValueError(
            f"A comparison needs two versions. Got {first} twice. "
            "See 'sodalyte models list'."
        )
    snapshots = [
        Snapshot.from_dict(registry.snapshot(name)) for name in (first, second)
    ]
    rows = [snapshot.training_rows()[0] for snapshot in snapshots]
    names = ("added", "removed", "amended")
    changes = dict(zip(names, changed_rows(rows[0], rows[1]), strict=True))
    models = [
        snapshot.predictors(name)
        if registry.mismatch(name)
        else registry.load(name).predictors
        for name, snapshot in zip((first, second), snapshots, strict=True)
    ]
    X, frame = feature_table(pd.concat(rows, ignore_index=True))
    n = len(rows[0])
    parts = [
        (X[:n], frame[:n]),
        (X[n:].reset_index(drop=True), frame[n:].reset_index(drop=True)),
    ]
    sides = [
        Contender(
            part[0], part[1], snapshot.settings, model.coulombic_efficiency.calibration_
        )
        for part, snapshot, model in zip(parts, snapshots, models, strict=True)
    ]
    evaluation = evaluate(sides[0], sides[1], random_state=seed)
    return {
        "first": first,
        "second": second,
        "changes": changes,
        "evaluation": evaluation.to_dict(),
        "moved": moved_predictions(models[0], models[1], changes),
    }
