"""Printed energies lie in the bands of their basis, with nothing chosen to fit."""

import numpy as np
import pytest

from sodalyte.models.cell.anchors import (
    BASES,
    AnchorCell,
    cold_cells,
    drawn_cells,
    energy_anchors,
)
from sodalyte.models.cell.parameters import read_parameter_file

TABLE = energy_anchors().set_index("anchor")
COLD = cold_cells()


def test_the_bands_beside_the_printed_numbers(capsys):
    shown = ["printed_Wh_per_kg"]
    shown += [f"{basis}{end}" for basis in BASES for end in ("_low", "", "_high")]
    with capsys.disabled():
        print("\n" + TABLE[shown].round(0).astype(int).to_string())
        print(COLD.drop(columns="source").round(1).to_string(index=False))
    for basis in BASES:
        assert (TABLE[f"{basis}_low"] <= TABLE[basis]).all()
        assert (TABLE[basis] <= TABLE[f"{basis}_high"]).all()


def test_no_anchor_chooses_a_loading_or_a_rate():
    known = {"printed_row", "kind", "basis", "cathodes", "format", "note"}
    for name, entry in read_parameter_file("anchors.toml").items():
        assert set(entry) <= known | {"temperature_C"}, name


def test_the_one_ampere_hour_cylinder_is_reached_by_lean_cells_alone():
    row = TABLE.loc["cylinder_1Ah"]
    assert row["qualifier"] == ">"
    assert row["printed_Wh_per_kg"] == 200
    assert row["cell_high"] > 200 > row["cell"]
    assert 0.01 < row["cell_share_above"] < 0.25


def test_the_low_temperature_cell_is_allowed_and_its_basis_left_open():
    row = TABLE.loc["pouch_low_temperature"]
    assert row["printed_Wh_per_kg"] == 110
    assert row["cell_low"] <= 110 <= row["cell_high"]
    assert row["cell_high"] > 5 * row["cell_low"]  # a wide band checks little
    assert row["recognised"] == "active stack cell"


@pytest.mark.parametrize(
    "name", ["nvp_carbon_black", "na5vp", "nvpf_zeolite", "nncfm_zeolite", "pyrite"]
)
def test_paper_figures_are_on_active_mass_and_nothing_else(name):
    row = TABLE.loc[name]
    assert row["recognised"] == row["expected"] == "active"


def test_300_per_cell_is_not_reached_by_any_cell():
    row = TABLE.loc["layered_cell_300"]
    assert row["cell_share_above"] == row["stack_share_above"] == 0.0
    assert row["expected"] == "none"


def test_the_review_s_average_lies_above_every_stack_and_cell():
    row = TABLE.loc["review_estimate"]
    assert row["stack_high"] < row["printed_Wh_per_kg"] == 300
    assert row["recognised"] == "active"


def test_cold_cells_keep_what_the_band_allows():
    assert COLD["is_inside"].all()
    cold = COLD[COLD["label"] == "NaCrO2 coin"].sort_values("temperature_C")
    assert cold["median"].is_monotonic_increasing


def test_draws_repeat():
    cell = AnchorCell("coin_cell", "NVP", "coin")
    first, second = drawn_cells(cell), drawn_cells(cell)
    for one, two in zip(first, second, strict=True):
        assert np.array_equal(one.utilisation, two.utilisation)
