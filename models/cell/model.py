"""The shared cell model: electrolyte, design and protocol in, cell figures out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from sodalyte.models.cell.collectors import resolve_collector
from sodalyte.models.cell.constants import Z_95
from sodalyte.models.cell.cost import StackCost, pack_cost, stack_cost
from sodalyte.models.cell.design import (
    CellDesign,
    default_design,
    default_protocol,
)
from sodalyte.models.cell.electrolyte import ElectrolyteProperties
from sodalyte.models.cell.figures import energy_figures, format_parts
from sodalyte.models.cell.flags import FlagSet
from sodalyte.models.cell.inputs import (
    CellInputs,
    cell_inputs,
    take_rows,
    with_overrides,
)
from sodalyte.models.cell.ledger import StackLedger, stack_ledger
from sodalyte.models.cell.protocol import Protocol
from sodalyte.models.cell.result import CellResult
from sodalyte.models.cell.stages import (
    LifeFigures,
    RateFigures,
    initial_efficiency,
    life_stage,
    plating_limits,
    rate_stage,
)
from sodalyte.models.cell.uncertainty import (
    combine_swings,
    normal_draws,
    quantiles_of_draws,
)

__all__ = ["PROFILES", "CellModel"]

Array = npt.NDArray[np.float64]
PROFILES = ("ideal", "realistic")
VALID_TEMPERATURE_C = (-55.0, 60.0)
GROUPS = (
    "transport",
    "formation",
    "capacity",
    "voltage",
    "mass",
    "volume",
    "price",
    "pack",
)
BLOCK = 16384  # candidates per block, bounds memory and stays in cache
UNKNOWN_COLLECTOR_FACTOR = 1.2  # assumption: more spread for an untabulated collector


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
        block = BLOCK if size > BLOCK else size
        for start in range(0, size, block):
            rows = slice(start, min(start + block, size))
            parts.append(
                Evaluation.prepare(
                    take_rows(electrolyte, rows, size),
                    take_rows(design, rows, size),
                    take_rows(protocol, rows, size),
                    self,
                    rows.stop - rows.start,
                ).result(draws, random_state)
            )
        return CellResult.concatenate(
            parts,
            electrolyte=electrolyte,
            design=design,
            protocol=protocol,
            profile=self.profile,
            priors=self.priors,
        )


@dataclass(frozen=True)
class Evaluation:
    """One block of candidates, prepared."""

    inputs: CellInputs
    design: CellDesign
    protocol: Protocol
    ledger: StackLedger
    cost: StackCost
    size: int

    @classmethod
    def prepare(
        cls,
        electrolyte: ElectrolyteProperties,
        design: CellDesign,
        protocol: Protocol,
        model: CellModel,
        size: int,
    ) -> Evaluation:
        inputs = cell_inputs(electrolyte, design, protocol, model.profile, model.priors)
        ledger = stack_ledger(design, inputs.density_g_per_mL)
        cost = stack_cost(design, ledger, inputs.price_USD_per_kg, inputs.price_ln_std)
        return cls(inputs, design, protocol, ledger, cost, size)

    @property
    def uptake(self) -> Array:
        collector = resolve_collector(self.design.collector)
        capacity = np.asarray(self.design.areal_capacity_mAh_per_cm2, dtype=float)
        return collector["sodium_uptake_mAh_per_cm2"] / capacity

    @property
    def widening(self) -> float:
        known = resolve_collector(self.design.collector).is_known
        return 1.0 if known else UNKNOWN_COLLECTOR_FACTOR

    def life(self, rate: RateFigures, z: float) -> LifeFigures:
        return life_stage(
            self.inputs,
            self.design,
            self.ledger,
            rate.charge_overpotential_V,
            self.protocol.cycles,
            uptake=self.uptake,
            widening=self.widening,
            z=z,
        )

    def energy(
        self,
        rate: RateFigures,
        first: Array,
        z_mass: float = 0.0,
        z_volume: float = 0.0,
    ) -> dict[str, Array]:
        parts = format_parts(self.design)
        mass, volume = parts["mass_fraction"], parts["volume_fraction"]
        return energy_figures(
            self.inputs,
            self.design,
            self.ledger,
            self.cost,
            rate,
            first,
            mass_fraction=np.clip(mass.value + z_mass * mass.std, 1e-3, 1.0),
            volume_fraction=np.clip(volume.value + z_volume * volume.std, 1e-3, 1.0),
        )

    def first(self, z: float) -> Array:
        efficiency = initial_efficiency(self.inputs, self.uptake, z)
        return np.minimum((1.0 + self.ledger.extra_ratio) * efficiency, 1.0)

    def feasible(self) -> Array:
        ratio = np.asarray(self.design.electrolyte_ratio_g_per_Ah, dtype=float)
        enough = ratio >= self.ledger.pore_filling_g_per_Ah
        known = ~np.isnan(self.inputs.nines) & ~np.isnan(self.inputs.initial_nines)
        runs = self.inputs.runs_probability
        return np.broadcast_to(
            enough & known & (runs >= 0.0) & (runs <= 1.0), (self.size,)
        )

    def result(self, draws: int, random_state: int) -> CellResult:
        inputs = self.inputs
        rate = rate_stage(inputs, self.design, self.ledger)
        median = self.life(rate, 0.0)
        base = self.energy(rate, self.first(0.0))
        low, high = (
            self.drawn_spread(draws, random_state) if draws else self.swings(rate, base)
        )
        life = self.life_quantiles(rate, median)
        ok = self.feasible()
        shape = (self.size,)
        values = {
            name: np.where(ok, np.broadcast_to(value, shape), np.nan)
            for name, value in {**{k: v[1] for k, v in life.items()}, **base}.items()
        }
        bounds = []
        for side, energies in ((0, low), (2, high)):
            merged = {**{k: v[side] for k, v in life.items()}, **energies}
            bounds.append(
                {
                    name: np.where(ok, np.broadcast_to(merged[name], shape), np.nan)
                    for name in values
                }
            )
        ratio, sand = plating_limits(inputs, self.design, self.ledger)
        flags = self.flags(rate, median, ratio, sand, ok, values["cycle_life_80"])
        deficit = 100.0 * 10.0**-inputs.nines
        extras = {
            "formation_capacity_mAh_per_cm2": np.asarray(
                self.design.areal_capacity_mAh_per_cm2, dtype=float
            )
            * self.first(0.0)
            * rate.utilisation,
            "ce_inventory_percent": 100.0 * (1.0 - median.loss),
            "ce_measured_percent": np.maximum(
                100.0 - deficit - 100.0 * median.oxidised_share, 0.0
            ),
            "oxidised_share_per_cycle": median.oxidised_share,
            "host_fade_per_cycle": median.host_fade,
            "sodium_reserve": median.reserve,
            "dry_out_cycle": median.dry_cycle,
            "sodium_limited_life": median.sodium_life,
            "host_limited_life": median.host_life,
            "plating_current_over_limit": ratio,
            "sand_time_over_charge_time": sand,
            "salt_reaches_cathode_share": rate.depth_fraction,
            "pore_filling_g_per_Ah": self.ledger.pore_filling_g_per_Ah,
        }
        return CellResult(
            values=values,
            low=bounds[0],
            high=bounds[1],
            extras={k: np.broadcast_to(v, shape).copy() for k, v in extras.items()},
            flag_bits=flags.bits,
            limiting=self.limiting(rate, median, ok),
            retention_cycles=self.protocol.cycles,
        )

    def life_quantiles(
        self, rate: RateFigures, median: LifeFigures
    ) -> dict[str, list[Array]]:
        """Return retention and life at 5 %, 50 % and 95 % of the whole distribution."""
        chance = np.asarray(self.inputs.runs_probability, dtype=float)
        spread = np.any(self.inputs.nines_std > 0.0) or np.any(
            self.inputs.initial_nines_std > 0.0
        )
        if np.all(chance == 1.0):
            moving = bool(spread) or self.inputs.is_realistic
            sides = [
                self.life(rate, -Z_95) if moving else median,
                median,
                self.life(rate, Z_95) if moving else median,
            ]
            return {
                "capacity_retention": [side.retention for side in sides],
                "cycle_life_80": [side.cycle_life for side in sides],
            }
        return self._censored_quantiles(rate, chance)

    def _censored_quantiles(
        self, rate: RateFigures, chance: Array
    ) -> dict[str, list[Array]]:
        """Count a cell that does not run as life zero, below all that run."""
        from scipy.special import ndtri

        found: dict[str, list[Array]] = {"capacity_retention": [], "cycle_life_80": []}
        for level in (0.05, 0.5, 0.95):
            with np.errstate(divide="ignore", invalid="ignore"):
                inner = (level - (1.0 - chance)) / chance
            dead = ~(inner > 0.0)
            z = np.clip(ndtri(np.where(dead, 0.5, np.clip(inner, 1e-9, 1.0))), -6, 6)
            side = self.life(rate, z)
            found["capacity_retention"].append(np.where(dead, 0.0, side.retention))
            found["cycle_life_80"].append(np.where(dead, 0.0, side.cycle_life))
        return found

    def multiplicative_spread(self) -> dict[str, float | Array]:
        """Return the spread of ln(figure) from capacity, voltage, packaging, price."""
        if not self.inputs.is_realistic:
            return {}
        cathode = self.design.material.parameters
        parts = format_parts(self.design)
        q = cathode["capacity_mAh_per_g"].std / cathode["capacity_mAh_per_g"].value
        v = cathode["mean_voltage_V"].std / cathode["mean_voltage_V"].value
        m = parts["mass_fraction"].std / parts["mass_fraction"].value
        f = parts["volume_fraction"].std / parts["volume_fraction"].value
        # A better capacity thins the coating: only the active share of the stack moves.
        share = self.ledger.active_mg / self.ledger.stack_mg
        thick = self.ledger.coating_um / self.ledger.charged_um
        price = self.cost.std / self.cost.total
        active = self.cost.items["active"] / self.cost.total
        material = np.sqrt(v**2 + (q * active) ** 2 + price**2)
        return {
            "specific_energy_active_Wh_per_kg": float(np.hypot(q, v)),
            "specific_energy_stack_Wh_per_kg": np.hypot(q * share, v),
            "specific_energy_cell_Wh_per_kg": np.sqrt((q * share) ** 2 + v**2 + m**2),
            "energy_density_stack_Wh_per_L": np.hypot(q * thick, v),
            "energy_density_cell_Wh_per_L": np.sqrt((q * thick) ** 2 + v**2 + f**2),
            "energy_density_stack_as_built_Wh_per_L": np.hypot(q * thick, v),
            "energy_density_cell_as_built_Wh_per_L": np.sqrt(
                (q * thick) ** 2 + v**2 + f**2
            ),
            "average_voltage_V": v,
            "cost_materials_USD_per_kWh": material,
            "fluorine_g_per_kWh": v,
        }

    def cost_pack_spread(self, base: dict[str, Array]) -> Array:
        """Return the spread of ln(pack cost)."""
        material = base["cost_materials_USD_per_kWh"]
        total, added = pack_cost(self.design, material)
        inner = self.multiplicative_spread().get("cost_materials_USD_per_kWh", 0.0)
        return np.hypot(np.asarray(inner) * material * 1.2, added) / total

    def swings(
        self, rate: RateFigures, base: dict[str, Array]
    ) -> tuple[dict[str, Array], dict[str, Array]]:
        """Return the closed-form spread of the energy figures."""
        inputs = self.inputs
        moved: list[tuple[dict[str, Array], dict[str, Array]]] = []
        if any(
            np.any(std > 0.0)
            for std in (
                inputs.conductivity_ln_std,
                inputs.diffusivity_ln_std,
                inputs.transference_std,
            )
        ):
            first = self.first(0.0)
            moved.append(
                (
                    self.energy(self.rate(-Z_95), first),
                    self.energy(self.rate(Z_95), first),
                )
            )
        if np.any(inputs.initial_nines_std > 0.0):
            moved.append(
                (
                    self.energy(rate, self.first(-Z_95)),
                    self.energy(rate, self.first(Z_95)),
                )
            )
        ln_std = dict(self.multiplicative_spread())
        if inputs.is_realistic:
            ln_std["cost_pack_USD_per_kWh"] = self.cost_pack_spread(base)
        return combine_swings(base, moved, ln_std)

    def rate(self, z: float) -> RateFigures:
        return rate_stage(self.inputs, self.design, self.ledger, z)

    def drawn_spread(
        self, draws: int, random_state: int
    ) -> tuple[dict[str, Array], dict[str, Array]]:
        """Return the spread of the energy figures from shared draws."""
        ln_std = self.multiplicative_spread()
        realistic = self.inputs.is_realistic

        def evaluate(row: Array) -> dict[str, Array]:
            z = dict(zip(GROUPS, row, strict=True))
            figures = self.energy(
                self.rate(float(z["transport"])), self.first(float(z["formation"]))
            )
            for name, std in ln_std.items():
                figures[name] = figures[name] * np.exp(z["capacity"] * np.asarray(std))
            if realistic:
                base = dict(figures)
                figures["cost_pack_USD_per_kWh"] = figures[
                    "cost_pack_USD_per_kWh"
                ] * np.exp(z["pack"] * self.cost_pack_spread(base))
            return figures

        return quantiles_of_draws(
            evaluate, normal_draws(draws, len(GROUPS), random_state)
        )

    def flags(
        self,
        rate: RateFigures,
        life: LifeFigures,
        ratio: Array,
        sand: Array,
        ok: Array,
        cycle_life: Array,
    ) -> FlagSet:
        """Raise every flag that applies."""
        inputs, design = self.inputs, self.design
        cathode = design.material
        flags = FlagSet(self.size)
        fill = self.ledger.pore_filling_g_per_Ah
        thin = np.asarray(design.electrolyte_ratio_g_per_Ah, dtype=float) < fill
        runs = inputs.runs_probability
        temperature = inputs.temperature_C
        raise_where = flags.raise_where
        raise_where("electrolyte_below_pore_filling", thin)
        raise_where("invalid_input", ~ok & ~np.broadcast_to(thin, ok.shape))
        raise_where("endless", ok & np.isinf(cycle_life))
        raise_where("unlikely_to_run", runs < 0.5)
        raise_where(
            "transference_out_of_range", np.isnan(inputs.transport.transference)
        )
        raise_where("no_capacity_in_window", rate.utilisation <= 1e-9)
        raise_where(
            "cutoff_beyond_cathode_window",
            (inputs.upper_cutoff_V > cathode["upper_cutoff_V"] + 1e-9)
            | (inputs.lower_cutoff_V < cathode["lower_cutoff_V"] - 1e-9),
        )
        raise_where(
            "cutoff_above_oxidative_limit", inputs.upper_cutoff_V > inputs.limit_V
        )
        raise_where("oxidative_limit_not_given", np.isnan(inputs.limit_V))
        raise_where(
            "gas_likely", life.oxidised_share > inputs["oxidation_gas_threshold"]
        )
        raise_where("flammable", inputs.flash_point_C < 60.0)
        raise_where("rate_limited", rate.utilisation < 0.8)
        raise_where("plating_starved", ratio > 1.0)
        raise_where("dendrite_risk", (ratio > 1.0) & (sand < inputs["sand_margin"]))
        raise_where("high_rate_voltage_biased", inputs.discharge_rate_C > 1.5)
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
            (temperature < VALID_TEMPERATURE_C[0])
            | (temperature > VALID_TEMPERATURE_C[1]),
        )
        raise_where("properties_moved_in_temperature", inputs.is_moved_in_temperature)
        raise_where(
            "collector_unknown", not resolve_collector(design.collector).is_known
        )
        raise_where("initial_ce_assumed", inputs.is_initial_assumed)
        raise_where("ce_too_coarse", inputs.is_realistic & inputs.is_ce_coarse)
        raise_where("coin_basis", design.format == "coin")
        return flags

    def limiting(self, rate: RateFigures, life: LifeFigures, ok: Array) -> Array:
        """Name what ends each cell."""
        inputs = self.inputs
        lost = inputs["oxidation_crosstalk"] * life.oxidised_share
        grown = inputs["oxidation_host_growth"] * life.oxidised_share
        first = np.minimum(life.sodium_life, life.host_life)
        by_sodium = np.where(lost > 0.5 * life.loss, "oxidation", "sodium")
        by_host = np.where(grown > 0.5 * life.host_fade, "oxidation", "cathode")
        name = np.where(life.sodium_life <= life.host_life, by_sodium, by_host)
        name = np.where(life.dry_cycle < first, "dry-out", name)
        name = np.where(np.isinf(life.cycle_life), "none", name)
        name = np.where(rate.utilisation < 0.8, "rate", name)
        name = np.where(inputs.runs_probability < 0.5, "does not run", name)
        return np.where(ok, np.broadcast_to(name, (self.size,)), "infeasible")
