"""The Pareto set of `propose` beside blind draws and NSGA-II, by hypervolume."""

import time
import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from sodalyte.datasets.formulations.array import FormulationArray
from sodalyte.screen.benchmarks.replay import spread
from sodalyte.screen.choosing.pareto import hypervolume, pareto_mask
from sodalyte.screen.choosing.refine import search_space
from sodalyte.screen.judging.judge import Judge, make_judge
from sodalyte.screen.proposing.pool import PARETO, SAMPLED, SEARCH_DRAWS, judge_all
from sodalyte.screen.space.search_space import SearchSpace

__all__ = ["Judged", "decode", "front_volumes", "hypervolume_benchmark", "nsga2"]

Array = np.ndarray[Any, np.dtype[Any]]

SEEDS = (0, 1, 2, 3, 4)
BLOCK_ROWS = 10_000
POPULATION = 50  # Optuna's default


class Judged:
    """The shipped judge as an evaluation, which keeps the front of all it saw.

    Parameters
    ----------
    judge : Judge
    """

    def __init__(self, judge: Judge) -> None:
        self.judge = judge
        self.names = PARETO
        self.n_judged = 0
        self.front = np.zeros((0, len(PARETO)))

    def __call__(self, candidates: FormulationArray) -> pd.DataFrame:
        """Judge candidates as `propose` does in its search."""
        self.n_judged += len(candidates)
        table = judge_all(self.judge, candidates, SEARCH_DRAWS)[1]
        seen = np.vstack([self.front, table[list(PARETO)].to_numpy()])
        self.front = np.unique(seen[pareto_mask(seen)], axis=0)
        return table

    def volume(self, corner: Array) -> float:
        """Return the hypervolume of the front above a corner."""
        return hypervolume(self.front, corner)


def worst_corner(judge: Judge) -> Array:
    """Return the useless ends of the targets: the corner that volumes start from."""
    lows = {target.quantity: float(target.low or 0.0) for target in judge.targets}
    return np.array(
        [np.log10(1.0 + lows["cycle_life_80"]), lows["oxidative_limit_V_vs_Na"]]
    )


def decode(space: SearchSpace, trial: Any) -> Array:
    """Turn the parameters of a trial into lab steps; NSGA-II knows no simplex.

    Parameters
    ----------
    space : SearchSpace
    trial : optuna.Trial

    Returns
    -------
    ndarray of int, shape (n_components,)
        Volume shares are rounded to whole steps that sum to 100 %; the recipe may
        still break a rule.
    """
    grid, rules = space.grid, space.role_rules
    place = {(c.name, c.role): i for i, c in enumerate(grid.components)}
    steps = np.zeros(len(grid.components), dtype=np.int16)

    def chosen(role: str, slot: int, must: bool) -> str:
        names = list(rules[role].names)
        options = names if must else ["none", *names]
        return str(trial.suggest_categorical(f"{role}_{slot}", options))

    for slot in range(2):
        salt = chosen("salt", slot, slot == 0)
        amount = trial.suggest_int(f"molarity_{slot}", 1, 40)
        if salt != "none":
            steps[place[salt, "salt"]] = amount
    weights = {}
    liquids = [("solvent", 0), ("solvent", 1), ("solvent", 2), ("diluent", 0)]
    for role, slot in liquids:
        liquid = chosen(role, slot, (role, slot) == ("solvent", 0))
        share = trial.suggest_int(f"{role}_share_{slot}", 1, 20)
        if liquid != "none":
            weights[place[liquid, role]] = share
    additive = chosen("additive", 0, must=False)
    amount = trial.suggest_int("additive_amount", 1, 10)
    if additive != "none":
        steps[place[additive, "additive"]] = amount
    exact = (
        np.array(list(weights.values())) * grid.n_volume_steps / sum(weights.values())
    )
    whole = np.floor(exact).astype(int)
    missing = grid.n_volume_steps - whole.sum()
    whole[np.argsort(whole - exact)[:missing]] += 1
    steps[list(weights)] = whole
    return steps


