"""Every bundled number carries unit, range and source."""

from importlib.resources import files

import pytest

from sodalyte.models.cell.parameters import (
    Parameter,
    parameters_from_mapping,
    read_parameter_file,
)

FOLDER = files("sodalyte.models.cell") / "parameters"
TOML = sorted(entry.name for entry in FOLDER.iterdir() if entry.name.endswith(".toml"))
WITHOUT_PARAMETERS = {"design.toml", "anchors.toml"}


def test_files_are_bundled():
    assert {"cathodes.toml", "collectors.toml", "formats.toml", "prices.toml"} <= set(
        TOML
    )


@pytest.mark.parametrize("name", [n for n in TOML if n not in WITHOUT_PARAMETERS])
def test_every_number_has_unit_range_and_source(name):
    document = read_parameter_file(name)
    found = dict(parameters_from_mapping(document, name))
    for key, table in document.items():
        if isinstance(table, dict) and "value" not in table:
            found.update(
                {
                    f"{key}.{inner}": parameter
                    for inner, parameter in parameters_from_mapping(table, key).items()
                }
            )
            bare = {
                inner
                for inner, value in table.items()
                if isinstance(value, (int, float)) and not isinstance(value, bool)
            }
            assert not bare, f"numbers without source in {name} [{key}]: {bare}"
    assert found
    for key, parameter in found.items():
        assert parameter.unit, key
        assert len(parameter.source) > 5, key
        if parameter.is_assumption:
            reason = parameter.source.partition(":")[2] or parameter.source[10:]
            assert len(reason.strip()) > 10, f"{key}: an assumption needs its reason"


def test_range_out_of_order_is_refused():
    with pytest.raises(ValueError, match="low <= value <= high"):
        Parameter(1.0, 2.0, 3.0, "V", "assumption")


def test_missing_source_names_the_value():
    table = {"x": {"value": 1.0, "unit": "V", "low": 0.0, "high": 2.0}}
    with pytest.raises(ValueError, match="x lacks source"):
        parameters_from_mapping(table, "here")


def test_assumptions_are_marked():
    assert Parameter(1, 1, 1, "1", "assumption: guess").is_assumption
    assert not Parameter(1, 1, 1, "1", "CRC Handbook").is_assumption


def test_unknown_file_is_refused():
    with pytest.raises(FileNotFoundError, match="neither bundled nor a path"):
        read_parameter_file("nowhere.toml")
