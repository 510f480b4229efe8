import numpy as np
import pytest

from sodalyte.models.calibration import IntervalCalibration, conformity_scores


@pytest.mark.parametrize("claimed", [0.3, 1.0, 4.0])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_calibrated_intervals_cover_as_promised(claimed, seed):
    rng = np.random.default_rng(seed)
    old, new = rng.normal(size=(2, 2000))
    exact = np.zeros(2000)
    claim = np.full(2000, claimed)
    factor = IntervalCalibration().fit(old, 0 * old, claim, exact).factor_
    covered = np.abs(new) <= 1.6449 * factor * claimed
    assert covered.mean() == pytest.approx(0.9, abs=0.03)


def test_kept_bounds_are_no_surprise_and_broken_ones_are():
    scores = conformity_scores(
        [1.0, 3.0, 1.0, 3.0], np.full(4, 2.0), np.ones(4), [1, 1, -1, -1]
    )
    assert scores.tolist() == [0.0, 1.0, 1.0, 0.0]
