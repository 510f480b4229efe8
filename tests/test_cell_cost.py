"""Cost and fluorine are sums over the ledger."""

import numpy as np
import pytest

from sodalyte.models.cell import CellDesign, CellModel, ElectrolyteProperties
from sodalyte.models.cell.cost import (
    fluorine_mg,
    pack_cost,
    price_version,
    stack_cost,
)
from sodalyte.models.cell.ledger import stack_ledger


def test_items_sum_and_the_active_material_is_priced():
    design = CellDesign()
    ledger = stack_ledger(design, 1.05)
    cost = stack_cost(design, ledger, 14.0)
    assert cost.total == pytest.approx(sum(cost.items.values()))
    assert cost.items["active"] == pytest.approx(ledger.active_mg * 1e-6 * 20.0)
    assert cost.items["electrolyte"] == pytest.approx(9e-6 * 14.0)
    assert 0 < cost.std < cost.total


def test_prices_are_dated():
    assert price_version().startswith("20")


def test_pack_is_calibrated_on_the_layered_oxide_pack():
    # 817 USD per 11.5 kWh, Yang 2023 doi 10.1016/j.isci.2023.105982: a calibration
    design = CellDesign(
        cathode="NNCFM", active_mass_fraction=0.96, binder_mass_fraction=0.02
    )
    result = CellModel().evaluate(
        ElectrolyteProperties.from_ce_percent(99.9, price_USD_per_kg=5.7), design
    )
    assert 25 < result.cost_materials_USD_per_kWh[0] < 45
    assert result.cost_pack_USD_per_kWh[0] == pytest.approx(817 / 11.5, rel=0.05)


def test_dearer_electrolyte_costs_more():
    result = CellModel().evaluate(
        ElectrolyteProperties(nines_mean=3.0, price_USD_per_kg=np.array([5.0, 20.0]))
    )
    assert np.diff(result.cost_materials_USD_per_kWh) > 0
    assert np.diff(result.cost_pack_USD_per_kWh) > 0


def test_unknown_cathode_price_falls_back_to_the_wide_one():
    assert pack_cost(CellDesign(), 40.0)[0] > 40.0


def test_fluorine_of_every_part():
    design = CellDesign(cathode="NVPF")
    ledger = stack_ledger(design, 1.05)
    total = fluorine_mg(design, ledger, 0.109)
    parts = (
        0.1364 * ledger.active_mg
        + 0.594 * ledger.binder_mg
        + 0.109 * ledger.electrolyte_mg
    )
    assert total == pytest.approx(parts)
    # F by formula: Na3V2(PO4)2F3
    mass = 3 * 22.98977 + 2 * 50.9415 + 2 * (30.97376 + 4 * 15.999) + 3 * 18.9984
    assert design.material["fluorine_mass_fraction"] == pytest.approx(
        3 * 18.9984 / mass, abs=2e-4
    )
