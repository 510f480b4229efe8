"""Sodium supply agents: salts in the cathode coating that give sodium once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from sodalyte.models.cell.parameters import (
    Parameter,
    key_by_name,
    parameters_from_mapping,
    read_parameter_file,
)

__all__ = ["SupplyAgent", "load_agents", "resolve_agent"]


@dataclass(frozen=True)
class SupplyAgent:
    """One salt that gives its sodium in the first charge.

    Parameters
    ----------
    key, name : str
        Formula and name in words.
    gas, hazard : str
        What leaves, and what to mind.
    parameters : mapping of str to Parameter
        As in ``parameters/supply_agents.toml``.
    """

    key: str
    name: str
    gas: str
    hazard: str
    parameters: Mapping[str, Parameter]

    def __getitem__(self, name: str) -> float:
        """Return the base value of a parameter."""
        return self.parameters[name].value

    @property
    def usable_capacity_mAh_per_g(self) -> float:
        """Sodium that comes, per gram of agent."""
        return self["capacity_mAh_per_g"] * self["yield_fraction"]

    @property
    def gives_gas(self) -> bool:
        """Whether gas leaves in the first charge."""
        return self["gas_mL_per_g"] > 0.0


@cache
def load_agents() -> dict[str, SupplyAgent]:
    """Return the bundled agents by formula.

    Examples
    --------
    >>> round(load_agents()["Na2C2O4"].usable_capacity_mAh_per_g)
    396
    """
    return {
        key: SupplyAgent(
            key=key,
            name=str(table["name"]),
            gas=str(table["gas"]),
            hazard=str(table["hazard"]),
            parameters=parameters_from_mapping(table, f"supply agent {key}"),
        )
        for key, table in read_parameter_file("supply_agents.toml").items()
    }


def resolve_agent(name: str) -> SupplyAgent:
    """Return an agent by formula, name or alias.

    Parameters
    ----------
    name : str
        "Na2C2O4", "sodium oxalate", "oxalate", ...

    Returns
    -------
    SupplyAgent

    Raises
    ------
    KeyError
        If unknown; names the nearest and all known.
    """
    key = key_by_name(
        "supply_agents.toml",
        name,
        what="supply agent",
        remedy="Give another one's sodium as extra_sodium_mAh_per_g of a cathode file.",
    )
    return load_agents()[key]
