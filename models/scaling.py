"""Turn a feature table into the scaled array that a kernel looks at."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

#: Columns that say how much of a named component a formulation holds. A table need not
#: carry those of components that none of its formulations holds: they count as 0.
AMOUNT_PREFIXES = ("volume_fraction_of_", "molarity_of_")


@dataclass(eq=False, repr=False)
class TableScaler(TransformerMixin, BaseEstimator):
    """Standardise the columns of a DataFrame that vary in the training rows.

    Columns that follow one another (mass and refractivity of a solvent, say) count
    many times over in a distance. Whitening turns them to principal components first
    and gives each the same weight, but for those that hardly vary at all.

    Parameters
    ----------
    columns : list of str, optional
        Columns to use; by default every numeric column that varies.
    squash : bool
        Bend long tails with asinh(2 z) about the median, so that one odd formulation
        does not stretch a kernel for all others.
    whiten : float, optional
        Turn to principal components and divide by the root of (share + whiten), where
        share is the variance over that of the first component. Off by default.
    unit : float, optional
        Divide every column by this and neither centre nor squash; for amounts, which
        share a scale already.

    Attributes
    ----------
    columns_ : list of str
        Columns in the order of the scaled array.
    centre_, scale_ : ndarray of shape (n_columns,)
        Mean (median if squashed) and standard deviation in the training rows.
    """

    columns: list[str] | None = None
    squash: bool = True
    whiten: float | None = None
    unit: float | None = None

    def fit(self, X: pd.DataFrame, y: object = None) -> Self:
        """Learn which columns vary, their mean and their spread.

        Parameters
        ----------
        X : DataFrame
            Finite numbers, one row a formulation.
        y : ignored
            Present for the scikit-learn convention.

        Returns
        -------
        TableScaler
            Itself.

        Raises
        ------
        ValueError
            If no column varies or a number is not finite.
        """
        wanted = self.columns
        if wanted is None:
            wanted = list(X.select_dtypes(include=["number", "bool"]).columns)
        values = _finite(X, wanted)
        spread = values.std(axis=0)
        keep = spread > 1e-9 * np.maximum(np.abs(values).max(axis=0, initial=1.0), 1.0)
        self.columns_ = [name for name, kept in zip(wanted, keep, strict=True) if kept]
        if not self.columns_:
            raise ValueError(
                "TableScaler.fit needs at least one column that varies. "
                f"Got {len(wanted)} columns, all constant over {len(X)} rows. "
                "Add rows that differ."
            )
        centre = np.median if self.squash else np.mean
        self.centre_ = centre(values[:, keep], axis=0)
        self.scale_ = spread[keep]
        if self.unit is not None:
            self.centre_ = np.zeros(len(self.columns_))
            self.scale_ = np.full(len(self.columns_), self.unit)
        self.turn_: NDArray[np.float64] | None = None
        if self.whiten is not None:
            self._learn_turn(self._standardised(X))
        return self

    def transform(self, X: pd.DataFrame) -> NDArray[np.float64]:
        """Scale the columns seen in fit.

        Parameters
        ----------
        X : DataFrame
            Holds at least the columns of fit.

        Returns
        -------
        ndarray of shape (n_rows, n_columns)
            Scaled, in the order of `columns_`; principal components if whitened.

        Raises
        ------
        ValueError
            If a column is missing or a number is not finite.
        """
        check_is_fitted(self)
        values = self._standardised(X)
        if self.turn_ is None:
            return values
        return np.asarray((values - self.middle_) @ self.turn_)

    def _learn_turn(self, values: NDArray[np.float64]) -> None:
        self.middle_: NDArray[np.float64] = values.mean(axis=0)
        _, lengths, axes = np.linalg.svd(values - self.middle_, full_matrices=False)
        share = (lengths / lengths[0]) ** 2
        kept = share > 1e-6
        turn = axes[kept].T / np.sqrt(share[kept] + self.whiten)
        turned = (values - self.middle_) @ turn
        self.turn_ = turn / np.sqrt((turned**2).mean(axis=0)).mean()

    def _standardised(self, X: pd.DataFrame) -> NDArray[np.float64]:
        values = _finite(X, self.columns_)
        values -= self.centre_
        values /= self.scale_
        if self.squash and self.unit is None:
            np.arcsinh(2 * values, out=values)
        return values


def _finite(X: pd.DataFrame, columns: list[str]) -> NDArray[np.float64]:
    absent = [name for name in columns if name not in X.columns]
    missing = [name for name in absent if not name.startswith(AMOUNT_PREFIXES)]
    if missing:
        raise ValueError(
            "The feature table must hold the columns of the training table. "
            f"{len(missing)} are missing, the first: {missing[:5]}. "
            "Make it with the same design_matrix call as the training table."
        )
    values = X.reindex(columns=columns, fill_value=0.0).to_numpy(float, copy=True)
    bad = np.flatnonzero(~np.isfinite(values).all(axis=1))
    if len(bad):
        holes = [
            f"row {row}: {np.array(columns)[~np.isfinite(values[row])][:3].tolist()}"
            for row in bad[:5]
        ]
        raise ValueError(
            "The feature table must hold finite numbers only. "
            f"{len(bad)} rows break this: {'; '.join(holes)}. "
            "Complete the component data or leave these rows out by name."
        )
    return values
