"""Speed and memory of screening, beside the goals: a minute a million, flat memory.

Run with ``pytest benchmarks/bench_screen.py``; add ``-s`` to see the figures. Times
are CPU seconds of one thread, so that a busy machine does not count.
``python benchmarks/make_table.py`` measures whole runs and writes the page.
"""

import subprocess
import sys
import time

import pytest

from sodalyte.screen.space.search_space import SearchSpace
from sodalyte.screen.streaming.source import SpaceSource
from sodalyte.screen.streaming.stream import make_job, screen
from sodalyte.screen.streaming.workers import judge_blocks

BLOCK = SpaceSource.block_rows
GOAL_CPU_S_PER_MILLION = 120.0  # 60 s on two cores
GOAL_MEMORY_MB = 1_500 / 3  # two workers and the process that gathers


def job(count):
    return make_job(SpaceSource(SearchSpace.default(), count), top=100)


def cpu_seconds(work):
    begin = time.process_time()
    work()
    return time.process_time() - begin


def test_a_block(benchmark):
    made = job(BLOCK)
    judge_blocks(made, (0, 1))
    benchmark.pedantic(judge_blocks, (made, (0, 1)), rounds=3)
    benchmark.extra_info["formulations_per_s"] = BLOCK / benchmark.stats["min"]


def test_a_million_in_a_minute_on_two_cores():
    made = job(4 * BLOCK)
    judge_blocks(made, (0, 1))
    seconds = cpu_seconds(lambda: judge_blocks(made, (0, 4)))
    per_million = seconds / (4 * BLOCK) * 1e6
    print(f"\n{per_million:.0f} CPU s per million formulations")
    assert per_million < GOAL_CPU_S_PER_MILLION


def test_ten_times_the_count_costs_ten_times_the_time():
    one, ten = job(2 * BLOCK), job(20 * BLOCK)
    screen(one)
    ratio = cpu_seconds(lambda: judge_blocks(ten, (0, 20))) / cpu_seconds(
        lambda: judge_blocks(one, (0, 2))
    )
    print(f"\n10 x the count costs {ratio:.2f} x the CPU time")
    assert ratio == pytest.approx(10.0, rel=0.1)


PEAK = """
import resource, sys
from sodalyte.screen.space.search_space import SearchSpace
from sodalyte.screen.streaming.stream import make_job, screen
from sodalyte.screen.streaming.source import SpaceSource
screen(make_job(SpaceSource(SearchSpace.default(), int(sys.argv[1]))))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def test_memory_does_not_grow_with_the_count():
    peaks = []
    for n_blocks in (2, 12):
        run = subprocess.run(
            [sys.executable, "-c", PEAK, str(n_blocks * BLOCK)],
            capture_output=True,
            text=True,
            check=True,
        )
        peaks.append(float(run.stdout))
    print(f"\npeak memory MB: {peaks[0]:.0f} for 2 blocks, {peaks[1]:.0f} for 12")
    assert peaks[1] < 1.05 * peaks[0]
    assert peaks[1] < GOAL_MEMORY_MB
