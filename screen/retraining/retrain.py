"""Retrain on new measurements: champion, challenger, and who goes on."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from sodalyte.screen.outputs import check_folder, to_json, write_files
from sodalyte.screen.retraining.card import code_version, make_card
from sodalyte.screen.retraining.document import (
    choices,
    intake_notes,
    nothing_new,
    own_rows_left_out,
    refusal,
    side_of,
    verdict,
)
from sodalyte.screen.retraining.drift import drift_report
from sodalyte.screen.retraining.evaluation import Contender, evaluate
from sodalyte.screen.retraining.intake import Intake, take_in
from sodalyte.screen.retraining.moves import moved_predictions, reranked
from sodalyte.screen.retraining.parts import RetrainRequest, Trial
from sodalyte.screen.retraining.scores import forward_error, paired_forward
from sodalyte.screen.surrogates.registry import Registry
from sodalyte.screen.surrogates.registry_models import StoredModel
from sodalyte.screen.surrogates.snapshot import Snapshot, changed_rows

if TYPE_CHECKING:
    from sodalyte.screen.surrogates.training import Predictors

__all__ = ["RetrainRequest", "Retrained", "retrain"]

Progress = Callable[[str, float], None]


def _silent(stage: str, share: float) -> None:
    """Report progress to nobody."""


@dataclass(frozen=True)
class Retrained:
    """What came of it.

    Parameters
    ----------
    document : dict
        The JSON document of ``sodalyte retrain``.
    """

    document: dict[str, Any]

    @property
    def is_refused(self) -> bool:
        """Whether faults in the files kept anything from being trained."""
        return bool(self.document["faults"]) and self.document["challenger"] is None

    def write(self, folder: str | Path) -> Path:
        """Write ``retrain.html`` and ``retrain.json``; return the report's path."""
        from sodalyte.screen.retraining.report import render_retrain_report

        folder = Path(folder)
        check_folder(folder)
        write_files(
            folder,
            {
                "retrain.json": to_json(self.document) + "\n",
                "retrain.html": render_retrain_report(self.document),
            },
        )
        return folder / "retrain.html"

    def _repr_html_(self) -> str:
        """Show the figures in a notebook."""
        evaluation = self.document["evaluation"] or {"figures": []}
        return str(pd.json_normalize(evaluation["figures"]).to_html(index=False))


def retrain(
    request: RetrainRequest,
    *,
    registry: Registry | None = None,
    progress: Progress = _silent,
) -> Retrained:
    """Refit on new measurements and promote the new model unless it is worse.

    Parameters
    ----------
    request : RetrainRequest
    registry : Registry, optional
        The one of `registry_folder` by default. A first model, of the bundled
        measurements alone, is entered where there is none.
    progress : callable
        Called with the stage and the share done, 0 to 1.

    Returns
    -------
    Retrained

    Raises
    ------
    ValueError
        If an input is bad, names the file, place, value and remedy.
    """
    start, cpu = time.perf_counter(), time.process_time()
    registry = registry or Registry()
    check_leave_out(request.leave_out)
    version = registry.champion
    known = Snapshot.from_dict(registry.snapshot(version)) if version else Snapshot()
    base = _base(known, request)
    progress("reading measurements", 0.02)
    intake = take_in(base, request.data, request.corrections)
    if intake.faults and not request.accepted_only:
        return Retrained(refusal(intake, registry))
    is_first = version is None
    if version is None:
        progress("fitting a first model on the bundled measurements", 0.05)
        version = _first_model(registry, base, request.seed)
    document = _compare(registry, version, intake, request, progress, is_first=is_first)
    document["seconds"] = round(time.perf_counter() - start, 2)
    document["cpu_seconds"] = round(time.process_time() - cpu, 2)
    progress("done", 1.0)
    return Retrained(document)


