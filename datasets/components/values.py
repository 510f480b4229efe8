"""Property values with their sources, and the rule that resolves conflicts.

The rule, in this order:

1. a value flagged as doubtful or as an outlier steps back behind all others;
2. measured before estimated before unverified;
3. nearest to 25 degC: within 2.5 K (viscosity 1 K), then within 5.5 K or
   temperature not stated, then the single nearest temperature;
4. your own values before primary papers before handbooks before compilations
   and suppliers;
5. the median of what is left; of two middle values the cautious one for
   points of change and limits: the higher melting point, the lower flash,
   boiling and ignition point and flammability limit.

Values that differ by the medium (apparent molar volumes) are averaged over the
media after these steps, and their scatter is reported.
"""

import csv
import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

REFERENCE_TEMPERATURE_C = 25.0

QUALITIES = ("measured", "estimated", "unverified")

SOURCE_KINDS = {
    "own": -1,
    "primary": 0,
    "derived": 0,
    "official": 0,
    "handbook": 1,
    "handbook-correlation": 1,
    "supplier": 2,
    "compiled": 2,
    "vendor": 3,
    "review": 3,
    "predicted": 4,
    "unsourced": 5,
    "recalled-3": 6,
    "recalled-2": 7,
    "recalled-1": 8,
}
"""Rank of each kind of source; `recalled` with a confidence of 1 to 3 means
written down from memory, with the citation believed in `source`."""

TEXT_PROPERTIES = frozenset(
    {
        "ghs_hazards",
        "ghs_classification",
        "transport_class",
        "price_note",
        "solubility_text",
    }
)

AVERAGED_OVER_MEDIA = frozenset({"apparent_molar_volume_mL_per_mol"})

KEPT_PER_MEDIUM = frozenset({"solubility_mol_per_L", "solubility_text"})

TEMPERATURE_DEPENDENT = frozenset(
    {"density_g_per_mL", "viscosity_mPa_s", "permittivity", "vapour_pressure_kPa"}
)
"""Properties that mean little without a temperature."""


_MIDDLE: dict[str, Callable[[list[float]], float]] = {
    "melting_point_C": statistics.median_high,
    "boiling_point_C": statistics.median_low,
    "flash_point_C": statistics.median_low,
    "autoignition_temperature_C": statistics.median_low,
    "lower_flammability_limit_volume_percent": statistics.median_low,
}


@dataclass(frozen=True, slots=True)
class PropertyValue:
    """One value of one property as one source gives it.

    Parameters
    ----------
    component : str
        Canonical component name, or an ion name such as "PF6-".
    property_name : str
        Name with its unit, such as "viscosity_mPa_s".
    value : float or str
        Text only for the properties in `TEXT_PROPERTIES`.
    unit : str
        Same unit as in the name.
    temperature_C : float or None
        None where the property has none or the source does not state it.
    medium : str
        Solvent or method that the value depends on, else empty.
    quality : {"measured", "estimated", "unverified"}
        `measured`: a source states it; `estimated`: calculated; `unverified`:
        recalled or of unclear origin, to be checked before use.
    source_kind : str
        One of `SOURCE_KINDS`.
    uncertainty, source, doi, note : str
        As the source gives them.
    """

    component: str
    property_name: str
    value: float | str
    unit: str
    temperature_C: float | None
    medium: str
    quality: str
    source_kind: str
    uncertainty: str
    source: str
    doi: str
    note: str

    @property
    def reference(self) -> str:
        """Source with its DOI where there is one."""
        return f"{self.source}, {self.doi}" if self.doi else self.source

    @property
    def is_doubtful(self) -> bool:
        """Whether the table flags the value as doubtful or as an outlier."""
        return self.note.startswith(("DOUBTFUL", "OUTLIER"))


@dataclass(frozen=True, slots=True)
class Resolution:
    """The value that stands for a property, and how it was chosen.

    Parameters
    ----------
    value : float or str
        Median (or mean over media) of the chosen values.
    quality : str
        Quality of the chosen values; "unverified" if they are doubtful.
    chosen : tuple of PropertyValue
        What the value was taken from.
    reason : str
        Why these and not the others.
    minimum, maximum : float or None
        Range of all values near 25 degC that are not doubtful.
    std : float or None
        Scatter over media, for properties averaged over media.
    """

    value: float | str
    quality: str
    chosen: tuple[PropertyValue, ...]
    reason: str
    minimum: float | None = None
    maximum: float | None = None
    std: float | None = None

    @property
    def source(self) -> str:
        """Sources of the chosen values with their DOI, without repeats."""
        return "; ".join(dict.fromkeys(value.reference for value in self.chosen))

    @property
    def temperature_C(self) -> float | None:
        """Mean temperature of the chosen values, None if not stated."""
        stated = [v.temperature_C for v in self.chosen if v.temperature_C is not None]
        return round(statistics.fmean(stated), 2) if stated else None


