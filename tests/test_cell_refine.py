"""High fidelity: the DFN agrees, and its absence is explained."""

import builtins

import numpy as np
import pytest

from sodalyte.models.cell import CellDesign, CellModel, ElectrolyteProperties, Protocol
from sodalyte.models.cell.half_cell import import_pybamm
from sodalyte.models.cell.refine import refine

pybamm = pytest.importorskip("pybamm")


@pytest.mark.slow
def test_refine_returns_the_discrepancy_of_the_best():
    conductivities = np.array([1.0, 4.0, 8.0, 2.0])
    result = CellModel("realistic").evaluate(
        ElectrolyteProperties(nines_mean=3.0, conductivity_mS_per_cm=conductivities),
        CellDesign(areal_capacity_mAh_per_cm2=3.5),
        Protocol(discharge_rate_C=1.0),
    )
    table = CellModel("realistic").refine(result, 3)
    best = np.argsort(-result.specific_energy_cell_Wh_per_kg)[:3]
    assert list(table["row"]) == list(best)
    assert table["utilisation_difference"].abs().max() < 0.05
    assert table["average_voltage_difference_V"].abs().max() < 0.08
    starved = table["utilisation_dfn"] < 0.3  # 2 mS/cm: half of the 5 points are 15 %
    assert table.loc[~starved, "energy_ratio_fast_to_dfn"].between(0.9, 1.1).all()
    assert table["energy_ratio_fast_to_dfn"].between(0.8, 1.1).all()
    kept = result.capacity_retention[best]
    assert (table["energy_retention_dfn"] >= kept - 0.01).all()
    assert (table["energy_retention_dfn"] <= 1.0).all()


def test_without_pybamm_the_message_says_what_to_install(monkeypatch):
    real = builtins.__import__

    def absent(name, *args, **kwargs):
        if name == "pybamm":
            raise ImportError(name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", absent)
    with pytest.raises(ImportError, match=r"sodalyte\[cell\]"):
        import_pybamm()


def test_a_bare_result_is_refused():
    from dataclasses import replace

    result = CellModel().evaluate(ElectrolyteProperties(nines_mean=3.0))
    with pytest.raises(ValueError, match="carries no design"):
        refine(replace(result, design=None))


def test_the_trap_of_the_sodium_models_is_still_there():
    # sodium_ion.BasicDFN ignores the half-cell option; should this ever fail, PyBaMM
    # has learnt it and the lithium template can go.
    model = pybamm.sodium_ion.BasicDFN({"working electrode": "positive"})
    assert model.options["working electrode"] == "both"
