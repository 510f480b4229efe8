"""Remake the figures of the README."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from sodalyte.screen.cli.app import app
from sodalyte.screen.cli.output import bad_input, print_json, print_table


@app.command()
def benchmark(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Which figures.")],
    plot: Annotated[
        Path | None,
        typer.Option(help="Draw parity and calibration: a .html or .png file."),
    ] = None,
    device: Annotated[
        str, typer.Option(help="Where torch contenders train: cpu, or cuda if found.")
    ] = "cpu",
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = (
        False
    ),
) -> None:
    """Remake a set of figures beside its baselines."""
    from sodalyte.screen.benchmarks.named import BENCHMARKS, run_benchmark

    with bad_input():
        if name not in BENCHMARKS:
            run_benchmark(name)  # says which there are
        if plot is not None:
            _check_plot(name, plot)
        if device != "cpu":
            from sodalyte.models.network import checked_device

            checked_device(device)
    document = run_benchmark(name, device)
    if plot is not None:
        from sodalyte.screen.cli.pictures import plot_benchmark

        plot_benchmark(plot, name)
    if json:
        print_json(document)
        return
    if "stages" in document:
        _show_stages(document)
        return
    show_table(document)


def show_table(document: dict[str, Any]) -> None:
    """Show one line a model: ours, the baselines, and those not installed."""
    rows = [["ours", *_figures(document["metrics"])]]
    for label, figures in document["baselines"].items():
        rows.append([label, *_figures(figures)])
    columns = [name for name, value in document["metrics"].items() if _shown(value)]
    absent = document.get("absent", [])
    rows += [[label, *["not installed"] * len(columns)] for label in absent]
    print_table(
        f"{document['name']}, {document['seconds']:.3g} s", ["model", *columns], rows
    )
    for note in document.get("notes", []):
        typer.echo(note)
    if "random_starts" in document:
        show_table(document["random_starts"])


def _check_plot(name: str, plot: Path) -> None:
    from sodalyte.screen.cli.pictures import PLOTTED, check_picture_path

    if name not in PLOTTED:
        raise ValueError(
            f"--plot draws predictions of held-out rows, of {', '.join(PLOTTED)}. "
            f"Got {name!r}. Choose one of these, or leave --plot out."
        )
    check_picture_path(plot)


def _figures(metrics: dict[str, Any]) -> list[str]:
    return [_shown(value) for value in metrics.values() if _shown(value)]


def _shown(value: Any) -> str:
    """Write a number, or a median with its quartiles; "" for anything else."""
    if isinstance(value, int | float):
        return f"{value:.3g}"
    if isinstance(value, dict) and {"median", "quartiles"} <= value.keys():
        low, high = value["quartiles"]
        return f"{value['median']:.3g} ({low:.3g} to {high:.3g})"
    return ""


def _show_stages(document: dict[str, Any]) -> None:
    """Show one line a step: a table of a dozen columns fits no terminal."""
    rows = [
        [
            stage["name"],
            f"{stage['ratio']:,.3g} x",
            f"{1 / stage['seconds']:,.3g} {stage['unit']}",
            f"{1 / stage['baseline_seconds']:,.3g}",
            stage["baseline"],
        ]
        for stage in document["stages"]
    ]
    columns = ["step", "faster", "ours per CPU s", "baseline", "baseline is"]
    print_table(f"{document['name']}, {document['seconds']:g} s", columns, rows)
