"""Names and ratios of a text on their way to amounts."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from sodalyte.datasets.components.names import AmbiguousAlias

MAX_CONCENTRATION = 20.0
"""mol/L or mol/kg; the most concentrated electrolytes printed stay below it."""

CONCENTRATIONS = ("mol_per_L", "mol_per_kg", "mol_per_L_solvent")


@dataclass(slots=True)
class Entry:
    """A name of the text on its way to an amount.

    ``unit`` is one of `CONCENTRATIONS`, "percent" (with ``basis``), "part" (of
    a ratio) or "" while no amount is known. An ionic liquid is a salt until it
    stands in the place of the solvent. ``share`` is the part of a salt in a total
    concentration, ``ambiguity`` what else the spelling could have meant.
    """

    name: str
    is_ionic: bool
    is_after_plus: bool
    start: int
    segment: str
    amount: float = 0.0
    unit: str = ""
    basis: str = ""
    role: str | None = None
    share: float = 0.0
    ambiguity: AmbiguousAlias | None = None


@dataclass(slots=True)
class Ratio:
    """Numbers of a ratio with what they count ("" while that is open)."""

    parts: tuple[float, ...]
    basis: str
    start: int

    @property
    def is_possible(self) -> bool:
        """Whether all parts are positive and finite."""
        return all(0 < part < math.inf for part in self.parts)

    def __str__(self) -> str:
        """Print as 1:1.2:3."""
        return ":".join(f"{part:g}" for part in self.parts)


def trailing_free(entries: Sequence[Entry]) -> list[Entry]:
    """Collect the names without amount since the last one with an amount."""
    free: list[Entry] = []
    for entry in reversed(entries):
        if entry.unit:
            break
        free.append(entry)
    return free[::-1]


def salts_to_split(entries: Sequence[Entry], n: int) -> list[Entry]:
    """Find n last salts of which only the first has a (total) concentration."""
    group = list(entries[-n:])
    if len(group) == n and all(entry.is_ionic for entry in group):
        if group[0].unit in CONCENTRATIONS and not any(e.unit for e in group[1:]):
            return group
    return []


def share_out(entries: Sequence[Entry]) -> str:
    """Divide a total concentration over salts with shares; say so, or "".

    As in 1.6 M (LiFSI0.6-LiTFSI0.4): the first salt carries the total.
    """
    group = [entry for entry in entries if entry.share]
    if not group:
        return ""
    amount, unit = group[0].amount, group[0].unit
    total = math.fsum(entry.share for entry in group)
    for entry in group:
        entry.amount, entry.unit = amount * entry.share / total, unit
    return f"{amount:g} M is the sum over the salts, split by mole"


def has_salt_beside(entries: Sequence[Entry], liquids: Sequence[Entry]) -> bool:
    """Whether one salt with a concentration stands in one group with liquids."""
    if not liquids:
        return False
    before = [e for e in entries if e.start < liquids[0].start]
    return (
        len(before) == 1
        and before[0].is_ionic
        and before[0].unit in CONCENTRATIONS
        and before[0].segment == liquids[0].segment
    )
