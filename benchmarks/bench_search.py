"""Speed and yield of the search, each beside a named baseline.

Run with ``pytest benchmarks/bench_search.py``; add ``-s`` to see the tables. The
replays of finished campaigns are ``sodalyte benchmark replay-li`` and ``replay-na``.
"""

import time
import warnings

import numpy as np
import pandas as pd
import pytest

from sodalyte.datasets.formulation import Formulation
from sodalyte.datasets.formulations import FormulationArray
from sodalyte.screen.choosing.batch import select_batch
from sodalyte.screen.choosing.pareto import hypervolume, pareto_mask
from sodalyte.screen.choosing.refine import search_space
from sodalyte.screen.judging.judge import make_judge
from sodalyte.screen.judging.targets import objectives
from sodalyte.screen.space.search_space import SearchSpace

N_SAMPLE = 200_000
SEEDS = (0, 1, 2)
SPACE = SearchSpace.default()


def rejection_loop(n, seed):
    """Draw recipes the plain way: one by one, and ask whether each is allowed."""
    rng = np.random.default_rng(seed)
    names = {role: rule.names for role, rule in SPACE.role_rules.items()}
    found = []
    while len(found) < n:
        salts = rng.choice(names["salt"], rng.integers(1, 3), replace=False)
        liquids = list(rng.choice(names["solvent"], rng.integers(1, 4), replace=False))
        if rng.random() < 0.5:
            liquids.append(rng.choice(names["diluent"]))
        cuts = np.sort(rng.choice(np.arange(1, 20), len(liquids) - 1, replace=False))
        volumes = np.diff([0, *cuts, 20])
        formulation = Formulation.from_molarity(
            {str(s): int(rng.integers(1, 21)) / 10 for s in salts},
            {str(v): int(p) for v, p in zip(liquids, volumes, strict=True)},
        )
        if SPACE.contains(formulation)[0]:
            found.append(formulation)
    return FormulationArray.from_list(found)


def test_sampling_beside_a_rejection_loop(benchmark):
    SPACE.sample(10, 0)
    begin = time.perf_counter()
    rejection_loop(50, 0)
    baseline = (time.perf_counter() - begin) / 50
    benchmark.pedantic(SPACE.sample, (N_SAMPLE, 0), rounds=3)
    ours = benchmark.stats["min"] / N_SAMPLE
    benchmark.extra_info["recipes_per_s"] = 1 / ours
    benchmark.extra_info["times_faster_than_loop"] = baseline / ours
    assert baseline / ours > 50


def test_a_batch_from_many_candidates(benchmark):
    candidates = SPACE.sample(20_000, 0)
    rng = np.random.default_rng(0)
    figures = pd.DataFrame(
        {
            "score_mean": rng.normal(size=len(candidates)),
            "score_std": rng.uniform(0.1, 1, len(candidates)),
        }
    )
    benchmark(select_batch, candidates, figures, 8)
    assert benchmark.stats["min"] < 5


class Judged:
    """The shipped judge as an objective, with a count of what it judged."""

    def __init__(self, judge):
        self.judge = judge
        self.targets = [t for t in judge.targets if not t.is_threshold]
        self.names = tuple(f"objective_{t.quantity}" for t in self.targets)
        self.n_judged = 0

    def __call__(self, candidates):
        self.n_judged += len(candidates)
        X = self.judge.features(candidates)
        predicted = self.judge.predictions(candidates, X)
        values = objectives(self.targets, self.judge.figures(X, predicted))
        frame = pd.DataFrame(values, columns=self.names)
        score = np.exp(np.log(np.maximum(values, 1e-6)).mean(axis=1))
        return frame.assign(score_mean=score, score_std=0.0)

    def volume(self, frame):
        values = frame[list(self.names)].to_numpy()
        front = values[pareto_mask(values)]
        return hypervolume(front, np.zeros(len(self.names)))


@pytest.fixture(scope="module")
def judge():
    return make_judge()


def decode(trial):
    """Turn the parameters of a trial into lab steps; NSGA-II knows no simplex."""
    grid, rules = SPACE.grid, SPACE.role_rules
    place = {(c.name, c.role): i for i, c in enumerate(grid.components)}
    steps = np.zeros(len(grid.components), dtype=np.int16)
    for slot in range(2):
        salt = trial.suggest_categorical(
            f"salt_{slot}", ["none"] * slot + list(rules["salt"].names)
        )
        amount = trial.suggest_int(f"molarity_{slot}", 1, 40)
        if salt != "none":
            steps[place[salt, "salt"]] = amount
    weights = {}
    for slot in range(3):
        solvent = trial.suggest_categorical(
            f"solvent_{slot}", ["none"] * (slot > 0) + list(rules["solvent"].names)
        )
        weight = trial.suggest_int(f"share_{slot}", 1, 20)
        if solvent != "none":
            weights[place[solvent, "solvent"]] = weight
    diluent = trial.suggest_categorical("diluent", ["none", *rules["diluent"].names])
    share = trial.suggest_int("diluent_share", 1, 20)
    if diluent != "none":
        weights[place[diluent, "diluent"]] = share
    additive = trial.suggest_categorical("additive", ["none", *rules["additive"].names])
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


def nsga2(evaluate, seconds, seed, population=50):
    """Run Optuna's NSGA-II for a time; infeasible recipes get the worst values."""
    import optuna

    n = len(evaluate.names)
    frames = []
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
        study = optuna.create_study(
            directions=["maximize"] * n,
            sampler=optuna.samplers.NSGAIISampler(
                population_size=population, seed=seed
            ),
        )
    begin = time.perf_counter()
    while time.perf_counter() - begin < seconds:
        trials = [study.ask() for _ in range(population)]
        steps = np.array([decode(trial) for trial in trials])
        good = SPACE.sampler.feasible(steps)
        values = np.zeros((population, n))
        if good.any():
            frame = evaluate(SPACE.from_steps(steps[good]))
            values[good] = frame[list(evaluate.names)]
            frames.append(frame)
        for trial, row in zip(trials, values, strict=True):
            study.tell(trial, row.tolist())
    return pd.concat(frames) if frames else pd.DataFrame(columns=evaluate.names)


def volumes(judge, seed, n_samples=3000, n_rounds=10):
    """Compare the hypervolume of our search with random x 10 and NSGA-II."""
    ours = Judged(judge)
    begin = time.perf_counter()
    found = search_space(
        SPACE,
        ours,
        n_samples=n_samples,
        n_rounds=n_rounds,
        objectives=ours.names,
        random_state=seed,
    )
    seconds = time.perf_counter() - begin
    blind = Judged(judge)
    drawn = SPACE.sample(10 * ours.n_judged, seed + 1000)
    frames = [
        blind(drawn[first : first + 10_000]) for first in range(0, len(drawn), 10_000)
    ]
    rival = Judged(judge)
    evolved = nsga2(rival, seconds, seed)
    return {
        "seed": seed,
        "seconds": seconds,
        "ours": ours.volume(found.figures),
        "n_ours": ours.n_judged,
        "random_x10": blind.volume(pd.concat(frames)),
        "n_random": blind.n_judged,
        "nsga2_same_time": rival.volume(evolved),
        "n_nsga2": rival.n_judged,
    }


@pytest.mark.parametrize("seed", SEEDS)
def test_hypervolume_beside_random_and_nsga2(judge, seed):
    row = volumes(judge, seed)
    print("\n" + pd.Series(row).to_string())
    assert row["ours"] > row["random_x10"]
    assert row["ours"] > row["nsga2_same_time"]
