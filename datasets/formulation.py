"""One electrolyte: components with mole fractions, order-blind and hashable."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from sodalyte.datasets import mixing
from sodalyte.datasets.catalogue import load_catalogue
from sodalyte.datasets.component import ROLES, Component
from sodalyte.datasets.notation import read_notation
from sodalyte.datasets.notation_amounts import Notation, Species
from sodalyte.datasets.volume import molar_volume

SIGNIFICANT_DIGITS = 12
"""Mole fractions are kept to as many; float noise beyond is no difference."""

Amounts = Mapping["str | Component", float]


@dataclass(frozen=True)
class Formulation:
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
        _check_amounts(
            {c.name: x for c, x in zip(self.components, self.mole_fractions)}  # noqa: B905
        )
        if self.water_ppm is not None and not 0 <= self.water_ppm < 1e6:
            raise ValueError(
                f"water_ppm must lie in [0, 1e6); got {self.water_ppm!r}. "
                "Give parts per million by mass, or None where it is not known."
            )
        total = math.fsum(self.mole_fractions)
        if abs(total - 1) > 1e-9:
            raise ValueError(
                f"Mole fractions must add up to 1; those of "
                f"{', '.join(c.name for c in self.components)} add up to {total:.10g}. "
                "Use Formulation.from_mole_fractions, which scales them."
            )
        merged: dict[tuple[int, str], tuple[Component, list[float]]] = {}
        for component, x in zip(self.components, self.mole_fractions, strict=True):
            key = (ROLES.index(component.role), component.name)
            merged.setdefault(key, (component, []))[1].append(x)
        ordered = [merged[key] for key in sorted(merged)]
        object.__setattr__(self, "components", tuple(c for c, _ in ordered))
        object.__setattr__(
            self,
            "mole_fractions",
            tuple(round_fraction(math.fsum(x)) for _, x in ordered),
        )

    # makers ----------------------------------------------------------------

    @classmethod
    def from_text(cls, text: str) -> "Formulation":
        """Read a formulation as papers print it; see docs/notation.md.

        Raises
        ------
        ValueError
            If the text cannot be read or is out of scope.
        """
        return _from_notation(cls, read_notation(text))

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
        parts = _resolve(mole_fractions, roles)
        return _from_moles(
            cls,
            [component for component, _ in parts],
            [amount for _, amount in parts],
            assumptions,
            water_ppm,
        )

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
        parts = _resolve(mass_fractions, roles)
        notes = list(assumptions)
        moles = []
        purity_of = _resolve_names(purities or {})
        for component, amount in parts:
            purity = purity_of.pop(component.name, 1.0)
            if not 0 < purity <= 1:
                raise ValueError(
                    f"A purity lies in (0, 1]; {component.name} has {purity!r}. "
                    "Give 0.98 for 98 %."
                )
            if purity < 1:
                notes.append(
                    f"{100 * (1 - purity):.3g} % of the {component.name} weighed is "
                    "impurity, left out of the composition"
                )
            moles.append(amount * purity / component.molar_mass_g_per_mol)
        if purity_of:
            raise ValueError(
                f"A purity belongs to a component; {', '.join(purity_of)} is not in "
                "the formulation. Remove it or add the component."
            )
        return _from_moles(cls, [c for c, _ in parts], moles, notes, water_ppm)

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
        parts = _resolve(volumes, roles)
        components = [c for c, _ in parts]
        moles = [v / molar_volume(c).value_mL_per_mol for c, v in parts]
        notes = [*assumptions, *_volume_notes(components)]
        return _from_moles(cls, components, moles, notes, water_ppm)

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
        species = _species(salts, "mol_per_L", "salt")
        species += _species(solvents, "part", "liquid")
        species += _species(additive_mass_fractions or {}, "mass_fraction", "additive")
        return _from_species(cls, species, basis, roles, assumptions, water_ppm)

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
        species = _species(salts, "mol_per_kg", "salt")
        species += _species(solvents, "part", "liquid")
        return _from_species(cls, species, basis, roles, assumptions, water_ppm)

    # views -----------------------------------------------------------------

    @property
    def names(self) -> tuple[str, ...]:
        """Short names of the components."""
        return tuple(c.name for c in self.components)

    @property
    def roles(self) -> tuple[str, ...]:
        """Roles of the components in this formulation."""
        return tuple(c.role for c in self.components)

    @cached_property
    def _table(self) -> mixing.ComponentTable:
        return mixing.component_table(self.components)

    @cached_property
    def _x(self) -> mixing.Array:
        return np.asarray(self.mole_fractions, dtype=float)

    @property
    def mass_fractions(self) -> tuple[float, ...]:
        """Mass fractions of the components."""
        return tuple(mixing.mass_fractions(self._x, self._table).tolist())

    @property
    def volume_fractions(self) -> tuple[float, ...]:
        """Shares of the volume at 25 degC; volumes are taken as additive."""
        return tuple(mixing.volume_fractions(self._x, self._table).tolist())

    @property
    def molarity_mol_per_L(self) -> tuple[float, ...]:
        """Moles of each component in a litre of the electrolyte."""
        return tuple(mixing.molarity_mol_per_L(self._x, self._table).tolist())

    @property
    def salt_molarity_mol_per_L(self) -> float:
        """Moles of salt in a litre of the electrolyte; 0 without salt."""
        return float(mixing.salt_molarity_mol_per_L(self._x, self._table))

    @property
    def salt_molality_mol_per_kg(self) -> float:
        """Moles of salt per kilogram of solvents; nan without any solvent."""
        return float(mixing.salt_molality_mol_per_kg(self._x, self._table))

    @property
    def density_g_per_mL(self) -> float:
        """Density at 25 degC by additive molar volumes."""
        return float(mixing.density_g_per_mL(self._x, self._table))

    @property
    def density_std_g_per_mL(self) -> float:
        """Standard uncertainty of the density from those of the molar volumes."""
        return float(mixing.density_std_g_per_mL(self._x, self._table))

    @property
    def fluorine_mass_fraction(self) -> float:
        """Mass fraction of fluorine."""
        return float(mixing.fluorine_mass_fraction(self._x, self._table))

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
        from sodalyte.datasets.notation_canonical import canonical_text

        return canonical_text(self)

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


def _check_amounts(amounts: Mapping[str, float]) -> None:
    wrong = {n: a for n, a in amounts.items() if not 0 < a < math.inf}
    if wrong:
        shown = ", ".join(f"{n} has {a!r}" for n, a in list(wrong.items())[:5])
        raise ValueError(
            f"An amount must be positive and finite. {len(wrong)} break this: {shown}. "
            "Leave out a component of which there is none."
        )


def _as_component(name: "str | Component") -> Component:
    return name if isinstance(name, Component) else load_catalogue().find(name)


def _resolve_names(values: Mapping[str, float]) -> dict[str, float]:
    return {load_catalogue().find(name).name: v for name, v in values.items()}


def _resolve(
    amounts: Amounts, roles: Mapping[str, str] | None
) -> list[tuple[Component, float]]:
    """Look the components up and give them their roles."""
    parts = [(_as_component(name), float(a)) for name, a in amounts.items()]
    _check_amounts({c.name: a for c, a in parts})
    return [(_with_role(c, roles), a) for c, a in parts]


def _with_role(component: Component, roles: Mapping[str, str] | None) -> Component:
    role = (roles or {}).get(component.name, component.role)
    return component if role == component.role else replace(component, role=role)


def _species(
    amounts: Amounts, unit: str, place: str
) -> list[tuple[Component, Species]]:
    parts = [(_as_component(name), float(a)) for name, a in amounts.items()]
    _check_amounts({c.name: a for c, a in parts})
    return [(c, Species(c.name, a, unit, place)) for c, a in parts]


def _from_moles(
    cls: type[Formulation],
    components: list[Component],
    moles: list[float],
    assumptions: Iterable[str],
    water_ppm: float | None,
) -> Formulation:
    total = math.fsum(moles)
    return cls(
        tuple(components),
        tuple(n / total for n in moles),
        tuple(dict.fromkeys(assumptions)),
        water_ppm,
    )


def _from_notation(cls: type[Formulation], notation: Notation) -> Formulation:
    catalogue = load_catalogue()
    species = [(catalogue[s.name], s) for s in notation.species]
    try:
        return _from_species(
            cls,
            species,
            notation.part_basis,
            {},
            notation.assumptions,
            notation.water_ppm,
        )
    except ValueError as error:
        raise ValueError(f"{error} The text is {notation.text!r}.") from None


def _from_species(
    cls: type[Formulation],
    species: list[tuple[Component, Species]],
    basis: str,
    roles: Mapping[str, str] | None,
    assumptions: Iterable[str],
    water_ppm: float | None,
) -> Formulation:
    if basis not in {"volume", "mass", "mole"}:
        raise ValueError(
            f"A basis is 'volume', 'mass' or 'mole'; got {basis!r}. Choose one."
        )
    has_liquid = any(not c.is_ionic for c, _ in species)
    species = [
        (_with_role(_role_in_text(c, s, has_liquid), roles), s) for c, s in species
    ]
    base = [(c, s) for c, s in species if s.unit == "part"]
    added = [(c, s) for c, s in species if s.unit != "part"]
    components = [c for c, _ in base + added]
    parts = []
    for component, one in base:
        if basis == "volume":
            parts.append(one.amount / molar_volume(component).value_mL_per_mol)
        elif basis == "mass":
            parts.append(one.amount / component.molar_mass_g_per_mol)
        else:
            parts.append(one.amount)
    moles = mixing.finish_moles(
        parts, [(s.unit, s.amount) for _, s in added], components
    )
    notes = list(assumptions)
    if (basis == "volume" and len(base) > 1) or any(
        "per_L" in s.unit for _, s in added
    ):
        notes += _volume_notes(components)
    return _from_moles(cls, components, moles.tolist(), notes, water_ppm)


def _role_in_text(component: Component, one: Species, has_liquid: bool) -> Component:
    """Give a component the role that its place in the text shows."""
    role = component.role
    if one.role is not None:
        role = one.role
    elif one.place == "additive":
        role = "additive"
    elif one.place == "liquid" and role not in {"solvent", "diluent"}:
        role = "solvent"
    elif component.is_ionic:
        is_medium = component.metal is None and not has_liquid
        role = "solvent" if is_medium else "salt"
    return component if role == component.role else replace(component, role=role)


def _volume_notes(components: Iterable[Component]) -> list[str]:
    estimated = [molar_volume(c).note for c in components if molar_volume(c).note]
    return ["volumes are additive at 25 degC", *estimated]
