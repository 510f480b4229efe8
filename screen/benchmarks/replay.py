"""Replays of finished campaigns: how many experiments until the best are found."""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from sodalyte.screen.benchmarks.replay_peers import PEERS, absent_peers
from sodalyte.screen.benchmarks.replay_policies import (
    POLICIES,
    Policy,
    shipped_without_papers,
)
from sodalyte.screen.benchmarks.replay_pool import ReplayPool, lithium_pool, sodium_pool

__all__ = ["Replay", "replay", "replay_li", "replay_na", "run", "spread"]

SEEDS = tuple(range(10))
TUNING_SEEDS = tuple(range(100, 120))


@dataclass(frozen=True)
class Replay:
    """One replay of one method from one start.

    Parameters
    ----------
    experiments_to_half, experiments_to_all : int
        Experiments after the start until half and all of the targets were found; the
        budget where they were not.
    n_found : int
        Targets found within the budget.
    seconds_per_batch : float
        Of processor time, so that a busy machine does not count.
    """

    experiments_to_half: int
    experiments_to_all: int
    n_found: int
    seconds_per_batch: float


def run(
    pool: ReplayPool,
    policy: Policy,
    seed: int,
    *,
    batch_size: int = 5,
    n_start: int = 10,
    budget: int = 60,
) -> Replay:
    """Replay one campaign.

    Parameters
    ----------
    pool : ReplayPool
    policy : callable
        See `POLICIES`.
    seed : int
        Of the starting set (the same for all methods) and of the method's own draws.
    batch_size, n_start, budget : int
        Experiments a batch, at the start, and at most after it.
    """
    starts = np.random.default_rng([seed, 0])
    draws = np.random.default_rng([seed, 1])
    n_rows = len(pool.nines)
    known = list(
        starts.choice(n_rows, n_start, replace=False)
        if pool.start is None
        else pool.start
    )
    targets = set(pool.targets)
    found = [len(targets & set(known))]
    seconds = []
    while len(found) <= budget and found[-1] < len(targets):
        free = np.setdiff1d(np.arange(n_rows), known)
        size = min(batch_size, budget + 1 - len(found), len(free))
        if size == 0:
            break
        began = time.process_time()
        picks = policy(pool, np.array(known), free, size, draws)
        seconds.append(time.process_time() - began)
        if len(set(picks.tolist()) & set(free.tolist())) != len(picks):
            raise ValueError(
                f"A method picks each free recipe at most once; picked {picks.tolist()}"
                f" of {len(free)}. Mend the method: doubles would be counted as found."
            )
        for row in picks:
            known.append(int(row))
            found.append(found[-1] + (int(row) in targets))

    def first(needed: int) -> int:
        reached = [k for k, n in enumerate(found) if n >= needed]
        return reached[0] if reached else budget

    return Replay(
        experiments_to_half=first((len(targets) + 1) // 2),
        experiments_to_all=first(len(targets)),
        n_found=found[-1],
        seconds_per_batch=float(np.mean(seconds)) if seconds else 0.0,
    )


def replay(
    pool: ReplayPool,
    *,
    seeds: Iterable[int] = SEEDS,
    methods: Sequence[str] | None = None,
    batch_size: int = 5,
    budget: int = 60,
) -> dict[str, Any]:
    """Replay a pool with our method and its rivals from the same starts.

    Parameters
    ----------
    pool : ReplayPool
    seeds : iterable of int
        One replay each; the same starting sets for all methods.
    methods : sequence of str or None
        Keys of `POLICIES` and `PEERS`, "sodalyte" always with them; all by default.
        Peers that are not installed are named in ``absent``.
    batch_size, budget : int
        See `run`.

    Returns
    -------
    dict
        ``name``, ``metrics`` (ours), ``baselines`` (by method), ``seed``,
        ``seconds``, ``setting``, ``absent``, ``notes``. Every method has
        ``experiments_to_half`` and ``experiments_to_all`` (median, quartiles,
        per_seed), ``n_found`` and ``seconds_per_batch``.

    Raises
    ------
    KeyError
        If a method is unknown.
    """
    policies = {**POLICIES, **PEERS}
    names = list(methods) if methods is not None else list(policies)
    unknown = [name for name in names if name not in policies]
    if unknown:
        raise KeyError(
            f"No method {', '.join(unknown)}; there are: {', '.join(policies)}."
        )
    absent = [name for name in absent_peers() if name in names]
    names = [name for name in names if name not in absent]
    seeds = [int(seed) for seed in seeds]
    began = time.perf_counter()
    results = {
        name: summary(
            [
                run(pool, policies[name], s, batch_size=batch_size, budget=budget)
                for s in seeds
            ]
        )
        for name in dict.fromkeys(["sodalyte", *names])
    }
    return {
        "name": pool.name,
        "metrics": results.pop("sodalyte"),
        "baselines": results,
        "seed": seeds,
        "seconds": time.perf_counter() - began,
        "setting": {
            "pool": pool.note,
            "n_pool": len(pool.nines),
            "n_targets": len(pool.targets),
            "batch_size": batch_size,
            "budget": budget,
        },
        "absent": absent,
        "notes": [
            f"{name}: not installed here, so not in this table." for name in absent
        ],
    }


def summary(runs: Sequence[Replay]) -> dict[str, Any]:
    """Summarise replays over seeds: median, quartiles and every seed."""
    result: dict[str, Any] = {}
    for name in ("experiments_to_half", "experiments_to_all", "n_found"):
        result[name] = spread([getattr(one, name) for one in runs])
    result["seconds_per_batch"] = float(np.mean([r.seconds_per_batch for r in runs]))
    return result


def spread(values: Sequence[float]) -> dict[str, Any]:
    """Summarise one figure over seeds: median, quartiles and every seed."""
    low, median, high = np.quantile(values, [0.25, 0.5, 0.75])
    return {
        "median": float(median),
        "quartiles": [float(low), float(high)],
        "per_seed": list(values),
    }


def replay_li(
    seeds: Iterable[int] = SEEDS, methods: Sequence[str] | None = None
) -> dict[str, Any]:
    """Replay the lithium pool: 10 random starts, batches of 5, the 8 best."""
    return replay(lithium_pool(), seeds=seeds, methods=methods)


def replay_na(
    seeds: Iterable[int] = SEEDS, methods: Sequence[str] | None = None
) -> dict[str, Any]:
    """Replay the ether campaign from its initial set, one experiment at a time.

    Two baselines are added: the order in which the campaign itself was published, and
    ours without the papers. A second table, ``random_starts``, replays every method
    from ten random recipes a seed, for one published start says little.
    """
    pool, seeds = sodium_pool(), list(seeds)
    one_by_one: dict[str, Any] = {"batch_size": 1, "budget": 30}
    result = replay(pool, seeds=seeds, methods=methods, **one_by_one)
    alone = [run(pool, shipped_without_papers, s, **one_by_one) for s in seeds]
    order = [run(pool, _published_order, 0, **one_by_one)]
    result["baselines"]["sodalyte_without_papers"] = summary(alone)
    result["baselines"]["published_order"] = summary(order)
    anywhere = replace(pool, start=None, name=f"{pool.name} from random starts")
    result["random_starts"] = replay(
        anywhere, seeds=seeds, methods=methods, **one_by_one
    )
    return result


def _published_order(
    pool: ReplayPool,
    known: np.ndarray[Any, Any],
    free: np.ndarray[Any, Any],
    n: int,
    rng: np.random.Generator,
) -> np.ndarray[Any, Any]:
    return np.sort(free)[:n]
