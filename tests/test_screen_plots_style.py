import numpy as np
import pandas as pd
import pytest

from sodalyte.screen.plots.style import (
    COLOURS,
    NINES_TICKS,
    ROLE_COLOURS,
    SERIES,
    band,
    error_bar,
    nines,
    nines_axis,
    require,
)

OKABE_ITO = {
    "#000000",
    "#E69F00",
    "#56B4E9",
    "#009E73",
    "#F0E442",
    "#0072B2",
    "#D55E00",
    "#CC79A7",
}


def test_colours_are_those_that_colour_blind_readers_tell_apart():
    grey = {COLOURS["candidate"]}
    used = set(COLOURS.values()) | set(ROLE_COLOURS.values()) | set(SERIES)
    assert used - grey <= OKABE_ITO
    assert len(set(SERIES)) == len(SERIES)


def test_nines_are_the_negative_logarithm_of_the_loss():
    assert nines([90.0, 99.9]) == pytest.approx([1.0, 3.0])
    assert nines(100.0) == np.inf


def test_the_axis_says_the_percent_that_a_tick_stands_for():
    axis = nines_axis()
    assert "%" in axis["title"]["text"]
    for value, text in NINES_TICKS.items():
        assert nines(float(text)) == pytest.approx(value, abs=0.03)


def test_a_band_runs_along_the_top_and_back_along_the_bottom():
    drawn = band([1, 2], [0, 1], [3, 4], "#0072B2")
    assert drawn["x"].tolist() == [1, 2, 2, 1]
    assert drawn["y"].tolist() == [3, 4, 1, 0]
    assert drawn["fillcolor"].startswith("rgba(0,114,178,")


def test_error_bars_end_at_low_and_high():
    bars = error_bar([2.0], [1.5], [4.0])
    assert bars["array"].tolist() == [2.0]
    assert bars["arrayminus"].tolist() == [0.5]


@pytest.mark.parametrize(
    ("table", "missing"),
    [(pd.DataFrame({"a": [1]}), "missing: b"), (pd.DataFrame({"a": [], "b": []}), "0")],
    ids=["column", "rows"],
)
def test_a_table_that_cannot_be_drawn_is_refused(table, missing):
    with pytest.raises(ValueError, match=missing):
        require(table, "a", "b")
