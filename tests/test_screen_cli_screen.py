"""`sodalyte screen` on the command line."""

import csv
import json

import pytest
from typer.testing import CliRunner

from sodalyte.screen.cli import app
from sodalyte.screen.cli.screen import n_cores

runner = CliRunner()


def run(*arguments):
    return runner.invoke(app, ["screen", *map(str, arguments)])


def test_json_has_the_promised_keys_and_the_file_holds_the_same(tmp_path):
    out = tmp_path / "best.json"
    done = run("--count", 60, "--top", 3, "--workers", 1, "--out", out, "--json")
    assert done.exit_code == 0, done.stderr
    document = json.loads(done.stdout)
    assert document["screened"] == 60
    assert document["seconds"] > 0
    assert len(document["top"]) == 3
    assert json.loads(out.read_text(encoding="utf-8")) == document
    assert "60 of 60 rows" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["best.json"]
    first = document["top"][0]
    assert first["cell"]["cycle_life_80"].keys() == {"median", "low", "high"}
    assert first["prediction"]["formulation"] == first["formulation"]


def test_a_library_with_a_bad_row_writes_a_table(tmp_path):
    library = tmp_path / "library.csv"
    library.write_text("SMILES\nCOCCOC\n=cmd|x\n", encoding="utf-8")
    out = tmp_path / "best.csv"
    done = run("--library", library, "--top", 2, "--workers", 1, "--out", out)
    assert done.exit_code == 0, done.stderr
    assert "row 1 '=cmd|x' cannot be judged" in done.stderr
    with out.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["smiles"] for row in rows] == ["COCCOC"]
    assert float(rows[0]["ce_percent_median"]) > 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--out", "x.txt"), "Choose another ending"),
        (("--workers", 0), "Correct --workers"),
        (("--count", 0), "count of at least 1"),
        (("--seed", -1), "seed of at least 0"),
        (("--top", 0), "Correct --top"),
        (("--space", "missing.toml"), "missing.toml"),
        (("--library", "missing.csv"), "missing.csv"),
        (("--recipe", "1 M NaPF6 in {}"), "Give --library"),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)
def test_bad_options_end_in_one_message(tmp_path, monkeypatch, arguments, words):
    monkeypatch.chdir(tmp_path)
    done = run(*arguments)
    assert done.exit_code == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert not list(tmp_path.iterdir())


def test_all_cores_are_the_default():
    assert n_cores() >= 1
