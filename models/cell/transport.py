"""Transport of an electrolyte at cell temperature."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from sodalyte.models.cell.constants import (
    ZERO_CELSIUS_K,
    FARADAY_C_per_mol,
    GAS_CONSTANT_J_per_mol_K,
)
from sodalyte.models.cell.electrolyte import ElectrolyteProperties
from sodalyte.models.cell.parameters import Parameter
from sodalyte.models.cell.rate import Transport

__all__ = ["arrhenius", "shift_transport", "transport_at_temperature"]

Array = npt.NDArray[np.float64]


def arrhenius(
    energy_kJ_per_mol: float, temperature_K: Array, reference_K: float
) -> Array:
    """Return the factor of a rate between two temperatures."""
    return np.exp(
        -1e3
        * energy_kJ_per_mol
        / GAS_CONSTANT_J_per_mol_K
        * (1.0 / temperature_K - 1.0 / reference_K)
    )


def transport_at_temperature(
    electrolyte: ElectrolyteProperties,
    prior: Mapping[str, Parameter],
    temperature_K: Array,
) -> Transport:
    """Build transport at cell temperature; D from Nernst-Einstein when not given."""
    reference = electrolyte.properties_temperature_C + ZERO_CELSIUS_K
    factor = arrhenius(
        prior["conductivity_activation_kJ_per_mol"].value, temperature_K, reference
    )
    kappa = 0.1 * electrolyte.array("conductivity_mS_per_cm") * factor
    t = electrolyte.array("transference_number")
    t = np.where((t > 0.0) & (t < 1.0), t, np.nan)
    molarity = electrolyte.array("salt_molarity_mol_per_L")
    slope = prior["diffusivity_concentration_slope_L_per_mol"].value
    if electrolyte.salt_diffusivity_m2_per_s is None:
        einstein = (
            2.0
            * t
            * (1.0 - t)
            * kappa
            * GAS_CONSTANT_J_per_mol_K
            * temperature_K
            / (FARADAY_C_per_mol**2 * 1e3 * molarity)
        )
        diffusivity = (
            prior["nernst_einstein_ratio"].value
            * einstein
            * np.exp(slope * (molarity - 1.0))
        )
    else:
        diffusivity = (
            electrolyte.array("salt_diffusivity_m2_per_s")
            * factor
            * temperature_K
            / reference
        )
    return Transport(
        conductivity_S_per_m=kappa,
        diffusivity_m2_per_s=diffusivity,
        slope_m3_per_mol=1e-3 * slope,
        transference=t,
        concentration_mol_per_m3=1e3 * molarity,
        temperature_K=temperature_K,
    )


def shift_transport(
    base: Transport,
    z: float,
    *,
    conductivity_ln_std: Array,
    diffusivity_ln_std: Array,
    transference_std: Array,
) -> Transport:
    """Return transport with all three quantities z spreads away from the centre.

    Parameters
    ----------
    base : Transport
        Central values.
    z : float
        Standard deviations; they move together, the cautious choice.
    conductivity_ln_std, diffusivity_ln_std, transference_std : ndarray
        Spreads.

    Returns
    -------
    Transport
    """
    if z == 0.0:
        return base
    return Transport(
        conductivity_S_per_m=base.conductivity_S_per_m
        * np.exp(z * conductivity_ln_std),
        diffusivity_m2_per_s=base.diffusivity_m2_per_s * np.exp(z * diffusivity_ln_std),
        slope_m3_per_mol=base.slope_m3_per_mol,
        transference=np.clip(base.transference + z * transference_std, 0.02, 0.98),
        concentration_mol_per_m3=base.concentration_mol_per_m3,
        temperature_K=base.temperature_K,
    )
