"""How much measuring a recipe is worth: optimism under uncertainty, batch by batch."""

from dataclasses import dataclass
from typing import Any

import numpy as np

__all__ = ["BatchBelief", "standardised"]

Array = np.ndarray[Any, np.dtype[Any]]

_SQRT_3 = np.sqrt(3.0)


def standardised(features: Array, reference: Array | None = None) -> Array:
    """Scale features to zero mean and unit spread; constant columns leave.

    Parameters
    ----------
    features : ndarray of shape (n, n_features)
    reference : ndarray of shape (m, n_features) or None
        Rows that set mean and spread; `features` itself by default.

    Returns
    -------
    ndarray of shape (n, n_kept)
        Divided by the square root of n_kept, so that distances between typical rows
        are near 1.4 whatever the number of features.
    """
    base = features if reference is None else reference
    spread = base.std(axis=0)
    keep = spread > 1e-9 * np.maximum(1.0, np.abs(base).max(axis=0))
    if not keep.any():
        return np.zeros((len(features), 1))
    scaled = (features[:, keep] - base[:, keep].mean(axis=0)) / spread[keep]
    return np.asarray(scaled / np.sqrt(keep.sum()))


@dataclass
class BatchBelief:
    """Belief about the candidates' scores that narrows as a batch is picked.

    Picking a recipe does not change any mean (its result is not known yet) but it
    takes away uncertainty where recipes are alike, so the next pick goes elsewhere.

    Parameters
    ----------
    mean, std : ndarray of shape (n,)
        Belief about each candidate's score.
    coordinates : ndarray of shape (n, d)
        Standardised features; likeness is a Matern-3/2 kernel in them.
    length_scale : float
        In units of those coordinates.
    noise_std : float
        Of one measurement, on the scale of the score.

    References
    ----------
    .. [1] Desautels, Krause, Burdick, JMLR 2014, 15, 3873: batch upper confidence
       bounds with hallucinated observations.
    .. [2] Rasmussen, Williams, Gaussian Processes 2006, eqs. 2.26 and 4.17.
    """

    mean: Array
    std: Array
    coordinates: Array
    length_scale: float
    noise_std: float

    def __post_init__(self) -> None:
        """Start without picks."""
        self._variance = self.std.astype(np.float64) ** 2
        self._explained: list[Array] = []

    @property
    def remaining_std(self) -> Array:
        """Uncertainty left after the picks so far."""
        return np.sqrt(np.maximum(self._variance, 0.0))

    @property
    def covariance(self) -> Array:
        """Joint belief before any pick, of shape (n, n)."""
        likeness = np.array([self._likeness(row) for row in self.coordinates])
        return np.asarray(likeness * np.outer(self.std, self.std))

    def optimistic(self, kappa: float) -> Array:
        """Return mean + kappa x remaining std: what a recipe may well reach."""
        return np.asarray(self.mean + kappa * self.remaining_std)

    def expect(self, index: int) -> None:
        """Condition the uncertainty on measuring candidate `index`."""
        self._condition(self.coordinates[index], float(self.std[index]), index)

    def expect_elsewhere(self, coordinates: Array) -> None:
        """Condition on a pending experiment that is not among the candidates.

        Its own uncertainty is taken from the candidate most like it.
        """
        likeness = self._likeness(coordinates)
        nearest = int(np.argmax(likeness))
        self._condition(coordinates, float(self.std[nearest]), nearest)

    def _likeness(self, coordinates: Array) -> Array:
        gaps = np.sqrt(((self.coordinates - coordinates) ** 2).sum(axis=1))
        scaled = _SQRT_3 * gaps / self.length_scale
        return np.asarray((1.0 + scaled) * np.exp(-scaled))

    def _condition(self, coordinates: Array, std: float, index: int) -> None:
        covariance = self._likeness(coordinates) * self.std * std
        for column in self._explained:
            covariance = covariance - column * column[index]
        own = max(float(covariance[index]), 0.0) + self.noise_std**2
        if own <= 0:
            return
        column = covariance / np.sqrt(own)
        self._explained.append(column)
        self._variance = self._variance - column**2
