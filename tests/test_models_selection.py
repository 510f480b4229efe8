import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone

from sodalyte.models.candidates import candidate_classifiers, candidate_members
from sodalyte.models.members import ProcessMember
from sodalyte.models.observations import read_observations
from sodalyte.models.running import RunClassifier
from sodalyte.models.selection import MemberMixture, average_members, mixture_weights


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


def test_the_likeliest_candidate_takes_all_where_it_wins_every_row():
    good, bad = np.log([0.9, 0.8, 0.7]), np.log([0.2, 0.3, 0.1])
    assert mixture_weights([bad, good]).tolist() == [0.0, 1.0]


def test_candidates_that_know_different_rows_share():
    left, right = np.log([0.9, 0.01]), np.log([0.01, 0.9])
    assert mixture_weights([left, right]).tolist() == [0.5, 0.5]


def test_weights_are_quarters_and_sum_to_one():
    rng = np.random.default_rng(1)
    weights = mixture_weights(list(rng.normal(size=(7, 20))))
    assert weights.sum() == pytest.approx(1.0)
    assert np.all(weights * 4 == np.round(weights * 4))


def test_order_of_rows_does_not_matter():
    rng = np.random.default_rng(2)
    table = rng.normal(size=(5, 12))
    turned = table[:, rng.permutation(12)]
    assert np.array_equal(mixture_weights(list(table)), mixture_weights(list(turned)))


def test_an_impossible_row_does_not_decide_alone():
    one = np.array([0.0] * 9 + [-1e9])
    other = np.array([-9.0] * 9 + [0.0])
    assert mixture_weights([one, other], n_draws=1).tolist() == [1.0, 0.0]


def test_nan_is_refused():
    with pytest.raises(ValueError, match="none of them NaN"):
        mixture_weights([np.array([0.0, np.nan])])


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


def test_the_mixture_holds_the_candidates_it_drew(table):
    X, _, rows = table
    mixture = MemberMixture(candidate_members()).fit(X, rows)
    assert 1 <= len(mixture.members_) <= 4
    assert mixture.weights_.sum() == pytest.approx(1.0)
    want = average_members(mixture.members_, X, mixture.weights_)
    assert np.array_equal(mixture.predict(X), want)


def test_without_a_failed_cell_one_treatment_suffices(table):
    X, frame, _ = table
    ran = frame["outcome"] == "ran"
    part, kept = X[ran].reset_index(drop=True), frame[ran].reset_index(drop=True)
    mixture = MemberMixture(candidate_members()).fit(
        part, read_observations(part, kept)
    )
    assert {one.failures for one in mixture.members_} == {"left_out"}


def test_candidates_are_a_whole_factorial():
    settings = {(one.local, one.linear, one.failures) for one in candidate_members()}
    assert len(settings) == len(candidate_members()) == 3 * 2 * 2
    assert len(candidate_classifiers()) == 3
    assert not any(
        "conditions" in one.local for one in candidate_members(conditions=False)
    )
