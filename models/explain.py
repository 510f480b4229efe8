"""Say in chemical words what drives a prediction up or down.

The features are gathered in ten groups (`tables/feature_groups.csv`). The share of a
group is its Shapley value [1]_: what replacing the group's features by those of the
reference changes, averaged over all orders in which groups can be replaced. With ten
groups all 1024 combinations are computed, so that shares add up exactly to the
difference between the prediction and the reference: an explanation that cannot
disagree with the model.

References
----------
.. [1] S. M. Lundberg, S.-I. Lee, NeurIPS 2017, arXiv:1705.07874, eq. 4.
"""

from functools import cache
from importlib.resources import files
from math import factorial

import numpy as np
import pandas as pd

from sodalyte.models.coulombic_efficiency import CoulombicEfficiency


@cache
def feature_groups() -> list[tuple[str, tuple[str, ...]]]:
    """Read the groups: name and the beginnings of the columns in it.

    Returns
    -------
    list of (str, tuple of str)
        A column belongs to the first group that names its beginning; the last group
        takes the rest.
    """
    path = files("sodalyte.models") / "tables/feature_groups.csv"
    table = pd.read_csv(str(path), dtype=str, keep_default_na=False)
    return [
        (name, tuple(filter(None, prefixes.split("|"))))
        for name, prefixes in zip(table["group"], table["prefixes"], strict=True)
    ]


def group_of(column: str) -> str:
    """Name the group of a feature column."""
    groups = feature_groups()
    for name, prefixes in groups:
        if prefixes and column.startswith(prefixes):
            return name
    return groups[-1][0]


def explain_efficiency(
    model: CoulombicEfficiency, X: pd.DataFrame, reference: pd.DataFrame
) -> pd.DataFrame:
    """Share the difference between a prediction and a reference among the groups.

    Parameters
    ----------
    model : CoulombicEfficiency
        Fitted.
    X : DataFrame of one row
        The formulation to explain.
    reference : DataFrame
        Feature table to compare with, such as the training table; its column means
        are the reference liquid.

    Returns
    -------
    DataFrame
        Columns group, expected_nines (share of the expected nines, a failed cell
        counted as 0) and runs_probability (share of it), largest first. The shares
        of each add up to the prediction of `X` minus that of the reference.

    Raises
    ------
    ValueError
        If X has more or less than one row.
    """
    if len(X) != 1:
        raise ValueError(
            "explain_efficiency explains one formulation at a time. "
            f"Got {len(X)} rows. Pass X.iloc[[i]]."
        )
    columns = list(dict.fromkeys([*X.columns, *reference.columns]))
    ours = X.reindex(columns=columns, fill_value=0.0).iloc[0].to_numpy(dtype=float)
    means = reference.mean().reindex(columns, fill_value=0.0).to_numpy(dtype=float)
    names = [name for name, _ in feature_groups()]
    place = np.array([names.index(group_of(column)) for column in columns])
    n_groups = len(names)
    taken = (np.arange(2**n_groups)[:, None] >> np.arange(n_groups)) & 1
    table = pd.DataFrame(np.where(taken[:, place] == 1, ours, means), columns=columns)
    told = model.distribution(table)
    figures = {
        "expected_nines": told.expected_nines,
        "runs_probability": told.runs_probability,
    }
    shares = {
        figure: [_shapley(values, taken, i) for i in range(n_groups)]
        for figure, values in figures.items()
    }
    found = pd.DataFrame({"group": names, **shares})
    order = found["expected_nines"].abs().sort_values(ascending=False, kind="stable")
    return found.loc[order.index].reset_index(drop=True)


def _shapley(values: np.ndarray, taken: np.ndarray, player: int) -> float:
    """Average what a group adds over all orders of joining."""
    n_groups = taken.shape[1]
    without = np.flatnonzero(taken[:, player] == 0)
    size = taken[without].sum(axis=1)
    weight = np.array(
        [factorial(s) * factorial(n_groups - s - 1) / factorial(n_groups) for s in size]
    )
    return float(weight @ (values[without + 2**player] - values[without]))
