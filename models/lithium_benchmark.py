"""Predict lithium efficiencies: the same method on a larger table.

Ours is the choice of `selection.py` among the candidates of `candidates.py`, made
inside each training fold. The baselines are untuned.
"""

import time
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sodalyte.models.contenders import lithium_models
from sodalyte.models.network import TorchSettings
from sodalyte.models.observations import read_observations
from sodalyte.models.scoring import (
    benchmark_report,
    per_row_errors,
    regression_scores,
    root_difference,
)
from sodalyte.models.validation import (
    Split,
    bootstrap_interval,
    grouped_k_fold,
    repeated_k_fold,
    replicate_noise,
)


def li_repeated_cv(
    X: pd.DataFrame,
    frame: pd.DataFrame,
    *,
    n_repeats: int = 10,
    protocol: bool = False,
    torch: TorchSettings | None = None,
) -> dict[str, Any]:
    """Predict lithium efficiencies in repeated five-fold cross-validation.

    Parameters
    ----------
    X, frame : DataFrame
        Lithium table, no row dropped.
    n_repeats : int
        Repeats of the five folds.
    protocol : bool
        Take only the rows that state current and capacity.
    torch : TorchSettings, optional
        Components, other metal and device of the torch contenders.

    Returns
    -------
    dict
    """
    start = time.perf_counter()
    name = "li-protocol-cv" if protocol else "li-repeated-cv"
    if protocol:
        stated = frame["current_density_mA_per_cm2"].notna().to_numpy()
        X, frame = X[stated].reset_index(drop=True), frame[stated]
    splits = list(repeated_k_fold(len(X), n_repeats=n_repeats))
    return _lithium(name, X, frame.reset_index(drop=True), splits, torch, start)


def li_grouped(
    X: pd.DataFrame,
    frame: pd.DataFrame,
    *,
    n_repeats: int = 5,
    torch: TorchSettings | None = None,
) -> dict[str, Any]:
    """Predict lithium efficiencies of sets of solvents that were not seen.

    Parameters
    ----------
    X, frame : DataFrame
        Lithium table with a column solvent_set.
    n_repeats : int
        Repeats of five grouped folds.
    torch : TorchSettings, optional
        Components, other metal and device of the torch contenders.

    Returns
    -------
    dict
    """
    start = time.perf_counter()
    splits = list(grouped_k_fold(list(frame["solvent_set"]), n_repeats=n_repeats))
    return _lithium("li-grouped", X, frame, splits, torch, start)


def _lithium(
    name: str,
    X: pd.DataFrame,
    frame: pd.DataFrame,
    splits: list[Split],
    torch: TorchSettings | None,
    start: float,
) -> dict[str, Any]:
    rows = read_observations(X, frame)
    truth = rows["nines"].to_numpy()
    groups = list(frame["solvent_set"])
    models = lithium_models(torch)
    squares, told = {}, {}
    for label, model in models.items():
        squares[label], told[label] = per_row_errors(X, rows, splits, model, truth)
    scores = {}
    for label in models:
        mean, std = told[label]
        scores[label] = {
            **regression_scores(truth, mean, std),
            "rmse_nines": float(np.sqrt(squares[label].mean())),
            "ours_minus_this": root_difference(squares["ours"], squares[label], groups),
        }
    metrics = scores.pop("ours")
    del metrics["ours_minus_this"]

    def error(at: NDArray[np.intp]) -> float:
        return float(np.sqrt(squares["ours"][at].mean()))

    metrics["rmse_interval"] = bootstrap_interval(
        error, len(X), groups=groups
    ).to_dict()
    return benchmark_report(
        name,
        metrics,
        scores,
        start,
        noise_floor_nines=replicate_noise(truth, list(frame["formulation"])),
        n_variants_tried=len(models) - 1,
        notes=[
            "rmse_nines is the root of the mean squared error over all repeats.",
            "Ours is chosen among its candidates inside each training fold.",
            "Intervals draw whole sets of solvents.",
        ],
    )
