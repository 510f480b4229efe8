import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from sodalyte.screen.choosing.pareto import hypervolume, pareto_mask
from sodalyte.screen.judging.targets import Target, desirability, objectives

LIFE = Target("cycle_life_80", "maximise", 10, 1000, is_log=True, weight=2)
COST = Target("cost", "minimise", 50, 150)
LIMIT = Target("limit_V", "at_least", threshold=4.0)


def test_desirability_runs_from_nothing_to_all():
    assert LIFE.desirability(np.array([1, 10, 100, 1000, np.inf])) == pytest.approx(
        [0, 0, 0.5, 1, 1]
    )
    assert COST.desirability(np.array([40, 50, 100, 150, 900])) == pytest.approx(
        [1, 1, 0.5, 0, 0]
    )
    assert LIMIT.desirability(np.array([3.9, 4.0, 5.0])) == pytest.approx([0.1, 1, 1])


def test_a_life_of_nothing_is_worth_nothing():
    assert LIFE.desirability(np.array([0.0])) == pytest.approx([0])


def test_a_missed_threshold_costs_nine_tenths():
    target = Target("limit_V", "maximise", 3, 5, threshold=4)
    assert target.desirability(np.array([3.5, 4.5])) == pytest.approx([0.025, 0.75])


def test_scores_join_by_weighted_geometric_mean():
    figures = {"cycle_life_80": np.array([100.0]), "cost": np.array([100.0])}
    joint = desirability([LIFE, COST], figures)
    assert joint == pytest.approx([0.5 ** (2 / 3) * 0.5 ** (1 / 3)])
    assert objectives([LIFE, COST], figures) == pytest.approx(np.array([[0.5, 0.5]]))


def test_draws_carry_uncertainty_through():
    draws = {"cycle_life_80": np.array([[10.0, 1000.0], [100.0, 100.0]])}
    score = desirability([LIFE], draws)
    assert score.shape == (2, 2)
    assert score.mean(axis=1) == pytest.approx([0.5, 0.5])
    assert score.std(axis=1) == pytest.approx([0.5, 0.0])


@given(
    hnp.arrays(float, 20, elements=st.floats(-1e6, 1e6)),
    st.floats(-100, 100),
    st.floats(0.1, 100),
)
def test_better_is_never_scored_lower(values, low, width):
    target = Target("q", "maximise", low, low + width)
    ordered = np.sort(values)
    assert (np.diff(target.desirability(ordered)) >= 0).all()
    down = Target("q", "minimise", low, low + width)
    assert down.desirability(values) == pytest.approx(1 - target.desirability(values))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"direction": "up"}, "A direction is one of"),
        ({"direction": "maximise"}, "needs low < high"),
        ({"direction": "maximise", "low": 2, "high": 1}, "needs low < high"),
        ({"direction": "at_least"}, "needs a threshold"),
        ({"direction": "maximise", "low": 0, "high": 1, "is_log": True}, "low > 0"),
        ({"direction": "maximise", "low": 0, "high": 1, "weight": 0}, "must be > 0"),
    ],
)
def test_a_wrong_target_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        Target("q", **arguments)


def test_missing_figures_and_nan_are_named():
    with pytest.raises(KeyError, match="'cost' is not among cycle_life_80"):
        desirability([COST], {"cycle_life_80": np.array([1.0])})
    with pytest.raises(ValueError, match="1 of 2 are NaN"):
        LIFE.desirability(np.array([1.0, np.nan]))
    with pytest.raises(ValueError, match="at least one target"):
        desirability([], {})


small_tables = hnp.arrays(
    float,
    st.tuples(st.integers(1, 12), st.integers(1, 4)),
    elements=st.integers(0, 4).map(float),
)


@settings(deadline=None)
@given(small_tables)
def test_the_front_is_what_nothing_dominates(values):
    by_definition = [
        not any((other >= row).all() and (other > row).any() for other in values)
        for row in values
    ]
    assert pareto_mask(values).tolist() == by_definition


@settings(deadline=None)
@given(small_tables)
def test_hypervolume_equals_the_count_of_unit_cells(values):
    n_objectives = values.shape[1]
    cells = np.stack(np.meshgrid(*[range(4)] * n_objectives, indexing="ij"), axis=-1)
    cells = cells.reshape(-1, n_objectives)
    covered = (values[None] >= cells[:, None] + 1).all(axis=2).any(axis=1).sum()
    assert hypervolume(values, np.zeros(n_objectives)) == pytest.approx(covered)


def test_points_outside_the_reference_count_nothing():
    values = np.array([[2.0, -1.0], [1.0, 1.0]])
    assert hypervolume(values, np.zeros(2)) == pytest.approx(1.0)
    assert hypervolume(values[:1], np.zeros(2)) == 0.0
    with pytest.raises(ValueError, match="1 rows hold NaN"):
        pareto_mask(np.array([[np.nan, 1.0]]))
