"""The ledger adds up."""

import numpy as np
import pytest

from sodalyte.models.cell import CellDesign, CellModel, ElectrolyteProperties

RESULT = CellModel("realistic").evaluate(
    ElectrolyteProperties(
        nines_mean=np.array([2.0, 3.0]), oxidative_limit_V_vs_Na=np.array([3.6, 4.5])
    )
)


def section(i, name):
    table = RESULT.explain(i)
    return table[table["section"] == name].set_index("item")["value"]


def test_masses_and_costs_add_up():
    for i in (0, 1):
        mass, cost = section(i, "mass"), section(i, "cost")
        parts = mass.drop(["stack", "pore filling"]).sum()
        assert parts == pytest.approx(mass["stack"])
        items = cost.drop(["materials", "overhead, packaging and fixed", "pack"]).sum()
        assert items == pytest.approx(cost["materials"])
        assert cost["pack"] == pytest.approx(RESULT.cost_pack_USD_per_kWh[i])


def test_thickness_and_voltage_add_up():
    layers, volts = section(1, "thickness"), section(1, "voltage")
    assert layers["charged"] == pytest.approx(layers["as built"] + layers["sodium"])
    lost = volts[[name for name in volts.index if "overpotential" in name]].sum()
    assert volts["average voltage"] + lost == pytest.approx(3.37, abs=0.02)


def test_losses_are_those_of_the_row():
    loss = section(0, "loss")
    assert loss["sodium lost per sodium plated"] == pytest.approx(
        1 - RESULT.ce_inventory_percent[0] / 100
    )
    assert loss["of it by oxidation at the cathode"] > 0


def test_curve_passes_through_the_reported_retention():
    curve = RESULT.curve([0, 200], 1).set_index("cycle")
    assert curve.loc[0, "capacity_retention"] == 1.0
    assert curve.loc[200, "capacity_retention"] == pytest.approx(
        RESULT.capacity_retention[1]
    )
    assert curve.loc[200, "capacity_retention_low"] == pytest.approx(
        RESULT.low["capacity_retention"][1]
    )


def test_a_row_that_does_not_exist():
    with pytest.raises(IndexError, match="does not exist"):
        RESULT.explain(7)


def test_the_first_charge_of_a_sodium_rich_cathode_is_lower():
    def first_charge(key):
        result = CellModel().evaluate(
            ElectrolyteProperties(nines_mean=3.0), CellDesign(cathode=key)
        )
        table = result.explain(0).set_index("item")["value"]
        return table["first charge at open circuit"], table["extra sodium"]

    plain, none = first_charge("NVP")
    rich, extra = first_charge("Na4VP")
    assert plain == pytest.approx(3.37)
    assert rich == pytest.approx((108 * 3.37 + 58.8 * 1.65) / 166.8)
    assert none == 0.0
    assert extra == pytest.approx(3000 * 58.8 / 108 / 1165.8, rel=1e-4)
