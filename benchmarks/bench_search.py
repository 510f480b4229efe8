"""Speed and yield of the search, each beside a named baseline.

Run with ``pytest benchmarks/bench_search.py``; add ``-s`` to see the tables. The
replays of finished campaigns are ``sodalyte benchmark replay-li`` and ``replay-na``.
"""

import time

import numpy as np
import pandas as pd

from sodalyte.datasets.formulations.array import FormulationArray
from sodalyte.datasets.formulations.formulation import Formulation
from sodalyte.screen.benchmarks.hypervolume import hypervolume_benchmark
from sodalyte.screen.choosing.batch import select_batch
from sodalyte.screen.space.search_space import SearchSpace

N_SAMPLE = 200_000
SPACE = SearchSpace.default()


def rejection_loop(n, seed):
    """Draw recipes the plain way: one by one, and ask whether each is allowed."""
    rng = np.random.default_rng(seed)
    names = {role: rule.names for role, rule in SPACE.role_rules.items()}
    found = []
    while len(found) < n:
        salts = rng.choice(names["salt"], rng.integers(1, 3), replace=False)
        liquids = list(rng.choice(names["solvent"], rng.integers(1, 4), replace=False))
        if rng.random() < 0.5:
            liquids.append(rng.choice(names["diluent"]))
        cuts = np.sort(rng.choice(np.arange(1, 20), len(liquids) - 1, replace=False))
        volumes = np.diff([0, *cuts, 20])
        formulation = Formulation.from_molarity(
            {str(s): int(rng.integers(1, 21)) / 10 for s in salts},
            {str(v): int(p) for v, p in zip(liquids, volumes, strict=True)},
        )
        if SPACE.contains(formulation)[0]:
            found.append(formulation)
    return FormulationArray.from_list(found)


def test_sampling_beside_a_rejection_loop(benchmark):
    SPACE.sample(10, 0)
    begin = time.perf_counter()
    rejection_loop(50, 0)
    baseline = (time.perf_counter() - begin) / 50
    benchmark.pedantic(SPACE.sample, (N_SAMPLE, 0), rounds=3)
    ours = benchmark.stats["min"] / N_SAMPLE
    benchmark.extra_info["recipes_per_s"] = 1 / ours
    benchmark.extra_info["times_faster_than_loop"] = baseline / ours
    assert baseline / ours > 50


def test_a_batch_from_many_candidates(benchmark):
    candidates = SPACE.sample(20_000, 0)
    rng = np.random.default_rng(0)
    figures = pd.DataFrame(
        {
            "score_mean": rng.normal(size=len(candidates)),
            "score_std": rng.uniform(0.1, 1, len(candidates)),
        }
    )
    benchmark(select_batch, candidates, figures, 8)
    assert benchmark.stats["min"] < 5


def test_hypervolume_beside_random_and_nsga2():
    """The figures are those of ``sodalyte benchmark hypervolume``, fewer seeds."""
    found = hypervolume_benchmark(seeds=(0, 1))
    ours = min(found["metrics"]["hypervolume"]["per_seed"])
    for name, rival in found["baselines"].items():
        print(f"\n{name}: {rival['hypervolume']}")
        assert ours > max(rival["hypervolume"]["per_seed"])
    print(f"ours: {found['metrics']['hypervolume']}")
