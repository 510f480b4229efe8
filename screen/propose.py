"""The main job: from measurements to a batch of recipes worth a chemist's week."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sodalyte.screen.batch import select_batch
from sodalyte.screen.conditions import Conditions
from sodalyte.screen.judge import Judge, load_targets
from sodalyte.screen.outputs import csv_text, write_files
from sodalyte.screen.pareto import pareto_mask
from sodalyte.screen.space import SearchSpace

if TYPE_CHECKING:
    from sodalyte.datasets.check import CheckResult
    from sodalyte.datasets.formulations import FormulationArray
    from sodalyte.screen.training import Predictors

__all__ = ["Proposals", "propose"]

SAMPLED = 30_000  # candidates drawn over the whole space
KEPT = 3_000  # of them judged with the full uncertainty
SCREEN_DRAWS = 4
PICTURE_POINTS = 1_500
PARETO = ("cycle_life_80", "oxidative_limit_V_vs_Na")
Progress = Callable[[str, float], None]


def _silent(stage: str, share: float) -> None:
    """Report progress to nobody."""


@dataclass(frozen=True)
class Proposals:
    """A batch with everything that explains it.

    Parameters
    ----------
    document : dict
        The JSON document of ``sodalyte propose``.
    candidates : DataFrame
        A sample of the judged candidates: ``nines_median``, ``limit_V_median`` and
        ``is_pareto``.
    measured : DataFrame
        Measured recipes: ``formulation``, ``nines``, ``limit_V`` (predicted).
    """

    document: dict[str, Any]
    candidates: pd.DataFrame
    measured: pd.DataFrame

    def to_frame(self) -> pd.DataFrame:
        """Return one row a proposal, the columns of ``proposals.csv``."""
        from sodalyte.screen.proposal_document import proposal_rows

        return pd.DataFrame(proposal_rows(self.document))

    def report(self, written: str) -> str:
        """Return the report as one HTML page.

        Parameters
        ----------
        written : str
            Time stamp to print in it.

        Returns
        -------
        str
        """
        from sodalyte.screen.report import render_report

        return render_report(
            self.document,
            candidates=self.candidates,
            measured=self.measured,
            written=written,
        )

    def write(self, folder: str | Path) -> Path:
        """Write ``report.html``, ``proposals.csv``, ``.json`` and weigh sheets.

        Parameters
        ----------
        folder : str or Path
            Made if it does not exist. All files appear together or none does.

        Returns
        -------
        Path
            Of the report.
        """
        from datetime import datetime

        from sodalyte.screen.cli.output import to_json
        from sodalyte.screen.outputs import check_folder
        from sodalyte.screen.proposal_document import proposal_rows, weigh_rows

        folder = Path(folder)
        check_folder(folder)
        rows, weighed = proposal_rows(self.document), weigh_rows(self.document)
        written = datetime.now().astimezone().isoformat(timespec="seconds")
        write_files(
            folder,
            {
                "proposals.json": to_json(self.document) + "\n",
                "proposals.csv": csv_text(rows, list(rows[0])),
                "weigh_sheets.csv": csv_text(weighed, list(weighed[0])),
                "report.html": self.report(written),
            },
        )
        return folder / "report.html"

    def _repr_html_(self) -> str:
        """Show the table of proposals in a notebook."""
        return str(self.to_frame().to_html(index=False))


def propose(
    n: int = 8,
    *,
    seed: int = 0,
    data: str | Path | None = None,
    space: str | Path | SearchSpace | None = None,
    design: str | Path | None = None,
    targets: str | Path | None = None,
    conditions: Conditions | None = None,
    pending: Sequence[str] = (),
    progress: Progress = _silent,
) -> Proposals:
    """Propose what to mix next.

    Parameters
    ----------
    n : int
        Number of proposals, 1 to 96.
    seed : int
        Seed of everything that is drawn; equal input and seed give equal output.
    data : path, optional
        Own measurements (CSV or XLSX, see ``sodalyte check --template``); the
        models are trained on them beside the bundled ones.
    space : path or SearchSpace, optional
        What may be mixed (TOML); the bundled space by default.
    design : path, optional
        The cell to judge in (TOML); the bundled pouch cell by default.
    targets : path, optional
        What to aim at (TOML); the bundled targets by default.
    conditions : Conditions, optional
        At which the Coulombic efficiency is predicted; the reference protocol of
        the data by default.
    pending : sequence of str
        Formulations in the lab now: not proposed again, and recipes like them are
        worth less.
    progress : callable
        Called with the stage and the share done, 0 to 1.

    Returns
    -------
    Proposals

    Raises
    ------
    ValueError
        If an input is bad, names the file, place, value and remedy.
    """
    from sodalyte.models.cell import default_design, default_protocol, design_from_toml

    if not 1 <= n <= 96:
        raise ValueError(
            f"The number of proposals must lie in [1, 96]. Got {n}. A larger batch "
            "is better run as several, each learning from the one before."
        )
    if not isinstance(space, SearchSpace):
        space = SearchSpace.from_toml(space) if space else SearchSpace.default()
    cell, protocol = (
        design_from_toml(design) if design else (default_design(), default_protocol())
    )
    aims = load_targets(targets)
    waiting = _read_all(pending)
    progress("reading measurements", 0.02)
    own = read_measurements(data) if data else None
    progress("training the surrogates", 0.05)
    predictors = _predictors(own)
    judge = Judge(predictors, conditions or Conditions(), cell, protocol, aims)
    progress("drawing candidates", 0.2)
    pool = _pool(judge, space, seed, progress)
    progress("choosing the batch", 0.8)
    batch = select_batch(
        pool.candidates,
        pool.table,
        n,
        measured=_measured(predictors),
        pending=waiting,
        random_state=seed,
    )
    from sodalyte.screen.proposal_document import assemble

    progress("writing it up", 0.9)
    made = assemble(judge, space, pool, batch, own=own, seed=seed, data=data)
    progress("done", 1.0)
    return made


@dataclass(frozen=True)
class Pool:
    """Candidates judged with their whole uncertainty.

    Parameters
    ----------
    candidates : FormulationArray of length n
    X : DataFrame of n rows
        Features.
    table : DataFrame of n rows
        Predictions, ``score_mean``, ``score_std``, medians of cell figures,
        ``is_pareto``.
    n_screened : int
        How many were drawn to find these.
    """

    candidates: FormulationArray
    X: pd.DataFrame
    table: pd.DataFrame
    n_screened: int


def judge_all(
    judge: Judge, candidates: FormulationArray, draws: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return features and the table of predictions and scores."""
    X = judge.features(candidates)
    predicted = judge.predictions(candidates, X)
    mean, std = judge.score(X, predicted, draws=draws)
    return X, predicted.assign(score_mean=mean, score_std=std)


