"""Scores of predictions on measured rows, and the honest forward error."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sodalyte.models.distribution import EfficiencyDistribution
    from sodalyte.screen.surrogates.training import Predictors

__all__ = [
    "forward_error",
    "gaps",
    "mean",
    "observed",
    "paired_forward",
    "root_mean_square",
    "row_scores",
]


def row_scores(told: EfficiencyDistribution, frame: pd.DataFrame) -> pd.DataFrame:
    """Score predictions of measured rows.

    Parameters
    ----------
    told : EfficiencyDistribution of length n
    frame : DataFrame of n rows

    Returns
    -------
    DataFrame with columns score, error, nines
        CRPS in nines; expected minus measured nines, 0 where a bound is kept; the
        expected nines, a failed cell counted as 0.
    """
    truth, side = observed(frame)
    return pd.DataFrame(
        {
            "score": told.crps(truth, side),
            "error": gaps(told.expected_nines, truth, side),
            "nines": told.expected_nines,
        }
    )


def forward_error(
    predictors: Predictors, X: pd.DataFrame, frame: pd.DataFrame, *, random_state: int
) -> dict[str, Any]:
    """Score a model on rows measured after it was made: the honest forward error.

    Parameters
    ----------
    predictors : Predictors
    X, frame : DataFrame
        Features and measurements the model has not seen.
    random_state : int

    Returns
    -------
    dict
        n, crps, rmse_nines, coverage_90 (value, low, high), mean_rmse_nines (predicting
        the mean of the training rows) and difference_to_mean (value, low, high).
    """
    from sodalyte.models.validation import bootstrap_interval, wilson_interval

    told = predictors.coulombic_efficiency.distribution(X)
    truth, side = observed(frame)
    scores = row_scores(told, frame)
    seen, _ = observed(predictors.frame)
    naive = gaps(np.full(len(frame), seen.mean()), truth, side)
    errors = scores["error"].to_numpy()
    covered = told.covers(truth, side)
    return {
        "n": len(frame),
        "crps": float(scores["score"].mean()),
        "rmse_nines": root_mean_square(errors),
        "bias_nines": bootstrap_interval(
            lambda rows: mean(errors[rows]), len(frame), random_state=random_state
        ).to_dict(),
        "coverage_90": wilson_interval(int(covered.sum()), len(frame)).to_dict(),
        "mean_rmse_nines": root_mean_square(naive),
        "difference_to_mean": bootstrap_interval(
            lambda rows: root_mean_square(errors[rows]) - root_mean_square(naive[rows]),
            len(frame),
            random_state=random_state,
        ).to_dict(),
    }


def paired_forward(
    ours: Predictors,
    theirs: Predictors,
    X: pd.DataFrame,
    frame: pd.DataFrame,
    *,
    random_state: int,
) -> dict[str, Any]:
    """Compare two models on rows that neither has seen, in pairs.

    Parameters
    ----------
    ours, theirs : Predictors
        Both made before the rows were measured.
    X, frame : DataFrame
        The rows.
    random_state : int

    Returns
    -------
    dict
        rmse_nines of both and the difference (value, low, high; 95 %): negative where
        `ours` is better.
    """
    from sodalyte.models.validation import bootstrap_interval

    one, other = (
        row_scores(model.coulombic_efficiency.distribution(X), frame)[
            "error"
        ].to_numpy()
        for model in (ours, theirs)
    )
    return {
        "rmse_nines": root_mean_square(one),
        "other_rmse_nines": root_mean_square(other),
        "difference": bootstrap_interval(
            lambda rows: root_mean_square(one[rows]) - root_mean_square(other[rows]),
            len(frame),
            random_state=random_state,
        ).to_dict(),
    }


def observed(
    frame: pd.DataFrame,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return measured nines and on which side of them the truth lies."""
    from sodalyte.models.distribution import observed_nines
    from sodalyte.models.observations import observation_kinds

    side, _ = observation_kinds(frame)
    ran = (frame["outcome"] == "ran").to_numpy()
    return observed_nines(frame["ce_percent"].to_numpy(dtype=float), side, ran)


def gaps(
    predicted: NDArray[np.float64],
    truth: NDArray[np.float64],
    side: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return predicted minus measured; 0 where a bound is kept."""
    gap = predicted - truth
    is_kept = ((side > 0) & (gap > 0)) | ((side < 0) & (gap < 0))
    return np.where(is_kept, 0.0, gap)


def mean(values: NDArray[np.float64]) -> float:
    """Return the arithmetic mean."""
    return float(np.mean(values))


def root_mean_square(values: NDArray[np.float64]) -> float:
    """Return the root of the mean square."""
    return float(np.sqrt(np.mean(np.square(values))))
