"""TOML files from users: whole or a message, and no way out of their folder."""

import pytest

from sodalyte.datasets.files.toml_file import MOST_BYTES, beside, read_toml, wrong_kinds


def test_a_file_is_read(tmp_path):
    path = tmp_path / "a.toml"
    path.write_text('x = 1\n[y]\nz = "µ"\n', encoding="utf-8")
    assert read_toml(path, "A file", "Mend it.") == {"x": 1, "y": {"z": "µ"}}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"x = ", "Invalid value"),
        (b"\xff", "utf-8"),
        (b"x = " + b"[" * 9_000, "too deeply"),
        (b"x = " + b"9" * 9_000, "digits"),
        (b"#" * (MOST_BYTES + 1), "over 5,000,000 bytes"),
    ],
    ids=["cut", "bytes", "deep", "digits", "huge"],
)
def test_what_is_no_toml_ends_in_a_message(tmp_path, content, reason):
    path = tmp_path / "a.toml"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=f"(?s)A file .*{reason}.*Mend it"):
        read_toml(path, "A file", "Mend it.")


def test_a_file_without_end_is_not_read_to_its_end():
    with pytest.raises(ValueError, match="over 5,000,000 bytes"):
        read_toml("/dev/zero", "A file", "Mend it.")


@pytest.mark.parametrize("name", ["b.toml", "below/b.toml", "below/../b.toml"])
def test_files_in_the_folder_are_found(tmp_path, name):
    assert beside(tmp_path / "a.toml", name) == (tmp_path / name).resolve()


@pytest.mark.parametrize("name", ["../b.toml", "/etc/passwd", "", ".", "a\0b", ".."])
def test_files_outside_the_folder_are_refused(tmp_path, name):
    with pytest.raises(ValueError, match="in its folder or below"):
        beside(tmp_path / "a.toml", name)


def test_kinds_are_told_apart():
    table = {"a": 1, "b": "x", "c": True, "d": float("nan"), "e": ["x", 1], "f": 2}
    faults = wrong_kinds(table, texts=("a", "b"), numbers=("c", "d", "f"), lists="e")
    assert [fault.split()[0] for fault in faults] == ["a", "c", "d", "e"]
