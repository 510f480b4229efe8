"""Temperature slopes of pure liquids, from the catalogue's measured values."""

import csv
import math
from collections.abc import Sequence
from itertools import combinations
from statistics import median

from sodalyte.datasets.components.catalogue import Catalogue, load_catalogue

__all__ = ["COLUMNS", "temperature_slopes", "write_liquid_table"]

COLUMNS = (
    "name",
    "expansion_per_K",
    "expansion_n_values",
    "viscosity_activation_K",
    "viscosity_n_values",
)

MIN_DENSITY_SPAN_K = 9.0
MIN_VISCOSITY_SPAN_K = 14.9
"""Over less, the scatter between papers hides the slope (THF over 10 K: 1550 K)."""


def temperature_slopes(catalogue: Catalogue) -> list[dict[str, str]]:
    """Fit ln(density) against T and ln(viscosity) against 1/T for every liquid.

    Parameters
    ----------
    catalogue : Catalogue

    Returns
    -------
    list of dict
        ``COLUMNS`` as texts, sorted by name; empty where the measured values span too
        few degrees. Slopes are Theil-Sen: the median over all pairs of temperatures, of
        the medians of the values at each temperature; no paper and no outlier decides.
    """
    rows = []
    for name in sorted(catalogue):
        if catalogue[name].is_ionic:
            continue
        density = _values(catalogue, name, "density_g_per_mL")
        viscosity = _values(catalogue, name, "viscosity_mPa_s")
        row = dict.fromkeys(COLUMNS, "") | {"name": name}
        if _span(density) >= MIN_DENSITY_SPAN_K:
            row["expansion_per_K"] = f"{-_slope(density, inverse=False):.3e}"
            row["expansion_n_values"] = str(len(density))
        if _span(viscosity) >= MIN_VISCOSITY_SPAN_K and len(viscosity) >= 4:
            row["viscosity_activation_K"] = f"{_slope(viscosity, inverse=True):.0f}"
            row["viscosity_n_values"] = str(len(viscosity))
        if row["expansion_per_K"] or row["viscosity_activation_K"]:
            rows.append(row)
    return rows


def write_liquid_table(path: str) -> int:
    """Write the table that ships here and return its number of liquids."""
    rows = temperature_slopes(load_catalogue())
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return len(rows)


def _values(
    catalogue: Catalogue, name: str, property_name: str
) -> list[tuple[float, float]]:
    """Temperatures (K) and logarithms of the measured values that are not doubtful."""
    return [
        (float(one.temperature_C) + 273.15, math.log(float(one.value)))
        for one in catalogue.property_values(name, property_name)
        if one.quality == "measured"
        and one.temperature_C is not None
        and not one.is_doubtful
    ]


def _span(values: Sequence[tuple[float, float]]) -> float:
    kelvin = [temperature for temperature, _ in values]
    return max(kelvin) - min(kelvin) if kelvin else 0.0


def _slope(values: Sequence[tuple[float, float]], *, inverse: bool) -> float:
    by_temperature: dict[float, list[float]] = {}
    for kelvin, logarithm in values:
        by_temperature.setdefault(round(kelvin, 1), []).append(logarithm)
    points = [
        (1.0 / kelvin if inverse else kelvin, median(logarithms))
        for kelvin, logarithms in sorted(by_temperature.items())
    ]
    return median((y - y0) / (x - x0) for (x0, y0), (x, y) in combinations(points, 2))
