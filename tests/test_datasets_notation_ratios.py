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
    ("text", "basis"),
    [
        ("equal volumes of EC and DEC", "volume"),
        ("equimolar EC/DEC", "mole"),
        ("equal weights of EC and DEC", "mass"),
    ],
)
def test_equal_parts_are_a_ratio_of_ones(text, basis):
    reader = read(text)
    assert [(e.amount, e.unit) for e in reader.entries] == [(1.0, "part")] * 2
    assert reader.ratio_bases == [basis]


@pytest.mark.parametrize("text", ["equimolar EC", "equimolar EC/DEC 1:2"])
def test_equal_parts_need_two_components_and_no_ratio(text):
    with pytest.raises(ValueError, match="Equal parts are those of two components"):
        read(text)


def test_equal_volumes_leave_a_salt_with_its_concentration():
    salt, *liquids = read("1 M NaPF6 in equal volumes of EC and DEC").entries
    assert (salt.amount, salt.unit) == (1.0, "mol_per_L")
    assert [e.unit for e in liquids] == ["part", "part"]


def test_a_ratio_may_stand_before_its_names_and_take_its_basis_after_them():
    reader = read("1:2 FEC:DEC (v/v)")
    assert [e.amount for e in reader.entries] == [1.0, 2.0]
    assert reader.ratio_bases == ["volume"]


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("EC/DEC 1:2:3", "1:2:3 for 2 names without amount"),
        ("EC/DEC 0:1", "positive and finite"),
        ("EC/DEC 1:1 PC/DMC 1:1", "One ratio covers all solvents"),
    ],
)
def test_a_ratio_that_fits_nothing_is_refused(text, match):
    with pytest.raises(ValueError, match=match):
        read(text)


def test_a_total_after_the_ratio_of_the_salts_is_shared_out():
    reader = read("NaPF6/NaDFOB (4:1, 1 M total) in DME")
    first, second, solvent = reader.entries
    assert (first.amount, second.amount) == pytest.approx((0.8, 0.2))
    assert {first.unit, second.unit} == {"mol_per_L"}
    assert solvent.unit == ""
    assert reader.ratio_bases == []
    with pytest.raises(ValueError, match="share a concentration by mole"):
        read("NaPF6/NaDFOB (4:1 by mass, 1 M) in DME")


def test_percentages_may_follow_their_names():
    first, second = read("NaFSI 25 wt% DME 75 wt%").entries
    assert (first.amount, second.amount) == (25.0, 75.0)
    assert (first.basis, second.basis) == ("mass", "mass")
    with pytest.raises(ValueError, match="a lone 2"):
        read("1 M NaPF6 with 5 wt% in 2 wt%")


@pytest.mark.parametrize(
    "text", ["0.1 mol NaPF6 : 0.3 mol DME", "(NaPF6)1(DME)3", "NaPF6(DME)3"]
)
def test_moles_of_each_component_are_a_ratio(text):
    parts = {e.name: e.amount for e in read(text).entries if e.unit == "part"}
    assert parts["DME"] / parts.get("NaPF6", 1.0) == pytest.approx(3)
