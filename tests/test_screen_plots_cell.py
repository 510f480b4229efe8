import pandas as pd
import pytest

from sodalyte.models.cell import CellModel, ElectrolyteProperties
from sodalyte.screen.plots import ledger_figure, life_figure, retention_figure


@pytest.fixture(scope="module")
def result():
    electrolyte = ElectrolyteProperties.from_ce_percent(99.9, nines_std=0.2)
    return CellModel("realistic").evaluate(electrolyte)


def test_retention_is_drawn_as_the_cell_model_gives_it(result):
    curve = result.curve([0, 100, 200])
    figure = retention_figure(curve)
    shade, line, end = figure.data
    assert list(line.x) == [0, 100, 200]
    assert list(line.y) == list(curve["capacity_retention"])
    assert list(shade.y[:3]) == list(curve["capacity_retention_high"])
    assert list(shade.y[3:]) == list(curve["capacity_retention_low"][::-1])
    assert list(end.y) == [0.8, 0.8]
    assert "cycles" in figure.layout.xaxis.title.text


def test_several_cells_differ_in_colour_and_dash(result):
    curve = result.curve([0, 10])
    both = pd.concat([curve.assign(label="a"), curve.assign(label="b")])
    lines = [trace for trace in retention_figure(both).data if trace.name in ("a", "b")]
    assert lines[0].line.color != lines[1].line.color
    assert lines[0].line.dash != lines[1].line.dash


@pytest.mark.parametrize(
    ("section", "total", "unit"),
    [
        ("mass", "stack", "mg/cm2"),
        ("cost", "pack", "USD/kWh"),
        ("thickness", "charged", "um"),
    ],
)
def test_a_bar_is_as_long_as_the_sum_of_the_ledger(result, section, total, unit):
    ledger = result.explain()
    figure = ledger_figure(ledger, section)
    drawn = sum(sum(trace.x) for trace in figure.data)
    rows = ledger[(ledger["section"] == section) & (ledger["item"] == total)]
    assert drawn == pytest.approx(rows["value"].item())
    assert unit in figure.layout.xaxis.title.text
    looks = {(t.marker.color, t.marker.pattern.shape) for t in figure.data}
    assert len(looks) == len(figure.data)


def test_a_section_without_a_picture_is_refused(result):
    with pytest.raises(ValueError, match="section must be one of mass"):
        ledger_figure(result.explain(), "voltage")


def test_lives_stand_over_their_efficiency_on_a_logarithmic_axis(result):
    lives = result.to_frame().assign(label="NVP", nines=3.0)
    figure = life_figure(lives)
    shade, line = figure.data
    assert list(line.y) == list(lives["cycle_life_80"])
    assert shade.y[0] == lives["cycle_life_80_high"][0]
    assert shade.y[1] == max(lives["cycle_life_80_low"][0], 1.0)
    assert figure.layout.yaxis.type == "log"
    assert "cycles" in figure.layout.yaxis.title.text
