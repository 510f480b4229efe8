"""The weigh sheet: grams and millilitres of each ingredient, hazards, order."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sodalyte.datasets.formulations.formulation import Formulation

__all__ = ["recipe"]

# A solution is made in this order: the salt needs its coordinating solvent to
# dissolve, and a diluent added before it would leave it undissolved.
ORDER = ("solvent", "salt", "diluent", "additive")
CONCENTRATED_MOLALITY_mol_per_kg = 3.0  # dissolving this much warms the flask


def recipe(formulation: Formulation, volume_mL: float = 10.0) -> dict[str, Any]:
    """Tell what to weigh for a volume of solution at 25 degC.

    Parameters
    ----------
    formulation : Formulation
        What to mix.
    volume_mL : float
        Volume of the finished solution, > 0 and at most 100 000.

    Returns
    -------
    dict
        ``formulation``, ``volume_mL``, ``total_mass_g``, ``density_g_per_mL`` with
        its standard deviation, ``ingredients`` (name, role, mass_g, volume_mL or
        None for a solid), ``steps`` in the order of mixing and ``warnings``.

    Raises
    ------
    ValueError
        If the volume is not a positive finite number in range.

    Notes
    -----
    Masses are exact for the formulation's mole fractions; the volume they give
    rests on the formulation's volume model, whose error stands in
    ``density_std_g_per_mL``. Weigh, do not fill up to a mark.
    """
    if not (math.isfinite(volume_mL) and 0 < volume_mL <= 100_000):
        raise ValueError(
            "volume_mL must lie above 0 and at most 100000. "
            f"Got {volume_mL!r}. Give the volume of solution to make, in mL."
        )
    density = float(formulation.density_g_per_mL)
    total_g = density * volume_mL
    ingredients = []
    for component, fraction in zip(
        formulation.components, formulation.mass_fractions, strict=True
    ):
        mass_g = total_g * float(fraction)
        liquid = component.density_g_per_mL if component.role != "salt" else None
        ingredients.append(
            {
                "name": component.name,
                "role": component.role,
                "mass_g": round(mass_g, 4),
                "volume_mL": round(mass_g / liquid, 3) if liquid else None,
            }
        )
    ingredients.sort(key=lambda item: ORDER.index(item["role"]))
    return {
        "formulation": formulation.canonical,
        "volume_mL": volume_mL,
        "total_mass_g": round(total_g, 4),
        "density_g_per_mL": round(density, 4),
        "density_std_g_per_mL": round(float(formulation.density_std_g_per_mL), 4),
        "ingredients": ingredients,
        "steps": _steps(formulation),
        "warnings": _warnings(formulation),
    }


def _steps(formulation: Formulation) -> list[str]:
    names: dict[str, list[str]] = {role: [] for role in ORDER}
    for component in formulation.components:
        names[component.role].append(component.name)
    steps = [
        "Work in an argon glovebox with dried salts and solvents; tare a dry bottle."
    ]
    if names["solvent"]:
        steps.append(f"Weigh in {_listing(names['solvent'])} and stir.")
    if names["salt"]:
        how = (
            "in small portions, waiting for each to dissolve (it warms up)"
            if formulation.salt_molality_mol_per_kg >= CONCENTRATED_MOLALITY_mol_per_kg
            else "and stir until clear"
        )
        steps.append(f"Add {_listing(names['salt'])} {how}.")
    if names["diluent"]:
        steps.append(
            f"When the solution is clear, add {_listing(names['diluent'])}; "
            "discard it if it turns cloudy or splits."
        )
    if names["additive"]:
        steps.append(f"Add {_listing(names['additive'])} last.")
    steps.append("Note the masses really weighed; they are the formulation.")
    return steps


def _listing(names: list[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if names[1:] else names)


def _warnings(formulation: Formulation) -> list[str]:
    from sodalyte.datasets.components.catalogue import load_catalogue

    catalogue = load_catalogue()
    warnings = [f"assumed: {text}" for text in formulation.assumptions]
    unknown = []
    for component in formulation.components:
        name = component.name
        properties = catalogue.properties(name) if name in catalogue else {}
        hazards = properties.get("ghs_hazards")
        flash_C = properties.get("flash_point_C")
        if hazards:
            mark = properties.get("ghs_hazards_quality", "unverified")
            warnings.append(f"{name}: {hazards} (GHS, {mark})")
        if flash_C is not None and float(flash_C) < 60:
            warnings.append(f"{name}: flammable liquid, flash point {flash_C:g} degC")
        if not hazards and flash_C is None:
            unknown.append(name)
        if "ClO4" in component.smiles or component.anion == "ClO4-":
            warnings.append(f"{name}: perchlorates may explode when dry and heated")
        if component.anion in ("PF6-", "BF4-", "AsF6-"):
            warnings.append(f"{name}: gives HF with moisture")
    if unknown:
        warnings.append(
            f"no hazard data here for {_listing(unknown)}: read the safety data sheet"
        )
    return _phase_warnings(formulation) + warnings


def _phase_warnings(formulation: Formulation) -> list[str]:
    """Say what is not known to dissolve or to mix, before anything is weighed."""
    from sodalyte.featurizers.solubility import miscibility_guard, solubility_guard

    warnings = []
    for what, table in (
        ("solubility", solubility_guard([formulation])),
        ("miscibility", miscibility_guard([formulation])),
    ):
        status = table[f"{what}_status"].iloc[0]
        if status != "supported":
            reason = table[f"{what}_reason"].iloc[0]
            advice = "" if status == "exceeds" else "; try 1 mL first"
            warnings.append(f"{what} {status}: {reason}{advice}")
    return warnings
