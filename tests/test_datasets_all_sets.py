"""Contract that every bundled set keeps."""

import re
import subprocess
import sys

import pytest

from sodalyte.datasets.loading.all_sets import ALL_LOADERS
from sodalyte.datasets.loading.bundled import checksums, read_table
from sodalyte.datasets.loading.quantities import QUANTITIES

# rows of the fact tables from which the sets were built, counted by hand
SOURCE_ROWS = {
    "plating_ce": 65,
    "plating_ce_literature": 8,
    "plating_ce_texts": 83,
    "ether_campaign": 40,
    "lithium_ce": 147,
    "anode_free_cells": 86,
    "oxidative_limits": 17 + 33,
    "oxidation_onsets": 14,
    "sei_solvation": 23,
    "orbital_energies": 12,
    "current_collectors": 43,
    "symmetric_cells": 41,
    "other_full_cells": 9,
    "hard_carbon": 18,
    "supply_agents": 6,
    "cell_economics": 102,
    "relations": 43,
    "qualitative_rules": 99,
    "sodium_electrolytes": 145,
    "oxidation_pairs": 11,
    "references": 253,
}

every_set = pytest.mark.parametrize("load", ALL_LOADERS, ids=lambda f: f.__name__)


def test_all_sets_are_walked():
    assert {load().name for load in ALL_LOADERS} == set(SOURCE_ROWS)


@every_set
def test_no_row_is_lost(load):
    dataset = load()
    assert len(dataset) == SOURCE_ROWS[dataset.name]
    assert len(dataset.excluded) == 0


@every_set
def test_the_name_is_that_of_the_loader_and_the_table_is_recorded(load):
    dataset = load()
    assert load.__name__ == f"load_{dataset.name}"
    assert dataset.name in checksums()


@every_set
def test_the_page_describes_every_column(load):
    dataset = load()
    for heading in ("Origin", "Licence", "Columns", "Changes made", "Known faults"):
        assert f"\n## {heading}\n" in dataset.descr
    described = set(re.findall(r"^- `(\w+)`: \S", dataset.descr, re.MULTILINE))
    assert described == set(dataset.frame.columns)
    assert f"{len(dataset)} rows" in dataset.descr


@every_set
def test_numeric_columns_are_quantities_in_their_range(load):
    dataset = load()
    for column in dataset.frame.columns:
        values = dataset.frame[column]
        if values.dtype.kind in "iuf":
            quantity = QUANTITIES[column]
            known = values.dropna().astype("float64")
            assert known.between(quantity.low, quantity.high).all(), column


@every_set
def test_every_row_has_a_source(load):
    frame = load().frame
    assert (frame["source"] != "").all()
    if "work" in frame:
        assert (frame["work"] != "").all()


@every_set
def test_loading_twice_gives_equal_frames_that_do_not_share(load):
    first, second = load(), load()
    assert first.frame.equals(second.frame)
    first.frame.loc[0, "source"] = "changed"
    assert load().frame.loc[0, "source"] != "changed"


@every_set
def test_a_formulation_or_a_reason(load):
    frame = load().frame
    if "formulation" in frame:
        has_formulation = frame["formulation"] != ""
        has_reason = frame["formulation_refusal"] != ""
        assert (has_formulation != has_reason).all()


@every_set
def test_the_texts_of_the_table_are_kept(load):
    dataset = load()
    table = read_table(dataset.name)
    for column in ("formulation_text", "source", "note", "row_id"):
        if column in table:
            assert list(table[column]) == list(dataset.frame[column])


def test_importing_the_loaders_is_light():
    code = (
        "import sys, sodalyte.datasets;"
        "heavy = {'torch', 'rdkit', 'sklearn', 'pandera', 'scipy', 'pandas'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
