"""Measurements as they are: who measured the same liquid, and what came out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sodalyte.screen.plots.style import SERIES, blank_figure, nines, nines_axis, require

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go

__all__ = ["measurements_figure"]

# Words of the legend, qualifiers that belong to it, symbol.
KINDS = (
    ("value", ("=", "~"), "circle"),
    ("truth lies above", (">", ">="), "triangle-up"),
    ("truth lies below", ("<", "<="), "triangle-down"),
    ("would not run", (), "x"),
)


def measurements_figure(frame: pd.DataFrame) -> go.Figure:
    """Draw every measurement of every liquid, one line a liquid.

    Parameters
    ----------
    frame : DataFrame
        Measured rows: ``formulation``, ``ce_percent``, ``ce_qualifier``, ``outcome``,
        ``collector``, ``work``.

    Returns
    -------
    plotly.graph_objects.Figure
        Liquids with most rows first; bounds are triangles, a cell that would not run
        stands at 0.
    """
    require(frame, "formulation", "ce_percent", "ce_qualifier", "outcome", "collector")
    counts = frame["formulation"].value_counts(sort=False)
    liquids = list(counts.sort_values(ascending=False, kind="stable").index)
    rows = frame.assign(
        place=[-float(liquids.index(text)) for text in frame["formulation"]],
        nines=nines(frame["ce_percent"].fillna(0.0)),
    )
    figure = blank_figure(150 + 26 * len(liquids))
    failed = rows["ce_percent"].isna()
    for i, (name, qualifiers, symbol) in enumerate(KINDS):
        is_kind = ~failed & rows["ce_qualifier"].isin(qualifiers)
        some = rows[is_kind if qualifiers else failed]
        if some.empty:
            continue
        figure.add_scatter(
            x=some["nines"],
            y=some["place"],
            mode="markers",
            marker={"size": 9, "symbol": symbol, "color": SERIES[i]},
            text=[
                f"{row.formulation}<br>{row.ce_qualifier} {row.ce_percent:g} % on "
                f"{row.collector}, {row.work}"
                for row in some.itertuples()
            ],
            hovertemplate="%{text}<extra></extra>",
            name=f"{name} ({len(some)})",
        )
    figure.update_layout(
        xaxis=nines_axis(),
        yaxis={
            "tickvals": [-float(i) for i in range(len(liquids))],
            "ticktext": liquids,
            "automargin": True,
            "zeroline": False,
        },
        legend={"orientation": "h", "y": -0.6 / (1 + 0.12 * len(liquids))},
    )
    return figure
