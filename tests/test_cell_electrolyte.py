"""What an electrolyte may and may not be."""

import numpy as np
import pytest

from sodalyte.models.cell import (
    CellModel,
    ElectrolyteProperties,
    Protocol,
    nines_from_ce_percent,
)


def test_nines():
    assert nines_from_ce_percent([0.0, 90.0, 99.9]) == pytest.approx([0, 1, 3])
    assert np.isinf(nines_from_ce_percent(100.0))


@pytest.mark.parametrize("bad", [-1.0, 100.1, np.nan])
def test_impossible_efficiency_is_refused(bad):
    with pytest.raises(ValueError, match="must lie in"):
        nines_from_ce_percent([99.0, bad])


def test_defaults_need_only_the_efficiency():
    electrolyte = ElectrolyteProperties(nines_mean=3.0)
    assert electrolyte.array("conductivity_mS_per_cm") == 5.0
    assert electrolyte.array("conductivity_ln_std") > 0
    assert np.isnan(electrolyte.array("oxidative_limit_V_vs_Na"))


def test_a_given_value_has_no_default_spread():
    electrolyte = ElectrolyteProperties(nines_mean=3.0, conductivity_mS_per_cm=8.0)
    assert electrolyte.array("conductivity_ln_std") == 0.0


def test_lengths_must_agree():
    with pytest.raises(ValueError, match="one length"):
        ElectrolyteProperties(nines_mean=[1.0, 2.0], density_g_per_mL=[1.0, 1.0, 1.0])
    with pytest.raises(ValueError, match="one-dimensional"):
        ElectrolyteProperties(nines_mean=[[1.0]])
    with pytest.raises(ValueError, match="must have one length"):
        CellModel().evaluate(
            ElectrolyteProperties(nines_mean=[1.0, 2.0]),
            protocol=Protocol(temperature_C=[1.0, 2.0, 3.0]),
        )


def test_kind_is_checked():
    with pytest.raises(ValueError, match="ce_kind"):
        ElectrolyteProperties(nines_mean=3.0, ce_kind="quarter_cell")


def test_length():
    assert len(ElectrolyteProperties(nines_mean=3.0)) == 1
    assert len(ElectrolyteProperties(nines_mean=[1.0, 2.0, 3.0])) == 3


def test_half_cell_efficiency_is_more_uncertain():
    full, half = (
        CellModel("realistic").evaluate(
            ElectrolyteProperties(nines_mean=2.0, ce_kind=kind)
        )
        for kind in ("full_cell", "half_cell")
    )
    assert half.low["cycle_life_80"][0] < full.low["cycle_life_80"][0]
    assert half.cycle_life_80[0] == full.cycle_life_80[0]
