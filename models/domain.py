"""How far a formulation lies from what was measured."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.base import BaseEstimator

from sodalyte.models.members import block_columns, varying_columns
from sodalyte.models.scaling import TableScaler

Vector = NDArray[np.float64]

_BLOCK_ROWS = 20_000

#: Conditions of the measurement, and how far from every measured value is too far.
#: Our choice: 15 K, and a factor of three in current and capacity.
_CONDITIONS = {
    "temperature_C": ("temperature {:g} degC", 15.0, False),
    "log10_current_density": (
        "current density {:.3g} mA/cm2",
        float(np.log10(3.0)),
        True,
    ),
    "areal_capacity_mAh_per_cm2": (
        "areal capacity {:g} mAh/cm2",
        float(np.log10(3.0)),
        False,
    ),
}


@dataclass(eq=False, repr=False)
class ApplicabilityDomain(BaseEstimator):
    """Distance to the measured formulations, and whether it is a usual one.

    The distance is the root mean square difference of the squashed features. A
    formulation is in the domain if it lies no farther from its nearest measured
    neighbour than 95 % of the measured ones lie from their nearest neighbour in
    another work, the situation in which the intervals were calibrated. A temperature,
    current or capacity that nobody measured near counts for itself: among a hundred
    features it would hardly show.

    Parameters
    ----------
    share : float
        Share of measured rows that must count as usual.

    Attributes
    ----------
    reach_ : float
        The largest usual distance.
    measured_ : dict of str to ndarray
        The values of each condition that were measured.
    """

    share: float = 0.95

    def fit(self, X: pd.DataFrame, works: NDArray[np.intp]) -> Self:
        """Learn the usual distance.

        Parameters
        ----------
        X : DataFrame
            Feature table of the measured rows.
        works : ndarray of int, shape (n_rows,)
            Work of each row.

        Returns
        -------
        ApplicabilityDomain
            Itself.
        """
        columns = block_columns(X, "chemistry", "conditions")
        self.scaler_ = TableScaler(varying_columns(X, columns)).fit(X)
        self.rows_ = self.scaler_.transform(X).astype(np.float32)
        self.measured_ = {
            name: np.unique(_on_scale(name, X[name].to_numpy(dtype=float)))
            for name in _CONDITIONS
            if name in X.columns
        }
        distance = self._distances(self.rows_)
        elsewhere = works[:, None] != works[None, :]
        if not elsewhere.any():
            elsewhere = ~np.eye(len(works), dtype=bool)
        nearest = np.where(elsewhere, distance, np.inf).min(axis=1)
        self.reach_ = float(np.quantile(nearest, self.share))
        return self

    def nearest(
        self, X: pd.DataFrame, n: int = 3, *, first: Sequence[bool] | None = None
    ) -> tuple[NDArray[np.intp], Vector]:
        """Find the nearest measured rows.

        Parameters
        ----------
        X : DataFrame
            Feature table.
        n : int
            Neighbours wanted, at most the number of measured rows.
        first : sequence of bool, shape (n_measured,), optional
            Measured rows that come first among equally near ones; by default the
            order of the table decides.

        Returns
        -------
        indices : ndarray of shape (n_rows, n)
            Positions among the measured rows, nearest first.
        distances : ndarray of shape (n_rows, n)
            Root mean square difference of the squashed features.
        """
        rows = self.scaler_.transform(X).astype(np.float32)
        count = min(n, len(self.rows_))
        turn = np.arange(len(self.rows_))
        if first is not None:
            turn = np.argsort(~np.asarray(first, dtype=bool), kind="stable")
        order = np.empty((len(rows), count), dtype=np.intp)
        found = np.empty((len(rows), count))
        for start in range(0, len(rows), _BLOCK_ROWS):
            part = slice(start, start + _BLOCK_ROWS)
            distance = self._distances(rows[part])[:, turn]
            nearest = np.argsort(distance, axis=1, kind="stable")[:, :count]
            order[part] = turn[nearest]
            found[part] = np.take_along_axis(distance, nearest, axis=1)
        return order, found

    def distance(self, X: pd.DataFrame) -> Vector:
        """Measure the distance to the nearest measured row, shape (n_rows,).

        Never less than `reach_` times the gap of :meth:`condition_gaps`.
        """
        rows = self.scaler_.transform(X).astype(np.float32)
        found = np.empty(len(rows))
        for start in range(0, len(rows), _BLOCK_ROWS):
            part = slice(start, start + _BLOCK_ROWS)
            found[part] = self._distances(rows[part]).min(axis=1)
        gaps = self.condition_gaps(X)
        if gaps.shape[1]:
            found = np.maximum(found, self.reach_ * gaps.to_numpy().max(axis=1))
        return found

    def condition_gaps(self, X: pd.DataFrame) -> pd.DataFrame:
        """Measure how far each condition lies from every measured value.

        Parameters
        ----------
        X : DataFrame
            Feature table.

        Returns
        -------
        DataFrame
            One column a condition, index of X; above 1 is too far: more than 15 K, or
            a factor of three in current or capacity.
        """
        gaps = {}
        for name, measured in self.measured_.items():
            values = _on_scale(name, X[name].to_numpy(dtype=float))
            at = np.clip(
                np.searchsorted(measured, values), 1, max(len(measured) - 1, 1)
            )
            ends = measured[[at - 1, np.minimum(at, len(measured) - 1)]]
            gaps[name] = np.abs(ends - values).min(axis=0) / _CONDITIONS[name][1]
        return pd.DataFrame(gaps, index=X.index)

    def outside_conditions(self, X: pd.DataFrame) -> list[list[str]]:
        """Name for each row the conditions that nobody measured near.

        Parameters
        ----------
        X : DataFrame
            Feature table.

        Returns
        -------
        list of list of str
            Such as "temperature -70 degC (measured: 25, 90)"; empty where all is near.
        """
        told: list[list[str]] = [[] for _ in range(len(X))]
        for name, gaps in self.condition_gaps(X).items():
            text, _, is_log = _CONDITIONS[str(name)]
            for row in np.flatnonzero(gaps.to_numpy() > 1):
                value = float(X[name].iloc[row])
                shown = text.format(10**value if is_log else value)
                known = self.measured_[str(name)]
                if name != "temperature_C":
                    known = 10**known
                range_text = f"{known[0]:.3g}"
                if len(known) > 1:
                    range_text += f" to {known[-1]:.3g}"
                told[row].append(f"{shown} (measured: {range_text})")
        return told

    def _distances(self, rows: NDArray[np.float32]) -> NDArray[np.float32]:
        square = (
            np.einsum("ij,ij->i", rows, rows)[:, None]
            + np.einsum("ij,ij->i", self.rows_, self.rows_)[None, :]
            - 2 * rows @ self.rows_.T
        )
        # single precision leaves a little dust on identical rows
        square[square < 1e-4] = 0.0
        square /= np.float32(rows.shape[1])
        return np.asarray(np.sqrt(square, out=square))


def _on_scale(name: str, values: Vector) -> Vector:
    """Put a condition on the scale of its tolerance: capacity as a logarithm."""
    if name != "areal_capacity_mAh_per_cm2":
        return values
    return np.asarray(np.log10(np.maximum(values, 1e-6)))
