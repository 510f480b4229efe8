"""Who takes part in each benchmark: our members, alone and averaged, and baselines.

A model is a list of members that are averaged (`coulombic_efficiency.py`).
"""

from sodalyte.models.baselines import MeanBaseline, ScikitBaseline
from sodalyte.models.members import ForestMember, ProcessMember
from sodalyte.models.network import NetworkMember
from sodalyte.models.scoring import Model


def campaign_models() -> dict[str, Model]:
    """List the models of the campaign benchmark; each is a list that is averaged."""
    process = ProcessMember(
        amount_unit=0.3, linear=("chemistry",), failures="hard", work_std=0.0
    )
    forest = ForestMember(
        blocks=("amounts",), n_trees=300, max_features=1.0, failures="zero"
    )
    raw = ScikitBaseline(
        "process", ("amounts",), standardise=False, failures_as_zero=True
    )
    return {
        "ours": [process, forest],
        "ours, process alone": [process],
        "ours, forest alone": [forest],
        "isotropic process on raw fractions": [raw],
        "random forest": [
            ScikitBaseline("forest", ("amounts",), failures_as_zero=True)
        ],
        "gradient boosting": [
            ScikitBaseline("boosting", ("amounts",), failures_as_zero=True)
        ],
        "mean": [MeanBaseline(failures_as_zero=True)],
    }


def lithium_models(protocol: bool) -> dict[str, Model]:
    """List the models of the lithium benchmarks; each is a list that is averaged."""
    extra = ("conditions",) if protocol else ()
    both: tuple[str, ...] = ("chemistry", *extra)
    ours = [
        ProcessMember(local=both, linear=(), work_std=0.0),
        ProcessMember(local=both, linear=(), work_std=0.0, whiten=0.1),
    ]
    by_name = ("amounts", *extra)
    return {
        "ours": ours,
        "ours, plain process alone": ours[:1],
        "ours, whitened process alone": ours[1:],
        "process on amounts and chemistry": [
            ProcessMember(local=("amounts", *both), linear=(), work_std=0.0)
        ],
        "extremely randomised trees": [ForestMember(blocks=both, n_trees=100)],
        "torch network": [NetworkMember(blocks=both)],
        "untuned process on chemistry": [ScikitBaseline("process", both)],
        "untuned process on amounts": [ScikitBaseline("process", by_name)],
        "untuned random forest": [ScikitBaseline("forest", both)],
        "untuned gradient boosting": [ScikitBaseline("boosting", both)],
        "mean": [MeanBaseline()],
    }


def sodium_baselines() -> dict[str, Model]:
    """List the baselines on sodium rows; class rates stand in for a classifier."""
    every = ("chemistry", "conditions")
    return {
        "mean": [MeanBaseline()],
        "isotropic process on chemistry": [ScikitBaseline("process", every)],
        "isotropic process on amounts": [ScikitBaseline("process", ("amounts",))],
        "random forest": [ScikitBaseline("forest", every)],
        "gradient boosting": [ScikitBaseline("boosting", every)],
        "torch network": [NetworkMember(blocks=every)],
    }
