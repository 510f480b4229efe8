"""The registry: whole or not at all, and never a line of code from a file."""

import io
import json
import os
import pickle
import shutil
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from sodalyte.screen.retraining.card import make_card
from sodalyte.screen.surrogates.registry import Registry
from sodalyte.screen.surrogates.registry_exchange import export_model, import_model
from sodalyte.screen.surrogates.registry_files import (
    check_archive,
    only_writer,
    write_whole,
)
from sodalyte.screen.surrogates.registry_models import StoredModel, read_model_file
from sodalyte.screen.surrogates.snapshot import Snapshot
from sodalyte.screen.surrogates.training import feature_matrix


@pytest.fixture(scope="module")
def model():
    snapshot = Snapshot(left_out=("ether_campaign",))
    predictors = snapshot.predictors("test")
    card = make_card(
        snapshot,
        predictors,
        parent=None,
        seed=0,
        evaluation={},
        promotion={"promoted": True, "forced": False, "why": "first"},
        notes=["a model of the tests"],
    )
    return StoredModel(predictors, snapshot.to_dict(), card)


@pytest.fixture(scope="module")
def shelf(model, tmp_path_factory):
    """A registry with two versions, both promoted."""
    registry = Registry(tmp_path_factory.mktemp("shelf") / "registry")
    for why in ("first", "second"):
        registry.promote(registry.add(model), why=why)
    return registry


@pytest.fixture
def registry(shelf, tmp_path):
    shutil.copytree(shelf.folder, tmp_path / "registry")
    return Registry(tmp_path / "registry")


def predicted(predictors):
    from sodalyte.datasets.formulations.formulation import Formulation

    texts = ["1 M NaPF6 in G2", "1 M NaFSI in DME", "1 M NaPF6 in EC/DEC"]
    X = feature_matrix([Formulation.from_text(text) for text in texts])
    return np.concatenate(
        [
            predictors.coulombic_efficiency.predict_frame(X).to_numpy(dtype=float),
            predictors.oxidative_limit.predict_frame(X).to_numpy(dtype=float),
        ],
        axis=1,
    )


def test_an_empty_registry_has_no_champion_and_no_folder(tmp_path):
    registry = Registry(tmp_path / "none")
    assert registry.champion is None
    assert registry.versions == ()
    assert not (tmp_path / "none").exists()
    with pytest.raises(ValueError, match="none yet"):
        registry.card("v1")
    with pytest.raises(ValueError, match="is empty"):
        registry.rollback(why="")


def test_adding_does_not_promote(registry, model):
    assert registry.champion == "v2"
    assert registry.add(model) == "v3"
    assert registry.champion == "v2"
    assert registry.versions == ("v1", "v2", "v3")


def test_a_loaded_model_predicts_as_the_one_that_was_saved(registry, model):
    loaded = registry.load("v1").predictors
    assert np.array_equal(predicted(loaded), predicted(model.predictors))
    assert loaded.version.startswith("v1 of the registry")


def test_rollback_returns_to_the_champion_before(registry):
    before = predicted(registry.load("v1").predictors)
    assert registry.rollback(why="worse in the lab") == ("v2", "v1")
    assert registry.champion == "v1"
    assert np.array_equal(predicted(registry.load("v1").predictors), before)
    assert registry.history[-1]["event"] == "rolled back to"
    assert registry.history[-1]["why"] == "worse in the lab"
    assert "worse in the lab" in (registry.folder / "v1/card.md").read_text()
    with pytest.raises(ValueError, match="earlier champion"):
        registry.rollback(why="further")
    registry.promote("v2", why="better after all")
    assert (registry.champion, registry.previous) == ("v2", "v1")


def test_the_card_tells_data_code_and_history(registry):
    card = registry.card("v1")
    assert card["data"]["sha256"] == registry.entry("v1")["data_sha256"]
    assert {"numpy", "scikit-learn", "skops"} <= set(card["code"]["libraries"])
    assert len(card["code"]["fingerprint"]) == 64
    assert [event["event"] for event in card["events"]] == ["added", "promoted"]
    text = (registry.folder / "v1/card.md").read_text(encoding="utf-8")
    assert card["data"]["sha256"] in text
    assert "Use and limits" in text


CALLS = pytest.mark.parametrize(
    ("name", "call"),
    [
        ("model.skops", lambda registry: registry.load("v2")),
        ("model.skops", lambda registry: registry.promote("v1", why="")),
        ("data.json", lambda registry: registry.snapshot("v2")),
        ("card.json", lambda registry: registry.card("v2")),
    ],
    ids=["load", "promote", "data", "card"],
)


