"""Fill in the card of a model."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pandas as pd

import sodalyte

if TYPE_CHECKING:
    from sodalyte.screen.surrogates.snapshot import Snapshot
    from sodalyte.screen.surrogates.training import Predictors

__all__ = ["code_version", "make_card"]

LIMITS = (
    "For ranking sodium electrolytes to test next, beside a chemist; no measurement is "
    "replaced.",
    "Liquids like those it was trained on: predict says `in_domain` for each recipe.",
    "Half-cell Coulombic efficiency; from there to a full cell the cell model carries "
    "the discrepancy as uncertainty.",
    "The oxidative limit is learned from the bundled limits alone; own efficiencies do "
    "not change it.",
)


def code_version() -> dict[str, Any]:
    """Name the code, the tables and the libraries that make a model."""
    from sodalyte.models.storage import versions
    from sodalyte.screen.surrogates.training import fingerprint

    return {
        "version": sodalyte.__version__,
        "fingerprint": fingerprint(),
        "libraries": versions(),
    }


def make_card(
    snapshot: Snapshot,
    predictors: Predictors,
    *,
    parent: str | None,
    seed: int,
    evaluation: dict[str, Any],
    promotion: dict[str, Any],
    notes: list[str],
    forward: dict[str, Any] | None = None,
    drift: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Write down what a person should know before using a model.

    Parameters
    ----------
    snapshot : Snapshot
        What it was made from.
    predictors : Predictors
        The model.
    parent : str or None
        Version it was compared with.
    seed : int
    evaluation : dict
        ``Evaluation.to_dict()``, empty for a first model.
    promotion : dict
        promoted, forced, why.
    notes : list of str
        About the data: files, rows refused or known already, sets left out.
    forward, drift : dict, optional
        Of the rows that came.

    Returns
    -------
    dict
        Plain values; `Registry.add` completes version and hashes.
    """
    from sodalyte.models.cards import efficiency_card, limit_card

    frame = predictors.frame
    efficiency = efficiency_card(
        predictors.coulombic_efficiency, frame, predictors.excluded
    )
    limit = limit_card(
        predictors.oxidative_limit, predictors.limits, pd.DataFrame({"reason": []})
    )
    own = int((frame["set_name"] == "own").sum())
    failed = int((frame["outcome"] != "ran").sum())
    ledger = snapshot.ledger
    return {
        "summary": (
            "Predicts the Coulombic efficiency of sodium plating and the oxidative "
            f"limit of a liquid electrolyte, from {len(frame)} efficiencies "
            f"({failed} of cells that failed or would not run)."
        ),
        "name": "coulombic_efficiency + oxidative_limit",
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "parent": parent,
        "seed": seed,
        "settings": snapshot.settings or {"hyper-parameters": "as shipped"},
        "code": code_version(),
        "data": {
            "rows": len(frame),
            "own_rows": own,
            "works": int(frame["work"].nunique()),
            "failed_rows": failed,
            "left_out": list(snapshot.left_out),
            "retracted": [
                *snapshot.retracted,
                *snapshot.ledger.loc[
                    snapshot.ledger["status"] == "retracted", "row_id"
                ],
            ],
            "origins": sorted(set(ledger["origin"])),
            "notes": notes,
        },
        "evaluation": evaluation,
        "forward": forward,
        "drift": drift,
        "promotion": promotion,
        "corrections": list(snapshot.corrections),
        "limits": [*LIMITS, *efficiency["failures_of_the_model"]],
        "surrogates": {
            item["name"]: {key: item[key] for key in item if key != "versions"}
            for item in (efficiency, limit)
        },
    }
