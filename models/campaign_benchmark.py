"""Predict each round of the ether campaign from the rounds before it.

A cell that would not run counts as 0 nines. Every model says one number per cell, and
that number is scored twice: on all cells, and on those that turned out to run. Ours is
the shipped predictor as it is: what it is made of is chosen anew in each round, from
the rounds before alone.
"""

import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sodalyte.models.candidates import LIKENESS, WHITEN
from sodalyte.models.contenders import campaign_baselines
from sodalyte.models.coulombic_efficiency import CoulombicEfficiency
from sodalyte.models.members import ProcessMember
from sodalyte.models.network import TorchSettings
from sodalyte.models.observations import read_observations
from sodalyte.models.scoring import (
    Told,
    Vector,
    benchmark_report,
    class_scores,
    held_out,
    regression_scores,
    rmse_difference,
)
from sodalyte.models.selection import most_likely
from sodalyte.models.validation import (
    Split,
    bootstrap_interval,
    forward_chaining,
    rank_correlation,
    rmse,
)

_BASELINE = "isotropic process on raw fractions"


def na_forward_chaining(
    X: pd.DataFrame,
    frame: pd.DataFrame,
    *,
    variants: bool = True,
    torch: TorchSettings | None = None,
) -> dict[str, Any]:
    """Score the shipped predictor and the baselines in one run.

    Parameters
    ----------
    X, frame : DataFrame
        Sodium training table; the rows with an iteration are used.
    variants : bool
        Also score other lists of candidates and other ways to choose among them,
        all inside the rounds; takes most of the time.
    torch : TorchSettings, optional
        Components, other metal and device of the torch contender.

    Returns
    -------
    dict
        `metrics` of ours, on all cells and, as `ran_only`, the same numbers on those
        that ran; `ran_only_told_so` are nines given that it runs; `with_papers` is
        ours with the rows of the papers known in every round. `variants` tells what
        else was tried.
    """
    start = time.perf_counter()
    table, campaign, rows, truth, splits = _campaign(X, frame)
    ran = rows["ran"].to_numpy()
    told = {
        name: held_out(table, rows, splits, model)
        for name, model in campaign_baselines(torch).items()
    }
    told["ours"], runs, given = _ours(table, campaign, splits)
    tested = np.flatnonzero(np.isfinite(runs))
    alone = tested[ran[tested]]
    base = told[_BASELINE][0]
    scores = {
        name: {
            **regression_scores(truth[tested], mean[tested], std[tested]),
            "ran_only": regression_scores(truth[alone], mean[alone], std[alone]),
            "rmse_minus_baseline": rmse_difference(truth, mean, base, tested),
            "rmse_minus_baseline_ran": rmse_difference(truth, mean, base, alone),
        }
        for name, (mean, std) in told.items()
    }
    metrics = scores.pop("ours")
    mean = told["ours"][0]
    metrics["rank_minus_baseline"] = _rank_difference(truth, mean, base, tested)
    metrics["rank_minus_baseline_ran"] = _rank_difference(truth, mean, base, alone)
    metrics |= class_scores(~ran[tested], 1 - runs[tested])
    metrics["ran_only_told_so"] = regression_scores(
        truth[alone], given[0][alone], given[1][alone]
    )
    metrics["with_papers"] = _with_papers(X, frame, truth, splits, tested)
    tried = _variants(table, rows, truth, splits, runs) if variants else []
    return benchmark_report(
        "na-forward-chaining",
        metrics,
        scores,
        start,
        predictions=told["ours"][0][tested].tolist(),
        n_variants_tried=len(tried),
        variants=tried,
        notes=[
            "Ours: members and classifier are chosen by leave-one-out density inside "
            "each round; the number scored is nines times probability to run.",
            "The lists of candidates and the ways to choose that were compared stand "
            "in `variants`; people saw these figures, the models did not.",
        ],
    )


def _campaign(
    X: pd.DataFrame, frame: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, Vector, list[Split]]:
    chosen = frame["iteration"].notna().to_numpy()
    table = X[chosen].reset_index(drop=True)
    # salt and collector are assumptions there; the fractions are what was varied
    table = table.loc[:, ~table.columns.str.startswith("molarity_of_")]
    campaign = frame[chosen].reset_index(drop=True)
    rows = read_observations(table, campaign)
    truth = np.where(rows["ran"], rows["nines"], 0.0)
    splits = list(forward_chaining(campaign["iteration"].astype(int).to_numpy()))
    return table, campaign, rows, truth, splits


def _ours(
    table: pd.DataFrame, campaign: pd.DataFrame, splits: list[Split]
) -> tuple[Told, Vector, Told]:
    """Blind nines, failures being 0; probability to run; nines given that it runs."""
    runs, given, spread = (np.full(len(table), np.nan) for _ in range(3))
    for train, test in splits:
        model = CoulombicEfficiency().fit(
            table.iloc[train].reset_index(drop=True),
            campaign.iloc[train].reset_index(drop=True),
        )
        told = model.distribution(table.iloc[test])
        runs[test], spread[test] = told.runs_probability, told.nines_std
        given[test] = np.maximum(told.nines_mean, 0.0)
    mean = runs * given
    std = np.sqrt(runs * (spread**2 + given**2) - mean**2)
    return (mean, std), runs, (given, spread)


