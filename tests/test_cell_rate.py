"""Rate: salt is conserved, limits are right, better transport never hurts."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sodalyte.models.cell.constants import FARADAY_C_per_mol
from sodalyte.models.cell.rate import (
    PoreGeometry,
    Transport,
    charge_limits,
    discharge,
    secant_mean,
    surface_lag,
    usable_discharge,
)

KINETICS = {
    "sodium_exchange_A_per_m2": 50.0,
    "cathode_kinetics_A_per_m3": 1e6,
    "contact_ohm_m2": 0.0,
}


def geometry(thickness_um=100.0):
    return PoreGeometry(
        np.array(25e-6),
        np.array(0.5),
        np.array(thickness_um * 1e-6),
        np.array(0.3),
        1.5,
    )


def transport(kappa=0.5, diffusivity=1e-10, t=0.4, slope=0.4e-3, c0=1000.0):
    return Transport(
        np.array(kappa),
        np.array(diffusivity),
        slope,
        np.array(t),
        np.array(c0),
        np.array(298.15),
    )


def test_no_current_no_overpotential():
    out = discharge(0.0, geometry(), transport(), **KINETICS)
    assert out.overpotential_V == pytest.approx(0.0, abs=1e-12)
    assert out.depth_fraction == 1.0
    assert out.sodium_side_mol_per_m3 == pytest.approx(1000.0)


def test_small_current_is_linear_in_the_salt_profile():
    # constant D: c_Na - c0 from salt conservation, as derived in the module
    i, t = 1.0, 0.4
    g = geometry()
    flux = i * (1 - t) / FARADAY_C_per_mol / 1e-10
    gs, gc = flux / g.separator_factor, flux / g.cathode_factor
    es, ec, ls, lc = (
        g.separator_porosity,
        g.cathode_porosity,
        g.separator_m,
        g.cathode_m,
    )
    end = 1000 - (ec * gc * lc**2 / 6 + es * ls * (gc * lc / 2 + gs * ls / 2)) / (
        es * ls + ec * lc
    )
    out = discharge(i, g, transport(slope=0.0), **KINETICS)
    assert out.sodium_side_mol_per_m3 == pytest.approx(end + gc * lc / 2 + gs * ls)


def test_salt_is_conserved_when_the_front_stops_short():
    # constant D: integrate the stated profile and compare with the salt put in
    i, t, d = 200.0, 0.4, 1e-10
    g = geometry(150.0)
    out = discharge(i, g, transport(slope=0.0, diffusivity=d), **KINETICS)
    depth = float(out.depth_fraction * g.cathode_m)
    assert 0.0 < out.depth_fraction < 1.0
    flux = i * (1 - t) / FARADAY_C_per_mol / d
    gs, gc = flux / g.separator_factor, flux / g.cathode_factor
    x = np.linspace(0.0, depth, 2001)
    cathode = np.trapezoid(gc * (depth - x) ** 2 / (2 * depth), x)
    front = gc * depth / 2
    separator = g.separator_m * (front + gs * g.separator_m / 2)
    held = g.cathode_porosity * cathode + g.separator_porosity * separator
    put_in = 1000.0 * (
        g.separator_porosity * g.separator_m + g.cathode_porosity * g.cathode_m
    )
    assert held == pytest.approx(put_in, rel=1e-4)


@settings(deadline=None)
@given(st.floats(0.1, 500.0), st.floats(0.05, 3.0), st.floats(1.01, 4.0))
def test_more_conductivity_and_diffusivity_never_hurt(current, kappa, factor):
    worse = discharge(current, geometry(), transport(kappa), **KINETICS)
    more = discharge(current, geometry(), transport(kappa * factor), **KINETICS)
    assert more.overpotential_V <= worse.overpotential_V + 1e-12
    faster = discharge(
        current, geometry(), transport(kappa, 1e-10 * factor), **KINETICS
    )
    assert faster.depth_fraction >= worse.depth_fraction - 1e-9


@settings(deadline=None)
@given(st.floats(1.0, 300.0), st.floats(1.01, 3.0))
def test_more_current_reaches_less(current, factor):
    low = discharge(current, geometry(), transport(), **KINETICS)
    high = discharge(current * factor, geometry(), transport(), **KINETICS)
    assert high.depth_fraction <= low.depth_fraction + 1e-9


def test_secant_mean_is_the_kirchhoff_mean():
    medium = transport()
    grid = np.linspace(200.0, 2500.0, 4001)
    direct = 1e-10 * np.exp(-0.4e-3 * (grid - 1000.0))
    expected = np.trapezoid(direct, grid) / (grid[-1] - grid[0])
    assert secant_mean(medium, grid[0], grid[-1]) == pytest.approx(expected, rel=1e-6)
    assert secant_mean(medium, np.array(1000.0), np.array(1000.0)) == pytest.approx(
        1e-10
    )


def test_limiting_current_is_where_the_sodium_side_runs_dry():
    medium = transport(slope=0.0)
    ratio, sand = charge_limits(10.0, geometry(), medium)
    again, later = charge_limits(10.0 / ratio, geometry(), medium)
    assert again == pytest.approx(1.0)
    assert later == pytest.approx(sand * ratio**2)
    assert charge_limits(0.0, geometry(), medium)[0] == 0.0
    assert np.isinf(charge_limits(0.0, geometry(), medium)[1])


def test_surface_lag_stays_on_the_curve():
    assert surface_lag(np.array(0.0), np.array(1.0)) == 0.0
    assert surface_lag(np.array(10.0), np.array(0.1)) == pytest.approx(0.1)
    assert surface_lag(np.array(1.0), np.array(1.0)) == pytest.approx(0.25)


@settings(deadline=None)
@given(st.floats(0.0, 3.0), st.floats(0.5, 300.0), st.floats(0.0, 10.0))
def test_mean_voltage_stays_above_the_cutoff(lower, current, relative):
    depth = np.linspace(0.0, 1.0, 201)
    voltage = 4.0 - 2.0 * depth
    energy = 4.0 * depth - depth**2
    out = discharge(current, geometry(), transport(), **KINETICS)
    used, mean = usable_discharge(
        (depth, voltage, energy), out, np.array(relative), lower_cutoff_V=lower
    )
    assert 0.0 <= used <= 1.0
    if used > 1e-6:
        assert mean >= lower - 1e-6
