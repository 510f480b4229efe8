"""What a cell does with an electrolyte: retention, mass, cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sodalyte.screen.plots.style import (
    DASHES,
    SERIES,
    band,
    blank_figure,
    nines_axis,
    require,
)

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go

__all__ = ["ledger_figure", "life_figure", "retention_figure"]

# What is left of a section of `CellResult.explain` once its sums are taken out.
SUMS = {
    "mass": ("stack", "pore filling"),
    "thickness": ("as built", "charged"),
    "cost": ("materials", "pack"),
}
# One look an item, the same in every section; hatched where a colour is used twice.
LOOKS = {
    "active": ("#0072B2", ""),
    "coating": ("#0072B2", ""),
    "extra sodium": ("#0072B2", "/"),
    "sodium": ("#E69F00", ""),
    "sacrificial": ("#E69F00", "/"),
    "binder": ("#CC79A7", ""),
    "carbon": ("#000000", ""),
    "positive foil": ("#56B4E9", ""),
    "negative foil": ("#56B4E9", "/"),
    "negative coating": ("#CC79A7", "/"),
    "separator": ("#009E73", ""),
    "electrolyte": ("#D55E00", ""),
    "overhead, packaging and fixed": ("#BFC7CF", ""),
}
TITLES = {
    "mass": "mass of one repeat unit (mg/cm2)",
    "thickness": "thickness of one charged repeat unit (um)",
    "cost": "cost (USD/kWh)",
}


def retention_figure(curves: pd.DataFrame, *, end_of_life: float = 0.8) -> go.Figure:
    """Draw capacity retention over cycles with 90 % bands.

    Parameters
    ----------
    curves : DataFrame
        From `CellResult.curve`: ``cycle``, ``capacity_retention`` and its ``_low``
        and ``_high``; with ``label`` for several cells.
    end_of_life : float
        Retention at which a line is drawn.

    Returns
    -------
    plotly.graph_objects.Figure
    """
    name = "capacity_retention"
    require(curves, "cycle", name, f"{name}_low", f"{name}_high")
    table = curves if "label" in curves else curves.assign(label="cell")
    figure = blank_figure()
    for i, (label, some) in enumerate(table.groupby("label", sort=False)):
        colour = SERIES[i % len(SERIES)]
        low, high = some[f"{name}_low"], some[f"{name}_high"]
        figure.add_scatter(**band(some["cycle"], low, high, colour))
        figure.add_scatter(
            x=some["cycle"],
            y=some[name],
            mode="lines",
            line={"color": colour, "dash": DASHES[i % len(DASHES)], "width": 2.5},
            name=str(label),
            hovertemplate="cycle %{x:.0f}: %{y:.3f}<extra></extra>",
        )
    figure.add_scatter(
        x=[float(table["cycle"].min()), float(table["cycle"].max())],
        y=[end_of_life, end_of_life],
        mode="lines",
        line={"color": "#7a828a", "width": 1, "dash": "dot"},
        name=f"{end_of_life:.0%} of the first capacity",
        hoverinfo="skip",
    )
    figure.update_layout(
        xaxis={"title": {"text": "cycles after formation"}},
        yaxis={"title": {"text": "capacity retention (fraction)"}, "range": [0, 1.05]},
    )
    return figure


def life_figure(lives: pd.DataFrame) -> go.Figure:
    """Draw cycles to 80 % against Coulombic efficiency.

    Parameters
    ----------
    lives : DataFrame
        ``label``, ``nines``, ``cycle_life_80`` and its ``_low`` and ``_high``, as
        `CellResult.to_frame` names them.

    Returns
    -------
    plotly.graph_objects.Figure
        Cycles on a logarithmic axis.
    """
    name = "cycle_life_80"
    require(lives, "label", "nines", name, f"{name}_low", f"{name}_high")
    figure = blank_figure()
    for i, (label, some) in enumerate(lives.groupby("label", sort=False)):
        colour = SERIES[i % len(SERIES)]
        low = some[f"{name}_low"].clip(lower=1.0)  # a logarithm has no zero
        figure.add_scatter(**band(some["nines"], low, some[f"{name}_high"], colour))
        figure.add_scatter(
            x=some["nines"],
            y=some[name],
            mode="lines",
            line={"color": colour, "dash": DASHES[i % len(DASHES)], "width": 2.5},
            name=str(label),
            hovertemplate="%{y:.0f} cycles<extra></extra>",
        )
    figure.update_layout(
        xaxis=nines_axis(),
        yaxis={
            "title": {"text": "cycles to 80 % (log scale)"},
            "type": "log",
            "dtick": 1,
        },
    )
    return figure


def ledger_figure(ledger: pd.DataFrame, section: str = "mass") -> go.Figure:
    """Draw where mass, thickness or money of a cell goes.

    Parameters
    ----------
    ledger : DataFrame
        From `CellResult.explain`: ``section``, ``item``, ``value``, ``unit``; with
        ``label`` for several cells.
    section : {"mass", "thickness", "cost"}

    Returns
    -------
    plotly.graph_objects.Figure
        One stacked bar a cell; its length is the sum that the ledger states.

    Raises
    ------
    ValueError
        If the section has no picture.
    """
    if section not in SUMS:
        raise ValueError(
            f"section must be one of {', '.join(SUMS)}. Got {section!r}. Choose one."
        )
    require(ledger, "section", "item", "value", "unit")
    table = ledger if "label" in ledger else ledger.assign(label="cell")
    is_part = (table["section"] == section) & ~table["item"].isin(SUMS[section])
    parts = table[is_part & (table["value"] > 0)]
    n_cells = parts["label"].nunique()
    figure = blank_figure(190 + 40 * n_cells)
    for item, some in parts.groupby("item", sort=False):
        colour, shape = LOOKS[str(item)]
        figure.add_bar(
            y=some["label"],
            x=some["value"],
            orientation="h",
            name=str(item),
            marker={
                "color": colour,
                "pattern": {"shape": shape},
                "line": {"color": "#ffffff", "width": 1},
            },
            hovertemplate=f"{item}: %{{x:.2f}}<extra>%{{y}}</extra>",
        )
    figure.update_layout(
        barmode="stack",
        xaxis={"title": {"text": TITLES[section]}},
        yaxis={"autorange": "reversed", "automargin": True},
        legend={"orientation": "h", "y": -0.75 / n_cells, "traceorder": "normal"},
    )
    return figure
