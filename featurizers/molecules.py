"""Molecular features of formulations: amounts times component table, vectorised."""

from functools import lru_cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sodalyte.datasets.components.component import Component
from sodalyte.featurizers.amounts import Amounts
from sodalyte.featurizers.component_table import component_table
from sodalyte.featurizers.descriptors import (
    ELEMENTS,
    column_of_role,
    selected_descriptors,
)
from sodalyte.featurizers.oxidation import SHELL_LIFT_PER_EV, SHELL_LIFT_STD_PER_EV

__all__ = [
    "MIXED_ROLES",
    "NEUTRAL_FROM_ANION",
    "descriptor_columns",
    "element_columns",
    "orbital_columns",
    "oxidation_columns",
    "oxidation_shell_columns",
]

Array = NDArray[np.float64]
Columns = dict[str, Array]

MIXED_ROLES = ("solvent", "diluent", "anion", "additive")

NEUTRAL_FROM_ANION = {
    "homo_max_eV": "homo_anion_max_eV",
    "lumo_min_eV": "lumo_anion_min_eV",
    "ip_vertical_min_eV": "ip_vertical_anion_min_eV",
    "ea_vertical_max_eV": "ea_vertical_anion_max_eV",
}
"""Which anion column stands in where there is no neutral molecule, and back."""


@lru_cache(maxsize=64)
def _table(components: tuple[Component, ...]) -> pd.DataFrame:
    """Remember the component table of a batch's components."""
    return component_table(components)


def _extreme(present: Amounts, values: Array, counted: NDArray[np.bool_]) -> Array:
    """Largest value among the counted ingredients of each row; -inf where none."""
    usable = np.where(counted, values, -np.inf)
    taken = np.where(present.mole_fraction > 0, present.take(usable), -np.inf)
    return np.asarray(taken.max(axis=0))


def _mean(
    present: Amounts, values: Array, counted: NDArray[np.bool_]
) -> tuple[Array, NDArray[np.bool_]]:
    """Mole-fraction mean over the counted ingredients, 0 where none; and who has one.

    Parameters
    ----------
    present : Amounts
    values : ndarray of shape (k, p)
    counted : ndarray of bool, shape (k,)

    Returns
    -------
    mean : ndarray of shape (n, p)
    has_any : ndarray of bool, shape (n,)
    """
    weight = present.total(counted.astype(float))
    sums = present.total(np.where(counted[:, None], values, 0.0))
    has_any = weight > 0
    safe = np.where(has_any, weight, 1.0)
    return sums / safe[:, None], has_any


def orbital_columns(present: Amounts) -> Columns:
    """Compute the columns of ``transformers.OrbitalFeatures`` from gathered amounts."""
    table = _table(present.ingredients.components)
    ionic = table["is_ionic"].to_numpy(dtype=bool)

    def values(column: str) -> Array:
        return table[column].to_numpy(dtype=float)

    columns: Columns = {}
    for scale, kind in (("", ~ionic), ("_anion", ionic)):
        for quantity, label, sign in (
            ("homo", "max", 1.0),
            ("lumo", "min", -1.0),
            ("ip_vertical", "min", -1.0),
            ("ea_vertical", "max", 1.0),
        ):
            column = values(f"{quantity}{scale}_eV")
            counted = kind & np.isfinite(column)  # F- has no LUMO in the basis
            extreme = sign * _extreme(present, sign * column, counted)
            columns[f"{quantity}{scale}_{label}_eV"] = extreme
    stacked = np.stack([values(c) for c in ("homo_eV", "lumo_eV", "dipole_D")], axis=1)
    means, has_neutral = _mean(present, stacked, ~ionic)
    has_anion = np.isfinite(columns["homo_anion_max_eV"])
    for neutral, anion in NEUTRAL_FROM_ANION.items():
        own, other = columns[neutral], columns[anion]
        columns[neutral] = np.where(has_neutral, own, other)
        columns[anion] = np.where(np.isfinite(other), other, own)
    columns["homo_mean_eV"] = np.where(has_neutral, means[:, 0], columns["homo_max_eV"])
    columns["lumo_mean_eV"] = np.where(has_neutral, means[:, 1], columns["lumo_min_eV"])
    columns["dipole_mean_D"] = means[:, 2]
    columns["has_neutral_molecule"] = has_neutral.astype(float)
    columns["has_anion"] = has_anion.astype(float)
    return columns


