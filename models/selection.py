"""Choose among candidate models on the training rows alone.

Each candidate says how likely it held each training row to be before it saw that row.
Ensemble selection [1]_ then draws, one after another and with replacement, the
candidate that makes the mixture of those drawn so far most likely. No row outside the
training table is looked at, so that whoever holds rows out holds them out of the
choice as well.

References
----------
.. [1] R. Caruana, A. Niculescu-Mizil, G. Crew, A. Ksikes, ICML 2004, 18;
   doi 10.1145/1015330.1015432, section 2.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, clone

Vector = NDArray[np.float64]

#: Draws, and so the largest number of candidates that a mixture holds.
N_DRAWS = 4


def mixture_weights(log_density: Sequence[Vector], n_draws: int = N_DRAWS) -> Vector:
    """Weigh candidates so that their mixture makes the held-out rows likely.

    Parameters
    ----------
    log_density : sequence of n_candidates ndarrays of shape (n_rows,)
        Log density that each candidate gave to each row without having seen it.
    n_draws : int
        Draws; weights are multiples of its inverse.

    Returns
    -------
    ndarray of shape (n_candidates,)
        At least 0, sum 1.

    Raises
    ------
    ValueError
        If there is no candidate, or one says NaN of a row.

    References
    ----------
    .. [1] R. Caruana, A. Niculescu-Mizil, G. Crew, A. Ksikes, ICML 2004, 18;
       doi 10.1145/1015330.1015432, section 2.

    Examples
    --------
    >>> import numpy as np
    >>> good, bad = np.log([0.9, 0.8]), np.log([0.2, 0.1])
    >>> mixture_weights([good, bad])
    array([1., 0.])
    """
    table = np.array([np.asarray(row, dtype=float) for row in log_density])
    if table.ndim != 2 or np.isnan(table).any():
        raise ValueError(
            "A choice needs one log density per candidate and row, none of them NaN. "
            f"Got an array of shape {table.shape}. Give each candidate the same rows."
        )
    if not table.shape[1]:
        return np.full(len(table), 1 / len(table))
    # a floor: one row held to be impossible shall not decide alone
    share = np.exp(np.maximum(table - table.max(axis=0), -50.0))
    drawn = np.zeros(len(table))
    total = np.zeros(table.shape[1])
    for _ in range(n_draws):
        best = int(np.log(total + share).sum(axis=1).argmax())
        drawn[best] += 1
        total += share[best]
    return drawn / n_draws


@dataclass(eq=False, repr=False)
class MemberMixture(BaseEstimator):
    """Mixture of the regressors of nines that the training rows speak for.

    Parameters
    ----------
    candidates : sequence of ProcessMember
        Regressors to choose from.
    n_draws : int
        See :func:`mixture_weights`.

    Attributes
    ----------
    members_ : list of ProcessMember
        Those drawn, fitted on all training rows.
    weights_ : ndarray of shape (n_members,)
        Sum 1.
    """

    candidates: Sequence[Any]
    n_draws: int = N_DRAWS

    def fit(self, X: pd.DataFrame, rows: pd.DataFrame) -> Self:
        """Fit all candidates and keep the ones that are drawn.

        Parameters
        ----------
        X, rows : DataFrame
            As in :meth:`sodalyte.models.members.ProcessMember.fit`.

        Returns
        -------
        MemberMixture
            Itself.
        """
        candidates = list(self.candidates)
        if rows["ran"].all():
            # without a failed cell its treatments are one and the same
            candidates = [one for one in candidates if one.failures == "left_out"]
            candidates = candidates or list(self.candidates)
        fitted = [clone(one).fit(X, rows) for one in candidates]
        scores = [one.leave_one_out_density(rows) for one in fitted]
        weights = mixture_weights(scores, self.n_draws)
        self.members_ = [one for one, w in zip(fitted, weights, strict=True) if w]
        self.weights_ = weights[weights > 0]
        return self

    def predict(self, X: pd.DataFrame) -> tuple[Vector, Vector]:
        """Predict mean and standard deviation of a new measurement, in nines."""
        return average_members(self.members_, X, self.weights_)


def average_members(
    members: Sequence[Any], X: pd.DataFrame, weights: Vector | None = None
) -> tuple[Vector, Vector]:
    """Average predictions; disagreement between members adds to the spread.

    Parameters
    ----------
    members : sequence of fitted estimators
        Each gives mean and standard deviation.
    X : DataFrame
        Feature table.
    weights : ndarray of shape (n_members,), optional
        Sum 1; equal by default.

    Returns
    -------
    mean, std : ndarray of shape (n_rows,)
        Of the mixture of the members.
    """
    told = [member.predict(X) for member in members]
    means = np.array([mean for mean, _ in told])
    variances = np.array([std**2 for _, std in told])
    share = np.full(len(means), 1 / len(means)) if weights is None else weights
    mean = share @ means
    return mean, np.sqrt(share @ (variances + (means - mean) ** 2))
