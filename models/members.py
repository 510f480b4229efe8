"""The regressors that vote on the nines of a cell that runs.

Each member takes a feature table and the observations of `observations.py`; each
predicts a mean and a standard deviation for a new measurement. A process knows which
work every row comes from; told whose laboratory will measure, it predicts for that one,
else for a laboratory that it has not seen.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import log_ndtr
from sklearn.base import BaseEstimator

from sodalyte.models.gaussian_process import GaussianProcess
from sodalyte.models.kernels import Factor, Term
from sodalyte.models.scaling import AMOUNT_PREFIXES, TableScaler
from sodalyte.models.validation import group_codes

Vector = NDArray[np.float64]

BLOCKS = ("amounts", "chemistry", "conditions")

_CONDITION_PREFIXES = (
    "temperature_C",
    "log10_current_density",
    "areal_capacity",
    "collector_",
    "method_",
    "coating_",
)
#: Flags name the paper rather than the liquid; spreads are no properties of it.
_IGNORED_PREFIXES = ("is_", "has_")
_IGNORED_SUFFIX = "_std"


def block_columns(X: pd.DataFrame, *blocks: str) -> list[str]:
    """List the columns of some blocks of a feature table.

    Parameters
    ----------
    X : DataFrame
        Feature table.
    *blocks : {"amounts", "chemistry", "conditions"}
        Amounts of named components; descriptors of the liquid; how it was measured.

    Returns
    -------
    list of str
        Block by block, in the order of the table; flags and spreads belong to no
        block.

    Raises
    ------
    ValueError
        If a block is unknown.
    """
    unknown = [block for block in blocks if block not in BLOCKS]
    if unknown:
        raise ValueError(
            f"A block must be one of {BLOCKS}. Got {unknown[0]!r}. Choose one of these."
        )
    columns = [str(name) for name in X.columns]
    return [name for block in blocks for name in columns if _block_of(name) == block]


def _block_of(column: str) -> str:
    if column.startswith(_IGNORED_PREFIXES) or column.endswith(_IGNORED_SUFFIX):
        return ""
    if column.startswith(AMOUNT_PREFIXES):
        return "amounts"
    return "conditions" if column.startswith(_CONDITION_PREFIXES) else "chemistry"


@dataclass(eq=False, repr=False)
class ProcessMember(BaseEstimator):
    """Gaussian process over amounts, chemistry, conditions and work.

    Parameters
    ----------
    local : tuple of str
        Blocks that get a Matern-3/2 term each: near formulations are alike.
    linear : tuple of str
        Blocks that share a linear term: trends carry on.
    linear_amplitude : float
        Prior centre of the amplitude of the linear term, nines.
    whiten : float, optional
        Passed to :class:`TableScaler` for every block.
    amount_unit : float, optional
        Passed to :class:`TableScaler` as `unit` for the amounts.
    failures : {"left_out", "soft", "hard"}
        Whether a failed cell counts as a bound from below on the scale of nines; soft
        bounds carry three times the noise.
    work_std : float
        Prior centre of the spread between works, nines; 0 leaves it out. Seven papers
        that measured 1 M NaPF6 in diglyme scatter by 0.35.
    """

    local: tuple[str, ...] = ("amounts",)
    linear: tuple[str, ...] = ("amounts",)
    linear_amplitude: float = 0.5
    whiten: float | None = None
    amount_unit: float | None = None
    failures: str = "left_out"
    work_std: float = 0.35

    def fit(self, X: pd.DataFrame, rows: pd.DataFrame) -> Self:
        """Learn from observations.

        Parameters
        ----------
        X : DataFrame
            Feature table.
        rows : DataFrame
            Observations as :func:`sodalyte.models.observations.read_observations`
            gives them, aligned with X.

        Returns
        -------
        ProcessMember
            Itself.
        """
        used = self._used(rows)
        X, rows = X[used], rows[used]
        ratio = rows["ratio"].to_numpy()
        if self.failures == "soft":
            ratio = np.where(rows["ran"], ratio, 3.0)
        self.scalers_ = self._fit_scalers(X)
        works = group_codes(list(rows["work"]))
        self.works_ = list(dict.fromkeys(str(work) for work in rows["work"]))
        self.process_ = GaussianProcess(self._terms(X)).fit(
            np.column_stack([self._array(X), works]),
            rows["nines"].to_numpy(),
            censoring=rows["side"].to_numpy(),
            noise_ratio=ratio,
        )
        return self

    def predict(
        self, X: pd.DataFrame, works: Sequence[str] | None = None
    ) -> tuple[Vector, Vector]:
        """Predict mean and standard deviation of a new measurement.

        Parameters
        ----------
        X : DataFrame
            Feature table.
        works : sequence of str, shape (n_rows,), optional
            Whose laboratory measures. One that is among the training rows keeps its
            own offset; any other, and all by default, are not seen before.

        Returns
        -------
        mean, std : ndarray of shape (n_rows,)
            In nines; noise included, and the spread between works, or what is left
            unknown of the offset of a known one.
        """
        names = [""] * len(X) if works is None else list(works)
        place = {work: float(i) for i, work in enumerate(self.works_)}
        codes = [place.get(str(name), -1.0) for name in names]
        rows = np.column_stack([self._array(X), codes])
        mean, std = self.process_.predict(rows, return_std=True)
        return mean, np.hypot(std, self.process_.noise_)

    def leave_one_out_density(self, rows: pd.DataFrame) -> Vector:
        """Say how likely each training row was, had the others been known only.

        Parameters
        ----------
        rows : DataFrame
            The observations of :meth:`fit`.

        Returns
        -------
        ndarray of shape (n_rows_with_nines,)
            Log density of a value, log probability of a bound; cells that failed
            are left out, so that all members answer for the same rows.
        """
        scored = rows[self._used(rows)]["has_nines"].to_numpy()
        mean, std = (part[scored] for part in self.process_.leave_one_out())
        held = rows[rows["has_nines"]]
        std = np.hypot(std, self.process_.noise_ * held["ratio"].to_numpy())
        z, side = (held["nines"].to_numpy() - mean) / std, held["side"].to_numpy()
        value = -0.5 * z**2 - np.log(std * np.sqrt(2 * np.pi))
        return np.where(side == 0, value, log_ndtr(-side * z))

    def work_offsets(self) -> pd.DataFrame:
        """Estimate by how much each work reads higher than the others.

        Returns
        -------
        DataFrame
            Columns work, n_rows (that the process holds), offset_nines,
            offset_std_nines (posterior of the work's own term); empty if `work_std`
            is 0.
        """
        if not self.work_std:
            names = ["work", "n_rows", "offset_nines", "offset_std_nines"]
            return pd.DataFrame(columns=names)
        process = self.process_
        # the work's term comes last, its log amplitude is the last parameter
        variance = float(np.exp(2 * process.theta_[-1]))
        codes = process.X_[:, -1]
        own = codes[None, :] == np.arange(len(self.works_))[:, None]
        cross = variance * own
        explained = ((cross @ process.whitener_.T) ** 2).sum(axis=1)
        return pd.DataFrame(
            {
                "work": self.works_,
                "n_rows": own.sum(axis=1),
                "offset_nines": cross @ process.weights_,
                "offset_std_nines": np.sqrt(np.maximum(variance - explained, 0.0)),
            }
        )

    def _used(self, rows: pd.DataFrame) -> NDArray[np.bool_]:
        used = rows["has_nines"].to_numpy()
        return used if self.failures == "left_out" else used | ~rows["ran"].to_numpy()

    def _fit_scalers(self, X: pd.DataFrame) -> dict[str, TableScaler]:
        found = {}
        for block in dict.fromkeys(self.local + self.linear):
            columns = varying_columns(X, block_columns(X, block))
            if columns:
                unit = self.amount_unit if block == "amounts" else None
                scaler = TableScaler(columns, whiten=self.whiten, unit=unit)
                found[block] = scaler.fit(X)
        return found

    def _array(self, X: pd.DataFrame) -> Vector:
        return np.column_stack([part.transform(X) for part in self.scalers_.values()])

    def _terms(self, X: pd.DataFrame) -> tuple[Term, ...]:
        widths = {
            block: scaler.transform(X[:1]).shape[1]
            for block, scaler in self.scalers_.items()
        }
        places, last = {}, 0
        for block, width in widths.items():
            places[block] = tuple(range(last, last + width))
            last += width
        terms = [
            Term(
                (Factor("matern32", places[block]),),
                amplitude=0.2 if block == "conditions" else 0.5,
            )
            for block in self.local
            if block in places
        ]
        trend = sum((places.get(block, ()) for block in self.linear), ())
        if trend:
            factor = Factor("linear", trend)
            terms.append(Term((factor,), amplitude=self.linear_amplitude))
        if self.work_std:
            same = Factor("same", (last,))
            terms.append(Term((same,), amplitude=self.work_std, amplitude_spread=0.5))
        return tuple(terms)


@dataclass(eq=False, repr=False)
class ForestMember(BaseEstimator):
    """Extremely randomised trees with the spread of their leaves.

    Parameters
    ----------
    blocks : tuple of str
        Blocks to look at.
    n_trees : int
        Trees.
    max_features : float
        Share of columns tried at a split.
    failures : {"left_out", "zero"}
        Whether a failed cell counts as 0 nines.
    random_state : int
        Seed.
    """

    blocks: tuple[str, ...] = BLOCKS
    n_trees: int = 200
    max_features: float = 0.5
    failures: str = "left_out"
    random_state: int = 0

    def fit(self, X: pd.DataFrame, rows: pd.DataFrame) -> Self:
        """Learn from observations; a bound is taken as the value itself.

        Parameters
        ----------
        X, rows : DataFrame
            As in :meth:`ProcessMember.fit`.

        Returns
        -------
        ForestMember
            Itself.
        """
        from sklearn.ensemble import ExtraTreesRegressor

        used = rows["has_nines"].to_numpy().copy()
        if self.failures == "zero":
            used |= ~rows["ran"].to_numpy()
        X, rows = X[used], rows[used]
        columns = block_columns(X, *self.blocks)
        self.scaler_ = TableScaler(varying_columns(X, columns), squash=False).fit(X)
        nines = np.where(rows["ran"], rows["nines"], 0.0)
        # every tree sees every row: a small table has none to spare
        self.forest_ = ExtraTreesRegressor(
            self.n_trees,
            max_features=self.max_features,
            random_state=self.random_state,
        )
        table = self.scaler_.transform(X).astype(np.float32)
        weight = 1 / rows["ratio"].to_numpy() ** 2
        self.forest_.fit(table, nines, sample_weight=weight)
        self.noise_ = self._out_of_fold_error(table, nines)
        return self

    def predict(self, X: pd.DataFrame) -> tuple[Vector, Vector]:
        """Predict mean and standard deviation of a new measurement.

        Parameters
        ----------
        X : DataFrame
            Feature table.

        Returns
        -------
        mean, std : ndarray of shape (n_rows,)
            In nines; the out-of-fold error is the noise.
        """
        rows = self.scaler_.transform(X).astype(np.float32)
        total, square = np.zeros(len(rows)), np.zeros(len(rows))
        for tree in self.forest_.estimators_:
            leaf = tree.predict(rows, check_input=False)
            total += leaf
            square += leaf**2
        mean = total / self.n_trees
        spread = np.maximum(square / self.n_trees - mean**2, 0.0)
        return mean, np.sqrt(spread + self.noise_**2)

    def _out_of_fold_error(self, table: NDArray[np.float32], nines: Vector) -> float:
        from sklearn.base import clone
        from sklearn.model_selection import KFold

        if len(nines) < 5:
            return float(nines.std())
        small = clone(self.forest_).set_params(n_estimators=30)
        gaps = np.empty(len(nines))
        for train, test in KFold(5, shuffle=True, random_state=0).split(table):
            small.fit(table[train], nines[train])
            gaps[test] = nines[test] - small.predict(table[test])
        return float(np.sqrt(np.mean(gaps**2)))


def varying_columns(X: pd.DataFrame, columns: list[str]) -> list[str]:
    """Keep the columns that vary over the rows of a table.

    Parameters
    ----------
    X : DataFrame
        Feature table.
    columns : list of str
        Candidates, all in the table.

    Returns
    -------
    list of str
    """
    values = X[columns].to_numpy(dtype=float)
    size = np.maximum(np.abs(values).max(axis=0, initial=0.0), 1e-300)
    kept = np.ptp(values, axis=0) > 1e-9 * size
    return [name for name, keep in zip(columns, kept, strict=True) if keep]
