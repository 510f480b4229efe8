import numpy as np
import pandas as pd
import pytest

from sodalyte.screen.plots import pareto_figure
from sodalyte.screen.plots.pareto import label_places


@pytest.fixture
def figure():
    proposals = pd.DataFrame(
        {
            "id": ["P1", "P2", "P3"],
            "formulation": ["a", "b", "c"],
            "list": ["safe", "exploratory", "safe"],
            "nines_median": [3.0, 2.5, 2.9],
            "nines_low": [2.0, 0.0, 2.5],
            "nines_high": [4.0, 3.5, 3.0],
            "limit_V_median": [4.2, 4.8, 4.0],
            "limit_V_low": [4.0, 4.1, 3.6],
            "limit_V_high": [4.5, 5.4, 4.4],
        }
    )
    candidates = pd.DataFrame(
        {
            "nines_median": [1.0, 2.0],
            "limit_V_median": [4.0, 4.1],
            "is_pareto": [False, True],
        }
    )
    measured = pd.DataFrame(
        {"formulation": ["m"], "nines": [2.0], "limit_V": [4.0]},
    )
    return pareto_figure(proposals, candidates, measured)


def traces(figure):
    return {trace.name: trace for trace in figure.data}


def test_every_point_stands_where_its_figures_say(figure):
    drawn = traces(figure)
    assert list(drawn["measured"].x) == [4.0]
    assert list(drawn["candidates judged (sample)"].y) == [1.0, 2.0]
    assert list(drawn["Pareto set of cycle life and limit"].y) == [2.0]
    assert list(drawn["proposed, safe"].text) == ["P1", "P3"]
    assert list(drawn["proposed, exploratory"].x) == [4.8]


def test_bars_are_the_intervals(figure):
    safe = traces(figure)["proposed, safe"]
    assert list(safe.error_y.arrayminus) == pytest.approx([1.0, 0.4])
    assert list(safe.error_x.array) == pytest.approx([0.3, 0.4])


def test_axes_carry_units_and_hover_says_the_percent(figure):
    assert "V vs Na/Na+" in figure.layout.xaxis.title.text
    assert "%" in figure.layout.yaxis.title.text
    assert traces(figure)["proposed, safe"].customdata[0][1] == "99.90"


def test_labels_of_points_that_coincide_stand_apart():
    points = np.array([[4.3, 2.5], [4.3, 2.5], [4.3, 2.5], [4.9, 1.0]])
    places = label_places(points, np.empty((0, 2)), (1.0, 4.0))
    assert len(set(places[:3])) == 3
    assert places[3] == "top right"


def test_a_label_keeps_off_a_measured_mark():
    free, taken = (
        label_places(np.array([[4.0, 2.0]]), np.array([mark]), (1.0, 4.0))
        for mark in ([5.0, 2.0], [4.022, 2.14])
    )
    assert free == ["top right"]
    assert taken != free


def test_the_picture_ends_where_medians_do(figure):
    low, high = figure.layout.yaxis.range
    assert low < 0.0
    assert high == pytest.approx(3.0 + 0.6)  # not at the end of the bar, 4.0
