"""Propose electrolytes for anode-free sodium metal batteries.

The few names of daily use live here and are loaded when first touched; everything
else is in the four rooms `sodalyte.datasets`, `sodalyte.featurizers`,
`sodalyte.models` and `sodalyte.screen`.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sodalyte.datasets.formulations.formulation import Formulation
    from sodalyte.models.cell import CellModel
    from sodalyte.screen.judging.predict import predict
    from sodalyte.screen.proposing.propose import propose

__version__ = "0.1.0"
__all__ = ["CellModel", "Formulation", "__version__", "predict", "propose"]

_HOMES = {
    "Formulation": "sodalyte.datasets.formulations.formulation",
    "CellModel": "sodalyte.models.cell",
    "predict": "sodalyte.screen.judging.predict",
    "propose": "sodalyte.screen.proposing.propose",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'sodalyte' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
