"""Every shell block, Python block and doctest of README, docs and code really runs.

A block that must not run has a comment before it that says why:
``<!-- not run: it needs a server -->``. Blocks of a page run in order, in one shell or
one session, in a folder of their own that holds a copy of ``examples/``. A block of
``make`` lines alone is only rehearsed (``make -n``): `.ci/run` runs those targets.
"""

import contextlib
import doctest
import importlib
import io
import os
import pkgutil
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGES = sorted([ROOT / "README.md", *ROOT.glob("docs/*.md")])
BLOCK = re.compile(
    r"(?P<why><!-- not run: [^>]+ -->\n)?^```(?P<kind>sh|python)\n(?P<code>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
#: Pages that train models or draw candidates; the others are quick.
SLOW = {"README.md", "quickstart.md", "tutorial.md", "how-to-campaigns.md"}
SLOW |= {"how-to-retrain.md"}
ROOMS = ("datasets", "featurizers", "models", "screen")


def blocks(page):
    """List (kind, code) of the blocks of a page that shall run, in order."""
    found = BLOCK.finditer(page.read_text(encoding="utf-8"))
    return [(b["kind"], b["code"]) for b in found if b["why"] is None]


def runnable():
    for page in PAGES:
        if page.is_file() and blocks(page):
            marks = [pytest.mark.slow] if page.name in SLOW else []
            yield pytest.param(page, id=page.name, marks=marks)


@pytest.fixture
def workplace(tmp_path, monkeypatch):
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    (tmp_path / ".venv").symlink_to(Path(sys.executable).parent.parent)
    # A registry of its own, so that no page retrains the models of another test.
    kept = Path(os.environ["SODALYTE_HOME"]) / "cache"
    kept.mkdir(parents=True, exist_ok=True)
    (tmp_path / "home").mkdir()
    (tmp_path / "home/cache").symlink_to(kept)
    monkeypatch.setenv("SODALYTE_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run_shell(code, folder):
    lines = [line for line in code.splitlines() if line.strip()]
    if all(line.startswith("make ") for line in lines):
        code = "\n".join(f"make -n {line.removeprefix('make ')}" for line in lines)
        folder = ROOT
    programs = str(Path(sys.executable).parent)
    path = f"{programs}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", code],
        cwd=folder,
        env={**os.environ, "PATH": path, "PYTHONWARNINGS": "ignore"},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, f"{code}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"


@pytest.mark.parametrize("page", list(runnable()))
def test_the_blocks_of_a_page_run(page, workplace):
    session = {}
    for kind, code in blocks(page):
        if kind == "sh":
            run_shell(code, workplace)
        elif ">>>" not in code:  # doctests have a test of their own
            with contextlib.redirect_stdout(io.StringIO()):
                exec(compile(code, str(page), "exec"), session)


def with_doctests():
    pages = (page for page in PAGES if page.is_file())
    return [page for page in pages if ">>> " in page.read_text(encoding="utf-8")]


@pytest.mark.parametrize("page", with_doctests(), ids=lambda page: page.name)
def test_the_doctests_of_a_page_hold(page, workplace):
    # A fence that closes an example is no part of its output.
    text = page.read_text(encoding="utf-8").replace("```", "\n")
    test = doctest.DocTestParser().get_doctest(text, {}, page.name, str(page), 0)
    failed, tried = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(test)
    assert tried > 0
    assert failed == 0


def module_names():
    yield "sodalyte"
    for room in ROOMS:
        package = importlib.import_module(f"sodalyte.{room}")
        yield package.__name__
        for info in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            yield info.name


@pytest.mark.parametrize("name", list(module_names()))
def test_the_doctests_of_a_module_hold(name, workplace):
    result = doctest.testmod(
        importlib.import_module(name), optionflags=doctest.ELLIPSIS
    )
    assert result.failed == 0


def test_a_page_that_must_not_run_says_why():
    """Nothing slips by: a block either runs or carries its reason."""
    told = ROOT / "docs/how-to-campaigns.md"
    reasons = [b["why"] for b in BLOCK.finditer(told.read_text(encoding="utf-8"))]
    assert any(reason and "PostgreSQL" in reason for reason in reasons)
    assert any(reason is None for reason in reasons)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_page_holds_a_place_to_be_filled(page):
    text = page.read_text(encoding="utf-8")
    assert not re.findall(r"@@\w*|\bTO" + r"DO\b|\bTBD\b|\b[A-Z]+_TABLE\b", text)
