"""Give donor numbers of molecules and anions: tabulated first, else estimated.

Molecules: the logarithm of the donor number is a mean of the donor family plus the
pull of halogens on the strongest donor atom, amino groups that feed it and aromatic
carbon that drains it (``donor_sites``), a ridge fit to the tabulated values. Anions: a
line in the vertical ionisation potential in ALPB. Neither uses the binding energy of
Na+, which GFN2-xTB gets wrong in size and in order.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sodalyte.featurizers.descriptors import descriptors
from sodalyte.featurizers.orbital_table import load_orbital_table, orbital_energies
from sodalyte.featurizers.pairs import has_donor

__all__ = ["donor_numbers", "leave_one_out_table", "load_donor_numbers"]

Array = NDArray[np.float64]

TABLE = Path(__file__).parent / "tables" / "donor_numbers.csv"

QUALITY_STD = {"compiled": 2.0, "unverified": 4.0, "doubtful": 5.0}
"""kcal/mol: compiled values of one solvent differ by up to 2; the others are judged.
Compiled values are preferred, then unverified ones; a doubtful value (another basis, or
believed with the least confidence) is never looked up and only lends the fit a little
weight, the inverse of its variance."""

LOOKED_UP = ("compiled", "unverified")
SITE_COLUMNS = ["donor_inductive", "donor_amino", "donor_conjugated"]
FAMILY_PENALTY = 0.3
SITE_PENALTY = 0.02
POOLED = 3.0
SMALLEST_DONOR_NUMBER = 1.0
NO_DONOR_STD = 2.0
"""Hydrocarbons and halocarbons are tabulated at 0 to 4 kcal/mol."""


@lru_cache(maxsize=1)
def load_donor_numbers() -> pd.DataFrame:
    """Read every tabulated value with its quality and source; conflicts are rows."""
    return pd.read_csv(TABLE, keep_default_na=False)


@lru_cache(maxsize=1)
def _tabulated() -> dict[str, tuple[float, float, str]]:
    """Choose per species: best quality, then the median of its values."""
    found: dict[str, dict[str, list[float]]] = {}
    table = load_donor_numbers()[["smiles", "quality", "donor_number_kcal_per_mol"]]
    for smiles, quality, value in table.itertuples(index=False):
        found.setdefault(str(smiles), {}).setdefault(quality, []).append(float(value))
    chosen: dict[str, tuple[float, float, str]] = {}
    for smiles in sorted(found):
        for quality in LOOKED_UP:
            if values := found[smiles].get(quality):
                std = max(QUALITY_STD[quality], (max(values) - min(values)) / 2)
                chosen[smiles] = (float(np.median(values)), std, quality)
                break
    return chosen


@lru_cache(maxsize=1)
def _training() -> pd.DataFrame:
    """Gather tabulated molecules with a donor atom, one row each, with weights."""
    best = load_donor_numbers()
    order = {quality: place for place, quality in enumerate(QUALITY_STD)}
    place = best["quality"].map(order)
    best = best[place == place.groupby(best["smiles"]).transform("min")]
    grouped = best.groupby("smiles")
    value = grouped["donor_number_kcal_per_mol"].median()
    quality = grouped["quality"].first()
    frame = descriptors(list(value.index)).copy()
    frame["donor_number"] = value.to_numpy(dtype=float)
    frame["quality"] = quality.to_numpy()
    usable = (frame["charge"] == 0) & (frame["n_donor_atoms"] > 0)
    frame = frame[usable].reset_index(drop=True)
    std = frame["quality"].map(QUALITY_STD).to_numpy(dtype=float)
    frame["weight"] = (QUALITY_STD["compiled"] / std) ** 2
    return frame


@dataclass(frozen=True)
class SiteModel:
    """Ridge fit of ln(donor number) on family and donor site.

    Attributes
    ----------
    families : tuple of str
    mean : float
        Weighted mean of ln(donor number).
    coefficients : ndarray
        One per family, then one per site column.
    covariance : ndarray
        Inverse of the penalised normal matrix.
    residual_std : dict of str to float
        Left-out root mean square error of ln(donor number) in each family, pulled
        towards that of all molecules as if by three more; ``""`` is that of all.
    """

    families: tuple[str, ...]
    mean: float
    coefficients: Array
    covariance: Array
    residual_std: dict[str, float]

    def predict(self, frame: pd.DataFrame) -> tuple[Array, Array]:
        """Give donor numbers and their standard deviations, kcal/mol."""
        X = _design(frame, self.families)
        logarithm = self.mean + X @ self.coefficients
        leverage = np.einsum("ij,jk,ik->i", X, self.covariance, X)
        families = [str(one) for one in frame["family"]]
        overall = self.residual_std.get("", 0.0)
        error = np.array([self.residual_std.get(one, overall) for one in families])
        unseen = np.array([one not in self.families for one in families])
        leverage = leverage + unseen  # a family without a member: twice the variance
        value = np.exp(logarithm)
        std = value * error * np.sqrt(1.0 + leverage)
        return value, np.maximum(std, QUALITY_STD["compiled"])


def _design(frame: pd.DataFrame, families: Sequence[str]) -> Array:
    family = frame["family"].to_numpy()
    indicators = [(family == one).astype(float) for one in families]
    sites = [frame[column].to_numpy(dtype=float) for column in SITE_COLUMNS]
    return np.stack([*indicators, *sites], axis=1)


def _arrays(frame: pd.DataFrame, families: Sequence[str]) -> tuple[Array, Array, Array]:
    """Give the columns of the fit, ln(donor number) and the weight of each row."""
    y = np.log(np.maximum(frame["donor_number"].to_numpy(float), SMALLEST_DONOR_NUMBER))
    return _design(frame, families), y, frame["weight"].to_numpy(dtype=float)


def _solve(X: Array, y: Array, weight: Array) -> tuple[float, Array, Array]:
    """Give the mean, the coefficients and the covariance of the ridge fit."""
    mean = float(np.average(y, weights=weight))
    n_families = X.shape[1] - len(SITE_COLUMNS)
    penalty = np.diag(
        [FAMILY_PENALTY] * n_families + [SITE_PENALTY] * len(SITE_COLUMNS)
    )
    covariance = np.asarray(np.linalg.inv(X.T @ (weight[:, None] * X) + penalty), float)
    return mean, covariance @ X.T @ (weight * (y - mean)), covariance


def _fit(frame: pd.DataFrame, residual_std: dict[str, float]) -> SiteModel:
    families = tuple(sorted(frame["family"].unique()))
    return SiteModel(families, *_solve(*_arrays(frame, families)), residual_std)


def _left_out(frame: pd.DataFrame) -> pd.DataFrame:
    """Predict each compiled molecule from all others.

    A family without another member has no row that moves its coefficient from 0.
    """
    X, y, weight = _arrays(frame, tuple(sorted(frame["family"].unique())))
    compiled = np.flatnonzero(frame["quality"] == "compiled")
    rows = []
    for i in compiled:
        others = np.arange(len(y)) != i
        mean, coefficients, _ = _solve(X[others], y[others], weight[others])
        rows.append(float(np.exp(mean + X[i] @ coefficients)))
    answer = frame.iloc[compiled][["smiles", "family", "donor_number"]].copy()
    answer["predicted"] = rows
    return answer


@lru_cache(maxsize=1)
def _site_model() -> SiteModel:
    frame = _training()
    left_out = _left_out(frame)
    truth = np.maximum(left_out["donor_number"].to_numpy(float), SMALLEST_DONOR_NUMBER)
    error = np.log(left_out["predicted"].to_numpy(dtype=float)) - np.log(truth)
    overall = float(np.mean(error**2))
    residual_std = {"": float(np.sqrt(overall))}
    for family in left_out["family"].unique():
        own = error[left_out["family"].to_numpy() == family]
        variance = (np.sum(own**2) + POOLED * overall) / (len(own) + POOLED)
        residual_std[str(family)] = float(np.sqrt(variance))
    return _fit(frame, residual_std)


@lru_cache(maxsize=1)
def _anion_training() -> pd.DataFrame:
    """Gather tabulated anions with a donor atom and their ALPB ionisation potential."""
    table = _tabulated()
    known = load_orbital_table()
    described = descriptors(list(table))
    smiles = [
        str(one)
        for one, row in described.to_dict("index").items()
        if row["charge"] < 0 and has_donor(row) and one in known.index
    ]
    return pd.DataFrame(
        {
            "smiles": smiles,
            "ip": known.loc[smiles, "ip_vertical_alpb_eV"].to_numpy(dtype=float),
            "donor_number": [table[one][0] for one in smiles],
        }
    )


@lru_cache(maxsize=1)
def _anion_line() -> tuple[float, float, float]:
    """Slope, offset and left-out error of the anions' line, kcal/mol."""
    frame = _anion_training()
    x, y = frame["ip"].to_numpy(), frame["donor_number"].to_numpy()
    errors = []
    for i in range(len(x)):
        slope, offset = np.polyfit(np.delete(x, i), np.delete(y, i), 1)
        errors.append(slope * x[i] + offset - y[i])
    slope, offset = np.polyfit(x, y, 1)
    return float(slope), float(offset), float(np.sqrt(np.mean(np.square(errors))))


