"""Files of a run: written whole or not at all, and safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
import json
import math
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "check_folder",
    "csv_text",
    "output_folder",
    "to_json",
    "write_files",
    "write_table",
]

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def csv_text(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> str:
    """Write rows as CSV; a text that a spreadsheet would run gets an apostrophe.

    Parameters
    ----------
    rows : sequence of mapping
        One a line; a missing key or None is an empty cell.
    columns : sequence of str
        The header, in order.

    Returns
    -------
    str
        CSV with Unix line ends.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow([_safe(column) for column in columns])
    for row in rows:
        writer.writerow([_safe(row.get(column)) for column in columns])
    return buffer.getvalue()


def _safe(value: Any) -> Any:
    """Empty what is missing, disarm a formula; a sign alone, a qualifier, is none."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, str) and value.startswith(FORMULA_STARTS) and len(value) > 1:
        return "'" + value
    return value


def check_folder(folder: Path) -> None:
    """Make sure that a folder can be written to, before the work begins.

    Parameters
    ----------
    folder : Path
        Made if it does not exist.

    Raises
    ------
    ValueError
        If it cannot be made or written; names the folder and the reason.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise ValueError(
            f"The output folder must be writable. '{folder}': {error.strerror}. "
            "Choose another with --out."
        ) from None


@contextmanager
def output_folder(folder: Path) -> Iterator[None]:
    """Hold a writable folder for the work inside; leave no empty one if that fails.

    Parameters
    ----------
    folder : Path
        Made if it does not exist; removed again if it was made here, the work fails
        and nothing was written.

    Raises
    ------
    ValueError
        As in :func:`check_folder`.
    """
    is_new = not folder.exists()
    check_folder(folder)
    try:
        yield
    except BaseException:
        if is_new:
            with suppress(OSError):  # it holds something
                folder.rmdir()
        raise


def write_files(folder: Path, texts: Mapping[str, str | bytes]) -> None:
    """Write several files so that none is ever seen half-written.

    Parameters
    ----------
    folder : Path
        An existing folder.
    texts : mapping of str to str or bytes
        File name to content. All are written under temporary names first, then
        renamed, so a full disk leaves the old files as they were.

    Raises
    ------
    OSError
        If the disk is full or the folder went away; nothing is left behind.
    """
    written: list[tuple[Path, Path]] = []
    mask = os.umask(0o077)  # there is no other way to ask for it
    os.umask(mask)
    mode = 0o666 & ~mask
    try:
        for name, text in texts.items():
            handle, temporary = tempfile.mkstemp(prefix=f".{name}.", dir=folder)
            written.append((Path(temporary), folder / name))
            with os.fdopen(handle, "wb") as file:
                file.write(text.encode("utf-8") if isinstance(text, str) else text)
                file.flush()
                os.fsync(file.fileno())
        for temporary_path, final in written:
            temporary_path.chmod(mode)
            temporary_path.replace(final)
    finally:
        for temporary_path, _ in written:
            temporary_path.unlink(missing_ok=True)


def write_table(path: Path, table: pd.DataFrame) -> None:
    """Write a table as Parquet or CSV under a temporary name, then rename.

    Parameters
    ----------
    path : Path
        Ends in ``.parquet`` or ``.csv``; its folder exists.
    table : DataFrame

    Raises
    ------
    OSError
        If the disk is full; nothing is left behind.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        if path.suffix == ".parquet":
            table.to_parquet(temporary, index=False)
        else:
            rows = [
                {str(name): value for name, value in row.items()}
                for row in table.astype(object)
                .where(table.notna(), None)
                .to_dict("records")
            ]
            temporary.write_text(
                csv_text(rows, [str(name) for name in table.columns]), encoding="utf-8"
            )
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def plain(value: Any) -> Any:
    """Turn a document into what JSON can hold: no NaN, no infinity, no arrays."""
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    if hasattr(value, "tolist"):  # numpy scalars and arrays
        return plain(value.tolist())
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, Path):
        return str(value)
    return value


def to_json(document: Any) -> str:
    """Write a document as JSON text, numbers that JSON lacks as null."""
    return json.dumps(plain(document), indent=2, ensure_ascii=False, allow_nan=False)
