import pytest

from sodalyte.datasets.checking.columns import (
    COLUMNS,
    bind_columns,
    template,
    unit_named,
    units_of,
)
from sodalyte.datasets.checking.files import RawTable

REQUIRED = [
    "formulation", "metal", "collector", "current_density_mA_per_cm2",
    "areal_capacity_mAh_per_cm2", "temperature_C", "ce_percent", "ce_qualifier", "work",
]  # fmt: skip


def bind(*header):
    return bind_columns(RawTable(header=list(header)))


def test_the_template_begins_with_the_contract():
    assert template().startswith(",".join(REQUIRED) + ",")
    assert template().count("\n") == 1
    assert [n for n, rule in COLUMNS.items() if rule.is_required] == REQUIRED


def test_the_template_binds_without_a_fault():
    bound, unknown, faults = bind(*template().strip().split(","))
    assert list(bound) == list(COLUMNS)
    assert unknown == []
    assert faults == []


@pytest.mark.parametrize(
    ("header", "column", "unit"),
    [
        ("current_density_A_per_m2", "current_density_mA_per_cm2", "A/m2"),
        ("Current density (mA/cm²)", "current_density_mA_per_cm2", "mA/cm2"),
        ("current density [mA cm-2]", "current_density_mA_per_cm2", "mA/cm2"),
        ("current_density (mA cm⁻²)", "current_density_mA_per_cm2", "mA/cm2"),
        ("current_density_uA_per_cm2", "current_density_mA_per_cm2", "uA/cm2"),
        ("current density (µA/cm2)", "current_density_mA_per_cm2", "uA/cm2"),
        ("Areal capacity (mAh/cm^2)", "areal_capacity_mAh_per_cm2", "mAh/cm2"),
        ("areal_capacity_C_per_cm2", "areal_capacity_mAh_per_cm2", "C/cm2"),
        ("temperature_K", "temperature_C", "K"),
        ("Temperature (°C)", "temperature_C", "C"),
        ("temperature_C", "temperature_C", "C"),
        ("TEMPERATURE_c", "temperature_C", "C"),
        ("CE (%)", "ce_percent", "percent"),
        ("ce_fraction", "ce_percent", "fraction"),
        ("Coulombic efficiency [fraction]", "ce_percent", "fraction"),
        ("oxidative_limit_V_vs_Li", "oxidative_limit_V_vs_Na", "V_vs_Li"),
        ("oxidative limit (V vs Li/Li+)", "oxidative_limit_V_vs_Na", "V_vs_Li"),
    ],
)
def test_a_stated_unit_is_understood(header, column, unit):
    bound, unknown, _ = bind(header)
    assert unknown == []
    assert bound[column].unit == unit


@pytest.mark.parametrize("header", ["current_density", "temperature", "CE"])
def test_a_missing_unit_is_not_guessed(header):
    bound, _, faults = bind(header)
    mine = [fault for fault in faults if fault.column == header]
    assert len(mine) == 1
    assert "it states no unit" in mine[0].rule
    assert next(iter(bound.values())).unit is None


def test_an_unknown_unit_is_not_guessed():
    _, _, faults = bind("current density (A/in2)")
    assert any("'A/in2' is not known" in fault.rule for fault in faults)


def test_a_unit_column_is_found():
    bound, unknown, faults = bind("temperature", "temperature_unit")
    assert bound["temperature_C"].unit_position == 1
    assert unknown == []
    assert not [fault for fault in faults if fault.column == "temperature"]


def test_every_missing_column_is_named_at_once():
    _, _, faults = bind("formulation")
    assert [fault.column for fault in faults] == REQUIRED[1:]
    assert all(fault.row == 1 for fault in faults)


def test_a_misspelt_column_is_recognised_in_the_remedy():
    _, unknown, faults = bind("colector")
    assert unknown == ["colector"]
    fault = next(f for f in faults if f.column == "collector")
    assert "rename 'colector'" in fault.remedy


def test_a_doubled_and_a_nameless_column():
    _, _, faults = bind("ce_percent", "CE (%)", "")
    rules = [fault.rule for fault in faults]
    assert any("a column may stand once" in rule for rule in rules)
    assert any("every column must have a name" in rule for rule in rules)


def test_unknown_columns_are_told():
    _, unknown, _ = bind("operator", "colour")
    assert unknown == ["colour"]


@pytest.mark.parametrize(
    ("column", "unit", "value", "expected"),
    [
        ("current_density_mA_per_cm2", "A/m2", 5.0, 0.5),
        ("areal_capacity_mAh_per_cm2", "C/cm2", 3.6, 1.0),
        ("areal_capacity_mAh_per_cm2", "Ah/m2", 10.0, 1.0),
        ("temperature_C", "K", 298.15, 25.0),
        ("temperature_C", "F", 77.0, 25.0),
        ("temperature_C", "F", 32.0, 0.0),
        ("ce_percent", "fraction", 0.998, 99.8),
        ("oxidative_limit_V_vs_Na", "V_vs_Li", 4.33, 4.0),
        ("water_ppm", "percent", 0.002, 20.0),
    ],
)
def test_conversions(column, unit, value, expected):
    factor, offset = units_of(column)[unit]
    assert factor * value + offset == pytest.approx(expected)


def test_the_first_unit_is_that_of_the_house():
    for column in COLUMNS:
        if units_of(column):
            assert next(iter(units_of(column).values())) == (1.0, 0.0)


def test_a_unit_of_another_column_is_not_taken():
    assert unit_named("K", "ce_percent") is None
    assert unit_named("", "temperature_C") is None
