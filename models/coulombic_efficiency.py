"""Predict the Coulombic efficiency of sodium plating, with its uncertainty.

Two questions are asked in turn: does the cell run (`running.py`), and how many nines
does it deliver if it does (the members of `members.py`, averaged). The answers join
in one predictive distribution (`distribution.py`). Its width is set on groups of rows
that the members had not seen: whole works, and whole sets of solvents.
"""

from collections.abc import Sequence
from typing import Self

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, clone
from sklearn.utils.validation import check_is_fitted

from sodalyte.models.calibration import IntervalCalibration
from sodalyte.models.distribution import EfficiencyDistribution
from sodalyte.models.domain import ApplicabilityDomain
from sodalyte.models.members import ForestMember, ProcessMember
from sodalyte.models.nines import nines_from_percent
from sodalyte.models.running import RunClassifier
from sodalyte.models.validation import group_codes, grouped_k_fold

Vector = NDArray[np.float64]

_ROUGH_NOISE_RATIO = 2.0
_CALIBRATION_FOLDS = 6


class CoulombicEfficiency(BaseEstimator):
    """Coulombic efficiency: does it run, and how many nines if it does.

    Parameters
    ----------
    members : sequence of estimators, optional
        Regressors of nines that are averaged; see :func:`default_members`.
    classifier : RunClassifier, optional
        Predicts whether a cell runs.
    calibrate : bool
        Whether to set the width on held-out groups.
    random_state : int
        Seed of the calibration folds.

    Attributes
    ----------
    calibration_ : IntervalCalibration
        Width factor and the number of held-out rows it rests on.
    failure_ceiling_percent_ : float
        A failed cell is taken to deliver between 0 and this: the median of the
        upper bounds that failed cells of the training rows carry.
    frame_ : DataFrame
        The training rows, for neighbours.
    """

    def __init__(
        self,
        members: Sequence[BaseEstimator] | None = None,
        classifier: RunClassifier | None = None,
        calibrate: bool = True,
        random_state: int = 0,
    ) -> None:
        self.members = members
        self.classifier = classifier
        self.calibrate = calibrate
        self.random_state = random_state

    def fit(self, X: pd.DataFrame, frame: pd.DataFrame) -> Self:
        """Learn from measurements.

        Parameters
        ----------
        X : DataFrame of shape (n_rows, n_features)
            Feature table, aligned with `frame`.
        frame : DataFrame
            Columns outcome, ce_percent, ce_qualifier, work; if it holds a column
            solvent_set, the intervals are calibrated on unseen sets too.

        Returns
        -------
        CoulombicEfficiency
            Itself.

        Raises
        ------
        ValueError
            If the two are not aligned, a column is missing or no cell ran.
        """
        rows = measured_rows(X, frame)
        self.failure_ceiling_percent_ = failure_ceiling(frame)
        self.frame_ = frame.reset_index(drop=True)
        self.domain_ = ApplicabilityDomain().fit(X, group_codes(list(frame["work"])))
        self.members_, self.classifier_ = self._fit_parts(X, rows)
        self.calibration_: IntervalCalibration | None = None
        if self.calibrate:
            self.calibration_ = self._calibrated(X, frame, rows)
        return self

    # -- predictions -----------------------------------------------------------

    def distribution(self, X: pd.DataFrame) -> EfficiencyDistribution:
        """Predict the whole distribution.

        Parameters
        ----------
        X : DataFrame
            Feature table.

        Returns
        -------
        EfficiencyDistribution
            One row a formulation.
        """
        mean, std = self.predict(X, return_std=True)
        return EfficiencyDistribution(
            self.classifier_.runs_probability(X),
            np.asarray(mean),
            np.asarray(std),
            self.failure_ceiling_percent_,
        )

    def predict(
        self, X: pd.DataFrame, return_std: bool = False
    ) -> Vector | tuple[Vector, Vector]:
        """Predict nines given that the cell runs.

        Parameters
        ----------
        X : DataFrame
            Feature table.
        return_std : bool
            Also return the standard deviation of a new measurement in a laboratory
            not seen before.

        Returns
        -------
        ndarray of shape (n_rows,) or pair of them
            In nines.
        """
        check_is_fitted(self)
        mean, std = average_members(self.members_, X)
        if not return_std:
            return mean
        factor = 1.0 if self.calibration_ is None else self.calibration_.factor_
        beyond = self.domain_.distance(X) / self.domain_.reach_
        return mean, std * factor * np.sqrt(np.maximum(beyond, 1.0))

    def runs_probability(self, X: pd.DataFrame) -> Vector:
        """Predict the probability that the cell runs, shape (n_rows,)."""
        check_is_fitted(self)
        return self.classifier_.runs_probability(X)

    def quantile(self, X: pd.DataFrame, q: ArrayLike) -> Vector:
        """Predict quantiles of the whole distribution in percent.

        Parameters
        ----------
        X : DataFrame
            Feature table.
        q : float or array-like of shape (n_q,)
            In (0, 1).

        Returns
        -------
        ndarray of shape (n_rows,) or (n_rows, n_q)
        """
        return self.distribution(X).quantile_percent(q)

    def predict_frame(self, X: pd.DataFrame) -> pd.DataFrame:
        """Predict everything a person reads about a formulation.

        Parameters
        ----------
        X : DataFrame
            Feature table.

        Returns
        -------
        DataFrame
            ce_percent_median, ce_percent_low, ce_percent_high (5th and 95th
            percentile), nines_mean, nines_std, runs_probability, in_domain,
            domain_distance; index of X.
        """
        told = self.distribution(X)
        low, median, high = told.quantile_percent([0.05, 0.5, 0.95]).T
        distance = self.domain_.distance(X)
        return pd.DataFrame(
            {
                "ce_percent_median": median,
                "ce_percent_low": low,
                "ce_percent_high": high,
                "nines_mean": told.nines_mean,
                "nines_std": told.nines_std,
                "runs_probability": told.runs_probability,
                "in_domain": distance <= self.domain_.reach_,
                "domain_distance": distance,
            },
            index=X.index,
        )

    def nearest(self, X: pd.DataFrame, n: int = 3) -> tuple[NDArray[np.intp], Vector]:
        """Find the nearest measured rows.

        Parameters
        ----------
        X : DataFrame
            Feature table.
        n : int
            Neighbours wanted.

        Returns
        -------
        indices : ndarray of shape (n_rows, n)
            Positions in the training frame, nearest first.
        distances : ndarray of shape (n_rows, n)
            See :class:`ApplicabilityDomain`.
        """
        check_is_fitted(self)
        return self.domain_.nearest(X, n)

    # -- inner working ---------------------------------------------------------

    def _fit_parts(
        self, X: pd.DataFrame, rows: pd.DataFrame
    ) -> tuple[list[BaseEstimator], RunClassifier]:
        members = self.members if self.members is not None else default_members(X)
        known = rows["has_nines"].to_numpy()
        ran = rows[known]
        fitted = [
            clone(member).fit(
                X[known],
                ran["nines"].to_numpy(),
                ran["side"].to_numpy(),
                ran["ratio"].to_numpy(),
                ran["work"],
            )
            for member in members
        ]
        classifier = clone(self.classifier or RunClassifier())
        return fitted, classifier.fit(X, rows["ran"].to_numpy())

    def _calibrated(
        self, X: pd.DataFrame, frame: pd.DataFrame, rows: pd.DataFrame
    ) -> IntervalCalibration:
        """Predict every row without its group and compare."""
        keys = [name for name in ("work", "solvent_set") if name in frame.columns]
        seen: list[pd.DataFrame] = []
        for key in keys:
            splits = grouped_k_fold(
                list(frame[key]),
                n_splits=_CALIBRATION_FOLDS,
                random_state=self.random_state,
            )
            for train, test in splits:
                held = test[rows["has_nines"].to_numpy()[test]]
                kept = rows.iloc[train]
                if not len(held) or kept["has_nines"].sum() < 3:
                    continue
                part = X.iloc[train]
                bare = CoulombicEfficiency(self.members, self.classifier, False)
                members, _ = bare._fit_parts(part, kept)
                mean, std = average_members(members, X.iloc[held])
                domain = ApplicabilityDomain().fit(
                    part, group_codes(list(kept["work"]))
                )
                beyond = domain.distance(X.iloc[held]) / domain.reach_
                std = std * np.sqrt(np.maximum(beyond, 1.0))
                seen.append(rows.iloc[held].assign(mean=mean, std=std))
        held_out = pd.concat(seen)
        return IntervalCalibration().fit(
            held_out["nines"], held_out["mean"], held_out["std"], held_out["side"]
        )


