"""Check the realistic profile on the published anode-free sodium cells.

The fade of each cell is the larger of a host fade and the permanent share of the
printed efficiency's deficit. Both numbers are fitted to least absolute error of the
retention; the spread is taken from the residuals of ln(fade). An efficiency printed
without a decimal says nothing of a loss of 0.1 % per cycle, so for such rows only the
host fade speaks.

What this table can and cannot show: printed efficiencies mix half and full cells and
figure read-offs, and people stop cycling near 80 %. No claim is made that a printed
efficiency predicts retention; the two nulls are printed beside the model.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from sodalyte.models.cell.design import CellDesign
from sodalyte.models.cell.electrolyte import (
    ElectrolyteProperties,
    nines_from_ce_percent,
)
from sodalyte.models.cell.inputs import cell_inputs
from sodalyte.models.cell.inventory import retention
from sodalyte.models.cell.ledger import stack_ledger
from sodalyte.models.cell.protocol import Protocol
from sodalyte.models.cell.stages import life_stage

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "RealisticFit",
    "error_difference",
    "fit_constant_fade",
    "fit_realistic",
    "leave_one_work_out",
    "sodium_cells",
    "validation_table",
]

Array = npt.NDArray[np.float64]
HOST_GRID = np.geomspace(2e-4, 3e-3, 109)
SHARE_GRID = np.geomspace(0.03, 1.5, 80)
FLOODED_g_per_Ah = 100.0  # coin cells: 30 to 500 g/Ah, they never run dry
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
    host_fade_per_cycle, permanent_loss_fraction : float
        Least absolute error of retention.
    ln_low, ln_high : float
        10th and 90th percentile of ln(implied fade / fitted fade).
    """

    host_fade_per_cycle: float
    permanent_loss_fraction: float
    ln_low: float
    ln_high: float


def _cathode_table() -> dict[str, dict[str, str]]:
    path = files("sodalyte.models.cell") / "parameters" / "anode_free_cathodes.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    return {row["cathode"]: row for row in csv.DictReader(lines)}


def sodium_cells() -> pd.DataFrame:
    """Return the sodium cells that print efficiency, retention and cycles.

    Returns
    -------
    DataFrame
        ``row_id``, ``work``, ``collector``, ``cathode_key``,
        ``sacrificial_mass_fraction``, ``cycles``, ``retention``, ``ce_percent``,
        ``initial_ce_percent``, ``ce_resolution_percent`` (1 where no decimal is
        printed), ``reserve`` (sodium beyond the cathode's capacity, from cathode and
        printed initial efficiency).

    Raises
    ------
    ValueError
        If a cathode text has no parameter set; names them.
    """
    from sodalyte.datasets import load_anode_free_cells

    frame = load_anode_free_cells().frame
    kept = frame[
        (frame["metal"] == "Na")
        & frame["ce_percent"].notna()
        & frame["retention_percent"].notna()
        & frame["retention_cycles"].notna()
    ].reset_index(drop=True)
    table = _cathode_table()
    unknown = sorted(set(kept["cathode"]) - set(table))
    if unknown:
        raise ValueError(
            "Every cathode text of the anode-free cells needs a parameter set. "
            f"{len(unknown)} have none: {'; '.join(unknown[:5])}. Add them to "
            "parameters/anode_free_cathodes.csv."
        )
    ce = kept["ce_percent"].to_numpy(dtype=float)
    cells = kept[["row_id", "work", "collector"]].copy()
    cells["cathode_key"] = [table[text]["key"] for text in kept["cathode"]]
    cells["sacrificial_mass_fraction"] = [
        float(table[text]["sacrificial_mass_fraction"]) for text in kept["cathode"]
    ]
    cells["cycles"] = kept["retention_cycles"].to_numpy(dtype=float)
    cells["retention"] = kept["retention_percent"].to_numpy(dtype=float) / 100.0
    cells["ce_percent"] = ce
    cells["initial_ce_percent"] = kept["initial_ce_percent"].to_numpy(dtype=float)
    cells["ce_resolution_percent"] = np.where(ce == np.round(ce), 1.0, 0.1)
    cells["reserve"] = [
        _reserve({str(key): value for key, value in row.items()})
        for row in cells.to_dict("records")
    ]
    return cells


