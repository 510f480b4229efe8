"""Inputs: priors, spreads of the two profiles, cutting to blocks."""

import numpy as np
import pytest

from sodalyte.models.cell import CellDesign, ElectrolyteProperties, Protocol
from sodalyte.models.cell.inputs import (
    cell_inputs,
    priors,
    take_rows,
    with_overrides,
)


def inputs(profile="realistic", **fields):
    return cell_inputs(
        ElectrolyteProperties(nines_mean=3.0, **fields),
        CellDesign(),
        Protocol(),
        profile,
    )


def test_overrides_replace_and_widen():
    changed = with_overrides({"background_loss_per_cycle": 0.1})
    assert changed["background_loss_per_cycle"].value == 0.1
    assert changed["background_loss_per_cycle"].high == 0.1
    assert priors()["background_loss_per_cycle"].value < 0.01
    with pytest.raises(KeyError, match="Came nonsense"):
        with_overrides({"nonsense": 1.0})


def test_defaults_are_uncertain_only_in_the_realistic_profile():
    assert inputs("ideal").conductivity_ln_std == 0.0
    assert inputs("realistic").conductivity_ln_std > 0.0
    given = inputs("ideal", conductivity_mS_per_cm=5.0, conductivity_ln_std=0.2)
    assert given.conductivity_ln_std == 0.2


def test_initial_efficiency_of_each_profile():
    assert inputs("ideal").initial_ce(0.0) == pytest.approx(0.999)
    assumed = inputs("realistic")
    assert assumed.is_initial_assumed
    assert [float(assumed.initial_ce(z)) for z in (-1.6448536, 0, 1.6448536)] == (
        pytest.approx([0.57, 0.93, 0.999])
    )
    given = inputs("realistic", initial_ce_percent=90.0)
    assert not given.is_initial_assumed
    assert given.initial_ce(0.0) == pytest.approx(0.9)
    assert inputs(initial_ce_percent=100.0).initial_ce(0.0) == pytest.approx(1.0)


def test_a_block_is_a_cut_of_every_array():
    electrolyte = ElectrolyteProperties(
        nines_mean=np.arange(5.0),
        density_g_per_mL=1.1,
        price_USD_per_kg=[1, 2, 3, 4, 5],
    )
    cut = take_rows(electrolyte, slice(1, 3), 5)
    assert cut.array("nines_mean").tolist() == [1.0, 2.0]
    assert cut.array("price_USD_per_kg").tolist() == [2.0, 3.0]
    assert cut.array("density_g_per_mL") == 1.1
    assert take_rows(electrolyte, slice(0, 5), 5) is electrolyte


def test_sizes():
    assert inputs().size == 1
    assert inputs(density_g_per_mL=np.ones(7)).size == 7
