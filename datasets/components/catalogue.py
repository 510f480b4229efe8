"""The component catalogue: names, structures and properties of ingredients."""

import dataclasses
import difflib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sodalyte.datasets.components.component import Component
from sodalyte.datasets.components.names import (
    AmbiguousAlias,
    CatalogueEntry,
    Ion,
    normalise_name,
)
from sodalyte.datasets.components.values import (
    AVERAGED_OVER_MEDIA,
    PropertyValue,
    Resolution,
    group_values,
    load_property_values,
    resolve,
)

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "AmbiguousAlias",
    "Catalogue",
    "CatalogueEntry",
    "Ion",
    "load_catalogue",
    "load_components_toml",
    "normalise_name",
    "use_components",
]


_SERIALS = count()


class Catalogue(Mapping[str, Component]):
    """Components by canonical name, with names, properties and their sources.

    A frozen mapping; `with_component` returns a larger one. Made by
    `load_catalogue`.

    Parameters
    ----------
    components : Mapping of str to Component
        By canonical name.
    entries : Mapping of str to CatalogueEntry
        Family, aliases and the rest, of every component.
    ambiguous : Mapping of str to AmbiguousAlias
        By normalised spelling.
    ions : Mapping of str to Ion
        By name.
    own_values : tuple of PropertyValue
        Values beside the bundled table.
    """

    def __init__(
        self,
        components: Mapping[str, Component],
        entries: Mapping[str, CatalogueEntry],
        *,
        ambiguous: Mapping[str, AmbiguousAlias],
        ions: Mapping[str, Ion],
        own_values: tuple[PropertyValue, ...] = (),
    ) -> None:
        self.serial = next(_SERIALS)  # tells catalogues apart in caches
        self._components = dict(components)
        self._entries = dict(entries)
        self._ambiguous = dict(ambiguous)
        self._ions = dict(ions)
        self._own_values = own_values
        self._grouped: dict[str, dict[str, tuple[PropertyValue, ...]]] | None = None
        self._resolved: dict[str, dict[str, Any]] = {}
        self._index: dict[str, str] = {normalise_name(n): n for n in components}
        for name, entry in entries.items():
            for alias in entry.aliases:
                self._index.setdefault(normalise_name(alias), name)
        self._index.update({key: alias.chosen for key, alias in ambiguous.items()})

    def __getitem__(self, name: str) -> Component:
        """Return the component of a canonical name."""
        return self._components[name]

    def __iter__(self) -> Iterator[str]:
        """Iterate over the canonical names."""
        return iter(self._components)

    def __len__(self) -> int:
        """Count the components."""
        return len(self._components)

    def __repr__(self) -> str:
        """Show the size."""
        return f"<Catalogue of {len(self)} components, {len(self._index)} names>"

    @property
    def name_index(self) -> Mapping[str, str]:
        """Canonical name of each normalised spelling."""
        return self._index

    @property
    def ambiguous_aliases(self) -> Mapping[str, AmbiguousAlias]:
        """Ambiguous abbreviations by normalised spelling."""
        return self._ambiguous

    @property
    def ions(self) -> Mapping[str, Ion]:
        """Ions of the salts by name."""
        return self._ions

    @property
    def entries(self) -> Mapping[str, CatalogueEntry]:
        """Family, aliases and the rest by canonical name."""
        return self._entries

    @property
    def own_values(self) -> tuple[PropertyValue, ...]:
        """Property values that were added to the bundled table."""
        return self._own_values

    def entry(self, name: str) -> CatalogueEntry:
        """Return family, aliases, CAS number and note of a component."""
        return self._entries[name]

    def find(self, text: str) -> Component:
        """Return the component that a name or alias stands for.

        Parameters
        ----------
        text : str
            Any spelling; see `normalise_name`. An ambiguous abbreviation gives
            the likelier component, see `ambiguous_aliases`.

        Raises
        ------
        KeyError
            If no component has that name; says the nearest names.
        """
        name = self._index.get(normalise_name(text))
        if name is None:
            nearest = ", ".join(self.nearest_names(text)) or "none"
            raise KeyError(
                f"A component must be in the catalogue; {text!r} is not. Nearest "
                f"names: {nearest}. Correct it, or add it with with_component."
            )
        return self._components[name]

    def nearest_names(self, text: str, n: int = 3) -> list[str]:
        """Return up to `n` canonical names whose spellings come nearest."""
        keys = difflib.get_close_matches(
            normalise_name(text), list(self._index), n=4 * n, cutoff=0.5
        )
        return list(dict.fromkeys(self._index[key] for key in keys))[:n]

    def property_values(
        self, name: str, property_name: str
    ) -> tuple[PropertyValue, ...]:
        """Return all values of one property, with all sources and temperatures.

        Parameters
        ----------
        name : str
            Component or ion.
        property_name : str
            Such as "viscosity_mPa_s".
        """
        return self._group().get(name, {}).get(property_name, ())

    def resolution(self, name: str, property_name: str) -> Resolution | None:
        """Return the resolved value of a property and how it was chosen.

        None where the catalogue has no value. The rule stands in
        `sodalyte.datasets.components.values`.
        """
        values = self.property_values(name, property_name)
        return resolve(values) if values else None

    def properties(self, name: str) -> Mapping[str, Any]:
        """Return the resolved properties of a component or ion.

        Parameters
        ----------
        name : str
            Canonical component name, or an ion name such as "PF6-".

        Returns
        -------
        dict
            ``<property>``, ``<property>_quality`` ("measured", "estimated" or
            "unverified") and ``<property>_source``; ``<property>_temperature_C``
            where a temperature is stated and ``<property>_std`` where the value
            is a mean over media. A property without a value is absent. Those of
            the anion of a salt are there under ``anion_<property>``.

        Raises
        ------
        KeyError
            If neither a component nor an ion has that name.
        """
        if name not in self._components and name not in self._ions:
            raise KeyError(
                f"Properties are kept by canonical name; {name!r} is none. "
                "Use catalogue.find(text).name."
            )
        if name not in self._resolved:
            self._resolved[name] = self._resolve(name)
        return dict(self._resolved[name])

    def property_frame(self) -> "pd.DataFrame":
        """Return every value of every source, and which were chosen and why.

        Returns
        -------
        DataFrame
            One row per value, with the fields of `PropertyValue` and
            ``property``, ``is_doubtful``, ``is_chosen``, ``reason`` and
            ``resolved_value``.
        """
        import pandas as pd

        rows: list[dict[str, Any]] = []
        for properties in self._group().values():
            for values in properties.values():
                found = resolve(values)
                rows += [_frame_row(value, found) for value in values]
        return pd.DataFrame(rows)

    def with_component(
        self, component: Component | None = None, **arguments: Any
    ) -> "Catalogue":
        """Return a catalogue with one more component.

        Parameters
        ----------
        component : Component, optional
            A finished one.
        **arguments
            Else ``name``, ``smiles``, ``role`` and the optional others of
            `sodalyte.datasets.components.custom.extend_catalogue`.

        Raises
        ------
        ValueError
            If the component is not possible, or a name of it is taken.
        """
        from sodalyte.datasets.components.custom import extend_catalogue

        return extend_catalogue(self, component, **arguments)

    def with_components_toml(self, path: str | Path) -> "Catalogue":
        """Return a catalogue with the components of a TOML file added."""
        from sodalyte.datasets.components.custom import read_components_toml

        catalogue = self
        for arguments in read_components_toml(path, self):
            catalogue = catalogue.with_component(**arguments)
        return catalogue

    def _group(self) -> dict[str, dict[str, tuple[PropertyValue, ...]]]:
        if self._grouped is None:
            self._grouped = group_values((*load_property_values(), *self._own_values))
        return self._grouped

    def _resolve(self, name: str) -> dict[str, Any]:
        resolved: dict[str, Any] = {}
        for key, values in self._group().get(name, {}).items():
            found = resolve(values)
            resolved[key] = found.value
            resolved[f"{key}_quality"] = found.quality
            resolved[f"{key}_source"] = found.source
            if found.temperature_C is not None:
                resolved[f"{key}_temperature_C"] = found.temperature_C
            if key in AVERAGED_OVER_MEDIA and found.std is not None:
                resolved[f"{key}_std"] = found.std
        if name in self._entries:
            fraction = self._entries[name].fluorine_mass_fraction
            resolved["fluorine_mass_fraction"] = fraction
            anion = self._components[name].anion
            if anion is not None and anion in self._ions:
                for key, value in self._resolve(anion).items():
                    resolved[f"anion_{key}"] = value
        return resolved


