"""Amounts as a chemist sets them on the bench, in whole lab steps, and back."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from sodalyte.datasets.components.component import Component
from sodalyte.datasets.formulations.volume import molar_volume

__all__ = ["LabGrid"]

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class LabGrid:
    """The lattice of recipes: salts in mol/L, liquids in vol%, additives in wt%.

    A recipe is one row of whole numbers, one column per component: salt columns count
    steps of `salt_step_mol_per_L`, solvent and diluent columns steps of
    `volume_step_percent` (they sum to 100 vol%), additive columns steps of
    `additive_step_mass_percent`.

    Parameters
    ----------
    components : tuple of Component
        Columns, sorted by role (salt, solvent, diluent, additive), then by name.
    salt_step_mol_per_L, volume_step_percent, additive_step_mass_percent : float
        Lab steps; 100 must be a whole number of volume steps.

    Notes
    -----
    Molarities and weight percents are those of the finished electrolyte, volume
    percents those among the liquids, as `Formulation` reads the text
    `1.2 M NaFSI in DME/BTFE (1:2 v/v) + 2 wt% FEC`. Volumes are taken as additive, by
    `sodalyte.datasets.formulations.volume.molar_volume`.
    """

    components: tuple[Component, ...]
    salt_step_mol_per_L: float = 0.1
    volume_step_percent: float = 5.0
    additive_step_mass_percent: float = 1.0

    def __post_init__(self) -> None:
        """Check steps, volumes and the order of the columns."""
        if abs(self.n_volume_steps * self.volume_step_percent - 100) > 1e-9:
            raise ValueError(
                "100 vol% must be a whole number of steps; volume_step_percent is "
                f"{self.volume_step_percent:g}. Use 1, 2, 2.5, 5, 10 or 20."
            )

    @property
    def n_volume_steps(self) -> int:
        """Number of volume steps that make 100 vol%."""
        return round(100 / self.volume_step_percent)

    def columns(self, *roles: str) -> Array:
        """Return the column numbers of the components with these roles."""
        found = [i for i, c in enumerate(self.components) if c.role in roles]
        return np.array(found, dtype=np.int64)

    @cached_property
    def salts(self) -> Array:
        """Column numbers of the salts."""
        return self.columns("salt")

    @cached_property
    def liquids(self) -> Array:
        """Column numbers of solvents and diluents."""
        return self.columns("solvent", "diluent")

    @cached_property
    def additives(self) -> Array:
        """Column numbers of the additives."""
        return self.columns("additive")

    @cached_property
    def molar_masses_g_per_mol(self) -> Array:
        """Molar mass per column."""
        return np.array([c.molar_mass_g_per_mol for c in self.components])

    @cached_property
    def molar_volumes_mL_per_mol(self) -> Array:
        """Volume that one mole adds to a solution, per column."""
        return np.array([molar_volume(c).value_mL_per_mol for c in self.components])

    def mole_fractions(self, steps: Array) -> Array:
        """Convert lab steps to mole fractions.

        Parameters
        ----------
        steps : ndarray of int, shape (n, n_components)

        Returns
        -------
        ndarray of shape (n, n_components)
            Rows sum to one.

        Raises
        ------
        ValueError
            If the salts alone would fill the solution; names the rows.
        """
        masses, volumes = self.molar_masses_g_per_mol, self.molar_volumes_mL_per_mol
        salts, liquids, additives = self.salts, self.liquids, self.additives
        moles = np.zeros(steps.shape)  # in a litre
        moles[:, salts] = steps[:, salts] * self.salt_step_mol_per_L
        weights = steps[:, additives] * (self.additive_step_mass_percent / 100)
        shares = steps[:, liquids] / self.n_volume_steps
        density = shares @ (masses[liquids] / volumes[liquids])
        left_mL = 1000.0 - moles[:, salts] @ volumes[salts]
        thickness = weights @ (volumes[additives] / masses[additives])
        total_g = (moles[:, salts] @ masses[salts] + density * left_mL) / (
            1.0 - weights.sum(axis=1) + density * thickness
        )
        moles[:, additives] = weights * total_g[:, None] / masses[additives]
        left_mL = left_mL - total_g * thickness
        if np.any(left_mL <= 0):
            rows = np.flatnonzero(left_mL <= 0)[:5].tolist()
            raise ValueError(
                "Salts and additives of a recipe must leave room for a liquid; they "
                f"fill the litre in rows {rows}. Lower the highest amounts."
            )
        moles[:, liquids] = shares * left_mL[:, None] / volumes[liquids]
        return np.asarray(moles / moles.sum(axis=1, keepdims=True))

    def steps(self, mole_fractions: Array) -> Array:
        """Convert mole fractions to lab steps, whole only for recipes on the grid.

        Parameters
        ----------
        mole_fractions : ndarray of shape (n, n_components)

        Returns
        -------
        ndarray of float, shape (n, n_components)
        """
        masses, volumes = self.molar_masses_g_per_mol, self.molar_volumes_mL_per_mol
        result = np.zeros(mole_fractions.shape)
        litres = mole_fractions @ volumes / 1000.0
        molarity = mole_fractions[:, self.salts] / litres[:, None]
        result[:, self.salts] = molarity / self.salt_step_mol_per_L
        liquid = mole_fractions[:, self.liquids] * volumes[self.liquids]
        total = liquid.sum(axis=1, keepdims=True)
        share = np.divide(liquid, total, out=np.zeros_like(liquid), where=total > 0)
        result[:, self.liquids] = share * self.n_volume_steps
        grams = mole_fractions * masses
        percent = 100 * grams[:, self.additives] / grams.sum(axis=1, keepdims=True)
        result[:, self.additives] = percent / self.additive_step_mass_percent
        return result
