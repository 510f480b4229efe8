"""The `sodalyte` command and its way out when something goes wrong."""

from __future__ import annotations

import io
import sys
from typing import Annotated

import typer

import sodalyte
from sodalyte.screen.cli.output import DISK_FULL, EXIT_BAD_INPUT, describe

__all__ = ["app", "main"]

OBJECTS_BETWEEN_COLLECTIONS = 100_000

app = typer.Typer(
    name="sodalyte",
    help="Propose electrolytes for anode-free sodium metal batteries.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)


def _show_version(wanted: bool) -> None:
    if wanted:
        sys.stdout.write(f"sodalyte {sodalyte.__version__}\n")
        raise typer.Exit()


@app.callback()
def _common(
    version: Annotated[
        bool,
        typer.Option("--version", help="Print the version.", callback=_show_version),
    ] = False,
) -> None:
    """Hold the options that come before a command."""


def main() -> None:
    """Run the command line; the entry point of the console script.

    Exit codes: 0 done, 1 a failure of ours, 2 bad input.
    """
    import gc
    import os

    # Loading libraries makes a million objects and no garbage; looking for it is a
    # quarter of the time of `predict`.
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)
    if isinstance(sys.stdout, io.TextIOWrapper):  # a terminal may know few letters
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        app()
    except BrokenPipeError:  # the reader of a pipe has gone: nothing to tell
        sys.stderr.close()
        sys.exit(0)
    except KeyboardInterrupt:
        sys.stderr.write("sodalyte: stopped\n")
        sys.exit(130)
    except Exception as error:
        if isinstance(error, OSError) and error.errno in DISK_FULL:
            sys.stderr.write(f"sodalyte: {describe(error)}\n")
            sys.exit(EXIT_BAD_INPUT)
        if os.environ.get("SODALYTE_DEBUG"):
            raise
        sys.stderr.write(
            f"sodalyte: a failure of ours: {type(error).__name__}: {error}. "
            "Run again with SODALYTE_DEBUG=1 for the whole trace and report it.\n"
        )
        sys.exit(1)
    finally:
        gc.freeze()  # what is left goes with the process
