"""Splits that do not leak, and scores that come with what chance would give."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import norm, rankdata, spearmanr

Vector = NDArray[np.float64]
Split = tuple[NDArray[np.intp], NDArray[np.intp]]


def repeated_k_fold(
    n_rows: int, *, n_splits: int = 5, n_repeats: int = 10, random_state: int = 0
) -> Iterator[Split]:
    """Shuffle and cut rows into folds, again and again.

    Parameters
    ----------
    n_rows : int
        Rows to split.
    n_splits, n_repeats : int
        Folds, and times the shuffle is repeated.
    random_state : int
        Seed; the splits are those of scikit-learn's RepeatedKFold.

    Yields
    ------
    train, test : ndarray of int
    """
    from sklearn.model_selection import RepeatedKFold

    splitter = RepeatedKFold(
        n_splits=n_splits, n_repeats=n_repeats, random_state=random_state
    )
    yield from splitter.split(np.zeros((n_rows, 1)))


def leave_one_group_out(groups: Sequence[object]) -> Iterator[Split]:
    """Leave out one group at a time: one work, or one set of solvents.

    Parameters
    ----------
    groups : sequence of shape (n_rows,)
        Key of each row.

    Yields
    ------
    train, test : ndarray of int
        In the order in which groups first appear.
    """
    codes = group_codes(groups)
    for code in range(codes.max() + 1):
        yield np.flatnonzero(codes != code), np.flatnonzero(codes == code)


def grouped_k_fold(
    groups: Sequence[object],
    *,
    n_splits: int = 5,
    n_repeats: int = 1,
    random_state: int = 0,
) -> Iterator[Split]:
    """Cut whole groups into folds of nearly equal size.

    Parameters
    ----------
    groups : sequence of shape (n_rows,)
        Key of each row; rows of one group never stand on both sides.
    n_splits, n_repeats : int
        Folds (at most the number of groups), and repeats.
    random_state : int
        Seed of the order of the groups.

    Yields
    ------
    train, test : ndarray of int
    """
    codes = group_codes(groups)
    n_groups = int(codes.max()) + 1
    rng = np.random.default_rng(random_state)
    for _ in range(n_repeats):
        sizes = np.bincount(codes)
        order = rng.permutation(n_groups)
        order = order[np.argsort(-sizes[order], kind="stable")]
        fold = np.zeros(n_groups, dtype=int)
        load = np.zeros(min(n_splits, n_groups))
        for group in order:
            lightest = int(np.argmin(load))
            fold[group] = lightest
            load[lightest] += sizes[group]
        for part in range(len(load)):
            test = fold[codes] == part
            yield np.flatnonzero(~test), np.flatnonzero(test)


def forward_chaining(rounds: ArrayLike) -> Iterator[Split]:
    """Train on the rounds before k, test on round k, for every k after the first.

    Parameters
    ----------
    rounds : array-like of int, shape (n_rows,)
        Round in which each row was measured.

    Yields
    ------
    train, test : ndarray of int
    """
    number = np.asarray(rounds)
    for k in np.unique(number)[1:]:
        yield np.flatnonzero(number < k), np.flatnonzero(number == k)


def group_codes(groups: Sequence[object]) -> NDArray[np.intp]:
    """Return the number of each row's group, counted by first appearance."""
    seen: dict[object, int] = {}
    return np.array([seen.setdefault(key, len(seen)) for key in groups], dtype=np.intp)


def out_of_fold(
    splits: Iterator[Split], n_rows: int, predict: Callable[[Split], Vector]
) -> Vector:
    """Collect predictions of the test rows; NaN where a row was never tested.

    Parameters
    ----------
    splits : iterator of (train, test)
        Each row at most once in test.
    n_rows : int
        Rows in all.
    predict : callable
        Maps (train, test) to the predictions of the test rows.

    Returns
    -------
    ndarray of shape (n_rows,)
    """
    found = np.full(n_rows, np.nan)
    for split in splits:
        found[split[1]] = predict(split)
    return found


# -- scores ------------------------------------------------------------------------


def rmse(truth: ArrayLike, predicted: ArrayLike) -> float:
    """Root mean square error."""
    gap = np.asarray(truth, dtype=float) - np.asarray(predicted, dtype=float)
    return float(np.sqrt(np.mean(gap**2)))


def rank_correlation(truth: ArrayLike, predicted: ArrayLike) -> float:
    """Spearman rank correlation; 0 where one side is constant."""
    a, b = np.asarray(truth, dtype=float), np.asarray(predicted, dtype=float)
    if np.ptp(a) == 0 or np.ptp(b) == 0:
        return 0.0
    return float(spearmanr(a, b).statistic)


