"""The recipes one move away: one step of salt, of solvent, of additive, or a swap."""

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from sodalyte.screen.space.search_space import SearchSpace

__all__ = ["neighbour_steps"]

Array = np.ndarray[Any, np.dtype[Any]]


def neighbour_steps(space: "SearchSpace", recipe: Array) -> Array:
    """List the feasible recipes one move away from a recipe.

    Parameters
    ----------
    space : SearchSpace
    recipe : ndarray of int, shape (n_components,)
        Lab steps of a recipe on the grid; it need not be feasible itself.

    Returns
    -------
    ndarray of int16, shape (n_neighbours, n_components)
        Distinct, feasible, without the recipe itself, in a fixed order.

    Notes
    -----
    Moves: one step more or less of a salt or additive; a new salt or additive at its
    lowest amount, or one left out; one step of a salt or liquid exchanged for another,
    or as much as the newcomer needs to be present, or all of it; any component
    replaced in full by another of its role.
    """
    grid = space.grid
    moves = _one_role(space, recipe, grid.salts) + _one_role(
        space, recipe, grid.additives
    )
    moves += _exchanges(space, recipe, grid.salts)
    moves += _exchanges(space, recipe, grid.additives)
    moves += _exchanges(space, recipe, grid.liquids)
    if not moves:
        return np.zeros((0, len(recipe)), dtype=np.int16)
    table = np.unique(np.array(moves, dtype=np.int16), axis=0)
    table = table[(table != recipe).any(axis=1)]
    return np.asarray(table[space.sampler.feasible(table)])


def _lows(space: "SearchSpace") -> Array:
    """Return the fewest steps of every component where it is present."""
    components = space.grid.components
    return np.array([space.role_rules[c.role].steps_of(c.name)[0] for c in components])


def _one_role(space: "SearchSpace", recipe: Array, columns: Array) -> list[Array]:
    """Change the amount of one component that need not sum to a total."""
    lows = _lows(space)
    moves = []
    for column in columns:
        changes = [-1, 1, -int(recipe[column])] if recipe[column] else [lows[column]]
        for change in changes:
            move = recipe.copy()
            move[column] += change
            if move[column] >= 0:
                moves.append(move)
    return moves


def _exchanges(space: "SearchSpace", recipe: Array, columns: Array) -> list[Array]:
    """Move steps from one component to another."""
    lows = _lows(space)
    moves = []
    for source in columns[recipe[columns] > 0]:
        held = int(recipe[source])
        for target in columns[columns != source]:
            needed = 1 if recipe[target] else int(lows[target])
            for amount in {min(needed, held), held}:
                move = recipe.copy()
                move[source] -= amount
                move[target] += amount
                moves.append(move)
    return moves
