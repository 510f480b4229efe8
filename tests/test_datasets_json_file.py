"""JSON of earlier runs: an object, or one message that says why not."""

import pytest

from sodalyte.datasets.files.json_file import MOST_BYTES, read_json


def read(path):
    return read_json(path, "A note", "Write it anew.")


def test_an_object_comes_back(tmp_path):
    path = tmp_path / "note.json"
    path.write_bytes(b'\xef\xbb\xbf{"a": [1, "\xc3\xa4"]}')
    assert read(path) == {"a": [1, "ä"]}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "Expecting value"),
        (b"[1]", "holds a list"),
        (b"[" * 100_000, "nest too deeply"),
        (b'{"a": "\xff"}', "byte 7 is no UTF-8"),
        (b'{"a": ' + b"1" * 5_000 + b"}", "digits"),
        (b'{"a": 1', "delimiter"),
    ],
    ids=["empty", "list", "deep", "no utf-8", "long number", "cut"],
)
def test_anything_else_is_named(tmp_path, content, reason):
    path = tmp_path / "note.json"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=reason) as told:
        read(path)
    assert str(told.value).startswith("A note must be a JSON object")
    assert str(told.value).endswith("Write it anew.")
    assert len(str(told.value)) < 500


def test_a_file_without_end_is_refused(tmp_path):
    path = tmp_path / "note.json"
    with path.open("wb") as file:
        file.truncate(MOST_BYTES + 1)
    with pytest.raises(ValueError, match="over 64 MiB"):
        read(path)
