"""The batch to mix next: optimistic, diverse, aware of what is pending."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sodalyte.datasets.formulations.array import FormulationArray
from sodalyte.screen.choosing.acquisition import BatchBelief, standardised
from sodalyte.screen.space.lab_grid import LabGrid

__all__ = [
    "MAIN_LIQUID_STEPS",
    "BatchSettings",
    "lab_steps_between",
    "select_batch",
    "suggest_replicates",
]

Array = np.ndarray[Any, np.dtype[Any]]

MAIN_LIQUID_STEPS = 3.0
"""15 vol%: a liquid of which there is less makes no recipe another one."""


@dataclass(frozen=True)
class BatchSettings:
    """How bold and how varied a batch is; the defaults are those of `propose`.

    Boldness was tuned on the replay of the lithium pool with seeds 100 to 119;
    `sodalyte benchmark replay-li` reports all of them on seeds 0 to 9, but for the two
    least distances: a pool holds what it holds.

    Parameters
    ----------
    kappa_safe, kappa_exploratory : float
        Standard deviations of optimism in the two lists.
    exploratory_share : float
        Share of the batch in the exploratory list, rounded down; a batch of one is
        safe.
    length_scale : float
        Range of likeness in standardised features (typical distance 1.4).
    noise_std : float
        Of one measurement, in units of the spread of the candidates' score.
    least_lab_steps : float
        Two proposals differ by at least this many lab steps.
    apart_lab_steps : float
        They differ by so many, as long as there are such recipes: 0.6 M of a salt, or
        15 vol% of one liquid for another.
    least_measured_steps : float
        A proposal differs by at least this many lab steps from every measured and
        pending recipe, for one salt step would teach nothing; 0.5 refuses the same
        recipe only.
    most_alike : int
        At most this many proposals of one batch are alike, as long as there are others.
    main_liquid_steps : float
        Recipes are alike that share their main liquids, solvents and diluents of at
        least this many lab steps, so that neither a second salt nor a pinch of a third
        liquid makes a recipe another one; 0 calls alike what shares all ingredients.
    variety_worth : float
        How many of its standard deviations the best recipe left may be better than one
        that is farther apart, or less alike, which is then preferred.
    """

    kappa_safe: float = 0.0
    kappa_exploratory: float = 0.1
    exploratory_share: float = 0.4
    length_scale: float = 0.5
    noise_std: float = 0.25
    least_lab_steps: float = 2.0
    apart_lab_steps: float = 6.0
    least_measured_steps: float = 2.5
    most_alike: int = 1
    main_liquid_steps: float = MAIN_LIQUID_STEPS
    variety_worth: float = 0.5

    def n_exploratory(self, n: int) -> int:
        """Return the number of exploratory places in a batch of `n`."""
        return int(n * self.exploratory_share + 1e-9)


def select_batch(
    candidates: FormulationArray,
    figures: pd.DataFrame,
    n: int,
    *,
    measured: FormulationArray | None = None,
    pending: FormulationArray | None = None,
    features: pd.DataFrame | None = None,
    pending_features: pd.DataFrame | None = None,
    settings: BatchSettings | None = None,
    random_state: int = 0,
) -> pd.DataFrame:
    """Choose the recipes to mix next, best first within each list.

    Parameters
    ----------
    candidates : FormulationArray of length m
    figures : DataFrame of m rows
        ``score_mean`` and ``score_std``, higher is better (nines, or the expected
        desirability over draws of the cell figures); optionally ``in_domain`` (bool).
        Every other column is carried into the result.
    n : int
        Size of the batch, >= 1.
    measured, pending : FormulationArray or None
        Neither is proposed again; pending ones also lower the worth of recipes like
        them.
    features, pending_features : DataFrame or None
        Rows of the candidates and of the pending recipes in which likeness is judged;
        mole fractions by default.
    settings : BatchSettings or None
    random_state : int
        Breaks exact ties only.

    Returns
    -------
    DataFrame of n rows
        ``candidate`` (position in `candidates`), ``list`` ("safe" or "exploratory"),
        ``score`` (the mean), ``score_std``, ``acquisition``,
        ``information_gain`` (share of the uncertainty of like recipes it takes
        away), ``measured_neighbour`` and ``measured_lab_steps`` (position in
        `measured`, -1 without), then the columns of `figures`.

    Raises
    ------
    ValueError
        If scores are not finite or fewer than `n` recipes remain.
    """
    settings = settings or BatchSettings()
    _check(candidates, figures, n)
    mean = figures["score_mean"].to_numpy(dtype=np.float64)
    std = figures["score_std"].to_numpy(dtype=np.float64)
    in_domain = (
        figures["in_domain"].to_numpy(dtype=bool)
        if "in_domain" in figures
        else np.ones(len(mean), dtype=bool)
    )
    roles, (steps, measured_steps, pending_steps) = _common_steps(
        candidates, measured, pending
    )
    coordinates, elsewhere = _coordinates(
        candidates, pending, features, pending_features
    )
    belief = BatchBelief(
        mean=mean,
        std=std,
        coordinates=coordinates,
        length_scale=settings.length_scale,
        noise_std=settings.noise_std * float(mean.std() or 1.0),
    )
    for row in elsewhere:
        belief.expect_elsewhere(row)
    free = np.ones(len(mean), dtype=bool)
    for taken in (measured_steps, pending_steps):
        free &= ~_near_to_any(steps, taken, settings.least_measured_steps)
    tie_break = np.random.default_rng(random_state).random(len(mean)) * 1e-12
    liquid = np.isin(roles, ("solvent", "diluent"))
    least = settings.main_liquid_steps
    told_by = steps[:, liquid] > least - 0.5 if least else steps > 0.5
    groups = np.unique(told_by, axis=0, return_inverse=True)[1].reshape(-1)
    picks = _pick(belief, steps, groups, free, in_domain, n, settings, tie_break)
    return _table(picks, belief, steps, measured_steps, figures)


def _pick(
    belief: BatchBelief,
    steps: Array,
    groups: Array,
    free: Array,
    in_domain: Array,
    n: int,
    settings: BatchSettings,
    tie_break: Array,
) -> list[tuple[int, str, float, float]]:
    """Pick one by one; returns (candidate, list, acquisition, information gain)."""
    alike = np.zeros(int(groups.max()) + 1, dtype=np.int64)
    apart = np.ones(len(free), dtype=bool)
    slack = settings.variety_worth * belief.std
    n_bold = settings.n_exploratory(n)
    lists = ["safe"] * (n - n_bold) + ["exploratory"] * n_bold
    picks: list[tuple[int, str, float, float]] = []
    for name in lists:
        kappa = settings.kappa_safe if name == "safe" else settings.kappa_exploratory
        value = belief.optimistic(kappa) + tie_break
        new = alike[groups] < settings.most_alike
        if name == "safe" and not (free & in_domain).any():
            name = "exploratory"
        listed = free & in_domain if name == "safe" else free
        wishes = (listed & apart & new, listed & apart, listed)
        open_to = _first_worthy(wishes, value, slack)
        if not open_to.any():
            raise ValueError(
                f"A batch of {n} needs as many recipes that differ by "
                f"{settings.least_lab_steps:g} lab steps; only {len(picks)} remain. "
                "Ask for fewer, or give more candidates."
            )
        best = int(np.flatnonzero(open_to)[np.argmax(value[open_to])])
        before = belief.remaining_std.sum()
        belief.expect(best)
        gain = 1.0 - belief.remaining_std.sum() / before if before > 0 else 0.0
        picks.append((best, name, float(value[best]), float(gain)))
        alike[groups[best]] += 1
        gaps = lab_steps_between(steps, steps[best])
        free = free & (gaps > settings.least_lab_steps - 1e-6)
        apart = apart & (gaps > settings.apart_lab_steps - 1e-6)
        free[best] = False  # also where proposals may lie at no distance
    return picks


def _first_worthy(
    wishes: Sequence[NDArray[np.bool_]], value: Array, slack: Array
) -> NDArray[np.bool_]:
    """Find the first wish that the best of the last one does not outdo by its slack."""
    last = np.flatnonzero(wishes[-1])
    if not len(last):
        return wishes[-1]
    best = last[np.argmax(value[last])]
    worthy = value >= value[best] - slack[best]
    return next(wish & worthy for wish in wishes if (wish & worthy).any())


def lab_steps_between(steps: Array, other: Array) -> Array:
    """Count the lab steps between recipes.

    Parameters
    ----------
    steps : ndarray of shape (n, n_components)
    other : ndarray of shape (n_components,)

    Returns
    -------
    ndarray of shape (n,)
        Sum of the absolute differences, each in steps of its role. Moving one volume
        step from one solvent to another counts two: one less and one more.
    """
    return np.asarray(np.abs(steps - other).sum(axis=1))


def suggest_replicates(score_std: Array, noise_std: float) -> Array:
    """Suggest how many cells of each recipe to build.

    As many as bring the standard error of the measured mean to half of what is
    uncertain now, at least two (one cell can fail for its own reasons), at most four.

    Parameters
    ----------
    score_std : ndarray of shape (n,)
        Predictive standard deviation.
    noise_std : float
        Of one cell, same unit.

    Returns
    -------
    ndarray of int, shape (n,)

    Examples
    --------
    >>> suggest_replicates(np.array([0.2, 1.0]), 0.2).tolist()
    [4, 2]
    """
    needed = np.ceil((2.0 * noise_std / np.maximum(score_std, 1e-12)) ** 2 - 1e-9)
    return np.asarray(np.minimum(np.maximum(needed, 2), 4).astype(np.int64))


def _check(candidates: FormulationArray, figures: pd.DataFrame, n: int) -> None:
    if n < 1:
        raise ValueError(f"A batch has at least one recipe; n is {n}.")
    if len(candidates) != len(figures):
        raise ValueError(
            "figures must hold one row per candidate; there are "
            f"{len(candidates)} candidates and {len(figures)} rows."
        )
    for column in ("score_mean", "score_std"):
        if column not in figures:
            raise KeyError(
                f"figures needs {column}; it has {', '.join(map(str, figures))}."
            )
        values = figures[column].to_numpy(dtype=np.float64)
        bad = np.flatnonzero(~np.isfinite(values))
        if len(bad):
            raise ValueError(
                f"{column} must be finite; {len(bad)} rows break this: "
                f"{bad[:5].tolist()}. Leave those candidates out."
            )


def _common_steps(
    candidates: FormulationArray, *others: FormulationArray | None
) -> tuple[list[str], tuple[Array, ...]]:
    """Express all recipes in lab steps over the union of their components; roles."""
    arrays = [a for a in (candidates, *others) if a is not None]
    components = {(c.name, c.role): c for a in arrays for c in a.components}
    order = ("salt", "solvent", "diluent", "additive")
    keys = sorted(components, key=lambda k: (order.index(k[1]), k[0]))
    grid = LabGrid(tuple(components[k] for k in keys))
    place = {key: i for i, key in enumerate(keys)}
    result = []
    for array in (candidates, *others):
        if array is None:
            result.append(np.zeros((0, len(keys))))
            continue
        fractions = np.zeros((len(array), len(keys)))
        columns = [place[(c.name, c.role)] for c in array.components]
        fractions[:, columns] = array.mole_fractions
        result.append(grid.steps(fractions))
    return [role for _, role in keys], tuple(result)


def _coordinates(
    candidates: FormulationArray,
    pending: FormulationArray | None,
    features: pd.DataFrame | None,
    pending_features: pd.DataFrame | None,
) -> tuple[Array, Array]:
    """Return the coordinates of likeness of candidates and of pending recipes."""
    if features is None:
        table = np.sqrt(_fractions_over(candidates, candidates))
        others = np.zeros((0, table.shape[1]))
        if pending is not None and len(pending):
            others = np.sqrt(_fractions_over(pending, candidates))
    else:
        table = features.to_numpy(dtype=np.float64)
        others = np.zeros((0, table.shape[1]))
        if pending_features is not None and len(pending_features):
            others = pending_features[list(features.columns)].to_numpy(dtype=float)
        elif pending is not None and len(pending):
            raise ValueError(
                "Pending recipes need pending_features where features are given; "
                f"{len(pending)} are pending. Pass their rows of the design matrix."
            )
    return standardised(table), standardised(others, table)


def _fractions_over(array: FormulationArray, base: FormulationArray) -> Array:
    """Return mole fractions in the columns of `base`; foreign components leave."""
    place = {(c.name, c.role): i for i, c in enumerate(base.components)}
    result = np.zeros((len(array), len(place)))
    for column, component in enumerate(array.components):
        index = place.get((component.name, component.role))
        if index is not None:
            result[:, index] = array.mole_fractions[:, column]
    return result


def _near_to_any(steps: Array, taken: Array, least: float) -> Array:
    """Tell which recipes lie within so many lab steps of one that is taken."""
    near = np.zeros(len(steps), dtype=bool)
    for row in taken:
        near |= lab_steps_between(steps, row) < least - 1e-6
    return near


def _table(
    picks: list[tuple[int, str, float, float]],
    belief: BatchBelief,
    steps: Array,
    measured_steps: Array,
    figures: pd.DataFrame,
) -> pd.DataFrame:
    rows = []
    for candidate, name, acquisition, gain in picks:
        gaps = lab_steps_between(measured_steps, steps[candidate])
        nearest = int(np.argmin(gaps)) if len(gaps) else -1
        rows.append(
            {
                "candidate": candidate,
                "list": name,
                "score": float(belief.mean[candidate]),
                "score_std": float(belief.std[candidate]),
                "acquisition": acquisition,
                "information_gain": gain,
                "measured_neighbour": nearest,
                "measured_lab_steps": float(gaps[nearest]) if len(gaps) else np.nan,
            }
        )
    table = pd.DataFrame(rows)
    extra = figures.drop(columns=["score_std"]).iloc[table["candidate"].to_numpy()]
    return pd.concat([table, extra.reset_index(drop=True)], axis=1)
