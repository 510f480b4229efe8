"""Materials and pack cost, fluorine: sums over the ledger."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sodalyte.models.cell.collectors import resolve_collector
from sodalyte.models.cell.design import CellDesign
from sodalyte.models.cell.ledger import StackLedger, materials
from sodalyte.models.cell.parameters import (
    Parameter,
    parameters_from_mapping,
    read_parameter_file,
)

__all__ = [
    "StackCost",
    "fluorine_mg",
    "pack_cost",
    "pack_overhead",
    "price_version",
    "stack_cost",
]

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class StackCost:
    """Materials cost per face and its spread, USD/cm2, by item."""

    items: dict[str, Array]
    stds: dict[str, Array]

    @property
    def total(self) -> Array:
        """Sum of the items."""
        return np.asarray(sum(self.items.values()))

    @property
    def std(self) -> Array:
        """Spread of the sum; prices of different items are independent."""
        return np.asarray(np.sqrt(sum(std**2 for std in self.stds.values())))


def price_version() -> str:
    """Return the version of the bundled price file."""
    return str(read_parameter_file("prices.toml")["meta"]["version"])


def _prices(table: str) -> dict[str, Parameter]:
    return parameters_from_mapping(
        read_parameter_file("prices.toml")[table], f"prices.toml [{table}]"
    )


def stack_cost(
    design: CellDesign,
    ledger: StackLedger,
    electrolyte_USD_per_kg: npt.ArrayLike,
    electrolyte_ln_std: npt.ArrayLike = 0.0,
) -> StackCost:
    """Price every item of the ledger.

    Parameters
    ----------
    design : CellDesign
        Names the materials.
    ledger : StackLedger
        Their masses.
    electrolyte_USD_per_kg, electrolyte_ln_std : array-like
        Price of the electrolyte and the spread of its logarithm.

    Returns
    -------
    StackCost
    """
    cathode = design.material
    actives, prices = _prices("cathodes"), _prices("materials")
    other = prices["other_collector"]
    per_kg: list[tuple[str, Array, Parameter]] = [
        ("active", ledger.active_mg, actives.get(cathode.key, actives["other"])),
        ("carbon", ledger.carbon_mg + ledger.negative_coating_mg, prices["carbon"]),
        ("binder", ledger.binder_mg, prices["binder"]),
        (
            "sacrificial",
            ledger.sacrificial_mg,
            design.agent.parameters["price_USD_per_kg"],
        ),
        (
            "positive_foil",
            ledger.positive_foil_mg,
            prices[resolve_collector(design.positive_collector).price_key],
        ),
        (
            "negative_foil",
            ledger.negative_foil_mg,
            prices.get(resolve_collector(design.collector).price_key, other),
        ),
    ]
    items = {name: np.asarray(mg * 1e-6 * p.value) for name, mg, p in per_kg}
    stds = {name: np.asarray(mg * 1e-6 * p.std) for name, mg, p in per_kg}
    items["separator"] = np.asarray(1e-4 * prices["separator"].value)
    stds["separator"] = np.asarray(1e-4 * prices["separator"].std)
    price = np.asarray(electrolyte_USD_per_kg, dtype=float)
    items["electrolyte"] = np.asarray(ledger.electrolyte_mg * 1e-6 * price)
    stds["electrolyte"] = items["electrolyte"] * np.asarray(electrolyte_ln_std)
    return StackCost(items, stds)


def pack_cost(
    design: CellDesign, materials_USD_per_kWh: npt.ArrayLike
) -> tuple[Array, float]:
    """Return the pack cost and the spread of what is added to the materials.

    Parameters
    ----------
    design : CellDesign
        Its format sets the packaging.
    materials_USD_per_kWh : array-like
        Materials cost.

    Returns
    -------
    pack : ndarray
        USD/kWh.
    added_std : float
        Standard deviation of fixed cost and packaging, USD/kWh.
    """
    pack = _prices("pack")
    packaging = parameters_from_mapping(
        read_parameter_file("formats.toml")[design.format], design.format
    )["packaging_USD_per_kWh"]
    total = (
        np.asarray(materials_USD_per_kWh, dtype=float) * (1.0 + pack["overhead"].value)
        + pack["fixed_USD_per_kWh"].value
        + packaging.value
    )
    spread = float(np.hypot(pack["fixed_USD_per_kWh"].std, packaging.std))
    return total, spread


def fluorine_mg(
    design: CellDesign, ledger: StackLedger, electrolyte_fraction: npt.ArrayLike
) -> Array:
    """Return the fluorine of a repeat unit, mg/cm2.

    Parameters
    ----------
    design : CellDesign
        Names the cathode.
    ledger : StackLedger
        Masses.
    electrolyte_fraction : array-like
        Mass fraction of fluorine in the electrolyte.

    Returns
    -------
    ndarray
        Cathode, PVDF binder and electrolyte together.
    """
    cathode = design.material
    binder = materials()["pvdf_fluorine_mass_fraction"].value
    return np.asarray(
        ledger.active_mg * cathode["fluorine_mass_fraction"]
        + ledger.binder_mg * binder
        + ledger.electrolyte_mg * np.asarray(electrolyte_fraction, dtype=float)
    )


def pack_overhead() -> float:
    """Return the share of the materials cost that scrap and process add."""
    return _prices("pack")["overhead"].value
