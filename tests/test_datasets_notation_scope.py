import pytest

from sodalyte.datasets.components.catalogue import load_catalogue
from sodalyte.datasets.notation.names import Lexicon
from sodalyte.datasets.notation.scope import check_scope, scope_rules, suspicion

NAMES = Lexicon.of(load_catalogue()).names


def test_rules_are_complete():
    for rule in scope_rules():
        assert rule.kind in {"modifier", "refused", "suspected", "formula"}
        assert rule.label
        assert bool(rule.remedy) == (rule.kind != "modifier")


@pytest.mark.parametrize(
    "text",
    [
        "Li6PS5Cl",
        "Na3SbS4",
        "Na2B12H12",
        "LLZO",
        "Li1.3Al0.3Ti1.7P3O12",
        "Na3Zr2Si2PO12",
        "Na-beta-Al2O3",
        "argyrodite",
        "NASICON",
        "all solid-state",
        "gel electrolyte",
        "PVDF-HFP",
        "PMMA",
        "poly(ethylene oxide)",
        "in-situ polymerised DOL",
        "hydrogel",
        "water-in-salt",
        "Na-S battery",
        "polysulfide",
        "sulphur cathode",
        "Li-air",
        "fused salt",
        "unspecified",
        "sat. NaNO3",
        "0.5 to 1 wt% FEC",
    ],
)
def test_hints_let_every_class_through(text):
    with pytest.raises(ValueError, match="out of scope"):
        check_scope(text, text)


def test_no_component_is_out_of_scope():
    for name, entry in load_catalogue().entries.items():
        for spelling in (name, *entry.aliases):
            if name != "water":
                check_scope(spelling, spelling)


def test_a_modifier_is_taken_out():
    plain, modifier = check_scope("", "1 M NaPF6 in G2 with 3A zeolite film")
    assert plain == "1 M NaPF6 in G2"
    assert modifier == "3A zeolite molecular sieve film"


def test_a_refusal_names_words_class_and_remedy():
    with pytest.raises(ValueError, match=r"at 'aqueous' .* aqueous electrolyte. Only"):
        check_scope("2 M ZnSO4 aqueous", "2 M ZnSO4 aqueous")


def test_a_suspicion_is_the_reason_of_an_unreadable_text():
    error = suspicion("x in H2O", "x in H2O", NAMES)
    assert error is not None
    assert "aqueous electrolyte" in str(error)
    assert suspicion("x in G2", "x in G2", NAMES) is None


def test_the_formula_of_a_salt_is_no_solid_electrolyte():
    """Li2SO4 looks like one; the water of its solution is not named."""
    text = "4 M ZnSO4 + 2 M Li2SO4 in 10% DME with SnBr2"
    assert suspicion(text, text, NAMES) is None
    found = suspicion("", "Li10GeP2S12", NAMES)
    assert "solid electrolyte" in str(found)
