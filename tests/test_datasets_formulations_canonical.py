import dataclasses

import pytest

from sodalyte.datasets.components.catalogue import load_catalogue
from sodalyte.datasets.components.component import Component
from sodalyte.datasets.formulations.formulation import Formulation

CATALOGUE = load_catalogue()


@pytest.mark.parametrize(
    "text",
    [
        "1 M NaPF6 in G2",
        "0.1 M NaBF4 + 0.9 M NaPF6 in G2",
        "1 M NaClO4 in EC:PC 1:1 v/v + 5 wt% FEC",
        "1 M NaClO4 in EC:PC 3:7 w/w + 5 vol% FEC",
        "1.25 mol/kg NaFSI in DME:BTFE 1:2 mol",
        "NaFSI:DME:TTE 1:1.2:3 mol",
        "DEC:EC 1:1 v/v",
        "G2",
        "1 M NaPF6 in G2 (water 12.5 ppm)",
        "10 wt% NaPF6 in G2",
        "100 mol% NaPF6",
        "1 M LiTFSI in DME:DOL 1:1 v/v + 2 wt% LiNO3",
        "EMIMFSI",
        "0.5 M NaFSI in EMIMFSI",
        "DME[additive]",
        "1 M NaPF6 in G2:DME[diluent] 1:1 v/v",
        "1 M NaPF6 in PC + 0.05 M 18-crown-6",
    ],
)
def test_a_canonical_text_is_its_own_canonical_text(text):
    assert Formulation.from_text(text).canonical == text


def test_components_come_by_role_and_name():
    one = Formulation.from_text("5 wt% FEC + 1 M NaPF6 + 0.1 M KPF6 in PC:EC 1:1 v/v")
    assert one.canonical == "0.1 M KPF6 + 1 M NaPF6 in EC:PC 1:1 v/v + 5 wt% FEC"


def test_odd_amounts_fall_back_to_an_exact_mole_ratio():
    odd = Formulation.from_mole_fractions({"NaPF6": 0.1234567, "G2": 1, "DME": 3**0.5})
    assert odd.canonical.startswith("NaPF6:DME:G2 0.0432")
    assert odd.canonical.endswith(" mol")
    assert Formulation.from_text(odd.canonical) == odd


def test_unusual_roles_are_printed():
    fec = dataclasses.replace(CATALOGUE["FEC"], role="additive")
    text = Formulation.from_mole_fractions(
        {"NaPF6": 1, "DME": 8, CATALOGUE["FEC"]: 1, fec: 0.5}
    ).canonical
    assert "FEC[additive]" in text or "% FEC" in text
    assert Formulation.from_text(text).names.count("FEC") == 2


def test_a_component_outside_the_catalogue_is_printed_by_name():
    new = Component("MyEther", "COCCOCC", "solvent", 104.15, 0.88, None, None)
    salt = CATALOGUE["NaPF6"]
    assert Formulation((salt, new), (0.1, 0.9)).canonical == "NaPF6:MyEther 0.1:0.9 mol"
