"""Read a measurement file of a user as text, bounded, without executing anything."""

from __future__ import annotations

import csv
import datetime
import io
import re
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

__all__ = ["Fault", "RawTable", "read_raw"]

MAX_BYTES = 32 * 2**20
MAX_UNPACKED_BYTES = 128 * 2**20
MAX_ROWS = 100_000
MAX_COLUMNS = 200
MAX_CELL_CHARACTERS = 5_000
MAX_LINE_CHARACTERS = 500_000
SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab"}
_STATED_SEPARATOR = re.compile(r"sep=(.)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in a file.

    Parameters
    ----------
    row : int
        Row of the file as a spreadsheet counts: 1 is the header, 2 the first
        measurement, 0 the file as a whole.
    column : str
        Column as the file names it, ``""`` if it is not about one.
    value : str
        What stands there.
    rule : str
        What must hold.
    remedy : str
        What to do.
    """

    row: int
    column: str
    value: str
    rule: str
    remedy: str


@dataclass
class RawTable:
    """Cells of a file as text, with the faults met while reading.

    Parameters
    ----------
    header : list of str
        Column names as in the file.
    rows : list of (int, list of str)
        Row number in the file and its cells, as many as the header has.
    faults : list of Fault
        What could not be read.
    notes : list of str
        What was taken from the file itself: separator, encoding, sheet.
    """

    header: list[str] = field(default_factory=list)
    rows: list[tuple[int, list[str]]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def refuse(self, value: str, rule: str, remedy: str) -> RawTable:
        """Record a fault of the whole file and return this table."""
        self.faults.append(Fault(0, "", value, rule, remedy))
        return self


def read_raw(path: str | Path) -> RawTable:
    """Read a CSV or XLSX file into text cells.

    Parameters
    ----------
    path : str or Path
        CSV (comma, semicolon or tab; UTF-8, UTF-16 with a mark, or Windows
        encoding) or XLSX (its first sheet).

    Returns
    -------
    RawTable
        A file that cannot be read gives a fault, never an exception.

    Notes
    -----
    Bounds: 32 MiB, 100,000 rows, 200 columns, 5,000 characters a cell. Formulas
    of a spreadsheet are not computed.
    """
    table = RawTable()
    path = Path(path)
    if not path.is_file():
        kind = "no file" if path.exists() else "no such file"
        kind = "a folder" if path.is_dir() else kind
        return table.refuse(
            str(path), f"the path must name a file; there is {kind}", "check the path"
        )
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            return table.refuse(
                f"{size / 2**20:.0f} MiB",
                f"a file may have at most {MAX_BYTES // 2**20} MiB",
                "split it into several files",
            )
        content = path.read_bytes()
    except OSError as error:
        return table.refuse(
            str(path), "the file must be readable", f"{error.strerror or error}"
        )
    if not content.strip():
        return table.refuse(
            "empty file",
            "a file needs a header and at least one row",
            "start from: sodalyte check --template",
        )
    if content[:4] == b"PK\x03\x04":
        _read_xlsx(content, table)
    elif content[:4] == b"\xd0\xcf\x11\xe0":
        table.refuse(
            "old Excel format (.xls)",
            "the file must be CSV or XLSX",
            "save it as .xlsx or as CSV",
        )
    else:
        _read_csv(content, table)
    return table


def _decode(content: bytes, table: RawTable) -> str | None:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding != "utf-8-sig":
            table.notes.append(f"the file was read as {encoding}, not as UTF-8")
        if "\x00" in text:
            break
        return text
    table.refuse(
        "binary content",
        "the file must be text (CSV) or XLSX",
        "save it as CSV in UTF-8, or as .xlsx",
    )
    return None


def _separator(first_line: str) -> str:
    """Return the separator that the header uses most, outside quotes."""
    outside = "".join(first_line.split('"')[::2])
    counts = {mark: outside.count(mark) for mark in SEPARATORS}
    best = max(counts, key=lambda mark: counts[mark])
    return best if counts[best] else ","


def _read_csv(content: bytes, table: RawTable) -> None:
    text = _decode(content, table)
    if text is None:
        return
    longest = max(map(len, text.splitlines()), default=0)
    if longest > MAX_LINE_CHARACTERS:
        table.refuse(
            f"a line of {longest} characters",
            f"a line may have at most {MAX_LINE_CHARACTERS} characters",
            "check that the file is a table with one measurement a line",
        )
        return
    first_line = next((line for line in text.splitlines() if line.strip()), "")
    stated = _STATED_SEPARATOR.fullmatch(first_line.strip())
    separator = stated[1] if stated else _separator(first_line)
    if separator != ",":
        name = SEPARATORS.get(separator, repr(separator) + " mark")
        table.notes.append(f"cells are separated by {name}s")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    records: list[tuple[int, list[str]]] = []
    number = 0
    try:
        for number, cells in enumerate(reader, start=1):
            if stated and not records and cells[:1] != [""]:
                stated = None  # the line with which Excel states the separator
                continue
            if any(cell.strip() for cell in cells):
                records.append((number, [cell.strip() for cell in cells]))
            if len(records) > MAX_ROWS + 1:
                break
    except csv.Error as error:
        table.faults.append(
            Fault(
                number + 1,
                "",
                str(error),
                "the row must be readable CSV",
                'close every quote; a cell with a comma or a quote stands in "..."',
            )
        )
    _take(records, table)


def _take(records: list[tuple[int, list[str]]], table: RawTable) -> None:
    """Split records into header and rows, and check their shape."""
    if not records:
        table.refuse(
            "no cells",
            "a file needs a header and at least one row",
            "start from: sodalyte check --template",
        )
        return
    number, header = records[0]
    while header and not header[-1]:
        header.pop()
    if len(header) > MAX_COLUMNS:
        table.refuse(
            f"{len(header)} columns",
            f"a file may have at most {MAX_COLUMNS} columns",
            "keep the columns of: sodalyte check --template",
        )
        return
    table.header = header
    body = records[1:]
    if not body and not table.faults:
        table.refuse(
            "header only",
            "a file needs at least one row below the header",
            "add one row for each measurement",
        )
    if len(body) > MAX_ROWS:
        table.refuse(
            f"more than {MAX_ROWS} rows",
            f"a file may have at most {MAX_ROWS} rows",
            "split it into several files",
        )
        body = []
    for number, cells in body:
        _take_row(number, cells, table)


def _take_row(number: int, cells: list[str], table: RawTable) -> None:
    width = len(table.header)
    if any(cells[width:]):
        table.faults.append(
            Fault(
                number,
                "",
                f"{len(cells)} cells",
                f"a row must have as many cells as the header, {width}",
                'a cell with a comma, such as 1,2-dimethoxyethane, stands in "..."; '
                "write numbers with a decimal point",
            )
        )
        return
    long = [i for i, cell in enumerate(cells) if len(cell) > MAX_CELL_CHARACTERS]
    if long:
        table.faults.append(
            Fault(
                number,
                table.header[long[0]],
                cells[long[0]][:60] + "...",
                f"a cell may have at most {MAX_CELL_CHARACTERS} characters",
                "shorten it; look for a quote that is not closed",
            )
        )
        return
    table.rows.append((number, (cells + [""] * width)[:width]))


def _read_xlsx(content: bytes, table: RawTable) -> None:
    import warnings

    import openpyxl

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
        if unpacked > MAX_UNPACKED_BYTES:
            table.refuse(
                f"{unpacked / 2**20:.0f} MiB unpacked",
                f"a workbook may unpack to {MAX_UNPACKED_BYTES // 2**20} MiB",
                "save the measurements alone as CSV",
            )
            return
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of styles it skips
            book = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
            sheet = book.worksheets[0]
            records = [
                (number, [_cell_text(value) for value in values])
                for number, values in enumerate(
                    sheet.iter_rows(
                        max_row=MAX_ROWS + 2,
                        max_col=MAX_COLUMNS + 1,
                        values_only=True,
                    ),
                    start=1,
                )
                if any(value not in (None, "") for value in values)
            ]
    except Exception as error:  # a damaged or crafted workbook may fail in any way
        table.refuse(
            f"{type(error).__name__}: {error}"[:120],
            "the file must be a workbook that can be opened (.xlsx)",
            "open it in a spreadsheet program and save it as .xlsx or CSV",
        )
        return
    if len(book.sheetnames) > 1:
        table.notes.append(f"only the first sheet, {sheet.title!r}, was read")
    _take(records, table)


def _cell_text(value: object) -> str:
    """Return a cell of a workbook as text; dates and times keep a mark."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime.datetime | datetime.date | datetime.time):
        return value.isoformat()
    return str(value).strip()
