"""What pages point at is there: files, modules, tests; no block escapes the tests."""

import ast
import importlib
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TOP = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md")]
PAGES = [*TOP, *sorted(ROOT.glob("docs/*.md"))]
DESCRIPTIONS = sorted(ROOT.glob("datasets/descr/*.md"))
# What a fence may be; sh and python run (`test_docs_examples.py`), the recipes of
# CONTRIBUTING.md are followed (`test_contributing.py`), the rest is no command.
FENCES = {"sh", "python", "text", "toml", "{toctree}", "{include}", "{glossary}"}
COMMAND = re.compile(r"^(?:\$ |\.venv/bin/|(?:sodalyte|python3?|pip|make|bash) )", re.M)


def read(page):
    return page.read_text(encoding="utf-8")


def fences(page):
    """List (kind, code, what stands before) of the fenced blocks of a page."""
    found = re.finditer(r"^(```+)([^\n`]*)\n(.*?)^\1$", read(page), re.M | re.S)
    text = read(page)
    return [(f[2].strip(), f[3], text[: f.start()]) for f in found]


def names(pages):
    return [pytest.param(page, id=page.name) for page in pages]


@pytest.mark.parametrize("page", names([*PAGES, *DESCRIPTIONS]))
def test_no_block_escapes_under_another_name(page):
    for kind, code, before in fences(page):
        assert kind.split(" ")[0] in FENCES, f"{page.name}: {kind}"
        if kind == "text":
            assert not COMMAND.search(code), f"a command stands as text: {code}"
        if page not in (ROOT / "README.md", *ROOT.glob("docs/*.md")) and kind == "sh":
            assert re.search(r"<!-- not run: [^>]+ -->\n$", before), code
    indented = re.search(r"\n\n    (?:\$ |sodalyte )", read(page))
    assert indented is None, "a command stands indented, not fenced"


@pytest.mark.parametrize("page", names([*TOP, ROOT / "CHANGELOG.md"]))
def test_links_of_the_pages_outside_the_documentation_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)\s]+)\)", read(page)):
        if not re.match(r"https?:|mailto:", target):
            path, _, anchor = target.partition("#")
            there = page.parent / path if path else page
            assert there.exists(), target
            if anchor:
                assert anchor in anchors(there), target


def anchors(page):
    """List the anchors that headings make, as code hosts and Sphinx spell them."""
    headings = re.findall(r"^#+ (.+)$", read(page), re.M)
    plain = [re.sub(r"[^\w\- ]", "", heading.lower()) for heading in headings]
    return {heading.replace(" ", "-") for heading in plain}


def dotted(text):
    """Find the names of our modules, and of what they hold, in a text."""
    return set(re.findall(r"\bsodalyte(?:\.[A-Za-z_]\w*)+", text))


def resolves(name):
    parts = name.split(".")
    for cut in range(len(parts), 0, -1):
        try:
            found = importlib.import_module(".".join(parts[:cut]))
        except ModuleNotFoundError:
            continue
        for part in parts[cut:]:
            if not hasattr(found, part):
                return False
            found = getattr(found, part)
        return True
    return False


@pytest.mark.parametrize(
    "page", names([*PAGES, *DESCRIPTIONS, *sorted(ROOT.glob("notebooks/*.py"))])
)
def test_modules_that_a_page_names_are_there(page):
    text = "".join(part for part in read(page).split("New file `")[:1])
    missing = {name for name in dotted(text) if not resolves(name)}
    assert not missing


@cache
def cases_of(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize("page", names(PAGES))
def test_tests_that_a_page_names_are_there(page):
    for file, test in re.findall(r"\b(test_\w+\.py)(?:::(\w+))?", read(page)):
        path = ROOT / "tests" / file
        assert path.is_file(), file
        assert not test or test in cases_of(path), f"{file}::{test}"


def test_the_layout_names_every_room_and_no_other():
    text = read(ROOT / "docs/architecture.md")
    rooms = [ROOT / name for name in ("datasets", "featurizers", "models", "screen")]
    inner = [
        init.parent
        for room in rooms
        for init in room.rglob("__init__.py")
        if "__pycache__" not in init.parts
    ]
    there = {f"{folder.relative_to(ROOT)}/" for folder in inner}
    told = set(
        re.findall(r"`((?:datasets|featurizers|models|screen)/(?:\w+/)*)`", text)
    )
    assert told == there


def test_the_tutorial_leads_to_every_notebook():
    text = read(ROOT / "docs/tutorial.md")
    for script in ROOT.glob("notebooks/0*.py"):
        assert f"notebooks/{script.stem}.ipynb" in text, script.stem
