"""Remake ``docs/benchmarks.md``: throughput beside baselines, and how it scales.

Run from the project's folder::

    python benchmarks/make_table.py                    # up to 1,000,000 formulations
    python benchmarks/make_table.py --largest 10000000
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
from pathlib import Path
from typing import Any

PAGE = Path(__file__).parent.parent / "docs" / "benchmarks.md"
COMMAND = [sys.executable, "-c", "from sodalyte.screen.cli import main; main()"]
PAGE_SIZE_MB = os.sysconf("SC_PAGE_SIZE") / 2**20
INTRODUCTION = """# Speed and scale

Remade by `python benchmarks/make_table.py`; do not edit by hand. {machine}.
Commit {commit}, {date}.

## Each step beside a plain way of doing it

CPU seconds of one thread, so that a busy machine does not count; both ways are timed
in the same run. `sodalyte benchmark throughput` prints the same.

"""
SCALING = """
## Screening

`sodalyte screen --count N` with {workers} processes: draw, features, both surrogates
with uncertainty, cell model, {draws} draws of the score, Pareto front and the best
100. Wall time depends on what else the machine does (load {load:.1f} when this was
measured); CPU time hardly. Memory is the sum over all processes at its highest.

| formulations | wall s | CPU s | CPU s per million | memory MB | front |
|---:|---:|---:|---:|---:|---:|
"""
NOTES = """
The fixed part (starting Python and the workers, loading the models, describing the
best 100) is what the smallest run shows. The result is the same to the last digit for
any number of workers (`tests/test_screen_stream.py`), also on Dask with a worker
killed half-way (`tests/test_screen_stream_dask.py`).
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


def main() -> None:
    """Measure and write the page."""
    from sodalyte.screen.benchmarks.throughput import machine, throughput
    from sodalyte.screen.proposing.propose import FULL_DRAWS

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--largest", type=int, default=1_000_000)
    parser.add_argument("--workers", type=int, default=len(os.sched_getaffinity(0)))
    options = parser.parse_args()
    root = PAGE.parent.parent
    described = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"],
        capture_output=True,
        text=True,
        cwd=root,
        check=False,
    )
    page = INTRODUCTION.format(
        machine=machine(),
        commit=described.stdout.strip() or "unknown",
        date=time.strftime("%Y-%m-%d"),
    )
    page += "\n".join(step_rows(throughput()["stages"])) + "\n"
    page += SCALING.format(
        workers=options.workers, draws=FULL_DRAWS, load=os.getloadavg()[0]
    )
    counts = [10**k for k in range(4, 10) if 10**k <= options.largest]
    for count in counts:
        run = measured(count, options.workers)
        page += (
            f"| {count:,} | {run['wall_s']:.1f} | {run['cpu_s']:.1f} "
            f"| {run['cpu_s'] / count * 1e6:.1f} | {run['memory_MB']:.0f} "
            f"| {run['front']} |\n"
        )
        print(page.splitlines()[-1])
    PAGE.write_text(page + NOTES, encoding="utf-8")


if __name__ == "__main__":
    main()
