"""Describe species with a small, decorrelated set of RDKit descriptors."""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sodalyte.featurizers.donor_sites import donor_site

__all__ = [
    "ELEMENTS",
    "MAXIMUM_DESCRIPTORS",
    "MAXIMUM_RANK_CORRELATION",
    "column_of_role",
    "compute_descriptors",
    "descriptor_candidates",
    "descriptors",
    "load_descriptor_table",
    "load_families",
    "morgan_similarity",
    "select_descriptors",
    "selected_descriptors",
]

TABLES = Path(__file__).parent / "tables"
DESCRIPTOR_TABLE = TABLES / "molecule_descriptors.csv"
CANDIDATES = TABLES / "descriptor_candidates.csv"
FAMILIES = TABLES / "families.csv"
SELECTED = TABLES / "descriptors_selected.csv"

ELEMENTS = ("H", "B", "C", "N", "O", "F", "Si", "P", "S", "Cl", "Br", "I")
"""Elements counted one by one; every other element is in ``n_other``."""

MAXIMUM_RANK_CORRELATION = 0.75
MAXIMUM_DESCRIPTORS = 10
MOST_COMMON_SHARE = 0.90


@lru_cache(maxsize=1)
def descriptor_candidates() -> pd.DataFrame:
    """Read the candidate descriptors, most readable first, with unit and meaning.

    ``column`` is ``stem`` and, where there is one, the unit suffix.
    """
    table = pd.read_csv(CANDIDATES, keep_default_na=False, dtype={"unit": str})
    table["column"] = [
        f"{stem}_{suffix}" if suffix else stem
        for stem, suffix in zip(table["stem"], table["suffix"], strict=True)
    ]
    return table.sort_values("order", ignore_index=True)


@lru_cache(maxsize=1)
def load_descriptor_table() -> pd.DataFrame:
    """Read the shipped table, indexed by canonical SMILES; RDKit is not needed.

    Columns: the candidate descriptors, ``n_<element>`` counts, ``family``.
    """
    return pd.read_csv(DESCRIPTOR_TABLE).set_index("smiles")


@lru_cache(maxsize=1)
def load_families() -> pd.DataFrame:
    """Read the donor families: SMARTS patterns, the first that matches counts."""
    return pd.read_csv(FAMILIES).sort_values("order", ignore_index=True)


def select_descriptors(table: pd.DataFrame) -> list[str]:
    """Choose descriptors by rule, not by hand.

    The rule, over the neutral molecules of the shipped table: walk the candidates from
    the most readable to the least; drop one that is not finite for every species
    (Gasteiger charges of PF6- are NaN), one with the same value in 90 % of the
    molecules, and one whose Spearman rank correlation with a descriptor already kept
    exceeds 0.75 in size; stop at ten.

    Parameters
    ----------
    table : DataFrame
        As ``load_descriptor_table``.

    Returns
    -------
    list of str
        Column names.
    """
    from scipy.stats import spearmanr

    neutral = table[table["charge"] == 0]
    kept: list[str] = []
    for column in descriptor_candidates()["column"]:
        if len(kept) == MAXIMUM_DESCRIPTORS:
            break
        values = neutral[column]
        if not np.isfinite(table[column]).all():
            continue
        if values.value_counts(normalize=True).iloc[0] >= MOST_COMMON_SHARE:
            continue
        correlations = [abs(spearmanr(values, neutral[k]).statistic) for k in kept]
        if all(value <= MAXIMUM_RANK_CORRELATION for value in correlations):
            kept.append(column)
    return kept


@lru_cache(maxsize=1)
def selected_descriptors() -> tuple[str, ...]:
    """Name the descriptors that the rule kept when the shipped table was made."""
    candidates = pd.read_csv(SELECTED)
    return tuple(candidates["column"])


@lru_cache(maxsize=256)
def column_of_role(column: str, role: str) -> str:
    """Name a descriptor mixed over one role, the unit last.

    Examples
    --------
    >>> column_of_role("mol_tpsa_A2", "solvent")
    'mol_tpsa_solvent_A2'
    """
    table = descriptor_candidates()
    stem, suffix = table.loc[table["column"] == column, ["stem", "suffix"]].to_numpy()[
        0
    ]
    return f"{stem}_{role}_{suffix}" if suffix else f"{stem}_{role}"


