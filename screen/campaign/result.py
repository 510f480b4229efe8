"""The check of one result at the door of a campaign."""

import math
from collections.abc import Mapping
from typing import Any

__all__ = ["check_result"]

OUTCOMES = ("ran", "failed_early", "would_not_run")
_QUALIFIERS = ("=", "~", "<", ">")
_RANGES = {
    "current_density_mA_per_cm2": (0.0, 100.0),
    "areal_capacity_mAh_per_cm2": (0.0, 100.0),
    "temperature_C": (-100.0, 150.0),
    "n_cycles": (1.0, 1e6),
}
_TEXTS = ("metal", "collector", "collector_coating", "method", "cell", "work", "note")


def check_result(values: Mapping[str, Any]) -> dict[str, Any]:
    """Check a told result and fill in what follows from it.

    Parameters
    ----------
    values : mapping
        ``ce_percent`` (0 to below 100) unless ``outcome`` is "would_not_run";
        ``ce_qualifier`` ("=" by default, "<" of a cell that failed early), protocol
        and notes.

    Returns
    -------
    dict
        With ``outcome`` always, ``ce_qualifier`` wherever there is an efficiency.

    Raises
    ------
    ValueError
        If a key is unknown or a value is out of its range; names all of them.

    Examples
    --------
    >>> check_result({"ce_percent": 99.9})
    {'outcome': 'ran', 'ce_percent': 99.9, 'ce_qualifier': '='}
    """
    known = {"outcome", "ce_percent", "ce_qualifier", *_RANGES, *_TEXTS}
    unknown = [repr(key) for key in values if key not in known]
    faults = []
    if unknown:
        names = ", ".join(sorted(known))
        faults = [f"unknown key {', '.join(unknown)}; there are {names}"]
    outcome = values.get("outcome", "ran")
    if outcome not in OUTCOMES:
        faults.append(f"outcome must be one of {', '.join(OUTCOMES)}, not {outcome!r}")
    result: dict[str, Any] = {"outcome": outcome}
    efficiency = values.get("ce_percent")
    if efficiency is None:
        if outcome == "ran":
            faults.append("a cell that ran needs ce_percent")
        elif outcome == "failed_early":
            faults.append(
                "a cell that failed early needs ce_percent, the bound it stayed below; "
                "one that returned nothing has the outcome would_not_run"
            )
    elif outcome == "would_not_run":
        faults.append("a cell that would not run has no ce_percent")
    elif not _is_number(efficiency) or not 0 <= float(efficiency) < 100:
        faults.append(f"ce_percent must lie in [0, 100), not {efficiency!r}")
    else:
        result["ce_percent"] = float(efficiency)
        # the efficiency of a cell that failed early is an upper bound
        default = "<" if outcome == "failed_early" else "="
        result["ce_qualifier"] = values.get("ce_qualifier", default)
        if result["ce_qualifier"] not in _QUALIFIERS:
            faults.append(
                f"ce_qualifier must be one of {' '.join(_QUALIFIERS)}, not "
                f"{result['ce_qualifier']!r}"
            )
    for key, (low, high) in _RANGES.items():
        if key not in values:
            continue
        if not _is_number(values[key]) or not low <= float(values[key]) <= high:
            faults.append(f"{key} must lie in [{low:g}, {high:g}], not {values[key]!r}")
        else:
            result[key] = float(values[key])
    result.update({key: str(values[key]) for key in _TEXTS if key in values})
    if faults:
        raise ValueError("; ".join(faults))
    return result


def _is_number(value: Any) -> bool:
    return (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and math.isfinite(value)
    )
