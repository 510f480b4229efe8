from sodalyte.datasets.checking.parse_report import parse_report


def test_every_text_is_read_or_refused_for_a_reason(capsys):
    report = parse_report()
    counts = report.counts
    parts = counts["n_parsed"] + counts["n_refused"] + counts["n_not_stated"]
    assert (parts == counts["n_rows"]).all()
    assert len(report.refusals) == (counts["n_rows"] - counts["n_parsed"]).sum()
    assert (report.refusals["reason"].str.len() > 10).all()
    with capsys.disabled():
        print("\n" + counts.to_string(index=False))
        print(counts[["n_rows", "n_parsed", "n_refused", "n_not_stated"]].sum())
        refused = report.refusals[~report.refusals["reason"].str.startswith("the so")]
        for row in refused.to_dict("records"):
            print(f"  {row['row_id']} {row['text'][:60]!r}: {row['reason'][:110]}")


def test_sets_with_full_compositions_are_read_without_exception():
    counts = parse_report().counts.set_index(["set_name", "field"])
    for key in (
        ("ether_campaign", "formulation_reading"),
        ("oxidation_onsets", "formulation_reading"),
        ("sodium_electrolytes", "formulation_reading"),
        ("plating_ce_literature", "formulation_reading"),
        ("lithium_ce", "mole_fractions"),
    ):
        assert counts.loc[key, "n_parsed"] == counts.loc[key, "n_rows"], key


def test_liquids_that_the_catalogue_lacks_are_refused_by_name():
    refusals = parse_report().refusals.set_index("row_id")
    texts = [row for row in refusals.index if row.startswith("T")]
    assert texts == ["T026", "T027", "T033", "T036"]
    assert "Cl-EMC" in refusals.loc["T026", "reason"]
    assert "TOP" in refusals.loc["T033", "reason"]


def test_refusals_of_other_classes_name_the_class():
    refusals = parse_report().refusals.set_index("row_id")
    assert "aqueous" in refusals.loc["A035", "reason"]
    assert "solid electrolyte" in refusals.loc["A061", "reason"]


def test_at_least_sixty_lithium_texts_are_complete():
    counts = parse_report().counts.set_index(["set_name", "field"])
    assert counts.loc[("lithium_ce", "formulation_reading"), "n_parsed"] >= 60
