"""What the guards on solubility and miscibility say of the components of a space."""

from itertools import combinations
from typing import Any

import numpy as np

from sodalyte.datasets.formulations.array import FormulationArray
from sodalyte.featurizers.solubility import miscibility_guard, solubility_guard
from sodalyte.screen.space.lab_grid import LabGrid

__all__ = ["immiscible_pairs", "solubility_limits"]

Array = np.ndarray[Any, np.dtype[Any]]


def solubility_limits(grid: LabGrid, highest_steps: Array) -> Array:
    """Find how much of each salt no source denies in each solvent alone, at 25 degC.

    Parameters
    ----------
    grid : LabGrid
    highest_steps : ndarray of int, shape (n_components,)
        Most steps of each component in the space.

    Returns
    -------
    ndarray of shape (n_salts, n_solvents)
        mol/L on the lab grid; infinite where all amounts of the space pass. What is
        unknown passes here: the guard itself says "unknown" of such a recipe.
    """
    salts, solvents = grid.salts, grid.columns("solvent")
    limits = np.full((len(salts), len(solvents)), np.inf)
    rows, places = [], []
    for i, salt in enumerate(salts):
        for j, solvent in enumerate(solvents):
            for amount in range(1, int(highest_steps[salt]) + 1):
                row = np.zeros(len(grid.components), dtype=np.int16)
                row[salt], row[solvent] = amount, grid.n_volume_steps
                rows.append(row)
                places.append((i, j, amount))
    if not rows:
        return limits
    probes = FormulationArray(grid.components, grid.mole_fractions(np.array(rows)))
    status = solubility_guard(probes)["solubility_status"]
    for (i, j, amount), verdict in zip(places, status, strict=True):
        if verdict == "exceeds":
            below = (amount - 1) * grid.salt_step_mol_per_L
            limits[i, j] = min(limits[i, j], below)
    return limits


def immiscible_pairs(grid: LabGrid) -> tuple[tuple[str, str], ...]:
    """List the pairs of liquids that a source calls immiscible."""
    pairs = list(combinations(grid.liquids, 2))
    if not pairs:
        return ()
    fractions = np.zeros((len(pairs), len(grid.components)))
    for row, (one, other) in enumerate(pairs):
        fractions[row, [one, other]] = 0.5
    status = miscibility_guard(FormulationArray(grid.components, fractions))
    found = []
    for (one, other), verdict in zip(pairs, status["miscibility_status"], strict=True):
        if verdict == "immiscible":
            found.append((grid.components[one].name, grid.components[other].name))
    return tuple(found)
