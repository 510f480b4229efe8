"""Remake ``docs/benchmarks.md``: throughput beside baselines, and how it scales.

Run from the project's folder::

    python benchmarks/make_table.py                      # up to 1,000,000 formulations
    python benchmarks/make_table.py --largest 10000000   # some eight minutes more

Every part is kept in ``build/benchmarks/`` as soon as it is measured, under the commit;
a run that was stopped goes on where it was. ``--fresh`` measures all anew. With changes
that are not committed nothing is taken over.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "benchmarks.md"
COMMAND = [sys.executable, "-c", "from sodalyte.screen.cli import main; main()"]
PAGE_SIZE_MB = os.sysconf("SC_PAGE_SIZE") / 2**20
INTRODUCTION = """# Speed and scale

Remade by `{command}`; do not edit by hand. {machine}.
Commit {commit}, {date}.

## Each step beside a plain way of doing it

CPU seconds of one thread, so that a busy machine does not count; both ways are timed
in the same run. `sodalyte benchmark throughput` prints the same.

"""
SCALING = """
## Screening

`sodalyte screen --count N` with {workers} processes: draw, features, both surrogates
with uncertainty, cell model, {draws} draws of the score, Pareto front and the best
100. Each size is a run of its own. Wall time depends on what else the machine does
(the load at the start of each run stands beside it); CPU time hardly. Memory is the sum
over all processes at its highest.

| formulations | wall s | CPU s | CPU s per million | memory MB | front | load |
|---:|---:|---:|---:|---:|---:|---:|
"""
GROWTH = """
From {small:,} to {large:,} formulations a run takes {wall_all:.2f} times the wall time
and {cpu_all:.2f} times the CPU time. That includes what every run pays once: starting
Python and the workers, loading the models, describing the best 100. Without it, the
step from {small:,} to {large:,} takes {wall:.2f} times the wall time and {cpu:.2f}
times the CPU time of the step from {first:,} to {small:,}; 10 is exact proportion.
"""
NOTES = """
The result is the same to the last digit for any number of workers
(`tests/test_screen_stream.py`), also on Dask with a worker killed half-way
(`tests/test_screen_stream_dask.py`).
"""


def tree_memory_MB(root: int) -> float:
    """Sum the resident memory of a process and all its children."""
    parents: dict[int, int] = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                stat = Path(f"/proc/{entry}/stat").read_text()
            except OSError:  # it ended meanwhile
                continue
            parents[int(entry)] = int(stat.rsplit(")", 1)[1].split()[1])
    total, wanted = 0.0, {root}
    grown = True
    while grown:
        more = {child for child, parent in parents.items() if parent in wanted}
        grown = not more <= wanted
        wanted |= more
    for pid in wanted:
        try:
            pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
        except OSError:
            continue
        total += pages * PAGE_SIZE_MB
    return total


def measured(count: int, workers: int) -> dict[str, Any]:
    """Screen so many formulations in a process of its own."""
    import resource

    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "screened.json"
        command = [*COMMAND, "screen", "--count", str(count), "--out", str(out)]
        load = os.getloadavg()[0]
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        begin = time.perf_counter()
        process = subprocess.Popen(
            [*command, "--workers", str(workers)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        highest = [0.0]
        over = threading.Event()

        def watch() -> None:
            while not over.wait(0.1):
                highest[0] = max(highest[0], tree_memory_MB(process.pid))

        watcher = threading.Thread(target=watch)
        watcher.start()
        code = process.wait()
        over.set()
        watcher.join()
        if code:
            raise RuntimeError(f"sodalyte screen --count {count} ended with {code}")
        wall = time.perf_counter() - begin
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        document = json.loads(out.read_text(encoding="utf-8"))
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    if document["screened"] != count:
        raise RuntimeError(f"{document['screened']} of {count} rows were judged")
    return {
        "count": count,
        "wall_s": wall,
        "cpu_s": cpu,
        "memory_MB": highest[0],
        "front": len(document["pareto"]),
        "load": load,
    }


def figure(value: float) -> str:
    """Write a number to three digits with thousands separated."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def step_rows(stages: list[dict[str, Any]]) -> list[str]:
    """Write the table of the steps, ratios first."""
    lines = [
        "| faster | step | ours, per s | baseline, per s | baseline | what is timed |",
        "|---:|---|---:|---:|---|---|",
    ]
    lines += [
        f"| {figure(s['ratio'])} x | {s['name']} ({s['unit']}) "
        f"| {figure(1 / s['seconds'])} | {figure(1 / s['baseline_seconds'])} "
        f"| {s['baseline']} | {s['note']} |"
        for s in stages
    ]
    return lines


