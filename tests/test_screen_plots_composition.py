import numpy as np
import pytest

from sodalyte import Formulation
from sodalyte.screen.plots import ROLE_COLOURS, composition_figure, ternary_figure

RECIPES = [
    Formulation.from_text("1 M NaPF6 in DME/BTFE (1:2 v/v)"),
    Formulation.from_text("1 M NaClO4 in EC/PC (1:1 v/v) + 5 wt% FEC"),
]


@pytest.mark.parametrize("basis", ["mole", "mass", "volume"])
def test_bars_add_up_to_a_hundred_and_hold_the_fractions(basis):
    figure = composition_figure(RECIPES, ["a", "b"], basis=basis)
    lengths = np.array([trace.x for trace in figure.data], dtype=float)
    assert lengths.sum(axis=0) == pytest.approx([100.0, 100.0])
    shares = getattr(RECIPES[0], f"{basis}_fractions")
    drawn = sorted(length for length in lengths[:, 0] if length)
    assert drawn == pytest.approx(sorted(100 * share for share in shares))
    unit = {"mole": "mol%", "mass": "wt%", "volume": "vol%"}[basis]
    assert unit in figure.layout.xaxis.title.text


def test_roles_are_told_apart_by_colour_and_named_once():
    figure = composition_figure(RECIPES)
    assert {t.name: t.marker.color for t in figure.data} == ROLE_COLOURS
    assert sum(t.showlegend for t in figure.data) == len(ROLE_COLOURS)
    assert list(figure.data[0].y) == [recipe.canonical for recipe in RECIPES]


def test_bad_input_is_refused():
    with pytest.raises(ValueError, match="basis must be one of"):
        composition_figure(RECIPES, basis="molal")
    with pytest.raises(ValueError, match="2 formulations and 1 labels"):
        composition_figure(RECIPES, ["a"])


def test_the_triangle_scales_its_three_corners_to_a_hundred():
    recipe = Formulation.from_text("1 M NaPF6 in DME/G2/THF (1:2:1 v/v)")
    corners = {"mono": ["DME"], "di": ["G2", "G4"], "cyclic": ["THF"]}
    figure = ternary_figure([recipe], corners, [2.5], value_title="CE (nines)")
    point = figure.data[0]
    assert [point.a[0], point.b[0], point.c[0]] == pytest.approx([25, 50, 25])
    assert list(point.marker.color) == [2.5]
    assert "vol%" in figure.layout.ternary.aaxis.title.text
    assert point.marker.colorbar.title.text == "CE (nines)"


def test_a_triangle_refuses_what_it_cannot_place():
    corners = {"a": ["THF"], "b": ["DOL"], "c": ["Et2O"]}
    with pytest.raises(ValueError, match="1 hold nothing of a, b, c"):
        ternary_figure(RECIPES[:1], corners, [1.0], value_title="CE (nines)")
    with pytest.raises(ValueError, match=r"three corners\. Got 1"):
        ternary_figure(RECIPES, {"a": ["DME"]}, [1.0, 1.0], value_title="x")