def failure_auc(failed: ArrayLike, risk: ArrayLike) -> float:
    """Area under the ROC curve: a failed row outranks a row that ran.

    Parameters
    ----------
    failed : array-like of bool, shape (n,)
        True where the cell failed.
    risk : array-like of shape (n,)
        Predicted probability of failure.

    Returns
    -------
    float
        NaN if only one class is present.
    """
    did = np.asarray(failed, dtype=bool)
    n_failed, n_ran = int(did.sum()), int((~did).sum())
    if not n_failed or not n_ran:
        return float("nan")
    ranks = rankdata(np.asarray(risk, dtype=float))
    return float((ranks[did].sum() - n_failed * (n_failed + 1) / 2) / n_failed / n_ran)


@dataclass(frozen=True)
class Interval:
    """A figure with its 95 % confidence interval."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        """Show as value [low, high]."""
        return f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}]"

    def to_dict(self) -> dict[str, float]:
        """Return value, low and high."""
        return {"value": self.value, "low": self.low, "high": self.high}


def wilson_interval(n_hits: int, n_rows: int, confidence: float = 0.95) -> Interval:
    """Proportion with its Wilson score interval.

    Parameters
    ----------
    n_hits, n_rows : int
        Successes and trials, n_rows > 0.
    confidence : float
        Of the interval.

    Returns
    -------
    Interval

    References
    ----------
    .. [1] E. B. Wilson, J. Am. Stat. Assoc. 1927, 22, 209;
       doi 10.1080/01621459.1927.10502953.

    Examples
    --------
    >>> str(wilson_interval(9, 10))
    '0.900 [0.596, 0.982]'
    """
    z = float(norm.ppf(0.5 + confidence / 2))
    share = n_hits / n_rows
    centre = (share + z**2 / (2 * n_rows)) / (1 + z**2 / n_rows)
    root = np.sqrt(share * (1 - share) / n_rows + z**2 / (4 * n_rows**2))
    half = z / (1 + z**2 / n_rows) * root
    return Interval(share, float(centre - half), float(centre + half))


def bootstrap_interval(
    statistic: Callable[[NDArray[np.intp]], float],
    n_rows: int,
    *,
    groups: Sequence[object] | None = None,
    n_draws: int = 1000,
    random_state: int = 0,
) -> Interval:
    """Percentile bootstrap of a statistic of rows, or of whole groups.

    Parameters
    ----------
    statistic : callable
        Maps row numbers (with repeats) to a figure; NaN draws are left out.
    n_rows : int
        Rows in all.
    groups : sequence, optional
        Draw whole groups instead of rows.
    n_draws, random_state : int
        Draws and seed.

    Returns
    -------
    Interval
        The figure on all rows, and the 2.5th and 97.5th percentile.
    """
    rng = np.random.default_rng(random_state)
    if groups is None:
        blocks = [np.array([i]) for i in range(n_rows)]
    else:
        codes = group_codes(groups)
        blocks = [np.flatnonzero(codes == code) for code in range(codes.max() + 1)]
    draws = [
        statistic(
            np.concatenate(
                [blocks[i] for i in rng.integers(len(blocks), size=len(blocks))]
            )
        )
        for _ in range(n_draws)
    ]
    low, high = np.nanpercentile(draws, [2.5, 97.5])
    return Interval(statistic(np.arange(n_rows)), float(low), float(high))


def paired_rmse_difference(
    truth: ArrayLike,
    ours: ArrayLike,
    baseline: ArrayLike,
    *,
    groups: Sequence[object] | None = None,
    random_state: int = 0,
) -> Interval:
    """Error of ours minus that of a baseline on the same rows, bootstrapped in pairs.

    Parameters
    ----------
    truth, ours, baseline : array-like of shape (n,)
        Measured values and the two predictions of them.
    groups : sequence, optional
        Draw whole groups.
    random_state : int
        Seed.

    Returns
    -------
    Interval
        Negative: ours is better.
    """
    y, a, b = (np.asarray(v, dtype=float) for v in (truth, ours, baseline))

    def difference(rows: NDArray[np.intp]) -> float:
        return rmse(y[rows], a[rows]) - rmse(y[rows], b[rows])

    return bootstrap_interval(
        difference, len(y), groups=groups, random_state=random_state
    )


def replicate_noise(values: ArrayLike, keys: Sequence[object]) -> float:
    """Pooled standard deviation of repeated measurements: the noise floor.

    Parameters
    ----------
    values : array-like of shape (n,)
        Measured values.
    keys : sequence of shape (n,)
        Rows of one key are repeats of one another.

    Returns
    -------
    float
        NaN if nothing is repeated.
    """
    y, codes = np.asarray(values, dtype=float), group_codes(keys)
    counts = np.bincount(codes)
    means = np.bincount(codes, weights=y) / counts
    freedom = int((counts - 1).sum())
    if not freedom:
        return float("nan")
    return float(np.sqrt(((y - means[codes]) ** 2).sum() / freedom))
