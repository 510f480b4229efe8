"""Check the realistic profile on the published anode-free sodium cells.

Sodium is lost per cycle by a permanent share of the printed efficiency's deficit and
by what the printed efficiency does not tell (the background); the cathode fades by
itself as its parameter set says. The first two are fitted to least absolute error of
the retention; the spread is taken from the residuals of ln(fade) of the cells without
a reserve of sodium. An efficiency printed without a decimal says nothing of a loss of
0.1 % per cycle, so for such rows only the background speaks.

What this table can and cannot show: printed efficiencies mix half and full cells and
figure read-offs, and people stop cycling near 80 %. No claim is made that a printed
efficiency predicts retention; the two nulls are printed beside the model.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from sodalyte.models.cell.cathodes import load_cathodes
from sodalyte.models.cell.electrolyte import (
    ElectrolyteProperties,
    nines_from_ce_percent,
)
from sodalyte.models.cell.inputs import cell_inputs
from sodalyte.models.cell.inventory import retention
from sodalyte.models.cell.ledger import stack_ledger
from sodalyte.models.cell.protocol import Protocol
from sodalyte.models.cell.published_cells import flooded_design, records
from sodalyte.models.cell.stages import life_stage

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "ConstantFade",
    "RealisticFit",
    "constant_fade_interval",
    "error_difference",
    "fit_constant_fade",
    "fit_realistic",
    "leave_one_work_out",
    "predict_interval",
    "validation_table",
]

Array = npt.NDArray[np.float64]
LOSS_GRID = np.geomspace(2e-4, 3e-3, 109)
SHARE_GRID = np.geomspace(0.03, 1.5, 80)
LAWS = {
    "model": "realistic profile",
    "constant_fade": "null: constant fade",
    "ce_power_n": "null: CE^N",
}
CARRIED = ["row_id", "work", "collector", "cycles", "retention"]
CARRIED += ["ce_resolution_percent"]
Z_80 = 1.2815515655446004  # standard normal quantile of 0.9


@dataclass(frozen=True)
class RealisticFit:
    """Fitted numbers of the realistic profile.

    Parameters
    ----------
    background_loss_per_cycle, permanent_loss_fraction : float
        Least absolute error of retention.
    ln_low, ln_high : float
        10th and 90th percentile of ln(implied fade / fitted fade).
    """

    background_loss_per_cycle: float
    permanent_loss_fraction: float
    ln_low: float
    ln_high: float


@dataclass(frozen=True)
class ConstantFade:
    """The null: one fade per cycle for all cells, and its spread as above."""

    fade_per_cycle: float
    ln_low: float
    ln_high: float


def _column(cells: pd.DataFrame, name: str) -> Array:
    return cells[name].to_numpy(dtype=float)


def _predict(
    cells: pd.DataFrame, background: npt.ArrayLike, share: npt.ArrayLike
) -> Array:
    """Return median retentions; parameters broadcast against the rows."""
    deficit = 1.0 - _column(cells, "ce_percent") / 100.0
    coarse = _column(cells, "ce_resolution_percent") >= 0.5
    told = np.where(coarse, 0.0, np.asarray(share) * deficit)
    cathodes = load_cathodes()
    host = [cathodes[key]["host_fade_per_cycle"] for key in cells["cathode_key"]]
    return retention(
        _column(cells, "cycles"),
        np.minimum(np.asarray(background) + told, 1.0),
        host,
        _column(cells, "reserve"),
    )


def _fade(kept: Array, cycles: Array) -> Array:
    return -np.log(np.clip(kept, 1e-12, 1.0 - 1e-9)) / cycles


def _spread(cells: pd.DataFrame, predicted: Array) -> tuple[float, float]:
    """Return the 10th and 90th percentile of ln(implied fade / predicted fade)."""
    cycles = _column(cells, "cycles")
    seen = _fade(_column(cells, "retention"), cycles)
    low, high = np.quantile(np.log(seen / _fade(predicted, cycles)), [0.1, 0.9])
    return float(low), float(high)


def fit_realistic(cells: pd.DataFrame) -> RealisticFit:
    """Fit background loss and permanent share of the deficit on a grid.

    Parameters
    ----------
    cells : DataFrame
        From ``published_cells.sodium_cells``.

    Returns
    -------
    RealisticFit
    """
    background, share = np.meshgrid(LOSS_GRID, SHARE_GRID, indexing="ij")
    predicted = _predict(cells, background[..., None], share[..., None])
    error = np.abs(predicted - _column(cells, "retention")).sum(axis=-1)
    i, j = np.unravel_index(int(np.argmin(error)), error.shape)
    bare = _column(cells, "reserve") <= 0.0
    low, high = _spread(cells[bare], predicted[i, j][bare])
    return RealisticFit(float(LOSS_GRID[i]), float(SHARE_GRID[j]), low, high)


def fit_constant_fade(cells: pd.DataFrame) -> ConstantFade:
    """Fit the null: one fade per cycle for all, same loss function and same spread.

    Parameters
    ----------
    cells : DataFrame
        From ``published_cells.sodium_cells``.

    Returns
    -------
    ConstantFade
    """
    predicted = (1.0 - LOSS_GRID[:, None]) ** _column(cells, "cycles")
    error = np.abs(predicted - _column(cells, "retention")).sum(axis=-1)
    i = int(np.argmin(error))
    return ConstantFade(float(LOSS_GRID[i]), *_spread(cells, predicted[i]))


def constant_fade_interval(
    cells: pd.DataFrame, fit: ConstantFade
) -> tuple[Array, Array, Array]:
    """Return the 10th, 50th and 90th percentile of retention of the null."""
    cycles = _column(cells, "cycles")
    fades = fit.fade_per_cycle * np.exp([max(fit.ln_high, 0.0), 0.0, fit.ln_low])
    low, median, high = ((1.0 - np.minimum(fade, 1.0)) ** cycles for fade in fades)
    return low, median, high


def predict_interval(
    cells: pd.DataFrame, fit: RealisticFit
) -> tuple[Array, Array, Array]:
    """Return the 10th, 50th and 90th percentile of retention from the cell model.

    Parameters
    ----------
    cells : DataFrame
        From ``published_cells.sodium_cells``.
    fit : RealisticFit
        Its numbers replace the priors; the spread is the two-piece one of the model.

    Returns
    -------
    low, median, high : ndarray
    """
    out = np.empty((3, len(cells)))
    overrides = {
        "background_loss_per_cycle": fit.background_loss_per_cycle,
        "permanent_loss_fraction": fit.permanent_loss_fraction,
        "life_ln_std_worse": max(fit.ln_high, 0.0) / Z_80,
        "life_ln_std_better": max(-fit.ln_low, 0.0) / Z_80,
    }
    for position, row in enumerate(records(cells)):
        design = flooded_design(row)
        electrolyte = ElectrolyteProperties(
            nines_mean=nines_from_ce_percent(row["ce_percent"]),
            initial_ce_percent=row["initial_ce_percent"],
            ce_resolution_percent=row["ce_resolution_percent"],
        )
        inputs = cell_inputs(electrolyte, design, Protocol(), "realistic", overrides)
        ledger = stack_ledger(design, inputs.density_g_per_mL)
        for side, z in enumerate((-Z_80, 0.0, Z_80)):
            life = life_stage(
                inputs,
                design,
                ledger,
                np.zeros(()),
                row["cycles"],
                uptake=np.zeros(()),
                z=z,
            )
            out[side, position] = float(life.retention)
    return out[0], out[1], out[2]


def leave_one_work_out(cells: pd.DataFrame) -> pd.DataFrame:
    """Predict each cell from the cells of all other works.

    Parameters
    ----------
    cells : DataFrame
        From ``sodium_cells``.

    Returns
    -------
    DataFrame
        Per row: truth, and for ``model`` and ``constant_fade`` the 10th, 50th and
        90th percentile; ``ce_power_n`` is the second null.
    """
    parts = []
    import pandas as pd

    for work in cells["work"].unique():
        inside = cells["work"] == work
        train, test = cells[~inside], cells[inside]
        part = test[CARRIED].copy()
        for name, (low, median, high) in (
            ("model", predict_interval(test, fit_realistic(train))),
            ("constant_fade", constant_fade_interval(test, fit_constant_fade(train))),
        ):
            part[f"{name}_low"], part[f"{name}_median"] = low, median
            part[f"{name}_high"] = high
        part["ce_power_n"] = (test["ce_percent"] / 100.0) ** test["cycles"]
        parts.append(part)
    return pd.concat(parts).sort_index()


def validation_table(predictions: pd.DataFrame) -> pd.DataFrame:
    """Sum up ``leave_one_work_out``: error, coverage, width, beside the nulls.

    Parameters
    ----------
    predictions : DataFrame
        From ``leave_one_work_out``.

    Returns
    -------
    DataFrame
        For all cells and for those whose efficiency is printed with a decimal, one
        row per law: mean absolute and root mean square error of retention in points,
        coverage of the 80 % interval with its 95 % confidence interval (Wilson), and
        its median width.
    """
    import pandas as pd

    fine = predictions["ce_resolution_percent"] < 0.5
    rows = []
    for cells, part in (("all", predictions), ("CE with a decimal", predictions[fine])):
        truth = part["retention"]
        for name, label in LAWS.items():
            row: dict[str, object] = {"cells": cells, "law": label, "n": len(part)}
            row |= _errors(part[_centre(name)] - truth)
            if f"{name}_low" in part:
                low, high = part[f"{name}_low"], part[f"{name}_high"]
                hits = int(((truth >= low) & (truth <= high)).sum())
                row["coverage_80"] = hits / len(part)
                row["coverage_from"], row["coverage_to"] = _wilson(hits, len(part))
                row["median_width"] = float((high - low).median())
            rows.append(row)
    return pd.DataFrame(rows)


def error_difference(
    predictions: pd.DataFrame,
    against: str = "constant_fade",
    *,
    n_bootstrap: int = 4000,
    random_state: int = 0,
) -> tuple[float, float, float]:
    """Return how much larger the model's mean absolute error is than a null's.

    Parameters
    ----------
    predictions : DataFrame
        From ``leave_one_work_out``.
    against : {"constant_fade", "ce_power_n"}
        The null.
    n_bootstrap, random_state : int
        Draws of works with replacement, and their seed.

    Returns
    -------
    difference, low, high : float
        Points of retention, with the 95 % bootstrap interval over works; negative
        where the model is better.
    """
    truth = predictions["retention"]
    null = predictions[_centre(against)]
    paired = (predictions["model_median"] - truth).abs() - (null - truth).abs()
    by_work = 100.0 * paired.groupby(predictions["work"]).mean().to_numpy(dtype=float)
    rng = np.random.default_rng(random_state)
    picks = rng.integers(0, len(by_work), size=(n_bootstrap, len(by_work)))
    low, high = np.quantile(by_work[picks].mean(axis=1), [0.025, 0.975])
    return float(by_work.mean()), float(low), float(high)


def _centre(law: str) -> str:
    """Return the column of a law's central value."""
    return law if law == "ce_power_n" else f"{law}_median"


def _wilson(hits: int, n: int) -> tuple[float, float]:
    """Return the 95 % confidence interval of a share."""
    z = 1.959963984540054
    centre = (hits + z * z / 2.0) / (n + z * z)
    half = z / (n + z * z) * np.sqrt(hits * (n - hits) / n + z * z / 4.0)
    return float(centre - half), float(centre + half)


def _errors(difference: pd.Series) -> dict[str, object]:
    return {
        "mean_absolute_error_points": 100.0 * float(difference.abs().mean()),
        "rms_error_points": 100.0 * float(np.sqrt((difference**2).mean())),
    }
