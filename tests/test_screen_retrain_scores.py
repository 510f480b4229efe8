import numpy as np
import pandas as pd
import pytest

from sodalyte.models.distribution import EfficiencyDistribution
from sodalyte.screen.retraining.scores import gaps, root_mean_square, row_scores


def told(nines, std=1e-6, runs=1.0):
    n = len(nines)
    return EfficiencyDistribution(
        np.full(n, runs), np.array(nines, dtype=float), np.full(n, std)
    )


def measured(percent, sign="=", outcome="ran"):
    return pd.DataFrame(
        {"ce_percent": percent, "ce_qualifier": sign, "outcome": outcome}
    )


def test_a_sharp_and_right_prediction_scores_zero():
    scores = row_scores(told([2.0, 3.0]), measured([99.0, 99.9]))
    assert scores["score"].abs().max() < 1e-5
    assert scores["error"].abs().max() < 1e-9


def test_a_sharp_prediction_scores_its_error():
    scores = row_scores(told([2.5]), measured([99.0]))
    assert scores["score"].iloc[0] == pytest.approx(0.5, abs=1e-4)
    assert scores["error"].iloc[0] == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("sign", "error"), [(">", 0.0), ("<", 0.5)], ids=["kept", "broken"]
)
def test_a_bound_counts_only_where_it_is_broken(sign, error):
    scores = row_scores(told([2.5]), measured([99.0], sign))
    assert scores["error"].iloc[0] == pytest.approx(error)


def test_a_cell_that_would_not_run_counts_as_zero_nines():
    rows = measured([np.nan], "", "would_not_run")
    assert row_scores(told([2.0], runs=0.25), rows)["error"].iloc[0] == 0.5


def test_gaps_and_their_root_mean_square():
    values = gaps(np.array([1.0, 3.0]), np.array([2.0, 2.0]), np.array([0.0, 1.0]))
    assert values.tolist() == [-1.0, 0.0]
    assert root_mean_square(np.array([3.0, -4.0])) == pytest.approx(12.5**0.5)
