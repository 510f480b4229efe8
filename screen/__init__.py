"""The job: search space, candidates, campaign, ranking, report and command line.

The names below are loaded when first touched, so that ``sodalyte parse`` starts
without the libraries that only ``sodalyte propose`` needs.
"""

from importlib import import_module
from typing import Any

_HOMES = {
    "Campaign": "campaign.campaign",
    "Conditions": "judging.conditions",
    "Judge": "judging.judge",
    "Proposals": "proposing.propose",
    "SearchSpace": "space.search_space",
    "Target": "judging.targets",
}

__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'sodalyte.screen' has no attribute {name!r}")
    return getattr(import_module(f"sodalyte.screen.{_HOMES[name]}"), name)
