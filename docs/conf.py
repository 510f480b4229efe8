"""Sphinx settings: build with `make docs`; every warning is an error."""

import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import generate

import sodalyte

project = "Sodalyte"
author = "The Sodalyte developers"
copyright = "The Sodalyte developers, BSD-3-Clause"
version = release = sodalyte.__version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "numpydoc"]
source_suffix = {".md": "markdown", ".rst": "restructuredtext"}
exclude_patterns = ["generated/coverage-table.md"]  # included by coverage.md

# Links: every internal one must lead somewhere (make docs runs with -W -n).
nitpicky = True
myst_heading_anchors = 3
myst_enable_extensions = ["colon_fence", "deflist"]

# Python reference: types stand in the docstrings, where their shapes and units are.
autodoc_typehints = "none"
autodoc_member_order = "bysource"
autodoc_preserve_defaults = True
numpydoc_show_class_members = False
numpydoc_class_members_toctree = False
numpydoc_xref_param_type = False

# numpydoc renames the references of each docstring; not all are cited in its text.
suppress_warnings = ["ref.citation"]

smartquotes = False  # --json must stay --json
html_theme = "furo"
html_title = f"Sodalyte {release}"
html_static_path: list[str] = []
html_copy_source = False
html_show_sphinx = False

generate.all_pages(Path(__file__).parent / "generated")


def skip_foreign(app, what, name, member, skip, options):
    """Leave out the methods that scikit-learn adds to every estimator."""
    return (
        True if re.fullmatch(r"[sg]et_\w+_request|get_metadata_routing", name) else skip
    )


def setup(app):
    """Connect to Sphinx."""
    app.connect("autodoc-skip-member", skip_foreign)
