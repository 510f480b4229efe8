"""Compare champion and challenger on the same held-out groups, in pairs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sodalyte.screen.retrain_data import fit_efficiency, group_keys

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sodalyte.models.calibration import IntervalCalibration
    from sodalyte.models.coulombic_efficiency import CoulombicEfficiency
    from sodalyte.models.distribution import EfficiencyDistribution
    from sodalyte.screen.training import Predictors

__all__ = ["Contender", "Evaluation", "evaluate", "forward_error"]

FOLDS = 10
DRAWS = 2000
METHOD = (
    "Whole groups (works, and the rounds of a campaign) are held out in turn, in "
    "{folds} folds. Both models are refitted without the held-out groups, the champion "
    "on its own measurements and the challenger on the new ones; both predict the same "
    "rows. The refits are those of the whole models but for the width of their "
    "intervals, which is taken from the whole models instead of being set anew in each "
    "fold. Intervals: {draws} paired bootstrap draws of whole groups."
)

Settle = Callable[[pd.DataFrame, pd.DataFrame], dict[str, Any]]


@dataclass(frozen=True, eq=False)
class Contender:
    """One of the two models, with what is needed to refit it.

    Parameters
    ----------
    X, frame : DataFrame
        Its training table.
    settings : dict
        Its hyper-parameters.
    calibration : IntervalCalibration or None
        Of the whole model.
    settle : callable, optional
        Finds the hyper-parameters on given rows; where it is given, each fold finds
        its own (a nested split), so that tuning is paid for in the evaluation.
    """

    X: pd.DataFrame
    frame: pd.DataFrame
    settings: dict[str, Any] = field(default_factory=dict)
    calibration: IntervalCalibration | None = None
    settle: Settle | None = None

    def without(self, groups: set[str]) -> CoulombicEfficiency:
        """Refit without the rows of some groups."""
        keep = np.array([key not in groups for key in group_keys(self.frame)])
        X, frame = self.X[keep], self.frame[keep].reset_index(drop=True)
        settings = self.settle(X, frame) if self.settle else self.settings
        model = fit_efficiency(X, frame, settings, calibrate=False)
        model.calibration_ = self.calibration
        return model


@dataclass(frozen=True, eq=False)
class Evaluation:
    """How the two did on the same rows.

    Parameters
    ----------
    rows : DataFrame
        One row a held-out measurement: row_id, group, and for each contender the
        score, the error and the prediction.
    figures : list of dict
        name, champion, challenger, difference (value, low, high; 95 %). The first
        decides.
    n_folds : int
    mean_score : float
        Root mean square error of predicting the mean of the other groups, nines.
    """

    rows: pd.DataFrame
    figures: list[dict[str, Any]]
    n_folds: int
    mean_score: float

    @property
    def is_worse(self) -> bool:
        """Whether the challenger is worse beyond noise: the interval lies above 0."""
        return bool(self.figures[0]["difference"]["low"] > 0)

    def to_dict(self) -> dict[str, Any]:
        """Return the comparison for JSON and the card."""
        by_group = self.rows.groupby("group", sort=False)
        groups = [
            {
                "group": group,
                "rows": len(part),
                "champion": float(part["champion_score"].mean()),
                "challenger": float(part["challenger_score"].mean()),
            }
            for group, part in by_group
        ]
        return {
            "method": METHOD.format(folds=self.n_folds, draws=DRAWS),
            "decides": self.figures[0]["name"],
            "rule": "promoted unless the whole 95 % interval of the difference lies "
            "above 0",
            "figures": self.figures,
            "n": len(self.rows),
            "groups": groups,
            "mean_score": self.mean_score,
        }


def evaluate(
    champion: Contender,
    challenger: Contender,
    *,
    random_state: int = 0,
    progress: Callable[[float], None] = lambda share: None,
) -> Evaluation:
    """Hold out group after group of the challenger's rows and score both models.

    Parameters
    ----------
    champion, challenger : Contender
        With the same columns in X.
    random_state : int
        Of the folds and the bootstrap.
    progress : callable
        Called with the share done.

    Returns
    -------
    Evaluation

    Raises
    ------
    ValueError
        If there are fewer than two groups.
    """
    from sodalyte.models.validation import grouped_k_fold

    X, frame = challenger.X, challenger.frame
    keys = group_keys(frame)
    if len(set(keys)) < 2:
        raise ValueError(
            "A comparison holds out whole groups and needs two at least. All "
            f"{len(frame)} rows are of {keys[0]!r}. Do not leave out every bundled set."
        )
    folds = list(grouped_k_fold(keys, n_splits=FOLDS, random_state=random_state))
    told: dict[str, list[pd.DataFrame]] = {"champion": [], "challenger": []}
    means = []
    for number, (train, test) in enumerate(folds, start=1):
        groups = {keys[i] for i in test}
        held = frame.iloc[test].reset_index(drop=True)
        for name, side in (("champion", champion), ("challenger", challenger)):
            model = side.without(groups)
            told[name].append(row_scores(model.distribution(X.iloc[test]), held))
        seen, _ = _observed(frame.iloc[train])
        truth, side_of = _observed(held)
        means.append(_gap(np.full(len(held), seen.mean()), truth, side_of))
        progress(number / len(folds))
    rows = pd.concat(
        [pd.concat(parts).add_prefix(f"{name}_") for name, parts in told.items()],
        axis=1,
    )
    order = np.concatenate([test for _, test in folds])
    rows.insert(0, "group", [keys[i] for i in order])
    rows.insert(0, "row_id", frame["row_id"].to_numpy()[order])
    figures = [
        _figure("CRPS, nines", "score", _mean, rows, random_state),
        _figure("root mean square error, nines", "error", _rms, rows, random_state),
    ]
    mean_score = _rms(np.concatenate(means))
    return Evaluation(rows.reset_index(drop=True), figures, len(folds), mean_score)


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
    truth, side = _observed(frame)
    return pd.DataFrame(
        {
            "score": told.crps(truth, side),
            "error": _gap(told.expected_nines, truth, side),
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
    truth, side = _observed(frame)
    scores = row_scores(told, frame)
    seen, _ = _observed(predictors.frame)
    gaps = _gap(np.full(len(frame), seen.mean()), truth, side)
    errors = scores["error"].to_numpy()
    covered = told.covers(truth, side)
    return {
        "n": len(frame),
        "crps": float(scores["score"].mean()),
        "rmse_nines": _rms(errors),
        "bias_nines": bootstrap_interval(
            lambda rows: _mean(errors[rows]), len(frame), random_state=random_state
        ).to_dict(),
        "coverage_90": wilson_interval(int(covered.sum()), len(frame)).to_dict(),
        "mean_rmse_nines": _rms(gaps),
        "difference_to_mean": bootstrap_interval(
            lambda rows: _rms(errors[rows]) - _rms(gaps[rows]),
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
        "rmse_nines": _rms(one),
        "other_rmse_nines": _rms(other),
        "difference": bootstrap_interval(
            lambda rows: _rms(one[rows]) - _rms(other[rows]),
            len(frame),
            random_state=random_state,
        ).to_dict(),
    }


def _observed(
    frame: pd.DataFrame,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    from sodalyte.models.distribution import observed_nines
    from sodalyte.models.observations import observation_kinds

    side, _ = observation_kinds(frame)
    ran = (frame["outcome"] == "ran").to_numpy()
    return observed_nines(frame["ce_percent"].to_numpy(dtype=float), side, ran)


def _gap(
    predicted: NDArray[np.float64],
    truth: NDArray[np.float64],
    side: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return predicted minus measured; 0 where a bound is kept."""
    gap = predicted - truth
    is_kept = ((side > 0) & (gap > 0)) | ((side < 0) & (gap < 0))
    return np.where(is_kept, 0.0, gap)


def _mean(values: NDArray[np.float64]) -> float:
    return float(np.mean(values))


def _rms(values: NDArray[np.float64]) -> float:
    return float(np.sqrt(np.mean(np.square(values))))


def _figure(
    name: str,
    column: str,
    summary: Callable[[NDArray[np.float64]], float],
    rows: pd.DataFrame,
    random_state: int,
) -> dict[str, Any]:
    from sodalyte.models.validation import bootstrap_interval

    old = rows[f"champion_{column}"].to_numpy()
    new = rows[f"challenger_{column}"].to_numpy()
    difference = bootstrap_interval(
        lambda drawn: summary(new[drawn]) - summary(old[drawn]),
        len(rows),
        groups=list(rows["group"]),
        n_draws=DRAWS,
        random_state=random_state,
    )
    return {
        "name": name,
        "champion": summary(old),
        "challenger": summary(new),
        "difference": difference.to_dict(),
    }
