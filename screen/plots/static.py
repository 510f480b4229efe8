"""Draw a figure without a browser, for viewers that show pictures only.

Plotly draws in a browser. A notebook read on a code host, in a mail or on paper has
none, and exporting through a hidden browser would be one more thing to install. So
`Picture` carries both: the interactive figure, and a PNG that matplotlib draws from
the same traces.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import plotly.graph_objects as go

__all__ = ["Picture"]

DPI = 80
WIDTH_px = 900
MARKERS = {
    "circle": "o",
    "circle-open": "o",
    "diamond": "D",
    "square": "s",
    "triangle-up": "^",
    "triangle-down": "v",
    "cross": "P",
    "x": "X",
    "x-thin": "x",
    "star": "*",
}
DASHES = {
    "solid": "-",
    "dash": "--",
    "dot": ":",
    "dashdot": "-.",
    "longdash": (0, (8, 3)),
}
# Words of a text position: offset in points, and which side of the text stands there.
LABEL_OFFSETS = {
    "top": (5, "bottom"),
    "middle": (0, "center"),
    "bottom": (-5, "top"),
    "left": (-6, "right"),
    "center": (0, "center"),
    "right": (6, "left"),
}
LEGEND_COLUMNS = 4
COLOURS_KEPT = 256
SHORT_LABEL = 8  # characters of a tick that fit into the common margin
LEGEND_ROW_px, AXIS_ROOM_px, TOP_ROOM_px = 22, 48, 14


@dataclass(frozen=True)
class Picture:
    """A figure that shows itself in any notebook viewer.

    Parameters
    ----------
    figure : plotly.graph_objects.Figure
        Of `sodalyte.screen.plots`.
    """

    figure: go.Figure

    def to_png(self) -> bytes:
        """Draw the figure with matplotlib.

        Returns
        -------
        bytes
            A PNG; equal figures give equal pictures.

        Raises
        ------
        ValueError
            If the figure holds a kind of trace that no function here makes.
        """
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure

        layout = self.figure.layout.to_plotly_json()
        height = float(layout.get("height", 450))
        canvas = Figure(figsize=(WIDTH_px / DPI, height / DPI), dpi=DPI)
        FigureCanvasAgg(canvas)
        traces = [trace.to_plotly_json() for trace in self.figure.data]
        drawer = _Drawer(canvas, layout, _legend_rows(traces))
        for trace in traces:
            drawer.draw(trace)
        drawer.finish()
        buffer = BytesIO()
        canvas.savefig(buffer, format="png")
        return _with_palette(buffer)

    def __repr__(self) -> str:
        """Say how much there is to see."""
        return f"Picture of {len(self.figure.data)} traces"

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        from base64 import b64encode

        return {
            "text/plain": repr(self),
            "application/vnd.plotly.v1+json": json.loads(self.figure.to_json()),
            "image/png": b64encode(self.to_png()).decode(),
        }


class _Drawer:
    """Translate traces one by one; panels are made when first drawn on."""

    def __init__(self, canvas: Any, layout: dict[str, Any], n_rows: int) -> None:
        self.canvas = canvas
        self.layout = layout
        height_px = canvas.get_figheight() * DPI
        room_px = AXIS_ROOM_px + LEGEND_ROW_px * n_rows
        self.bottom = 0.1 if "ternary" in layout else room_px / height_px
        self.top = 1.0 - TOP_ROOM_px / height_px
        self.panels: dict[str, Any] = {}
        self.lefts: dict[str, np.ndarray] = {}
        self.entries: dict[str, Any] = {}

    def draw(self, trace: dict[str, Any]) -> None:
        kind = trace.get("type", "scatter")
        if kind in ("scatter", "scattergl"):
            self._scatter(trace)
        elif kind == "bar":
            self._bar(trace)
        elif kind == "scatterternary":
            self._ternary(trace)
        else:
            raise ValueError(
                f"A picture knows scatter, bar and ternary traces. Got {kind!r}. "
                "Draw it with plotly's own export."
            )

    def panel(self, name: str = "y") -> Any:
        """Return the axes of a y-axis; panels share one x-axis from top to bottom."""
        if name not in self.panels:
            axis = self.layout.get(f"yaxis{name[1:]}", {})
            low, high = axis.get("domain", (0.0, 1.0))
            room = self.top - self.bottom
            place = (0.1, self.bottom + low * room, 0.87, (high - low) * room)
            share = next(iter(self.panels.values()), None)
            made = self.canvas.add_axes(place, sharex=share)
            made.grid(visible=True, color="#e6e9ec", linewidth=0.8)
            made.set_axisbelow(True)
            for side in ("top", "right"):
                made.spines[side].set_visible(False)
            self.panels[name] = made
        return self.panels[name]

    def _remember(self, trace: dict[str, Any], handle: Any) -> None:
        if trace.get("showlegend", True) and trace.get("name"):
            self.entries.setdefault(_plain(trace["name"]), handle)

    def _scatter(self, trace: dict[str, Any]) -> None:
        axes = self.panel(trace.get("yaxis", "y"))
        x, y = _numbers(trace["x"]), _numbers(trace["y"])
        line, marker = trace.get("line", {}), trace.get("marker", {})
        if trace.get("fill") == "toself":
            colour, alpha = _colour(trace["fillcolor"])
            axes.fill(x, y, color=colour, alpha=alpha, linewidth=0)
            return
        mode = trace.get("mode", "lines")
        colour = line.get("color") or _colour(marker.get("color", "#000000"))[0]
        edge = marker.get("line", {}).get("color")
        symbol = marker.get("symbol", "circle")
        is_hollow = symbol.endswith("-open")
        if symbol == "x-thin" and edge:
            colour = edge
        (handle,) = axes.plot(
            x,
            y,
            color=colour,
            linestyle=DASHES[line.get("dash", "solid")] if "lines" in mode else "",
            linewidth=line.get("width", 2),
            marker=MARKERS[symbol] if "markers" in mode else "",
            markersize=0.75 * marker.get("size", 6),
            markerfacecolor="none" if is_hollow else colour,
            markeredgecolor=colour if is_hollow or symbol == "x-thin" else "#ffffff",
            markeredgewidth=1.6 if is_hollow or symbol == "x-thin" else 0.6,
            zorder=3 if "markers" in mode else 2,
        )
        self._errors(axes, trace, x, y, colour)
        if "text" in mode:
            self._labels(axes, trace, x, y)
        self._remember(trace, handle)

    @staticmethod
    def _labels(axes: Any, trace: dict[str, Any], x: np.ndarray, y: np.ndarray) -> None:
        places = trace.get("textposition", "top right")
        if isinstance(places, str):
            places = [places] * len(x)
        for at, up, text, place in zip(x, y, trace["text"], places, strict=True):
            vertical, horizontal = place.split()
            (dy, va), (dx, ha) = LABEL_OFFSETS[vertical], LABEL_OFFSETS[horizontal]
            side = {"ha": ha, "va": va, "textcoords": "offset points"}
            axes.annotate(str(text), (at, up), (dx, dy), fontsize=11, **side)

    @staticmethod
    def _errors(
        axes: Any, trace: dict[str, Any], x: np.ndarray, y: np.ndarray, colour: str
    ) -> None:
        for key in ("x", "y"):
            bars = trace.get(f"error_{key}")
            if bars:
                shade, alpha = _colour(bars.get("color", colour))
                sides = [_numbers(bars["arrayminus"]), _numbers(bars["array"])]
                axes.errorbar(
                    x,
                    y,
                    **{f"{key}err": sides},
                    fmt="none",
                    ecolor=shade,
                    alpha=alpha,
                    elinewidth=1.0,
                    capsize=2,
                    zorder=1.5,
                )

    def _bar(self, trace: dict[str, Any]) -> None:
        axes = self.panel()
        rows = [str(row) for row in trace["y"]]
        lengths = _numbers(trace["x"])
        left = np.array([self.lefts.get(row, 0.0) for row in rows])
        marker = trace["marker"]
        handle = axes.barh(
            rows,
            lengths,
            left=left,
            height=0.72,
            color=marker["color"],
            hatch="//" if marker.get("pattern", {}).get("shape") else None,
            edgecolor="#ffffff",
        )
        texts = trace.get("text", [""] * len(rows))
        for row, start, length, text in zip(rows, left, lengths, texts, strict=True):
            self.lefts[row] = start + length
            if text:
                axes.text(
                    start + length / 2,
                    row,
                    str(text),
                    ha="center",
                    va="center",
                    color=_ink_on(marker["color"]),
                    fontsize=10,
                )
        self._remember(trace, handle)

    def _ternary(self, trace: dict[str, Any]) -> None:
        axes = self.panel()
        a, c = (_numbers(trace[key]) / 100.0 for key in "ac")
        height = np.sqrt(3.0) / 2.0
        axes.plot([0, 1, 0.5, 0], [0, 0, height, 0], color="#1b1f24", linewidth=1)
        for share in (0.2, 0.4, 0.6, 0.8):
            rest = 1.0 - share
            for (x0, y0), (x1, y1) in (
                ((share / 2, share * height), (1 - share / 2, share * height)),
                ((share, 0.0), ((1 + share) / 2, rest * height)),
                ((rest, 0.0), (rest / 2, rest * height)),
            ):
                axes.plot([x0, x1], [y0, y1], color="#d9dee3", linewidth=0.8, zorder=1)
        marker = trace["marker"]
        points = axes.scatter(
            c + a / 2.0,
            a * height,
            c=_numbers(marker["color"]),
            cmap="cividis",
            s=70,
            edgecolors="#1b1f24",
            linewidths=0.8,
            zorder=3,
        )
        titles = [
            self.layout["ternary"][f"{key}axis"]["title"]["text"] for key in "abc"
        ]
        for place, text, align in (
            ((0.5, height + 0.04), titles[0], "center"),
            ((0.0, -0.07), titles[1], "center"),
            ((1.0, -0.07), titles[2], "center"),
        ):
            axes.text(*place, text, ha=align, fontsize=11)
        axes.set_aspect("equal")
        axes.set_axis_off()
        title = marker["colorbar"]["title"]["text"]
        self.canvas.colorbar(points, ax=axes, label=_plain(title), shrink=0.8)

    def finish(self) -> None:
        """Set titles, ticks and the legend."""
        if "ternary" in self.layout:
            return
        lowest = min(self.panels.values(), key=lambda axes: axes.get_position().y0)
        for name, axes in self.panels.items():
            settings = self.layout.get(f"yaxis{name[1:]}", {})
            axes.set_ylabel(_title(settings))
            self._scale(axes, settings, "y")
            if settings.get("autorange") == "reversed":
                axes.invert_yaxis()
                axes.grid(visible=False, axis="y")
            longest = max(
                map(len, [*self.lefts, *(settings.get("ticktext") or ())]), default=0
            )
            if longest > SHORT_LABEL:
                box = axes.get_position()
                left = min(0.02 + 0.0075 * longest, 0.5)
                axes.set_position((left, box.y0, 0.97 - left, box.height))
            if axes is not lowest:
                axes.tick_params(labelbottom=False)
        settings = self.layout.get("xaxis", {})
        lowest.set_xlabel(_title(settings))
        self._scale(lowest, settings, "x")
        if self.entries:
            self.canvas.legend(
                list(self.entries.values()),
                list(self.entries),
                loc="lower center",
                ncols=LEGEND_COLUMNS,
                frameon=False,
                fontsize=10,
            )

    @staticmethod
    def _scale(axes: Any, settings: dict[str, Any], key: str) -> None:
        if settings.get("type") == "log":
            getattr(axes, f"set_{key}scale")("log")
        if settings.get("range") is not None:
            getattr(axes, f"set_{key}lim")(*settings["range"])
        if settings.get("tickvals") is not None:
            # ticks outside what is drawn would stretch the axis to them
            low, high = getattr(axes, f"get_{key}lim")()
            pairs = [
                (value, text)
                for value, text in zip(
                    settings["tickvals"], settings["ticktext"], strict=True
                )
                if low <= value <= high
            ]
            values, texts = zip(*pairs, strict=True) if pairs else ((), ())
            getattr(axes, f"set_{key}ticks")(values, texts)


def _with_palette(png: BytesIO) -> bytes:
    """Keep 256 colours: a third of the size, and no eye sees it in a chart."""
    from PIL import Image

    small = BytesIO()
    picture = Image.open(png).convert("RGB")
    picture.quantize(COLOURS_KEPT, dither=Image.Dither.NONE).save(
        small, "png", optimize=True
    )
    return small.getvalue()


def _legend_rows(traces: list[dict[str, Any]]) -> int:
    named = {t["name"] for t in traces if t.get("showlegend", True) and "name" in t}
    return -(-len(named) // LEGEND_COLUMNS)


def _numbers(values: Any) -> np.ndarray:
    return np.asarray(values, dtype=float)


def _title(settings: dict[str, Any]) -> str:
    return _plain(settings.get("title", {}).get("text", ""))


def _plain(text: str) -> str:
    """Leave out HTML and keep matplotlib from reading mathematics into a dollar."""
    return re.sub(r"<[^>]+>", " ", str(text)).replace("$", r"\$")


def _colour(text: str) -> tuple[str, float]:
    """Split ``rgba(...)`` into a colour and its opacity."""
    match = re.fullmatch(r"rgba\((\d+),(\d+),(\d+),([0-9.]+)\)", str(text))
    if match is None:
        return str(text), 1.0
    red, green, blue = (int(part) for part in match.groups()[:3])
    return f"#{red:02x}{green:02x}{blue:02x}", float(match.group(4))


def _ink_on(colour: str) -> str:
    """Choose black or white text, whichever stands out on a colour."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return "#000000" if 0.299 * red + 0.587 * green + 0.114 * blue > 140 else "#ffffff"
