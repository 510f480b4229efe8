"""Ways to choose the next batch of a replay: the one that ships, and its rivals."""

import warnings
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from sodalyte.screen.benchmarks.replay_pool import ReplayPool
from sodalyte.screen.choosing.batch import BatchSettings, select_batch

__all__ = ["POLICIES", "Policy", "belief_of", "expected_nines"]

Array = np.ndarray[Any, np.dtype[Any]]
# (pool, rows measured so far in order, rows still free, batch size, generator)
Policy = Callable[[ReplayPool, Array, Array, int, np.random.Generator], Array]


def shipped(
    pool: ReplayPool, known: Array, free: Array, n: int, rng: np.random.Generator
) -> Array:
    """Choose as `propose` does: the efficiency surrogate and `select_batch`.

    The score is the nines to expect of a new cell, one that does not run included.
    The surrogate chooses its model on what is known, the papers of the pool
    included, and predicts for the laboratory of the pool if that is one, as every
    shipped model does.
    Only the least distances, from each other and from what is measured, are left out:
    a pool holds what it holds.
    """
    figures = belief_of(pool, known, free)
    batch = select_batch(
        pool.formulations[free],
        figures,
        n,
        measured=pool.formulations[known],
        settings=BatchSettings(least_lab_steps=0.0, least_measured_steps=0.5),
        random_state=int(rng.integers(2**31)),
    )
    return np.asarray(free[batch["candidate"].to_numpy()])


def shipped_without_papers(
    pool: ReplayPool, known: Array, free: Array, n: int, rng: np.random.Generator
) -> Array:
    """Choose as `shipped` does, but learn from the rows of the pool alone."""
    return shipped(replace(pool, papers=None), known, free, n, rng)


def belief_of(pool: ReplayPool, known: Array, free: Array) -> pd.DataFrame:
    """Fit the shipped surrogate on what is known, papers included; ask it of the rest.

    Parameters
    ----------
    pool : ReplayPool
    known, free : ndarray of int
        Rows to learn from, and to tell about.

    Returns
    -------
    DataFrame
        One row per free recipe, see `expected_nines`.
    """
    from sodalyte.models.coulombic_efficiency import CoulombicEfficiency

    tables, frames = [pool.features.iloc[known]], [pool.frame.iloc[known]]
    if pool.papers is not None:
        tables.append(pool.papers[0])
        frames.append(pool.papers[1])
    # an amount without a column is none of it
    X = pd.concat(tables, ignore_index=True).fillna(0.0)
    frame = pd.concat(frames, ignore_index=True)
    model = CoulombicEfficiency(calibrate=False).fit(X, frame)
    works = set(pool.frame["work"].astype(str))
    if len(works) == 1 and works <= set(model.laboratories()["work"]):
        model = model.in_laboratory(works.pop())
    features = pool.features.iloc[free].reset_index(drop=True)
    return expected_nines(model.predict_frame(features))


def expected_nines(predicted: pd.DataFrame) -> pd.DataFrame:
    """Turn a predicted efficiency into a score: mean and spread with failures.

    Parameters
    ----------
    predicted : DataFrame
        With ``nines_mean``, ``nines_std`` and ``runs_probability``; a cell that does
        not run counts 0 nines.

    Returns
    -------
    DataFrame
        The same with ``score_mean`` and ``score_std``.
    """
    p = predicted["runs_probability"].to_numpy()
    mean = predicted["nines_mean"].to_numpy()
    variance = predicted["nines_std"].to_numpy() ** 2
    score = p * mean
    spread = p * (variance + mean**2) - score**2
    return predicted.assign(score_mean=score, score_std=np.sqrt(np.maximum(spread, 0)))


def random_choice(
    pool: ReplayPool, known: Array, free: Array, n: int, rng: np.random.Generator
) -> Array:
    """Choose blindly."""
    return np.asarray(rng.choice(free, size=min(n, len(free)), replace=False))


def _gaussian_process(x: Array, y: Array, at: Array) -> tuple[Array, Array]:
    """Fit the plain GP: one Matern-5/2 length scale and noise, by likelihood."""
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.gaussian_process import GaussianProcessRegressor
    from sklearn.gaussian_process.kernels import ConstantKernel, Matern, WhiteKernel
    from sklearn.preprocessing import StandardScaler

    scaler = StandardScaler().fit(x)
    typical = float(np.sqrt(x.shape[1]))
    bounds = (0.1 * typical, 20 * typical)
    kernel = ConstantKernel(1.0) * Matern(typical, bounds, nu=2.5)
    model = GaussianProcessRegressor(
        kernel + WhiteKernel(0.1, (1e-3, 1.0)), normalize_y=True, random_state=0
    )
    with warnings.catch_warnings():
        # a length scale at its bound is a fair answer of a baseline on ten rows
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(scaler.transform(x), y)
    mean, std = model.predict(scaler.transform(at), return_std=True)
    return np.asarray(mean), np.asarray(std)


