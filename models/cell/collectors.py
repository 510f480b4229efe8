"""Look up current collectors as papers write them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from sodalyte.models.cell.parameters import (
    Parameter,
    parameters_from_mapping,
    read_parameter_file,
)

__all__ = ["Collector", "load_collectors", "resolve_collector"]


@dataclass(frozen=True)
class Collector:
    """One current collector.

    Parameters
    ----------
    key : str
        Name of the parameter set.
    text : str
        As it was written.
    is_known : bool
        False where the text matched no parameter set; ``key`` is then the stand-in.
    price_key : str
        Row of the price file.
    parameters : mapping of str to Parameter
        density_g_per_cm3, thickness_um, coating_g_per_m2, sodium_uptake_mAh_per_cm2.
    """

    key: str
    text: str
    is_known: bool
    price_key: str
    parameters: Mapping[str, Parameter]

    def __getitem__(self, name: str) -> float:
        """Return the base value of a parameter."""
        return self.parameters[name].value


@cache
def load_collectors() -> dict[str, Collector]:
    """Return the bundled collectors by name.

    Returns
    -------
    dict of str to Collector
    """
    return {
        key: Collector(
            key=key,
            text=key,
            is_known=True,
            price_key=table["price_key"],
            parameters=parameters_from_mapping(table, f"collector {key}"),
        )
        for key, table in read_parameter_file("collectors.toml").items()
    }


def _plain(text: str) -> str:
    return " ".join(text.lower().replace("-", " ").split())


@cache
def resolve_collector(text: str) -> Collector:
    """Return the collector that a text names, or a stand-in for an unknown one.

    Parameters
    ----------
    text : str
        "Cu", "carbon-coated Al", "Ti3C2Tx CNT", ...

    Returns
    -------
    Collector
        An unknown text gets the foil whose name it contains last ("Bi modified Cu
        foil" is on Cu), else Cu, with ``is_known`` False.

    Examples
    --------
    >>> resolve_collector("C-coated Al").key
    'carbon-coated Al'
    >>> resolve_collector("KJB@Cu").is_known
    False
    """
    tables = read_parameter_file("collectors.toml")
    names = {
        _plain(name): key
        for key, table in tables.items()
        for name in (key, *table["aliases"])
    }
    plain = _plain(text)
    collectors = load_collectors()
    if plain in names:
        return collectors[names[plain]]
    words = plain.replace("@", " ").replace("/", " ").split()
    base = next((names[word] for word in reversed(words) if word in names), "Cu")
    return Collector(
        key=base,
        text=text,
        is_known=False,
        price_key=collectors[base].price_key,
        parameters=collectors[base].parameters,
    )
