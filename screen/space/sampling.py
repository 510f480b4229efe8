"""Random numbers that depend on the row alone, and uniform draws on a lab grid.

Every number is a hash of (seed, row, attempt, slot), so row 7 of a sample is the
same recipe whether it is drawn alone, in a block or in a million, on one worker or
on many.
"""

import math
from itertools import combinations
from typing import Any

import numpy as np

__all__ = ["compositions", "counter_floats", "pick", "subsets"]

IntArray = np.ndarray[Any, np.dtype[Any]]

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)
_LARGEST_TABLE = 5_000_000


def _mixed(values: IntArray) -> IntArray:
    """Scramble 64-bit words with the finaliser of SplitMix64."""
    values = (values ^ (values >> np.uint64(30))) * _MIX_1
    values = (values ^ (values >> np.uint64(27))) * _MIX_2
    return np.asarray(values ^ (values >> np.uint64(31)))


def counter_floats(
    random_state: int, rows: IntArray, attempts: IntArray, slot: int
) -> IntArray:
    """Draw one uniform number in [0, 1) per row from a counter-based generator.

    Parameters
    ----------
    random_state : int
        Seed of the whole sample, >= 0.
    rows, attempts : ndarray of int, shape (n,)
        Row number in the endless sample, and how often that row was redrawn.
    slot : int
        Which draw of the row this is.

    Returns
    -------
    ndarray of shape (n,)
        Numbers in [0, 1) with 53 random bits; equal arguments give equal numbers.

    References
    ----------
    .. [1] Steele, Lea, Flood, OOPSLA 2014, 10.1145/2660193.2660195, SplitMix64
       (constants of its 64-bit mixing function).
    .. [2] Salmon et al., SC 2011, 10.1145/2063384.2063405: counter-based generators.

    Examples
    --------
    >>> import numpy as np
    >>> zero = np.zeros(2, dtype=np.int64)
    >>> all(counter_floats(0, zero, zero, 1) == counter_floats(0, zero, zero, 1))
    True
    """
    seed = _mixed(np.array([random_state], dtype=np.uint64) + _GOLDEN)
    words = _mixed(rows.astype(np.uint64) * _GOLDEN + seed)
    step = attempts.astype(np.uint64) * np.uint64(64) + np.uint64(slot + 1)
    words = _mixed(words + step * _GOLDEN)
    return np.asarray((words >> np.uint64(11)).astype(np.float64) * 2.0**-53)


def pick(uniform: IntArray, sizes: IntArray | int) -> IntArray:
    """Turn uniform numbers into indices 0 .. size - 1, each equally likely."""
    return np.asarray((uniform * sizes).astype(np.int64))


def subsets(n_items: int, size: int) -> IntArray:
    """List all subsets of `size` out of `n_items`, one row each, ascending.

    Raises
    ------
    ValueError
        If the list would have more than five million rows.
    """
    _check_table(math.comb(n_items, size), f"subsets of {size} out of {n_items}")
    rows = list(combinations(range(n_items), size))
    return np.array(rows, dtype=np.int16).reshape(len(rows), size)


def compositions(total: int, parts: int) -> IntArray:
    """List all ways to write `total` as `parts` ordered whole numbers >= 1.

    Drawing a row uniformly is a uniform draw on the lattice of the simplex: no
    rejection, no bias toward a corner.

    Returns
    -------
    ndarray of shape (n_ways, parts)
        Each row sums to `total`; no row when `total < parts`.

    Raises
    ------
    ValueError
        If the list would have more than five million rows.

    Examples
    --------
    >>> compositions(4, 2).tolist()
    [[1, 3], [2, 2], [3, 1]]
    """
    if parts == 0 or total < parts:
        return np.empty((0, parts), dtype=np.int16)
    n_ways = math.comb(total - 1, parts - 1)
    _check_table(n_ways, f"splits of {total} steps over {parts} components")
    cuts = subsets(total - 1, parts - 1).astype(np.int64) + 1
    edges = np.concatenate(
        [
            np.zeros((n_ways, 1), dtype=np.int64),
            cuts,
            np.full((n_ways, 1), total, dtype=np.int64),
        ],
        axis=1,
    )
    return np.diff(edges, axis=1).astype(np.int16)


def _check_table(n_rows: int, what: str) -> None:
    if n_rows > _LARGEST_TABLE:
        raise ValueError(
            f"A lab grid may list at most {_LARGEST_TABLE:,} entries; the {what} are "
            f"{n_rows:,}. Use a coarser step or fewer components at once."
        )