def leave_one_out_table() -> pd.DataFrame:
    """Score the estimators on the values that they may not see.

    Returns
    -------
    DataFrame
        Rows: molecules by the fit, molecules by the mean of all, anions by the line,
        anions by their mean. ``n``, ``rmse_kcal_per_mol``,
        ``median_error_kcal_per_mol``, ``rank_correlation`` (NaN of a mean, which ranks
        nothing). The tabulated anions are all unverified, so their rows say how
        consistent, not how true.
    """
    from scipy.stats import spearmanr

    left_out = _left_out(_training())
    measured = left_out["donor_number"].to_numpy(dtype=float)
    anions = _anion_training()
    of_anion = anions["donor_number"].to_numpy(dtype=float)
    ip = anions["ip"].to_numpy(dtype=float)

    def without(values: Array) -> Array:
        return (values.sum() - values) / (len(values) - 1)

    on_line = np.array(
        [
            np.polyval(np.polyfit(np.delete(ip, i), np.delete(of_anion, i), 1), ip[i])
            for i in range(len(ip))
        ]
    )
    rows = []
    for name, predicted, truth in (
        ("molecules, family and site", left_out["predicted"].to_numpy(float), measured),
        ("molecules, mean of the others", without(measured), measured),
        ("anions, line in the ALPB IP", on_line, of_anion),
        ("anions, mean of the others", without(of_anion), of_anion),
    ):
        error = predicted - truth
        rows.append(
            {
                "estimator": name,
                "n": len(truth),
                "rmse_kcal_per_mol": float(np.sqrt(np.mean(error**2))),
                "median_error_kcal_per_mol": float(np.median(np.abs(error))),
                "rank_correlation": (
                    float("nan")
                    if "mean of" in name
                    else float(spearmanr(predicted, truth).statistic)
                ),
            }
        )
    return pd.DataFrame(rows)


