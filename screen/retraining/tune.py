"""Hyper-parameters by Optuna, judged on groups that the search does not see."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sodalyte.screen.retraining.scores import row_scores
from sodalyte.screen.surrogates.snapshot import fit_efficiency, group_keys

if TYPE_CHECKING:
    import optuna
    import pandas as pd

__all__ = ["SPACE", "tuned_settings"]

INNER_FOLDS = 3
SPACE = {
    "linear_amplitude": (0.1, 2.0),
    "work_std": (0.05, 1.0),
    "whiten": (0.01, 1.0),
    "runs_local": (0.03, 2.0),
    "runs_linear": (0.5, 10.0),
}
"""Lowest and highest value, searched on a logarithmic scale. Centres of the priors of
the members (trend, spread between works), how far features are whitened, and the two
amplitudes of the classifier; see `fit_efficiency`."""

SHIPPED = {
    "linear_amplitude": 0.5,
    "work_std": 0.35,
    "whiten": 0.1,
    "runs_local": 0.1,
    "runs_linear": 3.0,
}
"""Defaults of `ProcessMember` and `RunClassifier`: the first trial of each search."""


def tuned_settings(
    X: pd.DataFrame, frame: pd.DataFrame, *, n_trials: int, random_state: int
) -> dict[str, float]:
    """Search hyper-parameters on the given rows alone.

    Parameters
    ----------
    X, frame : DataFrame
        Training table; the search holds out groups of it.
    n_trials : int
        Trials, the shipped settings being the first.
    random_state : int
        Seed of the sampler and of the folds.

    Returns
    -------
    dict of str to float
        The best settings by CRPS on held-out groups, to four digits.

    Notes
    -----
    In an evaluation this runs inside each outer fold (`Contender.settle`), so that the
    score of a tuned model is of groups that its tuning never saw.
    """
    import optuna

    from sodalyte.models.validation import grouped_k_fold

    level = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    splits = list(
        grouped_k_fold(
            group_keys(frame), n_splits=INNER_FOLDS, random_state=random_state
        )
    )

    def loss(trial: optuna.Trial) -> float:
        settings = {
            name: trial.suggest_float(name, low, high, log=True)
            for name, (low, high) in SPACE.items()
        }
        scores = []
        for train, test in splits:
            model = fit_efficiency(
                X.iloc[train],
                frame.iloc[train].reset_index(drop=True),
                settings,
                calibrate=False,
            )
            held = frame.iloc[test].reset_index(drop=True)
            scores.append(row_scores(model.distribution(X.iloc[test]), held)["score"])
        return float(np.concatenate(scores).mean())

    try:
        study = optuna.create_study(
            sampler=optuna.samplers.TPESampler(
                seed=random_state, n_startup_trials=max(2, n_trials // 2)
            )
        )
        study.enqueue_trial(SHIPPED)
        study.optimize(loss, n_trials=n_trials)
    finally:
        optuna.logging.set_verbosity(level)
    return {name: float(f"{value:.4g}") for name, value in study.best_params.items()}
