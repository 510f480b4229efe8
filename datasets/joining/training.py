"""Join every sodium efficiency into one table for training; count what stays out."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from sodalyte.datasets.loading.efficiencies import (
    CE_COLUMNS,
    load_anode_free_cells,
    load_ether_campaign,
    load_lithium_ce,
    load_plating_ce,
    load_plating_ce_literature,
    load_plating_ce_texts,
)
from sodalyte.datasets.loading.reading import read_formulation

if TYPE_CHECKING:
    from collections.abc import Hashable

    import pandas as pd

__all__ = ["CE_LOADERS", "training_frame"]

CE_LOADERS = (
    load_ether_campaign,
    load_plating_ce,
    load_plating_ce_literature,
    load_plating_ce_texts,
    load_anode_free_cells,
    load_lithium_ce,
)
"""Every bundled set that holds a Coulombic efficiency, in the order of trust in
which one of two quotations of the same measurement is chosen."""

CONDITIONS = (
    "collector",
    "current_density_mA_per_cm2",
    "areal_capacity_mAh_per_cm2",
    "temperature_C",
    "method",
)
"""Two quotations of one work are one measurement if these agree where both speak."""


def training_frame(
    own: pd.DataFrame | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return all sodium efficiencies usable for training, and the rows left out.

    Parameters
    ----------
    own : DataFrame or None
        Own measurements, as ``check_measurements(path).accepted`` gives them:
        ``formulation``, ``ce_percent`` or an ``outcome`` of "would_not_run",
        and whichever of the other columns are known.

    Returns
    -------
    frame : DataFrame
        The columns ``CE_COLUMNS``, then ``formulation_assumption``. Conditions
        that a source does not print are NaN (numbers) or ``""`` (text).
    excluded : DataFrame with columns row_id, set_name, reason, duplicate_of
        One row for each row of a source that is not in `frame`, so that
        ``len(frame) + len(excluded)`` is the number of rows of all sources.

    Raises
    ------
    ValueError
        If `own` lacks a column or breaks the schema of the measurements.

    Notes
    -----
    A row enters if its metal is sodium, its source marks it usable (a half-cell
    efficiency of a liquid without a modifier, or a cell that would not run) and
    its composition can be read.

    One work is often quoted by several reviews. Two rows are quotations of one
    measurement if work and formulation are the same and collector, current
    density, areal capacity, temperature and method agree wherever both state them. Of
    such rows the one that states most conditions is kept; then an exact value
    before a bound; then the first in the order of ``CE_LOADERS`` and of the
    table. The others are listed with the row they duplicate. Own measurements
    are never merged: equal ones are replicates.
    """
    import pandas as pd

    columns = [*CE_COLUMNS, "formulation_assumption"]
    bundled, excluded = _bundled()
    kept = bundled[columns].copy()
    left_out = excluded.copy()
    if own is not None and len(own):
        from sodalyte.datasets.checking.schema import validate_efficiencies

        frame = validate_efficiencies(own_rows(own))
        reasons = frame.apply(_reason, axis=1)
        kept = pd.concat([kept, frame.loc[reasons == "", columns]], ignore_index=True)
        left_out = pd.concat(
            [left_out, _exclusions(frame[reasons != ""], reasons[reasons != ""])],
            ignore_index=True,
        )
    return kept, left_out


@functools.cache
def _bundled() -> tuple[pd.DataFrame, pd.DataFrame]:
    import pandas as pd

    everything = pd.concat([loader().frame for loader in CE_LOADERS], ignore_index=True)
    reasons = everything.apply(_reason, axis=1)
    usable = everything[reasons == ""]
    duplicate_of = _duplicates(usable)
    unique = usable[~usable["row_id"].isin(list(duplicate_of))]
    repeated = usable[usable["row_id"].isin(list(duplicate_of))]
    originals = repeated["row_id"].map(duplicate_of)
    excluded = pd.concat(
        [
            _exclusions(everything[reasons != ""], reasons[reasons != ""]),
            _exclusions(
                repeated,
                "quotes the same measurement of the same work as row " + originals,
                originals,
            ),
        ],
        ignore_index=True,
    )
    return unique.reset_index(drop=True), excluded


def _exclusions(
    rows: pd.DataFrame, reasons: pd.Series, duplicate_of: pd.Series | None = None
) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(
        {
            "row_id": rows["row_id"],
            "set_name": rows["set_name"],
            "reason": reasons,
            "duplicate_of": "" if duplicate_of is None else duplicate_of,
        }
    ).astype("str")


