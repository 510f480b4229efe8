"""Explain one cell: where mass, thickness, money, voltage and sodium go."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from sodalyte.models.cell.constants import Z_95
from sodalyte.models.cell.cost import pack_cost, price_version
from sodalyte.models.cell.impact import carbon_footprint
from sodalyte.models.cell.inputs import take_rows
from sodalyte.models.cell.prepared import Prepared, prepare
from sodalyte.models.cell.result import CellResult
from sodalyte.models.cell.stages import outer_factor, rest_loss

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["curve", "explain"]

Row = tuple[str, str, float, str]


def _evaluation(result: CellResult, i: int) -> Prepared:
    """Prepare one row of a result again."""
    if result.electrolyte is None or result.design is None or result.protocol is None:
        raise ValueError(
            "Explaining needs the result of CellModel.evaluate. This one carries no "
            "design. Evaluate again and pass the result on as it is."
        )
    size = len(result)
    if not 0 <= i < size:
        raise IndexError(f"Row {i} does not exist: the result has {size} cells.")
    rows = slice(i, i + 1)
    return prepare(
        take_rows(result.electrolyte, rows, size),
        take_rows(result.design, rows, size),
        take_rows(result.protocol, rows, size),
        profile=result.profile,
        priors=result.priors,
        size=1,
    )


def _one(value: npt.ArrayLike) -> float:
    return float(np.ravel(np.asarray(value, dtype=float))[0])


def explain(result: CellResult, i: int = 0) -> pd.DataFrame:
    """Return the ledger of one cell.

    Parameters
    ----------
    result : CellResult
        From ``CellModel.evaluate``.
    i : int
        Which cell.

    Returns
    -------
    DataFrame
        Columns ``section`` (mass, thickness, supply, cost, voltage, loss, limit,
        impact), ``item``, ``value``, ``unit``.

    Raises
    ------
    IndexError
        If the row does not exist.
    """
    import pandas as pd

    one = _evaluation(result, i)
    rate = one.rate()
    rows = _stack_rows(one) + _supply_rows(one) + _cost_rows(one, result, i)
    out = rate.discharge
    rows += [
        ("voltage", "ohmic overpotential", _one(out.ohmic_V), "V"),
        ("voltage", "kinetic overpotential", _one(out.kinetic_V), "V"),
        ("voltage", "concentration overpotential", _one(out.concentration_V), "V"),
        ("voltage", "average voltage", _one(rate.average_voltage_V), "V"),
        ("voltage", "first charge at open circuit", _first_charge_V(one), "V"),
        (
            "voltage",
            "salt reaches this share of the cathode",
            _one(rate.depth_fraction),
            "1",
        ),
    ]
    rows += _loss_rows(one, result, i)
    footprint = carbon_footprint()
    rows.append(("impact", "carbon footprint", footprint.value, footprint.unit))
    return pd.DataFrame(rows, columns=["section", "item", "value", "unit"])


def _first_charge_V(one: Prepared) -> float:
    """Return the mean open-circuit voltage of the first charge, all sodium in."""
    cathode = one.design.material
    own = cathode.extra_ratio
    salt = _one(one.ledger.extra_ratio) - own
    volts = (
        cathode["mean_voltage_V"]
        + own * cathode["extra_sodium_voltage_V"]
        + salt * one.design.agent["voltage_V"]
    )
    return volts / (1.0 + own + salt)


def _stack_rows(one: Prepared) -> list[Row]:
    ledger = one.ledger
    masses: list[Row] = [
        ("mass", name.removesuffix("_mg").replace("_", " "), _one(value), "mg/cm2")
        for name, value in vars(ledger).items()
        if name.endswith("_mg")
    ]
    layers: list[Row] = [
        ("thickness", name.removesuffix("_um").replace("_", " "), _one(value), "um")
        for name, value in vars(ledger).items()
        if name.endswith("_um")
    ]
    return [
        *masses,
        ("mass", "stack", _one(ledger.stack_mg), "mg/cm2"),
        ("mass", "pore filling", _one(ledger.pore_filling_g_per_Ah), "g/Ah"),
        *layers,
        ("thickness", "as built", _one(ledger.as_built_um), "um"),
        ("thickness", "charged", _one(ledger.charged_um), "um"),
    ]


def _supply_rows(one: Prepared) -> list[Row]:
    """Return what the supply agent brings and leaves; nothing where there is none."""
    agent, mass = one.design.agent, _one(one.ledger.sacrificial_mg)
    if mass <= 0.0:
        return []
    capacity = _one(one.design.areal_capacity_mAh_per_cm2)
    given = 1e-3 * mass * agent.usable_capacity_mAh_per_g
    gas = 1e-3 * mass * agent["gas_mL_per_g"] * agent["yield_fraction"]
    left = mass * (
        agent["residue_mass_fraction"] * agent["yield_fraction"]
        + (1.0 - agent["yield_fraction"])
    )
    return [
        ("supply", f"{agent.key}, sodium it gives", given, "mAh/cm2"),
        ("supply", f"{agent.key}, over the cathode's capacity", given / capacity, "1"),
        ("supply", f"{agent.key}, gives it at", agent["voltage_V"], "V"),
        ("supply", f"{agent.key}, stays as residue", left, "mg/cm2"),
        ("supply", f"{agent.key}, gas: {agent.gas}", 1e3 * gas / capacity, "mL/Ah"),
    ]


def _cost_rows(one: Prepared, result: CellResult, i: int) -> list[Row]:
    materials = float(result.values["cost_materials_USD_per_kWh"][i])
    total = _one(one.cost.total)
    unit = f"USD/kWh, prices {price_version()}"
    rows: list[Row] = [
        ("cost", name.replace("_", " "), materials * _one(value) / total, unit)
        for name, value in one.cost.items.items()
    ]
    pack = _one(pack_cost(one.design, materials)[0])
    return [
        *rows,
        ("cost", "materials", materials, unit),
        ("cost", "overhead, packaging and fixed", pack - materials, unit),
        ("cost", "pack", pack, unit),
    ]


def loss_shares(one: Prepared) -> dict[str, npt.NDArray[np.float64]]:
    """Return the parts of the sodium lost per sodium plated, by cause.

    They sum to the loss of the life stage as long as that is below 1.
    """
    inputs, rate = one.inputs, one.rate()
    deficit = 10.0**-inputs.nines
    if not inputs.is_realistic:
        return {"by the stated efficiency": deficit}
    outer = outer_factor(inputs, one.design)
    told = np.where(inputs.is_ce_coarse, 0.0, deficit * outer)
    life = one.life(rate)
    return {
        "by the stated efficiency": told * inputs["permanent_loss_fraction"],
        "beside it, calibrated": inputs["background_loss_per_cycle"] * outer,
        "at rest": rest_loss(inputs, life.reserve),
        "by oxidation at the cathode": inputs["oxidation_crosstalk"]
        * life.oxidised_share,
    }


def _loss_rows(one: Prepared, result: CellResult, i: int) -> list[Row]:
    def extra(name: str) -> float:
        return float(result.extras[name][i])

    shares = {name: _one(value) for name, value in loss_shares(one).items()}
    sodium = 1.0 - extra("ce_inventory_percent") / 100.0
    return [
        ("loss", "sodium lost per sodium plated", sodium, "1/cycle"),
        *(
            ("loss", f"of it {name}", value, "1/cycle")
            for name, value in shares.items()
        ),
        ("loss", "host fade", extra("host_fade_per_cycle"), "1/cycle"),
        ("loss", "sodium reserve after formation", extra("sodium_reserve"), "1"),
        ("limit", "sodium", extra("sodium_limited_life"), "cycle"),
        (
            "limit",
            "sodium, if the stated efficiency's deficit were all that is lost",
            extra("cycle_life_80_by_efficiency"),
            "cycle",
        ),
        ("limit", "host", extra("host_limited_life"), "cycle"),
        ("limit", "dry-out", extra("dry_out_cycle"), "cycle"),
        (
            "limit",
            "plating current over its limit",
            extra("plating_current_over_limit"),
            "1",
        ),
    ]


def curve(result: CellResult, cycles: npt.ArrayLike, i: int = 0) -> pd.DataFrame:
    """Return retention over cycles of one cell that runs.

    Parameters
    ----------
    result : CellResult
        From ``CellModel.evaluate``.
    cycles : array-like
        Cycles after formation.
    i : int
        Which cell.

    Returns
    -------
    DataFrame
        ``cycle``, ``capacity_retention`` and its ``_low`` and ``_high`` (5th and 95th
        percentile).
    """
    import pandas as pd

    one = _evaluation(result, i)
    rate = one.rate()
    n = np.asarray(cycles, dtype=float)

    def side(z: float) -> npt.NDArray[np.float64]:
        life = one.life(rate, z, n)
        return np.broadcast_to(life.retention, n.shape)

    return pd.DataFrame(
        {
            "cycle": n,
            "capacity_retention": side(0.0),
            "capacity_retention_low": side(-Z_95),
            "capacity_retention_high": side(Z_95),
        }
    )
