"""Where proposals lie among candidates and measured recipes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sodalyte.screen.plots.style import COLOURS, blank_figure, error_bar, nines_axis

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go

__all__ = ["pareto_figure"]

LABEL_PLACES = ("top right", "bottom right", "top left", "bottom left")


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
    front = candidates[candidates["is_pareto"]]
    figure = blank_figure(520)
    figure.add_scatter(  # not scattergl, whose canvas would hide the proposals
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
        if len(some):
            _add_proposals(figure, some, kind)
    figure.update_layout(
        legend={"orientation": "h", "y": -0.18},
        xaxis={"title": {"text": "oxidative limit (V vs Na/Na+)"}, "zeroline": False},
        yaxis=nines_axis(),
    )
    return figure


def _add_proposals(figure: go.Figure, some: pd.DataFrame, kind: str) -> None:
    places = [LABEL_PLACES[i % len(LABEL_PLACES)] for i in range(len(some))]
    bars = {}
    for axis, name in (("error_x", "limit_V"), ("error_y", "nines")):
        parts = [some[f"{name}_{part}"] for part in ("median", "low", "high")]
        bars[axis] = error_bar(*parts) | {"color": _pale(COLOURS[kind])}
    figure.add_scatter(
        x=some["limit_V_median"],
        y=some["nines_median"],
        **bars,
        mode="markers+text",
        text=some["id"],
        textposition=places,
        textfont={"size": 13, "color": "#1b1f24"},
        customdata=[
            [row.formulation, _percent(row, "median"), _percent(row, "low")]
            + [_percent(row, "high")]
            + [f"{getattr(row, f'limit_V_{b}'):.2f}" for b in ("median", "low", "high")]
            for row in some.itertuples()
        ],
        marker={
            "size": 11,
            "color": COLOURS[kind],
            "symbol": "circle" if kind == "safe" else "diamond",
            "line": {"width": 1, "color": "#ffffff"},
        },
        hovertemplate=(
            "<b>%{text}</b> %{customdata[0]}<br>CE %{customdata[1]} % "
            "(%{customdata[2]} to %{customdata[3]})<br>limit %{customdata[4]} V "
            "(%{customdata[5]} to %{customdata[6]})<extra></extra>"
        ),
        name=f"proposed, {kind}",
    )


def _percent(row: object, bound: str) -> str:
    value = 100.0 * (1.0 - 10.0 ** -float(getattr(row, f"nines_{bound}")))
    return f"{value:.2f}"


def _pale(colour: str) -> str:
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.45)"
