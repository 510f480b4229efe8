"""Supply agents: what each gives, what it leaves, and that the cell says so."""

import json

import pytest
from typer.testing import CliRunner

from sodalyte.models.cell import (
    CellDesign,
    CellModel,
    ElectrolyteProperties,
    Protocol,
    load_agents,
    resolve_agent,
)
from sodalyte.screen.cli import app

SHARE = {"active_mass_fraction": 0.87, "sacrificial_mass_fraction": 0.07}
GOOD = ElectrolyteProperties.from_ce_percent(99.5, initial_ce_percent=99.0)


@pytest.mark.parametrize("key", list(load_agents()))
def test_mass_closes_between_sodium_gas_and_residue(key):
    agent = load_agents()[key]
    sodium = agent["capacity_mAh_per_g"] * 22.98977 / 26801.5
    gas_g_per_mL = {"carbon dioxide": 44.01, "nitrogen": 28.013}.get(agent.gas)
    assert 0.1 < sodium < 0.95
    assert sodium + agent["residue_mass_fraction"] <= 1.001
    if gas_g_per_mL is not None and agent.parameters["gas_mL_per_g"].low > 300.0:
        gas = agent["gas_mL_per_g"] / 24465.0 * gas_g_per_mL
        assert sodium + gas + agent["residue_mass_fraction"] == pytest.approx(
            1.0, abs=0.01
        )
    if not agent.gives_gas:
        assert sodium + agent["residue_mass_fraction"] == pytest.approx(1.0, abs=0.01)


@pytest.mark.parametrize("key", list(load_agents()))
def test_every_value_says_where_it_comes_from(key):
    agent = load_agents()[key]
    assert agent.name
    assert agent.gas
    assert agent.hazard
    for name, value in agent.parameters.items():
        reason = value.source.removeprefix("assumption").strip(": ")
        assert len(reason) > 12, name
        assert value.unit, name


def test_names_resolve_and_unknown_ones_name_the_nearest():
    assert resolve_agent("oxalate").key == "Na2C2O4"
    assert resolve_agent("sodium azide").key == "NaN3"
    with pytest.raises(KeyError, match="Na2CO3"):
        CellDesign(supply_agent="Na2CO")


def test_the_agent_named_sets_sodium_price_and_ledger():
    lives, costs = {}, {}
    for key in ("Na2C2O4", "Na3P", "NaN3"):
        result = CellModel("ideal").evaluate(
            GOOD, CellDesign(supply_agent=key, **SHARE), Protocol()
        )
        lives[key] = float(result.cycle_life_80[0])
        costs[key] = float(result.cost_materials_USD_per_kWh[0])
        ledger = result.explain(0).query("section == 'supply'")
        assert ledger["item"].str.startswith(key).all()
        given = ledger["value"].iloc[1]
        agent = load_agents()[key]
        assert given == pytest.approx(
            0.07 / 0.87 * agent.usable_capacity_mAh_per_g / 108.0
        )
    assert lives["Na3P"] > lives["Na2C2O4"]
    assert costs["Na3P"] > costs["NaN3"] > costs["Na2C2O4"]


def test_gas_and_a_potential_beyond_the_cutoff_are_flagged():
    def flags(key, cathode="NVP", **share):
        design = CellDesign(cathode=cathode, supply_agent=key, **share)
        return set(CellModel().evaluate(GOOD, design).flags(0))

    assert {"supply_agent_gas", "supply_agent_above_cutoff"} <= flags(
        "oxalate", **SHARE
    )
    assert "supply_agent_above_cutoff" not in flags("oxalate", "NVPF", **SHARE)
    assert not {"supply_agent_gas", "supply_agent_above_cutoff"} & flags(
        "Na3P", **SHARE
    )
    assert "supply_agent_gas" not in flags("oxalate")


def test_without_a_share_the_ledger_is_silent():
    assert CellModel().evaluate(GOOD).explain(0).query("section == 'supply'").empty


def test_the_command_takes_agent_and_share():
    arguments = ["cell", "--ce", "99.5", "--json", "--ledger"]
    added = ["--supply-agent", "Na3P", "--supply-fraction", "0.05"]
    plain, rich = (
        json.loads(CliRunner().invoke(app, [*arguments, *more]).stdout)
        for more in ([], added)
    )
    assert rich["cycle_life_80"] > plain["cycle_life_80"]
    assert any(row["item"].startswith("Na3P") for row in rich["ledger"])
    assert plain["cycle_life_80_by_efficiency"] == pytest.approx(plain["cycle_life_80"])
    bare = CliRunner().invoke(app, [*arguments, "--supply-agent", "Na3P"])
    assert bare.exit_code == 2
    assert "--supply-fraction" in bare.output
