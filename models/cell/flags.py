"""Warnings that a result carries, as bits: cheap for a million candidates."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["FLAGS", "FlagSet", "flag_names"]

FLAGS: dict[str, str] = {
    "invalid_input": "a needed input is missing or out of range; figures are empty",
    "endless": "nothing in the model ends the cell",
    "endless_by_efficiency": "the stated efficiency alone never ends the cell",
    "unlikely_to_run": "the cell fails to run with a probability above one half",
    "electrolyte_below_pore_filling": "less electrolyte than the pores hold",
    "transference_out_of_range": "transference number not in (0, 1)",
    "no_formation_capacity": "no sodium comes back in formation; no energy figures",
    "no_capacity_in_window": "cut-offs and rate leave no capacity; no energy figures",
    "cutoff_beyond_cathode_window": "a cut-off lies outside the cathode's curve",
    "cutoff_above_oxidative_limit": "upper cut-off above the oxidative limit",
    "oxidative_limit_not_given": "no oxidative limit given; no oxidation counted",
    "gas_likely": "oxidised charge per cycle above the gas threshold",
    "flammable": "flash point below 60 degC",
    "rate_limited": "less than 80 % of the capacity is usable at this rate",
    "plating_starved": "charge current above the limiting current of plating",
    "dendrite_risk": "above the limiting current and Sand time shorter than the charge",
    "high_rate_voltage_biased": "above 1.5 C the mean voltage is not validated",
    "may_give_no_energy": "5th percentile below 5 % of the energy; cost has no end",
    "zero_current": "no current: equilibrium figures, no time-dependent loss",
    "dry_out_before_end": "electrolyte is used up before 80 % is reached",
    "temperature_outside_validity": "outside -55 to 60 degC",
    "properties_moved_in_temperature": "transport moved by Arrhenius factors",
    "collector_unknown": "collector not in the table; a stand-in with more spread",
    "initial_ce_assumed": "no initial CE given; the population of papers is used",
    "ce_too_coarse": "CE known to no better than 0.5 points: it says nothing of fade",
    "cathode_supposed_sodiated": "made with too little sodium; supposed presodiated",
    "supply_agent_gas": "the supply agent gives gas in the first charge: degas",
    "supply_agent_above_cutoff": "supply agent needs more than the upper cut-off",
    "coin_basis": "a coin cell's energy per cell is no product figure",
}
BITS = {name: np.uint32(1 << position) for position, name in enumerate(FLAGS)}


class FlagSet:
    """Collect flags of n candidates in one array of bits.

    Parameters
    ----------
    size : int
        Number of candidates.
    """

    def __init__(self, size: int) -> None:
        self.bits = np.zeros(size, dtype=np.uint32)

    def raise_where(self, name: str, mask: npt.ArrayLike) -> None:
        """Set a flag where the mask holds.

        Parameters
        ----------
        name : str
            One of ``FLAGS``.
        mask : array-like of bool
            Broadcast to all candidates.
        """
        hit = np.asarray(mask, dtype=bool)
        if hit.any():
            self.bits |= np.where(hit, BITS[name], np.uint32(0)).astype(np.uint32)

    def has(self, name: str) -> npt.NDArray[np.bool_]:
        """Return where a flag is set."""
        return (self.bits & BITS[name]) != 0


def flag_names(bits: int) -> list[str]:
    """Return the names in a bit pattern, in the order of ``FLAGS``."""
    return [name for name, bit in BITS.items() if int(bits) & int(bit)]
