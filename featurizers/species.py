"""Split components into the molecules and ions that xTB can compute."""

from collections.abc import Iterable

from sodalyte.datasets.components.component import Component

__all__ = [
    "BARE_CATIONS",
    "anion_parts",
    "cation_parts",
    "is_bare_cation",
    "ligand_species",
]

BARE_CATIONS = frozenset(
    f"[{metal}]"
    for metal in (
        *("Li+", "Na+", "K+", "Rb+", "Cs+", "Ag+", "Mg+2", "Ca+2", "Sr+2", "Ba+2"),
        *("Zn+2", "Al+3", "Cu+2", "Ni+2", "Co+2", "Mn+2", "Fe+2", "Fe+3", "Sn+2"),
        *("Bi+3", "Sb+3", "In+3", "Ga+3", "La+3", "Ce+3", "Y+3"),
    )
)
"""Metal cations: no orbital of their own is looked up; their pairs are."""


def is_bare_cation(smiles: str) -> bool:
    """Whether a species is a metal cation of one atom.

    Examples
    --------
    >>> is_bare_cation("[Na+]"), is_bare_cation("COCCOC")
    (True, False)
    """
    return smiles in BARE_CATIONS


def cation_parts(component: Component) -> tuple[str, ...]:
    """List the distinct cations of a component; none for a neutral molecule."""
    smiles = component.cation_smiles
    return tuple(dict.fromkeys(smiles.split("."))) if smiles else ()


def anion_parts(component: Component) -> tuple[str, ...]:
    """List the distinct anions of a component; none for a neutral molecule."""
    smiles = component.anion_smiles
    return tuple(dict.fromkeys(smiles.split("."))) if smiles else ()


def ligand_species(components: Iterable[Component]) -> list[str]:
    """List the species that sit on a cation: solvents and anions.

    Diluents are there because they do not, and a molecular additive is present at a few
    percent: neither is given a pair with Na+.
    """
    ligands: dict[str, None] = {}
    for component in components:
        anions = anion_parts(component)
        if anions:
            ligands |= dict.fromkeys(anions)
        elif component.role == "solvent":
            ligands[component.smiles] = None
    return list(ligands)
