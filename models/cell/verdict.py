"""Say what ends a cell and what to mind: limiting mechanism and flags."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from sodalyte.models.cell.flags import FlagSet
from sodalyte.models.cell.prepared import Prepared
from sodalyte.models.cell.rate import LEAST_USE
from sodalyte.models.cell.stages import LifeFigures, RateFigures

__all__ = ["limiting_mechanism", "raise_flags"]

Array = npt.NDArray[np.float64]
VALID_TEMPERATURE_C = (-55.0, 60.0)
FLAMMABLE_BELOW_C = 60.0  # GHS flammable liquids, categories 1 to 3
VALIDATED_RATE_C = 1.5  # the comparison with the DFN: voltage is biased above
RATE_LIMIT = 0.8


def raise_flags(
    block: Prepared,
    rate: RateFigures,
    life: LifeFigures,
    plating: tuple[Array, Array],
    cycle_life: Array,
) -> FlagSet:
    """Raise every flag that applies.

    Parameters
    ----------
    block, rate, life
        The candidates and their stages at central values.
    plating : (ndarray, ndarray)
        Current over the limiting current, Sand time over the charge time.
    cycle_life : ndarray
        Reported life; infinity where endless.

    Returns
    -------
    FlagSet
    """
    inputs, design = block.inputs, block.design
    cathode = design.material
    ratio, sand = plating
    flags = FlagSet(block.size)
    runs = inputs.runs_probability
    temperature = inputs.temperature_C
    raise_where = flags.raise_where
    raise_where("electrolyte_below_pore_filling", block.is_too_dry)
    raise_where("invalid_input", np.logical_not(block.is_feasible | block.is_too_dry))
    raise_where("endless", np.isinf(cycle_life))
    raise_where("endless_by_efficiency", np.isposinf(inputs.nines))
    raise_where("unlikely_to_run", runs < 0.5)
    raise_where("transference_out_of_range", np.isnan(inputs.transport.transference))
    raise_where("no_formation_capacity", block.first() <= 0.0)
    raise_where("no_capacity_in_window", rate.utilisation <= LEAST_USE)
    raise_where(
        "cutoff_beyond_cathode_window",
        (inputs.upper_cutoff_V > cathode["upper_cutoff_V"] + 1e-9)
        | (inputs.lower_cutoff_V < cathode["lower_cutoff_V"] - 1e-9),
    )
    raise_where("cutoff_above_oxidative_limit", inputs.upper_cutoff_V > inputs.limit_V)
    raise_where("oxidative_limit_not_given", np.isnan(inputs.limit_V))
    raise_where("gas_likely", life.oxidised_share > inputs["oxidation_gas_threshold"])
    raise_where("flammable", inputs.flash_point_C < FLAMMABLE_BELOW_C)
    raise_where("rate_limited", rate.utilisation < RATE_LIMIT)
    raise_where("plating_starved", ratio > 1.0)
    raise_where("dendrite_risk", (ratio > 1.0) & (sand < inputs["sand_margin"]))
    raise_where("high_rate_voltage_biased", inputs.discharge_rate_C > VALIDATED_RATE_C)
    raise_where(
        "zero_current",
        (inputs.discharge_rate_C == 0.0) | (inputs.charge_rate_C == 0.0),
    )
    raise_where(
        "dry_out_before_end",
        life.dry_cycle < np.minimum(life.sodium_life, life.host_life),
    )
    raise_where(
        "temperature_outside_validity",
        (temperature < VALID_TEMPERATURE_C[0]) | (temperature > VALID_TEMPERATURE_C[1]),
    )
    raise_where("properties_moved_in_temperature", inputs.is_moved_in_temperature)
    raise_where("collector_unknown", not block.is_collector_known)
    raise_where("initial_ce_assumed", inputs.is_initial_assumed)
    raise_where(
        "ce_too_coarse", np.logical_and(inputs.is_realistic, inputs.is_ce_coarse)
    )
    raise_where("cathode_supposed_sodiated", cathode.needs_presodiation)
    blended = np.asarray(design.sacrificial_mass_fraction, dtype=float) > 0.0
    raise_where("supply_agent_gas", blended & design.agent.gives_gas)
    raise_where(
        "supply_agent_above_cutoff",
        blended & (design.agent["voltage_V"] > inputs.upper_cutoff_V),
    )
    raise_where("coin_basis", design.format == "coin")
    return flags


def limiting_mechanism(
    block: Prepared, rate: RateFigures, life: LifeFigures
) -> npt.NDArray[np.str_]:
    """Name what ends each cell.

    Parameters
    ----------
    block, rate, life
        The candidates and their stages at central values.

    Returns
    -------
    ndarray of str
        sodium, cathode, oxidation, dry-out, rate, none, does not run, infeasible.
    """
    inputs = block.inputs
    lost = inputs["oxidation_crosstalk"] * life.oxidised_share
    grown = inputs["oxidation_host_growth"] * life.oxidised_share
    first = np.minimum(life.sodium_life, life.host_life)
    by_sodium = np.where(lost > 0.5 * life.loss, "oxidation", "sodium")
    by_host = np.where(grown > 0.5 * life.host_fade, "oxidation", "cathode")
    name = np.where(life.sodium_life <= life.host_life, by_sodium, by_host)
    by_budget = np.where(lost > 0.5 * life.loss, "oxidation", "dry-out")
    name = np.where(life.dry_cycle < first, by_budget, name)
    name = np.where(np.isinf(life.cycle_life), "none", name)
    name = np.where(rate.utilisation < RATE_LIMIT, "rate", name)
    name = np.where(inputs.runs_probability < 0.5, "does not run", name)
    return np.where(
        block.is_feasible, np.broadcast_to(name, (block.size,)), "infeasible"
    )
