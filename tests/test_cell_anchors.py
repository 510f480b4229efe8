"""Printed energies fall on the basis they are taken for."""

import pytest

from sodalyte.models.cell.anchors import energy_anchors

TABLE = energy_anchors().set_index("anchor")


def test_the_one_ampere_hour_cylinder_exceeds_200_per_cell():
    row = TABLE.loc["cylinder_1Ah"]
    assert row["qualifier"] == ">"
    assert row["cell"] > row["printed_Wh_per_kg"] == 200


def test_the_low_temperature_pouch_is_a_cell_figure():
    row = TABLE.loc["pouch_low_temperature"]
    assert row["printed_Wh_per_kg"] == 110
    assert row["cell_low"] <= 110 <= row["cell_high"]
    assert row["cell"] == pytest.approx(110, rel=0.15)


@pytest.mark.parametrize(
    "name", ["nvp_carbon_black", "na5vp", "nvpf_zeolite", "nncfm_zeolite", "pyrite"]
)
def test_paper_figures_are_on_active_mass_and_nothing_else(name):
    row = TABLE.loc[name]
    assert row["recognised"] == row["expected"] == "active"
    assert row["active"] == pytest.approx(row["printed_Wh_per_kg"], rel=0.10)


def test_300_per_cell_is_not_reached_by_any_cell():
    row = TABLE.loc["layered_cell_300"]
    assert row["cell_high"] < 300
    assert row["expected"] == "none"
