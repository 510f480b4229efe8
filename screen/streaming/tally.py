"""What a screening remembers of millions: the best rows and the Pareto front.

Tallies of any parts of the rows merge, in any order, to the tally of all rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

import numpy as np

from sodalyte.screen.choosing.pareto import pareto_mask

if TYPE_CHECKING:
    import pandas as pd

    from sodalyte.datasets.formulations.array import FormulationArray

__all__ = ["Entry", "Rejected", "Tally", "tally_block"]

MOST_REJECTED = 1_000  # rejected rows that are listed; all are counted


@dataclass(frozen=True)
class Entry:
    """One judged row.

    Parameters
    ----------
    row : int
        Its number in the source, from 0.
    key : str
        Hash of the recipe: equal for equal recipes.
    score, score_std : float
        Mean and standard deviation of the desirability.
    objectives : tuple of float
        Larger is better.
    """

    row: int
    key: str
    score: float
    score_std: float
    objectives: tuple[float, ...]


@dataclass(frozen=True, order=True)
class Rejected:
    """A row that could not be judged, and why."""

    row: int
    what: str
    reason: str


@dataclass(frozen=True)
class Tally:
    """The best of some rows.

    Parameters
    ----------
    size : int
        How many of the best are kept, >= 1.
    screened : int
        Rows judged.
    top : tuple of Entry
        Distinct recipes by falling score; of equal scores the lower row first.
    front : tuple of Entry
        Rows no other dominates; of rows with equal objectives the lowest.
    rejected : tuple of Rejected
        The first thousand by row.
    n_rejected : int
    """

    size: int
    screened: int = 0
    top: tuple[Entry, ...] = ()
    front: tuple[Entry, ...] = ()
    rejected: tuple[Rejected, ...] = ()
    n_rejected: int = 0

    def merge(self, other: Tally) -> Tally:
        """Join two tallies of different rows; the order does not matter.

        Raises
        ------
        ValueError
            If they keep different numbers of the best.
        """
        if self.size != other.size:
            raise ValueError(
                "Tallies that merge must keep as many of the best. Got "
                f"{self.size} and {other.size}. Start the screening anew."
            )
        return Tally(
            self.size,
            self.screened + other.screened,
            _best([*self.top, *other.top], self.size),
            _front([*self.front, *other.front]),
            tuple(sorted([*self.rejected, *other.rejected])[:MOST_REJECTED]),
            self.n_rejected + other.n_rejected,
        )

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON; floats come back exactly."""
        return asdict(self)

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> Tally:
        """Read what `to_dict` gave.

        Raises
        ------
        KeyError, TypeError, ValueError
            If something is missing or of another kind.
        """
        return cls(
            int(content["size"]),
            int(content["screened"]),
            tuple(_entry(item) for item in content["top"]),
            tuple(_entry(item) for item in content["front"]),
            tuple(Rejected(**item) for item in content["rejected"]),
            int(content["n_rejected"]),
        )


def tally_block(
    rows: np.ndarray,
    candidates: FormulationArray,
    table: pd.DataFrame,
    objectives: tuple[str, ...],
    size: int,
) -> Tally:
    """Keep the best of one judged block.

    Parameters
    ----------
    rows : ndarray of int, shape (n,)
        Row numbers in the source.
    candidates : FormulationArray of length m >= n
        Only the first n count; the rest fill the block up to its fixed shape.
    table : DataFrame of m rows
        ``score_mean``, ``score_std`` and the objectives.
    objectives : tuple of str
        Columns of the Pareto front.
    size : int
        How many of the best to keep.

    Returns
    -------
    Tally
    """
    n = len(rows)
    score = table["score_mean"].to_numpy()[:n]
    std = table["score_std"].to_numpy()[:n]
    values = table[list(objectives)].to_numpy()[:n]

    def entry(i: int) -> Entry:
        key = recipe_key(candidates, i)
        goals = tuple(float(value) for value in values[i])
        return Entry(int(rows[i]), key, float(score[i]), float(std[i]), goals)

    top: dict[str, Entry] = {}
    for i in np.lexsort((rows, -score)):
        if len(top) == size:
            break
        found = entry(int(i))
        top.setdefault(found.key, found)
    front = [entry(int(i)) for i in np.flatnonzero(pareto_mask(values))]
    return Tally(size, n, tuple(top.values()), _front(front))


def recipe_key(candidates: FormulationArray, i: int) -> str:
    """Hash the molecules, roles and amounts of one candidate."""
    fractions = candidates.mole_fractions[i]
    parts = sorted(
        (component.smiles, component.role, f"{fraction:.10g}")
        for component, fraction in zip(candidates.components, fractions, strict=True)
        if fraction > 0.0
    )
    return blake2b(repr(parts).encode(), digest_size=16).hexdigest()


def _best(entries: Iterable[Entry], size: int) -> tuple[Entry, ...]:
    """Sort by falling score and row; keep the first of every recipe."""
    kept: dict[str, Entry] = {}
    for entry in sorted(entries, key=lambda entry: (-entry.score, entry.row)):
        kept.setdefault(entry.key, entry)
    return tuple(kept.values())[:size]


def _front(entries: list[Entry]) -> tuple[Entry, ...]:
    """Drop dominated rows; keep the lowest row of equal objectives."""
    lowest: dict[tuple[float, ...], Entry] = {}
    for entry in sorted(entries, key=lambda entry: entry.row):
        lowest.setdefault(entry.objectives, entry)
    distinct = list(lowest.values())
    if not distinct:
        return ()
    mask = pareto_mask(np.array([entry.objectives for entry in distinct]))
    return tuple(entry for entry, good in zip(distinct, mask, strict=True) if good)


def _entry(content: Mapping[str, Any]) -> Entry:
    return Entry(
        int(content["row"]),
        str(content["key"]),
        float(content["score"]),
        float(content["score_std"]),
        tuple(float(value) for value in content["objectives"]),
    )
