import pandas as pd

from sodalyte.datasets.loading.reading import (
    NOT_STATED,
    add_formulations,
    read_formulation,
    read_mole_fractions,
)


def test_a_text_is_read_and_canonical():
    reading = read_formulation("1M NaPF6/diglyme")
    assert reading.refusal == ""
    assert read_formulation(reading.canonical).canonical == reading.canonical


def test_a_refusal_keeps_the_words_of_the_parser():
    reading = read_formulation("1 M NaPF6 in unobtainium")
    assert reading.canonical == ""
    assert "unobtainium" in reading.refusal


def test_no_text_is_no_composition():
    assert read_formulation(" ").refusal == NOT_STATED
    assert read_mole_fractions("").refusal == NOT_STATED


def test_mole_fractions_are_scaled_to_one():
    reading = read_mole_fractions("DME=0.9;NaPF6=0.099")
    assert reading.canonical == read_mole_fractions("DME=90;NaPF6=9.9").canonical


def test_mole_fractions_with_an_unknown_name_or_number():
    assert "unobtainium" in read_mole_fractions("unobtainium=1").refusal
    assert read_mole_fractions("DME=much").refusal


def test_assumptions_of_table_and_parser_are_joined():
    table = pd.DataFrame(
        {
            "formulation_reading": ["1 M NaPF6 in EC/DEC", ""],
            "formulation_assumption": ["from elsewhere", ""],
        }
    )
    frame = add_formulations(table)
    first = frame["formulation_assumption"][0]
    assert first.startswith("from elsewhere; ")
    assert "equal volumes" in first
    assert frame["formulation_refusal"].tolist() == ["", NOT_STATED]
    assert "formulation" not in table, "the table given stays as it is"


def test_a_film_is_named_beside_the_liquid():
    reading = read_formulation("1 M NaPF6 in G2 with 3A zeolite film")
    assert reading.canonical == read_formulation("1 M NaPF6 in G2").canonical
    assert "zeolite" in reading.modifier
    assert reading.cations == ("Na+",)
