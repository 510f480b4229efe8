"""Join measurement files of several laboratories into one ledger of own rows.

The ledger only grows: a row that is retracted stays in it, marked, and a row that is
amended says so. What enters has passed `check_measurements`; here it is compared with
what is known already.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sodalyte.datasets.checking.check import SAME_MEASUREMENT
from sodalyte.datasets.checking.columns import COLUMNS
from sodalyte.datasets.checking.files import Fault

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["LEDGER_COLUMNS", "MergeResult", "empty_ledger", "merge_measurements"]

LEDGER_COLUMNS = (
    *dict.fromkeys(["row_id", *COLUMNS]),
    "formulation_text",
    "formulation_assumption",
    "iteration",
    "batch",
    "origin",
    "status",
    "reason",
)
"""Columns of the ledger: those of a measurement file, then where the row came from
(``batch`` counts the files, ``origin`` names it) and its ``status``: "" or
"retracted", with the reason."""

VALUES = ("ce_percent", "ce_qualifier", "outcome", "n_cycles")
"""What was found; two rows that agree in these and in all else are one row."""

PROTOCOL = (
    "collector",
    "current_density_mA_per_cm2",
    "areal_capacity_mAh_per_cm2",
    "temperature_C",
)
"""Conditions that a quotation of a bundled row must agree in where both state them."""


@dataclass(frozen=True, eq=False)
class MergeResult:
    """What became of the rows of one file.

    Parameters
    ----------
    ledger : DataFrame
        All own rows, the new ones last; columns `LEDGER_COLUMNS`.
    added : tuple of str
        ``row_id`` of the rows that are new.
    skipped : DataFrame with columns row, same_as, reason
        Rows that are known already.
    faults : DataFrame with columns row, column, value, rule, remedy
        Rows that contradict a known one; none of them is in the ledger.
    """

    ledger: pd.DataFrame
    added: tuple[str, ...]
    skipped: pd.DataFrame
    faults: pd.DataFrame


def empty_ledger() -> pd.DataFrame:
    """Return a ledger without rows."""
    import pandas as pd

    return typed_ledger(pd.DataFrame(columns=list(LEDGER_COLUMNS)))


def typed_ledger(frame: pd.DataFrame) -> pd.DataFrame:
    """Give the columns of a ledger their types, as after reading it from JSON."""
    frame = frame.reindex(columns=list(LEDGER_COLUMNS)).copy()
    for name in LEDGER_COLUMNS:
        kind = COLUMNS[name].kind if name in COLUMNS else "text"
        if kind == "number":
            frame[name] = frame[name].astype("float64")
        elif kind == "count" or name in ("iteration", "batch"):
            frame[name] = frame[name].astype("Int64")
        else:
            frame[name] = frame[name].astype("object").fillna("").astype("str")
    return frame


def merge_measurements(
    ledger: pd.DataFrame,
    accepted: pd.DataFrame,
    *,
    origin: str,
    bundled: pd.DataFrame | None = None,
) -> MergeResult:
    """Add the rows of a checked file to the ledger.

    Parameters
    ----------
    ledger : DataFrame
        Own rows so far; see `empty_ledger`.
    accepted : DataFrame
        ``check_measurements(path).accepted``.
    origin : str
        Name of the file, kept with each row.
    bundled : DataFrame, optional
        Bundled training rows that a new row may quote.

    Returns
    -------
    MergeResult

    Notes
    -----
    A row is known if a row of the ledger (or of the bundled sets, for the same work)
    says the same of the same measurement. It contradicts if it has the ``row_id`` of
    a row that says something else, or if work, formulation, conditions and
    ``replicate`` are those of another row, the two do not both have a ``row_id`` to
    tell them apart, and the values differ. Nobody but the laboratory knows which of
    the two is right, so where both stand in the new file neither enters. To change a
    known row, amend it; to add a cell, number it in ``replicate``.

    A row without a ``row_id`` is named by a hash of its content. An own column
    ``iteration`` (whole numbers) is kept; it makes the rounds of one campaign groups
    of their own, as ``batch`` does for the files of one laboratory.
    """
    import pandas as pd

    batch = int(ledger["batch"].max()) + 1 if len(ledger) else 1
    rows = [
        _ledger_row(record, batch, origin) for record in accepted.to_dict("records")
    ]
    index = _Index()
    for known in ledger[ledger["status"] == ""].to_dict("records"):
        index.add(known)
    quotable = [] if bundled is None else bundled.to_dict("records")
    added: list[dict[Any, Any]] = []
    skipped: list[tuple[int, str, str]] = []
    faults: list[Fault] = []
    struck: set[str] = set()
    for row in rows:
        place = int(row["row"])
        twin = index.twin(row)
        if twin is None:
            twin = _quoted(row, quotable)
        if twin is None:
            row["row_id"] = row["row_id"] or _content_name(row)
            index.add(row)
            added.append(row)
        elif _says_the_same(row, twin):
            why = "the same measurement with the same values is known"
            skipped.append((place, str(twin["row_id"]), why))
        else:
            faults.append(_contradiction(place, row, twin))
            if twin.get("origin") == origin and "row" in twin:
                struck.add(twin["row_id"])
                faults.append(_contradiction(int(twin["row"]), twin, row))
    added = [row for row in added if row["row_id"] not in struck]
    new = typed_ledger(pd.DataFrame(added, columns=[*LEDGER_COLUMNS]))
    joined = pd.concat([ledger, new], ignore_index=True) if len(ledger) else new
    return MergeResult(
        typed_ledger(joined),
        tuple(str(row["row_id"]) for row in added),
        pd.DataFrame(skipped, columns=["row", "same_as", "reason"]),
        _fault_frame(faults),
    )


class _Index:
    """Rows by their name and by what they measured."""

    def __init__(self) -> None:
        self._named: dict[str, dict[Any, Any]] = {}
        self._measured: dict[tuple[Any, ...], list[dict[Any, Any]]] = {}

    def add(self, row: dict[Any, Any]) -> None:
        self._named[str(row["row_id"])] = row
        self._measured.setdefault(_measurement(row), []).append(row)

    def twin(self, row: dict[Any, Any]) -> dict[Any, Any] | None:
        """Find the known row that a row repeats or contradicts."""
        name = str(row["row_id"])
        if name and name in self._named:
            return self._named[name]
        alike = self._measured.get(_measurement(row), [])
        same = [known for known in alike if _says_the_same(row, known)]
        if same:
            return None if name and not _is_hash(same[0]["row_id"]) else same[0]
        unnamed = [known for known in alike if not name or _is_hash(known["row_id"])]
        return unnamed[0] if unnamed else None


def _measurement(row: dict[Any, Any]) -> tuple[Any, ...]:
    key = [row["work"], *(row[name] for name in SAME_MEASUREMENT), row["replicate"]]
    return tuple("" if _is_empty(value) else value for value in key)


def _says_the_same(row: dict[Any, Any], known: dict[Any, Any]) -> bool:
    for name in VALUES:
        one, other = row.get(name), known.get(name)
        if _is_empty(one) and _is_empty(other):
            continue
        if name == "n_cycles" and (_is_empty(one) or _is_empty(other)):
            continue
        if _is_empty(one) or _is_empty(other):
            return False
        if name == "ce_percent":
            if not math.isclose(float(one or 0), float(other or 0), abs_tol=1e-9):
                return False
        elif one != other:
            return False
    return True


def _quoted(
    row: dict[Any, Any], bundled: list[dict[Any, Any]]
) -> dict[Any, Any] | None:
    """Find the bundled row of the same work that a row quotes."""
    if not _is_empty(row["replicate"]):
        return None
    for known in bundled:
        same_liquid = (known["work"], known["formulation"]) == (
            row["work"],
            row["formulation"],
        )
        if same_liquid and all(
            row[name] == known[name] or _is_empty(row[name]) or _is_empty(known[name])
            for name in PROTOCOL
        ):
            return known
    return None


def _contradiction(place: int, row: dict[Any, Any], twin: dict[Any, Any]) -> Fault:
    is_there = "row" in twin and twin.get("origin") == row.get("origin")
    where = f"row {twin['row']}" if is_there else f"the known row {twin['row_id']}"
    return Fault(
        place,
        "ce_percent",
        _told(row),
        f"one measurement has one value; {where} says {_told(twin)} of the same cell",
        "number repeated cells in a column replicate or row_id; to change a known "
        "row use --corrections",
    )


def _told(row: dict[Any, Any]) -> str:
    value = row.get("ce_percent")
    if _is_empty(value):
        return str(row.get("outcome") or "no value")
    sign = row.get("ce_qualifier") or "="
    return f"{'' if sign == '=' else sign}{float(value or 0):g}"


def _ledger_row(record: dict[Any, Any], batch: int, origin: str) -> dict[Any, Any]:
    row = {name: record.get(name) for name in LEDGER_COLUMNS}
    stated = str(record.get("iteration") or "").strip()
    return {
        **row,
        "row": record["row"],
        "row_id": str(record.get("row_id") or ""),
        "iteration": int(stated) if stated.isdigit() else None,
        "batch": batch,
        "origin": origin,
        "status": "",
        "reason": "",
    }


def _content_name(row: dict[Any, Any]) -> str:
    told = [*_measurement(row), *(row[name] for name in VALUES)]
    text = repr(["" if _is_empty(value) else str(value) for value in told])
    return "m-" + hashlib.sha256(text.encode("utf-8")).hexdigest()[:10]


def _is_hash(name: object) -> bool:
    return str(name).startswith("m-") and len(str(name)) == 12


def _is_empty(value: object) -> bool:
    import pandas as pd

    return value is None or value is pd.NA or value == "" or value != value


def _fault_frame(faults: list[Fault]) -> pd.DataFrame:
    import pandas as pd

    unique = sorted({fault.row: fault for fault in faults}.values(), key=_row_of)
    return pd.DataFrame(
        [(f.row, f.column, f.value, f.rule, f.remedy) for f in unique],
        columns=["row", "column", "value", "rule", "remedy"],
    )


def _row_of(fault: Fault) -> int:
    return fault.row
