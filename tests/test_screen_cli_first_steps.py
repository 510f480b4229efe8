"""What a newcomer meets first: every message says what to do next."""

import csv

import pytest
from typer.testing import CliRunner

from sodalyte.datasets import training_frame
from sodalyte.screen.campaign.campaign import Campaign
from sodalyte.screen.cli import app
from sodalyte.screen.proposing.propose import read_measurements

RUNNER = CliRunner()
LAB_WORDS = """\
electrolyte;metal;substrate;current (mA/cm2);capacity (mAh/cm2);T (degC);CE (%);\
qualifier;paper
1M NaPF6 in diglyme;Na;Cu;0,5;1;25;99,87;=;march
1M NaPF6 in diglyme;Na;Cu;0.5;1;RT;99.8;=;march
1M NaFSI in DME;Na;Cu;0.5;1;25;;;march
"""


def run(*arguments):
    return RUNNER.invoke(app, [str(a) for a in arguments])


def words(done):
    """Read a table without its frame and its line breaks."""
    return " ".join(done.output.replace("│", " ").split())


def test_columns_in_lab_words_are_known(tmp_path):
    file = tmp_path / "march.csv"
    file.write_text(LAB_WORDS.replace(",", ".").replace("RT", "25"), encoding="utf-8")
    done = run("check", file)
    assert "not known" not in done.output
    assert "must have the column" not in words(done)


def test_check_says_what_to_write_instead(tmp_path):
    file = tmp_path / "march.csv"
    file.write_text(LAB_WORDS, encoding="utf-8")
    done = run("check", file)
    told = words(done)
    assert done.exit_code == 2
    assert "in the columns current (mA/cm2), CE (%) replace each comma" in told
    assert "write the degrees, as in 25" in told
    assert "write would_not_run in a column named outcome" in told


def test_propose_keeps_rule_and_remedy_apart(tmp_path):
    file = tmp_path / "march.csv"
    file.write_text(LAB_WORDS.replace(",", "."), encoding="utf-8")
    with pytest.raises(ValueError, match=r"row 3, T \(degC\): 'RT': .*; write the"):
        read_measurements(file)
    with pytest.raises(ValueError, match="no such file; check the path"):
        read_measurements(tmp_path / "nowhere.csv")


def test_a_clean_file_is_told_what_comes_next():
    done = run("check", "examples/lab_measurements.csv")
    assert (
        "3 cells of 1 M NaPF6 in G2 on Cu (rows 2, 3, 4): mean 99.86 %" in done.output
    )
    assert "Next: sodalyte propose --data examples/lab_measurements.csv" in done.output


def test_predict_says_what_it_assumed():
    told = run("predict", "NaPF6 in diglyme", "1 M NaPF6 in G2").output
    assert told.count("assumed for ") == 1
    assert "no concentration of NaPF6 is given: 1 M is assumed" in told


@pytest.fixture
def loop(tmp_path):
    place = tmp_path / "loop.db"
    with Campaign.new(place) as campaign:
        campaign.tell(
            [{"formulation": f"1 M NaPF6 in {s}", "ce_percent": 99.5} for s in GLYMES]
        )
        campaign.tell(
            [
                {
                    "formulation": "1 M NaOTf in G2",
                    "outcome": "failed_early",
                    "ce_percent": 80,
                    "temperature_C": 40,
                }
            ]
        )
    return place


GLYMES = ("DME", "G2")


def test_what_a_campaign_exports_is_a_measurement_file(loop, tmp_path):
    assert run("campaign", "export", loop, "--out", tmp_path / "out").exit_code == 0
    done = run("check", tmp_path / "out/measurements.csv")
    assert done.exit_code == 0, done.output
    with (tmp_path / "out/measurements.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [float(row["temperature_C"]) for row in rows] == [25, 25, 40]
    assert rows[2]["ce_qualifier"] == "<"  # it failed early: an upper bound
    assert "temperature_C" in rows[0]["note"]
    assert "temperature_C" not in rows[2]["note"]


def test_cells_that_ran_and_that_would_not_train_together(loop):
    with Campaign.open(loop) as campaign:
        campaign.tell([{"formulation": "1 M NaFSI in DME", "outcome": "would_not_run"}])
        frame, _ = training_frame(campaign.measurements())
    own = frame[frame["set_name"] == "own"]
    assert sorted(own["outcome"]) == ["failed_early", "ran", "ran", "would_not_run"]
    assert own.loc[own["outcome"] == "would_not_run", "ce_qualifier"].tolist() == [""]


def test_results_may_be_named_as_the_options_are(loop, tmp_path):
    results = tmp_path / "results.csv"
    results.write_text("formulation,ce\n1 M NaPF6 in G4,99.2\n", encoding="utf-8")
    done = run("campaign", "tell", loop, "--results", results)
    assert done.output.startswith("E0004 done")
    results.write_text("experiment,efficiency\nE0001,99.2\n", encoding="utf-8")
    refused = run("campaign", "tell", loop, "--results", results)
    assert "unknown key 'efficiency'; there are" in refused.stderr
    assert "ce_percent" in refused.stderr


def test_a_wrong_experiment_is_told_which_there_are(loop):
    refused = run("campaign", "tell", loop, "--experiment", "E0099", "--ce", "99")
    assert "no experiment E0099" in refused.stderr
    assert "it has E0001 to E0003" in refused.stderr
    again = run("campaign", "tell", loop, "--experiment", "E0001", "--ce", "98")
    assert "tell --correct --reason" in again.stderr
