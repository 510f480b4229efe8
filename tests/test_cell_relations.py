"""Every relation has its verdict; every reproduced one is reproduced."""

import pytest

from sodalyte.models.cell.relations import relation_verdicts

TABLE = relation_verdicts().set_index("row_id")
REPRODUCED = list(TABLE.index[TABLE["verdict"] == "reproduced"])
DEMANDED = ["R001", "R003", "R005", "R006", "R014", "R015", "R016", "R017", "R018"]
DEMANDED += ["R019", "R023"]


def test_every_row_has_one_of_four_verdicts():
    assert set(TABLE["verdict"]) == {
        "reproduced",
        "input",
        "observation",
        "contradicted",
    }
    assert TABLE.index.is_unique
    assert (TABLE["reason"].str.len() >= 10).all()


def test_the_demanded_rows_are_among_the_reproduced():
    assert set(DEMANDED) <= set(REPRODUCED)


@pytest.mark.parametrize("row_id", REPRODUCED)
def test_reproduced_to_the_printed_digits(row_id):
    row = TABLE.loc[row_id]
    assert row["agrees"], (
        f"{row['relation']}: {row['computed']} is not {row['printed']}"
    )


def test_the_contradicted_row_disagrees():
    rows = TABLE[TABLE["verdict"] == "contradicted"]
    assert list(rows.index) == ["R010"]
    assert not rows["agrees"].any()


def test_nothing_is_computed_for_inputs_and_observations():
    rest = TABLE[TABLE["verdict"].isin(["input", "observation"])]
    assert rest["computed"].isna().all()
