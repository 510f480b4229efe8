"""Estimate bulk properties of an electrolyte in closed form, with uncertainties.

Density by additive volumes, permittivity by volume fractions, viscosity by the
mole-fraction rule and an exponential salt term, conductivity by Nernst, Einstein and
Stokes with a share of free charge, transference from the two mobilities, and salt
diffusivity from the conductivity. Equations, sources, checks: ``docs/science-bulk.md``.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sodalyte.featurizers.amounts import Amounts
from sodalyte.featurizers.ingredients import bulk_parameters

__all__ = ["BulkProperties", "bulk_properties"]

Array = NDArray[np.float64]

REFERENCE_K = 298.15
BOLTZMANN_J_PER_K = 1.380649e-23  # CODATA 2018, exact
FARADAY_C_PER_MOL = 96485.33212  # CODATA 2018
GAS_CONSTANT_J_PER_MOL_K = 8.314462618  # CODATA 2018
BJERRUM_NM_TIMES_PERMITTIVITY_K = 16710.0
"""e^2 / (4 pi eps0 k) in nm K, CODATA 2018: 56.05 nm at 298.15 K over permittivity."""


@dataclass(frozen=True, eq=False)
class BulkProperties:
    """Bulk properties; every array has shape (n,).

    ``..._ln_std`` is the standard uncertainty of the natural logarithm, ``..._std``
    that of the value. A formulation without ions reads conductivity 0, transference
    number 0 and salt diffusivity 0.
    """

    density_g_per_mL: Array
    density_g_per_mL_std: Array
    permittivity: Array
    permittivity_ln_std: Array
    viscosity_mPa_s: Array
    viscosity_mPa_s_ln_std: Array
    conductivity_mS_per_cm: Array
    conductivity_mS_per_cm_ln_std: Array
    transference_number: Array
    transference_number_std: Array
    salt_diffusivity_m2_per_s: Array
    salt_diffusivity_m2_per_s_ln_std: Array
    estimated_liquid_fraction: Array


def bulk_properties(
    mixture: Amounts, temperature_C: Array | float = 25.0
) -> BulkProperties:
    """Estimate the bulk properties.

    Parameters
    ----------
    mixture : Amounts
    temperature_C : float or ndarray of shape (n,)
        Above -273.15.

    Returns
    -------
    BulkProperties
    """
    parameters = bulk_parameters()
    table = mixture.ingredients
    kelvin = np.broadcast_to(np.asarray(temperature_C) + 273.15, len(mixture))
    warmer_K = kelvin - REFERENCE_K
    volume = mixture.volume_mL_per_mol + warmer_K * mixture.total(
        table.molar_volume_mL_per_mol * table.expansion_per_K
    )
    mass = mixture.total(table.molar_mass_g_per_mol)
    volume_variance = mixture.matrix.multiply(mixture.matrix) @ np.square(
        table.molar_volume_std_mL_per_mol
    )
    density = mass / volume
    permittivity, permittivity_ln_std = _permittivity(mixture, warmer_K)
    ion_pairs = np.where(table.is_ionic, table.n_anions, 0.0)
    concentration = 1000.0 * mixture.total(ion_pairs) / volume
    viscosity, viscosity_ln_std, salt_ln = _viscosity(mixture, kelvin, concentration)
    flow = parameters["conductivity"]
    effective = np.exp(np.log(viscosity) - (1.0 - flow["walden_exponent"]) * salt_ln)
    thermal = BOLTZMANN_J_PER_K * kelvin / (np.pi * effective * 1e-3)
    cation = thermal / (6.0 * flow["cation_radius_A"] * 1e-10)
    anion_radius = mixture.total(ion_pairs * table.anion_radius_A)
    has_ions = concentration > 0
    amount = np.where(has_ions, mixture.total(ion_pairs), 1.0)
    radius = np.where(has_ions, anion_radius / amount, 2.5) * 1e-10
    anion = thermal / (6.0 * flow["anion_slip"] * radius)
    bjerrum = BJERRUM_NM_TIMES_PERMITTIVITY_K / (permittivity * kelvin)
    root = np.sqrt(concentration)
    free_charge = np.exp(
        -flow["association_nm_per_bjerrum"] * bjerrum * 2.0 * root / (1.0 + root)
    )
    molar = np.square(FARADAY_C_PER_MOL) / (GAS_CONSTANT_J_PER_MOL_K * kelvin)
    conductivity = 10.0 * molar * 1e3 * concentration * (cation + anion) * free_charge
    transference = np.where(has_ions, cation / (cation + anion), 0.0)
    diffusivity = (
        np.exp(parameters["diffusivity"]["nernst_einstein_ln"])
        * 2.0
        * cation
        * anion
        / (cation + anion)
        * free_charge
    )
    ones = np.ones(len(mixture))
    estimated = np.where(table.is_ionic, 0.0, table.is_viscosity_estimated)
    liquid = np.maximum(mixture.total(np.where(table.is_ionic, 0.0, 1.0)), 1e-300)
    return BulkProperties(
        density_g_per_mL=density,
        density_g_per_mL_std=density * np.sqrt(volume_variance) / volume,
        permittivity=permittivity,
        permittivity_ln_std=permittivity_ln_std,
        viscosity_mPa_s=viscosity,
        viscosity_mPa_s_ln_std=viscosity_ln_std,
        conductivity_mS_per_cm=np.where(has_ions, conductivity, 0.0),
        conductivity_mS_per_cm_ln_std=np.hypot(
            flow["ln_std"], flow["walden_exponent"] * viscosity_ln_std
        ),
        transference_number=transference,
        transference_number_std=parameters["transference"]["std"] * ones,
        salt_diffusivity_m2_per_s=np.where(has_ions, diffusivity, 0.0),
        salt_diffusivity_m2_per_s_ln_std=np.hypot(
            parameters["diffusivity"]["ln_std"], viscosity_ln_std
        ),
        estimated_liquid_fraction=mixture.total(estimated) / liquid,
    )


def _permittivity(mixture: Amounts, warmer_K: Array) -> tuple[Array, Array]:
    """Average over the molecules by volume; ions themselves are not counted."""
    parameters = bulk_parameters()["permittivity"]
    table = mixture.ingredients
    weight = np.where(table.is_ionic, 0.0, table.molar_volume_mL_per_mol)
    total = mixture.total(weight)
    safe = np.where(total > 0, total, 1.0)
    share = mixture.take(weight * table.permittivity) * mixture.mole_fraction / safe
    mean = share.sum(axis=0)
    spread = np.sqrt(
        np.square(share * mixture.take(table.permittivity_ln_std)).sum(axis=0)
    )
    present = total > 0
    value = np.where(present, mean, 12.0)
    ln_std = np.hypot(parameters["mixing_ln_std"], spread / value)
    return (
        value * np.exp(parameters["slope_per_K"] * warmer_K),
        np.where(present, ln_std, 0.5),
    )


def _viscosity(
    mixture: Amounts, kelvin: Array, concentration: Array
) -> tuple[Array, Array, Array]:
    """Viscosity, ln std and the ln of the factor that the salt brings."""
    parameters = bulk_parameters()["viscosity"]
    table = mixture.ingredients
    molecules = np.where(table.is_ionic, 0.0, 1.0)
    total = mixture.total(molecules)
    safe = np.where(total > 0, total, 1.0)
    inverse = 1.0 / kelvin - 1.0 / REFERENCE_K
    ln_liquid = (
        mixture.total(molecules * np.log(table.viscosity_mPa_s))
        + mixture.total(molecules * table.viscosity_activation_K) * inverse
    ) / safe
    share = mixture.take(molecules * table.viscosity_ln_std) * mixture.mole_fraction
    variance = np.square(share).sum(axis=0) / np.square(safe)
    salt_ln = (
        parameters["salt_ln_per_molar"]
        * concentration
        * (1.0 + parameters["salt_curvature_per_molar"] * concentration)
        * REFERENCE_K
        / kelvin
    )
    ln_std = np.sqrt(
        variance
        + parameters["mixing_ln_std"] ** 2
        + np.square(parameters["salt_ln_relative_std"] * salt_ln)
        + np.square(parameters["activation_std_K"] * inverse)
    )
    return np.exp(ln_liquid + salt_ln), ln_std, salt_ln
