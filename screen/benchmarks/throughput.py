"""How fast each step is, beside a named plain way of doing the same, in one run.

Times are CPU seconds of one thread, so that a busy machine does not count. A ratio is
the baseline's time over ours for the same number of items.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

    from sodalyte.datasets.formulations.formulation import Formulation
    from sodalyte.screen.judging.judge import Judge
    from sodalyte.screen.space.search_space import SearchSpace

__all__ = ["Stage", "throughput"]

N_ROWS = 16_384  # one block of a screening
N_LOOP = 40  # items of a baseline that takes them one by one
N_TEXTS = 400
NEW_MOLECULE = "CCOC(C)COCC"  # in no shipped table
EAGER = "import numpy, pandas, scipy, sklearn, rdkit.Chem, torch, optuna"


@dataclass(frozen=True)
class Stage:
    """One step beside its baseline.

    Parameters
    ----------
    name, unit : str
        What is timed and what is counted.
    baseline : str
        The plain way.
    seconds, baseline_seconds : float
        CPU seconds per item.
    note : str
    """

    name: str
    unit: str
    baseline: str
    seconds: float
    baseline_seconds: float
    note: str = ""

    @property
    def ratio(self) -> float:
        """How many times faster than the baseline."""
        return self.baseline_seconds / self.seconds

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, the ratio first."""
        return {"ratio": round(self.ratio, 3), **vars(self)}


def cpu_seconds(work: Callable[[], Any], *, repeat: int = 1) -> float:
    """Return the least CPU time of some runs."""
    times = []
    for _ in range(repeat):
        begin = time.process_time()
        work()
        times.append(time.process_time() - begin)
    return min(times)


def child_cpu_seconds(command: Sequence[str], *, repeat: int = 3) -> float:
    """Return the least CPU time of a command in a process of its own."""
    times = []
    for _ in range(repeat):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, check=True, capture_output=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        user = after.ru_utime - before.ru_utime
        times.append(user + after.ru_stime - before.ru_stime)
    return min(times)


def throughput() -> dict[str, Any]:
    """Time every step beside its baseline.

    Returns
    -------
    dict
        ``metrics`` (items a second), ``baselines`` (the same of each plain way),
        ``stages`` (one table row each, ratios first) and ``notes``.
    """
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    with threadpool_limits(limits=1):
        stages = [stage for measure in _MEASURES for stage in measure()]
    return {
        "metrics": {f"{s.name} ({s.unit}/s)": 1.0 / s.seconds for s in stages},
        "baselines": {
            "plain way": {
                f"{s.name} ({s.unit}/s)": 1.0 / s.baseline_seconds for s in stages
            }
        },
        "stages": [stage.to_dict() for stage in stages],
        "notes": [
            f"{s.name}: {s.ratio:,.3g} x {s.baseline}{'; ' if s.note else ''}{s.note}"
            for s in stages
        ],
    }


@cache
def _judge() -> Judge:
    from sodalyte.screen.judging.judge import make_judge

    return make_judge()


@cache
def _space() -> SearchSpace:
    from sodalyte.screen.space.search_space import SearchSpace

    return SearchSpace.default()


def _parse() -> list[Stage]:
    from rdkit import Chem
    from rdkit.Chem import Descriptors

    from sodalyte.datasets.formulations.formulation import Formulation

    weight: Any = Descriptors
    drawn: list[Formulation] = list(_space().sample(N_TEXTS))
    texts = [formulation.canonical for formulation in drawn]
    molecules = [[c.smiles for c in formulation.components] for formulation in drawn]
    Formulation.from_text(texts[0])

    def plain() -> None:
        for row in molecules:
            for smiles in row:
                weight.MolWt(Chem.MolFromSmiles(smiles))

    ours = cpu_seconds(lambda: [Formulation.from_text(text) for text in texts])
    return [
        Stage(
            "parse",
            "formulations",
            "RDKit reading and weighing the same molecules",
            ours / N_TEXTS,
            cpu_seconds(plain) / N_TEXTS,
            "the notation with amounts, volumes and molar masses",
        )
    ]


def _featurize() -> list[Stage]:
    from pathlib import Path

    from sodalyte.featurizers.orbital_table import orbital_energies
    from sodalyte.screen.surrogates.training import feature_matrix

    candidates = _space().sample(N_ROWS)
    feature_matrix(candidates[:10])
    rows = [candidates[i] for i in range(N_LOOP)]

    def plain() -> None:
        for row in rows:
            feature_matrix([row])

    warm = cpu_seconds(lambda: feature_matrix(candidates), repeat=3) / N_ROWS
    loop = cpu_seconds(plain, repeat=2) / N_LOOP
    with tempfile.TemporaryDirectory() as folder:

        def look_up() -> None:
            orbital_energies([NEW_MOLECULE], cache_directory=Path(folder))

        computed = cpu_seconds(look_up)
        kept = cpu_seconds(look_up, repeat=3)
    return [
        Stage("featurize, warm", "formulations", "Python loop over rows", warm, loop),
        Stage(
            "featurize, cold",
            "new molecules",
            "GFN2-xTB anew, without the cache on disk",
            kept,
            computed,
            "orbital energies of one molecule that no table holds",
        ),
    ]


