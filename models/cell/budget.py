"""Electrolyte budget: the cycle at which the cell runs dry.

Every ampere-hour of sodium that is lost to the interphase uses m grams of
electrolyte. The cell runs dry when m times the loss exceeds what stands above the
pore filling. Losses while the host limits grow as x (1 - (1-f)^n) / f, afterwards the
sodium left is T (1-x)^(n-n0): both invert in closed form.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from sodalyte.models.cell.inventory import SMALL, crossing

__all__ = ["dry_out_cycle", "knee"]

Array = npt.NDArray[np.float64]


def dry_out_cycle(
    budget: npt.ArrayLike,
    loss: npt.ArrayLike,
    host_fade: npt.ArrayLike,
    reserve: npt.ArrayLike,
) -> Array:
    """Return the cycle at which the loss since formation reaches a budget.

    Parameters
    ----------
    budget : array-like
        Loss that the electrolyte can bear after formation, in units of the formation
        discharge; infinity for none.
    loss, host_fade, reserve : array-like
        See ``inventory.crossing``.

    Returns
    -------
    ndarray
        Cycles, not rounded; 0 where the budget is gone at once, infinity where the
        sodium ends before the electrolyte.
    """
    x, fade, spare, room = np.broadcast_arrays(
        np.asarray(loss, dtype=float),
        np.maximum(np.asarray(host_fade, dtype=float), SMALL),
        np.asarray(reserve, dtype=float),
        np.asarray(budget, dtype=float),
    )
    cycle, sodium = crossing(x, fade, spare)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        part = np.where(x > 0.0, fade * room / np.maximum(x, SMALL), np.inf)
        host_phase = np.where(
            part < 1.0,
            np.log1p(-np.minimum(part, 1.0 - SMALL)) / np.log1p(-fade),
            np.inf,
        )
        left = 1.0 + spare - room
        sodium_phase = cycle + np.log(
            np.maximum(left, SMALL) / np.maximum(sodium, SMALL)
        ) / np.log1p(-np.clip(x, SMALL, 1.0 - SMALL))
    sodium_phase = np.where(left > 0.0, sodium_phase, np.inf)
    dry = np.where(host_phase <= cycle, host_phase, sodium_phase)
    return np.where(room <= 0.0, 0.0, np.maximum(dry, 0.0))


def knee(cycles: npt.ArrayLike, dry_cycle: npt.ArrayLike, scale: float) -> Array:
    """Return the factor on the capacity after the cell has run dry.

    Parameters
    ----------
    cycles, dry_cycle : array-like
        Cycles and cycle of dry-out.
    scale : float
        Cycles in which the capacity falls by 1/e.

    Returns
    -------
    ndarray
        exp(-(N - N_dry) / scale) after dry-out, else 1.
    """
    over = np.maximum(np.asarray(cycles, dtype=float) - np.asarray(dry_cycle), 0.0)
    return np.exp(-over / scale)
