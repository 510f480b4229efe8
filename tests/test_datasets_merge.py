import pytest

from sodalyte.datasets.checking.check import check_measurements
from sodalyte.datasets.joining.merge import (
    empty_ledger,
    merge_measurements,
    typed_ledger,
)
from sodalyte.datasets.joining.training import training_frame

HEADER = (
    "formulation,metal,collector,current_density_mA_per_cm2,"
    "areal_capacity_mAh_per_cm2,temperature_C,ce_percent,ce_qualifier,work,replicate,"
    "row_id\n"
)


def read(folder, *lines, name="cells.csv"):
    path = folder / name
    path.write_text(HEADER + "\n".join(lines) + "\n", encoding="utf-8")
    result = check_measurements(path)
    assert result.is_clean, result.faults.to_string()
    return result.accepted


def line(ce=99.8, work="lab-a", replicate="", row_id="", text="1 M NaPF6 in G2"):
    return f"{text},Na,Cu,0.5,1,25,{ce},=,{work},{replicate},{row_id}"


def merged(ledger, accepted, **options):
    return merge_measurements(ledger, accepted, **{"origin": "cells.csv", **options})


def test_new_rows_enter_with_their_origin(tmp_path):
    rows = read(tmp_path, line(), line(99.2, text="1 M NaFSI in DME"))
    made = merged(empty_ledger(), rows, origin="friday.csv")
    assert len(made.added) == 2
    assert made.faults.empty
    assert made.skipped.empty
    assert list(made.ledger["origin"]) == ["friday.csv"] * 2
    assert list(made.ledger["batch"]) == [1, 1]
    assert made.ledger["row_id"].is_unique


def test_the_same_file_twice_adds_nothing(tmp_path):
    rows = read(
        tmp_path, line(), line(99.7, replicate=2), line(99.9, work="lab-b", row_id="x1")
    )
    first = merged(empty_ledger(), rows)
    again = merged(first.ledger, rows, origin="again.csv")
    assert again.added == ()
    assert list(again.skipped["row"]) == [2, 3, 4]
    assert list(again.skipped["same_as"]) == list(first.ledger["row_id"])
    assert len(again.ledger) == 3


def test_names_come_from_content_alone(tmp_path):
    one, other = line(), line(99.1, text="1 M NaFSI in DME")
    forth = merged(empty_ledger(), read(tmp_path, one, other))
    back = merged(empty_ledger(), read(tmp_path, other, one))
    assert set(forth.added) == set(back.added)


def test_two_laboratories_with_one_recipe_are_two_measurements(tmp_path):
    made = merged(empty_ledger(), read(tmp_path, line(), line(98.0, work="lab-b")))
    assert len(made.added) == 2
    assert made.faults.empty


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (line(99.8), line(45)),
        (line(99.8, replicate=1), line(45, replicate=1)),
    ],
    ids=["unnumbered", "same-number"],
)
def test_rows_that_contradict_each_other_both_stay_out(tmp_path, first, second):
    sound = line(99.2, text="1 M NaFSI in DME")
    made = merged(empty_ledger(), read(tmp_path, first, sound, second))
    assert list(made.faults["row"]) == [2, 4]
    assert list(made.ledger["formulation"]) == ["1 M NaFSI in DME"]
    assert made.faults["remedy"].str.contains("replicate").all()


@pytest.mark.parametrize(
    "pair",
    [
        (line(99.8, replicate=1), line(99.1, replicate=2)),
        (line(99.8, row_id="a"), line(99.1, row_id="b")),
    ],
    ids=["numbered", "named"],
)
def test_numbered_cells_are_replicates(tmp_path, pair):
    made = merged(empty_ledger(), read(tmp_path, *pair))
    assert len(made.added) == 2
    assert made.faults.empty


def test_a_known_row_is_not_changed_by_a_later_file(tmp_path):
    known = merged(empty_ledger(), read(tmp_path, line(99.8, row_id="a1"))).ledger
    made = merged(known, read(tmp_path, line(98.1, row_id="a1")), origin="later.csv")
    assert list(made.faults["row"]) == [2]
    assert "--corrections" in made.faults["remedy"].iloc[0]
    assert list(made.ledger["ce_percent"]) == [99.8]


def test_a_quotation_of_a_bundled_row_is_known_or_a_fault(tmp_path):
    bundled, _ = training_frame()
    quoted = bundled[
        (bundled["ce_qualifier"] == "=") & (bundled["set_name"] == "ether_campaign")
    ].iloc[0]
    text, work = quoted["formulation"], quoted["work"]
    same = read(tmp_path, line(quoted["ce_percent"], work=work, text=text))
    made = merged(empty_ledger(), same, bundled=bundled)
    assert made.added == ()
    assert list(made.skipped["same_as"]) == [quoted["row_id"]]
    other = read(tmp_path, line(50, work=work, text=text))
    assert len(merged(empty_ledger(), other, bundled=bundled).faults) == 1


def test_a_ledger_survives_json(tmp_path):
    ledger = merged(empty_ledger(), read(tmp_path, line(99.8, replicate=3))).ledger
    again = typed_ledger(ledger.astype("object").where(ledger.notna(), None))
    assert (again.dtypes == ledger.dtypes).all()
    assert again["replicate"].iloc[0] == 3
