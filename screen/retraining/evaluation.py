"""Compare champion and challenger on the same held-out groups, in pairs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sodalyte.screen.retraining.scores import (
    gaps,
    mean,
    observed,
    root_mean_square,
    row_scores,
)
from sodalyte.screen.surrogates.snapshot import (
    changed_rows,
    fit_efficiency,
    group_keys,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sodalyte.models.calibration import IntervalCalibration
    from sodalyte.models.coulombic_efficiency import CoulombicEfficiency
__all__ = ["Contender", "Evaluation", "evaluate"]

MAX_FOLDS = 12  # of known groups and of new ones; bounds the refits to 48
DRAWS = 2000
METHOD = (
    "Whole groups (works, and the rounds of a campaign) are held out in turn, in "
    "{folds} folds. Both models are refitted without the held-out groups, the champion "
    "on its own measurements and the challenger on the new ones; both predict the same "
    "rows. The refits are those of the whole models but for the width of their "
    "intervals, which is taken from the whole models instead of being set anew in each "
    "fold. {idle} rows do not count: without their own group both models have the same "
    "measurements, so they cannot tell the two apart. Intervals: {draws} paired "
    "bootstrap draws of whole groups."
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

    def rows_without(self, groups: set[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Return the training table without the rows of some groups."""
        keep = np.array([key not in groups for key in group_keys(self.frame)])
        return self.X[keep], self.frame[keep].reset_index(drop=True)

    def without(self, groups: set[str]) -> CoulombicEfficiency:
        """Refit without the rows of some groups."""
        X, frame = self.rows_without(groups)
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
        One row a held-out measurement that counts: row_id, group, and for each
        contender the score, the error and the prediction.
    figures : list of dict
        name, champion, challenger, difference (value, low, high; 95 %). The first
        decides.
    n_folds : int
    n_idle : int
        Rows that cannot tell the two apart, because without their group both have
        the same measurements.
    mean_score : float
        Root mean square error of predicting the mean of the other groups, nines.
    """

    rows: pd.DataFrame
    figures: list[dict[str, Any]]
    n_folds: int
    n_idle: int
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
            "method": METHOD.format(folds=self.n_folds, draws=DRAWS, idle=self.n_idle),
            "decides": self.figures[0]["name"],
            "rule": "promoted unless the whole 95 % interval of the difference lies "
            "above 0",
            "figures": self.figures,
            "n": len(self.rows),
            "n_not_counted": self.n_idle,
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
        If no row can tell the two apart.
    """
    X, frame = challenger.X, challenger.frame
    keys = group_keys(frame)
    folds = _folds(champion.frame, keys, random_state)
    told: dict[str, list[pd.DataFrame]] = {"champion": [], "challenger": []}
    means, order = [], []
    for number, test in enumerate(folds, start=1):
        progress(number / len(folds))
        groups = {keys[i] for i in test}
        if _are_alike(champion, challenger, groups):
            continue
        held = frame.iloc[test].reset_index(drop=True)
        for name, side in (("champion", champion), ("challenger", challenger)):
            model = side.without(groups)
            told[name].append(row_scores(model.distribution(X.iloc[test]), held))
        seen, _ = observed(challenger.rows_without(groups)[1])
        truth, side_of = observed(held)
        means.append(gaps(np.full(len(held), seen.mean()), truth, side_of))
        order.append(test)
    if not order:
        raise ValueError(
            "A comparison needs rows outside the new group that the new rows could "
            f"change. All {len(frame)} rows are of one group or of new ones. Do not "
            "leave out every bundled set."
        )
    places = np.concatenate(order)
    rows = pd.concat(
        [pd.concat(parts).add_prefix(f"{name}_") for name, parts in told.items()],
        axis=1,
    )
    rows.insert(0, "group", [keys[i] for i in places])
    rows.insert(0, "row_id", frame["row_id"].to_numpy()[places])
    figures = [
        _figure("CRPS, nines", "score", mean, rows, random_state),
        _figure(
            "root mean square error, nines",
            "error",
            root_mean_square,
            rows,
            random_state,
        ),
    ]
    return Evaluation(
        rows.reset_index(drop=True),
        figures,
        len(folds),
        len(frame) - len(rows),
        root_mean_square(np.concatenate(means)),
    )


def _folds(
    known: pd.DataFrame, keys: list[str], random_state: int
) -> list[NDArray[np.intp]]:
    """Return the rows of each fold; new groups share no fold with known ones."""
    from sodalyte.models.validation import grouped_k_fold

    before = set(group_keys(known))
    is_known = np.array([key in before for key in keys])
    folds = []
    for part in (np.flatnonzero(is_known), np.flatnonzero(~is_known)):
        if len(part):
            splits = grouped_k_fold(
                [keys[i] for i in part], n_splits=MAX_FOLDS, random_state=random_state
            )
            folds += [part[test] for _, test in splits]
    return folds


def _are_alike(champion: Contender, challenger: Contender, groups: set[str]) -> bool:
    """Whether the two are the same model once some groups are left out."""
    if challenger.settle is not None or champion.settings != challenger.settings:
        return False
    changes = changed_rows(
        champion.rows_without(groups)[1], challenger.rows_without(groups)[1]
    )
    return not any(changes)


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
