"""Estimate bulk properties of an electrolyte in closed form, with uncertainties.

Density by additive volumes, permittivity by volume fractions, viscosity by the
mole-fraction rule and an exponential salt term, conductivity by Nernst, Einstein and
Stokes with a share of free charge, transference from the two mobilities, and salt
diffusivity from the conductivity. Equations, sources, checks: ``docs/science-bulk.md``.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sodalyte.featurizers.amounts import Amounts
from sodalyte.featurizers.ingredients import bulk_parameters
from sodalyte.featurizers.solvation import solvation_structure

__all__ = ["BulkProperties", "bulk_properties"]

Array = NDArray[np.float64]

KELVIN = 273.15
REFERENCE_K = 298.15
REFERENCE_CATION_RADIUS_A = 1.02  # Na+, Shannon 1976, six-coordinate
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
    kelvin = np.broadcast_to(np.asarray(temperature_C) + KELVIN, len(mixture))
    warmer_K = kelvin - REFERENCE_K
    volume = mixture.volume_mL_per_mol + warmer_K * mixture.total(
        table.molar_volume_mL_per_mol * table.expansion_per_K
    )
    density = mixture.total(table.molar_mass_g_per_mol) / volume
    variance = (
        np.square(
            mixture.mole_fraction * mixture.take(table.molar_volume_std_mL_per_mol)
        )
    ).sum(axis=0)
    permittivity, permittivity_ln_std = _permittivity(mixture, warmer_K)
    anions = 1000.0 * mixture.total(table.n_anions) / volume
    viscosity, viscosity_ln_std, salt_ln = _viscosity(mixture, kelvin, anions)
    walden = parameters["conductivity"]["walden_exponent"]
    friction = np.log(viscosity) - (1.0 - walden) * salt_ln
    transport = _transport(mixture, kelvin, permittivity, friction, volume)
    flow_ln_std = (
        parameters["conductivity"]["ln_std"]
        + parameters["conductivity"]["aggregate_ln_std"]
        * solvation_structure(mixture).agg_share
    )
    molecule = np.where(table.is_ionic, 0.0, 1.0)
    molecules = mixture.total(molecule)
    estimated = mixture.total(molecule * table.is_viscosity_estimated)
    return BulkProperties(
        density_g_per_mL=density,
        density_g_per_mL_std=density * np.sqrt(variance) / volume,
        permittivity=permittivity,
        permittivity_ln_std=permittivity_ln_std,
        viscosity_mPa_s=viscosity,
        viscosity_mPa_s_ln_std=viscosity_ln_std,
        conductivity_mS_per_cm=transport.conductivity_mS_per_cm,
        conductivity_mS_per_cm_ln_std=np.hypot(flow_ln_std, walden * viscosity_ln_std),
        transference_number=transport.transference_number,
        transference_number_std=np.full(
            len(mixture), parameters["transference"]["std"]
        ),
        salt_diffusivity_m2_per_s=transport.salt_diffusivity_m2_per_s,
        salt_diffusivity_m2_per_s_ln_std=np.hypot(
            parameters["diffusivity"]["ln_std"],
            np.hypot(flow_ln_std, walden * viscosity_ln_std),
        ),
        estimated_liquid_fraction=estimated / np.where(molecules > 0, molecules, 1.0),
    )


class _Transport(NamedTuple):
    conductivity_mS_per_cm: Array
    transference_number: Array
    salt_diffusivity_m2_per_s: Array


def _transport(
    mixture: Amounts, kelvin: Array, permittivity: Array, friction: Array, volume: Array
) -> _Transport:
    """Move the ions: Nernst and Einstein, Stokes, and a share of free charge.

    Parameters
    ----------
    mixture : Amounts
    kelvin, permittivity, volume : ndarray of shape (n,)
        Volume in mL per mole of formula units.
    friction : ndarray of shape (n,)
        ln of the viscosity (mPa s) that the ions feel.
    """
    parameters = bulk_parameters()
    flow = parameters["conductivity"]
    table = mixture.ingredients
    slip = flow["anion_slip"]
    metal_radius = flow["cation_radius_A"] + flow["cation_radius_slope"] * (
        REFERENCE_CATION_RADIUS_A - table.cation_radius_A
    )
    squared = np.square(table.cation_charge)
    sums = mixture.total(
        np.stack(
            [
                table.n_coordinating_cations * squared / metal_radius,
                _over(table.n_organic_cations, slip * table.organic_cation_radius_A),
                _over(table.n_anions, slip * table.anion_radius_A),
                table.n_anions,
            ],
            axis=1,
        )
    )
    metal, organic, anion, n_anions = sums.T
    charges = metal + organic + anion
    has_ions = n_anions > 0
    concentration = 1000.0 * n_anions / volume
    root = np.sqrt(concentration)
    bjerrum_nm = np.minimum(
        BJERRUM_NM_TIMES_PERMITTIVITY_K / (permittivity * kelvin),
        flow["longest_bjerrum_nm"],
    )
    free_charge = np.exp(
        -flow["association"] * np.sqrt(bjerrum_nm) * 2.0 * root / (1.0 + root)
    ) * (1.0 - flow["aggregate_loss"] * solvation_structure(mixture).agg_share)
    stokes = BOLTZMANN_J_PER_K * kelvin / (6.0 * np.pi * np.exp(friction) * 1e-13)
    molar = np.square(FARADAY_C_PER_MOL) / (GAS_CONSTANT_J_PER_MOL_K * kelvin)
    conductivity = 10.0 * molar * stokes * free_charge * 1e6 * charges / volume
    transference = metal / np.where(has_ions, charges, 1.0)
    factor = np.exp(parameters["diffusivity"]["nernst_einstein_ln"])
    diffusivity = (
        factor
        * 2.0
        * transference
        * (1.0 - transference)
        * stokes
        * free_charge
        * charges
        / np.where(has_ions, n_anions, 1.0)
    )
    return _Transport(conductivity, transference, diffusivity)


def _over(numerator: Array, denominator: Array) -> Array:
    """Divide where there is something to divide; 0 elsewhere."""
    safe = np.where(numerator > 0, denominator, 1.0)
    return np.asarray(numerator / safe)


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
    anions = mixture.total(table.n_anions)
    smaller_A = mixture.total(
        table.n_coordinating_cations
        * (REFERENCE_CATION_RADIUS_A - table.cation_radius_A)
    ) / np.where(anions > 0, anions, 1.0)
    salt_ln = (
        (1.0 + parameters["salt_ln_per_A"] * smaller_A)
        * parameters["salt_ln_per_molar"]
        * concentration
        / (1.0 + parameters["salt_saturation_per_molar"] * concentration)
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