def _with_papers(
    X: pd.DataFrame,
    frame: pd.DataFrame,
    truth: Vector,
    splits: list[Split],
    tested: NDArray[np.intp],
) -> dict[str, float]:
    """Score ours when the rows of the papers are known too, as the product knows."""
    own = frame["iteration"].notna().to_numpy()
    mine, others = np.flatnonzero(own), np.flatnonzero(~own)
    runs = [(np.append(mine[train], others), mine[test]) for train, test in splits]
    (mean, _), _, _ = _ours(X, frame, runs)
    told = mean[mine]
    ran = (frame["outcome"] == "ran").to_numpy()[mine]
    alone = tested[ran[tested]]
    return {
        "rmse_nines": rmse(truth[tested], told[tested]),
        "rank_correlation": rank_correlation(truth[tested], told[tested]),
        "rmse_nines_ran": rmse(truth[alone], told[alone]),
        "rank_correlation_ran": rank_correlation(truth[alone], told[alone]),
    }


def _rank_difference(
    truth: Vector, ours: Vector, base: Vector, at: NDArray[np.intp]
) -> dict[str, float]:
    def difference(draw: NDArray[np.intp]) -> float:
        rows = at[draw]
        return rank_correlation(truth[rows], ours[rows]) - rank_correlation(
            truth[rows], base[rows]
        )

    return bootstrap_interval(difference, len(at)).to_dict()


# -- what else was tried -----------------------------------------------------------

Key = tuple[tuple[str, ...], tuple[str, ...], float | None, str]
_NAMES, _CHEMISTRY = ("amounts",), ("chemistry",)
_EVERY_TREND: tuple[tuple[str, ...], ...] = (
    (),
    _NAMES,
    _CHEMISTRY,
    ("amounts", "chemistry"),
)


def _everything() -> dict[Key, ProcessMember]:
    return {
        (local, trend, whiten, failures): ProcessMember(
            local=local, linear=trend, whiten=whiten, failures=failures
        )
        for local in LIKENESS
        for trend in _EVERY_TREND
        for whiten in (WHITEN, None)
        for failures in ("left_out", "soft", "hard")
    }


_LISTS: dict[str, Callable[[Key], bool]] = {
    "shipped: whitened, no trend or one in amounts": lambda key: (
        key[2] is not None and key[1] in ((), _NAMES) and key[3] != "hard"
    ),
    "with trends in chemistry": lambda key: key[2] is not None and key[3] != "hard",
    "not whitened": lambda key: (
        key[2] is None and key[1] in ((), _NAMES) and key[3] != "hard"
    ),
    "cells that ran only": lambda key: (
        key[2] is not None and key[1] in ((), _NAMES) and key[3] == "left_out"
    ),
    "failed cells as hard bounds too": lambda key: (
        key[2] is not None and key[1] in ((), _NAMES)
    ),
    "everything": lambda key: True,
}


def _best(scores: Sequence[Vector]) -> Vector:
    weights = np.zeros(len(scores))
    weights[most_likely(scores)] = 1.0
    return weights


def _equal(scores: Sequence[Vector]) -> Vector:
    return np.full(len(scores), 1 / len(scores))


def _likelihood(scores: Sequence[Vector]) -> Vector:
    total = np.array([score.sum() for score in scores])
    weight = np.exp(total - total.max())
    return np.asarray(weight / weight.sum())


_RULES: dict[str, Callable[[Sequence[Vector]], Vector]] = {
    "the likeliest (shipped)": _best,
    "equal weights": _equal,
    "by likelihood": _likelihood,
}


def _variants(
    table: pd.DataFrame,
    rows: pd.DataFrame,
    truth: Vector,
    splits: list[Split],
    runs: Vector,
) -> list[dict[str, Any]]:
    """Score every list of candidates with every rule, chosen inside the rounds."""
    members = _everything()
    means = {
        (name, rule): np.full(len(rows), np.nan) for name in _LISTS for rule in _RULES
    }
    for train, test in splits:
        part = table.iloc[train].reset_index(drop=True)
        kept = rows.iloc[train].reset_index(drop=True)
        fitted = {key: one.fit(part, kept) for key, one in members.items()}
        score = {key: one.leave_one_out_density(kept) for key, one in fitted.items()}
        told = {
            key: np.maximum(one.predict(table.iloc[test])[0], 0.0)
            for key, one in fitted.items()
        }
        for name, holds in _LISTS.items():
            keys = [key for key in members if holds(key)]
            for rule, weigh in _RULES.items():
                weights = weigh([score[key] for key in keys])
                mixed = weights @ np.array([told[key] for key in keys])
                means[name, rule][test] = mixed * runs[test]
    tested = np.flatnonzero(np.isfinite(runs))
    alone = tested[rows["ran"].to_numpy()[tested]]
    return [
        {
            "candidates": name,
            "n_candidates": sum(map(_LISTS[name], members)),
            "rule": rule,
            "rmse_nines": rmse(truth[tested], mean[tested]),
            "rank_correlation": rank_correlation(truth[tested], mean[tested]),
            "rmse_nines_ran": rmse(truth[alone], mean[alone]),
            "rank_correlation_ran": rank_correlation(truth[alone], mean[alone]),
        }
        for (name, rule), mean in means.items()
    ]
