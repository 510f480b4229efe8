"""Search of a space: many seeded draws, then local moves around the best."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sodalyte.datasets.formulations import FormulationArray
from sodalyte.screen.choosing.pareto import pareto_mask
from sodalyte.screen.space.neighbours import neighbour_steps

if TYPE_CHECKING:
    from sodalyte.screen.space.search_space import SearchSpace

__all__ = ["SearchResult", "search_space"]

Array = np.ndarray[Any, np.dtype[Any]]
Evaluate = Callable[[FormulationArray], pd.DataFrame]


@dataclass(frozen=True)
class SearchResult:
    """Every recipe that was judged, once, with its figures.

    Parameters
    ----------
    candidates : FormulationArray of length n
    figures : DataFrame of n rows
    n_sampled : int
        The first so many rows are draws; the rest were found by local moves.
    n_rounds : int
        Rounds of local moves that were made.
    """

    candidates: FormulationArray
    figures: pd.DataFrame
    n_sampled: int
    n_rounds: int


def search_space(
    space: "SearchSpace",
    evaluate: Evaluate,
    *,
    n_samples: int = 20_000,
    n_rounds: int = 8,
    n_parents: int = 24,
    objectives: tuple[str, ...] = (),
    kappa: float = 0.5,
    random_state: int = 0,
) -> SearchResult:
    """Draw recipes, judge them, and climb from the best by single lab moves.

    Parameters
    ----------
    space : SearchSpace
    evaluate : callable
        Takes a FormulationArray, returns one row of figures per recipe with
        ``score_mean``, ``score_std`` and the `objectives` (larger is better).
    n_samples : int
        Draws before the first round.
    n_rounds : int
        Most rounds of local moves; ends early when no parent has a new neighbour.
    n_parents : int
        Parents of a round: half of them the highest scores (mean + kappa x std, and
        mean), the others spread over the Pareto front of the objectives.
    objectives : tuple of str
        Columns of the front; without them all parents go by score.
    kappa : float
        Optimism in the choice of parents.
    random_state : int
        Seed of the draws; the rounds are deterministic.

    Returns
    -------
    SearchResult
    """
    steps = np.unique(space.sample_steps(n_samples, random_state), axis=0)
    candidates = space.from_steps(steps)
    figures = evaluate(candidates).reset_index(drop=True)
    n_sampled = len(steps)
    seen = {row.tobytes() for row in steps}
    expanded: set[int] = set()
    rounds = 0
    for _ in range(n_rounds):
        parents = _parents(figures, objectives, kappa, n_parents, expanded)
        expanded.update(parents)
        fresh = _fresh_neighbours(space, steps, parents, seen)
        if len(fresh) == 0:
            break
        found = space.from_steps(fresh)
        more = evaluate(found)
        steps = np.concatenate([steps, fresh])
        candidates = FormulationArray(
            candidates.components,
            np.concatenate([candidates.mole_fractions, found.mole_fractions]),
        )
        figures = pd.concat([figures, more], ignore_index=True)
        rounds += 1
    return SearchResult(candidates, figures, n_sampled, rounds)


def _fresh_neighbours(
    space: "SearchSpace", steps: Array, parents: list[int], seen: set[bytes]
) -> Array:
    """List the neighbours of the parents that were never judged; notes them as seen."""
    fresh = []
    for parent in parents:
        for row in neighbour_steps(space, steps[parent]):
            key = row.tobytes()
            if key not in seen:
                seen.add(key)
                fresh.append(row)
    return np.array(fresh, dtype=np.int16).reshape(len(fresh), steps.shape[1])


def _parents(
    figures: pd.DataFrame,
    objectives: tuple[str, ...],
    kappa: float,
    n_parents: int,
    expanded: set[int],
) -> list[int]:
    """Choose whose neighbours to judge next; never the same parent twice."""
    mean = figures["score_mean"].to_numpy()
    optimistic = mean + kappa * figures["score_std"].to_numpy()
    rankings = [
        np.argsort(-optimistic, kind="stable"),
        np.argsort(-mean, kind="stable"),
    ]
    n_by_score = n_parents
    front: list[int] = []
    if objectives:
        n_by_score = n_parents // 2
        values = figures[list(objectives)].to_numpy()
        found = np.flatnonzero(pareto_mask(values)).tolist()
        members = [i for i in found if i not in expanded]
        front = _spread(values, members, n_parents - n_by_score)
    chosen = list(front)
    for place in range(len(mean)):
        for ranking in rankings:
            index = int(ranking[place])
            if index not in expanded and index not in chosen:
                chosen.append(index)
        if len(chosen) >= len(front) + n_by_score:
            break
    return chosen[: len(front) + n_by_score]


def _spread(values: Array, members: list[int], n: int) -> list[int]:
    """Pick members of a front far apart from each other (greedy maximin)."""
    if len(members) <= n:
        return members
    points = values[members]
    span = np.ptp(points, axis=0)
    points = points / np.where(span > 0, span, 1.0)
    picked = [int(np.argmax(points[:, 0]))]
    gaps = np.full(len(members), np.inf)
    while len(picked) < n:
        gaps = np.minimum(gaps, ((points - points[picked[-1]]) ** 2).sum(axis=1))
        picked.append(int(np.argmax(gaps)))
    return [members[i] for i in picked]
