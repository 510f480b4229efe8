"""Facts beside the efficiencies: what can be computed must agree."""

import numpy as np
import pytest

from sodalyte.datasets import load_supply_agents
from sodalyte.models.cell.parameters import read_parameter_file

FARADAY_mAh_per_mol = 96485.33212 / 3.6


def test_the_capacity_of_supply_agents_follows_from_their_formula():
    frame = load_supply_agents().frame
    sodium = frame["n_sodium"].to_numpy(dtype=float)
    theory = FARADAY_mAh_per_mol * sodium / frame["molar_mass_g_per_mol"]
    assert np.allclose(frame["capacity_mAh_per_g"], theory, rtol=2e-4)


def test_the_agent_of_the_cell_model_is_in_the_table():
    frame = load_supply_agents().frame.set_index("label")
    taken = read_parameter_file("materials.toml")["sacrificial_capacity_mAh_per_g"]
    printed = frame.loc["Na2C2O4", "capacity_mAh_per_g"]
    assert taken["value"] == pytest.approx(printed, rel=0.01)
