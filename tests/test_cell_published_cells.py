"""The published cells are all there, with the reserve that their cathode brings."""

import pytest

from sodalyte.models.cell.published_cells import flooded_design, records, sodium_cells

CELLS = sodium_cells()


def test_all_sodium_rows_with_the_three_numbers_are_used():
    assert len(CELLS) >= 21
    assert CELLS["work"].nunique() >= 20


def test_a_reserve_comes_from_extra_sodium_alone():
    rich = CELLS["cathode_key"].isin(["Na4VP", "Na5VP"])
    assert (CELLS.loc[rich, "reserve"] > 0.3).all()
    assert (CELLS.loc[~rich, "reserve"] == 0.0).all()


def test_oxalate_is_part_of_the_design():
    rows = [row for row in records(CELLS) if row["cathode_key"] == "P2"]
    assert rows
    assert flooded_design(rows[0]).sacrificial_mass_fraction == pytest.approx(0.1)
