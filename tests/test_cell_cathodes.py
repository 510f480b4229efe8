"""Cathodes: curves keep their cited mean, names resolve, a user adds one."""

import numpy as np
import pytest

from sodalyte.models.cell import CellDesign, CellModel, ElectrolyteProperties
from sodalyte.models.cell.cathodes import (
    cathode_from_mapping,
    load_cathodes,
    open_circuit_curve,
    resolve_cathode,
)
from sodalyte.models.cell.parameters import read_parameter_file

KEYS = ["NVP", "Na4VP", "Na5VP", "NVPF", "NNCFM", "P2", "PW", "PB", "NaCrO2", "FeS2"]

FIRST_TEN = dict(list(load_cathodes().items())[:10])


def test_the_keys_of_the_command_line_exist():
    assert list(load_cathodes()) == KEYS


@pytest.mark.parametrize("key", KEYS)
def test_curve_falls_keeps_its_mean_and_spans_the_window(key):
    cathode = load_cathodes()[key]
    assert (np.diff(cathode.voltage_V) <= 1e-12).all()
    assert cathode.cumulative_energy_V[-1] == pytest.approx(
        cathode["mean_voltage_V"], abs=0.01
    )
    assert cathode.voltage_V[0] == pytest.approx(cathode["upper_cutoff_V"], abs=0.02)
    assert cathode.voltage_V[-1] == pytest.approx(cathode["lower_cutoff_V"], abs=0.02)


def has_reason(source):
    reason = source.removeprefix("assumption").strip(": ")
    return len(reason) > 15 and "believed" not in source


@pytest.mark.parametrize("key", KEYS)
def test_every_value_has_unit_range_and_source_or_a_reason(key):
    table = read_parameter_file("cathodes.toml")[key]
    values = {name: entry for name, entry in table.items() if isinstance(entry, dict)}
    assert {"capacity_mAh_per_g", "mean_voltage_V", "host_fade_per_cycle"} < set(values)
    numbers = {n for n, entry in table.items() if isinstance(entry, (int, float))}
    assert numbers <= {"needs_presodiation"}
    for name, entry in values.items():
        assert {"unit", "low", "high", "source"} <= set(entry), name
        assert entry["unit"], name
        assert has_reason(entry["source"]), name
        assert entry["low"] <= entry.get("value", 0.0) <= entry["high"], name
        assert entry["low"] < entry["high"] or entry["source"].startswith(
            ("computed", "definition")
        ), name


@pytest.mark.parametrize("key", KEYS)
def test_the_curve_passes_the_published_points(key):
    cathode, entry = load_cathodes()[key], read_parameter_file("cathodes.toml")[key]
    points = entry["curve"]
    built = np.interp(points["depth"], cathode.depth, cathode.voltage_V)
    assert len(points["depth"]) == len(points["voltage_V"])
    assert len(points["depth"]) >= 4 or points["source"].startswith("assumption")
    for found, read in zip(built, points["voltage_V"], strict=True):
        assert points["low"] <= found - read <= points["high"]


def test_what_is_still_assumed_is_known():
    assumed = {
        (key, name)
        for key, cathode in FIRST_TEN.items()
        for name, parameter in cathode.parameters.items()
        if parameter.is_assumption
    }
    assert assumed == set()
    shapes = {k for k, c in FIRST_TEN.items() if "assumption" in c.curve_source}
    assert shapes == set()


def test_what_is_rough_inside_a_citation_is_known():
    name = "kinetic_current_A_per_cm3"
    sources = {k: c.parameters[name].source for k, c in FIRST_TEN.items()}
    assert {k for k, s in sources.items() if "x 6.7 is rough" in s} == {
        "NNCFM",
        "P2",
        "PW",
        "PB",
    }
    equal = {k for k, c in FIRST_TEN.items() if "taken as equal" in c.curve_source}
    assert equal == {"FeS2"}


def test_a_host_fade_needs_a_positive_range():
    table = read_parameter_file("cathodes.toml")["NVP"]
    fade = {**table["host_fade_per_cycle"], "low": 0.0}
    with pytest.raises(ValueError, match="range above 0"):
        cathode_from_mapping("MINE", {**table, "host_fade_per_cycle": fade})


@pytest.mark.parametrize("key", KEYS)
def test_every_cathode_gives_a_cell(key):
    result = CellModel("realistic").evaluate(
        ElectrolyteProperties.from_ce_percent(99.9),
        CellDesign(cathode=key, electrolyte_ratio_g_per_Ah=4.0),
    )
    assert 0 < result.specific_energy_cell_Wh_per_kg[0] < 350


@pytest.mark.parametrize(
    ("text", "key"),
    [("Na3V2(PO4)3", "NVP"), ("prussian white", "PW"), ("nvpf", "NVPF")],
)
def test_aliases_resolve(text, key):
    assert resolve_cathode(text).key == key


def test_unknown_cathode_names_the_nearest():
    with pytest.raises(KeyError, match="NVPF"):
        resolve_cathode("NVPFF")


def test_shares_must_sum_to_one():
    with pytest.raises(ValueError, match="sum to 1"):
        open_circuit_curve([[0.5, 3.0, 0.1]], 3.0, 4.0, 2.0)


def test_a_user_adds_a_cathode(tmp_path):
    table = read_parameter_file("cathodes.toml")["NVP"]
    lines = ["[MINE]", 'name = "mine"', 'formula = "NaX"']
    lines.append(f"plateaus = {table['plateaus']}")
    lines.append('curve = { unit = "V", low = -0.1, high = 0.1, source = "mine" }')
    for name, entry in table.items():
        if isinstance(entry, dict) and "value" in entry:
            value = entry["value"] * (1.1 if name.startswith("capacity") else 1.0)
            lines.append(
                f"{name} = {{ value = {value}, low = {min(value, entry['low'])}, "
                f'high = {max(value, entry["high"])}, unit = "u", source = "mine" }}'
            )
    path = tmp_path / "mine.toml"
    path.write_text("\n".join(lines))
    mine = CellDesign(cathode=str(path)).material
    assert mine.key == "MINE"
    assert mine["capacity_mAh_per_g"] == pytest.approx(
        1.1 * load_cathodes()["NVP"]["capacity_mAh_per_g"]
    )


def test_an_incomplete_cathode_says_what_is_missing(tmp_path):
    path = tmp_path / "half.toml"
    path.write_text("[HALF]\nname = 'half'\nplateaus = [[1.0, 3.0, 0.1]]\n")
    with pytest.raises(ValueError, match=r"HALF lacks .*capacity_mAh_per_g"):
        CellDesign(cathode=str(path))


def test_a_sodium_poor_cathode_is_flagged():
    flagged = {
        key
        for key in KEYS
        if "cathode_supposed_sodiated"
        in CellModel()
        .evaluate(ElectrolyteProperties(nines_mean=3.0), CellDesign(cathode=key))
        .flags(0)
    }
    assert flagged == {"P2", "PB", "FeS2"}
