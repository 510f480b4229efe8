"""How far predictions can be trusted: parity and calibration."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sodalyte.screen.plots.style import (
    COLOURS,
    SERIES,
    SYMBOLS,
    blank_figure,
    error_bar,
    nines_axis,
    require,
)

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go

__all__ = ["calibration_figure", "parity_figure"]

SIDES = (
    (0.0, "value (0: would not run)", "circle"),
    (1.0, "truth lies above", "triangle-up"),
    (-1.0, "truth lies below", "triangle-down"),
)


def parity_figure(held_out: pd.DataFrame) -> go.Figure:
    """Draw predictions of rows that the models had not seen against measurements.

    Parameters
    ----------
    held_out : DataFrame
        From `held_out_predictions`: ``label``, ``nines`` (measured), ``side``,
        ``nines_median``, ``nines_low`` and ``nines_high`` (predicted).

    Returns
    -------
    plotly.graph_objects.Figure
        Both axes in nines, labelled in percent; bounds are triangles that point to
        where the truth lies.
    """
    require(held_out, "label", "nines", "side", "nines_median", "nines_low")
    figure = blank_figure(520)
    ends = [0.0, float(max(held_out["nines"].max(), held_out["nines_high"].max()))]
    figure.add_scatter(
        x=ends,
        y=ends,
        mode="lines",
        line={"color": "#7a828a", "width": 1, "dash": "dash"},
        name="prediction = measurement",
        hoverinfo="skip",
    )
    for i, (side, name, symbol) in enumerate(SIDES):
        some = held_out[held_out["side"] == side]
        if some.empty:
            continue
        bars = error_bar(some["nines_median"], some["nines_low"], some["nines_high"])
        figure.add_scatter(
            x=some["nines"],
            y=some["nines_median"],
            error_y=bars | {"color": COLOURS["candidate"]},
            mode="markers",
            marker={"size": 8, "symbol": symbol, "color": SERIES[i]},
            text=some["label"],
            hovertemplate="%{text}<extra></extra>",
            name=f"{name} ({len(some)})",
        )
    figure.update_layout(
        xaxis=nines_axis("measured Coulombic efficiency (%, scaled in nines)"),
        yaxis=nines_axis("predicted, median and 90 % interval (%)"),
    )
    return figure


def calibration_figure(coverage: pd.DataFrame) -> go.Figure:
    """Draw how often intervals hold the truth against how often they promise to.

    Parameters
    ----------
    coverage : DataFrame
        From `coverage_curve`: ``level``, ``observed``, ``observed_low`` and
        ``observed_high`` (95 % confidence), ``n``; with ``label`` for several curves.

    Returns
    -------
    plotly.graph_objects.Figure
        Both axes in percent; below the diagonal intervals are too narrow.
    """
    require(coverage, "level", "observed", "observed_low", "observed_high", "n")
    curves = coverage if "label" in coverage else coverage.assign(label="rows")
    figure = blank_figure(460)
    figure.add_scatter(
        x=[0.0, 100.0],
        y=[0.0, 100.0],
        mode="lines",
        line={"color": "#7a828a", "width": 1, "dash": "dash"},
        name="as promised",
        hoverinfo="skip",
    )
    for i, (label, some) in enumerate(curves.groupby("label", sort=False)):
        parts = [100.0 * some[k] for k in ("observed", "observed_low", "observed_high")]
        figure.add_scatter(
            x=100.0 * some["level"],
            y=parts[0],
            error_y=error_bar(*parts),
            mode="lines+markers",
            line={"color": SERIES[i % len(SERIES)]},
            marker={"size": 8, "symbol": SYMBOLS[i % len(SYMBOLS)]},
            name=f"{label} (n = {int(np.max(some['n']))})",
        )
    figure.update_layout(
        xaxis={"title": {"text": "promised coverage (%)"}, "range": [0, 102]},
        yaxis={
            "title": {"text": "observed coverage (%), 95 % confidence"},
            "range": [0, 104],
        },
    )
    return figure
