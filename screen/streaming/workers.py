"""Where blocks are judged: in this process, in a pool of processes, or on Dask.

All three run `judge_blocks`; a task that a killed worker took with it runs again.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sodalyte.screen.streaming.source import LibrarySource, SpaceSource
from sodalyte.screen.streaming.tally import Tally, tally_block

if TYPE_CHECKING:
    from sodalyte.screen.judging.judge import Judge

__all__ = ["Job", "Task", "judge_blocks", "judged_here", "judged_in_pool"]
__all__ += ["judged_on_dask"]

Task = tuple[int, int]  # first block and number of blocks
RESTARTS = 3  # of the pool, after workers that were killed
ATTEMPTS = 3  # of a task on Dask that raised
_installed: list[Job] = []


@dataclass(frozen=True)
class Job:
    """All that a worker needs.

    Parameters
    ----------
    source : SpaceSource or LibrarySource
    judge : Judge
    size : int
        How many of the best to keep.
    draws : int
        Shared draws behind a score.
    key : str
        Hash of everything that shapes the result.
    code : str
        Hash of the code and libraries of the process that made the job.
    """

    source: SpaceSource | LibrarySource
    judge: Judge
    size: int
    draws: int
    key: str
    code: str


def judge_blocks(job: Job, task: Task) -> Tally:
    """Judge some blocks one after the other, on one thread.

    Parameters
    ----------
    job : Job
    task : tuple of int
        First block and number of blocks.

    Returns
    -------
    Tally
    """
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    from sodalyte.screen.proposing.pool import PARETO, judge_all

    tally = Tally(job.size)
    with threadpool_limits(limits=1):  # threads would change the last digits
        for index in range(task[0], task[0] + task[1]):
            block = job.source.block(index)
            found = Tally(job.size)
            if block.candidates is not None:
                table = judge_all(job.judge, block.candidates, job.draws)[1]
                found = tally_block(
                    block.rows, block.candidates, table, PARETO, job.size
                )
            refused = Tally(
                job.size, rejected=block.rejected, n_rejected=len(block.rejected)
            )
            tally = tally.merge(found).merge(refused)
    return tally


def judged_here(job: Job, tasks: list[Task]) -> Iterator[tuple[Task, Tally]]:
    """Judge in this process."""
    for task in tasks:
        yield task, judge_blocks(job, task)


def judged_in_pool(
    job: Job, tasks: list[Task], workers: int
) -> Iterator[tuple[Task, Tally]]:
    """Judge in processes of this machine, each on one thread.

    Raises
    ------
    RuntimeError
        If workers are killed again and again.
    """
    from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
    from concurrent.futures.process import BrokenProcessPool
    from multiprocessing import get_context

    waiting = deque(tasks)
    for _ in range(RESTARTS + 1):
        running: dict[Any, Task] = {}
        # spawned, not forked: a fork copies locks that other threads may hold
        pool = ProcessPoolExecutor(
            workers, get_context("spawn"), initializer=_install, initargs=(job,)
        )
        try:
            while waiting or running:
                while waiting and len(running) < 2 * workers:
                    task = waiting.popleft()
                    running[pool.submit(_judge_installed, task)] = task
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    tally = future.result()
                    yield running.pop(future), tally
            return
        except BrokenProcessPool:
            waiting.extendleft(reversed(running.values()))
        finally:
            pool.shutdown(cancel_futures=True)
    raise RuntimeError(
        f"Worker processes were killed {RESTARTS + 1} times, as the system does when "
        "memory runs out. What was judged is kept. Use fewer --workers and --resume."
    )


def _install(job: Job) -> None:
    _installed[:] = [job]


def _judge_installed(task: Task) -> Tally:
    return judge_blocks(_installed[0], task)


def judged_on_dask(
    job: Job, tasks: list[Task], address: str
) -> Iterator[tuple[Task, Tally]]:
    """Judge on the workers of a Dask scheduler.

    Parameters
    ----------
    job : Job
    tasks : list of Task
    address : str
        As ``tcp://host:8786``.

    Raises
    ------
    ValueError
        If Dask is not installed, no scheduler answers, or a worker runs other code.
    """
    try:
        from distributed import Client, as_completed
    except ImportError:
        raise ValueError(
            "A scheduler needs Dask, which is not installed. Install it with: "
            "pip install 'sodalyte[cluster]'."
        ) from None
    try:
        client = Client(address, timeout="20s", set_as_default=False)
    except (OSError, ValueError) as error:
        raise ValueError(
            f"A Dask scheduler must answer at --scheduler. '{address}': {error}. "
            "Start one with `dask scheduler`, workers with `dask worker ADDRESS`."
        ) from None
    with client:
        waiting = deque(tasks)
        running: dict[str, Task] = {}
        stream = as_completed(loop=client.loop)
        # a task, not scattered data: a worker that dies does not take it along
        shared = client.submit(_same, job, key=f"sodalyte-job-{job.key}")

        def submit_one() -> None:
            task = waiting.popleft()
            key = f"sodalyte-blocks-{job.key}-{task[0]}-{task[1]}"
            running[key] = task
            stream.add(
                client.submit(
                    _judge_checked, shared, task, key=key, retries=ATTEMPTS - 1
                )
            )

        n_threads = sum(client.nthreads().values()) or 1
        for _ in range(min(4 * n_threads, len(waiting))):
            submit_one()
        for future in stream:
            tally = future.result()
            yield running.pop(future.key), tally
            future.release()
            if waiting:
                submit_one()


def _same(job: Job) -> Job:
    return job


def _judge_checked(job: Job, task: Task) -> Tally:
    """Judge on a machine that may hold another version."""
    from sodalyte.screen.surrogates.training import fingerprint

    if fingerprint() != job.code:
        raise ValueError(
            "Workers must run the code and libraries of the one who asks. This one's "
            f"hash is {fingerprint()[:12]}, asked for {job.code[:12]}. Install the "
            "same sodalyte and libraries on all machines."
        )
    return judge_blocks(job, task)