class Kept:
    """Measured parts of one commit on disk, so that a stopped run goes on."""

    def __init__(self, commit: str, workers: int, *, is_fresh: bool) -> None:
        self.path = ROOT / "build" / "benchmarks" / f"{commit}-{workers}.json"
        self.parts: dict[str, Any] = {}
        if self.path.exists() and not is_fresh and "dirty" not in commit:
            self.parts = json.loads(self.path.read_text(encoding="utf-8"))

    def measure(self, name: str, work: Callable[[], Any]) -> Any:
        """Return a part, measuring it if it is not there."""
        if name in self.parts:
            print(f"{name}: measured before")
            return self.parts[name]
        begin = time.perf_counter()
        self.parts[name] = work()
        print(f"{name}: {time.perf_counter() - begin:.0f} s")
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_text(json.dumps(self.parts), encoding="utf-8")
        return self.parts[name]


def commit_name() -> str:
    """Name the commit; "dirty" where files were changed since."""
    told = subprocess.run(
        ["git", "describe", "--always", "--dirty", "--exclude=*"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    return told.stdout.strip() or "unknown"


def scaling_rows(runs: list[dict[str, Any]]) -> str:
    """Write one row a size, and how time grows with the size."""
    text = "".join(
        f"| {run['count']:,} | {run['wall_s']:.1f} | {run['cpu_s']:.1f} "
        f"| {run['cpu_s'] / run['count'] * 1e6:.1f} | {run['memory_MB']:.0f} "
        f"| {run['front']} | {run['load']:.1f} |\n"
        for run in runs
    )
    if len(runs) < 3:
        return text
    first, small, large = runs[-3:]

    def step(key: str) -> float:
        return float((large[key] - small[key]) / (small[key] - first[key]))

    return text + GROWTH.format(
        first=first["count"],
        small=small["count"],
        large=large["count"],
        wall_all=large["wall_s"] / small["wall_s"],
        cpu_all=large["cpu_s"] / small["cpu_s"],
        wall=step("wall_s"),
        cpu=step("cpu_s"),
    )


def main() -> None:
    """Measure and write the page."""
    from sodalyte.screen.benchmarks.throughput import machine, throughput
    from sodalyte.screen.proposing.pool import FULL_DRAWS

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--largest", type=int, default=1_000_000)
    parser.add_argument("--workers", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--fresh", action="store_true", help="measure all anew")
    options = parser.parse_args()
    # a champion of one's own has another speed
    os.environ["SODALYTE_HOME"] = str(ROOT / "build" / "benchmarks" / "home")
    commit = commit_name()
    kept = Kept(commit, options.workers, is_fresh=options.fresh)
    page = INTRODUCTION.format(
        command=f"python benchmarks/make_table.py --largest {options.largest}",
        machine=kept.measure("machine", machine),
        commit=commit,
        date=time.strftime("%Y-%m-%d"),
    )
    stages = kept.measure("steps", lambda: throughput()["stages"])
    page += "\n".join(step_rows(stages)) + "\n"
    page += SCALING.format(workers=options.workers, draws=FULL_DRAWS)
    counts = [10**k for k in range(4, 10) if 10**k <= options.largest]
    runs = [
        kept.measure(f"{count:,}", lambda n=count: measured(n, options.workers))
        for count in counts
    ]
    PAGE.write_text(page + scaling_rows(runs) + NOTES, encoding="utf-8")
    print(f"written: {PAGE}")


if __name__ == "__main__":
    main()
