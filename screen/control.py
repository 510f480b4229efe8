"""The control recipe, which every batch carries along to be comparable."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from sodalyte.datasets.formulation import Formulation

__all__ = ["ControlRecipe", "control_recipe"]


@dataclass(frozen=True)
class ControlRecipe:
    """A recipe that many have measured.

    Parameters
    ----------
    formulation : Formulation
    n_works, n_measurements : int
        Papers and campaigns that measured it, and rows.
    ce_percent_median : float
        Of the cells that ran.
    """

    formulation: Formulation
    n_works: int
    n_measurements: int
    ce_percent_median: float


def control_recipe(frame: pd.DataFrame) -> ControlRecipe:
    """Choose the recipe to measure again in every batch.

    Parameters
    ----------
    frame : DataFrame
        Measurements with ``formulation``, ``work``, ``outcome`` and ``ce_percent``.

    Returns
    -------
    ControlRecipe
        The one that the most works measured; of equals the one with the most rows,
        then with the best median efficiency. A control is worth what is known of it:
        it shows whether a batch, a bottle or a glovebox was off.

    Raises
    ------
    ValueError
        If no row with a composition ran.
    """
    ran = frame[(frame["outcome"] == "ran") & (frame["formulation"] != "")]
    ran = ran[ran["ce_percent"].notna()]
    if ran.empty:
        raise ValueError(
            "A control recipe is one that was measured and ran; none of "
            f"{len(frame)} rows is. Give measurements with compositions."
        )
    table = ran.groupby("formulation").agg(
        n_works=("work", "nunique"),
        n_measurements=("work", "size"),
        median=("ce_percent", "median"),
    )
    order = np.lexsort((-table["median"], -table["n_measurements"], -table["n_works"]))
    best = table.iloc[int(order[0])]
    return ControlRecipe(
        formulation=Formulation.from_text(str(best.name)),
        n_works=int(best["n_works"]),
        n_measurements=int(best["n_measurements"]),
        ce_percent_median=float(best["median"]),
    )
