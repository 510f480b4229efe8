import pytest

from sodalyte.datasets.checking.check import check_measurements
from sodalyte.datasets.joining.corrections import apply_corrections, read_corrections
from sodalyte.datasets.joining.merge import empty_ledger, merge_measurements

CELLS = """formulation,metal,collector,current_density_mA_per_cm2,\
areal_capacity_mAh_per_cm2,temperature_C,ce_percent,ce_qualifier,work,row_id
1 M NaPF6 in G2,Na,Cu,0.5,1,25,99.8,=,lab-a,a1
1 M NaFSI in DME,Na,Cu,0.5,1,25,99.2,=,lab-a,a2
"""
HEADER = "row_id,action,column,value,reason\n"


@pytest.fixture
def ledger(tmp_path):
    path = tmp_path / "cells.csv"
    path.write_text(CELLS, encoding="utf-8")
    rows = check_measurements(path).accepted
    return merge_measurements(empty_ledger(), rows, origin="cells.csv").ledger


def corrected(folder, ledger, *lines, **options):
    path = folder / "corrections.csv"
    path.write_text(HEADER + "\n".join(lines) + "\n", encoding="utf-8")
    return apply_corrections(ledger, read_corrections(path), **options)


def test_a_retracted_row_stays_in_the_ledger_and_says_why(tmp_path, ledger):
    table, bundled, history = corrected(tmp_path, ledger, "a1,retract,,,leaking cell")
    assert list(table["status"]) == ["retracted", ""]
    assert table["reason"].iloc[0] == "leaking cell"
    assert bundled == ()
    assert history[0]["action"] == "retract"


def test_an_amendment_keeps_the_value_before(tmp_path, ledger):
    table, _, history = corrected(tmp_path, ledger, "a2,amend,ce_percent,99.4,typo")
    assert list(table["ce_percent"]) == [99.8, 99.4]
    assert history[0]["before"] == "99.2"
    assert (table.dtypes == ledger.dtypes).all()


def test_an_amended_formulation_is_read_anew(tmp_path, ledger):
    table, _, _ = corrected(
        tmp_path, ledger, "own-a1,amend,formulation,1 M NaPF6 in diglyme/DME,label"
    )
    assert table["formulation"].iloc[0] == "1 M NaPF6 in DME:G2 1:1 v/v"
    assert table["formulation_text"].iloc[0] == "1 M NaPF6 in diglyme/DME"


def test_a_bundled_row_can_be_retracted(tmp_path, ledger):
    _, bundled, _ = corrected(
        tmp_path, ledger, "N003,retract,,,withdrawn", bundled_ids={"N003"}
    )
    assert bundled == ("N003",)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("zz,retract,,,no such row", "not known"),
        ("a1,retract,ce_percent,,half", "whole row"),
        ("a1,amend,ce_percent,99.1,", "reason"),
        ("a1,amend,colour,red,why not", "colour"),
        ("a1,erase,,,gone", "erase"),
        ("a1,amend,row_id,b1,rename", "never amended"),
        ("a1,amend,ce_percent,300,too good", "300"),
        ("a1,amend,formulation,1 M NaUnobtainium in G2,label", "NaUnobtainium"),
        ("N003,amend,ce_percent,99,typo", "bundled"),
    ],
)
def test_a_wrong_correction_is_refused_whole(tmp_path, ledger, line, words):
    before = ledger.copy()
    with pytest.raises(ValueError, match=words):
        corrected(tmp_path, ledger, "a2,retract,,,fine", line, bundled_ids={"N003"})
    assert ledger.equals(before)


def test_a_row_is_retracted_once(tmp_path, ledger):
    table, _, _ = corrected(tmp_path, ledger, "a1,retract,,,leaking cell")
    with pytest.raises(ValueError, match="already"):
        corrected(tmp_path, table, "a1,retract,,,again")


def test_another_header_is_named(tmp_path):
    path = tmp_path / "corrections.csv"
    path.write_text("id,what\n1,2\n", encoding="utf-8")
    with pytest.raises(ValueError, match="row_id,action,column,value,reason"):
        read_corrections(path)
