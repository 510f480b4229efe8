"""Dry-out: the closed form is where the booked loss meets the budget."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sodalyte.models.cell.budget import dry_out_cycle, knee
from sodalyte.models.cell.inventory import recursion


@settings(deadline=None)
@given(
    st.floats(0.05, 1.5),
    st.floats(1e-3, 0.05),
    st.one_of(st.just(0.0), st.floats(1e-4, 0.01)),
    st.floats(0.0, 0.6),
)
def test_dry_out_is_where_the_book_says(budget, loss, fade, reserve):
    book = recursion(400, [loss], [fade], [reserve])
    lost = book.lost[:, 0] - book.lost[0, 0]
    cycle = float(dry_out_cycle(budget, loss, fade, reserve))
    if cycle < 399:
        assert lost[int(np.floor(cycle))] <= budget + 2 * loss
        assert lost[int(np.ceil(cycle)) + 1] >= budget - 2 * loss
    else:
        assert lost[398] <= budget + 2 * loss


def test_limits():
    assert dry_out_cycle(0.0, 0.01, 0.0, 0.0) == 0.0
    assert np.isinf(dry_out_cycle(2.0, 0.01, 0.0, 0.0))  # sodium ends first
    assert np.isinf(dry_out_cycle(0.5, 0.0, 1e-3, 0.0))
    assert dry_out_cycle(0.2, 0.01, 0.0, 0.0) == pytest.approx(
        np.log(0.8) / np.log(0.99)
    )


def test_knee_starts_at_dry_out():
    assert knee([50, 100, 110], 100.0, 10.0) == pytest.approx([1, 1, np.exp(-1)])
