"""The shared cell model: electrolyte, design and protocol in, cell figures out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from sodalyte.models.cell.design import (
    CellDesign,
    default_design,
    default_protocol,
)
from sodalyte.models.cell.electrolyte import ElectrolyteProperties
from sodalyte.models.cell.figures import ENERGY
from sodalyte.models.cell.inputs import cell_inputs, take_rows, with_overrides
from sodalyte.models.cell.inventory import cycle_life
from sodalyte.models.cell.prepared import Prepared, prepare
from sodalyte.models.cell.protocol import Protocol
from sodalyte.models.cell.rate import LEAST_USE
from sodalyte.models.cell.result import CellResult
from sodalyte.models.cell.spread import drawn_spread, life_quantiles, swing_spread
from sodalyte.models.cell.stages import LifeFigures, RateFigures, plating_limits
from sodalyte.models.cell.verdict import limiting_mechanism, raise_flags

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["PROFILES", "CellModel"]

Array = npt.NDArray[np.float64]
PROFILES = ("ideal", "realistic")
EMPTIED = frozenset(ENERGY) - {"utilisation", "sodium_thickness_um"}
BLOCK = 16384  # candidates per block, bounds memory and stays in cache

LEAST_ENERGY_SHARE = 0.05  # of the median; less at the 5th percentile is none


@dataclass(frozen=True)
class CellModel:
    """Evaluate anode-free sodium cells.

    Parameters
    ----------
    profile : {"ideal", "realistic"}
        "ideal": every loss of Coulombic efficiency is sodium lost for good, the
        cathode does not fade, nothing oxidises, nothing dries out; the identities
        such as CE^N hold exactly. "realistic": all of these, with calibrated priors
        and their spread.
    priors : mapping of str to float, optional
        Other base values for names of ``parameters/priors.toml``.

    Examples
    --------
    >>> electrolyte = ElectrolyteProperties.from_ce_percent(99.9)
    >>> result = CellModel("ideal").evaluate(electrolyte)
    >>> round(float(result.cycle_life_80[0]), 1)
    223.0
    """

    profile: str = "ideal"
    priors: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Check the profile."""
        if self.profile not in PROFILES:
            raise ValueError(
                f"profile must be one of {', '.join(PROFILES)}. Came "
                f"{self.profile!r}. Choose one."
            )
        with_overrides(self.priors)

    def evaluate(
        self,
        electrolyte: ElectrolyteProperties,
        design: CellDesign | None = None,
        protocol: Protocol | None = None,
        *,
        draws: int = 0,
        random_state: int = 0,
        with_spread: bool = True,
    ) -> CellResult:
        """Judge n candidates.

        Parameters
        ----------
        electrolyte : ElectrolyteProperties
            Properties, scalars or arrays (n,).
        design : CellDesign, optional
            Default: the bundled practical pouch cell.
        protocol : Protocol, optional
            Default: the bundled one, C/3 at 25 degC, 200 cycles.
        draws : int
            0: closed-form spread, fast. Else so many shared draws for the energy,
            cost and rate figures; life stays in closed form.
        random_state : int
            Seed of the draws.
        with_spread : bool
            False: low and high are the central values, at a third of the time.

        Returns
        -------
        CellResult
            Never raises for a candidate: an infeasible one has NaN and a flag.

        Raises
        ------
        ValueError
            If array lengths disagree.
        """
        design = default_design() if design is None else design
        protocol = default_protocol() if protocol is None else protocol
        size = cell_inputs(
            electrolyte, design, protocol, self.profile, self.priors
        ).size
        parts = []
        length = BLOCK if draws == 0 else max(BLOCK * 16 // draws, 256)
        for start in range(0, size, length):
            rows = slice(start, min(start + length, size))
            block = prepare(
                take_rows(electrolyte, rows, size),
                take_rows(design, rows, size),
                take_rows(protocol, rows, size),
                profile=self.profile,
                priors=self.priors,
                size=rows.stop - rows.start,
            )
            parts.append(_judge(block, draws, random_state, with_spread))
        return CellResult.concatenate(
            parts,
            electrolyte=electrolyte,
            design=design,
            protocol=protocol,
            profile=self.profile,
            priors=self.priors,
        )

    def refine(
        self,
        result: CellResult,
        top_k: int = 10,
        *,
        order: npt.ArrayLike | None = None,
    ) -> pd.DataFrame:
        """Solve PyBaMM's DFN for the best candidates; see ``refine.refine``."""
        from sodalyte.models.cell.refine import refine

        return refine(result, top_k, order=order)


def _judge(
    block: Prepared, draws: int, random_state: int, with_spread: bool
) -> CellResult:
    """Run all stages on one block."""
    rate = block.rate()
    median = block.life(rate)
    base = block.energy(rate, block.first())
    if not with_spread:
        low, high = base, base
    elif draws:
        low, high = drawn_spread(block, draws, random_state)
        # Few draws may miss the centre; the interval always holds the reported value.
        low = {name: np.fmin(value, base[name]) for name, value in low.items()}
        high = {name: np.fmax(value, base[name]) for name, value in high.items()}
    else:
        low, high = swing_spread(block, rate, base)
    life = life_quantiles(block, rate, median, only_median=not with_spread)
    ok = block.is_feasible
    is_empty = np.logical_not((block.first() > 0.0) & (rate.utilisation > LEAST_USE))

    def full(figures: dict[str, Array], side: int) -> dict[str, Array]:
        both = {name: sides[side] for name, sides in life.items()} | figures
        return {
            name: np.where(
                ok & np.logical_not(is_empty & (name in EMPTIED)),
                np.broadcast_to(value, (block.size,)),
                np.nan,
            )
            for name, value in both.items()
        }

    values, lowest, highest = full(base, 1), full(low, 0), full(high, 2)
    plating = plating_limits(block.inputs, block.design, block.ledger)
    flags = raise_flags(block, rate, median, plating, values["cycle_life_80"])
    flags.raise_where("may_give_no_energy", _open_ended(values, lowest, highest))
    return CellResult(
        values=values,
        low=lowest,
        high=highest,
        extras={
            name: np.broadcast_to(value, (block.size,)).copy()
            for name, value in _extras(block, rate, median, plating).items()
        },
        flag_bits=flags.bits,
        limiting=limiting_mechanism(block, rate, median),
        retention_cycles=block.protocol.cycles,
    )


def _open_ended(
    values: dict[str, Array], low: dict[str, Array], high: dict[str, Array]
) -> npt.NDArray[np.bool_]:
    """Open the bounds of cells that may give next to no energy; tell which they are.

    A figure per kWh has no upper bound there, and a number like 1e11 $/kWh would
    only tell how far the transport model was pushed beyond its end.
    """
    energy = "specific_energy_cell_Wh_per_kg"
    is_open = np.asarray(low[energy] < LEAST_ENERGY_SHARE * values[energy])
    for name in low:
        if name.startswith(("specific_energy", "energy_density")):
            low[name] = np.where(is_open, 0.0, low[name])
        elif name.endswith("_per_kWh"):
            high[name] = np.where(is_open, np.inf, high[name])
    return is_open


def _extras(
    block: Prepared,
    rate: RateFigures,
    median: LifeFigures,
    plating: tuple[Array, Array],
) -> dict[str, Array]:
    """Return what stands behind the figures."""
    inputs = block.inputs
    deficit = 10.0**-inputs.nines
    permanent = inputs["permanent_loss_fraction"] if inputs.is_realistic else 1.0
    crosstalk = inputs["oxidation_crosstalk"]
    slipped = (1.0 - permanent) * deficit + (1.0 - crosstalk) * median.oxidised_share
    capacity = np.asarray(block.design.areal_capacity_mAh_per_cm2, dtype=float)
    return {
        "formation_capacity_mAh_per_cm2": capacity * block.first() * rate.utilisation,
        "ce_inventory_percent": 100.0 * (1.0 - median.loss),
        "ce_measured_percent": 100.0 * np.clip(1.0 - median.loss - slipped, 0.0, 1.0),
        "oxidised_share_per_cycle": median.oxidised_share,
        "host_fade_per_cycle": median.host_fade,
        "sodium_reserve": median.reserve,
        "dry_out_cycle": median.dry_cycle,
        "cycle_life_80_by_efficiency": cycle_life(deficit, 0.0, median.reserve)[0],
        "sodium_limited_life": median.sodium_life,
        "host_limited_life": median.host_life,
        "plating_current_over_limit": plating[0],
        "sand_time_over_charge_time": plating[1],
        "salt_reaches_cathode_share": rate.depth_fraction,
        "pore_filling_g_per_Ah": block.ledger.pore_filling_g_per_Ah,
    }
