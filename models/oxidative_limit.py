"""Predict the usable upper cut-off of an electrolyte, anchored in physics.

The limit is a straight line in two physical quantities: the onset of the weakest
species in the liquid, and the fraction of solvent molecules that no cation holds.
Priors on the coefficients come from the literature (`tables/oxidation_prior.csv`),
the few measured limits correct them. Onsets, windows, usable and failing voltages are
different quantities: each informs the line through its own stated offset and spread,
usable voltages as lower and failing voltages as upper bounds
(`tables/oxidation_quantities.csv`).
"""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import log_ndtr
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.utils.validation import check_is_fitted

Vector = NDArray[np.float64]

_Z90 = 1.6448536269514722
#: How well the onset of the weakest species is known; estimated molecules widen.
_ONSET_STD = "oxidation_potential_min_std_V"


@dataclass(eq=False, repr=False)
class OxidativeLimit(RegressorMixin, BaseEstimator):
    """Usable upper cut-off on an inert positive electrode at 25 degC, V vs Na/Na+.

    Parameters
    ----------
    model_std_V : float
        Scatter of true limits about the line, V.
    """

    model_std_V: float = 0.25

    def fit(self, X: pd.DataFrame, frame: pd.DataFrame) -> Self:
        """Correct the prior line with measured limits.

        Parameters
        ----------
        X : DataFrame
            Holds the feature columns of `tables/oxidation_prior.csv`.
        frame : DataFrame
            Columns formulation, quantity, value_V_vs_Na, qualifier, modifier and note,
            aligned with X.
            Rows with a modifier are left out: a film's gain is not the liquid's.

        Returns
        -------
        OxidativeLimit
            Itself.
        """
        prior = prior_table()
        used = (exclusion_reasons(frame) == "").to_numpy()
        self.n_rows_ = int(used.sum())
        design = self._design(X)[used]
        value, std, side = as_usable_cutoff(frame[used], self.model_std_V)
        mean, spread = prior["mean"].to_numpy(), prior["std"].to_numpy()

        def loss(weights: Vector) -> float:
            z = (value - design @ weights) / std
            fit = np.where(side == 0, 0.5 * z**2, -log_ndtr(-side * z))
            return float(fit.sum() + 0.5 * (((weights - mean) / spread) ** 2).sum())

        bounds = list(zip(prior["lowest"], prior["highest"], strict=True))
        found = minimize(loss, mean, method="L-BFGS-B", bounds=bounds)
        self.weights_ = found.x
        self.covariance_ = _laplace_covariance(
            design, value, std, side, found.x, spread
        )
        known = X.loc[used, _ONSET_STD] if _ONSET_STD in X.columns else None
        self.usual_onset_std_V_ = 0.0
        if known is not None and len(known):
            self.usual_onset_std_V_ = float(known.median())
        # without rows the domain is the reference of the prior
        seen = design if len(design) else np.eye(1, design.shape[1])
        self.low_, self.high_ = seen.min(axis=0), seen.max(axis=0)
        return self

    def predict(
        self, X: pd.DataFrame, return_std: bool = False
    ) -> Vector | tuple[Vector, Vector]:
        """Predict the usable upper cut-off.

        Parameters
        ----------
        X : DataFrame
            As in fit.
        return_std : bool
            Also return the standard deviation.

        Returns
        -------
        ndarray of shape (n_rows,) or pair of them
            V vs Na/Na+.
        """
        check_is_fitted(self)
        design = self._design(X)
        mean = design @ self.weights_
        if not return_std:
            return mean
        variance = np.einsum("ij,ij->i", design @ self.covariance_, design)
        if _ONSET_STD in X.columns:
            onset = X[_ONSET_STD].to_numpy(dtype=float)
            # the usual error is part of the scatter of the training rows already
            excess = np.maximum(onset**2 - self.usual_onset_std_V_**2, 0.0)
            variance = variance + self.weights_[1] ** 2 * excess
        return mean, np.sqrt(variance + self.model_std_V**2)

    def predict_frame(self, X: pd.DataFrame) -> pd.DataFrame:
        """Predict the limit with its 90 % interval.

        Parameters
        ----------
        X : DataFrame
            As in fit.

        Returns
        -------
        DataFrame
            oxidative_limit_V_vs_Na_median, _low, _high (5th and 95th percentile),
            _std, in_domain; index of X.
        """
        mean, std = self.predict(X, return_std=True)
        design = self._design(X)
        margin = 0.1 * (self.high_ - self.low_)
        inside = (design >= self.low_ - margin) & (design <= self.high_ + margin)
        name = "oxidative_limit_V_vs_Na"
        return pd.DataFrame(
            {
                f"{name}_median": mean,
                f"{name}_low": mean - _Z90 * std,
                f"{name}_high": mean + _Z90 * std,
                f"{name}_std": std,
                "in_domain": inside.all(axis=1),
            },
            index=X.index,
        )

    def _design(self, X: pd.DataFrame) -> Vector:
        prior = prior_table()
        columns = [np.ones(len(X))]
        for feature, reference in zip(
            prior["feature"].iloc[1:], prior["reference"].iloc[1:], strict=True
        ):
            if feature not in X.columns:
                raise ValueError(
                    "OxidativeLimit needs the feature columns of its prior. "
                    f"{feature!r} is missing. Make X with design_matrix, blocks "
                    "molecules and solvation included."
                )
            columns.append(X[feature].to_numpy(dtype=float) - reference)
        return np.column_stack(columns)


