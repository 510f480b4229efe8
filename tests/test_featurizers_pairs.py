import pytest

from sodalyte.featurizers.orbital_table import load_orbital_table, load_pair_table
from sodalyte.featurizers.pairs import PAIR_METHOD_VERSION, compute_pair


@pytest.mark.parametrize("smiles", ["CC#N", "O=C1OCCO1", "F[P-](F)(F)(F)(F)F"])
def test_rows_of_the_shipped_table_are_remade(smiles):
    shipped = load_pair_table().loc[smiles]
    remade = compute_pair(smiles)
    assert remade["method"] == shipped["method"] == PAIR_METHOD_VERSION
    assert remade["homo_pair_eV"] == pytest.approx(shipped["homo_pair_eV"], abs=0.02)
    assert remade["lumo_pair_eV"] == pytest.approx(shipped["lumo_pair_eV"], abs=0.02)


@pytest.mark.parametrize("smiles", ["COCCOC", "C1CCOC1", "O=C1OCCO1", "COC(=O)OC"])
def test_sodium_lowers_both_orbitals_of_a_solvent(smiles):
    """A carbonate on Na+ reduces more easily than a free one (Chen et al., Angew. Chem.
    2018, in Liu et al., 10.1021/acscentsci.3c00301, section 3.1.1)."""
    pair, free = load_pair_table().loc[smiles], load_orbital_table().loc[smiles]
    assert pair["homo_pair_eV"] < free["homo_alpb_eV"]
    assert pair["lumo_pair_eV"] < free["lumo_alpb_eV"]


def test_an_ether_on_sodium_resists_reduction_better_than_a_carbonate():
    """Li et al., 10.1039/d5ee00136f, section 4.1."""
    lumo = load_pair_table()["lumo_pair_eV"]
    for ether in ("COCCOC", "COCCOCCOC", "COCCOCCOCCOCCOC"):
        for carbonate in ("O=C1OCCO1", "COC(=O)OC", "CCOC(=O)OCC", "CC1COC(=O)O1"):
            assert lumo[ether] > lumo[carbonate]


def test_glymes_chelate():
    contacts = load_pair_table()["n_contacts"]
    assert contacts["COCCOC"] == 2
    assert contacts["COCCOCCOC"] == 3
    assert contacts["COCCOCCOCCOCCOC"] >= 3


def test_every_solvent_and_anion_of_the_catalogue_has_a_pair():
    from sodalyte.featurizers.remake import catalogue_ligands

    table = load_pair_table()
    missing = sorted(set(catalogue_ligands()) - set(table.index))
    assert not missing, f"run: python -m sodalyte.featurizers.remake pairs; {missing}"
    assert not table.isna().any().any()
    assert table["method"].nunique() == 1


def test_a_pair_whose_best_starts_fail_is_looked_for_in_all():
    row = load_pair_table().loc["F[B-](F)(F)C(F)(F)F"]
    assert "all placements" in row["method_note"]
    assert row["n_failed"] > 2
    assert row["pair_energy_eV"] < -1.0
