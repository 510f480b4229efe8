"""How the settings of the classifier of running were found: on papers alone."""

import time
from collections.abc import Sequence
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from sodalyte.models.candidates import candidate_classifiers
from sodalyte.models.observations import read_observations
from sodalyte.models.running import RunClassifier
from sodalyte.models.scoring import Vector, benchmark_report
from sodalyte.models.selection import most_likely
from sodalyte.models.validation import Split, failure_auc, leave_one_group_out

LINEAR = (1.0, 2.0, 3.0, 4.0, 6.0, 8.0)
LOCAL = (0.1, 0.3, 1.0)
SPREAD = (0.0, 0.7)
SETTINGS = ("linear", "local", "spread")
KEYS = ("work", "solvent_set")


def running_settings(
    X: pd.DataFrame,
    frame: pd.DataFrame,
    *,
    linear: Sequence[float] = LINEAR,
    local: Sequence[float] = LOCAL,
    spread: Sequence[float] = SPREAD,
) -> dict[str, Any]:
    """Score settings of the classifier on rows that belong to no campaign.

    Each row is predicted without its work, then without its set of solvents; the
    likeness is chosen inside, as always.

    Parameters
    ----------
    X, frame : DataFrame
        Sodium training table with columns work, solvent_set and iteration; the rows
        without an iteration are used.
    linear, local, spread : sequence of float
        Values of the parameters of :class:`RunClassifier` to try, all with all, beside
        those shipped.

    Returns
    -------
    dict
        `metrics` of the settings shipped; `variants` holds linear, local, spread, the
        log loss a row of both ways to hold out, and their sum, the lowest sum first.
    """
    start = time.perf_counter()
    alone = frame["iteration"].isna().to_numpy()
    X, frame = X[alone].reset_index(drop=True), frame[alone].reset_index(drop=True)
    ran = read_observations(X, frame)["ran"].to_numpy()
    splits = {key: list(leave_one_group_out(list(frame[key]))) for key in KEYS}
    tried = []
    shipped = tuple(RunClassifier().get_params()[name] for name in SETTINGS)
    with threadpool_limits(limits=1):
        for values in dict.fromkeys([shipped, *product(linear, local, spread)]):
            settings = dict(zip(SETTINGS, values, strict=True))
            tried.append(settings | _scores(X, ran, splits, settings))
    metrics = tried[0]
    tried.sort(key=lambda one: one["log_loss_sum"])
    rate = float(ran.mean())
    entropy = -rate * np.log(rate) - (1 - rate) * np.log(1 - rate)
    return benchmark_report(
        "running-settings",
        {**metrics, "n": len(ran), "failure_rate": 1 - rate},
        {"class rate": {"log_loss_work": entropy, "log_loss_solvent_set": entropy}},
        start,
        n_variants_tried=len(tried),
        variants=tried,
        notes=["No row of the ether campaign takes part."],
    )


def _scores(
    X: pd.DataFrame,
    ran: np.ndarray,
    splits: dict[str, list[Split]],
    settings: dict[str, float],
) -> dict[str, float]:
    found: dict[str, float] = {}
    for key, held in splits.items():
        told = _left_out(X, ran, held, settings)
        loss = -np.log(np.where(ran, told, 1 - told)).mean()
        found[f"log_loss_{key}"] = float(loss)
        found[f"failure_auc_{key}"] = failure_auc(~ran, 1 - told)
    found["log_loss_sum"] = sum(found[f"log_loss_{key}"] for key in splits)
    return found


def _left_out(
    X: pd.DataFrame, ran: np.ndarray, splits: list[Split], settings: dict[str, float]
) -> Vector:
    told = np.empty(len(ran))
    for train, test in splits:
        part = X.iloc[train].reset_index(drop=True)
        fitted = [
            one.set_params(**settings).fit(part, ran[train])
            for one in candidate_classifiers()
        ]
        scores = [one.leave_one_out_density(ran[train]) for one in fitted]
        told[test] = fitted[most_likely(scores)].runs_probability(X.iloc[test])
    return told
