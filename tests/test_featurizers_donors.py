import pytest

from sodalyte.featurizers.atoms import count_atoms


@pytest.mark.parametrize(
    ("smiles", "sites", "links", "hindrance"),
    [
        ("COCCOC", 2, 1.0, 0.0),  # DME
        ("COCCOCCOC", 3, 2.0, 0.0),  # diglyme
        ("COCCOCCOCCOCCOC", 5, 4.0, 0.0),  # tetraglyme
        ("COCCCOC", 2, 0.5, 0.0),  # 1,3-dimethoxypropane: a ring of six
        ("CCOCCOCC", 2, 1.0, 1.0),  # 1,2-diethoxyethane
        ("C1CCOC1", 1, 0.0, 0.0),  # THF
        ("CC1CCCO1", 1, 0.0, 1.0),  # 2-MeTHF
        ("C1COCO1", 1, 0.0, 0.0),  # DOL: one carbon between the oxygens
        ("C1COCCO1", 1, 0.0, 0.0),  # 1,4-dioxane: across the chair
        ("CC1COC(=O)O1", 1, 0.0, 0.0),  # PC: the carbonyl alone
        ("N#CCCCCC#N", 2, 0.0, 0.0),  # adiponitrile: no ring with the cation
        ("CCCCCC", 0, 0.0, 0.0),
        ("F[P-](F)(F)(F)(F)F", 4, 0.0, 0.0),
        ("O=S(=O)([O-])C(F)(F)F", 3, 0.0, 0.0),
        ("c1ccc([B-](c2ccccc2)(c2ccccc2)c2ccccc2)cc1", 0, 0.0, 0.0),
        ("[Cl-]", 4, 0.0, 0.0),
        ("[Na+]", 0, 0.0, 0.0),
    ],
)
def test_sites(smiles, sites, links, hindrance):
    found = count_atoms(smiles)

    assert found.donor_sites == sites
    assert found.chelate_links == links
    assert found.hindrance == pytest.approx(hindrance)


@pytest.mark.parametrize(
    ("smiles", "low", "high"),
    [
        ("CCOCC", 18, 21),  # ether
        ("C1COCO1", 15, 19),  # acetal: weaker
        ("CC1COC(=O)O1", 15, 18),  # carbonate
        ("O=C1OCC(F)O1", 12, 16),  # one fluorine four bonds away
        ("CS(C)=O", 28, 32),  # sulfoxide
        ("COP(=O)(OC)OC", 22, 25),  # phosphate: its other oxygens are no acetal
        ("FC(F)(F)COCC(F)(F)F", 1, 5),  # BTFE
        ("FC(F)C(F)(F)COC(F)(F)C(F)F", 1, 5),  # TTE
        ("FC(F)(F)COCCOCC(F)(F)F", 5, 10),  # half-way
    ],
)
def test_donicity_to_expect(smiles, low, high):
    assert low < count_atoms(smiles).donicity_prior_kcal_per_mol < high
