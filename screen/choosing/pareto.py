"""Pareto fronts and the hypervolume they dominate; every objective is maximised."""

from typing import Any

import numpy as np

__all__ = ["hypervolume", "pareto_mask"]

Array = np.ndarray[Any, np.dtype[Any]]


def pareto_mask(values: Array) -> Array:
    """Find the rows that no other row dominates.

    Parameters
    ----------
    values : ndarray of shape (n, n_objectives)
        Larger is better in every column.

    Returns
    -------
    ndarray of bool, shape (n,)
        True for rows such that no other is at least as good everywhere and better
        somewhere. Equal rows are all kept.

    Raises
    ------
    ValueError
        If a value is NaN; names the rows.

    Examples
    --------
    >>> pareto_mask(np.array([[1.0, 2.0], [2.0, 1.0], [0.5, 0.5]])).tolist()
    [True, True, False]
    """
    _check(values)
    mask = np.ones(len(values), dtype=bool)
    order = np.argsort(-_ranked(values), kind="stable")
    for index in order:  # likely dominators first: most rows fall to a few of them
        if mask[index]:
            row = values[index]
            alive = np.flatnonzero(mask)
            rest = values[alive]
            beaten = (rest <= row).all(axis=1) & (rest < row).any(axis=1)
            mask[alive[beaten]] = False
    return mask


def _ranked(values: Array) -> Array:
    """Return the sum of the ranks of each row over the objectives."""
    ranks = np.argsort(np.argsort(values, axis=0, kind="stable"), axis=0)
    return np.asarray(ranks.sum(axis=1))


def hypervolume(values: Array, reference: Array) -> float:
    """Return the volume between a reference point and the front of `values`.

    Parameters
    ----------
    values : ndarray of shape (n, n_objectives)
        Larger is better in every column.
    reference : ndarray of shape (n_objectives,)
        Worst corner; points that do not beat it everywhere count nothing.

    Returns
    -------
    float
        Exact, by slicing along the last objective: fast for a few hundred points in
        two or three objectives.

    Examples
    --------
    >>> hypervolume(np.array([[1.0, 2.0], [2.0, 1.0]]), np.zeros(2))
    3.0
    """
    _check(values)
    corner = np.asarray(reference, dtype=np.float64)
    inside = values[(values > corner).all(axis=1)] - corner
    if len(inside) == 0:
        return 0.0
    return _volume_above_zero(np.unique(inside[pareto_mask(inside)], axis=0))


def _volume_above_zero(front: Array) -> float:
    """Return the volume between the origin and points with positive coordinates."""
    if front.shape[1] == 1:
        return float(front.max())
    ordered = front[np.argsort(-front[:, -1], kind="stable")]
    depths = ordered[:, -1] - np.append(ordered[1:, -1], 0.0)
    if front.shape[1] == 2:
        return float(np.maximum.accumulate(ordered[:, 0]) @ depths)
    total = 0.0
    for count, depth in enumerate(depths, start=1):
        if depth > 0:
            slab = ordered[:count, :-1]
            total += depth * _volume_above_zero(slab[pareto_mask(slab)])
    return float(total)


def _check(values: Array) -> None:
    bad = np.flatnonzero(np.isnan(values).any(axis=1))
    if len(bad):
        raise ValueError(
            "A Pareto front needs numbers in every objective; "
            f"{len(bad)} rows hold NaN: {bad[:5].tolist()}. Leave those rows out or "
            "give them the worst value."
        )
