import numpy as np
import pandas as pd
import pytest

from sodalyte.models.observations import failure_ceiling, read_observations

FRAME = pd.DataFrame(
    {
        "outcome": ["ran", "ran", "failed_early", "would_not_run", "failed_early"],
        "ce_percent": [99.0, 99.9, 10.0, np.nan, 80.0],
        "ce_qualifier": ["~", ">", "<", "", "<"],
        "work": list("aabbc"),
    }
)
X = pd.DataFrame({"a": np.arange(5.0)})


def test_values_bounds_and_failures():
    rows = read_observations(X, FRAME)
    assert rows["has_nines"].tolist() == [True, True, False, False, False]
    assert rows["side"].tolist() == [0, 1, -1, -1, -1]
    assert rows["ratio"].tolist() == [2, 1, 1, 1, 1]
    np.testing.assert_allclose(rows["nines"][:2], [2, 3])
    # bounds of failed cells: 20 % at least, the printed one if higher
    np.testing.assert_allclose(rows["nines"][2:], -np.log10([0.8, 0.8, 0.2]))


def test_ceiling_is_the_median_bound_of_failed_cells():
    assert failure_ceiling(FRAME) == 45.0


def test_missing_columns_are_named():
    with pytest.raises(ValueError, match=r"missing columns: \['work'\]"):
        read_observations(X, FRAME.drop(columns="work"))


def test_a_frame_without_runners_is_refused():
    with pytest.raises(ValueError, match="needs cells that ran"):
        read_observations(X[2:], FRAME[2:])
