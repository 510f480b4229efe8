"""Remake the figures of the surrogates, with their baselines in the same run.

Every benchmark takes a feature table and the measured rows aligned with it, and
returns a plain dict: name, metrics (rmse_nines, rank_correlation, coverage_90, crps,
n and more), baselines, seed, seconds and notes on how to read the figures.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.base import clone
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from sodalyte.models.baselines import MeanBaseline, ScikitBaseline
from sodalyte.models.coulombic_efficiency import CoulombicEfficiency, average_members
from sodalyte.models.distribution import EfficiencyDistribution, observed_nines
from sodalyte.models.members import ForestMember, ProcessMember
from sodalyte.models.observations import failure_ceiling, read_observations
from sodalyte.models.running import RunClassifier
from sodalyte.models.validation import (
    Split,
    bootstrap_interval,
    failure_auc,
    forward_chaining,
    grouped_k_fold,
    leave_one_group_out,
    paired_rmse_difference,
    rank_correlation,
    repeated_k_fold,
    replicate_noise,
    rmse,
    wilson_interval,
)

Vector = NDArray[np.float64]
Told = tuple[Vector, Vector]
Model = Sequence[Any]

#: How many model variants were compared while the shipped ones were chosen, on the
#: same rows: kernels, blocks of features, treatment of failures, averages.
N_VARIANTS_TRIED = {"na-forward-chaining": 150, "lithium": 60, "na-leave-one-out": 90}


def campaign_models() -> dict[str, Model]:
    """List the models of the campaign benchmark; each is a list that is averaged."""
    process = ProcessMember(
        amount_unit=0.3, linear=("chemistry",), failures="hard", work_std=0.0
    )
    forest = ForestMember(
        blocks=("amounts",), n_trees=300, max_features=1.0, failures="zero"
    )
    raw = ScikitBaseline(
        "process", ("amounts",), standardise=False, failures_as_zero=True
    )
    return {
        "ours": [process, forest],
        "ours, process alone": [process],
        "ours, forest alone": [forest],
        "isotropic process on raw fractions": [raw],
        "random forest": [
            ScikitBaseline("forest", ("amounts",), failures_as_zero=True)
        ],
        "gradient boosting": [
            ScikitBaseline("boosting", ("amounts",), failures_as_zero=True)
        ],
        "mean": [MeanBaseline(failures_as_zero=True)],
    }


def na_forward_chaining(X: pd.DataFrame, frame: pd.DataFrame) -> dict[str, Any]:
    """Predict each round of the ether campaign from the rounds before it.

    Parameters
    ----------
    X, frame : DataFrame
        Sodium training table; the rows with an iteration are used.

    Returns
    -------
    dict
        A cell that would not run counts as 0 nines; `ran_only` scores the others.
    """
    start = time.perf_counter()
    chosen = frame["iteration"].notna().to_numpy()
    table = X[chosen].reset_index(drop=True)
    # salt and collector are assumptions there; the fractions are what was varied
    table = table.loc[:, ~table.columns.str.startswith("molarity_of_")]
    rows_frame = frame[chosen].reset_index(drop=True)
    rows = read_observations(table, rows_frame)
    ran = rows["ran"].to_numpy()
    truth = np.where(ran, rows["nines"], 0.0)
    rounds = rows_frame["iteration"].astype(int).to_numpy()
    splits = list(forward_chaining(rounds))
    told = {
        name: _held_out(table, rows, splits, model)
        for name, model in campaign_models().items()
    }
    runs = np.full(len(rows), np.nan)
    for train, test in splits:
        classifier = RunClassifier().fit(table.iloc[train], ran[train])
        runs[test] = classifier.runs_probability(table.iloc[test])
    tested = np.flatnonzero(rounds > rounds.min())
    alone = tested[ran[tested]]
    scores = {}
    base = "isotropic process on raw fractions"
    for name, (mean, std) in told.items():
        scores[name] = {
            **_regression_scores(truth[tested], mean[tested], std[tested]),
            "ran_only": _regression_scores(truth[alone], mean[alone], std[alone]),
            "rmse_minus_baseline": _difference(truth, mean, told[base][0], tested),
            "rmse_minus_baseline_ran": _difference(truth, mean, told[base][0], alone),
        }
    metrics = scores.pop("ours")
    metrics |= _class_scores(~ran[tested], 1 - runs[tested])
    return _report(
        "na-forward-chaining",
        metrics,
        scores,
        start,
        n_variants_tried=N_VARIANTS_TRIED["na-forward-chaining"],
        nested=_nested_campaign(table, rows, truth, splits, tested, alone),
        notes="Scales and hyper-parameters are learned inside each round; the choice "
        "of these two members was made by people who had seen all rounds. `nested` "
        "makes that choice inside the rounds too, by ten-fold error.",
    )


def li_repeated_cv(
    X: pd.DataFrame, frame: pd.DataFrame, *, n_repeats: int = 10, protocol: bool = False
) -> dict[str, Any]:
    """Predict lithium efficiencies in repeated five-fold cross-validation.

    Parameters
    ----------
    X, frame : DataFrame
        Lithium table, no row dropped.
    n_repeats : int
        Repeats of the five folds.
    protocol : bool
        Look at current, capacity and method too, and score only rows that state them.

    Returns
    -------
    dict
    """
    start = time.perf_counter()
    name = "li-repeated-cv-protocol" if protocol else "li-repeated-cv"
    if protocol:
        stated = frame["current_density_mA_per_cm2"].notna().to_numpy()
        X, frame = X[stated].reset_index(drop=True), frame[stated]
    splits = list(repeated_k_fold(len(X), n_repeats=n_repeats))
    return _lithium(name, X, frame.reset_index(drop=True), splits, protocol, start)


def li_grouped(
    X: pd.DataFrame, frame: pd.DataFrame, *, n_repeats: int = 5
) -> dict[str, Any]:
    """Predict lithium efficiencies of sets of solvents that were not seen.

    Parameters
    ----------
    X, frame : DataFrame
        Lithium table with a column solvent_set.
    n_repeats : int
        Repeats of five grouped folds.

    Returns
    -------
    dict
    """
    start = time.perf_counter()
    splits = list(grouped_k_fold(list(frame["solvent_set"]), n_repeats=n_repeats))
    return _lithium("li-grouped", X, frame, splits, False, start)


def na_leave_one_work_out(
    X: pd.DataFrame, frame: pd.DataFrame, *, key: str = "work"
) -> dict[str, Any]:
    """Predict every work (or solvent set) from all the others, failures included.

    Parameters
    ----------
    X, frame : DataFrame
        Sodium training table.
    key : {"work", "solvent_set"}
        What is left out.

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
    told = {"ours": _ours_left_out(X, frame, splits, ceiling)}
    rate = np.empty(len(rows))
    for train, test in splits:
        rate[test] = ran[train].mean()
    for label, model in sodium_baselines().items():
        mean, std = _held_out(X, rows, splits, model)
        told[label] = EfficiencyDistribution(rate, mean, std, ceiling)
    exact = np.flatnonzero(ran & (bound == 0))
    groups = list(frame[key])
    scores = {
        label: _distribution_scores(one, truth, bound, ran, exact)
        for label, one in told.items()
    }
    for label in scores:
        if label != "ours":
            scores[label]["ours_minus_this_crps"] = _crps_difference(
                told["ours"], told[label], truth, bound, groups
            )
    metrics = scores.pop("ours")
    metrics |= _class_scores(~ran, 1 - told["ours"].runs_probability)
    return _report(
        "na-leave-one-work-out" if key == "work" else "na-leave-one-solvent-set-out",
        metrics,
        scores,
        start,
        n_groups=len(splits),
        n_variants_tried=N_VARIANTS_TRIED["na-leave-one-out"],
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
            told = _ours_left_out(X, frame, splits, 20.0, calibrate=False)
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
    return _report("learning-curve", metrics, {}, start, seed=random_state)


def lithium_models(protocol: bool) -> dict[str, Model]:
    """List the models of the lithium benchmarks; each is a list that is averaged."""
    extra = ("conditions",) if protocol else ()
    both: tuple[str, ...] = ("chemistry", *extra)
    ours = [
        ProcessMember(local=("chemistry", *extra), linear=(), work_std=0.0),
        ProcessMember(local=("amounts", "chemistry", *extra), linear=(), work_std=0.0),
        ForestMember(blocks=both, n_trees=100),
    ]
    return {
        "ours": ours,
        "ours, chemistry process alone": ours[:1],
        "ours, amounts and chemistry process alone": ours[1:2],
        "ours, forest alone": ours[2:],
        "untuned process on chemistry": [ScikitBaseline("process", both)],
        "untuned process on amounts": [ScikitBaseline("process", ("amounts", *extra))],
        "untuned random forest": [ScikitBaseline("forest", both)],
        "untuned gradient boosting": [ScikitBaseline("boosting", both)],
        "mean": [MeanBaseline()],
    }


def sodium_baselines() -> dict[str, Model]:
    """List the baselines on sodium rows; class rates stand in for a classifier."""
    every = ("chemistry", "conditions")
    return {
        "mean": [MeanBaseline()],
        "isotropic process on chemistry": [ScikitBaseline("process", every)],
        "isotropic process on amounts": [ScikitBaseline("process", ("amounts",))],
        "random forest": [ScikitBaseline("forest", every)],
        "gradient boosting": [ScikitBaseline("boosting", every)],
    }


# -- inner working -----------------------------------------------------------------


def _held_out(
    X: pd.DataFrame, rows: pd.DataFrame, splits: Iterable[Split], model: Model
) -> Told:
    """Predict held-out rows; rows tested in several repeats are averaged."""
    total, square, count = (np.zeros(len(X)) for _ in range(3))
    with threadpool_limits(limits=1):
        for train, test in splits:
            part = X.iloc[train].reset_index(drop=True)
            kept = rows.iloc[train].reset_index(drop=True)
            fitted = [clone(member).fit(part, kept) for member in model]
            mean, std = average_members(fitted, X.iloc[test])
            total[test] += np.maximum(mean, 0.0)
            square[test] += std**2
            count[test] += 1
    with np.errstate(invalid="ignore"):
        return total / count, np.sqrt(square / count)


def _nested_campaign(
    X: pd.DataFrame,
    rows: pd.DataFrame,
    truth: Vector,
    splits: list[Split],
    tested: NDArray[np.intp],
    alone: NDArray[np.intp],
) -> dict[str, Any]:
    """Choose one process and one forest inside each round by ten-fold error."""
    processes = [
        ProcessMember(amount_unit=0.3, failures="hard", work_std=0.0),
        ProcessMember(
            amount_unit=0.3, linear=("chemistry",), failures="hard", work_std=0.0
        ),
        ProcessMember(
            local=("amounts", "chemistry"),
            linear=("amounts", "chemistry"),
            whiten=0.1,
            failures="hard",
            work_std=0.0,
        ),
    ]
    forests = [
        ForestMember(blocks=blocks, max_features=1.0, failures="zero", n_trees=100)
        for blocks in (("amounts",), ("amounts", "chemistry"))
    ]
    found = np.full(len(rows), np.nan)
    for train, test in splits:
        part, kept = X.iloc[train], rows.iloc[train]
        part, kept = part.reset_index(drop=True), kept.reset_index(drop=True)
        inner = list(grouped_k_fold(list(range(len(train))), n_splits=10))
        best = []
        for family in (processes, forests):
            errors = [
                rmse(truth[train], _held_out(part, kept, inner, [one])[0])
                for one in family
            ]
            best.append(family[int(np.argmin(errors))])
        found[test] = _held_out(X, rows, [(train, test)], best)[0][test]
    return {
        "rmse_nines": rmse(truth[tested], found[tested]),
        "rank_correlation": rank_correlation(truth[tested], found[tested]),
        "rmse_nines_ran": rmse(truth[alone], found[alone]),
        "rank_correlation_ran": rank_correlation(truth[alone], found[alone]),
    }


def _lithium(
    name: str,
    X: pd.DataFrame,
    frame: pd.DataFrame,
    splits: list[Split],
    protocol: bool,
    start: float,
) -> dict[str, Any]:
    rows = read_observations(X, frame)
    truth = rows["nines"].to_numpy()
    groups = list(frame["solvent_set"])
    models = lithium_models(protocol)
    squares, told = {}, {}
    for label, model in models.items():
        squares[label], told[label] = _per_row_errors(X, rows, splits, model, truth)
    scores = {}
    for label in models:
        mean, std = told[label]
        scores[label] = {
            **_regression_scores(truth, mean, std),
            "rmse_nines": float(np.sqrt(squares[label].mean())),
            "ours_minus_this": _root_difference(
                squares["ours"], squares[label], groups
            ),
        }
    metrics = scores.pop("ours")
    del metrics["ours_minus_this"]
    metrics["rmse_interval"] = bootstrap_interval(
        lambda at: float(np.sqrt(squares["ours"][at].mean())), len(X), groups=groups
    ).to_dict()
    return _report(
        name,
        metrics,
        scores,
        start,
        noise_floor_nines=replicate_noise(truth, list(frame["formulation"])),
        n_variants_tried=N_VARIANTS_TRIED["lithium"],
        notes="rmse_nines is the root of the mean squared error over all repeats; "
        "intervals draw whole sets of solvents.",
    )


def _per_row_errors(
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
        told, std = _held_out(X, rows, [split], model)
        test = split[1]
        square[test] += (truth[test] - told[test]) ** 2
        mean[test] += told[test]
        variance[test] += std[test] ** 2
        count[test] += 1
    return square / count, (mean / count, np.sqrt(variance / count))


def _ours_left_out(
    X: pd.DataFrame,
    frame: pd.DataFrame,
    splits: list[Split],
    ceiling: float,
    *,
    calibrate: bool = True,
) -> EfficiencyDistribution:
    runs, mean, std = (np.empty(len(X)) for _ in range(3))
    for train, test in splits:
        model = CoulombicEfficiency(calibrate=calibrate)
        model.fit(
            X.iloc[train].reset_index(drop=True),
            frame.iloc[train].reset_index(drop=True),
        )
        told = model.distribution(X.iloc[test])
        runs[test], mean[test] = told.runs_probability, told.nines_mean
        std[test] = told.nines_std
    return EfficiencyDistribution(runs, mean, std, ceiling)


def _regression_scores(truth: Vector, mean: Vector, std: Vector) -> dict[str, Any]:
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


def _distribution_scores(
    told: EfficiencyDistribution,
    truth: Vector,
    bound: Vector,
    ran: NDArray[np.bool_],
    exact: NDArray[np.intp],
) -> dict[str, Any]:
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
        "crps": float(told.crps(truth, bound).mean()),
        "negative_log_likelihood": float(
            told.negative_log_likelihood(truth, bound, ran).mean()
        ),
        "n": len(truth),
    }


def _class_scores(failed: NDArray[np.bool_], risk: Vector) -> dict[str, Any]:
    def auc(at: NDArray[np.intp]) -> float:
        return failure_auc(failed[at], risk[at])

    found = bootstrap_interval(auc, len(failed))
    return {"failure_auc": found.to_dict(), "failure_rate": float(failed.mean())}


def _difference(
    truth: Vector, ours: Vector, base: Vector, at: NDArray[np.intp]
) -> dict[str, float]:
    return paired_rmse_difference(truth[at], ours[at], base[at]).to_dict()


def _root_difference(
    ours: Vector, base: Vector, groups: Sequence[object]
) -> dict[str, float]:
    def difference(at: NDArray[np.intp]) -> float:
        return float(np.sqrt(ours[at].mean()) - np.sqrt(base[at].mean()))

    return bootstrap_interval(difference, len(ours), groups=groups).to_dict()


def _crps_difference(
    ours: EfficiencyDistribution,
    base: EfficiencyDistribution,
    truth: Vector,
    bound: Vector,
    groups: Sequence[object],
) -> dict[str, float]:
    gap = ours.crps(truth, bound) - base.crps(truth, bound)
    found = bootstrap_interval(
        lambda at: float(gap[at].mean()), len(gap), groups=groups
    )
    return found.to_dict()


def _report(
    name: str,
    metrics: dict[str, Any],
    baselines: dict[str, Any],
    start: float,
    *,
    seed: int = 0,
    **more: Any,
) -> dict[str, Any]:
    return {
        "name": name,
        "metrics": metrics,
        "baselines": baselines,
        "seed": seed,
        "seconds": time.perf_counter() - start,
        **more,
    }


BENCHMARKS: dict[str, tuple[str, Callable[..., dict[str, Any]]]] = {
    "na-forward-chaining": ("Na", na_forward_chaining),
    "li-repeated-cv": ("Li", li_repeated_cv),
    "li-grouped": ("Li", li_grouped),
    "na-leave-one-work-out": ("Na", na_leave_one_work_out),
    "learning-curve": ("Na", learning_curve),
}
"""Benchmark by name: the metal whose table it takes, and the function."""
