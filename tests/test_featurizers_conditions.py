import numpy as np
import pandas as pd
import pytest

from sodalyte.datasets import load_anode_free_cells, load_plating_ce
from sodalyte.featurizers.conditions import (
    BASE_CLASSES,
    COATING_CLASSES,
    condition_features,
    parse_collector,
)


@pytest.mark.parametrize(
    ("text", "base", "coating", "is_porous"),
    [
        ("Cu", "cu", "none", False),
        ("copper foil", "cu", "none", False),
        ("Al", "al", "none", False),
        ("Zn foil", "zn", "none", False),
        ("α-brass", "zn", "none", False),
        ("stainless steel", "steel", "none", False),
        ("carbon-coated Al", "al", "carbon", False),
        ("Al@C", "al", "carbon", False),
        ("Al@G", "al", "carbon", False),
        ("Cu@Au", "cu", "sodiophilic", False),
        ("Sb@Cu", "cu", "sodiophilic", False),
        ("Au on Cu", "cu", "sodiophilic", False),
        ("Bi-modified Cu", "cu", "sodiophilic", False),
        ("Cu3P nanowires on Cu", "cu", "sodiophilic", True),
        ("porous Al", "al", "none", True),
        ("3D Ni", "ni", "none", True),
        ("carbon fibers", "carbon", "none", True),
        ("Ag aerogel", "other", "sodiophilic", True),
        ("zeolite-coated Cu", "cu", "film", False),
        ("NbC-coated Cu", "cu", "other", False),
    ],
)
def test_collector_names_of_papers(text, base, coating, is_porous):
    collector = parse_collector(text)

    assert (collector.base, collector.coating) == (base, coating)
    assert collector.is_porous is is_porous
    assert not collector.is_unknown


def test_unknown_collector_is_accepted_and_flagged():
    collector = parse_collector("unobtainium")
    columns = condition_features({"collector": "unobtainium"}, 1)

    assert collector.is_unknown
    assert collector.base == "other"
    assert columns["collector_is_unknown"][0] == 1.0
    assert columns["is_nucleation_overpotential_known"][0] == 0.0


def test_every_collector_of_the_data_is_known():
    for dataset in (load_plating_ce(), load_anode_free_cells()):
        names = dataset.frame["collector"].fillna("").unique()
        unknown = [name for name in names if name and parse_collector(name).is_unknown]
        assert unknown == []


@pytest.mark.parametrize(
    ("text", "coating", "overpotential_mV"),
    [
        # Li et al., Nat. Energy 2022, in Wang et al., Chem. Sci. 2025,
        # 10.1039/d4sc06630h: rule U068
        ("carbon-coated Al", "graphitic carbon", 16.4),
        ("carbon-coated Al", "amorphous carbon", 25.7),
        # Yang et al., iScience 2023, 10.1016/j.isci.2023.105982: Al foil 32 to 81 mV
        ("Al", "", 56.5),
    ],
)
def test_nucleation_overpotentials_of_the_reviews(text, coating, overpotential_mV):
    collector = parse_collector(text, coating)

    assert collector.nucleation_overpotential_mV == overpotential_mV


def test_gold_binds_sodium_more_strongly_than_copper():
    # rule U073: Tang et al., Nano Energy 2018, in 10.1039/d4sc06630h
    gold = parse_collector("Au-coated Cu").binding_energy_eV
    copper = parse_collector("Cu").binding_energy_eV

    assert gold == -1.947
    assert copper == -1.379


def test_one_hot_columns_are_one_hot():
    texts = ["Cu", "Al", "carbon-coated Al", "unobtainium", "porous Al", "Zn"]
    columns = condition_features(pd.DataFrame({"collector": texts}), len(texts))

    bases = sum(columns[f"collector_is_{name}"] for name in BASE_CLASSES)
    coatings = sum(columns[f"coating_is_{name}"] for name in COATING_CLASSES[1:])
    np.testing.assert_array_equal(bases, 1.0)
    assert set(coatings) <= {0.0, 1.0}


def test_missing_conditions_read_the_reference_and_say_so():
    frame = pd.DataFrame(
        {
            "current_density_mA_per_cm2": [1.0, np.nan],
            "temperature_C": [-40.0, 25.0],
        }
    )

    columns = condition_features(frame, 2)

    np.testing.assert_allclose(columns["log10_current_density"], [0, np.log10(0.5)])
    np.testing.assert_array_equal(columns["is_current_density_assumed"], [0, 1])
    np.testing.assert_array_equal(columns["is_areal_capacity_assumed"], [1, 1])
    np.testing.assert_array_equal(columns["temperature_C"], [-40, 25])
    assert all(np.isfinite(values).all() for values in columns.values())


def test_no_conditions_are_the_reference_protocol():
    columns = condition_features(None, 3)

    assert columns["collector_is_cu"].tolist() == [1.0] * 3
    assert columns["areal_capacity_mAh_per_cm2"].tolist() == [1.0] * 3
    assert columns["temperature_C"].tolist() == [25.0] * 3


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("current_density_mA_per_cm2", 0.0),
        ("current_density_mA_per_cm2", -1.0),
        ("areal_capacity_mAh_per_cm2", 0.0),
        ("temperature_C", -300.0),
        ("temperature_C", np.inf),
    ],
)
def test_impossible_conditions_are_named(column, value):
    frame = pd.DataFrame({column: [1.0, value, value]})

    with pytest.raises(ValueError, match=f"{column}.*2 rows break this: row 1"):
        condition_features(frame, 3)


def test_text_in_place_of_a_number_is_named():
    frame = pd.DataFrame({"temperature_C": ["25", "", "room"]})

    with pytest.raises(ValueError, match="1 rows break this: row 2 has"):
        condition_features(frame, 3)


def test_numbers_as_text_and_empty_cells_read():
    columns = condition_features(pd.DataFrame({"temperature_C": ["-20", ""]}), 2)

    assert columns["temperature_C"].tolist() == [-20.0, 25.0]
    assert columns["is_temperature_assumed"].tolist() == [0.0, 1.0]


def test_rows_must_match():
    with pytest.raises(ValueError, match="2 formulations came with 3 rows"):
        condition_features(pd.DataFrame({"collector": ["Cu"] * 3}), 2)
