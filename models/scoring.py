"""Score held-out predictions: the arithmetic shared by the benchmarks."""

import time
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.base import clone
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from sodalyte.models.distribution import EfficiencyDistribution
from sodalyte.models.validation import (
    Split,
    bootstrap_interval,
    failure_auc,
    paired_rmse_difference,
    rank_correlation,
    rmse,
    wilson_interval,
)

Vector = NDArray[np.float64]
Told = tuple[Vector, Vector]
Model = Sequence[Any]


def average_members(
    members: Model, X: pd.DataFrame, works: Sequence[str] | None = None
) -> Told:
    """Average predictions; disagreement between members adds to the spread.

    Parameters
    ----------
    members : sequence of fitted estimators
        Each gives mean and standard deviation.
    X : DataFrame
        Feature table.
    works : sequence of str, shape (n_rows,), optional
        Whose laboratory measures; told to the members that want it.

    Returns
    -------
    mean, std : ndarray of shape (n_rows,)
        Of the mixture of the members.
    """
    told = [
        member.predict(X, works)
        if getattr(member, "told_laboratory", False)
        else member.predict(X)
        for member in members
    ]
    means = np.array([mean for mean, _ in told])
    variances = np.array([std**2 for _, std in told])
    mean = means.mean(axis=0)
    return mean, np.sqrt((variances + (means - mean) ** 2).mean(axis=0))


def held_out(
    X: pd.DataFrame, rows: pd.DataFrame, splits: Iterable[Split], model: Model
) -> Told:
    """Predict held-out rows; rows tested in several repeats are averaged.

    Parameters
    ----------
    X, rows : DataFrame
        Feature table and observations, aligned.
    splits : iterable of (train, test)
        Row numbers.
    model : sequence of estimators
        Members that are averaged.

    Returns
    -------
    mean, std : ndarray of shape (n_rows,)
        In nines, mean at least 0; NaN where a row was never tested.
    """
    total, square, count = (np.zeros(len(X)) for _ in range(3))
    with threadpool_limits(limits=1):
        for train, test in splits:
            part = X.iloc[train].reset_index(drop=True)
            kept = rows.iloc[train].reset_index(drop=True)
            fitted = [clone(member).fit(part, kept) for member in model]
            works = list(rows["work"].iloc[test])
            mean, std = average_members(fitted, X.iloc[test], works)
            total[test] += np.maximum(mean, 0.0)
            square[test] += std**2
            count[test] += 1
    with np.errstate(invalid="ignore"):
        return total / count, np.sqrt(square / count)


def per_row_errors(
    X: pd.DataFrame,
    rows: pd.DataFrame,
    splits: list[Split],
    model: Model,
    truth: Vector,
) -> tuple[Vector, Told]:
    """Mean squared error of each row over the repeats, and its mean prediction."""
    square, count = np.zeros(len(X)), np.zeros(len(X))
    mean, variance = np.zeros(len(X)), np.zeros(len(X))
    for split in splits:
        told, std = held_out(X, rows, [split], model)
        test = split[1]
        square[test] += (truth[test] - told[test]) ** 2
        mean[test] += told[test]
        variance[test] += std[test] ** 2
        count[test] += 1
    return square / count, (mean / count, np.sqrt(variance / count))


def regression_scores(truth: Vector, mean: Vector, std: Vector) -> dict[str, Any]:
    """Score means and standard deviations against exact values in nines."""
    told = EfficiencyDistribution(np.full(len(mean), 1 - 1e-9), mean, std, 1e-6)
    exact = np.zeros(len(truth))
    covered = told.covers(truth, exact)
    return {
        "rmse_nines": rmse(truth, mean),
        "rank_correlation": rank_correlation(truth, mean),
        "coverage_90": wilson_interval(int(covered.sum()), len(covered)).to_dict(),
        "crps": float(told.crps(truth, exact).mean()),
        "n": len(truth),
    }


