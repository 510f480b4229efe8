import pandas as pd
import pytest

from sodalyte.screen.plots import calibration_figure, parity_figure


def test_parity_draws_bounds_apart_from_values():
    held_out = pd.DataFrame(
        {
            "label": ["a", "b", "c"],
            "nines": [2.0, 3.0, 0.5],
            "side": [0.0, 1.0, -1.0],
            "nines_median": [2.2, 2.5, 1.0],
            "nines_low": [1.0, 2.0, 0.0],
            "nines_high": [3.0, 3.5, 2.0],
        }
    )
    figure = parity_figure(held_out)
    line, exact, above, below = figure.data
    assert list(line.x) == list(line.y) == [0.0, 3.5]
    assert (list(exact.x), list(exact.y)) == ([2.0], [2.2])
    assert list(exact.error_y.arrayminus) == pytest.approx([1.2])
    assert above.marker.symbol == "triangle-up"
    assert list(above.x) == [3.0]
    assert below.marker.symbol == "triangle-down"
    assert "%" in figure.layout.xaxis.title.text
    assert "%" in figure.layout.yaxis.title.text


def test_calibration_shows_promise_and_truth_in_percent():
    coverage = pd.DataFrame(
        {
            "label": ["works", "works", "sets"],
            "level": [0.5, 0.9, 0.9],
            "observed": [0.4, 0.85, 0.95],
            "observed_low": [0.3, 0.8, 0.9],
            "observed_high": [0.5, 0.9, 1.0],
            "n": [20, 20, 30],
        }
    )
    figure = calibration_figure(coverage)
    diagonal, works, sets = figure.data
    assert list(diagonal.x) == list(diagonal.y)
    assert list(works.x) == pytest.approx([50, 90])
    assert list(works.y) == pytest.approx([40, 85])
    assert list(sets.error_y.array) == pytest.approx([5])
    assert works.name == "works (n = 20)"
    assert works.marker.symbol != sets.marker.symbol
    assert "%" in figure.layout.xaxis.title.text


def test_no_rows_are_no_picture():
    with pytest.raises(ValueError, match="missing: level"):
        calibration_figure(pd.DataFrame())
