"""Find the donor sites of a molecule or anion in its graph (needs RDKit).

What the solvation model asks of a structure: how many atoms can hold a cation at the
same time, whether they chelate, how crowded they are, and what donicity the kind of
donor and its fluorine neighbours let one expect.
"""

from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from typing import Any

from sodalyte.featurizers.tables_reader import read_parameters

__all__ = ["DonorSites", "find_donor_sites"]

MAX_ANION_SITES = 4
"""An anion touches at most about four cations (a tetrahedron) before they repel."""

_ANION_DONORS = (
    "[OX1]",
    "[FX1]~[B,P,As,Sb,Al,Si]",
    "[Cl,Br,I;X1]~[Al,B]",
    "[NX1]",
    "[SX1]",
)


@dataclass(frozen=True, slots=True)
class DonorSites:
    """Donor sites of one molecule or ion; see ``AtomCounts``."""

    donor_sites: int
    chelate_links: float
    hindrance: float
    donicity_prior_kcal_per_mol: float


def find_donor_sites(molecule: Any, charge: int) -> DonorSites:
    """Find the donor sites of an RDKit molecule of the given formal charge."""
    if charge > 0:
        return DonorSites(0, 0.0, 0.0, 0.0)
    if charge < 0:
        return DonorSites(_anion_sites(molecule), 0.0, 0.0, 0.0)
    return _molecule_sites(molecule)


@lru_cache(maxsize=64)
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


def _molecule_sites(molecule: Any) -> DonorSites:
    """Sites, chelate links, mean hindrance and mean donicity of a neutral molecule."""
    from rdkit import Chem

    donicity = _donicities(molecule)
    if not donicity:
        return DonorSites(0, 0.0, 0.0, 0.0)
    rings = [set(ring) for ring in molecule.GetRingInfo().AtomRings()]
    distance = Chem.GetDistanceMatrix(molecule)
    kept: list[int] = []
    for donor in sorted(donicity, key=lambda i: (_crowd(molecule, i), i)):
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
    crowd = sum(
        _is_crowding(neighbour.GetIdx(), donor, partners[donor], distance, rings)
        for donor in kept
        if molecule.GetAtomWithIdx(donor).GetDegree() > 1
        for alpha in molecule.GetAtomWithIdx(donor).GetNeighbors()
        if alpha.GetSymbol() == "C"
        for neighbour in alpha.GetNeighbors()
        if neighbour.GetIdx() != donor
    )
    prior = sum(
        donicity[donor] * _withdrawal(molecule, donor, distance) for donor in kept
    )
    return DonorSites(
        donor_sites=len(kept),
        chelate_links=min(float(sum(links.values())), len(kept) - 1.0),
        hindrance=crowd / len(kept),
        donicity_prior_kcal_per_mol=prior / len(kept),
    )


def _donicities(molecule: Any) -> dict[int, float]:
    """Class donicity of each donor atom; the first class that matches counts."""
    found: dict[int, float] = {}
    for kind in read_parameters("solvation_parameters.toml")["donor_classes"]:
        for match in molecule.GetSubstructMatches(_pattern(kind["smarts"])):
            found.setdefault(match[0], kind["donor_number_kcal_per_mol"])
    return found


def _withdrawal(molecule: Any, donor: int, distance: Any) -> float:
    """Factor by which fluorine and further oxygens near a donor weaken it."""
    factors = read_parameters("solvation_parameters.toml")["withdrawal"]
    per_fluorine = {int(bonds): value for bonds, value in factors["fluorine"].items()}
    product = 1.0
    for atom in molecule.GetAtoms():
        bonds = int(distance[donor][atom.GetIdx()])
        if atom.GetSymbol() == "F":
            product *= per_fluorine.get(bonds, 1.0)
    acetal = _pattern("[OX2][CX4][OX2]")
    n_acetal = sum(
        donor in (match[0], match[2]) for match in molecule.GetSubstructMatches(acetal)
    )
    return float(product * factors["acetal_oxygen"] ** n_acetal)


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
    return not any(
        distance[neighbour][partner] == distance[donor][partner] - 2
        for partner in partners
    )
