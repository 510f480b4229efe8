"""A batch at the bench: shared stocks, what goes where, and requests to a robot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from sodalyte.screen.lab.request import lab_request
from sodalyte.screen.lab.stocks import plan_stocks

if TYPE_CHECKING:
    from sodalyte.datasets.formulations.formulation import Formulation
    from sodalyte.screen.judging.conditions import Conditions

__all__ = ["bench_plan", "stock_rows"]


def bench_plan(
    proposals: Sequence[dict[str, Any]],
    chosen: Sequence[Formulation],
    volume_mL: float,
    conditions: Conditions,
) -> dict[str, Any]:
    """Plan shared stocks for the batch, and write it as requests to a robot.

    Parameters
    ----------
    proposals : sequence of dict
        With ``id``, in the order of `chosen`.
    chosen : sequence of Formulation
    volume_mL : float
        Of each recipe.
    conditions : Conditions
        At which the efficiency is to be measured.

    Returns
    -------
    dict
        ``stocks``, ``transfers``, ``notes``, ``n_weighings``,
        ``n_weighings_without_stocks``, ``lab_request``.
    """
    labels = [proposal["id"] for proposal in proposals]
    plan = plan_stocks(chosen, volume_mL, labels)
    stocks = [
        {
            "name": stock.name,
            "formulation": stock.formulation.canonical,
            "salt_molarity_mol_per_L": stock.formulation.salt_molarity_mol_per_L,
            "used_mL": stock.used_mL,
            "volume_mL": stock.volume_mL,
            "ingredients": [
                {"name": name, "mass_g": mass} for name, mass in stock.ingredients
            ],
            "evidence": stock.evidence,
        }
        for stock in plan.stocks
    ]
    return {
        "stocks": stocks,
        "transfers": [asdict(transfer) for transfer in plan.transfers],
        "notes": list(plan.notes),
        "n_weighings": plan.n_weighings,
        "n_weighings_without_stocks": plan.n_weighings_without,
        "lab_request": lab_request(
            list(chosen), volume_mL, labels, conditions=conditions.protocol()
        ),
    }


def stock_rows(document: dict[str, Any]) -> list[dict[str, Any]]:
    """List what to weigh into each stock, then what to move into each recipe.

    Parameters
    ----------
    document : dict
        Of ``propose``.

    Returns
    -------
    list of dict
        ``into`` (stock or proposal), ``from`` (bottle or stock), ``mass_g`` and
        ``volume_mL`` (empty for a solid).
    """
    bench = document["bench"]
    made = [
        {
            "into": stock["name"],
            "from": part["name"],
            "mass_g": part["mass_g"],
            "volume_mL": None,
        }
        for stock in bench["stocks"]
        for part in stock["ingredients"]
    ]
    moved = [
        {
            "into": transfer["recipe"],
            "from": transfer["source"],
            "mass_g": transfer["mass_g"],
            "volume_mL": transfer["volume_mL"],
        }
        for transfer in bench["transfers"]
    ]
    return [*made, *moved]
