"""High fidelity for the few at the top: PyBaMM's DFN spliced with the inventory.

PyBaMM has no anode-free cell: its metal electrode is an endless reservoir. So the DFN
gives the discharge curve at the protocol's rate, and the sodium inventory of the fast
model says how much of that curve is left after N cycles.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from sodalyte.models.cell.design import CellDesign
from sodalyte.models.cell.half_cell import HalfCell, import_pybamm, solve_discharge
from sodalyte.models.cell.inputs import CellInputs, cell_inputs
from sodalyte.models.cell.ledger import stack_ledger
from sodalyte.models.cell.result import CellResult
from sodalyte.models.cell.stages import REFERENCE_K
from sodalyte.models.cell.transport import arrhenius

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["refine"]

INACTIVE_SHARE = 0.08  # binder and carbon, of the solid volume


def _half_cell(
    inputs: CellInputs, design: CellDesign, i: int
) -> tuple[HalfCell, float, float]:
    """Build row i as a half cell; also its rate and lower cut-off."""
    ledger = stack_ledger(design, inputs.density_g_per_mL)
    cathode = design.material
    transport = inputs.transport

    def pick(value: npt.ArrayLike) -> float:
        array = np.asarray(value, dtype=float)
        return float(
            array if array.ndim == 0 or (len(array) == 1 and array[0]) else array[i]
        )

    kelvin = transport.temperature_K
    kinetic = arrhenius(inputs["kinetics_activation_kJ_per_mol"], kelvin, REFERENCE_K)
    solid = arrhenius(inputs["solid_activation_kJ_per_mol"], kelvin, REFERENCE_K)
    slope = pick(transport.slope_m3_per_mol)
    base = pick(transport.diffusivity_m2_per_s)
    porosity = pick(design.coating_porosity)
    # One diffusivity that gives a lone particle the fast model's share at this rate:
    # what is compared is the porous electrode and the electrolyte.
    rate_C = pick(inputs.discharge_rate_C)
    solid_time = cathode["solid_diffusion_time_h"] / pick(solid)
    pybamm = import_pybamm()
    cell = HalfCell(
        capacity_Ah_per_m2=10.0 * pick(design.areal_capacity_mAh_per_cm2),
        cathode_m=1e-6 * pick(ledger.coating_um),
        cathode_porosity=porosity,
        active_share=(1.0 - porosity) * (1.0 - INACTIVE_SHARE),
        separator_m=1e-6 * pick(design.separator_thickness_um),
        separator_porosity=pick(design.separator_porosity),
        bruggeman=inputs["bruggeman_exponent"],
        conductivity_S_per_m=pick(transport.conductivity_S_per_m),
        diffusivity_m2_per_s=lambda c: base * pybamm.exp(-slope * (c - 1000.0)),
        transference=pick(transport.transference),
        concentration_mol_per_m3=pick(transport.concentration_mol_per_m3),
        temperature_K=pick(kelvin),
        voltage_V=cathode.voltage_V,
        solid_diffusion_time_h=solid_time / (1.0 + solid_time * rate_C),
        cathode_kinetics_A_per_m3=1e6
        * cathode["kinetic_current_A_per_cm3"]
        * pick(kinetic),
        sodium_exchange_A_per_m2=inputs["sodium_exchange_current_A_per_m2"]
        * pick(kinetic),
        contact_ohm_m2=inputs["contact_resistance_ohm_m2"],
    )
    return cell, rate_C, pick(inputs.lower_cutoff_V)


def refine(
    result: CellResult, top_k: int = 10, *, order: npt.ArrayLike | None = None
) -> pd.DataFrame:
    """Solve the DFN for the best candidates and compare with the fast model.

    Parameters
    ----------
    result : CellResult
        From ``CellModel.evaluate``.
    top_k : int
        How many, at most 50 is sensible: half a second each.
    order : array-like of int, optional
        Rows, best first. Default: by specific energy of the cell.

    Returns
    -------
    DataFrame
        One row per candidate that has figures, in order: ``row`` (position in the
        result), ``utilisation_fast``, ``utilisation_dfn``, ``utilisation_difference``
        (fast minus DFN), ``average_voltage_fast_V``, ``average_voltage_dfn_V``,
        ``average_voltage_difference_V``, ``energy_ratio_fast_to_dfn`` (of the
        formation discharge), ``energy_retention_dfn`` (share of formation energy left
        at ``retention_cycles`` when the curve is cut at the fast model's inventory).
        A candidate without figures has no row.

    Raises
    ------
    ImportError
        If PyBaMM is absent.
    ValueError
        If the result does not carry its design and protocol.
    """
    import pandas as pd

    import_pybamm()
    if result.design is None or result.electrolyte is None or result.protocol is None:
        raise ValueError(
            "refine needs the result of CellModel.evaluate. This one carries no "
            "design. Evaluate again and pass the result on as it is."
        )
    if order is None:
        energy = result.values["specific_energy_cell_Wh_per_kg"]
        order = np.argsort(-np.nan_to_num(energy, nan=-np.inf), kind="stable")
    inputs = cell_inputs(
        result.electrolyte,
        result.design,
        result.protocol,
        result.profile,
        result.priors,
    )
    rows = []
    for i in [int(row) for row in np.asarray(order)[:top_k]]:
        fast_u = float(result.values["utilisation"][i])
        fast_v = float(result.values["average_voltage_V"][i])
        if not np.isfinite(fast_u):
            continue
        cell, rate_C, lower = _half_cell(inputs, result.design, i)
        curve = solve_discharge(cell, max(rate_C, 1e-3), lower)
        kept = float(result.values["capacity_retention"][i])
        left = curve.utilisation * kept
        start, late = curve.mean_voltage_V(), curve.mean_voltage_V(left)
        rows.append(
            {
                "row": i,
                "utilisation_fast": fast_u,
                "utilisation_dfn": curve.utilisation,
                "utilisation_difference": fast_u - curve.utilisation,
                "average_voltage_fast_V": fast_v,
                "average_voltage_dfn_V": start,
                "average_voltage_difference_V": fast_v - start,
                "energy_ratio_fast_to_dfn": fast_u
                * fast_v
                / (curve.utilisation * start),
                "energy_retention_dfn": left * late / (curve.utilisation * start),
                "retention_cycles": result.retention_cycles,
            }
        )
    return pd.DataFrame(rows)
