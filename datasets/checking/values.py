"""Rules for the cells and rows of a measurement file."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping

from sodalyte.datasets.checking.columns import BoundColumn, unit_named, units_of
from sodalyte.datasets.checking.files import Fault
from sodalyte.datasets.loading.quantities import QUANTITIES
from sodalyte.datasets.loading.reading import Reading, read_formulation

__all__ = ["NO_FORMULA", "Value", "is_formula", "read_cell", "row_faults", "shown"]

Value = str | float | int | None
"""A cell after reading: text, number, whole number, or None where it is empty."""

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?")
_FORMULA = re.compile(r"^(=|@|[+\-](?!\d|\.\d))")
_SHOWN = 60


def shown(text: str) -> str:
    """Return a cell short enough to print, control characters as ``?``."""
    printable = "".join(c if c.isprintable() else "?" for c in text[: _SHOWN + 1])
    return printable if len(printable) <= _SHOWN else printable[: _SHOWN - 3] + "..."


NO_FORMULA = (
    "a cell must not begin like a spreadsheet formula; none is computed",
    "paste the value, or begin the text with a letter or a digit",
)
"""Rule and remedy for a cell that a spreadsheet program would execute."""


def is_formula(cell: str) -> bool:
    """Return whether a spreadsheet program would take a text for a formula."""
    return bool(_FORMULA.match(cell))


def read_cell(
    cell: str, column: BoundColumn, row: int, unit_text: str = ""
) -> tuple[Value, Fault | None]:
    """Read one cell by the rule of its column.

    Parameters
    ----------
    cell : str
        As in the file.
    column : BoundColumn
        What the column is and in which unit.
    row : int
        Row of the file.
    unit_text : str
        Content of the unit column in this row, where there is one.

    Returns
    -------
    value : str, float, int or None
        In the unit of the house; None where the cell is empty or faulty.
    fault : Fault or None
        What is wrong.
    """

    def fault(rule: str, remedy: str) -> tuple[None, Fault]:
        return None, Fault(row, column.header, shown(cell), rule, remedy)

    rule = column.rule
    if not cell:
        if rule.may_be_empty:
            return None, None
        return fault(f"{rule.name} must not be empty", f"give it: {rule.meaning}")
    if rule.kind in ("number", "count"):
        number, why, remedy = _number(cell)
        if number is None:
            return fault(f"{rule.name} must be a number; {why}", remedy)
        return _in_house_unit(number, cell, column, row, unit_text)
    if rule.allowed:
        if cell in rule.allowed:
            return cell, None
        return fault(
            f"{rule.name} must be one of {'  '.join(rule.allowed)}",
            f"choose one: {rule.meaning}",
        )
    if is_formula(cell):
        return fault(*NO_FORMULA)
    return cell, None


def _number(cell: str) -> tuple[float | None, str, str]:
    """Return a number, or None with what is wrong and what to do."""
    if _NUMBER.fullmatch(cell):
        return float(cell), "", ""
    bare = cell.replace(" ", "").replace("\u2212", "-").replace("\u00a0", "")
    if _NUMBER.fullmatch(bare.replace(",", ".", 1)) and "," in bare:
        return (
            None,
            "it has a comma",
            f"write a decimal point and no thousands mark: {bare.replace(',', '.', 1)}",
        )
    if _NUMBER.fullmatch(bare) and "\u2212" in cell:
        return None, "it has a typographic minus", f"write {bare} with a hyphen"
    if bare[:1] in "<>~=\u2248\u2264\u2265" and _NUMBER.fullmatch(bare[1:]):
        return (
            None,
            "it begins with a qualifier",
            f"write {bare[1:]} here and {bare[0]} in ce_qualifier",
        )
    if bare.endswith("%") and _NUMBER.fullmatch(bare[:-1]):
        return None, "it carries a unit", f"write {bare[:-1]}; the header has the unit"
    if cell.startswith("="):
        return (
            None,
            "it is a spreadsheet formula, which is not computed",
            "paste the value itself",
        )
    if re.fullmatch(r"[+-]?\d+\.?\d*\s*(\+/-|\u00b1)\s*\d+\.?\d*", cell):
        return None, "it carries an uncertainty", "give one row for each cell measured"
    if re.fullmatch(r"\d+\.?\d*\s*(-|to|\u2013)\s*\d+\.?\d*", cell):
        return None, "it is a range", "give one row for each value, or a bound"
    if re.match(r"\d{4}-\d{2}-\d{2}|\d{2}:\d{2}:\d{2}$", cell):
        return (
            None,
            "the workbook holds a date or a time here",
            "format the column as number and type the value again",
        )
    if cell.lower() in ("rt", "r.t.", "room temperature"):
        return None, "room temperature is no number", "write the degrees, as in 25"
    if cell.lower() in ("n.a.", "nan", "na", "n/a", "inf", "-inf", "none", "null", "-"):
        return None, "it is a word for no number", "leave the cell empty"
    return None, "it cannot be read", "write digits and a decimal point, as in 99.85"


def _in_house_unit(
    number: float, cell: str, column: BoundColumn, row: int, unit_text: str
) -> tuple[Value, Fault | None]:
    """Convert to the unit of the house and check the range."""
    name = column.rule.name
    unit = column.unit
    units = units_of(name)
    if units and column.unit_position is not None:
        unit = unit_named(unit_text, name)
        if unit is None:
            return None, Fault(
                row,
                column.header,
                f"{shown(cell)} {shown(unit_text)}".strip(),
                f"the unit of {name} must be stated as one of {', '.join(units)}",
                "correct the cell of the unit column",
            )
    if units and unit is None:
        return None, None  # the header has the fault; the value is not guessed
    factor, offset = units[unit] if units and unit else (1.0, 0.0)
    value = factor * number + offset
    if factor != 1.0 or offset:
        value = float(f"{value:.12g}")
    quantity = QUANTITIES[name]
    if not math.isfinite(value) or value not in quantity:
        return None, Fault(
            row,
            column.header,
            shown(cell),
            f"{name} must lie in [{quantity.low:g}, {quantity.high:g}] {quantity.unit}",
            _range_remedy(name, value, unit),
        )
    if name == "ce_percent" and unit == "percent" and 0 < value <= 1:
        return None, Fault(
            row,
            column.header,
            shown(cell),
            f"ce_percent is in percent; is {value:g} a fraction?",
            f"write {100 * value:g}, or name the column ce_fraction",
        )
    if quantity.is_count:
        if value != int(value):
            return None, Fault(
                row,
                column.header,
                shown(cell),
                f"{name} must be a whole number",
                "give the number of cycles or cells",
            )
        return int(value), None
    return value, None


def _range_remedy(name: str, value: float, unit: str | None) -> str:
    if name == "temperature_C" and 200 < value < 500:
        return (
            f"{value:g} looks like kelvin: name the column temperature_K, or write "
            f"{value - 273.15:g}"
        )
    if name == "temperature_C" and unit == "K" and value < -120:
        return "is it in degC? then name the column temperature_C"
    if name == "ce_percent" and unit == "fraction" and value > 100:
        return "is it in percent? then name the column ce_percent"
    if name == "ce_percent" and value > 100:
        return "no cell returns more than was plated: correct the value or the unit"
    if name == "ce_percent":
        return "correct the value; for a cell without return use would_not_run"
    if value == 0 and name.startswith(("current", "areal")):
        return "give the value that was applied; zero plates nothing"
    return "correct the value, or state its unit in the header"


def row_faults(
    values: Mapping[str, Value],
    row: int,
    columns: Mapping[str, BoundColumn],
    cells: Mapping[str, str],
) -> tuple[Reading | None, list[Fault]]:
    """Check what no single cell can show: formulation, outcome, qualifier.

    Parameters
    ----------
    values : mapping of str to value
        Cells of one row by contract name, after `read_cell`.
    row : int
        Row of the file.
    columns : mapping of str to BoundColumn
        The columns of the file by contract name.
    cells : mapping of str to str
        The same cells as they stand in the file.

    Returns
    -------
    reading : Reading or None
        The formulation, None where it cannot be read.
    faults : list of Fault
        What is wrong.
    """
    complaints = list(_efficiency_complaints(values, cells))
    reading = None
    text = values.get("formulation")
    if isinstance(text, str):
        reading = read_formulation(text)
        if reading.refusal:
            complaints.append(("formulation", *_split_refusal(reading.refusal)))
            reading = None
        else:
            complaints += _metal_complaints(reading, values.get("metal"))
            if reading.modifier and not values.get("modifier"):
                complaints.append(
                    (
                        "formulation",
                        "what acts from outside the liquid belongs into modifier",
                        f"name it there: {reading.modifier}",
                    )
                )
    faults = [
        Fault(
            row,
            columns[name].header if name in columns else name,
            shown(cells.get(name, "")),
            rule,
            remedy,
        )
        for name, rule, remedy in complaints
    ]
    return reading, faults


def _split_refusal(message: str) -> tuple[str, str]:
    """Split the parser's message into what is wrong and what to do."""
    rule, point, remedy = message.rpartition(". ")
    if not point:
        return message, "write it as in '1 M NaPF6 in G2'"
    return rule, remedy


