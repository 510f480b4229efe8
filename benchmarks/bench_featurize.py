"""Speed of the features, each beside the loop over rows that it replaces.

Run with ``pytest benchmarks/bench_featurize.py``; add ``-s`` to see the table. Times
are CPU seconds of one thread, so that a busy machine does not count.
"""

import resource
import time

import numpy as np
import pytest

from sodalyte.datasets.components.catalogue import load_catalogue
from sodalyte.datasets.formulations.array import FormulationArray
from sodalyte.featurizers import BLOCKS, design_matrix

N_FORMULATIONS = 100_000
N_LOOP = 50  # each has a component table of its own, remembered by the first loop
SALTS = ("NaPF6", "NaFSI", "NaTFSI", "NaOTf", "NaBF4", "NaClO4")
SOLVENTS = ("DME", "G2", "G3", "G4", "THF", "2-MeTHF", "DOL", "DEE", "PC", "EC", "DMC")
SOLVENTS += ("DEC", "EMC", "FEC", "Et2O", "THP", "1,2-DMP", "1,4-dioxane", "ACN", "SL")
DILUENTS = ("BTFE", "TTE", "OFE", "TFEO")


def random_formulations(n, seed=0):
    """Draw up to two salts, three solvents and one diluent for each row."""
    random = np.random.default_rng(seed)
    catalogue = load_catalogue()
    groups = [[catalogue.find(name) for name in g] for g in (SALTS, SOLVENTS, DILUENTS)]
    components = tuple(component for group in groups for component in group)
    matrix = np.zeros((n, len(components)))
    rows = np.arange(n)
    start = 0
    for group, draws, scale in zip(groups, (2, 3, 1), (0.15, 1.0, 1.0), strict=True):
        for draw in range(draws):
            column = start + random.integers(0, len(group), n)
            present = (draw == 0) | (random.random(n) < 0.6)
            if scale == 1.0 and draws == 1:
                present = random.random(n) < 0.4
            matrix[rows, column] += scale * (0.05 + random.random(n)) * present
        start += len(group)
    matrix /= matrix.sum(axis=1, keepdims=True)
    return FormulationArray(components, matrix)


@pytest.fixture(scope="module")
def formulations():
    array = random_formulations(N_FORMULATIONS)
    design_matrix(array[:100])
    return array


def cpu_seconds(function, *args, **kwargs):
    start = time.process_time()
    function(*args, **kwargs)
    return time.process_time() - start


def test_design_matrix_beside_the_loop(formulations):
    vectorised = min(cpu_seconds(design_matrix, formulations) for _ in range(3))
    rows = [formulations[i] for i in range(N_LOOP)]

    def loop():
        for row in rows:
            design_matrix([row])

    loop()
    looped = cpu_seconds(loop) * N_FORMULATIONS / N_LOOP
    print(
        f"\ndesign_matrix, {N_FORMULATIONS} rows: {vectorised:.2f} s vectorised, "
        f"{looped:.0f} s as a loop over rows ({looped / vectorised:.0f} x)"
    )
    assert vectorised < 1.0
    assert looped > 20 * vectorised


@pytest.mark.parametrize("block", BLOCKS)
def test_block(benchmark, formulations, block):
    benchmark(design_matrix, formulations, blocks=(block,))
    benchmark.extra_info["rows_per_s"] = N_FORMULATIONS / benchmark.stats["min"]


def test_a_million_rows_in_bounded_memory():
    array = random_formulations(1_000_000, seed=1)
    design_matrix(array[:100])
    before_MB = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

    start = time.process_time()
    matrix = design_matrix(array)
    seconds = time.process_time() - start

    after_MB = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    result_MB = matrix.to_numpy().nbytes / 2**20
    print(
        f"\n1,000,000 rows x {matrix.shape[1]} features: {seconds:.1f} s; peak memory "
        f"grew by {after_MB - before_MB:.0f} MB for a result of {result_MB:.0f} MB"
    )
    assert seconds < 10.0
    assert after_MB - before_MB < 1.5 * result_MB
