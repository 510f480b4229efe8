import io

import pandas as pd
import plotly.graph_objects as go
import pytest
from matplotlib.image import imread

from sodalyte import Formulation
from sodalyte.screen.plots import (
    COLOURS,
    Picture,
    calibration_figure,
    composition_figure,
    dilution_figure,
    pareto_figure,
    ternary_figure,
)


def colours(figure):
    pixels = imread(io.BytesIO(Picture(figure).to_png()))
    seen = (pixels[..., :3] * 255).round().astype(int).reshape(-1, 3)
    return {"#{:02X}{:02X}{:02X}".format(*pixel) for pixel in seen}


def test_a_png_shows_the_colours_of_the_traces():
    recipe = Formulation.from_text("1 M NaPF6 in DME/BTFE (1:2 v/v)")
    seen = colours(composition_figure([recipe]))
    assert {"#D55E00", "#0072B2", "#56B4E9"} <= seen
    assert "#CC79A7" not in seen  # no additive in it


def test_points_bars_and_labels_of_the_pareto_picture_are_drawn():
    proposals = pd.DataFrame(
        {"id": ["P1"], "formulation": ["a"], "list": ["safe"], "nines_median": [3.0]}
        | {"nines_low": [2.0], "nines_high": [4.0], "limit_V_median": [4.2]}
        | {"limit_V_low": [4.0], "limit_V_high": [4.5]}
    )
    candidates = pd.DataFrame(
        {"nines_median": [1.0], "limit_V_median": [4.0], "is_pareto": [True]}
    )
    measured = pd.DataFrame({"formulation": ["m"], "nines": [2.0], "limit_V": [4.0]})
    seen = colours(pareto_figure(proposals, candidates, measured))
    assert {COLOURS["safe"], COLOURS["front"], COLOURS["measured"]} <= seen


def test_panels_and_triangles_are_drawn():
    columns = ["homo_max_eV", "lumo_min_eV", "ssip_share", "cip_share", "agg_share"]
    columns += [f"donor_number_{p}_mean_kcal_per_mol" for p in ("solvent", "anion")]
    table = pd.DataFrame({"x": [1.0, 2.0], **{name: [0.1, 0.9] for name in columns}})
    assert {"#0072B2", "#009E73", "#56B4E9"} <= colours(
        dilution_figure(table, x="x", x_title="salt (mol/L)")
    )
    recipe = Formulation.from_text("1 M NaPF6 in DME/G2/THF (1:2:1 v/v)")
    corners = {"a": ["DME"], "b": ["G2"], "c": ["THF"]}
    triangle = ternary_figure([recipe], corners, [2.5], value_title="CE (nines)")
    assert len(colours(triangle)) > 100  # the colour scale


def test_a_notebook_gets_the_figure_and_a_small_picture():
    coverage = pd.DataFrame(
        {"level": [0.9], "observed": [0.8], "observed_low": [0.7]}
        | {"observed_high": [0.9], "n": [9]}
    )
    shown = Picture(calibration_figure(coverage))._repr_mimebundle_()
    assert shown["application/vnd.plotly.v1+json"]["data"][1]["name"] == "rows (n = 9)"
    assert len(shown["image/png"]) < 60_000


def test_equal_figures_give_equal_bytes():
    recipe = Formulation.from_text("1 M NaPF6 in G2")
    first, second = (Picture(composition_figure([recipe])).to_png() for _ in "ab")
    assert first == second


def test_an_unknown_trace_is_named():
    with pytest.raises(ValueError, match="Got 'pie'"):
        Picture(go.Figure(go.Pie(values=[1]))).to_png()


def test_labels_stand_where_the_figure_puts_them():
    def labelled(place):
        figure = go.Figure(
            go.Scatter(x=[0, 1], y=[0, 1], mode="markers+text", text=["P1", "P2"])
        )
        figure.update_traces(textposition=place, marker={"color": COLOURS["safe"]})
        return Picture(figure).to_png()

    pictures = {labelled(p) for p in ("top right", "bottom left", "middle right")}
    assert len(pictures) == 3
    assert labelled(["top right", "top right"]) == labelled("top right")
