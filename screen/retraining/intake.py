"""Read the files of a retraining: check them, merge them, apply corrections."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sodalyte.screen.surrogates.registry_files import file_hash

if TYPE_CHECKING:
    import pandas as pd

    from sodalyte.datasets.checking.check import CheckResult
    from sodalyte.screen.surrogates.snapshot import Snapshot

__all__ = ["Intake", "take_in"]


@dataclass(frozen=True, eq=False)
class Intake:
    """What the files of one retraining hold.

    Parameters
    ----------
    snapshot : Snapshot
        Measurements and choices with the new rows and corrections.
    files : list of dict
        name, sha256, rows, accepted (after merging), known_already.
    faults : list of dict
        file, row, column, value, rule, remedy; no such row is in the snapshot.
    skipped : list of dict
        file, row, same_as, reason: rows that are known already.
    corrections : list of dict
        The new ones, with the value before.
    notes : list of str
        Of the check.
    """

    snapshot: Snapshot
    files: list[dict[str, Any]]
    faults: list[dict[str, Any]]
    skipped: list[dict[str, Any]]
    corrections: list[dict[str, Any]]
    notes: list[str]


def take_in(
    before: Snapshot, data: Sequence[Path], corrections: Path | None = None
) -> Intake:
    """Read measurement files and corrections against what is known.

    Parameters
    ----------
    before : Snapshot
        Of the champion.
    data : sequence of Path
        Measurement files; each is checked as ``sodalyte check`` does.
    corrections : Path, optional
        See `read_corrections`; applied before the new rows, so that an amended row is
        compared with them in its new form.

    Returns
    -------
    Intake

    Raises
    ------
    ValueError
        If a correction is wrong.
    OSError
        If a file cannot be read.
    """
    from sodalyte.datasets.checking.check import check_measurements
    from sodalyte.datasets.joining.merge import merge_measurements

    bundled = _bundled(before)
    ledger = before.ledger
    retracted = list(before.retracted)
    done: list[dict[str, Any]] = []
    if corrections is not None:
        ledger, gone, done = _corrected(ledger, corrections, bundled)
        retracted += gone
    bundled = bundled[~bundled["row_id"].isin(retracted)]
    files: list[dict[str, Any]] = []
    faults: list[dict[str, Any]] = []
    skipped: list[dict[str, Any]] = []
    notes: list[str] = []
    for path in data:
        if not path.is_file():
            raise ValueError(
                f"Measurements come in files. '{path}' is none. Check the path."
            )
        result = check_measurements(path)
        twice = _named_twice(result)
        sound = result.accepted[~result.accepted["row"].isin([f["row"] for f in twice])]
        merged = merge_measurements(ledger, sound, origin=path.name, bundled=bundled)
        ledger = merged.ledger
        found: list[dict[Any, Any]] = [
            *result.faults.to_dict("records"),
            *merged.faults.to_dict("records"),
            *twice,
        ]
        faults += [{"file": path.name, **fault} for fault in _by_row(found)]
        known = merged.skipped.to_dict("records")
        skipped += [{"file": path.name, **_plain(row)} for row in known]
        notes += [f"{path.name}: {note}" for note in result.notes]
        files.append(
            {
                "name": path.name,
                "sha256": file_hash(path),
                "rows": result.rows,
                "accepted": len(merged.added),
                "known_already": len(known),
            }
        )
    snapshot = before.changed(
        ledger=ledger,
        retracted=tuple(dict.fromkeys(retracted)),
        corrections=(*before.corrections, *done),
    )
    return Intake(snapshot, files, faults, skipped, done, notes)


def _named_twice(result: CheckResult) -> list[dict[str, Any]]:
    """Return a fault for each first row whose name a later row takes too.

    The check faults the later one; which of the two the name belongs to, only the
    laboratory knows, so neither trains.
    """
    later = result.faults[result.faults["rule"].str.startswith("row_id must name one")]
    taken = dict(zip(later["value"], later["row"], strict=True))
    first = result.accepted[result.accepted["row_id"].isin(list(taken))]
    return [
        {
            "row": int(row),
            "column": "row_id",
            "value": name,
            "rule": f"row_id must name one row; row {taken[name]} has it too",
            "remedy": "give each row its own name",
        }
        for row, name in zip(first["row"], first["row_id"], strict=True)
    ]


def _bundled(before: Snapshot) -> pd.DataFrame:
    from sodalyte.datasets.joining.training import training_frame

    frame, _ = training_frame()
    return frame[
        ~frame["set_name"].isin(list(before.left_out))
        & ~frame["row_id"].isin(list(before.retracted))
    ]


def _corrected(
    ledger: pd.DataFrame, path: Path, bundled: pd.DataFrame
) -> tuple[pd.DataFrame, tuple[str, ...], list[dict[str, Any]]]:
    from sodalyte.datasets.joining.corrections import (
        apply_corrections,
        read_corrections,
    )

    return apply_corrections(
        ledger,
        read_corrections(path),
        bundled_ids=set(bundled["row_id"]),
        origin=path.name,
    )


def _by_row(faults: list[dict[Any, Any]]) -> list[dict[str, Any]]:
    ordered = sorted(faults, key=lambda fault: int(fault["row"]))
    return [_plain(fault) for fault in ordered]


def _plain(record: dict[Any, Any]) -> dict[str, Any]:
    return {str(key): value for key, value in record.items()}