def _metal_complaints(reading: Reading, metal: Value) -> list[tuple[str, str, str]]:
    if not reading.cations:
        return [
            (
                "formulation",
                "an electrolyte needs a salt of the metal that is plated",
                "name the salt and its amount",
            )
        ]
    if isinstance(metal, str) and f"{metal}+" not in reading.cations:
        found = ", ".join(reading.cations)
        return [
            (
                "metal",
                f"metal must be that of a salt; the salts have {found}",
                "correct the metal or the salt",
            )
        ]
    return []


def _efficiency_complaints(
    values: Mapping[str, Value],
    cells: Mapping[str, str],
) -> Iterator[tuple[str, str, str]]:
    """Yield column, rule and remedy for efficiency, qualifier and outcome."""
    outcome = values.get("outcome") or "ran"
    efficiency = values.get("ce_percent")
    qualifier = values.get("ce_qualifier")
    if outcome == "would_not_run":
        for name in ("ce_percent", "ce_qualifier"):
            if cells.get(name):
                yield (
                    name,
                    f"{name} must be empty where the outcome is would_not_run",
                    "empty it: a cell that will not run is a class, not a CE",
                )
        return
    if cells.get("ce_percent") == "":
        yield (
            "ce_percent",
            "ce_percent must not be empty unless the cell would not run",
            "give it, or write would_not_run in a column named outcome",
        )
    if cells.get("ce_qualifier") == "":
        yield (
            "ce_qualifier",
            "ce_qualifier must say what the value is:  =  ~  <  >",
            "write = for a value measured, < or > for a bound; it is empty only with "
            "the outcome would_not_run",
        )
    if outcome == "failed_early" and qualifier not in ("<", None):
        yield (
            "ce_qualifier",
            "the efficiency of a cell that failed early is an upper bound",
            "write <, or the outcome ran",
        )
    if isinstance(efficiency, float):
        yield from _range_complaints(efficiency, qualifier)


def _range_complaints(
    efficiency: float, qualifier: Value
) -> Iterator[tuple[str, str, str]]:
    if efficiency == 100 and qualifier != "<":
        yield (
            "ce_percent",
            "an efficiency of exactly 100 % cannot be measured (nines without end)",
            "give the bound that the cell resolves, as in 99.9 with the qualifier >",
        )
    if efficiency == 0 and qualifier != ">":
        yield (
            "ce_percent",
            "a cell that returns nothing has no efficiency",
            "empty the cell and give the outcome would_not_run",
        )
