import pytest

from sodalyte.datasets.components.catalogue import load_catalogue
from sodalyte.datasets.components.custom_values import own_values

G2 = load_catalogue()["G2"]


def test_values_are_those_at_25_degC_where_that_matters():
    given = {"viscosity_mPa_s": 1.1, "flash_point_C": 57, "ghs_hazards": "H226"}
    values = own_values(G2, {"properties": given, "source": "our lab"})
    found = {v.property_name: (v.value, v.temperature_C) for v in values}
    assert found == {
        "viscosity_mPa_s": (1.1, 25.0),
        "flash_point_C": (57.0, None),
        "ghs_hazards": ("H226", None),
    }
    assert {(v.quality, v.source_kind, v.source) for v in values} == {
        ("measured", "own", "our lab")
    }


def test_a_density_becomes_a_value_where_the_component_is_new():
    stated = own_values(G2, {"smiles": "-", "density_g_per_mL": 0.94})
    estimated = own_values(G2, {"smiles": "-"})
    assert [v.quality for v in stated] == ["measured"]
    assert [v.quality for v in estimated] == ["estimated"]
    assert own_values(G2, {}) == []


@pytest.mark.parametrize(
    "properties", [{"flash_point_C": "21"}, {"ghs_hazards": 225}, {"viscosity": True}]
)
def test_a_value_has_the_kind_of_its_property(properties):
    with pytest.raises(ValueError, match="A property is"):
        own_values(G2, {"properties": properties})
