"""The rate model on flat, sloping and two-plateau curves against the DFN."""

import pytest

from sodalyte.models.cell.curve_check import compare_curves

pytest.importorskip("pybamm")


@pytest.mark.slow
def test_four_designs_of_two_curves():
    table = compare_curves(4, cathodes=("NVP", "NNCFM"))
    assert list(table["cathode"]) == ["NVP"] * 4 + ["NNCFM"] * 4
    assert table["utilisation_difference"].abs().mean() < 0.03
    assert table["average_voltage_difference_V"].abs().mean() < 0.08
