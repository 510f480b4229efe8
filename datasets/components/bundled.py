"""Load the bundled catalogue from its tables."""

import csv
from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files

from sodalyte.datasets.components.catalogue import Catalogue
from sodalyte.datasets.components.component import Component
from sodalyte.datasets.components.names import (
    AmbiguousAlias,
    CatalogueEntry,
    Ion,
    normalise_name,
)


@lru_cache(maxsize=1)
def bundled_catalogue() -> Catalogue:
    """Load the catalogue that ships; the tables of properties wait until used.

    Returns
    -------
    Catalogue
        The same object at every call.
    """
    components: dict[str, Component] = {}
    entries: dict[str, CatalogueEntry] = {}
    for row in _read_table("components.csv"):
        name = row["name"]
        components[name] = Component(
            name=name,
            smiles=row["smiles"],
            role=row["role"],
            molar_mass_g_per_mol=float(row["molar_mass_g_per_mol"]),
            density_g_per_mL=_number(row["density_g_per_mL"]),
            molar_volume_mL_per_mol=_number(row["molar_volume_mL_per_mol"]),
            molar_volume_std_mL_per_mol=_number(row["molar_volume_std_mL_per_mol"]),
            cation=row["cation"] or None,
            anion=row["anion"] or None,
        )
        entries[name] = CatalogueEntry(
            family=row["family"],
            fluorine_mass_fraction=float(row["fluorine_mass_fraction"]),
            cas=row["cas"],
            systematic_name=row["systematic_name"],
            aliases=tuple(filter(None, row["aliases"].split("|"))),
            note=row["note"],
        )
    ambiguous = {
        normalise_name(row["alias"]): AmbiguousAlias(
            row["alias"], row["chosen"], tuple(row["others"].split("|")), row["reason"]
        )
        for row in _read_table("ambiguous_aliases.csv")
    }
    ions = {
        row["name"]: Ion(
            row["name"],
            int(row["charge"]),
            row["smiles"],
            row["systematic_name"],
            tuple(row["formulas"].split("|")),
        )
        for row in _read_table("ions.csv")
    }
    return Catalogue(components, entries, ambiguous=ambiguous, ions=ions)


def _read_table(name: str) -> Iterator[dict[str, str]]:
    path = files("sodalyte.datasets") / "tables" / name
    yield from csv.DictReader(path.read_text(encoding="utf-8").splitlines())


def _number(text: str) -> float | None:
    return float(text) if text else None
