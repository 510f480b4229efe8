"""Figures as a file: what a page and a picture hold."""

from io import BytesIO

import plotly.graph_objects as go
import pytest

from sodalyte.screen.plots import Panel, check_picture_path, write_pictures

Image = pytest.importorskip("PIL.Image")


@pytest.fixture
def panels():
    figures = [go.Figure(go.Scatter(x=[0, 1], y=[0, n], name="line")) for n in (1, 2)]
    return [
        Panel(f"<b>{n}</b>", figure.update_layout(height=100 + n), "read & see")
        for n, figure in enumerate(figures)
    ]


def test_a_page_holds_plotly_once_and_escapes_its_words(tmp_path, panels):
    write_pictures(tmp_path / "page.html", "1 M <script>", panels)
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert page.count("Plotly.newPlot(") >= len(panels)
    assert page.count("plotly.js v") == 1
    assert "<script>alert" not in page
    assert "1 M &lt;script&gt;" in page
    assert "&lt;b&gt;1&lt;/b&gt;" in page
    assert "read &amp; see" in page


def test_a_picture_stacks_the_figures(tmp_path, panels):
    write_pictures(tmp_path / "page.png", "both", panels)
    whole = Image.open(BytesIO((tmp_path / "page.png").read_bytes()))
    assert whole.height == 100 + 101
    assert {path.name for path in tmp_path.iterdir()} == {"page.png"}


@pytest.mark.parametrize("name", ["x.pdf", "x", "x.svg"])
def test_other_endings_are_refused(tmp_path, name):
    with pytest.raises(ValueError, match=r"ends in \.html"):
        check_picture_path(tmp_path / name)


def test_a_folder_is_no_picture(tmp_path):
    (tmp_path / "x.png").mkdir()
    with pytest.raises(ValueError, match="is a folder"):
        check_picture_path(tmp_path / "x.png")
