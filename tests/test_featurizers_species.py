import pytest

from sodalyte.datasets.components.catalogue import load_catalogue
from sodalyte.featurizers.species import (
    anion_parts,
    cation_parts,
    is_bare_cation,
    ligand_species,
)


@pytest.mark.parametrize(
    ("name", "cations", "anions"),
    [
        ("NaPF6", ("[Na+]",), ("F[P-](F)(F)(F)(F)F",)),
        ("Na2SO4", ("[Na+]",), ("O=S(=O)([O-])[O-]",)),
        ("DME", (), ()),
    ],
)
def test_ions_of_a_component(name, cations, anions):
    component = load_catalogue().find(name)
    assert cation_parts(component) == cations
    assert anion_parts(component) == anions


def test_every_one_atom_metal_cation_of_the_catalogue_is_known():
    parts = {p for c in load_catalogue().values() for p in c.smiles.split(".")}
    lone = {p for p in parts if p.startswith("[") and p.endswith("]") and "+" in p}
    single = {p for p in lone if p.count("[") == 1 and "H" not in p}
    assert {p for p in single if not is_bare_cation(p)} == set()


def test_ligands_are_solvents_and_anions():
    find = load_catalogue().find
    ligands = ligand_species([find("NaFSI"), find("DME"), find("BTFE"), find("DME")])
    assert ligands == ["O=S(=O)(F)[N-]S(=O)(=O)F", "COCCOC"]
