"""Place printed specific energies on their mass basis.

Papers print Wh/kg of cathode active material, of the stack or of the cell, often
without saying which. Each anchor is a design stated in ``parameters/anchors.toml``;
the model gives all three with their spread, and the printed number is recognised on
the basis whose 5th to 95th percentile holds it (a bound: that it can reach it).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sodalyte.models.cell.design import CellDesign
from sodalyte.models.cell.electrolyte import ElectrolyteProperties
from sodalyte.models.cell.model import CellModel
from sodalyte.models.cell.parameters import read_parameter_file
from sodalyte.models.cell.protocol import Protocol
from sodalyte.models.cell.result import CellResult

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["BASES", "anchor_result", "energy_anchors"]

BASES = ("active", "stack", "cell")
CE_PERCENT = 99.9  # the energy of the formation discharge does not depend on it


def anchor_result(name: str) -> CellResult:
    """Evaluate one anchor with the realistic profile.

    Parameters
    ----------
    name : str
        Table of ``parameters/anchors.toml``.

    Returns
    -------
    CellResult
    """
    entry: dict[str, Any] = read_parameter_file("anchors.toml")[name]
    return CellModel("realistic").evaluate(
        ElectrolyteProperties.from_ce_percent(CE_PERCENT, **entry["electrolyte"]),
        CellDesign.from_mapping(entry["design"]),
        Protocol(**entry["protocol"]),
    )


def energy_anchors() -> pd.DataFrame:
    """Return printed energies beside the model's on every basis.

    Returns
    -------
    DataFrame
        One row per anchor: ``printed``, ``qualifier``, for each basis the model's
        value, low and high, ``recognised`` (all bases that hold the printed number),
        ``expected`` (the basis we take it for, "none" where no cell reaches it).
    """
    import pandas as pd

    from sodalyte.datasets import load_anode_free_cells

    frame = load_anode_free_cells().frame.set_index("row_id")
    rows = []
    for name, entry in read_parameter_file("anchors.toml").items():
        source = frame.loc[entry["printed_row"]]
        printed = float(source["specific_energy_Wh_per_kg"])
        bound = str(source["specific_energy_qualifier"]) == ">"
        result = anchor_result(name)
        row: dict[str, object] = {
            "anchor": name,
            "printed_Wh_per_kg": printed,
            "qualifier": source["specific_energy_qualifier"],
        }
        found = []
        for basis in BASES:
            key = f"specific_energy_{basis}_Wh_per_kg"
            low, high = float(result.low[key][0]), float(result.high[key][0])
            row[basis] = float(result.values[key][0])
            row[f"{basis}_low"], row[f"{basis}_high"] = low, high
            if printed <= high and (bound or printed >= low):
                found.append(basis)
        row["recognised"] = " ".join(found)
        row["expected"] = entry["basis"]
        row["note"] = entry["note"]
        rows.append(row)
    return pd.DataFrame(rows)
