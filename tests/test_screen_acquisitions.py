"""The rules held against each other, and the hypervolume beside other searches."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sodalyte.screen.benchmarks.acquisitions import (
    RULES,
    Round,
    acquisitions,
    gain_over_front,
    scaled,
)
from sodalyte.screen.benchmarks.hypervolume import (
    Judged,
    decode,
    nsga2,
    worst_corner,
)
from sodalyte.screen.benchmarks.replay_policies import belief_of
from sodalyte.screen.benchmarks.replay_pool import lithium_pool
from sodalyte.screen.choosing.acquisition import BatchBelief
from sodalyte.screen.choosing.pareto import hypervolume
from sodalyte.screen.judging.judge import make_judge
from sodalyte.screen.space.search_space import SearchSpace

points = st.lists(
    st.tuples(st.integers(0, 8), st.integers(0, 8)), min_size=1, max_size=12
)


@settings(max_examples=100, deadline=None)
@given(points, points)
def test_a_gain_is_the_difference_of_two_hypervolumes(new, old):
    new, old = np.array(new, float), np.array(old, float)
    before = hypervolume(old, np.zeros(2))
    wanted = [hypervolume(np.vstack([old, p]), np.zeros(2)) - before for p in new]
    assert gain_over_front(new, old) == pytest.approx(wanted)
    assert gain_over_front(new[:, :1], old[:, :1]) == pytest.approx(
        np.maximum(new[:, 0] - old[:, 0].max(), 0)
    )


@pytest.fixture(scope="module")
def pool():
    return lithium_pool()


@pytest.fixture(scope="module")
def belief(pool):
    known = np.random.default_rng(100).choice(len(pool.nines), 20, replace=False)
    free = np.setdiff1d(np.arange(len(pool.nines)), known)
    return known, free, belief_of(pool, known, free)


@pytest.mark.parametrize("n_aims", [1, 2])
@pytest.mark.parametrize("name", list(RULES))
def test_every_rule_picks_different_free_recipes_and_repeats_itself(
    name, n_aims, pool, belief
):
    picks = [
        RULES[name](Round(pool, *belief, n_aims, np.random.default_rng(3)), 5)
        for _ in "ab"
    ]
    assert len(set(picks[0].tolist())) == 5
    assert 0 <= min(picks[0])
    assert max(picks[0]) < len(belief[1])
    assert picks[0].tolist() == picks[1].tolist()


def test_joint_draws_have_the_spread_of_the_belief(pool, belief):
    now = Round(pool, *belief, 1, np.random.default_rng(0))
    mean, std = now.belief
    wanted = scaled(pool, mean, now.free, 1)[:, 0]
    inside = (wanted > 0.2) & (wanted < 0.8) & (std < 0.3)
    drawn = now.draws(2000)[:, inside, 0]
    assert drawn.mean(axis=0) == pytest.approx(wanted[inside], abs=0.03)


def test_the_covariance_is_that_of_the_belief():
    std = np.array([1.0, 2.0, 0.5])
    where = np.array([[0.0], [0.0], [9.0]])
    covariance = BatchBelief(np.zeros(3), std, where, 0.5, 0.0).covariance
    assert np.diag(covariance) == pytest.approx(std**2)
    assert covariance[0, 1] == pytest.approx(2.0)
    assert covariance[0, 2] == pytest.approx(0.0, abs=1e-9)


@pytest.mark.slow
def test_the_comparison_reports_every_rule():
    result = acquisitions(seeds=[100], rules=["greedy", "random"])
    assert set(result["baselines"]) == {"random"}
    for figures in (result["metrics"], result["baselines"]["random"]):
        assert 0 < figures["volume_share_after_20"]["median"] <= 1
        assert 1 <= figures["experiments_to_half"]["median"] <= 50


def test_nsga2_reads_recipes_on_the_lab_grid():
    import optuna

    space = SearchSpace.default()
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
    steps = np.array([decode(space, study.ask()) for _ in range(200)])
    is_liquid = [c.role in ("solvent", "diluent") for c in space.grid.components]
    assert (steps[:, is_liquid].sum(axis=1) == space.grid.n_volume_steps).all()
    assert 5 < space.sampler.feasible(steps).sum() < 200


def test_a_judged_front_grows_and_nsga2_fills_one():
    judge = make_judge()
    space, corner = SearchSpace.default(), worst_corner(judge)
    whole, parts, rival = Judged(judge), Judged(judge), Judged(judge)
    drawn = space.sample(600, 0)
    whole(drawn)
    volumes = []
    for first in (0, 200, 400):
        parts(drawn[first : first + 200])
        volumes.append(parts.volume(corner))
    assert volumes == sorted(volumes)
    assert parts.volume(corner) == pytest.approx(whole.volume(corner))
    assert nsga2(space, rival, 0.5, 0) >= rival.n_judged > 0
    assert 0 < rival.volume(corner)
