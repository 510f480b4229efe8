"""The DFN beside the fast model for the few that are proposed."""

import sys

import numpy as np
import pytest

from sodalyte.models.cell import CellDesign, CellModel, ElectrolyteProperties, Protocol
from sodalyte.screen.judging.rate_check import NOT_ASKED, check_rate


def cells(design, protocol, conductivities=(8.0, 2.0, 8.0)):
    return CellModel("realistic").evaluate(
        ElectrolyteProperties(
            nines_mean=3.0, conductivity_mS_per_cm=np.array(conductivities)
        ),
        design,
        protocol,
    )


@pytest.mark.slow
def test_a_practical_cell_agrees_with_the_dfn():
    checks, note = check_rate(
        cells(CellDesign(areal_capacity_mAh_per_cm2=3.0), Protocol())
    )
    assert "solved for 3 of 3 proposals" in note
    assert "all agree within 0.05" in note
    for check in checks:
        assert not check["is_large"]
        for figure in (check["utilisation"], check["average_voltage_V"]):
            gap = figure["fast"] - figure["dfn"]
            assert figure["difference"] == pytest.approx(gap)
            assert abs(gap) > 0


@pytest.mark.slow
def test_a_starved_cell_is_flagged():
    design = CellDesign(areal_capacity_mAh_per_cm2=5.0)
    checks, note = check_rate(cells(design, Protocol(discharge_rate_C=4.0), (8.0, 0.8)))
    large = [check["is_large"] for check in checks]
    assert any(large)
    assert f"{sum(large)} differ by more than 0.05" in note


def test_without_pybamm_it_is_said(monkeypatch):
    monkeypatch.setitem(sys.modules, "pybamm", None)
    checks, note = check_rate(cells(CellDesign(), Protocol()))
    assert checks == [None] * 3
    assert "not installed" in note
    assert "sodalyte[cell]" in note


def test_unasked_it_is_said(proposals):
    document = proposals.document
    assert document["rate_check"] == NOT_ASKED
    assert NOT_ASKED in document["summary"]["notes"]
    assert all(proposal["rate_check"] is None for proposal in document["proposals"])
