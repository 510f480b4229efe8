"""Low and high of every figure: closed form for life, swings or draws for the rest."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from sodalyte.models.cell.constants import Z_95
from sodalyte.models.cell.cost import pack_cost, pack_overhead
from sodalyte.models.cell.figures import format_parts
from sodalyte.models.cell.prepared import Prepared
from sodalyte.models.cell.stages import LifeFigures, RateFigures
from sodalyte.models.cell.uncertainty import (
    combine_swings,
    normal_draws,
    quantiles_of_draws,
)

__all__ = ["drawn_spread", "life_quantiles", "swing_spread"]

Array = npt.NDArray[np.float64]
Figures = dict[str, Array]
LEVELS = (0.05, 0.5, 0.95)
GROUPS = ("transport", "formation", "scale", "pack")
UNKNOWN_COLLECTOR_MASS_STD = 0.5  # assumption: relative, of an untabulated collector


def life_quantiles(
    block: Prepared,
    rate: RateFigures,
    median: LifeFigures,
    *,
    only_median: bool = False,
) -> dict[str, list[Array]]:
    """Return retention and life at 5 %, 50 % and 95 % of the whole distribution.

    Parameters
    ----------
    block : Prepared
        The candidates.
    rate : RateFigures
        At central transport.
    median : LifeFigures
        Life at z = 0.
    only_median : bool
        Give the median in all three places, at a third of the time.

    Returns
    -------
    dict of str to [low, median, high]
        A cell that does not run counts as life zero, below all that run.
    """
    chance = np.asarray(block.inputs.runs_probability, dtype=float)
    if np.all(chance == 1.0):
        sides = _sides_of_cells_that_run(block, rate, median, only_median)
    else:
        levels = (0.5,) if only_median else LEVELS
        sides = [_side_of_all_cells(block, rate, chance, level) for level in levels]
    if len(sides) == 1:
        return {name: [value] * 3 for name, value in sides[0].items()}
    found: dict[str, list[Array]] = {}
    for name in sides[0]:
        low, middle, high = (side[name] for side in sides)
        # Where the host fades less the cell can run dry a little sooner.
        found[name] = [np.minimum(low, middle), middle, np.maximum(high, middle)]
    return found


def _sides_of_cells_that_run(
    block: Prepared, rate: RateFigures, median: LifeFigures, only_median: bool
) -> list[Figures]:
    """Return retention and life at -1.645, 0 and 1.645, or the middle alone."""
    inputs = block.inputs
    spreads = (inputs.nines_std, *inputs.initial_nines_std)
    moves = inputs.is_realistic or any(np.any(std > 0.0) for std in spreads)
    lives = [median]
    if moves and not only_median:
        lives = [block.life(rate, -Z_95), median, block.life(rate, Z_95)]
    return [
        {"capacity_retention": life.retention, "cycle_life_80": life.cycle_life}
        for life in lives
    ]


def _side_of_all_cells(
    block: Prepared, rate: RateFigures, chance: Array, level: float
) -> Figures:
    """Return retention and life at one level; a cell that does not run has none."""
    from scipy.special import ndtri

    with np.errstate(divide="ignore", invalid="ignore"):
        inner = (level - (1.0 - chance)) / chance
    is_dead = np.logical_not(inner > 0.0)
    z = ndtri(np.where(is_dead, 0.5, np.clip(inner, 1e-9, 1.0 - 1e-9)))
    life = block.life(rate, z)
    return {
        "capacity_retention": np.where(is_dead, 0.0, life.retention),
        "cycle_life_80": np.where(is_dead, 0.0, life.cycle_life),
    }


def _ln_std(block: Prepared) -> dict[str, Array]:
    """Return the spread of ln(figure) from capacity, voltage, packaging and prices.

    A higher capacity thins the coating, so of the stack only the active share moves.
    """
    if not block.inputs.is_realistic:
        items = block.cost.items["electrolyte"] / block.cost.total
        return {
            "cost_materials_USD_per_kWh": np.asarray(items * block.inputs.price_ln_std)
        }
    cathode = block.design.material.parameters
    parts = format_parts(block.design)

    def relative(name: str) -> float:
        table = cathode if name in cathode else parts
        return table[name].std / table[name].value

    ledger, cost = block.ledger, block.cost
    q, v = relative("capacity_mAh_per_g"), relative("mean_voltage_V")
    m, f = relative("mass_fraction"), relative("volume_fraction")
    foil = 0.0 if block.is_collector_known else UNKNOWN_COLLECTOR_MASS_STD
    stack = np.hypot(
        q * ledger.active_mg / ledger.stack_mg,
        foil * ledger.negative_foil_mg / ledger.stack_mg,
    )
    layer = np.hypot(
        q * ledger.coating_um / ledger.charged_um,
        foil * ledger.negative_foil_um / ledger.charged_um,
    )
    material = np.hypot(q * cost.items["active"], cost.std) / cost.total
    material = np.hypot(material, foil * cost.items["negative_foil"] / cost.total)
    spreads = {
        "specific_energy_active_Wh_per_kg": np.hypot(q, v),
        "specific_energy_stack_Wh_per_kg": np.hypot(stack, v),
        "specific_energy_cell_Wh_per_kg": np.hypot(np.hypot(stack, v), m),
        "energy_density_stack_Wh_per_L": np.hypot(layer, v),
        "energy_density_cell_Wh_per_L": np.hypot(np.hypot(layer, v), f),
        "energy_density_stack_as_built_Wh_per_L": np.hypot(layer, v),
        "energy_density_cell_as_built_Wh_per_L": np.hypot(np.hypot(layer, v), f),
        "average_voltage_V": v,
        "cost_materials_USD_per_kWh": np.hypot(material, v),
        "fluorine_g_per_kWh": v,
    }
    return {name: np.asarray(value, dtype=float) for name, value in spreads.items()}


def _pack_ln_std(block: Prepared, materials_USD_per_kWh: Array) -> Array:
    """Return the spread of ln(pack cost)."""
    total, added = pack_cost(block.design, materials_USD_per_kWh)
    inner = _ln_std(block)["cost_materials_USD_per_kWh"]
    passed = inner * materials_USD_per_kWh * (1.0 + pack_overhead())
    return np.hypot(passed, added if block.inputs.is_realistic else 0.0) / total


def swing_spread(
    block: Prepared, rate: RateFigures, base: Figures
) -> tuple[Figures, Figures]:
    """Return 5th and 95th percentile of the energy figures from swings.

    Parameters
    ----------
    block : Prepared
        The candidates.
    rate, base
        Rate stage and figures at central values.

    Returns
    -------
    low, high : dict of str to ndarray
    """
    inputs = block.inputs
    moved: list[tuple[Figures, Figures]] = []
    transport = (
        inputs.conductivity_ln_std,
        inputs.diffusivity_ln_std,
        inputs.transference_std,
    )
    if any(np.any(std > 0.0) for std in transport):
        first = block.first()
        sides = [block.energy(block.rate(z), first) for z in (-Z_95, Z_95)]
        moved.append((sides[0], sides[1]))
    if any(np.any(std > 0.0) for std in inputs.initial_nines_std):
        sides = [block.energy(rate, block.first(z)) for z in (-Z_95, Z_95)]
        moved.append((sides[0], sides[1]))
    ln_std = _ln_std(block)
    ln_std["cost_pack_USD_per_kWh"] = _pack_ln_std(
        block, base["cost_materials_USD_per_kWh"]
    )
    return combine_swings(base, moved, ln_std)


def drawn_spread(
    block: Prepared, draws: int, random_state: int
) -> tuple[Figures, Figures]:
    """Return 5th and 95th percentile of the energy figures from shared draws.

    Parameters
    ----------
    block : Prepared
        The candidates.
    draws, random_state : int
        Number of Sobol points and their seed.

    Returns
    -------
    low, high : dict of str to ndarray
    """
    ln_std = _ln_std(block)

    def evaluate(row: Array) -> Figures:
        z = dict(zip(GROUPS, row.tolist(), strict=True))
        figures = block.energy(block.rate(z["transport"]), block.first(z["formation"]))
        pack = _pack_ln_std(block, figures["cost_materials_USD_per_kWh"])
        for name, std in ln_std.items():
            figures[name] = figures[name] * np.exp(z["scale"] * std)
        name = "cost_pack_USD_per_kWh"
        figures[name] = figures[name] * np.exp(z["pack"] * pack)
        return figures

    return quantiles_of_draws(evaluate, normal_draws(draws, len(GROUPS), random_state))
