import numpy as np
import pytest

from sodalyte.models.nines import nines_from_percent, percent_from_nines


def test_three_nines():
    assert nines_from_percent(99.9) == pytest.approx(3.0)


def test_conversions_return():
    percent = np.array([-10.0, 0.0, 50.0, 99.0, 99.99])
    np.testing.assert_allclose(percent_from_nines(nines_from_percent(percent)), percent)


def test_one_hundred_percent_is_refused():
    with pytest.raises(ValueError, match="below 100"):
        nines_from_percent([99.0, 100.0])
