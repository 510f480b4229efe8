"""Predict the Coulombic efficiency of sodium plating, with its uncertainty.

Two questions are asked in turn: does the cell run (`running.py`), and how many nines
does it deliver if it does (`members.py`). For each the candidates of `candidates.py`
are weighed on the training rows (`selection.py`) and averaged. The answers join in one
predictive distribution (`distribution.py`). Its width is set on groups of rows that
the members had not seen: whole works, and whole sets of solvents.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, clone
from sklearn.utils.validation import check_is_fitted
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from sodalyte.models.calibration import IntervalCalibration
from sodalyte.models.candidates import candidate_classifiers, candidate_members
from sodalyte.models.distribution import EfficiencyDistribution
from sodalyte.models.domain import ApplicabilityDomain
from sodalyte.models.members import ProcessMember
from sodalyte.models.observations import failure_ceiling, read_observations
from sodalyte.models.running import RunClassifier
from sodalyte.models.selection import MemberMixture, average_members, mixture_weights
from sodalyte.models.validation import group_codes, grouped_k_fold

Vector = NDArray[np.float64]

_CALIBRATION_FOLDS = 6
_BLOCK_ROWS = 20_000


@dataclass(eq=False, repr=False)
class CoulombicEfficiency(BaseEstimator):
    """Coulombic efficiency: does it run, and how many nines if it does.

    Parameters
    ----------
    members : sequence of ProcessMember, optional
        Regressors of nines to choose from; the complete factorial of
        :func:`candidate_members` by default.
    classifiers : sequence of RunClassifier, optional
        Classifiers of running to choose from; those of
        :func:`candidate_classifiers` by default.
    calibrate : bool
        Whether to set the width on held-out groups.
    random_state : int
        Seed of the calibration folds.

    Attributes
    ----------
    members_, classifiers_ : list of estimators
        Those chosen, fitted on all training rows.
    member_weights_, classifier_weights_ : ndarray
        Their weights, sum 1.
    n_candidates_ : int
        Regressors and classifiers that took part in the choice.
    calibration_ : IntervalCalibration
        Width factor and the number of held-out rows it rests on.
    failure_ceiling_percent_ : float
        A failed cell is taken to deliver between 0 and this: the median of the
        upper bounds that failed cells of the training rows carry.
    """

    members: Sequence[ProcessMember] | None = None
    classifiers: Sequence[RunClassifier] | None = None
    calibrate: bool = True
    random_state: int = 0

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
        # tables this small are slower on two threads, and threads would change bits
        with threadpool_limits(limits=1):
            return self._fit(X, frame)

    def _fit(self, X: pd.DataFrame, frame: pd.DataFrame) -> Self:
        rows = read_observations(X, frame)
        self.failure_ceiling_percent_ = failure_ceiling(frame)
        self.domain_ = ApplicabilityDomain().fit(X, group_codes(list(frame["work"])))
        self._choose(X.reset_index(drop=True), rows)
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
        return self._evaluate(X)[0]

    def _evaluate(self, X: pd.DataFrame) -> tuple[EfficiencyDistribution, Vector]:
        """Predict block by block; distribution and distance to the measured rows."""
        check_is_fitted(self)
        runs, mean, std, distance = (np.empty(len(X)) for _ in range(4))
        factor = 1.0 if self.calibration_ is None else self.calibration_.factor_
        for start in range(0, len(X), _BLOCK_ROWS):
            part = slice(start, start + _BLOCK_ROWS)
            table = X.iloc[part]
            runs[part] = self.runs_probability(table)
            distance[part] = self.domain_.distance(table)
            mean[part], spread = average_members(
                self.members_, table, self.member_weights_
            )
            beyond = distance[part] / self.domain_.reach_
            std[part] = spread * factor * np.sqrt(np.maximum(beyond, 1.0))
        ceiling = self.failure_ceiling_percent_
        return EfficiencyDistribution(runs, mean, std, ceiling), distance

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
        told = self.distribution(X)
        return (told.nines_mean, told.nines_std) if return_std else told.nines_mean

    def runs_probability(self, X: pd.DataFrame) -> Vector:
        """Predict the probability that the cell runs, shape (n_rows,)."""
        check_is_fitted(self)
        told = [one.runs_probability(X) for one in self.classifiers_]
        return np.asarray(self.classifier_weights_ @ np.array(told))

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
        told, distance = self._evaluate(X)
        low, median, high = told.quantile_percent([0.05, 0.5, 0.95]).T
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

    def _choose(self, X: pd.DataFrame, rows: pd.DataFrame) -> None:
        """Fit the candidates and keep those that the training rows speak for."""
        members, classifiers = self.members, self.classifiers
        members = candidate_members() if members is None else members
        classifiers = candidate_classifiers() if classifiers is None else classifiers
        self.n_candidates_ = len(members) + len(classifiers)
        mixture = MemberMixture(members).fit(X, rows)
        self.members_, self.member_weights_ = mixture.members_, mixture.weights_
        ran = rows["ran"].to_numpy()
        if ran.all():
            classifiers = classifiers[:1]  # nothing to tell them apart by
        deciders = [clone(one).fit(X, ran) for one in classifiers]
        weights = mixture_weights([one.leave_one_out_density(ran) for one in deciders])
        self.classifiers_ = [one for one, w in zip(deciders, weights, strict=True) if w]
        self.classifier_weights_ = weights[weights > 0]

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
                kept = rows.iloc[train].reset_index(drop=True)
                if not len(held) or kept["has_nines"].sum() < 3:
                    continue
                part = X.iloc[train].reset_index(drop=True)
                members = [clone(one).fit(part, kept) for one in self.members_]
                mean, std = average_members(members, X.iloc[held], self.member_weights_)
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
