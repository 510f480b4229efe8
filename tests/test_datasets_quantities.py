import dataclasses
import re

import pytest

from sodalyte.datasets.loading.quantities import QUANTITIES, Quantity


@pytest.mark.parametrize("quantity", QUANTITIES.values(), ids=list(QUANTITIES))
def test_name_is_ascii_and_ranges_are_ordered(quantity):
    assert re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", quantity.name)
    assert quantity.low <= quantity.high
    assert quantity.meaning


@pytest.mark.parametrize(
    ("ending", "unit"),
    [
        ("_mA_per_cm2", "mA/cm2"),
        ("_mAh_per_cm2", "mAh/cm2"),
        ("_C", "degC"),
        ("_V_vs_Na", "V vs Na/Na+"),
        ("_g_per_mL", "g/mL"),
        ("_mS_per_cm", "mS/cm"),
        ("_ppm", "ppm by mass"),
    ],
)
def test_one_unit_for_one_ending(ending, unit):
    named = [q for q in QUANTITIES.values() if q.name.endswith(ending)]
    assert named
    assert {q.unit for q in named} == {unit}


def test_the_table_is_read_only():
    with pytest.raises(TypeError):
        QUANTITIES["new"] = QUANTITIES["nines"]
    with pytest.raises(dataclasses.FrozenInstanceError):
        QUANTITIES["nines"].unit = "percent"


def test_contains_is_the_closed_range():
    efficiency = QUANTITIES["ce_percent"]
    assert 0.0 in efficiency
    assert 100.0 in efficiency
    assert 100.01 not in efficiency
    assert float("nan") not in efficiency


def test_a_range_the_wrong_way_round_is_refused():
    with pytest.raises(ValueError, match="low must not exceed high"):
        Quantity("x_V", "V", "a voltage", 2.0, 1.0)


def test_a_quantity_needs_a_meaning():
    with pytest.raises(ValueError, match="needs a name and a meaning"):
        Quantity("x_V", "V", "")
