"""From stated amounts to moles: what the makers of Formulation share."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sodalyte.datasets.components.catalogue import Catalogue, load_catalogue
from sodalyte.datasets.components.component import ROLES, Component
from sodalyte.datasets.formulations import mixing
from sodalyte.datasets.formulations.volume import molar_volume
from sodalyte.datasets.notation.amounts import Notation, Species

Amounts = Mapping[str, float] | Mapping[Component, float]
Stated = list[tuple[Component, Species]]

VOLUME_NOTE = "volumes are additive at 25 degC"
ROUNDING = 1e-11
"""Fractions kept to 12 digits add up to 1 within this, and are not scaled again."""

MAX_SALT_VOLUME_FRACTION = 0.47
"""Of the solution by the model here. The most concentrated solution of which both
molarity and mole ratio are stated, 5.5 M LiFSI in DMC (1:1.1), holds 0.46 (Wang et
al., Nat. Commun. 2016, 7, 12032, 10.1038/ncomms12032; the paper was looked up, the
two figures are quoted from memory). A litre of DMC would take 10.8 mol at 1:1.1."""


@dataclass(frozen=True, slots=True)
class Built:
    """Components with moles on any scale, and what was assumed."""

    components: tuple[Component, ...]
    moles: tuple[float, ...]
    assumptions: tuple[str, ...] = ()


def check_amounts(amounts: Iterable[tuple[str, float]]) -> None:
    """Raise ValueError unless all amounts are positive and finite."""
    wrong = [(n, a) for n, a in amounts if not 0 < a < math.inf]
    if wrong:
        shown = ", ".join(f"{n} has {a!r}" for n, a in wrong[:5])
        raise ValueError(
            f"An amount must be positive and finite. {len(wrong)} break this: {shown}. "
            "Leave out a component of which there is none."
        )


def build_parts(amounts: Amounts, roles: Mapping[str, str] | None) -> Built:
    """Take amounts as moles."""
    parts = _resolve(amounts, roles)
    return Built(tuple(c for c, _ in parts), tuple(a for _, a in parts))


def build_mass(
    masses: Amounts,
    roles: Mapping[str, str] | None,
    purities: Mapping[str, float] | None,
) -> Built:
    """Turn masses, as weighed with stated purities, into moles."""
    parts = _resolve(masses, roles)
    catalogue = load_catalogue()
    known = {component.name for component, _ in parts}
    purity_of = {
        name if name in known else catalogue.find(name).name: value
        for name, value in (purities or {}).items()
    }
    notes = []
    moles = []
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
            f"A purity belongs to a component; {', '.join(purity_of)} is not in the "
            "formulation. Remove it or add the component."
        )
    return Built(tuple(c for c, _ in parts), tuple(moles), tuple(notes))


def build_volume(volumes: Amounts, roles: Mapping[str, str] | None) -> Built:
    """Turn volumes before mixing into moles."""
    parts = _resolve(volumes, roles)
    moles = tuple(v / molar_volume(c).value_mL_per_mol for c, v in parts)
    components = tuple(c for c, _ in parts)
    return Built(components, moles, tuple(_volume_notes(components)))


def species_of(amounts: Amounts, unit: str, place: str) -> Stated:
    """Look components up and state their amounts in one unit."""
    parts = _resolve(amounts, None)
    return [(c, Species(c.name, a, unit, place)) for c, a in parts]


def build_notation(
    notation: Notation,
    molarity_per: str = "solution",
    catalogue: Catalogue | None = None,
) -> Built:
    """Turn what a text says into moles.

    Parameters
    ----------
    notation : Notation
    molarity_per : {"solution", "solvent"}
        What the litre of a molarity holds.
    catalogue : Catalogue, optional
        Where the names come from; the bundled one by default.

    Notes
    -----
    A molarity counts the finished electrolyte. Where the salts would fill more
    than 47 % of it, beyond any known solution, the text can only mean moles per
    litre of solvent, as papers on concentrated electrolytes do: it is read so,
    and the reading is recorded.

    Raises
    ------
    ValueError
        If the amounts leave no room for a solvent in either reading.
    """
    if molarity_per not in {"solution", "solvent"}:
        raise ValueError(
            f"A litre is one of 'solution' or of 'solvent'; molarity_per is "
            f"{molarity_per!r}. Choose one."
        )
    catalogue = load_catalogue() if catalogue is None else catalogue
    stated = [(catalogue[s.name], s) for s in notation.species]
    notes: tuple[str, ...] = ()
    has_molarity = any(s.unit == "mol_per_L" for _, s in stated)
    if molarity_per == "solvent" and has_molarity:
        stated = per_litre_of_solvent(stated)
        notes = ("M is read as moles per litre of solvent",)
    built = _build_if_room(stated, notation.part_basis)
    if built is None and molarity_per == "solution":
        built = _build_if_room(per_litre_of_solvent(stated), notation.part_basis)
        notes = (
            "a litre of solution does not hold so much salt: M is read as moles per "
            "litre of solvent",
        )
    if built is None:
        raise ValueError(
            f"Salts fill at most {100 * MAX_SALT_VOLUME_FRACTION:g} % of a solution "
            f"and its parts make up one whole; {notation.text!r} has more salt, or "
            "more than 100 %. Correct the amounts, or give a mole ratio."
        )
    assumptions = (*notation.assumptions, *notes, *built.assumptions)
    return replace(built, assumptions=assumptions)


def per_litre_of_solvent(stated: Stated) -> Stated:
    """Read molarities as moles per litre of solvent instead of solution."""
    return [
        (c, replace(s, unit="mol_per_L_solvent") if s.unit == "mol_per_L" else s)
        for c, s in stated
    ]


def build_species(stated: Stated, basis: str, roles: Mapping[str, str] | None) -> Built:
    """Turn amounts in mixed units into moles.

    Parameters
    ----------
    stated : list of (Component, Species)
        Parts of the base mixture and amounts of the finished electrolyte.
    basis : {"volume", "mass", "mole"}
        What the parts count.
    roles : mapping of str to str, optional
        Roles other than the usual ones, by name.

    Raises
    ------
    ValueError
        If the basis is unknown, there is no base, or no room for it.
    """
    if basis not in {"volume", "mass", "mole"}:
        raise ValueError(
            f"A basis is 'volume', 'mass' or 'mole'; got {basis!r}. Choose one."
        )
    has_liquid = any(not c.is_ionic for c, _ in stated)
    stated = [(_with_role(role_in_text(c, s, has_liquid), roles), s) for c, s in stated]
    amounts = _sorted_amounts(stated)
    base = [(c, amount) for c, unit, amount in amounts if unit == "part"]
    added = [(c, unit, amount) for c, unit, amount in amounts if unit != "part"]
    if not base:
        raise ValueError(
            "A formulation has a solvent in which the rest is counted; got only "
            f"{', '.join(c.name for c, _, _ in added) or 'nothing'}. Name the solvent."
        )
    components = tuple(c for c, _ in base) + tuple(c for c, _, _ in added)
    parts = _shares([amount for _, amount in base])
    moles = mixing.finish_moles(
        _shares(
            [
                _moles_of_part(c, part, basis)
                for (c, _), part in zip(base, parts, strict=True)
            ]
        ),
        [(unit, amount) for _, unit, amount in added],
        components,
    )
    uses_volume = {"mol_per_L", "mol_per_L_solvent", "volume_fraction"} & {
        unit for _, unit, _ in added
    }
    notes: list[str] = []
    if uses_volume or (basis == "volume" and len(base) > 1):
        notes = _volume_notes(components)
    return Built(components, tuple(moles), tuple(notes))


def _sorted_amounts(stated: Stated) -> list[tuple[Component, str, float]]:
    """Add up what stands twice and sort, so that no order leaves a trace."""
    merged: dict[tuple[int, str, str], tuple[Component, list[float]]] = {}
    for component, one in stated:
        key = (ROLES.index(component.role), component.name, one.unit)
        merged.setdefault(key, (component, []))[1].append(one.amount)
    return [
        (merged[key][0], key[2], math.fsum(merged[key][1])) for key in sorted(merged)
    ]


def _shares(amounts: Sequence[float]) -> list[float]:
    """Scale to add up to 1, but for fractions that do so as they are printed."""
    total = math.fsum(amounts)
    scale = 1.0 if abs(total - 1) <= ROUNDING else total
    return [amount / scale for amount in amounts]


def _moles_of_part(component: Component, amount: float, basis: str) -> float:
    if basis == "volume":
        return amount / molar_volume(component).value_mL_per_mol
    if basis == "mass":
        return amount / component.molar_mass_g_per_mol
    return amount


def _build_if_room(stated: Stated, basis: str) -> Built | None:
    """Build, unless salts given by molarity fill more than solutions hold."""
    try:
        built = build_species(stated, basis, None)
    except ValueError:
        return None
    if not any(s.unit.startswith("mol_per_L") for _, s in stated):
        return built
    salt = total = 0.0
    for component, n in zip(built.components, built.moles, strict=True):
        volume = n * molar_volume(component).value_mL_per_mol
        total += volume
        salt += volume if component.role == "salt" else 0.0
    return built if salt <= MAX_SALT_VOLUME_FRACTION * total else None


def role_in_text(component: Component, one: Species, has_liquid: bool) -> Component:
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


def _resolve(
    amounts: Amounts, roles: Mapping[str, str] | None
) -> list[tuple[Component, float]]:
    """Look components up by name or alias and give them their roles."""
    catalogue = load_catalogue()
    parts = [
        (key if isinstance(key, Component) else catalogue.find(key), float(amount))
        for key, amount in amounts.items()
    ]
    check_amounts((c.name, a) for c, a in parts)
    return [(_with_role(c, roles), a) for c, a in parts]


def _with_role(component: Component, roles: Mapping[str, str] | None) -> Component:
    role = (roles or {}).get(component.name, component.role)
    return component if role == component.role else replace(component, role=role)


def _volume_notes(components: Sequence[Component]) -> list[str]:
    """Record the volume model: additive, with what each salt adds."""
    salts = []
    notes = []
    for component in components:
        volume = molar_volume(component)
        if volume.note:
            notes.append(volume.note)
        elif component.metal is not None:
            salts.append(
                f"{component.name} adds {volume.value_mL_per_mol:.0f} +- "
                f"{volume.std_mL_per_mol:.0f} mL/mol"
            )
    return ["; ".join([VOLUME_NOTE, *salts]), *notes]
