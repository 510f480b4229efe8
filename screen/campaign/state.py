"""What a campaign's events add up to: experiments, their states, refused events."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from sodalyte.screen.campaign.storage import Event

__all__ = ["CampaignState", "Experiment", "fold"]

OUTCOMES = ("ran", "failed_early", "would_not_run")
_STATE_OF_OUTCOME = {
    "ran": "done",
    "failed_early": "failed",
    "would_not_run": "would_not_run",
}


@dataclass(frozen=True)
class Experiment:
    """One recipe that was asked for, or measured unasked.

    Parameters
    ----------
    id : str
        "E0001" and so on, in the order of the log.
    formulation : str
        Canonical text.
    state : str
        pending, done, failed, would_not_run or retracted.
    proposal : dict
        What was promised at the ask: list, score, why, prediction.
    result : dict
        Outcome, efficiency, protocol; empty while pending.
    n_corrections : int
    is_replicate : bool
        Asked although the recipe was known, on purpose.
    iteration : int
        Number of the ask that made it, from 1; of the last ask before it where it was
        measured unasked, 0 before any.
    asked_event, told_event : int or None
        Numbers in the log.
    reason : str
        Of the retraction.
    """

    id: str
    formulation: str
    state: str = "pending"
    proposal: dict[str, Any] = field(default_factory=dict)
    result: dict[str, Any] = field(default_factory=dict)
    n_corrections: int = 0
    is_replicate: bool = False
    iteration: int = 0
    asked_event: int | None = None
    told_event: int | None = None
    reason: str = ""


@dataclass
class CampaignState:
    """The campaign after its last event.

    Parameters
    ----------
    experiments : dict of str to Experiment
        By id, in the order of the log.
    refused : dict of int to str
        Events without effect, by number, with the reason.
    accepted_ids : dict of int to tuple of str
        Experiments that each ask or addition made.
    last_event : int
        Number of the newest event, -1 without any.
    description : dict
        Content of the first event.
    n_asks : int
        Asks that made an experiment.
    """

    experiments: dict[str, Experiment] = field(default_factory=dict)
    refused: dict[int, str] = field(default_factory=dict)
    accepted_ids: dict[int, tuple[str, ...]] = field(default_factory=dict)
    last_event: int = -1
    description: dict[str, Any] = field(default_factory=dict)
    n_asks: int = 0

    def in_state(self, *states: str) -> list[Experiment]:
        """List the experiments in any of these states."""
        return [e for e in self.experiments.values() if e.state in states]

    @property
    def live_formulations(self) -> set[str]:
        """Recipes that are pending or measured."""
        return {
            e.formulation for e in self.experiments.values() if e.state != "retracted"
        }


def fold(events: Iterable[Event]) -> CampaignState:
    """Replay the log; every reader comes to the same state.

    Notes
    -----
    An ask makes experiments of those of its recipes that no live experiment holds
    yet, so of two asks for one recipe the first in the log has it. The first result of
    an experiment counts; a second one that says the same is a repeat, one that says
    otherwise is refused: a changed mind is a correction. Nothing is ever deleted.
    """
    state = CampaignState()
    for event in events:
        handler = _HANDLERS.get(event.kind)
        if handler is None:
            state.refused[event.number] = f"unknown kind of event {event.kind!r}"
        else:
            try:
                reason = handler(state, event)
            except (AttributeError, KeyError, TypeError, ValueError) as error:
                reason = f"not as this version writes it: {error!r}"
            if reason:
                state.refused[event.number] = reason
        state.last_event = event.number
    return state


def _created(state: CampaignState, event: Event) -> str:
    state.description.update(event.content)
    return ""


def _new(campaign: CampaignState, event: Event, **values: Any) -> None:
    identity = f"E{len(campaign.experiments) + 1:04d}"
    campaign.experiments[identity] = Experiment(
        id=identity, iteration=campaign.n_asks, **values
    )
    known = campaign.accepted_ids.get(event.number, ())
    campaign.accepted_ids[event.number] = (*known, identity)


def _asked(state: CampaignState, event: Event) -> str:
    live = state.live_formulations
    doubled = []
    for recipe in event.content["recipes"]:
        formulation = recipe["formulation"]
        is_replicate = bool(recipe.get("is_replicate", False))
        if formulation in live and not is_replicate:
            doubled.append(formulation)
            continue
        live.add(formulation)
        state.n_asks += event.number not in state.accepted_ids
        _new(
            state,
            event,
            formulation=formulation,
            proposal={k: v for k, v in recipe.items() if k != "formulation"},
            is_replicate=is_replicate,
            asked_event=event.number,
        )
    if doubled and event.number not in state.accepted_ids:
        return "all its recipes were asked for or measured before"
    return ""


def _added(state: CampaignState, event: Event) -> str:
    result = dict(event.content["result"])
    _new(
        state,
        event,
        formulation=event.content["formulation"],
        state=_STATE_OF_OUTCOME[result["outcome"]],
        result=result,
        is_replicate=event.content["formulation"] in state.live_formulations,
        told_event=event.number,
    )
    return ""


def _told(state: CampaignState, event: Event) -> str:
    experiment = state.experiments.get(event.content["experiment"])
    if experiment is None:
        return f"no experiment {event.content['experiment']}"
    result = dict(event.content["result"])
    if experiment.state != "pending":
        if experiment.result == result:
            return ""
        return f"{experiment.id} is {experiment.state} already; correct it instead"
    state.experiments[experiment.id] = replace(
        experiment,
        state=_STATE_OF_OUTCOME[result["outcome"]],
        result=result,
        told_event=event.number,
    )
    return ""


def _corrected(state: CampaignState, event: Event) -> str:
    experiment = state.experiments.get(event.content["experiment"])
    if experiment is None:
        return f"no experiment {event.content['experiment']}"
    if experiment.state in ("pending", "retracted"):
        return f"{experiment.id} is {experiment.state}; only a result can be corrected"
    result = dict(event.content["result"])
    state.experiments[experiment.id] = replace(
        experiment,
        state=_STATE_OF_OUTCOME[result["outcome"]],
        result=result,
        n_corrections=experiment.n_corrections + 1,
    )
    return ""


def _retracted(state: CampaignState, event: Event) -> str:
    experiment = state.experiments.get(event.content["experiment"])
    if experiment is None:
        return f"no experiment {event.content['experiment']}"
    if experiment.state == "retracted":
        return ""
    state.experiments[experiment.id] = replace(
        experiment, state="retracted", reason=event.content["reason"]
    )
    return ""


_HANDLERS = {
    "created": _created,
    "asked": _asked,
    "added": _added,
    "told": _told,
    "corrected": _corrected,
    "retracted": _retracted,
}
