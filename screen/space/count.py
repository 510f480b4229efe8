"""Exact count of the recipes on a lab grid, by polynomial products."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sodalyte.screen.space.search_space import SearchSpace

__all__ = ["count_lab_recipes"]


def count_lab_recipes(space: "SearchSpace") -> int:
    """Count the recipes that keep counts, bounds, steps and totals of every role.

    Rules across roles are left out: those need the amounts together.

    Returns
    -------
    int
        Exact, however large.
    """
    salts = _by_total(space, "salt")
    additives = (
        _by_total(space, "additive") if "additive" in space.role_rules else {0: 1}
    )
    solvents = _by_total(space, "solvent")
    diluents = _by_total(space, "diluent") if "diluent" in space.role_rules else {0: 1}
    full = space.grid.n_volume_steps
    liquids = sum(n * diluents.get(full - total, 0) for total, n in solvents.items())
    some_salts = sum(n for total, n in salts.items() if total > 0)
    return some_salts * liquids * sum(additives.values())


def _by_total(space: "SearchSpace", role: str) -> dict[int, int]:
    """Count the ways to fill one role, by the sum of its steps."""
    rule = space.role_rules[role]
    columns = space.grid.columns(role)
    bounds = {a.name: a for a in rule.amounts}
    ways: dict[tuple[int, int], int] = {(0, 0): 1}  # (count, total) -> number
    for column in columns:
        amounts = bounds[space.grid.components[column].name]
        low, high = rule.low_steps(amounts), rule.high_steps(amounts)
        grown = dict(ways)
        for (count, total), number in ways.items():
            if count == rule.count[1]:
                continue
            for steps in range(low, high + 1):
                key = (count + 1, total + steps)
                grown[key] = grown.get(key, 0) + number
        ways = grown
    result: dict[int, int] = {}
    for (count, total), number in ways.items():
        if count < rule.count[0]:
            continue
        if rule.total is not None and count > 0:
            amount = total * rule.step
            if not rule.total[0] - 1e-9 <= amount <= rule.total[1] + 1e-9:
                continue
        result[total] = result.get(total, 0) + number
    return result
