import numpy as np
import pytest

from sodalyte.datasets.formulations.formulation import Formulation
from sodalyte.featurizers.liquid_range import liquid_range


def of(*formulations):
    return liquid_range(
        [
            Formulation.from_text(one)
            if isinstance(one, str)
            else Formulation.from_mole_fractions(one)
            for one in formulations
        ]
    )


@pytest.mark.parametrize(
    ("name", "melting_C", "boiling_C"),
    # CRC Handbook values of the catalogue
    [("DME", -69.0, 84.85), ("G2", -64.0, 162.0), ("EC", 36.4, 246.0)],
)
def test_a_pure_liquid_reads_its_own_points(name, melting_C, boiling_C):
    row = of({name: 1.0}).iloc[0]

    assert row["liquidus_C"] == pytest.approx(melting_C, abs=1.0)
    assert row["boiling_point_C"] == pytest.approx(boiling_C, abs=2.0)
    assert row["liquidus_known_share"] == 1.0


def test_a_solute_lowers_the_liquidus_and_raises_the_boiling_point():
    pure, salted = of({"G2": 1.0}, "1 M NaPF6 in G2").to_dict("records")

    assert salted["liquidus_C"] < pure["liquidus_C"]
    assert salted["boiling_point_C"] > pure["boiling_point_C"]
    assert salted["flash_point_C"] > pure["flash_point_C"]


def test_the_liquidus_by_hand():
    # half-half by mole: T = Tm / (1 + R ln 2 / 56.5) of EC
    row = of({"EC": 1.0, "DEC": 1.0}).iloc[0]

    ec_K = of({"EC": 1.0}).iloc[0]["liquidus_C"] + 273.15
    expected = ec_K / (1 + 8.314462618 * np.log(2) / 56.5) - 273.15
    assert row["liquidus_C"] == pytest.approx(expected, abs=1e-6)


def test_a_mixture_boils_and_flashes_between_its_liquids():
    dme, mixed, g2 = of({"DME": 1.0}, {"DME": 1.0, "G2": 1.0}, {"G2": 1.0}).to_dict(
        "records"
    )

    for name in ("boiling_point_C", "flash_point_C"):
        assert dme[name] < mixed[name] < g2[name]


def test_ionic_liquids_have_no_points_and_say_so():
    row = of("NaFSI:EMIFSI 0.3:0.7 (mol)").iloc[0]

    assert np.isnan(row["liquidus_C"])
    assert row["liquidus_known_share"] == 0.0


def test_unknown_flash_points_are_seen_in_the_share():
    table = of({"DME": 1.0, "HFE-7100": 1.0}, {"DME": 1.0})

    assert table["flash_point_known_share"][0] < 1.0
    assert table["flash_point_known_share"][1] == 1.0
