"""The document of the command line, the frame, the picture in a notebook."""

import numpy as np
import pytest

from sodalyte.models.cell import CellModel, ElectrolyteProperties
from sodalyte.models.cell.figures import FIGURES

KEYS = [
    "capacity_retention",
    "retention_cycles",
    "cycle_life_80",
    "specific_energy_Wh_per_kg",
    "energy_density_Wh_per_L",
    "average_voltage_V",
    "utilisation",
    "sodium_thickness_um",
    "cost_USD_per_kWh",
    "fluorine_g_per_kWh",
    "limiting_mechanism",
    "flags",
]
RESULT = CellModel("realistic").evaluate(
    ElectrolyteProperties(nines_mean=np.array([2.0, 3.0, np.nan]), nines_std=0.2)
)


def test_document_has_exactly_the_keys_of_the_contract():
    document = RESULT.to_dict(1)
    assert list(document) == KEYS
    assert list(document["specific_energy_Wh_per_kg"]) == ["active", "stack", "cell"]
    assert list(document["energy_density_Wh_per_L"]) == ["stack", "cell"]
    assert list(document["cost_USD_per_kWh"]) == ["materials", "pack"]
    assert document["retention_cycles"] == 200
    assert isinstance(document["flags"], list)


def test_intervals_on_demand():
    document = RESULT.to_dict(1, interval=True)
    assert set(document["cycle_life_80"]) == {"median", "low", "high"}
    energy = document["specific_energy_Wh_per_kg"]["cell"]
    assert energy["low"] < energy["median"] < energy["high"]


def test_frame_has_one_row_per_cell_and_all_columns():
    frame = RESULT.to_frame()
    assert len(frame) == 3
    for name in FIGURES:
        assert {name, f"{name}_low", f"{name}_high"} <= set(frame.columns)
    assert "invalid_input" in frame.loc[2, "flags"]
    assert frame.loc[2, "limiting_mechanism"] == "infeasible"


def test_figures_are_attributes():
    assert RESULT.cycle_life_80.shape == (3,)
    with pytest.raises(AttributeError, match="no figure"):
        _ = RESULT.nonsense


def test_it_shows_itself():
    assert "<table" in RESULT._repr_html_()
