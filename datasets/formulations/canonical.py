"""Print the one canonical text of a formulation."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from sodalyte.datasets.components.catalogue import load_catalogue
from sodalyte.datasets.components.component import Component
from sodalyte.datasets.formulations.build import role_in_text
from sodalyte.datasets.notation.amounts import Species

if TYPE_CHECKING:
    from sodalyte.datasets.formulations.formulation import Formulation

_MAX_DIGITS = 6
_TOLERANCE = 1e-9
_MAX_MULTIPLE = 20

Part = tuple[Component, float]


def canonical_text(formulation: "Formulation") -> str:
    """Give the plainest text that reads back to an equal formulation.

    Parameters
    ----------
    formulation : Formulation
        Of components that the catalogue knows; one that it does not know is
        printed by its name, and can be read once the catalogue has it.

    Returns
    -------
    str
        Concentrations of the salts and the solvents' ratio by volume, mass or
        mole where these are round numbers, else a mole ratio of up to 12
        digits. The first that reads back equal is taken.
    """
    exact = _exact_text(formulation)
    catalogue = load_catalogue()
    if not all(name in catalogue for name in formulation.names):
        return exact
    water = _water_text(formulation.water_ppm)
    for text in _round_texts(formulation):
        if _reads_back(text + water, formulation):
            return text + water
    return exact


def _reads_back(text: str, formulation: "Formulation") -> bool:
    try:
        return type(formulation).from_text(text) == formulation
    except ValueError:
        return False


def _round_texts(formulation: "Formulation") -> Iterator[str]:
    """Yield texts of round numbers, the plainest first."""
    f = formulation
    by_role: dict[str, list[int]] = {"salt": [], "liquid": [], "additive": []}
    for i, component in enumerate(f.components):
        place = component.role if component.role in by_role else "liquid"
        by_role[place].append(i)
    liquids, salts = by_role["liquid"], by_role["salt"]
    tail = _additives_text(f, by_role["additive"])
    if liquids and tail is not None:
        bases: dict[str, str | None] = {}
        for amounts, unit in (
            (f.molarity_mol_per_L, "M"),
            (f.molality_mol_per_kg, "mol/kg"),
        ):
            head = _salts_text(f, salts, amounts, unit)
            if head is None:
                continue
            for basis in ("v/v", "w/w", "mol"):
                if basis not in bases:
                    bases[basis] = _base_text(f, liquids, basis, bool(salts))
                base = bases[basis]
                if base is not None:
                    yield head + base + tail
    if tail is not None and salts + liquids:
        ratio = _ratio_text(_parts(f, salts + liquids), "mol", False)
        if ratio is not None:
            yield ratio + tail


def _base_text(
    f: "Formulation", rows: Sequence[int], basis: str, after_in: bool
) -> str | None:
    """Print the solvents with their ratio in one basis."""
    shares = f.mole_fractions
    if basis != "mol":
        shares = f.volume_fractions if basis == "v/v" else f.mass_fractions
    parts = [(f.components[i], shares[i]) for i in rows]
    return _ratio_text(parts, basis, after_in)


def _parts(f: "Formulation", rows: Sequence[int]) -> list[Part]:
    return [(f.components[i], f.mole_fractions[i]) for i in rows]


def _salts_text(
    f: "Formulation", rows: Sequence[int], amounts: Sequence[float], unit: str
) -> str | None:
    """Print salts with round amounts in a unit or wt%, None when one has none."""
    printed = []
    for i in rows:
        number, own_unit = _round_number(amounts[i]), unit
        if number is None:
            number, own_unit = _round_number(100 * f.mass_fractions[i]), "wt%"
        if number is None:
            return None
        printed.append(f"{number} {own_unit} {_name(f.components[i], 'salt')}")
    return " + ".join(printed) + " in " if printed else ""


def _additives_text(f: "Formulation", rows: Sequence[int]) -> str | None:
    """Print additives in round percent, None when one is round in no unit."""
    printed = []
    for i in rows:
        for amounts, unit, scale in (
            (f.mass_fractions, "wt%", 100.0),
            (f.volume_fractions, "vol%", 100.0),
            (f.molarity_mol_per_L, "M", 1.0),
            (f.mole_fractions, "mol%", 100.0),
        ):
            number = _round_number(scale * amounts[i])
            if number is not None:
                name = _name(f.components[i], "additive")
                printed.append(f" + {number} {unit} {name}")
                break
        else:
            return None
    return "".join(printed)


def _ratio_text(parts: Sequence[Part], basis: str, after_in: bool) -> str | None:
    """Print components with a round ratio, None when it is not round."""
    has_liquid = any(not c.is_ionic for c, _ in parts)
    names = [_name(c, _place(c, after_in), has_liquid) for c, _ in parts]
    if len(parts) == 1:
        return None if parts[0][0].metal is not None else names[0]
    per_salt = any(c.role == "salt" for c, _ in parts)
    numbers = _round_ratio([amount for _, amount in parts], per_salt)
    return None if numbers is None else f"{':'.join(names)} {numbers} {basis}"


def _round_ratio(amounts: Sequence[float], per_first: bool) -> str | None:
    """Print a ratio in whole numbers, or for each one of the first component."""
    smallest = min(amounts)
    if per_first:
        numbers = [_round_number(amount / amounts[0], 3) for amount in amounts]
        if None not in numbers:
            return ":".join(filter(None, numbers))
    for multiple in range(1, _MAX_MULTIPLE + 1):
        scaled = [multiple * amount / smallest for amount in amounts]
        if all(abs(s - round(s)) <= _TOLERANCE * s and s < 1000 for s in scaled):
            return ":".join(str(round(s)) for s in scaled)
    total = sum(amounts)
    for scale in (1 / amounts[0], 1 / amounts[-1], 100 / total):
        numbers = [_round_number(scale * amount) for amount in amounts]
        if None not in numbers:
            return ":".join(filter(None, numbers))
    return None


def _round_number(value: float, max_digits: int = _MAX_DIGITS) -> str | None:
    for digits in range(1, max_digits + 1):
        rounded = float(f"{value:.{digits}g}")
        if abs(rounded - value) <= _TOLERANCE * value:
            return f"{rounded:.12g}"
    return None


def _name(component: Component, place: str, has_liquid: bool = True) -> str:
    """Print a name, with its role where reading would give another one."""
    usual = load_catalogue().get(component.name, component)
    read = role_in_text(usual, Species(usual.name, 1.0, "part", place), has_liquid)
    if read.role == component.role:
        return component.name
    return f"{component.name}[{component.role}]"


def _place(component: Component, after_in: bool) -> str:
    """Give the place where reading puts a component of a ratio."""
    if component.is_ionic and not (after_in and component.metal is None):
        return "salt"
    return "liquid"


def _exact_text(formulation: "Formulation") -> str:
    has_liquid = any(not c.is_ionic for c in formulation.components)
    names = [_name(c, _place(c, False), has_liquid) for c in formulation.components]
    water = _water_text(formulation.water_ppm)
    if len(names) == 1:
        is_salt = formulation.components[0].metal is not None
        return f"{'100 mol% ' if is_salt else ''}{names[0]}{water}"
    amounts = ":".join(f"{x:.12g}" for x in formulation.mole_fractions)
    return f"{':'.join(names)} {amounts} mol{water}"


def _water_text(water_ppm: float | None) -> str:
    if water_ppm is None:
        return ""
    return f" (water {repr(water_ppm).removesuffix('.0')} ppm)"
