"""Hold the parser against a collection that has both texts and mole fractions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sodalyte.datasets.components.catalogue import load_catalogue
from sodalyte.datasets.formulations.formulation import Formulation
from sodalyte.datasets.loading.bundled import read_table

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["TOLERANCE", "Agreement", "agreement", "text_agreement"]

TOLERANCE = 0.02
"""Largest difference of a mole fraction that counts as agreement."""

TELLING = 0.02
"""Readings of "M" further apart than this tell which of them an encoding follows."""

Fractions = dict[str, float]


@dataclass(frozen=True)
class Agreement:
    """How the parsed lithium texts compare with the published mole fractions.

    Parameters
    ----------
    n_rows : int
        Rows of lithium_ce with both.
    n_comparable : int
        Rows whose text states the composition and names what is encoded.
    n_agreeing : int
        Comparable rows within the tolerance, "M" read as the collection counts it,
        per litre of solvent.
    n_agreeing_per_litre_of_solution : int
        Rows within it by the house's own reading, per litre of solution; of all.
    n_telling : int
        Comparable rows in which the two readings are further apart than 0.02.
    n_telling_solvent, n_telling_solution : int
        How many of them follow the one or the other reading.
    others : tuple of (str, str, str)
        ``row_id``, text and reason of each row that is not comparable or does not
        agree.
    """

    n_rows: int
    n_comparable: int
    n_agreeing: int
    n_agreeing_per_litre_of_solution: int
    n_telling: int
    n_telling_solvent: int
    n_telling_solution: int
    others: tuple[tuple[str, str, str], ...]

    @property
    def share(self) -> float:
        """Share of the comparable rows that agree."""
        return self.n_agreeing / self.n_comparable

    def __str__(self) -> str:
        """Print the counts, the evidence for the reading, and the other rows."""
        lines = [
            f"{self.n_rows} lithium rows have a text and mole fractions; "
            f"{self.n_comparable} are comparable, {self.n_agreeing} of them "
            f"({self.share:.0%}) agree within {TOLERANCE:g}.",
            "M is read per litre of solvent, as this collection counts it: the "
            f"readings differ by more than {TELLING:g} in {self.n_telling} rows; "
            f"{self.n_telling_solvent} of them follow litres of solvent, "
            f"{self.n_telling_solution} litres of solution.",
            f"By litres of solution {self.n_agreeing_per_litre_of_solution} of all "
            f"{self.n_rows} agree.",
            f"The other {len(self.others)} rows:",
        ]
        lines += [f"  {row_id}  {text}: {why}" for row_id, text, why in self.others]
        return "\n".join(lines)


def agreement() -> Agreement:
    """Count what `text_agreement` finds, with the evidence for its reading of "M".

    Returns
    -------
    Agreement
        Its text is the report: ``print(agreement())``.
    """
    table = text_agreement()
    comparable = table["is_comparable"]
    agrees = comparable & table["agrees"]
    solution = table["difference"] <= TOLERANCE
    solvent = table["difference_per_litre_of_solvent"] <= TOLERANCE
    telling = comparable & (table["reading_gap"] > TELLING)
    others = table[~agrees]
    return Agreement(
        n_rows=len(table),
        n_comparable=int(comparable.sum()),
        n_agreeing=int(agrees.sum()),
        n_agreeing_per_litre_of_solution=int(solution.sum()),
        n_telling=int(telling.sum()),
        n_telling_solvent=int((telling & solvent).sum()),
        n_telling_solution=int((telling & solution).sum()),
        others=tuple(
            zip(
                others["row_id"], others["formulation_text"], others["why"], strict=True
            )
        ),
    )


def text_agreement() -> pd.DataFrame:
    """Compare each lithium text with the mole fractions published beside it.

    Returns
    -------
    DataFrame
        One row for each row of lithium_ce with a text and mole fractions:
        ``row_id``, ``formulation_text``, ``canonical``; ``difference``, the
        largest difference between the mole fractions as read (a molarity counts
        the solution) and as published; ``difference_per_litre_of_solvent``, the
        same with a molarity counted per litre of solvent; ``reading_gap``, the
        largest difference between the two readings; ``is_comparable``;
        ``agrees`` (by the second difference); ``why`` a row is left out or
        differs.

    Notes
    -----
    The collection counts "M" as moles per litre of solvent, without a volume of
    the salt: it gives 3 M LiTFSI in DME as 0.237, which is 3 / (3 + 9.66), 9.66
    mol/L being neat DME. To hold the parser against it, the same convention must be
    used; the first difference shows what the convention alone does. Elsewhere "M"
    counts the solution: 1:1.1 LiFSI:DMC, called 5.5 M, would be 10.8 mol in a litre
    of DMC.

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
        "reading_gap": float("nan"),
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
    record["reading_gap"] = _largest_difference(
        _fractions(formulation), _fractions(other)
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