def _pool(judge: Judge, space: SearchSpace, seed: int, progress: Progress) -> Pool:
    """Draw over the whole space, keep the promising, judge those in full."""
    drawn = space.sample(SAMPLED, random_state=seed)
    steps = space.to_steps(drawn)
    drawn = drawn[np.sort(np.unique(steps, axis=0, return_index=True)[1])]
    progress(f"judging {len(drawn)} candidates", 0.3)
    _, rough = judge_all(judge, drawn, SCREEN_DRAWS)
    promise = (rough["score_mean"] + rough["score_std"]).to_numpy()
    kept = np.sort(np.argsort(-promise, kind="stable")[:KEPT])
    candidates = drawn[kept]
    progress(f"judging the best {len(candidates)} with full uncertainty", 0.55)
    X, table = judge_all(judge, candidates, 32)
    medians = judge.figures(X, table)
    for name in PARETO:
        table[name] = medians[name]
    front = pareto_mask(
        np.column_stack([np.log10(1 + medians[PARETO[0]]), medians[PARETO[1]]])
    )
    table["is_pareto"] = front
    return Pool(candidates, X, table, len(drawn))


def read_measurements(path: str | Path) -> CheckResult:
    """Read own measurements; every fault at once.

    Parameters
    ----------
    path : path
        CSV or XLSX.

    Returns
    -------
    CheckResult
        Without faults.

    Raises
    ------
    ValueError
        If the file has faults: shows five and the count.
    """
    from sodalyte.datasets.check import check_measurements

    result = check_measurements(Path(path))
    if len(result.faults):
        shown = [
            f"row {fault.row}, {fault.column} {fault.value!r}: {fault.rule} "
            f"{fault.remedy}"
            for fault in result.faults.head(5).itertuples()
        ]
        raise ValueError(
            f"Measurements must be without faults. '{path}' has "
            f"{len(result.faults)}:\n  " + "\n  ".join(shown) + "\n"
            f"See them all with: sodalyte check {path}"
        )
    return result


def _predictors(own: CheckResult | None) -> Predictors:
    from sodalyte.screen.training import default_predictors, train_predictors

    if own is None or own.accepted.empty:
        return default_predictors()
    return train_predictors(own.accepted)


def _read_all(texts: Sequence[str]) -> FormulationArray | None:
    from sodalyte.datasets.formulation import Formulation
    from sodalyte.datasets.formulations import FormulationArray

    if not texts:
        return None
    return FormulationArray.from_list([Formulation.from_text(t) for t in texts])


def _measured(predictors: Predictors) -> FormulationArray:
    return _array(tuple(predictors.frame["formulation"]))


@functools.lru_cache(maxsize=4)
def _array(texts: tuple[str, ...]) -> FormulationArray:
    array = _read_all(tuple(dict.fromkeys(texts)))
    if array is None:
        raise ValueError("The models were trained on no formulation. Give data.")
    return array