@CALLS
def test_a_changed_file_is_refused(registry, name, call):
    for version in registry.versions:
        path = registry.folder / version / name
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 1
        path.write_bytes(content)
    with pytest.raises(ValueError, match=r"was changed.*not opened.*rollback"):
        call(registry)


@CALLS
def test_a_missing_file_is_named(registry, name, call):
    state = (registry.folder / "registry.json").read_bytes()
    for version in registry.versions:
        (registry.folder / version / name).unlink()
    with pytest.raises(ValueError, match=rf"{name}' is missing.*rollback"):
        call(registry)
    assert (registry.folder / "registry.json").read_bytes() == state


def test_a_promotion_over_another_champion_is_refused(registry, model):
    added = registry.add(model)
    with pytest.raises(ValueError, match="meanwhile it is v2"):
        registry.promote(added, why="", expected="v1")
    assert registry.champion == "v2"
    with pytest.raises(ValueError, match="champion already"):
        registry.promote("v2", why="")


def test_other_code_or_libraries_are_told_and_not_promoted(registry, model):
    code = {
        **model.card["code"],
        "fingerprint": "0" * 64,
        "libraries": {**model.card["code"]["libraries"], "numpy": "1.0.0"},
    }
    added = registry.add(replace(model, card={**model.card, "code": code}))
    assert "numpy 1.0.0 there" in registry.mismatch(added)
    with pytest.raises(ValueError, match="sodalyte retrain"):
        registry.promote(added, why="")


# -- crashes, full disks, two processes ---------------------------------------------

CRASHES = """
import os, shutil, sys
from pathlib import Path
from sodalyte.screen.surrogates.registry import Registry
source, target = Path(sys.argv[1]), Path(sys.argv[2])
stored = Registry(source).load("v1")
Registry(source).mismatch("v1")
at, code = 0, 9
while code == 9:
    at += 1
    folder = target / f"crash{at}"
    shutil.copytree(source, folder)
    child = os.fork()
    if child == 0:
        step = 0
        def counted(real):
            def call(*arguments, **options):
                global step
                step += 1
                if step == at:
                    os._exit(9)
                return real(*arguments, **options)
            return call
        for name in ("replace", "rename", "fsync"):
            setattr(os, name, counted(getattr(os, name)))
        registry = Registry(folder)
        registry.promote(registry.add(stored), why="crash test")
        os._exit(0)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
print(at, code)
"""
"""Add and promote a model; kill the process at the first step, the second, ..."""


def python(code, *arguments, **options):
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        **options,
    )


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_crash_at_any_step_leaves_a_champion_that_loads(registry, tmp_path):
    before = predicted(registry.load("v2").predictors)
    done = python(CRASHES, registry.folder, tmp_path)
    assert done.returncode == 0, done.stderr
    steps, code = (int(word) for word in done.stdout.split())
    assert code == 0
    assert steps > 12
    champions = []
    for at in range(1, steps + 1):
        survivor = Registry(tmp_path / f"crash{at}")
        champions.append(survivor.champion)
        stored = survivor.load(survivor.champion)
        assert np.array_equal(predicted(stored.predictors), before)
    assert sorted(set(champions)) == ["v2", "v3"]
    assert champions == sorted(champions)  # once promoted, it stays promoted
    torn = Registry(tmp_path / "crash1")
    assert list(torn.folder.glob(".new-*"))
    assert torn.add(stored) == "v3"
    assert not list(torn.folder.glob(".new-*"))


@pytest.mark.skipif(sys.platform == "win32", reason="no file size limit there")
def test_a_full_disk_leaves_the_registry_as_it_was(registry):
    code = """
import resource, sys
from sodalyte.screen.surrogates.registry import Registry
registry = Registry(sys.argv[1])
stored = registry.load("v1")
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
try:
    registry.add(stored)
except OSError as error:
    print("refused", error.strerror)
"""
    before = sorted(path.name for path in registry.folder.iterdir())
    state = (registry.folder / "registry.json").read_bytes()
    done = python(code, registry.folder)
    assert "refused" in done.stdout, done.stderr
    assert sorted(path.name for path in registry.folder.iterdir()) == before
    assert (registry.folder / "registry.json").read_bytes() == state
    assert registry.champion == "v2"


def test_two_processes_take_turns(registry):
    code = """
import sys
from sodalyte.screen.surrogates.registry import Registry
registry = Registry(sys.argv[1])
stored = registry.load("v1")
print(*(registry.add(stored) for _ in range(3)))
"""
    both = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(registry.folder)],
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    names = [name for process in both for name in process.communicate()[0].split()]
    assert sorted(names) == [f"v{n}" for n in range(3, 9)]
    assert sorted(registry.versions) == [f"v{n}" for n in range(1, 9)]


