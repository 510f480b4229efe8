"""Pools of measured recipes in which a campaign is replayed."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

    from sodalyte.datasets.formulations.array import FormulationArray

__all__ = ["ReplayPool", "lithium_pool", "sodium_pool"]

Array = np.ndarray[Any, np.dtype[Any]]

_N_TARGETS = 8
_LEAST_LOSS = 1e-5


@dataclass(frozen=True)
class ReplayPool:
    """Recipes whose results are known to us and hidden from the method.

    Parameters
    ----------
    name : str
    formulations : FormulationArray of length n
    frame : DataFrame of n rows
        Columns of the efficiency sets; what a method learns from once measured.
    features : DataFrame of n rows
        The features that the shipped predictors see, at the reference conditions.
    nines : ndarray of shape (n,)
        -log10(1 - CE), 0 where the cell would not run.
    targets : tuple of int
        Rows to be found.
    start : tuple of int or None
        Rows known from the beginning; None draws 10 at random.
    note : str
        How the pool was made.
    papers : tuple of (DataFrame, DataFrame) or None
        Features and rows of other works that a method may know from the beginning.
    """

    name: str
    formulations: "FormulationArray"
    frame: "pd.DataFrame"
    features: "pd.DataFrame"
    nines: Array
    targets: tuple[int, ...]
    start: tuple[int, ...] | None
    note: str
    papers: "tuple[pd.DataFrame, pd.DataFrame] | None" = None


def lithium_pool() -> ReplayPool:
    """Return the lithium recipes, one row per composition.

    Notes
    -----
    Rows with the same canonical composition are joined: the mean of their nines, and
    the protocol and work of the first. The targets are the 8 best, ties by row order.
    """
    from sodalyte.datasets.loading.efficiencies import load_lithium_ce

    dataset = load_lithium_ce()
    frame = dataset.frame.reset_index(drop=True)
    texts = np.array([f.canonical for f in dataset.formulations])
    nines = _nines(frame)
    first = np.sort(np.unique(texts, return_index=True)[1])
    joined = np.array([nines[texts == text].mean() for text in texts[first]])
    kept = frame.iloc[first].reset_index(drop=True).copy()
    kept["ce_percent"] = 100 * (1 - 10.0**-joined)
    order = np.argsort(-joined, kind="stable")
    note = (
        f"{len(frame)} lithium rows joined to {len(kept)} compositions; targets are "
        f"the {_N_TARGETS} best, from {kept['ce_percent'].iloc[order[7]]:.2f} to "
        f"{kept['ce_percent'].iloc[order[0]]:.2f} %"
    )
    return ReplayPool(
        name="replay-li",
        formulations=dataset.formulations[first],
        frame=kept,
        features=_features(dataset.formulations[first]),
        nines=joined,
        targets=tuple(int(i) for i in order[:_N_TARGETS]),
        start=None,
        note=note,
    )


def sodium_pool() -> ReplayPool:
    """Return the ether campaign: its initial set is known, its best is to be found.

    The sodium rows of the papers are known too, as they are to whoever starts a
    campaign with the bundled data.
    """
    from sodalyte.datasets.loading.efficiencies import load_ether_campaign
    from sodalyte.screen.surrogates.training import training_table

    dataset = load_ether_campaign()
    frame = dataset.frame.reset_index(drop=True)
    nines = _nines(frame)
    iteration = frame["iteration"].to_numpy(dtype=np.int64)
    start = tuple(int(i) for i in np.flatnonzero(iteration == 0))
    hidden = np.flatnonzero(iteration > 0)
    best = int(hidden[np.argmax(nines[hidden])])
    note = (
        f"{len(start)} recipes of the initial set known, {len(hidden)} hidden; salt "
        "and collector are not published, read as one for all; the best of the pool is "
        f"row {frame['row_id'].iloc[best]}"
    )
    X, rows, _ = training_table()
    other = rows["iteration"].isna().to_numpy()
    return ReplayPool(
        name="replay-na",
        formulations=dataset.formulations,
        frame=frame,
        features=_features(dataset.formulations),
        nines=nines,
        targets=(best,),
        start=start,
        note=note,
        papers=(X[other].reset_index(drop=True), rows[other].reset_index(drop=True)),
    )


def _nines(frame: "pd.DataFrame") -> Array:
    efficiency = frame["ce_percent"].to_numpy(dtype=np.float64)
    ran = (frame["outcome"] == "ran").to_numpy()
    loss = np.maximum(1.0 - np.where(ran, efficiency, 0.0) / 100.0, _LEAST_LOSS)
    return np.asarray(-np.log10(loss))


def _features(formulations: "FormulationArray") -> "pd.DataFrame":
    from sodalyte.screen.surrogates.training import feature_matrix

    return feature_matrix(formulations)
