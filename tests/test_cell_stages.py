"""Stages: cut-offs, quantiles, what each loss does."""

import numpy as np
import pytest

from sodalyte.models.cell import CellDesign, ElectrolyteProperties, Protocol
from sodalyte.models.cell.inventory import recursion
from sodalyte.models.cell.prepared import prepare


def block(profile="realistic", design=None, protocol=None, priors=None, **fields):
    fields.setdefault("nines_mean", 3.0)
    return prepare(
        ElectrolyteProperties(**fields),
        design or CellDesign(),
        protocol or Protocol(),
        profile=profile,
        priors=priors or {},
        size=1,
    )


def test_cutoffs_take_capacity_at_either_end():
    full = block().rate()
    low = block(protocol=Protocol(upper_cutoff_V=3.37)).rate()
    high = block(protocol=Protocol(lower_cutoff_V=3.30)).rate()
    assert low.utilisation < full.utilisation
    assert high.utilisation < full.utilisation
    assert high.average_voltage_V > full.average_voltage_V
    assert block(protocol=Protocol(upper_cutoff_V=2.0)).rate().utilisation == 0.0


def test_voltage_falls_with_current():
    rates = np.array([0.0, 0.1, 0.5, 1.0, 2.0])
    found = block(protocol=Protocol(discharge_rate_C=rates)).rate()
    assert (np.diff(found.average_voltage_V) < 0).all()
    assert (np.diff(found.utilisation) < 0).all()
    assert found.utilisation[0] == 1.0
    assert found.average_voltage_V[0] == pytest.approx(3.37, abs=0.005)


def test_quantiles_of_life_are_in_order_and_two_sided():
    one = block()
    rate = one.rate()
    lives = [float(one.life(rate, z).cycle_life) for z in (-2, -1, 0, 1, 2)]
    assert (np.diff(lives) > 0).all()


def test_the_larger_of_host_fade_and_permanent_loss_rules():
    good = block(nines_mean=4.0)
    poor = block(nines_mean=2.0)
    assert good.life(good.rate()).cycle_life == pytest.approx(
        np.log(0.8) / np.log1p(-7.367e-4)
    )
    assert poor.life(poor.rate()).cycle_life == pytest.approx(
        np.log(0.8) / np.log1p(-0.375e-2)
    )


def test_a_coarse_efficiency_says_nothing_of_fade():
    coarse = block(nines_mean=2.0, ce_resolution_percent=1.0)
    assert coarse.life(coarse.rate()).loss == 0.0


def test_an_assumed_formation_pays_the_uptake_of_the_collector():
    plain = block(design=CellDesign(collector="Cu")).first()
    fibers = block(design=CellDesign(collector="carbon fibers")).first()
    assert plain - fibers == pytest.approx(0.3 / 3.0)
    given = block(
        design=CellDesign(collector="carbon fibers"), initial_ce_percent=90.0
    ).first()
    assert given == pytest.approx(0.9)


def test_rest_is_close_to_the_recursion():
    one = block(
        design=CellDesign(cathode="Na4VP", electrolyte_ratio_g_per_Ah=100.0),
        protocol=Protocol(rest_h=24.0, cycles=200),
        nines_mean=2.5,
        initial_ce_percent=80.0,
    )
    life = one.life(one.rate())
    book = recursion(
        200,
        [0.375 * 10**-2.5],
        [7.367e-4],
        [float(life.reserve)],
        [24.0 * one.inputs["corrosion_per_hour"]],
    )
    assert life.reserve > 0.1
    assert life.retention == pytest.approx(book.cathode[-1, 0], abs=0.02)
