import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone

from sodalyte.models.candidates import candidate_classifiers, candidate_members
from sodalyte.models.members import ProcessMember
from sodalyte.models.observations import read_observations
from sodalyte.models.running import RunClassifier
from sodalyte.models.selection import ChosenMember, most_likely


@pytest.fixture
def table():
    rng = np.random.default_rng(0)
    share = rng.random(30)
    X = pd.DataFrame(
        {
            "volume_fraction_of_G2": share,
            "volume_fraction_of_DME": 1 - share,
            "viscosity_mPa_s": rng.random(30),
            "homo_max_eV": rng.random(30),
            "log10_current_density": rng.choice([-0.3, 0.0], 30),
        }
    )
    frame = pd.DataFrame(
        {
            "outcome": np.where(share < 0.15, "would_not_run", "ran"),
            "ce_percent": 100 * (1 - 10 ** -(1 + 2 * share)),
            "ce_qualifier": "=",
            "work": np.repeat(list("abc"), 10),
        }
    )
    frame.loc[frame["outcome"] != "ran", "ce_percent"] = np.nan
    return X, frame, read_observations(X, frame)


def test_the_candidate_that_wins_every_row_is_chosen():
    good, bad = np.log([0.9, 0.8, 0.7]), np.log([0.2, 0.3, 0.1])
    assert most_likely([bad, good]) == 1


def test_the_product_over_the_rows_decides():
    steady, split = np.log([0.4, 0.4]), np.log([0.9, 0.1])
    assert most_likely([split, steady]) == 1


def test_the_first_of_equals_is_chosen_and_without_rows_the_first():
    same = np.log([0.5, 0.5])
    assert most_likely([same, same.copy()]) == 0
    assert most_likely([np.array([]), np.array([])]) == 0


def test_order_of_rows_does_not_matter():
    rng = np.random.default_rng(2)
    table = rng.normal(size=(5, 12))
    turned = table[:, rng.permutation(12)]
    assert most_likely(list(table)) == most_likely(list(turned))


def test_an_impossible_row_does_not_decide_alone():
    one = np.array([0.0] * 9 + [-1e9])
    other = np.array([-9.0] * 9 + [0.0])
    assert most_likely([one, other]) == 0


def test_nan_is_refused():
    with pytest.raises(ValueError, match="none of them NaN"):
        most_likely([np.array([0.0, np.nan])])


def test_leave_one_out_is_what_refitting_without_the_row_gives(table):
    """Hyper-parameters held, a row left out changes nothing else."""
    X, _, rows = table
    member = ProcessMember(local=("amounts",), linear=(), work_std=0.0).fit(X, rows)
    mean, std = member.process_.leave_one_out()
    ran = np.flatnonzero(rows["has_nines"])
    for row in (0, 7, len(ran) - 1):
        kept = np.delete(np.arange(len(ran)), row)
        process = clone(member.process_)
        process.set_params(rounds=0)
        process.kernel_, process.theta_ = (
            member.process_.kernel_,
            member.process_.theta_,
        )
        process.X_, process.mean_ = member.process_.X_[kept], member.process_.mean_
        process.noise_ = member.process_.noise_
        process._settle(
            (
                member.process_.site_location_[kept],
                member.process_.site_variance_[kept],
            )
        )
        want = process.predict(member.process_.X_[[row]], return_std=True)
        assert mean[row] == pytest.approx(want[0][0], abs=1e-4)
        assert std[row] == pytest.approx(want[1][0], abs=1e-4)


@pytest.mark.parametrize("failures", ["left_out", "soft"])
def test_every_member_answers_for_the_same_rows(table, failures):
    X, _, rows = table
    member = ProcessMember(failures=failures).fit(X, rows)
    density = member.leave_one_out_density(rows)
    assert density.shape == (int(rows["has_nines"].sum()),)
    assert np.isfinite(density).all()


def test_a_classifier_that_sees_the_cause_is_likelier(table):
    X, _, rows = table
    ran = rows["ran"].to_numpy()
    sees = RunClassifier(blocks=("amounts",)).fit(X, ran)
    blind = RunClassifier(blocks=("chemistry",)).fit(X, ran)
    assert (
        sees.leave_one_out_density(ran).sum() > blind.leave_one_out_density(ran).sum()
    )


def test_the_likeliest_of_the_candidates_is_kept(table):
    X, _, rows = table
    candidates = candidate_members()
    chosen = ChosenMember(candidates).fit(X, rows)
    sums = [
        clone(one).fit(X, rows).leave_one_out_density(rows).sum() for one in candidates
    ]
    best = candidates[int(np.argmax(sums))]
    assert chosen.member_.get_params() == best.get_params()
    assert np.array_equal(chosen.predict(X), chosen.member_.predict(X))


def test_without_a_failed_cell_one_treatment_suffices(table):
    X, frame, _ = table
    ran = frame["outcome"] == "ran"
    part, kept = X[ran].reset_index(drop=True), frame[ran].reset_index(drop=True)
    chosen = ChosenMember(candidate_members()).fit(part, read_observations(part, kept))
    assert chosen.member_.failures == "left_out"


def test_candidates_are_a_whole_factorial():
    settings = {(one.local, one.linear, one.failures) for one in candidate_members()}
    assert len(settings) == len(candidate_members()) == 3 * 2 * 2
    assert len(candidate_classifiers()) == 3
    assert not any(
        "conditions" in one.local for one in candidate_members(conditions=False)
    )
