"""What coverage-guided fuzzing found, each as the smallest input that showed it.

``tests/fuzz/fuzz_readers.py`` is the search; a new finding becomes a case here.
"""

import hashlib
import io
import json
import zipfile

import openpyxl
import pytest

from sodalyte.datasets.checking.check import check_measurements
from sodalyte.datasets.components.catalogue import load_components_toml
from sodalyte.models.cell import design_from_toml
from sodalyte.models.cell.cathodes import resolve_cathode
from sodalyte.screen.retraining.moves import read_proposals
from sodalyte.screen.streaming.checkpoint import (
    Checkpoint,
    read_checkpoint,
    write_checkpoint,
)
from sodalyte.screen.streaming.tally import Tally
from sodalyte.screen.surrogates.registry import Registry
from sodalyte.screen.surrogates.registry_models import read_model_file

MOST_LETTERS = 2_000


def told(reader, argument):
    """Return the message that a reader refuses something with."""
    with pytest.raises(ValueError, match=r"\w") as refused:
        reader(argument)
    message = str(refused.value)
    assert len(message) < MOST_LETTERS
    return message


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"x = 1\n",
        b"[a]\nplateaus = 3\n",
        b"[a]\nplateaus = [[1, nan, 0]]\ncurve = 3\n",
        b'[a]\ncapacity_mAh_per_g = { value = [1], low = 1, high = 1, unit = "", '
        b'source = "own" }\n',
        b"[a]\nx = { value = 1" + b"0" * 400 + b', low = 1, high = 1, unit = "", '
        b'source = "own" }\n',
        b"x = " + b"[" * 2_000,
        b"\xff",
    ],
    ids=["empty", "no table", "plateaus", "nan", "list", "huge", "deep", "no utf-8"],
)
def test_a_cathode_file(tmp_path, content):
    path = tmp_path / "cathode.toml"
    path.write_bytes(content)
    told(resolve_cathode, str(path))
    design = tmp_path / "design.toml"
    design.write_text('[design]\ncathode = "cathode.toml"\n')
    told(design_from_toml, design)


@pytest.mark.parametrize(
    "content",
    [
        b'{"proposals": [{"formulation": 3}]}',
        b'{"proposals": {"a": 1}}',
        b'{"proposals": [[]]}',
        b"[" * 100_000,
        b'{"proposals": "' + b"\xff" * 9_000 + b'"}',
        b"[1]",
        b'{"proposals": [{"formulation": "1 M NaPF6 in G2"}], "conditions": {"x": 1}}',
        b'{"proposals": [{"formulation": "1 M NaPF6 in G2"}], "conditions": 3}',
    ],
    ids=[
        "number",
        "object",
        "lists",
        "deep",
        "no utf-8",
        "list",
        "other conditions",
        "no conditions",
    ],
)
def test_old_proposals(tmp_path, content):
    path = tmp_path / "proposals.json"
    path.write_bytes(content)
    assert "--out" in told(read_proposals, path)


WHOLE = {
    "format": 1,
    "champions": ["v1"],
    "versions": {"v1": {"sha256": "0", "data_sha256": "0", "card_sha256": "0"}},
    "history": [],
}


def read_registry(folder):
    registry = Registry(folder)
    return registry.champion, registry.previous, registry.versions, registry.history


@pytest.mark.parametrize(
    "change",
    [
        {"champions": None},
        {"champions": [["v1"]]},
        {"champions": ["v2"]},
        {"versions": ["v1"]},
        {"versions": {"v1": 3}},
        {"versions": {"v1": {"sha256": "0"}}},
        {"versions": {"../../v1": WHOLE["versions"]["v1"]}, "champions": []},
        {"history": "x"},
        {"format": [1]},
    ],
    ids=str,
)
def test_the_list_of_a_registry(tmp_path, change):
    path = tmp_path / "registry.json"
    path.write_text(json.dumps(WHOLE))
    assert read_registry(tmp_path)[0] == "v1"
    path.write_text(json.dumps({**WHOLE, **change}))
    assert str(path) in told(read_registry, tmp_path)


ENTRY = {"row": 1, "key": "k", "score": 1, "score_std": 0, "objectives": [1.0]}


@pytest.mark.parametrize(
    "change",
    [
        {"screened": 1e999},
        {"n_rejected": 1e999},
        {"front": [{**ENTRY, "row": 1e999}]},
        {"top": [3]},
        {"rejected": [{"row": 1}]},
    ],
    ids=str,
)
def test_the_state_of_a_screening(tmp_path, change):
    path = tmp_path / "state"
    write_checkpoint(path, Checkpoint({}, frozenset({0}), Tally(2, 5)))
    document = json.loads(path.read_text())
    state = json.loads(document["state"])
    state["tally"] |= change
    document["state"] = json.dumps(state)
    document["sha256"] = hashlib.sha256(document["state"].encode()).hexdigest()
    path.write_text(json.dumps(document))
    assert "--resume" in told(lambda path: read_checkpoint(path, {}, 9), path)


@pytest.mark.parametrize(
    "schema",
    [b"", b"[" * 9_000, b"3", b'{"x": "\xff"}'],
    ids=["empty", "deep", "number", "no utf-8"],
)
def test_the_schema_of_a_model_file(tmp_path, schema):
    path = tmp_path / "model.skops"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("schema.json", schema)
    assert str(path) in told(read_model_file, path)


@pytest.mark.parametrize("key", ["component", "catalogue"])
def test_a_component_table_with_the_name_of_an_argument(tmp_path, key):
    path = tmp_path / "mine.toml"
    path.write_text(
        f'[[component]]\nname = "X"\nsmiles = "CCO"\nrole = "solvent"\n{key} = "y"\n'
    )
    assert f"{key} is unknown" in told(load_components_toml, path)


def test_a_workbook_whose_packed_bytes_are_spoilt(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["formulation", "ce_percent"] * 40)
    stream = io.BytesIO()
    book.save(stream)
    content = bytearray(stream.getvalue())
    with zipfile.ZipFile(io.BytesIO(stream.getvalue())) as archive:
        member = archive.getinfo("xl/worksheets/sheet1.xml")
        start = member.header_offset + 30 + len(member.filename)
    content[start + 5 : start + 15] = b"\xff" * 10
    path = tmp_path / "own.xlsx"
    path.write_bytes(content)
    result = check_measurements(path)
    assert "workbook that can be opened" in result.faults["rule"].iloc[0]
