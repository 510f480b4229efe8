"""How predictions and features answer to one concentration."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sodalyte.screen.plots.style import (
    COLOURS,
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

__all__ = ["dilution_figure", "response_figure"]

# Panels of a dilution series: axis title, then feature and name of each line.
DILUTION_PANELS = (
    (
        "orbital energy (eV)",
        (("homo_max_eV", "highest HOMO"), ("lumo_min_eV", "lowest LUMO")),
    ),
    (
        "donor number (kcal/mol)",
        (
            ("donor_number_solvent_mean_kcal_per_mol", "solvents"),
            ("donor_number_anion_mean_kcal_per_mol", "anions"),
        ),
    ),
    (
        "share of ions (fraction)",
        (
            ("ssip_share", "solvent-separated pairs"),
            ("cip_share", "contact pairs"),
            ("agg_share", "aggregates"),
        ),
    ),
)
GAP = 0.06


def response_figure(
    response: pd.DataFrame, measured: pd.DataFrame, *, x: str, x_title: str
) -> go.Figure:
    """Draw efficiency and oxidative limit along one concentration.

    Parameters
    ----------
    response : DataFrame
        From `response`: column `x`, and ``nines`` and ``limit_V`` each with
        ``_median``, ``_low`` and ``_high``.
    measured : DataFrame
        From `measured_along`: column `x`, ``nines``, ``label``; may be empty.
    x : str
        Column of the horizontal axis.
    x_title : str
        What it is, with its unit.

    Returns
    -------
    plotly.graph_objects.Figure
        Two panels with 90 % bands; measured recipes as crosses.
    """
    require(response, x, "nines_median", "limit_V_median", "limit_V_low")
    figure = blank_figure(560)
    panels = (("nines", "y", SERIES[0]), ("limit_V", "y2", SERIES[2]))
    names = {"nines": "Coulombic efficiency", "limit_V": "oxidative limit"}
    for name, axis, colour in panels:
        low, high = response[f"{name}_low"], response[f"{name}_high"]
        figure.add_scatter(**band(response[x], low, high, colour, yaxis=axis))
        _add_line(figure, response, x, name, axis=axis, colour=colour)
        figure.data[-1].name = f"{names[name]}: median and 90 % interval"
    if len(measured):
        figure.add_scatter(
            x=measured[x],
            y=measured["nines"],
            mode="markers",
            marker={
                "size": 9,
                "symbol": "x-thin",
                "line": {"width": 2, "color": COLOURS["measured"]},
            },
            text=measured["label"],
            hovertemplate="%{text}<extra></extra>",
            name="measured",
        )
    figure.update_layout(
        xaxis={"title": {"text": x_title}, "anchor": "y2"},
        yaxis=nines_axis("Coulombic efficiency (%)") | {"domain": [0.53, 1.0]},
        yaxis2={
            "title": {"text": "oxidative limit (V vs Na/Na+)"},
            "domain": [0.0, 0.47],
            "anchor": "x",
        },
        legend={"orientation": "h", "y": -0.14},
    )
    return figure


def _add_line(
    figure: go.Figure,
    response: pd.DataFrame,
    x: str,
    name: str,
    *,
    axis: str,
    colour: str,
) -> None:
    """Draw a median: dotted where it lies outside the domain of the data."""
    median = response[f"{name}_median"]
    inside = response.get("in_domain", median.notna()).astype(bool)
    if not inside.all():
        figure.add_scatter(
            x=response[x],
            y=median,
            mode="lines",
            line={"color": colour, "width": 1.5, "dash": "dot"},
            name="outside the domain",
            showlegend=axis == "y",
            yaxis=axis,
        )
    figure.add_scatter(
        x=response[x],
        y=median.where(inside),
        mode="lines",
        line={"color": colour, "width": 2.5},
        yaxis=axis,
    )


def dilution_figure(features: pd.DataFrame, *, x: str, x_title: str) -> go.Figure:
    """Draw orbital energies, donor numbers and ion pairing along a series.

    Parameters
    ----------
    features : DataFrame
        Feature table of the series, with the column `x`.
    x : str
        Column of the horizontal axis.
    x_title : str
        What it is, with its unit.

    Returns
    -------
    plotly.graph_objects.Figure
        Three panels over one axis.
    """
    wanted = [name for _, lines in DILUTION_PANELS for name, _ in lines]
    require(features, x, *wanted)
    figure = blank_figure(660)
    n_panels, n_lines = len(DILUTION_PANELS), 0
    height = (1.0 - GAP * (n_panels - 1)) / n_panels
    layout: dict[str, Any] = {}
    for i, (title, lines) in enumerate(DILUTION_PANELS):
        number = "" if i == 0 else str(i + 1)
        top = 1.0 - i * (height + GAP)
        layout[f"yaxis{number}"] = {
            "title": {"text": title},
            "domain": [max(top - height, 0.0), top],
        }
        for j, (name, words) in enumerate(lines):
            figure.add_scatter(
                x=features[x],
                y=features[name],
                mode="lines+markers",
                line={"color": SERIES[n_lines % len(SERIES)], "dash": DASHES[j]},
                marker={"size": 5},
                name=words,
                yaxis=f"y{number}",
            )
            n_lines += 1
    layout["xaxis"] = {"title": {"text": x_title}, "anchor": f"y{n_panels}"}
    layout["legend"] = {"orientation": "h", "y": -0.12}
    figure.update_layout(**layout)
    return figure
