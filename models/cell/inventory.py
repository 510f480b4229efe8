"""Count sodium from cycle to cycle: closed form and recursion.

Capacities are in units of the formation discharge that the cathode can hold (1).
State at the end of a discharge: ``c`` sodium in the cathode, ``a`` sodium left on the
collector. One cycle after formation, with loss ``x`` per sodium plated and host
capacity ``h``::

    charge     P = c
    loss       L = x P
    discharge  c <- min(h, a + P - L),  a <- what is left

Without a reserve and with a constant host this is exactly (1 - x)^N.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["SodiumBook", "crossing", "cycle_life", "recursion", "retention"]

Array = npt.NDArray[np.float64]
SMALL = 1e-15  # stands for a host fade of zero where a limit is taken


@dataclass(frozen=True)
class SodiumBook:
    """Where the sodium is after each cycle, shape (cycles + 1, n).

    Parameters
    ----------
    cathode, collector, lost : ndarray
        Sodium in the cathode, on the collector as metal, and lost so far.
    plated : ndarray
        Charge of each cycle; row 0 is formation.
    """

    cathode: Array
    collector: Array
    lost: Array
    plated: Array


def _power(loss: Array, exponent: Array) -> Array:
    """Return (1 - loss)^exponent for loss in [0, 1] and exponent >= 0."""
    safe = np.minimum(loss, 1.0 - SMALL)
    with np.errstate(over="ignore", invalid="ignore"):
        value = np.exp(exponent * np.log1p(-safe))
    return np.where(loss >= 1.0, np.where(exponent > 0.0, 0.0, 1.0), value)


def crossing(
    loss: npt.ArrayLike, host_fade: npt.ArrayLike, reserve: npt.ArrayLike
) -> tuple[Array, Array]:
    """Return the cycle from which sodium limits, and the sodium left then.

    Parameters
    ----------
    loss : array-like
        Permanent loss per sodium plated, in [0, 1].
    host_fade : array-like
        Loss of cathode capacity per cycle, in [0, 1).
    reserve : array-like
        Sodium beyond what the cathode holds after formation, >= 0.

    Returns
    -------
    cycle : ndarray
        Whole number, infinity where the host always limits.
    sodium : ndarray
        Total sodium at that cycle.

    Notes
    -----
    While the host limits, the total falls by x h per cycle, so after n cycles it is
    1 + r - x (1 - (1-f)^n) / f. It meets the host capacity (1-f)^n where the latter
    is 1 - r f / (x - f).
    """
    x, fade, spare = np.broadcast_arrays(
        np.asarray(loss, dtype=float),
        np.maximum(np.asarray(host_fade, dtype=float), SMALL),
        np.asarray(reserve, dtype=float),
    )
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        ratio = np.where(x > fade, spare * fade / (x - fade), np.inf)
        ratio = np.where((spare <= 0.0) & (x > fade), 0.0, ratio)
        cycle = np.where(
            ratio < 1.0,
            np.ceil(np.log1p(-np.minimum(ratio, 1.0 - SMALL)) / np.log1p(-fade) - 1e-9),
            np.inf,
        )
        held = -np.expm1(np.where(np.isinf(cycle), 0.0, cycle) * np.log1p(-fade)) / fade
    sodium = np.where(np.isinf(cycle), 0.0, 1.0 + spare - x * held)
    return cycle, np.maximum(sodium, 0.0)


def retention(
    cycles: npt.ArrayLike,
    loss: npt.ArrayLike,
    host_fade: npt.ArrayLike = 0.0,
    reserve: npt.ArrayLike = 0.0,
) -> Array:
    """Return capacity after N cycles over the formation discharge, closed form.

    Parameters
    ----------
    cycles : array-like
        Cycles after formation, >= 0.
    loss, host_fade, reserve : array-like
        See ``crossing``.

    Returns
    -------
    ndarray

    Examples
    --------
    >>> float(retention(1000, 1e-3).round(4))
    0.3677
    """
    n = np.asarray(cycles, dtype=float)
    cycle, sodium = crossing(loss, host_fade, reserve)
    host = _power(np.asarray(host_fade, dtype=float), n)
    after = np.where(np.isinf(cycle), 0.0, np.maximum(n - cycle, 0.0))
    limited = sodium * _power(np.asarray(loss, dtype=float), after)
    return np.where(n >= cycle, np.minimum(limited, host), host)


def cycle_life(
    loss: npt.ArrayLike,
    host_fade: npt.ArrayLike = 0.0,
    reserve: npt.ArrayLike = 0.0,
    end_of_life: float = 0.8,
) -> tuple[Array, Array]:
    """Return the cycles at which sodium and host each reach the end of life.

    Parameters
    ----------
    loss, host_fade, reserve : array-like
        See ``crossing``.
    end_of_life : float
        Retention at the end, in (0, 1).

    Returns
    -------
    sodium, host : ndarray
        Cycles, not rounded; infinity where never reached. Life is the smaller.

    Examples
    --------
    >>> float(cycle_life(1e-3)[0].round(1))
    223.0
    """
    x = np.asarray(loss, dtype=float)
    fade = np.asarray(host_fade, dtype=float)
    cycle, sodium = crossing(x, fade, reserve)
    with np.errstate(divide="ignore", invalid="ignore"):
        host_life = np.where(
            fade > 0.0, np.log(end_of_life) / np.log1p(-np.maximum(fade, SMALL)), np.inf
        )
        slope = np.log1p(-np.minimum(x, 1.0 - SMALL))
        above = cycle + np.log(end_of_life / np.maximum(sodium, SMALL)) / np.where(
            slope < 0.0, slope, -SMALL
        )
        before = _power(fade, np.maximum(np.where(np.isinf(cycle), 0, cycle) - 1, 0))
        below = (
            cycle - 1.0 + (before - end_of_life) / np.maximum(before - sodium, SMALL)
        )
    steep = sodium < end_of_life
    # Where the host is below the end already when sodium takes over, the host ended it.
    below = np.where(before < end_of_life, np.inf, np.maximum(below, 0.0))
    life = np.where(steep, below, above)
    life = np.where((x >= 1.0) & (cycle < 1.0), 0.0, life)
    return np.where(np.isinf(cycle) | (x <= 0.0), np.inf, life), np.broadcast_to(
        host_life, life.shape
    )


def recursion(
    cycles: int,
    loss: npt.ArrayLike,
    host_fade: npt.ArrayLike = 0.0,
    reserve: npt.ArrayLike = 0.0,
    corrosion: npt.ArrayLike = 0.0,
    initial_loss: npt.ArrayLike = 0.0,
) -> SodiumBook:
    """Follow the sodium cycle by cycle.

    Parameters
    ----------
    cycles : int
        Cycles after formation.
    loss : array-like of shape (n,) or (cycles, n)
        Permanent loss per sodium plated; may change from cycle to cycle.
    host_fade, reserve : array-like of shape (n,)
        See ``crossing``.
    corrosion : array-like of shape (n,)
        Share of the metal on the charged collector that a rest costs per cycle.
    initial_loss : array-like of shape (n,)
        Sodium lost in formation, kept in the book.

    Returns
    -------
    SodiumBook
        Cathode + collector + lost is constant.
    """
    x = np.asarray(loss, dtype=float)
    per_cycle = x if x.ndim == 2 else np.broadcast_to(x, (max(cycles, 1), *x.shape))
    shape = np.broadcast_shapes(
        per_cycle.shape[1:],
        *(np.shape(v) for v in (host_fade, reserve, corrosion, initial_loss)),
    )
    fade = np.broadcast_to(np.asarray(host_fade, dtype=float), shape)
    cathode = np.ones((cycles + 1, *shape))
    collector = np.empty_like(cathode)
    lost = np.empty_like(cathode)
    plated = np.empty_like(cathode)
    collector[0] = reserve
    lost[0] = initial_loss
    plated[0] = 1.0 + collector[0] + lost[0]
    host = np.ones(shape)
    for n in range(1, cycles + 1):
        charge = cathode[n - 1]
        gone = per_cycle[n - 1] * charge
        metal = collector[n - 1] + charge - gone
        rest = np.asarray(corrosion, dtype=float) * metal
        metal = metal - rest
        host = host * (1.0 - fade)
        cathode[n] = np.minimum(host, metal)
        collector[n] = metal - cathode[n]
        lost[n] = lost[n - 1] + gone + rest
        plated[n] = charge
    return SodiumBook(cathode, collector, lost, plated)
