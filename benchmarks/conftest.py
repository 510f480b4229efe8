"""Count processor time in every benchmark, so that a busy machine does not count."""

import os
import time
from pathlib import Path

import pytest

HOME = Path(__file__).parent.parent / "build" / "benchmarks" / "home"
os.environ["SODALYTE_HOME"] = str(HOME)  # a champion of one's own has another speed
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")


def pytest_collection_modifyitems(items):
    """Give every benchmark a clock of processor time."""
    for item in items:
        item.add_marker(pytest.mark.benchmark(timer=time.process_time))
