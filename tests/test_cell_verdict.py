"""What ends a cell is named."""

import numpy as np
import pytest

from sodalyte.models.cell import (
    CellDesign,
    CellModel,
    ElectrolyteProperties,
    Protocol,
)


@pytest.mark.parametrize(
    ("expected", "profile", "fields", "design", "protocol"),
    [
        ("sodium", "ideal", {"nines_mean": 2.0}, {}, {}),
        ("none", "ideal", {"nines_mean": np.inf}, {}, {}),
        ("sodium", "realistic", {"nines_mean": 4.0}, {}, {}),
        ("cathode", "realistic", {"nines_mean": 4.0}, {"cathode": "P2"}, {}),
        ("sodium", "realistic", {"nines_mean": 2.0}, {}, {}),
        (
            "oxidation",
            "realistic",
            {"nines_mean": 4.0, "oxidative_limit_V_vs_Na": 3.2},
            {"cathode": "NVPF"},
            {},
        ),
        (
            "dry-out",
            "realistic",
            {"nines_mean": 2.0},
            {"cathode": "Na4VP", "electrolyte_ratio_g_per_Ah": 1.9},
            {},
        ),
        (
            "rate",
            "realistic",
            {"nines_mean": 3.0},
            {"areal_capacity_mAh_per_cm2": 8.0},
            {"discharge_rate_C": 2.0},
        ),
        ("does not run", "ideal", {"runs_probability": 0.1}, {}, {}),
        ("infeasible", "ideal", {}, {"electrolyte_ratio_g_per_Ah": 0.5}, {}),
    ],
    ids=str,
)
def test_mechanism(expected, profile, fields, design, protocol):
    fields = {"nines_mean": 3.0, **fields}
    result = CellModel(profile).evaluate(
        ElectrolyteProperties(**fields), CellDesign(**design), Protocol(**protocol)
    )
    assert result.limiting[0] == expected
