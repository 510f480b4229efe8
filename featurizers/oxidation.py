"""Estimate at what potential a molecule oxidises, calibrated on measured onsets.

Fourteen onsets of neat solvents are measured under one protocol. A free molecule is
judged by three computed numbers (HOMO in ALPB, vertical IP of IPEA1, adiabatic IP in
ALPB), each corrected for size: the computed potential of a chain falls with its length
(tetraglyme 1 eV below 1,2-dimethoxyethane) although measured oxidation is alike,
because the hole spreads in the calculation. The correction is linear in 1 / (atoms that
can carry the hole). The estimate is the mean of the three lines, so that none is picked
on fourteen points, and their disagreement adds to its uncertainty.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sodalyte.featurizers.descriptors import descriptors
from sodalyte.featurizers.orbital_table import orbital_energies

__all__ = [
    "CHOSEN",
    "FORMS",
    "MEMBERS",
    "SHELL_LIFT_PER_EV",
    "SHELL_LIFT_STD_PER_EV",
    "OxidationScale",
    "committee_left_out",
    "fit_line",
    "left_out",
    "onset_data",
    "oxidation_columns_of",
    "oxidation_potentials",
    "oxidation_scale",
]

Array = NDArray[np.float64]

FORMS: dict[str, tuple[str, ...]] = {
    "bare HOMO (gas)": ("homo_gas_eV",),
    "bare vertical IP (GFN2, gas)": ("ip_vertical_gas_eV",),
    "bare vertical IP (IPEA1, gas)": ("ip_vertical_ipea1_eV",),
    "bare HOMO (ALPB)": ("homo_alpb_eV",),
    "HOMO (ALPB), size": ("homo_alpb_eV", "inverse_size"),
    "vertical IP (IPEA1), size": ("ip_vertical_ipea1_eV", "inverse_size"),
    "adiabatic IP (ALPB), size": ("ip_adiabatic_alpb_eV", "inverse_size"),
}
"""Single lines that were reasoned beforehand; the nested choice picks among them."""

MEMBERS = (
    "HOMO (ALPB), size",
    "vertical IP (IPEA1), size",
    "adiabatic IP (ALPB), size",
)
"""Lines whose mean is the estimate."""

CHOSEN = "mean of the three with size"

RIDGE = 1.0
"""Penalty on standardised coefficients: the weight of one molecule of fourteen."""

MINIMUM_ANION_STD_V = 1.0
"""No anion is among the fourteen: a rank of anions, with at least 1 V of doubt."""

SHELL_LIFT_PER_EV = 1.0
SHELL_LIFT_STD_PER_EV = 0.5
"""Volts gained per eV by which Na+ lowers the HOMO of a bound solvent. Two points fix
it: LiTFSI in G3 or G4 oxidises near 4 V vs Li/Li+ with free glyme and near 5 V as the
equimolar solvate (Yoshida et al., J. Am. Chem. Soc. 2011, 133, 13121,
10.1021/ja203983r; abstract read, DOI from memory), where GFN2-xTB lowers the HOMO by
about 0.6 to 1 eV."""


@dataclass(frozen=True)
class Line:
    """A ridge line through measured onsets.

    Attributes
    ----------
    form : str
        Key of ``FORMS``.
    mean, scale, coefficients : ndarray of shape (n_columns,)
        Standardisation and slopes in V.
    intercept_V : float
        Mean onset, V vs Na/Na+.
    covariance : ndarray of shape (n_columns, n_columns)
        Inverse of the penalised normal matrix.
    n : int
        Molecules behind it.
    """

    form: str
    mean: Array
    scale: Array
    coefficients: Array
    intercept_V: float
    covariance: Array
    n: int

    def predict(self, columns: pd.DataFrame) -> tuple[Array, Array]:
        """Give the potential, V vs Na/Na+, and the leverage of each row."""
        return self.at(columns[list(FORMS[self.form])].to_numpy(dtype=float))

    def at(self, X: Array) -> tuple[Array, Array]:
        """Predict from the values of its columns, shape (n, n_columns)."""
        standard = (X - self.mean) / self.scale
        spread = np.einsum("ij,jk,ik->i", standard, self.covariance, standard)
        return self.intercept_V + standard @ self.coefficients, 1.0 / self.n + spread


@dataclass(frozen=True)
class OxidationScale:
    """The mean of lines, with the error found by leaving molecules out.

    Attributes
    ----------
    lines : tuple of Line
    residual_std_V : float
        Leave-one-molecule-out root mean square error.
    """

    lines: tuple[Line, ...]
    residual_std_V: float

    def predict(self, columns: pd.DataFrame) -> tuple[Array, Array]:
        """Give the potential and its standard deviation, V vs Na/Na+.

        The variance is the left-out error, widened by the leverage of the row, plus the
        variance among the lines.
        """
        answers = [line.predict(columns) for line in self.lines]
        potentials = np.stack([potential for potential, _ in answers])
        leverage = np.mean([leverage for _, leverage in answers], axis=0)
        variance = self.residual_std_V**2 * (1.0 + leverage) + potentials.var(axis=0)
        return potentials.mean(axis=0), np.sqrt(variance)


def oxidation_columns_of(smiles: Sequence[str]) -> pd.DataFrame:
    """Gather the orbital energies and the size of species."""
    table = orbital_energies(smiles)
    size = descriptors(smiles)
    halogens = size[["n_F", "n_Cl", "n_Br", "n_I"]].sum(axis=1)
    skeleton = size["mol_n_heavy"].astype(float) - halogens
    table["inverse_size"] = 1.0 / np.maximum(skeleton.to_numpy(dtype=float), 1.0)
    return table


@lru_cache(maxsize=1)
def onset_data() -> pd.DataFrame:
    """Read the measured onsets with the columns of every form, one row a molecule.

    Notes
    -----
    The onsets were measured in 0.65 M Et4NBF4, without an alkali salt: upper bounds for
    an electrolyte, to be used for rank. The EC value may be of another protocol.
    """
    from sodalyte.datasets.loading.oxidation import load_oxidation_onsets

    frame = load_oxidation_onsets().frame
    columns = oxidation_columns_of(frame["smiles"].tolist()).reset_index(drop=True)
    columns["solvent"] = frame["solvent"].to_numpy()
    columns["value_V_vs_Na"] = frame["value_V_vs_Na"].to_numpy(dtype=float)
    return columns


def fit_line(form: str, data: pd.DataFrame) -> Line:
    """Fit one form to measured onsets."""
    X = data[list(FORMS[form])].to_numpy(dtype=float)
    return _line(form, X, data["value_V_vs_Na"].to_numpy(dtype=float))


def _line(form: str, X: Array, y: Array) -> Line:
    """Fit one line; the penalty acts on standardised columns."""
    mean, scale = X.mean(axis=0), X.std(axis=0)
    standard = (X - mean) / scale
    covariance = np.linalg.inv(standard.T @ standard + RIDGE * np.eye(X.shape[1]))
    return Line(
        form=form,
        mean=mean,
        scale=scale,
        coefficients=covariance @ standard.T @ (y - y.mean()),
        intercept_V=float(y.mean()),
        covariance=covariance,
        n=len(y),
    )


def left_out(form: str, data: pd.DataFrame) -> Array:
    """Predict each molecule from the others."""
    X = data[list(FORMS[form])].to_numpy(dtype=float)
    y = data["value_V_vs_Na"].to_numpy(dtype=float)
    others = ~np.eye(len(y), dtype=bool)
    lines = [_line(form, X[keep], y[keep]) for keep in others]
    return np.array([line.at(X[[i]])[0][0] for i, line in enumerate(lines)])


def committee_left_out(data: pd.DataFrame) -> Array:
    """Predict each molecule by the mean of ``MEMBERS``, fitted to the others."""
    return np.asarray(np.mean([left_out(form, data) for form in MEMBERS], axis=0))


@lru_cache(maxsize=1)
def oxidation_scale() -> OxidationScale:
    """Fit the lines to all measured onsets; the error is the leave-one-out one."""
    data = onset_data()
    measured = data["value_V_vs_Na"].to_numpy(dtype=float)
    error = float(np.sqrt(np.mean((committee_left_out(data) - measured) ** 2)))
    return OxidationScale(tuple(fit_line(form, data) for form in MEMBERS), error)


@lru_cache(maxsize=1)
def _ion_scale() -> tuple[float, float, float]:
    """Line from the ALPB vertical IP to V, for species that carry charge.

    The solvated IP puts ions and molecules on one scale; the slope and offset come from
    the fourteen molecules, the error too.
    """
    data = onset_data()
    x = data["ip_vertical_alpb_eV"].to_numpy(dtype=float)
    y = data["value_V_vs_Na"].to_numpy(dtype=float)
    slope, offset = np.polyfit(x, y, 1)
    return float(slope), float(offset), float(np.std(y - slope * x - offset, ddof=2))


def oxidation_potentials(smiles: Sequence[str]) -> pd.DataFrame:
    """Estimate the oxidation potential of free molecules and ions.

    Parameters
    ----------
    smiles : sequence of str
        Molecules and ions; not bare metal cations.

    Returns
    -------
    DataFrame of shape (n_smiles, 2)
        ``oxidation_potential_V_vs_Na`` and its ``_std``; the std grows with the
        distance from the fourteen molecules and is at least 1 V for ions.

    Notes
    -----
    On the scale of the onsets (glassy carbon, 1 mA/cm2, no alkali salt), which lies
    1 V and more above usable cut-offs: a rank and a difference, not a cut-off.
    """
    columns = oxidation_columns_of(smiles)
    potential, std = oxidation_scale().predict(columns)
    slope, offset, scatter = _ion_scale()
    is_ion = columns["charge"].to_numpy(dtype=float) != 0
    of_ion = slope * columns["ip_vertical_alpb_eV"].to_numpy(dtype=float) + offset
    return pd.DataFrame(
        {
            "oxidation_potential_V_vs_Na": np.where(is_ion, of_ion, potential),
            "oxidation_potential_std_V": np.where(
                is_ion, max(scatter, MINIMUM_ANION_STD_V), std
            ),
        },
        index=columns.index,
    )
