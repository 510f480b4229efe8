"""Bound the temperatures between which an electrolyte stays one liquid.

Rules of thumb for the molecular liquids of a mixture, salt counted as a solute that
only dilutes: the liquidus of each liquid from the Schroeder equation with Walden's
entropy of fusion, the boiling and flash points from Raoult's law with Trouton's entropy
of vaporisation (flash point of mixtures: Liaw et al., J. Loss Prev. Process Ind. 2002,
15, 429, 10.1016/S0950-4230(02)00025-0, ideal case).
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sodalyte.featurizers.amounts import Amounts, Formulations, amounts_in_blocks
from sodalyte.featurizers.ingredients import catalogue_properties
from sodalyte.featurizers.tables_reader import read_parameters

__all__ = ["liquid_range"]

Array = NDArray[np.float64]

GAS_CONSTANT_J_PER_MOL_K = 8.314462618  # CODATA 2018
KELVIN = 273.15
N_BISECTIONS = 40
ROWS_AT_ONCE = 65_536


def liquid_range(formulations: Formulations) -> pd.DataFrame:
    """Estimate liquidus, boiling and flash point.

    Parameters
    ----------
    formulations : sequence of Formulation or FormulationArray

    Returns
    -------
    DataFrame of shape (n, 6)
        ``liquidus_C``: below it the first liquid crystallises, if it forms an ideal
        mixture; many electrolytes supercool or form eutectic solvates, so it is an
        upper bound for most. ``boiling_point_C``: bubble point at 1 atm; the salt
        raises it. ``flash_point_C``: closed cup. ``..._known_share``: mole share of the
        molecules whose value is known; the others are taken as neither freezing,
        boiling nor burning, so below 1 the figure is optimistic. NaN where nothing is
        known.
    """
    blocks = [
        _block(mixture) for mixture in amounts_in_blocks(formulations, ROWS_AT_ONCE)
    ]
    return pd.concat(blocks, ignore_index=True)


class _Known(NamedTuple):
    """One property of the molecules present (m, n) and the share it covers (n,)."""

    kelvin: Array
    present: NDArray[np.bool_]
    share: Array


def _block(mixture: Amounts) -> pd.DataFrame:
    table = mixture.ingredients
    particles = np.where(table.is_ionic, table.n_cations + table.n_anions, 1.0)
    amount = mixture.mole_fraction * mixture.take(particles)
    share = amount / amount.sum(axis=0)
    melting = _known(mixture, "melting_point_C")
    boiling = _known(mixture, "boiling_point_C")
    flash = _known(mixture, "flash_point_C")
    both = boiling.present & flash.present
    return pd.DataFrame(
        {
            "liquidus_C": _liquidus_C(share, melting),
            "liquidus_known_share": melting.share,
            "boiling_point_C": _bubble_C(share, boiling),
            "boiling_point_known_share": boiling.share,
            "flash_point_C": _flash_C(share, flash.kelvin, boiling.kelvin, both),
            "flash_point_known_share": flash.share,
        }
    )


def _known(mixture: Amounts, name: str) -> _Known:
    table = mixture.ingredients
    values = np.array(
        [float(catalogue_properties(one).get(name, np.nan)) for one in table.components]
    )
    is_known = ~table.is_ionic & np.isfinite(values)
    kelvin = np.where(is_known, values, 0.0) + KELVIN
    molecules = mixture.total((~table.is_ionic).astype(float))
    covered = mixture.total(is_known.astype(float))
    return _Known(
        mixture.take(kelvin),
        mixture.take(is_known) & (mixture.mole_fraction > 0),
        covered / np.where(molecules > 0, molecules, 1.0),
    )


def _liquidus_C(share: Array, melting: _Known) -> Array:
    """Highest ideal liquidus: T = Tm / (1 - R ln x / entropy of fusion)."""
    entropy = read_parameters("liquid_range.toml")["fusion_J_per_mol_K"]
    logarithm = np.log(np.where(melting.present, share, 1.0))
    liquidus = melting.kelvin / (1.0 - GAS_CONSTANT_J_PER_MOL_K * logarithm / entropy)
    highest = np.where(melting.present, liquidus, -np.inf).max(axis=0)
    return np.where(np.isfinite(highest), highest - KELVIN, np.nan)


def _bubble_C(share: Array, boiling: _Known) -> Array:
    """Temperature at which the ideal vapour pressures add up to one atmosphere."""

    def excess(kelvin: Array) -> Array:
        pressure = _reduced_pressure(kelvin, boiling.kelvin, boiling.present)
        return np.asarray((share * pressure).sum(axis=0) - 1.0)

    return _root_C(excess, np.asarray(boiling.present.any(axis=0)))


def _flash_C(
    share: Array, flash_K: Array, boiling_K: Array, present: NDArray[np.bool_]
) -> Array:
    """Temperature at which sum x P(T) / P(flash point) reaches 1 (Liaw, ideal)."""

    def excess(kelvin: Array) -> Array:
        pressure = _reduced_pressure(kelvin, boiling_K, present)
        limit = _reduced_pressure(flash_K, boiling_K, present)
        return np.asarray(
            (share * pressure / np.where(present, limit, 1.0)).sum(axis=0) - 1.0
        )

    return _root_C(excess, np.asarray(present.any(axis=0)))


def _reduced_pressure(
    kelvin: Array, boiling_K: Array, present: NDArray[np.bool_]
) -> Array:
    """Vapour pressure in atm by Trouton's rule; 0 for what is absent or unknown."""
    entropy = read_parameters("liquid_range.toml")["vaporisation_J_per_mol_K"]
    exponent = entropy / GAS_CONSTANT_J_PER_MOL_K * (1.0 - boiling_K / kelvin)
    return np.where(present, np.exp(exponent), 0.0)


def _root_C(excess: Callable[[Array], Array], is_known: NDArray[np.bool_]) -> Array:
    """Bisect an increasing function of temperature between 100 and 1000 K."""
    low = np.full(len(is_known), 100.0)
    high = np.full(len(is_known), 1000.0)
    for _ in range(N_BISECTIONS):
        middle = 0.5 * (low + high)
        is_below = excess(middle) < 0
        low = np.where(is_below, middle, low)
        high = np.where(is_below, high, middle)
    found = is_known & (high < 999.0)
    return np.where(found, 0.5 * (low + high) - KELVIN, np.nan)
