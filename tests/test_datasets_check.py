import csv
import json
import math
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sodalyte.datasets.checking import check
from sodalyte.datasets.checking.check import check_measurements, template
from sodalyte.datasets.checking.columns import COLUMNS
from sodalyte.datasets.joining.training import training_frame

HEADER = (
    "formulation,metal,collector,current_density_mA_per_cm2,"
    "areal_capacity_mAh_per_cm2,temperature_C,ce_percent,ce_qualifier,work"
)
GOOD = "1 M NaPF6 in G2,Na,Cu,0.5,1,25,99.8,=,mine"
EXAMPLE = Path(__file__).parents[1] / "examples" / "lab_measurements.csv"


def check_text(tmp_path, *lines, header=HEADER):
    path = tmp_path / "own.csv"
    path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    return check_measurements(path)


def test_a_clean_file(tmp_path):
    result = check_text(tmp_path, GOOD)
    assert result.is_clean
    assert (result.rows, len(result.accepted)) == (1, 1)
    first = result.accepted.iloc[0]
    assert first["formulation_text"] == "1 M NaPF6 in G2"
    assert first["ce_percent"] == 99.8
    assert first["outcome"] == "ran"
    assert first["row"] == 2


def test_every_fault_of_every_row_at_once(tmp_path):
    result = check_text(
        tmp_path,
        GOOD,
        "1 M NaPF6 in unobtainium,Na,,x,-1,298.15,101,≈,",
        "1 M LiPF6 in EC/DMC,Na,Cu,0.5,1,25,0.998,=,mine",
    )
    assert result.rows == 3
    assert result.accepted["row"].tolist() == [2]
    by_row = result.faults.groupby("row")["column"].apply(set).to_dict()
    assert by_row == {
        3: {
            "formulation", "collector", "current_density_mA_per_cm2",
            "areal_capacity_mAh_per_cm2", "temperature_C", "ce_percent",
            "ce_qualifier", "work",
        },
        4: {"metal", "ce_percent"},
    }  # fmt: skip
    for name in ("value", "rule", "remedy"):
        assert all(isinstance(cell, str) for cell in result.faults[name])
    assert (result.faults[["rule", "remedy"]] != "").all().all()


def test_units_are_converted_where_stated(tmp_path):
    header = (
        "formulation,metal,collector,current_density_A_per_m2,areal_capacity,"
        "areal_capacity_unit,temperature_K,ce_fraction,ce_qualifier,work"
    )
    result = check_text(
        tmp_path,
        "1 M NaPF6 in G2,Na,Cu,5,3.6,C/cm2,298.15,0.998,=,mine",
        "1 M NaPF6 in G2,Na,Cu,10,2,mAh cm-2,298.15,0.997,=,mine",
        header=header,
    )
    assert result.is_clean
    columns = ["current_density_mA_per_cm2", "areal_capacity_mAh_per_cm2"]
    assert result.accepted[columns].to_numpy().tolist() == [[0.5, 1.0], [1.0, 2.0]]
    assert result.accepted["temperature_C"].tolist() == [25.0, 25.0]
    assert result.accepted["ce_percent"].tolist() == [99.8, 99.7]
    assert sum("converted" in note for note in result.notes) == 4


def test_a_missing_unit_or_column_accepts_no_row(tmp_path):
    result = check_text(
        tmp_path, GOOD, header=HEADER.replace("temperature_C", "temperature")
    )
    assert len(result.accepted) == 0
    assert result.faults["row"].tolist() == [1]
    assert "must state its unit" in result.faults["rule"].iloc[0]


def test_semicolons_and_decimal_commas(tmp_path):
    line = GOOD.replace(",", ";")
    result = check_text(
        tmp_path, line, line.replace("0.5", "0,5"), header=HEADER.replace(",", ";")
    )
    assert len(result.accepted) == 1
    assert result.faults["remedy"].iloc[0].endswith("0.5")
    assert "semicolons" in result.notes[0]


def test_a_repeated_row_is_a_fault_and_a_replicate_is_not(tmp_path):
    repeated = check_text(tmp_path, GOOD, GOOD)
    assert repeated.faults["value"].tolist() == ["same as row 2"]
    assert len(repeated.accepted) == 1
    numbered = check_text(
        tmp_path, f"{GOOD},1", f"{GOOD},2", header=f"{HEADER},replicate"
    )
    assert numbered.is_clean
    assert numbered.replicates["n_rows"].tolist() == [2]


def test_repeated_in_another_spelling_is_still_repeated(tmp_path):
    other = GOOD.replace("1 M NaPF6 in G2", "1.0M NaPF6/diglyme")
    assert "same as row 2" in check_text(tmp_path, GOOD, other).faults["value"].tolist()


def test_scatter_of_replicates_is_in_nines(tmp_path):
    result = check_text(
        tmp_path,
        GOOD,
        GOOD.replace("99.8", "98"),
        GOOD.replace("0.5", "2"),
        GOOD.replace("99.8,=", "99.5,>"),
    )
    row = result.replicates.iloc[0]
    nines = [-math.log10(0.002), -math.log10(0.02)]
    assert (row["n_rows"], row["n_exact"], row["rows"]) == (3, 2, "2, 3, 5")
    assert row["nines_mean"] == pytest.approx(sum(nines) / 2)
    assert row["nines_std"] == pytest.approx((nines[0] - nines[1]) / math.sqrt(2))
    assert len(result.replicates) == 1