def _frame_row(value: PropertyValue, found: Resolution) -> dict[str, Any]:
    row = dataclasses.asdict(value)
    row = {"component": value.component, "property": row.pop("property_name"), **row}
    row["is_doubtful"] = value.is_doubtful
    row["is_chosen"] = any(value is chosen for chosen in found.chosen)
    row["reason"] = found.reason
    row["resolved_value"] = found.value
    return row


def load_components_toml(path: str | Path) -> tuple[Component, ...]:
    """Read the components of a TOML file.

    Their aliases and properties need a catalogue: see `use_components` and
    `Catalogue.with_components_toml`. The form of the file is described in
    `sodalyte.datasets.components.custom`.

    Raises
    ------
    ValueError
        If the file or a component in it is faulty; lists all faults.
    """
    from sodalyte.datasets.components.custom import read_components_toml

    catalogue = load_catalogue()
    tables = read_components_toml(path, catalogue)
    for arguments in tables:
        catalogue = catalogue.with_component(**arguments)
    return tuple(catalogue.find(arguments["name"]) for arguments in tables)


_IN_USE: list[Catalogue] = []
"""Catalogues of the `use_components` blocks that are open, the inner one last."""


def load_catalogue() -> Catalogue:
    """Return the catalogue in use; the tables of properties wait until used.

    Returns
    -------
    Catalogue
        The bundled one, the same object at every call; inside a
        `use_components` block the one with the components of your own.
    """
    from sodalyte.datasets.components.bundled import bundled_catalogue

    return _IN_USE[-1] if _IN_USE else bundled_catalogue()


@contextmanager
def use_components(
    components: str | Path | Catalogue | None,
) -> Iterator[Catalogue]:
    """Let everything in a block know components of your own.

    Parameters
    ----------
    components : str, Path, Catalogue or None
        A components file, or a finished catalogue; None changes nothing.

    Yields
    ------
    Catalogue
        The one in use.

    Raises
    ------
    ValueError
        If the file or a component in it is faulty; lists all faults.

    Notes
    -----
    Names are read back in many places (a campaign, a report, a measurement file),
    and features ask for properties by name; all of them see the same catalogue in
    the block, in this process and its threads. Open it before the first use of
    the components: what was computed before is not computed again.

    Examples
    --------
    >>> ether = load_catalogue().with_component(
    ...     name="MEP", smiles="COCCOCCC", role="solvent", density_g_per_mL=0.85
    ... )
    >>> with use_components(ether):
    ...     "MEP" in load_catalogue()
    True
    >>> "MEP" in load_catalogue()
    False
    """
    if components is None:
        yield load_catalogue()
        return
    if not isinstance(components, Catalogue):
        components = load_catalogue().with_components_toml(components)
    _IN_USE.append(components)
    try:
        yield components
    finally:
        _IN_USE.remove(components)
