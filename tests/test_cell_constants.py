"""Metal capacity and thickness against printed values."""

import pytest

from sodalyte.models.cell.constants import (
    metal_capacity_mAh_per_g,
    metal_thickness_um,
)


@pytest.mark.parametrize(("metal", "printed"), [("Na", 1166.0), ("Li", 3861.0)])
def test_metal_capacity_is_faradays(metal, printed):
    assert metal_capacity_mAh_per_g(metal) == pytest.approx(printed, abs=1.0)


@pytest.mark.parametrize(("metal", "printed_um"), [("Na", 44), ("Li", 24)])
def test_thickness_of_5_mAh(metal, printed_um):
    # Ortmann 2024 and Wang 2020, in Li 2025, doi 10.1039/d5ee00136f, section 3.5
    assert round(metal_thickness_um(5.0, metal)) == printed_um


def test_pores_thicken_the_deposit():
    assert metal_thickness_um(1.0, porosity=0.5) == pytest.approx(
        2.0 * metal_thickness_um(1.0)
    )


def test_unknown_metal_is_refused():
    with pytest.raises(KeyError):
        metal_capacity_mAh_per_g("K")
