"""Unit algebra of mixtures: one set of formulas for one row or a million.

Rows are formulations, columns components. ``x`` are mole fractions of shape
(..., n_components); the other arrays hold one value per component.
"""

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from sodalyte.datasets.components.component import Component
from sodalyte.datasets.formulations.volume import molar_volume

Array = npt.NDArray[np.float64]

FLUORINE_MOLAR_MASS_G_PER_MOL = 18.998403163
"""Prohaska et al., Standard atomic weights of the elements 2021 (IUPAC Technical
Report), Pure Appl. Chem. 2022, 10.1515/pac-2019-0603, Table 1."""


class ComponentTable(NamedTuple):
    """What the formulas need of each component, as arrays of shape (k,)."""

    molar_mass_g_per_mol: Array
    molar_volume_mL_per_mol: Array
    molar_volume_std_mL_per_mol: Array
    is_salt: Array
    is_solvent: Array
    fluorine_g_per_mol: Array


@lru_cache(maxsize=4096)
def component_table(components: tuple[Component, ...]) -> ComponentTable:
    """Collect masses, volumes and roles of components into read-only arrays."""
    volumes = [molar_volume(c) for c in components]
    table = ComponentTable(
        np.array([c.molar_mass_g_per_mol for c in components], dtype=float),
        np.array([v.value_mL_per_mol for v in volumes], dtype=float),
        np.array([v.std_mL_per_mol for v in volumes], dtype=float),
        np.array([c.role == "salt" for c in components], dtype=float),
        np.array([is_solvent(c) for c in components], dtype=float),
        np.array(
            [c.n_fluorine * FLUORINE_MOLAR_MASS_G_PER_MOL for c in components],
            dtype=float,
        ),
    )
    for column in table:
        column.setflags(write=False)
    return table


def is_solvent(component: Component) -> bool:
    """Whether a component counts as solvent in a molality.

    Everything that is no salt does: solvents, diluents, molecular additives and
    an ionic liquid in the role of the solvent; an ionic additive does not.
    """
    if component.role in {"solvent", "diluent"}:
        return True
    return component.role == "additive" and not component.is_ionic


def mass_fractions(x: Array, table: ComponentTable) -> Array:
    """Convert mole fractions to mass fractions."""
    mass = x * table.molar_mass_g_per_mol
    return np.asarray(mass / mass.sum(axis=-1, keepdims=True))


def volume_fractions(x: Array, table: ComponentTable) -> Array:
    """Convert mole fractions to shares of the (additive) volume."""
    volume = x * table.molar_volume_mL_per_mol
    return np.asarray(volume / volume.sum(axis=-1, keepdims=True))


def density_g_per_mL(x: Array, table: ComponentTable) -> Any:
    """Give the density at 25 degC under additive volumes."""
    return (x @ table.molar_mass_g_per_mol) / (x @ table.molar_volume_mL_per_mol)


def density_std_g_per_mL(x: Array, table: ComponentTable) -> Any:
    """Give the density's standard uncertainty from those of the molar volumes."""
    volume = x @ table.molar_volume_mL_per_mol
    variance = (x**2) @ (table.molar_volume_std_mL_per_mol**2)
    return density_g_per_mL(x, table) * np.sqrt(variance) / volume


def molarity_mol_per_L(x: Array, table: ComponentTable) -> Array:
    """Give the moles of each component in a litre of the finished electrolyte."""
    volume = (x @ table.molar_volume_mL_per_mol)[..., np.newaxis]
    return np.asarray(1000.0 * x / volume)


def salt_molarity_mol_per_L(x: Array, table: ComponentTable) -> Any:
    """Give the moles of salt in a litre of the finished electrolyte."""
    return 1000.0 * (x @ table.is_salt) / (x @ table.molar_volume_mL_per_mol)


def molality_mol_per_kg(x: Array, table: ComponentTable) -> Array:
    """Give the moles of each component per kilogram of solvent; nan without any."""
    solvent_g = x @ (table.is_solvent * table.molar_mass_g_per_mol)
    solvent_g = np.where(solvent_g > 0, solvent_g, np.nan)
    return np.asarray(1000.0 * x / solvent_g[..., np.newaxis])


def salt_molality_mol_per_kg(x: Array, table: ComponentTable) -> Any:
    """Give the moles of salt per kilogram of solvent; nan without any."""
    return molality_mol_per_kg(x, table) @ table.is_salt


