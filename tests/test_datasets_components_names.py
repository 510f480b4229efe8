import pytest

from sodalyte.datasets.components.names import normalise_name


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("NaPF₆", "napf6"),
        ("2-MeTHF", "2\u2011MeTHF"),
        ("Zn(OTf)2", "Zn[OTf]₂"),
        ("NaB[(OCH2CF3)4]", "NaB(OCH2CF3)4"),
        ("N,N'-dimethylethyleneurea", "N,N\u2032-dimethylethyleneurea"),
        ("1,2-dimethoxyethane", " 1,2 - Dimethoxyethane "),
        ("BF3·OEt2", "BF3-OEt2"),
    ],
)
def test_spellings_of_one_name_have_one_key(one, other):
    assert normalise_name(one) == normalise_name(other)


@pytest.mark.parametrize(
    ("one", "other"), [("1,3-DMP", "13DMP"), ("G2", "G3"), ("TFEB", "TFEO")]
)
def test_commas_digits_and_letters_count(one, other):
    assert normalise_name(one) != normalise_name(other)
