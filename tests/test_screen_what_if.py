from dataclasses import replace

import numpy as np
import pytest

from sodalyte import Formulation
from sodalyte.screen.judging.judge import make_judge
from sodalyte.screen.judging.what_if import FIGURES, what_if_grid

RECIPES = [
    Formulation.from_text("1 M NaPF6 in G2"),
    Formulation.from_text("NaFSI:DME:BTFE 1:1.2:1 mol"),
]


@pytest.fixture(scope="module")
def judge():
    return make_judge()


@pytest.fixture(scope="module")
def grid(judge):
    return what_if_grid(judge, RECIPES)


def test_the_default_point_is_the_cell_of_the_card(judge, grid):
    from sodalyte.screen.proposing.document import describe

    i, j = grid["default"]
    for n, card in enumerate(describe(judge, RECIPES)):
        cell = card["cell"]
        expected = {
            "cycle_life_80": cell["cycle_life_80"],
            "capacity_retention": cell["capacity_retention"],
            "specific_energy_cell_Wh_per_kg": cell["specific_energy_Wh_per_kg"]["cell"],
            "energy_density_cell_Wh_per_L": cell["energy_density_Wh_per_L"]["cell"],
            "cost_pack_USD_per_kWh": cell["cost_USD_per_kWh"]["pack"],
        }
        for name, figure in expected.items():
            told = grid["figures"][name][n][i][j]
            assert told == pytest.approx(figure["median"], rel=1e-5), name
        assert grid["limiting_mechanism"][n][i][j] == cell["limiting_mechanism"]


def test_every_position_is_the_cell_model_at_that_position(judge, grid):
    other = replace(
        judge,
        design=replace(
            judge.design,
            electrolyte_ratio_g_per_Ah=grid["electrolyte_ratio_g_per_Ah"][-1],
        ),
        protocol=replace(judge.protocol, upper_cutoff_V=grid["upper_cutoff_V"][2]),
    )
    from sodalyte.screen.proposing.document import describe

    cell = describe(other, RECIPES)[1]["cell"]
    told = grid["figures"]["cost_pack_USD_per_kWh"][1][2][-1]
    assert told == pytest.approx(cell["cost_USD_per_kWh"]["pack"]["median"], rel=1e-5)


def test_more_electrolyte_weighs_and_costs_more(grid):
    i = grid["default"][0]
    energy = np.array(grid["figures"]["specific_energy_cell_Wh_per_kg"], dtype=float)
    cost = np.array(grid["figures"]["cost_pack_USD_per_kWh"], dtype=float)
    filled = np.array(grid["electrolyte_ratio_g_per_Ah"]) >= 3.0
    assert (np.diff(energy[:, i, filled], axis=1) < 0).all()
    assert (np.diff(cost[:, i, filled], axis=1) > 0).all()


def test_a_cut_off_above_the_limit_is_marked_as_the_cell_model_marks_it(judge, grid):
    from sodalyte.screen.proposing.document import describe

    top = len(grid["upper_cutoff_V"]) - 1
    for position in (0, top):
        other = replace(
            judge,
            protocol=replace(
                judge.protocol, upper_cutoff_V=grid["upper_cutoff_V"][position]
            ),
        )
        for n, card in enumerate(describe(other, RECIPES)):
            is_flagged = "cutoff_above_oxidative_limit" in card["cell"]["flags"]
            told = grid["is_above_limit"][n][position][grid["default"][1]]
            assert told is is_flagged
    assert grid["is_above_limit"][0][top][0]


def test_too_little_electrolyte_to_fill_the_pores_is_no_cell(grid):
    i = grid["default"][0]
    assert grid["figures"]["cycle_life_80"][1][i][0] is None
    assert grid["limiting_mechanism"][1][i][0] == "infeasible"
    assert not grid["is_endless"][1][i][0]


def test_the_grid_is_whole_and_holds_the_run_itself(judge, grid):
    cutoffs, ratios = grid["upper_cutoff_V"], grid["electrolyte_ratio_g_per_Ah"]
    assert cutoffs == sorted(cutoffs)
    assert ratios[grid["default"][1]] == judge.design.electrolyte_ratio_g_per_Ah
    assert cutoffs[grid["default"][0]] == judge.design.material["upper_cutoff_V"]
    for name, _, _ in FIGURES:
        shape = np.shape(grid["figures"][name])
        assert shape == (len(RECIPES), len(cutoffs), len(ratios))


def test_retention_falls_from_one_and_meets_the_life_of_the_card(grid):
    retention = grid["retention"]
    cycles = np.array(retention["cycle"])
    i, j = grid["default"]
    for n in range(len(RECIPES)):
        curve = np.array(retention["capacity_retention"][n])
        assert curve[0] == pytest.approx(1.0)
        assert (np.diff(curve) <= 1e-12).all()
        low = np.array(retention["capacity_retention_low"][n])
        high = np.array(retention["capacity_retention_high"][n])
        assert (low <= high).all()
        assert cycles[-1] > grid["figures"]["cycle_life_80"][n][i][j]


def test_a_setting_of_its_own_joins_the_grid(judge):
    odd = replace(judge, design=replace(judge.design, electrolyte_ratio_g_per_Ah=3.3))
    grid = what_if_grid(odd, RECIPES[:1])
    assert grid["electrolyte_ratio_g_per_Ah"][grid["default"][1]] == 3.3


def test_a_run_over_arrays_is_refused(judge):
    many = replace(
        judge,
        design=replace(judge.design, electrolyte_ratio_g_per_Ah=np.array([2.0, 3.0])),
    )
    with pytest.raises(ValueError, match="one cut-off and one electrolyte ratio"):
        what_if_grid(many, RECIPES)


def test_an_endless_cell_is_null_and_says_so():
    from sodalyte.screen.judging.what_if import _nested

    assert _nested(np.array([np.inf, np.nan, 1.23456789])) == [None, None, 1.234568]
