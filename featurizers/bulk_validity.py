"""Say where each bulk estimate holds: temperatures, molarities, and one liquid.

The ranges are data (``tables/bulk_validity.csv``): what was checked against
measurement, and how far beyond it the closed forms may be carried. An estimate outside
is still given; whoever uses it asks here first.
"""

import numpy as np
import pandas as pd

from sodalyte.featurizers.amounts import Formulations, as_array
from sodalyte.featurizers.liquid_range import liquid_range
from sodalyte.featurizers.tables_reader import read_rows

__all__ = ["bulk_validity", "bulk_validity_table"]

ROUNDING = 1e-6
"""Relative slack of a molarity: "5 M" is solved for, and may read 5.000000001."""


def bulk_validity_table() -> pd.DataFrame:
    """Read the range of each bulk estimate.

    Returns
    -------
    DataFrame
        Indexed by ``quantity``: ``checked_low_C``, ``checked_high_C`` and
        ``checked_molarity_high_mol_per_L`` (where measurements stand behind it),
        ``valid_low_C``, ``valid_high_C`` and ``valid_molarity_high_mol_per_L`` (where
        it may be used with its stated uncertainty), ``basis`` and ``outside`` (what
        goes wrong beyond).
    """
    frame = pd.DataFrame(read_rows("bulk_validity.csv")).set_index("quantity")
    words = ["basis", "outside"]
    numbers = frame.drop(columns=words).astype(float)
    return numbers.join(frame[words])


def bulk_validity(
    formulations: Formulations, temperature_C: "np.ndarray | float" = 25.0
) -> pd.DataFrame:
    """Say for each formulation which bulk estimates hold at a temperature.

    Parameters
    ----------
    formulations : sequence of Formulation or FormulationArray
        n formulations.
    temperature_C : float or ndarray of shape (n,)

    Returns
    -------
    DataFrame of shape (n, n_quantities + 2)
        ``<quantity>_is_valid`` (bool) for each row of ``bulk_validity_table``,
        ``is_valid`` (all of them) and ``reason`` (empty where all are; else the bounds
        that are passed). Above the estimated bubble point nothing is valid: it is no
        longer one liquid. A liquidus does not count, for electrolytes supercool.
    """
    array = as_array(formulations)
    n_rows = len(array)
    temperature = np.broadcast_to(np.asarray(temperature_C, dtype=float), n_rows)
    molarity = np.asarray(array.salt_molarity_mol_per_L, dtype=float)
    bubble_C = liquid_range(array)["boiling_point_C"].to_numpy(dtype=float)
    boils = temperature > np.where(np.isfinite(bubble_C), bubble_C, np.inf)
    table = bulk_validity_table()
    columns: dict[str, np.ndarray] = {}
    passed: dict[str, np.ndarray] = {"above the bubble point": boils}
    for quantity, row in table.iterrows():
        low, high = row["valid_low_C"], row["valid_high_C"]
        ceiling = row["valid_molarity_high_mol_per_L"]
        bounds = {
            f"{quantity}: below {low:g} degC": temperature < low,
            f"{quantity}: above {high:g} degC": temperature > high,
            f"{quantity}: above {ceiling:g} M": molarity > ceiling * (1.0 + ROUNDING),
        }
        columns[f"{quantity}_is_valid"] = ~(boils | np.any([*bounds.values()], axis=0))
        passed |= bounds
    frame = pd.DataFrame(columns)
    frame["is_valid"] = frame.all(axis=1)
    reasons = np.full(n_rows, "", dtype=object)
    for words, is_passed in passed.items():
        joint = np.where(reasons == "", "", "; ")
        reasons = np.where(is_passed, reasons + joint + words, reasons)
    frame["reason"] = reasons
    return frame
