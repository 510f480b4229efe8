"""Speed of the surrogates, prediction beside a plain scikit-learn Gaussian process.

Run with ``pytest benchmarks/bench_models.py``; add ``-s`` to see the figures. Times
are CPU seconds of one thread, so that a busy machine does not count.
"""

import time

import numpy as np
import pandas as pd
import pytest

from sodalyte.models.baselines import ScikitBaseline
from sodalyte.models.observations import read_observations
from sodalyte.screen.surrogates.training import (
    bundled_predictors,
    train_predictors,
    training_table,
)

N_ROWS = 40_000


@pytest.fixture(scope="module")
def sodium():
    X, frame, _ = training_table()
    return X, frame


@pytest.fixture(scope="module")
def candidates(sodium):
    """Mix measured rows at random: every feature in its range."""
    X, _ = sodium
    rng = np.random.default_rng(0)
    one, other = rng.integers(len(X), size=(2, N_ROWS))
    share = rng.random((N_ROWS, 1))
    values = X.to_numpy()[one] * share + X.to_numpy()[other] * (1 - share)
    return pd.DataFrame(values.astype(np.float32), columns=X.columns)


def cpu_seconds(work):
    start = time.process_time()
    work()
    return time.process_time() - start


def test_a_million_predictions_fit_twenty_seconds_on_two_cores(
    benchmark, sodium, candidates
):
    made = bundled_predictors()

    def both():
        return [
            made.coulombic_efficiency.predict_frame(candidates),
            made.oxidative_limit.predict_frame(candidates),
        ]

    benchmark.pedantic(both, rounds=3, iterations=1, warmup_rounds=1)
    ours = min(cpu_seconds(both) for _ in range(3)) * 1e6 / N_ROWS
    X, frame = sodium
    plain = ScikitBaseline("process", ("chemistry", "conditions"))
    plain.fit(X, read_observations(X, frame))
    part = candidates[:4000]
    baseline = min(cpu_seconds(lambda: plain.predict(part)) for _ in range(3)) * 250
    print(f"\na million: {ours:.1f} CPU s; plain process, one target: {baseline:.1f}")
    assert ours < 40  # two cores for twenty seconds


def test_training_takes_less_than_thirty_seconds(benchmark):
    benchmark.pedantic(train_predictors, rounds=1, iterations=1)
    seconds = cpu_seconds(train_predictors)
    print(f"\ntraining of both surrogates, features included: {seconds:.1f} CPU s")
    assert seconds < 30
