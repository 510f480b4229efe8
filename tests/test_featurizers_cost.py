import numpy as np
import pytest

from sodalyte.datasets.catalogue import load_catalogue
from sodalyte.datasets.formulation import Formulation
from sodalyte.featurizers import electrolyte_cost


def test_cost_by_hand():
    formulation = Formulation.from_text("1 M NaPF6 in G2")
    catalogue = load_catalogue()

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
    row = electrolyte_cost([Formulation.from_text("1 M NaPF6 in HFE-7100")]).iloc[0]

    assert np.isnan(row["cost_USD_per_L_low"])
    assert 0 < row["priced_mass_fraction"] < 1


def test_recalled_prices_are_called_unverified():
    row = electrolyte_cost([Formulation.from_text("1 M NaPF6 in G2")]).iloc[0]

    assert row["price_quality"] == "unverified"
