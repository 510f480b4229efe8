import re

import pytest

from sodalyte.datasets.checking.columns import COLUMNS, BoundColumn, bind_columns
from sodalyte.datasets.checking.files import RawTable
from sodalyte.datasets.checking.values import is_formula, read_cell, row_faults, shown


def column(header):
    bound, _, _ = bind_columns(RawTable(header=[header]))
    return next(iter(bound.values()))


def read(header, cell):
    return read_cell(cell, column(header), 7)


@pytest.mark.parametrize(
    ("header", "cell", "value"),
    [
        ("ce_percent", "99.8", 99.8),
        ("ce_percent", "9.98e1", 99.8),
        ("ce_fraction", "0.998", 99.8),
        ("temperature_K", "298.15", 25.0),
        ("temperature_C", "-40", -40.0),
        ("current_density_A_per_m2", "5", 0.5),
        ("n_cycles", "300", 300),
        ("n_cycles", "", None),
        ("collector", "carbon-coated Al", "carbon-coated Al"),
        ("ce_qualifier", "=", "="),
        ("outcome", "failed_early", "failed_early"),
        ("oxidative_limit_V_vs_Li", "4.33", 4.0),
    ],
)
def test_good_cells(header, cell, value):
    got, fault = read(header, cell)
    assert fault is None
    assert got == pytest.approx(value) if isinstance(value, float) else got == value


@pytest.mark.parametrize(
    ("header", "cell", "rule", "remedy"),
    [
        ("ce_percent", "99,8", "has a comma", "99.8"),
        ("current_density_mA_per_cm2", "1,000.5", "has a comma|cannot be", ""),
        ("ce_percent", "99.8 %", "carries a unit", "write 99.8"),
        ("ce_percent", ">99.8", "begins with a qualifier", "> in ce_qualifier"),
        ("ce_percent", "~ 99.8", "begins with a qualifier", "write 99.8"),
        ("ce_percent", "99.8 ± 0.1", "carries an uncertainty", "one row for each"),
        ("ce_percent", "99-99.5", "it is a range", "one row"),
        ("ce_percent", "=A1/B1", "formula, which is not computed", "paste"),
        ("temperature_C", "\u221240", "typographic minus", "write -40"),
        ("ce_percent", "nan", "a word for no number", "empty"),
        ("ce_percent", "N/A", "a word for no number", "empty"),
        ("ce_percent", "inf", "a word for no number", "empty"),
        ("ce_percent", "good", "cannot be read", "digits"),
        ("ce_percent", "2026-01-02T00:00:00", "a date or a time", "as number"),
        ("ce_percent", "1e999", "must be a number|must lie in", ""),
        ("ce_percent", "100.2", "must lie in", "no cell returns more"),
        ("ce_percent", "-3", "must lie in", "would_not_run"),
        ("ce_percent", "0.998", "is 0.998 a fraction", "write 99.8"),
        ("ce_percent", "1", "is 1 a fraction", "ce_fraction"),
        ("ce_fraction", "99.8", "must lie in", "is it in percent"),
        ("temperature_C", "298.15", "must lie in", "looks like kelvin.*25"),
        ("temperature_K", "25", "must lie in", "is it in degC"),
        ("current_density_mA_per_cm2", "0", "must lie in", "zero plates nothing"),
        ("current_density_mA_per_cm2", "500", "must lie in", "state its unit"),
        ("areal_capacity_mAh_per_cm2", "-1", "must lie in", ""),
        ("n_cycles", "12.5", "a whole number", ""),
        ("ce_qualifier", "≈", "must be one of", ""),
        ("metal", "sodium", "must be one of Na", ""),
        ("outcome", "died", "must be one of ran", ""),
        ("collector", "", "must not be empty", "Collector as papers"),
        ("collector", "=cmd|' /C calc'!A0", "spreadsheet formula", "paste"),
        ("note", "@SUM(1)", "spreadsheet formula", ""),
        ("note", "+x", "spreadsheet formula", ""),
    ],
)
def test_bad_cells(header, cell, rule, remedy):
    value, fault = read(header, cell)
    assert value is None
    assert fault.row == 7
    assert fault.column == header
    assert re.search(rule, fault.rule)
    assert re.search(remedy, fault.remedy)
    assert fault.remedy


