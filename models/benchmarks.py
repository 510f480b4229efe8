"""Remake the figures of the surrogates, with their baselines in the same run.

Every benchmark takes a feature table and the measured rows aligned with it, and
returns a plain dict: name, metrics (rmse_nines, rank_correlation, coverage_90, crps,
n and more), baselines, seed, seconds and notes on how to read the figures.
"""

import time
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.base import clone
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from sodalyte.models.contenders import sodium_baselines
from sodalyte.models.coulombic_efficiency import CoulombicEfficiency
from sodalyte.models.distribution import EfficiencyDistribution, observed_nines
from sodalyte.models.network import TorchSettings
from sodalyte.models.observations import failure_ceiling, read_observations
from sodalyte.models.scoring import (
    Model,
    average_members,
    benchmark_report,
    class_scores,
    crps_difference,
    distribution_scores,
)
from sodalyte.models.validation import (
    Split,
    grouped_k_fold,
    leave_one_group_out,
    rmse,
)


def na_leave_one_work_out(
    X: pd.DataFrame,
    frame: pd.DataFrame,
    *,
    key: str = "work",
    torch: TorchSettings | None = None,
) -> dict[str, Any]:
    """Predict every work (or solvent set) from all the others, failures included.

    Parameters
    ----------
    X, frame : DataFrame
        Sodium training table.
    key : {"work", "solvent_set"}
        What is left out.
    torch : TorchSettings, optional
        Components, other metal and device of the torch contenders.

    Returns
    -------
    dict
        Coverage is that of the 90 % interval of the whole distribution; the intervals
        of a left-out row are calibrated on the remaining groups alone.
    """
    start = time.perf_counter()
    rows = read_observations(X, frame)
    ran, side = rows["ran"].to_numpy(), rows["side"].to_numpy()
    truth, bound = observed_nines(frame["ce_percent"], side, ran)
    splits = list(leave_one_group_out(list(frame[key])))
    ceiling = failure_ceiling(frame)
    unknown, own, is_known = _ours_left_out(X, frame, splits, ceiling)
    told = {"ours": unknown}
    for label, model in sodium_baselines(torch).items():
        told[label] = _baseline_left_out(X, rows, splits, model, ceiling)
    exact = np.flatnonzero(ran & (bound == 0))
    groups = list(frame[key])
    scores = {
        label: distribution_scores(one, truth, bound, ran, exact)
        for label, one in told.items()
    }
    for label in scores:
        if label != "ours":
            scores[label]["ours_minus_this_crps"] = crps_difference(
                told["ours"], told[label], truth, bound, groups
            )
    metrics = scores.pop("ours")
    metrics |= class_scores(~ran, 1 - told["ours"].runs_probability)
    if is_known.any():
        at = np.flatnonzero(is_known)
        inside = np.flatnonzero(np.isin(at, exact))
        sides = {"told": own[at], "not_told": unknown[at]}
        metrics["laboratory_known"] = {"n": len(at)} | {
            side: distribution_scores(one, truth[at], bound[at], ran[at], inside)
            for side, one in sides.items()
        }
    return benchmark_report(
        "na-leave-one-work-out" if key == "work" else "na-leave-one-solvent-set-out",
        metrics,
        scores,
        start,
        n_groups=len(splits),
        notes=[
            "Members and classifier of ours are chosen, and its intervals calibrated, "
            "on the remaining groups alone.",
            "laboratory_known: the rows whose work has others outside their group, "
            "predicted with and without being told the work.",
        ],
    )


