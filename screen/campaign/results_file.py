"""Reading of a file of results: a table whose columns are the options of `tell`."""

from pathlib import Path
from typing import Any

from sodalyte.datasets.checking.files import read_raw

__all__ = ["read_results"]

NUMBERS = (
    "ce_percent",
    "current_density_mA_per_cm2",
    "areal_capacity_mAh_per_cm2",
    "temperature_C",
    "n_cycles",
)
AS_OPTIONS = {"ce": "ce_percent", "qualifier": "ce_qualifier"}
"""Columns may be named as the options of the command are."""

SHOWN = 5


def read_results(path: str | Path) -> list[dict[str, Any]]:
    """Read the rows of a CSV or XLSX file for `Campaign.tell`.

    Parameters
    ----------
    path : path
        As a spreadsheet writes it; see `datasets.checking.files` for its bounds. An
        empty cell says nothing.

    Returns
    -------
    list of dict
        One a row; numbers as float, all else as text.

    Raises
    ------
    ValueError
        If it is no such table or a number is none; shows five faults and their count.
    """
    table = read_raw(path)
    faults = [
        f"row {fault.row}: {fault.value!r:.60}, {fault.rule}; {fault.remedy}"
        for fault in table.faults
    ]
    columns = [AS_OPTIONS.get(name.strip(), name.strip()) for name in table.header]
    faults += [
        f"row 1: the column {name!r:.40} stands there twice"
        for name in sorted({name for name in columns if columns.count(name) > 1})
        if name
    ]
    rows: list[dict[str, Any]] = []
    for number, cells in table.rows:
        row: dict[str, Any] = {}
        for column, cell in zip(columns, cells, strict=True):
            text = cell.strip()
            if not text:
                continue
            if not column:
                faults.append(f"row {number}: {text!r:.40} stands in a nameless column")
                continue
            try:
                row[column] = float(text) if column in NUMBERS else text
            except ValueError:
                faults.append(f"row {number}: {column} is {text!r:.40}, not a number")
        rows.append(row)
    if faults:
        raise ValueError(
            "A results file is a table with a row for each result and columns such as "
            f"experiment, outcome, ce_percent, ce_qualifier. '{path}' has "
            f"{len(faults)} faults: {' | '.join(faults[:SHOWN])}. Nothing was told; "
            "correct it and tell all again."
        )
    return rows
