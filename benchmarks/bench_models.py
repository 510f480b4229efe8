"""Speed and memory of the surrogates, beside a plain pipeline of scikit-learn.

Run with ``pytest benchmarks/bench_models.py``; add ``-s`` to see the figures. Times are
CPU seconds of one thread, so that a busy machine does not count.
"""

import subprocess
import sys
import time

import pytest
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import ConstantKernel, Matern, WhiteKernel
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sodalyte.screen.space.search_space import SearchSpace
from sodalyte.screen.surrogates.training import (
    bundled_predictors,
    feature_matrix,
    training_table,
)

BLOCK = 16_384
N_BLOCKS = 61  # a million rows
GOAL_S_PER_MILLION = 20.0
GOAL_MEMORY_MB = 1_500.0


@pytest.fixture(scope="module")
def table():
    """Features of one block of candidates."""
    return feature_matrix(SearchSpace.default().sample(BLOCK, 0))


@pytest.fixture(scope="module")
def plain():
    """A Gaussian process as scikit-learn has it, on the same training table."""
    X, frame, _ = training_table()
    known = frame["ce_percent"].notna().to_numpy()
    kernel = ConstantKernel(1.0) * Matern(10.0, nu=1.5) + WhiteKernel(0.1)
    process = GaussianProcessRegressor(kernel, normalize_y=True, random_state=0)
    model = make_pipeline(StandardScaler(), process)
    return model.fit(X[known], frame.loc[known, "ce_percent"]), X.columns


def predict_both(predictors, table):
    """Predict efficiency and limit with uncertainty and domain."""
    predictors.coulombic_efficiency.predict_frame(table)
    predictors.oxidative_limit.predict_frame(table)


def test_both_surrogates_beside_a_plain_pipeline(benchmark, table, plain):
    predictors = bundled_predictors()
    predict_both(predictors, table[:100])
    benchmark.pedantic(predict_both, (predictors, table), rounds=3)
    model, columns = plain
    shared = table.reindex(columns=columns, fill_value=0.0)
    begin = time.process_time()
    model.predict(shared, return_std=True)
    baseline = time.process_time() - begin
    ratio = baseline / benchmark.stats["min"]
    benchmark.extra_info["rows_per_s"] = BLOCK / benchmark.stats["min"]
    benchmark.extra_info["times_faster_than_plain_pipeline"] = ratio
    print(f"\n{ratio:.2f} x a plain scikit-learn Gaussian process")
    assert ratio > 0.3


MILLION = f"""
import resource, time
from sodalyte.screen.space.search_space import SearchSpace
from sodalyte.screen.surrogates.training import bundled_predictors, feature_matrix

predictors = bundled_predictors()
table = feature_matrix(SearchSpace.default().sample({BLOCK}, 0))
predictors.coulombic_efficiency.predict_frame(table[:9])
predictors.oxidative_limit.predict_frame(table[:9])
begin = time.process_time()
for _ in range({N_BLOCKS}):
    predictors.coulombic_efficiency.predict_frame(table)
    predictors.oxidative_limit.predict_frame(table)
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(time.process_time() - begin, peak)
"""


def test_a_million_predictions_in_bounded_memory():
    done = subprocess.run(
        [sys.executable, "-c", MILLION], capture_output=True, text=True, check=True
    )
    seconds, peak_MB = map(float, done.stdout.split())
    per_million = seconds / (N_BLOCKS * BLOCK) * 1e6
    print(f"\n{per_million:.1f} CPU s per million, {peak_MB:.0f} MB")
    assert per_million < GOAL_S_PER_MILLION
    assert peak_MB < GOAL_MEMORY_MB
