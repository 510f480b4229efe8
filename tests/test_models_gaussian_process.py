import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm
from sklearn.base import clone
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import RBF, ConstantKernel

from sodalyte.models.gaussian_process import GaussianProcess
from sodalyte.models.kernels import Factor, Term

FIXED = (Term((Factor("rbf", (0, 1), 1.0, 0.0),), 1.0, 0.0),)
LEARNED = (Term((Factor("matern32", (0, 1)),)),)


@pytest.fixture(params=[0, 1, 2])
def data(request):
    rng = np.random.default_rng(request.param)
    X = rng.normal(size=(40, 2))
    return X, np.sin(X[:, 0]) + 0.3 * X[:, 1] + 0.05 * rng.normal(size=40)


def test_exact_rows_agree_with_scikit_learn(data):
    X, y = data
    ours = GaussianProcess(FIXED, noise=0.1, noise_spread=0.0).fit(X, y)
    # one length scale over the root mean square of two columns
    kernel = ConstantKernel(1.0, "fixed") * RBF(2**0.5, "fixed")
    theirs = GaussianProcessRegressor(kernel, alpha=0.01, optimizer=None)
    theirs.fit(X, y - y.mean())
    mean, std = ours.predict(X[:5] + 0.3, return_std=True)
    want, want_std = theirs.predict(X[:5] + 0.3, return_std=True)
    np.testing.assert_allclose(mean, want + y.mean(), atol=2e-4)
    np.testing.assert_allclose(std, want_std, atol=2e-3)


def test_one_censored_row_has_the_moments_of_the_truncated_normal():
    process = GaussianProcess(FIXED, noise=0.5, noise_spread=0.0)
    process.fit(np.zeros((1, 2)), [0.4], censoring=[1])
    mean, std = process.predict(np.zeros((1, 2)), return_std=True)

    def weight(f):
        return norm.pdf(f) * norm.cdf((f - 0.4) / 0.5)

    total = quad(weight, -8, 8)[0]
    first = quad(lambda f: f * weight(f), -8, 8)[0] / total
    second = quad(lambda f: f**2 * weight(f), -8, 8)[0] / total
    assert mean[0] == pytest.approx(first, abs=1e-3)
    assert std[0] == pytest.approx(np.sqrt(second - first**2), abs=1e-3)


def test_bounds_inform_without_being_values(data):
    X, y = data
    high = y > 0.4
    process = GaussianProcess(LEARNED).fit(
        X, np.minimum(y, 0.4), censoring=np.where(high, 1, 0)
    )
    cut = GaussianProcess(LEARNED).fit(X, np.minimum(y, 0.4))
    error = np.abs(process.predict(X[high]) - y[high]).mean()
    assert error < np.abs(cut.predict(X[high]) - y[high]).mean()


def test_far_away_the_prior_returns(data):
    X, y = data
    process = GaussianProcess(LEARNED).fit(X, y)
    mean, std = process.predict(np.full((1, 2), 1e3), return_std=True)
    assert mean[0] == pytest.approx(y.mean(), abs=1e-4)
    assert std[0] == pytest.approx(np.exp(process.theta_[0]), rel=1e-3)


def test_noise_ratio_tells_rough_rows_from_good_ones(data):
    X, y = data
    spoiled, ratio = y.copy(), np.ones(len(y))
    spoiled[:5] += 3
    ratio[:5] = 50
    trusted = GaussianProcess(LEARNED).fit(X, spoiled, noise_ratio=ratio)
    assert np.abs(trusted.predict(X[5:]) - y[5:]).mean() < 0.2


def test_fit_is_repeatable_and_clonable(data):
    X, y = data
    first = GaussianProcess(LEARNED).fit(X, y)
    second = clone(first).fit(X, y)
    assert np.array_equal(first.predict(X), second.predict(X))


def test_misaligned_input_is_refused():
    with pytest.raises(ValueError, match="same length"):
        GaussianProcess(LEARNED).fit(np.zeros((3, 2)), np.zeros(4))


def test_holes_are_named():
    X = np.zeros((3, 2))
    X[1, 0] = np.nan
    with pytest.raises(ValueError, match=r"1 rows break this, the first: \[1\]"):
        GaussianProcess(LEARNED).fit(X, np.zeros(3))
