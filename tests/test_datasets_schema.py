import numpy as np
import pytest

from sodalyte.datasets.checking.schema import validate_efficiencies, validate_oxidation
from sodalyte.datasets.joining.training import CE_LOADERS
from sodalyte.datasets.loading.oxidation import (
    load_oxidation_onsets,
    load_oxidative_limits,
)


@pytest.mark.parametrize("load", CE_LOADERS, ids=lambda f: f.__name__)
def test_bundled_efficiencies_keep_the_schema(load):
    frame = load().frame
    assert validate_efficiencies(frame) is frame


@pytest.mark.parametrize(
    "load", [load_oxidation_onsets, load_oxidative_limits], ids=lambda f: f.__name__
)
def test_bundled_limits_keep_the_schema(load):
    validate_oxidation(load().frame)


@pytest.mark.parametrize(
    ("column", "value", "match"),
    [
        ("ce_percent", 100.5, r"ce_percent 100\.5"),
        ("ce_qualifier", "approximately", "ce_qualifier 'approximately'"),
        ("outcome", "exploded", "outcome 'exploded'"),
        ("metal", "Xx", "metal 'Xx'"),
        ("work", "", "work ''"),
        ("method", "guess", "a bundled row has a method of the list"),
        ("current_density_mA_per_cm2", -1.0, "current_density_mA_per_cm2 -1"),
        ("outcome", "would_not_run", "would not run has no efficiency"),
        ("outcome", "failed_early", "failed early has an upper bound"),
        ("ce_qualifier", "", "an efficiency and its qualifier stand together"),
    ],
)
def test_a_broken_row_is_named(column, value, match):
    frame = CE_LOADERS[0]().frame
    frame.loc[0, column] = value
    with pytest.raises(ValueError, match=match):
        validate_efficiencies(frame)


def test_a_repeated_row_and_a_missing_column():
    frame = CE_LOADERS[0]().frame
    frame.loc[1, "row_id"] = frame.loc[0, "row_id"]
    with pytest.raises(ValueError, match="row_id"):
        validate_efficiencies(frame)
    with pytest.raises(ValueError, match="doi"):
        validate_efficiencies(CE_LOADERS[0]().frame.drop(columns="doi"))


def test_limits_of_an_unknown_quantity():
    frame = load_oxidative_limits().frame
    frame.loc[0, "quantity"] = "voltage"
    with pytest.raises(ValueError, match="quantity 'voltage'"):
        validate_oxidation(frame)


def test_five_cells_and_the_count():
    frame = CE_LOADERS[0]().frame
    frame["temperature_C"] = np.full(len(frame), 999.0)
    with pytest.raises(ValueError, match="40 cells break it") as error:
        validate_efficiencies(frame)
    assert str(error.value).count("temperature_C 999.0") == 5
