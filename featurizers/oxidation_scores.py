"""Score the forms of the oxidation scale on the fourteen measured onsets.

Fourteen molecules choose any form that one lets them choose. So each row says what the
fourteen decided: nothing, the slope of a line, or the form itself.
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sodalyte.featurizers.oxidation import (
    CHOSEN,
    FORMS,
    committee_left_out,
    fit_line,
    left_out,
    onset_data,
    oxidation_columns_of,
)

__all__ = ["leave_one_out_table"]

Array = NDArray[np.float64]

GLYMES = ("COCCOC", "COCCOCCOC", "COCCOCCOCCOC", "COCCOCCOCCOCCOC")
"""Chains that oxidise alike: lithium salt with excess triglyme and with excess
tetraglyme both near 4 V vs Li/Li+ (Yoshida et al., J. Am. Chem. Soc. 2011, 133, 13121,
10.1021/ja203983r; abstract read, DOI from memory). None of them is among the
fourteen."""

SIGNS = {
    "homo_gas_eV": -1.0,
    "ip_vertical_gas_eV": 1.0,
    "homo_alpb_eV": -1.0,
    "ip_vertical_alpb_eV": 1.0,
    "ip_vertical_ipea1_eV": 1.0,
    "ip_adiabatic_alpb_eV": 1.0,
}
"""Computed numbers, with the sign that makes a large one stable."""

THREE = ("homo_alpb_eV", "ip_vertical_ipea1_eV", "ip_adiabatic_alpb_eV")
"""Those behind the lines of ``MEMBERS``."""


def _signed(data: pd.DataFrame) -> dict[str, Array]:
    return {
        column: sign * data[column].to_numpy(dtype=float)
        for column, sign in SIGNS.items()
    }


def _freed_of_size(data: pd.DataFrame) -> dict[str, Array]:
    """Correct each number by the slope against 1/size that makes glymes equal."""
    glymes = oxidation_columns_of(GLYMES)
    size = glymes["inverse_size"].to_numpy(dtype=float)
    of_glymes, own = _signed(glymes), _signed(data)
    slopes = {c: np.polyfit(size, of_glymes[c], 1)[0] for c in SIGNS}
    own_size = data["inverse_size"].to_numpy(dtype=float)
    return {c: own[c] - slopes[c] * own_size for c in SIGNS}


def _unfitted(data: pd.DataFrame) -> dict[str, Array]:
    """Rank by computed numbers alone; the fourteen decide nothing."""
    from scipy.stats import rankdata

    raw, freed = _signed(data), _freed_of_size(data)
    three = np.array([raw[c] for c in THREE])
    standard = (three.T - three.mean(axis=1)) / three.std(axis=1)
    return {
        "raw HOMO (gas)": raw["homo_gas_eV"],
        "raw vertical IP (gas)": raw["ip_vertical_gas_eV"],
        "raw HOMO (ALPB)": raw["homo_alpb_eV"],
        "raw mean of HOMO and vertical IP (ALPB)": raw["homo_alpb_eV"]
        + raw["ip_vertical_alpb_eV"],
        "raw mean of the three": three.mean(axis=0),
        "raw mean of the three, standardised": standard.mean(axis=1),
        "raw mean rank of six numbers": np.mean(
            [rankdata(values) for values in raw.values()], axis=0
        ),
        "raw HOMO (gas), size from glymes": freed["homo_gas_eV"],
        "raw vertical IP (gas), size from glymes": freed["ip_vertical_gas_eV"],
        "raw HOMO (ALPB), size from glymes": freed["homo_alpb_eV"],
        "raw vertical IP (IPEA1), size from glymes": freed["ip_vertical_ipea1_eV"],
        "raw adiabatic IP (ALPB), size from glymes": freed["ip_adiabatic_alpb_eV"],
        "raw mean of the three, size from glymes": np.mean(
            [freed[c] for c in THREE], axis=0
        ),
    }


def _chosen_in_folds(data: pd.DataFrame) -> Array:
    """Predict each molecule by the single line that does best on the others alone."""
    predicted = []
    for i in data.index:
        others = data.drop(index=i)
        measured = others["value_V_vs_Na"].to_numpy(dtype=float)
        errors = {
            form: float(np.mean((left_out(form, others) - measured) ** 2))
            for form in FORMS
        }
        best = min(errors, key=lambda form: errors[form])
        predicted.append(fit_line(best, others).predict(data.loc[[i]])[0][0])
    return np.array(predicted)


def leave_one_out_table(
    *, n_bootstrap: int = 2000, random_state: int = 0
) -> pd.DataFrame:
    """Score every form that was tried against the measured onsets.

    Parameters
    ----------
    n_bootstrap : int, default=2000
        Resamples of the molecules for the interval.
    random_state : int, default=0

    Returns
    -------
    DataFrame
        One row per form: ``rank_correlation`` (Spearman), ``low``, ``high`` (5th and
        95th percentile), ``rmse_V``, ``n_molecules``, ``is_chosen`` (the scale that is
        shipped) and ``decided_by_the_fourteen``: ``"nothing"`` (rows ``"raw ..."``:
        computed numbers, signs as physics has them, sizes from the glymes, no
        molecule used), ``"slopes"`` (each molecule predicted by a line through the
        others), ``"slopes and form"`` (the form too is chosen without the molecule).
    """
    data = onset_data()
    y = data["value_V_vs_Na"].to_numpy(dtype=float)
    generator = np.random.default_rng(random_state)
    samples = generator.integers(0, len(y), size=(n_bootstrap, len(y)))
    scored = {name: (x, "nothing") for name, x in _unfitted(data).items()}
    scored |= {form: (left_out(form, data), "slopes") for form in FORMS}
    nested = "one line chosen within each fold"
    scored[nested] = (_chosen_in_folds(data), "slopes and form")
    scored[CHOSEN] = (committee_left_out(data), "slopes")
    return pd.DataFrame(
        [
            {
                "form": name,
                **_score(predicted, y, samples, is_potential=decided != "nothing"),
                "n_molecules": len(y),
                "is_chosen": name == CHOSEN,
                "decided_by_the_fourteen": decided,
            }
            for name, (predicted, decided) in scored.items()
        ]
    )


def _score(
    predicted: Array, y: Array, samples: NDArray[np.int64], *, is_potential: bool
) -> dict[str, float]:
    """Rank correlation with its interval, and the error where there is a potential."""
    from scipy.stats import spearmanr

    draws = [
        spearmanr(predicted[s], y[s]).statistic
        for s in samples
        if len(np.unique(s)) > 2
    ]
    error = float(np.sqrt(np.mean((predicted - y) ** 2)))
    return {
        "rank_correlation": float(spearmanr(predicted, y).statistic),
        "low": float(np.quantile(draws, 0.05)),
        "high": float(np.quantile(draws, 0.95)),
        "rmse_V": error if is_potential else float("nan"),
    }
