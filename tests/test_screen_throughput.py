"""The throughput benchmark: what it times and how it writes it."""

import sys

from sodalyte.screen.benchmarks.named import BENCHMARKS
from sodalyte.screen.benchmarks.throughput import (
    Stage,
    _parse,
    child_cpu_seconds,
    cpu_seconds,
    machine,
)


def test_the_ratio_is_the_baseline_over_ours():
    stage = Stage("x", "rows", "plain", 0.5, 2.0)
    assert stage.ratio == 4.0
    assert next(iter(stage.to_dict())) == "ratio"


def test_processor_time_counts_work_and_not_waiting():
    import time

    assert cpu_seconds(lambda: time.sleep(0.2)) < 0.1
    assert cpu_seconds(lambda: sum(range(2_000_000))) > 1e-3
    waited = child_cpu_seconds([sys.executable, "-c", "import time; time.sleep(.5)"])
    assert 0 < waited < 0.4


def test_a_stage_is_measured():
    (stage,) = _parse()
    assert stage.seconds > 0
    assert stage.baseline_seconds > 0
    assert "RDKit" in stage.baseline


def test_the_benchmark_is_on_the_command_line():
    assert "throughput" in BENCHMARKS
    assert "cores" in machine()
