import json

import pytest
from typer.testing import CliRunner

from sodalyte.datasets.checking.check import check_measurements
from sodalyte.datasets.components.catalogue import load_catalogue, use_components
from sodalyte.datasets.formulations.formulation import Formulation
from sodalyte.screen.campaign.campaign import Campaign
from sodalyte.screen.campaign.components import (
    catalogue_of,
    components_text,
    space_of,
)
from sodalyte.screen.cli import app
from sodalyte.screen.proposing.propose import propose

OWN = """
[[component]]
name = "MEP"
smiles = "COCCOCCC"
role = "solvent"
density_g_per_mL = 0.85

[component.properties]
melting_point_C = -80
"""
SALT = """
[[component]]
name = "NaMCA"
smiles = "[Na+].COC(=O)[N-]C#N"
role = "salt"
"""
SPACE = """
components_file = "own.toml"
[salts]
step = 0.1
count = [1, 1]
allowed = {NaPF6 = [0.5, 2]}
[solvents]
step = 5
count = [1, 1]
allowed = {MEP = [100, 100]}
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "own.toml").write_text(OWN, encoding="utf-8")
    (tmp_path / "salt.toml").write_text(SALT, encoding="utf-8")
    (tmp_path / "space.toml").write_text(SPACE, encoding="utf-8")
    return tmp_path


def document(*arguments):
    result = CliRunner().invoke(app, [*map(str, arguments), "--json"])
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_texts_become_a_catalogue():
    assert catalogue_of("") is None
    assert catalogue_of(OWN) is catalogue_of(OWN)
    assert "MEP" in catalogue_of(OWN)
    assert "MEP" not in load_catalogue()
    with pytest.raises(ValueError, match="must be possible"):
        catalogue_of('[[component]]\nname = "X"\nsmiles = "C1"\nrole = "solvent"\n')


def test_the_components_of_the_space_and_beside_it_are_kept(folder):
    space, salt = folder / "space.toml", folder / "salt.toml"
    assert components_text(None, None) == ""
    assert components_text(space, None) == OWN
    both = components_text(space, salt)
    assert {"MEP", "NaMCA"} <= set(catalogue_of(both))
    found = space_of(space.read_text(), both)
    assert [c.name for c in found.grid.components] == ["NaPF6", "MEP"]
    assert space_of("", both) is None


def test_a_campaign_reads_its_components_back_without_the_file(folder):
    place = folder / "loop.db"
    with Campaign.new(place, components=OWN):
        pass
    with Campaign.open(place) as campaign:
        (told,) = campaign.tell([{"formulation": "1 M NaPF6 in MEP", "ce_percent": 98}])
        assert told.formulation == "1 M NaPF6 in MEP"
        assert "MEP" in campaign.to_study().best_params
        assert campaign.measurements()["formulation"].tolist() == ["1 M NaPF6 in MEP"]
    with Campaign.new(folder / "plain.db") as plain:
        assert plain.catalogue is None
        with pytest.raises(ValueError, match="unknown 'MEP'"):
            plain.tell([{"formulation": "1 M NaPF6 in MEP", "ce_percent": 98}])


def test_a_faulty_component_begins_no_campaign(folder):
    with pytest.raises(ValueError, match="must be TOML"):
        Campaign.new(folder / "loop.db", components="[[component")
    assert not (folder / "loop.db").exists()


@pytest.mark.slow
def test_the_loop_goes_round_with_own_components(folder):
    """The files may go once the campaign has begun: it keeps what they said."""
    place = folder / "loop.db"
    given = ("--space", folder / "space.toml", "--components", folder / "salt.toml")
    document("campaign", "new", place, *given)
    for name in ("own.toml", "salt.toml", "space.toml"):
        (folder / name).unlink()
    asked = document("campaign", "ask", place, "-n", 1)
    (first,) = asked["experiments"]
    assert first["formulation"].endswith("M NaPF6 in MEP")
    told = ("campaign", "tell", place)
    document(*told, "--experiment", first["experiment"], "--ce", 98.5)
    unasked = document(*told, "--formulation", "0.5 M NaMCA in MEP", "--ce", 90)
    assert unasked["told"][0]["formulation"] == "0.5 M NaMCA in MEP"
    again = document("campaign", "ask", place, "-n", 1, "--out", folder / "out")
    assert again["experiments"][0]["formulation"] != first["formulation"]
    assert "MEP" in (folder / "out" / "report.html").read_text(encoding="utf-8")


def test_an_export_carries_the_components_that_its_rows_need(tmp_path):
    with Campaign.new(tmp_path / "lab.db", components=OWN) as campaign:
        campaign.tell([{"formulation": "1 M NaPF6 in MEP", "ce_percent": 90.0}])
        paths = campaign.export(tmp_path / "out")
    assert paths[-1].read_text() == OWN
    with use_components(paths[-1]):
        result = check_measurements(tmp_path / "out" / "measurements.csv")
    assert len(result.accepted) == 1
    assert result.faults.empty


@pytest.mark.slow
def test_proposals_for_a_campaign_search_its_space(tmp_path):
    space = (
        "[salts]\nstep = 0.1\ncount = [1, 1]\nallowed = {NaPF6 = [0.3, 1.0]}\n"
        "[solvents]\nstep = 10\ncount = [1, 2]\n"
        "allowed = {G2 = [10, 100], MEP = [10, 50]}\n"
    )
    place = tmp_path / "lab.db"
    with Campaign.new(place, space=space, components=OWN) as campaign:
        campaign.tell([{"formulation": "1 M NaPF6 in MEP/G2 1:1", "ce_percent": 99.5}])
    made = propose(3, campaign=place)
    with use_components(made.own_catalogue):
        recipes = [
            Formulation.from_text(p["formulation"]) for p in made.document["proposals"]
        ]
    assert {name for r in recipes for name in r.names} <= {"NaPF6", "G2", "MEP"}
    assert made.document["data"]["own_rows"] == 1
