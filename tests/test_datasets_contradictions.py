from sodalyte.datasets.joining.contradictions import contradictions
from sodalyte.datasets.loading.all_sets import ALL_LOADERS


def pairs(kind):
    frame = contradictions()
    rows = frame[frame["kind"] == kind]
    return set(zip(rows["row_a"], rows["row_b"], strict=True))


def test_one_liquid_with_opposite_labels():
    # 1 M NaOTf in diglyme fails on copper and runs on gold-coated copper
    assert ("P008", "P036") in pairs("same liquid")
    frame = contradictions()
    row = frame[(frame["row_a"] == "P008") & (frame["row_b"] == "P036")].iloc[0]
    assert row["claim_a"].startswith("< 80 %")
    assert row["claim_b"].startswith("99.8 %")
    assert "collector: Cu against Au-coated Cu" in row["what_differs"]


def test_two_values_of_one_work():
    assert {("P034", "P039"), ("P053", "M004")} <= pairs("same work")


def test_a_quotation_that_agrees_is_no_contradiction():
    # P038 and P050 quote P028 (99.9 at 0.5 mA/cm2), not P029 (99.8 at 1)
    found = {row for pair in pairs("same work") for row in pair}
    assert not {"P038", "P050"} & found


def test_rules_that_disagree():
    assert ("U005", "U012") in pairs("rules")
    assert ("H003", "H011") in pairs("rules")


def test_every_named_row_exists():
    rows = {load().name: set(load().frame["row_id"]) for load in ALL_LOADERS}
    for record in contradictions().to_dict("records"):
        assert record["row_a"] in rows[record["set_a"]]
        assert record["row_b"] in rows[record["set_b"]]
        assert record["claim_a"]
        assert record["claim_b"]


def test_a_first_cycle_does_not_contradict_an_average():
    found = {row for pair in pairs("same liquid") for row in pair}
    assert not {"P056", "P057"} & found
