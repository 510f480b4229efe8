"""A table in, predictions with uncertainty out.

Names load on first use, so that the cell model below this room does not wait for the
surrogates' libraries.
"""

from importlib import import_module
from typing import Any

_HOMES = {
    "CoulombicEfficiency": "coulombic_efficiency",
    "GaussianProcess": "gaussian_process",
    "OxidativeLimit": "oxidative_limit",
    "nines_from_percent": "nines",
    "percent_from_nines": "nines",
}

__all__ = [
    "CoulombicEfficiency",
    "GaussianProcess",
    "OxidativeLimit",
    "nines_from_percent",
    "percent_from_nines",
]


def __getattr__(name: str) -> Any:
    """Load a public name from its file."""
    if name not in _HOMES:
        raise AttributeError(f"module 'sodalyte.models' has no attribute {name!r}")
    return getattr(import_module(f"sodalyte.models.{_HOMES[name]}"), name)
