"""The pages made from code name everything there is."""

import fnmatch
import importlib.util
import re
from pathlib import Path

import pytest

from sodalyte.datasets.loading.all_sets import ALL_LOADERS

ROOT = Path(__file__).parent.parent
ROOMS = ("datasets", "featurizers", "models", "screen")


@pytest.fixture(scope="module")
def generate():
    place = importlib.util.spec_from_file_location(
        "docs_generate", ROOT / "docs/generate.py"
    )
    module = importlib.util.module_from_spec(place)
    place.loader.exec_module(module)
    return module


def test_every_command_stands_with_all_its_options(generate):
    page = generate.command_page()
    found = dict(generate.commands())
    assert {"sodalyte propose", "sodalyte campaign ask", "sodalyte models list"} <= set(
        found
    )
    for name, command in found.items():
        part = page.split(f"\n## {name}\n")[1].split("\n## ")[0]
        assert command.help.strip().splitlines()[0] in part
        for parameter in command.params:
            if parameter.param_type_name != "argument":
                assert f"`{parameter.opts[0]}`" in part, (name, parameter.opts)


def test_every_module_has_a_page(generate):
    pages = generate.python_pages()
    for room in ROOMS:
        for file in (ROOT / room).rglob("*.py"):
            parts = file.relative_to(ROOT).with_suffix("").parts
            if any(part.startswith("_") for part in parts[-1:]):
                continue
            assert f"sodalyte.{'.'.join(parts)}" in pages
    listed = pages["index"]
    for name in pages:
        if name != "index":
            assert f"   {name}\n" in listed
            said = listed.split(f":doc:`{name} <{name}>`: ")[1].splitlines()[0]
            assert len(said) > 10, f"{name} does not say what it is"


def test_every_data_set_has_a_page(generate):
    pages = generate.data_pages()
    assert {load.__name__.removeprefix("load_") for load in ALL_LOADERS} <= set(pages)


def test_every_topic_of_the_coverage_is_on_its_page(generate):
    page = generate.coverage_table()
    rows = generate.coverage_rows()
    assert all(f"**{row['topic']}** (*{row['status']}*)" in page for row in rows)


def test_every_page_can_be_reached_from_the_first():
    index = (ROOT / "docs/index.md").read_text(encoding="utf-8")
    trees = re.findall(r"```\{toctree\}\n(.*?)```", index, re.DOTALL)
    entries = [line for tree in trees for line in tree.splitlines()]
    for page in (ROOT / "docs").glob("*.md"):
        reached = any(fnmatch.fnmatch(page.stem, entry) for entry in entries if entry)
        assert reached or page.stem == "index", page.name
