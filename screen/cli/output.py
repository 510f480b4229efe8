"""What every command shares: JSON, tables, messages and exit codes."""

from __future__ import annotations

import errno
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from sodalyte.screen.outputs import to_json

EXIT_BAD_INPUT = 2
DISK_FULL = (errno.ENOSPC, errno.EFBIG, errno.EDQUOT)

Components = Annotated[
    Path | None,
    typer.Option("--components", help="Components of your own, a TOML file."),
]

Laboratory = Annotated[
    str | None,
    typer.Option(
        help="Whose cell: a 'work' of the measurements, or 'any'; by default your own."
    ),
]

__all__ = [
    "EXIT_BAD_INPUT",
    "Components",
    "Laboratory",
    "bad_input",
    "fail",
    "own_components",
    "print_json",
    "print_table",
    "warn",
]


def print_json(document: Any) -> None:
    """Print one JSON document on standard output."""
    text = to_json(document)
    try:
        text.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:  # JSON has a way to write letters the output lacks
        text = json.dumps(json.loads(text), indent=2)
    sys.stdout.write(text + "\n")


def fail(message: str) -> typer.Exit:
    """Say on standard error what is wrong with the input; return the exit."""
    sys.stderr.write(f"sodalyte: {message}\n")
    return typer.Exit(EXIT_BAD_INPUT)


def warn(message: str) -> None:
    """Say something on standard error that does not stop the command."""
    sys.stderr.write(f"sodalyte: {message}\n")


def describe(error: BaseException) -> str:
    """Put an error into one message; a KeyError without its quotes."""
    if isinstance(error, KeyError) and error.args:
        return str(error.args[0])
    if isinstance(error, OSError) and error.strerror:
        where = f"'{error.filename}': " if error.filename else ""
        if error.errno in DISK_FULL:
            return (
                f"{where}{error.strerror}. Free some space and run again; files that "
                "were there before are as they were."
            )
        return f"{where}{error.strerror}. Check that the path exists and may be used."
    return str(error)


@contextmanager
def bad_input(*further: type[Exception]) -> Iterator[None]:
    """Turn errors raised while input is read into one message and exit code 2.

    A bare KeyError is a failure of ours unless the caller looks names up and says so.
    """
    kinds: tuple[type[Exception], ...] = (ValueError, OSError, *further)
    try:
        yield
    except kinds as error:
        raise fail(describe(error)) from None


@contextmanager
def own_components(path: Path | None) -> Iterator[None]:
    """Let a command know the components of a file; a faulty one is bad input."""
    from sodalyte.datasets.components.catalogue import load_catalogue, use_components

    if path is None:
        with use_components(None):
            yield
        return
    with bad_input():
        catalogue = load_catalogue().with_components_toml(path)
    from sodalyte.featurizers.orbital_table import watched

    with use_components(catalogue), watched(_tell_species):
        yield


def _tell_species(done: int, total: int, smiles: str) -> None:
    """Say on standard error that a molecule outside the tables has been computed."""
    sys.stderr.write(f"computed with GFN2-xTB, {done} of {total}: {smiles}\n")


def print_table(
    title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]
) -> None:
    """Print a table on standard output; the first column is text, the rest figures."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(title=title or None, title_justify="left", title_style="bold")
    for i, column in enumerate(columns):
        table.add_column(column, justify="left" if i == 0 else "right", overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    console = Console()
    if not console.is_terminal:  # a pipe has no width: do not fold at 80
        console = Console(width=160)
    console.print(table)