def descriptor_columns(present: Amounts) -> Columns:
    """Compute the columns of ``transformers.DescriptorFeatures`` from amounts."""
    table = _table(present.ingredients.components)
    chosen = list(selected_descriptors())
    values = table[chosen].to_numpy(dtype=float)
    ionic = table["is_ionic"].to_numpy(dtype=bool)
    role = table["role"].to_numpy()
    columns: Columns = {}
    for one in MIXED_ROLES:
        counted = ionic if one == "anion" else (role == one) & ~ionic
        mixed, has_any = _mean(present, values, counted)
        for position, column in enumerate(chosen):
            columns[column_of_role(column, one)] = mixed[:, position]
        if one != "anion":
            columns[f"has_{one}"] = has_any.astype(float)
    return columns


def oxidation_columns(present: Amounts) -> Columns:
    """Compute the columns of ``transformers.OxidationFeatures`` from amounts."""
    table = _table(present.ingredients.components)
    everything = np.ones(len(table), dtype=bool)
    ionic = table["is_ionic"].to_numpy(dtype=bool)

    def values(column: str) -> Array:
        return np.nan_to_num(table[column].to_numpy(dtype=float))

    potential = values("oxidation_potential_V_vs_Na")
    std = values("oxidation_potential_std_V")
    weakest = -_extreme(present, -potential, everything)
    is_weakest = present.take(potential) <= weakest
    is_weakest &= present.mole_fraction > 0
    mean, has_neutral = _mean(present, potential[:, None], ~ionic)
    pair, _ = _mean(present, values("homo_pair_drop_eV")[:, None], ~ionic)
    relative = -_extreme(present, -values("lumo_relative_eV"), ~ionic)
    return {
        "oxidation_potential_min_V_vs_Na": weakest,
        "oxidation_potential_min_std_V": np.where(
            is_weakest, present.take(std), 0.0
        ).max(axis=0),
        "oxidation_potential_mean_V_vs_Na": np.where(has_neutral, mean[:, 0], weakest),
        "homo_pair_max_eV": _extreme(present, values("homo_pair_eV"), everything),
        "lumo_pair_min_eV": -_extreme(present, -values("lumo_pair_eV"), everything),
        "homo_pair_drop_mean_eV": pair[:, 0],
        "lumo_relative_min_eV": np.where(has_neutral, relative, 0.0),
    }


def oxidation_shell_columns(present: Amounts, free_solvent_fraction: Array) -> Columns:
    """Lift the oxidation of molecules by the share that Na+ holds.

    Parameters
    ----------
    present : Amounts
    free_solvent_fraction : ndarray of shape (n,)
        Share of the coordinating molecules that touch no cation, in [0, 1].

    Returns
    -------
    dict
        ``oxidation_potential_shell_V_vs_Na``: the weakest species when each molecule
        gains (1 - free share) x its HOMO drop on Na+ x 1 V/eV, and its
        ``oxidation_potential_shell_std_V``, wide because two published points fix the
        gain (see ``oxidation.SHELL_LIFT_PER_EV``). Ions gain nothing.
    """
    table = _table(present.ingredients.components)
    ionic = table["is_ionic"].to_numpy(dtype=bool)
    drop = np.maximum(table["homo_pair_drop_eV"].to_numpy(dtype=float), 0.0)
    drop = np.where(ionic, 0.0, drop)
    held = (1.0 - free_solvent_fraction) * present.take(drop)
    potential = present.take(table["oxidation_potential_V_vs_Na"].to_numpy(dtype=float))
    std = present.take(table["oxidation_potential_std_V"].to_numpy(dtype=float))
    lifted = np.where(
        present.mole_fraction > 0, potential + SHELL_LIFT_PER_EV * held, np.inf
    )
    weakest = lifted.argmin(axis=0)
    columns = np.arange(lifted.shape[1])
    spread = np.hypot(std, SHELL_LIFT_STD_PER_EV * held)
    return {
        "oxidation_potential_shell_V_vs_Na": lifted[weakest, columns],
        "oxidation_potential_shell_std_V": spread[weakest, columns],
    }


def element_columns(present: Amounts) -> Columns:
    """Compute the columns of ``transformers.ElementFeatures`` from gathered amounts."""
    table = _table(present.ingredients.components)
    names = (*ELEMENTS, "other")
    counts = table[[f"n_{element}" for element in names]].to_numpy(dtype=float)
    mixed = present.total(counts)
    return {f"n_{element}_per_mol": mixed[:, i] for i, element in enumerate(names)}
