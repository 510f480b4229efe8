"""Search of a space: many seeded draws, then local moves around the best."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sodalyte.datasets.formulations.array import FormulationArray
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
    n_front_rounds: int = 16,
    n_front_parents: int = 48,
    n_safe_rounds: int = 6,
    n_safe_parents: int = 24,
    objectives: tuple[str, ...] = (),
    starts: Array | None = None,
    kappa: float = 0.5,
    random_state: int = 0,
) -> SearchResult:
    """Draw recipes, judge them, and climb from the best by single lab moves.

    Parameters
    ----------
    space : SearchSpace
    evaluate : callable
        Takes a FormulationArray, returns one row of figures per recipe with
        ``score_mean``, ``score_std`` and the `objectives` (larger is better);
        optionally ``is_safe`` (bool).
    n_samples : int
        Draws before the first round.
    n_rounds : int
        Most rounds of local moves.
    n_parents : int
        Parents of a round: half of them the highest scores (mean + kappa x std, and
        mean), the others spread over the Pareto front of the objectives.
    n_front_rounds, n_front_parents : int
        Further rounds, and the parents of each, all of them of the front; they end
        early when every member was a parent.
    n_safe_rounds, n_safe_parents : int
        Last rounds, around the best recipes that are safe; none without ``is_safe``.
    objectives : tuple of str
        Columns of the front; without them all parents go by score.
    starts : ndarray of int, shape (n, n_components), optional
        Lab steps of recipes whose neighbours are judged with the draws: measured
        ones, beside which safe ones lie and few draws fall.
    kappa : float
        Optimism in the choice of parents.
    random_state : int
        Seed of the draws; the rounds are deterministic.

    Returns
    -------
    SearchResult
    """
    drawn = [space.sample_steps(n_samples, random_state)]
    drawn += [neighbour_steps(space, row) for row in (() if starts is None else starts)]
    steps = np.unique(np.concatenate(drawn), axis=0)
    candidates = space.from_steps(steps)
    frames = [evaluate(candidates).reset_index(drop=True)]
    fractions = [candidates.mole_fractions]
    known = _Known(objectives, kappa)
    known.add(frames[0])
    n_sampled = len(steps)
    seen = {row.tobytes() for row in steps}
    rounds = 0
    by_both = partial(known.parents, n_parents, 0.5 if objectives else 0.0)
    by_front = partial(known.parents, n_front_parents, 1.0)
    by_safety = partial(known.safe_parents, n_safe_parents)
    plan = [by_both] * n_rounds
    plan += [by_front] * (n_front_rounds if objectives else 0)
    plan += [by_safety] * n_safe_rounds
    for choose_parents in plan:
        fresh = _fresh_neighbours(space, steps, choose_parents(), seen)
        if len(fresh) == 0:
            continue
        found = space.from_steps(fresh)
        frames.append(evaluate(found).reset_index(drop=True))
        known.add(frames[-1])
        steps = np.concatenate([steps, fresh])
        fractions.append(found.mole_fractions)
        rounds += 1
    return SearchResult(
        FormulationArray(candidates.components, np.concatenate(fractions)),
        pd.concat(frames, ignore_index=True),
        n_sampled,
        rounds,
    )


class _Known:
    """Scores and front of all that was judged so far, and who was a parent."""

    def __init__(self, objectives: tuple[str, ...], kappa: float) -> None:
        self.objectives, self.kappa = list(objectives), kappa
        self.mean, self.optimistic = np.zeros(0), np.zeros(0)
        self.safe = np.zeros(0, dtype=bool)
        self.front = np.zeros(0, dtype=np.int64)
        self.front_values = np.zeros((0, len(objectives)))
        self.expanded: set[int] = set()

    def add(self, figures: pd.DataFrame) -> None:
        """Note newly judged recipes; only they and the old front can be the front."""
        first = len(self.mean)
        mean = figures["score_mean"].to_numpy()
        std = figures["score_std"].to_numpy()
        self.mean = np.append(self.mean, mean)
        self.optimistic = np.append(self.optimistic, mean + self.kappa * std)
        safe = figures["is_safe"] if "is_safe" in figures else np.zeros(len(mean), bool)
        self.safe = np.append(self.safe, np.asarray(safe, dtype=bool))
        if self.objectives:
            values = np.vstack([self.front_values, figures[self.objectives].to_numpy()])
            rows = np.append(self.front, first + np.arange(len(mean)))
            mask = pareto_mask(values)
            self.front, self.front_values = rows[mask], values[mask]

    def parents(self, n: int, front_share: float) -> list[int]:
        """Choose whose neighbours to judge next; never the same parent twice."""
        n_front = round(n * front_share)
        waiting = [
            place for place, row in enumerate(self.front) if row not in self.expanded
        ]
        chosen = [int(self.front[i]) for i in self._spread(waiting, n_front)]
        n_by_score = n - n_front
        rankings = [
            np.argsort(-self.optimistic, kind="stable"),
            np.argsort(-self.mean, kind="stable"),
        ]
        wanted = len(chosen) + n_by_score
        for pair in zip(*rankings, strict=True):
            if len(chosen) >= wanted:
                break
            for index in map(int, pair):
                if index not in self.expanded and index not in chosen:
                    chosen.append(index)
        self.expanded.update(chosen[:wanted])
        return chosen[:wanted]

    def safe_parents(self, n: int) -> list[int]:
        """Choose the safe recipes of highest mean that were not yet parents."""
        waiting = [int(i) for i in np.flatnonzero(self.safe) if i not in self.expanded]
        chosen = sorted(waiting, key=lambda i: -self.mean[i])[:n]
        self.expanded.update(chosen)
        return chosen

    def _spread(self, places: list[int], n: int) -> list[int]:
        """Pick members of the front far apart from each other (greedy maximin)."""
        if len(places) <= n:
            return places
        points = self.front_values[places]
        span = np.ptp(points, axis=0)
        points = points / np.where(span > 0, span, 1.0)
        picked = [int(np.argmax(points[:, 0]))]
        gaps = np.full(len(places), np.inf)
        while len(picked) < n:
            gaps = np.minimum(gaps, ((points - points[picked[-1]]) ** 2).sum(axis=1))
            picked.append(int(np.argmax(gaps)))
        return [places[i] for i in picked]


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
