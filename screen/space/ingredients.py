"""Component filters of a search space: who may enter at all, and why not."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sodalyte.datasets.components.component import Component

__all__ = [
    "ComponentRule",
    "Removal",
    "filter_components",
    "is_pfas",
    "price_USD_per_kg",
]

# OECD 2021 definition: at least one fully fluorinated methyl or methylene carbon
# without H, Cl, Br or I on it (OECD Series on Risk Management 61, section 2.2.1).
_PFAS_SMARTS = ("[CX4](F)(F)F", "[CX4;H0](F)(F)([!#1;!Cl;!Br;!I])[!#1;!Cl;!Br;!I]")

Properties = Mapping[str, Any]


@dataclass(frozen=True)
class Removal:
    """One component that a rule took out of a space, with the reason."""

    component: Component
    rule: str
    reason: str


@dataclass(frozen=True)
class ComponentRule:
    """A rule on single components: `reason` returns None where one may stay."""

    name: str
    roles: tuple[str, ...]
    reason: Callable[[Component, Properties], str | None]


@lru_cache(maxsize=4096)
def is_pfas(smiles: str) -> bool:
    """Tell whether a molecule is a PFAS by the definition of the OECD (2021).

    Examples
    --------
    >>> is_pfas("FC(F)(F)COCC(F)(F)F"), is_pfas("[Na+].F[P-](F)(F)(F)(F)F")
    (True, False)
    """
    from rdkit import Chem

    molecule = Chem.MolFromSmiles(smiles)
    if molecule is None:
        raise ValueError(f"A component needs a readable SMILES; {smiles!r} is not one.")
    return any(
        molecule.HasSubstructMatch(Chem.MolFromSmarts(smarts))
        for smarts in _PFAS_SMARTS
    )


def price_USD_per_kg(properties: Properties) -> float:
    """Return the upper end of the known price range, the cautious figure."""
    value = _number(properties, "price_USD_per_kg_high")
    if value is None:
        raise ValueError(
            "A price rule needs price_USD_per_kg_high of every component; one that "
            "lacks it must be filtered out first."
        )
    return value


def _number(properties: Properties, key: str) -> float | None:
    value = properties.get(key)
    if value is None or not math.isfinite(float(value)):
        return None
    return float(value)


def flash_point_rule(minimum_C: float) -> ComponentRule:
    """Require every liquid to flash above `minimum_C`, the cautious mixture rule."""

    def reason(component: Component, properties: Properties) -> str | None:
        value = _number(properties, "flash_point_C")
        if value is None:
            return "flash point unknown"
        return None if value >= minimum_C else f"flash point {value:.0f} degC"

    return ComponentRule(
        f"flash point >= {minimum_C:g} degC", ("solvent", "diluent"), reason
    )


def boiling_point_rule(minimum_C: float) -> ComponentRule:
    """Require every liquid to boil above `minimum_C`."""

    def reason(component: Component, properties: Properties) -> str | None:
        value = _number(properties, "boiling_point_C")
        if value is None:
            return "boiling point unknown"
        return None if value >= minimum_C else f"boiling point {value:.0f} degC"

    return ComponentRule(
        f"boiling point >= {minimum_C:g} degC", ("solvent", "diluent"), reason
    )


def known_value_rule(
    key: str,
    words: str,
    roles: tuple[str, ...] = ("salt", "solvent", "diluent", "additive"),
) -> ComponentRule:
    """Take out components of which a value that a later rule needs is unknown."""

    def reason(component: Component, properties: Properties) -> str | None:
        return None if _number(properties, key) is not None else f"{words} unknown"

    return ComponentRule(f"{words} known", roles, reason)


def pfas_rule() -> ComponentRule:
    """Exclude per- and polyfluoroalkyl substances, salts and additives included."""

    def reason(component: Component, properties: Properties) -> str | None:
        found = is_pfas(component.smiles)
        return "PFAS by the definition of the OECD (2021)" if found else None

    return ComponentRule("no PFAS", ("salt", "solvent", "diluent", "additive"), reason)


def shelf_rule(shelf: frozenset[str]) -> ComponentRule:
    """Keep only what stands on the shelf."""

    def reason(component: Component, properties: Properties) -> str | None:
        return None if component.name in shelf else "not on the shelf"

    roles = ("salt", "solvent", "diluent", "additive")
    return ComponentRule("on the shelf", roles, reason)


def filter_components(
    components: tuple[Component, ...],
    rules: tuple[ComponentRule, ...],
    properties: Callable[[str], Properties],
) -> tuple[tuple[Component, ...], tuple[Removal, ...]]:
    """Apply component rules in order; return those that stay and what fell.

    A value that is needed and unknown takes the component out, with that reason:
    nothing is imputed.
    """
    kept = list(components)
    removed: list[Removal] = []
    for rule in rules:
        staying: list[Component] = []
        for component in kept:
            reason = (
                rule.reason(component, properties(component.name))
                if component.role in rule.roles
                else None
            )
            if reason is None:
                staying.append(component)
            else:
                removed.append(Removal(component, rule.name, reason))
        kept = staying
    return tuple(kept), tuple(removed)
