"""The stages of one evaluation: rate, life, energy. Pure functions of arrays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sodalyte.models.cell.budget import dry_out_cycle, knee
from sodalyte.models.cell.constants import LN10, Z_95, ZERO_CELSIUS_K
from sodalyte.models.cell.design import CellDesign
from sodalyte.models.cell.inputs import CellInputs
from sodalyte.models.cell.inventory import SMALL, cycle_life, retention
from sodalyte.models.cell.ledger import StackLedger
from sodalyte.models.cell.oxidation import curve_factor_V, oxidised_share
from sodalyte.models.cell.rate import (
    Discharge,
    PoreGeometry,
    charge_limits,
    discharge,
    usable_discharge,
)
from sodalyte.models.cell.transport import arrhenius

__all__ = [
    "LifeFigures",
    "RateFigures",
    "life_stage",
    "outer_factor",
    "pore_geometry",
    "rate_stage",
    "rest_loss",
]

Array = npt.NDArray[np.float64]
END_OF_LIFE = 0.8
REFERENCE_K = 25.0 + ZERO_CELSIUS_K
REFERENCE_PRESSURE_kPa = 185.0  # the lower of the two of Li 2025, section 4.4


@dataclass(frozen=True)
class RateFigures:
    """Outcome of the rate stage, arrays (n,) or ()."""

    utilisation: Array
    average_voltage_V: Array
    charge_overpotential_V: Array
    depth_fraction: Array
    discharge: Discharge


@dataclass(frozen=True)
class LifeFigures:
    """Outcome of the life stage, arrays (n,) or ()."""

    retention: Array
    cycle_life: Array
    sodium_life: Array
    host_life: Array
    dry_cycle: Array
    loss: Array
    host_fade: Array
    reserve: Array
    first_discharge: Array
    oxidised_share: Array


def pore_geometry(
    design: CellDesign, ledger: StackLedger, bruggeman: float
) -> PoreGeometry:
    """Return separator and cathode in SI units."""
    return PoreGeometry(
        separator_m=1e-6 * np.asarray(design.separator_thickness_um, dtype=float),
        separator_porosity=np.asarray(design.separator_porosity, dtype=float),
        cathode_m=1e-6 * ledger.coating_um,
        cathode_porosity=np.asarray(design.coating_porosity, dtype=float),
        bruggeman=bruggeman,
    )


def rate_stage(
    inputs: CellInputs, design: CellDesign, ledger: StackLedger, z: float = 0.0
) -> RateFigures:
    """Return usable share of the capacity and mean voltage at the given rates.

    Parameters
    ----------
    inputs, design, ledger
        The cell.
    z : float
        Spreads by which transport lies off its central values.

    Returns
    -------
    RateFigures
        Utilisation is of the cathode's own window: upper cut-off by open-circuit
        voltage (the charge ends with a hold), lower cut-off under load.
    """
    cathode = design.material
    transport = inputs.transport_at(z)
    geometry = pore_geometry(design, ledger, inputs["bruggeman_exponent"])
    capacity = np.asarray(design.areal_capacity_mAh_per_cm2, dtype=float)
    kinetic = arrhenius(
        inputs["kinetics_activation_kJ_per_mol"], transport.temperature_K, REFERENCE_K
    )
    solid = arrhenius(
        inputs["solid_activation_kJ_per_mol"], transport.temperature_K, REFERENCE_K
    )

    def run(rate_C: Array) -> Discharge:
        return discharge(
            10.0 * capacity * rate_C,
            geometry,
            transport,
            sodium_exchange_A_per_m2=kinetic
            * inputs["sodium_exchange_current_A_per_m2"],
            cathode_kinetics_A_per_m3=kinetic
            * 1e6
            * cathode["kinetic_current_A_per_cm3"],
            contact_ohm_m2=np.asarray(inputs["contact_resistance_ohm_m2"]),
            sharpness=cathode.front_sharpness,
        )

    out = run(inputs.discharge_rate_C)
    eta = out.overpotential_V
    same = inputs.charge_rate_C is inputs.discharge_rate_C or np.array_equal(
        inputs.charge_rate_C, inputs.discharge_rate_C
    )
    charge_eta = eta if same else run(inputs.charge_rate_C).overpotential_V
    relative = cathode["solid_diffusion_time_h"] / solid * inputs.discharge_rate_C
    falling = cathode.voltage_V[::-1]
    start = np.interp(inputs.upper_cutoff_V, falling, cathode.depth[::-1])
    usable, mean = usable_discharge(
        (cathode.depth, cathode.voltage_V, cathode.cumulative_energy_V),
        out,
        relative,
        start=start,
        lower_cutoff_V=inputs.lower_cutoff_V,
    )
    return RateFigures(usable, mean, charge_eta, out.depth_fraction, out)


def plating_limits(
    inputs: CellInputs, design: CellDesign, ledger: StackLedger
) -> tuple[Array, Array]:
    """Return current over limiting current, and Sand time over charge time."""
    capacity = np.asarray(design.areal_capacity_mAh_per_cm2, dtype=float)
    ratio, sand_h = charge_limits(
        10.0 * capacity * inputs.charge_rate_C,
        pore_geometry(design, ledger, inputs["bruggeman_exponent"]),
        inputs.transport,
    )
    with np.errstate(invalid="ignore"):
        return ratio, sand_h * inputs.charge_rate_C


def initial_efficiency(inputs: CellInputs, uptake: Array, z: float | Array) -> Array:
    """Return formation efficiency; an assumed one also pays the collector's uptake."""
    first = inputs.initial_ce(z)
    return np.maximum(first - uptake, 0.0) if inputs.is_initial_assumed else first