def default_members(X: pd.DataFrame) -> list[BaseEstimator]:
    """Choose the members that are shipped.

    Parameters
    ----------
    X : DataFrame
        Feature table, for its column names.

    Returns
    -------
    list of estimators
        Unfitted.
    """
    return [ProcessMember(), ForestMember()]


def average_members(
    members: Sequence[BaseEstimator], X: pd.DataFrame
) -> tuple[Vector, Vector]:
    """Average predictions; disagreement between members adds to the spread.

    Parameters
    ----------
    members : sequence of fitted estimators
        Each gives mean and standard deviation.
    X : DataFrame
        Feature table.

    Returns
    -------
    mean, std : ndarray of shape (n_rows,)
        Of the equal mixture of the members.
    """
    told = [member.predict(X) for member in members]
    means = np.array([mean for mean, _ in told])
    variances = np.array([std**2 for _, std in told])
    mean = means.mean(axis=0)
    return mean, np.sqrt(variances.mean(axis=0) + means.var(axis=0))


def observation_kinds(frame: pd.DataFrame) -> tuple[Vector, Vector]:
    """Read the qualifiers: which rows are bounds, which are rough.

    Parameters
    ----------
    frame : DataFrame
        Column ce_qualifier with "=", "~", "<", "<=", ">", ">=" or empty.

    Returns
    -------
    side : ndarray of shape (n_rows,)
        1 where the value lies above the number, -1 below, 0 exact.
    noise_ratio : ndarray of shape (n_rows,)
        Noise over that of an ordinary row; 2 for "~".
    """
    sign = frame["ce_qualifier"].fillna("=").astype(str).str.strip()
    above, below = sign.isin([">", ">="]), sign.isin(["<", "<="])
    side = np.where(above, 1.0, np.where(below, -1.0, 0.0))
    return side, np.where(sign == "~", _ROUGH_NOISE_RATIO, 1.0)


