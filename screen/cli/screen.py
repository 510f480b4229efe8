"""Judge a whole library or sampled space."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sodalyte.screen.cli.app import app
from sodalyte.screen.cli.output import bad_input, print_json, print_table, warn

if TYPE_CHECKING:
    from sodalyte.screen.streaming.source import LibrarySource, SpaceSource
    from sodalyte.screen.streaming.stream import Screened

SHOWN = 10
LINE_SECONDS = 5.0  # between progress lines off a terminal
EXIT_STOPPED = 130  # as the shell counts a program stopped by Ctrl-C
FORMATS = (".json", ".csv", ".parquet")


@app.command()
def screen(
    space: Annotated[Path | None, typer.Option(help="Search space, TOML.")] = None,
    count: Annotated[int, typer.Option(help="Formulations to draw.")] = 1_000_000,
    library: Annotated[
        Path | None,
        typer.Option(help="CSV or Parquet with SMILES: each a solvent candidate."),
    ] = None,
    recipe: Annotated[
        list[str] | None,
        typer.Option(help="With --library; {} is the molecule. Can be repeated."),
    ] = None,
    top: Annotated[int, typer.Option(help="How many of the best to keep.")] = 100,
    out: Annotated[
        Path, typer.Option(help="Result: .json (all), .csv or .parquet (the best).")
    ] = Path("screened.json"),
    scheduler: Annotated[
        str | None, typer.Option(help="Address of a Dask scheduler.")
    ] = None,
    workers: Annotated[
        int | None, typer.Option(help="Processes here; all cores by default.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Seed of the draws.")] = 0,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with a run that was stopped.")
    ] = False,
    design: Annotated[Path | None, typer.Option(help="Cell design, TOML.")] = None,
    targets: Annotated[Path | None, typer.Option(help="Targets, TOML.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = (
        False
    ),
) -> None:
    """Judge a million formulations or a library of molecules; keep the best."""
    from sodalyte.screen.outputs import check_folder
    from sodalyte.screen.streaming.stream import make_job
    from sodalyte.screen.streaming.stream import screen as run

    with bad_input():
        if out.suffix not in FORMATS:
            raise ValueError(
                f"The result is written as {', '.join(FORMATS)}. Got '{out.name}'. "
                "Choose another ending for --out."
            )
        if workers is not None and workers < 1:
            raise ValueError(
                f"There is at least one worker. Got {workers}. Correct --workers."
            )
        check_folder(out.parent)
        checkpoint = out.with_name(out.name + ".checkpoint")
        if checkpoint.exists() and not resume:
            warn(f"'{checkpoint}' of an earlier run is given up; --resume goes on.")
        source = _source(space, count, seed, library, recipe)
        job = make_job(source, top=top, design=design, targets=targets)
        try:
            with progress_of_rows() as progress:
                found = run(
                    job,
                    workers=workers or n_cores(),
                    scheduler=scheduler,
                    checkpoint=checkpoint,
                    resume=resume,
                    progress=progress,
                )
        except KeyboardInterrupt:
            warn("stopped. What was judged is kept; the same with --resume goes on.")
            raise typer.Exit(EXIT_STOPPED) from None
        write_result(out, found)
        checkpoint.unlink(missing_ok=True)
    if json:
        print_json(found.document)
        return
    _show(found.document)
    typer.echo(f"\nResult: {out.resolve()}")


def n_cores() -> int:
    """Count the cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def write_result(out: Path, found: Screened) -> None:
    """Write the document as JSON, or the best as a table."""
    from sodalyte.screen.outputs import to_json, write_files, write_table

    if out.suffix == ".json":
        write_files(out.parent, {out.name: to_json(found.document) + "\n"})
    else:
        write_table(out, found.to_frame())


def _source(
    space: Path | None,
    count: int,
    seed: int,
    library: Path | None,
    recipe: list[str] | None,
) -> SpaceSource | LibrarySource:
    from sodalyte.screen.space.search_space import SearchSpace
    from sodalyte.screen.streaming.source import SpaceSource, read_library

    if library is not None:
        if space is not None:
            raise ValueError(
                "A screening draws from a space or reads a library. Got both. Leave "
                "--space or --library out."
            )
        return read_library(library, recipe or ())
    if recipe:
        raise ValueError(
            "--recipe says where the molecules of --library go. Got no library. "
            "Give --library, or leave --recipe out."
        )
    drawn_from = SearchSpace.from_toml(space) if space else SearchSpace.default()
    return SpaceSource(drawn_from, count, seed)


@contextmanager
def progress_of_rows() -> Iterator[Callable[[int, int], None]]:
    """Show rows, rate and time left on standard error; plain lines off a terminal."""
    begin = time.perf_counter()
    first: list[int] = []  # rows done before this run
    last = [begin]

    def line(done: int, total: int) -> str:
        first[:] = first or [done]
        seconds = time.perf_counter() - begin
        rate = (done - first[0]) / seconds if seconds > 0 else 0.0
        left = f"{(total - done) / rate:,.0f} s left" if rate > 0 else "starting"
        return f"{done:,} of {total:,} rows, {rate:,.0f} a second, {left}"

    if not sys.stderr.isatty():

        def tell(done: int, total: int) -> None:
            now = time.perf_counter()
            text = line(done, total)
            if done >= total or now - last[0] >= LINE_SECONDS:
                last[0] = now
                typer.echo(text, err=True)

        yield tell
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("starting", total=1.0)
        yield lambda done, total: bar.update(
            task, description=line(done, total), completed=done / total
        )


def _show(document: dict[str, Any]) -> None:
    rows = []
    for entry in document["top"][:SHOWN]:
        prediction, cell = entry["prediction"], entry["cell"]
        life = cell["cycle_life_80"]["median"]
        name = entry.get("smiles", entry["formulation"])
        rows.append(
            [
                f"{entry['rank']}. {name}",
                f"{entry['score']:.3f}",
                f"{prediction['ce_percent']['median']:.2f}",
                f"{prediction['oxidative_limit_V_vs_Na']['median']:.2f}",
                "endless" if life is None else f"{life:.0f}",
            ]
        )
    title = (
        f"The best {len(rows)} of {document['screened']:,}, "
        f"{document['seconds']:,.1f} s, {len(document['pareto'])} on the Pareto front"
    )
    columns = ["formulation", "score", "CE %", "oxidative limit V", "cycles to 80 %"]
    print_table(title, columns, rows)
    for item in document["rejected"][:5]:
        warn(f"row {item['row']} '{item['what']}' cannot be judged: {item['reason']}")
    if document["n_rejected"]:
        warn(f"{document['n_rejected']} rows could not be judged; all are counted.")
