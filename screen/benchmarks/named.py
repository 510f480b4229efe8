"""The figures of the README, remade: one name, one function, one document."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

    from sodalyte.models.network import TorchSettings

__all__ = ["BENCHMARKS", "run_benchmark"]

Document = dict[str, Any]


def _sodium() -> tuple[pd.DataFrame, pd.DataFrame]:
    from sodalyte.screen.surrogates.training import training_table

    X, frame, _ = training_table()
    return X, frame


def _lithium() -> tuple[pd.DataFrame, pd.DataFrame]:
    from sodalyte.datasets import load_lithium_ce
    from sodalyte.screen.surrogates.training import feature_table

    return feature_table(load_lithium_ce().frame)


def _torch(device: str) -> TorchSettings:
    """Describe every measured component, and hand over lithium as the other task."""
    import pandas as pd

    from sodalyte.datasets.formulations.formulation import Formulation
    from sodalyte.featurizers.component_table import component_table
    from sodalyte.models.network import TorchSettings, checked_device
    from sodalyte.models.observations import read_observations

    checked_device(device)
    lithium, frame = _lithium()
    texts = pd.concat([_sodium()[1]["formulation"], frame["formulation"]]).unique()
    components = {
        component.name: component
        for text in texts
        for component in Formulation.from_text(text).components
    }
    table = component_table(list(components.values())).set_index("name")
    other = (lithium, read_observations(lithium, frame))
    return TorchSettings(table, other, device)


def _forward_chaining(device: str) -> Document:
    from sodalyte.models.campaign_benchmark import na_forward_chaining

    return na_forward_chaining(*_sodium(), torch=_torch(device))


def _leave_one_work_out(device: str) -> Document:
    from sodalyte.models.benchmarks import na_leave_one_work_out

    return na_leave_one_work_out(*_sodium(), torch=_torch(device))


def _leave_one_solvent_set_out(device: str) -> Document:
    from sodalyte.models.benchmarks import na_leave_one_work_out

    sodium = _sodium()
    return na_leave_one_work_out(*sodium, key="solvent_set", torch=_torch(device))


def _learning_curve() -> Document:
    from sodalyte.models.benchmarks import learning_curve

    return learning_curve(*_sodium())


def _li_repeated_cv(device: str) -> Document:
    from sodalyte.models.lithium_benchmark import li_repeated_cv

    return li_repeated_cv(*_lithium(), torch=_alone(device))


def _li_protocol_cv(device: str) -> Document:
    from sodalyte.models.lithium_benchmark import li_repeated_cv

    return li_repeated_cv(*_lithium(), protocol=True, torch=_alone(device))


def _li_grouped(device: str) -> Document:
    from sodalyte.models.lithium_benchmark import li_grouped

    return li_grouped(*_lithium(), torch=_alone(device))


def _alone(device: str) -> TorchSettings:
    from dataclasses import replace

    return replace(_torch(device), other=None)


def _limits() -> Document:
    from sodalyte.models.limit_benchmark import limit_leave_one_work_out
    from sodalyte.screen.surrogates.training import limits_table

    X, limits, _ = limits_table()
    return limit_leave_one_work_out(X, limits)


def _transfer() -> Document:
    from sodalyte.models.transfer import transfer_benchmark

    return transfer_benchmark(_sodium(), _lithium())


def _rules() -> Document:
    from sodalyte.datasets import Formulation
    from sodalyte.datasets.loading.facts import load_qualitative_rules
    from sodalyte.models.rules import rule_verdicts
    from sodalyte.screen.surrogates.training import feature_matrix, limits_table

    def features(texts: list[str], conditions: pd.DataFrame) -> pd.DataFrame:
        known = conditions if len(conditions.columns) else None
        return feature_matrix([Formulation.from_text(text) for text in texts], known)

    start = time.perf_counter()
    X, limits, _ = limits_table()
    rules = load_qualitative_rules().frame
    found = rule_verdicts(rules, *_sodium(), X, limits, features)
    counts = {str(key): int(n) for key, n in found["verdict"].value_counts().items()}
    return {
        "name": "rules",
        "metrics": {**counts, "n": len(found)},
        "baselines": {},
        "seed": 0,
        "seconds": time.perf_counter() - start,
        "verdicts": found.to_dict("records"),
    }


def _running_settings() -> Document:
    from sodalyte.models.running_benchmark import running_settings

    return running_settings(*_sodium())


def _replay_li() -> Document:
    from sodalyte.screen.benchmarks.replay import replay_li

    return replay_li()


def _replay_na() -> Document:
    from sodalyte.screen.benchmarks.replay import replay_na

    return replay_na()


def _acquisitions() -> Document:
    from sodalyte.screen.benchmarks.acquisitions import acquisitions

    return acquisitions()


def _hypervolume() -> Document:
    from sodalyte.screen.benchmarks.hypervolume import hypervolume_benchmark

    return hypervolume_benchmark()


def _throughput() -> Document:
    from sodalyte.screen.benchmarks.throughput import throughput

    return throughput()


_WITH_TORCH: dict[str, Callable[[str], Document]] = {
    "na-forward-chaining": _forward_chaining,
    "na-leave-one-work-out": _leave_one_work_out,
    "na-leave-one-solvent-set-out": _leave_one_solvent_set_out,
    "li-repeated-cv": _li_repeated_cv,
    "li-protocol-cv": _li_protocol_cv,
    "li-grouped": _li_grouped,
}
_WITHOUT_TORCH: dict[str, Callable[[], Document]] = {
    "learning-curve": _learning_curve,
    "limit-leave-one-work-out": _limits,
    "li-na-transfer": _transfer,
    "rules": _rules,
    "running-settings": _running_settings,
    "replay-li": _replay_li,
    "replay-na": _replay_na,
    "acquisitions": _acquisitions,
    "hypervolume": _hypervolume,
    "throughput": _throughput,
}
BENCHMARKS = (*_WITH_TORCH, *_WITHOUT_TORCH)
"""Names that `sodalyte benchmark` knows."""


def run_benchmark(name: str, device: str = "cpu") -> Document:
    """Remake one set of figures, baselines in the same run.

    Parameters
    ----------
    name : str
        One of ``BENCHMARKS``.
    device : str
        Where the torch contenders train; a benchmark without one runs where it runs.

    Returns
    -------
    dict
        ``name``, ``metrics``, ``baselines``, ``seed``, ``seconds``.

    Raises
    ------
    ValueError
        If there is no such benchmark or no such device; names those there are.
    """
    if name not in BENCHMARKS:
        raise ValueError(
            f"A benchmark is one of {', '.join(BENCHMARKS)}. Got {name!r}. "
            "Choose one of these."
        )
    start = time.perf_counter()
    known = _WITHOUT_TORCH.get(name)
    document = known() if known is not None else _WITH_TORCH[name](device)
    document.setdefault("seed", 0)
    document["name"] = name
    document["seconds"] = round(time.perf_counter() - start, 1)
    return document
