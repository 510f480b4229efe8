"""Mass and thickness of everything between two cell centres, per cm2 of face.

Foils are coated on both sides, so a face carries half of each. Masses in mg/cm2,
thicknesses in um. The active mass is that of the cathode without the extra sodium it
may bring, which is an item of its own.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sodalyte.models.cell.collectors import resolve_collector
from sodalyte.models.cell.constants import (
    SODIUM_CAPACITY_mAh_per_g,
    metal_thickness_um,
)
from sodalyte.models.cell.design import CellDesign
from sodalyte.models.cell.parameters import (
    Parameter,
    parameters_from_mapping,
    read_parameter_file,
)

__all__ = ["StackLedger", "materials", "stack_ledger"]

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class StackLedger:
    """Masses (mg/cm2) and thicknesses (um) of one repeat unit, arrays (n,) or ()."""

    active_mg: Array
    extra_sodium_mg: Array
    binder_mg: Array
    carbon_mg: Array
    sacrificial_mg: Array
    positive_foil_mg: Array
    negative_foil_mg: Array
    negative_coating_mg: Array
    separator_mg: Array
    electrolyte_mg: Array
    coating_um: Array
    positive_foil_um: Array
    negative_foil_um: Array
    separator_um: Array
    sodium_um: Array
    pore_filling_g_per_Ah: Array
    extra_ratio: Array

    @property
    def stack_mg(self) -> Array:
        """Mass of the repeat unit, electrolyte included."""
        return np.asarray(
            self.active_mg
            + self.extra_sodium_mg
            + self.binder_mg
            + self.carbon_mg
            + self.sacrificial_mg
            + self.positive_foil_mg
            + self.negative_foil_mg
            + self.negative_coating_mg
            + self.separator_mg
            + self.electrolyte_mg
        )

    @property
    def as_built_um(self) -> Array:
        """Thickness before the first charge."""
        return np.asarray(
            self.coating_um
            + self.positive_foil_um
            + self.negative_foil_um
            + self.separator_um
        )

    @property
    def charged_um(self) -> Array:
        """Thickness with the sodium plated."""
        return np.asarray(self.as_built_um + self.sodium_um)


def materials() -> dict[str, Parameter]:
    """Return the passive materials of ``parameters/materials.toml``."""
    return parameters_from_mapping(
        read_parameter_file("materials.toml"), "materials.toml"
    )


def stack_ledger(design: CellDesign, density_g_per_mL: npt.ArrayLike) -> StackLedger:
    """Weigh and measure one repeat unit.

    Parameters
    ----------
    design : CellDesign
        The cell.
    density_g_per_mL : array-like
        Density of the electrolyte, for the pore filling.

    Returns
    -------
    StackLedger
    """
    cathode, agent = design.material, design.agent
    part = {name: parameter.value for name, parameter in materials().items()}
    capacity = np.asarray(design.areal_capacity_mAh_per_cm2, dtype=float)
    share = np.asarray(design.active_mass_fraction, dtype=float)
    binder = np.asarray(design.binder_mass_fraction, dtype=float)
    sacrificial = np.asarray(design.sacrificial_mass_fraction, dtype=float)
    carbon = np.maximum(1.0 - share - binder - sacrificial, 0.0)
    active_mg = 1e3 * capacity / cathode["capacity_mAh_per_g"]
    coating_mg = active_mg / share
    solid_volume = (
        share / cathode["crystal_density_g_per_cm3"]
        + binder / part["binder_density_g_per_cm3"]
        + carbon / part["carbon_density_g_per_cm3"]
        + sacrificial / agent["density_g_per_cm3"]
    )
    porosity = np.asarray(design.coating_porosity, dtype=float)
    coating_um = 10.0 * coating_mg * solid_volume / (1.0 - porosity)
    negative = resolve_collector(design.collector)
    positive = resolve_collector(design.positive_collector)
    negative_um = _thickness(design.collector_thickness_um, negative["thickness_um"])
    positive_um = _thickness(
        design.positive_collector_thickness_um, positive["thickness_um"]
    )
    separator_um = np.asarray(design.separator_thickness_um, dtype=float)
    separator_porosity = np.asarray(design.separator_porosity, dtype=float)
    pore_um = coating_um * porosity + separator_um * separator_porosity
    extra = cathode.extra_ratio + (
        coating_mg * sacrificial * agent.usable_capacity_mAh_per_g
    ) / (1e3 * capacity)
    return StackLedger(
        active_mg=active_mg,
        extra_sodium_mg=1e3
        * capacity
        * cathode.extra_ratio
        / SODIUM_CAPACITY_mAh_per_g,
        binder_mg=coating_mg * binder,
        carbon_mg=coating_mg * carbon,
        sacrificial_mg=coating_mg * sacrificial,
        positive_foil_mg=0.05 * positive_um * positive["density_g_per_cm3"],
        negative_foil_mg=0.05 * negative_um * negative["density_g_per_cm3"],
        negative_coating_mg=np.asarray(0.1 * negative["coating_g_per_m2"]),
        separator_mg=0.1
        * separator_um
        * (1.0 - separator_porosity)
        * part["separator_density_g_per_cm3"],
        electrolyte_mg=np.asarray(design.electrolyte_ratio_g_per_Ah, dtype=float)
        * capacity,
        coating_um=coating_um,
        positive_foil_um=0.5 * positive_um,
        negative_foil_um=0.5 * negative_um,
        separator_um=separator_um,
        sodium_um=np.asarray(
            metal_thickness_um(1.0)
            * capacity
            * (1.0 + extra)
            / (1.0 - np.asarray(design.sodium_porosity, dtype=float))
        ),
        pore_filling_g_per_Ah=0.1 * pore_um * np.asarray(density_g_per_mL) / capacity,
        extra_ratio=np.asarray(extra),
    )


def _thickness(given: npt.ArrayLike | None, default: float) -> Array:
    return np.asarray(default if given is None else given, dtype=float)
