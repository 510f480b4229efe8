"""The contract of the command line: keys, exit codes, what goes where."""

import json
import math
import os
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from sodalyte.screen.cli import app

RUNNER = CliRunner()
BASES = ["1 M NaPF6 in G2", "0.9 M NaPF6 + 0.1 M NaBF4 in G2"]


def run(*arguments):
    return RUNNER.invoke(app, [str(a) for a in arguments])


def shell(*arguments, **options):
    return subprocess.run(
        [sys.executable, "-m", "sodalyte", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        **options,
    )


def document(*arguments):
    done = run(*arguments, "--json")
    assert done.exit_code == 0, done.stderr
    return json.loads(done.stdout)


def test_parse_shows_every_basis():
    records = document("parse", *BASES)
    assert [record["input"] for record in records] == BASES
    for record in records:
        assert record["metal"] == "Na"
        assert math.isclose(
            sum(item["mole_fraction"] for item in record["components"]), 1.0
        )
        assert math.isclose(
            sum(item["mass_fraction"] for item in record["components"]), 1.0
        )
        assert math.isclose(record["salt_molarity_mol_per_L"], 1.0, rel_tol=1e-9)
        again = document("parse", record["canonical"])[0]
        assert again["components"] == record["components"]


def test_a_file_goes_on_after_a_bad_line(tmp_path):
    file = tmp_path / "list.txt"
    file.write_text(
        "# mine\n1 M NaPF6 in G2\n\n1 M Unobtainium in G2\n1 M NaFSI in DME\n",
        encoding="utf-8",
    )
    done = run("parse", "--file", file, "--json")
    records = json.loads(done.stdout)
    assert done.exit_code == 2
    assert ["error" in record for record in records] == [False, True, False]
    assert records[1]["input"] == "1 M Unobtainium in G2"
    assert "Unobtainium" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["parse", "-1 M NaPF6 in G2"], []),
        (["parse"], ["neither"]),
        (["parse", "--file", "nowhere.txt"], ["nowhere.txt", "Check"]),
        (["predict", "1 M NaPF6 in G2", "--areal-capacity", "-1"], ["-1", "mAh/cm2"]),
        (["predict", "1 M NaPF6 in G2", "--metal", "Mg"], ["Mg", "metal must be Na"]),
        (["predict", "1 M LiPF6 in EC/DMC"], ["Li", "Na"]),
        (["predict", "1 M LiPF6 in EC/DMC", "--metal", "Li"], ["Li", "sodium"]),
        (["cell", "--ce", "101"], ["101", "[0, 100]"]),
        (["cell", "--ce", "99", "--profile", "rosy"], ["rosy", "realistic"]),
        (["cell", "--ce", "99", "--cathode", "LFP9"], ["LFP9", "NVP"]),
        (["recipe", "1 M NaPF6 in G2", "--volume", "0"], ["volume_mL", "0"]),
        (["propose", "-n", "0"], ["0", "[1, 96]"]),
        (["propose", "--data", "nowhere.csv"], ["nowhere.csv"]),
        (["propose", "--space", "nowhere.toml"], ["nowhere.toml"]),
        (["propose", "--targets", "nowhere.toml"], ["nowhere.toml"]),
    ],
    ids=lambda value: "-".join(map(str, value))[:40],
)
def test_bad_input_ends_in_one_message_and_exit_2(arguments, words, tmp_path):
    extra = ["--out", tmp_path] if arguments[0] == "propose" else []
    done = shell(*arguments, *extra, cwd=tmp_path)
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    for word in words:
        assert word in done.stderr


def test_the_console_script_and_the_module_agree():
    folder = os.path.dirname(sys.executable)
    script = subprocess.run(
        [os.path.join(folder, "sodalyte"), "parse", BASES[0], "--json"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert script.stdout == shell("parse", BASES[0], "--json").stdout


def test_predict_has_the_promised_keys():
    record = document("predict", BASES[0])[0]
    assert {
        "formulation",
        "ce_percent",
        "nines",
        "runs_probability",
        "oxidative_limit_V_vs_Na",
        "interval",
        "in_domain",
        "nearest",
        "model",
    } <= set(record)
    ce = record["ce_percent"]
    assert 0 <= ce["low"] <= ce["median"] <= ce["high"] <= 100
    assert record["interval"] == 0.9
    assert len(record["nearest"]) == 3
    for near in record["nearest"]:
        assert {"formulation", "ce_percent", "qualifier", "distance", "source"} <= set(
            near
        )
        assert near["source"]
    distances = [near["distance"] for near in record["nearest"]]
    assert distances == sorted(distances)


def test_the_carbonate_that_fails_is_told_from_the_ether_that_works():
    ether, carbonate = document("predict", "1 M NaPF6 in G2", "1 M NaPF6 in EC/DEC")
    assert ether["ce_percent"]["median"] > 98.0
    assert carbonate["ce_percent"]["median"] < 60.0
    assert carbonate["runs_probability"] < ether["runs_probability"] - 0.2


def test_one_prediction_does_not_depend_on_its_company():
    alone = document("predict", BASES[0])[0]
    among = document("predict", *BASES, "2 M NaFSI in DME")[0]
    assert alone == among


def test_cell_keeps_its_identities_on_the_command_line():
    record = document("cell", "--ce", 99.9, "--initial-ce", 80, "--cycles", 1000)
    assert math.isclose(record["capacity_retention"], 0.999**1000, rel_tol=1e-9)
    assert {
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
    } <= set(record)


def test_an_endless_life_is_null_with_a_flag():
    record = document("cell", "--ce", 100)
    assert record["cycle_life_80"] is None
    assert "endless" in record["flags"]


def test_recipe_weighs_what_the_formulation_says():
    record = document("recipe", "1 M NaPF6 in G2", "--volume", 10)
    salt = next(item for item in record["ingredients"] if item["name"] == "NaPF6")
    assert math.isclose(salt["mass_g"], 167.951 * 0.010, rel_tol=1e-3)
    total = sum(item["mass_g"] for item in record["ingredients"])
    assert math.isclose(total, record["total_mass_g"], rel_tol=1e-3)


def test_featurize_writes_what_it_can_and_names_the_rest(tmp_path):
    file = tmp_path / "list.txt"
    file.write_text("1 M NaPF6 in G2\nnonsense here\n", encoding="utf-8")
    out = tmp_path / "features.csv"
    done = run("featurize", file, "-o", out, "--json")
    assert done.exit_code == 2
    assert json.loads(done.stdout)["rows"] == 1
    assert "line 2" in done.stderr
    assert out.read_text(encoding="utf-8").count("\n") == 2
    wrong = run("featurize", file, "-o", tmp_path / "features.xyz")
    assert wrong.exit_code == 2
    assert "features.xyz" in wrong.stderr


def test_a_temperature_nobody_measured_near_is_said_and_widens():
    usual = document("predict", BASES[0])[0]
    cold = document("predict", BASES[0], "--temperature", "-70")[0]
    assert usual["in_domain"]
    assert not cold["in_domain"]
    assert cold["unmeasured_conditions"] == [
        "temperature -70 degC (measured: -40 to 90)"
    ]
    assert cold["nines"]["std"] > usual["nines"]["std"]
