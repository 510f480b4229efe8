"""Read the parameter files: each value with unit, range and source."""

from __future__ import annotations

import csv
import difflib
import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from sodalyte.datasets.files.toml_file import read_toml
from sodalyte.models.cell.constants import Z_95

MOST_LETTERS = 300  # of a fault, in a message

__all__ = [
    "Parameter",
    "key_by_name",
    "parameters_from_mapping",
    "read_parameter_file",
    "read_parameter_rows",
]


@dataclass(frozen=True, slots=True)
class Parameter:
    """One number with its range and where it comes from.

    Parameters
    ----------
    value, low, high : float
        Base value and the range it may honestly have (about 5th to 95th percentile).
    unit : str
        Unit as text; the same unit stands in the parameter's name.
    source : str
        Citation; text that starts with "assumption" marks a value without one.
    """

    value: float
    low: float
    high: float
    unit: str
    source: str

    def __post_init__(self) -> None:
        """Check order and source."""
        if not -math.inf < self.low <= self.value <= self.high < math.inf:
            raise ValueError(
                f"low <= value <= high must hold. A parameter came with low "
                f"{self.low}, value {self.value}, high {self.high} ({self.source}). "
                "Correct the range in the parameter file."
            )
        if not self.source:
            raise ValueError(
                f"Every parameter needs a source. The value {self.value} "
                f"{self.unit} has none. Cite it, or write 'assumption: why'."
            )

    @property
    def std(self) -> float:
        """Standard deviation if the range is the 5th to 95th percentile."""
        return (self.high - self.low) / (2.0 * Z_95)

    @property
    def is_assumption(self) -> bool:
        """Whether no publication stands behind the value."""
        return self.source.lower().startswith("assumption")


def parameters_from_mapping(
    table: Mapping[str, Any], place: str
) -> dict[str, Parameter]:
    """Turn every inline table that has a ``value`` into a Parameter.

    Parameters
    ----------
    table : mapping
        One table of a TOML file.
    place : str
        File and table name, for the message.

    Returns
    -------
    dict of str to Parameter

    Raises
    ------
    ValueError
        If a value lacks unit, low, high or source, or the range is out of order;
        names the first five.
    """
    found: dict[str, Parameter] = {}
    faults: list[str] = []
    for key, entry in table.items():
        if not isinstance(entry, Mapping) or "value" not in entry:
            continue
        absent = {"unit", "low", "high", "source"} - set(entry)
        if absent:
            faults.append(f"{key} lacks {', '.join(sorted(absent))}")
            continue
        try:
            found[key] = Parameter(
                value=float(entry["value"]),
                low=float(entry["low"]),
                high=float(entry["high"]),
                unit=str(entry["unit"]),
                source=str(entry["source"]),
            )
        except (ValueError, TypeError, OverflowError) as error:
            faults.append(f"{key}: {error}"[:MOST_LETTERS])
    if faults:
        raise ValueError(
            "Every parameter must carry value, unit, low, high and source. In "
            f"{place} {len(faults)} break this: {'; '.join(faults[:5])}. "
            "Complete them in that file."
        )
    return found


@cache
def read_parameter_file(name: str) -> dict[str, Any]:
    """Read one bundled TOML file, or a file of the user.

    Parameters
    ----------
    name : str
        File name in the bundled folder such as "cathodes.toml", or a path.

    Returns
    -------
    dict
        The file as parsed; do not change it, it is cached.

    Raises
    ------
    FileNotFoundError
        If neither exists.
    """
    own = Path(name)
    bundled = files("sodalyte.models.cell") / "parameters" / name
    if own.is_absolute() or own.is_file():
        return read_toml(own, "A parameter file", "Copy a bundled one and change it.")
    if not bundled.is_file():
        raise FileNotFoundError(
            f"A parameter file must exist. '{name}' is neither bundled nor a path. "
            "Give the path of a TOML file."
        )
    return tomllib.loads(bundled.read_text(encoding="utf-8"))


@cache
def read_parameter_rows(name: str) -> list[dict[str, str]]:
    """Read one bundled CSV file.

    Parameters
    ----------
    name : str
        File name in the bundled folder such as "relation_verdicts.csv".

    Returns
    -------
    list of dict
        One mapping of column to text per row; do not change it, it is cached.
    """
    path = files("sodalyte.models.cell") / "parameters" / name
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))


def key_by_name(file: str, text: str, *, what: str, remedy: str) -> str:
    """Return the table of a bundled file that a text names.

    Parameters
    ----------
    file : str
        TOML file whose tables have a ``name`` and ``aliases``.
    text : str
        Key, name or alias, in any case.
    what, remedy : str
        What is looked for and what to do about an unknown one, for the message.

    Returns
    -------
    str

    Raises
    ------
    KeyError
        If unknown; names the nearest and all known.
    """
    tables = read_parameter_file(file)
    names = {key.lower(): key for key in tables}
    for key, table in tables.items():
        for alias in (*table.get("aliases", []), table["name"]):
            names.setdefault(alias.lower(), key)
    found = names.get(text.strip().lower())
    if found is None:
        near = difflib.get_close_matches(text.lower(), names, n=3, cutoff=0.4)
        raise KeyError(
            f"The {what} must be known. Came {text!r}. Nearest: "
            f"{', '.join(names[name] for name in near) or 'none'}; known: "
            f"{', '.join(tables)}. {remedy}"
        )
    return found
