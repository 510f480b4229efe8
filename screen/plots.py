"""Pictures of predictions and proposals, for the report and the notebooks alike.

Colours are those of Okabe and Ito, told apart by colour-blind readers and in
print; every axis carries its unit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go

__all__ = ["COLOURS", "nines_axis", "pareto_figure"]

COLOURS = {
    "safe": "#009E73",
    "exploratory": "#D55E00",
    "measured": "#000000",
    "candidate": "#BFC7CF",
    "front": "#0072B2",
}
NINES_TICKS = {0.0: "0", 1.0: "90", 1.5: "96.8", 2.0: "99", 2.5: "99.7", 3.0: "99.9"}
NINES_TICKS |= {3.5: "99.97", 4.0: "99.99"}


def nines_axis(title: str = "Coulombic efficiency (%, scaled in nines)") -> dict:
    """Give the axis that counts nines and is labelled in percent."""
    return {
        "title": title,
        "tickvals": list(NINES_TICKS),
        "ticktext": list(NINES_TICKS.values()),
        "zeroline": False,
    }


def nines(ce_percent: Any) -> np.ndarray:
    """Convert percent to nines; 100 % has no number of nines and gives infinity."""
    with np.errstate(divide="ignore"):
        return -np.log10(1.0 - np.asarray(ce_percent, dtype=float) / 100.0)


def _interval(frame: pd.DataFrame, name: str) -> dict[str, Any]:
    return {
        "type": "data",
        "symmetric": False,
        "array": frame[f"{name}_high"] - frame[f"{name}_median"],
        "arrayminus": frame[f"{name}_median"] - frame[f"{name}_low"],
        "thickness": 1.2,
        "width": 3,
    }


def pareto_figure(
    proposals: pd.DataFrame, candidates: pd.DataFrame, measured: pd.DataFrame
) -> go.Figure:
    """Draw Coulombic efficiency against oxidative limit.

    Parameters
    ----------
    proposals : DataFrame
        Columns ``id``, ``formulation``, ``list``, and ``nines`` and
        ``limit_V`` each with ``_median``, ``_low`` and ``_high``.
    candidates : DataFrame
        Columns ``nines_median``, ``limit_V_median`` and ``is_pareto``.
    measured : DataFrame
        Columns ``formulation``, ``nines`` (measured) and ``limit_V`` (predicted).

    Returns
    -------
    plotly.graph_objects.Figure
        Candidates in grey, the Pareto set ringed, measured recipes as crosses,
        proposals with their 90 % intervals.
    """
    import plotly.graph_objects as go

    front = candidates[candidates["is_pareto"]]
    figure = go.Figure()
    figure.add_scattergl(
        x=candidates["limit_V_median"],
        y=candidates["nines_median"],
        mode="markers",
        marker={"size": 4, "color": COLOURS["candidate"]},
        name="candidates judged (sample)",
        hoverinfo="skip",
    )
    figure.add_scatter(
        x=front["limit_V_median"],
        y=front["nines_median"],
        mode="markers",
        marker={"size": 6, "symbol": "circle-open", "color": COLOURS["front"]},
        name="Pareto set of cycle life and limit",
        hoverinfo="skip",
    )
    figure.add_scatter(
        x=measured["limit_V"],
        y=measured["nines"],
        mode="markers",
        marker={"size": 7, "symbol": "x-thin", "line": {"width": 1.6}},
        marker_line_color=COLOURS["measured"],
        text=measured["formulation"],
        hovertemplate="%{text}<br>measured<extra></extra>",
        name="measured",
    )
    for kind in ("safe", "exploratory"):
        some = proposals[proposals["list"] == kind]
        if some.empty:
            continue
        figure.add_scatter(
            x=some["limit_V_median"],
            y=some["nines_median"],
            error_x=_interval(some, "limit_V"),
            error_y=_interval(some, "nines"),
            mode="markers+text",
            text=some["id"],
            textposition="top right",
            customdata=some["formulation"],
            marker={
                "size": 11,
                "color": COLOURS[kind],
                "symbol": "circle" if kind == "safe" else "diamond",
            },
            hovertemplate="%{text} %{customdata}<extra></extra>",
            name=f"proposed, {kind}",
        )
    figure.update_layout(
        template="plotly_white",
        height=520,
        margin={"l": 60, "r": 15, "t": 20, "b": 60},
        legend={"orientation": "h", "y": -0.18},
        xaxis={"title": "oxidative limit (V vs Na/Na+)", "zeroline": False},
        yaxis=nines_axis(),
    )
    return figure
