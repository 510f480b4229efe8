import csv
from pathlib import Path

import numpy as np
import pytest

import sodalyte.featurizers
from sodalyte.datasets.components.catalogue import load_catalogue
from sodalyte.featurizers.ingredients import bulk_parameters
from sodalyte.featurizers.liquids import temperature_slopes


def shipped():
    path = Path(sodalyte.featurizers.__file__).parent / "tables" / "liquids.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_shipped_slopes_are_those_of_the_catalogue():
    assert shipped() == temperature_slopes(load_catalogue())


def test_slopes_are_physical():
    texts = [row["expansion_per_K"] for row in shipped()]
    expansions = [float(text) for text in texts if text]

    assert len(expansions) > 35
    assert 5e-4 < min(expansions) < max(expansions) < 2e-3
    assert bulk_parameters()["density"]["expansion_per_K"] == pytest.approx(
        np.median(expansions), rel=0.05
    )


def test_the_rule_for_unmeasured_slopes_is_the_fit_it_says():
    catalogue = load_catalogue()
    points = [
        (
            np.log(catalogue.properties(row["name"])["viscosity_mPa_s"]),
            float(row["viscosity_activation_K"]),
        )
        for row in shipped()
        if row["viscosity_activation_K"]
    ]
    x, y = np.array(points).T

    slope, constant = np.polyfit(x, y, 1)

    flow = bulk_parameters()["viscosity"]
    assert len(points) == 5
    assert flow["activation_K"] == pytest.approx(constant, rel=0.02)
    assert flow["activation_per_ln_viscosity_K"] == pytest.approx(slope, rel=0.05)
