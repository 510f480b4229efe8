"""One electrolyte: components with mole fractions, order-blind and hashable."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from sodalyte.datasets.components.catalogue import Catalogue
from sodalyte.datasets.components.component import ROLES, Component
from sodalyte.datasets.formulations import mixing
from sodalyte.datasets.formulations.build import (
    ROUNDING,
    Amounts,
    Built,
    build_mass,
    build_notation,
    build_parts,
    build_species,
    build_volume,
    check_amounts,
    species_of,
)
from sodalyte.datasets.formulations.mixture import Mixture
from sodalyte.datasets.notation.text import read_notation

SIGNIFICANT_DIGITS = 12
"""Mole fractions are kept to as many; float noise beyond is no difference."""

MAX_WATER_MASS_FRACTION = 0.1
"""More makes an aqueous electrolyte, which no model here knows."""


@dataclass(frozen=True)
class Formulation(Mixture[tuple[float, ...], float]):
    """A liquid electrolyte of known composition.

    Parameters
    ----------
    components : tuple of Component
        In any order; kept sorted by role and name, equal ones merged.
    mole_fractions : tuple of float
        Of the components, > 0, adding up to 1; a salt counts as one formula
        unit. Kept to 12 significant digits.
    assumptions : tuple of str
        What the source left open and how it was closed; no part of equality.
    water_ppm : float or None
        Stated trace of water by mass, not counted as a component.

    Raises
    ------
    ValueError
        If the numbers do not match, are not positive or do not add up to 1.

    Examples
    --------
    >>> electrolyte = Formulation.from_text("1 M NaPF6 in G2")
    >>> electrolyte.names
    ('NaPF6', 'G2')
    >>> round(electrolyte.salt_molality_mol_per_kg, 1)
    1.1
    """

    components: tuple[Component, ...]
    mole_fractions: tuple[float, ...]
    assumptions: tuple[str, ...] = field(default=(), compare=False)
    water_ppm: float | None = None

    def __post_init__(self) -> None:
        """Check the amounts, sort the components and merge equal ones."""
        if len(self.components) != len(self.mole_fractions) or not self.components:
            raise ValueError(
                f"A formulation has one mole fraction for each of its components; got "
                f"{len(self.components)} components and {len(self.mole_fractions)} "
                "fractions. Give as many of both, at least one."
            )
        check_amounts(zip(self.names, self.mole_fractions, strict=True))
        if self.water_ppm is not None and not 0 <= self.water_ppm < 1e6:
            raise ValueError(
                f"water_ppm must lie in [0, 1e6); got {self.water_ppm!r}. "
                "Give parts per million by mass, or None where it is not known."
            )
        if self.water_ppm is not None:
            object.__setattr__(self, "water_ppm", float(self.water_ppm))
        total = math.fsum(self.mole_fractions)
        if abs(total - 1) > 1e-9:
            raise ValueError(
                f"Mole fractions must add up to 1; those of "
                f"{', '.join(c.name for c in self.components)} add up to {total:.10g}. "
                "Use Formulation.from_mole_fractions, which scales them."
            )
        self._refuse_aqueous()
        merged: dict[tuple[int, str], tuple[Component, list[float]]] = {}
        for component, x in zip(self.components, self.mole_fractions, strict=True):
            key = (ROLES.index(component.role), component.name)
            known, shares = merged.setdefault(key, (component, []))
            if known != component:
                raise ValueError(
                    f"A name stands for one component; {component.name!r} came as "
                    f"{known} and as {component}. Rename one of them."
                )
            shares.append(x)
        ordered = [merged[key] for key in sorted(merged)]
        object.__setattr__(self, "components", tuple(c for c, _ in ordered))
        object.__setattr__(
            self,
            "mole_fractions",
            tuple(round_fraction(math.fsum(x)) for _, x in ordered),
        )

    def _refuse_aqueous(self) -> None:
        mass = {"water": 0.0, "all": 0.0}
        for component, x in zip(self.components, self.mole_fractions, strict=True):
            kind = "water" if component.smiles == "O" else "all"
            mass[kind] += x * component.molar_mass_g_per_mol
        if mass["water"] > MAX_WATER_MASS_FRACTION * math.fsum(mass.values()):
            raise ValueError(
                f"A formulation is a non-aqueous liquid; that of "
                f"{', '.join(self.names)} holds more than "
                f"{100 * MAX_WATER_MASS_FRACTION:g} % of water by mass: aqueous "
                "electrolyte, out of scope. Leave the water out or use other tools."
            )

    # makers ----------------------------------------------------------------

    @classmethod
    def from_text(
        cls,
        text: str,
        *,
        molarity_per: str = "solution",
        catalogue: Catalogue | None = None,
    ) -> "Formulation":
        """Read a formulation as papers print it; see docs/notation.md.

        Parameters
        ----------
        text : str
            Such as "1 M NaPF6 in G2".
        molarity_per : {"solution", "solvent"}
            What the litre of a molarity holds. Chemists mean the solution; some
            collections count per litre of solvent, without a volume of the salt.
        catalogue : Catalogue, optional
            The components to know, as one with your own added; the bundled ones
            by default.

        Raises
        ------
        ValueError
            If the text cannot be read or is out of scope.
        """
        notation = read_notation(text, catalogue)
        built = build_notation(notation, molarity_per, catalogue)
        return cls._of(built, notation.water_ppm)

    @classmethod
    def from_mole_fractions(
        cls,
        mole_fractions: Amounts,
        roles: Mapping[str, str] | None = None,
        *,
        water_ppm: float | None = None,
        assumptions: Iterable[str] = (),
    ) -> "Formulation":
        """Make from moles in any proportion, scaled to add up to 1.

        Parameters
        ----------
        mole_fractions : mapping of str or Component to float
            > 0; names and aliases are looked up in the catalogue.
        roles : mapping of str to str, optional
            Roles other than the usual ones, by name.
        water_ppm : float, optional
            Trace of water by mass.
        assumptions : iterable of str
            What the source left open.
        """
        return cls._of(build_parts(mole_fractions, roles), water_ppm, assumptions)

    @classmethod
    def from_mass_fractions(
        cls,
        mass_fractions: Amounts,
        roles: Mapping[str, str] | None = None,
        *,
        purities: Mapping[str, float] | None = None,
        water_ppm: float | None = None,
        assumptions: Iterable[str] = (),
    ) -> "Formulation":
        """Make from masses in any proportion.

        Parameters
        ----------
        mass_fractions : mapping of str or Component to float
            > 0, as weighed.
        roles, water_ppm, assumptions
            As in `from_mole_fractions`.
        purities : mapping of str to float, optional
            Mass fraction of the named compound in what was weighed, in (0, 1];
            the impurity is left out, and recorded as an assumption.
        """
        built = build_mass(mass_fractions, roles, purities)
        return cls._of(built, water_ppm, assumptions)

    @classmethod
    def from_volumes(
        cls,
        volumes: Amounts,
        roles: Mapping[str, str] | None = None,
        *,
        water_ppm: float | None = None,
        assumptions: Iterable[str] = (),
    ) -> "Formulation":
        """Make from volumes before mixing, in any proportion.

        Parameters
        ----------
        volumes : mapping of str or Component to float
            > 0; for a salt the volume that it adds to the solution.
        roles, water_ppm, assumptions
            As in `from_mole_fractions`.
        """
        return cls._of(build_volume(volumes, roles), water_ppm, assumptions)

    @classmethod
    def from_molarity(
        cls,
        salts: Amounts,
        solvents: Amounts,
        *,
        basis: str = "volume",
        additive_mass_fractions: Amounts | None = None,
        roles: Mapping[str, str] | None = None,
        water_ppm: float | None = None,
        assumptions: Iterable[str] = (),
    ) -> "Formulation":
        """Make from moles of salt per litre of the finished electrolyte.

        Parameters
        ----------
        salts : mapping of str or Component to float
            mol/L, > 0.
        solvents : mapping of str or Component to float
            Parts of the solvent mixture.
        basis : {"volume", "mass", "mole"}
            What the parts count.
        additive_mass_fractions : mapping of str or Component to float, optional
            Of the finished electrolyte.
        roles, water_ppm, assumptions
            As in `from_mole_fractions`.
        """
        species = species_of(salts, "mol_per_L", "salt")
        species += species_of(solvents, "part", "liquid")
        species += species_of(
            additive_mass_fractions or {}, "mass_fraction", "additive"
        )
        return cls._of(build_species(species, basis, roles), water_ppm, assumptions)

    @classmethod
    def from_molality(
        cls,
        salts: Amounts,
        solvents: Amounts,
        *,
        basis: str = "volume",
        roles: Mapping[str, str] | None = None,
        water_ppm: float | None = None,
        assumptions: Iterable[str] = (),
    ) -> "Formulation":
        """Make from moles of salt per kilogram of solvents.

        Parameters
        ----------
        salts : mapping of str or Component to float
            mol/kg, > 0.
        solvents, basis, roles, water_ppm, assumptions
            As in `from_molarity`.
        """
        species = species_of(salts, "mol_per_kg", "salt")
        species += species_of(solvents, "part", "liquid")
        return cls._of(build_species(species, basis, roles), water_ppm, assumptions)

    @classmethod
    def _of(
        cls, built: Built, water_ppm: float | None, notes: Iterable[str] = ()
    ) -> "Formulation":
        total = math.fsum(built.moles)
        scale = 1.0 if abs(total - 1) <= ROUNDING else total  # printed fractions
        return cls(
            built.components,
            tuple(n / scale for n in built.moles),
            tuple(dict.fromkeys([*notes, *built.assumptions])),
            water_ppm,
        )

    # views -----------------------------------------------------------------

    @cached_property
    def _x(self) -> mixing.Array:
        return np.asarray(self.mole_fractions, dtype=float)

    @staticmethod
    def _row(values: mixing.Array) -> tuple[float, ...]:
        return tuple(values.tolist())

    @staticmethod
    def _total(values: Any) -> float:
        return float(values)

    @property
    def metal(self) -> str | None:
        """Metal of the salts: "Na", "mixed" for several, None without any."""
        metals = {c.metal for c in self.components if c.role == "salt"} - {None}
        if len(metals) > 1:
            return "mixed"
        return metals.pop() if metals else None

    @cached_property
    def canonical(self) -> str:
        """The one text of this formulation; reading it gives an equal one."""
        from sodalyte.datasets.formulations.canonical import canonical_text

        return canonical_text(self)

    def _repr_html_(self) -> str:
        """Show a table of the components in a notebook."""
        from sodalyte.datasets.formulations.view import html_view

        return html_view(self)

    def __str__(self) -> str:
        """Give the canonical text."""
        return self.canonical


def parse_formulation(text: str) -> Formulation:
    """Read a formulation as papers print it; same as `Formulation.from_text`."""
    return Formulation.from_text(text)


def round_fraction(x: float) -> float:
    """Keep 12 significant digits of a positive number."""
    exponent = math.floor(math.log10(x))
    shift = SIGNIFICANT_DIGITS - 1 - exponent
    if shift > 22:  # 10**22 is the last power of ten that a float holds exactly
        return float(f"{x:.{SIGNIFICANT_DIGITS}g}")
    return round(x * 10.0**shift) / 10.0**shift
