"""Choose among candidate models on the training rows alone.

Each candidate says how likely it held each training row to be before it saw that row;
the one with the largest product over the rows is chosen [1]_. No row outside the
training table is looked at, so that whoever holds rows out holds them out of the
choice as well.

References
----------
.. [1] C. E. Rasmussen, C. K. I. Williams, Gaussian Processes for Machine Learning,
   MIT Press 2006; section 5.4.2, eq. 5.10 to 5.12.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, clone

Vector = NDArray[np.float64]

#: No row counts for more than this, in units of the log density: a single one that is
#: held to be impossible shall not decide alone.
_FLOOR = -50.0


def most_likely(log_density: Sequence[Vector]) -> int:
    """Find the candidate under which the held-out rows are most likely.

    Parameters
    ----------
    log_density : sequence of n_candidates ndarrays of shape (n_rows,)
        Log density that each candidate gave to each row without having seen it.

    Returns
    -------
    int
        Position of the candidate; the first of equals, and 0 if there are no rows.

    Raises
    ------
    ValueError
        If there is no candidate, or one says NaN of a row.

    Examples
    --------
    >>> import numpy as np
    >>> good, bad = np.log([0.9, 0.8]), np.log([0.2, 0.1])
    >>> most_likely([bad, good])
    1
    """
    table = np.array([np.asarray(row, dtype=float) for row in log_density])
    if table.ndim != 2 or np.isnan(table).any():
        raise ValueError(
            "A choice needs one log density per candidate and row, none of them NaN. "
            f"Got an array of shape {table.shape}. Give each candidate the same rows."
        )
    if not table.shape[1]:
        return 0
    behind = np.maximum(table - table.max(axis=0), _FLOOR)
    return int(behind.sum(axis=1).argmax())


@dataclass(eq=False, repr=False)
class ChosenMember(BaseEstimator):
    """The regressor of nines that the training rows speak for.

    Parameters
    ----------
    candidates : sequence of ProcessMember
        Regressors to choose from.
    told_laboratory : bool
        Whether benchmarks shall tell it whose laboratory measures the test rows.

    Attributes
    ----------
    member_ : ProcessMember
        The one chosen, fitted on all training rows.
    """

    candidates: Sequence[Any]
    told_laboratory: bool = False

    def fit(self, X: pd.DataFrame, rows: pd.DataFrame) -> Self:
        """Fit all candidates and keep the one that is most likely.

        Parameters
        ----------
        X, rows : DataFrame
            As in :meth:`sodalyte.models.members.ProcessMember.fit`.

        Returns
        -------
        ChosenMember
            Itself.
        """
        candidates = list(self.candidates)
        if rows["ran"].all():
            # without a failed cell its treatments are one and the same
            candidates = [one for one in candidates if one.failures == "left_out"]
            candidates = candidates or list(self.candidates)
        fitted = [clone(one).fit(X, rows) for one in candidates]
        scores = [one.leave_one_out_density(rows) for one in fitted]
        self.member_ = fitted[most_likely(scores)]
        return self

    def predict(
        self, X: pd.DataFrame, works: Sequence[str] | None = None
    ) -> tuple[Vector, Vector]:
        """Predict as :meth:`sodalyte.models.members.ProcessMember.predict` does."""
        mean, std = self.member_.predict(X, works)
        return mean, std
