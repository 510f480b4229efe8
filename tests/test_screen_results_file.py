"""Files of results: rows as `tell` takes them, or all faults at once."""

import openpyxl
import pytest

from sodalyte.screen.campaign.results_file import read_results

HEADER = "experiment,outcome,ce_percent,ce_qualifier,note\n"


def write(folder, text, name="results.csv"):
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_rows_come_as_tell_takes_them(tmp_path):
    path = write(tmp_path, HEADER + "E0001,ran,99.5,=,\nE0002,would_not_run,,,gels\n")
    assert read_results(path) == [
        {
            "experiment": "E0001",
            "outcome": "ran",
            "ce_percent": 99.5,
            "ce_qualifier": "=",
        },
        {"experiment": "E0002", "outcome": "would_not_run", "note": "gels"},
    ]


@pytest.mark.parametrize("kind", ["xlsx", "semicolon", "utf-16", "mark"])
def test_what_a_spreadsheet_saves_reads_the_same(tmp_path, kind):
    text = HEADER + "E0001,ran,99.5,=,\n"
    path = tmp_path / "results.csv"
    if kind == "xlsx":
        path = tmp_path / "results.xlsx"
        book = openpyxl.Workbook()
        for line in text.splitlines():
            book.active.append(line.split(","))
        book.save(path)
    elif kind == "semicolon":
        path.write_text(text.replace(",", ";"))
    else:
        path.write_bytes(text.encode("utf-16" if kind == "utf-16" else "utf-8-sig"))
    assert read_results(path)[0]["ce_percent"] == 99.5


def test_columns_may_be_named_as_the_options(tmp_path):
    path = write(tmp_path, "experiment,ce,qualifier\nE0001,20,<\n")
    assert read_results(path) == [
        {"experiment": "E0001", "ce_percent": 20.0, "ce_qualifier": "<"}
    ]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty file"),
        (HEADER, "header only"),
        (HEADER + "E0001,ran,much,=,\n", "row 2: ce_percent is 'much'"),
        (HEADER + "E0001,ran,99,=,a,b\n", "as many cells"),
        ("experiment,note,note\nE0001,a,b\n", "'note' stands there twice"),
        ("experiment,,ce_percent\nE0001,lost,99\n", "nameless column"),
        (b"\x00\x01\x02", "binary"),
        (b"PK\x03\x04" + b"x" * 50, "workbook"),
    ],
    ids=["empty", "header", "word", "cells", "twice", "nameless", "binary", "zip"],
)
def test_faults_are_named_with_their_row(tmp_path, content, reason):
    with pytest.raises(ValueError, match=reason) as told:
        read_results(write(tmp_path, content))
    assert "Nothing was told" in str(told.value)


def test_five_faults_are_shown_and_all_counted(tmp_path):
    path = write(tmp_path, HEADER + "E0001,ran,much,=,\n" * 9)
    with pytest.raises(ValueError, match="has 9 faults") as told:
        read_results(path)
    assert str(told.value).count("not a number") == 5


def test_a_pipe_without_end_is_refused():
    with pytest.raises(ValueError, match="must name a file"):
        read_results("/dev/zero")
