"""Give every quantitative relation of the reviews its verdict.

Verdicts: *reproduced* (the model computes it to its printed digits), *input* (the model
takes it or a convention), *observation* (measured; nothing in the model computes it),
*contradicted* (other rows say otherwise).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import numpy as np

from sodalyte.models.cell.constants import (
    metal_capacity_mAh_per_g,
    metal_thickness_um,
)
from sodalyte.models.cell.design import CellDesign
from sodalyte.models.cell.electrolyte import ElectrolyteProperties
from sodalyte.models.cell.inventory import cycle_life, retention
from sodalyte.models.cell.ledger import stack_ledger
from sodalyte.models.cell.model import CellModel
from sodalyte.models.cell.parameters import read_parameter_rows
from sodalyte.models.cell.protocol import Protocol

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["CALCULATIONS", "relation_verdicts"]

Row = Mapping[str, str]


def _numbers(row: Row, key: str = "value_in") -> list[float]:
    return [float(text) for text in re.findall(r"-?\d+(?:\.\d+)?", row[key])]


def _retention_from_ce(row: Row) -> float:
    ce_percent, cycles = _numbers(row)
    result = CellModel("ideal").evaluate(
        ElectrolyteProperties.from_ce_percent(ce_percent),
        protocol=Protocol(cycles=int(cycles)),
    )
    return 100.0 * float(result.capacity_retention[0])


def _retention_over_given_cycles(row: Row) -> float:
    (cycles,) = _numbers(row)
    ce = round(100.0 * 0.8 ** (1.0 / cycles), 1)
    return 100.0 * float(retention(cycles, 1.0 - ce / 100.0))


def _ce_for_retention(row: Row) -> float:
    kept, cycles = _numbers(row)
    return 100.0 * (kept / 100.0) ** (1.0 / cycles)


def _life_identity(row: Row) -> float:
    """Return the model's life over the convention's, 1 where they agree."""
    ce = 0.992  # the efficiency of the same work, R003
    return float(cycle_life(1.0 - ce)[0]) / (np.log(0.8) / np.log(ce))


def _metal_thickness(row: Row) -> float:
    return metal_thickness_um(_numbers(row)[0], _metal(row))


def _metal(row: Row) -> str:
    return "Li" if " Li" in row["quantity_in"] else "Na"


def _linear_fade(row: Row) -> float:
    cycles, kept = _numbers(row)
    return (100.0 - kept) / cycles


def _np_ratio(row: Row) -> float:
    ledger = stack_ledger(CellDesign(), 1.0)
    plated = float(ledger.sodium_um) / metal_thickness_um(1.0)
    return plated / 3.0


def _implied_ce(row: Row) -> float:
    """Return the CE that the retention in the row's note implies."""
    kept, cycles = _numbers({"value_in": row["note"].split("Table 1:")[1]})[:2]
    return 100.0 * (kept / 100.0) ** (1.0 / cycles)


def _standard_potential(row: Row) -> float:
    """Return the median of what the other rows print."""
    from sodalyte.datasets import load_relations

    frame = load_relations().frame
    others = frame[
        (frame["quantity_out"] == row["quantity_out"])
        & (frame["row_id"] != row["row_id"])
    ]
    return float(np.median(others["value_out"].astype(float)))


CALCULATIONS: dict[str, Callable[[Row], float]] = {
    "retention_from_ce": _retention_from_ce,
    "retention_over_given_cycles": _retention_over_given_cycles,
    "ce_for_retention": _ce_for_retention,
    "life_identity": _life_identity,
    "metal_capacity": lambda row: metal_capacity_mAh_per_g("Na"),
    "metal_thickness": _metal_thickness,
    "volume_gain": lambda row: 100.0 / (1.0 - _numbers(row)[0] / 100.0) - 100.0,
    "cost_reduction": lambda row: 100.0 * (1.0 - _numbers(row)[1] / _numbers(row)[0]),
    "linear_fade": _linear_fade,
    "np_ratio": _np_ratio,
    "np_ratio_percent": lambda row: 100.0 * _np_ratio(row),
    "implied_ce": _implied_ce,
    "standard_potential": _standard_potential,
}
"""Calculations by the name in ``parameters/relation_verdicts.csv``."""


def relation_verdicts() -> pd.DataFrame:
    """Return each relation with its verdict, computed and printed value.

    Returns
    -------
    DataFrame
        ``row_id``, ``relation``, ``printed``, ``unit``, ``qualifier``, ``computed``
        (NaN unless reproduced or contradicted), ``agrees`` (rounded to the printed
        digits it is equal, or it keeps the printed bound), ``verdict``, ``reason``,
        ``source``.

    Raises
    ------
    ValueError
        If a relation has no verdict, or a verdict no relation.
    """
    import pandas as pd

    from sodalyte.datasets import load_relations

    frame = load_relations().frame
    verdicts = {
        row["row_id"]: row for row in read_parameter_rows("relation_verdicts.csv")
    }
    odd = set(frame["row_id"]) ^ set(verdicts)
    if odd:
        raise ValueError(
            "Every relation needs one verdict. Without partner: "
            f"{', '.join(sorted(odd)[:5])} ({len(odd)}). Edit "
            "parameters/relation_verdicts.csv."
        )
    rows = []
    for record in frame.fillna("").astype(str).to_dict("records"):
        row = {str(key): str(value) for key, value in record.items()}
        entry = verdicts[row["row_id"]]
        computed = np.nan
        if entry["calculation"]:
            computed = CALCULATIONS[entry["calculation"]](row)
        rows.append(
            {
                "row_id": row["row_id"],
                "relation": f"{row['quantity_in']} {row['value_in']} -> "
                f"{row['quantity_out']}",
                "printed": row["value_out"],
                "unit": row["value_out_unit"],
                "qualifier": row["qualifier"],
                "computed": computed,
                "agrees": _agrees(row, entry, computed),
                "verdict": entry["verdict"],
                "reason": entry["reason"],
                "source": row["source"],
            }
        )
    return pd.DataFrame(rows)


def _agrees(row: Row, entry: Row, computed: float) -> bool | None:
    """Compare at the printed digits; None where nothing is computed."""
    if not entry["calculation"]:
        return None
    decimals = int(entry["printed_decimals"])
    if not row["value_out"]:  # a convention without a number: ratio to it
        return bool(round(computed, decimals) == 1.0)
    printed = float(row["value_out"])
    if row["qualifier"] == ">" and computed > printed:
        return True
    return bool(round(computed, decimals) == printed)