def compute_descriptors(smiles: str) -> dict[str, float | str]:
    """Compute all candidate descriptors, element counts and the family of a species.

    Parameters
    ----------
    smiles : str
        One molecule or one ion.

    Returns
    -------
    dict
        ``smiles``, ``charge``, ``family``, the candidate columns (NaN where RDKit has
        no value, as the Gasteiger charges of PF6-), the columns of
        ``donor_site``, ``n_H`` ... ``n_other``.

    Raises
    ------
    ValueError
        If the SMILES cannot be read; names the molecule and the stage.
    """
    from rdkit import Chem, rdBase
    from rdkit.Chem import Descriptors

    from sodalyte.featurizers.geometry import canonical_smiles, read_smiles

    with_hydrogens = read_smiles(smiles)
    molecule = Chem.RemoveHs(with_hydrogens)
    row: dict[str, float | str] = {
        "smiles": canonical_smiles(smiles),
        "charge": int(Chem.GetFormalCharge(molecule)),
        "family": _family(molecule),
    }
    functions = dict(Descriptors.descList)
    with rdBase.BlockLogs():
        for name, column in descriptor_candidates()[
            ["descriptor", "column"]
        ].to_numpy():
            value = float(functions[name](molecule))
            row[column] = round(value, 5) if np.isfinite(value) else float("nan")
    row |= donor_site(molecule)
    symbols = [atom.GetSymbol() for atom in with_hydrogens.GetAtoms()]
    for element in ELEMENTS:
        row[f"n_{element}"] = symbols.count(element)
    row["n_other"] = sum(symbol not in ELEMENTS for symbol in symbols)
    return row


def _family(molecule: Any) -> str:
    """Name the first family whose pattern matches; ions are a family of their own."""
    from rdkit import Chem

    charge = Chem.GetFormalCharge(molecule)
    if charge:
        return "anion" if charge < 0 else "cation"
    for family, smarts in load_families()[["family", "smarts"]].to_numpy():
        if molecule.HasSubstructMatch(Chem.MolFromSmarts(smarts)):
            return str(family)
    raise ValueError(f"no family pattern matches {Chem.MolToSmiles(molecule)!r}.")


@lru_cache(maxsize=1)
def _shipped_rows() -> dict[Any, dict[Any, Any]]:
    return load_descriptor_table().to_dict("index")


def descriptors(smiles: Sequence[str]) -> pd.DataFrame:
    """Look up descriptors of species; compute those that are not in the shipped table.

    Returns
    -------
    DataFrame of shape (n_smiles, n_columns)
        In the order asked for, indexed by the SMILES as given.
    """
    shipped = _shipped_rows()
    rows: list[dict[Any, Any]] = []
    for one in smiles:
        if one in shipped:
            rows.append({"smiles": one, **shipped[one]})
        else:
            rows.append(dict(compute_descriptors(one)))
    return pd.DataFrame(rows, index=pd.Index(list(smiles), name="species"))


def remake_tables(out: Path = TABLES) -> pd.DataFrame:
    """Compute descriptors of the whole catalogue and choose by the rule; write both.

    Run as ``python -m sodalyte.featurizers.remake descriptors``.

    Parameters
    ----------
    out : Path
        Folder for the two tables; by default the one that is shipped.

    Returns
    -------
    DataFrame
        The new descriptor table.
    """
    from sodalyte.datasets.components.catalogue import load_catalogue

    species = {
        part
        for component in load_catalogue().values()
        for part in component.smiles.split(".")
    }
    donors = pd.read_csv(TABLES / "donor_numbers.csv")["smiles"]
    species |= set(donors)  # so that the donor estimator needs no RDKit
    table = pd.DataFrame([compute_descriptors(one) for one in sorted(species)])
    table.to_csv(out / DESCRIPTOR_TABLE.name, index=False, lineterminator="\n")
    selected = pd.DataFrame({"column": select_descriptors(table)})
    selected.to_csv(out / SELECTED.name, index=False, lineterminator="\n")
    return table


def morgan_similarity(smiles: Sequence[str]) -> pd.DataFrame:
    """Compare molecules by Morgan counts (radius 2): for similarity only, not features.

    Returns
    -------
    DataFrame of shape (n_smiles, n_smiles)
        Tanimoto similarity of the count vectors, in [0, 1], 1 on the diagonal.
    """
    from rdkit import Chem, DataStructs
    from rdkit.Chem import rdFingerprintGenerator

    from sodalyte.featurizers.geometry import read_smiles

    generator = rdFingerprintGenerator.GetMorganGenerator(radius=2, fpSize=2048)
    prints = [
        generator.GetCountFingerprint(Chem.RemoveHs(read_smiles(one))) for one in smiles
    ]
    matrix = [DataStructs.BulkTanimotoSimilarity(one, prints) for one in prints]
    return pd.DataFrame(matrix, index=list(smiles), columns=list(smiles))
