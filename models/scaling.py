"""Turn a feature table into the scaled array that a kernel looks at."""

from typing import Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted


class TableScaler(TransformerMixin, BaseEstimator):
    """Standardise the columns of a DataFrame that vary in the training rows.

    Parameters
    ----------
    columns : list of str, optional
        Columns to use; by default every numeric column that varies.
    squash : bool
        Bend long tails with asinh(2 z) about the median, so that one odd formulation
        does not stretch a kernel for all others.

    Attributes
    ----------
    columns_ : list of str
        Columns in the order of the scaled array.
    centre_, scale_ : ndarray of shape (n_columns,)
        Mean (median if squashed) and standard deviation in the training rows.
    """

    def __init__(self, columns: list[str] | None = None, squash: bool = True) -> None:
        self.columns = columns
        self.squash = squash

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
            Scaled, in the order of `columns_`.

        Raises
        ------
        ValueError
            If a column is missing or a number is not finite.
        """
        check_is_fitted(self)
        values = _finite(X, self.columns_)
        values -= self.centre_
        values /= self.scale_
        if self.squash:
            np.arcsinh(2 * values, out=values)
        return values


def _finite(X: pd.DataFrame, columns: list[str]) -> NDArray[np.float64]:
    missing = [name for name in columns if name not in X.columns]
    if missing:
        raise ValueError(
            "The feature table must hold the columns of the training table. "
            f"{len(missing)} are missing, the first: {missing[:5]}. "
            "Make it with the same design_matrix call as the training table."
        )
    values = X[columns].to_numpy(dtype=float, copy=True)
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
