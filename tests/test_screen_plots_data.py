import numpy as np
import pandas as pd
import pytest

from sodalyte.screen.plots import measurements_figure


@pytest.fixture
def frame():
    return pd.DataFrame(
        {
            "formulation": ["b", "a", "a", "a"],
            "ce_percent": [90.0, 99.9, 99.0, np.nan],
            "ce_qualifier": ["<", "=", ">", ""],
            "outcome": ["failed_early", "ran", "ran", "would_not_run"],
            "collector": ["Cu", "Cu", "Al", "Cu"],
            "work": ["w1", "w2", "w3", "w4"],
        }
    )


def test_every_row_is_drawn_once_on_the_line_of_its_liquid(frame):
    figure = measurements_figure(frame)
    drawn = {trace.name: (list(trace.x), list(trace.y)) for trace in figure.data}
    assert drawn["value (1)"] == (pytest.approx([3.0]), [0.0])
    assert drawn["truth lies above (1)"] == (pytest.approx([2.0]), [0.0])
    assert drawn["truth lies below (1)"] == (pytest.approx([1.0]), [-1.0])
    assert drawn["would not run (1)"] == ([0.0], [0.0])
    assert list(figure.layout.yaxis.ticktext) == ["a", "b"]
    assert "%" in figure.layout.xaxis.title.text


def test_hover_names_collector_and_work(frame):
    trace = measurements_figure(frame).data[0]
    assert trace.text[0] == "a<br>= 99.9 % on Cu, w2"
