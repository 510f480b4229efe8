"""The shared cell model of an anode-free sodium cell."""

from sodalyte.models.cell.cathodes import Cathode, load_cathodes
from sodalyte.models.cell.collectors import load_collectors, resolve_collector
from sodalyte.models.cell.design import (
    CellDesign,
    default_design,
    default_protocol,
    design_from_toml,
)
from sodalyte.models.cell.electrolyte import (
    ElectrolyteProperties,
    nines_from_ce_percent,
)
from sodalyte.models.cell.model import CellModel
from sodalyte.models.cell.protocol import Protocol
from sodalyte.models.cell.result import CellResult
from sodalyte.models.cell.supply import SupplyAgent, load_agents, resolve_agent

__all__ = [
    "Cathode",
    "CellDesign",
    "CellModel",
    "CellResult",
    "ElectrolyteProperties",
    "Protocol",
    "SupplyAgent",
    "default_design",
    "default_protocol",
    "design_from_toml",
    "load_agents",
    "load_cathodes",
    "load_collectors",
    "nines_from_ce_percent",
    "resolve_agent",
    "resolve_collector",
]
