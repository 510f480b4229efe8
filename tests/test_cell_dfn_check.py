"""The closed-form rate model against PyBaMM's DFN on drawn designs."""

import numpy as np
import pytest

from sodalyte.models.cell.dfn_check import (
    RANGES,
    SOLID_DIFFUSION_TIME_h,
    compare_with_dfn,
    draw_designs,
    thin_electrode_time,
)

pytest.importorskip("pybamm")


def test_designs_fill_the_stated_ranges_and_repeat():
    designs = draw_designs(64)
    for name, (low, high) in RANGES.items():
        assert low <= designs[name].min() < low + 0.25 * (high - low)
        assert designs[name].max() > 0.7 * high
        assert np.array_equal(designs[name], draw_designs(64)[name])


def test_few_designs_are_the_first_of_many():
    few, many = draw_designs(8), draw_designs(64)
    for name in RANGES:
        assert np.array_equal(few[name], many[name][:8])


@pytest.mark.slow
def test_the_first_designs_are_within_two_points(capsys):
    comparison = compare_with_dfn(8)  # all 64 in benchmarks/bench_cell.py
    with capsys.disabled():
        print("\n" + comparison.table())
    error = np.abs(comparison.fast_utilisation - comparison.dfn_utilisation)
    assert 100.0 * error.mean() < 2.0
    energy = comparison.fast_utilisation * comparison.fast_voltage_V
    truth = comparison.dfn_utilisation * comparison.dfn_voltage_V
    assert np.abs(energy / truth - 1.0).mean() < 0.05


@pytest.mark.slow
def test_the_diffusion_time_is_that_of_a_thin_electrode():
    assert thin_electrode_time() == pytest.approx(SOLID_DIFFUSION_TIME_h, rel=0.1)
