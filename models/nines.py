"""The scale of Coulombic efficiency: nines = -log10(1 - CE)."""

import numpy as np
from numpy.typing import ArrayLike, NDArray


def nines_from_percent(ce_percent: ArrayLike) -> NDArray[np.float64]:
    """Convert Coulombic efficiency in percent to nines.

    Parameters
    ----------
    ce_percent : array-like
        In (-inf, 100); 99.9 gives 3.

    Returns
    -------
    ndarray
        -log10(1 - CE), NaN where the input is NaN.

    Raises
    ------
    ValueError
        If a value reaches 100 or more: no finite number of nines.

    Examples
    --------
    >>> nines_from_percent([90.0, 99.9]).round(6)
    array([1., 3.])
    """
    percent = np.asarray(ce_percent, dtype=float)
    bad = np.flatnonzero(np.atleast_1d(percent) >= 100)
    if len(bad):
        raise ValueError(
            "ce_percent must lie below 100. "
            f"{len(bad)} values break this, the first at {bad[:5].tolist()}. "
            "Enter a value that reaches 100 as a lower bound, such as > 99.95."
        )
    return np.asarray(-np.log10(1 - percent / 100))


def percent_from_nines(nines: ArrayLike) -> NDArray[np.float64]:
    """Convert nines to Coulombic efficiency in percent.

    Parameters
    ----------
    nines : array-like
        Any real number; 3 gives 99.9.

    Returns
    -------
    ndarray
        Below 100 as far as double precision tells.

    Examples
    --------
    >>> percent_from_nines([1.0, 3.0]).round(6)
    array([90. , 99.9])
    """
    return 100 * (1 - np.power(10.0, -np.asarray(nines, dtype=float)))
