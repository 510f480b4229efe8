"""Read what each measured row says: a value, a bound, or that the cell failed."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sodalyte.models.nines import nines_from_percent

Vector = NDArray[np.float64]

_ROUGH_NOISE_RATIO = 2.0
_FAILED_PERCENT = 20.0
_NEEDED = ("outcome", "ce_percent", "ce_qualifier", "work")


def read_observations(X: pd.DataFrame, frame: pd.DataFrame) -> pd.DataFrame:
    """Read the training rows, checked.

    Parameters
    ----------
    X : DataFrame
        Feature table, aligned with `frame`.
    frame : DataFrame
        Columns outcome, ce_percent, ce_qualifier, work.

    Returns
    -------
    DataFrame
        Index 0 to n-1. Columns ran, has_nines (ran and a number is given), nines and
        side (1 the truth lies above, -1 below, 0 exact), ratio (noise over that of an
        ordinary row, 2 for "~"), work. A failed cell carries its upper bound, or that
        of 20 % where none is printed or a lower one is.

    Raises
    ------
    ValueError
        If the two are not aligned, a column is missing or no cell ran.
    """
    missing = [name for name in _NEEDED if name not in frame.columns]
    if missing or len(X) != len(frame):
        raise ValueError(
            "Training needs a frame aligned with X and its columns. "
            f"Got {len(X)} and {len(frame)} rows; missing columns: {missing}. "
            "Make both with training_table()."
        )
    ran = (frame["outcome"] == "ran").to_numpy()
    percent = frame["ce_percent"].to_numpy(dtype=float)
    has_nines = ran & np.isfinite(percent)
    if not has_nines.any():
        raise ValueError(
            "Training needs cells that ran. "
            f"None of {len(frame)} rows has outcome 'ran' and a ce_percent. "
            "Add measurements."
        )
    side, ratio = observation_kinds(frame)
    failed_percent = np.fmax(percent, _FAILED_PERCENT)
    nines = nines_from_percent(np.where(ran, np.nan_to_num(percent), failed_percent))
    return pd.DataFrame(
        {
            "ran": ran,
            "has_nines": has_nines,
            "nines": nines,
            "side": np.where(ran, side, -1.0),
            "ratio": ratio,
            "work": frame["work"].to_numpy(),
        }
    )


def observation_kinds(frame: pd.DataFrame) -> tuple[Vector, Vector]:
    """Read the qualifiers: which rows are bounds, which are rough.

    Parameters
    ----------
    frame : DataFrame
        Column ce_qualifier with "=", "~", "<", "<=", ">", ">=" or empty.

    Returns
    -------
    side : ndarray of shape (n_rows,)
        1 where the value lies above the number, -1 below, 0 exact.
    noise_ratio : ndarray of shape (n_rows,)
        Noise over that of an ordinary row; 2 for "~".
    """
    sign = frame["ce_qualifier"].fillna("=").astype(str).str.strip()
    above, below = sign.isin([">", ">="]), sign.isin(["<", "<="])
    side = np.where(above, 1.0, np.where(below, -1.0, 0.0))
    return side, np.where(sign == "~", _ROUGH_NOISE_RATIO, 1.0)


def failure_ceiling(frame: pd.DataFrame) -> float:
    """Find the highest CE that a failed cell is taken to deliver, percent.

    Parameters
    ----------
    frame : DataFrame
        Columns outcome and ce_percent.

    Returns
    -------
    float
        Median of the upper bounds that failed cells carry; 20 if none carries one.
    """
    failed = frame[(frame["outcome"] != "ran") & frame["ce_percent"].notna()]
    return float(failed["ce_percent"].median()) if len(failed) else _FAILED_PERCENT