def fluorine_mass_fraction(x: Array, table: ComponentTable) -> Any:
    """Give the mass fraction of fluorine in the electrolyte."""
    return (x @ table.fluorine_g_per_mol) / (x @ table.molar_mass_g_per_mol)


_TOTAL_AND_FACTOR = {
    "mole_fraction": (0, 1.0),
    "mass_fraction": (1, 1.0),
    "mol_per_L": (2, 1e-3),
    "volume_fraction": (2, 1.0),
    "mol_per_kg": (3, 1e-3),
    "mol_per_L_solvent": (4, 1e-3),
}


def _extents(component: Component) -> tuple[float, float, float, float, float]:
    """Give what one mole adds: moles, mass, volume, solvent mass and volume."""
    mass = component.molar_mass_g_per_mol
    volume = molar_volume(component).value_mL_per_mol
    share = 1.0 if is_solvent(component) else 0.0
    return 1.0, mass, volume, share * mass, share * volume


def finish_moles(
    base_moles: Sequence[float],
    additions: Sequence[tuple[str, float]],
    components: Sequence[Component],
) -> list[float]:
    """Add amounts that refer to the finished electrolyte to a base mixture.

    Parameters
    ----------
    base_moles : sequence of float
        Moles of the first components, whose proportions are known.
    additions : sequence of (unit, amount)
        For the other components: "mol_per_L", "mass_fraction",
        "volume_fraction" or "mole_fraction" of the finished electrolyte, or
        "mol_per_kg" or "mol_per_L_solvent" of its solvents.
    components : sequence of Component
        Those of the base, then those of the additions.

    Returns
    -------
    list of float
        Moles of the components, on the scale of ``base_moles``.

    Raises
    ------
    ValueError
        If the additions leave no room for the base.

    Notes
    -----
    Total moles, mass and volume of the finished electrolyte and mass and volume
    of its solvents are linear in the added moles, and each of these is in
    proportion to one of the five totals: one linear equation for each total that
    an addition refers to.
    """
    n_base = len(base_moles)
    extents = [_extents(component) for component in components]
    rates = []  # moles of each addition per unit of its total
    for (unit, amount), own in zip(additions, extents[n_base:], strict=True):
        total, factor = _TOTAL_AND_FACTOR[unit]
        per_mole = own[total] if unit in {"mass_fraction", "volume_fraction"} else 1.0
        rates.append((total, amount * factor / per_mole))
    used = sorted({total for total, _ in rates})
    matrix = [
        [
            (1.0 if row == column else 0.0)
            - sum(
                own[row] * rate
                for (total, rate), own in zip(rates, extents[n_base:], strict=True)
                if total == column
            )
            for column in used
        ]
        for row in used
    ]
    of_base = [
        sum(n * own[row] for n, own in zip(base_moles, extents, strict=False))
        for row in used
    ]
    solved = dict(zip(used, _solve(matrix, of_base), strict=True))
    added = [solved[total] * rate for total, rate in rates]
    if not all(0 < n < math.inf for n in added):
        listed = ", ".join(
            f"{amount:g} {unit.replace('_', ' ')} {c.name}"
            for (unit, amount), c in zip(additions, components[n_base:], strict=True)
        )
        raise ValueError(
            f"The amounts must leave room for the solvent; {listed} fill the whole "
            "electrolyte by the additive volume model. Lower them, or give a mole "
            "ratio."
        )
    return [*base_moles, *added]


def _solve(matrix: list[list[float]], right: list[float]) -> list[float]:
    """Solve up to five linear equations; nan where they have no one solution.

    A plain elimination with pivots: for one or two equations it takes a tenth of
    the time of `numpy.linalg.solve`.
    """
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    n = len(rows)
    for i in range(n):
        pivot = max(range(i, n), key=lambda r: abs(rows[r][i]))
        rows[i], rows[pivot] = rows[pivot], rows[i]
        if not abs(rows[i][i]) > 1e-14:
            return [math.nan] * n
        for r in range(i + 1, n):
            ratio = rows[r][i] / rows[i][i]
            rows[r] = [a - ratio * b for a, b in zip(rows[r], rows[i], strict=True)]
    solution = [0.0] * n
    for i in reversed(range(n)):
        known = sum(rows[i][j] * solution[j] for j in range(i + 1, n))
        solution[i] = (rows[i][n] - known) / rows[i][i]
    return solution