def _design(row: Mapping[str, object]) -> CellDesign:
    share = float(str(row["sacrificial_mass_fraction"]))
    return CellDesign(
        cathode=str(row["cathode_key"]),
        collector=str(row["collector"]),
        electrolyte_ratio_g_per_Ah=FLOODED_g_per_Ah,
        active_mass_fraction=0.94 - share,
        sacrificial_mass_fraction=share,
        format="coin",
    )


def _reserve(row: Mapping[str, object]) -> float:
    extra = float(stack_ledger(_design(row), 1.0).extra_ratio)
    first = float(str(row["initial_ce_percent"])) / 100.0
    return max((1.0 + extra) * first - 1.0, 0.0)


def _predict(
    cells: pd.DataFrame, host_fade: npt.ArrayLike, share: npt.ArrayLike
) -> Array:
    """Return median retentions; parameters broadcast against the rows."""
    deficit = 1.0 - cells["ce_percent"].to_numpy(dtype=float) / 100.0
    coarse = cells["ce_resolution_percent"].to_numpy(dtype=float) >= 0.5
    loss = np.where(coarse, 0.0, np.asarray(share) * deficit)
    return retention(
        cells["cycles"].to_numpy(dtype=float),
        np.minimum(loss, 1.0),
        host_fade,
        cells["reserve"].to_numpy(dtype=float),
    )


def _fade(kept: Array, cycles: Array) -> Array:
    return -np.log(np.clip(kept, 1e-12, 1.0 - 1e-9)) / cycles


def _residuals(cells: pd.DataFrame, predicted: Array) -> Array:
    cycles = cells["cycles"].to_numpy(dtype=float)
    seen = _fade(cells["retention"].to_numpy(dtype=float), cycles)
    return np.log(seen / _fade(predicted, cycles))


def fit_realistic(cells: pd.DataFrame) -> RealisticFit:
    """Fit host fade and permanent share of the deficit on a grid.

    Parameters
    ----------
    cells : DataFrame
        From ``sodium_cells``.

    Returns
    -------
    RealisticFit
    """
    truth = cells["retention"].to_numpy(dtype=float)
    host, share = np.meshgrid(HOST_GRID, SHARE_GRID, indexing="ij")
    predicted = _predict(cells, host[..., None], share[..., None])
    error = np.abs(predicted - truth).sum(axis=-1)
    i, j = np.unravel_index(int(np.argmin(error)), error.shape)
    residuals = _residuals(cells, predicted[i, j])
    low, high = np.quantile(residuals, [0.1, 0.9])
    return RealisticFit(
        float(HOST_GRID[i]), float(SHARE_GRID[j]), float(low), float(high)
    )


def fit_constant_fade(cells: pd.DataFrame) -> RealisticFit:
    """Fit the null: one fade per cycle for all, same loss and same spread.

    Parameters
    ----------
    cells : DataFrame
        From ``sodium_cells``.

    Returns
    -------
    RealisticFit
        With a permanent share of 0.
    """
    truth = cells["retention"].to_numpy(dtype=float)
    predicted = _predict(cells, HOST_GRID[:, None], 0.0)
    error = np.abs(predicted - truth).sum(axis=-1)
    i = int(np.argmin(error))
    low, high = np.quantile(_residuals(cells, predicted[i]), [0.1, 0.9])
    return RealisticFit(float(HOST_GRID[i]), 0.0, float(low), float(high))


def predict_interval(
    cells: pd.DataFrame, fit: RealisticFit
) -> tuple[Array, Array, Array]:
    """Return the 10th, 50th and 90th percentile of retention from the cell model.

    Parameters
    ----------
    cells : DataFrame
        From ``sodium_cells``.
    fit : RealisticFit
        Its numbers replace the priors; the spread is the two-piece one of the model.

    Returns
    -------
    low, median, high : ndarray
    """
    out = np.empty((3, len(cells)))
    overrides = {
        "host_fade_per_cycle": fit.host_fade_per_cycle,
        "permanent_loss_fraction": fit.permanent_loss_fraction,
        "life_ln_std_worse": max(fit.ln_high, 0.0) / Z_80,
        "life_ln_std_better": max(-fit.ln_low, 0.0) / Z_80,
    }
    for position, row in enumerate(cells.to_dict("records")):
        design = _design({str(key): value for key, value in row.items()})
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
        for name, fit in (
            ("model", fit_realistic(train)),
            ("constant_fade", fit_constant_fade(train)),
        ):
            low, median, high = predict_interval(test, fit)
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
