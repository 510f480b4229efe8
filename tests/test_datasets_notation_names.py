import pytest

from sodalyte.datasets.components.catalogue import load_catalogue
from sodalyte.datasets.notation.names import Lexicon, NameText, plain_text

LEXICON = Lexicon.of(load_catalogue())


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("NaPF\u2086", "NaPF6"),
        ("mol\u00b7L\u207b\u00b9", "mol\u00b7L-1"),
        ("NaFSI\u2013DME", "NaFSI-DME"),
        ("1\u22361", "1:1"),
        ("a\u200bb\u00a0 c\n", "ab c"),
        ("\uff15\uff05", "5%"),
    ],
    ids=["subscript", "superscript", "dash", "ratio", "invisible", "wide"],
)
def test_unicode_becomes_plain(text, plain):
    assert plain_text(text) == plain


@pytest.mark.parametrize(
    ("text", "name", "rest"),
    [
        ("1,2-dimethoxyethane/G2", "DME", "/G2"),
        ("2-MeTHF:THF", "2-MeTHF", ":THF"),
        ("1,1,2,2-tetrafluoroethyl 2,2,3,3-tetrafluoropropyl ether, x", "TTE", ", x"),
        ("diethylene glycol dimethyl ether (x)", "G2", " (x)"),
        ("EC0.5DMC0.5", "EC", "0.5DMC0.5"),
        ("Na[FSA]-x", "NaFSI", "-x"),
        ("[C2C1im][FSA] x", None, ""),
        ("(trifluoromethyl)benzene", "TFT", ""),
        ("bis(2-methoxyethyl) ether", "G2", ""),
        ("napf6", "NaPF6", ""),
    ],
)
def test_the_longest_name_is_taken(text, name, rest):
    found = LEXICON.match(NameText(text), 0)
    if name is None:
        assert found is None  # a bracket opens no name; the next character does
        assert LEXICON.match(NameText(text), 1) == ("EMIMFSI", 12)
        return
    assert found is not None
    assert (found[0], text[found[1] :]) == (name, rest)


@pytest.mark.parametrize("text", ["ECS", "G22", "-DME", " DME", "(DME/EC)", "NaPF"])
def test_no_name_ends_inside_a_word(text):
    assert LEXICON.match(NameText(text), 0) is None


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("NaPF7", "NaPF6"),
        ("diglime", "G2"),
        ("NaFSi2", "NaFSI"),
        ("ethylencarbonat", "EC"),
    ],
)
def test_nearest_names(word, expected):
    assert expected in LEXICON.nearest(word)


def test_nothing_is_near_to_noise():
    assert LEXICON.nearest("@@@@") == []
    assert LEXICON.nearest("x" * 5000) == []


def test_ambiguous_spellings_are_known():
    ambiguity = LEXICON.ambiguity("DEE")
    assert ambiguity is not None
    assert ambiguity.chosen == "DEE"
    assert LEXICON.ambiguity("G2") is None


def test_salts_and_ionic_liquids():
    assert LEXICON.is_ionic("NaPF6")
    assert LEXICON.is_metal_salt("NaPF6")
    assert LEXICON.is_ionic("EMIMFSI")
    assert not LEXICON.is_metal_salt("EMIMFSI")
    assert not LEXICON.is_ionic("G2")