@cache
def prior_table() -> pd.DataFrame:
    """Read the prior of the line's coefficients with its sources."""
    return pd.read_csv(str(files("sodalyte.models") / "tables/oxidation_prior.csv"))


@cache
def quantity_table() -> pd.DataFrame:
    """Read what each measured quantity says about the usable cut-off."""
    path = files("sodalyte.models") / "tables/oxidation_quantities.csv"
    return pd.read_csv(str(path)).set_index("quantity")


def exclusion_reasons(frame: pd.DataFrame) -> pd.Series:
    """Say for each row of the limits why it cannot inform the predictor.

    Parameters
    ----------
    frame : DataFrame
        Columns formulation, quantity, value_V_vs_Na, modifier and note.

    Returns
    -------
    Series of str
        Empty where the row is used; index of `frame`.
    """
    reasons = pd.Series("", index=frame.index, dtype=str)
    modifier = frame["modifier"].fillna("").astype(str).str.strip()
    rules = [
        (frame["value_V_vs_Na"].isna(), "no value on the Na/Na+ scale"),
        (
            ~frame["quantity"].isin(quantity_table().index),
            "another quantity than an electrolyte's limit",
        ),
        (modifier != "", "a modifier outside the liquid: its gain is not the liquid's"),
        (frame["formulation"].fillna("") == "", "no readable composition"),
        (
            frame["note"].fillna("").str.startswith("RELATIVE"),
            "a label relative to another electrolyte, not a limit",
        ),
    ]
    for holds, reason in rules:
        reasons[holds & (reasons == "")] = reason
    return reasons


def as_usable_cutoff(
    frame: pd.DataFrame, model_std_V: float
) -> tuple[Vector, Vector, Vector]:
    """Translate measured quantities to the usable upper cut-off.

    Parameters
    ----------
    frame : DataFrame
        Columns quantity, value_V_vs_Na, qualifier.
    model_std_V : float
        Scatter of true limits about the line, V.

    Returns
    -------
    value : ndarray of shape (n_rows,)
        V vs Na/Na+.
    std : ndarray of shape (n_rows,)
        Spread of the translation and of the line together, V.
    side : ndarray of shape (n_rows,)
        1 where the limit lies above the value, -1 below, 0 about it.
    """
    table = quantity_table().loc[frame["quantity"]]
    value = frame["value_V_vs_Na"].to_numpy(dtype=float) + table["offset_V"].to_numpy()
    std = np.hypot(table["offset_std_V"].to_numpy(), model_std_V)
    kind = table["bound"].to_numpy()
    sign = frame["qualifier"].fillna("=").astype(str).str.strip().to_numpy()
    # "fails above v" places the limit near v; "fails at v" only below v
    above = (kind == "lower") | ((kind == "exact") & np.isin(sign, [">", ">="]))
    below = (kind == "upper") & ~np.isin(sign, [">", ">="])
    below |= (kind == "exact") & np.isin(sign, ["<", "<="])
    return value, std, np.where(above, 1.0, np.where(below, -1.0, 0.0))


def _laplace_covariance(
    design: Vector,
    value: Vector,
    std: Vector,
    side: Vector,
    weights: Vector,
    spread: Vector,
) -> Vector:
    """Inverse curvature of the posterior at its mode."""
    z = -side * (value - design @ weights) / std
    hazard = np.exp(-0.5 * z**2 - 0.5 * np.log(2 * np.pi) - log_ndtr(z))
    curvature = np.where(side == 0, 1.0, hazard * (z + hazard)) / std**2
    precision = design.T @ (design * curvature[:, None]) + np.diag(1 / spread**2)
    return np.asarray(np.linalg.inv(precision))
