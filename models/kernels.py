"""Covariance functions as a sum of products, with analytic gradients.

A kernel is a tuple of ``Term``; a term is an amplitude times a product of
``Factor``; a factor looks at a block of columns. This is as much kernel
algebra as a hundred measurements can carry.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]

#: Factors with one length scale; r is the root mean square column difference.
_STATIONARY = ("matern12", "matern32", "matern52", "rbf")
_FREE = ("linear", "same", "constant")


@dataclass(frozen=True)
class Factor:
    """One factor of a product kernel over a block of columns.

    Parameters
    ----------
    kind : {"matern12", "matern32", "matern52", "rbf", "linear", "same", "constant"}
        "linear" is the mean product of the columns; "same" is 1 where the first
        column holds the same non-negative code in both rows, else 0.
    columns : tuple of int
        Positions of the block's columns; empty for "constant".
    length_scale : float
        Centre of the prior of the length scale, in units of the scaled columns
        (stationary kinds only).
    length_spread : float
        Standard deviation of the prior of the logarithm of the length scale;
        0 keeps it fixed.
    """

    kind: str
    columns: tuple[int, ...] = ()
    length_scale: float = 1.0
    length_spread: float = 0.7

    def __post_init__(self) -> None:
        """Check the kind and its columns."""
        if self.kind not in _STATIONARY + _FREE:
            raise ValueError(
                f"Factor.kind must be one of {_STATIONARY + _FREE}. "
                f"Got {self.kind!r}. Choose one of these names."
            )
        if not self.columns and self.kind != "constant":
            raise ValueError(
                f"Factor of kind {self.kind!r} needs columns. Got none. "
                "Name the positions of the block's columns."
            )

    @property
    def has_length(self) -> bool:
        """Whether the factor has a length scale to learn."""
        return self.kind in _STATIONARY

    def values(self, first: Array, second: Array, length: float) -> Array:
        """Covariance between the rows of two arrays, shape (n, m)."""
        if self.kind == "constant":
            return np.ones((len(first), len(second)), dtype=first.dtype)
        a, b = first[:, list(self.columns)], second[:, list(self.columns)]
        if self.kind == "linear":
            return a @ b.T / len(self.columns)
        if self.kind == "same":
            same = (a[:, :1] == b[:, :1].T) & (a[:, :1] >= 0)
            return same.astype(first.dtype)
        return _profile(self.kind, scaled_distance(a, b, length))

    def slope(self, first: Array, length: float) -> Array:
        """Differentiate the covariance with respect to log length, (n, n)."""
        block = first[:, list(self.columns)]
        distance = scaled_distance(block, block, length)
        return _profile_slope(self.kind, distance)

    def diagonal(self, rows: Array) -> Array:
        """Covariance of each row with itself, shape (n,)."""
        if self.kind == "linear":
            block = rows[:, list(self.columns)]
            return np.asarray((block**2).mean(axis=1))
        return np.ones(len(rows), dtype=rows.dtype)


@dataclass(frozen=True)
class Term:
    """Amplitude squared times a product of factors.

    Parameters
    ----------
    factors : tuple of Factor
        The product.
    amplitude : float
        Centre of the prior of the amplitude (a standard deviation, > 0).
    amplitude_spread : float
        Standard deviation of the prior of the log amplitude; 0 keeps it fixed.
    """

    factors: tuple[Factor, ...]
    amplitude: float = 1.0
    amplitude_spread: float = 0.7


@dataclass(frozen=True)
class Kernel:
    """Sum of terms; parameters are logarithms, amplitude first in each term."""

    terms: tuple[Term, ...]
    _slots: tuple[tuple[int, tuple[int, ...]], ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Lay out the parameter vector."""
        slots, position = [], 0
        for term in self.terms:
            amplitude = position
            position += 1
            lengths = []
            for factor in term.factors:
                lengths.append(position if factor.has_length else -1)
                position += int(factor.has_length)
            slots.append((amplitude, tuple(lengths)))
        object.__setattr__(self, "_slots", tuple(slots))

    @property
    def prior(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Prior mean and standard deviation of the log parameters."""
        mean, std = [], []
        for term in self.terms:
            mean.append(np.log(term.amplitude))
            std.append(term.amplitude_spread)
            for factor in term.factors:
                if factor.has_length:
                    mean.append(np.log(factor.length_scale))
                    std.append(factor.length_spread)
        return np.array(mean), np.array(std)

    def values(self, theta: Array, first: Array, second: Array) -> Array:
        """Covariance matrix between two sets of rows, shape (n, m)."""
        total = np.zeros((len(first), len(second)), dtype=first.dtype)
        for term, (amplitude, lengths) in zip(self.terms, self._slots, strict=True):
            product = self._product(term, lengths, theta, first, second)
            total += product * first.dtype.type(np.exp(2 * theta[amplitude]))
        return total

    def diagonal(self, theta: Array, rows: Array) -> Array:
        """Prior variance of each row, shape (n,)."""
        total = np.zeros(len(rows), dtype=rows.dtype)
        for term, (amplitude, _) in zip(self.terms, self._slots, strict=True):
            product = np.full(len(rows), np.exp(2 * theta[amplitude]), rows.dtype)
            for factor in term.factors:
                product *= factor.diagonal(rows)
            total += product
        return total

    def gradient(self, theta: Array, rows: Array) -> list[Array]:
        """Differentiate the covariance matrix with respect to each parameter."""
        slopes: list[Array] = []
        for term, (amplitude, lengths) in zip(self.terms, self._slots, strict=True):
            scale = np.exp(2 * theta[amplitude])
            parts = [
                factor.values(rows, rows, np.exp(theta[slot]) if slot >= 0 else 1.0)
                for factor, slot in zip(term.factors, lengths, strict=True)
            ]
            slopes.append(2 * scale * np.prod(parts, axis=0))
            for i, (factor, slot) in enumerate(zip(term.factors, lengths, strict=True)):
                if slot < 0:
                    continue
                others = [part for j, part in enumerate(parts) if j != i]
                slope = factor.slope(rows, float(np.exp(theta[slot])))
                slopes.append(scale * np.prod([slope, *others], axis=0))
        return slopes

    @staticmethod
    def _product(
        term: Term, lengths: Sequence[int], theta: Array, first: Array, second: Array
    ) -> Array:
        product: Array | None = None
        for factor, slot in zip(term.factors, lengths, strict=True):
            length = float(np.exp(theta[slot])) if slot >= 0 else 1.0
            values = factor.values(first, second, length)
            product = values if product is None else product * values
        if product is None:
            raise ValueError("Term needs at least one factor. Got none. Add one.")
        return product


def scaled_distance(first: Array, second: Array, length: float) -> Array:
    """Root mean square difference over the columns, in length scales, (n, m)."""
    scale = first.dtype.type(1.0 / (length * np.sqrt(first.shape[1])))
    a, b = first * scale, second * scale
    square = (a**2).sum(axis=1)[:, None] + (b**2).sum(axis=1)[None, :] - 2 * a @ b.T
    # rounding leaves dust where rows are equal, which a kink at zero would show
    square[square < 100 * np.finfo(first.dtype).eps] = 0.0
    return np.sqrt(square, out=square)


def _profile(kind: str, r: Array) -> Array:
    if kind == "matern12":
        return np.exp(-r)
    if kind == "matern32":
        root = r * r.dtype.type(np.sqrt(3.0))
        return (1 + root) * np.exp(-root)
    if kind == "matern52":
        root = r * r.dtype.type(np.sqrt(5.0))
        return (1 + root + root**2 / 3) * np.exp(-root)
    return np.exp(-(r**2) / 2)


def _profile_slope(kind: str, r: Array) -> Array:
    # d k / d log(length) = -r k'(r)
    if kind == "matern12":
        return r * np.exp(-r)
    if kind == "matern32":
        return 3 * r**2 * np.exp(-np.sqrt(3.0) * r)
    if kind == "matern52":
        root = np.sqrt(5.0) * r
        return root**2 * (1 + root) / 3 * np.exp(-root)
    return r**2 * np.exp(-(r**2) / 2)
