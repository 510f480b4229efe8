"""The candidates worth a closer look: drawn, climbed from, judged twice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sodalyte.screen.choosing.batch import MAIN_LIQUID_STEPS
from sodalyte.screen.choosing.pareto import pareto_mask
from sodalyte.screen.choosing.refine import search_space

if TYPE_CHECKING:
    from sodalyte.datasets.formulations.array import FormulationArray
    from sodalyte.screen.judging.judge import Judge
    from sodalyte.screen.space.search_space import SearchSpace

__all__ = [
    "Pool",
    "is_safe",
    "judge_all",
    "known_to_mix",
    "main_liquids",
    "search_pool",
]

SAMPLED = 20_000  # candidates drawn over the whole space, before local search
KEPT = 3_000  # of all that were judged, those judged again with full uncertainty
VOLUME_STEP = 0.05  # of the lab grid
MOST_OF_A_FAMILY = 100  # with the same main liquids, of those judged again
SAFE_TO_RUN = 0.95  # the 5th percentile of a safe recipe is that of a cell that runs
SEARCH_DRAWS = 4
FULL_DRAWS = 32
LONGEST_LIFE = 1e5  # an endless life counts as so many cycles in the front
PARETO = ("log10_cycle_life", "oxidative_limit_V_vs_Na")
Progress = Callable[[str, float], None]


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
        ``is_pareto``, ``is_known_to_mix``.
    n_screened : int
        How many were drawn to find these.
    """

    candidates: FormulationArray
    X: pd.DataFrame
    table: pd.DataFrame
    n_screened: int


def known_to_mix(candidates: FormulationArray) -> np.ndarray:
    """Tell which candidates sources say dissolve and stay one phase.

    Parameters
    ----------
    candidates : FormulationArray of length n

    Returns
    -------
    ndarray of bool, shape (n,)
        False also where nobody reported so much salt in these liquids.
    """
    from sodalyte.featurizers.solubility import miscibility_guard, solubility_guard

    dissolves = solubility_guard(candidates)["solubility_status"] == "supported"
    mixes = miscibility_guard(candidates)["miscibility_status"] == "supported"
    return np.asarray(dissolves.to_numpy() & mixes.to_numpy())


def judge_all(
    judge: Judge, candidates: FormulationArray, draws: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return features, and predictions with scores and medians of cell figures."""
    X = judge.features(candidates)
    predicted = judge.predictions(candidates, X)
    mean, std = judge.score(X, predicted, draws=draws)
    medians = judge.figures(X, predicted)
    table = predicted.assign(score_mean=mean, score_std=std, **medians)
    life = np.minimum(table["cycle_life_80"], LONGEST_LIFE)
    return X, table.assign(log10_cycle_life=np.log10(1.0 + life))


def is_safe(table: pd.DataFrame) -> pd.Series:
    """Tell which recipes are in the domain, known to mix and all but sure to run."""
    runs = table["runs_probability"] > SAFE_TO_RUN
    return table["in_domain"] & table["is_known_to_mix"] & runs


def search_pool(
    judge: Judge,
    space: SearchSpace,
    measured: FormulationArray,
    seed: int,
    progress: Progress,
) -> Pool:
    """Search the space with few draws, judge what promises most with all of them."""
    n_judged = 0

    def evaluate(candidates: FormulationArray) -> pd.DataFrame:
        nonlocal n_judged
        n_judged += len(candidates)
        done = 0.25 + 0.4 * min(n_judged / (2.0 * SAMPLED), 1.0)
        progress(f"judging candidates, {n_judged:,} so far", done)
        table = judge_all(judge, candidates, SEARCH_DRAWS)[1]
        table["is_known_to_mix"] = known_to_mix(candidates)
        return table.assign(is_safe=is_safe(table))

    steps = space.to_steps(measured)
    found = search_space(
        space,
        evaluate,
        n_samples=SAMPLED,
        objectives=PARETO,
        starts=np.unique(np.rint(steps[~np.isnan(steps).any(axis=1)]), axis=0),
        random_state=seed,
    )
    rough = found.figures
    promise = (rough["score_mean"] + rough["score_std"]).to_numpy()
    front = pareto_mask(rough[list(PARETO)].to_numpy())
    trusted = rough["is_safe"].to_numpy()
    # Half of the places for the safe list, half for all; the front comes along.
    family = main_liquids(found.candidates)
    safest = _best_of_each(family, np.lexsort((-promise, ~trusted)))[: KEPT // 2]
    boldest = np.lexsort((-promise, ~front))
    boldest = np.append(boldest[: front.sum()], _best_of_each(family, boldest))
    kept = np.union1d(safest, pd.unique(boldest)[: KEPT // 2])
    candidates = found.candidates[kept]
    progress(f"judging the best {len(candidates):,} with full uncertainty", 0.7)
    X, table = judge_all(judge, candidates, FULL_DRAWS)
    table["is_pareto"] = pareto_mask(table[list(PARETO)].to_numpy())
    table["is_known_to_mix"] = rough["is_known_to_mix"].to_numpy()[kept]
    return Pool(candidates, X, table, len(rough))


def main_liquids(candidates: FormulationArray) -> np.ndarray:
    """Give recipes that share their main solvents and diluents the same number.

    Parameters
    ----------
    candidates : FormulationArray of length n

    Returns
    -------
    ndarray of int, shape (n,)
        Equal where the liquids of at least `MAIN_LIQUID_STEPS` lab steps are the same.
    """
    liquid = [c.role in ("solvent", "diluent") for c in candidates.components]
    volumes = candidates.volume_fractions[:, liquid]
    shares = volumes / volumes.sum(axis=1, keepdims=True)
    is_main = shares > (MAIN_LIQUID_STEPS - 0.5) * VOLUME_STEP
    return np.unique(is_main, axis=0, return_inverse=True)[1].reshape(-1)


def _best_of_each(family: np.ndarray, order: np.ndarray) -> np.ndarray:
    """Keep the first of each family, so that one family does not take all places."""
    ranks = pd.Series(family[order]).groupby(family[order]).cumcount().to_numpy()
    return np.asarray(order[ranks < MOST_OF_A_FAMILY])
