"""How a cell is cycled."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["Protocol"]


@dataclass(frozen=True)
class Protocol:
    """Cycling protocol, one for all candidates or one value each.

    Parameters
    ----------
    charge_rate_C, discharge_rate_C
        Currents over the nominal areal capacity, 1/h, >= 0. Charge ends with a
        hold, so that the open-circuit voltage reaches the upper cut-off.
    temperature_C
        Cell temperature.
    upper_cutoff_V, lower_cutoff_V
        Cell voltages against the plated sodium. None: those of the cathode.
    rest_h
        Time per cycle spent charged at rest.
    cycles
        Cycles after formation at which the retention is read.
    """

    charge_rate_C: float | npt.ArrayLike = 1.0 / 3.0
    discharge_rate_C: float | npt.ArrayLike = 1.0 / 3.0
    temperature_C: float | npt.ArrayLike = 25.0
    upper_cutoff_V: float | npt.ArrayLike | None = None
    lower_cutoff_V: float | npt.ArrayLike | None = None
    rest_h: float | npt.ArrayLike = 0.0
    cycles: int = 200

    def __post_init__(self) -> None:
        """Check the ranges."""
        rules = {
            "charge_rate_C": (0.0, np.inf),
            "discharge_rate_C": (0.0, np.inf),
            "temperature_C": (-273.15, np.inf),
            "rest_h": (0.0, np.inf),
            "cycles": (0, np.inf),
        }
        for name, (low, high) in rules.items():
            value = np.asarray(getattr(self, name), dtype=float)
            if not ((value >= low) & (value <= high)).all():
                raise ValueError(
                    f"{name} must lie in [{low}, {high}]. Came {value}. "
                    "Correct the protocol."
                )
