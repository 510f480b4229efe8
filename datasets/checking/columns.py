"""Match the header of a user's file with the known columns and their units."""

from __future__ import annotations

import csv
import difflib
import functools
import re
from dataclasses import dataclass
from importlib.resources import files

from sodalyte.datasets.checking.files import Fault, RawTable

__all__ = ["COLUMNS", "BoundColumn", "ColumnRule", "bind_columns", "template"]


@dataclass(frozen=True, slots=True)
class ColumnRule:
    """What one column of a measurement file must hold.

    Parameters
    ----------
    name : str
        Contract name, with its unit.
    kind : {"formulation", "text", "number", "count"}
        How a cell is read.
    is_required : bool
        Whether the file must have the column.
    may_be_empty : bool
        Whether a cell of it may be empty.
    allowed : tuple of str
        The words that may stand in it, empty if any may.
    aliases : tuple of str
        Other names of the column without its unit.
    meaning : str
        What it is, in one line.
    """

    name: str
    kind: str
    is_required: bool
    may_be_empty: bool
    allowed: tuple[str, ...]
    aliases: tuple[str, ...]
    meaning: str


@dataclass(frozen=True, slots=True)
class BoundColumn:
    """One column of a file, matched with a rule and a unit.

    Parameters
    ----------
    rule : ColumnRule
        What the column is.
    position : int
        Place in the row, from 0.
    header : str
        Name as in the file.
    unit : str or None
        Unit that the header states, None where a unit column does.
    unit_position : int or None
        Place of the unit column.
    """

    rule: ColumnRule
    position: int
    header: str
    unit: str | None = None
    unit_position: int | None = None


