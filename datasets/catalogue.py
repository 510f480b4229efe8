"""The component catalogue: names, structures and properties of ingredients."""

import csv
import difflib
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from sodalyte.datasets.component import Component

_DROPPED = str.maketrans("", "", " \t\u00a0.·•'′\"`´()[]{}_-‐‑‒–—−⁃")


def normalise_name(text: str) -> str:
    """Reduce a spelling to the key it is looked up by.

    Case, blanks, hyphens, dots, primes, brackets and Unicode sub- and
    superscripts do not distinguish names; commas, digits and letters do.

    Examples
    --------
    >>> normalise_name("NaPF₆"), normalise_name("Bis(2-methoxyethyl) ether")
    ('napf6', 'bis2methoxyethylether')
    """
    return unicodedata.normalize("NFKC", text).casefold().translate(_DROPPED)


@dataclass(frozen=True)
class AmbiguousAlias:
    """An abbreviation that papers use for more than one compound."""

    alias: str
    chosen: str
    others: tuple[str, ...]
    reason: str


class Catalogue(Mapping[str, Component]):
    """Components by canonical name, with a look-up by any alias."""

    def __init__(
        self,
        components: Mapping[str, Component],
        index: Mapping[str, str],
        ambiguous: Mapping[str, AmbiguousAlias],
    ) -> None:
        self._components = dict(components)
        self._index = dict(index)
        self._ambiguous = dict(ambiguous)

    def __getitem__(self, name: str) -> Component:
        """Return the component of a canonical name."""
        return self._components[name]

    def __iter__(self) -> Iterator[str]:
        """Iterate over the canonical names."""
        return iter(self._components)

    def __len__(self) -> int:
        """Count the components."""
        return len(self._components)

    @property
    def name_index(self) -> Mapping[str, str]:
        """Canonical name of each normalised spelling."""
        return self._index

    @property
    def ambiguous_aliases(self) -> Mapping[str, AmbiguousAlias]:
        """Ambiguous abbreviations by normalised spelling."""
        return self._ambiguous

    def find(self, text: str) -> Component:
        """Return the component that a name or alias stands for."""
        name = self._index.get(normalise_name(text))
        if name is None:
            raise KeyError(
                f"A component must be in the catalogue; {text!r} is not. "
                f"Nearest names: {', '.join(self.nearest_names(text))}."
            )
        return self._components[name]

    def nearest_names(self, text: str, n: int = 3) -> list[str]:
        """Return the canonical names whose spellings come nearest."""
        keys = difflib.get_close_matches(
            normalise_name(text), list(self._index), n=4 * n, cutoff=0.5
        )
        return list(dict.fromkeys(self._index[key] for key in keys))[:n]


def _number(text: str) -> float | None:
    return float(text) if text else None


@lru_cache(maxsize=1)
def load_catalogue() -> Catalogue:
    """Load the bundled catalogue."""
    tables = files("sodalyte.datasets") / "tables"
    components: dict[str, Component] = {}
    index: dict[str, str] = {}
    with (tables / "components.csv").open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
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
            for alias in (name, *filter(None, row["aliases"].split("|"))):
                index.setdefault(normalise_name(alias), name)
    ambiguous: dict[str, AmbiguousAlias] = {}
    path = tables / "ambiguous_aliases.csv"
    with path.open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            ambiguous[normalise_name(row["alias"])] = AmbiguousAlias(
                row["alias"],
                row["chosen"],
                tuple(row["others"].split("|")),
                row["reason"],
            )
            index[normalise_name(row["alias"])] = row["chosen"]
    return Catalogue(components, index, ambiguous)
