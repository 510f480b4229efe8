import pytest

from sodalyte.datasets.components.catalogue import load_catalogue
from sodalyte.datasets.notation.names import Lexicon
from sodalyte.datasets.notation.reader import NotationReader
from sodalyte.datasets.notation.tokens import tokenize

LEXICON = Lexicon.of(load_catalogue())


def read(text):
    reader = NotationReader(text, tokenize(text, LEXICON), LEXICON)
    reader.read()
    return reader


@pytest.mark.parametrize(
    ("text", "amounts"),
    [
        ("1 M NaPF6 in G2", [("NaPF6", 1.0, "mol_per_L"), ("G2", 0.0, "")]),
        ("NaPF6 (1 M) in G2", [("NaPF6", 1.0, "mol_per_L"), ("G2", 0.0, "")]),
        ("G2, NaPF6 1 M", [("G2", 0.0, ""), ("NaPF6", 1.0, "mol_per_L")]),
        ("EC (30 wt%)", [("EC", 30.0, "percent")]),
        ("1.2DME", [("DME", 1.2, "part")]),
        ("DME1.2", [("DME", 0.0, "")]),
        ("EC0.5", [("EC", 0.5, "part")]),
        ("1:2 EC/PC", [("EC", 1.0, "part"), ("PC", 2.0, "part")]),
        ("EC (EC) PC (PC)", [("EC", 0.0, ""), ("PC", 0.0, "")]),
    ],
)
def test_amounts_find_their_names(text, amounts):
    if text == "DME1.2":
        with pytest.raises(ValueError, match=r"unknown 'DME1\.2'"):
            read(text)
        return
    entries = read(text).entries
    assert [(e.name, e.amount, e.unit) for e in entries] == amounts


def test_a_ratio_over_two_salts_splits_their_concentration():
    reader = read("1 M NaPF6/NaBF4 (9:1) in G2")
    assert [e.amount for e in reader.entries[:2]] == [0.9, 0.1]
    assert "split by mole" in reader.assumptions[0]


def test_salts_are_not_split_by_mass():
    with pytest.raises(ValueError, match="share a concentration by mole"):
        read("1 M NaPF6/NaBF4 (9:1 by mass) in G2")


def test_roles_stand_in_square_brackets():
    reader = read("FEC[additive]")
    assert reader.entries[0].role == "additive"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("diethyl ether (DEE) and BTFE", ["Et2O", "BTFE"]),
        ("DEE (diethyl ether)/BTFE", ["Et2O", "BTFE"]),
        ("DEE (1,2-diethoxyethane)", ["DEE"]),
        ("N,N-dimethylsulfamoyl fluoride (FSA)", ["DMSF"]),
    ],
)
def test_brackets_say_what_an_abbreviation_means(text, names):
    reader = read(text)
    assert [e.name for e in reader.entries] == names
    assert not any("Et2O" in note for note in reader.assumptions)


def test_a_salt_named_first_takes_the_amount_that_comes_later():
    solvent, salt = read("NaFSI-[C2C1im][FSI] with 30 mol% NaFSI").entries
    assert (solvent.name, salt.name, salt.amount) == ("EMIMFSI", "NaFSI", 30.0)


def test_an_unknown_systematic_name_is_named_whole():
    with pytest.raises(ValueError, match=r"unknown '1,1,2,2-tetraethoxyethane'"):
        read("1 M NaFSI in 1,1,2,2-tetraethoxyethane")


def test_an_ionic_liquid_after_in_is_no_salt():
    first, second = read("NaFSI in EMIMFSI").entries
    assert first.is_ionic
    assert not second.is_ionic


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("1 M", "lone 1"),
        ("in 1:2", "1:2 for 0 names"),
        ("wt% FEC", "A unit follows a number"),
        ("[salt] G2", "Every number|lone"),
    ],
)
def test_pieces_that_belong_to_nothing_are_refused(text, match):
    with pytest.raises(ValueError, match=match):
        read(text)
