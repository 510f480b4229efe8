"""The main command: propose."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sodalyte.screen.cli.app import app
from sodalyte.screen.cli.output import (
    Components,
    Laboratory,
    bad_input,
    own_components,
    print_json,
    print_table,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@contextmanager
def progress_bar() -> Iterator[Callable[[str, float], None]]:
    """Show stages and their share on standard error; plain lines off a terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    if not console.is_terminal:

        def tell(stage: str, share: float) -> None:
            typer.echo(f"[{share:4.0%}] {stage}", err=True)

        yield tell
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:3.0f} %"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("starting", total=1.0)
        yield lambda stage, share: bar.update(task, description=stage, completed=share)


@app.command()
def propose(
    n: Annotated[int, typer.Option("-n", help="Number of proposals.")] = 8,
    seed: Annotated[int, typer.Option(help="Seed of all that is drawn.")] = 0,
    out: Annotated[Path, typer.Option(help="Folder for the report and tables.")] = Path(
        "proposals"
    ),
    data: Annotated[
        Path | None, typer.Option(help="Own measurements, CSV or XLSX.")
    ] = None,
    campaign: Annotated[
        str | None, typer.Option(help="A campaign whose results and open cells count.")
    ] = None,
    space: Annotated[Path | None, typer.Option(help="Search space, TOML.")] = None,
    design: Annotated[Path | None, typer.Option(help="Cell design, TOML.")] = None,
    targets: Annotated[Path | None, typer.Option(help="Targets, TOML.")] = None,
    components: Components = None,
    collector: Annotated[str, typer.Option(help="Collector of the CE.")] = "Cu",
    current_density: Annotated[
        float, typer.Option("--current-density", help="mA/cm2")
    ] = 0.5,
    areal_capacity: Annotated[
        float, typer.Option("--areal-capacity", help="mAh/cm2")
    ] = 1.0,
    temperature: Annotated[float, typer.Option(help="degC")] = 25.0,
    laboratory: Laboratory = None,
    rate_check: Annotated[
        bool,
        typer.Option("--check-rate", help="Solve PyBaMM's DFN for each proposal."),
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = (
        False
    ),
) -> None:
    """Propose electrolytes to test next and write the report."""
    from sodalyte.screen.judging.conditions import Conditions
    from sodalyte.screen.outputs import output_folder
    from sodalyte.screen.proposing.propose import propose as run

    with own_components(components), bad_input(), progress_bar() as progress:
        conditions = Conditions(
            collector=collector,
            current_density_mA_per_cm2=current_density,
            areal_capacity_mAh_per_cm2=areal_capacity,
            temperature_C=temperature,
            laboratory=laboratory,
        )
        with output_folder(out):
            made = run(
                n,
                seed=seed,
                data=data,
                campaign=campaign,
                space=space,
                design=design,
                targets=targets,
                conditions=conditions,
                rate_check=rate_check,
                progress=progress,
            )
            report = made.write(out)
    if json:
        print_json(made.document)
        return
    _show(made.document)
    typer.echo(f"\nReport: {report.resolve()}")
    typer.echo(
        "Beside it: weigh_sheets.csv, stock_plan.csv, lab_request.json, "
        "proposals.csv and .json"
    )


def _show(document: dict[str, Any]) -> None:
    def interval(
        figure: dict[str, float | None], digits: int, nothing: str = "-"
    ) -> str:
        middle, low, high = (
            nothing if value is None else f"{value:.{digits}f}"
            for value in (figure["median"], figure["low"], figure["high"])
        )
        return f"{middle} ({low} to {high})"

    rows = []
    for entry in document["proposals"]:
        prediction, cell = entry["prediction"], entry["cell"]
        rows.append(
            [
                f"{entry['id']} {entry['formulation']}",
                entry["list"],
                interval(prediction["ce_percent"], 2),
                interval(prediction["oxidative_limit_V_vs_Na"], 2),
                interval(
                    cell["cycle_life_80"],
                    0,
                    "endless" if "endless" in cell["flags"] else "-",
                ),
                interval(cell["specific_energy_Wh_per_kg"]["cell"], 0),
            ]
        )
    columns = [
        "proposal",
        "list",
        "CE % (90 %)",
        "oxidative limit V",
        "cycles to 80 %",
        "Wh/kg cell",
    ]
    print_table(document["summary"]["sentence"], columns, rows)
    control = document["control"]
    if control is not None:
        typer.echo(
            f"Control: {control['formulation']} in {control['replicates']} cells, "
            f"{control['why']}"
        )
    for note in document["summary"]["notes"]:
        typer.echo(f"Note: {note}")
