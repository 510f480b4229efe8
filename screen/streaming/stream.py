"""Screen millions of formulations in flat memory: draw, judge, keep the best.

The rows come in blocks of fixed shape and the tallies of blocks merge in any order, so
the result is the same to the last digit for any number of workers, after any kill.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sodalyte.screen.judging.judge import Judge, make_judge
from sodalyte.screen.streaming.checkpoint import (
    Checkpoint,
    read_checkpoint,
    write_checkpoint,
)
from sodalyte.screen.streaming.source import LibrarySource, SpaceSource
from sodalyte.screen.streaming.tally import Tally
from sodalyte.screen.streaming.workers import (
    Job,
    Task,
    judged_here,
    judged_in_pool,
    judged_on_dask,
)

if TYPE_CHECKING:
    import pandas as pd

    from sodalyte.screen.judging.conditions import Conditions
    from sodalyte.screen.surrogates.training import Predictors

__all__ = ["Screened", "make_job", "screen"]

Progress = Callable[[int, int], None]
CHECKPOINT_SECONDS = 5.0
MOST_BLOCKS_PER_TASK = 4
MOST_ENTRIES = 10_000


def _silent(done: int, total: int) -> None:
    """Report progress to nobody."""


@dataclass(frozen=True)
class Screened:
    """The best of a screening.

    Parameters
    ----------
    document : dict
        The JSON document of ``sodalyte screen``.
    tally : Tally
        Behind it.
    """

    document: dict[str, Any]
    tally: Tally

    def to_frame(self) -> pd.DataFrame:
        """Return one row a kept candidate, the columns of the CSV."""
        import pandas as pd

        from sodalyte.screen.proposing.tables import flat_cell

        rows = []
        for entry in self.document["top"]:
            row = {k: v for k, v in entry.items() if not isinstance(v, dict)}
            predicted = entry["prediction"]
            for name in ("ce_percent", "oxidative_limit_V_vs_Na"):
                row |= {f"{name}_{key}": v for key, v in predicted[name].items()}
            row["runs_probability"] = predicted["runs_probability"]
            row["in_domain"] = predicted["in_domain"]
            rows.append(row | flat_cell(entry["cell"]))
        return pd.DataFrame(rows)


def make_job(
    source: SpaceSource | LibrarySource,
    *,
    top: int = 100,
    draws: int | None = None,
    design: str | Path | None = None,
    targets: str | Path | None = None,
    conditions: Conditions | None = None,
    predictors: Predictors | None = None,
) -> Job:
    """Put together what is screened and by what it is judged.

    Parameters
    ----------
    source : SpaceSource or LibrarySource
    top : int
        How many of the best to keep, 1 to 10,000.
    draws : int, optional
        Shared draws of a score; those of `propose` by default.
    design, targets : path, optional
        Cell design and targets (TOML); the bundled ones by default.
    conditions : Conditions, optional
        At which the efficiency is predicted.
    predictors : Predictors, optional
        The champion or the bundled ones by default.

    Returns
    -------
    Job

    Raises
    ------
    ValueError
        If an input is bad.
    """
    from sodalyte.screen.proposing.pool import FULL_DRAWS
    from sodalyte.screen.surrogates.training import fingerprint

    if not 1 <= top <= MOST_ENTRIES:
        raise ValueError(
            f"The best that are kept number 1 to {MOST_ENTRIES:,}. Got {top}. "
            "Correct --top."
        )
    judge = make_judge(predictors, conditions, design=design, targets=targets)
    draws = FULL_DRAWS if draws is None else draws
    settings = _settings(source, judge, top, draws)
    key = hashlib.sha256(repr(sorted(settings.items())).encode()).hexdigest()[:16]
    return Job(source, judge, top, draws, key, fingerprint())


def _settings(
    source: SpaceSource | LibrarySource, judge: Judge, top: int, draws: int
) -> dict[str, Any]:
    """List all that shapes the result."""
    cell = repr((judge.design, judge.protocol)).encode()
    return {
        **source.describe(),
        "top": top,
        "draws": draws,
        "conditions": str(judge.conditions),
        "cell_hash": hashlib.sha256(cell).hexdigest(),
        "targets": repr(tuple(judge.targets)),
        "model": judge.predictors.version,
    }


def screen(
    job: Job,
    *,
    workers: int = 1,
    scheduler: str | None = None,
    blocks_per_task: int | None = None,
    checkpoint: Path | None = None,
    resume: bool = False,
    progress: Progress = _silent,
) -> Screened:
    """Judge every row of the source and keep the best.

    Parameters
    ----------
    job : Job
        See `make_job`.
    workers : int
        Processes of this machine; 1 judges in this process. A script that asks for
        more must start its work under ``if __name__ == "__main__":``.
    scheduler : str, optional
        Address of a Dask scheduler to judge on instead.
    blocks_per_task : int, optional
        Does not change the result.
    checkpoint : Path, optional
        File to keep the state in; removed by who writes the result.
    resume : bool
        Go on from the checkpoint if it is there.
    progress : callable
        Called with the rows done and their total.

    Returns
    -------
    Screened

    Raises
    ------
    ValueError
        If the checkpoint belongs to another run or the scheduler cannot be used.
    OSError
        If the checkpoint cannot be written.
    """
    start = time.perf_counter()
    settings = _settings(job.source, job.judge, job.size, job.draws)
    state = Checkpoint(settings, frozenset(), Tally(job.size))
    if resume and checkpoint is not None and checkpoint.exists():
        state = read_checkpoint(checkpoint, settings, job.source.n_blocks)
    n_resumed = state.tally.screened
    tasks = _tasks(job, state.done, blocks_per_task, max(workers, 1))
    progress(_rows(state.tally), job.source.n_rows)
    written = time.perf_counter()
    try:
        for task, tally in _judged(job, tasks, workers, scheduler):
            done = state.done | set(range(task[0], task[0] + task[1]))
            state = Checkpoint(settings, done, state.tally.merge(tally))
            progress(_rows(state.tally), job.source.n_rows)
            if checkpoint and time.perf_counter() - written > CHECKPOINT_SECONDS:
                write_checkpoint(checkpoint, state)
                written = time.perf_counter()
    except KeyboardInterrupt:
        if checkpoint:
            write_checkpoint(checkpoint, state)
        raise
    if checkpoint:
        write_checkpoint(checkpoint, state)
    document = _document(job, state.tally)
    seconds = time.perf_counter() - start
    document["seconds"] = round(seconds, 3)
    document["resumed_rows"] = n_resumed
    return Screened(document, state.tally)


def _rows(tally: Tally) -> int:
    return tally.screened + tally.n_rejected


def _judged(
    job: Job, tasks: list[Task], workers: int, scheduler: str | None
) -> Iterator[tuple[Task, Tally]]:
    if scheduler is not None:
        return judged_on_dask(job, tasks, scheduler)
    if workers > 1 and len(tasks) > 1:
        return judged_in_pool(job, tasks, min(workers, len(tasks)))
    return judged_here(job, tasks)


def _tasks(
    job: Job, done: frozenset[int], blocks_per_task: int | None, workers: int
) -> list[Task]:
    """Cut the blocks still to do into tasks of neighbours."""
    left = [block for block in range(job.source.n_blocks) if block not in done]
    if blocks_per_task is None:
        share = len(left) // (4 * workers)
        blocks_per_task = max(1, min(MOST_BLOCKS_PER_TASK, share))
    tasks: list[Task] = []
    for block in left:
        if tasks and sum(tasks[-1]) == block and tasks[-1][1] < blocks_per_task:
            tasks[-1] = (tasks[-1][0], tasks[-1][1] + 1)
        else:
            tasks.append((block, 1))
    return tasks


def _document(job: Job, tally: Tally) -> dict[str, Any]:
    from sodalyte.screen.judging.predict import DIGITS
    from sodalyte.screen.proposing.document import describe, rounded
    from sodalyte.screen.proposing.pool import PARETO

    fronts = {entry.row for entry in tally.front}
    formulations = job.source.formulations([entry.row for entry in tally.top])
    described = describe(job.judge, formulations) if formulations else []
    top = []
    for rank, (entry, figures) in enumerate(zip(tally.top, described, strict=True), 1):
        top.append(
            {
                "rank": rank,
                "row": entry.row,
                **_molecule(job.source, entry.row),
                "score": round(entry.score, DIGITS),
                "score_std": round(entry.score_std, DIGITS),
                "is_pareto": entry.row in fronts,
                **figures,
            }
        )
    recipes = job.source.formulations([entry.row for entry in tally.front])
    front = [
        {
            "row": entry.row,
            "formulation": recipe.canonical,
            **_molecule(job.source, entry.row),
            "score": round(entry.score, DIGITS),
            **dict(zip(PARETO, entry.objectives, strict=True)),
        }
        for entry, recipe in zip(tally.front, recipes, strict=True)
    ]
    document: dict[str, Any] = rounded(
        {
            "screened": tally.screened,
            "top": top,
            "pareto": front,
            "rejected": [vars(item) for item in tally.rejected],
            "n_rejected": tally.n_rejected,
            "settings": _settings(job.source, job.judge, job.size, job.draws),
        }
    )
    return document


def _molecule(source: SpaceSource | LibrarySource, row: int) -> dict[str, Any]:
    if isinstance(source, SpaceSource):
        return {}
    molecule, place = divmod(row, len(source.recipes))
    return {"smiles": source.smiles[molecule], "recipe": source.recipes[place]}
