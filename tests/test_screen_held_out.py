import numpy as np
import pytest

from sodalyte.screen.judging.held_out import held_out_predictions
from sodalyte.screen.surrogates.training import training_table


@pytest.fixture(scope="module")
def held_out():
    X, frame, _ = training_table()
    return held_out_predictions(X, frame, n_splits=2)


@pytest.mark.slow
def test_every_row_is_predicted_once_with_an_ordered_interval(held_out):
    table = held_out.table
    assert table[["nines_low", "nines_median", "nines_high"]].notna().all(axis=None)
    assert (table["nines_low"] <= table["nines_median"]).all()
    assert (table["nines_median"] <= table["nines_high"]).all()
    assert set(table["side"]) <= {-1.0, 0.0, 1.0}
    assert (table.loc[~table["ran"] & (table["side"] == 0), "nines"] == 0).all()


@pytest.mark.slow
def test_predictions_are_blind_to_their_own_row(held_out):
    X, frame, _ = training_table()
    other = frame.assign(ce_percent=frame["ce_percent"].where(frame.index != 4, 50.0))
    again = held_out_predictions(X, other, n_splits=2)
    same = held_out.table["group"] == frame.loc[4, "work"]
    ours, theirs = held_out.table, again.table
    assert np.allclose(ours["nines_median"][same], theirs["nines_median"][same])
    assert not np.allclose(ours["nines_median"][~same], theirs["nines_median"][~same])


@pytest.mark.slow
def test_coverage_counts_rows_and_grows_with_the_promise(held_out):
    coverage = held_out.coverage([0.2, 0.9, 0.99])
    assert coverage["observed"].is_monotonic_increasing
    assert (coverage["n"] == len(held_out.table)).all()
    inside = held_out.table.eval(
        "(nines >= nines_low or side > 0) and (nines <= nines_high or side < 0)"
    )
    assert coverage["observed"].iloc[1] == pytest.approx(inside.mean())
    assert (coverage["observed_low"] < coverage["observed"]).all()


def test_rows_measured_later_are_predicted_as_they_come():
    from sodalyte import predict
    from sodalyte.screen.judging.held_out import prospective_predictions
    from sodalyte.screen.surrogates.training import default_predictors

    frame = training_table()[1].iloc[:2]
    told = prospective_predictions(default_predictors(), frame).table
    again = predict(list(frame["formulation"]))
    percent = 100 * (1 - 10 ** -told["nines_median"])
    assert percent.tolist() == pytest.approx(again["ce_percent_median"].tolist())
    assert told["nines"].tolist() == pytest.approx(
        (-np.log10(1 - frame["ce_percent"] / 100)).tolist()
    )
