import math

import pytest

from sodalyte.datasets.notation.entries import (
    Entry,
    Ratio,
    has_salt_beside,
    salts_to_split,
    share_out,
    trailing_free,
)


def entry(name, start, *, ionic=False, segment="head", unit=""):
    return Entry(name, ionic, False, start, segment, 1.0 if unit else 0.0, unit)


SALT = entry("NaPF6", 0, ionic=True, unit="mol_per_L")
OTHER_SALT = entry("NaBF4", 6, ionic=True)
EC, DMC = entry("EC", 12), entry("DMC", 15)


def test_free_names_end_at_the_last_amount():
    assert trailing_free([EC, SALT, OTHER_SALT, DMC]) == [OTHER_SALT, DMC]
    assert trailing_free([EC, SALT]) == []


def test_salts_share_a_concentration_only_when_the_first_has_it():
    assert salts_to_split([SALT, OTHER_SALT], 2) == [SALT, OTHER_SALT]
    assert salts_to_split([OTHER_SALT, SALT], 2) == []
    assert salts_to_split([SALT, EC], 2) == []
    assert salts_to_split([SALT], 2) == []


def test_a_salt_is_beside_liquids_of_its_own_group_only():
    assert has_salt_beside([SALT, EC, DMC], [EC, DMC])
    after_in = entry("EC", 12, segment="base")
    assert not has_salt_beside([SALT, after_in], [after_in])
    assert not has_salt_beside([OTHER_SALT, EC], [EC])
    assert not has_salt_beside([SALT], [])


@pytest.mark.parametrize(
    ("parts", "is_possible"),
    [((1.0, 2.0), True), ((1.0, 0.0), False), ((1.0, math.inf), False)],
)
def test_ratios_are_positive_and_finite(parts, is_possible):
    assert Ratio(parts, "", 0).is_possible == is_possible


def test_a_ratio_prints_as_written():
    assert str(Ratio((1.0, 1.2, 3.0), "mole", 0)) == "1:1.2:3"


def test_shares_divide_the_total_of_the_first_salt():
    first, second = entry("A", 0, ionic=True, unit="mol_per_L"), entry("B", 1)
    assert share_out([first, second]) == ""
    first.amount, first.share, second.share = 1.6, 0.6, 0.4
    assert share_out([first, second]).startswith("1.6 M is the sum over the salts")
    assert (first.amount, second.amount) == pytest.approx((0.96, 0.64))
    assert second.unit == "mol_per_L"
