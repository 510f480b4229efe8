"""The coverage page: what shows a topic runs, exists or is in the data."""

import ast
import csv
import re
import shlex
from functools import cache
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sodalyte.datasets import check_measurements
from sodalyte.datasets.loading.all_sets import ALL_LOADERS
from sodalyte.models.cell import CellDesign, CellModel, ElectrolyteProperties, Protocol
from sodalyte.screen.cli import app
from sodalyte.screen.judging.predict import predict

ROOT = Path(__file__).parent.parent
N_TOPICS = 56
STATUSES = {"modelled", "recorded", "refused"}
#: Settled here because nothing else in the project would name them.
SETTLED = {
    "supply agents": 18,
    "cathode coatings": 19,
    "artificial interphases": 22,
    "stack pressure": 29,
    "interphase targets": 35,
    "separators": 43,
    "plug-in physics": 46,
    "hard carbon": 49,
    "ampere-hour scale": 55,
    "SO2 and ammonia": 13,
    "carboranyl salts": 14,
}
BAD_INPUT = 2

with (ROOT / "docs/coverage.csv").open(encoding="utf-8", newline="") as file:
    ROWS = list(csv.DictReader(file))


def shown(kind):
    """List (id of the topic, item) of one kind: sodalyte, data or tests."""
    return [
        (row["id"], item)
        for row in ROWS
        for item in row["shown_by"].split(" ; ")
        if item.startswith(kind)
    ]


def test_all_topics_are_there_once_and_whole():
    assert [int(row["id"]) for row in ROWS] == list(range(1, N_TOPICS + 1))
    for row in ROWS:
        assert row["status"] in STATUSES, row["id"]
        assert row["topic"], row["id"]
        assert row["how"].endswith("."), row["id"]
    assert len({row["topic"] for row in ROWS}) == N_TOPICS


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])
def test_every_topic_is_shown_by_something_that_is_checked(row):
    items = [item for item in row["shown_by"].split(" ; ") if item]
    assert items, f"topic {row['id']} is shown by nothing"
    known = ("sodalyte ", "data ", "tests/")
    assert all(item.startswith(known) for item in items), items


def test_what_nothing_else_names_is_settled():
    by_id = {int(row["id"]): row for row in ROWS}
    for topic, number in SETTLED.items():
        assert by_id[number]["shown_by"], topic


@cache
def names_in(path):
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return {n.name for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)}


@pytest.mark.parametrize(("number", "item"), shown("tests/"))
def test_the_named_test_exists(number, item):
    path, _, name = item.partition("::")
    assert (ROOT / path).is_file(), f"topic {number} names {path}"
    assert name in names_in(path), f"topic {number} names {item}"


@pytest.mark.parametrize(("number", "item"), shown("sodalyte "))
def test_the_command_shows_it(number, item):
    command, _, expected = item.partition(" => ")
    status = ROWS[int(number) - 1]["status"]
    done = CliRunner().invoke(app, shlex.split(command)[1:])
    told = " ".join((done.output + done.stderr).split())
    assert expected
    assert expected in told
    assert done.exit_code == (BAD_INPUT if status == "refused" else 0)


@cache
def lines_of(name):
    frame = next(load() for load in ALL_LOADERS if load.__name__ == f"load_{name}")
    rows = frame.frame.astype(object).itertuples(index=False)
    return [" | ".join(str(cell) for cell in row) for row in rows]


@pytest.mark.parametrize(("number", "item"), shown("data "))
def test_the_record_is_in_the_data(number, item):
    name, _, pattern = item.removeprefix("data ").partition(" ~ ")
    assert any(re.search(pattern, line) for line in lines_of(name))


def test_of_four_salts_in_diglyme_only_one_runs():
    salts = ("NaPF6", "NaOTf", "NaTFSI", "NaFSI")
    table = predict([f"1 M {salt} in G2" for salt in salts])
    runs = table["runs_probability"].tolist()
    assert runs[0] > 0.9
    assert max(runs[1:]) < 0.5
    assert table["ce_percent_median"].idxmax() == 0


def test_a_supply_agent_lengthens_life_and_thickens_the_sodium():
    electrolyte = ElectrolyteProperties.from_ce_percent(99.5, initial_ce_percent=100.0)
    plain, blended = (
        CellModel("ideal").evaluate(
            electrolyte, CellDesign(sacrificial_mass_fraction=share), Protocol()
        )
        for share in (0.0, 0.03)
    )
    assert blended.cycle_life_80[0] > plain.cycle_life_80[0]
    assert blended.sodium_thickness_um[0] > plain.sodium_thickness_um[0]


def test_own_files_record_separator_pressure_and_stripping_cut_off(tmp_path):
    file = tmp_path / "cells.csv"
    file.write_text(
        "formulation,metal,collector,current_density_mA_per_cm2,"
        "areal_capacity_mAh_per_cm2,temperature_C,ce_percent,ce_qualifier,work,"
        "separator,pressure (MPa),stripping_cutoff_V\n"
        "1 M NaPF6 in G2,Na,Cu,0.5,1,25,99.8,=,ours,glass fibre GF/D,0.742,0.5\n",
        encoding="utf-8",
    )
    checked = check_measurements(file)
    assert checked.faults.empty
    row = checked.accepted.iloc[0]
    assert row["separator"] == "glass fibre GF/D"
    assert row["stack_pressure_kPa"] == pytest.approx(742)
    assert row["stripping_cutoff_V"] == 0.5
