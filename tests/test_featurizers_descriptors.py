import numpy as np
import pytest
from scipy.stats import spearmanr

from sodalyte.featurizers.descriptors import (
    ELEMENTS,
    MAXIMUM_DESCRIPTORS,
    MAXIMUM_RANK_CORRELATION,
    column_of_role,
    compute_descriptors,
    descriptor_candidates,
    descriptors,
    load_descriptor_table,
    morgan_similarity,
    select_descriptors,
    selected_descriptors,
)


@pytest.mark.parametrize("smiles", ["COCCOC", "O=C1OCC(F)O1", "F[P-](F)(F)(F)(F)F"])
def test_rows_of_the_shipped_table_are_remade(smiles):
    shipped, remade = load_descriptor_table().loc[smiles], compute_descriptors(smiles)
    assert remade.pop("smiles") == smiles
    for column, value in remade.items():
        if isinstance(value, str):
            assert shipped[column] == value
        else:
            assert shipped[column] == pytest.approx(value, abs=1e-4, nan_ok=True)


def test_the_rule_gives_the_shipped_choice():
    assert tuple(select_descriptors(load_descriptor_table())) == selected_descriptors()


def test_the_choice_is_small_and_decorrelated():
    table = load_descriptor_table()
    neutral = table[table["charge"] == 0]
    chosen = selected_descriptors()
    assert len(chosen) <= MAXIMUM_DESCRIPTORS
    for i, one in enumerate(chosen):
        for other in chosen[:i]:
            rho = spearmanr(neutral[one], neutral[other]).statistic
            assert abs(rho) <= MAXIMUM_RANK_CORRELATION
    assert np.isfinite(table[list(chosen)]).all().all()


def test_descriptors_without_a_value_for_an_anion_are_dropped():
    """Gasteiger charges of PF6- are NaN (rdkit issue 2674)."""
    row = compute_descriptors("F[P-](F)(F)(F)(F)F")
    assert np.isnan(row["mol_max_partial_charge_e"])
    assert "mol_max_partial_charge_e" not in selected_descriptors()


def test_every_candidate_has_a_unit_and_a_meaning():
    candidates = descriptor_candidates()
    assert (candidates["meaning"].str.len() >= 5).all()
    assert candidates["column"].is_unique
    assert column_of_role("mol_tpsa_A2", "anion") == "mol_tpsa_anion_A2"


@pytest.mark.parametrize(
    ("smiles", "family"),
    [
        ("COC(=O)OC", "carbonate"),
        ("O=c1occo1", "carbonate"),
        ("COCCOC", "ether"),
        ("C1COCO1", "acetal"),
        ("FC(F)C(F)(F)COC(F)(F)C(F)F", "ether"),
        ("CCOP(=O)(OCC)OCC", "phosphate"),
        ("COCCC#N", "nitrile"),
        ("CN1CCN(C)C1=O", "urea"),
        ("CS(C)=O", "sulfoxide"),
        ("O=S1(=O)CCCC1", "sulfone"),
        ("CCOC(C)=O", "ester"),
    ],
)
def test_families(smiles, family):
    assert compute_descriptors(smiles)["family"] == family


def test_elements_add_up():
    table = load_descriptor_table()
    counts = table[[f"n_{e}" for e in (*ELEMENTS, "other")]]
    heavy = counts.sum(axis=1) - counts["n_H"]
    assert (heavy == table["mol_n_heavy"]).all()


def test_a_new_molecule_is_described_on_the_spot():
    new = "CCCOCCCOCCC"
    assert new not in load_descriptor_table().index
    frame = descriptors([new, "COCCOC"])
    assert list(frame["family"]) == ["ether", "ether"]


def test_similarity_is_one_to_itself_and_ranks_relatives_first():
    matrix = morgan_similarity(["COCCOC", "COCCOCCOC", "O=C1OCCO1"])
    assert np.allclose(np.diag(matrix), 1.0)
    assert matrix.loc["COCCOC", "COCCOCCOC"] > matrix.loc["COCCOC", "O=C1OCCO1"]
    assert np.allclose(matrix, matrix.T)


def test_the_shipped_table_covers_the_catalogue():
    from sodalyte.datasets.components.catalogue import load_catalogue

    parts = {p for c in load_catalogue().values() for p in c.smiles.split(".")}
    missing = sorted(parts - set(load_descriptor_table().index))
    assert not missing, f"python -m sodalyte.featurizers.remake descriptors; {missing}"