def _models() -> list[Stage]:
    from sklearn.gaussian_process import GaussianProcessRegressor
    from sklearn.gaussian_process.kernels import ConstantKernel, Matern, WhiteKernel
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    from sodalyte.screen.surrogates.training import train_predictors, training_table

    X, frame, _ = training_table()
    known = frame["ce_percent"].notna().to_numpy()
    nines = frame.loc[known, "ce_percent"].to_numpy()
    kernel = ConstantKernel(1.0) * Matern(10.0, nu=1.5) + WhiteKernel(0.1)
    plain: Any = make_pipeline(
        StandardScaler(),
        GaussianProcessRegressor(kernel, normalize_y=True, random_state=0),
    )
    trained = cpu_seconds(train_predictors)
    fitted = cpu_seconds(lambda: plain.fit(X[known], nines))
    judge = _judge()
    candidates = _space().sample(N_ROWS)
    table = judge.features(candidates)
    shared: pd.DataFrame = table.reindex(columns=X.columns, fill_value=0.0)
    ours = cpu_seconds(lambda: judge.predictions(candidates, table), repeat=3)
    theirs = cpu_seconds(lambda: plain.predict(shared, return_std=True), repeat=2)
    name = "plain scikit-learn Gaussian process on the same table"
    return [
        Stage(
            "train",
            "models",
            name,
            trained,
            fitted,
            "both surrogates with class, censoring and calibration on held-out groups",
        ),
        Stage(
            "predict",
            "formulations",
            name,
            ours / N_ROWS,
            theirs / N_ROWS,
            "both surrogates with uncertainty and domain",
        ),
    ]


def _cell() -> list[Stage]:
    try:
        from sodalyte.models.cell.dfn_check import compare_with_dfn

        import_pybamm()
    except ImportError:
        return []
    judge = _judge()
    candidates = _space().sample(N_ROWS)
    table = judge.features(candidates)
    predicted = judge.predictions(candidates, table)
    ours = cpu_seconds(lambda: judge.cell(table, predicted), repeat=3) / N_ROWS
    n_solved = 4
    solved = cpu_seconds(lambda: compare_with_dfn(n_solved)) / n_solved
    return [
        Stage(
            "cell model",
            "candidates",
            "PyBaMM's DFN, one discharge per candidate",
            ours,
            solved,
            "all figures with low and high",
        )
    ]


def import_pybamm() -> None:
    """Load PyBaMM before the clock runs."""
    import pybamm  # noqa: F401


def _search() -> list[Stage]:
    from sodalyte.screen.proposing.pool import FULL_DRAWS, judge_all
    from sodalyte.screen.proposing.propose import propose

    space, judge = _space(), _judge()
    space.sample(10)
    drawn = cpu_seconds(lambda: space.sample(N_ROWS), repeat=3) / N_ROWS
    plain = cpu_seconds(lambda: _drawn_one_by_one(space)) / N_LOOP
    singles = [space.sample(1, start=i) for i in range(N_LOOP)]

    def judged_one_by_one() -> None:
        for single in singles:
            judge_all(judge, single, FULL_DRAWS)

    judge_all(judge, singles[0], FULL_DRAWS)
    block = cpu_seconds(
        lambda: judge_all(judge, space.sample(N_ROWS), FULL_DRAWS), repeat=2
    )
    single = cpu_seconds(judged_one_by_one) / N_LOOP
    made: list[dict[str, Any]] = []
    run = cpu_seconds(
        lambda: made.append(propose(8, predictors=judge.predictors).document)
    )
    facts = {item["name"]: item["value"] for item in made[0]["summary"]["facts"]}
    n_judged = int(facts["candidates judged"].replace(",", ""))
    return [
        Stage(
            "draw candidates",
            "formulations",
            "Python loop that draws and asks whether it is allowed",
            drawn,
            plain,
        ),
        Stage(
            "screen",
            "formulations",
            "Python loop over candidates, same judge",
            block / N_ROWS,
            single,
            f"draw, features, both surrogates, cell, {FULL_DRAWS} draws of the score",
        ),
        Stage(
            "propose",
            "batches of 8",
            f"Python loop over {n_judged:,} candidates, same judge",
            run,
            single * n_judged,
        ),
    ]


def _drawn_one_by_one(space: SearchSpace) -> int:
    """Draw recipes the plain way until so many are allowed; return the tries."""
    import numpy as np

    from sodalyte.datasets.formulations.formulation import Formulation

    random = np.random.default_rng(0)
    names = {role: rule.names for role, rule in space.role_rules.items()}
    found = tries = 0
    while found < N_LOOP:
        tries += 1
        salts = random.choice(names["salt"], random.integers(1, 3), replace=False)
        n_liquids = random.integers(1, 4)
        liquids = list(random.choice(names["solvent"], n_liquids, replace=False))
        cuts = random.choice(np.arange(1, 20), len(liquids) - 1, replace=False)
        volumes = np.diff([0, *np.sort(cuts), 20])
        recipe = Formulation.from_molarity(
            {str(salt): int(random.integers(1, 21)) / 10 for salt in salts},
            {str(v): int(part) for v, part in zip(liquids, volumes, strict=True)},
        )
        found += space.contains(recipe)[0]
    return tries


def _start() -> list[Stage]:
    _judge()  # the models are in the cache folder now
    line = [sys.executable, "-c", "from sodalyte.screen.cli import main; main()"]
    text = "1 M NaPF6 in diglyme"
    eager = child_cpu_seconds([sys.executable, "-c", EAGER])
    name = "import of all libraries at the start"
    return [
        Stage(
            f"start, sodalyte {command}",
            "starts",
            name,
            child_cpu_seconds([*line, command, text, "--json"]),
            eager,
        )
        for command in ("parse", "predict")
    ]


_MEASURES: tuple[Callable[[], list[Stage]], ...] = (
    _parse,
    _featurize,
    _models,
    _cell,
    _search,
    _start,
)


def machine() -> str:
    """Name the machine that measured."""
    import platform

    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    return (
        f"{cores} cores, {platform.machine()}, Python {platform.python_version()}, "
        f"load {load:.1f} at the start"
    )
