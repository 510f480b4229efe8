"""The main job: eight recipes that a chemist could mix, and what is said of them."""

import csv
import json
import math
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sodalyte.datasets.formulations.array import FormulationArray
from sodalyte.datasets.formulations.formulation import Formulation
from sodalyte.screen.choosing.batch import lab_steps_between
from sodalyte.screen.judging.conditions import Conditions
from sodalyte.screen.judging.predict import predict_documents
from sodalyte.screen.proposing.propose import propose
from sodalyte.screen.space.search_space import SearchSpace

EXAMPLE = Path(__file__).parent.parent / "examples" / "lab_measurements.csv"
FILES = [
    "lab_request.json",
    "proposals.csv",
    "proposals.json",
    "report.html",
    "stock_plan.csv",
    "weigh_sheets.csv",
]


@pytest.fixture(scope="module")
def document(proposals):
    return proposals.document


@pytest.fixture(scope="module")
def recipes(document):
    return [Formulation.from_text(p["formulation"]) for p in document["proposals"]]


def test_eight_different_feasible_recipes(recipes):
    space = SearchSpace.default()
    assert len(set(recipes)) == 8
    for recipe in recipes:
        assert space.contains(recipe) == (True, ())


def test_proposals_differ_by_more_than_one_lab_step(recipes):
    space = SearchSpace.default()
    steps = space.to_steps(FormulationArray.from_list(recipes))
    for i in range(len(steps)):
        others = np.delete(steps, i, axis=0)
        assert lab_steps_between(others, steps[i]).min() > 1.0


def test_every_figure_has_its_interval(document):
    for proposal in document["proposals"]:
        prediction, cell = proposal["prediction"], proposal["cell"]
        for figure in (
            prediction["ce_percent"],
            prediction["oxidative_limit_V_vs_Na"],
            cell["cycle_life_80"],
            cell["specific_energy_Wh_per_kg"]["cell"],
        ):
            assert figure["low"] <= figure["median"] <= figure["high"]
        assert len(prediction["nearest"]) == 3
        assert proposal["why"].endswith(".")
        assert proposal["list"] in ("safe", "exploratory")


def test_both_lists_are_served(document):
    lists = [proposal["list"] for proposal in document["proposals"]]
    assert lists.count("safe") >= 1
    assert lists.count("exploratory") >= 1
    for proposal in document["proposals"]:
        if proposal["list"] == "safe":
            assert proposal["prediction"]["in_domain"]


def test_nothing_like_the_known_bad_electrolyte_is_called_safe(document, recipes):
    """1 M NaPF6 in EC/DEC on copper fails (10.1039/c8ee01373j, Table 1 row 4)."""
    for proposal, recipe in zip(document["proposals"], recipes, strict=True):
        solvents = {
            c.name for c in recipe.components if c.role in ("solvent", "diluent")
        }
        if proposal["list"] == "safe":
            assert not solvents <= {"EC", "PC", "DEC", "DMC", "EMC"}


def test_predict_repeats_the_figures_of_propose(document, recipes):
    again = predict_documents(recipes, Conditions(**document["conditions"]))
    for proposal, prediction in zip(document["proposals"], again, strict=True):
        for name in ("ce_percent", "oxidative_limit_V_vs_Na", "nines"):
            assert proposal["prediction"][name] == prediction[name]


def test_measured_recipes_come_back_only_as_the_control(document, recipes, proposals):
    measured = set(proposals.measured["formulation"].str.split("<br>").str[0])
    assert not {recipe.canonical for recipe in recipes} & measured
    control = document["control"]
    assert control["formulation"] in measured
    assert control["replicates"] >= 2


def test_no_row_is_dropped_in_silence(document):
    data = document["data"]
    assert document["dropped_rows"] == 0
    assert data["rows_used"] + len(data["excluded"]) == data["rows_known"]
    assert all(row["reason"] for row in data["excluded"])


def test_the_files_are_written_and_agree(proposals, tmp_path):
    report = proposals.write(tmp_path)
    assert report == tmp_path / "report.html"
    assert sorted(path.name for path in tmp_path.iterdir()) == FILES
    document = json.loads((tmp_path / "proposals.json").read_text(encoding="utf-8"))
    with (tmp_path / "proposals.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    with (tmp_path / "weigh_sheets.csv").open(encoding="utf-8") as file:
        weighed = list(csv.DictReader(file))
    assert [row["id"] for row in rows[:-1]] == [p["id"] for p in document["proposals"]]
    assert rows[-1]["id"] == "control"
    for proposal in document["proposals"]:
        lines = [line for line in weighed if line["id"] == proposal["id"]]
        total = sum(float(line["mass_g"]) for line in lines)
        assert math.isclose(total, proposal["recipe"]["total_mass_g"], rel_tol=1e-3)


@pytest.mark.slow
def test_equal_seeds_give_equal_files(proposals, tmp_path):
    again = propose(8, seed=0)
    proposals.write(tmp_path / "one")
    again.write(tmp_path / "two")
    for name in set(FILES) - {"report.html"}:
        assert (tmp_path / "one" / name).read_bytes() == (
            tmp_path / "two" / name
        ).read_bytes()
    assert proposals.report("now") == again.report("now")


@pytest.mark.slow
def test_own_measurements_change_the_proposals_and_are_named(document):
    own = propose(8, seed=0, data=EXAMPLE).document
    assert own["data"]["own_rows"] == 12
    assert own["data"]["own_source"] == "lab_measurements.csv"
    assert any("own measurements" in note for note in own["summary"]["notes"])
    assert own["model"]["version"] != document["model"]["version"]
    bundled = [p["formulation"] for p in document["proposals"]]
    changed = [p["formulation"] for p in own["proposals"]]
    assert changed != bundled


def test_a_faulty_file_is_refused_with_its_rows(tmp_path):
    file = tmp_path / "mine.csv"
    header = EXAMPLE.read_text(encoding="utf-8").splitlines()[0].split(",")
    good = EXAMPLE.read_text(encoding="utf-8").splitlines()[1].split(",")
    bad = list(good)
    bad[header.index("ce_percent")] = "300"
    file.write_text(
        "\n".join(",".join(row) for row in (header, good, bad)), encoding="utf-8"
    )
    with pytest.raises(ValueError, match=r"mine\.csv' has 1:\s+row 3, ce_percent"):
        propose(2, data=file)


def test_a_campaign_gives_its_own_names_to_the_recipes(proposals, tmp_path):
    entries = proposals.document["proposals"]
    names = {p["formulation"]: f"E{i:04d}" for i, p in enumerate(entries, start=1)}
    first = entries[0]["formulation"]
    renamed = proposals.renamed(names | {first: "E0099"})
    assert [p["id"] for p in renamed.document["proposals"]][:2] == ["E0099", "E0002"]
    assert [p["id"] for p in proposals.document["proposals"]][:2] == ["P1", "P2"]
    renamed.write(tmp_path)
    sheets = pd.read_csv(tmp_path / "weigh_sheets.csv")
    assert set(sheets["id"]) - {"control"} == {"E0099", *list(names.values())[1:]}
    for name in ("stock_plan.csv", "proposals.json", "report.html"):
        text = (tmp_path / name).read_text(encoding="utf-8")
        assert "E0099" in text
        assert not re.search(r'^P1,|"P1"|>P1<', text, re.MULTILINE), name
