"""Compare the bulk estimates with every sodium electrolyte that was measured."""

import numpy as np
import pandas as pd

from sodalyte.featurizers.amounts import amounts
from sodalyte.featurizers.bulk import bulk_properties
from sodalyte.featurizers.liquid_range import liquid_range

__all__ = ["bulk_error_summary", "bulk_error_table"]

_COLUMNS = {
    "density": ("density_g_per_mL", "density_g_per_mL_std"),
    "conductivity": ("conductivity_mS_per_cm", "conductivity_mS_per_cm_ln_std"),
    "viscosity": ("viscosity_mPa_s", "viscosity_mPa_s_ln_std"),
    "salt_diffusion_coefficient": (
        "salt_diffusivity_m2_per_s",
        "salt_diffusivity_m2_per_s_ln_std",
    ),
    "cation_transference_number": ("transference_number", "transference_number_std"),
}
_FITTED = (" in PC", " in EC:PC", " in NMP")
_LAST_FITTED = "B067"
"""Rows that came later moved one constant alone, the association."""


def bulk_error_table() -> pd.DataFrame:
    """Predict every row of ``load_sodium_electrolytes`` and show the error.

    Returns
    -------
    DataFrame
        One row per measurement: ``row_id``, ``formulation``, ``temperature_C`` (25
        where the source says "room" or nothing), ``quantity``, ``measured``,
        ``predicted``, ``error`` (natural logarithm of the ratio for conductivity,
        viscosity and diffusivity, difference for density and transference number),
        ``std`` (the stated uncertainty of the same quantity), ``z`` (error over std),
        ``kind`` ("measured", or what the source leaves unclear), ``is_fitted`` (the row
        was used to fit all transport parameters), ``is_liquid`` (not below the ideal
        liquidus: a plastic crystal such as succinonitrile is outside the model) and
        ``source``.
    """
    from sodalyte.datasets import load_sodium_electrolytes
    from sodalyte.datasets.formulations.formulation import Formulation

    frame = load_sodium_electrolytes().frame
    texts = frame["formulation_reading"].where(
        frame["formulation_reading"] != "", frame["formulation_text"]
    )
    temperature = pd.to_numeric(frame["temperature_C"]).fillna(25.0).to_numpy()
    formulations = [Formulation.from_text(text) for text in texts]
    liquidus_C = liquid_range(formulations)["liquidus_C"].fillna(-273.15).to_numpy()
    mixture = amounts(formulations)
    estimates = bulk_properties(mixture, temperature)
    rows = []
    for i, row in enumerate(frame.to_dict("records")):
        value_name, std_name = _COLUMNS[row["quantity"]]
        predicted = float(getattr(estimates, value_name)[i])
        std = float(getattr(estimates, std_name)[i])
        measured = float(row["value"])
        is_log = std_name.endswith("_ln_std")
        error = np.log(predicted / measured) if is_log else predicted - measured
        rows.append(
            {
                "row_id": row["row_id"],
                "formulation": texts.iloc[i],
                "temperature_C": temperature[i],
                "quantity": row["quantity"],
                "measured": measured,
                "predicted": predicted,
                "error": error,
                "std": std,
                "z": error / std,
                "kind": row["mark"],
                "is_fitted": row["quantity"] == "conductivity"
                and row["row_id"] <= _LAST_FITTED
                and any(part in texts.iloc[i] for part in _FITTED),
                "is_liquid": bool(temperature[i] >= liquidus_C[i]),
                "source": row["source"],
            }
        )
    return pd.DataFrame(rows)


def bulk_error_summary() -> pd.DataFrame:
    """Sum the error table up by quantity and kind of source.

    Returns
    -------
    DataFrame
        ``quantity``, ``kind``, ``is_fitted``, ``is_liquid``, ``n``, ``bias`` (mean
        error), ``rmse``,
        ``worst`` (largest absolute error), ``share_within_2_std``; errors as in
        ``bulk_error_table``.
    """
    table = bulk_error_table()
    keys = ["quantity", "kind", "is_fitted", "is_liquid"]
    groups = table.groupby(keys, sort=True)
    summary = groups["error"].agg(
        n="size",
        bias="mean",
        rmse=lambda error: float(np.sqrt(np.mean(np.square(error)))),
        worst=lambda error: float(np.abs(error).max()),
    )
    summary["share_within_2_std"] = groups["z"].agg(
        lambda z: float(np.mean(np.abs(z) <= 2.0))
    )
    return summary.reset_index()
