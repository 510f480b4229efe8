"""What follows from the composition of one mixture or of many: one list for both."""

from abc import ABC, abstractmethod
from functools import cached_property
from typing import Any, Generic, TypeVar

from sodalyte.datasets.components.component import Component
from sodalyte.datasets.formulations import mixing

__all__ = ["Mixture"]

Row = TypeVar("Row")
Total = TypeVar("Total")


class Mixture(ABC, Generic[Row, Total]):
    """Views of mole fractions in every other unit.

    A `Formulation` gives tuples and floats, a `FormulationArray` arrays of shape
    (n_formulations, n_components) and (n_formulations,); both by the formulas of
    `sodalyte.datasets.formulations.mixing`.
    """

    components: tuple[Component, ...]

    @property
    @abstractmethod
    def _x(self) -> mixing.Array:
        """Mole fractions as an array; components run along the last axis."""

    @staticmethod
    @abstractmethod
    def _row(values: mixing.Array) -> Row:
        """Give one value for each component."""

    @staticmethod
    @abstractmethod
    def _total(values: Any) -> Total:
        """Give one value for the mixture."""

    @cached_property
    def _table(self) -> mixing.ComponentTable:
        return mixing.component_table(self.components)

    @property
    def names(self) -> tuple[str, ...]:
        """Short names of the components."""
        return tuple(c.name for c in self.components)

    @property
    def roles(self) -> tuple[str, ...]:
        """Roles of the components."""
        return tuple(c.role for c in self.components)

    @property
    def mass_fractions(self) -> Row:
        """Mass fractions of the components."""
        return self._row(mixing.mass_fractions(self._x, self._table))

    @property
    def volume_fractions(self) -> Row:
        """Shares of the volume at 25 degC; volumes are taken as additive."""
        return self._row(mixing.volume_fractions(self._x, self._table))

    @property
    def molarity_mol_per_L(self) -> Row:
        """Moles of each component in a litre of the electrolyte."""
        return self._row(mixing.molarity_mol_per_L(self._x, self._table))

    @property
    def molality_mol_per_kg(self) -> Row:
        """Moles of each component per kilogram of solvents; nan without any."""
        return self._row(mixing.molality_mol_per_kg(self._x, self._table))

    @property
    def salt_molarity_mol_per_L(self) -> Total:
        """Moles of salt in a litre of the electrolyte; 0 without salt."""
        return self._total(mixing.salt_molarity_mol_per_L(self._x, self._table))

    @property
    def salt_molality_mol_per_kg(self) -> Total:
        """Moles of salt per kilogram of solvents; nan without any solvent."""
        return self._total(mixing.salt_molality_mol_per_kg(self._x, self._table))

    @property
    def density_g_per_mL(self) -> Total:
        """Density at 25 degC by additive molar volumes."""
        return self._total(mixing.density_g_per_mL(self._x, self._table))

    @property
    def density_std_g_per_mL(self) -> Total:
        """Standard uncertainty of the density from those of the molar volumes."""
        return self._total(mixing.density_std_g_per_mL(self._x, self._table))

    @property
    def fluorine_mass_fraction(self) -> Total:
        """Mass fraction of fluorine."""
        return self._total(mixing.fluorine_mass_fraction(self._x, self._table))
