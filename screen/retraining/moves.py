"""What a new model changes: predictions that moved, old proposals that rank anew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sodalyte.datasets.files.json_file import read_json

if TYPE_CHECKING:
    from sodalyte.screen.surrogates.training import Predictors

__all__ = ["moved_predictions", "read_proposals", "reranked"]

NEIGHBOURS = 3


def moved_predictions(
    old: Predictors,
    new: Predictors,
    changes: Mapping[str, Sequence[str]],
    *,
    n: int = 10,
) -> list[dict[str, Any]]:
    """Find the measured recipes whose prediction moved most, and say why.

    Parameters
    ----------
    old, new : Predictors
    changes : mapping
        ``added``, ``amended`` and ``removed``: ``row_id`` of the training rows that
        differ.
    n : int
        Moves to return.

    Returns
    -------
    list of dict
        formulation, before and after (``ce_percent`` median, low, high and
        ``runs_probability``), ``moved_nines`` (expected nines, a failed cell counted
        as 0) and ``why``. At the reference protocol; the largest move first.
    """
    from sodalyte.datasets.formulations.formulation import Formulation
    from sodalyte.screen.judging.conditions import Conditions
    from sodalyte.screen.surrogates.training import feature_matrix

    texts = list(dict.fromkeys([*new.frame["formulation"], *old.frame["formulation"]]))
    X = feature_matrix(
        [Formulation.from_text(text) for text in texts], Conditions().frame(len(texts))
    )
    before = old.coulombic_efficiency.distribution(X).expected_nines
    after = new.coulombic_efficiency.distribution(X).expected_nines
    order = np.argsort(-np.abs(after - before), kind="stable")[:n]
    shown = X.iloc[order]
    tables = [
        model.coulombic_efficiency.predict_frame(shown).reset_index(drop=True)
        for model in (old, new)
    ]
    fresh = {*changes["added"], *changes["amended"]}
    reasons = _reasons(old, new, shown, fresh, set(changes["removed"]))
    return [
        {
            "formulation": texts[i],
            "before": _told(tables[0], place),
            "after": _told(tables[1], place),
            "moved_nines": float(after[i] - before[i]),
            "why": reasons[place],
        }
        for place, i in enumerate(order)
    ]


def _told(table: pd.DataFrame, i: int) -> dict[str, Any]:
    line = table.iloc[i]
    return {
        "ce_percent": {
            bound: float(line[f"ce_percent_{bound}"])
            for bound in ("median", "low", "high")
        },
        "runs_probability": float(line["runs_probability"]),
    }


def _reasons(
    old: Predictors,
    new: Predictors,
    X: pd.DataFrame,
    fresh: set[str],
    removed: set[str],
) -> list[str]:
    """Name the changed measurements next to each recipe."""
    sides = ((new, fresh, "new or amended"), (old, removed, "taken out"))
    parts: list[list[str]] = [[] for _ in range(len(X))]
    for model, names, word in sides:
        rows = model.frame["row_id"].isin(sorted(names)).to_numpy()
        if not rows.any():
            continue
        n = len(model.frame)
        nearest, distances = model.coulombic_efficiency.nearest(X, n=n)
        for i in range(len(X)):
            changed = rows[nearest[i]]
            close = nearest[i][changed][:NEIGHBOURS]
            told = [
                f"{_value(model.frame.iloc[int(row)])} "
                f"({model.frame['formulation'].iloc[int(row)]}, distance {far:.2f})"
                for row, far in zip(close, distances[i][changed], strict=False)
            ]
            rank = int(np.argmax(changed)) + 1
            parts[i].append(
                f"nearest {word}: {'; '.join(told)}; the closest is neighbour "
                f"{rank} of {n}"
            )
    return [". ".join(part) or "the code or the settings changed" for part in parts]


def _value(row: pd.Series) -> str:
    if pd.isna(row["ce_percent"]):
        return str(row["outcome"]).replace("_", " ")
    sign = "" if row["ce_qualifier"] in ("=", "") else row["ce_qualifier"]
    return f"{sign}{row['ce_percent']:g} %"


def read_proposals(path: Path) -> dict[str, Any]:
    """Read the document of an earlier ``propose``.

    Parameters
    ----------
    path : Path
        ``proposals.json``, or the folder it lies in.

    Returns
    -------
    dict

    Raises
    ------
    ValueError
        If it is no such document.
    OSError
        If it cannot be read.
    """
    from sodalyte.screen.judging.conditions import Conditions

    if path.is_dir():
        path = path / "proposals.json"
    remedy = "Give the folder that --out of 'propose' named."
    document = read_json(path, "The list of old proposals", remedy)
    entries = document.get("proposals")
    is_ours = isinstance(entries, list) and all(
        isinstance(entry, dict) and isinstance(entry.get("formulation"), str)
        for entry in entries
    )
    if not is_ours:
        raise ValueError(
            "Old proposals are the proposals.json of a 'propose' run: a list "
            f"'proposals', each with its formulation. '{path}' is not. {remedy}"
        )
    if not entries:
        raise ValueError(f"'{path}' holds no proposal. Give another run of 'propose'.")
    try:
        Conditions(**document.get("conditions", {}))
    except (AttributeError, TypeError):
        raise ValueError(
            "Old proposals say at which conditions they were predicted. Those of "
            f"'{path}' are others than this version knows. {remedy}"
        ) from None
    return document


def reranked(
    document: dict[str, Any], old: Predictors, new: Predictors
) -> list[dict[str, Any]]:
    """Rank old proposals with both models.

    Parameters
    ----------
    document : dict
        From `read_proposals`; judged under its own conditions, for a laboratory not
        seen before, in the bundled cell and for the bundled targets.
    old, new : Predictors

    Returns
    -------
    list of dict
        id, formulation, score_before, score_after, rank_before, rank_after; in the
        new order.
    """
    from sodalyte.datasets.formulations.array import FormulationArray
    from sodalyte.datasets.formulations.formulation import Formulation
    from sodalyte.screen.judging.conditions import ANY_LABORATORY, Conditions
    from sodalyte.screen.judging.judge import make_judge

    entries = document["proposals"]
    array = FormulationArray.from_list(
        [Formulation.from_text(entry["formulation"]) for entry in entries]
    )
    conditions = Conditions(**document.get("conditions", {}))
    # one that only the new model knows would compare two different questions
    conditions = replace(conditions, laboratory=ANY_LABORATORY)
    scores = []
    for predictors in (old, new):
        judge = make_judge(predictors, conditions)
        X = judge.features(array)
        scores.append(judge.score(X, judge.predictions(array, X))[0])
    before, after = (_ranks(values) for values in scores)
    order = np.argsort(after, kind="stable")
    return [
        {
            "id": entries[i].get("id", str(i + 1)),
            "formulation": entries[i]["formulation"],
            "score_before": float(scores[0][i]),
            "score_after": float(scores[1][i]),
            "rank_before": int(before[i]),
            "rank_after": int(after[i]),
        }
        for i in order
    ]


def _ranks(scores: np.ndarray) -> np.ndarray:
    ranks = np.empty(len(scores), dtype=int)
    ranks[np.argsort(-scores, kind="stable")] = np.arange(1, len(scores) + 1)
    return ranks
