"""Load the bundled oxidative limits; four quantities that are never mixed."""

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
    "LITHIUM_VS_SODIUM_V",
    "OXIDATION_COLUMNS",
    "load_oxidation_onsets",
    "load_oxidative_limits",
]

LITHIUM_VS_SODIUM_V = 0.33
"""E(Na+/Na) - E(Li+/Li), V: -2.71 and -3.04 V against the standard hydrogen
electrode, CRC Handbook of Chemistry and Physics, Electrochemical Series (water).
In organic solvents the difference shifts by up to about 0.1 V."""

OXIDATION_COLUMNS = (
    "row_id",
    "formulation",
    "formulation_text",
    "quantity",
    "value_V_vs_Na",
    "qualifier",
    "reference_electrode",
    "working_electrode",
    "temperature_C",
    "modifier",
    "work",
    "source",
    "doi",
    "set_name",
    "note",
)
"""Columns that both sets of oxidative limits have, in this order, first."""

_OFFSET_V = {
    "Na/Na+": 0.0,
    "full-cell voltage (vs in-situ Na)": 0.0,
    "Li/Li+": -LITHIUM_VS_SODIUM_V,
}


def load_oxidative_limits() -> Dataset:
    """Load onsets, windows, usable and failing cut-offs (50 rows).

    Returns
    -------
    Dataset
        ``quantity`` says which of the different quantities a row holds. Values
        against lithium are lowered by 0.33 V to stand against sodium;
        ``value_V_published`` keeps the printed one. A full cell whose negative
        is plated sodium is taken as measured against sodium. NaN where the
        source states no reference.
    """
    return _load_oxidation("oxidative_limits")


def load_oxidation_onsets() -> Dataset:
    """Load measured oxidation onsets of 14 solvents on glassy carbon.

    Returns
    -------
    Dataset
        The solutions hold 0.65 M Et4NBF4 and no alkali salt: upper bounds for
        electrolytes with one, meant for rank.
    """
    return _load_oxidation("oxidation_onsets")


@functools.cache
def _oxidation_frame(name: str) -> pd.DataFrame:
    import pandas as pd

    frame = typed(read_table(name))
    frame["set_name"] = name
    offset = frame["reference_electrode"].map(_OFFSET_V)
    frame["value_V_vs_Na"] = (frame["value_V_published"] + offset).round(3)
    frame = add_formulations(frame)
    first = list(OXIDATION_COLUMNS)
    rest = [column for column in frame.columns if column not in first]
    return pd.DataFrame(frame[first + rest])


def _load_oxidation(name: str) -> Dataset:
    return Dataset(name, _oxidation_frame(name).copy(), description_page(name))
