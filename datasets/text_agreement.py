"""Hold the parser against a collection that has both texts and mole fractions."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sodalyte.datasets.bundled import read_table
from sodalyte.datasets.catalogue import load_catalogue
from sodalyte.datasets.formulation import Formulation

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["TOLERANCE", "text_agreement"]

TOLERANCE = 0.02
"""Largest difference of a mole fraction that counts as agreement."""

Fractions = dict[str, float]


def text_agreement() -> pd.DataFrame:
    """Compare each lithium text with the mole fractions published beside it.

    Returns
    -------
    DataFrame
        One row for each row of lithium_ce with a text and mole fractions:
        ``row_id``, ``formulation_text``, ``canonical``; ``difference``, the
        largest difference between the mole fractions as read (a molarity counts
        the solution) and as published; ``difference_per_litre_of_solvent``, the
        same with a molarity counted per litre of solvent; ``is_comparable``;
        ``agrees`` (by the second difference); ``why`` a row is left out or
        differs.

    Notes
    -----
    The collection counts "M" as moles per litre of solvent, without a volume of
    the salt: it gives 3 M LiTFSI in DME as 0.237, which is 3 / (3 + 9.66), 9.66
    mol/L being neat DME. Its papers mean a litre of solution (where one states
    both, as 5.5 M for LiFSI:DMC 1:1.1, the solution is meant, 10.1038/ncomms12032).
    To hold the parser against it, the same convention must be used; the first
    difference shows what the convention alone does.

    A row is comparable when its text is read, states the ratio of its solvents
    and names the species that the collection encodes.
    """
    import pandas as pd

    table = read_table("lithium_ce")
    has_both = (table["formulation_text"] != "") & (
        table["mole_fractions_published"] != ""
    )
    records = [_compare(row) for row in table[has_both].to_dict("records")]
    return pd.DataFrame(records)


def _compare(row: Mapping[Any, Any]) -> dict[str, Any]:
    text = row["formulation_text"]
    record: dict[str, Any] = {
        "row_id": row["row_id"],
        "formulation_text": text,
        "canonical": "",
        "difference": float("nan"),
        "difference_per_litre_of_solvent": float("nan"),
        "is_comparable": False,
        "agrees": False,
        "why": "",
    }
    published = _published(row["mole_fractions_published"])
    try:
        formulation = Formulation.from_text(text)
    except ValueError as error:
        return {**record, "why": f"text refused: {error}"}
    other = Formulation.from_text(text, molarity_per="solvent")
    record["canonical"] = formulation.canonical
    record["difference"] = _largest_difference(_fractions(formulation), published)
    record["difference_per_litre_of_solvent"] = _largest_difference(
        _fractions(other), published
    )
    reason = _not_comparable(formulation, published)
    record["is_comparable"] = not reason
    record["agrees"] = record["difference_per_litre_of_solvent"] <= TOLERANCE
    record["why"] = reason or _why_different(record, formulation)
    if record["why"] and row["composition_note"]:
        record["why"] += f" ({row['composition_note']})"
    return record


def _published(encoding: str) -> Fractions:
    """Read SMILES with mole fractions into names of the catalogue."""
    fractions: Fractions = {}
    names = _names_by_structure()
    for part in encoding.split(";"):
        smiles, amount = part.rsplit("=", 1)
        name = names.get(_structure(smiles), smiles)
        fractions[name] = fractions.get(name, 0.0) + float(amount)
    return fractions


@lru_cache(maxsize=1)
def _names_by_structure() -> dict[str, str]:
    return {_structure(c.smiles): c.name for c in load_catalogue().values()}


def _structure(smiles: str) -> str:
    from rdkit import Chem

    molecule = Chem.MolFromSmiles(smiles)
    if molecule is None:
        raise ValueError(
            f"A structure is a SMILES that RDKit reads; got {smiles!r}. Correct the "
            "table or the catalogue."
        )
    return str(Chem.MolToSmiles(molecule))


def _fractions(formulation: Formulation) -> Fractions:
    return dict(zip(formulation.names, formulation.mole_fractions, strict=True))


def _largest_difference(one: Fractions, other: Fractions) -> float:
    names = {*one, *other}
    return max(abs(one.get(name, 0.0) - other.get(name, 0.0)) for name in names)


def _not_comparable(formulation: Formulation, published: Fractions) -> str:
    """Say why a text and an encoding cannot be compared, "" when they can."""
    for note in formulation.assumptions:
        if note.startswith("no ratio of") or "counts the salt" in note:
            return f"the text leaves the composition open: {note}"
    main = {name for name, x in published.items() if x > TOLERANCE / 4}
    if not main <= set(formulation.names):
        missing = ", ".join(sorted(main - set(formulation.names)))
        return f"the encoding holds {missing}, which the text does not name"
    return ""


def _why_different(record: dict[str, Any], formulation: Formulation) -> str:
    estimates = [n for n in formulation.assumptions if n.startswith("the density of")]
    if not record["agrees"] and estimates:
        return "; ".join(estimates)
    if not record["agrees"]:
        return "the encoded ratio of the solvents is not the one of the text"
    if record["difference"] > TOLERANCE:
        return "agrees per litre of solvent, differs per litre of solution"
    return ""
