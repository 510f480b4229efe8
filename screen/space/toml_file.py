"""Reading of a search space from TOML: all faults at once, by key."""

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeGuard

from sodalyte.datasets.files.toml_file import read_toml
from sodalyte.screen.space.rules import Amounts, Limits, RoleRule

__all__ = ["read_space_file"]

_ROLE_OF_KEY = {
    "salts": "salt",
    "solvents": "solvent",
    "diluents": "diluent",
    "additives": "additive",
}
_LARGEST = 1e9  # of any amount, count or temperature
_ROLE_KEYS = {"count", "step", "total", "allowed"}
_LIMIT_KEYS = {
    "temperature_C",
    "flash_point_min_C",
    "boiling_point_min_C",
    "liquid_at_use_temperature",
    "solubility",
    "miscibility",
    "solvent_per_salt",
    "solvent_per_salt_with_diluent",
    "fluorine_mass_fraction_max",
    "exclude_pfas",
    "price_max_USD_per_kg",
    "forbidden_pairs",
    "immiscible_pairs",
    "shelf",
}


_LIMIT_NUMBERS = (
    "temperature_C",
    "flash_point_min_C",
    "boiling_point_min_C",
    "fluorine_mass_fraction_max",
    "price_max_USD_per_kg",
)


def read_space_file(path: str | Path) -> dict[str, Any]:
    """Read a space file into the arguments of `SearchSpace`.

    Raises
    ------
    ValueError
        If a key is unknown or a value has the wrong form; lists all faults.
    FileNotFoundError
        If there is no such file.
    """
    content = read_toml(path, "A space file", "See the default space for an example.")
    return _space_arguments(content, str(path))


def _space_arguments(content: Mapping[str, Any], place: str) -> dict[str, Any]:
    faults: list[str] = []
    known = {"name", "components_file", "limits", *_ROLE_OF_KEY}
    faults += [f"unknown key {key!r}" for key in content if key not in known]
    roles = {
        key: _role_rule(key, content[key], faults)
        for key in _ROLE_OF_KEY
        if key in content
    }
    for key in ("name", "components_file"):
        if not isinstance(content.get(key, ""), str):
            faults.append(f"{key} must be text, not {content[key]!r}")
    for key in ("salts", "solvents"):
        if key not in content:
            faults.append(f"missing table [{key}]")
    limits = _limits(content.get("limits", {}), faults)
    if faults:
        shown = "; ".join(faults[:5])
        raise ValueError(
            "A search space has tables [salts], [solvents], [diluents], [additives] "
            f"and [limits]; {place} has {len(faults)} faults: {shown}. Compare with "
            "the default space."
        )
    arguments: dict[str, Any] = {"name": content.get("name", place), "limits": limits}
    arguments.update({k: v for k, v in roles.items() if v is not None})
    if "components_file" in content:
        arguments["components_file"] = content["components_file"]
    return arguments


def _role_rule(key: str, table: Any, faults: list[str]) -> RoleRule | None:
    if not isinstance(table, dict):
        faults.append(f"[{key}] must be a table")
        return None
    n_before = len(faults)
    faults += [f"unknown key {key}.{k}" for k in table if k not in _ROLE_KEYS]
    step = table.get("step")
    if not _is_number(step) or step <= 0:
        faults.append(f"{key}.step must be a number > 0, not {step!r}")
        return None
    count = _pair(f"{key}.count", table.get("count", [0, 1]), faults)
    total = _pair(f"{key}.total", table["total"], faults) if "total" in table else None
    allowed = table.get("allowed")
    if not isinstance(allowed, dict):
        faults.append(f"{key}.allowed must give [low, high] by component")
        return None
    amounts = []
    for name, bounds in allowed.items():
        pair = _pair(f"{key}.allowed.{name}", bounds, faults)
        if pair is not None:
            amounts.append(Amounts(name, *pair))
    if len(faults) > n_before or count is None:
        return None
    try:
        return RoleRule(
            role=_ROLE_OF_KEY[key],
            count=(int(count[0]), int(count[1])),
            step=float(step),
            amounts=tuple(amounts),
            total=total,
        )
    except ValueError as error:
        faults.append(str(error))
        return None


def _limits(table: Any, faults: list[str]) -> Limits:
    if not isinstance(table, dict):
        faults.append("[limits] must be a table")
        return Limits()
    faults += [f"unknown key limits.{k}" for k in table if k not in _LIMIT_KEYS]
    arguments: dict[str, Any] = {k: v for k, v in table.items() if k in _LIMIT_KEYS}
    for key in ("solvent_per_salt", "solvent_per_salt_with_diluent"):
        if key in arguments:
            arguments[key] = _pair(f"limits.{key}", arguments[key], faults)
    for key in ("forbidden_pairs", "immiscible_pairs"):
        pairs = arguments.get(key, [])
        if not isinstance(pairs, list) or not all(
            isinstance(p, list) and len(p) == 2 for p in pairs
        ):
            faults.append(f"limits.{key} must be a list of pairs of names")
            pairs = []
        arguments[key] = tuple((str(a), str(b)) for a, b in pairs)
    if "shelf" in arguments:
        names = arguments["shelf"]
        if not isinstance(names, list):
            faults.append(f"limits.shelf must be a list of names, not {names!r}")
            names = []
        arguments["shelf"] = tuple(str(name) for name in names)
    for key in _LIMIT_NUMBERS:
        if key in arguments and not _is_number(arguments[key]):
            faults.append(f"limits.{key} must be a number, not {arguments[key]!r}")
    for key in (
        "exclude_pfas",
        "solubility",
        "miscibility",
        "liquid_at_use_temperature",
    ):
        if key in arguments and not isinstance(arguments[key], bool):
            faults.append(f"limits.{key} must be true or false")
    return Limits(**arguments)


def _is_number(value: Any) -> TypeGuard[float]:
    if not isinstance(value, int | float) or isinstance(value, bool):
        return False
    return math.isfinite(value) and abs(value) < _LARGEST


def _pair(key: str, value: Any, faults: list[str]) -> tuple[float, float] | None:
    if (
        not isinstance(value, list)
        or len(value) != 2
        or not all(_is_number(v) for v in value)
        or value[0] > value[1]
        or value[0] < 0
    ):
        faults.append(f"{key} must be [low, high] with 0 <= low <= high, not {value!r}")
        return None
    return float(value[0]), float(value[1])