def test_what_a_formulation_leaves_open_is_noted(tmp_path):
    result = check_text(
        tmp_path, GOOD, GOOD.replace("1 M NaPF6 in G2", "1 M NaPF6 in EC/DEC")
    )
    assert result.is_clean
    assert len(result.notes) == 1
    assert "equal volumes" in result.notes[0]
    assert result.notes[0].endswith("(row 3)")


def test_wide_scatter_is_noted(tmp_path):
    result = check_text(tmp_path, GOOD, GOOD.replace("99.8", "98"))
    assert result.is_clean
    assert any("scatter by 0.71 nines" in note for note in result.notes)


def test_a_name_names_one_row(tmp_path):
    result = check_text(
        tmp_path,
        f"{GOOD},a",
        f"{GOOD.replace('99.8', '99.7')},a",
        f"{GOOD.replace('99.8', '99.6')},b",
        header=f"{HEADER},row_id",
    )
    assert result.faults[["row", "column"]].to_numpy().tolist() == [[3, "row_id"]]
    assert len(result.accepted) == 2


def test_a_modifier_makes_another_measurement(tmp_path):
    result = check_text(
        tmp_path,
        f"{GOOD},",
        f"{GOOD},zeolite film",
        header=f"{HEADER},modifier",
    )
    assert result.replicates.empty


def test_unknown_columns_are_carried_along_and_checked(tmp_path):
    result = check_text(
        tmp_path, f"{GOOD},red", f"{GOOD},=1+1", header=f"{HEADER},colour"
    )
    assert result.accepted["colour"].tolist() == ["red"]
    assert result.faults["column"].tolist() == ["colour"]
    assert any("colour" in note for note in result.notes)


def test_a_workbook(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(HEADER.split(","))
    book.active.append(["1 M NaPF6 in G2", "Na", "Cu", 0.5, 1, 25, 99.8, "=", "mine"])
    book.active.append(
        ["1 M NaPF6 in G2", "Na", "Cu", 0.5, 1, 25, "=99+0.7", "=", "mine"]
    )
    path = tmp_path / "own.xlsx"
    book.save(path)
    result = check_measurements(path)
    assert len(result.accepted) == 1
    assert "formula" in result.faults["rule"].iloc[0]
    assert result.faults["row"].tolist() == [3]


def test_to_dict_is_strict_json(tmp_path):
    result = check_text(tmp_path, GOOD, GOOD.replace("99.8,=", "99.5,>"), "a,b")
    document = json.loads(json.dumps(result.to_dict(), allow_nan=False))
    assert (document["rows"], document["accepted"]) == (3, 2)
    assert set(document["faults"][0]) == {"row", "column", "value", "rule", "remedy"}
    assert document["replicates"][0]["nines_std"] is None


def test_many_faults_are_counted(tmp_path, monkeypatch):
    monkeypatch.setattr(check, "MAX_FAULTS", 5)
    result = check_text(tmp_path, *["x,y"] * 20)
    assert len(result.faults) == 6
    assert "more faults" in result.faults["value"].iloc[-1]


def test_a_missing_file_is_a_fault(tmp_path):
    result = check_measurements(tmp_path / "absent.csv")
    assert not result.is_clean
    assert result.rows == 0
    assert result.faults["row"].tolist() == [0]


def test_the_template_is_accepted_as_a_header(tmp_path):
    path = tmp_path / "empty.csv"
    path.write_text(template())
    result = check_measurements(path)
    assert result.faults["value"].tolist() == ["header only"]


def test_the_example_is_clean_and_trains():
    result = check_measurements(EXAMPLE)
    assert result.is_clean, result.faults.to_string()
    assert set(result.accepted["outcome"]) == {"ran", "failed_early", "would_not_run"}
    assert 0 < result.replicates["nines_std"].iloc[0] < 0.26
    bundled, _ = training_frame()
    frame, _ = training_frame(result.accepted)
    assert len(frame) == len(bundled) + result.rows
    assert not (bundled["work"] == "example-lab-2026").any()


def test_types_of_the_accepted_table_do_not_depend_on_its_rows(tmp_path):
    full = check_measurements(EXAMPLE).accepted
    empty = check_measurements(tmp_path / "absent.csv").accepted
    assert full.dtypes[list(COLUMNS)].equals(empty.dtypes[list(COLUMNS)])


CELLS = st.one_of(
    st.sampled_from(
        ["", "=", "Na", "Cu", "99.8", "0.998", "1e5", "-1", "nan", "=A1", "1 M NaPF6"]
    ),
    st.text(max_size=12),
)


@settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    header=st.lists(
        st.one_of(st.sampled_from([*COLUMNS, "ce", "temperature (K)"]), CELLS),
        min_size=1,
        max_size=12,
    ),
    rows=st.lists(st.lists(CELLS, max_size=14), max_size=5),
)
def test_no_table_makes_it_raise(tmp_path, header, rows):
    path = tmp_path / "fuzz.csv"
    with path.open("w", encoding="utf-8", errors="replace", newline="") as stream:
        csv.writer(stream).writerows([header, *rows])
    result = check_measurements(path)
    assert len(result.accepted) <= result.rows
    json.dumps(result.to_dict(), allow_nan=False)
    wrong = set(result.faults["row"]) & set(result.accepted["row"])
    assert not wrong, "a row with a fault is not accepted"
