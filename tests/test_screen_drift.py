import pytest

from sodalyte.screen.retraining.drift import drift_report
from sodalyte.screen.surrogates.training import bundled_predictors, feature_table


@pytest.fixture(scope="module")
def champion():
    return bundled_predictors()


def report(champion, rows, **changes):
    frame = champion.frame.iloc[rows].assign(**changes).reset_index(drop=True)
    return drift_report(champion, *feature_table(frame))


def kinds(made):
    return {finding["kind"]: finding["what"] for finding in made["findings"]}


def test_rows_like_the_known_ones_show_no_drift(champion):
    made = report(champion, range(5))
    assert made["findings"] == []
    assert made["out_of_domain"] == []


@pytest.mark.parametrize(
    ("changes", "kind", "word"),
    [
        ({"formulation": "1 M NaPF6 in G2:SL 1:1 v/v"}, "new component", "SL"),
        ({"collector": "porous Sn"}, "new collector", "porous Sn"),
        ({"work": "lab-z"}, "new work", "lab-z"),
        ({"method": "aurbach modified"}, "new method", "aurbach modified"),
        ({"current_density_mA_per_cm2": 50.0}, "new range", "50 mA/cm2"),
        ({"ce_percent": 99.999}, "new range", "99.999 %"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_new_is_named_with_its_rows(champion, changes, kind, word):
    made = report(champion, [0, 4], **changes)
    assert word in kinds(made)[kind]
    finding = next(item for item in made["findings"] if item["kind"] == kind)
    assert finding["rows"] == list(champion.frame["row_id"].iloc[[0, 4]])


def test_a_known_component_in_another_role_is_told_apart(champion):
    made = report(champion, [0], formulation="1 M NaPF6 in G2 + 5 wt% DME")
    assert kinds(made) == {"new role": "DME as additive"}


def test_the_shift_counts_failures(champion):
    failed = champion.frame.index[champion.frame["outcome"] != "ran"][:3]
    shift = report(champion, failed)["shift"]
    assert shift["new_share_failed"] == 1.0
    assert shift["new_median_nines"] is None
    assert 0 < shift["champion_share_failed"] < 1
