"""Predict the Coulombic efficiency of sodium plating, with its uncertainty.

Two questions are asked in turn: does the cell run (`running.py`), and how many nines
does it deliver if it does (`members.py`). For each the likeliest of the candidates of
`candidates.py` is chosen on the training rows (`selection.py`). The answers join in one
predictive distribution (`distribution.py`). Its width is set on groups of rows that
the member had not seen: whole works, and whole sets of solvents.

Predictions are for a laboratory that was not seen before; `in_laboratory` gives those
for one whose cells are among the training rows.
"""

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from difflib import get_close_matches
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
from sodalyte.models.selection import ChosenMember, most_likely
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
    member_ : ProcessMember
        The regressor chosen, fitted on all training rows.
    classifier_ : RunClassifier
        The classifier chosen.
    n_candidates_ : int
        Regressors and classifiers that took part in the choice.
    calibration_ : IntervalCalibration
        Width factor and the number of held-out rows it rests on.
    own_calibration_ : IntervalCalibration or None
        The same for a known laboratory, on unseen liquids of works that have other
        rows; None if there are none.
    works_ : list of str
        The work of each training row.
    laboratory_ : str or None
        Whose cells are predicted; None is a laboratory not seen before.
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
        self.works_ = [str(work) for work in frame["work"]]
        self.laboratory_: str | None = None
        self.calibration_: IntervalCalibration | None = None
        self.own_calibration_: IntervalCalibration | None = None
        if self.calibrate:
            held_out = self._held_out(X, frame, rows)
            self.calibration_ = _calibration(held_out, "mean", "std")
            known = held_out[held_out["is_known"]]
            if len(known):
                self.own_calibration_ = _calibration(known, "own_mean", "own_std")
        return self

    def laboratories(self) -> pd.DataFrame:
        """Estimate by how much each laboratory of the training rows reads higher.

        Returns
        -------
        DataFrame
            Columns work, n_rows, offset_nines, offset_std_nines; see
            :meth:`ProcessMember.work_offsets`.
        """
        check_is_fitted(self)
        return self.member_.work_offsets()

    def in_laboratory(self, name: str | None) -> Self:
        """Give the same model, for cells of one laboratory.

        Parameters
        ----------
        name : str or None
            A work that the model has learnt from; None for a laboratory not seen
            before.

        Returns
        -------
        CoulombicEfficiency
            Shares everything else with this one. Its predictions hold the offset of
            the laboratory, and no spread between laboratories beyond what is unknown
            of that offset; their intervals are never wider than for an unknown one.

        Raises
        ------
        ValueError
            If the model has learnt from no cell of this laboratory.
        """
        check_is_fitted(self)
        known = list(self.member_.works_)
        if name is not None and name not in known:
            alike = get_close_matches(name, known, n=3, cutoff=0.4) or known[:3]
            raise ValueError(
                "A laboratory must be a work that the model has learnt from. "
                f"Got {name!r}; nearest of {len(known)}: {', '.join(alike)}. "
                "Name one of these, or leave the laboratory open."
            )
        other = copy(self)
        other.laboratory_ = name
        return other

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
        for start in range(0, len(X), _BLOCK_ROWS):
            part = slice(start, start + _BLOCK_ROWS)
            table = X.iloc[part]
            runs[part] = self.runs_probability(table)
            distance[part] = self.domain_.distance(table)
            mean[part], spread = self._nines(table)
            beyond = distance[part] / self.domain_.reach_
            std[part] = spread * np.sqrt(np.maximum(beyond, 1.0))
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
            Also return the standard deviation of a new measurement.

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
            Positions in the training frame, nearest first; among equally near rows
            those of the laboratory that is predicted for.
        distances : ndarray of shape (n_rows, n)
            See :class:`ApplicabilityDomain`.
        """
        check_is_fitted(self)
        own = None
        if self.laboratory_ is not None:
            own = [work == self.laboratory_ for work in self.works_]
        return self.domain_.nearest(X, n, first=own)

    # -- inner working ---------------------------------------------------------

    def _nines(self, X: pd.DataFrame) -> tuple[Vector, Vector]:
        """Predict mean and calibrated standard deviation inside the domain."""
        mean, std = self.member_.predict(X)
        std = std * _factor(self.calibration_)
        if self.laboratory_ is None:
            return mean, std
        mean, own = self.member_.predict(X, [self.laboratory_] * len(X))
        # to know whose cell it is never widens an interval
        return mean, np.minimum(own * _factor(self.own_calibration_), std)

    def _choose(self, X: pd.DataFrame, rows: pd.DataFrame) -> None:
        """Fit the candidates and keep those that the training rows speak for."""
        members, classifiers = self.members, self.classifiers
        members = candidate_members() if members is None else members
        classifiers = candidate_classifiers() if classifiers is None else classifiers
        self.n_candidates_ = len(members) + len(classifiers)
        self.member_: ProcessMember = ChosenMember(members).fit(X, rows).member_
        ran = rows["ran"].to_numpy()
        if ran.all():
            classifiers = classifiers[:1]  # nothing to tell them apart by
        deciders = [clone(one).fit(X, ran) for one in classifiers]
        scores = [one.leave_one_out_density(ran) for one in deciders]
        self.classifier_: RunClassifier = deciders[most_likely(scores)]

    def _held_out(
        self, X: pd.DataFrame, frame: pd.DataFrame, rows: pd.DataFrame
    ) -> pd.DataFrame:
        """Predict every row with nines without its group.

        Returns
        -------
        DataFrame
            The held-out rows of `rows` with mean and std for an unknown laboratory;
            is_known, whether the work has rows outside the group; own_mean and
            own_std, told the work. A row comes once for each way of grouping.
        """
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
                part, table = X.iloc[train].reset_index(drop=True), X.iloc[held]
                member = clone(self.member_).fit(part, kept)
                domain = ApplicabilityDomain().fit(
                    part, group_codes(list(kept["work"]))
                )
                beyond = domain.distance(table) / domain.reach_
                wider = np.sqrt(np.maximum(beyond, 1.0))
                told = rows.iloc[held]
                mean, std = member.predict(table)
                own_mean, own_std = member.predict(table, list(told["work"]))
                found = {"mean": mean, "std": std * wider}
                found |= {"own_mean": own_mean, "own_std": own_std * wider}
                is_known = told["work"].astype(str).isin(member.works_)
                seen.append(told.assign(**found, is_known=is_known))
        return pd.concat(seen)


def _factor(calibration: IntervalCalibration | None) -> float:
    return 1.0 if calibration is None else calibration.factor_


def _calibration(rows: pd.DataFrame, mean: str, std: str) -> IntervalCalibration:
    return IntervalCalibration().fit(rows["nines"], rows[mean], rows[std], rows["side"])
