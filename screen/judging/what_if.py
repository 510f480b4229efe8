"""What each proposal would do at other cut-offs and with more or less electrolyte.

The report has no server to ask, so the cell model is evaluated beforehand on a grid
of upper cut-off and electrolyte ratio, and the page looks the answers up.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sodalyte.datasets.formulations.formulation import Formulation
    from sodalyte.models.cell import CellResult
    from sodalyte.screen.judging.judge import Judge

__all__ = ["FIGURES", "what_if_grid"]

CUTOFF_STEPS_V = (-0.4, -0.3, -0.2, -0.1, 0.0, 0.1, 0.2, 0.3, 0.4, 0.6)
LAST_CYCLE = (100.0, 3000.0)  # bounds of the longest axis of retention
CURVE_POINTS = 61
RATIOS_g_per_Ah = (1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 7.0, 10.0)
# Figure of the cell model, its words with the cycle to fill in, and unit, digits.
FIGURES = (
    ("cycle_life_80", "cycles to 80 %", 0),
    ("capacity_retention", "retention at cycle {cycles}", 3),
    ("specific_energy_cell_Wh_per_kg", "Wh/kg (cell)", 0),
    ("energy_density_cell_Wh_per_L", "Wh/L (cell)", 0),
    ("cost_pack_USD_per_kWh", "$/kWh (pack)", 0),
)


def what_if_grid(judge: Judge, formulations: Sequence[Formulation]) -> dict[str, Any]:
    """Evaluate the cell of each formulation over cut-offs and electrolyte ratios.

    Parameters
    ----------
    judge : Judge
        Of the run; everything but the two settings stays as it is.
    formulations : sequence of Formulation

    Returns
    -------
    dict
        ``upper_cutoff_V`` (n_cutoffs) and ``electrolyte_ratio_g_per_Ah`` (n_ratios):
        the grid; ``default``: the positions of the run's own settings, at which the
        figures are those of the proposal; ``figures``: name to
        [n_formulations][n_cutoffs][n_ratios] central values (the medians of the
        interval, None where a cell has none), with ``limiting_mechanism``,
        ``is_endless`` and ``is_above_limit`` (the cut-off lies above the median
        oxidative limit) likewise. ``retention``: ``cycle`` (n_cycles), and
        ``capacity_retention`` with ``_low`` and ``_high``
        [n_formulations][n_cycles] under the run's own settings.

    Raises
    ------
    ValueError
        If the run varies a setting itself: arrays cannot be put on a grid.
    """
    from sodalyte.datasets.formulations.array import FormulationArray

    cutoff, ratio = _defaults(judge)
    lowest = _lowest_cutoff(judge)
    cutoffs = sorted(
        round(cutoff + step, 3) for step in CUTOFF_STEPS_V if cutoff + step > lowest
    )
    ratios = sorted({*RATIOS_g_per_Ah, ratio})
    grid = pd.MultiIndex.from_product([cutoffs, ratios]).to_frame(index=False)
    array = FormulationArray.from_list(list(formulations))
    X = judge.features(array)
    predicted = judge.predictions(array, X)
    n, size = len(array), len(grid)
    rows = np.repeat(np.arange(n), size)
    other = replace(
        judge,
        design=replace(
            judge.design, electrolyte_ratio_g_per_Ah=np.tile(grid[1].to_numpy(), n)
        ),
        protocol=replace(judge.protocol, upper_cutoff_V=np.tile(grid[0].to_numpy(), n)),
    )
    cells = other.cell(
        X.iloc[rows].reset_index(drop=True),
        predicted.iloc[rows].reset_index(drop=True),
    )
    shape = (n, len(cutoffs), len(ratios))
    figures = {
        name: _nested(cells.values[name].reshape(shape)) for name, _, _ in FIGURES
    }
    limit = predicted["oxidative_limit_V_vs_Na_median"]
    endless = np.isinf(cells.values["cycle_life_80"])
    return {
        "retention": _retention(judge.cell(X, predicted)),
        "upper_cutoff_V": cutoffs,
        "electrolyte_ratio_g_per_Ah": ratios,
        "default": [cutoffs.index(round(cutoff, 3)), ratios.index(ratio)],
        "figures": figures,
        "limiting_mechanism": cells.limiting.reshape(shape).tolist(),
        "is_endless": endless.reshape(shape).tolist(),
        "is_above_limit": (
            np.array(cutoffs)[None, :, None]
            > limit.to_numpy()[:, None, None] + np.zeros(shape)
        ).tolist(),
    }


def _retention(cells: CellResult) -> dict[str, Any]:
    """Follow each cell until well after the longest-lived one has ended."""
    lives = cells.values["cycle_life_80"]
    known = lives[np.isfinite(lives)]
    longest = float(known.max()) if len(known) else 0.0
    last = np.clip(np.ceil(1.5 * longest / 100.0) * 100.0, *LAST_CYCLE)
    cycles = np.round(np.linspace(0.0, last, CURVE_POINTS))
    curves = [cells.curve(cycles, i) for i in range(len(cells))]
    names = [f"capacity_retention{end}" for end in ("", "_low", "_high")]
    return {
        "cycle": cycles.tolist(),
        **{
            name: _nested(np.array([curve[name].to_numpy() for curve in curves]))
            for name in names
        },
    }


def _defaults(judge: Judge) -> tuple[float, float]:
    """Return the run's own cut-off and ratio."""
    given = judge.protocol.upper_cutoff_V
    cutoff = judge.design.material["upper_cutoff_V"] if given is None else given
    ratio = judge.design.electrolyte_ratio_g_per_Ah
    if np.ndim(cutoff) or np.ndim(ratio):
        raise ValueError(
            "A what-if grid needs one cut-off and one electrolyte ratio. Got arrays "
            f"of shape {np.shape(cutoff)} and {np.shape(ratio)}. Give single values."
        )
    return float(cutoff), float(ratio)  # type: ignore[arg-type]


def _lowest_cutoff(judge: Judge) -> float:
    """Return the lower cut-off; a charge must end above it."""
    given = judge.protocol.lower_cutoff_V
    low = judge.design.material["lower_cutoff_V"] if given is None else given
    return float(np.max(np.asarray(low, dtype=float)))


def _nested(values: np.ndarray) -> Any:
    """Turn an array into lists: seven digits, None for what is no number."""
    if values.ndim > 1:
        return [_nested(part) for part in values]
    return [float(f"{value:.7g}") if np.isfinite(value) else None for value in values]
