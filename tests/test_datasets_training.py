import csv
from importlib.resources import files

import pandas as pd
import pytest

from sodalyte.datasets.checking.check import check_measurements
from sodalyte.datasets.checking.schema import validate_efficiencies
from sodalyte.datasets.joining.training import CE_LOADERS, own_rows, training_frame
from sodalyte.datasets.loading.efficiencies import CE_COLUMNS


def rows_of_the_file(name):
    """Count the rows of a table without the code under test."""
    path = files("sodalyte.datasets").joinpath("tables", f"{name}.csv")
    with path.open("r", encoding="utf-8") as stream:
        return [row["row_id"] for row in csv.DictReader(stream)]


def test_no_row_is_dropped_in_silence(capsys):
    """Every row of every source table is kept or excluded with a reason."""
    frame, excluded = training_frame()
    names = [load().name for load in CE_LOADERS]
    source = [row for name in names for row in rows_of_the_file(name)]
    assert len(source) == 40 + 65 + 8 + 83 + 86 + 147
    accounted = [*frame["row_id"], *excluded["row_id"]]
    assert sorted(accounted) == sorted(source)
    assert (excluded["reason"].str.len() > 10).all()
    with capsys.disabled():
        print(f"\n{len(source)} source rows: {len(frame)} train, {len(excluded)} not")
        print(frame["set_name"].value_counts().to_string())
        print(frame["outcome"].value_counts().to_string())
        short = excluded["reason"].str.slice(0, 100)
        for reason, rows in excluded.groupby(short, sort=False):
            ids = rows["row_id"].tolist()
            shown = " ".join(ids[:12]) + (" ..." if len(ids) > 12 else "")
            print(f"  {len(ids):3d}  {reason}: {shown}")


def test_only_usable_sodium_rows_train():
    frame, _ = training_frame()
    assert (frame["metal"] == "Na").all()
    assert (frame["formulation"] != "").all()
    assert (frame["modifier"] == "").all()
    assert not frame["method"].isin(["full_cell", "first_cycle", "standing"]).any()
    has_value = frame["ce_percent"].notna() | (frame["outcome"] == "would_not_run")
    assert has_value.all()
    validate_efficiencies(frame)


def test_columns():
    frame, excluded = training_frame()
    assert list(frame.columns) == [*CE_COLUMNS, "formulation_assumption"]
    assert list(excluded.columns) == ["row_id", "set_name", "reason", "duplicate_of"]


def test_quotations_of_one_measurement_are_merged_by_the_rule():
    frame, excluded = training_frame()
    duplicates = excluded[excluded["duplicate_of"] != ""]
    assert dict(zip(duplicates["row_id"], duplicates["duplicate_of"], strict=True)) == {
        "P026": "P020",  # says less about its conditions
        "M004": "P053",  # a bound without current and capacity
    }
    assert {"P020", "P053"} <= set(frame["row_id"])
    assert {"P010", "P011", "P012", "P013"} <= set(frame["row_id"]), (
        "one liquid at four conditions is four measurements"
    )


def test_censored_and_failed_rows_are_there():
    frame, _ = training_frame()
    assert (frame["outcome"] == "would_not_run").sum() == 8
    assert (frame["outcome"] == "failed_early").sum() == 14
    assert set(frame["ce_qualifier"]) == {"=", "~", "<", ">", ""}


def test_works_group_the_rows_of_one_paper():
    frame, _ = training_frame()
    seh = frame[frame["work"] == "Seh2015_ACSCentSci"]
    assert set(seh["row_id"]) == {"P001", "P002", "P004", "P006", "P007", "P008"}
    assert (frame["work"] != "").all()


def test_a_call_does_not_change_the_next():
    first, _ = training_frame()
    first["ce_percent"] = 0.0
    second, _ = training_frame()
    assert second["ce_percent"].max() > 99


def test_own_measurements_are_appended(tmp_path):
    path = tmp_path / "own.csv"
    path.write_text(
        "formulation,metal,collector,current_density_mA_per_cm2,"
        "areal_capacity_mAh_per_cm2,temperature_C,ce_percent,ce_qualifier,work,"
        "replicate,modifier\n"
        "1 M NaPF6 in G2,Na,Cu,0.5,1,25,99.8,=,mine,1,\n"
        "1 M NaPF6 in G2,Na,Cu,0.5,1,25,99.8,=,mine,2,\n"
        "1 M NaPF6 in G2,Na,Cu,0.5,1,25,99.9,=,mine,3,zeolite film\n"
        "1 M LiPF6 in EC/DMC,Li,Cu,0.5,1,25,97,=,mine,4,\n"
    )
    bundled, bundled_excluded = training_frame()
    frame, excluded = training_frame(check_measurements(path).accepted)
    assert frame["row_id"].tolist()[len(bundled) :] == ["own-1", "own-2"]
    own_excluded = excluded[excluded["set_name"] == "own"]
    assert len(excluded) == len(bundled_excluded) + 2
    assert own_excluded["row_id"].tolist() == ["own-3", "own-4"]
    assert "zeolite film" in own_excluded["reason"].iloc[0]
    assert "Li metal" in own_excluded["reason"].iloc[1]


def test_own_frame_needs_little():
    own = pd.DataFrame({"formulation": ["1 M NaPF6 in DME"], "ce_percent": [99.5]})
    rows = own_rows(own)
    assert rows.loc[0, ["metal", "ce_qualifier", "outcome", "set_name"]].tolist() == [
        "Na", "=", "ran", "own"
    ]  # fmt: skip
    assert "ce_qualifier" not in own, "the frame given stays as it is"


def test_own_row_ids_are_kept_where_they_name_every_row():
    own = pd.DataFrame(
        {"formulation": ["1 M NaPF6 in DME"] * 2, "ce_percent": [99.5, 99.6]}
    )
    assert own_rows(own.assign(row_id=["a", "b"]))["row_id"].tolist() == [
        "own-a", "own-b"
    ]  # fmt: skip
    assert own_rows(own.assign(row_id=["a", "a"]))["row_id"].tolist() == [
        "own-1", "own-2"
    ]  # fmt: skip


def test_own_frame_without_a_needed_column_is_refused():
    with pytest.raises(ValueError, match="ce_percent is missing"):
        training_frame(pd.DataFrame({"formulation": ["1 M NaPF6 in DME"]}))


def test_own_frame_out_of_range_is_refused():
    own = pd.DataFrame({"formulation": ["1 M NaPF6 in DME"], "ce_percent": [995.0]})
    with pytest.raises(ValueError, match=r"ce_percent 995\.0"):
        training_frame(own)


def test_a_film_named_in_the_text_excludes_the_row():
    own = pd.DataFrame(
        {
            "formulation": ["1 M NaPF6 in G2 with 3A zeolite film", "1 M NaPF6 in G2"],
            "ce_percent": [99.9, 99.8],
        }
    )
    frame, excluded = training_frame(own)
    assert frame["row_id"].tolist()[-1] == "own-2"
    assert "zeolite" in excluded["reason"].iloc[-1]
