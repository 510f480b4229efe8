"""Speed of the cell model, each beside a named baseline.

Run with ``pytest benchmarks/bench_cell.py``; add ``-s`` to see the tables.
"""

import time

import numpy as np
import pytest

from sodalyte.models.cell import CellModel, ElectrolyteProperties
from sodalyte.models.cell.inventory import recursion, retention

N_CANDIDATES = 100_000
N_CYCLES = 500


def candidates(n):
    """Draw n electrolytes with every spread that the surrogates give."""
    rng = np.random.default_rng(0)
    return ElectrolyteProperties(
        nines_mean=rng.normal(3.0, 0.4, n),
        nines_std=np.full(n, 0.3),
        runs_probability=rng.uniform(0.5, 1.0, n),
        oxidative_limit_V_vs_Na=rng.normal(4.0, 0.2, n),
        oxidative_limit_V_vs_Na_std=0.1,
        conductivity_mS_per_cm=rng.uniform(1.0, 10.0, n),
        conductivity_ln_std=0.2,
        transference_number=rng.uniform(0.3, 0.6, n),
        density_g_per_mL=rng.uniform(1.0, 1.3, n),
        price_USD_per_kg=rng.uniform(5.0, 30.0, n),
    )


@pytest.mark.parametrize("profile", ["ideal", "realistic"])
def test_100_000_candidates_in_a_second_of_one_core(benchmark, profile):
    electrolyte = candidates(N_CANDIDATES)
    model, times = CellModel(profile), []

    def evaluate():
        begin = time.process_time()
        model.evaluate(electrolyte)
        times.append(time.process_time() - begin)

    benchmark.pedantic(evaluate, rounds=5, warmup_rounds=1)
    print(f"\n{profile}: {N_CANDIDATES:,} candidates in {min(times):.2f} s of one core")
    benchmark.extra_info["candidates_per_cpu_s"] = N_CANDIDATES / min(times)
    assert min(times) < 1.0


def test_closed_form_beside_the_recursion(benchmark):
    rng = np.random.default_rng(0)
    loss = 10.0 ** -rng.uniform(1.0, 4.0, 2000)
    fade = 10.0 ** -rng.uniform(2.0, 4.0, 2000)
    reserve = rng.uniform(0.0, 0.5, 2000)
    begin = time.perf_counter()
    book = recursion(N_CYCLES, loss, fade, reserve)
    baseline = time.perf_counter() - begin
    closed = benchmark(retention, N_CYCLES, loss, fade, reserve)
    np.testing.assert_allclose(closed, book.cathode[-1], atol=1e-9)
    ratio = baseline / benchmark.stats["min"]
    benchmark.extra_info["times_faster_than_recursion"] = ratio
    assert ratio > 1.0


def test_64_designs_within_two_points_of_pybamm_and_10_000_times_faster(benchmark):
    pytest.importorskip("pybamm")
    from sodalyte.models.cell.dfn_check import compare_with_dfn

    comparison = benchmark.pedantic(compare_with_dfn, args=(64,), rounds=1)
    print("\n" + comparison.table())
    error = np.abs(comparison.fast_utilisation - comparison.dfn_utilisation)
    benchmark.extra_info["utilisation_error_points"] = float(100.0 * error.mean())
    benchmark.extra_info["times_faster_than_dfn"] = comparison.speed_ratio
    assert 100.0 * error.mean() < 2.0
    assert comparison.speed_ratio > 10_000


def test_refinement_of_four_cathodes(benchmark):
    pytest.importorskip("pybamm")
    from sodalyte.models.cell.curve_check import compare_curves

    table = benchmark.pedantic(compare_curves, args=(16,), rounds=1)
    table["error_points"] = 100.0 * table["utilisation_difference"].abs()
    table["error_mV"] = 1e3 * table["average_voltage_difference_V"].abs()
    summary = table.groupby("cathode")[["error_points", "error_mV"]]
    print("\n" + summary.agg(["mean", "max"]).round(1).to_string())
    assert table["error_points"].mean() < 3.0
