"""Sphinx settings: build with `make docs`; every warning is an error."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import generate  # noqa: E402  (the pages made from code, beside this file)
import sodalyte  # noqa: E402

project = "Sodalyte"
author = "The Sodalyte developers"
copyright = "The Sodalyte developers, BSD-3-Clause"  # noqa: A001
version = release = sodalyte.__version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "numpydoc"]
source_suffix = {".md": "markdown", ".rst": "restructuredtext"}
exclude_patterns: list[str] = []

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

html_theme = "furo"
html_title = f"Sodalyte {release}"
html_static_path: list[str] = []
html_copy_source = False
html_show_sphinx = False

generate.all_pages(Path(__file__).parent / "generated")
