"""From the plain data of a search space to its components, filters and rules."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from sodalyte.datasets.components.catalogue import Catalogue
from sodalyte.datasets.components.component import Component
from sodalyte.datasets.formulations.mixing import FLUORINE_MOLAR_MASS_G_PER_MOL
from sodalyte.screen.space.ingredients import (
    ComponentRule,
    boiling_point_rule,
    flash_point_rule,
    known_value_rule,
    pfas_rule,
    price_USD_per_kg,
    shelf_rule,
)
from sodalyte.screen.space.lab_grid import LabGrid
from sodalyte.screen.space.mixture_rules import (
    MixtureRule,
    dissolving_rule,
    fluorine_rule,
    liquid_range_rule,
    pair_rule,
    price_rule,
    solvent_to_salt_rule,
)
from sodalyte.screen.space.phase_limits import immiscible_pairs, solubility_limits
from sodalyte.screen.space.rules import Limits, RoleRule

__all__ = ["component_rules", "mixture_rules", "resolve"]

Array = np.ndarray[Any, np.dtype[Any]]
Properties = Callable[[str], Mapping[str, Any]]


def resolve(rules: dict[str, RoleRule], catalogue: Catalogue) -> tuple[Component, ...]:
    """Find every named component, in the role the space gives it.

    Returns
    -------
    tuple of Component
        Sorted by role as in the rules, then by name.

    Raises
    ------
    ValueError
        If names are unknown; lists them with the nearest names.
    """
    found: list[Component] = []
    faults: list[str] = []
    for role, rule in rules.items():
        named = []
        for name in rule.names:
            try:
                component = catalogue.find(name)
            except KeyError as error:
                faults.append(str(error.args[0]))
                continue
            if component.name != name:
                faults.append(f"write {component.name} for {name}")
            named.append(replace(component, role=role))
        found += sorted(named, key=lambda c: c.name)
    if faults:
        raise ValueError(
            "A search space names components of the catalogue by their short names; "
            f"{len(faults)} faults: {'; '.join(faults[:5])}. Mend the names, or add "
            "own components by SMILES with components_file."
        )
    return tuple(found)


def component_rules(limits: Limits) -> tuple[ComponentRule, ...]:
    """Build the filters on single components, in the order they are applied."""
    rules: list[ComponentRule] = []
    if limits.shelf is not None:
        rules.append(shelf_rule(frozenset(limits.shelf)))
    if limits.exclude_pfas:
        rules.append(pfas_rule())
    if limits.flash_point_min_C is not None:
        rules.append(flash_point_rule(limits.flash_point_min_C))
    if limits.boiling_point_min_C is not None:
        rules.append(boiling_point_rule(limits.boiling_point_min_C))
    if limits.liquid_at_use_temperature:
        liquids = ("solvent", "diluent")
        rules.append(known_value_rule("melting_point_C", "melting point", liquids))
    if limits.price_max_USD_per_kg is not None:
        rules.append(known_value_rule("price_USD_per_kg_high", "price"))
    return tuple(rules)


def mixture_rules(
    grid: LabGrid, limits: Limits, catalogue: Catalogue, highest_steps: Array
) -> tuple[MixtureRule, ...]:
    """Build the rules on whole recipes, cheap ones first.

    `highest_steps` are the most steps of each column of the grid.
    """
    rules: list[MixtureRule] = []
    for pair in limits.forbidden_pairs:
        rules.append(pair_rule(grid, pair, "forbidden pair"))
    immiscible = dict.fromkeys(limits.immiscible_pairs)
    if limits.miscibility:
        immiscible.update(dict.fromkeys(immiscible_pairs(grid)))
    for pair in immiscible:
        rules.append(pair_rule(grid, pair, "immiscible"))
    for bounds, with_diluent in (
        (limits.solvent_per_salt, False),
        (limits.solvent_per_salt_with_diluent, True),
    ):
        if bounds is not None:
            rules.append(solvent_to_salt_rule(grid, *bounds, with_diluent=with_diluent))
    if limits.liquid_at_use_temperature:
        melting = np.full(len(grid.components), np.nan)
        for i in grid.liquids:
            properties = catalogue.properties(grid.components[i].name)
            melting[i] = float(properties["melting_point_C"])
        rules.append(liquid_range_rule(grid, melting, limits.temperature_C))
    if limits.fluorine_mass_fraction_max is not None:
        fluorine = np.array([_fluorine_mass_fraction(c) for c in grid.components])
        rules.append(fluorine_rule(grid, fluorine, limits.fluorine_mass_fraction_max))
    if limits.price_max_USD_per_kg is not None:
        prices = np.array(
            [price_USD_per_kg(catalogue.properties(c.name)) for c in grid.components]
        )
        rules.append(price_rule(grid, prices, limits.price_max_USD_per_kg))
    if limits.solubility:
        dissolving = solubility_limits(grid, highest_steps)
        rules.append(dissolving_rule(grid, dissolving, "salts dissolve"))
    return tuple(rules)


def _fluorine_mass_fraction(component: Component) -> float:
    grams = component.n_fluorine * FLUORINE_MOLAR_MASS_G_PER_MOL
    return grams / component.molar_mass_g_per_mol
