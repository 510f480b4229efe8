import dataclasses
import math

import pytest

from sodalyte.datasets.components.component import ROLES, Component

NAPF6 = Component(
    "NaPF6", "F[P-](F)(F)(F)(F)F.[Na+]", "salt", 167.95, None, 52.0, 12.0, "Na+", "PF6-"
)
G2 = Component("G2", "COCCOCCOC", "solvent", 134.17, 0.939, None, None)


def test_ions_and_metal_of_a_salt():
    assert NAPF6.is_ionic
    assert NAPF6.cation_smiles == "[Na+]"
    assert NAPF6.anion_smiles == "F[P-](F)(F)(F)(F)F"
    assert NAPF6.metal == "Na"
    assert NAPF6.n_fluorine == 6


def test_a_solvent_has_no_ions():
    assert not G2.is_ionic
    assert (G2.cation_smiles, G2.anion_smiles, G2.metal) == (None, None, None)


@pytest.mark.parametrize(
    ("smiles", "cation", "anion", "metal"),
    [
        ("[Zn+2].[O-]S(=O)(=O)[O-]", "[Zn+2]", "[O-]S(=O)(=O)[O-]", "Zn"),
        ("[Na+].[Na+].[O-]C(=O)[O-]", "[Na+].[Na+]", "[O-]C(=O)[O-]", "Na"),
        ("[Li+].[Cl-]", "[Li+]", "[Cl-]", "Li"),
        ("CC[N+](C)(CC)CC.F[B-](F)(F)F", "CC[N+](C)(CC)CC", "F[B-](F)(F)F", None),
        (  # charges inside a perchlorate cancel but for one
            "[Na+].[O-][Cl+3]([O-])([O-])[O-]",
            "[Na+]",
            "[O-][Cl+3]([O-])([O-])[O-]",
            "Na",
        ),
    ],
    ids=["divalent", "two cations", "chloride", "ionic liquid", "perchlorate"],
)
def test_ions_are_told_by_their_net_charge(smiles, cation, anion, metal):
    salt = Component("salt", smiles, "salt", 100.0, None, None, None, "C+", "A-")
    assert salt.cation_smiles == cation
    assert salt.anion_smiles == anion
    assert salt.metal == metal


def test_iron_is_no_fluorine():
    ferrocene_like = Component("Fe", "[Fe].F", "additive", 75.0, None, None, None)
    assert ferrocene_like.n_fluorine == 1


def test_role_in_one_formulation_is_a_copy():
    additive = dataclasses.replace(G2, role="additive")
    assert additive != G2
    assert additive.role in ROLES
    assert hash(additive) != hash(G2)


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"role": "cosolvent"}, "A role is one of"),
        ({"name": " "}, "needs a name"),
        ({"molar_mass_g_per_mol": 0.0}, "molar_mass_g_per_mol must be finite and > 0"),
        ({"density_g_per_mL": math.nan}, "density_g_per_mL must be finite and > 0"),
        ({"molar_volume_mL_per_mol": -1.0}, "molar_volume_mL_per_mol must be finite"),
        ({"molar_volume_std_mL_per_mol": math.inf}, "std_mL_per_mol must be finite"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_impossible_components_are_refused(change, match):
    with pytest.raises(ValueError, match=match):
        dataclasses.replace(G2, **change)
