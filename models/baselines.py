"""What a model must beat: plain regressors without chemistry of their own.

Each has the interface of the members (`members.py`): fit(X, rows), then predict(X)
gives mean and standard deviation in nines.
"""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.base import BaseEstimator

from sodalyte.models.members import block_columns, varying_columns

Vector = NDArray[np.float64]


@dataclass(eq=False, repr=False)
class MeanBaseline(BaseEstimator):
    """Predict the mean and spread of the training rows.

    Parameters
    ----------
    failures_as_zero : bool
        Whether a failed cell counts as 0 nines, else it is left out.
    """

    failures_as_zero: bool = False

    def fit(self, X: pd.DataFrame, rows: pd.DataFrame) -> Self:
        """Take the mean; bounds count as values."""
        _, nines = _training(X, rows, self.failures_as_zero)
        self.mean_, self.std_ = float(nines.mean()), float(nines.std(ddof=1))
        return self

    def predict(self, X: pd.DataFrame) -> tuple[Vector, Vector]:
        """Repeat mean and spread for every row."""
        return np.full(len(X), self.mean_), np.full(len(X), self.std_)


@dataclass(eq=False, repr=False)
class ScikitBaseline(BaseEstimator):
    """Untuned scikit-learn regressor on standardised columns.

    Parameters
    ----------
    kind : {"process", "ard process", "forest", "boosting"}
        Isotropic Matern-3/2 Gaussian process with white noise, or one with a length
        scale per column; random forest of 200 trees; gradient boosting.
    blocks : tuple of str
        Blocks of the table to look at.
    suffixes : tuple of str, optional
        Keep only the columns of the blocks that end so.
    standardise : bool
        Whether to standardise the columns, or take them raw.
    failures_as_zero : bool
        Whether a failed cell counts as 0 nines, else it is left out.
    told_laboratory : bool
        Whether each work of the training rows is a column of its own, 1 or 0, and
        benchmarks tell whose laboratory measures the test rows.
    """

    kind: str = "process"
    blocks: tuple[str, ...] = ("chemistry",)
    suffixes: tuple[str, ...] | None = None
    standardise: bool = True
    failures_as_zero: bool = False
    told_laboratory: bool = False

    def fit(self, X: pd.DataFrame, rows: pd.DataFrame) -> Self:
        """Fit; bounds count as values."""
        used, nines = _training(X, rows, self.failures_as_zero)
        columns = block_columns(X, *self.blocks)
        if self.suffixes is not None:
            columns = [name for name in columns if name.endswith(self.suffixes)]
        self.columns_ = varying_columns(used, columns)
        works = list(rows["work"].loc[used.index])
        self.works_ = list(dict.fromkeys(works)) if self.told_laboratory else []
        values = self._values(used, works)
        self.centre_ = values.mean(axis=0) if self.standardise else 0.0
        self.scale_ = values.std(axis=0) if self.standardise else 1.0
        self.model_ = _scikit_model(self.kind, values.shape[1])
        with warnings.catch_warnings():
            # untuned baselines run into the bounds of their length scales
            warnings.simplefilter("ignore")
            self.model_.fit((values - self.centre_) / self.scale_, nines)
        gap = nines - self.model_.predict((values - self.centre_) / self.scale_)
        self.residual_ = float(np.sqrt(np.mean(gap**2)))
        if self.kind == "forest":
            self.residual_ = float(
                np.sqrt(np.mean((nines - self.model_.oob_prediction_) ** 2))
            )
        return self

    def predict(
        self, X: pd.DataFrame, works: Sequence[str] | None = None
    ) -> tuple[Vector, Vector]:
        """Predict mean and standard deviation of a new measurement."""
        values = (self._values(X, works) - self.centre_) / self.scale_
        if self.kind.endswith("process"):
            mean, std = self.model_.predict(values, return_std=True)
            return mean, std
        mean = self.model_.predict(values)
        return mean, np.full(len(X), max(self.residual_, 1e-3))

    def _values(self, X: pd.DataFrame, works: Sequence[str] | None) -> Vector:
        table = X.reindex(columns=self.columns_, fill_value=0.0).to_numpy(dtype=float)
        if not self.works_:
            return table
        named = np.array([""] * len(X) if works is None else list(works))
        return np.column_stack([table, *(named == work for work in self.works_)])


def _training(
    X: pd.DataFrame, rows: pd.DataFrame, failures_as_zero: bool
) -> tuple[pd.DataFrame, Vector]:
    used = rows["has_nines"].to_numpy().copy()
    if failures_as_zero:
        used |= ~rows["ran"].to_numpy()
    nines = np.where(rows["ran"], rows["nines"], 0.0)[used]
    return X[used], nines


def _scikit_model(kind: str, n_columns: int) -> Any:
    from sklearn.ensemble import GradientBoostingRegressor, RandomForestRegressor
    from sklearn.gaussian_process import GaussianProcessRegressor
    from sklearn.gaussian_process.kernels import ConstantKernel, Matern, WhiteKernel

    if kind in ("process", "ard process"):
        lengths = 1.0 if kind == "process" else np.ones(n_columns)
        return GaussianProcessRegressor(
            ConstantKernel() * Matern(lengths, nu=1.5) + WhiteKernel(),
            normalize_y=True,
            n_restarts_optimizer=3,
            random_state=0,
        )
    if kind == "forest":
        return RandomForestRegressor(200, oob_score=True, random_state=0)
    if kind == "boosting":
        return GradientBoostingRegressor(random_state=0)
    raise ValueError(
        "ScikitBaseline.kind must be 'process', 'ard process', 'forest' or "
        "'boosting'. "
        f"Got {kind!r}. Choose one of these."
    )
