"""Bring formulations into the two array forms that every block works on.

Rows read the same in every batch: components are sorted by name and role first, so the
components of a formulation always meet in one order, and sums run over them one by one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from sodalyte.datasets.formulations.array import FormulationArray
from sodalyte.datasets.formulations.formulation import Formulation
from sodalyte.featurizers.ingredients import Ingredients, ingredients

if TYPE_CHECKING:
    from scipy.sparse import csr_array

__all__ = ["Amounts", "Formulations", "amounts", "amounts_in_blocks", "as_array"]

Array = NDArray[np.float64]

Formulations: TypeAlias = Sequence[Formulation] | FormulationArray
"""What every transformer takes."""


@dataclass(frozen=True, eq=False)
class Amounts:
    """Mole fractions of n formulations, only what is present.

    Parameters
    ----------
    ingredients : Ingredients
        Numbers of the k distinct components.
    matrix : scipy.sparse.csr_array of shape (n, k)
        Mole fractions; a salt counts as one formula unit.
    index : ndarray of int, shape (m, n)
        Component of the j-th present ingredient of each row; m is the largest number of
        ingredients in a row, spare places point at component 0.
    mole_fraction : ndarray of shape (m, n)
        Its mole fraction, 0 in spare places.
    memo : dict
        What several blocks need of these formulations is computed once and kept here.
    """

    ingredients: Ingredients
    matrix: "csr_array"
    index: NDArray[np.intp]
    mole_fraction: Array
    memo: dict[str, Any] = field(default_factory=dict, repr=False)

    def __len__(self) -> int:
        """Count the formulations."""
        return self.index.shape[1]

    def take(self, values: NDArray[Any]) -> NDArray[Any]:
        """Spread a (k,) array over the present ingredients: shape (m, n)."""
        return np.asarray(values[self.index])

    def total(self, values: NDArray[Any]) -> Array:
        """Sum of mole fraction times value over the ingredients.

        Parameters
        ----------
        values : ndarray of shape (k,) or (k, p)

        Returns
        -------
        ndarray of shape (n,) or (n, p)
        """
        return np.asarray(self.matrix @ values)

    @cached_property
    def volume_mL_per_mol(self) -> Array:
        """Volume per mole of all formula units, shape (n,), additive volumes."""
        return self.total(self.ingredients.molar_volume_mL_per_mol)

    @cached_property
    def concentration_mol_per_L(self) -> Array:
        """Concentration of each present ingredient, shape (m, n)."""
        return np.asarray(1000.0 * self.mole_fraction / self.volume_mL_per_mol)


def as_array(formulations: Formulations) -> FormulationArray:
    """Give the array form of formulations; one that is already stays itself.

    Raises
    ------
    TypeError
        If one Formulation comes in place of a list.
    """
    if isinstance(formulations, Formulation):
        raise TypeError(
            "formulations must be a list or a FormulationArray. One Formulation came: "
            f"{formulations.canonical!r}. Put it in a list."
        )
    if isinstance(formulations, FormulationArray):
        return formulations
    return FormulationArray.from_list(formulations)


def amounts(formulations: Formulations) -> Amounts:
    """Gather formulations into arrays.

    Parameters
    ----------
    formulations : sequence of Formulation or FormulationArray
        At least one.

    Returns
    -------
    Amounts

    Raises
    ------
    ValueError
        If there is no formulation.
    TypeError
        If one Formulation comes in place of a list.
    """
    (whole,) = amounts_in_blocks(formulations, None)
    return whole


def amounts_in_blocks(
    formulations: Formulations, n_rows: int | None
) -> Iterator[Amounts]:
    """Gather formulations block by block, so that memory stays bounded.

    Parameters
    ----------
    formulations : sequence of Formulation or FormulationArray
        At least one.
    n_rows : int or None
        Rows of a block; None for one block.

    Yields
    ------
    Amounts
        In order; all blocks share one ``Ingredients``.

    Raises
    ------
    ValueError
        If there is no formulation.
    TypeError
        If one Formulation comes in place of a list.
    """
    array = as_array(formulations)
    if not len(array):
        raise ValueError(
            "A design matrix needs at least one formulation; got none. Check the file "
            "or the filter that made the list."
        )
    components = array.components
    order = sorted(
        range(len(components)),
        key=lambda i: (components[i].name, components[i].smiles, components[i].role),
    )
    table = ingredients(tuple(components[i] for i in order))
    size = len(array) if n_rows is None else n_rows
    for start in range(0, len(array), size):
        block = array.mole_fractions[start : start + size]
        yield _compact(np.ascontiguousarray(block[:, order]), table)


def _compact(fractions: Array, table: Ingredients) -> Amounts:
    from scipy.sparse import csr_array

    matrix = csr_array(fractions)
    counts = np.diff(matrix.indptr)
    rows = np.repeat(np.arange(len(counts)), counts)
    place = np.arange(len(rows)) - np.repeat(matrix.indptr[:-1], counts)
    shape = (int(counts.max(initial=1)), len(counts))
    index = np.zeros(shape, dtype=np.intp)
    mole_fraction = np.zeros(shape)
    index[place, rows] = matrix.indices
    mole_fraction[place, rows] = matrix.data
    return Amounts(table, matrix, index, mole_fraction)
