import numpy as np
import pytest

from sodalyte.datasets.components.catalogue import load_catalogue, use_components
from sodalyte.datasets.formulations.formulation import Formulation
from sodalyte.featurizers import electrolyte_cost


def priced(quality="measured"):
    """The catalogue with two quotations; it has prices of four solvents alone."""
    catalogue = load_catalogue()
    for name, low, high in (("NaPF6", 8.0, 20.0), ("G2", 4.0, 8.0)):
        catalogue = catalogue.with_component(
            name=name,
            properties={"price_USD_per_kg_low": low, "price_USD_per_kg_high": high},
            quality=quality,
            source="quotation",
        )
    return catalogue


def test_cost_by_hand():
    formulation = Formulation.from_text("1 M NaPF6 in G2")
    catalogue = priced()

    with use_components(catalogue):
        row = electrolyte_cost([formulation]).iloc[0]

    grams_per_L = {
        component.name: molarity * component.molar_mass_g_per_mol
        for component, molarity in zip(
            formulation.components, formulation.molarity_mol_per_L, strict=True
        )
    }
    for bound in ("low", "high"):
        expected = sum(
            grams / 1000 * catalogue.properties(name)[f"price_USD_per_kg_{bound}"]
            for name, grams in grams_per_L.items()
        )
        assert row[f"cost_USD_per_L_{bound}"] == pytest.approx(expected)
    assert row["priced_mass_fraction"] == pytest.approx(1.0)


def test_a_missing_price_is_missing_not_zero():
    row = electrolyte_cost([Formulation.from_text("1 M NaPF6 in DMC")]).iloc[0]

    assert np.isnan(row["cost_USD_per_L_low"])
    assert 0 < row["priced_mass_fraction"] < 1


@pytest.mark.parametrize("quality", ["measured", "unverified"])
def test_the_worst_quality_of_a_price_is_said(quality):
    with use_components(priced(quality)):
        row = electrolyte_cost([Formulation.from_text("1 M NaPF6 in G2")]).iloc[0]

    assert row["price_quality"] == quality


def test_without_any_price_there_is_no_cost():
    row = electrolyte_cost([Formulation.from_text("1 M NaPF6 in G2")]).iloc[0]

    assert row["priced_mass_fraction"] == 0
    assert row["price_quality"] == "none"
