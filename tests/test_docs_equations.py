"""The page of equations states the constants that the models use."""

from pathlib import Path

import pytest

from sodalyte.models.calibration import IntervalCalibration
from sodalyte.models.candidates import WHITEN, candidate_members
from sodalyte.models.domain import ApplicabilityDomain
from sodalyte.models.gaussian_process import GaussianProcess
from sodalyte.models.kernels import Factor, Term
from sodalyte.models.members import ProcessMember
from sodalyte.models.oxidative_limit import OxidativeLimit, prior_table
from sodalyte.models.running import RunClassifier
from sodalyte.models.selection import _FLOOR

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs/science-surrogates-equations.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("words", "used"),
    [
        ("| A_lin | 0.5 nines |", ProcessMember().linear_amplitude == 0.5),
        ("| A_work | 0.35 nines | 0.5 |", ProcessMember().work_std == 0.35),
        ("| L of each block | 1 ", Factor("rbf", (0,)).length_scale == 1.0),
        ("(in scaled columns) | 0.7 |", Factor("rbf", (0,)).length_spread == 0.7),
        ("nines | 0.7 |", Term(()).amplitude_spread == 0.7),
        (
            "noise of an ordinary row | 0.3 nines | 0.5 |",
            (GaussianProcess().noise, GaussianProcess().noise_spread) == (0.3, 0.5),
        ),
        ("(l_k / l_1)^2 + 0.1 )", WHITEN == 0.1),
        (
            "a linear term (3) and a Matern-3/2 term (0.1), all held fixed",
            (RunClassifier().linear, RunClassifier().local, RunClassifier().spread)
            == (3.0, 0.1, 0.0),
        ),
        ("max_i log q_i(row), -50 )", _FLOOR == -50.0),
        ("ceil(0.9 (n + 1))", IntervalCalibration().level == 0.9),
        ("95 % of the measured rows", ApplicabilityDomain().share == 0.95),
        ("0.25 V of scatter", OxidativeLimit().model_std_V == 0.25),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_constant_is_that_of_the_code(words, used):
    assert words in PAGE
    assert used


@pytest.mark.parametrize("row", range(3))
def test_priors_of_the_limit_are_those_of_the_table(row):
    prior = prior_table().iloc[row]
    line = next(x for x in PAGE.splitlines() if x.startswith(f"| w_{row} |"))
    assert f"| {prior['mean']:g} \u00b1 {prior['std']:g} V" in line
    if row:
        assert f"{prior['reference']:g}" in PAGE


def test_members_are_the_factorial_that_the_page_names():
    kinds = {(m.local[:-1], m.linear, m.failures) for m in candidate_members()}
    assert len(kinds) == 3 * 2 * 2
