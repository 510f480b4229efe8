"""Compare the features with printed, spectroscopic and simulated structure."""

from collections.abc import Mapping

import pandas as pd

from sodalyte.featurizers.amounts import amounts
from sodalyte.featurizers.component_table import component_table
from sodalyte.featurizers.design import design_matrix
from sodalyte.featurizers.solvation import shell_contents, solvation_structure
from sodalyte.featurizers.tables_reader import read_rows

__all__ = ["solvation_error_table", "solvation_rule_table"]

SHELL = "shell:"
"""Prefix of a quantity that counts donor atoms of one ingredient on a cation."""


def solvation_error_table() -> pd.DataFrame:
    """Predict every row of ``tables/solvation_references.csv``.

    Returns
    -------
    DataFrame
        ``row_id``, ``formulation``, ``quantity``, ``low`` and ``high`` (the reference;
        equal where a number is printed), ``predicted``, ``error`` (distance to the
        interval, signed), ``kind`` ("printed": a number of a review, to which two
        parameters were adjusted; "spectroscopic": words of an abstract, as bounds;
        "snapshot": counted in one simulated box of 17 cations, +- 0.3), ``source``,
        ``note``.
    """
    from sodalyte.datasets.formulations.formulation import Formulation

    frame = pd.DataFrame(read_rows("solvation_references.csv"))
    low, high = frame["low"].astype(float), frame["high"].astype(float)
    formulations = [Formulation.from_text(text) for text in frame["formulation"]]
    structure = solvation_structure(amounts(formulations))
    predicted = pd.Series(
        [
            float(getattr(structure, quantity)[i])
            for i, quantity in enumerate(frame["quantity"])
        ]
    )
    frame["low"], frame["high"] = low, high
    frame["predicted"] = predicted
    frame["error"] = predicted - predicted.clip(lower=low, upper=high)
    columns = ["row_id", "formulation", "quantity", "low", "high", "predicted"]
    return frame[[*columns, "error", "kind", "source", "note"]]


def solvation_rule_table() -> pd.DataFrame:
    """Judge every statement of the reviews on solvation and orbitals.

    Returns
    -------
    DataFrame
        One row per check of ``tables/solvation_rules.csv``: ``row_id`` and ``claim``
        (subject, metric and direction) of ``load_sei_solvation``,
        ``load_orbital_energies`` or ``load_qualitative_rules``, ``quantity``, ``first``
        and ``second`` (formulations or components) with their values, ``relation``
        ("above": first above second; "within": they differ by the relative
        ``tolerance`` at most; "value": the printed number within ``tolerance``; "not
        covered"), ``verdict`` ("agrees", "disagrees", "not covered"), ``amount``
        (relative difference of the values; first minus second in eV and V; distance
        to the printed number), ``source``, ``doi`` and ``note``.
    """
    claims = _claims()
    rows = []
    for row in read_rows("solvation_rules.csv"):
        claim = claims[row["row_id"]]
        rows.append({**row, **claim, **_judge(row, claim["value"])})
    columns = ["row_id", "claim", "quantity", "first", "second", "first_value"]
    columns += [
        "second_value",
        "relation",
        "verdict",
        "amount",
        "source",
        "doi",
        "note",
    ]
    return pd.DataFrame(rows)[columns]


def _claims() -> dict[str, dict[str, str]]:
    """Words, printed value and source of every row of the three tables of reviews."""
    from sodalyte.datasets import (
        load_orbital_energies,
        load_qualitative_rules,
        load_sei_solvation,
    )

    words = {
        load_sei_solvation: ["quantity", "formulation_text", "value", "comparator"],
        load_orbital_energies: ["species", "orbital", "ordering"],
        load_qualitative_rules: ["subject", "metric", "direction", "comparator"],
    }
    claims: dict[str, dict[str, str]] = {}
    for load, columns in words.items():
        frame = load().frame
        frame["claim"] = frame[columns].astype(str).agg("; ".join, axis=1)
        if "value" not in frame:
            frame["value"] = ""
        kept = frame[["row_id", "claim", "value", "source", "review_doi"]].astype(str)
        renamed = kept.rename(columns={"review_doi": "doi"})
        claims |= renamed.set_index("row_id").to_dict("index")  # type: ignore[arg-type]
    return claims


def _judge(row: Mapping[str, str], printed: str) -> dict[str, object]:
    """Compute both sides of one check and compare them."""
    relation = row["relation"]
    if relation == "not covered":
        empty = {"first_value": None, "second_value": None, "amount": None}
        return {**empty, "verdict": relation}
    first = _value(row["of"], row["quantity"], row["first"])
    if relation == "value":
        second = float(printed)
    else:
        quantity = row["second_quantity"] or row["quantity"]
        second = _value(row["of"], quantity, row["second"])
    difference = first - second
    is_absolute = relation == "value" or row["quantity"].endswith(("_eV", "_V_vs_Na"))
    amount = difference if is_absolute else difference / second
    if relation == "above":
        is_met = difference > 0
    else:
        is_met = abs(amount) <= float(row["tolerance"])
    return {
        "first_value": first,
        "second_value": second,
        "amount": amount,
        "verdict": "agrees" if is_met else "disagrees",
    }


def _value(kind: str, quantity: str, text: str) -> float:
    """Compute one feature of a formulation or one number of a component."""
    from sodalyte.datasets.components.catalogue import load_catalogue
    from sodalyte.datasets.formulations.formulation import Formulation

    if kind == "component":
        row = component_table([load_catalogue().find(text)]).iloc[0]
        return float(row[quantity])
    formulation = Formulation.from_text(text)
    if not quantity.startswith(SHELL):
        return float(design_matrix([formulation])[quantity].iloc[0])
    mixture = amounts([formulation])
    names = [mixture.ingredients.components[i].name for i in mixture.index[:, 0]]
    place = names.index(quantity.removeprefix(SHELL))
    return float(shell_contents(mixture)[place, 0])
