"""The pages of faults and promises name tests that are there."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
NAMED = re.compile(r"(test_\w+\.py)(?:::(test_\w+))?")


@cache
def functions_of(name):
    tree = ast.parse((ROOT / "tests" / name).read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize("page", ["docs/hard-use.md", "SECURITY.md"])
def test_every_test_that_a_page_names_is_there(page):
    named = NAMED.findall((ROOT / page).read_text(encoding="utf-8"))
    assert len(named) > 10
    lost = [
        f"{file}::{test}"
        for file, test in named
        if test not in {*functions_of(file), ""}
    ]
    assert not lost


def test_every_fault_is_held_by_a_test():
    page = (ROOT / "docs" / "hard-use.md").read_text(encoding="utf-8")
    faults = page.split("## Fuzzing")[0].splitlines()
    rows = [line for line in faults if line.startswith("| ")][1:]
    assert len(rows) > 30
    assert [row for row in rows if not NAMED.search(row)] == []


def test_every_promise_is_held_by_a_test():
    text = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    promised = text.split("## What is promised")[1].split("## What is not")[0]
    items = re.split(r"^- ", promised, flags=re.MULTILINE)[1:]
    assert len(items) > 6
    assert [item for item in items if not NAMED.search(item)] == []
