"""Where proposals lie among candidates and measured recipes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sodalyte.screen.plots.style import COLOURS, blank_figure, error_bar, nines_axis

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go

__all__ = ["pareto_figure"]

# Where a label may stand: the offset of its middle, in shares of the axes.
LABEL_PLACES = {
    "top right": (0.022, 0.035),
    "top left": (-0.022, 0.035),
    "bottom right": (0.022, -0.035),
    "bottom left": (-0.022, -0.035),
    "middle right": (0.028, 0.0),
    "middle left": (-0.028, 0.0),
    "top center": (0.0, 0.045),
    "bottom center": (0.0, -0.045),
}
LABEL_REACH = (0.03, 0.045)  # half a label's width and height: nearer is overlap
HEADROOM_nines = 0.6  # above the best median; a bar that goes higher leaves the picture


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
    x = proposals[["limit_V_median", "limit_V_low", "limit_V_high"]].to_numpy().ravel()
    y = np.concatenate([proposals["nines_median"], measured["nines"]])
    top = float(np.max(np.append(y, candidates["nines_median"]))) + HEADROOM_nines
    crosses = measured[["limit_V", "nines"]].to_numpy()
    rings = front[["limit_V_median", "nines_median"]].to_numpy()
    spans = (float(np.ptp(np.append(x, crosses[:, 0]))) or 1.0, top)
    placed = proposals.assign(
        place=label_places(
            proposals[["limit_V_median", "nines_median"]].to_numpy(),
            np.concatenate([crosses, rings]),
            spans,
        )
    )
    for kind in ("safe", "exploratory"):
        some = placed[placed["list"] == kind]
        if len(some):
            _add_proposals(figure, some, kind)
    figure.update_layout(
        legend={"orientation": "h", "y": -0.18},
        xaxis={"title": {"text": "oxidative limit (V vs Na/Na+)"}, "zeroline": False},
        yaxis=nines_axis() | {"range": [-0.3, top]},
    )
    return figure


def label_places(
    points: np.ndarray, obstacles: np.ndarray, spans: tuple[float, float]
) -> list[str]:
    """Choose where the label of each point stands, so that few of them overlap.

    Parameters
    ----------
    points : ndarray of shape (n, 2)
        What is labelled.
    obstacles : ndarray of shape (m, 2)
        Other marks.
    spans : (float, float)
        Lengths of the two axes, in the units of the points.

    Returns
    -------
    list of str
        One of `LABEL_PLACES` for each point, chosen one after the other: the place
        whose surroundings hold the fewest marks and labels.
    """
    scale = np.asarray(spans, dtype=float)
    marks = np.concatenate([points, obstacles]) / scale
    labels: list[np.ndarray] = []
    chosen = []
    for point in points / scale:
        # labels overlap worse than marks, and the first places are the usual ones
        costs = []
        for rank, offset in enumerate(LABEL_PLACES.values()):
            middle = point + np.asarray(offset)
            near = np.abs((marks - middle) / np.asarray(LABEL_REACH)).max(axis=1) < 0.7
            crowd = [
                np.abs((a - middle) / np.asarray(LABEL_REACH)).max() for a in labels
            ]
            costs.append(near.sum() + 3.0 * sum(c < 1.4 for c in crowd) + 0.01 * rank)
        best = int(np.argmin(costs))
        name, offset = list(LABEL_PLACES.items())[best]
        chosen.append(name)
        labels.append(point + np.asarray(offset))
    return chosen


def _add_proposals(figure: go.Figure, some: pd.DataFrame, kind: str) -> None:
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
        textposition=list(some["place"]),
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