def check_leave_out(names: Sequence[str] | None) -> None:
    """Refuse names that are no bundled set.

    Raises
    ------
    ValueError
        Names the sets there are.
    """
    from sodalyte.datasets.joining.training import training_frame

    known = sorted(set(training_frame()[0]["set_name"]))
    wrong = [name for name in names or () if name not in known]
    if wrong:
        raise ValueError(
            f"A set to leave out must be a bundled one: {', '.join(known)}. Got "
            f"{', '.join(wrong)}. Choose among these, or 'none' for none."
        )


def _base(known: Snapshot, request: RetrainRequest) -> Snapshot:
    """Return the champion's snapshot with the choices of this request."""
    if request.leave_out is None or tuple(request.leave_out) == known.left_out:
        return known
    return known.changed(left_out=tuple(request.leave_out))


def _first_model(registry: Registry, snapshot: Snapshot, seed: int) -> str:
    """Enter the model of the bundled measurements as the first champion."""
    from sodalyte.screen.surrogates.training import bundled_predictors

    bundled_only = snapshot.changed(ledger=Snapshot().ledger, retracted=())
    if bundled_only.left_out:
        made = bundled_only.predictors(_version_text())
    else:
        made = bundled_predictors()
    why = "the first model of this registry, of bundled measurements alone"
    card = make_card(
        bundled_only,
        made,
        parent=None,
        seed=seed,
        evaluation={},
        promotion={"promoted": True, "forced": False, "why": why},
        notes=choices(bundled_only),
    )
    version = registry.add(StoredModel(made, bundled_only.to_dict(), card), why=why)
    registry.promote(version, why=why)
    return version


def _version_text() -> str:
    code = code_version()
    return f"{code['version']}+{code['fingerprint'][:12]}"


def _compare(
    registry: Registry,
    version: str,
    intake: Intake,
    request: RetrainRequest,
    progress: Progress,
    *,
    is_first: bool,
) -> dict[str, Any]:
    """Fit the challenger, compare, enter it, and promote it or not."""
    trial = _trial(registry, version, intake, request, progress)
    if trial is None:
        return nothing_new(registry, version, intake, is_first)
    progress("entering the challenger in the registry", 0.75)
    notes = [
        *choices(trial.after),
        *intake_notes(intake),
        *own_rows_left_out(trial.excluded),
    ]
    promotion = verdict(trial.evaluation, force=request.force)
    entered = _enter(registry, version, trial, request.seed, promotion, notes)
    progress("looking for what moved", 0.85)
    return {
        "champion": side_of(registry, version, trial.evaluation, "champion"),
        "challenger": side_of(registry, entered, trial.evaluation, "challenger"),
        "promoted": promotion["promoted"],
        "forced": promotion["forced"],
        "why": promotion["why"],
        "first_champion": is_first,
        "refitted_champion": trial.mismatch,
        "files": intake.files,
        "faults": intake.faults,
        "skipped": intake.skipped,
        "notes": notes,
        "changes": trial.changes,
        "corrections": intake.corrections,
        "excluded": trial.excluded.to_dict("records"),
        "drift": trial.drift,
        "evaluation": trial.evaluation.to_dict() if trial.evaluation else None,
        "forward": trial.forward,
        "moved": moved_predictions(trial.champion, trial.challenger, trial.changes),
        "proposals": (
            reranked(request.proposals, trial.champion, trial.challenger)
            if request.proposals
            else None
        ),
        "settings": trial.after.settings,
        "seed": request.seed,
        "registry": str(registry.folder),
    }