def life_stage(
    inputs: CellInputs,
    design: CellDesign,
    ledger: StackLedger,
    charge_overpotential_V: Array,
    cycles: npt.ArrayLike,
    *,
    uptake: Array,
    widening: float = 1.0,
    z: float | Array = 0.0,
) -> LifeFigures:
    """Return retention and life at one quantile.

    Parameters
    ----------
    inputs, design, ledger
        The cell.
    charge_overpotential_V : ndarray
        From the rate stage.
    cycles : array-like
        Cycles after formation at which the retention is read.
    uptake : ndarray
        Share of the first charge that the collector keeps.
    widening : float
        Factor on the spread between model and cells.
    z : float or ndarray
        Standard normal number; positive is a better cell. All effects move together.

    Returns
    -------
    LifeFigures
    """
    real = inputs.is_realistic
    deficit = 10.0**-inputs.nines
    model_spread = discrepancy(inputs, z, widening) if real else 0.0
    spread = np.hypot(LN10 * inputs.nines_std, model_spread)
    if real and inputs.is_half_cell:
        spread = np.hypot(spread, inputs["half_cell_ln_std"])
    plating = deficit * (inputs["permanent_loss_fraction"] if real else 1.0)
    if real:
        plating = np.where(inputs.is_ce_coarse, 0.0, plating)
        untold = inputs["background_loss_per_cycle"] * np.exp(-z * model_spread)
        loss = untold + plating * np.exp(-z * spread)
        loss = np.minimum(loss * outer_factor(inputs, design, z), 1.0)
    else:
        loss = np.minimum(plating * np.exp(-z * spread), 1.0)
    # An assumed formation efficiency says nothing of one cell's life: keep its centre.
    first = initial_efficiency(inputs, uptake, 0.0 if inputs.is_initial_assumed else z)
    total = (1.0 + ledger.extra_ratio) * first
    reserve = np.maximum(total - 1.0, 0.0)
    host_fade = np.zeros(())
    share = np.zeros(())
    if real:
        share = _oxidised(inputs, design, charge_overpotential_V, z)
        loss = loss + rest_loss(inputs, reserve) + inputs["oxidation_crosstalk"] * share
        loss = np.minimum(loss, 1.0)
        host_fade = _host_fade(design, z) + inputs["oxidation_host_growth"] * share
        host_fade = np.minimum(host_fade, 1.0 - SMALL)
    sodium_life, host_life = cycle_life(loss, host_fade, reserve, END_OF_LIFE)
    kept = retention(cycles, loss, host_fade, reserve)
    life = np.minimum(sodium_life, host_life)
    dry = np.full(np.shape(life), np.inf)
    if real:
        room = _budget(inputs, design, ledger, first, share, loss)
        dry = dry_out_cycle(room, loss, host_fade, reserve)
        scale = inputs["knee_cycles"]
        at_dry = retention(np.where(np.isinf(dry), 0.0, dry), loss, host_fade, reserve)
        after = dry + scale * np.log(np.maximum(at_dry / END_OF_LIFE, 1.0))
        kept = kept * knee(cycles, dry, scale)
        life = np.where(dry < life, np.minimum(life, after), life)
    return LifeFigures(
        kept,
        life,
        sodium_life,
        host_life,
        dry,
        loss,
        host_fade,
        reserve,
        np.minimum(total, 1.0),
        share,
    )


