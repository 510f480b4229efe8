"""Why a recipe is outside a search space, and why a space is empty or small."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sodalyte.datasets.formulations.formulation import Formulation
from sodalyte.screen.space.count import count_lab_recipes
from sodalyte.screen.space.ingredients import Removal

if TYPE_CHECKING:
    from sodalyte.screen.space.search_space import SearchSpace

__all__ = ["SpaceExplanation", "explain_space"]

Array = np.ndarray[Any, np.dtype[Any]]

_PROBE_ROWS = 40_000


@dataclass(frozen=True)
class SpaceExplanation:
    """What a search space holds, what its rules took out, and how tight they are.

    Parameters
    ----------
    n_components : dict of str to int
        Components by role after the filters.
    removed : tuple of Removal
        What the filters on components took out, with reasons.
    n_lab_recipes : int
        Exact count of recipes on the grid that keep counts, bounds and totals.
    n_feasible_recipes, n_feasible_recipes_std : float
        Estimate of those that keep the rules across roles too.
    accepted_share : float
        Share of draws that keep every rule, the cost of sampling.
    broken_share : dict of str to float
        Share of structurally sound draws that break each rule.
    message : str
        In words; says which rule leaves nothing when the space is empty.
    """

    name: str
    n_components: dict[str, int]
    removed: tuple[Removal, ...]
    n_lab_recipes: int
    n_feasible_recipes: float
    n_feasible_recipes_std: float
    accepted_share: float
    broken_share: dict[str, float]
    message: str


def explain_space(space: "SearchSpace") -> SpaceExplanation:
    """Count a space and probe its rules with 40,000 seeded draws."""
    present = {role: len(space.grid.columns(role)) for role in space.role_rules}
    empty = empty_reason(space)
    if empty:
        return SpaceExplanation(
            space.name, present, space.filtered[1], 0, 0.0, 0.0, 0.0, {}, empty
        )
    rows = np.arange(_PROBE_ROWS)
    sampler = space.sampler
    drawn = sampler.draw(rows, np.zeros_like(rows), 0)
    sound = sampler.within_bounds(drawn)
    fractions = space.grid.mole_fractions(drawn[sound])
    alive = np.ones(len(fractions), dtype=bool)
    broken_share: dict[str, float] = {}
    last_rule = "bounds and totals"
    for rule in space.mixture_rules:
        broken = rule.broken(fractions)
        broken_share[rule.name] = float(broken.mean()) if len(broken) else 0.0
        if alive.any() and (broken[alive]).all():
            last_rule = rule.name
        alive &= ~broken
    weights = np.zeros(_PROBE_ROWS)
    weights[np.flatnonzero(sound)[alive]] = sampler.inverse_density(drawn[sound][alive])
    n_feasible = float(weights.mean())
    std = float(weights.std(ddof=1) / math.sqrt(_PROBE_ROWS))
    share = float(alive.sum() / _PROBE_ROWS)
    message = _in_words(space, present, n_feasible, broken_share)
    if not alive.any():
        message = (
            f"No recipe is left in {space.name!r} after {last_rule}: none of "
            f"{int(sound.sum()):,} draws that keep counts and bounds passes all rules. "
            f"Loosen {last_rule} or allow more components."
        )
    return SpaceExplanation(
        name=space.name,
        n_components=present,
        removed=space.filtered[1],
        n_lab_recipes=count_lab_recipes(space),
        n_feasible_recipes=n_feasible,
        n_feasible_recipes_std=std,
        accepted_share=share,
        broken_share=broken_share,
        message=message,
    )


def _in_words(
    space: "SearchSpace",
    present: dict[str, int],
    n_feasible: float,
    broken_share: dict[str, float],
) -> str:
    parts = ", ".join(f"{n} {role}s" for role, n in present.items())
    lines = [f"{space.name}: {parts}; about {n_feasible:.2g} feasible lab recipes."]
    for removal in space.filtered[1]:
        lines.append(
            f"{removal.component.name} is out by {removal.rule}: {removal.reason}."
        )
    for name, share in broken_share.items():
        lines.append(f"{name}: breaks {100 * share:.1f} % of structurally sound draws.")
    return "\n".join(lines)


def empty_reason(space: "SearchSpace") -> str:
    """Say which filter leaves a required role without component; "" when none does."""
    components, removed = space.filtered
    for role, rule in space.role_rules.items():
        left = [c for c in components if c.role == role]
        needed = max(1, rule.count[0]) if role in ("salt", "solvent") else rule.count[0]
        if len(left) >= needed:
            continue
        fallen = [r for r in removed if r.component.role == role]
        if not fallen:
            return (
                f"A space needs at least {needed} {role}s; {space.name!r} allows "
                f"{len(left)}. Allow more."
            )
        last = fallen[-1].rule
        shown = ", ".join(f"{r.component.name} ({r.reason})" for r in fallen[-5:])
        is_unknown = any(r.reason.endswith("unknown") for r in fallen)
        own = (
            ", or give the missing values in a file of own components (components_file)"
            if is_unknown
            else ""
        )
        left_words = f"no {role}" if not left else f"only {len(left)} {role}s"
        return (
            f"{left_words.capitalize()} left after {last}; {needed} needed. Out in all "
            f"{len(fallen)}, last: {shown}. Loosen that limit of {space.name!r}, or "
            f"allow other {role}s{own}."
        )
    return ""


def foreign_reasons(space: "SearchSpace", formulation: Formulation) -> tuple[str, ...]:
    """List components that the space does not hold in their role."""
    components, removals = space.filtered
    place = {(c.name, c.role) for c in components}
    removed = {(r.component.name, r.component.role): r for r in removals}
    reasons = []
    for component in formulation.components:
        key = (component.name, component.role)
        if key in removed:
            removal = removed[key]
            reasons.append(f"{component.name}: {removal.rule}: {removal.reason}")
        elif key not in place:
            reasons.append(f"{component.name} is no {component.role} of the space")
    return tuple(reasons)


def off_grid_reason(space: "SearchSpace", column: int, steps: float) -> str:
    """Say by how much an amount misses the lab step."""
    component = space.grid.components[column]
    rule = space.role_rules[component.role]
    unit = {"salt": "mol/L", "additive": "wt%"}.get(component.role, "vol%")
    amount = steps * rule.step
    return f"{component.name}: {amount:.4g} {unit} is off the step {rule.step:g}"


def structural_reasons(space: "SearchSpace", steps: Array) -> tuple[str, ...]:
    """List broken counts, bounds and totals of one recipe in whole steps."""
    reasons = []
    for role, rule in space.role_rules.items():
        columns = space.grid.columns(role)
        number = int((steps[columns] > 0).sum())
        if not rule.count[0] <= number <= rule.count[1]:
            reasons.append(
                f"{number} {role}s, allowed {rule.count[0]} to {rule.count[1]}"
            )
        bounds = {a.name: a for a in rule.amounts}
        for column in columns[steps[columns] > 0]:
            name = space.grid.components[column].name
            low, high = rule.low_steps(bounds[name]), rule.high_steps(bounds[name])
            if not low <= steps[column] <= high:
                reasons.append(
                    f"{name}: {steps[column] * rule.step:g} is outside "
                    f"{low * rule.step:g} to {high * rule.step:g}"
                )
        total = float(steps[columns].sum() * rule.step)
        if rule.total is None or number == 0:
            continue
        if not rule.total[0] - 1e-9 <= total <= rule.total[1] + 1e-9:
            reasons.append(
                f"{role}s sum to {total:g}, allowed {rule.total[0]:g} to "
                f"{rule.total[1]:g}"
            )
    return tuple(reasons)