def learning_curve(
    X: pd.DataFrame,
    frame: pd.DataFrame,
    *,
    shares: Sequence[float] = (0.25, 0.5, 0.75, 1.0),
    n_repeats: int = 3,
    random_state: int = 0,
) -> dict[str, Any]:
    """Error against the number of measurements, on grouped splits.

    Parameters
    ----------
    X, frame : DataFrame
        Sodium training table with a column solvent_set.
    shares : sequence of float
        Shares of the training rows of each fold that are kept.
    n_repeats : int
        Draws of the kept rows.
    random_state : int
        Seed.

    Returns
    -------
    dict
        `metrics["curve"]` holds n_train, rmse_nines and crps of each share.
    """
    start = time.perf_counter()
    rng = np.random.default_rng(random_state)
    rows = read_observations(X, frame)
    ran, side = rows["ran"].to_numpy(), rows["side"].to_numpy()
    truth, bound = observed_nines(frame["ce_percent"], side, ran)
    curve = []
    for share in shares:
        sizes, errors, crps = [], [], []
        for repeat in range(n_repeats):
            splits = []
            for train, test in grouped_k_fold(
                list(frame["solvent_set"]), random_state=repeat
            ):
                n_kept = max(10, round(share * len(train)))
                splits.append((np.sort(rng.permutation(train)[:n_kept]), test))
                sizes.append(n_kept)
            told, _, _ = _ours_left_out(X, frame, splits, 20.0, calibrate=False)
            exact = np.flatnonzero(ran & (bound == 0))
            errors.append(rmse(truth[exact], told.nines_mean[exact]))
            crps.append(float(told.crps(truth, bound).mean()))
        curve.append(
            {
                "share": share,
                "n_train": float(np.mean(sizes)),
                "rmse_nines": float(np.mean(errors)),
                "crps": float(np.mean(crps)),
            }
        )
    metrics = {**curve[-1], "curve": curve, "n": len(rows)}
    metrics |= {"rank_correlation": None, "coverage_90": None}
    return benchmark_report("learning-curve", metrics, {}, start, seed=random_state)


def _baseline_left_out(
    X: pd.DataFrame,
    rows: pd.DataFrame,
    splits: list[Split],
    model: Model,
    ceiling: float,
) -> EfficiencyDistribution:
    """Predict left-out rows; without a classifier of its own, by the class rate."""
    runs, mean, std = (np.empty(len(X)) for _ in range(3))
    with threadpool_limits(limits=1):
        for train, test in splits:
            part = X.iloc[train].reset_index(drop=True)
            kept = rows.iloc[train].reset_index(drop=True)
            fitted = [clone(member).fit(part, kept) for member in model]
            mean[test], std[test] = average_members(fitted, X.iloc[test])
            runs[test] = kept["ran"].mean()
            if hasattr(fitted[0], "runs_probability"):
                runs[test] = fitted[0].runs_probability(X.iloc[test])
    return EfficiencyDistribution(runs, np.maximum(mean, 0.0), std, ceiling)


def _ours_left_out(
    X: pd.DataFrame,
    frame: pd.DataFrame,
    splits: list[Split],
    ceiling: float,
    *,
    calibrate: bool = True,
) -> tuple[EfficiencyDistribution, EfficiencyDistribution, NDArray[np.bool_]]:
    """Predict left-out rows for an unknown laboratory, and told whose they are.

    Returns
    -------
    unknown, own : EfficiencyDistribution
    is_known : ndarray of bool, shape (n_rows,)
        Whether the work of a row has others among the training rows; where not, the
        two are the same.
    """
    runs, mean, std, own_mean, own_std = (np.empty(len(X)) for _ in range(5))
    is_known = np.zeros(len(X), dtype=bool)
    works = frame["work"].astype(str).to_numpy()
    for train, test in splits:
        model = CoulombicEfficiency(calibrate=calibrate)
        model.fit(
            X.iloc[train].reset_index(drop=True),
            frame.iloc[train].reset_index(drop=True),
        )
        told = model.distribution(X.iloc[test])
        runs[test], mean[test] = told.runs_probability, told.nines_mean
        std[test] = told.nines_std
        own_mean[test], own_std[test] = mean[test], std[test]
        for work in set(works[test]) & set(model.laboratories()["work"]):
            at = test[works[test] == work]
            told = model.in_laboratory(work).distribution(X.iloc[at])
            own_mean[at], own_std[at] = told.nines_mean, told.nines_std
            is_known[at] = True
    unknown = EfficiencyDistribution(runs, mean, std, ceiling)
    own = EfficiencyDistribution(runs, own_mean, own_std, ceiling)
    return unknown, own, is_known
