"""Parts of the JSON document of a retraining."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

    from sodalyte.screen.retraining.evaluation import Evaluation
    from sodalyte.screen.retraining.intake import Intake
    from sodalyte.screen.surrogates.registry import Registry
    from sodalyte.screen.surrogates.snapshot import Snapshot

__all__ = [
    "choices",
    "intake_notes",
    "nothing_new",
    "own_rows_left_out",
    "refusal",
    "side_of",
    "verdict",
]


def refusal(intake: Intake, registry: Registry) -> dict[str, Any]:
    """Say that files with faults were not trained on."""
    rows = {(fault["file"], fault["row"]) for fault in intake.faults}
    why = (
        f"{len(intake.faults)} faults in {len(rows)} rows; nothing was trained. "
        "Correct the rows, or train on the others with --accepted-only."
    )
    champion = registry.champion
    return {
        "champion": {"version": champion} if champion else None,
        "challenger": None,
        "promoted": False,
        "why": why,
        "files": intake.files,
        "faults": intake.faults,
        "skipped": intake.skipped,
        "evaluation": None,
    }


def choices(snapshot: Snapshot) -> list[str]:
    """Say what of the bundled measurements is not used."""
    notes = [f"bundled set {name} left out" for name in snapshot.left_out]
    notes += [f"bundled row {name} retracted" for name in snapshot.retracted]
    return notes


def verdict(evaluation: Evaluation | None, *, force: bool) -> dict[str, Any]:
    """Decide: promoted unless worse beyond noise, or by force."""
    if evaluation is None:
        why = (
            "the same measurements, refitted by this code; there is nothing to compare"
        )
        return {"promoted": True, "forced": False, "why": why}
    figure = evaluation.figures[0]
    gap = figure["difference"]
    told = (
        f"{figure['name']} on held-out groups: champion {figure['champion']:.3f}, "
        f"challenger {figure['challenger']:.3f}, difference {gap['value']:+.3f} "
        f"[{gap['low']:+.3f}, {gap['high']:+.3f}]"
    )
    if evaluation.is_worse:
        why = f"the challenger is worse beyond noise; {told}"
        return {"promoted": force, "forced": force, "why": why}
    better = "better beyond noise" if gap["high"] < 0 else "not worse beyond noise"
    return {
        "promoted": True,
        "forced": False,
        "why": f"the challenger is {better}; {told}",
    }


def intake_notes(intake: Intake) -> list[str]:
    """Say what each file brought."""
    notes = [
        f"{item['name']} (SHA-256 {item['sha256'][:16]}): {item['rows']} rows, "
        f"{item['accepted']} entered, {item['known_already']} known already"
        for item in intake.files
    ]
    if intake.faults:
        rows = {(fault["file"], fault["row"]) for fault in intake.faults}
        notes.append(
            f"trained with --accepted-only: {len(rows)} faulty rows did not enter"
        )
    return [*notes, *intake.notes]


def own_rows_left_out(excluded: pd.DataFrame) -> list[str]:
    """Say which own rows are kept but do not train, and why."""
    own = excluded[excluded["set_name"] == "own"]
    return [
        f"{name} does not train: {reason}"
        for name, reason in zip(own["row_id"], own["reason"], strict=True)
    ]


def side_of(
    registry: Registry, version: str, evaluation: Evaluation | None, name: str
) -> dict[str, Any]:
    """Sum up one of the two models."""
    data = registry.card(version)["data"]
    side = {
        "version": version,
        "rows": data["rows"],
        "own_rows": data["own_rows"],
        "data_sha256": data["sha256"],
    }
    if evaluation is not None:
        crps, error = evaluation.figures[:2]
        side |= {"crps_nines": crps[name], "rmse_nines": error[name]}
    return side


def nothing_new(
    registry: Registry, version: str, intake: Intake, is_first: bool
) -> dict[str, Any]:
    """Say that there was nothing to train on."""
    why = (
        "the first model of this registry, of bundled measurements alone"
        if is_first
        else "no training row was added, taken out or changed; the champion stays"
    )
    _, excluded = intake.snapshot.training_rows()
    data = registry.card(version)["data"]
    side = {"version": version, "rows": data["rows"], "own_rows": data["own_rows"]}
    return {
        "champion": side,
        "challenger": side if is_first else None,
        "promoted": is_first,
        "forced": False,
        "why": why,
        "first_champion": is_first,
        "files": intake.files,
        "faults": intake.faults,
        "skipped": intake.skipped,
        "notes": [*intake_notes(intake), *own_rows_left_out(excluded)],
        "excluded": excluded.to_dict("records"),
        "changes": {"added": [], "removed": [], "amended": []},
        "corrections": intake.corrections,
        "evaluation": None,
        "registry": str(registry.folder),
    }
