"""Transport at temperature, diffusivity from Nernst-Einstein."""

import numpy as np
import pytest

from sodalyte.models.cell import ElectrolyteProperties
from sodalyte.models.cell.inputs import priors
from sodalyte.models.cell.transport import (
    arrhenius,
    shift_transport,
    transport_at_temperature,
)


def transport(temperature_C=25.0, **fields):
    electrolyte = ElectrolyteProperties(nines_mean=3.0, **fields)
    return transport_at_temperature(
        electrolyte, priors(), np.asarray(temperature_C) + 273.15
    )


def test_nernst_einstein_of_the_chayambuka_electrolyte():
    # 0.883 S/m, 1 M, t+ 0.45: 1.16e-10 m2/s, of which half is taken
    found = transport(
        conductivity_mS_per_cm=8.83,
        transference_number=0.45,
        salt_molarity_mol_per_L=1.0,
    )
    assert found.diffusivity_m2_per_s == pytest.approx(0.5 * 1.16e-10, rel=0.01)


def test_a_given_diffusivity_is_kept():
    found = transport(salt_diffusivity_m2_per_s=3e-10)
    assert found.diffusivity_m2_per_s == pytest.approx(3e-10)


def test_cold_electrolytes_conduct_less():
    warm, cold = transport(25.0), transport(-40.0)
    ratio = cold.conductivity_S_per_m / warm.conductivity_S_per_m
    assert ratio == pytest.approx(np.exp(-13e3 / 8.314463 * (1 / 233.15 - 1 / 298.15)))
    assert cold.diffusivity_m2_per_s / warm.diffusivity_m2_per_s < ratio


def test_arrhenius_is_one_at_its_reference():
    assert arrhenius(45.0, np.array(298.15), 298.15) == 1.0


@pytest.mark.parametrize("t", [-0.1, 0.0, 1.0, 1.2])
def test_impossible_transference_is_not_a_number(t):
    assert np.isnan(transport(transference_number=t).transference)


def test_shift_moves_all_three_together():
    base = transport(conductivity_mS_per_cm=5.0)
    spreads = {
        "conductivity_ln_std": np.array(0.1),
        "diffusivity_ln_std": np.array(0.7),
        "transference_std": np.array(0.05),
    }
    better = shift_transport(base, 1.0, **spreads)
    assert better.conductivity_S_per_m == pytest.approx(0.5 * np.exp(0.1))
    assert better.diffusivity_m2_per_s > base.diffusivity_m2_per_s
    assert better.transference == pytest.approx(base.transference + 0.05)
    assert shift_transport(base, 0.0, **spreads) is base
