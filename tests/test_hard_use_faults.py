"""Things that go wrong around the program: a message, and a state to go on from.

``docs/hard-use.md`` lists every fault with the test that holds it.
"""

import ast
import contextlib
import json
import os
import resource
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from sodalyte.featurizers.orbital_table import Cache, orbital_energies
from sodalyte.models.archive import write_archive
from sodalyte.screen.campaign.campaign import Campaign
from sodalyte.screen.campaign.state import fold
from sodalyte.screen.campaign.storage import EventLog
from sodalyte.screen.surrogates.cache import keep_predictors, kept_predictors
from sodalyte.screen.surrogates.training import bundled_predictors

ROOT = Path(__file__).parent.parent
LINE = [sys.executable, "-c", "from sodalyte.screen.cli import main; main()"]
MODEL = {"name": "test surrogate", "version": "1.0"}
DATA = {"sha256": "0" * 64, "rows": 3}


def sodalyte(*arguments, most_bytes=None, memory_bytes=None):
    """Run the command line, if asked where no file may grow over some bytes."""

    def limit():
        if most_bytes is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, most_bytes))
        if memory_bytes is not None:
            resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))

    return subprocess.run(
        [*LINE, *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=120,
        preexec_fn=limit,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )


def assert_message(done, *words):
    """Hold a run to exit code 2 and one message without a trace."""
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    assert "failure of ours" not in done.stderr
    for word in words:
        assert word in done.stderr


# -- disk full ----------------------------------------------------------------------


@pytest.mark.slow
def test_a_full_disk_stops_a_screening_that_can_go_on(tmp_path):
    out = tmp_path / "screened.json"
    out.write_text("the last result")
    arguments = ("screen", "--count", 50, "--top", 20, "--workers", 1, "--out", out)
    full = sodalyte(*arguments, most_bytes=40_000)
    assert_message(full, "File too large")
    assert out.read_text() == "the last result"
    left = sorted(path.name for path in tmp_path.iterdir())
    assert left == ["screened.json", "screened.json.checkpoint"]
    again = sodalyte(*arguments, "--resume", "--json")
    assert again.returncode == 0, again.stderr
    document = json.loads(again.stdout)
    assert document["resumed_rows"] == document["screened"] == 50
    assert [path.name for path in tmp_path.iterdir()] == ["screened.json"]


@pytest.mark.parametrize("ending", ["db", "journal"])
def test_a_full_disk_loses_nothing_of_a_campaign(tmp_path, ending):
    place = tmp_path / f"lab.{ending}"
    texts = ["1 M NaPF6 in DME", "1 M NaPF6 in G2"]

    def choose(n, state):
        return [{"formulation": text, "list": "safe"} for text in texts]

    with Campaign.new(place) as campaign:
        asked = campaign.ask(2, choose, model=MODEL, data=DATA)
    tell = results_file(tmp_path, asked[0].id, place)
    full = sodalyte(*tell, most_bytes=place.stat().st_size // 2)
    assert full.returncode != 0
    assert "Traceback" not in full.stderr
    with Campaign.open(place) as campaign:
        assert campaign.status()["counts"]["pending"] == 2
    assert sodalyte(*tell).returncode == 0
    with Campaign.open(place) as campaign:
        assert campaign.status()["counts"]["done"] == 1


def choose_one(n, state):
    return [{"formulation": "1 M NaPF6 in DME", "list": "safe"}]


def results_file(folder, experiment, place):
    path = folder / "results.csv"
    path.write_text(f"experiment,outcome,ce_percent\n{experiment},ran,99.5\n")
    return ("campaign", "tell", place, "--results", path)


# -- folders that cannot be written -------------------------------------------------


@pytest.mark.parametrize("command", ["screen", "propose"])
def test_an_unusable_folder_is_told_before_the_work(tmp_path, command):
    (tmp_path / "file").write_text("")
    out = tmp_path / "file" / "below" / "x.json"
    assert_message(sodalyte(command, "--out", out), "must be writable", "--out")


def test_a_cache_that_cannot_be_written_costs_only_time(tmp_path, caplog):
    predictors = bundled_predictors()
    (tmp_path / "file").write_text("")
    with caplog.at_level("INFO", "sodalyte"):
        keep_predictors(predictors, tmp_path / "file" / "predictors.npz")
        Cache(tmp_path / "file", "orbitals").write({"smiles": "C"})
    assert caplog.text.count("cannot be") == 2


# -- damaged caches -----------------------------------------------------------------


@pytest.mark.parametrize(
    "damage", ["cut", "garbage", "empty", "other zip", "other version", "bit"]
)
def test_damaged_predictors_are_made_again(tmp_path, caplog, damage):
    import zipfile

    predictors = bundled_predictors()
    path = tmp_path / "predictors.npz"
    keep_predictors(predictors, path)
    assert kept_predictors(path).version == predictors.version
    content = path.read_bytes()
    if damage == "cut":
        path.write_bytes(content[: len(content) // 2])
    elif damage == "garbage":
        path.write_bytes(bytes(range(256)) * 20)
    elif damage == "empty":
        path.write_bytes(b"")
    elif damage == "other zip":
        with zipfile.ZipFile(path, "w") as file:
            file.writestr("tree.npy", "not an array")
    elif damage == "other version":  # of a program that kept something else
        write_archive({"name": predictors.name, "frame": "{}"}, path)
    else:
        middle = len(content) // 2
        flipped = content[middle] ^ 0xFF
        path.write_bytes(content[:middle] + bytes([flipped]) + content[middle + 1 :])
    assert kept_predictors(path) is None
    assert "made again" in caplog.text
    keep_predictors(predictors, path)
    assert kept_predictors(path).version == predictors.version


def test_damaged_orbitals_are_computed_anew(tmp_path, caplog):
    molecule = "CC(F)Cl"  # in no shipped table
    first = orbital_energies([molecule], cache_directory=tmp_path)
    cache = Cache(tmp_path, "orbitals")
    path = cache.path(molecule)
    for content in ("", "{", "[]", '{"smiles": 3}', "\x00\x01"):
        path.write_text(content)
        assert cache.read(molecule) is None
    assert "computed anew" in caplog.text
    again = orbital_energies([molecule], cache_directory=tmp_path)
    assert again.equals(first)
    assert json.loads(path.read_text())["smiles"] == molecule


# -- damaged storage ----------------------------------------------------------------


@pytest.mark.parametrize("damage", ["garbage", "cut", "empty"])
def test_a_damaged_database_is_named(tmp_path, damage):
    place = tmp_path / "lab.db"
    Campaign.new(place).__exit__(None, None, None)
    content = place.read_bytes()
    place.write_bytes(
        {"garbage": b"nonsense" * 999, "cut": content[:9_000], "empty": b""}[damage]
    )
    words = "No campaign" if damage == "empty" else "put back a copy"
    assert_message(sodalyte("campaign", "status", place), words, str(place))
    place.write_bytes(content)
    assert sodalyte("campaign", "status", place).returncode == 0


def test_a_damaged_journal_is_named_and_a_torn_last_line_is_not_missed(
    tmp_path, caplog
):
    place = tmp_path / "lab.journal"
    Campaign.new(place).__exit__(None, None, None)
    content = place.read_text()
    place.write_text(content + '{"op_code": 4, "wor')  # killed while it wrote
    with Campaign.open(place) as campaign:
        assert campaign.status()["counts"]["pending"] == 0
        campaign.ask(1, choose_one, model=MODEL, data=DATA)
    assert "confirmed to nobody" in caplog.text
    with Campaign.open(place) as campaign:
        assert campaign.status()["counts"]["pending"] == 1
    place.write_text("nonsense\n" + content)
    with pytest.raises(OSError, match="no journal"):
        Campaign.open(place)


def test_tables_of_another_optuna_are_told(tmp_path):
    place = tmp_path / "lab.db"
    Campaign.new(place).__exit__(None, None, None)
    with contextlib.closing(sqlite3.connect(place)) as database:
        database.execute("update alembic_version set version_num = 'v9.9.9.a'")
        database.commit()
    content = place.read_bytes()
    assert_message(sodalyte("campaign", "status", place), "schema", str(place))
    assert place.read_bytes() == content


def test_events_of_a_later_version_are_passed_over_and_listed(tmp_path):
    log = EventLog(tmp_path / "lab.db", "lab", is_new=True)
    log.append("asked", {"recipes": [{"formulation": "a"}]})
    log.append("weighed", {"experiment": "E0001"})  # a kind this version has not
    log.append("told", {"outcome": "ran"})  # a form it has not
    result = {"outcome": "ran", "ce_percent": 99.0}
    log.append("told", {"experiment": "E0001", "result": result})
    state = fold(log.events())
    log.close()
    assert state.experiments["E0001"].result["ce_percent"] == 99.0
    assert len(state.refused) == 2


# -- clocks -------------------------------------------------------------------------


def test_clocks_that_disagree_change_no_order(tmp_path):
    log = EventLog(tmp_path / "lab.db", "lab", is_new=True)
    times = ("2030-01-01T00:00:00", "1970-01-01T00:00:00", "2024-02-30T99:99:99")
    result = {"outcome": "ran", "ce_percent": 99.0}
    log.append("asked", {"recipes": [{"formulation": "a"}], "at": times[0]})
    for at, ce in zip(times[1:], (99.0, 10.0), strict=True):
        told = {"experiment": "E0001", "result": {**result, "ce_percent": ce}}
        log.append("told", {**told, "at": at})
    state = fold(log.events())
    log.close()
    assert state.experiments["E0001"].result["ce_percent"] == 99.0  # the first told


# -- memory -------------------------------------------------------------------------


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="no endless file here")
@pytest.mark.parametrize(
    "arguments",
    [
        ("parse", "--file", "/dev/zero"),
        ("check", "/dev/zero"),
        ("screen", "--library", "/dev/zero", "--out", "x.json"),
        ("cell", "--ce", "99.9", "--design", "/dev/zero"),
    ],
    ids=["parse", "check", "screen", "cell"],
)
def test_files_without_end_need_bounded_memory(arguments):
    assert_message(sodalyte(*arguments, memory_bytes=4 * 2**30))


# -- code that would run what a file says -------------------------------------------

FORBIDDEN = {"eval", "exec", "compile", "__import__"}
LOADERS = {"pickle", "cPickle", "dill", "marshal", "shelve", "yaml"}
SOURCES = [
    path
    for room in ("datasets", "featurizers", "models", "screen", "src")
    for path in (ROOT / room).rglob("*.py")
]


def test_no_file_is_ever_run_as_code():
    assert len(SOURCES) > 100
    found = []
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                if node.func.id in FORBIDDEN:
                    found.append(f"{path}:{node.lineno} {node.func.id}")
            if isinstance(node, ast.Import):
                names = {alias.name.split(".")[0] for alias in node.names}
                found += [f"{path}:{node.lineno} {n}" for n in names & LOADERS]
            if isinstance(node, ast.ImportFrom) and node.module in LOADERS:
                found.append(f"{path}:{node.lineno} {node.module}")
            if isinstance(node, ast.keyword) and node.arg in ("shell", "allow_pickle"):
                if not (isinstance(node.value, ast.Constant) and not node.value.value):
                    found.append(f"{path}:{node.lineno} {node.arg}")
    assert not found
