"""Join the feature blocks into the one table that models are given."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sodalyte.featurizers.amounts import (
    Amounts,
    Formulations,
    amounts_in_blocks,
    as_array,
)
from sodalyte.featurizers.bulk import bulk_properties
from sodalyte.featurizers.composition import composition_features
from sodalyte.featurizers.conditions import condition_features
from sodalyte.featurizers.molecules import (
    descriptor_columns,
    orbital_columns,
    oxidation_columns,
    oxidation_shell_columns,
)
from sodalyte.featurizers.solvation import donor_columns, solvation_structure

__all__ = ["BLOCKS", "design_matrix"]

Array = NDArray[np.float64]
Columns = dict[str, Array]

BLOCKS = ("composition", "molecules", "solvation", "bulk", "conditions")
ROWS_AT_ONCE = 16_384
"""Rows of one pass: small enough to stay in the cache, large enough to hide Python."""


def design_matrix(
    formulations: Formulations,
    conditions: pd.DataFrame | Mapping[str, Any] | None = None,
    *,
    blocks: Sequence[str] = BLOCKS,
) -> pd.DataFrame:
    """Turn formulations and conditions into features.

    Parameters
    ----------
    formulations : sequence of Formulation or FormulationArray
        n formulations.
    conditions : DataFrame of n rows, mapping of scalars, or None
        See ``condition_features``; None means the reference protocol. The bulk
        properties are those at its ``temperature_C``.
    blocks : sequence of str
        Of ``BLOCKS``, in the order of the columns.

    Returns
    -------
    DataFrame of shape (n, n_features)
        float64, index 0 to n - 1, no NaN; ``tables/features.csv`` says what each column
        means. A row depends on its formulation and conditions alone, not on the batch.

    Raises
    ------
    ValueError
        If a block is unknown, there is no formulation, a condition is out of range or a
        molecule cannot be read.
    """
    unknown = [name for name in blocks if name not in BLOCKS]
    if unknown:
        raise ValueError(
            f"blocks must be of {', '.join(BLOCKS)}; got {', '.join(unknown)}. "
            "Correct the names."
        )
    array = as_array(formulations)
    n_rows = len(array)
    context = condition_features(conditions, n_rows)
    names: list[str] = []
    matrix = np.empty((0, n_rows))
    start = 0
    for mixture in amounts_in_blocks(array, ROWS_AT_ONCE):
        rows = slice(start, start + len(mixture))
        here = {name: values[rows] for name, values in context.items()}
        columns: Columns = {}
        for name in blocks:
            columns |= _COMPUTE[name](mixture, here)
        if not names:
            names = list(columns)
            matrix = np.empty((len(names), n_rows))
        for i, values in enumerate(columns.values()):
            matrix[i, rows] = values
        start += len(mixture)
    return pd.DataFrame(matrix.T, columns=names, copy=False)


def _composition(mixture: Amounts, conditions: Columns) -> Columns:
    return composition_features(mixture)


def _molecules(mixture: Amounts, conditions: Columns) -> Columns:
    return (
        orbital_columns(mixture)
        | oxidation_columns(mixture)
        | descriptor_columns(mixture)
    )


def _solvation(mixture: Amounts, conditions: Columns) -> Columns:
    structure = solvation_structure(mixture)
    lifted = oxidation_shell_columns(mixture, structure.free_solvent_fraction)
    return dict(vars(structure)) | donor_columns(mixture) | lifted


def _bulk(mixture: Amounts, conditions: Columns) -> Columns:
    return dict(vars(bulk_properties(mixture, conditions["temperature_C"])))


def _conditions(mixture: Amounts, conditions: Columns) -> Columns:
    return conditions


_COMPUTE: dict[str, Callable[[Amounts, Columns], Columns]] = {
    "composition": _composition,
    "molecules": _molecules,
    "solvation": _solvation,
    "bulk": _bulk,
    "conditions": _conditions,
}