def _gp_ei(x: Array, y: Array, known: Array, free: Array, n: int) -> Array:
    """Choose by expected improvement, one by one, believing the mean of each pick."""
    from scipy.stats import norm

    rows, values, left = known.tolist(), y.tolist(), free.tolist()
    picks = []
    for _ in range(min(n, len(left))):
        mean, std = _gaussian_process(x[rows], np.array(values), x[left])
        gain = (mean - max(values)) / np.maximum(std, 1e-12)
        improvement = std * (gain * norm.cdf(gain) + norm.pdf(gain))
        best = int(np.argmax(improvement))
        picks.append(left[best])
        rows.append(left[best])
        values.append(float(mean[best]))
        left.pop(best)
    return np.array(picks)


def gp_ei_composition(
    pool: ReplayPool, known: Array, free: Array, n: int, rng: np.random.Generator
) -> Array:
    """Choose by plain GP-EI on mole fractions."""
    x = pool.formulations.mole_fractions
    return _gp_ei(x, pool.nines[known], known, free, n)


def gp_ei_design(
    pool: ReplayPool, known: Array, free: Array, n: int, rng: np.random.Generator
) -> Array:
    """Choose by plain GP-EI on our features: what the features alone are worth."""
    x = pool.features.to_numpy(dtype=np.float64)
    x = x[:, x.std(axis=0) > 1e-12]
    return _gp_ei(x, pool.nines[known], known, free, n)


def _forest(
    x: Array, y: Array, known: Array, free: Array, n: int, rng: np.random.Generator
) -> Array:
    from sklearn.ensemble import RandomForestRegressor

    model = RandomForestRegressor(200, random_state=int(rng.integers(2**31)))
    model.fit(x[known], y)
    votes = np.array([t.predict(x[free].astype(np.float32)) for t in model.estimators_])
    value = votes.mean(axis=0) + votes.std(axis=0)
    return np.asarray(free[np.argsort(-value, kind="stable")[:n]])


def forest_composition(
    pool: ReplayPool, known: Array, free: Array, n: int, rng: np.random.Generator
) -> Array:
    """Choose by forest mean + 1 standard deviation on mole fractions."""
    x = pool.formulations.mole_fractions
    return _forest(x, pool.nines[known], known, free, n, rng)


def forest_design(
    pool: ReplayPool, known: Array, free: Array, n: int, rng: np.random.Generator
) -> Array:
    """Choose by forest mean + 1 standard deviation on our features."""
    x = pool.features.to_numpy(dtype=np.float64)
    return _forest(x, pool.nines[known], known, free, n, rng)


def _optuna(
    pool: ReplayPool,
    known: Array,
    free: Array,
    n: int,
    rng: np.random.Generator,
    kind: str,
) -> Array:
    """Ask an Optuna sampler for a point and take the nearest free recipe.

    Coordinates are the first six principal components of the mole fractions, since
    no sampler of Optuna knows a simplex.
    """
    import optuna

    from sodalyte.screen.campaign.storage import quiet_optuna

    points = _principal_components(pool.formulations.mole_fractions, 6)
    names = [f"c{i}" for i in range(points.shape[1])]
    low, high = points.min(axis=0), points.max(axis=0)
    distributions: dict[str, Any] = {
        name: optuna.distributions.FloatDistribution(a, b)
        for name, a, b in zip(names, low, high, strict=True)
    }
    seed = int(rng.integers(2**31))
    with quiet_optuna(), warnings.catch_warnings():
        warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
        sampler: Any = (
            optuna.samplers.GPSampler(seed=seed)
            if kind == "gp"
            else optuna.samplers.TPESampler(seed=seed, multivariate=True)
        )
        study = optuna.create_study(direction="maximize", sampler=sampler)
        for row in known:
            study.add_trial(
                optuna.trial.create_trial(
                    params=dict(zip(names, points[row].tolist(), strict=True)),
                    distributions=distributions,
                    value=float(pool.nines[row]),
                )
            )
        left = list(free)
        picks = []
        for _ in range(min(n, len(left))):
            trial = study.ask(distributions)
            wanted = np.array([trial.params[name] for name in names])
            gaps = ((points[left] - wanted) ** 2).sum(axis=1)
            picks.append(left.pop(int(np.argmin(gaps))))
    return np.array(picks)


def _principal_components(x: Array, n: int) -> Array:
    centred = x - x.mean(axis=0)
    left, values, _ = np.linalg.svd(centred, full_matrices=False)
    n = min(n, int((values > 1e-9 * values[0]).sum()))
    return np.asarray(left[:, :n] * values[:n])


def optuna_gp(
    pool: ReplayPool, known: Array, free: Array, n: int, rng: np.random.Generator
) -> Array:
    """Choose by Optuna's GPSampler."""
    return _optuna(pool, known, free, n, rng, "gp")


def optuna_tpe(
    pool: ReplayPool, known: Array, free: Array, n: int, rng: np.random.Generator
) -> Array:
    """Choose by Optuna's multivariate TPESampler."""
    return _optuna(pool, known, free, n, rng, "tpe")


POLICIES: dict[str, Policy] = {
    "sodalyte": shipped,
    "random": random_choice,
    "gp_ei": gp_ei_composition,
    "forest_mean_plus_std": forest_composition,
    "optuna_gp": optuna_gp,
    "optuna_tpe": optuna_tpe,
    "gp_ei_our_features": gp_ei_design,
    "forest_our_features": forest_design,
}
