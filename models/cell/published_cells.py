"""The published anode-free sodium cells that the realistic profile is held against."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from sodalyte.models.cell.design import CellDesign
from sodalyte.models.cell.ledger import stack_ledger
from sodalyte.models.cell.parameters import read_parameter_rows

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["flooded_design", "records", "sodium_cells"]

FLOODED_g_per_Ah = 100.0  # coin cells: 30 to 500 g/Ah, they never run dry


def sodium_cells() -> pd.DataFrame:
    """Return the sodium cells that print efficiency, retention and cycles.

    Returns
    -------
    DataFrame
        ``row_id``, ``work``, ``collector``, ``cathode_key``,
        ``sacrificial_mass_fraction``, ``supply_agent``, ``cycles``, ``retention``,
        ``ce_percent``, ``initial_ce_percent``, ``ce_resolution_percent`` (1 where no
        decimal is printed), ``reserve`` (sodium beyond the cathode's capacity, from
        cathode and printed initial efficiency).

    Raises
    ------
    ValueError
        If a cathode text has no parameter set; names them.
    """
    from sodalyte.datasets import load_anode_free_cells

    frame = load_anode_free_cells().frame
    kept = frame[
        (frame["metal"] == "Na")
        & frame["ce_percent"].notna()
        & frame["retention_percent"].notna()
        & frame["retention_cycles"].notna()
    ].reset_index(drop=True)
    table = {
        row["cathode"]: row for row in read_parameter_rows("anode_free_cathodes.csv")
    }
    unknown = sorted(set(kept["cathode"]) - set(table))
    if unknown:
        raise ValueError(
            "Every cathode text of the anode-free cells needs a parameter set. "
            f"{len(unknown)} have none: {'; '.join(unknown[:5])}. Add them to "
            "parameters/anode_free_cathodes.csv."
        )
    ce = kept["ce_percent"].to_numpy(dtype=float)
    cells = kept[["row_id", "work", "collector"]].copy()
    cells["cathode_key"] = [table[text]["key"] for text in kept["cathode"]]
    cells["sacrificial_mass_fraction"] = [
        float(table[text]["sacrificial_mass_fraction"]) for text in kept["cathode"]
    ]
    cells["supply_agent"] = [table[text]["supply_agent"] for text in kept["cathode"]]
    cells["cycles"] = kept["retention_cycles"].to_numpy(dtype=float)
    cells["retention"] = kept["retention_percent"].to_numpy(dtype=float) / 100.0
    cells["ce_percent"] = ce
    cells["initial_ce_percent"] = kept["initial_ce_percent"].to_numpy(dtype=float)
    cells["ce_resolution_percent"] = np.where(ce == np.round(ce), 1.0, 0.1)
    cells["reserve"] = [_reserve(row) for row in records(cells)]
    return cells


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a table as mappings by column name."""
    return [
        {str(key): value for key, value in row.items()}
        for row in frame.to_dict("records")
    ]


def flooded_design(row: Mapping[str, Any]) -> CellDesign:
    """Return a coin cell that never runs dry, with the row's cathode and collector."""
    share = float(row["sacrificial_mass_fraction"])
    return CellDesign(
        cathode=str(row["cathode_key"]),
        collector=str(row["collector"]),
        electrolyte_ratio_g_per_Ah=FLOODED_g_per_Ah,
        active_mass_fraction=0.94 - share,
        supply_agent=str(row["supply_agent"]),
        sacrificial_mass_fraction=share,
        format="coin",
    )


def _reserve(row: Mapping[str, Any]) -> float:
    extra = float(stack_ledger(flooded_design(row), 1.0).extra_ratio)
    first = float(row["initial_ce_percent"]) / 100.0
    return max((1.0 + extra) * first - 1.0, 0.0)
