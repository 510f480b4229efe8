from sodalyte.datasets.checking.text_agreement import (
    TOLERANCE,
    agreement,
    text_agreement,
)

TABLE = text_agreement()


def test_texts_agree_with_the_fractions_published_beside_them():
    """At least 60 rows are comparable, and nine in ten of them agree."""
    comparable = TABLE[TABLE["is_comparable"]]
    assert len(TABLE) == 84
    assert len(comparable) >= 60
    assert comparable["agrees"].mean() >= 0.9


def test_the_report_counts_the_rows_and_prints_the_others():
    """71 of 74 comparable rows of the 84; the others each with its reason."""
    found = agreement()
    print(found)
    assert found.n_rows == 84
    assert found.n_comparable >= 60
    assert found.share >= 0.9
    assert len(found.others) == found.n_rows - found.n_agreeing
    text = str(found)
    for row_id, formulation_text, why in found.others:
        assert why
        assert f"{row_id}  {formulation_text}: {why}" in text


def test_the_rows_themselves_say_which_litre_the_collection_means():
    """Where the readings differ, the encodings follow one of them nearly always."""
    found = agreement()
    assert found.n_telling >= 12
    assert found.n_telling_solvent >= 0.9 * found.n_telling
    assert found.n_telling_solution <= 0.1 * found.n_telling


def test_every_other_row_is_listed_with_its_reason():
    others = TABLE[~(TABLE["is_comparable"] & TABLE["agrees"])]
    lines = [
        f"{row.row_id}  {row.formulation_text}: {row.why}"
        for row in others.itertuples()
    ]
    print("\n".join(lines))
    assert all(others["why"] != "")


def test_the_convention_of_molarity_is_the_only_difference_between_readings():
    """Read per litre of solution, dilute rows still agree; concentrated ones do not."""
    by_convention = TABLE[TABLE["why"].str.startswith("agrees per litre of solvent")]
    assert (by_convention["difference"] > TOLERANCE).all()
    assert (by_convention["difference_per_litre_of_solvent"] <= TOLERANCE).all()
    dilute = TABLE[TABLE["canonical"].str.startswith("1 M ") & TABLE["is_comparable"]]
    assert len(dilute) >= 25
    assert (dilute["difference"] <= TOLERANCE).mean() >= 0.9
    assert (TABLE["difference"] <= TOLERANCE).sum() >= 54


def test_wrong_encodings_are_not_compared():
    wrong = TABLE.set_index("row_id").loc[["L014", "L032", "L107"]]
    assert not wrong["is_comparable"].any()
    assert wrong["why"].str.contains("which the text does not name").all()
