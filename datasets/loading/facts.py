"""Load the other bundled facts: solvation, collectors, lifetimes, economics, rules."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from sodalyte.datasets.loading.bundled import description_page, read_table
from sodalyte.datasets.loading.dataset import Dataset
from sodalyte.datasets.loading.efficiencies import typed
from sodalyte.datasets.loading.reading import add_formulations

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "load_cell_economics",
    "load_current_collectors",
    "load_hard_carbon",
    "load_orbital_energies",
    "load_other_full_cells",
    "load_oxidation_pairs",
    "load_qualitative_rules",
    "load_references",
    "load_relations",
    "load_sei_solvation",
    "load_sodium_electrolytes",
    "load_supply_agents",
    "load_symmetric_cells",
]


def load_sei_solvation() -> Dataset:
    """Load facts on solvation structure and on the interphase (23 rows)."""
    return _load("sei_solvation")


def load_orbital_energies() -> Dataset:
    """Load orbital energies and their orderings, contradictions included (12 rows)."""
    return _load("orbital_energies")


def load_current_collectors() -> Dataset:
    """Load binding energies, overpotentials and foils of collectors (43 rows)."""
    return _load("current_collectors")


def load_symmetric_cells() -> Dataset:
    """Load lifetimes of symmetric sodium cells (41 rows)."""
    return _load("symmetric_cells")


def load_other_full_cells() -> Dataset:
    """Load full cells that are not anode-free (9 rows)."""
    return _load("other_full_cells")


def load_hard_carbon() -> Dataset:
    """Load hard-carbon anodes, for comparison only (18 rows)."""
    return _load("hard_carbon")


def load_cell_economics() -> Dataset:
    """Load energy, cost and life-cycle figures of cells (102 rows)."""
    return _load("cell_economics")


def load_relations() -> Dataset:
    """Load quantitative relations that a cell model must reproduce (43 rows)."""
    return _load("relations")


def load_qualitative_rules() -> Dataset:
    """Load directional claims of the reviews, contradictions included (99 rows)."""
    return _load("qualitative_rules")


def load_sodium_electrolytes() -> Dataset:
    """Load density, conductivity and diffusion of sodium electrolytes (145 rows)."""
    return _load("sodium_electrolytes")


def load_oxidation_pairs() -> Dataset:
    """Load pairs of electrolytes of which one resists oxidation longer (11 rows)."""
    return _load("oxidation_pairs")


def load_references() -> Dataset:
    """Load the citation numbers of the reviews, resolved (253 rows)."""
    return _load("references")


def load_supply_agents() -> Dataset:
    """Load sodium supply agents that are blended into a cathode (6 rows)."""
    return _load("supply_agents")


@functools.cache
def _facts_frame(name: str) -> pd.DataFrame:
    frame = typed(read_table(name))
    frame["set_name"] = name
    if "formulation_reading" in frame.columns:
        frame = add_formulations(frame)
    return frame


def _load(name: str) -> Dataset:
    return Dataset(name, _facts_frame(name).copy(), description_page(name))
