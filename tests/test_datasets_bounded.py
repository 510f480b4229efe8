import pytest

from sodalyte.datasets.files.bounded import read_bounded


@pytest.mark.parametrize(
    ("content", "expected"),
    [(b"", b""), (b"abc", b"abc"), (b"abcd", None)],
    ids=["empty", "as much as allowed", "one byte more"],
)
def test_a_file_is_read_whole_or_not_at_all(tmp_path, content, expected):
    path = tmp_path / "file"
    path.write_bytes(content)
    assert read_bounded(path, 3) == expected


def test_a_file_without_end_is_left():
    assert read_bounded("/dev/zero", 10) is None


def test_a_missing_file_is_an_error_of_the_system(tmp_path):
    with pytest.raises(FileNotFoundError, match="absent"):
        read_bounded(tmp_path / "absent", 3)
