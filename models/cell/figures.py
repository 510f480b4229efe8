"""Energy, density, cost and fluorine from the stages; one dictionary of arrays."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from sodalyte.models.cell.cost import StackCost, fluorine_mg, pack_cost
from sodalyte.models.cell.design import CellDesign
from sodalyte.models.cell.inputs import CellInputs
from sodalyte.models.cell.ledger import StackLedger
from sodalyte.models.cell.parameters import (
    Parameter,
    parameters_from_mapping,
    read_parameter_file,
)
from sodalyte.models.cell.stages import RateFigures

__all__ = ["FIGURES", "FORMAT_PARTS", "energy_figures", "format_parts"]

Array = npt.NDArray[np.float64]
LEAST_ENERGY_mWh_per_cm2 = 1e-9
LIFE = ("capacity_retention", "cycle_life_80")
ENERGY = (
    "specific_energy_active_Wh_per_kg",
    "specific_energy_stack_Wh_per_kg",
    "specific_energy_cell_Wh_per_kg",
    "energy_density_stack_Wh_per_L",
    "energy_density_cell_Wh_per_L",
    "energy_density_stack_as_built_Wh_per_L",
    "energy_density_cell_as_built_Wh_per_L",
    "average_voltage_V",
    "utilisation",
    "sodium_thickness_um",
    "cost_materials_USD_per_kWh",
    "cost_pack_USD_per_kWh",
    "fluorine_g_per_kWh",
)
FIGURES = LIFE + ENERGY
FORMAT_PARTS = ("mass_fraction", "volume_fraction")


def format_parts(design: CellDesign) -> dict[str, Parameter]:
    """Return the packaging parameters of the design's format."""
    return parameters_from_mapping(
        read_parameter_file("formats.toml")[design.format], design.format
    )


def energy_figures(
    inputs: CellInputs,
    design: CellDesign,
    ledger: StackLedger,
    cost: StackCost,
    rate: RateFigures,
    first_discharge: Array,
    *,
    mass_fraction: npt.ArrayLike,
    volume_fraction: npt.ArrayLike,
) -> dict[str, Array]:
    """Return every figure that rests on the formation discharge.

    Parameters
    ----------
    inputs, design, ledger, cost
        The cell and its sums.
    rate : RateFigures
        Usable capacity and mean voltage.
    first_discharge : ndarray
        Sodium back in the cathode after formation, over its capacity.
    mass_fraction, volume_fraction : array-like
        Share of the stack in the cell.

    Returns
    -------
    dict of str to ndarray
        Keys ``ENERGY``. A cell without energy gets the least energy, so that its
        cost is huge and not infinite; ``CellModel`` empties such rows.
    """
    capacity = np.asarray(design.areal_capacity_mAh_per_cm2, dtype=float)
    delivered = capacity * np.minimum(first_discharge, 1.0) * rate.utilisation
    energy_mWh = delivered * np.nan_to_num(rate.average_voltage_V, nan=0.0)
    energy_mWh = np.maximum(energy_mWh, LEAST_ENERGY_mWh_per_cm2)
    f_m = (
        np.asarray(mass_fraction, dtype=float)
        if design.stack_mass_fraction is None
        else np.asarray(design.stack_mass_fraction, dtype=float)
    )
    f_v = (
        np.asarray(volume_fraction, dtype=float)
        if design.stack_volume_fraction is None
        else np.asarray(design.stack_volume_fraction, dtype=float)
    )
    stack = 1e3 * energy_mWh / ledger.stack_mg
    charged = 1e4 * energy_mWh / ledger.charged_um
    built = 1e4 * energy_mWh / ledger.as_built_um
    material = cost.total / (1e-6 * energy_mWh)
    fluorine = fluorine_mg(design, ledger, inputs.fluorine_mass_fraction)
    return {
        "specific_energy_active_Wh_per_kg": 1e3 * energy_mWh / ledger.active_mg,
        "specific_energy_stack_Wh_per_kg": stack,
        "specific_energy_cell_Wh_per_kg": stack * f_m,
        "energy_density_stack_Wh_per_L": charged,
        "energy_density_cell_Wh_per_L": charged * f_v,
        "energy_density_stack_as_built_Wh_per_L": built,
        "energy_density_cell_as_built_Wh_per_L": built * f_v,
        "average_voltage_V": rate.average_voltage_V,
        "utilisation": rate.utilisation,
        "sodium_thickness_um": ledger.sodium_um,
        "cost_materials_USD_per_kWh": material,
        "cost_pack_USD_per_kWh": pack_cost(design, material)[0],
        "fluorine_g_per_kWh": 1e3 * fluorine / energy_mWh,
    }
