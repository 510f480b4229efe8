"""Compare the solvation model with printed, spectroscopic and simulated structure."""

import pandas as pd

from sodalyte.featurizers.amounts import amounts
from sodalyte.featurizers.solvation import solvation_structure
from sodalyte.featurizers.tables_reader import read_rows

__all__ = ["solvation_error_table"]


def solvation_error_table() -> pd.DataFrame:
    """Predict every row of ``tables/solvation_references.csv``.

    Returns
    -------
    DataFrame
        ``row_id``, ``formulation``, ``quantity``, ``low`` and ``high`` (the reference;
        equal where a number is printed), ``predicted``, ``error`` (distance to the
        interval, signed), ``kind`` ("printed": a number of a review, to which two
        parameters were adjusted; "spectroscopic": words of an abstract, as bounds;
        "snapshot": counted in one simulated box of 17 cations, +- 0.3), ``source``,
        ``note``.
    """
    from sodalyte.datasets.formulation import Formulation

    frame = pd.DataFrame(read_rows("solvation_references.csv"))
    low, high = frame["low"].astype(float), frame["high"].astype(float)
    formulations = [Formulation.from_text(text) for text in frame["formulation"]]
    structure = solvation_structure(amounts(formulations))
    predicted = pd.Series(
        [
            float(getattr(structure, quantity)[i])
            for i, quantity in enumerate(frame["quantity"])
        ]
    )
    frame["low"], frame["high"] = low, high
    frame["predicted"] = predicted
    frame["error"] = predicted - predicted.clip(lower=low, upper=high)
    columns = ["row_id", "formulation", "quantity", "low", "high", "predicted"]
    return frame[[*columns, "error", "kind", "source", "note"]]
