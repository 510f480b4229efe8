"""Notebooks as they are committed: paired, executed, small, with pictures."""

import json
import re
from pathlib import Path

import pytest

jupytext = pytest.importorskip("jupytext")

FOLDER = Path(__file__).parent.parent / "notebooks"
SCRIPTS = sorted(FOLDER.glob("0*.py"))
LARGEST_bytes = 300_000


def outputs(notebook):
    return [out for cell in notebook.cells for out in cell.get("outputs", [])]


@pytest.fixture(params=SCRIPTS, ids=lambda path: path.stem)
def pair(request):
    return jupytext.read(request.param), jupytext.read(
        request.param.with_suffix(".ipynb")
    )


def test_there_are_seven_and_each_has_its_notebook():
    assert [path.name[:2] for path in SCRIPTS] == [f"0{n}" for n in range(1, 8)]
    assert {path.stem for path in FOLDER.glob("*.ipynb")} == {p.stem for p in SCRIPTS}


def test_script_and_notebook_hold_the_same_cells(pair):
    script, notebook = (
        [(cell.cell_type, cell.source) for cell in half.cells] for half in pair
    )
    assert notebook == script  # else: python notebooks/remake.py


def test_every_cell_was_executed_in_order_without_a_word_on_stderr(pair):
    code = [cell for cell in pair[1].cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    kinds = {(out.output_type, out.get("name")) for out in outputs(pair[1])}
    assert not {kind for kind in kinds if kind[0] == "error" or kind[1] == "stderr"}


def test_pictures_show_in_a_viewer_without_plotly(pair):
    drawn = [out["data"] for out in outputs(pair[1]) if "data" in out]
    figures = [data for data in drawn if "application/vnd.plotly.v1+json" in data]
    assert figures
    assert all("image/png" in data for data in figures)


def test_a_notebook_is_small_and_names_no_machine(pair, request):
    path = request.node.callspec.params["pair"].with_suffix(".ipynb")
    assert path.stat().st_size < LARGEST_bytes
    text = json.dumps([out for out in outputs(pair[1])])
    assert not re.search(r"/(home|root|work|tmp|Users)/", text)
