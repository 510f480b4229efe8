"""Describe the strongest donor atom of a molecule: what pulls on it, what feeds it."""

from typing import Any

__all__ = ["DONOR_SITE_COLUMNS", "donor_site"]

DONOR_SITE_COLUMNS = (
    "donor_inductive",
    "donor_amino",
    "donor_conjugated",
    "n_donor_atoms",
)

TRANSMISSION_PER_BOND = 0.45
"""Share of an inductive effect that passes one more sigma bond.

Fall-off of inductive effects along a saturated chain; 0.36 to 0.48 in the review of
Hansch, Leo and Taft, Chem. Rev. 1991, 91, 165, 10.1021/cr00002a004, section on the
transmission of sigma effects.
"""

PULL = {9: 1.0, 17: 0.93, 35: 1.0, 53: 0.93}
"""Halogens relative to fluorine: field constants 0.45, 0.42, 0.45 and 0.42 of the same
review, table I."""

DONOR_PATTERNS = (
    "[OX1]=[#6,#15,#16,#7]",
    "[OX2]",
    "[o]",
    "[NX1]#[#6]",
    "[NX3;!$(N[C,P,S]=[O,S]);!$(N=*);!$([N+])]",
    "[n]",
    "[SX2]",
    "[SX1]=[#6]",
    "[O-]",
)
"""Atoms with a lone pair to give; an amide nitrogen is not one."""

AMINO = "[#6,#15,#16](=O)[NX3]"
CONJUGATED = "[OX2,SX2,NX3][c,$([CX3]=[CX3])]"


def donor_site(molecule: Any) -> dict[str, float]:
    """Describe the donor atom that halogens pull on least.

    Parameters
    ----------
    molecule : rdkit.Chem.Mol
        Without explicit hydrogens.

    Returns
    -------
    dict
        ``donor_inductive``: sum over halogens of their pull times 0.45 per bond beyond
        the first, at the donor atom where it is smallest; ``donor_amino``: amino groups
        on C=O, P=O or S=O; ``donor_conjugated``: donors on an aromatic or vinyl carbon;
        ``n_donor_atoms``. All 0 where there is no donor atom.
    """
    from rdkit import Chem

    def matches(smarts: str) -> list[tuple[int, ...]]:
        pattern = Chem.MolFromSmarts(smarts)
        return list(molecule.GetSubstructMatches(pattern, uniquify=True))

    donors = sorted({hit[0] for smarts in DONOR_PATTERNS for hit in matches(smarts)})
    if not donors:
        return dict.fromkeys(DONOR_SITE_COLUMNS, 0.0)
    distance = Chem.GetDistanceMatrix(molecule)
    halogens = [a for a in molecule.GetAtoms() if a.GetAtomicNum() in PULL]
    pulls = [
        sum(
            PULL[halogen.GetAtomicNum()]
            * TRANSMISSION_PER_BOND ** max(distance[donor, halogen.GetIdx()] - 1, 0)
            for halogen in halogens
        )
        for donor in donors
    ]
    amino = {hit[2] for hit in matches(AMINO)}
    conjugated = {hit[0] for hit in matches(CONJUGATED)}
    return {
        "donor_inductive": round(float(min(pulls)), 5),
        "donor_amino": float(len(amino)),
        "donor_conjugated": float(len(conjugated)),
        "n_donor_atoms": float(len(donors)),
    }
