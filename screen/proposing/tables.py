"""The proposals as flat tables: ``proposals.csv`` and ``weigh_sheets.csv``."""

from __future__ import annotations

from typing import Any

__all__ = ["flat_cell", "proposal_rows", "weigh_rows"]


def proposal_rows(document: dict[str, Any]) -> list[dict[str, Any]]:
    """Flatten the proposals, and the control last, to the rows of the CSV.

    Parameters
    ----------
    document : dict
        Of ``propose``.

    Returns
    -------
    list of dict
        Figures with ``_median``, ``_low`` and ``_high``.
    """
    rows = []
    control = document["control"]
    entries = list(document["proposals"])
    if control is not None:
        entries.append({**control, "id": "control", "list": "control", "score": None})
    for entry in entries:
        prediction = entry["prediction"]
        row = {key: entry[key] for key in ("id", "list", "formulation", "score")}
        for name in ("ce_percent", "oxidative_limit_V_vs_Na"):
            row |= {f"{name}_{bound}": v for bound, v in prediction[name].items()}
        row["runs_probability"] = prediction["runs_probability"]
        row["in_domain"] = prediction["in_domain"]
        row |= flat_cell(entry["cell"])
        check = entry.get("rate_check")
        for name in ("utilisation", "average_voltage_V"):
            row[f"{name}_dfn"] = check[name]["dfn"] if check else None
        for number, near in enumerate(prediction["nearest"], start=1):
            row[f"nearest_{number}"] = near["formulation"]
            row[f"nearest_{number}_ce_percent"] = near["ce_percent"]
            row[f"nearest_{number}_source"] = near["source"]
        row["why"] = entry["why"]
        rows.append(row)
    return rows


def flat_cell(cell: dict[str, Any]) -> dict[str, Any]:
    """Flatten the figures of a cell to the columns of a table."""
    flat: dict[str, Any] = {}
    for name, value in cell.items():
        if not isinstance(value, dict):
            flat[name] = "; ".join(value) if isinstance(value, list) else value
        elif "median" in value:
            flat |= {f"{name}_{bound}": item for bound, item in value.items()}
        else:
            for part, bounds in value.items():
                flat |= {f"{name}_{part}_{b}": item for b, item in bounds.items()}
    return flat


def weigh_rows(document: dict[str, Any]) -> list[dict[str, Any]]:
    """List every ingredient to weigh, proposal by proposal, the control last.

    Parameters
    ----------
    document : dict
        Of ``propose``.

    Returns
    -------
    list of dict
        ``id``, ``formulation``, ``volume_mL``, ``ingredient``, ``role``,
        ``mass_g``, ``ingredient_volume_mL``.
    """
    entries = [(entry["id"], entry["recipe"]) for entry in document["proposals"]]
    if document["control"] is not None:
        entries.append(("control", document["control"]["recipe"]))
    return [
        {
            "id": name,
            "formulation": sheet["formulation"],
            "volume_mL": sheet["volume_mL"],
            "ingredient": item["name"],
            "role": item["role"],
            "mass_g": item["mass_g"],
            "ingredient_volume_mL": item["volume_mL"],
        }
        for name, sheet in entries
        for item in sheet["ingredients"]
    ]
