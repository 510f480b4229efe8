"""A batch as JSON for a robot or lab broker, in the manner of FINALES."""

from collections.abc import Mapping, Sequence
from typing import Any

from sodalyte.datasets.formulations.formulation import Formulation
from sodalyte.screen.lab.stocks import default_labels, plan_stocks

__all__ = ["lab_request"]


def lab_request(
    batch: Sequence[Formulation],
    volume_mL: float = 10.0,
    labels: Sequence[str] | None = None,
    *,
    conditions: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Write a batch as requests: first mix each recipe, then measure it.

    Parameters
    ----------
    batch : sequence of Formulation
    volume_mL : float
        Of each recipe, > 0.
    labels : sequence of str or None
        Names of the recipes; "R1" and so on by default.
    conditions : mapping or None
        Protocol of the measurement: collector, current_density_mA_per_cm2, ...

    Returns
    -------
    dict
        JSON with ``requests``, ``stocks`` and ``transfers``. Every request has
        ``quantity``, ``methods`` and ``parameters`` by method. Quantity
        "electrolyte" by method "flow" takes a formulation (chemicals by SMILES and
        InChIKey, with their fraction and its type) and a volume in mL, as in the
        schemas of FINALES; quantity "coulombic_efficiency" by method
        "plating_stripping" is ours, for those schemas have none.

    References
    ----------
    .. [1] Schemas of FINALES 2, github.com/BIG-MAP/FINALES2_schemas,
       classes_input/electrolyte and classes_common/fraction_type.
    """
    names = list(labels) if labels is not None else default_labels(len(batch))
    plan = plan_stocks(batch, volume_mL, names)
    requests: list[dict[str, Any]] = []
    for label, recipe in zip(names, batch, strict=True):
        formulation = _formulation(recipe)
        mix = {"electrolyte": {"formulation": formulation}, "volume": volume_mL}
        measure = {"formulation": formulation, **(conditions or {})}
        requests.append(_request(label, recipe, "electrolyte", "flow", mix))
        requests.append(
            _request(
                label, recipe, "coulombic_efficiency", "plating_stripping", measure
            )
        )
    return {
        "requests": requests,
        "stocks": [
            {
                "name": stock.name,
                "formulation": stock.formulation.canonical,
                "volume_mL": stock.volume_mL,
                "ingredients": [
                    {"name": name, "mass_g": round(grams, 4)}
                    for name, grams in stock.ingredients
                ],
            }
            for stock in plan.stocks
        ],
        "transfers": [
            {
                "recipe": t.recipe,
                "source": t.source,
                "mass_g": round(t.mass_g, 4),
                "volume_mL": None if t.volume_mL is None else round(t.volume_mL, 4),
            }
            for t in plan.transfers
        ],
    }


def _request(
    label: str, recipe: Formulation, quantity: str, method: str, parameters: Any
) -> dict[str, Any]:
    return {
        "recipe": label,
        "formulation_text": recipe.canonical,
        "quantity": quantity,
        "methods": [method],
        "parameters": {method: parameters},
    }


def _formulation(recipe: Formulation) -> list[dict[str, Any]]:
    from rdkit.Chem import MolFromSmiles
    from rdkit.Chem.inchi import MolToInchiKey

    return [
        {
            "chemical": {
                "name": component.name,
                "SMILES": component.smiles,
                "InChIKey": MolToInchiKey(MolFromSmiles(component.smiles)),
            },
            "role": component.role,
            "fraction": x,
            "fraction_type": "molPerMol",
        }
        for component, x in zip(recipe.components, recipe.mole_fractions, strict=True)
    ]
