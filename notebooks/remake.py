"""Make the .ipynb of each percent script anew: same cells, executed, with pictures.

Run from anywhere: ``python notebooks/remake.py [script ...]``; all by default.
"""

import os
import sys
from pathlib import Path

import jupytext
import nbformat
from nbclient import NotebookClient

HERE = Path(__file__).parent
TIMEOUT_s = 600
# The progress bars of a library ask for widgets; a page has none.
os.environ["PYTHONWARNINGS"] = "ignore:IProgress not found"


def remake(script: Path) -> Path:
    """Execute one percent script into the notebook beside it."""
    notebook = jupytext.read(script)
    for number, cell in enumerate(notebook.cells):
        cell["id"] = f"cell-{number}"  # random ids would differ at every remake
    client = NotebookClient(
        notebook,
        timeout=TIMEOUT_s,
        kernel_name="python3",
        record_timing=False,
        resources={"metadata": {"path": str(HERE)}},
    )
    client.execute()
    path = script.with_suffix(".ipynb")
    nbformat.write(notebook, path)
    return path


if __name__ == "__main__":
    scripts = [Path(name) for name in sys.argv[1:]] or sorted(HERE.glob("0*.py"))
    for script in scripts:
        sys.stdout.write(f"{remake(script)}\n")
