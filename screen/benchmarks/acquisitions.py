"""Ways to turn one belief into a batch, held against each other on the same belief.

The surrogate, the starts and the pool are those of the lithium replay; only the rule
that picks differs. Seeds are the tuning seeds: this is where the shipped rule was
chosen, not where it is reported.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from sodalyte.screen.benchmarks.replay import TUNING_SEEDS, spread
from sodalyte.screen.benchmarks.replay_policies import belief_of
from sodalyte.screen.benchmarks.replay_pool import ReplayPool, lithium_pool
from sodalyte.screen.choosing.acquisition import BatchBelief, standardised
from sodalyte.screen.choosing.batch import BatchSettings, select_batch
from sodalyte.screen.choosing.pareto import hypervolume
from sodalyte.screen.judging.targets import Target

__all__ = ["RULES", "acquisitions", "gain_over_front"]

Array = np.ndarray[Any, np.dtype[Any]]

NINES = Target("nines", "maximise", low=1.5, high=3.5)
FLUORINE = Target("fluorine_mass_fraction", "minimise", low=0.0, high=0.5)
N_DRAWS = 64
BATCH, N_START, BUDGET = 5, 10, 50


def scaled(pool: ReplayPool, nines: Array, rows: Array, n_aims: int) -> Array:
    """Scale results to objectives in [0, 1].

    Parameters
    ----------
    pool : ReplayPool
    nines : ndarray of shape (..., n_rows)
    rows : ndarray of int, shape (n_rows,)
        Which recipes these are.
    n_aims : int
        1 for the efficiency alone, 2 with little fluorine, known without measuring.

    Returns
    -------
    ndarray of shape (..., n_rows, n_aims)
    """
    parts = [NINES.desirability(nines)]
    if n_aims == 2:
        share = pool.features[FLUORINE.quantity].to_numpy()[rows]
        parts.append(np.broadcast_to(FLUORINE.desirability(share), nines.shape))
    return np.stack(parts, axis=-1)


@dataclass(frozen=True)
class Round:
    """What is known in one round, and the belief about the free recipes.

    Parameters
    ----------
    pool : ReplayPool
    known, free : ndarray of int
        Rows measured and not.
    figures : DataFrame
        Belief about the free ones, see `belief_of`.
    n_aims : int
    rng : numpy.random.Generator
    """

    pool: ReplayPool
    known: Array
    free: Array
    figures: pd.DataFrame
    n_aims: int
    rng: np.random.Generator

    @property
    def front(self) -> Array:
        """Objectives of what was measured, (n_known, n_aims)."""
        nines = self.pool.nines[self.known]
        return scaled(self.pool, nines, self.known, self.n_aims)

    @property
    def belief(self) -> tuple[Array, Array]:
        """Mean and standard deviation of the free recipes' nines."""
        return (
            self.figures["score_mean"].to_numpy(),
            self.figures["score_std"].to_numpy(),
        )

    def draws(self, n: int) -> Array:
        """Draw objectives (n, n_free, n_aims) jointly: like recipes come out alike."""
        mean, std = self.belief
        table = np.sqrt(self.pool.formulations[self.free].mole_fractions)
        length = BatchSettings().length_scale
        covariance = BatchBelief(mean, std, standardised(table), length, 0.0).covariance
        covariance[np.diag_indices_from(covariance)] += 1e-6 * std.max() ** 2
        factor = np.linalg.cholesky(covariance)
        nines = mean + self.rng.standard_normal((n, len(mean))) @ factor.T
        return scaled(self.pool, nines, self.free, self.n_aims)


Rule = Callable[[Round, int], Array]
#: A pool holds what it holds: no least distances.
_IN_A_POOL = BatchSettings(least_lab_steps=0.0, least_measured_steps=0.5)


def shipped(now: Round, n: int) -> Array:
    """Pick by optimism in the expected desirability, as `propose` does."""
    return _by_optimism(now, n, _IN_A_POOL)


def greedy(now: Round, n: int) -> Array:
    """Pick the best expected desirability, whatever the doubt."""
    settings = replace(_IN_A_POOL, kappa_safe=0.0, kappa_exploratory=0.0)
    return _by_optimism(now, n, settings)


def _by_optimism(now: Round, n: int, settings: BatchSettings) -> Array:
    from scipy.special import ndtri

    mean, std = now.belief
    levels = ndtri((np.arange(32) + 0.5) / 32)[:, None]
    values = scaled(now.pool, mean + levels * std, now.free, now.n_aims)
    scores = np.prod(values, axis=-1) ** (1.0 / now.n_aims)
    batch = select_batch(
        now.pool.formulations[now.free],
        pd.DataFrame(
            {
                "score_mean": scores.mean(axis=0),
                "score_std": scores.std(axis=0),
                "in_domain": now.figures["in_domain"].to_numpy(),
            }
        ),
        n,
        measured=now.pool.formulations[now.known],
        settings=settings,
        random_state=int(now.rng.integers(2**31)),
    )
    return batch["candidate"].to_numpy()


def improvement(now: Round, n: int) -> Array:
    """Pick by expected improvement of the hypervolume over joint draws, one by one.

    With one aim this is batch expected improvement.
    """
    values = now.draws(N_DRAWS)
    fronts = [now.front] * N_DRAWS
    picks: list[int] = []
    for _ in range(n):
        gains = np.mean(
            [gain_over_front(v, f) for v, f in zip(values, fronts, strict=True)], axis=0
        )
        gains[picks] = -1.0
        best = int(np.argmax(gains))
        picks.append(best)
        fronts = [np.vstack([f, v[best]]) for v, f in zip(values, fronts, strict=True)]
    return np.array(picks)


