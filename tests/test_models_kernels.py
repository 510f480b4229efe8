import numpy as np
import pytest

from sodalyte.models.kernels import Factor, Kernel, Term, scaled_distance

KINDS = ["matern12", "matern32", "matern52", "rbf"]


@pytest.fixture
def rows():
    return np.random.default_rng(3).normal(size=(12, 4))


@pytest.mark.parametrize("kind", KINDS)
def test_gradient_equals_finite_difference(kind, rows):
    kernel = Kernel(
        (
            Term((Factor(kind, (0, 1)), Factor(kind, (2,)))),
            Term((Factor("linear", (0, 3)),), amplitude=0.3),
        )
    )
    theta = kernel.prior[0] + 0.1
    for i, slope in enumerate(kernel.gradient(theta, rows)):
        step = np.zeros(len(theta))
        step[i] = 1e-6
        up = kernel.values(theta + step, rows, rows)
        down = kernel.values(theta - step, rows, rows)
        np.testing.assert_allclose(slope, (up - down) / 2e-6, atol=1e-6)


@pytest.mark.parametrize("kind", KINDS)
def test_covariance_is_one_at_zero_distance_and_falls(kind):
    factor = Factor(kind, (0,))
    line = np.array([[0.0], [0.5], [1.0], [4.0]])
    values = factor.values(line[:1], line, 1.0)[0]
    assert values[0] == pytest.approx(1.0)
    assert (np.diff(values) < 0).all()


def test_matern_three_halves_reference_value():
    # (1 + sqrt(3)) exp(-sqrt(3)) at one length scale: Rasmussen & Williams eq. 4.17
    value = Factor("matern32", (0,)).values(np.zeros((1, 1)), np.ones((1, 1)), 1.0)
    assert value[0, 0] == pytest.approx((1 + 3**0.5) * np.exp(-(3**0.5)))


def test_same_factor_joins_equal_codes_only():
    codes = np.array([[0.0], [0.0], [1.0], [-1.0], [-1.0]])
    values = Factor("same", (0,)).values(codes, codes, 1.0)
    assert values.tolist() == [
        [1, 1, 0, 0, 0],
        [1, 1, 0, 0, 0],
        [0, 0, 1, 0, 0],
        [0, 0, 0, 0, 0],
        [0, 0, 0, 0, 0],
    ]


def test_kernel_matrix_is_positive_semidefinite(rows):
    kernel = Kernel(
        (
            Term((Factor("matern32", (0, 1)),)),
            Term((Factor("constant"),)),
            Term((Factor("linear", (2, 3)),)),
        )
    )
    matrix = kernel.values(kernel.prior[0], rows, rows)
    assert np.linalg.eigvalsh(matrix).min() > -1e-9
    np.testing.assert_allclose(
        np.diag(matrix), kernel.diagonal(kernel.prior[0], rows), atol=1e-7
    )


def test_distance_does_not_grow_with_repeated_columns():
    one = np.array([[0.0], [2.0]])
    three = np.repeat(one, 3, axis=1)
    assert scaled_distance(one, one, 1.0)[0, 1] == pytest.approx(2.0)
    assert scaled_distance(three, three, 1.0)[0, 1] == pytest.approx(2.0)


def test_unknown_kind_is_refused():
    with pytest.raises(ValueError, match="must be one of"):
        Factor("periodic", (0,))


def test_factor_without_columns_is_refused():
    with pytest.raises(ValueError, match="needs columns"):
        Factor("rbf")
