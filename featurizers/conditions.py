"""Turn the conditions of a measurement into numbers: collector, current, temperature.

Collector names are read as papers write them ("carbon-coated Al", "Cu@Au", "Sb@Cu",
"porous Al foil", "3D Ni"): the materials in the name are looked up in
``tables/collectors.csv``; the one that makes the better foil is the base, another is
the coating, and the coating is the surface that meets sodium. A name with no known
material is accepted: class "other" and ``collector_is_unknown`` 1.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sodalyte.featurizers.tables_reader import read_rows

__all__ = [
    "BASE_CLASSES",
    "COATING_CLASSES",
    "METHODS",
    "REFERENCE_CONDITIONS",
    "Collector",
    "condition_features",
    "parse_collector",
]

Array = NDArray[np.float64]

REFERENCE_CONDITIONS: Mapping[str, Any] = {
    "collector": "Cu",
    "collector_coating": "",
    "current_density_mA_per_cm2": 0.5,
    "areal_capacity_mAh_per_cm2": 1.0,
    "temperature_C": 25.0,
    "method": "cycling",
}
"""Stand in for conditions that are not given; the ``is_..._assumed`` columns say so."""

BASE_CLASSES = ("cu", "al", "zn", "ti", "ni", "steel", "carbon", "other")
COATING_CLASSES = ("none", "carbon", "sodiophilic", "film", "other")
METHODS = ("cycling", "aurbach", "full_cell", "other")

_OVERPOTENTIAL_UNKNOWN_MV = 30.0
_BINDING_UNKNOWN_EV = -1.0
"""Middle of the listed values, for surfaces without one; ``is_..._known`` says so."""


@dataclass(frozen=True, slots=True)
class Collector:
    """What is known of a current collector from its name.

    Parameters
    ----------
    text : str
        As given.
    base, coating : str
        Classes, of ``BASE_CLASSES`` and ``COATING_CLASSES``.
    is_porous : bool
        Three-dimensional: foam, mesh, nanowires, cloth, felt.
    is_unknown : bool
        No known material in the name.
    nucleation_overpotential_mV, binding_energy_eV : float or None
        Of the surface, from ``tables/collectors.csv``; None where no value is known.
    """

    text: str
    base: str
    coating: str
    is_porous: bool
    is_unknown: bool
    nucleation_overpotential_mV: float | None
    binding_energy_eV: float | None


@lru_cache(maxsize=4096)
def parse_collector(text: str, coating: str = "") -> Collector:
    """Read a collector name as papers write it.

    Parameters
    ----------
    text : str
        Such as "Cu", "Au-coated Cu", "Cu@C", "3D Ni", "stainless steel".
    coating : str
        Coating in a column of its own, if any.

    Returns
    -------
    Collector

    Examples
    --------
    >>> collector = parse_collector("carbon-coated Al")
    >>> collector.base, collector.coating, collector.is_porous
    ('al', 'carbon', False)
    """
    name = _normalise(text)
    table = read_rows("collectors.csv")
    porous = any(
        re.search(row["pattern"], name) for row in table if row["kind"] == "shape"
    )
    found = _found(name, table)
    if not found:
        return Collector(text, "other", "none", porous, True, None, None)
    base = max(found, key=lambda row: int(row["substrate_rank"]))
    layers = [row for row in found if row is not base]
    if coating:
        named = _found(_normalise(coating), table)
        layers = named or layers
        covered = "other" if not named and not layers else ""
    else:
        covered = "other" if re.search(r"\bcoated\b|@|\bon\b", name) else ""
    surface = layers[0] if layers else base
    is_bare = base["surface_class"] not in COATING_CLASSES[2:]
    kind = covered or "none" if not layers and is_bare else _coating_class(surface)
    known = kind != "other"
    return Collector(
        text,
        base["surface_class"] if base["surface_class"] in BASE_CLASSES else "other",
        kind,
        porous,
        False,
        _number(surface["nucleation_overpotential_mV"]) if known else None,
        _number(surface["binding_energy_eV"]) if known else None,
    )


def condition_features(
    conditions: pd.DataFrame | Mapping[str, Any] | None, n_rows: int
) -> dict[str, Array]:
    """Compute the conditions block.

    Parameters
    ----------
    conditions : DataFrame of n_rows rows, mapping of scalars, or None
        Columns of ``REFERENCE_CONDITIONS``; others are ignored. A missing column or
        value is taken from there and marked in the ``is_..._assumed`` column.
    n_rows : int

    Returns
    -------
    dict of str to ndarray of shape (n_rows,)

    Raises
    ------
    ValueError
        If the number of rows differs, a current density or capacity is not > 0, or a
        temperature is below absolute zero; names the rows.
    """
    if not isinstance(conditions, pd.DataFrame):
        one = _columns(pd.DataFrame(dict(conditions or {}), index=[0]), 1)
        return {name: np.broadcast_to(value, n_rows) for name, value in one.items()}
    if len(conditions) != n_rows:
        raise ValueError(
            f"conditions need one row for each formulation. {n_rows} formulations came "
            f"with {len(conditions)} rows of conditions. Align the two tables."
        )
    return _columns(conditions, n_rows)


def _columns(frame: pd.DataFrame, n_rows: int) -> dict[str, Array]:
    columns: dict[str, Array] = {}
    current, is_assumed = _numbers(frame, "current_density_mA_per_cm2", n_rows)
    _check(current, "current_density_mA_per_cm2", 0.0, "mA/cm2")
    columns["log10_current_density"] = np.log10(current)
    columns["is_current_density_assumed"] = is_assumed
    capacity, is_assumed = _numbers(frame, "areal_capacity_mAh_per_cm2", n_rows)
    _check(capacity, "areal_capacity_mAh_per_cm2", 0.0, "mAh/cm2")
    columns["areal_capacity_mAh_per_cm2"] = capacity
    columns["is_areal_capacity_assumed"] = is_assumed
    temperature, is_assumed = _numbers(frame, "temperature_C", n_rows)
    _check(temperature, "temperature_C", -273.15, "degC")
    columns["temperature_C"] = temperature
    columns["is_temperature_assumed"] = is_assumed
    return columns | _collector_columns(frame, n_rows) | _method_columns(frame, n_rows)


def _collector_columns(frame: pd.DataFrame, n_rows: int) -> dict[str, Array]:
    text, is_assumed = _texts(frame, "collector", n_rows)
    coating, _ = _texts(frame, "collector_coating", n_rows)
    code, pairs = _distinct_pairs(text, coating)
    parsed = [parse_collector(*pair) for pair in pairs]
    rows: dict[str, list[float]] = {}
    for kind in BASE_CLASSES:
        rows[f"collector_is_{kind}"] = [float(one.base == kind) for one in parsed]
    for kind in COATING_CLASSES[1:]:
        rows[f"coating_is_{kind}"] = [float(one.coating == kind) for one in parsed]
    rows["collector_is_porous"] = [float(one.is_porous) for one in parsed]
    rows["collector_is_unknown"] = [float(one.is_unknown) for one in parsed]
    for name, unknown in (
        ("nucleation_overpotential_mV", _OVERPOTENTIAL_UNKNOWN_MV),
        ("binding_energy_eV", _BINDING_UNKNOWN_EV),
    ):
        values = [getattr(one, name) for one in parsed]
        rows[f"collector_{name}"] = [unknown if v is None else v for v in values]
        rows[f"is_{name.rsplit('_', 1)[0]}_known"] = [
            float(value is not None) for value in values
        ]
    columns = {name: np.asarray(values)[code] for name, values in rows.items()}
    columns["is_collector_assumed"] = is_assumed
    return columns


def _method_columns(frame: pd.DataFrame, n_rows: int) -> dict[str, Array]:
    method, _ = _texts(frame, "method", n_rows)
    known = np.where(np.isin(method, METHODS), method, "other")
    return {
        f"method_is_{name}": (known == name).astype(float)
        for name in METHODS
        if name != REFERENCE_CONDITIONS["method"]
    }


def _distinct_pairs(
    one: NDArray[np.object_], other: NDArray[np.object_]
) -> tuple[NDArray[np.intp], list[tuple[str, str]]]:
    """List the distinct pairs of two text columns and the pair of each row."""
    codes, names = zip(*(pd.factorize(column) for column in (one, other)), strict=True)
    joint = codes[0] * len(names[1]) + codes[1]
    distinct, code = np.unique(joint, return_inverse=True)
    first, second = np.divmod(distinct, len(names[1]))
    pairs = zip(first, second, strict=True)
    return code, [(names[0][i], names[1][j]) for i, j in pairs]


def _numbers(frame: pd.DataFrame, column: str, n_rows: int) -> tuple[Array, Array]:
    reference = float(REFERENCE_CONDITIONS[column])
    if column not in frame:
        return np.full(n_rows, reference), np.ones(n_rows)
    values = pd.to_numeric(frame[column], errors="coerce").to_numpy(dtype=float)
    missing = np.isnan(values)
    given = frame[column].to_numpy(dtype=object)
    texts = [
        (row, given[row])
        for row in np.flatnonzero(missing)
        if isinstance(given[row], str) and given[row].strip()
    ]
    if texts:
        shown = ", ".join(f"row {row} has {text!r}" for row, text in texts[:5])
        raise ValueError(
            f"{column} must be a number. {len(texts)} rows break this: {shown}. Write "
            "the number alone, in that unit, or leave the cell empty."
        )
    return np.where(missing, reference, values), missing.astype(float)


def _texts(
    frame: pd.DataFrame, column: str, n_rows: int
) -> tuple[NDArray[np.object_], Array]:
    reference = REFERENCE_CONDITIONS[column]
    if column not in frame:
        return np.full(n_rows, reference, dtype=object), np.ones(n_rows)
    values = frame[column].fillna("").astype(str).str.strip()
    missing = (values == "").to_numpy(dtype=bool)
    filled = values.where(~missing, reference).to_numpy(dtype=object)
    return filled, missing.astype(float)


def _check(values: Array, column: str, low: float, unit: str) -> None:
    bad = np.flatnonzero(~(np.isfinite(values) & (values > low)))
    if len(bad):
        shown = ", ".join(f"row {row} has {values[row]:g}" for row in bad[:5])
        raise ValueError(
            f"{column} must be finite and above {low:g} {unit}. {len(bad)} rows break "
            f"this: {shown}. Correct them, or leave the cell empty for the reference."
        )


def _coating_class(row: Mapping[str, str]) -> str:
    kind = row["surface_class"]
    if kind in COATING_CLASSES:
        return kind
    return "sodiophilic" if kind in ("noble", "zn") else "other"


def _normalise(text: str) -> str:
    """Lower the case and set @, /, + and _ apart, so that words can be found."""
    spaced = re.sub(r"[@/+_();:,]", " @ ", text.casefold().replace("α-", ""))
    return re.sub(r"-(coated|modified|decorated|on)\b", r" \1 ", spaced)


def _found(name: str, table: tuple[dict[str, str], ...]) -> list[dict[str, str]]:
    """List the materials of a name, longest words first, each word used once."""
    found: list[tuple[int, dict[str, str]]] = []
    matches = [
        (match.end() - match.start(), match, row)
        for row in table
        if row["kind"] == "material"
        for match in re.finditer(row["pattern"], name)
    ]
    used: set[int] = set()
    for _, match, row in sorted(matches, key=lambda item: (-item[0], item[1].start())):
        span = set(range(*match.span()))
        if span & used:
            continue
        used |= span
        found.append((match.start(), row))
    unique = {id(row): row for _, row in sorted(found, key=lambda item: item[0])}
    return list(unique.values())


def _number(text: str) -> float | None:
    return float(text) if text else None