def discrepancy(inputs: CellInputs, z: float | Array, widening: float) -> Array:
    """Return the spread of ln(sodium loss per cycle) between model and cells at z.

    Two pieces: cells that fade faster than the model, and those that fade slower.
    """
    return widening * np.where(
        np.asarray(z) < 0.0,
        inputs["life_ln_std_worse"],
        inputs["life_ln_std_better"],
    )


def outer_factor(
    inputs: CellInputs, design: CellDesign, z: float | Array = 0.0
) -> Array:
    """Return the factor of stack pressure and format on the permanent loss.

    Without a pressure there is no effect of it and no spread.
    """
    exponent = inputs.prior["pressure_exponent"]
    pressure = np.asarray(design.stack_pressure_kPa, dtype=float)
    distance = np.log(pressure / REFERENCE_PRESSURE_kPa)
    factor = np.exp(exponent.value * distance - z * exponent.std * np.abs(distance))
    factor = np.where(np.isnan(pressure), 1.0, factor)
    if design.format != "coin":
        factor = factor * inputs["large_format_loss_factor"]
    return np.asarray(factor)


def rest_loss(inputs: CellInputs, reserve: Array) -> Array:
    """Return what a rest costs per sodium plated; a reserve lies there too."""
    per_hour = inputs["corrosion_per_hour"]
    return np.asarray(per_hour * inputs.rest_h * (1.0 + reserve / 2))


def _host_fade(design: CellDesign, z: float | Array) -> Array:
    """Return the cathode's own fade per cycle at one quantile of its cited range."""
    fade = design.material.parameters["host_fade_per_cycle"]
    spread = np.log(fade.high / fade.low) / (2.0 * Z_95)
    return np.asarray(fade.value * np.exp(-z * spread))


def _oxidised(
    inputs: CellInputs, design: CellDesign, overpotential_V: Array, z: float | Array
) -> Array:
    """Return the oxidised share of a charge at one quantile."""
    slope = inputs["oxidation_slope_V_per_decade"]
    prior = inputs.prior["oxidation_loss_at_limit"]
    own = np.log(prior.high / prior.low) / (2.0 * Z_95)
    level = inputs["oxidation_loss_at_limit"] * np.exp(-z * own)
    # Without a transference number there is no overpotential: count the curve alone.
    overpotential_V = np.nan_to_num(overpotential_V, nan=0.0)
    effective = curve_factor_V(design.material, slope, inputs.upper_cutoff_V)
    return oxidised_share(
        np.minimum(effective + overpotential_V, inputs.upper_cutoff_V),
        inputs.limit_V + z * inputs.limit_std_V,
        inputs.charge_rate_C,
        slope_V_per_decade=slope,
        loss_at_limit=level,
    )


def _budget(
    inputs: CellInputs,
    design: CellDesign,
    ledger: StackLedger,
    first: Array,
    share: Array,
    loss: Array,
) -> Array:
    """Return the sodium loss after formation that the electrolyte can bear."""
    ratio = np.asarray(design.electrolyte_ratio_g_per_Ah, dtype=float)
    spare = (ratio - ledger.pore_filling_g_per_Ah) / inputs.sei_solvent_g_per_Ah
    formation = (1.0 + ledger.extra_ratio) * (1.0 - first)
    direct = (1.0 - inputs["oxidation_crosstalk"]) * share
    weight = 1.0 + direct / np.maximum(loss, SMALL)
    return (spare - formation) / weight
