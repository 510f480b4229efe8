"""Rules on whole recipes: each says for every row whether it is broken, and why."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from sodalyte.screen.space.lab_grid import LabGrid

__all__ = ["MixtureRule", "largest_liquid_fraction"]

Array = np.ndarray[Any, np.dtype[Any]]

_GAS_CONSTANT_J_per_mol_K = 8.314462618  # CODATA 2018, exact
_WALDEN_ENTROPY_J_per_mol_K = 56.5  # 13.5 entropy units, Yalkowsky 1979


@dataclass(frozen=True)
class MixtureRule:
    """A rule on recipes.

    `broken` takes mole fractions of shape (n, n_components) and returns a mask of
    shape (n,), True where the rule is broken; `reason` says it for one row.
    """

    name: str
    broken: Callable[[Array], Array]
    reason: Callable[[Array], str]


def largest_liquid_fraction(melting_point_C: float, temperature_C: float) -> float:
    """Return the mole fraction of a solvent that stays liquid in a mixture.

    Parameters
    ----------
    melting_point_C : float
        Of the pure solvent.
    temperature_C : float
        Use temperature.

    Returns
    -------
    float
        1 where the pure solvent is liquid; below its melting point the ideal
        solubility ln x = -dS/R (Tm/T - 1) with Walden's entropy of fusion.

    Notes
    -----
    Walden's rule, 56.5 J/(mol K) for molecules without long chains, is an estimate;
    dissolved salt lowers the freezing point further and is left out, so the rule
    errs on the cautious side.

    References
    ----------
    .. [1] Yalkowsky, Ind. Eng. Chem. Fundam. 1979, 18, 108: entropies of fusion of
       organic compounds, Walden's 13.5 entropy units for rigid molecules.

    Examples
    --------
    >>> round(largest_liquid_fraction(36.4, 25.0), 2)
    0.77
    """
    temperature_K, melting_K = temperature_C + 273.15, melting_point_C + 273.15
    if melting_K <= temperature_K:
        return 1.0
    slope = _WALDEN_ENTROPY_J_per_mol_K / _GAS_CONSTANT_J_per_mol_K
    return math.exp(-slope * (melting_K / temperature_K - 1.0))


def liquid_range_rule(
    grid: LabGrid, melting_points_C: Array, temperature_C: float
) -> MixtureRule:
    """Keep every solvent below the share at which it would freeze out."""
    liquids = grid.liquids
    limits = np.array(
        [largest_liquid_fraction(m, temperature_C) for m in melting_points_C[liquids]]
    )

    def share(mole_fractions: Array) -> Array:
        x = mole_fractions[:, liquids]
        return np.asarray(x / x.sum(axis=1, keepdims=True))

    def broken(mole_fractions: Array) -> Array:
        return np.asarray((share(mole_fractions) > limits).any(axis=1))

    def reason(row: Array) -> str:
        over = np.flatnonzero(share(row[None])[0] > limits)
        names = ", ".join(grid.components[liquids[i]].name for i in over)
        return f"{names} would freeze out at {temperature_C:g} degC"

    return MixtureRule(f"liquid at {temperature_C:g} degC", broken, reason)


def solvent_to_salt_rule(
    grid: LabGrid, low: float, high: float, *, with_diluent: bool
) -> MixtureRule:
    """Bound moles of coordinating solvent per mole of salt.

    With a diluent this is the window of localized high-concentration electrolytes:
    too much solvent and the diluent only dilutes, too little and salt stays solid.
    """
    salts, solvents = grid.salts, grid.columns("solvent")
    diluents = grid.columns("diluent")
    where = "with a diluent" if with_diluent else "without diluent"

    def ratio(x: Array) -> Array:
        return np.asarray(x[:, solvents].sum(axis=1) / x[:, salts].sum(axis=1))

    def broken(x: Array) -> Array:
        has_diluent = x[:, diluents].sum(axis=1) > 0
        value = ratio(x)
        outside = (value < low - 1e-9) | (value > high + 1e-9)
        return np.asarray(outside & (has_diluent == with_diluent))

    def reason(row: Array) -> str:
        return f"{ratio(row[None])[0]:.2f} mol coordinating solvent per mol salt"

    name = f"{low:g} to {high:g} mol coordinating solvent per mol salt {where}"
    return MixtureRule(name, broken, reason)


def fluorine_rule(grid: LabGrid, fluorine: Array, maximum: float) -> MixtureRule:
    """Bound the mass fraction of fluorine in the electrolyte."""
    masses = grid.molar_masses_g_per_mol

    def fraction(x: Array) -> Array:
        grams = x * masses
        return np.asarray(grams @ fluorine / grams.sum(axis=1))

    return MixtureRule(
        f"fluorine <= {maximum:g} of the mass",
        lambda x: np.asarray(fraction(x) > maximum + 1e-12),
        lambda row: f"fluorine is {fraction(row[None])[0]:.3f} of the mass",
    )


def price_rule(
    grid: LabGrid, prices_USD_per_kg: Array, maximum_USD_per_kg: float
) -> MixtureRule:
    """Bound the price of the ingredients per kilogram of electrolyte."""
    masses = grid.molar_masses_g_per_mol

    def price(x: Array) -> Array:
        grams = x * masses
        return np.asarray(grams @ prices_USD_per_kg / grams.sum(axis=1))

    return MixtureRule(
        f"price <= {maximum_USD_per_kg:g} USD per kg",
        lambda x: np.asarray(price(x) > maximum_USD_per_kg + 1e-12),
        lambda row: f"ingredients cost {price(row[None])[0]:.0f} USD per kg",
    )


def pair_rule(grid: LabGrid, pair: tuple[str, str], name: str) -> MixtureRule:
    """Forbid two components in one recipe, whatever their roles in it."""
    columns = [
        np.array([i for i, c in enumerate(grid.components) if c.name == one])
        for one in pair
    ]

    def broken(x: Array) -> Array:
        present = [
            x[:, found].sum(axis=1) > 0 if len(found) else np.zeros(len(x), dtype=bool)
            for found in columns
        ]
        return np.asarray(present[0] & present[1])

    return MixtureRule(
        f"{name}: {pair[0]} with {pair[1]}",
        broken,
        lambda row: f"{pair[0]} and {pair[1]} are both in it",
    )


def dissolving_rule(grid: LabGrid, limits_mol_per_L: Array, name: str) -> MixtureRule:
    """Keep every salt at or below what the best solvent of the recipe dissolves.

    Parameters
    ----------
    grid : LabGrid
    limits_mol_per_L : ndarray of shape (n_salts, n_solvents)
        Largest molarity of each salt of the grid in each solvent, infinite where no
        source sets one.
    name : str
        Of the rule.
    """
    salts, solvents = grid.salts, grid.columns("solvent")
    volumes = grid.molar_volumes_mL_per_mol

    def over(x: Array) -> Array:
        molarity = 1000.0 * x[:, salts] / (x @ volumes)[:, None]
        present = x[:, solvents] > 0
        excess = np.zeros((len(x), len(salts)), dtype=bool)
        for row, limits in enumerate(limits_mol_per_L):
            allowed = np.where(present, limits, 0.0).max(axis=1)
            excess[:, row] = molarity[:, row] > allowed + 1e-6
        return excess

    def reason(row: Array) -> str:
        names = [
            grid.components[salts[i]].name for i in np.flatnonzero(over(row[None]))
        ]
        return f"{', '.join(names)} would not dissolve"

    return MixtureRule(name, lambda x: np.asarray(over(x).any(axis=1)), reason)