def _rows(table: str) -> list[dict[str, str]]:
    path = files("sodalyte.datasets").joinpath("tables", f"{table}.csv")
    with path.open("r", encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def _columns() -> dict[str, ColumnRule]:
    return {
        row["column"]: ColumnRule(
            row["column"],
            row["kind"],
            row["is_required"] == "True",
            row["may_be_empty"] == "True",
            tuple(row["allowed"].split("|")) if row["allowed"] else (),
            tuple(row["aliases"].split("|")) if row["aliases"] else (),
            row["meaning"],
        )
        for row in _rows("measurement_columns")
    }


COLUMNS: dict[str, ColumnRule] = _columns()
"""Known columns by name, the required ones first, in the order of the template."""


@functools.cache
def units_of(column: str) -> dict[str, tuple[float, float]]:
    """Return factor and offset of each unit in which a column may be stated.

    The value in the unit of the house is factor x value + offset.
    """
    return {
        row["unit"]: (float(row["factor"]), float(row["offset"]))
        for row in _rows("stated_units")
        if row["column"] == column
    }


_UNIT_WORDS = {
    "%": "percent",
    "pct": "percent",
    "percentage": "percent",
    "1": "fraction",
    "degc": "c",
    "celsius": "c",
    "degk": "k",
    "kelvin": "k",
    "degf": "f",
    "fahrenheit": "f",
    "vvsna": "v_vs_na",
    "vvsna/na+": "v_vs_na",
    "vvsna+/na": "v_vs_na",
    "vvsli": "v_vs_li",
    "vvsli/li+": "v_vs_li",
    "vvsli+/li": "v_vs_li",
    "v_vs_na": "v_vs_na",
    "v_vs_li": "v_vs_li",
}


def unit_named(text: str, column: str) -> str | None:
    """Return the unit of `column` that a spelling names, None if it names none.

    ``mA/cm2``, ``mA cm-2``, ``mA cm^-2``, ``mA_per_cm2`` and ``mA/cm\u00b2`` are one.
    """
    word = text.strip().translate(_SUPERSCRIPTS).lower()
    word = word.replace("_per_", "/").replace("\u00b5", "u").replace("\u03bc", "u")
    word = word.replace("\u00b0", "deg").replace("^", "").replace("*", "")
    word = re.sub(r"[ .\u00b7]*(c?m)-2$", r"/\g<1>2", word).replace(" ", "")
    word = _UNIT_WORDS.get(word, word)
    for unit in units_of(column):
        if unit.lower() == word:
            return unit
    return None


_SUPERSCRIPTS = str.maketrans("\u00b2\u207b\u00b9\u2212", "2-1-")


def _plain(text: str) -> str:
    return re.sub(r"[\s\-]+", "_", text.strip()).strip("_").lower()


def _stems(rule: ColumnRule) -> list[str]:
    """Return the names that a column may have without its unit."""
    stem = rule.aliases[:1] if units_of(rule.name) else ()
    return [rule.name.lower(), *stem, *rule.aliases]


def _match(header: str) -> tuple[ColumnRule | None, str | None, str]:
    """Return the rule that a header names, its unit, and what is wrong with it."""
    if header in COLUMNS:
        rule = COLUMNS[header]
        units = units_of(rule.name)
        return rule, next(iter(units), None), ""
    bracket = re.fullmatch(r"(.*?)\s*[(\[](.*)[)\]]\s*", header)
    name, unit_text = (bracket[1], bracket[2]) if bracket else (header, "")
    plain = _plain(name)
    for rule in COLUMNS.values():
        units = units_of(rule.name)
        names = _stems(rule)
        if plain in names and not units and not unit_text:
            return rule, None, ""
        if not units:
            continue
        if plain == rule.name.lower() and not unit_text:
            return rule, next(iter(units)), ""
        for stem in names:
            rest = unit_text if plain == stem else ""
            if not unit_text and plain.startswith(f"{stem}_"):
                rest = plain[len(stem) + 1 :]
            if rest and rest != "unit":
                unit = unit_named(rest, rule.name)
                if unit:
                    return rule, unit, ""
                return rule, None, rest
            if plain == stem:
                return rule, None, ""
    return None, None, ""


def bind_columns(
    table: RawTable,
) -> tuple[dict[str, BoundColumn], list[str], list[Fault]]:
    """Match each column of the header; say which are missing, unknown or doubled.

    Parameters
    ----------
    table : RawTable
        With its header.

    Returns
    -------
    bound : dict of str to BoundColumn
        By contract name.
    unknown : list of str
        Headers that name no known column; they are carried along as text.
    faults : list of Fault
        Of the header, row 1.
    """
    bound: dict[str, BoundColumn] = {}
    unknown: list[str] = []
    faults: list[Fault] = []
    if not table.header:
        return bound, unknown, faults
    places = {_plain(name): i for i, name in enumerate(table.header)}
    for position, header in enumerate(table.header):
        if not header:
            faults.append(
                Fault(
                    1,
                    "",
                    f"column {position + 1}",
                    "every column must have a name",
                    "name it, or delete the column",
                )
            )
            continue
        rule, unit, wrong = _match(header)
        if rule is None:
            if not _plain(header).endswith("_unit"):
                unknown.append(header)
            continue
        if rule.name in bound:
            faults.append(
                Fault(
                    1,
                    header,
                    header,
                    f"a column may stand once; {rule.name} also stands as "
                    f"{bound[rule.name].header!r}",
                    "remove one of the two",
                )
            )
            continue
        units = list(units_of(rule.name))
        unit_position = None
        if units and unit is None and not wrong:
            candidates = (
                f"{_plain(header)}_unit",
                *(f"{a}_unit" for a in rule.aliases),
            )
            unit_position = next((places[c] for c in candidates if c in places), None)
        bound[rule.name] = BoundColumn(rule, position, header, unit, unit_position)
        if units and unit is None and unit_position is None:
            said = f"the unit {wrong!r} is not known" if wrong else "it states no unit"
            faults.append(
                Fault(
                    1,
                    header,
                    header,
                    f"the header of {rule.name} must state its unit; {said}",
                    f"name the column {rule.name}, or state one of "
                    f"{', '.join(units)} as in '{rule.aliases[0]} ({units[0]})' or in "
                    f"a column {_plain(header)}_unit",
                )
            )
    faults.extend(_missing(bound, unknown))
    return bound, unknown, faults


def _missing(bound: dict[str, BoundColumn], unknown: list[str]) -> list[Fault]:
    faults = []
    for rule in COLUMNS.values():
        if not rule.is_required or rule.name in bound:
            continue
        close = difflib.get_close_matches(
            rule.name, [_plain(name) for name in unknown], n=1, cutoff=0.75
        )
        hint = f"rename {close[0]!r}" if close else "add it"
        faults.append(
            Fault(
                1,
                rule.name,
                "missing",
                f"the file must have the column {rule.name}",
                f"{hint}: {rule.meaning}",
            )
        )
    return faults


def template() -> str:
    """Return the header of a measurement file, as one line of CSV."""
    return ",".join(COLUMNS) + "\n"
