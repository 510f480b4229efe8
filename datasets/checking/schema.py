"""The schema that every set of measurements keeps; pandera is loaded when used."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from sodalyte.datasets.loading.efficiencies import CE_COLUMNS
from sodalyte.datasets.loading.oxidation import OXIDATION_COLUMNS
from sodalyte.datasets.loading.quantities import QUANTITIES

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["METALS", "validate_efficiencies", "validate_oxidation"]

METALS = ("Na", "Li", "K", "Zn")
OUTCOMES = ("ran", "failed_early", "would_not_run")
CE_QUALIFIERS = ("=", "~", "<", ">", "")
LIMIT_QUALIFIERS = ("=", "~", "<", ">", ">=", "<=")
METHODS = (
    "cycling",
    "aurbach",
    "first_cycle",
    "lifetime",
    "standing",
    "conditions",
    "statement",
    "full_cell",
    "",
)
OXIDATION_QUANTITIES = (
    "oxidation_onset",
    "stability_window_upper",
    "usable_upper_cutoff",
    "upper_cutoff_failing",
    "aluminium_corrosion_limit",
    "usable_cell_class",
    "target_cathode_voltage",
    "collector_no_alloy_range_upper",
    "half_cell_stripping_cutoff_upper",
    "half_cell_plating_start",
)


def validate_efficiencies(frame: pd.DataFrame) -> pd.DataFrame:
    """Check a table of Coulombic efficiencies against the schema.

    Parameters
    ----------
    frame : DataFrame
        With the columns ``CE_COLUMNS``; others may follow.

    Returns
    -------
    DataFrame
        The same object.

    Raises
    ------
    ValueError
        If a column is missing or has a wrong type, or a cell breaks a rule; names
        five cells and the count.

    Notes
    -----
    Beside types, ranges (``QUANTITIES``) and words: a row that would not run has
    no efficiency, a row that has one has a qualifier, and a cell that failed early
    has an upper bound or none.
    """
    import pandera.pandas as pa

    columns = {name: _column(name) for name in CE_COLUMNS}
    columns["row_id"] = pa.Column(str, pa.Check.str_length(min_value=1), unique=True)
    columns["metal"] = pa.Column(str, pa.Check.isin(METALS))
    columns["outcome"] = pa.Column(str, pa.Check.isin(OUTCOMES))
    columns["ce_qualifier"] = pa.Column(str, pa.Check.isin(CE_QUALIFIERS))
    for name in ("work", "source", "set_name"):
        columns[name] = pa.Column(str, pa.Check.str_length(min_value=1))
    checks = [
        pa.Check(
            lambda f: f["method"].isin(METHODS) | (f["set_name"] == "own"),
            name="a bundled row has a method of the list",
        ),
        pa.Check(
            lambda f: (f["outcome"] != "would_not_run") | f["ce_percent"].isna(),
            name="a cell that would not run has no efficiency",
        ),
        pa.Check(
            lambda f: f["ce_percent"].isna() == (f["ce_qualifier"] == ""),
            name="an efficiency and its qualifier stand together",
        ),
        pa.Check(
            lambda f: (
                (f["outcome"] != "failed_early") | f["ce_qualifier"].isin(["<", ""])
            ),
            name="a cell that failed early has an upper bound",
        ),
    ]
    return _validate(frame, pa.DataFrameSchema(columns, checks=checks))


def validate_oxidation(frame: pd.DataFrame) -> pd.DataFrame:
    """Check a table of oxidative limits against the schema.

    Parameters
    ----------
    frame : DataFrame
        With the columns ``OXIDATION_COLUMNS``; others may follow.

    Returns
    -------
    DataFrame
        The same object.

    Raises
    ------
    ValueError
        As `validate_efficiencies`.
    """
    import pandera.pandas as pa

    columns = {name: _column(name) for name in OXIDATION_COLUMNS}
    columns["row_id"] = pa.Column(str, pa.Check.str_length(min_value=1), unique=True)
    columns["quantity"] = pa.Column(str, pa.Check.isin(OXIDATION_QUANTITIES))
    columns["qualifier"] = pa.Column(str, pa.Check.isin(LIMIT_QUALIFIERS))
    for name in ("work", "source", "reference_electrode"):
        columns[name] = pa.Column(str, pa.Check.str_length(min_value=1))
    return _validate(frame, pa.DataFrameSchema(columns))


def _column(name: str) -> Any:
    """Return the rule for one column, from the table of quantities."""
    import pandera.pandas as pa

    if name not in QUANTITIES:
        return pa.Column(str)
    quantity = QUANTITIES[name]
    checks = []
    if quantity.low > -math.inf:
        checks.append(pa.Check.ge(quantity.low))
    if quantity.high < math.inf:
        checks.append(pa.Check.le(quantity.high))
    return pa.Column("Int64" if quantity.is_count else float, checks, nullable=True)


def _validate(frame: pd.DataFrame, schema: Any) -> pd.DataFrame:
    from pandera.errors import SchemaErrors

    try:
        schema.validate(frame, lazy=True)
    except SchemaErrors as errors:
        cases = errors.failure_cases
        shown = "; ".join(
            f"{case.column or 'row'} {case.failure_case!r} at {case.index} "
            f"({case.check})"
            for case in cases.head(5).itertuples()
        )
        raise ValueError(
            f"A table of measurements must keep its schema. {len(cases)} cells break "
            f"it: {shown}. Correct them, or see sodalyte check FILE."
        ) from errors
    return frame
