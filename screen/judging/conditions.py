"""The conditions a Coulombic efficiency is predicted at."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["ANY_LABORATORY", "Conditions"]

ANY_LABORATORY = "any"
"""A laboratory that was not seen before, even where an own one is known."""

# name, lowest and highest value that a plating test can have, and the unit
RANGES = (
    ("current_density_mA_per_cm2", 0.0, 100.0, "mA/cm2"),
    ("areal_capacity_mAh_per_cm2", 0.0, 100.0, "mAh/cm2"),
    ("temperature_C", -100.0, 150.0, "degC"),
)


@dataclass(frozen=True)
class Conditions:
    """Metal, collector and protocol of a plating test.

    The defaults are the reference protocol of the data, at which most sodium
    values were measured.

    Parameters
    ----------
    metal : str
        Symbol of the plated metal.
    collector : str
        Current collector as papers write it, for example ``"carbon-coated Al"``.
    current_density_mA_per_cm2, areal_capacity_mAh_per_cm2 : float
        Both > 0 and at most 100.
    temperature_C : float
        From -100 to 150.
    laboratory : str, optional
        Whose cell it is: a ``work`` among the measurements that the model has learnt
        from; "any" for one not seen before. By default that of the own measurements
        if they name one, else any.

    Raises
    ------
    ValueError
        If a value is out of its range or the collector is empty.
    """

    metal: str = "Na"
    collector: str = "Cu"
    current_density_mA_per_cm2: float = 0.5
    areal_capacity_mAh_per_cm2: float = 1.0
    temperature_C: float = 25.0
    laboratory: str | None = None

    def __post_init__(self) -> None:
        """Check every value at the door."""
        faults = []
        if self.metal != "Na":
            faults.append(
                f"metal must be Na. Got {self.metal!r}. The shipped models are trained "
                "on sodium alone, for lithium rows did not make held-out sodium better"
            )
        if not self.collector.strip():
            faults.append(
                "collector must be named, for example Cu or carbon-coated Al. "
                f"Got {self.collector!r}"
            )
        if self.laboratory is not None and not self.laboratory.strip():
            faults.append(
                "laboratory must be named as in the column work of the measurements, "
                f"or be 'any'. Got {self.laboratory!r}"
            )
        for name, low, high, unit in RANGES:
            value = getattr(self, name)
            is_open = low == 0.0 and value == 0.0
            if not (math.isfinite(value) and low <= value <= high) or is_open:
                bound = f"above {low:g}" if low == 0.0 else f"at least {low:g}"
                faults.append(
                    f"{name} must be {bound} and at most {high:g} {unit}. Got {value:g}"
                )
        if faults:
            raise ValueError(". ".join(faults) + ".")

    def protocol(self) -> dict[str, str | float]:
        """Give what shapes the cell: every field but the laboratory."""
        values = asdict(self)
        del values["laboratory"]
        return values

    def frame(self, n: int) -> pd.DataFrame:
        """Repeat the conditions over n rows.

        Parameters
        ----------
        n : int
            Number of formulations.

        Returns
        -------
        DataFrame
            One row a formulation, one column a value of `protocol`.
        """
        import pandas as pd

        return pd.DataFrame(
            {key: [value] * n for key, value in self.protocol().items()}
        )

    def __str__(self) -> str:
        """Write the conditions as a caption."""
        known = self.laboratory not in (None, ANY_LABORATORY)
        return (
            f"{self.metal} on {self.collector}, {self.current_density_mA_per_cm2:g} "
            f"mA/cm2, {self.areal_capacity_mAh_per_cm2:g} mAh/cm2, "
            f"{self.temperature_C:g} degC"
            + (f", in laboratory '{self.laboratory}'" if known else "")
        )
