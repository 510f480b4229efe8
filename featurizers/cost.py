"""Estimate what the ingredients of an electrolyte cost; gaps are shown, not zero."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sodalyte.featurizers.amounts import Amounts, Formulations, amounts_in_blocks
from sodalyte.featurizers.ingredients import catalogue_properties

__all__ = ["electrolyte_cost"]

ROWS_AT_ONCE = 65_536


def electrolyte_cost(formulations: Formulations) -> pd.DataFrame:
    """Price a litre of electrolyte at bulk prices.

    Parameters
    ----------
    formulations : sequence of Formulation or FormulationArray

    Returns
    -------
    DataFrame of shape (n, 4)
        ``cost_USD_per_L_low`` and ``cost_USD_per_L_high``: sum of mass times the lower
        and upper bulk price of the catalogue, NaN where an ingredient has no price;
        ``priced_mass_fraction``: mass share of the ingredients with a price;
        ``price_quality``: "none" where that share is 0, else the worst quality of the
        prices used.

    Notes
    -----
    Not a block of ``design_matrix``: what a bottle costs says nothing about how it
    plates, and a missing price must stay missing. The catalogue has dated prices of
    four carbonates and ethers; give your own quotations with
    `sodalyte.datasets.components.catalogue.use_components`.
    """
    return pd.concat(
        [_cost(mixture) for mixture in amounts_in_blocks(formulations, ROWS_AT_ONCE)],
        ignore_index=True,
    )


def _cost(mixture: Amounts) -> pd.DataFrame:
    table = mixture.ingredients
    known = [catalogue_properties(one) for one in table.components]
    mass = mixture.total(table.molar_mass_g_per_mol)
    litres = mixture.volume_mL_per_mol / 1000.0
    columns: dict[str, NDArray[np.float64]] = {}
    priced = np.array(["price_USD_per_kg_low" in one for one in known])
    covered = mixture.total(np.where(priced, table.molar_mass_g_per_mol, 0.0)) / mass
    for bound in ("low", "high"):
        name = f"price_USD_per_kg_{bound}"
        price = np.array([float(one.get(name, 0.0)) for one in known])
        kilograms = table.molar_mass_g_per_mol / 1000.0
        cost = mixture.total(price * kilograms) / litres
        columns[f"cost_USD_per_L_{bound}"] = np.where(
            covered > 1.0 - 1e-9, cost, np.nan
        )
    columns["priced_mass_fraction"] = covered
    unverified = np.array(
        [one.get("price_USD_per_kg_low_quality") == "unverified" for one in known]
    )
    is_unverified = mixture.total((priced & unverified).astype(float)) > 0
    quality = np.where(is_unverified, "unverified", "measured")
    return pd.DataFrame(columns).assign(
        price_quality=np.where(covered > 0, quality, "none")
    )
