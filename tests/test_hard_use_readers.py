"""Readers given nonsense: a message that says what is wrong, never anything else.

Every reader may raise ValueError (or OSError for a file it cannot open); any other
exception is a fault. the CPU time of each is held.
"""

import json
import string
import time
import tracemalloc
from functools import partial
from importlib.resources import files

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from sodalyte.datasets.checking.check import check_measurements
from sodalyte.datasets.components.catalogue import load_catalogue, load_components_toml
from sodalyte.datasets.formulations.formulation import Formulation
from sodalyte.models.cell import design_from_toml
from sodalyte.screen.judging.judge import load_targets
from sodalyte.screen.space.search_space import SearchSpace
from sodalyte.screen.streaming.checkpoint import read_checkpoint
from sodalyte.screen.streaming.source import read_library

quick = settings(
    max_examples=60,
    deadline=None,  # a busy machine may take long: CPU time is held instead
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

MOST_CPU_S = 10.0  # the first call loads libraries
SPACE = (files("sodalyte.screen") / "spaces" / "default.toml").read_text("utf-8")
TARGETS = (files("sodalyte.screen") / "spaces" / "targets.toml").read_text("utf-8")
COMPONENTS = """[[component]]
name = "MEP"
smiles = "COCCOCCC"
role = "solvent"
density_g_per_mL = 0.86
aliases = ["1-(2-methoxyethoxy)propane"]
[component.properties]
flash_point_C = 21
"""
DESIGN = """[design]
cathode = "NVP"
areal_capacity_mAh_per_cm2 = 3.0
[protocol]
charge_rate_C = 0.3
"""
MEASUREMENTS = """formulation,metal,collector,current_density_mA_per_cm2,\
areal_capacity_mAh_per_cm2,temperature_C,ce_percent,ce_qualifier,work
1 M NaPF6 in G2,Na,Cu,0.5,1,25,99.9,=,ours
1 M NaPF6 in DME,Na,Al,0.5,1,25,99.5,=,ours
"""


def only_messages(reader, argument):
    """Read; a ValueError or OSError with a message is an answer too."""
    begin = time.process_time()
    try:
        return reader(argument)
    except (ValueError, OSError) as error:
        message = str(error)
    finally:
        assert time.process_time() - begin < MOST_CPU_S
    assert message.strip()
    assert len(message) < 5_000
    return None


# -- what may stand in a file -------------------------------------------------------

PIECES = """NaPF6 NaFSI G2 DME FEC M m in / : ( ) v/v wt% vol% + - . , = {} mol molar
1 0 0.1 -1 1/0 1e999 nan \u00bd \u00b2 % \u2248 \u03bc \u0663 \x00"""
words = st.sampled_from([*PIECES.split(), " ", "\t", "\ud83d"])
mixed = st.lists(words, max_size=24).map(" ".join)
glued = st.lists(words, max_size=24).map("".join)
scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=12)
    | st.sampled_from(["../../etc/passwd", "=1+1", "<script>", "NaPF6", "nan", ""])
)
trees = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner)
    ),
    max_leaves=8,
)