def measured_rows(X: pd.DataFrame, frame: pd.DataFrame) -> pd.DataFrame:
    """Read what each training row says, checked.

    Parameters
    ----------
    X, frame : DataFrame
        As in :meth:`CoulombicEfficiency.fit`.

    Returns
    -------
    DataFrame
        Columns ran, has_nines, nines, side, ratio, work; index 0 to n-1.

    Raises
    ------
    ValueError
        If the two are not aligned, a column is missing, a CE that ran has no value,
        or no cell ran.
    """
    needed = ("outcome", "ce_percent", "ce_qualifier", "work")
    missing = [name for name in needed if name not in frame.columns]
    if missing or len(X) != len(frame):
        raise ValueError(
            "CoulombicEfficiency.fit needs a frame aligned with X and its columns. "
            f"Got {len(X)} and {len(frame)} rows; missing columns: {missing}. "
            "Make both with training_table()."
        )
    ran = (frame["outcome"] == "ran").to_numpy()
    side, ratio = observation_kinds(frame)
    percent = frame["ce_percent"].to_numpy(dtype=float)
    has_nines = ran & np.isfinite(percent)
    if not has_nines.any():
        raise ValueError(
            "CoulombicEfficiency.fit needs cells that ran. "
            f"None of {len(frame)} rows has outcome 'ran' and a ce_percent. "
            "Add measurements."
        )
    nines = np.where(has_nines, nines_from_percent(np.where(has_nines, percent, 0)), 0)
    return pd.DataFrame(
        {
            "ran": ran,
            "has_nines": has_nines,
            "nines": nines,
            "side": side,
            "ratio": ratio,
            "work": frame["work"].to_numpy(),
        }
    )


def failure_ceiling(frame: pd.DataFrame) -> float:
    """Median upper bound that failed cells carry, percent; 20 if none carries one."""
    failed = frame[(frame["outcome"] != "ran") & frame["ce_percent"].notna()]
    return float(failed["ce_percent"].median()) if len(failed) else 20.0
