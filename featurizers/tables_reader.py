"""Read the tables of this room once."""

import csv
import io
import tomllib
from functools import lru_cache
from importlib import resources
from typing import Any

__all__ = ["read_parameters", "read_rows"]


@lru_cache(maxsize=16)
def read_rows(name: str) -> tuple[dict[str, str], ...]:
    """Read ``tables/<name>`` (CSV) as one dict of texts per row."""
    return tuple(csv.DictReader(io.StringIO(_text(name), newline="")))


@lru_cache(maxsize=16)
def read_parameters(name: str) -> dict[str, Any]:
    """Read ``tables/<name>`` (TOML)."""
    return tomllib.loads(_text(name))


def _text(name: str) -> str:
    path = resources.files("sodalyte.featurizers") / "tables" / name
    return path.read_text(encoding="utf-8")
