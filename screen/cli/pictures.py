"""What the commands draw with ``--plot``: which figures, and how to read them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from sodalyte.screen.plots.page import Panel, check_picture_path, write_pictures

if TYPE_CHECKING:
    from sodalyte.datasets.formulations.formulation import Formulation
    from sodalyte.models.cell import CellResult
    from sodalyte.screen.judging.conditions import Conditions

__all__ = [
    "PLOTTED",
    "check_picture_path",
    "plot_benchmark",
    "plot_cell",
    "plot_prediction",
]

SALT = "salt"
N_STEPS = 21
HIGHEST_SHARE = 0.7  # of a diluted electrolyte
HIGHEST_SALT_mol_per_L = 3.0
LONGEST_CURVE = 2000  # cycles
#: Benchmarks that have a picture, and what is left out in them.
PLOTTED = {
    "na-leave-one-work-out": "work",
    "na-leave-one-solvent-set-out": "solvent_set",
}


def plot_prediction(
    path: Path, recipe: Formulation, conditions: Conditions, along: str = SALT
) -> None:
    """Draw how the predictions of a recipe answer to one amount.

    Parameters
    ----------
    path : Path
    recipe : Formulation
    conditions : Conditions
    along : str
        "salt", or a liquid to be added.

    Raises
    ------
    ValueError
        If the recipe cannot be varied that way.
    KeyError
        If the liquid is unknown; names the nearest.
    """
    from sodalyte.screen.judging.series import dilution_series, molarity_series
    from sodalyte.screen.plots import response_figure

    if along == SALT:
        own = recipe.salt_molarity_mol_per_L
        highest = max(HIGHEST_SALT_mol_per_L, 1.2 * own)
        steps = np.linspace(0.1, highest, N_STEPS)
        # the recipe itself is one of the points
        amounts = np.unique(np.round([*steps[abs(steps - own) > 0.02], own], 3))
        series = molarity_series(recipe, amounts.tolist())
    else:
        shares = np.linspace(0.0, HIGHEST_SHARE, N_STEPS)
        series = dilution_series(recipe, along, shares.tolist())
    figure = response_figure(
        series.response(conditions),
        series.measured(),
        x=series.x,
        x_title=series.x_title,
    )
    caption = (
        f"Lines are medians and bands 90 % intervals for {conditions}; a dotted line "
        "lies outside the domain of the data. A cell that does not run counts at the "
        "low end of the efficiency. Crosses are measurements of recipes on this line, "
        "each under its own conditions; one at 0 would not run."
    )
    heading = f"More or less {series.x_title}, all else as it is"
    write_pictures(path, recipe.canonical, [Panel(heading, figure, caption)])


def plot_cell(path: Path, result: CellResult) -> None:
    """Draw retention over cycles, and where the mass and the money go.

    Parameters
    ----------
    path : Path
    result : CellResult of one cell
    """
    from sodalyte.screen.plots import ledger_figure, retention_figure

    frame = result.to_frame()
    life = float(frame["cycle_life_80"].iloc[0])
    least = int(result.to_dict(0)["retention_cycles"])
    last = int(min(max(least, 1.5 * life if np.isfinite(life) else 0), LONGEST_CURVE))
    cycles = np.unique(np.linspace(0, last, 101).round())
    ledger = result.explain(0)
    panels = [
        Panel(
            f"Retention; ends by {result.limiting[0]}",
            retention_figure(result.curve(cycles)),
            "Median and 90 % interval of a cell that runs. The dotted line is the end "
            "of life.",
        )
    ]
    for section, heading in (("mass", "Where the mass goes"), ("cost", "The money")):
        panels.append(
            Panel(
                heading,
                ledger_figure(ledger, section),
                "Point at a part for its value. Hatched parts share a colour.",
            )
        )
    write_pictures(path, "One cell, from its efficiency", panels)


def plot_benchmark(path: Path, name: str, n_splits: int | None = None) -> None:
    """Draw parity and calibration of predictions for groups that were left out.

    Parameters
    ----------
    path : Path
    name : str
        A key of `PLOTTED`.
    n_splits : int, optional
        Fits; one for each group unless given.
    """
    from sodalyte.screen.judging.held_out import held_out_predictions
    from sodalyte.screen.plots import calibration_figure, parity_figure
    from sodalyte.screen.surrogates.training import training_table

    X, frame, _ = training_table()
    key = PLOTTED[name]
    n_fits = n_splits or frame[key].nunique()
    told = held_out_predictions(X, frame, key=key, n_splits=n_fits)
    panels = [
        Panel(
            "Predictions of what was left out",
            parity_figure(told.table),
            "Each point was predicted by models that had not seen its group. Point at "
            "one for its recipe.",
        ),
        Panel(
            "Do the intervals hold what they promise?",
            calibration_figure(told.coverage()),
            "Below the diagonal intervals are too narrow. Rows of one group are not "
            "independent, so the bars are too short.",
        ),
    ]
    write_pictures(path, name, panels)