def resolve(values: Sequence[PropertyValue]) -> Resolution:
    """Choose the value that stands for one property of one component.

    Parameters
    ----------
    values : sequence of PropertyValue
        All values of the same component and property, at least one.

    Returns
    -------
    Resolution
        See the rule at the top of this module.

    Raises
    ------
    ValueError
        If `values` is empty.
    """
    if not values:
        raise ValueError(
            "A property is resolved from at least one value; none came. "
            "Leave out properties without values."
        )
    if values[0].property_name in AVERAGED_OVER_MEDIA:
        return _average_over_media(values)
    best = min(_rank(value) for value in values)
    chosen = tuple(value for value in values if _rank(value) == best)
    quality = "unverified" if chosen[0].is_doubtful else chosen[0].quality
    reason = _reason(chosen, len(values))
    if values[0].property_name in TEXT_PROPERTIES:
        return Resolution(chosen[0].value, quality, chosen[:1], reason)
    usable = [
        float(value.value)
        for value in values
        if not value.is_doubtful and _temperature_band(value)[0] <= 1
    ] or [float(value.value) for value in chosen]
    middle = _MIDDLE.get(values[0].property_name, statistics.median)
    median = middle([float(value.value) for value in chosen])
    return Resolution(median, quality, chosen, reason, min(usable), max(usable))


def density_relative_std(resolution: Resolution) -> float:
    """Give the relative standard uncertainty of a resolved density.

    Parameters
    ----------
    resolution : Resolution
        Of "density_g_per_mL".

    Returns
    -------
    float
        The stated one of an estimate; otherwise 0.1 % (primary, handbook) or
        0.5 % (others), 1 % if unverified, plus 0.1 % per kelvin from 25 degC
        and half the range of the chosen values.

    Notes
    -----
    0.1 % per kelvin is the thermal expansion of organic liquids.
    """
    first = resolution.chosen[0]
    value = float(resolution.value)
    if resolution.quality == "estimated":
        return float(first.uncertainty) / value
    floor = 0.001 if SOURCE_KINDS[first.source_kind] <= 1 else 0.005
    if resolution.quality == "unverified":
        floor = 0.01
    temperature_C = resolution.temperature_C
    distance = (
        2.0 if temperature_C is None else abs(temperature_C - REFERENCE_TEMPERATURE_C)
    )
    numbers = [float(v.value) for v in resolution.chosen]
    return floor + 0.001 * distance + 0.5 * (max(numbers) - min(numbers)) / value


def _average_over_media(values: Sequence[PropertyValue]) -> Resolution:
    best = min(_rank(value)[:2] for value in values)
    usable = tuple(value for value in values if _rank(value)[:2] == best)
    numbers = [float(value.value) for value in usable]
    std = statistics.stdev(numbers) if len(numbers) > 1 else None
    media = ", ".join(value.medium or "medium not stated" for value in usable)
    return Resolution(
        statistics.fmean(numbers),
        "unverified" if usable[0].is_doubtful else usable[0].quality,
        usable,
        f"mean over media ({media})",
        min(numbers),
        max(numbers),
        std,
    )


def _rank(value: PropertyValue) -> tuple[int, int, tuple[int, float], int]:
    return (
        int(value.is_doubtful),
        QUALITIES.index(value.quality),
        _temperature_band(value),
        SOURCE_KINDS[value.source_kind],
    )


def _temperature_band(value: PropertyValue) -> tuple[int, float]:
    if value.property_name not in TEMPERATURE_DEPENDENT:
        return (0, 0.0)
    if value.temperature_C is None:
        return (1, 0.0)
    distance = abs(value.temperature_C - REFERENCE_TEMPERATURE_C)
    if distance <= (1.0 if value.property_name == "viscosity_mPa_s" else 2.5):
        return (0, 0.0)
    return (1, 0.0) if distance <= 5.5 else (2, distance)


def _reason(chosen: Sequence[PropertyValue], n_values: int) -> str:
    first = chosen[0]
    if n_values == 1:
        return "only value" + (", flagged doubtful" if first.is_doubtful else "")
    where = ("", ", 20 to 30 degC", ", nearest temperature")[
        _temperature_band(first)[0]
    ]
    kind = f"{first.quality}, {first.source_kind}{where}"
    doubt = ", all values doubtful" if first.is_doubtful else ""
    how = "only one" if len(chosen) == 1 else f"median of {len(chosen)}"
    return f"best rank of {n_values} values: {kind}{doubt}; {how}"


def group_values(
    values: Iterable[PropertyValue],
) -> dict[str, dict[str, tuple[PropertyValue, ...]]]:
    """Sort values by component and property.

    Returns
    -------
    dict of dict of tuple of PropertyValue
        ``[component][property]``; properties that are kept per medium get
        the medium appended to their name.
    """
    grouped: dict[str, dict[str, list[PropertyValue]]] = {}
    for value in values:
        key = value.property_name
        if key in KEPT_PER_MEDIUM:
            key = f"{key}_in_{value.medium or 'unstated'}"
        grouped.setdefault(value.component, {}).setdefault(key, []).append(value)
    return {
        component: {key: tuple(found) for key, found in properties.items()}
        for component, properties in grouped.items()
    }


@lru_cache(maxsize=1)
def load_property_values() -> tuple[PropertyValue, ...]:
    """Read the bundled table of property values.

    Returns
    -------
    tuple of PropertyValue
        In the order of the table.
    """
    path = files("sodalyte.datasets") / "tables" / "component_properties.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    return tuple(_read_row(row) for row in csv.DictReader(lines))


def _read_row(row: dict[str, str]) -> PropertyValue:
    is_text = row["property"] in TEXT_PROPERTIES
    return PropertyValue(
        component=row["component"],
        property_name=row["property"],
        value=row["value"] if is_text else float(row["value"]),
        unit=row["unit"],
        temperature_C=float(row["temperature_C"]) if row["temperature_C"] else None,
        medium=row["medium"],
        quality=row["quality"],
        source_kind=row["source_kind"],
        uncertainty=row["uncertainty"],
        source=row["source"],
        doi=row["doi"],
        note=row["note"],
    )