def test_a_held_lock_is_waited_for_and_then_named(registry, monkeypatch):
    monkeypatch.setattr("sodalyte.screen.surrogates.registry_files.PATIENCE_s", 0.1)
    with (
        only_writer(registry.folder),
        pytest.raises(ValueError, match="One process at a time"),
        only_writer(registry.folder),
    ):
        pass


def test_writing_whole_keeps_the_old_text_if_it_fails(tmp_path):
    path = tmp_path / "a.json"
    write_whole(path, "old")
    with pytest.raises(UnicodeEncodeError):
        write_whole(path, "\ud800")
    assert os.listdir(tmp_path) == ["a.json"]
    assert path.read_text() == "old"


# -- files from elsewhere -------------------------------------------------------------


class Bomb:
    """Calls os.system when it is unpickled."""

    def __init__(self, marker):
        self.marker = marker

    def __reduce__(self):
        return (os.system, (f"touch {self.marker}",))


def doctored(source, target, change):
    """Copy a model file with its schema changed."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "schema.json":
                schema = json.loads(content)
                change(schema)
                content = json.dumps(schema).encode()
            new.writestr(name, content)


def evil_nodes(marker):
    command = f"touch {marker}"
    text = {
        "__class__": "str",
        "__module__": "builtins",
        "__loader__": "JsonNode",
        "__id__": 900,
        "content": json.dumps(command),
        "is_json": True,
    }
    tuple_of = {
        "__class__": "tuple",
        "__module__": "builtins",
        "__loader__": "TupleNode",
        "__id__": 901,
        "content": [text],
    }
    os_system = {"__class__": "system", "__module__": "os", "__id__": 902}
    return {
        "reduce": {
            "__class__": "getoutput",
            "__module__": "subprocess",
            "__loader__": "ConstructorFromReduceNode",
            "__id__": 906,
            "content": tuple_of,
        },
        "object": {**os_system, "__loader__": "ObjectNode", "content": tuple_of},
        "function": {**os_system, "__loader__": "FunctionNode", "content": "system"},
        "type": {
            "__class__": "Popen",
            "__module__": "subprocess",
            "__id__": 903,
            "__loader__": "TypeNode",
            "content": "Popen",
        },
        "partial": {
            "__class__": "partial",
            "__module__": "functools",
            "__id__": 904,
            "__loader__": "PartialNode",
            "content": {
                "func": {
                    **os_system,
                    "__loader__": "FunctionNode",
                    "content": "system",
                },
                "args": tuple_of,
                "kwds": text,
                "namespace": text,
            },
        },
        "operator": {
            "__class__": "methodcaller",
            "__module__": "operator",
            "__id__": 905,
            "__loader__": "OperatorFuncNode",
            "attrs": tuple_of,
            "content": tuple_of,
        },
    }


@pytest.mark.parametrize(
    "kind", ["reduce", "object", "function", "type", "partial", "operator"]
)
def test_a_model_file_with_a_hidden_call_runs_nothing(registry, tmp_path, kind):
    marker = tmp_path / "was_run"
    path = tmp_path / f"{kind}.skops"
    node = evil_nodes(marker)[kind]

    def hide(schema):
        first = next(iter(schema["content"]))
        schema["content"][first] = node

    doctored(registry.model_path("v1"), path, hide)
    with pytest.raises(ValueError, match=r"model file"):
        read_model_file(path)
    path.with_name(path.name + ".sha256").write_text(sha256(path))
    before = registry.versions
    with pytest.raises(ValueError, match=r"model file"):
        import_model(registry, path)
    assert registry.versions == before
    assert not marker.exists()


def test_the_hidden_call_is_a_live_one(registry, tmp_path):
    """Told to trust it, skops runs it: what stands in the way is our list."""
    from skops.io import get_untrusted_types, load

    marker = tmp_path / "was_run"
    path = tmp_path / "live.skops"

    def hide(schema):
        schema["content"] = {"model": evil_nodes(marker)["reduce"]}
        schema["key_types"]["content"] = schema["key_types"]["content"][:1]

    doctored(registry.model_path("v1"), path, hide)
    with pytest.raises(ValueError, match=r"types of this package only.*getoutput"):
        read_model_file(path)
    assert not marker.exists()
    load(path, trusted=get_untrusted_types(file=path))
    assert marker.exists()


def sha256(path):
    import hashlib

    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_what_skops_makes_of_a_reduce_call_is_refused(registry, tmp_path):
    from skops.io import dump

    marker = tmp_path / "was_run"
    path = tmp_path / "bomb.skops"
    dump({"model": Bomb(marker), "notes": {}, "versions": {}}, path)
    with pytest.raises(ValueError, match=r"types of this package only.*Bomb"):
        read_model_file(path)
    assert not marker.exists()


def test_a_pickle_is_refused_unopened(registry, tmp_path):
    marker = tmp_path / "was_run"
    path = tmp_path / "model.skops"
    path.write_bytes(pickle.dumps(Bomb(marker)))
    with pytest.raises(ValueError, match=r"is a pickle; it was not opened"):
        import_model(registry, path, sha256=sha256(path))
    assert not marker.exists()


def test_a_pickled_array_inside_the_archive_is_refused(registry, tmp_path):
    marker = tmp_path / "was_run"
    path = tmp_path / "array.skops"
    buffer = io.BytesIO()
    np.save(buffer, np.array([Bomb(marker)], dtype=object), allow_pickle=True)
    with (
        zipfile.ZipFile(registry.model_path("v1")) as old,
        zipfile.ZipFile(path, "w") as new,
    ):
        for name in old.namelist():
            is_array = name.endswith(".npy")
            new.writestr(name, buffer.getvalue() if is_array else old.read(name))
    with pytest.raises(ValueError, match=r"(?i)model file|pickle"):
        read_model_file(path)
    assert not marker.exists()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"formulation,metal\n", "another kind of file"),
        (b"", "another kind of file"),
        (b"PK\x03\x04 and no more", "must be whole"),
    ],
    ids=["csv", "empty", "torn"],
)
def test_a_foreign_file_is_refused(tmp_path, content, words):
    path = tmp_path / "model.skops"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=words):
        read_model_file(path)


def test_an_archive_without_schema_or_of_monstrous_size_is_refused(
    registry, tmp_path, monkeypatch
):
    path = tmp_path / "other.skops"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("hello.txt", "hello")
    with pytest.raises(ValueError, match=r"schema\.json"):
        check_archive(path)
    monkeypatch.setattr(
        "sodalyte.screen.surrogates.registry_files.MAX_UNPACKED_BYTES", 1000
    )
    with pytest.raises(ValueError, match="would unpack to"):
        read_model_file(registry.model_path("v1"))


def test_another_skops_file_of_ours_is_told_apart(tmp_path):
    from sodalyte.models.storage import save_model

    path = tmp_path / "plain.skops"
    save_model({"a": 1}, path)
    with pytest.raises(ValueError, match=r"both surrogates, data and card.*lacks"):
        read_model_file(path)


@pytest.mark.parametrize("name", ["card", "data", "frame"])
def test_a_file_with_a_maimed_note_is_refused(registry, tmp_path, name):
    from sodalyte.models.storage import load_model, save_model

    parts, notes = load_model(registry.model_path("v1"))
    notes.pop("versions")
    path = tmp_path / "maimed.skops"
    save_model(parts, path, notes={**notes, name: "{}"})
    with pytest.raises(ValueError, match="model"):
        read_model_file(path)


def test_export_and_import_carry_a_model_over(registry, model, tmp_path):
    path = tmp_path / "sent" / "mine.skops"
    path.parent.mkdir()
    digest = export_model(registry, "v2", path)
    assert sha256(path) == digest
    elsewhere = Registry(tmp_path / "elsewhere")
    version = import_model(elsewhere, path)
    assert elsewhere.champion is None
    stored = elsewhere.load(version)
    assert np.array_equal(predicted(stored.predictors), predicted(model.predictors))
    assert stored.card["data"]["sha256"] == registry.card("v2")["data"]["sha256"]
    assert elsewhere.card(version)["imported_as"] == "v2"
    assert elsewhere.history[-1]["event"] == "imported"
    assert digest[:16] in elsewhere.history[-1]["why"]


def test_an_import_needs_the_right_hash(registry, tmp_path):
    path = tmp_path / "mine.skops"
    export_model(registry, "v2", path)
    beside = Path(str(path) + ".sha256")
    beside.unlink()
    with pytest.raises(ValueError, match="comes with its SHA-256"):
        import_model(registry, path)
    with pytest.raises(ValueError, match="the one that was sent"):
        import_model(registry, path, sha256="0" * 64)


def test_a_list_of_another_format_is_named(registry):
    path = registry.folder / "registry.json"
    path.write_text('{"format": 99, "champions": []}', encoding="utf-8")
    with pytest.raises(ValueError, match="format 1"):
        _ = registry.champion
    path.write_text("{torn", encoding="utf-8")
    with pytest.raises(ValueError, match="Restore it"):
        _ = registry.champion
