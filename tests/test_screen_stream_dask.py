"""Screening on a real Dask cluster of processes."""

import json
import os
import signal

import pytest

from sodalyte.screen.space.search_space import SearchSpace
from sodalyte.screen.streaming.source import LibrarySource, SpaceSource
from sodalyte.screen.streaming.stream import make_job, screen

distributed = pytest.importorskip("distributed")

pytestmark = [
    pytest.mark.slow,
    # a killed worker drops its connections; what the cluster says of it is no fault
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]
COUNT = 3 * SpaceSource.block_rows + 11


@pytest.fixture(scope="module")
def cluster():
    with distributed.LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        processes=True,
        dashboard_address=None,
        scheduler_port=0,
    ) as running:
        yield running


@pytest.fixture(scope="module")
def job():
    return make_job(SpaceSource(SearchSpace.default(), COUNT), top=5, draws=2)


def test_a_worker_killed_half_way_loses_and_doubles_nothing(cluster, job):
    here = screen(job)
    killed = []

    def kill_one(done, total):
        if done > 0 and not killed:
            pid = next(iter(cluster.workers.values())).pid
            killed.append(pid)
            os.kill(pid, signal.SIGKILL)

    address = cluster.scheduler_address
    there = screen(job, scheduler=address, blocks_per_task=1, progress=kill_one)
    assert killed
    assert there.tally == here.tally  # `screened` counts every row once
    assert there.document["screened"] == COUNT
    assert json.dumps(there.document["top"]) == json.dumps(here.document["top"])


def test_a_library_is_judged_on_the_cluster(cluster):
    job = make_job(LibrarySource(("COCCOC", "C1CCOC1", "???")), top=3, draws=2)
    there = screen(job, scheduler=cluster.scheduler_address)
    assert there.tally == screen(job).tally
    assert there.tally.n_rejected == 1


def test_workers_of_another_version_are_refused(cluster, job):
    from dataclasses import replace

    other = replace(job, code="0" * 64, key="other-version")
    with pytest.raises(ValueError, match="same sodalyte and libraries"):
        screen(other, scheduler=cluster.scheduler_address)


def test_no_scheduler_is_a_message(job):
    with pytest.raises(ValueError, match="must answer at --scheduler"):
        screen(job, scheduler="not an address")
