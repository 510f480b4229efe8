"""Tables and files of a campaign, worked out from its events."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sodalyte.screen.campaign.state import CampaignState, fold
from sodalyte.screen.campaign.storage import Event
from sodalyte.screen.outputs import write_table

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "experiments_table",
    "export",
    "history_table",
    "measurements_table",
    "status",
]

_STATES = ("pending", "done", "failed", "would_not_run", "retracted")


def status(name: str, state: CampaignState) -> dict[str, Any]:
    """Count the experiments by state, and say what the campaign is.

    Returns
    -------
    dict
        JSON: name, who made it and when, ``counts`` by state, the best result and
        the pending experiments.
    """
    counts = {one: len(state.in_state(one)) for one in _STATES}
    counts["corrected"] = sum(e.n_corrections > 0 for e in state.experiments.values())
    # "< 99" says that it is worse, by nobody knows how much
    known = [e for e in state.in_state("done") if e.result["ce_qualifier"] != "<"]
    best = max(known, key=lambda e: e.result["ce_percent"], default=None)
    return {
        "name": name,
        "created_at": state.description.get("at"),
        "created_by": state.description.get("by"),
        "note": state.description.get("note", ""),
        "counts": counts,
        "n_experiments": len(state.experiments),
        "n_events": state.last_event + 1,
        "n_refused_events": len(state.refused),
        "best": None
        if best is None
        else {
            "experiment": best.id,
            "formulation": best.formulation,
            "ce_percent": best.result["ce_percent"],
        },
        "pending": [
            {"experiment": e.id, "formulation": e.formulation}
            for e in state.in_state("pending")
        ],
    }


def experiments_table(state: CampaignState) -> "pd.DataFrame":
    """List all experiments, one row each, proposal and result side by side."""
    import pandas as pd

    rows = []
    for e in state.experiments.values():
        row: dict[str, Any] = {
            "experiment": e.id,
            "formulation": e.formulation,
            "state": e.state,
            "iteration": e.iteration,
            "is_replicate": e.is_replicate,
            "n_corrections": e.n_corrections,
            "reason": e.reason,
        }
        row.update({f"proposed_{k}": _flat(v) for k, v in e.proposal.items()})
        row.update(e.result)
        rows.append(row)
    return pd.DataFrame(rows)


def measurements_table(name: str, state: CampaignState) -> "pd.DataFrame":
    """Return the results as own measurements for training.

    Returns
    -------
    DataFrame
        The columns of a measurement file; retracted experiments are left out,
        corrected ones appear once, as corrected. ``work`` names the campaign,
        ``iteration`` the ask that a result answers.
    """
    import pandas as pd

    rows = [
        {
            "formulation": e.formulation,
            **e.result,
            "row_id": f"{name}:{e.id}",
            "iteration": e.iteration,
        }
        for e in state.in_state("done", "failed", "would_not_run")
    ]
    columns = ["row_id", "formulation", "outcome", "ce_percent", "ce_qualifier"]
    frame = pd.DataFrame(rows)
    frame = frame.reindex(columns=[*columns, *frame.columns.difference(columns)])
    if "work" not in frame:
        frame["work"] = f"campaign {name}"
    frame["work"] = frame["work"].fillna(f"campaign {name}")
    # a cell that would not run has neither: its text is empty, as in a file
    frame["ce_qualifier"] = frame["ce_qualifier"].fillna("")
    return frame


def _with_protocol(frame: "pd.DataFrame") -> "pd.DataFrame":
    """Fill the protocol that nobody told with the one the proposals were made for.

    A measurement file must state it; the note says in which rows it was filled in.
    """
    from sodalyte.screen.judging.conditions import Conditions

    filled = frame.copy()
    untold = [""] * len(frame)
    for name, value in Conditions().protocol().items():
        told = frame.reindex(columns=[name])[name]
        filled[name] = told.where(told.notna(), value)
        untold = [
            f"{words} {name}" if is_missing else words
            for words, is_missing in zip(untold, told.isna(), strict=True)
        ]
    notes = frame["note"].fillna("") if "note" in frame else [""] * len(frame)
    filled["note"] = [
        "; ".join(
            part for part in (note, words and f"not told, as proposed:{words}") if part
        )
        for note, words in zip(notes, untold, strict=True)
    ]
    return filled


def history_table(events: Sequence[Event]) -> "pd.DataFrame":
    """List every event in order, refused ones with the reason."""
    import pandas as pd

    state = fold(events)
    rows = []
    for event in events:
        content = dict(event.content)
        ids = state.accepted_ids.get(event.number, ())
        rows.append(
            {
                "event": event.number,
                "kind": event.kind,
                "at": content.pop("at", ""),
                "by": content.pop("by", ""),
                "experiments": " ".join(ids) or content.get("experiment", ""),
                "model": _flat(content.get("model", "")),
                "data": _flat(content.get("data", "")),
                "refused": state.refused.get(event.number, ""),
                "content": json.dumps(content, sort_keys=True),
            }
        )
    return pd.DataFrame(rows)


def export(name: str, events: Sequence[Event], folder: Path) -> list[Path]:
    """Write experiments, measurements, history, all events and own components."""
    state = fold(events)
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for title, frame in (
        ("experiments", experiments_table(state)),
        ("measurements", _with_protocol(measurements_table(name, state))),
        ("history", history_table(events)),
    ):
        path = folder / f"{title}.csv"
        write_table(path, frame)
        paths.append(path)
    path = folder / "campaign.json"
    listed = [{"event": e.number, "kind": e.kind, "content": e.content} for e in events]
    document = {"status": status(name, state), "events": listed}
    path.write_text(json.dumps(document, indent=1, sort_keys=True) + "\n")
    paths.append(path)
    components = state.description.get("components")
    if components:
        path = folder / "components.toml"
        path.write_text(components, encoding="utf-8")
        paths.append(path)
    return paths


def _flat(value: Any) -> Any:
    return json.dumps(value, sort_keys=True) if isinstance(value, dict) else value
