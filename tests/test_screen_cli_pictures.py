"""Pictures of the command line: the package's figures, in a file of their own."""

import json
import re

import pytest
from typer.testing import CliRunner

from sodalyte.screen.cli import app
from sodalyte.screen.cli.pictures import PLOTTED

RUNNER = CliRunner()
PNG = b"\x89PNG\r\n\x1a\n"


def run(*arguments):
    return RUNNER.invoke(app, [str(a) for a in arguments])


def traces(page):
    """Read what Plotly is given in a page, one list a figure."""
    decode = json.JSONDecoder().raw_decode
    return [
        decode(page, found.end())[0]
        for found in re.finditer(r'Plotly\.newPlot\(\s*"figure-\d+",\s*', page)
    ]


def test_a_cell_is_drawn_with_what_it_says(tmp_path):
    place = tmp_path / "cell.html"
    done = run("cell", "--ce", 99.9, "--profile", "realistic", "--plot", place)
    assert done.exit_code == 0, done.stderr
    assert done.stdout.rstrip().endswith("cell.html")
    page = place.read_text(encoding="utf-8")
    retention, mass, cost = traces(page)
    assert any("80%" in trace.get("name", "") for trace in retention)
    assert {"active", "electrolyte"} <= {trace["name"] for trace in mass}
    assert "overhead, packaging and fixed" in {trace["name"] for trace in cost}
    # nothing is fetched: no script, style, picture or font from elsewhere
    assert not re.search(r'<(?:script|img|link)[^>]+(?:src|href)="(?:https?:)?//', page)


def test_a_prediction_is_drawn_along_its_salt(tmp_path):
    place = tmp_path / "salt.html"
    done = run("predict", "1 M NaPF6 in G2", "--plot", place, "--json")
    assert done.exit_code == 0, done.stderr
    assert json.loads(done.stdout)[0]["formulation"] == "1 M NaPF6 in G2"
    page = place.read_text(encoding="utf-8")
    assert "salt (mol/L)" in page
    named = {trace.get("name") for trace in traces(page)[0]}
    assert "measured" in named
    assert "Coulombic efficiency: median and 90 % interval" in named


def test_a_prediction_is_drawn_along_a_liquid_that_is_added(tmp_path):
    place = tmp_path / "diluted.png"
    done = run("predict", "2 M NaFSI in DME", "--plot", place, "--along", "BTFE")
    assert done.exit_code == 0, done.stderr
    assert place.read_bytes().startswith(PNG)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("predict", "1 M NaPF6 in G2", "--plot", "x.pdf"), "ends in .html or"),
        (("predict", "1 M NaPF6 in G2", "1 M NaPF6 in G4", "--plot", "x.png"), "Got 2"),
        (("predict", "1 M NaPF6 in G2", "--plot", "x.png", "--along", "G2"), "lacks"),
        (("predict", "1 M NaPF6 in G2", "--plot", "x.png", "--along", "q"), "'q'"),
        (("cell", "--ce", 99.9, "--plot", "/proc/x.html"), "must be writable"),
        (("benchmark", "rules", "--plot", "x.png"), "na-leave-one-work-out"),
    ],
    ids=["ending", "two", "holds it", "unknown", "folder", "no picture"],
)
def test_what_cannot_be_drawn_is_refused_with_a_remedy(
    arguments, words, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    done = run(*arguments)
    assert done.exit_code == 2
    assert words in done.stderr
    assert not list(tmp_path.iterdir())


def test_each_benchmark_with_a_picture_exists():
    from sodalyte.screen.benchmarks.named import BENCHMARKS

    assert set(PLOTTED) <= set(BENCHMARKS)


@pytest.mark.slow
def test_a_benchmark_is_drawn_from_rows_that_were_left_out(tmp_path):
    from sodalyte.screen.cli.pictures import plot_benchmark

    place = tmp_path / "trust.html"
    plot_benchmark(place, "na-leave-one-work-out", n_splits=2)
    parity, calibration = traces(place.read_text(encoding="utf-8"))
    assert any(t.get("name") == "prediction = measurement" for t in parity)
    assert any(t.get("name") == "as promised" for t in calibration)
