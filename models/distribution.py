"""The predictive distribution of Coulombic efficiency and its scores.

With probability 1 - p the cell fails and its CE is spread evenly between 0 and a
ceiling; with probability p it runs and its CE in nines is normal, cut off at the
ceiling. The two parts do not overlap, so quantiles are closed form.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import log_ndtr, ndtr, ndtri

from sodalyte.models.nines import nines_from_percent, percent_from_nines

Vector = NDArray[np.float64]

_CRPS_LEVELS = (np.arange(200) + 0.5) / 200
_SMALLEST = 1e-12


@dataclass(frozen=True)
class EfficiencyDistribution:
    """Coulombic efficiencies of n formulations.

    Parameters
    ----------
    runs_probability : ndarray of shape (n,)
        Probability that the cell runs.
    nines_mean, nines_std : ndarray of shape (n,)
        Nines of a cell that runs.
    failure_ceiling_percent : float
        Highest CE of a cell that fails, percent.
    """

    runs_probability: Vector
    nines_mean: Vector
    nines_std: Vector
    failure_ceiling_percent: float = 20.0

    def __len__(self) -> int:
        """Count the formulations."""
        return len(self.runs_probability)

    def __getitem__(self, rows: ArrayLike) -> Self:
        """Take some rows."""
        index = np.asarray(rows)
        return type(self)(
            self.runs_probability[index],
            self.nines_mean[index],
            self.nines_std[index],
            self.failure_ceiling_percent,
        )

    def quantile_percent(self, q: ArrayLike) -> Vector:
        """Quantiles in percent.

        Parameters
        ----------
        q : float or array-like of shape (n_q,)
            In (0, 1).

        Returns
        -------
        ndarray of shape (n,) or (n, n_q)
            In [0, 100), rising in q.
        """
        level = np.asarray(q, dtype=float)
        found = percent_from_nines(self._quantile_nines(np.atleast_1d(level)))
        return found[:, 0] if level.ndim == 0 else found

    def quantile_nines(self, q: ArrayLike) -> Vector:
        """Quantiles in nines; a failed cell lies below the ceiling's nines.

        Parameters
        ----------
        q : float or array-like of shape (n_q,)
            In (0, 1).

        Returns
        -------
        ndarray of shape (n,) or (n, n_q)
            At least 0, rising in q.
        """
        level = np.asarray(q, dtype=float)
        found = self._quantile_nines(np.atleast_1d(level))
        return found[:, 0] if level.ndim == 0 else found

    @property
    def expected_nines(self) -> Vector:
        """Mean of the distribution in nines, a failed cell counted as 0."""
        return self.runs_probability * self.nines_mean

    def _quantile_nines(self, level: Vector) -> Vector:
        p = self.runs_probability[:, None]
        floor = float(nines_from_percent(self.failure_ceiling_percent))
        cut = ndtr((floor - self.nines_mean) / self.nines_std)[:, None]
        within = (level[None, :] - (1 - p)) / np.maximum(p, _SMALLEST)
        share = np.clip(cut + np.clip(within, 0, 1) * (1 - cut), _SMALLEST, 1 - 1e-12)
        nines = self.nines_mean[:, None] + self.nines_std[:, None] * ndtri(share)
        failed = self.failure_ceiling_percent * level / np.maximum(1 - p, _SMALLEST)
        failed = np.minimum(failed, self.failure_ceiling_percent)
        return np.where(
            within < 0, -np.log10(1 - failed / 100), np.maximum(nines, floor)
        )

    # -- scores ----------------------------------------------------------------

    def crps(self, nines: ArrayLike, side: ArrayLike) -> Vector:
        """Continuous ranked probability score in nines, row by row.

        A censored row is scored with its distribution folded at the bound, which
        keeps the score proper (threshold-weighted CRPS [1]_).

        Parameters
        ----------
        nines : array-like of shape (n,)
            Observed nines, or the bound; 0 for a cell that would not run.
        side : array-like of shape (n,)
            0 exact, 1 the truth lies above, -1 below.

        Returns
        -------
        ndarray of shape (n,)
            Twice the mean pinball loss over 200 quantiles.

        References
        ----------
        .. [1] S. Allen, D. Ginsbourger, J. Ziegel, SIAM/ASA J. Uncertainty
           Quantification 2023, 11, 906; chaining functions.
        """
        seen = np.asarray(nines, dtype=float)[:, None]
        bound = np.asarray(side)[:, None]
        drawn = self._quantile_nines(_CRPS_LEVELS)
        drawn = np.where(bound > 0, np.minimum(drawn, seen), drawn)
        drawn = np.where(bound < 0, np.maximum(drawn, seen), drawn)
        gap = seen - drawn
        loss = np.where(gap >= 0, _CRPS_LEVELS * gap, (_CRPS_LEVELS - 1) * gap)
        return np.asarray(2 * loss.mean(axis=1))

    def negative_log_likelihood(
        self, nines: ArrayLike, side: ArrayLike, ran: ArrayLike
    ) -> Vector:
        """Minus the log likelihood of class and, where it ran, of the nines.

        Parameters
        ----------
        nines, side : array-like of shape (n,)
            As in :meth:`crps`.
        ran : array-like of shape (n,)
            Whether the cell ran; a failed cell is scored by its class alone.

        Returns
        -------
        ndarray of shape (n,)
        """
        did = np.asarray(ran, dtype=bool)
        z = (np.asarray(nines, dtype=float) - self.nines_mean) / self.nines_std
        exact = -0.5 * z**2 - np.log(self.nines_std * np.sqrt(2 * np.pi))
        bound = log_ndtr(-np.asarray(side) * z)
        value = np.where(np.asarray(side) == 0, exact, bound)
        p = np.clip(self.runs_probability, _SMALLEST, 1 - 1e-12)
        return np.where(did, -np.log(p) - value, -np.log1p(-p))

    def covers(
        self, nines: ArrayLike, side: ArrayLike, level: float = 0.9
    ) -> NDArray[np.bool_]:
        """Whether the central interval holds what was observed.

        Parameters
        ----------
        nines, side : array-like of shape (n,)
            As in :meth:`crps`. A bound is covered if the interval holds any value
            on its side.
        level : float
            Nominal coverage.

        Returns
        -------
        ndarray of shape (n,)
        """
        low, high = self._quantile_nines(np.array([0.5 - level / 2, 0.5 + level / 2])).T
        seen, bound = np.asarray(nines, dtype=float), np.asarray(side)
        under = (seen >= low) | (bound > 0)
        return np.asarray(under & ((seen <= high) | (bound < 0)))

    def width_nines(self, level: float = 0.9) -> Vector:
        """Width of the central interval in nines, shape (n,)."""
        low, high = self._quantile_nines(np.array([0.5 - level / 2, 0.5 + level / 2])).T
        return np.asarray(high - low)


def observed_nines(
    ce_percent: ArrayLike, side: ArrayLike, ran: ArrayLike
) -> tuple[Vector, Vector]:
    """Turn measured rows into what the scores compare with.

    Parameters
    ----------
    ce_percent : array-like of shape (n,)
        NaN allowed where the cell did not run.
    side : array-like of shape (n,)
        0 exact, 1 the truth lies above, -1 below.
    ran : array-like of shape (n,)
        Whether the cell ran.

    Returns
    -------
    nines, side : ndarray of shape (n,)
        A cell without a value that would not run counts as exactly 0 nines.

    Raises
    ------
    ValueError
        If a cell that ran has no value.
    """
    percent = np.asarray(ce_percent, dtype=float)
    missing = np.isnan(percent)
    bad = np.flatnonzero(missing & np.asarray(ran, dtype=bool))
    if len(bad):
        raise ValueError(
            "A cell that ran needs a Coulombic efficiency. "
            f"{len(bad)} rows break this, the first: {bad[:5].tolist()}. "
            "Give the value or mark the row would_not_run."
        )
    nines = nines_from_percent(np.where(missing, 0.0, percent))
    return nines, np.where(missing, 0.0, np.asarray(side, dtype=float))
