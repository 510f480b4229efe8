"""Retract or amend measurements that are known already, with the reason kept."""

from __future__ import annotations

import csv
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sodalyte.datasets.checking.check import check_measurements
from sodalyte.datasets.checking.columns import COLUMNS
from sodalyte.datasets.joining.merge import typed_ledger

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    import pandas as pd

__all__ = ["Correction", "apply_corrections", "read_corrections"]

HEADER = ("row_id", "action", "column", "value", "reason")
ACTIONS = ("retract", "amend")


@dataclass(frozen=True)
class Correction:
    """One change of one known row.

    Parameters
    ----------
    row_id : str
        As `models show` and the report print it.
    action : {"retract", "amend"}
        Take the row out, or change one cell of it.
    column, value : str
        The cell and what shall stand there; empty for a retraction.
    reason : str
        Why; kept in the history for good.
    row : int
        Row of the file it came from.
    """

    row_id: str
    action: str
    column: str
    value: str
    reason: str
    row: int


def read_corrections(path: str | Path) -> tuple[Correction, ...]:
    """Read a CSV file with the columns row_id, action, column, value, reason.

    Parameters
    ----------
    path : str or Path

    Returns
    -------
    tuple of Correction
        In the order of the file.

    Raises
    ------
    ValueError
        If the header or a row is wrong; shows five rows and the count.
    OSError
        If the file cannot be read.
    """
    text = Path(path).read_text(encoding="utf-8-sig")
    lines = list(csv.reader(text.splitlines()))
    if not lines or tuple(cell.strip() for cell in lines[0]) != HEADER:
        raise ValueError(
            f"Corrections are CSV with the header {','.join(HEADER)}. '{path}' begins "
            f"with {','.join(lines[0]) if lines else 'nothing'!r}. Write that header."
        )
    found, faults = [], []
    for number, cells in enumerate(lines[1:], start=2):
        if not any(cell.strip() for cell in cells):
            continue
        padded = [cell.strip() for cell in cells] + [""] * len(HEADER)
        row_id, action, column, value, reason = padded[: len(HEADER)]
        correction = Correction(row_id, action, column, value, reason, number)
        wrong = _what_is_wrong(correction)
        if wrong:
            faults.append(f"row {number}: {wrong}")
        found.append(correction)
    if faults:
        raise _fault_list(path, faults)
    return tuple(found)


def _what_is_wrong(correction: Correction) -> str:
    if correction.action not in ACTIONS:
        return f"action must be retract or amend, got {correction.action!r}"
    if not correction.reason:
        return "reason must not be empty; the history keeps it"
    if correction.action == "retract" and (correction.column or correction.value):
        return "a retraction takes the whole row; leave column and value empty"
    if correction.action == "amend" and correction.column not in COLUMNS:
        return f"column must be one of the template, got {correction.column!r}"
    if correction.column == "row_id":
        return "a row_id is never amended; retract the row and add it anew"
    return ""


def _fault_list(path: object, faults: Sequence[str]) -> ValueError:
    return ValueError(
        f"Corrections must name known rows and what to change. {len(faults)} in "
        f"'{path}' do not: {'; '.join(faults[:5])}. None was applied; correct the file."
    )


def apply_corrections(
    ledger: pd.DataFrame,
    corrections: Sequence[Correction],
    *,
    bundled_ids: Collection[str] = (),
    origin: str = "corrections",
) -> tuple[pd.DataFrame, tuple[str, ...], list[dict[str, Any]]]:
    """Apply corrections to the ledger of own rows.

    Parameters
    ----------
    ledger : DataFrame
        Own rows; see `sodalyte.datasets.joining.merge`.
    corrections : sequence of Correction
    bundled_ids : collection of str
        Rows of the bundled sets, which can be retracted but not amended.
    origin : str
        Name of the file, for the history.

    Returns
    -------
    ledger : DataFrame
        With rows marked as retracted, and amended rows checked anew.
    retracted_bundled : tuple of str
        Bundled rows to leave out.
    history : list of dict
        One record a correction, with the value before.

    Raises
    ------
    ValueError
        If a row is not known, is retracted already, or breaks the rules of
        `check_measurements` once amended; none is then applied.
    """
    table = ledger.copy()
    faults: list[str] = []
    bundled: list[str] = []
    amended: set[str] = set()
    history: list[dict[str, Any]] = []
    for correction in corrections:
        name = correction.row_id.removeprefix("own-")
        place = table.index[table["row_id"] == name]
        record = {**asdict(correction), "before": "", "origin": origin}
        if not len(place):
            if name not in bundled_ids:
                faults.append(f"row {correction.row}: {name!r} is not known")
            elif correction.action == "amend":
                faults.append(
                    f"row {correction.row}: {name!r} is bundled; retract it and give "
                    "your value in a measurement file"
                )
            bundled.append(name)
        elif table.at[place[0], "status"] == "retracted":
            faults.append(f"row {correction.row}: {name!r} is retracted already")
        elif correction.action == "retract":
            table.loc[place, "status"] = "retracted"
            table.loc[place, "reason"] = correction.reason
        else:
            key = _written_as(correction.column)
            record["before"] = _cell(table.at[place[0], key])
            table = table.astype({key: "object"})
            table.at[place[0], key] = correction.value
            amended.add(name)
        history.append(record)
    if not faults and amended:
        table, faults = _checked_again(table, amended)
    if faults:
        raise _fault_list(origin, faults)
    return typed_ledger(table), tuple(bundled), history


def _written_as(column: str) -> str:
    return "formulation_text" if column == "formulation" else column


def _cell(value: object) -> str:
    import pandas as pd

    if value is None or value is pd.NA or value != value:
        return ""
    return f"{value:.12g}" if isinstance(value, float) else str(value)


def _checked_again(
    table: pd.DataFrame, names: set[str]
) -> tuple[pd.DataFrame, list[str]]:
    """Send amended rows through the check of measurement files once more."""
    rows = table[table["row_id"].isin(sorted(names))]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "amended.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(COLUMNS)
            for _, row in rows.iterrows():
                writer.writerow([_cell(row[_written_as(name)]) for name in COLUMNS])
        result = check_measurements(path)
    if len(result.faults):
        named = list(rows["row_id"])
        return table, [
            f"{named[fault['row'] - 2] if fault['row'] > 1 else ''} "
            f"{fault['column']} {fault['value']!r}: {fault['rule']}; {fault['remedy']}"
            for fault in result.faults.to_dict("records")
        ]
    fresh = result.accepted.set_index("row_id").to_dict("index")
    for name in sorted(names):
        place = table.index[table["row_id"] == name][0]
        for column in (*COLUMNS, "formulation_text", "formulation_assumption"):
            if column == "row_id":
                continue
            table = table.astype({column: "object"})
            table.at[place, column] = fresh[name][column]
    return table, []
