"""The commands of the registry: keys, exit codes, and the champion in use."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sodalyte.screen.cli import app

RUNNER = CliRunner()
DATA = Path(__file__).parent / "data"
LAB = DATA.parent.parent / "examples" / "lab_measurements.csv"
RECIPE = "1 M NaPF6 in G2"


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A home with two models made by the command line."""
    folder = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SODALYTE_HOME", str(folder))
        done = run("retrain", "--data", LAB, "--out", folder / "out", "--json")
        assert done.exit_code == 0, done.stderr
        (folder / "first.json").write_text(done.stdout, encoding="utf-8")
        yield folder


@pytest.fixture(autouse=True)
def _at_home(home, monkeypatch):
    monkeypatch.setenv("SODALYTE_HOME", str(home))


def run(*arguments):
    return RUNNER.invoke(app, [str(a) for a in arguments])


def document(*arguments):
    done = run(*arguments, "--json")
    assert done.exit_code == 0, done.stderr
    return json.loads(done.stdout)


def test_retrain_keeps_its_contract(home):
    made = json.loads((home / "first.json").read_text("utf-8"))
    assert {"champion", "challenger", "promoted", "why"} <= set(made)
    assert made["champion"]["version"] == "v1"
    assert made["challenger"]["version"] == "v2"
    assert made["promoted"] is True
    gap = made["evaluation"]["figures"][0]["difference"]
    assert gap["low"] <= gap["value"] <= gap["high"]
    assert Path(made["report"]).exists()
    assert {path.name for path in (home / "out").iterdir()} == {
        "retrain.html",
        "retrain.json",
    }


def test_list_and_show_tell_champion_card_and_rows():
    listed = document("models", "list")
    assert listed["champion"] == "v2"
    assert [model["version"] for model in listed["models"]][:2] == ["v1", "v2"]
    assert [event["event"] for event in listed["history"]][:2] == ["added", "promoted"]
    shown = document("models", "show", "v2")
    assert shown["is_champion"]
    assert shown["usable"]
    assert shown["parent"] == "v1"
    assert len(shown["own_rows"]) == shown["data"]["own_rows"]
    assert {"row_id", "formulation", "ce_percent", "origin"} <= set(
        shown["own_rows"][0]
    )
    text = run("models", "show", "v2").stdout
    assert "# Model v2" in text
    assert "example-lab-2026" in text


def test_predict_uses_the_champion_and_rollback_gives_the_old_figures_back():
    new = document("predict", RECIPE)
    assert new[0]["model"]["version"].startswith("v2 of the registry")
    assert document("models", "rollback", "--why", "test")["champion"] == "v1"
    old = document("predict", RECIPE)
    assert old[0]["model"]["version"].startswith("v1 of the registry")
    assert old[0]["ce_percent"] != new[0]["ce_percent"]
    assert document("models", "promote", "v2")["champion"] == "v2"
    assert document("predict", RECIPE) == new
    history = document("models", "list")["history"]
    assert [event["event"] for event in history][-2:] == ["rolled back to", "promoted"]


def test_export_import_compare(tmp_path, monkeypatch):
    file = tmp_path / "mine.skops"
    sent = document("models", "export", "v2", "--out", file)
    assert len(sent["sha256"]) == 64
    compared = document("models", "compare", "v1", "v2")
    assert len(compared["evaluation"]["figures"]) == 2
    assert compared["moved"]
    monkeypatch.setenv("SODALYTE_HOME", str(tmp_path / "elsewhere"))
    came = document("models", "import", file)
    assert came == {"version": "v1", "usable": True, "note": ""}
    assert document("models", "list")["champion"] is None


def test_faulty_rows_are_listed_and_end_in_exit_2(tmp_path):
    before = document("models", "list")["models"]
    done = run(
        "retrain", "--data", DATA / "poisoned_rows.csv", "--out", tmp_path, "--json"
    )
    assert done.exit_code == 2
    made = json.loads(done.stdout)
    assert made["promoted"] is False
    assert made["challenger"] is None
    assert {"file", "row", "column", "value", "rule", "remedy"} <= set(
        made["faults"][0]
    )
    assert "--accepted-only" in done.stderr
    assert document("models", "list")["models"] == before
    assert "Nothing was trained" in (tmp_path / "retrain.html").read_text("utf-8")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["retrain", "--data", "nowhere.csv"], ["nowhere.csv", "Check"]),
        (["retrain", "--leave-out", "nonsense"], ["nonsense", "ether_campaign"]),
        (["retrain", "--corrections", "nowhere.csv"], ["nowhere.csv"]),
        (["retrain", "--proposals", "nowhere"], ["nowhere"]),
        (["models", "show", "v99"], ["v99", "v1, v2"]),
        (["models", "promote", "v99"], ["v99"]),
        (["models", "compare", "v1", "v1"], ["two versions"]),
        (["models", "import", "nowhere.skops"], ["nowhere.skops"]),
    ],
    ids=lambda value: "-".join(map(str, value))[:40],
)
def test_bad_input_ends_in_one_message_and_exit_2(arguments, words, tmp_path):
    extra = ["--out", tmp_path] if arguments[0] == "retrain" else []
    done = run(*arguments, *extra)
    assert done.exit_code == 2, done.output
    assert done.stdout == ""
    for word in words:
        assert word in done.stderr


def test_without_mlflow_the_message_says_how_to_get_it(tmp_path):
    code = (
        "import sys; sys.modules['mlflow'] = None\n"
        "from sodalyte.screen.cli import app\n"
        "app(['retrain', '--mlflow', 'sqlite:///runs.db', '--out', sys.argv[1]])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ},
    )
    assert done.returncode == 2
    assert "pip install mlflow-skinny" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_mlflow_gets_figures_and_card(tmp_path):
    pytest.importorskip("mlflow", reason="MLflow's client is optional")
    code = """
import json, sys
import mlflow
from sodalyte.screen.surrogates.registry import Registry
from sodalyte.screen.retraining.mlflow_log import log_retraining
document = json.load(open(sys.argv[1]))
uri = "file:" + sys.argv[2]
run_id = log_retraining(document, Registry(), uri)
run = mlflow.MlflowClient(tracking_uri=uri).get_run(run_id)
print(json.dumps([run.data.metrics, run.data.params, run.data.tags]))
"""
    home = Path(os.environ["SODALYTE_HOME"])
    done = subprocess.run(
        [sys.executable, "-c", code, str(home / "first.json"), str(tmp_path / "runs")],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "MLFLOW_ALLOW_FILE_STORE": "true"},
    )
    assert done.returncode == 0, done.stderr
    metrics, params, tags = json.loads(done.stdout.splitlines()[-1])
    made = json.loads((home / "first.json").read_text("utf-8"))
    assert metrics["crps_nines"] == pytest.approx(made["challenger"]["crps_nines"])
    assert params["version"] == "v2"
    assert params["data_sha256"] == made["challenger"]["data_sha256"]
    assert tags["promoted"] == "True"