def donor_numbers(smiles: Sequence[str]) -> pd.DataFrame:
    """Look up or estimate the donor numbers of molecules and anions.

    Parameters
    ----------
    smiles : sequence of str
        Canonical SMILES.

    Returns
    -------
    DataFrame of shape (n_smiles, 4)
        ``donor_number_kcal_per_mol``, ``donor_number_std_kcal_per_mol``,
        ``donor_number_estimated`` (0 only for values compiled from measurement),
        ``donor_number_quality``: compiled, unverified (believed, source not
        read, or of unclear origin) or estimated.

    Notes
    -----
    Molecules: Gutmann's scale, -dH of SbCl5 + donor in 1,2-dichloroethane. Anions: the
    solvatochromic scale of Linert, tied to Gutmann's. A species without a donor atom
    reads 0 +- 2. An anion estimate below 0 reads 0, the end of the scale.

    References
    ----------
    .. [1] Gutmann, Coord. Chem. Rev. 1976, 18, 225, 10.1016/S0010-8545(00)82045-7.
    """
    table = _tabulated()
    unknown = [one for one in dict.fromkeys(smiles) if one not in table]
    estimates = _estimates(unknown) if unknown else {}
    rows = []
    for one in smiles:
        value, std, quality = table[one] if one in table else estimates[one]
        rows.append(
            {
                "donor_number_kcal_per_mol": value,
                "donor_number_std_kcal_per_mol": std,
                "donor_number_estimated": float(quality != "compiled"),
                "donor_number_quality": quality,
            }
        )
    return pd.DataFrame(rows, index=pd.Index(list(smiles), name="species"))


def _estimate_anions(smiles: list[str]) -> dict[str, tuple[float, float, str]]:
    """Read anions off the line; below 0 the scale ends."""
    slope, offset, error = _anion_line()
    potentials = orbital_energies(smiles)["ip_vertical_alpb_eV"].to_numpy(dtype=float)
    return {
        one: (max(slope * float(potential) + offset, 0.0), error, "estimated")
        for one, potential in zip(smiles, potentials, strict=True)
    }


def _estimates(smiles: list[str]) -> dict[str, tuple[float, float, str]]:
    """Estimate species that are in no table, molecules all at once."""
    described = descriptors(smiles)
    answer: dict[str, tuple[float, float, str]] = {}
    molecules, anions = [], []
    for one, row in described.to_dict("index").items():
        name = str(one)
        if row["charge"] < 0 and has_donor(row):
            anions.append(name)
        elif row["charge"] < 0 or row["n_donor_atoms"] == 0:
            answer[name] = (0.0, NO_DONOR_STD, "estimated")
        else:
            molecules.append(name)
    if molecules:
        values, stds = _site_model().predict(described.loc[molecules])
        for name, value, std in zip(molecules, values, stds, strict=True):
            answer[name] = (float(value), float(std), "estimated")
    if anions:
        answer |= _estimate_anions(anions)
    return answer
