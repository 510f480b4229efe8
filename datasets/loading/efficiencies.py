"""Load the bundled measurements of Coulombic efficiency."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from sodalyte.datasets.loading.bundled import description_page, read_table
from sodalyte.datasets.loading.dataset import Dataset
from sodalyte.datasets.loading.quantities import QUANTITIES
from sodalyte.datasets.loading.reading import add_formulations

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "CE_COLUMNS",
    "load_anode_free_cells",
    "load_ether_campaign",
    "load_lithium_ce",
    "load_plating_ce",
    "load_plating_ce_literature",
    "load_plating_ce_texts",
]

CE_COLUMNS = (
    "row_id",
    "formulation",
    "formulation_text",
    "metal",
    "collector",
    "collector_coating",
    "cell",
    "current_density_mA_per_cm2",
    "areal_capacity_mAh_per_cm2",
    "temperature_C",
    "method",
    "n_cycles",
    "ce_percent",
    "ce_qualifier",
    "outcome",
    "modifier",
    "work",
    "source",
    "doi",
    "set_name",
    "iteration",
    "note",
)
"""Columns that every set of Coulombic efficiencies has, in this order, first."""


def load_plating_ce() -> Dataset:
    """Load half-cell plating and stripping efficiencies printed in reviews.

    Returns
    -------
    Dataset
        65 rows, most of sodium, some of potassium, zinc and lithium; rows
        without a number (lifetimes, conditions) are kept and flagged in
        ``is_usable`` and ``unusable_reason``.
    """
    return _load_ce("plating_ce")


def load_plating_ce_literature() -> Dataset:
    """Load efficiencies read in the abstracts of primary papers (8 rows).

    Returns
    -------
    Dataset
        Mostly best values, many of them bounds; protocols are often missing.
    """
    return _load_ce("plating_ce_literature")


def load_plating_ce_texts() -> Dataset:
    """Load efficiencies read in the full texts of primary papers (83 rows).

    Returns
    -------
    Dataset
        Carbonates and ethers, several salts, additives and collectors; protocols that
        stand in a supporting information only are missing.
    """
    return _load_ce("plating_ce_texts")


def load_ether_campaign() -> Dataset:
    """Load the sodium closed loop over mixtures of ten ethers.

    Returns
    -------
    Dataset
        40 rows; ``iteration`` 0 is the initial set, 1 to 6 the rounds. The
        salt, its concentration, the collector and the fraction basis are not
        published: what is assumed stands in ``formulation_assumption``.
    """
    return _load_ce("ether_campaign")


def load_lithium_ce() -> Dataset:
    """Load lithium efficiencies on copper, collected by Kim et al. (147 rows).

    Returns
    -------
    Dataset
        ``formulation`` is made from the mole fractions of the collection, the
        one basis that all rows have, after the corrections that
        ``composition_note`` names. ``formulation_reading`` holds the published
        text where that states every amount, for comparison.
    """
    return _load_ce("lithium_ce")


def load_anode_free_cells() -> Dataset:
    """Load anode-free full cells of sodium, lithium, potassium and zinc.

    Returns
    -------
    Dataset
        86 rows; ``ce_percent`` is the average efficiency as printed, a mixture
        of half- and full-cell values, so no row is usable as a plating
        efficiency of the liquid.
    """
    return _load_ce("anode_free_cells")


_FLAG_PREFIXES = ("is_", "has_")
"""Columns of yes and no; "" reads as no."""


def typed(frame: pd.DataFrame) -> pd.DataFrame:
    """Turn the columns of a table of text that are quantities or flags into such.

    Empty cells become NaN (numbers) or ``<NA>`` (counts, an integer type that
    can be empty). Text columns stay text, empty cells ``""``.

    Raises
    ------
    ValueError
        If a cell of a numeric column is not a number; pandas names it.
    """
    import pandas as pd

    frame = frame.copy()
    for column in frame.columns:
        if column in QUANTITIES:
            numbers = pd.to_numeric(frame[column].mask(frame[column] == ""))
            is_count = QUANTITIES[column].is_count
            frame[column] = numbers.astype("Int64" if is_count else "float64")
        elif column.startswith(_FLAG_PREFIXES):
            frame[column] = frame[column] == "True"
    return frame


@functools.cache
def _ce_frame(name: str) -> pd.DataFrame:
    import pandas as pd

    frame = read_table(name)
    frame["set_name"] = name
    if "iteration" not in frame.columns:
        frame["iteration"] = ""
    frame = add_formulations(typed(frame))
    first = list(CE_COLUMNS)
    rest = [column for column in frame.columns if column not in CE_COLUMNS]
    return pd.DataFrame(frame[first + rest])


def _load_ce(name: str) -> Dataset:
    return Dataset(name, _ce_frame(name).copy(), description_page(name))
