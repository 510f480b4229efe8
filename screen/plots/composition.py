"""What formulations are made of: bars, and a triangle for three liquids."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from sodalyte.screen.plots.style import ROLE_COLOURS, blank_figure

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from sodalyte.datasets.formulations.formulation import Formulation

__all__ = ["composition_figure", "ternary_figure"]

BASES = {
    "mole": ("mole_fractions", "amount (mol%)"),
    "mass": ("mass_fractions", "amount (wt%)"),
    "volume": ("volume_fractions", "amount (vol%)"),
}
PERCENT_PER_LETTER = 1.15  # room a name needs inside its part of a bar


def composition_figure(
    formulations: Sequence[Formulation],
    labels: Sequence[str] | None = None,
    *,
    basis: str = "mole",
) -> go.Figure:
    """Draw one bar a formulation, cut into its components.

    Parameters
    ----------
    formulations : sequence of Formulation
    labels : sequence of str, optional
        Names of the bars; the canonical texts by default.
    basis : {"mole", "mass", "volume"}

    Returns
    -------
    plotly.graph_objects.Figure
        One trace a component and role, coloured by role, in percent.

    Raises
    ------
    ValueError
        If the basis is unknown or there are not as many labels as formulations.
    """
    if basis not in BASES:
        raise ValueError(
            f"basis must be one of {', '.join(BASES)}. Got {basis!r}. Choose one."
        )
    rows = list(labels) if labels is not None else [f.canonical for f in formulations]
    if len(rows) != len(formulations) or not rows:
        raise ValueError(
            f"Each formulation needs one label. Got {len(formulations)} formulations "
            f"and {len(rows)} labels. Give as many of both, at least one."
        )
    field, title = BASES[basis]
    parts = {
        (component.role, component.name): [0.0] * len(rows)
        for role in ROLE_COLOURS
        for formulation in formulations
        for component in formulation.components
        if component.role == role
    }
    for i, formulation in enumerate(formulations):
        shares = getattr(formulation, field)
        for component, share in zip(formulation.components, shares, strict=True):
            parts[component.role, component.name][i] = 100.0 * share
    figure = blank_figure(110 + 34 * len(rows))
    seen: set[str] = set()
    for (role, name), percents in parts.items():
        figure.add_bar(
            y=rows,
            x=percents,
            orientation="h",
            name=role,
            legendgroup=role,
            showlegend=role not in seen,
            marker={
                "color": ROLE_COLOURS[role],
                "line": {"color": "#ffffff", "width": 1.5},
            },
            text=[
                name if p >= PERCENT_PER_LETTER * len(name) else "" for p in percents
            ],
            textposition="inside",
            insidetextanchor="middle",
            textangle=0,
            hovertemplate=f"{name} (%{{x:.1f}} %)<extra>{role}</extra>",
        )
        seen.add(role)
    figure.update_layout(
        barmode="stack",
        xaxis={"title": {"text": title}, "range": [0, 100]},
        yaxis={"autorange": "reversed", "automargin": True},
        legend={"orientation": "h", "y": 1.12 + 0.2 / len(rows)},
    )
    return figure


def ternary_figure(
    formulations: Sequence[Formulation],
    corners: Mapping[str, Sequence[str]],
    values: Sequence[float],
    *,
    value_title: str,
    labels: Sequence[str] | None = None,
) -> go.Figure:
    """Draw formulations in a triangle of three liquids or groups of liquids.

    Parameters
    ----------
    formulations : sequence of Formulation
    corners : mapping of str to sequence of str
        Three corner titles, each with the names of the components it gathers.
    values : sequence of float
        Colour of each point.
    value_title : str
        What it is, with its unit.
    labels : sequence of str, optional
        Hover texts; the canonical texts by default.

    Returns
    -------
    plotly.graph_objects.Figure
        Positions are volume fractions, scaled so that the three add up to 100 %.

    Raises
    ------
    ValueError
        If there are not three corners, or a formulation holds nothing of any.
    """
    if len(corners) != 3:
        raise ValueError(
            f"A triangle has three corners. Got {len(corners)}: "
            f"{', '.join(corners)}. Gather components until three are left."
        )
    points = []
    outside = []
    for formulation in formulations:
        volumes = dict(
            zip(formulation.names, formulation.volume_fractions, strict=True)
        )
        sums = [sum(volumes.get(n, 0.0) for n in names) for names in corners.values()]
        if sum(sums) == 0.0:
            outside.append(formulation.canonical)
        else:
            points.append([100.0 * part / sum(sums) for part in sums])
    if outside:
        raise ValueError(
            "A formulation must hold something of a corner. "
            f"{len(outside)} hold nothing of {', '.join(corners)}: "
            f"{'; '.join(outside[:5])}. Leave them out or add their liquids."
        )
    texts = labels if labels is not None else [f.canonical for f in formulations]
    a, b, c = (list(column) for column in zip(*points, strict=True))
    figure = blank_figure(470)
    figure.add_scatterternary(
        a=a,
        b=b,
        c=c,
        mode="markers",
        text=list(texts),
        marker={
            "size": 11,
            "color": list(values),
            "colorscale": "Cividis",
            "line": {"width": 1, "color": "#1b1f24"},
            "colorbar": {"title": {"text": value_title}},
        },
        hovertemplate="%{text}<br>%{marker.color:.2f}<extra></extra>",
        name=value_title,
        showlegend=False,
    )
    titles = [f"{title} (vol%)" for title in corners]
    figure.update_layout(
        margin={"t": 60},
        ternary={
            "sum": 100,
            **{
                f"{axis}axis": {"title": {"text": title}}
                for axis, title in zip("abc", titles, strict=True)
            },
        },
    )
    return figure
