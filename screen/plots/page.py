"""Pictures as a file: one HTML page that needs no network, or one PNG."""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from sodalyte.screen.outputs import check_folder, write_files

if TYPE_CHECKING:
    import plotly.graph_objects as go

__all__ = ["Panel", "check_picture_path", "write_pictures"]

ENDINGS = (".html", ".png")


@dataclass(frozen=True)
class Panel:
    """A figure with what a reader must know to read it.

    Parameters
    ----------
    heading : str
        What it shows.
    figure : plotly.graph_objects.Figure
    caption : str
        How to read it.
    """

    heading: str
    figure: go.Figure
    caption: str


def check_picture_path(path: Path) -> None:
    """Make sure that a picture can be written, before anything is computed.

    Parameters
    ----------
    path : Path
        With the ending ``.html`` or ``.png``.

    Raises
    ------
    ValueError
        If the ending is another, the folder cannot be written, or a PNG is wanted
        where matplotlib is not installed.
    """
    if path.suffix.lower() not in ENDINGS:
        raise ValueError(
            "A picture is a page that ends in .html or a picture that ends in .png. "
            f"Got '{path.name}'. Choose one of the two endings."
        )
    if path.suffix.lower() == ".png" and importlib.util.find_spec("matplotlib") is None:
        raise ValueError(
            "A PNG is drawn by matplotlib, which is not installed here. "
            f"Got '{path.name}'. Write .html, which needs nothing more, or run "
            "pip install 'sodalyte[notebook]'."
        )
    if path.is_dir():
        raise ValueError(
            f"A picture is a file. '{path}' is a folder. Name a file in it."
        )
    check_folder(path.parent)


def write_pictures(path: Path, title: str, panels: Sequence[Panel]) -> None:
    """Write figures under one another.

    Parameters
    ----------
    path : Path
        ``.html``: interactive, with headings and captions; ``.png``: the figures
        alone.
    title : str
        Of the page.
    panels : sequence of Panel
        At least one.
    """
    content: str | bytes
    if path.suffix.lower() == ".png":
        content = _png(panels)
    else:
        content = _page(title, panels)
    write_files(path.parent, {path.name: content})


def _page(title: str, panels: Sequence[Panel]) -> str:
    from importlib.resources import files

    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup

    templates = files("sodalyte.screen") / "templates"
    environment = Environment(
        loader=PackageLoader("sodalyte.screen"),
        autoescape=True,
        undefined=StrictUndefined,
    )
    drawn = [
        {
            "heading": panel.heading,
            "caption": panel.caption,
            "figure": Markup(
                panel.figure.to_html(
                    full_html=False,
                    include_plotlyjs=number == 0,
                    div_id=f"figure-{number + 1}",
                    config={"displaylogo": False, "responsive": True},
                )
            ),
        }
        for number, panel in enumerate(panels)
    ]
    return environment.get_template("pictures.html").render(
        title=title,
        panels=drawn,
        style=Markup((templates / "report.css").read_text(encoding="utf-8")),
    )


def _png(panels: Sequence[Panel]) -> bytes:
    from PIL import Image

    from sodalyte.screen.plots.static import Picture

    drawn = [
        Image.open(BytesIO(Picture(panel.figure).to_png())).convert("RGB")
        for panel in panels
    ]
    width = max(image.width for image in drawn)
    height = sum(image.height for image in drawn)
    whole = Image.new("RGB", (width, height), "white")
    top = 0
    for image in drawn:
        whole.paste(image, (0, top))
        top += image.height
    buffer = BytesIO()
    whole.save(buffer, "png", optimize=True)
    return buffer.getvalue()
