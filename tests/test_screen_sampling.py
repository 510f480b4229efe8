import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sodalyte.screen.space.rules import Amounts, Limits, RoleRule
from sodalyte.screen.space.sampling import compositions, counter_floats, pick, subsets
from sodalyte.screen.space.search_space import SearchSpace

FREE = Limits(liquid_at_use_temperature=False, solubility=False, miscibility=False)


@given(st.integers(1, 24), st.integers(1, 4))
def test_compositions_are_all_and_only_the_ways_to_split(total, parts):
    table = compositions(total, parts)
    assert len(table) == (math.comb(total - 1, parts - 1) if total >= parts else 0)
    assert len(np.unique(table, axis=0)) == len(table)
    assert (table.sum(axis=1) == total).all()
    assert (table >= 1).all()


def test_too_fine_a_grid_is_refused():
    with pytest.raises(ValueError, match="coarser step or fewer components"):
        compositions(1000, 4)


def test_subsets_are_distinct_and_ascending():
    table = subsets(6, 3)
    assert len(table) == 20
    assert (np.diff(table, axis=1) > 0).all()


@given(st.integers(0, 2**63), st.integers(0, 2**40), st.integers(0, 60))
def test_a_number_depends_on_its_own_row_only(seed, row, slot):
    rows = np.arange(row, row + 5)
    attempts = np.zeros(5, dtype=np.int64)
    together = counter_floats(seed, rows, attempts, slot)
    alone = [
        counter_floats(seed, rows[i : i + 1], attempts[i : i + 1], slot)[0]
        for i in range(5)
    ]
    assert together.tolist() == alone
    assert ((together >= 0) & (together < 1)).all()


@pytest.mark.parametrize("seed", [0, 1, 12345])
def test_counter_numbers_are_uniform_and_independent(seed):
    rows = np.arange(100_000)
    zero = np.zeros_like(rows)
    first = counter_floats(seed, rows, zero, 0)
    second = counter_floats(seed, rows, zero, 1)
    later = counter_floats(seed, rows, zero + 1, 0)
    other = counter_floats(seed + 1, rows, zero, 0)
    counts = np.bincount(pick(first, 20), minlength=20)
    chi_squared = ((counts - 5000) ** 2 / 5000).sum()
    assert chi_squared < 50  # 19 degrees of freedom: p below 1e-4
    for one in (second, later, other, np.roll(first, 1)):
        assert abs(np.corrcoef(first, one)[0, 1]) < 0.015


def rule(role, count, step, low, high, *names):
    return RoleRule(role, count, step, tuple(Amounts(n, low, high) for n in names))


def test_amounts_are_uniform_on_the_lab_grid():
    space = SearchSpace(
        rule("salt", (1, 1), 0.5, 0.5, 2.0, "NaPF6"),
        rule("solvent", (3, 3), 10, 10, 80, "DME", "G2", "THF"),
        limits=FREE,
    )
    steps = space.sample_steps(36_000, 3)
    counts = Counter(map(bytes, steps))
    assert len(counts) == 4 * 36
    expected = 36_000 / (4 * 36)
    chi_squared = sum((n - expected) ** 2 / expected for n in counts.values())
    assert chi_squared < 143 + 5 * math.sqrt(2 * 143)


def test_counts_and_component_sets_are_equally_likely():
    space = SearchSpace(
        rule("salt", (1, 2), 0.5, 0.5, 1, "NaPF6", "NaFSI"),
        rule("solvent", (1, 2), 20, 20, 100, "DME", "G2", "THF"),
        limits=FREE,
    )
    present = space.sample_steps(24_000, 1) > 0
    n_salts = present[:, space.grid.salts].sum(axis=1)
    n_solvents = present[:, space.grid.liquids].sum(axis=1)
    single = n_salts == 1
    share = (n_solvents[single] == 1).mean()
    assert share == pytest.approx(0.5, abs=0.02)
    sets = Counter(map(bytes, present[single & (n_solvents == 2)]))
    assert len(sets) == 2 * 3
    assert max(sets.values()) < 1.15 * min(sets.values())


def test_a_million_rows_stream_in_blocks_that_do_not_matter():
    space = SearchSpace.default()
    far = space.sample_steps(10, 4, start=999_990)
    block = space.sample_steps(500, 4, start=999_600)
    assert np.array_equal(far, block[390:400])
