"""One block of candidates, prepared: inputs, ledger and cost beside each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sodalyte.models.cell.collectors import resolve_collector
from sodalyte.models.cell.cost import StackCost, stack_cost
from sodalyte.models.cell.design import CellDesign
from sodalyte.models.cell.electrolyte import ElectrolyteProperties
from sodalyte.models.cell.figures import energy_figures, format_parts
from sodalyte.models.cell.inputs import CellInputs, cell_inputs
from sodalyte.models.cell.ledger import StackLedger, stack_ledger
from sodalyte.models.cell.protocol import Protocol
from sodalyte.models.cell.stages import (
    LifeFigures,
    RateFigures,
    initial_efficiency,
    life_stage,
    rate_stage,
)

__all__ = ["Prepared", "prepare"]

Array = npt.NDArray[np.float64]
UNKNOWN_COLLECTOR_FACTOR = 1.2  # assumption: more spread for an untabulated collector


@dataclass(frozen=True)
class Prepared:
    """A block of candidates, ready for the stages; arrays of shape () or (size,)."""

    inputs: CellInputs
    design: CellDesign
    protocol: Protocol
    ledger: StackLedger
    cost: StackCost
    size: int

    @property
    def is_collector_known(self) -> bool:
        """Whether the collector table holds the design's collector."""
        return resolve_collector(self.design.collector).is_known

    @property
    def uptake(self) -> Array:
        """Share of the first charge that the collector keeps."""
        collector = resolve_collector(self.design.collector)
        capacity = np.asarray(self.design.areal_capacity_mAh_per_cm2, dtype=float)
        return np.asarray(collector["sodium_uptake_mAh_per_cm2"] / capacity)

    @property
    def widening(self) -> float:
        """Factor on the spread of life."""
        return 1.0 if self.is_collector_known else UNKNOWN_COLLECTOR_FACTOR

    def rate(self, z: float = 0.0) -> RateFigures:
        """Run the rate stage with transport z spreads off."""
        return rate_stage(self.inputs, self.design, self.ledger, z)

    def first(self, z: float = 0.0) -> Array:
        """Return the formation discharge over the cathode's capacity."""
        efficiency = initial_efficiency(self.inputs, self.uptake, z)
        return np.minimum((1.0 + self.ledger.extra_ratio) * efficiency, 1.0)

    def life(
        self,
        rate: RateFigures,
        z: float | Array = 0.0,
        cycles: npt.ArrayLike | None = None,
    ) -> LifeFigures:
        """Run the life stage at z; cycles default to those of the protocol."""
        return life_stage(
            self.inputs,
            self.design,
            self.ledger,
            rate.charge_overpotential_V,
            self.protocol.cycles if cycles is None else cycles,
            uptake=self.uptake,
            widening=self.widening,
            z=z,
        )

    def energy(self, rate: RateFigures, first: Array) -> dict[str, Array]:
        """Return the energy, cost and fluorine figures."""
        parts = format_parts(self.design)
        return energy_figures(
            self.inputs,
            self.design,
            self.ledger,
            self.cost,
            rate,
            first,
            mass_fraction=parts["mass_fraction"].value,
            volume_fraction=parts["volume_fraction"].value,
        )

    @property
    def is_too_dry(self) -> npt.NDArray[np.bool_]:
        """Where the electrolyte does not fill the pores, shape (size,)."""
        ratio = np.asarray(self.design.electrolyte_ratio_g_per_Ah, dtype=float)
        return np.broadcast_to(ratio < self.ledger.pore_filling_g_per_Ah, (self.size,))

    @property
    def is_feasible(self) -> npt.NDArray[np.bool_]:
        """Where figures can be given, shape (size,)."""
        unknown = np.isnan(self.inputs.nines) | np.isnan(self.inputs.initial_nines)
        runs = self.inputs.runs_probability
        outside = np.logical_not((runs >= 0.0) & (runs <= 1.0))
        return np.broadcast_to(
            np.logical_not(self.is_too_dry | unknown | outside), (self.size,)
        )


def prepare(
    electrolyte: ElectrolyteProperties,
    design: CellDesign,
    protocol: Protocol,
    *,
    profile: str,
    priors: Mapping[str, float],
    size: int,
) -> Prepared:
    """Prepare a block of candidates.

    Parameters
    ----------
    electrolyte, design, protocol
        Cut to the block.
    profile : {"ideal", "realistic"}
        See ``CellModel``.
    priors : mapping of str to float
        Overrides.
    size : int
        Candidates in the block.

    Returns
    -------
    Prepared
    """
    inputs = cell_inputs(electrolyte, design, protocol, profile, priors)
    ledger = stack_ledger(design, inputs.density_g_per_mL)
    cost = stack_cost(design, ledger, inputs.price_USD_per_kg, inputs.price_ln_std)
    return Prepared(inputs, design, protocol, ledger, cost, size)
