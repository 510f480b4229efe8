"""Who takes part in each benchmark beside the shipped predictor.

A model is a list of members that are averaged with equal weight.
"""

from dataclasses import replace

from sodalyte.models.baselines import MeanBaseline, ScikitBaseline
from sodalyte.models.candidates import candidate_members
from sodalyte.models.members import ForestMember, ProcessMember
from sodalyte.models.network import NetworkMember, TorchSettings
from sodalyte.models.scoring import Model
from sodalyte.models.selection import ChosenMember

#: Ratios and fractions of elements, the descriptors of Kim et al., PNAS 2023, 120,
#: e2214357120; doi 10.1073/pnas.2214357120.
_ELEMENTS = (
    "_to_carbon_ratio",
    "_to_oxygen_ratio",
    "_to_organic_ratio",
    "_atom_fraction",
)


def campaign_baselines(torch: TorchSettings | None = None) -> dict[str, Model]:
    """List the baselines of the campaign benchmark; a failed cell is 0 nines.

    Parameters
    ----------
    torch : TorchSettings, optional
        Components, other metal and device of the torch contenders.

    Returns
    -------
    dict of str to list of estimators
    """
    names = ("amounts",)
    torch = torch or TorchSettings()
    alone = replace(torch, other=None)
    raw = ScikitBaseline("process", names, standardise=False, failures_as_zero=True)
    ard = ScikitBaseline("ard process", names, failures_as_zero=True)
    trees = ForestMember(blocks=names, n_trees=300, max_features=1.0, failures="zero")
    return {
        "isotropic process on raw fractions": [raw],
        "process with a length per fraction": [ard],
        "random forest": [ScikitBaseline("forest", names, failures_as_zero=True)],
        "extremely randomised trees": [trees],
        "gradient boosting": [ScikitBaseline("boosting", names, failures_as_zero=True)],
        "torch deep set": [
            NetworkMember(("conditions",), alone, failures_as_zero=True)
        ],
        "torch deep set, other metal too": [
            NetworkMember(("conditions",), torch, failures_as_zero=True)
        ],
        "mean": [MeanBaseline(failures_as_zero=True)],
    }


def lithium_models(torch: TorchSettings | None = None) -> dict[str, Model]:
    """List the models of the lithium benchmarks; no lithium cell failed.

    Parameters
    ----------
    torch : TorchSettings, optional
        Components, other metal and device of the torch contenders.

    Returns
    -------
    dict of str to list of estimators
        All look at the conditions too, but for the process and the forest on
        elements alone, which are what the literature uses. Those told the laboratory
        know which work a test row is from, as every laboratory does of itself.
    """
    every = ("chemistry", "conditions")
    element_process = ScikitBaseline("process", suffixes=_ELEMENTS)
    element_forest = ScikitBaseline("forest", suffixes=_ELEMENTS)
    plain = ProcessMember(local=every, linear=(), work_std=0.0)
    ours = candidate_members(failures=("left_out",))
    return {
        "ours": [ChosenMember(ours, told_laboratory=True)],
        "ours, laboratory unknown": [ChosenMember(ours)],
        "all candidates, equal weights": list(ours),
        "plain process on chemistry": [plain],
        "extremely randomised trees": [ForestMember(blocks=every, n_trees=100)],
        "torch deep set": [NetworkMember(("conditions",), torch)],
        "torch deep set and chemistry": [NetworkMember(every, torch)],
        "untuned process on elements": [element_process],
        "untuned random forest on elements": [element_forest],
        "untuned process on chemistry": [ScikitBaseline("process", every)],
        "untuned process on chemistry, told the laboratory": [
            ScikitBaseline("process", every, told_laboratory=True)
        ],
        "untuned process on amounts": [
            ScikitBaseline("process", ("amounts", "conditions"))
        ],
        "untuned random forest": [ScikitBaseline("forest", every)],
        "untuned random forest, told the laboratory": [
            ScikitBaseline("forest", every, told_laboratory=True)
        ],
        "untuned gradient boosting": [ScikitBaseline("boosting", every)],
        "untuned gradient boosting, told the laboratory": [
            ScikitBaseline("boosting", every, told_laboratory=True)
        ],
        "mean": [MeanBaseline()],
    }


def sodium_baselines(torch: TorchSettings | None = None) -> dict[str, Model]:
    """List the baselines on sodium rows; class rates stand in for a classifier.

    Parameters
    ----------
    torch : TorchSettings, optional
        Components, other metal and device of the torch contenders.

    Returns
    -------
    dict of str to list of estimators
    """
    every = ("chemistry", "conditions")
    torch = torch or TorchSettings()
    alone = replace(torch, other=None)
    return {
        "mean": [MeanBaseline()],
        "isotropic process on chemistry": [ScikitBaseline("process", every)],
        "isotropic process on amounts": [ScikitBaseline("process", ("amounts",))],
        "random forest": [ScikitBaseline("forest", every)],
        "gradient boosting": [ScikitBaseline("boosting", every)],
        "torch deep set": [NetworkMember(("conditions",), alone)],
        "torch deep set and chemistry": [NetworkMember(every, alone)],
        "torch deep set, other metal too": [NetworkMember(("conditions",), torch)],
    }
