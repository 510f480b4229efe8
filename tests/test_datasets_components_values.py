import dataclasses

import pytest

from sodalyte.datasets.components.values import (
    PropertyValue,
    density_relative_std,
    group_values,
    resolve,
)

MEASURED = PropertyValue(
    component="X",
    property_name="density_g_per_mL",
    value=1.0,
    unit="g/mL",
    temperature_C=25.0,
    medium="",
    quality="measured",
    source_kind="primary",
    uncertainty="",
    source="paper",
    doi="10.1/x",
    note="",
)


def value(number, **changes):
    return dataclasses.replace(MEASURED, value=number, **changes)


def test_primary_beats_handbook_beats_compiled():
    handbook = value(2.0, source_kind="handbook")
    compiled = value(3.0, source_kind="compiled")
    assert resolve([compiled, handbook, value(1.0)]).value == 1.0
    assert resolve([compiled, handbook]).value == 2.0


def test_measured_beats_estimated_beats_unverified():
    estimated = value(2.0, quality="estimated", source_kind="predicted")
    recalled = value(3.0, quality="unverified", source_kind="recalled-3")
    assert resolve([recalled, estimated]).quality == "estimated"
    warm = value(1.0, source_kind="review", temperature_C=60.0)
    assert resolve([recalled, estimated, warm]).value == 1.0


def test_higher_confidence_of_recalled_values_wins():
    sure = value(1.0, quality="unverified", source_kind="recalled-3")
    unsure = value(2.0, quality="unverified", source_kind="recalled-1")
    assert resolve([unsure, sure]).value == 1.0


def test_temperature_near_25_comes_before_source_kind():
    warm = value(0.9, temperature_C=40.0)
    near = value(1.0, source_kind="compiled", temperature_C=24.9)
    found = resolve([warm, near])
    assert (found.value, found.temperature_C) == (1.0, 24.9)
    warmer = value(0.8, temperature_C=60.0)
    assert resolve([warmer, warm]).value == 0.9


def test_unstated_temperature_counts_as_room_temperature():
    unstated = value(1.1, temperature_C=None, source_kind="compiled")
    assert resolve([unstated, value(0.9, temperature_C=40.0)]).value == 1.1


def test_median_within_the_best_rank():
    found = resolve([value(1.0), value(1.2), value(5.0)])
    assert found.value == 1.2
    assert (found.minimum, found.maximum) == (1.0, 5.0)
    assert found.reason == "best rank of 3 values: measured, primary; median of 3"


@pytest.mark.parametrize(
    ("name", "expected"),
    [("melting_point_C", -14.0), ("flash_point_C", -54.0), ("boiling_point_C", -54.0)],
)
def test_of_two_middle_values_the_cautious_one_stands(name, expected):
    rows = [value(-14.0, property_name=name), value(-54.0, property_name=name)]
    assert resolve(rows).value == expected


def test_doubtful_values_step_back_but_stay_in_view():
    doubtful = value(9.0, note="DOUBTFUL: of another substance")
    recalled = value(1.0, quality="unverified", source_kind="recalled-2")
    assert resolve([doubtful, recalled]).value == 1.0
    alone = resolve([doubtful])
    assert (alone.value, alone.quality) == (9.0, "unverified")
    assert alone.reason == "only value, flagged doubtful"


def test_text_takes_the_first_of_the_best():
    name = "ghs_hazards"
    recalled = value("H226", property_name=name, quality="unverified")
    stated = value("H225", property_name=name, source_kind="supplier")
    assert resolve([recalled, stated]).value == "H225"


def test_volumes_are_averaged_over_media():
    name = "apparent_molar_volume_mL_per_mol"
    rows = [
        value(40.0, property_name=name, medium="DME", source_kind="derived"),
        value(60.0, property_name=name, medium="PC", source_kind="derived"),
        value(90.0, property_name=name, quality="estimated", source_kind="predicted"),
    ]
    found = resolve(rows)
    assert found.value == 50.0
    assert found.std == pytest.approx(14.142, abs=1e-3)
    assert found.reason == "mean over media (DME, PC)"


def test_sources_carry_their_doi_once():
    assert resolve([value(1.0), value(1.0)]).source == "paper, 10.1/x"


def test_no_values_is_an_error():
    with pytest.raises(ValueError, match="resolved from at least one value"):
        resolve([])


def test_density_uncertainty_grows_with_doubt():
    good = density_relative_std(resolve([value(1.0)]))
    cold = density_relative_std(resolve([value(1.0, temperature_C=20.0)]))
    compiled = density_relative_std(resolve([value(1.0, source_kind="compiled")]))
    recalled = value(1.0, quality="unverified", source_kind="recalled-2")
    assert good == pytest.approx(0.001)
    assert cold == pytest.approx(0.006)
    assert good < compiled < density_relative_std(resolve([recalled]))
    estimated = value(
        2.0, quality="estimated", source_kind="predicted", uncertainty="0.06"
    )
    assert density_relative_std(resolve([estimated])) == pytest.approx(0.03)


def test_solubilities_are_kept_per_medium():
    rows = [
        value(0.5, property_name="solubility_mol_per_L", medium="TMP"),
        value(0.7, property_name="solubility_mol_per_L", medium="NMP"),
    ]
    assert group_values(rows)["X"].keys() == {
        "solubility_mol_per_L_in_TMP",
        "solubility_mol_per_L_in_NMP",
    }
