"""Whose cells are predicted: a known laboratory keeps its own offset."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sodalyte.screen.judging.conditions import ANY_LABORATORY, Conditions

if TYPE_CHECKING:
    from sodalyte.models.coulombic_efficiency import CoulombicEfficiency
    from sodalyte.screen.surrogates.training import Predictors

__all__ = [
    "efficiency_model",
    "in_own_laboratory",
    "laboratory_document",
    "own_laboratory",
]


def in_own_laboratory(
    conditions: Conditions | None, predictors: Predictors
) -> Conditions:
    """Name the laboratory of conditions that leave it open.

    Parameters
    ----------
    conditions : Conditions or None
        The reference protocol if None.
    predictors : Predictors

    Returns
    -------
    Conditions
        `laboratory` is what it was; else the own one, see `own_laboratory`; else
        "any".
    """
    conditions = conditions or Conditions()
    if conditions.laboratory is not None:
        return conditions
    name = own_laboratory(predictors) or ANY_LABORATORY
    return replace(conditions, laboratory=name)


def efficiency_model(
    predictors: Predictors, conditions: Conditions
) -> CoulombicEfficiency:
    """Give the efficiency surrogate for the laboratory of the conditions.

    Parameters
    ----------
    predictors : Predictors
    conditions : Conditions
        Completed by `in_own_laboratory`.

    Returns
    -------
    CoulombicEfficiency

    Raises
    ------
    ValueError
        If the model has learnt from no cell of the laboratory named.
    """
    name = in_own_laboratory(conditions, predictors).laboratory
    model = predictors.coulombic_efficiency
    return model.in_laboratory(None if name == ANY_LABORATORY else name)


def own_laboratory(predictors: Predictors) -> str | None:
    """Name the laboratory of the own measurements.

    Parameters
    ----------
    predictors : Predictors

    Returns
    -------
    str or None
        The ``work`` of the own rows among the training rows; None if there are none,
        they name several, or the model has learnt no efficiency from them.
    """
    frame = predictors.frame
    works = set(frame.loc[frame["set_name"] == "own", "work"].astype(str))
    known = set(predictors.coulombic_efficiency.laboratories()["work"])
    return works.pop() if len(works) == 1 and works <= known else None


def laboratory_document(model: CoulombicEfficiency) -> dict[str, Any] | None:
    """Describe the laboratory that a model predicts for.

    Parameters
    ----------
    model : CoulombicEfficiency
        As `efficiency_model` gives it.

    Returns
    -------
    dict or None
        name, n_measurements, offset_nines and offset_std_nines (by how much it reads
        higher than the others); None for one not seen before.
    """
    if model.laboratory_ is None:
        return None
    table = model.laboratories()
    row = table[table["work"] == model.laboratory_].iloc[0]
    return {
        "name": model.laboratory_,
        "n_measurements": int(row["n_rows"]),
        "offset_nines": round(float(row["offset_nines"]), 6),
        "offset_std_nines": round(float(row["offset_std_nines"]), 6),
    }
