"""Predict whether a cell runs at all, or fails early."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.special import log_ndtr, ndtr
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.validation import check_is_fitted

from sodalyte.models.gaussian_process import GaussianProcess
from sodalyte.models.kernels import Factor, Term
from sodalyte.models.members import block_columns, varying_columns
from sodalyte.models.scaling import TableScaler

Vector = NDArray[np.float64]


@dataclass(eq=False, repr=False)
class RunClassifier(ClassifierMixin, BaseEstimator):
    """Gaussian process classifier (probit) with a linear and a local part.

    The linear part carries a trend to chemistry that no measurement is near; the
    local part bends it where there are measurements.

    Parameters
    ----------
    blocks : tuple of str
        Blocks of the feature table to look at.
    whiten : float, optional
        Passed to :class:`TableScaler`.
    linear : float
        Amplitude of the linear part, standard deviations of the probit.
    local : float
        Amplitude of the local part.
    spread : float
        Standard deviation of the prior of the log of both amplitudes; 0 keeps them
        fixed. The few failures of a young table say next to nothing about them, and
        amplitudes learnt from such a table shrink until no failure has a cause.

    Notes
    -----
    The three were settled on the rows of the papers alone
    (:func:`sodalyte.models.running_benchmark.running_settings`): no row of the ether
    campaign took part.
    """

    blocks: tuple[str, ...] = ("chemistry", "conditions")
    whiten: float | None = 0.1
    linear: float = 3.0
    local: float = 0.1
    spread: float = 0.0

    def fit(self, X: pd.DataFrame, y: ArrayLike) -> Self:
        """Learn from cells that ran and cells that did not.

        Parameters
        ----------
        X : DataFrame
            Feature table.
        y : array-like of bool, shape (n_rows,)
            True where the cell ran.

        Returns
        -------
        RunClassifier
            Itself.
        """
        ran = np.asarray(y, dtype=bool)
        self.classes_ = np.array([False, True])
        columns = block_columns(X, *self.blocks)
        columns = varying_columns(X, columns)
        self.scaler_ = TableScaler(columns, whiten=self.whiten).fit(X)
        rows = self.scaler_.transform(X)
        every = tuple(range(rows.shape[1]))
        # the base rate: a probit with unit-variance offset, held fixed
        terms = [
            Term((Factor("constant"),), amplitude=1.0, amplitude_spread=0.0),
            Term((Factor("linear", every),), self.linear, self.spread),
            Term((Factor("matern32", every),), self.local, self.spread),
        ]
        self.process_ = GaussianProcess(tuple(terms), noise=1.0, noise_spread=0.0)
        self.process_.fit(rows, np.zeros(len(rows)), censoring=np.where(ran, 1.0, -1.0))
        return self

    def runs_probability(self, X: pd.DataFrame) -> Vector:
        """Predict the probability that the cell runs, shape (n_rows,)."""
        check_is_fitted(self)
        mean, std = self.process_.predict(self.scaler_.transform(X), return_std=True)
        return np.asarray(ndtr(mean / np.sqrt(1 + std**2)))

    def leave_one_out_density(self, y: ArrayLike) -> Vector:
        """Say how likely each training row's class was, had the others been known only.

        Parameters
        ----------
        y : array-like of bool, shape (n_rows,)
            The classes of :meth:`fit`.

        Returns
        -------
        ndarray of shape (n_rows,)
            Log probabilities.
        """
        mean, std = self.process_.leave_one_out()
        sign = np.where(np.asarray(y, dtype=bool), 1.0, -1.0)
        return np.asarray(log_ndtr(sign * mean / np.sqrt(1 + std**2)))

    def predict_proba(self, X: pd.DataFrame) -> Vector:
        """Predict both class probabilities, shape (n_rows, 2): fails, runs."""
        runs = self.runs_probability(X)
        return np.column_stack([1 - runs, runs])

    def predict(self, X: pd.DataFrame) -> NDArray[np.bool_]:
        """Predict the likelier class, True for a cell that runs."""
        return np.asarray(self.runs_probability(X) >= 0.5)
