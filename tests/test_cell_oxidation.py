"""Oxidation is smooth through the limit and integrates the Tafel law."""

import numpy as np
import pytest

from sodalyte.models.cell import CellDesign, CellModel, ElectrolyteProperties, Protocol
from sodalyte.models.cell.cathodes import load_cathodes
from sodalyte.models.cell.oxidation import curve_factor_V, oxidised_share

TAFEL = {"slope_V_per_decade": 0.2, "loss_at_limit": 2e-4}


def test_three_hours_at_the_limit_give_the_stated_loss():
    share = oxidised_share(np.array(4.0), np.array(4.0), np.array(1 / 3), **TAFEL)
    assert share == pytest.approx(2e-4)


def test_a_slope_of_margin_is_a_decade():
    near = oxidised_share(np.array(4.0), np.array(4.0), np.array(1.0), **TAFEL)
    far = oxidised_share(np.array(4.0), np.array(4.2), np.array(1.0), **TAFEL)
    assert near / far == pytest.approx(10.0)


def test_unknown_limit_and_no_current_count_as_nothing():
    assert oxidised_share(np.array(4.0), np.array(np.nan), np.array(1.0), **TAFEL) == 0
    assert oxidised_share(np.array(4.0), np.array(3.0), np.array(0.0), **TAFEL) == 0
    assert oxidised_share(np.array(9.0), np.array(2.0), np.array(0.1), **TAFEL) == 1.0


def test_curve_factor_is_the_mean_tafel_current():
    cathode = load_cathodes()["NVP"]
    voltage = cathode.voltage_V
    cutoff = np.array(voltage[0])
    factor = curve_factor_V(cathode, 0.2, cutoff)
    direct = 0.2 * np.log10((10 ** (voltage / 0.2)).mean())
    assert factor == pytest.approx(direct, abs=0.02)


@pytest.mark.parametrize("cathode", ["NVPF", "NNCFM", "NVP"])
def test_life_is_smooth_and_rises_with_the_limit(cathode):
    limits = np.linspace(3.0, 5.0, 401)
    result = CellModel("realistic").evaluate(
        ElectrolyteProperties(nines_mean=3.0, oxidative_limit_V_vs_Na=limits),
        CellDesign(cathode=cathode),
    )
    life = result.cycle_life_80
    assert (np.diff(life) >= -1e-9).all()
    assert life[0] < 0.2 * life[-1]
    steps = np.abs(np.diff(np.log(life)))
    assert steps.max() < 0.12  # 5 mV never moves life by more: no cliff


def test_a_high_cutoff_is_flagged_and_gasses():
    result = CellModel("realistic").evaluate(
        ElectrolyteProperties(nines_mean=3.0, oxidative_limit_V_vs_Na=[3.2, 4.8]),
        CellDesign(cathode="NVPF"),
        Protocol(),
    )
    assert {"cutoff_above_oxidative_limit", "gas_likely"} <= set(result.flags(0))
    assert not {"cutoff_above_oxidative_limit", "gas_likely"} & set(result.flags(1))
    assert result.limiting[0] == "oxidation"
    assert result.ce_measured_percent[0] < result.ce_measured_percent[1]
    assert result.ce_measured_percent[0] < result.ce_inventory_percent[0]
