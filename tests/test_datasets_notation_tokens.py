import pytest

from sodalyte.datasets.components.catalogue import load_catalogue
from sodalyte.datasets.notation.names import Lexicon
from sodalyte.datasets.notation.tokens import tokenize

LEXICON = Lexicon.of(load_catalogue())


def kinds(text):
    return [(t.kind, t.meaning or t.text) for t in tokenize(text, LEXICON)]


def test_names_come_before_separators():
    assert kinds("1 M NaPF6-2-MeTHF/1,3-dioxolane") == [
        ("number", "1"),
        ("unit", "mol_per_L"),
        ("name", "NaPF6"),
        ("sep", "-"),
        ("name", "2-MeTHF"),
        ("slash", "/"),
        ("name", "DOL"),
    ]


@pytest.mark.parametrize(
    ("text", "meaning", "value"),
    [
        ("1 M", "mol_per_L", 1.0),
        ("1M", "mol_per_L", 1.0),
        ("1 mol/L", "mol_per_L", 1.0),
        ("1 mol L-1", "mol_per_L", 1.0),
        ("1 mol\u00b7L-1", "mol_per_L", 1.0),
        ("1 mol dm-3", "mol_per_L", 1.0),
        ("1 mM", "mol_per_L", 1e-3),
        ("1 mmol L-1", "mol_per_L", 1e-3),
        ("1 m", "mol_per_kg", 1.0),
        ("1 mol kg-1", "mol_per_kg", 1.0),
        ("1 molal", "mol_per_kg", 1.0),
        ("1 wt%", "mass", 1.0),
        ("1 wt. %", "mass", 1.0),
        ("1 % wt", "mass", 1.0),
        ("1% (w/w)", "mass", 1.0),
        ("1 Vol%", "volume", 1.0),
        ("1 vol.-%", "volume", 1.0),
        ("1 mol%", "mole", 1.0),
        ("1 %", "", 1.0),
        ("1 ppm", "mass", 1e-4),
    ],
)
def test_units(text, meaning, value):
    number, unit = tokenize(text, LEXICON)
    assert number.kind == "number"
    assert unit.kind in {"unit", "percent"}
    assert (unit.meaning, unit.value) == (meaning, value)


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("v/v", "volume"),
        ("v/v/v", "volume"),
        ("by volume", "volume"),
        ("vol.", "volume"),
        ("volume ratio", "volume"),
        ("w/w", "mass"),
        ("by wt", "mass"),
        ("weight ratio", "mass"),
        ("mol", "mole"),
        ("molar ratio", "mole"),
        ("by mole", "mole"),
        ("n/n", "mole"),
    ],
)
def test_bases(text, meaning):
    (token,) = tokenize(text, LEXICON)
    assert (token.kind, token.meaning) == ("basis", meaning)


def test_in_before_a_name_that_begins_with_n_is_no_basis():
    assert kinds("in N,N-dimethylacetamide") == [("in", "in"), ("name", "DMA")]


def test_words_in_small_letters_are_no_abbreviations():
    assert kinds("in the DME") == [("in", "in"), ("filler", "the"), ("name", "DME")]
    assert kinds("an AN")[1] == ("name", "ACN")


def test_unknown_words_keep_their_place():
    (word,) = [t for t in tokenize("1 M NaPF7 in G2", LEXICON) if t.kind == "unknown"]
    assert (word.text, word.start) == ("NaPF7", 4)


def test_numbers_of_all_shapes():
    values = [t.value for t in tokenize("1 1.5 .5 2e3 1E-2", LEXICON)]
    assert values == [1, 1.5, 0.5, 2000, 0.01]
