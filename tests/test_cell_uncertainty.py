"""Swings and draws."""

import numpy as np
import pytest

from sodalyte.models.cell.uncertainty import (
    combine_swings,
    normal_draws,
    quantiles_of_draws,
)


def test_independent_swings_add_as_squares():
    base = {"x": np.array([10.0])}
    moved = [({"x": base["x"] / 2}, {"x": base["x"] * 2})] * 2
    low, high = combine_swings(base, moved, {})
    assert high["x"][0] == pytest.approx(10 * 2 ** np.sqrt(2))
    assert low["x"][0] == pytest.approx(10 / 2 ** np.sqrt(2))


def test_a_one_sided_swing_stays_one_sided():
    base = {"x": np.array([10.0])}
    low, high = combine_swings(base, [({"x": np.array([8.0])}, base)], {})
    assert high["x"][0] == pytest.approx(10.0)
    assert low["x"][0] == pytest.approx(8.0)


def test_a_zero_takes_its_sides_as_they_are():
    base = {"x": np.array([0.0, 1.0])}
    sides = ({"x": np.array([0.0, 0.5])}, {"x": np.array([0.3, 2.0])})
    low, high = combine_swings(base, [sides], {})
    assert low["x"] == pytest.approx([0.0, 0.5])
    assert high["x"] == pytest.approx([0.3, 2.0])


def test_lognormal_spread_is_its_quantile():
    low, high = combine_swings({"x": np.array([1.0])}, [], {"x": np.array(0.5)})
    assert high["x"][0] == pytest.approx(np.exp(1.6448536 * 0.5))
    assert low["x"][0] == pytest.approx(1 / high["x"][0])


def test_draws_are_standard_normal_and_repeatable():
    draws = normal_draws(1024, 3, 0)
    assert draws.shape == (1024, 3)
    assert np.abs(draws.mean(axis=0)).max() < 0.02
    assert draws.std(axis=0) == pytest.approx(1.0, abs=0.03)
    assert np.array_equal(draws, normal_draws(1024, 3, 0))
    assert not np.array_equal(draws, normal_draws(1024, 3, 1))


def test_quantiles_of_a_normal():
    draws = normal_draws(2048, 1, 0)
    low, high = quantiles_of_draws(lambda row: {"x": row[:1] * 2.0}, draws)
    assert high["x"][0] == pytest.approx(2 * 1.6448536, abs=0.05)
    assert low["x"][0] == pytest.approx(-2 * 1.6448536, abs=0.05)


def test_a_draw_without_a_number_is_left_out():
    draws = normal_draws(256, 1, 0)

    def evaluate(row):
        value = np.where(row[:1] < -2.0, np.nan, row[:1])
        return {"x": np.concatenate([value, row[:1], [np.nan]])}

    low, high = quantiles_of_draws(evaluate, draws)
    assert low["x"][0] > low["x"][1]
    assert high["x"][0] == pytest.approx(high["x"][1], abs=0.1)
    assert np.isnan(low["x"][2])