def _reason(row: pd.Series) -> str:
    """Return why a row cannot train a sodium model, ``""`` if it can."""
    import pandas as pd

    if row["metal"] != "Na":
        return f"{row['metal']} metal, not Na"
    if row["unusable_reason"]:
        return str(row["unusable_reason"])
    if row["modifier"]:
        return (
            f"modifier outside the liquid ({row['modifier']}): the base liquid is not "
            "credited"
        )
    if not row["formulation"]:
        return f"composition not readable: {row['formulation_refusal']}"
    if row["outcome"] != "would_not_run" and pd.isna(row["ce_percent"]):
        return "no CE and no statement that the cell would not run"
    return ""


def _duplicates(frame: pd.DataFrame) -> dict[str, str]:
    """Map each row that repeats a measurement to the row that is kept."""
    duplicate_of: dict[str, str] = {}
    for _, rows in frame.groupby(["work", "formulation"], sort=False):
        records = rows.to_dict("records")
        order = sorted(
            range(len(records)),
            key=lambda i: (
                -_n_stated(records[i]),
                records[i]["ce_qualifier"] != "=",
                i,
            ),
        )
        kept: list[int] = []
        for index in order:
            same = [k for k in kept if _agree(records[k], records[index])]
            if same:
                duplicate_of[records[index]["row_id"]] = records[same[0]]["row_id"]
            else:
                kept.append(index)
    return duplicate_of


def _is_stated(value: object) -> bool:
    return value not in ("", None) and value == value  # NaN differs from itself


def _n_stated(record: dict[Hashable, object]) -> int:
    return sum(_is_stated(record[name]) for name in CONDITIONS)


def _agree(one: dict[Hashable, object], other: dict[Hashable, object]) -> bool:
    return all(
        one[name] == other[name]
        for name in CONDITIONS
        if _is_stated(one[name]) and _is_stated(other[name])
    )


def own_rows(own: pd.DataFrame) -> pd.DataFrame:
    """Bring own measurements into the columns of the bundled sets.

    Parameters
    ----------
    own : DataFrame
        At least ``formulation`` and ``ce_percent``.

    Returns
    -------
    DataFrame
        One row each, named ``own-<row_id>``, or ``own-1``, ``own-2``, ... where
        ``row_id`` does not name every row once.

    Raises
    ------
    ValueError
        If ``formulation`` or ``ce_percent`` is missing.
    """
    import pandas as pd

    missing = [name for name in ("formulation", "ce_percent") if name not in own]
    if missing:
        raise ValueError(
            f"Own measurements need the columns formulation and ce_percent; "
            f"{', '.join(missing)} is missing from {list(own.columns)[:8]}. "
            "Read the file with check_measurements(path).accepted."
        )
    frame = _with_defaults(own.reset_index(drop=True))
    readings = [read_formulation(text) for text in frame["formulation"]]
    frame["set_name"] = "own"
    frame["formulation"] = [reading.canonical for reading in readings]
    frame["formulation_refusal"] = [reading.refusal for reading in readings]
    frame["formulation_assumption"] = [
        _joined(stated, "; ".join(reading.assumptions))
        for stated, reading in zip(
            frame["formulation_assumption"], readings, strict=True
        )
    ]
    frame = frame.assign(
        **{name: _empty(name) for name in CE_COLUMNS if name not in frame}
    )
    for name in ("n_cycles", "iteration"):
        frame[name] = frame[name].astype("Int64")
    named = pd.Series([reading.modifier for reading in readings], index=frame.index)
    frame["modifier"] = frame["modifier"].mask(frame["modifier"] == "", named)
    return frame


def _with_defaults(own: pd.DataFrame) -> pd.DataFrame:
    """Return a copy in which the columns that every set needs are filled."""
    import pandas as pd

    frame = own.copy()
    defaults: dict[str, Any] = {
        "formulation_text": frame["formulation"],
        "metal": "Na",
        "outcome": "ran",
        "work": "own",
        "source": "own measurement",
        "unusable_reason": "",
        "formulation_assumption": "",
    }
    for name, value in defaults.items():
        filled = pd.Series(value, index=frame.index, dtype="object")
        if name in frame:
            stated = frame[name].notna() & (frame[name] != "")
            filled = filled.mask(stated, frame[name].astype("object"))
        frame[name] = filled.astype("str")
    if "ce_qualifier" not in frame:
        frame["ce_qualifier"] = frame["ce_percent"].notna().map({True: "=", False: ""})
    names = frame["row_id"].astype("str") if "row_id" in frame else None
    if names is None or names.duplicated().any() or (names == "").any():
        names = pd.Series([str(i) for i in range(1, len(frame) + 1)])
    frame["row_id"] = "own-" + names
    return frame


def _empty(name: str) -> Any:
    """Return what stands in a column that own measurements do not have."""
    import pandas as pd

    if name in ("n_cycles", "iteration"):
        return pd.NA
    return float("nan") if name.endswith(("_cm2", "_C", "_percent")) else ""


def _joined(stated: str, assumed: str) -> str:
    """Join two notes unless one says what the other does."""
    return stated if assumed in stated else "; ".join(p for p in (stated, assumed) if p)
