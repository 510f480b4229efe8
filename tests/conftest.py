"""What all tests share: one cache of trained models, one thread a worker."""

import os
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
HOME = ROOT / ".pytest_cache" / "sodalyte-home"
# A folder of the tests' own, whatever the developer has exported: a champion of hers
# would change the figures. What the cache keeps is named by the hash of data and code,
# so it is never stale.
os.environ["SODALYTE_HOME"] = str(HOME)
os.environ.pop("SODALYTE_DEBUG", None)
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")


@pytest.fixture(scope="session", autouse=True)
def no_champion_of_all_tests():
    """Begin without a champion, and let no test leave one to the others."""
    registry = HOME / "registry"
    shutil.rmtree(registry, ignore_errors=True)
    yield
    assert not registry.exists(), f"a test promoted a model in {HOME}"


@pytest.fixture(scope="session")
def proposals():
    """The main job on the bundled data, run once a worker."""
    from sodalyte.screen.proposing.propose import propose

    return propose(8, seed=0)
