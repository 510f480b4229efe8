"""What all tests share: one cache of trained models, one thread a worker."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
# Named by the hash of data and code, so a kept cache is never a stale one.
os.environ.setdefault("SODALYTE_HOME", str(ROOT / ".pytest_cache" / "sodalyte-home"))
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")


@pytest.fixture(scope="session")
def proposals():
    """The main job on the bundled data, run once a worker."""
    from sodalyte.screen.proposing.propose import propose

    return propose(8, seed=0)
