"""Place printed specific energies on their mass basis, with nothing fitted.

Papers print Wh/kg of cathode active material, of the stack or of the cell, often
without saying which, and hardly ever the loading, the electrolyte or the rate. What is
printed stands in ``parameters/anchors.toml``; the rest is drawn over the ranges of
``parameters/anchor_ranges.toml``, of the cathode, of the format and of the priors. The
model then gives a band for each basis, and the printed number is recognised on those
whose 5th to 95th percentile holds it (a bound: that the band reaches it).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from sodalyte.models.cell.cathodes import Cathode, resolve_cathode
from sodalyte.models.cell.constants import Z_95
from sodalyte.models.cell.design import CellDesign
from sodalyte.models.cell.electrolyte import (
    ElectrolyteProperties,
    reference_electrolyte,
)
from sodalyte.models.cell.inputs import priors
from sodalyte.models.cell.model import CellModel
from sodalyte.models.cell.parameters import (
    Parameter,
    parameters_from_mapping,
    read_parameter_file,
    read_parameter_rows,
)
from sodalyte.models.cell.protocol import Protocol
from sodalyte.models.cell.result import CellResult
from sodalyte.models.cell.uncertainty import normal_draws

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["BASES", "cold_cells", "drawn_cells", "energy_anchors"]

Array = npt.NDArray[np.float64]
BASES = ("active", "stack", "cell")
CE_PERCENT = 99.9  # the energy of the formation discharge does not depend on it
N_OUTER = 32  # draws of cathode and priors; each is one evaluation
N_INNER = 32  # designs and electrolytes per evaluation
PRIORS = (
    "conductivity_activation_kJ_per_mol",
    "kinetics_activation_kJ_per_mol",
    "solid_activation_kJ_per_mol",
    "nernst_einstein_ratio",
    "contact_resistance_ohm_m2",
    "sodium_exchange_current_A_per_m2",
)
CATHODE_PARTS = (
    "capacity_mAh_per_g",
    "mean_voltage_V",
    "solid_diffusion_time_h",
    "kinetic_current_A_per_cm3",
)
ELECTROLYTE_PARTS = ("conductivity_mS_per_cm", "transference_number")


@dataclass(frozen=True)
class AnchorCell:
    """What is printed of a cell; the rest is drawn."""

    kind: str
    cathode: str
    format: str
    temperature_C: float = 25.0


def _at(parameter: Parameter, z: npt.ArrayLike) -> Array:
    """Return a parameter z standard deviations off, low and high at 1.645.

    Along the logarithm where the whole range is positive, else along the value.
    """
    low, middle, high = parameter.low, parameter.value, parameter.high
    z = np.asarray(z, dtype=float) / Z_95
    if low > 0.0:
        step = np.where(z < 0.0, np.log(middle / low), np.log(high / middle))
        return np.asarray(middle * np.exp(z * step))
    return np.asarray(middle + z * np.where(z < 0.0, middle - low, high - middle))


def _drawn_cathode(cathode: Cathode, z: Array) -> Cathode:
    """Return the cathode with its uncertain parts moved; the curve moves as a whole."""
    moved = dict(cathode.parameters)
    for name, value in zip(CATHODE_PARTS, z.tolist(), strict=True):
        part = moved[name]
        new = float(_at(part, value))
        moved[name] = replace(
            part, value=new, low=min(new, part.low), high=max(new, part.high)
        )
    shift = moved["mean_voltage_V"].value - cathode["mean_voltage_V"]
    inner = cathode.voltage_V + shift
    curve = np.clip(inner, cathode["lower_cutoff_V"], cathode["upper_cutoff_V"])
    return replace(cathode, parameters=moved, voltage_V=curve)


def _outer_draws(cell: AnchorCell) -> Iterator[tuple[CellModel, Cathode]]:
    """Draw priors and cathode."""
    known, cathode = priors(), resolve_cathode(cell.cathode)
    width = len(PRIORS) + len(CATHODE_PARTS)
    for row in normal_draws(N_OUTER, width, random_state=0):
        values = {
            name: float(_at(known[name], z))
            for name, z in zip(PRIORS, row[: len(PRIORS)].tolist(), strict=True)
        }
        model = CellModel("realistic", values)
        yield model, _drawn_cathode(cathode, row[len(PRIORS) :])


def drawn_cells(cell: AnchorCell) -> list[CellResult]:
    """Evaluate a cell over everything that its source does not print.

    Parameters
    ----------
    cell : AnchorCell
        What is printed.

    Returns
    -------
    list of CellResult
        One per draw of priors and cathode, each over many designs.
    """
    ranges = parameters_from_mapping(
        read_parameter_file("anchor_ranges.toml")[cell.kind], cell.kind
    )
    share = parameters_from_mapping(
        read_parameter_file("formats.toml")[cell.format], cell.format
    )["mass_fraction"]
    liquid = reference_electrolyte()
    names = [*ranges, *ELECTROLYTE_PARTS, "share"]
    known = {**ranges, **liquid, "share": share}
    results = []
    for seed, (model, cathode) in enumerate(_outer_draws(cell), start=1):
        draws = normal_draws(N_INNER, len(names), random_state=seed).T
        drawn = {
            name: _at(known[name], z) for name, z in zip(names, draws, strict=True)
        }
        rate = drawn["rate_C"]
        results.append(
            model.evaluate(
                ElectrolyteProperties.from_ce_percent(
                    CE_PERCENT,
                    initial_ce_percent=np.minimum(drawn["initial_ce_percent"], 100.0),
                    **{name: drawn[name] for name in ELECTROLYTE_PARTS},
                ),
                _design(cell, cathode, drawn),
                Protocol(
                    charge_rate_C=rate,
                    discharge_rate_C=rate,
                    temperature_C=cell.temperature_C,
                ),
                with_spread=False,
            )
        )
    return results


def _design(
    cell: AnchorCell, cathode: Cathode, drawn: Mapping[str, Array]
) -> CellDesign:
    active = np.minimum(drawn["active_mass_fraction"], 0.97)
    return CellDesign(
        cathode=cathode,
        areal_capacity_mAh_per_cm2=drawn["areal_capacity_mAh_per_cm2"],
        electrolyte_ratio_g_per_Ah=drawn["electrolyte_ratio_g_per_Ah"],
        active_mass_fraction=active,
        binder_mass_fraction=0.5 * (1.0 - active),
        format=cell.format,
        stack_mass_fraction=np.minimum(drawn["share"], 1.0),
    )


def _pooled(results: list[CellResult], figure: str) -> Array:
    """Return a figure over all draws that can be built; no capacity counts as 0."""
    found = []
    for result in results:
        wet = [
            "electrolyte_below_pore_filling" not in result.flags(i)
            for i in range(len(result))
        ]
        found.append(np.nan_to_num(result.values[figure][np.array(wet)], nan=0.0))
    return np.concatenate(found)


def _printed_energies() -> dict[str, tuple[float, str]]:
    """Return Wh/kg and qualifier of every row that prints one, by row id."""
    from sodalyte.datasets import load_anode_free_cells, load_cell_economics

    cells = load_anode_free_cells().frame
    cells = cells[cells["specific_energy_Wh_per_kg"].notna()]
    reviews = load_cell_economics().frame
    reviews = reviews[reviews["quantity"] == "specific_energy"]
    columns = (
        (cells, "specific_energy_Wh_per_kg", "specific_energy_qualifier"),
        (reviews, "value", "qualifier"),
    )
    return {
        str(row_id): (float(value), str(qualifier))
        for frame, number, mark in columns
        for row_id, value, qualifier in zip(
            frame["row_id"], frame[number], frame[mark], strict=True
        )
    }


def energy_anchors() -> pd.DataFrame:
    """Return printed energies beside the model's band on every basis.

    Returns
    -------
    DataFrame
        One row per anchor: ``printed_Wh_per_kg``, ``qualifier``, for each basis the
        median, ``_low`` and ``_high`` (5th and 95th percentile over all that is not
        printed) and ``_share_above`` (of the draws at or above the printed number),
        ``recognised`` (all bases whose band holds it), ``expected`` (the basis we take
        it for, "none" where no cell reaches it), ``note``.
    """
    import pandas as pd

    known = _printed_energies()
    rows = []
    for name, entry in read_parameter_file("anchors.toml").items():
        printed, qualifier = known[entry["printed_row"]]
        bound = qualifier == ">"
        row: dict[str, object] = {
            "anchor": name,
            "printed_Wh_per_kg": printed,
            "qualifier": qualifier,
        }
        found = []
        results = [result for cell in _cells(entry) for result in drawn_cells(cell)]
        for basis in BASES:
            energies = _pooled(results, f"specific_energy_{basis}_Wh_per_kg")
            low, middle, high = np.quantile(energies, [0.05, 0.5, 0.95])
            row[basis] = float(middle)
            row[f"{basis}_low"], row[f"{basis}_high"] = float(low), float(high)
            row[f"{basis}_share_above"] = float((energies >= printed).mean())
            if printed <= high and (bound or printed >= low):
                found.append(basis)
        row["recognised"] = " ".join(found)
        row["expected"] = entry["basis"]
        row["note"] = entry["note"]
        rows.append(row)
    return pd.DataFrame(rows)


def _cells(entry: Mapping[str, Any]) -> list[AnchorCell]:
    temperature_C = float(entry.get("temperature_C", 25.0))
    return [
        AnchorCell(entry["kind"], key, entry["format"], temperature_C)
        for key in entry["cathodes"]
    ]


def cold_cells() -> pd.DataFrame:
    """Return the capacity that published cells keep in the cold beside the model's.

    Returns
    -------
    DataFrame
        One row per printed share: ``label``, ``temperature_C``, ``printed_percent``,
        the model's median, ``low`` and ``high`` (5th and 95th percentile over all that
        is not printed), ``is_inside``, ``source``. A share is the utilisation at the
        temperature over that of the same draw at 25 degC.
    """
    import pandas as pd

    rows = []
    for entry in read_parameter_rows("cold_cells.csv"):
        cell = AnchorCell(
            entry["kind"],
            entry["cathode"],
            entry["format"],
            float(entry["temperature_C"]),
        )
        pairs = zip(
            drawn_cells(cell),
            drawn_cells(replace(cell, temperature_C=25.0)),
            strict=True,
        )
        shares = np.concatenate(
            [
                100.0 * cold.values["utilisation"] / warm.values["utilisation"]
                for cold, warm in pairs
            ]
        )
        shares = shares[np.isfinite(shares)]
        low, middle, high = np.quantile(shares, [0.05, 0.5, 0.95])
        printed = float(entry["capacity_share_percent"])
        rows.append(
            {
                "label": entry["label"],
                "temperature_C": cell.temperature_C,
                "printed_percent": printed,
                "median": float(middle),
                "low": float(low),
                "high": float(high),
                "is_inside": bool(low <= printed <= high),
                "source": entry["source"],
            }
        )
    return pd.DataFrame(rows)
