"""The regressors that vote on the nines of a cell that runs.

Each member takes a feature table, nines with their qualifiers, and the work each row
comes from; each predicts a mean and a standard deviation for a new measurement by a
laboratory it has not seen.
"""

from typing import Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.base import BaseEstimator

from sodalyte.models.gaussian_process import GaussianProcess
from sodalyte.models.kernels import Factor, Term
from sodalyte.models.scaling import TableScaler
from sodalyte.models.validation import group_codes

Vector = NDArray[np.float64]

#: Columns that describe how a cell was measured rather than what is in it.
CONDITION_PREFIXES = (
    "temperature_C",
    "log10_current_density",
    "areal_capacity",
    "collector_",
    "method_",
    "coating_",
    "current_density",
)


def is_condition(column: str) -> bool:
    """Whether a feature column describes the measurement, not the liquid."""
    return column.startswith(CONDITION_PREFIXES)


class ProcessMember(BaseEstimator):
    """Gaussian process over chemistry, conditions and work.

    Parameters
    ----------
    columns : list of str, optional
        Chemistry columns to look at; all by default.
    kind : str
        Profile of the kernel over the chemistry.
    conditions : bool
        Whether conditions enter, as a term of their own and in product with the
        chemistry.
    linear : float
        Amplitude of a linear term over the chemistry; 0 leaves it out.
    work_std : float
        Prior centre of the spread between works, in nines; 0 leaves it out.
    """

    def __init__(
        self,
        columns: list[str] | None = None,
        kind: str = "matern32",
        conditions: bool = True,
        linear: float = 0.0,
        work_std: float = 0.2,
    ) -> None:
        self.columns = columns
        self.kind = kind
        self.conditions = conditions
        self.linear = linear
        self.work_std = work_std

    def fit(
        self,
        X: pd.DataFrame,
        nines: Vector,
        side: Vector,
        ratio: Vector,
        works: pd.Series,
    ) -> Self:
        """Learn from rows that ran.

        Parameters
        ----------
        X : DataFrame
            Feature table.
        nines : ndarray of shape (n_rows,)
            Values or bounds.
        side, ratio : ndarray of shape (n_rows,)
            Censoring and noise ratio, see :class:`GaussianProcess`.
        works : Series of shape (n_rows,)
            Key of the paper or campaign.

        Returns
        -------
        ProcessMember
            Itself.
        """
        self._choose_columns(X)
        rows = np.column_stack([self._array(X), group_codes(list(works))])
        self.process_ = GaussianProcess(self._terms()).fit(
            rows, nines, censoring=side, noise_ratio=ratio
        )
        return self

    def predict(self, X: pd.DataFrame) -> tuple[Vector, Vector]:
        """Predict mean and standard deviation of a new measurement.

        Parameters
        ----------
        X : DataFrame
            Feature table.

        Returns
        -------
        mean, std : ndarray of shape (n_rows,)
            In nines; noise and the spread between works included.
        """
        rows = np.column_stack([self._array(X), np.full(len(X), -1.0)])
        mean, std = self.process_.predict(rows, return_std=True)
        return mean, np.hypot(std, self.process_.noise_)

    def _choose_columns(self, X: pd.DataFrame) -> None:
        numeric = X.select_dtypes(include=["number", "bool"])
        varying = numeric.columns[numeric.nunique() > 1]
        chemistry = [name for name in varying if not is_condition(name)]
        if self.columns is not None:
            chemistry = [name for name in chemistry if name in set(self.columns)]
        measured = [name for name in varying if is_condition(name)]
        self.chemistry_ = TableScaler(chemistry).fit(X)
        self.measured_: TableScaler | None = None
        if self.conditions and measured:
            self.measured_ = TableScaler(measured).fit(X)

    def _array(self, X: pd.DataFrame) -> Vector:
        parts = [self.chemistry_.transform(X)]
        if self.measured_ is not None:
            parts.append(self.measured_.transform(X))
        return np.column_stack(parts)

    def _terms(self) -> tuple[Term, ...]:
        n_chemistry = len(self.chemistry_.columns_)
        chemistry = tuple(range(n_chemistry))
        last = n_chemistry
        terms = [Term((Factor(self.kind, chemistry),), amplitude=0.5)]
        if self.linear:
            terms.append(Term((Factor("linear", chemistry),), amplitude=self.linear))
        if self.measured_ is not None:
            last += len(self.measured_.columns_)
            measured = tuple(range(n_chemistry, last))
            terms.append(Term((Factor(self.kind, measured),), amplitude=0.2))
            both = (Factor(self.kind, chemistry), Factor(self.kind, measured))
            terms.append(Term(both, amplitude=0.2))
        if self.work_std:
            same = Factor("same", (last,))
            terms.append(Term((same,), amplitude=self.work_std, amplitude_spread=0.5))
        return tuple(terms)


class ForestMember(BaseEstimator):
    """Extremely randomised trees with the spread of their leaves.

    Parameters
    ----------
    columns : list of str, optional
        Columns to look at; all by default.
    n_trees : int
        Trees.
    max_features : float
        Share of columns tried at a split.
    random_state : int
        Seed.
    """

    def __init__(
        self,
        columns: list[str] | None = None,
        n_trees: int = 100,
        max_features: float = 0.5,
        random_state: int = 0,
    ) -> None:
        self.columns = columns
        self.n_trees = n_trees
        self.max_features = max_features
        self.random_state = random_state

    def fit(
        self,
        X: pd.DataFrame,
        nines: Vector,
        side: Vector,
        ratio: Vector,
        works: pd.Series,
    ) -> Self:
        """Learn from rows that ran; a bound is taken as the value itself.

        Parameters
        ----------
        X, nines, side, ratio, works
            As in :meth:`ProcessMember.fit`.

        Returns
        -------
        ForestMember
            Itself.
        """
        from sklearn.ensemble import ExtraTreesRegressor

        self.scaler_ = TableScaler(self.columns, squash=False).fit(X)
        self.forest_ = ExtraTreesRegressor(
            self.n_trees,
            max_features=self.max_features,
            bootstrap=True,
            oob_score=True,
            random_state=self.random_state,
        )
        self.forest_.fit(
            self.scaler_.transform(X).astype(np.float32),
            nines,
            sample_weight=1 / ratio**2,
        )
        gap = nines - self.forest_.oob_prediction_
        self.noise_ = float(np.sqrt(np.mean(gap**2)))
        return self

    def predict(self, X: pd.DataFrame) -> tuple[Vector, Vector]:
        """Predict mean and standard deviation of a new measurement.

        Parameters
        ----------
        X : DataFrame
            Feature table.

        Returns
        -------
        mean, std : ndarray of shape (n_rows,)
            In nines; the out-of-bag error is the noise.
        """
        rows = self.scaler_.transform(X).astype(np.float32)
        total, square = np.zeros(len(rows)), np.zeros(len(rows))
        for tree in self.forest_.estimators_:
            leaf = tree.predict(rows, check_input=False)
            total += leaf
            square += leaf**2
        mean = total / self.n_trees
        spread = np.maximum(square / self.n_trees - mean**2, 0.0)
        return mean, np.sqrt(spread + self.noise_**2)
