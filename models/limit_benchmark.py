"""How well the oxidative limit is predicted for works that it has not seen."""

import time
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import log_ndtr

from sodalyte.models.oxidative_limit import OxidativeLimit, as_usable_cutoff
from sodalyte.models.scoring import benchmark_report
from sodalyte.models.validation import leave_one_group_out, rmse, wilson_interval


def limit_leave_one_work_out(X: pd.DataFrame, frame: pd.DataFrame) -> dict[str, Any]:
    """Predict the measured limits of each work from all the others.

    Parameters
    ----------
    X, frame : DataFrame
        Training table of the oxidative limit.

    Returns
    -------
    dict
        Errors in volts on the rows that carry a value (windows and onsets, through
        their stated offsets); a bound counts as covered if the 90 % interval reaches
        its side. The baseline predicts one limit for all liquids, fitted alike.
    """
    start = time.perf_counter()
    flat = X.assign(oxidation_potential_min_V_vs_Na=5.1, free_solvent_fraction=0.7)
    metrics = _scores(X, frame)
    return benchmark_report(
        "limit-leave-one-work-out",
        metrics,
        {"one limit for all liquids": _scores(flat, frame)},
        start,
        notes=[
            "Most rows are bounds; a spread of 0.35 to 0.6 V lies in the translation "
            "of windows and onsets alone."
        ],
    )


def _scores(X: pd.DataFrame, frame: pd.DataFrame) -> dict[str, Any]:
    mean, std = np.empty(len(X)), np.empty(len(X))
    for train, test in leave_one_group_out(list(frame["work"])):
        model = OxidativeLimit().fit(
            X.iloc[train].reset_index(drop=True),
            frame.iloc[train].reset_index(drop=True),
        )
        mean[test], std[test] = model.predict(X.iloc[test], return_std=True)
    value, translation, side = as_usable_cutoff(frame, 0.0)
    spread = np.hypot(std, translation)
    z = (value - mean) / spread
    loss = np.where(
        side == 0,
        0.5 * z**2 + np.log(spread * np.sqrt(2 * np.pi)),
        -log_ndtr(-side * z),
    )
    covered = np.where(side == 0, np.abs(z) <= 1.645, -side * z >= -1.645)
    exact = side == 0
    return {
        "rmse_V": rmse(value[exact], mean[exact]),
        "n_values": int(exact.sum()),
        "n_bounds": int((~exact).sum()),
        "coverage_90": wilson_interval(int(covered.sum()), len(covered)).to_dict(),
        "negative_log_likelihood": float(loss.mean()),
        "n": len(value),
    }
