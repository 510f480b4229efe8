"""What all pictures share: colours, axes, bands.

Colours are those of Okabe and Ito [1]_, told apart by colour-blind readers and in
print; series differ in symbol or dash too, and every axis carries its unit.

References
----------
.. [1] M. Okabe, K. Ito, Color Universal Design, 2002, jfly.uni-koeln.de/color.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go
    from numpy.typing import ArrayLike

__all__ = [
    "COLOURS",
    "ROLE_COLOURS",
    "SERIES",
    "band",
    "blank_figure",
    "error_bar",
    "nines",
    "nines_axis",
    "require",
]

COLOURS = {
    "safe": "#009E73",
    "exploratory": "#D55E00",
    "measured": "#000000",
    "candidate": "#BFC7CF",
    "front": "#0072B2",
}
ROLE_COLOURS = {
    "salt": "#D55E00",
    "solvent": "#0072B2",
    "diluent": "#56B4E9",
    "additive": "#CC79A7",
}
SERIES = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#000000")
DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "solid", "dash")
SYMBOLS = ("circle", "diamond", "square", "triangle-up", "cross", "x", "star")
NINES_TICKS = {0.0: "0", 1.0: "90", 1.5: "96.8", 2.0: "99", 2.5: "99.7", 3.0: "99.9"}
NINES_TICKS |= {3.5: "99.97", 4.0: "99.99"}
SHADE = 0.18


def nines(ce_percent: ArrayLike) -> np.ndarray:
    """Convert percent to nines; 100 % has no number of nines and gives infinity.

    Parameters
    ----------
    ce_percent : array-like

    Returns
    -------
    ndarray
    """
    with np.errstate(divide="ignore"):
        return -np.log10(1.0 - np.asarray(ce_percent, dtype=float) / 100.0)


def nines_axis(title: str = "Coulombic efficiency (%, scaled in nines)") -> dict:
    """Give the axis that counts nines and is labelled in percent.

    Parameters
    ----------
    title : str

    Returns
    -------
    dict
        For ``figure.update_layout(yaxis=...)``.
    """
    return {
        "title": {"text": title},
        "tickvals": list(NINES_TICKS),
        "ticktext": list(NINES_TICKS.values()),
        "zeroline": False,
    }


def blank_figure(height: int = 420) -> go.Figure:
    """Start a figure: white, thin grid, legend below.

    Parameters
    ----------
    height : int
        Pixels.

    Returns
    -------
    plotly.graph_objects.Figure
    """
    import plotly.graph_objects as go

    figure = go.Figure()
    figure.update_layout(
        template="plotly_white",
        height=height,
        margin={"l": 70, "r": 15, "t": 20, "b": 60},
        legend={"orientation": "h", "y": -0.2},
    )
    return figure


def band(
    x: ArrayLike, low: ArrayLike, high: ArrayLike, colour: str, **axes: str
) -> dict[str, Any]:
    """Describe a shaded 90 % interval around a line.

    Parameters
    ----------
    x, low, high : array-like of shape (n,)
    colour : str
        Like "#0072B2".
    **axes : str
        ``xaxis`` and ``yaxis`` of the panel.

    Returns
    -------
    dict
        For ``figure.add_scatter(**band(...))``; x runs there and back again.
    """
    there, under, over = (np.asarray(v, dtype=float) for v in (x, low, high))
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return {
        "x": np.concatenate([there, there[::-1]]),
        "y": np.concatenate([over, under[::-1]]),
        "fill": "toself",
        "fillcolor": f"rgba({red},{green},{blue},{SHADE})",
        "mode": "lines",
        "line": {"width": 0, "color": colour},
        "showlegend": False,
        "hoverinfo": "skip",
        **axes,
    }


def error_bar(middle: ArrayLike, low: ArrayLike, high: ArrayLike) -> dict[str, Any]:
    """Describe a 90 % interval as a thin bar.

    Parameters
    ----------
    middle, low, high : array-like of shape (n,)

    Returns
    -------
    dict
        For ``error_x`` or ``error_y``.
    """
    centre = np.asarray(middle, dtype=float)
    return {
        "type": "data",
        "symmetric": False,
        "array": np.asarray(high, dtype=float) - centre,
        "arrayminus": centre - np.asarray(low, dtype=float),
        "thickness": 1.0,
        "width": 3,
    }


def require(table: pd.DataFrame, *names: str) -> None:
    """Refuse a table without the columns a picture draws.

    Parameters
    ----------
    table : DataFrame
    *names : str

    Raises
    ------
    ValueError
        Names what is missing, and that there are no rows.
    """
    missing = [name for name in names if name not in table.columns]
    if missing or not len(table):
        raise ValueError(
            f"A picture needs rows with the columns {', '.join(names)}. Got "
            f"{len(table)} rows; missing: {', '.join(missing) or 'none'}. "
            "Pass the table that the function's page names."
        )