def distribution_scores(
    told: EfficiencyDistribution,
    truth: Vector,
    bound: Vector,
    ran: NDArray[np.bool_],
    exact: NDArray[np.intp],
) -> dict[str, Any]:
    """Score a predictive distribution: all rows, and the exact rows that ran."""
    covered = told.covers(truth, bound)
    given = EfficiencyDistribution(
        np.full(len(exact), 1 - 1e-9), told.nines_mean[exact], told.nines_std[exact]
    )
    hits = given.covers(truth[exact], np.zeros(len(exact)))
    return {
        "rmse_nines": rmse(truth[exact], told.nines_mean[exact]),
        "rank_correlation": rank_correlation(truth[exact], told.nines_mean[exact]),
        "coverage_90": wilson_interval(int(covered.sum()), len(covered)).to_dict(),
        "coverage_90_given_it_ran": wilson_interval(
            int(hits.sum()), len(hits)
        ).to_dict(),
        "width_90_nines_given_it_ran": float(given.width_nines().mean()),
        "width_nines_at_equal_coverage": width_at_coverage(
            truth[exact], told.nines_mean[exact], told.nines_std[exact]
        ),
        "crps": float(told.crps(truth, bound).mean()),
        "negative_log_likelihood": float(
            told.negative_log_likelihood(truth, bound, ran).mean()
        ),
        "n": len(truth),
    }


def width_at_coverage(
    truth: Vector, mean: Vector, std: Vector, level: float = 0.9
) -> float:
    """Mean width of intervals scaled to cover just that share of these rows.

    Parameters
    ----------
    truth, mean, std : ndarray of shape (n_rows,)
        Nines measured, and predicted with their spread.
    level : float
        Share of rows to cover.

    Returns
    -------
    float
        Nines. It compares the shape of intervals when coverage differs, not their
        honesty: the scale is taken from the very rows it is scored on.
    """
    score = np.abs(truth - mean) / std
    return float(2 * np.quantile(score, level, method="higher") * std.mean())


def class_scores(failed: NDArray[np.bool_], risk: Vector) -> dict[str, Any]:
    """Score the predicted risk of failure, beside the rate of failure."""

    def auc(at: NDArray[np.intp]) -> float:
        return failure_auc(failed[at], risk[at])

    found = bootstrap_interval(auc, len(failed))
    return {"failure_auc": found.to_dict(), "failure_rate": float(failed.mean())}


def rmse_difference(
    truth: Vector, ours: Vector, base: Vector, at: NDArray[np.intp]
) -> dict[str, float]:
    """Error of ours minus that of a baseline on some rows, with its interval."""
    return paired_rmse_difference(truth[at], ours[at], base[at]).to_dict()


def root_difference(
    ours: Vector, base: Vector, groups: Sequence[object]
) -> dict[str, float]:
    """Difference of two root mean squares of per-row errors, with its interval."""

    def difference(at: NDArray[np.intp]) -> float:
        return float(np.sqrt(ours[at].mean()) - np.sqrt(base[at].mean()))

    return bootstrap_interval(difference, len(ours), groups=groups).to_dict()


def crps_difference(
    ours: EfficiencyDistribution,
    base: EfficiencyDistribution,
    truth: Vector,
    bound: Vector,
    groups: Sequence[object],
) -> dict[str, float]:
    """Mean CRPS of ours minus that of a baseline, with its interval."""
    gap = ours.crps(truth, bound) - base.crps(truth, bound)
    found = bootstrap_interval(
        lambda at: float(gap[at].mean()), len(gap), groups=groups
    )
    return found.to_dict()


def benchmark_report(
    name: str,
    metrics: dict[str, Any],
    baselines: dict[str, Any],
    start: float,
    *,
    seed: int = 0,
    **more: Any,
) -> dict[str, Any]:
    """Lay out a benchmark as the command line prints it."""
    return {
        "name": name,
        "metrics": metrics,
        "baselines": baselines,
        "seed": seed,
        "seconds": time.perf_counter() - start,
        **more,
    }
