import numpy as np
import pandas as pd
import pytest

from sodalyte.models.domain import ApplicabilityDomain


@pytest.fixture
def table():
    rng = np.random.default_rng(0)
    return pd.DataFrame(rng.normal(size=(60, 5)), columns=list("abcde"))


def test_measured_rows_are_their_own_nearest(table):
    domain = ApplicabilityDomain().fit(table, np.arange(60))
    order, distance = domain.nearest(table, n=3)
    assert (order[:, 0] == np.arange(60)).all()
    assert distance[:, 0] == pytest.approx(0.0)
    assert (np.diff(distance, axis=1) >= 0).all()


def test_far_rows_lie_outside_and_most_measured_ones_inside(table):
    domain = ApplicabilityDomain().fit(table, np.arange(60))
    assert (domain.distance(table) <= domain.reach_).all()
    assert (domain.distance(table * 50) > domain.reach_).mean() > 0.9


def test_neighbours_of_the_same_work_do_not_count_for_the_reach(table):
    twins = pd.concat([table, table + 1e-3], ignore_index=True)
    alone = ApplicabilityDomain().fit(twins, np.arange(120)).reach_
    paired = ApplicabilityDomain().fit(twins, np.tile(np.arange(60), 2)).reach_
    assert paired > 10 * alone


def test_more_neighbours_than_rows_gives_all_rows(table):
    domain = ApplicabilityDomain().fit(table, np.arange(60))
    assert domain.nearest(table[:2], n=100)[0].shape == (2, 60)
