"""Spread of the figures: only what is uncertain moves."""

import pytest

from sodalyte.models.cell import CellDesign, CellModel, ElectrolyteProperties


def widths(profile, **fields):
    result = CellModel(profile).evaluate(
        ElectrolyteProperties(nines_mean=3.0, **fields)
    )
    return {
        name: float(result.high[name][0] / result.low[name][0])
        for name in result.values
        if result.low[name][0] > 0
    }


def test_a_price_spread_moves_cost_alone():
    found = widths("ideal", price_USD_per_kg=20.0, price_ln_std=0.3)
    assert found["cost_materials_USD_per_kWh"] > 1.01
    assert found["cost_pack_USD_per_kWh"] > 1.01
    assert found["specific_energy_cell_Wh_per_kg"] == pytest.approx(1.0)
    assert found["cycle_life_80"] == pytest.approx(1.0)


def test_a_transport_spread_moves_energy_not_life():
    found = widths("ideal", conductivity_mS_per_cm=3.0, conductivity_ln_std=0.3)
    assert found["average_voltage_V"] > 1.0005
    assert found["cycle_life_80"] == pytest.approx(1.0)


def test_an_efficiency_spread_moves_life_not_energy():
    found = widths("ideal", nines_std=0.3, initial_ce_percent=95.0)
    assert found["cycle_life_80"] == pytest.approx(
        10 ** (2 * 1.6448536 * 0.3), rel=1e-2
    )
    assert found["specific_energy_cell_Wh_per_kg"] == pytest.approx(1.0)


def test_the_realistic_profile_is_wider():
    ideal, real = widths("ideal"), widths("realistic")
    for name in ("cycle_life_80", "specific_energy_cell_Wh_per_kg"):
        assert real[name] > ideal[name]


def test_a_cell_that_may_give_nothing_has_no_upper_bound_of_cost():
    doubtful = ElectrolyteProperties(
        nines_mean=3.0,
        conductivity_mS_per_cm=2.0,
        conductivity_ln_std=0.6,
        salt_diffusivity_m2_per_s=8e-12,
        salt_diffusivity_ln_std=1.0,
    )
    sure = ElectrolyteProperties(nines_mean=3.0, conductivity_ln_std=0.1)
    design = CellDesign(areal_capacity_mAh_per_cm2=5.0)
    open_ended = (
        CellModel("realistic").evaluate(doubtful, design).to_dict(interval=True)
    )
    closed = CellModel("realistic").evaluate(sure, design).to_dict(interval=True)
    assert "may_give_no_energy" in open_ended["flags"]
    assert open_ended["cost_USD_per_kWh"]["pack"]["high"] is None
    assert open_ended["specific_energy_Wh_per_kg"]["cell"]["low"] == 0.0
    assert open_ended["cost_USD_per_kWh"]["pack"]["median"] > 0.0
    assert "may_give_no_energy" not in closed["flags"]
    assert closed["cost_USD_per_kWh"]["pack"]["high"] > 0.0
