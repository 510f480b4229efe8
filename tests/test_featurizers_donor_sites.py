import pytest
from rdkit import Chem

from sodalyte.featurizers.donor_sites import DONOR_SITE_COLUMNS, donor_site


def site(smiles):
    return donor_site(Chem.MolFromSmiles(smiles))


def test_the_pull_falls_with_distance():
    pulls = [
        site(smiles)["donor_inductive"]
        for smiles in ("COCF", "COCCF", "COCCCF", "COCCCC")
    ]
    assert pulls == sorted(pulls, reverse=True)
    assert pulls[0] == pytest.approx(0.45)
    assert pulls[1] == pytest.approx(0.45**2, abs=1e-5)
    assert pulls[-1] == 0.0


def test_the_strongest_donor_atom_counts():
    """F3DEE keeps an oxygen that its CF3 hardly reaches; BTFE does not."""
    assert site("CCOCCOCC(F)(F)F")["donor_inductive"] < 0.1
    assert site("FC(F)(F)COCC(F)(F)F")["donor_inductive"] > 1.0


def test_amino_and_aromatic_neighbours_are_counted():
    assert site("CN(C)C=O")["donor_amino"] == 1
    assert site("CN(C)P(=O)(N(C)C)N(C)C")["donor_amino"] == 3
    assert site("CCOc1ccccc1")["donor_conjugated"] == 1
    assert site("CCOCC")["donor_conjugated"] == 0


def test_an_amide_nitrogen_gives_no_lone_pair():
    assert site("CN(C)C=O")["n_donor_atoms"] == 1


def test_hydrocarbons_have_no_site():
    assert site("CCCCCC") == dict.fromkeys(DONOR_SITE_COLUMNS, 0.0)
