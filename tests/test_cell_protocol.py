"""Protocols are checked."""

import pytest

from sodalyte.models.cell import Protocol


@pytest.mark.parametrize(
    "fields",
    [
        {"charge_rate_C": -1.0},
        {"discharge_rate_C": [0.1, -0.1]},
        {"temperature_C": -300.0},
        {"cycles": -1},
        {"rest_h": float("nan")},
    ],
)
def test_impossible_protocols_are_refused(fields):
    name = next(iter(fields))
    with pytest.raises(ValueError, match=f"{name} must lie in"):
        Protocol(**fields)


def test_defaults():
    assert Protocol().temperature_C == 25.0
