import pytest

from sodalyte.datasets.components.catalogue import load_catalogue
from sodalyte.datasets.formulations.build import (
    MAX_SALT_VOLUME_FRACTION,
    build_notation,
    build_species,
    species_of,
)
from sodalyte.datasets.formulations.formulation import Formulation
from sodalyte.datasets.notation.text import read_notation

CATALOGUE = load_catalogue()


def test_impossible_molarity_is_read_per_litre_of_solvent():
    salt, solvent = Formulation.from_text("10 M LiFSI in DMC").mole_fractions
    dmc = CATALOGUE["DMC"]
    per_litre = 1000 * dmc.density_g_per_mL / dmc.molar_mass_g_per_mol
    assert salt / solvent == pytest.approx(10 / per_litre, rel=1e-10)


def test_high_but_possible_molarity_counts_the_solution():
    electrolyte = Formulation.from_text("5.5 M LiFSI in DMC")
    assert electrolyte.salt_molarity_mol_per_L == pytest.approx(5.5)
    assert electrolyte.volume_fractions[0] < MAX_SALT_VOLUME_FRACTION
    # the paper prepares it as LiFSI:DMC 1:1.1 (10.1038/ncomms12032)
    salt, solvent = electrolyte.mole_fractions
    assert solvent / salt == pytest.approx(1.1, abs=0.25)


def test_molarity_per_litre_of_solvent_on_request():
    text = "3 M LiTFSI in DME"
    salt, _ = Formulation.from_text(text, molarity_per="solvent").mole_fractions
    assert salt == pytest.approx(0.237, abs=0.003)
    notes = Formulation.from_text(text, molarity_per="solvent").assumptions
    assert "M is read as moles per litre of solvent" in notes
    assert Formulation.from_text("NaFSI:DME 1:2 mol", molarity_per="solvent") == (
        Formulation.from_text("NaFSI:DME 1:2 mol")
    )


def test_unknown_reading_of_molarity_is_refused():
    with pytest.raises(ValueError, match="molarity_per is 'litre'"):
        build_notation(read_notation("1 M NaPF6 in G2"), "litre")


def test_a_base_is_needed():
    with pytest.raises(ValueError, match=r"got only NaPF6\. Name the solvent"):
        build_species(species_of({"NaPF6": 1}, "mol_per_L", "salt"), "volume", None)


@pytest.mark.parametrize(
    ("text", "roles"),
    [
        ("1 M NaPF6 in FEC:DMC 1:1", {"FEC": "solvent"}),
        ("1 M NaPF6 in DMC + 5 wt% FEC", {"FEC": "additive"}),
        ("NaFSI:DME:TTE 1:1:2", {"TTE": "diluent", "DME": "solvent"}),
        ("1 M NaFSI in EMIMFSI", {"EMIMFSI": "solvent"}),
        ("1 M NaPF6 in DME + 2 wt% NaNO3", {"NaNO3": "additive", "NaPF6": "salt"}),
        ("1 M NaPF6 in VC", {"VC": "solvent"}),
    ],
)
def test_roles_follow_the_place_in_the_text(text, roles):
    formulation = Formulation.from_text(text)
    found = dict(zip(formulation.names, formulation.roles, strict=True))
    assert {name: found[name] for name in roles} == roles
