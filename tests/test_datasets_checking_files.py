import datetime
import io
import zipfile

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sodalyte.datasets.checking import files
from sodalyte.datasets.checking.files import read_raw


def write(tmp_path, content, name="file.csv"):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def book(tmp_path, rows, name="file.xlsx", **sheets):
    workbook = openpyxl.Workbook()
    for row in rows:
        workbook.active.append(row)
    for title, more in sheets.items():
        sheet = workbook.create_sheet(title)
        for row in more:
            sheet.append(row)
    path = tmp_path / name
    workbook.save(path)
    return path


@pytest.mark.parametrize(
    ("separator", "note"), [(",", None), (";", "semicolons"), ("\t", "tabs")]
)
def test_separators(tmp_path, separator, note):
    table = read_raw(write(tmp_path, f"a{separator}b\n1{separator}2\n"))
    assert table.header == ["a", "b"]
    assert table.rows == [(2, ["1", "2"])]
    assert [note in n for n in table.notes] == ([True] if note else [])


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"], ids=str
)
def test_encodings(tmp_path, encoding):
    table = read_raw(write(tmp_path, "a,µ\n1,°C\n".encode(encoding)))
    assert table.header == ["a", "µ"]
    assert table.rows == [(2, ["1", "°C"])]
    assert bool(table.notes) == (encoding in ("utf-16", "cp1252"))


def test_the_separator_that_excel_states(tmp_path):
    table = read_raw(write(tmp_path, "sep=;\na;b,c\n1;2\n"))
    assert table.header == ["a", "b,c"]
    assert table.rows == [(3, ["1", "2"])]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=repr)
def test_line_ends(tmp_path, end):
    table = read_raw(write(tmp_path, f"a,b{end}1,2{end}3,4{end}"))
    assert [row[1] for row in table.rows] == [["1", "2"], ["3", "4"]]


def test_rows_are_counted_as_a_spreadsheet_does(tmp_path):
    table = read_raw(write(tmp_path, 'a,b\n1,"x\ny"\n\n3,4\n'))
    assert [number for number, _ in table.rows] == [2, 4]


def test_quoted_commas_belong_to_the_cell(tmp_path):
    table = read_raw(write(tmp_path, 'a,b\n"1,2-dimethoxyethane",x\n'))
    assert table.rows == [(2, ["1,2-dimethoxyethane", "x"])]


def test_a_row_with_too_many_cells(tmp_path):
    table = read_raw(write(tmp_path, "a,b\n1,2-dimethoxyethane,x\n5,6\n"))
    assert [fault.row for fault in table.faults] == [2]
    assert "stands in" in table.faults[0].remedy
    assert table.rows == [(3, ["5", "6"])]


def test_short_rows_are_filled(tmp_path):
    assert read_raw(write(tmp_path, "a,b,c\n1\n")).rows == [(2, ["1", "", ""])]


@pytest.mark.parametrize(
    ("content", "value"),
    [
        (b"", "empty file"),
        (b" \n \n", "empty file"),
        (b"a,b\n", "header only"),
        (b",,\n,,\n", "no cells"),
        (b"a,b\n\x00\x01,2\n", "binary content"),
        (b"\xd0\xcf\x11\xe0 old excel", "old Excel format (.xls)"),
    ],
)
def test_files_without_measurements(tmp_path, content, value):
    table = read_raw(write(tmp_path, content))
    assert [fault.value for fault in table.faults] == [value]
    assert table.faults[0].row == 0
    assert table.rows == []


def test_a_path_that_is_no_file(tmp_path):
    assert "no such file" in read_raw(tmp_path / "absent.csv").faults[0].rule
    assert "a folder" in read_raw(tmp_path).faults[0].rule


def test_an_open_quote_is_a_fault_and_not_the_end(tmp_path):
    text = 'a,b\n1,2\n3,"' + "x" * 200_000
    table = read_raw(write(tmp_path, text))
    assert table.faults
    assert table.rows[0] == (2, ["1", "2"])


def test_bounds(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "MAX_ROWS", 3)
    monkeypatch.setattr(files, "MAX_COLUMNS", 4)
    monkeypatch.setattr(files, "MAX_CELL_CHARACTERS", 10)
    many = read_raw(write(tmp_path, "a\n" + "1\n" * 4))
    assert "more than 3 rows" in many.faults[0].value
    wide = read_raw(write(tmp_path, "a,b,c,d,e\n1,2,3,4,5\n"))
    assert "5 columns" in wide.faults[0].value
    long = read_raw(write(tmp_path, "a\n" + "x" * 11 + "\n1\n"))
    assert (long.faults[0].row, long.faults[0].column) == (2, "a")
    assert long.rows == [(3, ["1"])]
    monkeypatch.setattr(files, "MAX_LINE_CHARACTERS", 20)
    line = read_raw(write(tmp_path, "a\n" + "x," * 15 + "\n"))
    assert "a line of 30 characters" in line.faults[0].value
    monkeypatch.setattr(files, "MAX_BYTES", 5)
    assert "MiB" in read_raw(write(tmp_path, "a\n12345\n")).faults[0].rule


def test_workbook(tmp_path):
    path = book(tmp_path, [["a", "b"], [1, 2.5], [None, None], ["x", 3.0]], notes=[[1]])
    table = read_raw(path)
    assert table.header == ["a", "b"]
    assert table.rows == [(2, ["1", "2.5"]), (4, ["x", "3"])]
    assert "first sheet" in table.notes[0]


def test_workbook_formulas_and_dates_are_text(tmp_path):
    path = book(
        tmp_path,
        [
            ["a", "b", "c", "d"],
            ["=1+1", datetime.date(2026, 1, 2), datetime.time(1, 2), True],
        ],
    )
    assert read_raw(path).rows[0][1] == [
        "=1+1", "2026-01-02T00:00:00", "01:02:00", "True"
    ]  # fmt: skip


def test_a_broken_workbook_is_a_fault(tmp_path):
    good = book(tmp_path, [["a"], [1]]).read_bytes()
    for content in (good[: len(good) // 2], b"PK\x03\x04 not a zip"):
        table = read_raw(write(tmp_path, content, "broken.xlsx"))
        assert "workbook" in table.faults[0].rule


def test_a_zip_that_is_no_workbook(tmp_path):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("hello.txt", "hello")
    table = read_raw(write(tmp_path, buffer.getvalue(), "x.xlsx"))
    assert "workbook" in table.faults[0].rule


def test_a_workbook_that_unpacks_too_far(tmp_path, monkeypatch):
    path = book(tmp_path, [["a"], [1]])
    monkeypatch.setattr(files, "MAX_UNPACKED_BYTES", 100)
    assert "unpack" in read_raw(path).faults[0].rule


@settings(
    max_examples=300,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(content=st.binary(max_size=400), prefix=st.sampled_from([b"", b"PK\x03\x04"]))
def test_no_content_makes_it_raise(tmp_path, content, prefix):
    table = read_raw(write(tmp_path, prefix + content, "fuzz.csv"))
    assert table.rows or table.faults
    for _, cells in table.rows:
        assert len(cells) == len(table.header)
