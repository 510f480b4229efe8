"""Parasitic oxidation of the electrolyte at the charged cathode.

A Tafel law: at a cathode potential V the share of the charge that goes into oxidation
per hour is ``k 10^((V - E_limit) / b)``, smooth through the limit. Over a charge of
1/C hours that follows the open-circuit curve plus overpotential eta::

    q = k / C * 10^((eta - E_limit) / b) * mean of 10^(U / b) over the curve

so the integral over the curve is one number for all candidates.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from sodalyte.models.cell.cathodes import Cathode
from sodalyte.models.cell.constants import LN10

__all__ = ["curve_factor_V", "oxidised_share"]

Array = npt.NDArray[np.float64]
REFERENCE_TIME_h = 3.0  # charge time at which the loss at the limit is stated


def curve_factor_V(
    cathode: Cathode, slope_V_per_decade: float, upper_cutoff_V: Array
) -> Array:
    """Return the voltage whose Tafel current equals the mean over the charge.

    Parameters
    ----------
    cathode : Cathode
        Gives the open-circuit curve.
    slope_V_per_decade : float
        Tafel slope b.
    upper_cutoff_V : ndarray
        The curve is cut there.

    Returns
    -------
    ndarray
        V vs Na/Na+, shaped like the cut-off.

    Notes
    -----
    The mean over the charged part of the curve below the cut-off; where the cut-off
    lies above the curve, the cell is taken to dwell at the cut-off for one grid step
    (513 in all) at the end of charge.
    """
    scale = LN10 / slope_V_per_decade
    voltage = cathode.voltage_V[::-1]  # rising, as on charge
    weights = np.exp(scale * (voltage - voltage[-1]))
    total = np.cumsum(weights)
    count = np.searchsorted(voltage, upper_cutoff_V, side="right")
    mean = total[np.maximum(count, 1) - 1] / len(voltage)
    top = np.exp(scale * (upper_cutoff_V - voltage[-1])) / len(voltage)
    return voltage[-1] + np.log(mean + top) / scale


def oxidised_share(
    effective_V: Array,
    limit_V: Array,
    charge_rate_C: Array,
    *,
    slope_V_per_decade: float,
    loss_at_limit: float,
) -> Array:
    """Return the share of each charge that oxidises electrolyte.

    Parameters
    ----------
    effective_V : ndarray
        ``curve_factor_V`` plus charge overpotential.
    limit_V : ndarray
        Oxidative limit; NaN counts as no oxidation.
    charge_rate_C : ndarray
        1/h; zero counts as no oxidation (flagged by the model).
    slope_V_per_decade, loss_at_limit : float
        Tafel slope; share lost in 3 h at the limit.

    Returns
    -------
    ndarray
        In [0, 1].
    """
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
        time = np.where(charge_rate_C > 0.0, 1.0 / charge_rate_C, 0.0)
        share = (
            loss_at_limit
            * time
            / REFERENCE_TIME_h
            * np.exp(LN10 / slope_V_per_decade * (effective_V - limit_V))
        )
    return np.where(np.isnan(limit_V), 0.0, np.minimum(share, 1.0))
