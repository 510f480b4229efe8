import pytest

from sodalyte.datasets.notation.text import read_notation


def species(text):
    return [(s.name, s.amount, s.unit, s.place) for s in read_notation(text).species]


def test_places_and_units():
    assert species("1 M NaClO4 in EC:PC 1:1 v/v + 5 wt% FEC") == [
        ("NaClO4", 1.0, "mol_per_L", "salt"),
        ("EC", 1.0, "part", "liquid"),
        ("PC", 1.0, "part", "liquid"),
        ("FEC", 0.05, "mass_fraction", "additive"),
    ]


@pytest.mark.parametrize(
    ("text", "basis"),
    [
        ("1 M NaPF6 in EC:PC 1:1 w/w", "mass"),
        ("1 M NaPF6 in EC:PC 1:1", "volume"),
        ("NaPF6:G2 1:8", "mole"),
        ("1 M NaPF6 in 30% EC and 70% PC by weight", "mass"),
        ("20 mol% NaFSI, 80 mol% DME", "mole"),
        ("40 wt% NaFSI, 60 wt% DME", "mass"),
        ("LiFSI-1.2DME-3TTE", "mole"),
    ],
)
def test_basis_of_the_parts(text, basis):
    assert read_notation(text).part_basis == basis


def test_a_molecule_with_a_concentration_is_an_additive():
    assert species("1 M NaPF6 in PC + 0.05 M 18-crown-6")[-1] == (
        "18-crown-6",
        0.05,
        "mol_per_L",
        "additive",
    )


def test_a_salt_in_percent_beside_another_salt_is_an_additive():
    assert species("1 M NaPF6 in DME + 2 wt% NaNO3")[-1][-1] == "additive"
    assert species("1 M NaPF6-DME + 2 wt% NaNO3")[-1][-1] == "additive"
    assert species("1 M NaPF6 + 2 wt% NaNO3 in DME")[1][-1] == "additive"
    assert species("5 wt% NaNO3 in DME")[0][-1] == "salt"
    assert species("5 wt% NaNO3 + 1 wt% NaBF4 in DME")[1][-1] == "salt"


def test_missing_concentrations_are_shared_equally():
    assert species("NaPF6-NaBF4 in G2")[:2] == [
        ("NaPF6", 0.5, "mol_per_L", "salt"),
        ("NaBF4", 0.5, "mol_per_L", "salt"),
    ]


def test_two_ratios_are_refused():
    with pytest.raises(ValueError, match="One ratio covers all solvents"):
        read_notation("1 M NaPF6 in EC:PC (1:1 v/v):DMC:DEC (1:1 w/w)")


def test_the_basis_of_a_salt_ratio_is_not_that_of_the_solvents():
    notation = read_notation("1 M NaPF6/NaBF4 (9:1 mol) in EC:DMC 1:1")
    assert notation.part_basis == "volume"
    assert any("basis of the solvent ratio" in note for note in notation.assumptions)


def test_a_basis_without_a_ratio_is_refused():
    with pytest.raises(ValueError, match="A basis belongs to a ratio"):
        read_notation("1 M NaPF6 in EC/DMC by volume")


def test_a_salt_without_its_own_amount_is_refused():
    with pytest.raises(ValueError, match=r"NaBF4 without one\. Give its concentration"):
        read_notation("1 M NaPF6 in G2 with NaBF4")