def _trial(
    registry: Registry,
    version: str,
    intake: Intake,
    request: RetrainRequest,
    progress: Progress,
) -> Trial | None:
    """Fit the challenger and score both; None if there is nothing to train on."""
    from sodalyte.screen.surrogates.training import feature_table

    before = Snapshot.from_dict(registry.snapshot(version))
    old_rows, _ = before.training_rows()
    new_rows, excluded = intake.snapshot.training_rows()
    names = ("added", "removed", "amended")
    changes = dict(zip(names, changed_rows(old_rows, new_rows), strict=True))
    mismatch = registry.mismatch(version)
    is_other = any(changes.values()) or request.tune
    if not is_other and not mismatch:
        return None
    progress("computing features", 0.1)
    X, rows = feature_table(pd.concat([old_rows, new_rows], ignore_index=True))
    n = len(old_rows)
    new_X, frame = X[n:].reset_index(drop=True), rows[n:].reset_index(drop=True)
    champion = _champion(registry, version, before, mismatch)
    after, settle = _settings(intake.snapshot, new_X, frame, request, progress)
    progress("fitting the challenger", 0.3)
    challenger = after.predictors(_version_text())
    evaluation = None
    if is_other:
        widths = [
            model.coulombic_efficiency.calibration_ for model in (champion, challenger)
        ]
        evaluation = evaluate(
            Contender(X[:n], rows[:n], before.settings, widths[0]),
            Contender(new_X, frame, after.settings, widths[1], settle),
            random_state=request.seed,
            progress=_in_steps(progress, "comparing on held-out groups", 0.4, 0.7),
        )
    fresh = frame["row_id"].isin([*changes["added"], *changes["amended"]]).to_numpy()
    forward, drift = _newcomers(
        registry, champion, new_X[fresh], frame[fresh], request.seed
    )
    return Trial(
        champion,
        challenger,
        after,
        frame,
        excluded,
        changes,
        mismatch,
        evaluation,
        forward,
        drift,
    )


def _in_steps(
    progress: Progress, stage: str, start: float, end: float
) -> Callable[[float], None]:
    """Report a long stage in a few steps, not once a fold."""
    told = -1

    def tell(share: float) -> None:
        nonlocal told
        if int(4 * share) > told:
            told = int(4 * share)
            progress(stage, start + (end - start) * share)

    return tell


def _enter(
    registry: Registry,
    version: str,
    trial: Trial,
    seed: int,
    promotion: dict[str, Any],
    notes: list[str],
) -> str:
    """Write the card, enter the challenger, promote it if it is to be."""
    card = make_card(
        trial.after,
        trial.challenger,
        parent=version,
        seed=seed,
        evaluation=trial.evaluation.to_dict() if trial.evaluation else {},
        promotion=promotion,
        notes=notes,
        forward=trial.forward,
        drift=trial.drift,
    )
    stored = StoredModel(trial.challenger, trial.after.to_dict(), card)
    entered = registry.add(stored, why=promotion["why"])
    if promotion["promoted"]:
        registry.promote(
            entered,
            why=promotion["why"],
            forced=promotion["forced"],
            expected=version,
        )
    return entered


def _champion(
    registry: Registry, version: str, before: Snapshot, mismatch: str
) -> Predictors:
    """Load the champion, or refit it on its snapshot where the code is another."""
    if mismatch:
        return before.predictors(f"{version} of the registry, refitted")
    return registry.load(version).predictors


def _settings(
    snapshot: Snapshot,
    X: pd.DataFrame,
    frame: pd.DataFrame,
    request: RetrainRequest,
    progress: Progress,
) -> tuple[Snapshot, Callable[[pd.DataFrame, pd.DataFrame], dict[str, Any]] | None]:
    """Return the snapshot with tuned settings, and how each fold tunes its own."""
    if not request.tune:
        return snapshot, None
    from sodalyte.screen.retraining.tune import tuned_settings

    def settle(part: pd.DataFrame, rows: pd.DataFrame) -> dict[str, Any]:
        return tuned_settings(
            part, rows, n_trials=request.n_trials, random_state=request.seed
        )

    progress("searching hyper-parameters", 0.15)
    return replace(snapshot, settings=settle(X, frame)), settle


def _newcomers(
    registry: Registry,
    champion: Predictors,
    X: pd.DataFrame,
    frame: pd.DataFrame,
    seed: int,
) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
    """Score the champion on rows it has not seen, and say how they differ."""
    if frame.empty:
        return None, None
    forward = forward_error(champion, X, frame, random_state=seed)
    parent = registry.previous
    if parent is not None and not registry.mismatch(parent):
        theirs = registry.load(parent).predictors
        forward["against_previous_champion"] = {
            "version": parent,
            **paired_forward(champion, theirs, X, frame, random_state=seed),
        }
    return forward, drift_report(champion, X, frame)
