import pytest

from sodalyte.datasets.loading.oxidation import (
    LITHIUM_VS_SODIUM_V,
    OXIDATION_COLUMNS,
    load_oxidation_onsets,
    load_oxidative_limits,
)


def test_columns_come_first():
    for load in (load_oxidation_onsets, load_oxidative_limits):
        columns = tuple(load().frame.columns)
        assert columns[: len(OXIDATION_COLUMNS)] == OXIDATION_COLUMNS


@pytest.mark.parametrize(
    ("reference", "shift"),
    [
        ("Li/Li+", -0.33),
        ("Na/Na+", 0.0),
        ("full-cell voltage (vs in-situ Na)", 0.0),
    ],
)
def test_potentials_are_against_sodium(reference, shift):
    frame = load_oxidative_limits().frame
    rows = frame[frame["reference_electrode"] == reference]
    assert len(rows)
    assert (rows["value_V_vs_Na"] - rows["value_V_published"]).to_numpy() == (
        pytest.approx(shift)
    )


def test_the_shift_is_that_of_the_standard_potentials():
    assert pytest.approx(-2.71 - -3.04) == LITHIUM_VS_SODIUM_V


def test_no_value_without_a_reference():
    frame = load_oxidative_limits().frame
    unknown = frame[frame["reference_electrode"].isin(["not stated", "metal"])]
    assert len(unknown) == 2
    assert unknown["value_V_vs_Na"].isna().all()
    assert not unknown["is_usable"].any()


def test_quantities_are_kept_apart():
    counts = load_oxidative_limits().frame["quantity"].value_counts()
    assert counts["oxidation_onset"] == 4
    assert counts["stability_window_upper"] == 15
    assert counts["usable_upper_cutoff"] == 16
    assert counts["upper_cutoff_failing"] == 5
    assert counts["aluminium_corrosion_limit"] == 4


def test_a_film_does_not_credit_the_liquid():
    frame = load_oxidative_limits().frame.set_index("row_id")
    assert frame.loc["X003", "formulation"] == frame.loc["X004", "formulation"]
    assert frame.loc["X003", "is_usable"]
    assert not frame.loc["X004", "is_usable"]


def test_onsets_are_for_rank_and_in_order():
    frame = load_oxidation_onsets().frame
    order = frame.sort_values("value_V_vs_Na")["solvent"].tolist()
    assert order[0] == "DMI"
    assert order[-1] == "GN"
    assert frame["note"].str.contains("upper bound").all()
    assert (frame["formulation"] != "").all()
