import numpy as np
import pytest
from scipy.stats import norm

from sodalyte.models.distribution import EfficiencyDistribution, observed_nines
from sodalyte.models.nines import nines_from_percent

LEVELS = np.linspace(0.001, 0.999, 201)


def told(p=0.9, mean=2.0, std=0.3, ceiling=20.0):
    return EfficiencyDistribution(
        np.array([p]), np.array([mean]), np.array([std]), ceiling
    )


@pytest.mark.parametrize("p", [1e-6, 0.03, 0.5, 0.97, 1 - 1e-9])
@pytest.mark.parametrize("mean", [-0.5, 1.0, 3.5])
def test_quantiles_rise_and_stay_below_one_hundred(p, mean):
    found = told(p, mean).quantile_percent(LEVELS)[0]
    assert (np.diff(found) >= 0).all()
    assert (found >= 0).all()
    assert (found < 100).all()


def test_a_sure_runner_has_normal_quantiles():
    found = told(p=1.0).quantile_nines([0.05, 0.5, 0.95])[0]
    np.testing.assert_allclose(found, norm(2.0, 0.3).ppf([0.05, 0.5, 0.95]), atol=1e-6)


def test_a_cell_that_may_fail_counts_at_its_low_end():
    found = told(p=0.8).quantile_percent([0.05, 0.19, 0.21])[0]
    assert found[0] == pytest.approx(20 * 0.05 / 0.2)
    assert found[1] < 20 < found[2]


def test_crps_of_a_normal_equals_its_closed_form():
    # Gneiting & Raftery 2007, eq. 21
    z = (2.4 - 2.0) / 0.3
    want = 0.3 * (z * (2 * norm.cdf(z) - 1) + 2 * norm.pdf(z) - 1 / np.sqrt(np.pi))
    assert told(p=1.0).crps([2.4], [0])[0] == pytest.approx(want, rel=0.01)


def test_crps_of_a_kept_bound_is_small_and_of_a_broken_one_large():
    runner = told(p=1.0)
    assert runner.crps([1.0], [1])[0] < 1e-3
    assert runner.crps([3.5], [1])[0] > 1.0


def test_likelihood_of_a_failed_cell_is_its_class_probability():
    loss = told(p=0.8).negative_log_likelihood([0.0], [0], [False])
    assert loss[0] == pytest.approx(-np.log(0.2))


def test_coverage_of_bounds_and_values():
    one = told(p=1.0)
    assert one.covers([2.0], [0])[0]
    assert not one.covers([3.5], [0])[0]
    assert one.covers([1.0], [1])[0]
    assert not one.covers([1.0], [-1])[0]


def test_observed_failures_count_as_zero_nines():
    nines, side = observed_nines([np.nan, 10.0, 99.0], [0, -1, 0], [False, False, True])
    np.testing.assert_allclose(nines, [0, nines_from_percent(10.0), 2])
    assert side.tolist() == [0, -1, 0]


def test_a_runner_without_value_is_refused():
    with pytest.raises(ValueError, match="needs a Coulombic efficiency"):
        observed_nines([np.nan], [0], [True])
