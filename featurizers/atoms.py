"""Count the atoms and donor sites of a component, for composition and solvation.

The numbers of the catalogue's molecules lie in ``tables/atoms.csv``, so that a warm
featurization never loads RDKit; a SMILES that is not there is counted on demand.
"""

import csv
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sodalyte.featurizers.donors import find_donor_sites
from sodalyte.featurizers.tables_reader import read_rows

__all__ = ["ELEMENTS", "AtomCounts", "atom_counts", "count_atoms", "write_atom_table"]

ELEMENTS = ("H", "B", "C", "N", "O", "F", "Na", "Si", "P", "S", "Cl", "other")
"""Elements counted one by one; all further ones are summed in ``other``."""

# Atomic contributions (A3) and corrections of the van der Waals volume: Zhao, Abraham,
# Zissimos, J. Org. Chem. 2003, 68, 7368, 10.1021/jo034808o, Table 2 and equation 4.
_VOLUME_A3 = {
    **{"H": 7.24, "B": 40.48, "C": 20.58, "N": 15.60, "O": 14.71, "F": 13.31},
    **{"Si": 38.79, "P": 24.43, "S": 24.43, "Cl": 22.45, "Br": 26.52, "I": 32.52},
    **{"As": 26.52, "Se": 28.73},
}
_BOND_A3, _AROMATIC_RING_A3, _RING_A3 = 5.92, 14.7, 3.8


@dataclass(frozen=True, slots=True)
class AtomCounts:
    """Atoms and donor sites of one molecule or ion.

    Parameters
    ----------
    smiles : str
        As written in the component.
    counts : tuple of int
        Atoms of each of ``ELEMENTS``, hydrogens included.
    donor_sites : int
        Atoms that can hold a cation at the same time. Of a molecule: ether, carbonyl,
        P=O, S=O, nitrile, amine, sulfide donors; two on one carbon (acetals) or across
        one ring (1,4-dioxane) count once. Of an anion: its outer O, N, S and halogens
        on B, P, Al, As, Sb, at most four.
    chelate_links : float
        Bridges between the sites that close a ring with the cation: 1 for a ring of
        five (O-C-C-O), 0.5 for a ring of six; DME 1, diglyme 2, tetraglyme 4.
    hindrance : float
        Heavy neighbours of the carbons next to a donor site, those in a ring or chelate
        with the donor left out; mean over the sites. THF and DME 0, 2-MeTHF 1, DEE 1.
    donicity_prior_kcal_per_mol : float
        Donor number to expect of a site: that of its class (ether, carbonate, nitrile
        ...) times a factor for fluorine and acetal oxygen nearby; 0 for ions.
    van_der_waals_volume_A3 : float
        By atomic contributions; 0 for monatomic ions.
    n_rings : int
        Smallest rings.
    """

    smiles: str
    counts: tuple[int, ...]
    donor_sites: int
    chelate_links: float
    hindrance: float
    donicity_prior_kcal_per_mol: float
    van_der_waals_volume_A3: float
    n_rings: int


def atom_counts(smiles: str) -> AtomCounts:
    """Look a molecule or ion up in the shipped table, or count it with RDKit.

    Parameters
    ----------
    smiles : str
        Of a molecule or of one ion; a salt is asked for ion by ion.

    Returns
    -------
    AtomCounts

    Raises
    ------
    ValueError
        If RDKit cannot read the SMILES.
    """
    known = _shipped_table().get(smiles)
    return count_atoms(smiles) if known is None else known


@lru_cache(maxsize=4096)
def count_atoms(smiles: str) -> AtomCounts:
    """Count with RDKit, whatever the shipped table says.

    Raises
    ------
    ValueError
        If RDKit cannot read the SMILES.
    """
    from rdkit import Chem

    molecule = Chem.MolFromSmiles(smiles)
    if molecule is None:
        raise ValueError(
            f"A component needs a SMILES that RDKit can read; atom counting got "
            f"{smiles!r}. Correct the SMILES of that component."
        )
    full = Chem.AddHs(molecule)
    symbols = [atom.GetSymbol() for atom in full.GetAtoms()]
    counts = [symbols.count(element) for element in ELEMENTS[:-1]]
    counts.append(len(symbols) - sum(counts))
    sites = find_donor_sites(molecule, Chem.GetFormalCharge(molecule))
    return AtomCounts(
        smiles,
        tuple(counts),
        sites.donor_sites,
        sites.chelate_links,
        sites.hindrance,
        sites.donicity_prior_kcal_per_mol,
        _volume_A3(full, symbols),
        molecule.GetRingInfo().NumRings(),
    )


def write_atom_table(path: str) -> int:
    """Write the table of the catalogue's molecules and ions that ships here.

    Parameters
    ----------
    path : str
        CSV file to write, sorted by SMILES.

    Returns
    -------
    int
        Number of molecules and ions.
    """
    from sodalyte.datasets.components.catalogue import load_catalogue

    smiles = {
        part
        for component in load_catalogue().values()
        for part in (
            component.smiles.split(".") if component.is_ionic else [component.smiles]
        )
    }
    header = ["smiles", *(f"n_{element}" for element in ELEMENTS), "donor_sites"]
    header += ["chelate_links", "hindrance", "donicity_prior_kcal_per_mol"]
    header += ["van_der_waals_volume_A3", "n_rings"]
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        for text in sorted(smiles):
            row = count_atoms(text)
            links, hindrance = f"{row.chelate_links:g}", f"{row.hindrance:.4g}"
            prior = f"{row.donicity_prior_kcal_per_mol:.2f}"
            volume = f"{row.van_der_waals_volume_A3:.2f}"
            sites = (row.donor_sites, links, hindrance, prior, volume, row.n_rings)
            writer.writerow([text, *row.counts, *sites])
    return len(smiles)


@lru_cache(maxsize=1)
def _shipped_table() -> dict[str, AtomCounts]:
    return {
        row["smiles"]: AtomCounts(
            row["smiles"],
            tuple(int(row[f"n_{element}"]) for element in ELEMENTS),
            int(row["donor_sites"]),
            float(row["chelate_links"]),
            float(row["hindrance"]),
            float(row["donicity_prior_kcal_per_mol"]),
            float(row["van_der_waals_volume_A3"]),
            int(row["n_rings"]),
        )
        for row in read_rows("atoms.csv")
    }


def _volume_A3(full: Any, symbols: list[str]) -> float:
    if len(symbols) == 1:
        return 0.0
    info = full.GetRingInfo()
    aromatic = sum(
        all(full.GetBondWithIdx(bond).GetIsAromatic() for bond in ring)
        for ring in info.BondRings()
    )
    carbon = _VOLUME_A3["C"]  # elements outside the published list count as carbon
    atoms = sum(_VOLUME_A3.get(symbol, carbon) for symbol in symbols)
    others = info.NumRings() - aromatic
    return float(
        atoms
        - _BOND_A3 * full.GetNumBonds()
        - _AROMATIC_RING_A3 * aromatic
        - _RING_A3 * others
    )