def test_the_unit_column_decides_row_by_row():
    bound, _, _ = bind_columns(RawTable(header=["temperature", "temperature_unit"]))
    temperature = bound["temperature_C"]
    assert read_cell("298.15", temperature, 2, "K") == (25.0, None)
    assert read_cell("25", temperature, 2, "°C") == (25.0, None)
    value, fault = read_cell("25", temperature, 2, "")
    assert value is None
    assert "must be stated as one of C, K, F" in fault.rule


def test_a_cell_without_a_unit_is_left_to_the_header():
    bare = BoundColumn(COLUMNS["temperature_C"], 0, "temperature")
    assert read_cell("25", bare, 2) == (None, None)


def row(**cells):
    """Check one row; return the columns with faults and the reading."""
    full = {
        "formulation": "1 M NaPF6 in G2",
        "metal": "Na",
        "ce_percent": "99.8",
        "ce_qualifier": "=",
        "outcome": "ran",
    } | cells
    bound, _, _ = bind_columns(RawTable(header=list(full)))
    values = {n: read_cell(full[c.header], c, 2)[0] for n, c in bound.items()}
    written = {n: full[c.header] for n, c in bound.items()}
    reading, faults = row_faults(values, 2, bound, written)
    return reading, {fault.column: fault for fault in faults}


def test_a_good_row():
    reading, faults = row()
    assert faults == {}
    assert reading.canonical


@pytest.mark.parametrize(
    ("cells", "where", "rule"),
    [
        ({"formulation": "1 M NaPF6 in unobtainium"}, "formulation", "unobtainium"),
        ({"formulation": "2 M ZnSO4 in H2O"}, "formulation", "aqueous"),
        ({"formulation": "DME"}, "formulation", "needs a salt"),
        ({"formulation": "1 M LiPF6 in DME"}, "metal", "the salts have Li"),
        (
            {"formulation": "1 M NaPF6 in G2 with 3A zeolite film"},
            "formulation",
            "belongs into modifier",
        ),
        ({"ce_percent": "100"}, "ce_percent", "exactly 100"),
        ({"ce_percent": "100", "ce_qualifier": ">"}, "ce_percent", "exactly 100"),
        ({"ce_percent": "0"}, "ce_percent", "returns nothing"),
        ({"ce_percent": ""}, "ce_percent", "must not be empty"),
        ({"ce_qualifier": ""}, "ce_qualifier", "must say what"),
        ({"outcome": "failed_early"}, "ce_qualifier", "upper bound"),
        ({"outcome": "would_not_run"}, "ce_percent", "must be empty"),
        (
            {"outcome": "would_not_run", "ce_percent": ""},
            "ce_qualifier",
            "must be empty",
        ),
    ],
)
def test_rows_that_contradict_themselves(cells, where, rule):
    _, faults = row(**cells)
    assert rule in faults[where].rule
    assert faults[where].remedy


@pytest.mark.parametrize(
    "cells",
    [
        {"ce_percent": "100", "ce_qualifier": "<"},
        {"ce_percent": "99.9", "ce_qualifier": ">"},
        {"ce_percent": "20", "ce_qualifier": "<", "outcome": "failed_early"},
        {"ce_percent": "", "ce_qualifier": "", "outcome": "would_not_run"},
        {"outcome": ""},
        {"formulation": "1 M NaPF6 in G2 with 3A zeolite film", "modifier": "film"},
        {"formulation": "1 M LiPF6 in DME", "metal": "Li"},
        {"formulation": "1 M NaPF6 + 0.01 M KTFSI in DME"},
    ],
)
def test_rows_that_are_well(cells):
    assert row(**cells)[1] == {}


def test_shown_is_short_and_printable():
    assert shown("a\x1b[31m\n") == "a?[31m?"
    assert len(shown("x" * 500)) == 60


def test_formulas():
    assert is_formula("=1+1")
    assert is_formula("-cmd")
    assert not is_formula("-0.5")
    assert not is_formula("1 M NaPF6 in G2")
