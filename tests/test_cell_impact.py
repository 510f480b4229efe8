"""The footprint is the review's, and says on what basis."""

import pytest

from sodalyte.models.cell.impact import carbon_footprint


def test_footprint_spans_the_two_passages():
    found = carbon_footprint()
    assert found.value == pytest.approx(140.33 * 0.71)
    assert found.high == pytest.approx(140.33 * 0.926)
    assert "29 %" in found.source
