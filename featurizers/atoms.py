"""Count the atoms and donor sites of a component, for composition and solvation.

The numbers of the catalogue's molecules lie in ``tables/atoms.csv``, so that a warm
featurization never loads RDKit; a SMILES that is not there is counted on demand.
"""

import csv
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from typing import Any

from sodalyte.featurizers.tables_reader import read_rows

__all__ = ["ELEMENTS", "AtomCounts", "atom_counts", "count_atoms", "write_atom_table"]

ELEMENTS = ("H", "B", "C", "N", "O", "F", "Na", "Si", "P", "S", "Cl", "other")
"""Elements counted one by one; all further ones are summed in ``other``."""

MAX_ANION_SITES = 4
"""An anion touches at most about four cations (a tetrahedron) before they repel."""

# Atomic contributions (A3) and corrections of the van der Waals volume: Zhao, Abraham,
# Zissimos, J. Org. Chem. 2003, 68, 7368, 10.1021/jo034808o, Table 2 and equation 4.
_VOLUME_A3 = {
    **{"H": 7.24, "B": 40.48, "C": 20.58, "N": 15.60, "O": 14.71, "F": 13.31},
    **{"Si": 38.79, "P": 24.43, "S": 24.43, "Cl": 22.45, "Br": 26.52, "I": 32.52},
    **{"As": 26.52, "Se": 28.73},
}
_BOND_A3, _AROMATIC_RING_A3, _RING_A3 = 5.92, 14.7, 3.8

_DONORS = {
    "ether": "[OX2;!$(OC=[O,S,N]);!$(O[S,P]=O);!$(ON)]",
    "oxo": "[OX1]=[C,P]",
    "sulfur_oxide": "[SX4,SX3]=[OX1]",
    "nitrile": "[NX1]#C",
    "amine": "[NX3;!$(NC=[O,S,N]);!$(NS=O);!$(NP=O);!$([N+](=O)[O-]);!$(Nc)]",
    "pyridine": "[nX2,NX2;!$(N=[N,O])]",
    "sulfide": "[SX2;!$(S=*)]",
    "water": "[OH2]",
}
_ANION_DONORS = (
    "[OX1]",
    "[FX1]~[B,P,As,Sb,Al,Si]",
    "[Cl,Br,I;X1]~[Al,B]",
    "[NX1]",
    "[SX1]",
    "[F,Cl,Br,I;-;X0]",
)


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
        on B, P, Al, As, Sb, at most ``MAX_ANION_SITES``.
    chelate_links : float
        Bridges between the sites that close a ring with the cation: 1 for a ring of
        five (O-C-C-O), 0.5 for a ring of six; DME 1, diglyme 2, tetraglyme 4.
    hindrance : float
        Heavy neighbours of the carbons next to a donor site, those in a ring or chelate
        with the donor left out; mean over the sites. THF and DME 0, 2-MeTHF 1, DEE 1.
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
    charge = Chem.GetFormalCharge(molecule)
    if charge < 0:
        sites, links, hindrance = _anion_sites(molecule), 0.0, 0.0
    elif charge > 0:
        sites, links, hindrance = 0, 0.0, 0.0
    else:
        sites, links, hindrance = _molecule_sites(molecule)
    return AtomCounts(
        smiles,
        tuple(counts),
        sites,
        links,
        hindrance,
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
    from sodalyte.datasets.catalogue import load_catalogue

    smiles = {
        part
        for component in load_catalogue().values()
        for part in (
            component.smiles.split(".") if component.is_ionic else [component.smiles]
        )
    }
    header = ["smiles", *(f"n_{element}" for element in ELEMENTS), "donor_sites"]
    header += ["chelate_links", "hindrance", "van_der_waals_volume_A3", "n_rings"]
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        for text in sorted(smiles):
            row = count_atoms(text)
            links, hindrance = f"{row.chelate_links:g}", f"{row.hindrance:.4g}"
            volume = f"{row.van_der_waals_volume_A3:.2f}"
            sites = (row.donor_sites, links, hindrance, volume, row.n_rings)
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
            float(row["van_der_waals_volume_A3"]),
            int(row["n_rings"]),
        )
        for row in read_rows("atoms.csv")
    }


@lru_cache(maxsize=32)
def _pattern(smarts: str) -> Any:
    from rdkit import Chem

    return Chem.MolFromSmarts(smarts)


def _anion_sites(molecule: Any) -> int:
    """Count the outer donor atoms of an anion, at most ``MAX_ANION_SITES``."""
    if molecule.GetNumAtoms() == 1:
        return MAX_ANION_SITES
    donors = {
        match[0]
        for smarts in _ANION_DONORS
        for match in molecule.GetSubstructMatches(_pattern(smarts))
    }
    return min(len(donors), MAX_ANION_SITES)


def _molecule_sites(molecule: Any) -> tuple[int, float, float]:
    """Sites, chelate links and mean hindrance of a neutral molecule."""
    donors = {
        match[0]
        for smarts in _DONORS.values()
        for match in molecule.GetSubstructMatches(_pattern(smarts))
    }
    if not donors:
        return 0, 0.0, 0.0
    rings = [set(ring) for ring in molecule.GetRingInfo().AtomRings()]
    distance = _distances(molecule)
    kept: list[int] = []
    for donor in sorted(donors, key=lambda index: (_crowd(molecule, index), index)):
        if not any(_exclude(donor, other, distance, rings) for other in kept):
            kept.append(donor)
    links = {
        pair: 1.0 if distance[pair[0]][pair[1]] == 3 else 0.5
        for pair in combinations(sorted(kept), 2)
        if distance[pair[0]][pair[1]] in (3, 4) and not _same_ring(*pair, rings)
    }
    partners: dict[int, list[int]] = {donor: [] for donor in kept}
    for one, other in links:
        partners[one].append(other)
        partners[other].append(one)
    crowd = [
        sum(
            _is_crowding(neighbour.GetIdx(), donor, partners[donor], distance, rings)
            for alpha in molecule.GetAtomWithIdx(donor).GetNeighbors()
            if alpha.GetSymbol() == "C"
            for neighbour in alpha.GetNeighbors()
            if neighbour.GetIdx() != donor
        )
        for donor in kept
        if molecule.GetAtomWithIdx(donor).GetDegree() > 1
    ]
    hindrance = sum(crowd) / len(kept)
    total_links = min(float(sum(links.values())), len(kept) - 1.0)
    return len(kept), total_links, hindrance


def _distances(molecule: Any) -> Any:
    from rdkit import Chem

    return Chem.GetDistanceMatrix(molecule)


def _crowd(molecule: Any, index: int) -> int:
    atom = molecule.GetAtomWithIdx(index)
    return sum(neighbour.GetDegree() for neighbour in atom.GetNeighbors())


def _same_ring(one: int, other: int, rings: list[set[int]]) -> bool:
    return any(one in ring and other in ring for ring in rings)


def _exclude(one: int, other: int, distance: Any, rings: list[set[int]]) -> bool:
    """Whether two donors cannot hold a cation at the same time."""
    if distance[one][other] <= 2:
        return True
    return distance[one][other] == 3 and _same_ring(one, other, rings)


def _is_crowding(
    neighbour: int,
    donor: int,
    partners: list[int],
    distance: Any,
    rings: list[set[int]],
) -> bool:
    """Whether a second neighbour is neither in the donor's ring nor in its chelate."""
    if _same_ring(neighbour, donor, rings):
        return False
    to_partner = (distance[donor][partner] - 2 for partner in partners)
    near = zip(partners, to_partner, strict=True)
    return not any(distance[neighbour][partner] == rest for partner, rest in near)


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
