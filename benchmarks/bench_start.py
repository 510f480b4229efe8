"""How fast the command line starts, beside a program that loads all libraries first.

Run with ``pytest benchmarks/bench_start.py``; add ``-s`` to see the figures. Times are
CPU seconds of the whole process, its end included.
"""

import sys

import pytest

from sodalyte.screen.benchmarks.throughput import EAGER, child_cpu_seconds

LINE = [sys.executable, "-c", "from sodalyte.screen.cli import main; main()"]
TEXT = "1 M NaPF6 in diglyme"
RUNS = 5


@pytest.fixture(scope="module")
def eager():
    """Seconds to load every library at the start."""
    return child_cpu_seconds([sys.executable, "-c", EAGER], repeat=RUNS)


@pytest.mark.parametrize(
    ("command", "goal_s"), [("parse", 0.5), ("predict", 2.0)], ids=["parse", "predict"]
)
def test_a_command_starts_fast(eager, command, goal_s):
    child_cpu_seconds([*LINE, command, TEXT], repeat=1)  # trains at first use
    taken = child_cpu_seconds([*LINE, command, TEXT], repeat=RUNS)
    print(f"\n{command}: {taken:.2f} CPU s; all libraries first: {eager:.2f} CPU s")
    assert taken < goal_s
    assert taken < eager
