"""How far a formulation lies from what was measured."""

from typing import Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.base import BaseEstimator

from sodalyte.models.members import block_columns, varying_columns
from sodalyte.models.scaling import TableScaler

Vector = NDArray[np.float64]

_BLOCK_ROWS = 20_000


class ApplicabilityDomain(BaseEstimator):
    """Distance to the measured formulations, and whether it is a usual one.

    The distance is the root mean square difference of the squashed features. A
    formulation is in the domain if it lies no farther from its nearest measured
    neighbour than 95 % of the measured ones lie from their nearest neighbour in
    another work, the situation in which the intervals were calibrated.

    Parameters
    ----------
    share : float
        Share of measured rows that must count as usual.

    Attributes
    ----------
    reach_ : float
        The largest usual distance.
    """

    def __init__(self, share: float = 0.95) -> None:
        self.share = share

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
        columns = block_columns(X, "chemistry") + block_columns(X, "conditions")
        self.scaler_ = TableScaler(varying_columns(X, columns)).fit(X)
        self.rows_ = self.scaler_.transform(X).astype(np.float32)
        distance = self._distances(self.rows_)
        elsewhere = works[:, None] != works[None, :]
        if not elsewhere.any():
            elsewhere = ~np.eye(len(works), dtype=bool)
        nearest = np.where(elsewhere, distance, np.inf).min(axis=1)
        self.reach_ = float(np.quantile(nearest, self.share))
        return self

    def nearest(self, X: pd.DataFrame, n: int = 3) -> tuple[NDArray[np.intp], Vector]:
        """Find the nearest measured rows.

        Parameters
        ----------
        X : DataFrame
            Feature table.
        n : int
            Neighbours wanted, at most the number of measured rows.

        Returns
        -------
        indices : ndarray of shape (n_rows, n)
            Positions among the measured rows, nearest first.
        distances : ndarray of shape (n_rows, n)
            Root mean square difference of the squashed features.
        """
        rows = self.scaler_.transform(X).astype(np.float32)
        count = min(n, len(self.rows_))
        order = np.empty((len(rows), count), dtype=np.intp)
        found = np.empty((len(rows), count))
        for start in range(0, len(rows), _BLOCK_ROWS):
            part = slice(start, start + _BLOCK_ROWS)
            distance = self._distances(rows[part])
            nearest = np.argsort(distance, axis=1, kind="stable")[:, :count]
            order[part] = nearest
            found[part] = np.take_along_axis(distance, nearest, axis=1)
        return order, found

    def distance(self, X: pd.DataFrame) -> Vector:
        """Measure the distance to the nearest measured row, shape (n_rows,)."""
        rows = self.scaler_.transform(X).astype(np.float32)
        found = np.empty(len(rows))
        for start in range(0, len(rows), _BLOCK_ROWS):
            part = slice(start, start + _BLOCK_ROWS)
            found[part] = self._distances(rows[part]).min(axis=1)
        return found

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
