"""Predict measured rows without their own group, and count what intervals hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

    from sodalyte.models.distribution import EfficiencyDistribution
    from sodalyte.screen.surrogates.training import Predictors

__all__ = ["HeldOut", "held_out_predictions", "prospective_predictions"]

LEVELS = (0.1, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95)


@dataclass(frozen=True)
class HeldOut:
    """Measurements beside predictions made without their group.

    Parameters
    ----------
    table : DataFrame of n rows
        ``label``, ``group``, ``nines`` (measured value or bound), ``side`` (0 exact,
        1 the truth lies above, -1 below), ``ran``, ``nines_median``, ``nines_low``
        and ``nines_high`` (5th and 95th percentile of the whole distribution).
    distribution : EfficiencyDistribution of n rows
        The predictions.
    """

    table: pd.DataFrame
    distribution: EfficiencyDistribution

    def coverage(self, levels: Sequence[float] = LEVELS) -> pd.DataFrame:
        """Count how often the central intervals hold what was measured.

        Parameters
        ----------
        levels : sequence of float
            Promised coverages, in (0, 1).

        Returns
        -------
        DataFrame
            ``level``, ``observed``, ``observed_low`` and ``observed_high`` (95 %
            Wilson interval, rows taken as independent, which rows of one work are
            not), ``n``.
        """
        import pandas as pd

        from sodalyte.models.validation import wilson_interval

        rows = []
        for level in levels:
            held = self.distribution.covers(
                self.table["nines"], self.table["side"], level
            )
            share = wilson_interval(int(held.sum()), len(held))
            rows.append(
                {
                    "level": level,
                    "observed": share.value,
                    "observed_low": share.low,
                    "observed_high": share.high,
                    "n": len(held),
                }
            )
        return pd.DataFrame(rows)


def held_out_predictions(
    X: pd.DataFrame, frame: pd.DataFrame, *, key: str = "work", n_splits: int = 5
) -> HeldOut:
    """Predict every row by models that never saw its group.

    Parameters
    ----------
    X, frame : DataFrame
        From `training_table`.
    key : {"work", "solvent_set"}
        Whole groups of it are left out together.
    n_splits : int
        Folds; the models, their widths included, are fitted once for each.

    Returns
    -------
    HeldOut
    """
    from sodalyte.models.coulombic_efficiency import CoulombicEfficiency
    from sodalyte.models.distribution import EfficiencyDistribution
    from sodalyte.models.observations import failure_ceiling
    from sodalyte.models.validation import grouped_k_fold

    runs, mean, std = (np.empty(len(X)) for _ in range(3))
    for train, test in grouped_k_fold(list(frame[key]), n_splits=n_splits):
        model = CoulombicEfficiency().fit(
            X.iloc[train].reset_index(drop=True),
            frame.iloc[train].reset_index(drop=True),
        )
        told = model.distribution(X.iloc[test])
        runs[test], mean[test] = told.runs_probability, told.nines_mean
        std[test] = told.nines_std
    told = EfficiencyDistribution(runs, mean, std, failure_ceiling(frame))
    return _beside(told, X, frame, key)


def prospective_predictions(predictors: Predictors, frame: pd.DataFrame) -> HeldOut:
    """Predict rows that were measured after the models were trained.

    Parameters
    ----------
    predictors : Predictors
        That have not seen the rows.
    frame : DataFrame
        Measured rows with a formulation.

    Returns
    -------
    HeldOut
        The group of a row is its work.
    """
    from sodalyte.screen.surrogates.training import feature_table

    X, rows = feature_table(frame)
    told = predictors.coulombic_efficiency.distribution(X)
    return _beside(told, X, rows, "work")


def _beside(
    told: EfficiencyDistribution, X: pd.DataFrame, frame: pd.DataFrame, key: str
) -> HeldOut:
    """Put measurements beside predictions of the same rows."""
    import pandas as pd

    from sodalyte.models.distribution import observed_nines
    from sodalyte.models.observations import read_observations

    rows = read_observations(X, frame)
    ran = rows["ran"].to_numpy()
    measured, side = observed_nines(frame["ce_percent"], rows["side"], ran)
    low, median, high = told.quantile_nines([0.05, 0.5, 0.95]).T
    labels = [
        f"{text} ({mark or '='} {value:g} %)" if value == value else f"{text} (no run)"
        for text, mark, value in zip(
            frame["formulation"],
            frame["ce_qualifier"],
            frame["ce_percent"],
            strict=True,
        )
    ]
    table = pd.DataFrame(
        {
            "label": labels,
            "group": frame[key].to_numpy(),
            "nines": measured,
            "side": side,
            "ran": ran,
            "nines_median": median,
            "nines_low": low,
            "nines_high": high,
        }
    )
    return HeldOut(table, told)
