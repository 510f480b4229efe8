"""Designs from objects and from files."""

import pytest

from sodalyte.models.cell import (
    CellDesign,
    default_design,
    default_protocol,
    design_from_toml,
)


def test_the_bundled_design_is_a_practical_anode_free_pouch():
    design, protocol = default_design(), default_protocol()
    assert design.material.key == "NVP"
    assert (design.collector, design.format) == ("carbon-coated Al", "pouch")
    assert design.areal_capacity_mAh_per_cm2 == 3.0
    assert design.electrolyte_ratio_g_per_Ah == 3.0
    assert protocol.cycles == 200


def test_a_file_gives_design_and_protocol(tmp_path):
    path = tmp_path / "cell.toml"
    path.write_text(
        '[design]\ncathode = "NVPF"\ncollector = "Cu"\n'
        "[protocol]\ntemperature_C = 0.0\ncycles = 500\n"
    )
    design, protocol = design_from_toml(path)
    assert design.material.key == "NVPF"
    assert (protocol.temperature_C, protocol.cycles) == (0.0, 500)
    assert CellDesign.from_toml(path).collector == "Cu"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[design]\ncathod = "NVP"\n', "Came cathod"),
        ("[protocol]\nspeed = 1\n", "Came speed"),
        ("[cell]\nx = 1\n", "holds cell"),
        ("", "holds nothing"),
    ],
)
def test_unknown_names_are_refused(tmp_path, text, message):
    path = tmp_path / "cell.toml"
    path.write_text(text)
    with pytest.raises(ValueError, match=message):
        design_from_toml(path)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"areal_capacity_mAh_per_cm2": 0.0}, "not above 0"),
        ({"coating_porosity": 1.0}, r"not in \[0, 1\)"),
        ({"active_mass_fraction": 0.9, "binder_mass_fraction": 0.2}, "sum to"),
        ({"format": "brick"}, "format must be one of"),
    ],
)
def test_unbuildable_cells_are_refused(fields, message):
    with pytest.raises(ValueError, match=message):
        CellDesign(**fields)