def thompson(now: Round, n: int) -> Array:
    """Pick each recipe as the best of one joint draw of all results."""
    front = now.front
    picks: list[int] = []
    for values in now.draws(n):
        gains = gain_over_front(values, front)
        # where a draw improves nothing, its best by the sum of the aims
        gains = gains if gains.max() > 0 else values.sum(axis=1) - 10.0
        gains[picks] = -np.inf
        best = int(np.argmax(gains))
        picks.append(best)
        front = np.vstack([front, values[best]])
    return np.array(picks)


def blind(now: Round, n: int) -> Array:
    """Pick at random."""
    return now.rng.choice(len(now.free), n, replace=False)


RULES: dict[str, Rule] = {
    "optimism (shipped)": shipped,
    "expected hypervolume improvement": improvement,
    "Thompson": thompson,
    "greedy": greedy,
    "random": blind,
}


def gain_over_front(values: Array, front: Array) -> Array:
    """Return by how much each point would enlarge the hypervolume above zero.

    Parameters
    ----------
    values : ndarray of shape (n, 1) or (n, 2)
    front : ndarray of shape (m, 1) or (m, 2)
        Points there already; larger is better.

    Returns
    -------
    ndarray of shape (n,)

    Examples
    --------
    >>> front = np.array([[1.0, 2.0], [2.0, 1.0]])
    >>> gain_over_front(np.array([[2.0, 2.0], [1.0, 1.0]]), front).tolist()
    [1.0, 0.0]
    """
    if values.shape[1] == 1:
        return np.maximum(values[:, 0] - front[:, 0].max(), 0.0)
    levels = np.unique(np.append(front[:, 1], 0.0))
    levels = np.append(levels, max(levels[-1], values[:, 1].max()) + 1.0)
    reached = np.array(
        [front[front[:, 1] >= top, 0].max(initial=0.0) for top in levels[1:]]
    )
    depth = np.clip(values[:, 1:] - levels[:-1], 0.0, np.diff(levels))
    return np.asarray((np.maximum(values[:, :1] - reached, 0.0) * depth).sum(axis=1))


def acquisitions(
    seeds: Sequence[int] = TUNING_SEEDS, rules: Sequence[str] | None = None
) -> dict[str, Any]:
    """Compare rules on the lithium pool, with one aim and with two.

    Parameters
    ----------
    seeds : sequence of int
        Of starts and draws.
    rules : sequence of str or None
        Keys of `RULES`; all by default.

    Returns
    -------
    dict
        ``name``, ``metrics`` (of the shipped rule), ``baselines`` (of the others),
        ``seed``, ``seconds``. One aim: experiments to half and all of the 8 best. Two
        aims (efficiency, little fluorine): share of the pool's hypervolume reached
        after 20 and 40 experiments.
    """
    began = time.perf_counter()
    pool = lithium_pool()
    names = list(rules) if rules is not None else list(RULES)
    results = {
        name: _summary([_one(pool, RULES[name], int(seed)) for seed in seeds])
        for name in names
    }
    first = names[0]
    return {
        "name": "acquisitions",
        "metrics": results.pop(first),
        "baselines": results,
        "seed": [int(seed) for seed in seeds],
        "seconds": time.perf_counter() - began,
        "notes": [f"ours is {first}; tuning seeds, so this is a choice, not a result."],
    }


def _one(pool: ReplayPool, rule: Rule, seed: int) -> dict[str, float]:
    found = np.cumsum(np.isin(_order(pool, rule, seed, 1), pool.targets))

    def first(needed: int) -> float:
        reached = np.flatnonzero(found[N_START - 1 :] >= needed)
        return float(reached[0]) if len(reached) else float(BUDGET)

    order = _order(pool, rule, seed, 2)
    whole = _volume(pool, np.arange(len(pool.nines)))
    return {
        "experiments_to_half": first((len(pool.targets) + 1) // 2),
        "experiments_to_all": first(len(pool.targets)),
        "volume_share_after_20": _volume(pool, order[: N_START + 20]) / whole,
        "volume_share_after_40": _volume(pool, order[: N_START + 40]) / whole,
    }


def _order(pool: ReplayPool, rule: Rule, seed: int, n_aims: int) -> Array:
    """Return the rows in the order in which a rule measures them."""
    n_rows = len(pool.nines)
    starts = np.random.default_rng([seed, 0])
    rng = np.random.default_rng([seed, 1])
    known = starts.choice(n_rows, N_START, replace=False)
    while len(known) < N_START + BUDGET:
        free = np.setdiff1d(np.arange(n_rows), known)
        figures = belief_of(pool, known, free)
        picks = rule(Round(pool, known, free, figures, n_aims, rng), BATCH)
        known = np.append(known, free[picks])
    return known


def _volume(pool: ReplayPool, rows: Array) -> float:
    values = scaled(pool, pool.nines[rows], rows, 2)
    return hypervolume(values, np.zeros(2))


def _summary(runs: Sequence[dict[str, float]]) -> dict[str, Any]:
    return {name: spread([one[name] for one in runs]) for name in runs[0]}
