import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from sodalyte.models import validation

WORKS = ["a", "a", "b", "c", "c", "c", "d", "e"]


@pytest.mark.parametrize(
    "splits",
    [
        lambda: validation.leave_one_group_out(WORKS),
        lambda: validation.grouped_k_fold(WORKS, n_splits=3, random_state=1),
    ],
    ids=["leave one out", "grouped folds"],
)
def test_groups_never_stand_on_both_sides(splits):
    tested = []
    for train, test in splits():
        assert not {WORKS[i] for i in train} & {WORKS[i] for i in test}
        assert len(train) + len(test) == len(WORKS)
        tested += test.tolist()
    assert sorted(tested) == list(range(len(WORKS)))


def test_forward_chaining_never_looks_ahead():
    rounds = np.array([0, 0, 1, 2, 2])
    for train, test in validation.forward_chaining(rounds):
        assert rounds[train].max() < rounds[test].min()


def test_repeated_folds_test_every_row_once_a_repeat():
    count = np.zeros(17)
    for _, test in validation.repeated_k_fold(17, n_repeats=4):
        count[test] += 1
    assert (count == 4).all()


def test_wilson_interval_reference():
    # Wilson 1927; tabulated by Brown, Cai, DasGupta 2001, Stat. Sci. 16, 101
    found = validation.wilson_interval(0, 10)
    assert found.low == pytest.approx(0.0, abs=1e-12)
    assert found.high == pytest.approx(0.2775, abs=1e-3)


def test_auc_agrees_with_scikit_learn():
    rng = np.random.default_rng(0)
    failed, risk = rng.random(50) < 0.3, rng.integers(0, 8, 50)
    want = roc_auc_score(failed, risk)
    assert validation.failure_auc(failed, risk) == pytest.approx(want)


def test_auc_of_one_class_is_not_a_number():
    assert np.isnan(validation.failure_auc([True, True], [0.1, 0.2]))


def test_bootstrap_of_a_mean_has_the_textbook_width():
    values = np.random.default_rng(5).normal(size=400)
    found = validation.bootstrap_interval(lambda rows: values[rows].mean(), 400)
    assert found.high - found.low == pytest.approx(4 * values.std() / 20, rel=0.15)


def test_paired_difference_sees_a_better_model():
    rng = np.random.default_rng(2)
    truth = rng.normal(size=200)
    close, far = truth + 0.1 * rng.normal(size=200), truth + rng.normal(size=200)
    found = validation.paired_rmse_difference(truth, close, far)
    assert found.high < 0


def test_replicate_noise_of_known_scatter():
    rng = np.random.default_rng(1)
    keys = np.repeat(np.arange(500), 2)
    values = keys + 0.2 * rng.normal(size=1000)
    found = validation.replicate_noise(values, keys.tolist())
    assert found == pytest.approx(0.2, rel=0.1)


def test_replicate_noise_without_repeats_is_not_a_number():
    assert np.isnan(validation.replicate_noise([1.0, 2.0], ["a", "b"]))


def test_rank_correlation_of_a_constant_is_zero():
    assert validation.rank_correlation([1, 2, 3], [5, 5, 5]) == 0.0
