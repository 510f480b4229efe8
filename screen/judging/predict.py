"""Predictions with their intervals, domain and nearest measured neighbours."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from sodalyte.screen.judging.conditions import Conditions
from sodalyte.screen.judging.laboratory import (
    efficiency_model,
    in_own_laboratory,
    laboratory_document,
)
from sodalyte.screen.judging.novelty import measured_names, unmeasured

if TYPE_CHECKING:
    import pandas as pd

    from sodalyte.datasets.formulations.formulation import Formulation
    from sodalyte.screen.surrogates.training import Predictors

__all__ = ["Conditions", "check_metal", "predict", "predict_documents", "source_doubt"]

INTERVAL = 0.9
DIGITS = 6  # printed figures; far below every uncertainty, above rounding noise


def predict_documents(
    formulations: Sequence[Formulation],
    conditions: Conditions | None = None,
    *,
    predictors: Predictors | None = None,
) -> list[dict[str, Any]]:
    """Predict a list of formulations; the records of ``sodalyte predict --json``.

    Parameters
    ----------
    formulations : sequence of Formulation
    conditions : Conditions, optional
        Reference protocol by default.
    predictors : Predictors, optional
        The bundled default models unless given.

    Returns
    -------
    list of dict
        One a formulation, in order.

    Raises
    ------
    ValueError
        If a formulation has no salt of the plated metal, or the model knows no cell
        of the laboratory.
    """
    from sodalyte.datasets.formulations.array import FormulationArray
    from sodalyte.screen.surrogates.training import default_predictors, feature_matrix

    predictors = predictors or default_predictors()
    conditions = in_own_laboratory(conditions, predictors)
    check_metal(formulations, conditions.metal)
    array = FormulationArray.from_list(list(formulations))
    X = feature_matrix(array, conditions.frame(len(array)))
    # One row at a time: the last digits of a matrix product depend on its shape, and
    # a printed figure shall not depend on what else was asked in the same breath.
    rows_of_X = [X.iloc[i : i + 1] for i in range(len(X))]
    model = efficiency_model(predictors, conditions)
    laboratory = laboratory_document(model)
    efficiency = _stack(map(model.predict_frame, rows_of_X))
    limit = _stack(map(predictors.oxidative_limit.predict_frame, rows_of_X))
    nearest = [model.nearest(row, n=3) for row in rows_of_X]
    outside = model.domain_.outside_conditions(X)
    known = measured_names(predictors.frame)
    return [
        {
            "formulation": formulation.canonical,
            "conditions": str(conditions),
            "laboratory": laboratory,
            "assumption": source_doubt("; ".join(formulation.assumptions)),
            "ce_percent": _interval(efficiency, "ce_percent", i),
            "nines": {
                "mean": round(float(efficiency["nines_mean"].iloc[i]), DIGITS),
                "std": round(float(efficiency["nines_std"].iloc[i]), DIGITS),
            },
            "runs_probability": round(
                float(efficiency["runs_probability"].iloc[i]), DIGITS
            ),
            "oxidative_limit_V_vs_Na": _interval(limit, "oxidative_limit_V_vs_Na", i),
            "interval": INTERVAL,
            "in_domain": bool(efficiency["in_domain"].iloc[i])
            and bool(limit["in_domain"].iloc[i])
            and not unmeasured(formulation, known),
            "unmeasured_components": unmeasured(formulation, known),
            "unmeasured_conditions": outside[i],
            "domain_distance": round(
                float(efficiency["domain_distance"].iloc[i]), DIGITS
            ),
            "nearest": [
                _neighbour(predictors.frame, int(row), float(distance))
                for row, distance in zip(
                    nearest[i][0][0], nearest[i][1][0], strict=True
                )
            ],
            "model": {"name": predictors.name, "version": predictors.version},
        }
        for i, formulation in enumerate(formulations)
    ]


def _stack(frames: Iterable[pd.DataFrame]) -> pd.DataFrame:
    import pandas as pd

    return pd.concat(list(frames), ignore_index=True)


def _interval(frame: pd.DataFrame, name: str, i: int) -> dict[str, float]:
    return {
        bound: round(float(frame[f"{name}_{bound}"].iloc[i]), DIGITS)
        for bound in ("median", "low", "high")
    }


def _neighbour(frame: pd.DataFrame, row: int, distance: float) -> dict[str, Any]:
    import pandas as pd

    line = frame.iloc[row]
    value = line["ce_percent"]
    return {
        "formulation": line["formulation"],
        "ce_percent": None if pd.isna(value) else float(value),
        "qualifier": line["ce_qualifier"] if pd.notna(line["ce_qualifier"]) else None,
        "outcome": line["outcome"],
        "collector": line["collector"] if pd.notna(line["collector"]) else None,
        "distance": round(distance, DIGITS),
        "assumption": source_doubt(line["formulation_assumption"]),
        "source": line["source"],
    }


def source_doubt(assumptions: str) -> str | None:
    """Pick what a source left open about a recipe; the volume model is not its fault.

    Parameters
    ----------
    assumptions : str
        Assumptions of a training row, joined by ``"; "``.

    Returns
    -------
    str or None
    """
    parts = [
        part
        for part in assumptions.split("; ")
        if part and "volumes are additive" not in part and " mL/mol" not in part
    ]
    return "; ".join(parts) or None


def check_metal(formulations: Sequence[Formulation], metal: str) -> None:
    """Refuse formulations without a salt of the plated metal.

    Parameters
    ----------
    formulations : sequence of Formulation
    metal : str
        Symbol of the plated metal.

    Raises
    ------
    ValueError
        Names the formulations and what they hold.
    """
    other = [
        f"'{formulation.canonical}' has {formulation.metal or 'no metal'}"
        for formulation in formulations
        if formulation.metal not in (metal, "mixed")
    ]
    if other:
        raise ValueError(
            f"A formulation must hold a salt of the plated metal, here {metal}. "
            f"{len(other)} break this: {'; '.join(other[:5])}. "
            "Choose another salt, or --metal."
        )


def predict(texts: str | Sequence[str], **conditions: Any) -> pd.DataFrame:
    """Predict formulations written as text; the notebook's entry.

    Parameters
    ----------
    texts : str or sequence of str
        Formulations as chemists write them.
    **conditions
        Any field of `Conditions`.

    Returns
    -------
    DataFrame of shape (n_formulations, n_figures)
        The figures of the command line under the same names and units; nested keys
        are joined by ``_`` (``ce_percent_median``, ``ce_percent_low``, ...).

    Raises
    ------
    ValueError
        If a text cannot be read, or a condition is out of range.
    """
    import pandas as pd

    from sodalyte.datasets.formulations.formulation import Formulation

    if isinstance(texts, str):
        texts = [texts]
    documents = predict_documents(
        [Formulation.from_text(text) for text in texts], Conditions(**conditions)
    )
    return pd.DataFrame([_flat(document) for document in documents])


def _flat(document: dict[str, Any]) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for key, value in document.items():
        if isinstance(value, dict):
            row |= {f"{key}_{inner}": item for inner, item in value.items()}
        else:
            row[key] = value
    return row
