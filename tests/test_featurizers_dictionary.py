from pathlib import Path

from sodalyte.featurizers.dictionary import feature_dictionary, feature_page


def test_every_feature_has_unit_meaning_and_source():
    table = feature_dictionary()

    assert table.index.is_unique
    for column in ("block", "unit", "meaning", "source"):
        assert (table[column].str.strip() != "").all(), column


def test_the_page_is_the_generated_one():
    page = Path(__file__).parent.parent / "docs" / "features.md"

    # remake with: python -c "import sodalyte.featurizers as f; print(f.feature_page(),
    # end='')" > docs/features.md
    assert page.read_text(encoding="utf-8") == feature_page()


def test_units_in_names_agree_with_the_unit_column():
    table = feature_dictionary()

    for ending, unit in (
        ("_eV", "eV"),
        ("_mPa_s", "mPa s"),
        ("_mS_per_cm", "mS/cm"),
        ("_g_per_mL", "g/mL"),
        ("_mol_per_kg", "mol/kg"),
        ("_kJ_per_mol", "kJ/mol"),
        ("_ln_std", "1"),
    ):
        units = table.loc[table.index.str.endswith(ending), "unit"]
        assert len(units)
        assert set(units) == {unit}, ending
