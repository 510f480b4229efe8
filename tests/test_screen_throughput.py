"""The throughput benchmark: what it times and how it writes it."""

import sys

import pytest

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


@pytest.mark.slow
@pytest.mark.parametrize(
    ("command", "goal_s"), [("parse", 0.5), ("predict", 2.0)], ids=str
)
def test_the_command_line_starts_fast(command, goal_s):
    line = [sys.executable, "-c", "from sodalyte.screen.cli import main; main()"]
    text = "1 M NaPF6 in diglyme"
    child_cpu_seconds([*line, command, text], repeat=1)  # trains at first use
    taken = child_cpu_seconds([*line, command, text], repeat=2)
    assert taken < 2 * goal_s  # CPU time; twice the goal on a busy machine
