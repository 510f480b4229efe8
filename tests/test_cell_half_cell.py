"""The half cell that PyBaMM solves."""

import numpy as np
import pytest

from sodalyte.models.cell.cathodes import load_cathodes
from sodalyte.models.cell.half_cell import DischargeCurve, HalfCell, solve_discharge

pytest.importorskip("pybamm")


def half_cell(**changes):
    fields = {
        "capacity_Ah_per_m2": 20.0,
        "cathode_m": 80e-6,
        "cathode_porosity": 0.3,
        "active_share": 0.6,
        "separator_m": 16e-6,
        "separator_porosity": 0.4,
        "bruggeman": 1.5,
        "conductivity_S_per_m": 1.0,
        "diffusivity_m2_per_s": 2e-10,
        "transference": 0.4,
        "concentration_mol_per_m3": 1000.0,
        "temperature_K": 298.15,
        "voltage_V": load_cathodes()["NNCFM"].voltage_V,
        "solid_diffusion_time_h": 0.05,
        "cathode_kinetics_A_per_m3": 1e6,
        "sodium_exchange_A_per_m2": 50.0,
        "contact_ohm_m2": 0.0,
    }
    return HalfCell(**{**fields, **changes})


def test_a_slow_discharge_gives_capacity_and_mean_voltage_of_the_curve():
    cathode = load_cathodes()["NNCFM"]
    curve = solve_discharge(half_cell(), 0.05, cathode["lower_cutoff_V"])
    assert curve.utilisation == pytest.approx(1.0, abs=0.01)
    assert curve.mean_voltage_V() == pytest.approx(cathode["mean_voltage_V"], abs=0.02)


def test_contacts_lower_the_voltage_by_their_drop():
    plain = solve_discharge(half_cell(), 0.5, 2.0)
    resisted = solve_discharge(half_cell(contact_ohm_m2=0.005), 0.5, 2.0)
    drop = plain.mean_voltage_V(0.5) - resisted.mean_voltage_V(0.5)
    assert drop == pytest.approx(0.5 * 20.0 * 0.005, rel=0.02)


def test_mean_voltage_of_a_known_curve():
    curve = DischargeCurve(np.array([0.0, 1.0]), np.array([4.0, 2.0]))
    assert curve.mean_voltage_V() == pytest.approx(3.0)
    assert curve.mean_voltage_V(0.5) == pytest.approx(3.5)
    assert np.isnan(DischargeCurve(np.zeros(1), np.zeros(1)).mean_voltage_V())
