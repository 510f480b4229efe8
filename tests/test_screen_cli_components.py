"""Components of the user's own through the commands, as a chemist types them."""

import json

import pytest
from typer.testing import CliRunner

from sodalyte.datasets.components.catalogue import load_catalogue
from sodalyte.screen.cli import app

OWN = """
[[component]]
name = "MEP"
smiles = "COCCOCCC"
role = "solvent"
density_g_per_mL = 0.85
aliases = ["1-(2-methoxyethoxy)propane"]
source = "supplier sheet, 2026"

[component.properties]
flash_point_C = 21
melting_point_C = -80
ghs_hazards = "H225"

[[component]]
name = "NaMCA"
smiles = "[Na+].COC(=O)[N-]C#N"
role = "salt"
source = "our lab"
"""
TEXT = "0.8 M NaMCA in MEP:DME 1:1 v/v"


@pytest.fixture
def own(tmp_path):
    path = tmp_path / "own.toml"
    path.write_text(OWN, encoding="utf-8")
    return path


def run(*arguments):
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def document(*arguments):
    result = run(*arguments, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_parse_reads_an_own_solvent_and_an_own_salt(own):
    (parsed,) = document("parse", TEXT, "--components", own)
    assert parsed["canonical"] == "0.8 M NaMCA in DME:MEP 1:1 v/v"
    assert parsed["metal"] == "Na"
    roles = {c["name"]: c["role"] for c in parsed["components"]}
    assert roles == {"NaMCA": "salt", "DME": "solvent", "MEP": "solvent"}
    again = document("parse", parsed["canonical"], "--components", own)
    assert again[0]["components"] == parsed["components"]
    other_name = TEXT.replace("MEP", "1-(2-methoxyethoxy)propane")
    assert (
        document("parse", other_name, "--components", own)[0]["components"]
        == (parsed["components"])
    )


def test_predict_computes_the_features_of_an_anion_that_it_never_saw(own):
    (predicted,) = document("predict", TEXT, "--components", own)
    assert predicted["formulation"] == "0.8 M NaMCA in DME:MEP 1:1 v/v"
    assert 0 < predicted["ce_percent"]["median"] < 100
    assert not predicted["in_domain"]
    assert len(predicted["nearest"]) == 3


def test_a_recipe_has_the_hazards_of_the_file(own):
    sheet = document("recipe", TEXT, "--components", own)
    masses = {item["name"]: item["mass_g"] for item in sheet["ingredients"]}
    assert masses["NaMCA"] == pytest.approx(0.8 * 0.01 * 122.06, rel=1e-3)
    assert "MEP: H225 (GHS, measured)" in sheet["warnings"]
    assert "MEP: flammable liquid, flash point 21 degC" in sheet["warnings"]


def test_check_knows_own_components(own, tmp_path):
    table = tmp_path / "cells.csv"
    header = run("check", "--template").stdout.splitlines()[0].split(",")
    row = {
        "formulation": TEXT,
        "metal": "Na",
        "collector": "Cu",
        "current_density_mA_per_cm2": "0.5",
        "areal_capacity_mAh_per_cm2": "1",
        "temperature_C": "25",
        "ce_percent": "99.1",
        "ce_qualifier": "=",
        "work": "ours",
    }
    cells = ",".join(row.get(name, "") for name in header)
    table.write_text(",".join(header) + "\n" + cells + "\n", encoding="utf-8")
    assert document("check", table, "--components", own)["accepted"] == 1
    without = run("check", table, "--json")
    assert without.exit_code == 2
    assert json.loads(without.stdout)["accepted"] == 0


def test_own_components_are_gone_with_the_command(own):
    assert run("parse", TEXT, "--components", own).exit_code == 0
    assert "MEP" not in load_catalogue()
    refused = run("parse", TEXT)
    assert refused.exit_code == 2
    assert "unknown 'NaMCA'" in refused.output


@pytest.mark.parametrize("command", ["parse", "predict", "recipe"])
def test_a_faulty_components_file_is_bad_input(command, tmp_path):
    path = tmp_path / "own.toml"
    path.write_text('[[component]]\nname = "X"\nsmiles = "C1"\nrole = "solvent"\n')
    refused = run(command, TEXT, "--components", path)
    assert refused.exit_code == 2
    assert "must be readable by RDKit" in refused.output
    assert "Traceback" not in refused.output
    missing = run(command, TEXT, "--components", tmp_path / "none.toml")
    assert missing.exit_code == 2
    assert "No such file" in missing.output


def test_parse_counts_the_litre_as_asked():
    (of_solution,) = document("parse", "3 M LiTFSI in DME")
    (of_solvent,) = document("parse", "3 M LiTFSI in DME", "--molarity-per", "solvent")
    assert of_solution["salt_molarity_mol_per_L"] == pytest.approx(3)
    assert of_solvent["salt_molarity_mol_per_L"] < 2.5
    assert "M is read as moles per litre of solvent" in of_solvent["assumptions"]


def test_proposals_may_hold_own_components(own, tmp_path):
    """Texts with them are read back all the way into the report."""
    space = tmp_path / "space.toml"
    space.write_text(
        'components_file = "own.toml"\n'
        "[salts]\nstep = 0.1\ncount = [1, 1]\nallowed = {NaPF6 = [0.5, 2]}\n"
        "[solvents]\nstep = 5\ncount = [1, 1]\nallowed = {MEP = [100, 100]}\n",
        encoding="utf-8",
    )
    made = document("propose", "-n", 1, "--space", space, "--out", tmp_path / "out")
    assert made["proposals"][0]["formulation"].endswith("M NaPF6 in MEP")
    assert "MEP" in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
