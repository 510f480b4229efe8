"""Sodium is conserved, and the closed form is the recursion."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sodalyte.models.cell.inventory import cycle_life, recursion, retention

LOSSES = st.floats(0.0, 1.0)
SMALL_LOSSES = st.floats(1e-6, 0.2)
FADES = st.one_of(st.just(0.0), st.floats(1e-6, 0.05))
RESERVES = st.one_of(st.just(0.0), st.floats(0.0, 2.0))


@pytest.mark.parametrize(
    ("ce", "cycles", "printed"),
    [
        (0.999, 1000, 0.368),  # Liu 2023 doi 10.1021/acscentsci.3c00301
        (0.992, 80, 0.526),  # Wang 2025 doi 10.1039/d4sc06630h
    ],
)
def test_printed_retentions(ce, cycles, printed):
    assert round(float(retention(cycles, 1 - ce)), 3) == printed


@settings(deadline=None)
@given(LOSSES, FADES, RESERVES)
def test_closed_form_is_the_recursion(loss, fade, reserve):
    cycles = np.array([0, 1, 2, 5, 17, 60, 200])
    book = recursion(200, [loss], [fade], [reserve])
    closed = retention(cycles, loss, fade, reserve)
    np.testing.assert_allclose(closed, book.cathode[cycles, 0], atol=1e-9)


@settings(deadline=None)
@given(LOSSES, FADES, RESERVES, st.floats(0.0, 0.1), st.floats(0.0, 0.5))
def test_sodium_is_conserved_every_cycle(loss, fade, reserve, corrosion, initial):
    book = recursion(150, [loss], [fade], [reserve], [corrosion], [initial])
    total = book.cathode + book.collector + book.lost
    np.testing.assert_allclose(total - total[0], 0.0, atol=1e-9, rtol=0)
    assert (book.collector >= -1e-12).all()
    assert (np.diff(book.lost, axis=0) >= -1e-12).all()


def test_loss_may_change_from_cycle_to_cycle():
    losses = np.linspace(0.01, 0.001, 50)[:, None]
    book = recursion(50, losses)
    assert book.cathode[-1, 0] == pytest.approx(np.prod(1 - losses), rel=1e-12)


@settings(deadline=None)
@given(SMALL_LOSSES, FADES, RESERVES)
def test_life_is_where_retention_crosses(loss, fade, reserve):
    sodium, host = cycle_life(loss, fade, reserve)
    life = float(np.minimum(sodium, host))
    if np.isfinite(life) and life < 1e7:
        before, after = np.floor(life), np.ceil(life) + 1
        assert retention(before, loss, fade, reserve) >= 0.8 - 1e-6
        assert retention(after, loss, fade, reserve) <= 0.8 + 1e-6


@given(SMALL_LOSSES, st.floats(1.0, 3.0), FADES, RESERVES, st.integers(0, 500))
def test_less_loss_never_hurts(loss, factor, fade, reserve, cycles):
    worse = retention(cycles, min(loss * factor, 1.0), fade, reserve)
    assert retention(cycles, loss, fade, reserve) >= worse - 1e-9


@given(SMALL_LOSSES, FADES, RESERVES, st.floats(0.0, 1.0), st.integers(0, 500))
def test_more_reserve_never_hurts(loss, fade, reserve, more, cycles):
    base = retention(cycles, loss, fade, reserve)
    assert retention(cycles, loss, fade, reserve + more) >= base - 1e-9


def test_ends_of_the_range():
    assert retention([0, 1, 10], 1.0).tolist() == [1.0, 0.0, 0.0]
    assert retention([0, 1e6], 0.0).tolist() == [1.0, 1.0]
    assert np.isinf(cycle_life(0.0)[0])
    assert np.isinf(cycle_life(0.0)[1])
    assert cycle_life(1.0)[0] == 0.0


def test_a_reserve_delays_the_fade_by_reserve_over_loss():
    assert retention(200, 1e-3, 0.0, 0.3) == 1.0
    assert retention(301, 1e-3, 0.0, 0.3) < 1.0
    assert cycle_life(1e-3, 0.0, 0.3)[0] == pytest.approx(
        300 + np.log(0.8) / np.log(0.999), abs=1.0
    )


def test_a_shuttle_lowers_the_measured_efficiency_not_the_capacity():
    # true 99.95 % with 0.9 % of shuttle reads 99.05 %; 92.8 % of the capacity is there
    assert retention(150, 5e-4) == pytest.approx(0.928, abs=5e-4)
    assert (1 - 5e-4 - 9e-3) ** 150 == pytest.approx(0.24, abs=0.01)
