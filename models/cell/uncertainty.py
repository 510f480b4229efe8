"""Spread of the energy figures: swings in closed form, or shared draws.

The fast path moves one group of inputs at a time to its 5th and 95th percentile and
adds the swings of ln(figure) as a root of squares, upwards and downwards apart. The
slow path draws all groups at once (scrambled Sobol points, the same for every
candidate) and takes quantiles. Life never needs either: see ``stages.life_stage``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from sodalyte.models.cell.constants import Z_95

__all__ = ["combine_swings", "normal_draws", "quantiles_of_draws"]

Array = npt.NDArray[np.float64]
Figures = Mapping[str, Array]


def combine_swings(
    base: Figures,
    moved: Sequence[tuple[Figures, Figures]],
    ln_std: Mapping[str, float | Array],
) -> tuple[dict[str, Array], dict[str, Array]]:
    """Combine one-at-a-time swings to a low and a high value per figure.

    Parameters
    ----------
    base : mapping
        Figures at the central values, positive.
    moved : sequence of (figures at 5th, figures at 95th percentile)
        One pair per group of inputs; a figure that is absent did not move.
    ln_std : mapping
        Further independent spread of ln(figure), as a standard deviation.

    Returns
    -------
    low, high : dict of str to ndarray
        About the 5th and 95th percentile.
    """
    low, high = {}, {}
    for name, value in base.items():
        extra = (Z_95 * np.asarray(ln_std.get(name, 0.0))) ** 2
        down, up = extra, extra
        with np.errstate(divide="ignore", invalid="ignore"):
            for pair in moved:
                swings = [np.log(side[name] / value) for side in pair if name in side]
                if not swings:
                    continue
                worst = np.fmin(np.fmin.reduce(swings), 0.0)
                best = np.fmax(np.fmax.reduce(swings), 0.0)
                down = down + worst**2
                up = up + best**2
            low[name] = np.asarray(value * np.exp(-np.sqrt(down)))
            high[name] = np.asarray(value * np.exp(np.sqrt(up)))
            is_zero = np.asarray(value) == 0.0  # no logarithm: the sides as they are
            if is_zero.any():
                best = np.zeros(np.shape(value))
                for pair in moved:
                    for side in pair:
                        best = np.fmax(best, side.get(name, 0.0))
                low[name] = np.where(is_zero, 0.0, low[name])
                high[name] = np.where(is_zero, best, high[name])
    return low, high


def normal_draws(draws: int, groups: int, random_state: int) -> Array:
    """Return standard normal draws, Sobol points, shape (draws, groups).

    Parameters
    ----------
    draws, groups : int
        Number of points and of independent groups.
    random_state : int
        Seed of the scrambling.

    Returns
    -------
    ndarray
    """
    from scipy.special import ndtri
    from scipy.stats import qmc

    power = int(np.ceil(np.log2(max(draws, 2))))
    points = qmc.Sobol(groups, rng=random_state).random_base2(power)[:draws]
    return np.asarray(ndtri(np.clip(points, 1e-6, 1.0 - 1e-6)))


def quantiles_of_draws(
    evaluate: Callable[[Array], Figures], draws: Array
) -> tuple[dict[str, Array], dict[str, Array]]:
    """Return the 5th and 95th percentile over shared draws.

    Parameters
    ----------
    evaluate : callable
        Figures for one row of draws.
    draws : ndarray of shape (draws, groups)
        From ``normal_draws``.

    Returns
    -------
    low, high : dict of str to ndarray
        Over the draws that give a number (a cell without capacity has no voltage).
    """
    collected: dict[str, list[Array]] = {}
    for row in draws:
        for name, value in evaluate(row).items():
            collected.setdefault(name, []).append(np.asarray(value, dtype=float))
    low, high = {}, {}
    for name, values in collected.items():
        stacked = np.stack(np.broadcast_arrays(*values))
        has_gaps = np.isnan(stacked).any(axis=0) & ~np.isnan(stacked).all(axis=0)
        found = np.quantile(stacked, [0.05, 0.95], axis=0)
        if has_gaps.any():
            some = stacked.reshape(len(stacked), -1)[:, np.ravel(has_gaps)]
            found[:, has_gaps] = np.nanquantile(some, [0.05, 0.95], axis=0)
        low[name], high[name] = found
    return low, high