def toml_value(value):
    """Write a value as TOML; None has no form there."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return repr(value).replace("e+", "e")
    if isinstance(value, list):
        return "[" + ", ".join(toml_value(item) for item in value) + "]"
    if isinstance(value, dict):
        pairs = (f"{toml_text(k)} = {toml_value(v)}" for k, v in value.items())
        return "{" + ", ".join(pairs) + "}"
    return toml_text("" if value is None else value)


def toml_text(text):
    return json.dumps("".join(c for c in text if c.isprintable()), ensure_ascii=True)


@st.composite
def spoilt_toml(draw, text):
    """Take a good file and put something else in the place of some values."""
    lines = text.splitlines()
    places = [i for i, line in enumerate(lines) if " = " in line and line[0] != "#"]
    for i in draw(st.lists(st.sampled_from(places), min_size=1, max_size=3)):
        key = lines[i].split(" = ", 1)[0]
        lines[i] = f"{key} = {toml_value(draw(trees))}"
    if draw(st.booleans()):
        lines.insert(0, f"{draw(st.sampled_from(['salts', 'x', 'limits']))} = 1")
    return "\n".join(lines)


@st.composite
def spoilt_bytes(draw, text):
    """Take a good file and overwrite, cut or double some of its bytes."""
    content = bytearray(text.encode())
    for _ in range(draw(st.integers(1, 4))):
        place = draw(st.integers(0, len(content)))
        new = draw(st.binary(max_size=8))
        content[place : place + draw(st.integers(0, 20))] = new
    return bytes(content)


# -- notation -----------------------------------------------------------------------


@quick
@given(mixed | glued | st.text(max_size=80))
@example("1 M NaPF6 in G2" * 200)
@example("(" * 2_000)
@example("1" * 5_000 + " M NaPF6 in G2")
@example("1 M NaPF6 in " + "/".join(["G2"] * 1_000))
@example("NaPF6:G2 1e308:1e-308 (mol)")
@example("1 M NaPF6 in G2 + 1e400 wt% FEC")
def test_notation(text):
    found = only_messages(Formulation.from_text, text)
    if found is not None:
        assert abs(sum(found.mole_fractions) - 1.0) < 1e-9
        assert Formulation.from_text(found.canonical) == found


def test_a_long_text_needs_bounded_memory():
    load_catalogue()
    only_messages(Formulation.from_text, "1 M NaPF6 in G2")
    tracemalloc.start()
    only_messages(Formulation.from_text, "1 M NaPF6 in G2 + " * 20_000)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 200e6


# -- TOML ---------------------------------------------------------------------------

TOML_READERS = {
    "space": (SearchSpace.from_toml, SPACE),
    "targets": (load_targets, TARGETS),
    "components": (load_components_toml, COMPONENTS),
    "design": (design_from_toml, DESIGN),
}


@pytest.mark.parametrize("kind", TOML_READERS)
def test_the_good_files_are_read(tmp_path, kind):
    reader, text = TOML_READERS[kind]
    path = tmp_path / "file.toml"
    path.write_text(text, encoding="utf-8")
    assert reader(path)


@pytest.mark.parametrize("kind", TOML_READERS)
@quick
@given(data=st.data())
def test_toml_with_other_values(tmp_path, kind, data):
    reader, text = TOML_READERS[kind]
    path = tmp_path / "file.toml"
    path.write_text(data.draw(spoilt_toml(text)), encoding="utf-8")
    only_messages(reader, path)


@pytest.mark.parametrize("kind", TOML_READERS)
@quick
@given(data=st.data())
def test_toml_with_spoilt_bytes(tmp_path, kind, data):
    reader, text = TOML_READERS[kind]
    path = tmp_path / "file.toml"
    path.write_bytes(data.draw(spoilt_bytes(text)))
    only_messages(reader, path)


@pytest.mark.parametrize("kind", TOML_READERS)
@pytest.mark.parametrize(
    "content",
    [b"", b"\xff\xfe", b"a" * 100_000, b"x = " + b"[" * 5_000, b"\x00"],
    ids=["empty", "no utf-8", "long word", "deep", "zero"],
)
def test_toml_that_is_none(tmp_path, kind, content):
    path = tmp_path / "file.toml"
    path.write_bytes(content)
    only_messages(TOML_READERS[kind][0], path)


# -- CSV ----------------------------------------------------------------------------


@quick
@given(content=spoilt_bytes(MEASUREMENTS) | st.binary(max_size=200))
def test_measurements(tmp_path, content):
    path = tmp_path / "own.csv"
    path.write_bytes(content)
    result = only_messages(check_measurements, path)
    if result is not None:
        assert result.rows >= len(result.accepted)


cells = st.text(st.sampled_from(string.printable), max_size=12) | mixed


@quick
@given(rows=st.lists(st.lists(cells, min_size=9, max_size=9), max_size=4))
def test_measurements_of_other_cells(tmp_path, rows):
    import csv

    path = tmp_path / "own.csv"
    with path.open("w", encoding="utf-8", errors="replace", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(MEASUREMENTS.splitlines()[0].split(","))
        writer.writerows(rows)
    result = only_messages(check_measurements, path)
    if result is not None:
        faulty = set(result.faults["row"])
        assert len(result.accepted) + len(faulty) >= result.rows - len(rows)


@quick
@given(content=spoilt_bytes("smiles,density_g_per_mL\nCOCCOC,0.86\nCCO,\n"))
def test_libraries(tmp_path, content):
    path = tmp_path / "library.csv"
    path.write_bytes(content)
    only_messages(read_library, path)


# -- JSON ---------------------------------------------------------------------------


@quick
@given(tree=trees)
def test_checkpoints(tmp_path, tree):
    path = tmp_path / "state"
    path.write_text(json.dumps(tree), encoding="utf-8")
    only_messages(partial(read_checkpoint, settings={}, n_blocks=9), path)


# -- paths out of files -------------------------------------------------------------


@pytest.mark.parametrize("kind", ["above", "absolute", "link"])
def test_a_space_file_reaches_no_file_outside_its_folder(tmp_path, kind):
    secret = tmp_path / "secret.toml"
    secret.write_text(COMPONENTS, encoding="utf-8")
    folder = tmp_path / "spaces"
    folder.mkdir()
    (folder / "link.toml").symlink_to(secret)
    place = {"above": "../secret.toml", "absolute": str(secret), "link": "link.toml"}
    path = folder / "space.toml"
    path.write_text(f'components_file = "{place[kind]}"\n' + SPACE, encoding="utf-8")
    with pytest.raises(ValueError, match="its folder"):
        SearchSpace.from_toml(path)


def test_a_components_file_beside_the_space_is_read(tmp_path):
    (tmp_path / "mine.toml").write_text(COMPONENTS, encoding="utf-8")
    path = tmp_path / "space.toml"
    path.write_text('components_file = "mine.toml"\n' + SPACE, encoding="utf-8")
    assert "MEP" in SearchSpace.from_toml(path).catalogue
