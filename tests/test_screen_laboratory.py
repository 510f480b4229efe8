"""Whose cell is predicted: the own laboratory by default, another by name."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sodalyte.datasets.formulations.formulation import Formulation
from sodalyte.screen.cli import app
from sodalyte.screen.judging.conditions import ANY_LABORATORY, Conditions
from sodalyte.screen.judging.laboratory import in_own_laboratory, own_laboratory
from sodalyte.screen.judging.predict import predict_documents
from sodalyte.screen.proposing.propose import propose, read_measurements
from sodalyte.screen.surrogates.training import bundled_predictors, train_predictors

EXAMPLE = Path(__file__).parent.parent / "examples" / "lab_measurements.csv"
OWN = "example-lab-2026"
BASELINE = Formulation.from_text("1 M NaPF6 in G2")


@pytest.fixture(scope="module")
def own():
    return read_measurements(EXAMPLE)


@pytest.fixture(scope="module")
def predictors(own):
    return train_predictors(own)


def test_bundled_measurements_are_nobodys_own():
    assert own_laboratory(bundled_predictors()) is None
    made = in_own_laboratory(None, bundled_predictors())
    assert made == Conditions(laboratory=ANY_LABORATORY)
    (told,) = predict_documents([BASELINE], predictors=bundled_predictors())
    assert told["laboratory"] is None


def test_own_measurements_name_the_laboratory(predictors):
    (told,) = predict_documents([BASELINE], predictors=predictors)
    assert told["laboratory"]["name"] == OWN
    assert told["laboratory"]["n_measurements"] == 9
    assert told["conditions"].endswith(f"in laboratory '{OWN}'")
    anyone = Conditions(laboratory=ANY_LABORATORY)
    (other,) = predict_documents([BASELINE], anyone, predictors=predictors)
    assert other["laboratory"] is None
    assert told["nines"]["std"] < 0.9 * other["nines"]["std"]


def test_own_cells_stand_first_beside_an_own_prediction(predictors):
    (told,) = predict_documents([BASELINE], predictors=predictors)
    assert [near["source"] for near in told["nearest"]] == ["own measurement"] * 3
    assert {near["ce_percent"] for near in told["nearest"]} == {99.86, 99.82, 99.89}


def test_two_own_laboratories_are_none(own):
    split = own.copy()
    split.loc[split.index[:4], "work"] = "another bench"
    assert own_laboratory(train_predictors(split)) is None


def test_a_laboratory_of_failures_alone_is_none(own):
    failed = own[own["outcome"] != "ran"]
    assert 0 < len(failed) < len(own)
    made = train_predictors(failed)
    assert own_laboratory(made) is None
    predict_documents([BASELINE], predictors=made)  # and nothing breaks


def test_the_protocol_does_not_hold_the_laboratory():
    here = Conditions(laboratory=OWN)
    assert here.protocol() == Conditions().protocol()
    assert "laboratory" not in here.frame(2)
    assert str(replace(here, laboratory=ANY_LABORATORY)) == str(Conditions())


def test_proposals_from_own_measurements_are_for_the_own_laboratory(own, tmp_path):
    made = propose(1, data=EXAMPLE, seed=0)
    assert made.document["conditions"]["laboratory"] == OWN
    assert made.document["proposals"][0]["prediction"]["laboratory"]["name"] == OWN
    made.write(tmp_path)
    assert OWN in (tmp_path / "report.html").read_text(encoding="utf-8")
    request = json.loads((tmp_path / "lab_request.json").read_text(encoding="utf-8"))
    assert "laboratory" not in json.dumps(request)


@pytest.mark.parametrize("command", ["predict", "propose"])
def test_an_unknown_laboratory_is_one_clear_message(command, tmp_path):
    arguments = {
        "predict": ["predict", "1 M NaPF6 in G2"],
        "propose": ["propose", "--out", str(tmp_path / "out")],
    }[command]
    result = CliRunner().invoke(app, [*arguments, "--laboratory", "nobody"])
    assert result.exit_code == 2
    assert "A laboratory must be a work that the model has learnt" in result.stderr
    assert "Got 'nobody'" in result.stderr
    assert "Traceback" not in result.stderr
    assert not (tmp_path / "out").exists()


def test_a_laboratory_without_a_name_is_refused():
    with pytest.raises(ValueError, match="or be 'any'"):
        Conditions(laboratory=" ")


def test_the_command_says_how_a_laboratory_reads():
    result = CliRunner().invoke(
        app, ["predict", "1 M NaPF6 in G2", "--laboratory", "Seh2015_ACSCentSci"]
    )
    assert result.exit_code == 0
    assert "in laboratory 'Seh2015_ACSCentSci'" in result.stdout
    assert "reads +0." in result.stdout
