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


def test_losses_of_sodium_add_up():
    for nines in (2.0, 4.0):
        one = block(nines_mean=nines)
        loss = (
            one.inputs["background_loss_per_cycle"]
            + one.inputs["permanent_loss_fraction"] * 10**-nines
        )
        life = one.life(one.rate())
        assert life.loss == pytest.approx(loss)
        assert life.cycle_life == pytest.approx(np.log(0.8) / np.log1p(-loss))


def test_each_nine_of_efficiency_lengthens_life():
    lives = [block(nines_mean=nines) for nines in (2.5, 3.0, 3.5, 4.0)]
    lives = [float(one.life(one.rate()).cycle_life) for one in lives]
    assert (np.diff(lives) > 1.0).all()


def test_with_a_reserve_of_sodium_the_cathode_fades_by_itself():
    one = block(
        design=CellDesign(cathode="Na4VP", electrolyte_ratio_g_per_Ah=100.0),
        initial_ce_percent=98.5,
    )
    life = one.life(one.rate(), cycles=400)
    fade = one.design.material["host_fade_per_cycle"]
    assert life.retention == pytest.approx((1.0 - fade) ** 400)


def test_a_coarse_efficiency_says_nothing_of_fade():
    coarse = block(nines_mean=2.0, ce_resolution_percent=1.0)
    assert coarse.life(coarse.rate()).loss == pytest.approx(
        coarse.inputs["background_loss_per_cycle"]
    )


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
        [
            one.inputs["background_loss_per_cycle"]
            + one.inputs["permanent_loss_fraction"] * 10**-2.5
        ],
        [one.design.material["host_fade_per_cycle"]],
        [float(life.reserve)],
        [24.0 * one.inputs["corrosion_per_hour"]],
    )
    assert life.reserve > 0.1
    assert life.retention == pytest.approx(book.cathode[-1, 0], abs=0.02)
