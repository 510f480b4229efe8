"""Widen or narrow intervals until held-out groups are covered as promised."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri
from sklearn.base import BaseEstimator

Vector = NDArray[np.float64]


@dataclass(eq=False, repr=False)
class IntervalCalibration(BaseEstimator):
    """Conformal factor on a predicted standard deviation.

    The score of a held-out row is its distance from the prediction in predicted
    standard deviations; a bound that is kept scores zero. The factor makes the
    central interval hold the promised share of the scores, with the finite-sample
    correction of split conformal prediction [1]_.

    Parameters
    ----------
    level : float
        Promised coverage.

    Attributes
    ----------
    factor_ : float
        Standard deviations are multiplied by this.
    n_scores_ : int
        Held-out rows it rests on.

    References
    ----------
    .. [1] J. Lei, M. G'Sell, A. Rinaldo, R. J. Tibshirani, L. Wasserman,
       J. Am. Stat. Assoc. 2018, 113, 1094; doi 10.1080/01621459.2017.1307116,
       section 2.2.
    """

    level: float = 0.9

    def fit(
        self, truth: ArrayLike, mean: ArrayLike, std: ArrayLike, side: ArrayLike
    ) -> Self:
        """Learn the factor from held-out predictions.

        Parameters
        ----------
        truth, mean, std : array-like of shape (n_rows,)
            Measured value or bound, and prediction made without the row's group.
        side : array-like of shape (n_rows,)
            0 exact, 1 the truth lies above, -1 below.

        Returns
        -------
        IntervalCalibration
            Itself.
        """
        score = conformity_scores(truth, mean, std, side)
        self.n_scores_ = len(score)
        rank = np.ceil((len(score) + 1) * self.level) / len(score)
        edge = float(np.quantile(score, min(rank, 1.0), method="higher"))
        self.factor_ = max(edge, 1e-3) / float(ndtri(0.5 + self.level / 2))
        return self


def conformity_scores(
    truth: ArrayLike, mean: ArrayLike, std: ArrayLike, side: ArrayLike
) -> Vector:
    """Measure how surprising each row is, in predicted standard deviations.

    Parameters
    ----------
    truth, mean, std, side : array-like of shape (n_rows,)
        As in :meth:`IntervalCalibration.fit`.

    Returns
    -------
    ndarray of shape (n_rows,)
        At least 0.
    """
    z = (np.asarray(truth, dtype=float) - np.asarray(mean)) / np.asarray(std)
    bound = np.asarray(side)
    kept = ((bound > 0) & (z < 0)) | ((bound < 0) & (z > 0))
    return np.where(kept, 0.0, np.abs(z))
