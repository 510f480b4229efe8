"""What is known: formulations, components and measurements, with their sources."""

from sodalyte.datasets.component import ROLES, Component
from sodalyte.datasets.formulation import Formulation, parse_formulation
from sodalyte.datasets.formulations import FormulationArray

__all__ = [
    "ROLES",
    "Component",
    "Formulation",
    "FormulationArray",
    "parse_formulation",
]
