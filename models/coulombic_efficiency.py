"""Predict the Coulombic efficiency of sodium plating, with its uncertainty.

The answer is a mixture: with probability 1 - p the cell does not run or fails early
and delivers a CE at the low end; with probability p it runs and its CE, in nines,
is normal about the prediction of a Gaussian process.
"""

from typing import Self

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr, ndtri
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted
from sodalyte.models.gaussian_process import GaussianProcess
from sodalyte.models.kernels import Factor, Term
from sodalyte.models.nines import nines_from_percent, percent_from_nines
from sodalyte.models.scaling import TableScaler

Vector = NDArray[np.float64]

_ROUGH_NOISE_RATIO = 2.0


class CoulombicEfficiency(BaseEstimator):
    """Coulombic efficiency: does it run, and how many nines if it does.

    Parameters
    ----------
    failure_ceiling_percent : float
        A cell that fails delivers a CE spread evenly between 0 and this value.
    """

    def __init__(self, failure_ceiling_percent: float = 20.0) -> None:
        self.failure_ceiling_percent = failure_ceiling_percent

    def fit(self, X: pd.DataFrame, frame: pd.DataFrame) -> Self:
        """Learn from measurements.

        Parameters
        ----------
        X : DataFrame of shape (n_rows, n_features)
            Feature table, aligned with `frame`.
        frame : DataFrame
            Columns outcome, ce_percent, ce_qualifier and work.

        Returns
        -------
        CoulombicEfficiency
            Itself.
        """
        self.scaler_ = TableScaler().fit(X)
        rows = self.scaler_.transform(X)
        ran = (frame["outcome"] == "ran").to_numpy()
        known = ran & frame["ce_percent"].notna().to_numpy()
        side, ratio = observation_kinds(frame)
        columns = tuple(range(rows.shape[1]))
        shape = (
            Term((Factor("matern32", columns),)),
            Term((Factor("linear", columns),), amplitude=0.3),
        )
        self.regressor_ = GaussianProcess(shape).fit(
            rows[known],
            nines_from_percent(frame["ce_percent"][known]),
            censoring=side[known],
            noise_ratio=ratio[known],
        )
        prior = Term((Factor("constant"),), amplitude=1.0, amplitude_spread=0.0)
        self.classifier_ = GaussianProcess(
            (*shape, prior), noise=1.0, noise_spread=0.0
        ).fit(rows, np.zeros(len(rows)), censoring=np.where(ran, 1.0, -1.0))
        self.rows_ = rows
        return self

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
        """
        check_is_fitted(self)
        rows = self.scaler_.transform(X)
        mean, std = self.regressor_.predict(rows, return_std=True)
        if return_std:
            return mean, np.hypot(std, self.regressor_.noise_)
        return mean

    def runs_probability(self, X: pd.DataFrame) -> Vector:
        """Probability that the cell runs, shape (n_rows,)."""
        mean, std = self.classifier_.predict(self.scaler_.transform(X), return_std=True)
        return np.asarray(ndtr(mean / np.sqrt(1 + std**2)))

    def quantile(self, X: pd.DataFrame, q: ArrayLike) -> Vector:
        """Quantile of the whole predictive distribution in percent.

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
        mean, std = self.predict(X, return_std=True)
        levels = np.asarray(q, dtype=float)
        found = mixture_quantile(
            np.atleast_1d(levels),
            self.runs_probability(X),
            np.asarray(mean),
            np.asarray(std),
            self.failure_ceiling_percent,
        )
        return found[:, 0] if levels.ndim == 0 else found

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
        mean, std = self.predict(X, return_std=True)
        runs = self.runs_probability(X)
        low, median, high = mixture_quantile(
            np.array([0.05, 0.5, 0.95]), runs, mean, std, self.failure_ceiling_percent
        ).T
        distance = self.nearest(X, n=1)[1][:, 0]
        return pd.DataFrame(
            {
                "ce_percent_median": median,
                "ce_percent_low": low,
                "ce_percent_high": high,
                "nines_mean": mean,
                "nines_std": std,
                "runs_probability": runs,
                "in_domain": distance < 1.0,
                "domain_distance": distance,
            },
            index=X.index,
        )

    def nearest(self, X: pd.DataFrame, n: int = 3) -> tuple[NDArray[np.intp], Vector]:
        """Nearest training rows.

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
            Root mean square difference of the standardised features.
        """
        rows = self.scaler_.transform(X)
        square = (
            (rows**2).mean(axis=1)[:, None]
            + (self.rows_**2).mean(axis=1)[None, :]
            - 2 * rows @ self.rows_.T / rows.shape[1]
        )
        distance = np.sqrt(np.maximum(square, 0.0))
        order = np.argsort(distance, axis=1, kind="stable")[:, :n]
        return order, np.take_along_axis(distance, order, axis=1)


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
    side = np.where(
        sign.isin([">", ">="]), 1.0, np.where(sign.isin(["<", "<="]), -1.0, 0.0)
    )
    ratio = np.where(sign == "~", _ROUGH_NOISE_RATIO, 1.0)
    return side, ratio


def mixture_quantile(
    q: Vector,
    runs_probability: Vector,
    nines_mean: Vector,
    nines_std: Vector,
    failure_ceiling_percent: float,
) -> Vector:
    """Quantiles of "fails evenly below a ceiling, or runs normal in nines".

    The running part is cut off at the ceiling, so the two parts do not overlap and
    the inverse is closed form.

    Parameters
    ----------
    q : ndarray of shape (n_q,)
        In (0, 1).
    runs_probability, nines_mean, nines_std : ndarray of shape (n_rows,)
        The two parts.
    failure_ceiling_percent : float
        Highest CE of a cell that fails, percent.

    Returns
    -------
    ndarray of shape (n_rows, n_q)
        Percent, in [0, 100), rising in q.
    """
    p = runs_probability[:, None]
    level = np.asarray(q, dtype=float)[None, :]
    fails = level < 1 - p
    floor = nines_from_percent(failure_ceiling_percent)
    cut = ndtr((floor - nines_mean) / nines_std)[:, None]
    within = np.clip((level - (1 - p)) / np.maximum(p, 1e-12), 0.0, 1.0)
    z = ndtri(np.clip(cut + within * (1 - cut), 1e-12, 1 - 1e-12))
    nines = np.maximum(nines_mean[:, None] + nines_std[:, None] * z, floor)
    low = failure_ceiling_percent * level / np.maximum(1 - p, 1e-12)
    return np.where(fails, low, percent_from_nines(nines))
