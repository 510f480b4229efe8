from importlib.resources import files

import pytest

from sodalyte.datasets.loading.bundled import (
    checksums,
    description_page,
    read_table,
    table_sha256,
)


@pytest.mark.parametrize("name", sorted(checksums()))
def test_table_is_the_recorded_one(name):
    assert table_sha256(name) == checksums()[name]


@pytest.mark.parametrize("name", sorted(checksums()))
def test_table_is_plain(name):
    raw = files("sodalyte.datasets").joinpath("tables", f"{name}.csv").read_bytes()
    assert not raw.startswith(b"\xef\xbb\xbf"), "no byte order mark"
    assert b"\r" not in raw, "Unix line ends"
    raw.decode("utf-8")


def test_cells_stay_text_and_none_is_missing():
    table = read_table("plating_ce")
    assert table.loc[table["row_id"] == "P015", "ce_percent"].item() == ""
    assert not table.isna().any().any()


def test_unknown_table_names_the_known_ones():
    with pytest.raises(KeyError, match="plating_ce"):
        read_table("nothing")


def test_unknown_page():
    with pytest.raises(KeyError, match="no description page"):
        description_page("nothing")