def nsga2(space: SearchSpace, evaluate: Judged, seconds: float, seed: int) -> int:
    """Run Optuna's NSGA-II for a time; recipes that break a rule get the worst values.

    Parameters
    ----------
    space : SearchSpace
    evaluate : Judged
        Keeps the front.
    seconds : float
        Of processor time, like ours.
    seed : int

    Returns
    -------
    int
        Trials, those that broke a rule included.
    """
    import optuna

    from sodalyte.screen.campaign.storage import quiet_optuna

    with quiet_optuna(), warnings.catch_warnings():
        warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
        sampler = optuna.samplers.NSGAIISampler(population_size=POPULATION, seed=seed)
        study = optuna.create_study(
            directions=["maximize"] * len(evaluate.names), sampler=sampler
        )
        begin = time.process_time()
        while time.process_time() - begin < seconds:
            trials = [study.ask() for _ in range(POPULATION)]
            steps = np.array([decode(space, trial) for trial in trials])
            good = space.sampler.feasible(steps)
            values = np.zeros((POPULATION, len(evaluate.names)))
            if good.any():
                table = evaluate(space.from_steps(steps[good]))
                values[good] = table[list(evaluate.names)]
            for trial, row in zip(trials, values, strict=True):
                study.tell(trial, row.tolist())
        return len(study.trials)


def front_volumes(
    judge: Judge, space: SearchSpace, seed: int, n_samples: int = SAMPLED
) -> dict[str, float]:
    """Compare three ways to the Pareto front with one seed.

    Parameters
    ----------
    judge : Judge
    space : SearchSpace
    seed : int
    n_samples : int
        Draws before the local moves; those of `propose` by default.

    Returns
    -------
    dict
        Hypervolumes ``ours``, ``random_x10`` (ten times as many recipes judged) and
        ``nsga2_same_time``; ``union``, of all three fronts; ``n_...`` judged;
        ``seconds`` of processor time of our search.
    """
    ours, blind, rival = Judged(judge), Judged(judge), Judged(judge)
    begin = time.process_time()
    search_space(space, ours, n_samples=n_samples, objectives=PARETO, random_state=seed)
    seconds = time.process_time() - begin
    drawn = space.sample(10 * ours.n_judged, seed + 1000)
    for first in range(0, len(drawn), BLOCK_ROWS):
        blind(drawn[first : first + BLOCK_ROWS])
    n_trials = nsga2(space, rival, seconds, seed)
    corner = worst_corner(judge)
    both = np.vstack([ours.front, blind.front, rival.front])
    return {
        "ours": ours.volume(corner),
        "random_x10": blind.volume(corner),
        "nsga2_same_time": rival.volume(corner),
        "union": hypervolume(both, corner),
        "n_ours": ours.n_judged,
        "n_random": blind.n_judged,
        "n_nsga2": rival.n_judged,
        "n_nsga2_trials": n_trials,
        "seconds": seconds,
    }


def hypervolume_benchmark(seeds: Sequence[int] = SEEDS) -> dict[str, Any]:
    """Compare the Pareto set of `propose` with blind draws and NSGA-II over seeds.

    Parameters
    ----------
    seeds : sequence of int

    Returns
    -------
    dict
        ``name``, ``metrics`` (ours), ``baselines``, ``seed``, ``notes``; every method
        has its ``hypervolume``, the ``missing_percent`` of the volume of all fronts
        together, and how many recipes it ``judged``.
    """
    judge = make_judge()
    runs = [front_volumes(judge, SearchSpace.default(), int(seed)) for seed in seeds]
    best = max(run["union"] for run in runs)

    def told(name: str, count: str) -> dict[str, Any]:
        return {
            "hypervolume": spread([run[name] for run in runs]),
            "missing_percent": spread([100 * (1 - run[name] / best) for run in runs]),
            "judged": spread([run[count] for run in runs]),
        }

    seconds = float(np.median([run["seconds"] for run in runs]))
    return {
        "name": "hypervolume",
        "metrics": told("ours", "n_ours"),
        "baselines": {
            "random_x10": told("random_x10", "n_random"),
            "nsga2_same_time": told("nsga2_same_time", "n_nsga2"),
        },
        "seed": [int(seed) for seed in seeds],
        "notes": [
            f"Front of {' and '.join(PARETO)} above the useless ends of the targets; "
            f"our search took {seconds:.1f} s of processor time, NSGA-II was given "
            "the same."
        ],
    }
