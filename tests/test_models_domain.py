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


@pytest.fixture
def conditions(table):
    rng = np.random.default_rng(1)
    return table.assign(
        temperature_C=np.where(np.arange(60) < 58, 25.0, 90.0),
        log10_current_density=rng.choice(np.log10([0.2, 0.5, 2.0]), 60),
        areal_capacity_mAh_per_cm2=rng.choice([0.25, 1.0, 3.0], 60),
    )


@pytest.mark.parametrize(
    ("column", "value", "text"),
    [
        ("temperature_C", -70.0, "temperature -70 degC (measured: 25 to 90)"),
        ("temperature_C", 57.0, "temperature 57 degC (measured: 25 to 90)"),
        (
            "log10_current_density",
            1.0,
            "current density 10 mA/cm2 (measured: 0.2 to 2)",
        ),
        (
            "areal_capacity_mAh_per_cm2",
            12.0,
            "areal capacity 12 mAh/cm2 (measured: 0.25 to 3)",
        ),
    ],
    ids=["cold", "between", "fast", "thick"],
)
def test_conditions_nobody_measured_near_are_named(conditions, column, value, text):
    domain = ApplicabilityDomain().fit(conditions, np.arange(60))
    asked = conditions[:1].assign(**{column: value})
    assert domain.outside_conditions(asked) == [[text]]
    assert domain.distance(asked)[0] > domain.reach_
    assert domain.outside_conditions(conditions) == [[]] * 60


def test_the_farther_the_condition_the_farther_the_row(conditions):
    domain = ApplicabilityDomain().fit(conditions, np.arange(60))
    asked = conditions[:1].loc[[0, 0, 0]].assign(temperature_C=[35.0, 5.0, -70.0])
    distance = domain.distance(asked)
    assert distance[0] <= domain.reach_ < distance[1] < distance[2]
