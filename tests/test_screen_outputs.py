import csv
import io
import os

import pandas as pd
import pytest

from sodalyte.screen.outputs import (
    check_folder,
    csv_text,
    output_folder,
    write_files,
    write_table,
)


@pytest.mark.parametrize(
    "text", ["=1+1", "+A1", "-cmd", "@SUM(A1)", "\tx", "\n=1", "＝1+1"]
)
def test_a_spreadsheet_runs_nothing(text):
    rows = list(csv.reader(io.StringIO(csv_text([{"a": text}], ["a"]))))
    assert rows == [["a"], ["'" + text]]


def test_numbers_keep_their_sign_and_gaps_stay_empty():
    text = csv_text([{"a": -1.5, "b": None}], ["a", "b", "c"])
    assert text == "a,b,c\n-1.5,,\n"


def test_a_sign_alone_is_a_qualifier_and_no_formula():
    assert csv_text([{"ce_qualifier": "="}], ["ce_qualifier"]) == "ce_qualifier\n=\n"


def test_the_header_runs_nothing():
    assert csv_text([], ["=1+1"]) == "'=1+1\n"


def test_files_appear_whole(tmp_path):
    write_files(tmp_path, {"a.txt": "one", "b.txt": "zwei ü"})
    assert sorted(os.listdir(tmp_path)) == ["a.txt", "b.txt"]
    assert (tmp_path / "b.txt").read_text(encoding="utf-8") == "zwei ü"


@pytest.mark.parametrize(("mask", "mode"), [(0o077, 0o600), (0o022, 0o644)])
def test_files_have_the_rights_the_user_gives(tmp_path, mask, mode):
    before = os.umask(mask)
    try:
        write_files(tmp_path, {"a.txt": "one"})
        write_table(tmp_path / "b.csv", pd.DataFrame({"x": [1]}))
    finally:
        os.umask(before)
    found = {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()}
    assert found == {mode}


def test_a_fault_in_the_middle_leaves_the_old_files(tmp_path):
    (tmp_path / "a.txt").write_text("old", encoding="utf-8")
    unwritable = "\ud800"  # a lone surrogate has no UTF-8 form
    with pytest.raises(UnicodeEncodeError):
        write_files(tmp_path, {"a.txt": "new", "b.txt": unwritable})
    assert os.listdir(tmp_path) == ["a.txt"]
    assert (tmp_path / "a.txt").read_text(encoding="utf-8") == "old"


def test_an_unusable_folder_is_named(tmp_path):
    file = tmp_path / "file"
    file.write_text("", encoding="utf-8")
    with pytest.raises(ValueError, match=r"must be writable.*file.*--out"):
        check_folder(file / "below")


def test_work_that_fails_leaves_no_empty_folder_and_no_other_touched(tmp_path):
    old, new, kept = tmp_path / "old", tmp_path / "new", tmp_path / "kept"
    old.mkdir()

    def fail(folder, texts):
        with output_folder(folder):
            write_files(folder, texts)
            raise ValueError("bad input")

    for folder, texts in ((old, {}), (new, {}), (kept, {"a.txt": "text"})):
        with pytest.raises(ValueError, match="bad input"):
            fail(folder, texts)
    assert old.is_dir()
    assert not new.exists()
    assert (kept / "a.txt").read_text(encoding="utf-8") == "text"
    with output_folder(new):
        pass
    assert new.is_dir()


@pytest.mark.parametrize("ending", ["parquet", "csv"])
def test_tables_read_back(tmp_path, ending):
    table = pd.DataFrame({"text": ["a", "b"], "x_V": [0.1, -2.5]})
    path = tmp_path / f"table.{ending}"
    write_table(path, table)
    read = pd.read_parquet if ending == "parquet" else pd.read_csv
    pd.testing.assert_frame_equal(read(path), table)
    assert os.listdir(tmp_path) == [path.name]
