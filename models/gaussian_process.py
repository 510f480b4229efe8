"""Gaussian process with exact, censored and class observations.

A row may say "the value is y", "the value is above y" or "the value is below y".
The last two are handled by expectation propagation: each becomes a Gaussian site
whose moments match those of the truncated posterior. A two-class problem is the same
thing with every row saying "above 0" or "below 0" with unit noise (a probit), so one
engine serves the regression of Coulombic efficiency and the "does it run" class.

References
----------
.. [1] C. E. Rasmussen, C. K. I. Williams, Gaussian Processes for Machine Learning,
   MIT Press 2006; eq. 2.30 (marginal likelihood), 3.58 (probit moments),
   section 3.6 (expectation propagation), 5.9 (gradient).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.linalg import cho_factor, cho_solve, solve_triangular
from scipy.optimize import minimize
from scipy.special import log_ndtr
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.utils.validation import check_is_fitted

from sodalyte.models.kernels import Kernel, Term

Vector = NDArray[np.float64]

_BLOCK_ROWS = 20_000
_SWEEPS = 60
_MAX_SITE_VARIANCE = 1e6


@dataclass(eq=False, repr=False)
class GaussianProcess(RegressorMixin, BaseEstimator):
    """Gaussian process regression with censored rows and known noise ratios.

    Parameters
    ----------
    terms : sequence of Term
        The kernel, over the columns of X as given (scale them first).
    noise : float
        Centre of the prior of the noise standard deviation.
    noise_spread : float
        Standard deviation of the prior of the log noise; 0 keeps it fixed.
    rounds : int
        Alternations between site update and hyper-parameter search; rows without
        censoring need one.

    Attributes
    ----------
    theta_ : ndarray
        Log kernel parameters at the posterior mode.
    noise_ : float
        Noise standard deviation of a row of unit noise ratio.
    """

    terms: Sequence[Term] = ()
    noise: float = 0.3
    noise_spread: float = 0.5
    rounds: int = 4

    def fit(
        self,
        X: ArrayLike,
        y: ArrayLike,
        *,
        censoring: ArrayLike | None = None,
        noise_ratio: ArrayLike | None = None,
    ) -> Self:
        """Learn hyper-parameters and posterior.

        Parameters
        ----------
        X : array-like of shape (n_rows, n_columns)
            Finite, scaled columns.
        y : array-like of shape (n_rows,)
            Values or bounds.
        censoring : array-like of shape (n_rows,), optional
            0 exact, +1 the value lies above y, -1 below. All exact by default.
        noise_ratio : array-like of shape (n_rows,), optional
            Noise standard deviation of a row over that of an ordinary row; 1 by
            default.

        Returns
        -------
        GaussianProcess
            Itself.

        Raises
        ------
        ValueError
            If a number is not finite or the lengths differ.
        """
        rows, target = _checked(X, y)
        side = np.zeros(len(target)) if censoring is None else np.asarray(censoring)
        ratio = np.ones(len(target)) if noise_ratio is None else np.asarray(noise_ratio)
        self.kernel_ = Kernel(tuple(self.terms))
        self.X_ = rows
        self.mean_ = 0.0 if np.all(side != 0) else float(np.mean(target[side == 0]))
        centred = target - self.mean_
        mean, std = self.kernel_.prior
        theta = np.append(mean, np.log(self.noise))
        spread = np.append(std, self.noise_spread)
        prior = (theta.copy(), spread)
        rounds = self.rounds if np.any(side != 0) else 1
        for _ in range(rounds):
            sites = self._sites(theta, centred, side, ratio)
            theta = self._search(theta, prior, sites, side, ratio)
        self.theta_, self.noise_ = theta[:-1], float(np.exp(theta[-1]))
        sites = self._sites(theta, centred, side, ratio)
        self._settle(sites)
        return self

    def predict(
        self, X: ArrayLike, return_std: bool = False
    ) -> Vector | tuple[Vector, Vector]:
        """Posterior mean of the latent function, and its standard deviation.

        Parameters
        ----------
        X : array-like of shape (n_rows, n_columns)
            As in fit.
        return_std : bool
            Also return the standard deviation, noise not included.

        Returns
        -------
        ndarray of shape (n_rows,) or pair of them
            Computed in single precision, block by block.
        """
        check_is_fitted(self)
        rows = np.asarray(X, dtype=np.float32)
        mean, std = np.empty(len(rows)), np.empty(len(rows))
        theta = self.theta_
        train = self.X_.astype(np.float32)
        weights = self.weights_.astype(np.float32)
        whitener = self.whitener_.astype(np.float32)
        for start in range(0, len(rows), _BLOCK_ROWS):
            part = slice(start, start + _BLOCK_ROWS)
            cross = self.kernel_.values(theta, rows[part], train)
            mean[part] = cross @ weights
            if return_std:
                whitened = cross @ whitener.T
                explained = np.einsum("ij,ij->i", whitened, whitened)
                prior = self.kernel_.diagonal(theta, rows[part])
                std[part] = np.sqrt(np.maximum(prior - explained, 1e-6))
        mean += self.mean_
        return (mean, std) if return_std else mean

    def leave_one_out(self) -> tuple[Vector, Vector]:
        """Predict the latent function at each training row from all other rows.

        Hyper-parameters and the sites of the other rows stay as fitted.

        Returns
        -------
        mean, std : ndarray of shape (n_rows,)
            As :meth:`predict` gives them; eq. 5.12 of [1]_, and the cavity of
            expectation propagation where a row is a bound.
        """
        check_is_fitted(self)
        precision = (self.whitener_**2).sum(axis=0)
        mean = self.site_location_ - self.weights_ / precision
        variance = 1 / precision - self.site_variance_
        return mean + self.mean_, np.sqrt(np.maximum(variance, 1e-12))

    # -- inner working ---------------------------------------------------------

    def _noise_variance(self, theta: Vector, ratio: Vector) -> Vector:
        return np.asarray(np.exp(2 * theta[-1]) * ratio**2)

    def _sites(
        self, theta: Vector, target: Vector, side: Vector, ratio: Vector
    ) -> tuple[Vector, Vector]:
        """Gaussian stand-ins (location, variance) for every row."""
        location = target.copy()
        variance = self._noise_variance(theta, ratio)
        censored = np.flatnonzero(side)
        if not len(censored):
            return location, variance
        noise = variance[censored].copy()
        precision = np.full(len(censored), 1e-3)
        shift = precision * target[censored]
        prior = np.asarray(
            self.kernel_.values(theta[:-1], self.X_, self.X_), dtype=np.float64
        )
        for _ in range(_SWEEPS):
            variance[censored] = 1.0 / np.maximum(precision, 1.0 / _MAX_SITE_VARIANCE)
            location[censored] = shift * variance[censored]
            mu, var = _posterior(prior, location, variance, censored)
            fresh = _truncated_sites(
                mu, var, precision, shift, target[censored], side[censored], noise
            )
            change = np.abs(fresh[0] - precision).max()
            precision = 0.3 * precision + 0.7 * fresh[0]
            shift = 0.3 * shift + 0.7 * fresh[1]
            if change < 1e-5:
                break
        variance[censored] = 1.0 / np.maximum(precision, 1.0 / _MAX_SITE_VARIANCE)
        location[censored] = shift * variance[censored]
        return location, variance

    def _search(
        self,
        theta: Vector,
        prior: tuple[Vector, Vector],
        sites: tuple[Vector, Vector],
        side: Vector,
        ratio: Vector,
    ) -> Vector:
        """Maximise marginal likelihood times prior with the sites held still."""
        free = prior[1] > 0
        if not free.any():
            return theta

        def objective(part: Vector) -> tuple[float, Vector]:
            full = theta.copy()
            full[free] = part
            value, slope = self._evidence(full, sites, side, ratio)
            pull = (full - prior[0])[free] / prior[1][free]
            return (
                -value + 0.5 * float(pull @ pull),
                -slope[free] + pull / prior[1][free],
            )

        low, high = prior[0][free] - 4.0, prior[0][free] + 4.0
        found = minimize(
            objective,
            np.clip(theta[free], low, high),
            jac=True,
            method="L-BFGS-B",
            bounds=np.c_[low, high],
            options={"maxiter": 60},
        )
        full = theta.copy()
        full[free] = found.x
        return full

    def _evidence(
        self,
        theta: Vector,
        sites: tuple[Vector, Vector],
        side: Vector,
        ratio: Vector,
    ) -> tuple[float, Vector]:
        """Log marginal likelihood of the sites and its gradient (eq. 2.30, 5.9)."""
        location, variance = sites[0], sites[1].copy()
        exact = side == 0
        variance[exact] = self._noise_variance(theta, ratio)[exact]
        matrix = self.kernel_.values(theta[:-1], self.X_, self.X_)
        factor = cho_factor(matrix + np.diag(variance), lower=True)
        weights = cho_solve(factor, location)
        inverse = cho_solve(factor, np.eye(len(location)))
        value = -0.5 * location @ weights - np.log(np.diag(factor[0])).sum()
        inner = np.outer(weights, weights) - inverse
        slopes = [
            0.5 * float(np.einsum("ij,ij->", inner, slope))
            for slope in self.kernel_.gradient(theta[:-1], self.X_)
        ]
        slopes.append(float(np.diag(inner)[exact] @ variance[exact]))
        return float(value), np.array(slopes)

    def _settle(self, sites: tuple[Vector, Vector]) -> None:
        matrix = self.kernel_.values(self.theta_, self.X_, self.X_)
        lower = np.linalg.cholesky(matrix + np.diag(sites[1]))
        identity = np.eye(len(lower))
        self.whitener_ = solve_triangular(lower, identity, lower=True)
        self.weights_ = self.whitener_.T @ (self.whitener_ @ sites[0])
        self.site_location_, self.site_variance_ = sites


def _checked(X: ArrayLike, y: ArrayLike) -> tuple[Vector, Vector]:
    rows, target = np.asarray(X, dtype=float), np.asarray(y, dtype=float)
    if rows.ndim != 2 or len(rows) != len(target):
        raise ValueError(
            "GaussianProcess.fit needs X of shape (n_rows, n_columns) and y of the "
            f"same length. Got {rows.shape} and {target.shape}. Align the two."
        )
    bad = np.flatnonzero(~np.isfinite(rows).all(axis=1) | ~np.isfinite(target))
    if len(bad):
        raise ValueError(
            "GaussianProcess.fit needs finite numbers. "
            f"{len(bad)} rows break this, the first: {bad[:5].tolist()}. "
            "Fill or leave out these rows before fitting."
        )
    return rows, target


def _posterior(
    prior: Vector, location: Vector, variance: Vector, wanted: NDArray[np.intp]
) -> tuple[Vector, Vector]:
    """Posterior mean and variance of the wanted rows under Gaussian sites."""
    factor = cho_factor(prior + np.diag(variance), lower=True)
    cross = prior[:, wanted]
    mean = cross.T @ cho_solve(factor, location)
    spread = np.diag(prior)[wanted] - np.einsum(
        "ij,ij->j", cross, cho_solve(factor, cross)
    )
    return mean, np.maximum(spread, 1e-9)


def _truncated_sites(
    mean: Vector,
    variance: Vector,
    precision: Vector,
    shift: Vector,
    bound: Vector,
    side: Vector,
    noise: Vector,
) -> tuple[Vector, Vector]:
    """One round of moment matching; new site precision and precision x location."""
    cavity_precision = np.maximum(1.0 / variance - precision, 1e-6)
    cavity_mean = (mean / variance - shift) / cavity_precision
    cavity_variance = 1.0 / cavity_precision
    width = np.sqrt(noise + cavity_variance)
    z = side * (cavity_mean - bound) / width
    hazard = np.exp(-0.5 * z**2 - 0.5 * np.log(2 * np.pi) - log_ndtr(z))
    new_mean = cavity_mean + side * cavity_variance * hazard / width
    shrink = cavity_variance**2 * hazard * (z + hazard) / width**2
    new_variance = np.maximum(cavity_variance - shrink, 1e-9)
    new_precision = np.maximum(1.0 / new_variance - cavity_precision, 1e-6)
    return new_precision, new_mean / new_variance - cavity_mean * cavity_precision
