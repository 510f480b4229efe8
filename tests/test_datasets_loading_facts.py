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


def test_the_agents_of_the_table_are_those_of_the_cell_model():
    agents = read_parameter_file("supply_agents.toml")
    for label, row in load_supply_agents().frame.set_index("label").iterrows():
        taken = agents[label]["capacity_mAh_per_g"]["value"]
        assert taken == pytest.approx(row["capacity_mAh_per_g"], rel=0.01)
