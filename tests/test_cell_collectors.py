"""Collectors as papers write them."""

import pytest

from sodalyte.models.cell import CellDesign, CellModel, ElectrolyteProperties
from sodalyte.models.cell.collectors import load_collectors, resolve_collector


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Cu", "Cu"),
        ("Cu foil", "Cu"),
        ("Al", "Al"),
        ("Carbon-coated Al foil", "carbon-coated Al"),
        ("Al/C", "carbon-coated Al"),
        ("Zn", "Zn"),
        ("stainless steel", "stainless steel"),
        ("porous Al", "porous Al"),
        ("3D Ni", "3D Ni"),
        ("carbon fibers", "carbon fibers"),
        ("carbon cloth", "carbon fibers"),
    ],
)
def test_names_resolve(text, key):
    found = resolve_collector(text)
    assert (found.key, found.is_known) == (key, True)


def test_an_unknown_one_stands_on_its_foil():
    found = resolve_collector("Bi modified Cu foil")
    assert (found.key, found.is_known) == ("Cu", False)
    assert resolve_collector("something new").key == "Cu"


def test_an_unknown_one_is_flagged_and_more_uncertain():
    electrolyte = ElectrolyteProperties.from_ce_percent(99.9)
    known, unknown = (
        CellModel("realistic").evaluate(electrolyte, CellDesign(collector=text))
        for text in ("Cu", "FCTF-coated Cu")
    )
    assert "collector_unknown" in unknown.flags(0)
    assert "collector_unknown" not in known.flags(0)
    for name in ("cycle_life_80", "specific_energy_stack_Wh_per_kg"):
        assert unknown.low[name][0] < known.low[name][0]
        assert unknown.high[name][0] > known.high[name][0]


def test_heavier_collectors_cost_energy():
    energy = {
        key: CellModel()
        .evaluate(
            ElectrolyteProperties.from_ce_percent(99.9), CellDesign(collector=key)
        )
        .specific_energy_cell_Wh_per_kg[0]
        for key in load_collectors()
    }
    assert energy["Al"] > energy["Cu"] > energy["Zn"]
