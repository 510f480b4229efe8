"""Name every measured quantity once, with its unit, its meaning and its range."""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from types import MappingProxyType

__all__ = ["QUANTITIES", "Quantity"]


@dataclass(frozen=True, slots=True)
class Quantity:
    """One quantity of the house.

    Parameters
    ----------
    name : str
        Column, argument and attribute name; ends in the unit.
    unit : str
        The one unit in which the quantity is held, ``"1"`` if it has none.
    meaning : str
        What it is, in one line.
    low, high : float
        Values outside [low, high] are faults; -inf and inf where any is possible.
    is_count : bool
        True for whole numbers.

    Raises
    ------
    ValueError
        If `low` exceeds `high`, or name or meaning is empty.
    """

    name: str
    unit: str
    meaning: str
    low: float = -math.inf
    high: float = math.inf
    is_count: bool = False

    def __post_init__(self) -> None:
        """Check name, meaning and range."""
        if not self.name or not self.meaning:
            raise ValueError(
                f"A Quantity needs a name and a meaning; got {self.name!r} and "
                f"{self.meaning!r}. Fill both."
            )
        if not self.low <= self.high:
            raise ValueError(
                f"low must not exceed high. {self.name!r} has low {self.low} and "
                f"high {self.high}. Exchange them."
            )

    def __contains__(self, value: float) -> bool:
        """Return whether a value lies in the range."""
        return self.low <= value <= self.high


def _read() -> Mapping[str, Quantity]:
    path = files("sodalyte.datasets").joinpath("tables", "quantities.csv")
    with path.open("r", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    return MappingProxyType(
        {
            row["name"]: Quantity(
                row["name"],
                row["unit"],
                row["meaning"],
                float(row["low"]) if row["low"] else -math.inf,
                float(row["high"]) if row["high"] else math.inf,
                row["kind"] == "count",
            )
            for row in rows
        }
    )


QUANTITIES: Mapping[str, Quantity] = _read()
"""Every quantity by name; read-only."""
