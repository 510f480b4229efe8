"""Say how new measurements differ from those a model was made from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from sodalyte.screen.surrogates.training import Predictors

__all__ = ["drift_report"]

WORDS = {
    "collector": "collector",
    "collector_coating": "collector coating",
    "method": "method",
    "work": "work",
}
RANGES = {
    "current_density_mA_per_cm2": "mA/cm2",
    "areal_capacity_mAh_per_cm2": "mAh/cm2",
    "temperature_C": "degC",
    "ce_percent": "%",
}


def drift_report(
    champion: Predictors, X: pd.DataFrame, frame: pd.DataFrame
) -> dict[str, Any]:
    """Compare new rows with the training rows of the champion.

    Parameters
    ----------
    champion : Predictors
        Made before the rows came.
    X, frame : DataFrame
        Features and measurements of the new rows.

    Returns
    -------
    dict
        ``findings`` (list of kind, what, rows: the ``row_id`` it holds for),
        ``out_of_domain`` (row_id, formulation, distance and the reach of the model),
        ``shift`` (median nines of cells that ran, before and now).
    """
    known = champion.frame
    findings = [
        *_new_components(known, frame),
        *_new_words(known, frame),
        *_new_ranges(known, frame),
    ]
    inside = champion.coulombic_efficiency.predict_frame(X)
    out = ~inside["in_domain"].to_numpy()
    reach = champion.coulombic_efficiency.domain_.reach_
    return {
        "findings": findings,
        "out_of_domain": [
            {
                "row_id": row["row_id"],
                "formulation": row["formulation"],
                "distance": float(distance),
                "reach": float(reach),
            }
            for (_, row), distance in zip(
                frame[out].iterrows(),
                inside["domain_distance"].to_numpy()[out],
                strict=True,
            )
        ],
        "shift": {
            "champion_median_nines": _median_nines(known),
            "new_median_nines": _median_nines(frame),
            "champion_share_failed": float((known["outcome"] != "ran").mean()),
            "new_share_failed": float((frame["outcome"] != "ran").mean()),
        },
    }


def _finding(kind: str, what: str, rows: pd.Series | list[str]) -> dict[str, Any]:
    return {"kind": kind, "what": what, "rows": [str(name) for name in rows]}


def _names(formulation: str) -> set[tuple[str, str]]:
    from sodalyte.datasets.formulations.formulation import Formulation

    read = Formulation.from_text(formulation)
    return {(component.role, component.name) for component in read.components}


def _new_components(known: pd.DataFrame, frame: pd.DataFrame) -> list[dict[str, Any]]:
    seen: set[tuple[str, str]] = set()
    for text in dict.fromkeys(known["formulation"]):
        seen |= _names(text)
    names = {name for _, name in seen}
    rows: dict[tuple[str, str], list[str]] = {}
    for text, row_id in zip(frame["formulation"], frame["row_id"], strict=True):
        for item in _names(text) - seen:
            rows.setdefault(item, []).append(row_id)
    return [
        _finding(
            "new role" if name in names else "new component", f"{name} as {role}", found
        )
        for (role, name), found in sorted(rows.items())
    ]


def _new_words(known: pd.DataFrame, frame: pd.DataFrame) -> list[dict[str, Any]]:
    found = []
    for column, title in WORDS.items():
        for value in dict.fromkeys(frame[column]):
            if value and value not in set(known[column]):
                rows = frame.loc[frame[column] == value, "row_id"]
                found.append(_finding(f"new {title}", str(value), rows))
    return found


def _new_ranges(known: pd.DataFrame, frame: pd.DataFrame) -> list[dict[str, Any]]:
    found = []
    for column, unit in RANGES.items():
        before = known[column].dropna()
        if before.empty:
            rows = frame.loc[frame[column].notna(), "row_id"]
            if len(rows):
                what = f"{column}: no value was known before"
                found.append(_finding("new range", what, rows))
            continue
        low, high = float(before.min()), float(before.max())
        out = frame[(frame[column] < low) | (frame[column] > high)]
        if len(out):
            values = ", ".join(f"{value:g}" for value in sorted(set(out[column]))[:5])
            what = f"{column} {values} {unit}; before {low:g} to {high:g}"
            found.append(_finding("new range", what, out["row_id"]))
    return found


def _median_nines(frame: pd.DataFrame) -> float | None:
    from sodalyte.models.nines import nines_from_percent

    ran = frame[(frame["outcome"] == "ran") & frame["ce_percent"].notna()]
    if ran.empty:
        return None
    return float(np.median(nines_from_percent(ran["ce_percent"].to_numpy(dtype=float))))
