"""Other people's optimisers in the same replays, where they are installed.

Neither is a dependency of this project. `pip install baybe` and
`pip install "bofire[optimization,cheminfo]"` bring them (tried with BayBE 0.15.0 and
BoFire 0.5.0); without them a replay says that they are not installed.
"""

import importlib.util
import warnings
from typing import Any

import numpy as np
import pandas as pd

from sodalyte.screen.benchmarks.replay_policies import Policy
from sodalyte.screen.benchmarks.replay_pool import ReplayPool

__all__ = ["PEERS", "absent_peers", "composition_of"]

Array = np.ndarray[Any, np.dtype[Any]]

_TARGET = "nines"
_PARAMETER = "recipe"
_NEEDS = {  # what must be importable for each
    "baybe": ("baybe",),
    "bofire": ("bofire", "botorch", "mordred"),
}


def composition_of(pool: ReplayPool) -> pd.DataFrame:
    """Describe every recipe of the pool by its mole fractions.

    Parameters
    ----------
    pool : ReplayPool
        Of n recipes.

    Returns
    -------
    DataFrame of n rows
        One column per component that some recipes hold and others do not; labels are
        row numbers as text.
    """
    fractions = pool.formulations.mole_fractions
    used = fractions.std(axis=0) > 1e-12
    names = [
        f"x{i}_{component.name}"
        for i, component in enumerate(pool.formulations.components)
        if used[i]
    ]
    rows = [_label(i) for i in range(len(fractions))]
    return pd.DataFrame(fractions[:, used], index=rows, columns=names)


def _label(row: int) -> str:
    return f"r{row:04d}"


def baybe(
    pool: ReplayPool, known: Array, free: Array, n: int, rng: np.random.Generator
) -> Array:
    """Choose by BayBE as it comes: its default recommender, recipes by composition.

    A recipe is one discrete parameter with its mole fractions as custom encoding
    (decorrelated, BayBE's default); recipes measured already are not recommended.
    """
    from baybe import Campaign
    from baybe.objectives import SingleTargetObjective
    from baybe.parameters import CustomDiscreteParameter
    from baybe.targets import NumericalTarget
    from baybe.utils.random import set_random_seed

    encoding = composition_of(pool)
    set_random_seed(int(rng.integers(2**31)))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a rival's own housekeeping
        campaign = Campaign(
            CustomDiscreteParameter(_PARAMETER, encoding),
            SingleTargetObjective(NumericalTarget(_TARGET)),
            allow_recommending_already_measured=False,
        )
        campaign.add_measurements(
            pd.DataFrame(
                {
                    _PARAMETER: [_label(int(row)) for row in known],
                    _TARGET: pool.nines[known],
                }
            )
        )
        picked = campaign.recommend(min(n, len(free)))[_PARAMETER]
    return _rows(picked, encoding)


def bofire(
    pool: ReplayPool, known: Array, free: Array, n: int, rng: np.random.Generator
) -> Array:
    """Choose by BoFire's single-objective strategy as it comes, by composition.

    A recipe is one categorical input with its mole fractions as descriptors; only
    the recipes not yet measured are allowed.
    """
    import bofire.strategies.api as strategies
    from bofire.data_models.domain.api import Domain, Inputs, Outputs
    from bofire.data_models.features.api import (
        CategoricalDescriptorInput,
        ContinuousOutput,
    )
    from bofire.data_models.objectives.api import MaximizeObjective
    from bofire.data_models.strategies.api import SoboStrategy

    encoding = composition_of(pool)
    is_free = np.isin(np.arange(len(encoding)), free)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a rival's own housekeeping
        recipe = CategoricalDescriptorInput(
            key=_PARAMETER,
            categories=list(encoding.index),
            allowed=is_free.tolist(),
            descriptors=list(encoding.columns),
            values=encoding.to_numpy().tolist(),
        )
        aim = ContinuousOutput(key=_TARGET, objective=MaximizeObjective(w=1.0))
        domain = Domain(
            inputs=Inputs(features=[recipe]), outputs=Outputs(features=[aim])
        )
        strategy = strategies.map(
            SoboStrategy(domain=domain, seed=int(rng.integers(2**31)))
        )
        strategy.tell(
            pd.DataFrame(
                {
                    _PARAMETER: [_label(int(row)) for row in known],
                    _TARGET: pool.nines[known],
                    f"valid_{_TARGET}": 1,
                }
            )
        )
        picked = strategy.ask(min(n, len(free)))[_PARAMETER]
    return _rows(picked, encoding)


def _rows(labels: "pd.Series[Any]", encoding: pd.DataFrame) -> Array:
    return np.asarray(encoding.index.get_indexer(pd.Index(labels)), dtype=np.int64)


PEERS: dict[str, Policy] = {"baybe": baybe, "bofire": bofire}


def absent_peers() -> tuple[str, ...]:
    """Name the peers that are not installed here."""
    return tuple(
        name
        for name in PEERS
        if any(importlib.util.find_spec(module) is None for module in _NEEDS[name])
    )
