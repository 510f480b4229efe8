"""Make the pages that come from code: commands, Python reference, data, coverage.

Run by `conf.py` before each build; the files land in `docs/generated/`, which git
ignores. Nothing here knows a command, a module or a data set by name.
"""

from __future__ import annotations

import csv
import pkgutil
import shutil
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

DOCS = Path(__file__).parent
ROOT = DOCS.parent
ROOMS = ("datasets", "featurizers", "models", "screen")
STANDING = {
    "modelled": "a figure follows from it",
    "recorded": "kept as data; what a model takes from it is said",
    "refused": "recognised and refused by name",
}


def all_pages(folder: Path) -> None:
    """Write every generated page into an emptied folder."""
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "python").mkdir(parents=True)
    (folder / "data").mkdir()
    (folder / "commands.md").write_text(command_page(), encoding="utf-8")
    (folder / "coverage-table.md").write_text(coverage_table(), encoding="utf-8")
    for name, text in data_pages().items():
        (folder / "data" / f"{name}.md").write_text(text, encoding="utf-8")
    for name, text in python_pages().items():
        (folder / "python" / f"{name}.rst").write_text(text, encoding="utf-8")


# --- command reference -----------------------------------------------------------


def commands() -> Iterator[tuple[str, Any]]:
    """Yield every command of the program with its full name, groups left out."""
    import typer.main

    from sodalyte.screen.cli import app

    def walk(name: str, command: Any) -> Iterator[tuple[str, Any]]:
        inner = getattr(command, "commands", None)
        if inner is None:
            yield name, command
            return
        for key in sorted(inner):
            yield from walk(f"{name} {key}", inner[key])

    yield from walk("sodalyte", typer.main.get_command(app))


def command_page() -> str:
    """Return the command reference as Markdown."""
    lines = ["# Command reference", ""]
    lines += [
        "Made from the program itself. Every command takes `--help`. With `--json` a",
        "command prints one JSON document on standard output and nothing else there.",
        "Exit codes: 0 done, 2 bad input with a message, 1 a failure of ours.",
        "",
    ]
    for name, command in commands():
        lines += [f"## {name}", "", (command.help or "").strip(), ""]
        arguments, options = [], []
        for parameter in command.params:
            kind = parameter.param_type_name
            (arguments if kind == "argument" else options).append(parameter)
        words = [name, *(_metavar(argument) for argument in arguments)]
        lines += ["```text", " ".join([*words, "[OPTIONS]"]), "```", ""]
        lines += ["| argument or option | default | meaning |", "|---|---|---|"]
        lines += [_parameter_row(item) for item in (*arguments, *options)]
        lines.append("")
    return "\n".join(lines)


def _metavar(argument: Any) -> str:
    return argument.metavar or argument.name.upper()


def _parameter_row(parameter: Any) -> str:
    if parameter.param_type_name == "argument":
        spelled = f"`{_metavar(parameter)}`"
    else:
        spelled = ", ".join(f"`{option}`" for option in parameter.opts)
    default = parameter.default
    if parameter.required:
        shown = "required"
    elif default in (None, False, ""):
        shown = ""
    else:
        shown = f"`{default}`"
    meaning = (parameter.help or "").replace("|", "\\|")
    return f"| {spelled} | {shown} | {meaning} |"


# --- Python reference ------------------------------------------------------------


def modules() -> list[str]:
    """Return the names of all modules of the package."""
    found = ["sodalyte"]
    for room in ROOMS:
        package = import_module(f"sodalyte.{room}")
        found.append(package.__name__)
        found += [
            info.name
            for info in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
            if not info.name.rpartition(".")[2].startswith("_")
        ]
    return found


def python_pages() -> dict[str, str]:
    """Return one reStructuredText page a module and an index over all of them."""
    pages = {}
    names = modules()
    for name in names:
        members = public_names(name)
        lines = [name, "=" * len(name), "", f".. automodule:: {name}"]
        if not is_package(name) and members:
            lines += ["   :members:"]
        elif members:
            lines += ["   :no-members:", "", "Offers:", ""]
            lines += [f"- ``{member}``" for member in members]
        pages[name] = "\n".join([*lines, ""])
    title = "Python reference"
    index = [
        title,
        "=" * len(title),
        "",
        "One page a module, made from its docstrings.",
        "",
    ]
    for room in ("", *ROOMS):
        prefix = f"sodalyte.{room}" if room else "sodalyte"
        own = [
            n for n in names if (n == prefix or (room and n.startswith(f"{prefix}.")))
        ]
        index += [prefix, "-" * len(prefix), "", ".. toctree::", "   :hidden:", ""]
        index += [*(f"   {name}" for name in own), ""]
        index += [*(f"- :doc:`{name} <{name}>`: {summary(name)}" for name in own), ""]
    pages["index"] = "\n".join(index)
    return pages


def summary(name: str) -> str:
    """Return the first sentence of what a module says of itself."""
    first = (import_module(name).__doc__ or "").strip().split("\n\n")[0]
    return " ".join(first.split())


def is_package(name: str) -> bool:
    """Return whether a module is the `__init__` of a folder."""
    return hasattr(import_module(name), "__path__")


def public_names(name: str) -> list[str]:
    """Return what a module offers: its ``__all__``."""
    return sorted(getattr(import_module(name), "__all__", []))


# --- data pages ------------------------------------------------------------------


def data_pages() -> dict[str, str]:
    """Return the pages of the bundled data sets, as the package carries them."""
    from importlib.resources import files

    folder = files("sodalyte.datasets") / "descr"
    pages = {
        entry.name.removesuffix(".md"): entry.read_text(encoding="utf-8")
        for entry in sorted(folder.iterdir(), key=lambda item: item.name)
        if entry.name.endswith(".md")
    }
    lines = [
        "# The bundled data sets",
        "",
        "Each page travels with the package; `load_<set>().descr` shows the same text.",
        "",
        "```{toctree}",
        ":maxdepth: 1",
        "",
        *pages,
        "```",
        "",
    ]
    return pages | {"index": "\n".join(lines)}


# --- coverage --------------------------------------------------------------------


def coverage_rows() -> list[dict[str, str]]:
    """Return the rows of ``coverage.csv``."""
    with (DOCS / "coverage.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def coverage_table() -> str:
    """Return the coverage list as Markdown, each topic with what shows it."""
    counts = {s: sum(r["status"] == s for r in coverage_rows()) for s in STANDING}
    told = ", ".join(f"{n} {s} ({STANDING[s]})" for s, n in counts.items())
    lines = [f"Of {len(coverage_rows())} topics: {told}.", ""]
    for row in coverage_rows():
        shown = "; ".join(_shown(item) for item in row["shown_by"].split(" ; "))
        number = f"{row['id']}. "
        lines += [f"{number}**{row['topic']}** (*{row['status']}*). {row['how']}", ""]
        lines += [f"{' ' * len(number)}Shown by: {shown}", ""]
    return "\n".join(lines)


def _shown(item: str) -> str:
    """Write one command, test or record of the data, linked where there is a page."""
    if item.startswith("sodalyte "):
        command, _, expected = item.partition(" => ")
        anchor = "-".join(command.split()[:2])
        shown = f"[`{command}`](generated/commands.md#{anchor})"
        return f"{shown} says *{expected}*"
    if item.startswith("data "):
        name, _, pattern = item.removeprefix("data ").partition(" ~ ")
        words = pattern.replace("|", " or ")
        return f"[data: {name}](generated/data/{name}.md), *{words}*"
    path, _, name = item.partition("::")
    return f"`{path}`: {name.removeprefix('test_').replace('_', ' ')}"
