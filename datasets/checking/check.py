"""Check a user's measurements; all faults at once, none repaired in silence."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sodalyte.datasets.checking.columns import (
    COLUMNS,
    BoundColumn,
    bind_columns,
    template,
    units_of,
)
from sodalyte.datasets.checking.files import Fault, RawTable, read_raw
from sodalyte.datasets.checking.values import (
    NO_FORMULA,
    Value,
    is_formula,
    read_cell,
    row_faults,
    shown,
)
from sodalyte.datasets.loading.dataset import CONDITIONS

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["CheckResult", "check_measurements", "template"]

MAX_FAULTS = 5_000
"""Faults shown; a last one counts the others."""

WIDE_SCATTER_NINES = 0.5
"""Scatter of replicates above which a note asks for a look: twice that of the
published duplicates of ``lithium_ce`` (0.21 to 0.26 nines)."""

OF_THE_VOLUME_MODEL = ("volumes are additive", "no density of", "the density of")
"""How assumptions begin that say how volumes add, not what the text leaves open."""

SAME_MEASUREMENT = ("formulation", *CONDITIONS)
"""Rows that agree in these are replicates of one measurement."""


@dataclass(frozen=True, eq=False)
class CheckResult:
    """What the check of a measurement file found.

    Parameters
    ----------
    rows : int
        Rows below the header, blank ones not counted.
    accepted : DataFrame
        The rows without a fault, in the units of the house, with the columns of
        the template, ``row`` (in the file), ``formulation`` in canonical form and
        ``formulation_text`` as written; unknown columns follow as text.
    faults : DataFrame with columns row, column, value, rule, remedy
        Every fault; row 1 is the header and row 0 the file as a whole.
    replicates : DataFrame
        One row for each measurement made more than once: how often, mean and
        scatter in nines (n - 1 below the root), and the rows.
    notes : tuple of str
        What was taken from the file itself: separator, encoding, units converted,
        unknown columns.
    """

    rows: int
    accepted: pd.DataFrame
    faults: pd.DataFrame
    replicates: pd.DataFrame
    notes: tuple[str, ...] = ()

    @property
    def is_clean(self) -> bool:
        """Whether there is no fault."""
        return self.faults.empty

    def to_dict(self) -> dict[str, Any]:
        """Return the result with counts for ``--json``; no NaN in it."""
        replicates = self.replicates.to_dict("records")
        return {
            "rows": self.rows,
            "accepted": len(self.accepted),
            "faults": self.faults.to_dict("records"),
            "replicates": [
                {
                    str(key): None
                    if isinstance(value, float) and not math.isfinite(value)
                    else value
                    for key, value in record.items()
                }
                for record in replicates
            ],
            "notes": list(self.notes),
        }


def check_measurements(path: str | Path) -> CheckResult:
    """Check a CSV or XLSX file of measurements.

    Parameters
    ----------
    path : str or Path
        File with the columns of `template`; a unit may be stated otherwise in the
        header (``current_density_A_per_m2``, ``temperature (K)``) or in a column
        (``temperature`` and ``temperature_unit``) and is then converted.

    Returns
    -------
    CheckResult
        A file that cannot be read at all gives a fault of row 0. No file makes
        this function raise.

    Notes
    -----
    Nothing is guessed: a value without a stated unit, a number with a decimal
    comma and a fraction in a column of percents are faults with a remedy. Rows
    that agree in every cell are reported, the later one as a fault, unless a
    column ``replicate`` or ``row_id`` tells them apart; rows that agree in the
    conditions and differ in the value are replicates.
    """
    table = read_raw(path)
    bound, unknown, header_faults = (
        bind_columns(table) if table.header else ({}, [], [])
    )
    faults = [*table.faults, *header_faults]
    n_rows = len(table.rows) + sum(fault.row > 1 for fault in table.faults)
    records: list[dict[str, Any]] = []
    for number, cells in table.rows:
        record, row_complaints = _check_row(number, cells, bound, table, unknown)
        faults.extend(row_complaints)
        if not row_complaints and not header_faults:
            records.append(record)
    records, repeated = _without_repeated(records, bound)
    faults.extend(repeated)
    replicates = _replicates_frame(records)
    notes = (
        *table.notes,
        *_unit_notes(bound),
        *_unknown_notes(unknown),
        *_assumption_notes(records),
        *_scatter_notes(replicates),
        *_comma_notes(faults),
    )
    return CheckResult(
        n_rows,
        _accepted_frame(records, unknown),
        _faults_frame(faults),
        replicates,
        notes,
    )


def _check_row(
    number: int,
    cells: list[str],
    bound: Mapping[str, BoundColumn],
    table: RawTable,
    unknown: list[str],
) -> tuple[dict[str, Any], list[Fault]]:
    """Read one row; return it by contract name, and its faults."""
    values: dict[str, Value] = {}
    faults: list[Fault] = []
    for name, column in bound.items():
        unit = cells[column.unit_position] if column.unit_position is not None else ""
        value, fault = read_cell(cells[column.position], column, number, unit)
        values[name] = value
        if fault:
            faults.append(fault)
    as_written = {name: cells[column.position] for name, column in bound.items()}
    reading, complaints = row_faults(values, number, bound, as_written)
    faults.extend(complaints)
    record: dict[str, Any] = {"row": number, **values}
    if reading:
        record["formulation_text"] = values["formulation"]
        record["formulation"] = reading.canonical
        record["formulation_assumption"] = "; ".join(reading.assumptions)
        record["assumptions"] = reading.assumptions
    record["outcome"] = values.get("outcome") or "ran"
    for name in unknown:
        cell = cells[table.header.index(name)]
        record[name] = cell
        if is_formula(cell):
            faults.append(Fault(number, name, shown(cell), *NO_FORMULA))
    return record, faults


def _without_repeated(
    records: list[dict[str, Any]], bound: Mapping[str, BoundColumn]
) -> tuple[list[dict[str, Any]], list[Fault]]:
    """Leave out rows that repeat an earlier one in every cell or in their name."""
    first: dict[tuple[object, ...], int] = {}
    named: dict[object, int] = {}
    kept: list[dict[str, Any]] = []
    faults: list[Fault] = []
    for record in records:
        key = tuple(record.get(name) for name in COLUMNS)
        name = record.get("row_id")
        if name and name in named and key not in first:
            faults.append(
                Fault(
                    record["row"],
                    bound["row_id"].header,
                    shown(str(name)),
                    f"row_id must name one row; row {named[name]} has it too",
                    "give each row its own name",
                )
            )
            continue
        named[name] = record["row"]
        if key in first:
            faults.append(
                Fault(
                    record["row"],
                    "",
                    f"same as row {first[key]}",
                    "a measurement may stand once; the row repeats an earlier one",
                    "remove it, or number repeated cells in a column replicate",
                )
            )
        else:
            first[key] = record["row"]
            kept.append(record)
    return kept, faults


def _unit_notes(bound: Mapping[str, BoundColumn]) -> list[str]:
    notes = []
    for name, column in bound.items():
        units = units_of(name)
        if column.unit_position is not None:
            notes.append(f"{column.header!r} was converted to {name} row by row")
        elif units and column.unit and column.unit != next(iter(units)):
            notes.append(f"{column.header!r} was converted to {name}")
    return notes


def _unknown_notes(unknown: list[str]) -> list[str]:
    if not unknown:
        return []
    shown = ", ".join(unknown[:5]) + (", ..." if len(unknown) > 5 else "")
    are = "column is" if len(unknown) == 1 else "columns are"
    return [f"{len(unknown)} {are} not known and carried along: {shown}"]


def _assumption_notes(records: list[dict[str, Any]]) -> list[str]:
    """Say what the formulations leave open; the volume model is not of the file."""
    rows: dict[str, list[int]] = defaultdict(list)
    for record in records:
        for assumption in record["assumptions"]:
            if not assumption.startswith(OF_THE_VOLUME_MODEL):
                rows[assumption].append(record["row"])
    return [
        f"{assumption} (row {', '.join(map(str, numbers[:5]))}"
        + (f" and {len(numbers) - 5} more)" if len(numbers) > 5 else ")")
        for assumption, numbers in rows.items()
    ]


def _scatter_notes(replicates: pd.DataFrame) -> list[str]:
    wide = replicates[replicates["nines_std"] > WIDE_SCATTER_NINES]
    return [
        f"rows {row['rows']} repeat one measurement and scatter by "
        f"{row['nines_std']:.2f} nines; published duplicates by about 0.25"
        for row in wide.to_dict("records")
    ]


def _comma_notes(faults: list[Fault]) -> list[str]:
    """Say once what a spreadsheet with decimal commas needs, not cell by cell."""
    columns = dict.fromkeys(f.column for f in faults if f.rule.endswith("has a comma"))
    if not columns:
        return []
    return [
        "decimal commas are not read, for they may be thousands marks: in the columns "
        f"{', '.join(columns)} replace each comma by a point, all at once in the "
        "spreadsheet or editor"
    ]


def _accepted_frame(records: list[dict[str, Any]], unknown: list[str]) -> pd.DataFrame:
    import pandas as pd

    columns = [
        "row",
        *COLUMNS,
        "formulation_text",
        "formulation_assumption",
        *(name for name in unknown if name and name not in COLUMNS),
    ]
    frame = pd.DataFrame(records, columns=list(dict.fromkeys(columns)))
    for name, rule in COLUMNS.items():
        if rule.kind == "number":
            frame[name] = frame[name].astype("float64")
        elif rule.kind == "count":
            frame[name] = frame[name].astype("Int64")
        else:
            frame[name] = frame[name].astype("object").fillna("").astype("str")
    frame["row"] = frame["row"].astype("int64")
    return frame


def _faults_frame(faults: list[Fault]) -> pd.DataFrame:
    import pandas as pd

    faults = sorted(faults, key=lambda fault: fault.row)
    if len(faults) > MAX_FAULTS:
        faults = [
            *faults[:MAX_FAULTS],
            Fault(
                0,
                "",
                f"{len(faults) - MAX_FAULTS} more faults",
                f"the first {MAX_FAULTS} faults are shown",
                "correct these and check again",
            ),
        ]
    frame = pd.DataFrame(
        [(f.row, f.column, f.value, f.rule, f.remedy) for f in faults],
        columns=["row", "column", "value", "rule", "remedy"],
    )
    return frame.astype({"row": "int64"})


def _replicates_frame(records: list[dict[str, Any]]) -> pd.DataFrame:
    """Return how far repeated measurements scatter, in nines."""
    import pandas as pd

    groups: dict[tuple[object, ...], list[dict[str, Any]]] = defaultdict(list)
    for record in records:
        groups[tuple(record.get(name) for name in SAME_MEASUREMENT)].append(record)
    rows = []
    for key, members in groups.items():
        if len(members) < 2:
            continue
        nines = [
            -math.log10(1 - member["ce_percent"] / 100)
            for member in members
            if member.get("ce_qualifier") in ("=", "~")
        ]
        mean = sum(nines) / len(nines) if nines else math.nan
        scatter = (
            math.sqrt(sum((n - mean) ** 2 for n in nines) / (len(nines) - 1))
            if len(nines) > 1
            else math.nan
        )
        rows.append(
            {
                **{
                    name: "" if value is None else value
                    for name, value in zip(SAME_MEASUREMENT, key, strict=True)
                },
                "n_rows": len(members),
                "n_exact": len(nines),
                "nines_mean": mean,
                "nines_std": scatter,
                "n_works": len({member.get("work") for member in members}),
                "rows": ", ".join(str(member["row"]) for member in members),
            }
        )
    columns = [*SAME_MEASUREMENT, "n_rows", "n_exact", "nines_mean", "nines_std"]
    return pd.DataFrame(rows, columns=[*columns, "n_works", "rows"])
