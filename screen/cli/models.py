"""Retraining and the registry of models."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sodalyte.screen.cli.app import app
from sodalyte.screen.cli.output import (
    EXIT_BAD_INPUT,
    Components,
    bad_input,
    own_components,
    print_json,
    print_table,
    warn,
)
from sodalyte.screen.cli.propose import progress_bar

if TYPE_CHECKING:
    from sodalyte.screen.surrogates.registry import Registry

commands = typer.Typer(
    help="Models of the registry: list, show, promote, rollback, export, import.",
    no_args_is_help=True,
)
app.add_typer(commands, name="models")

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
Version = Annotated[str, typer.Argument(metavar="VERSION", help="v1, v2, ...")]
Why = Annotated[str, typer.Option(help="Why; the history keeps it.")]


def _registry() -> Registry:
    from sodalyte.screen.surrogates.registry import Registry

    return Registry()


@app.command()
def retrain(
    data: Annotated[
        list[Path] | None,
        typer.Option(help="New measurements, CSV or XLSX; may stand several times."),
    ] = None,
    components: Components = None,
    corrections: Annotated[
        Path | None,
        typer.Option(help="CSV: row_id,action,column,value,reason (retract or amend)."),
    ] = None,
    out: Annotated[Path, typer.Option(help="Folder for the report.")] = Path("retrain"),
    seed: Annotated[int, typer.Option(help="Seed of folds and draws.")] = 0,
    force: Annotated[
        bool, typer.Option("--force", help="Promote even if worse; the card says so.")
    ] = False,
    tune: Annotated[
        bool, typer.Option("--tune", help="Search hyper-parameters, nested.")
    ] = False,
    trials: Annotated[int, typer.Option(min=2, help="Of each search.")] = 12,
    accepted_only: Annotated[
        bool,
        typer.Option("--accepted-only", help="Train on the rows without a fault."),
    ] = False,
    leave_out: Annotated[
        list[str] | None,
        typer.Option(help="Bundled set not to train on; 'none' for none."),
    ] = None,
    proposals: Annotated[
        Path | None, typer.Option(help="Folder of an earlier propose, to rank anew.")
    ] = None,
    mlflow: Annotated[
        str | None, typer.Option(help="MLflow tracking URI: sqlite:///runs.db")
    ] = None,
    json: Json = False,
) -> None:
    """Refit on new measurements; promote the new model unless it is worse."""
    from sodalyte.screen.outputs import output_folder
    from sodalyte.screen.retraining.mlflow_log import load_mlflow, log_retraining
    from sodalyte.screen.retraining.moves import read_proposals
    from sodalyte.screen.retraining.parts import RetrainRequest
    from sodalyte.screen.retraining.retrain import retrain as run

    registry = _registry()
    with own_components(components), bad_input(), progress_bar() as progress:
        if mlflow is not None:
            load_mlflow()
        with output_folder(out):
            request = RetrainRequest(
                data=tuple(data or ()),
                corrections=corrections,
                leave_out=_sets(leave_out),
                accepted_only=accepted_only,
                tune=tune,
                n_trials=trials,
                force=force,
                seed=seed,
                proposals=read_proposals(proposals) if proposals else None,
            )
            made = run(request, registry=registry, progress=progress)
            report = made.write(out)
        document = made.document
        document["report"] = str(report)
        if mlflow is not None and document["evaluation"]:
            document["mlflow_run"] = log_retraining(document, registry, mlflow)
    if json:
        print_json(document)
    else:
        _show_retrained(document)
    if made.is_refused:
        warn(document["why"])
        raise typer.Exit(EXIT_BAD_INPUT)


def _sets(names: list[str] | None) -> tuple[str, ...] | None:
    if names is None:
        return None
    return tuple(name for name in names if name != "none")


def _show_retrained(document: dict[str, Any]) -> None:
    faults = document["faults"]
    if faults:
        rows = [
            [
                f"{f['file']} row {f['row']}",
                str(f["column"]),
                str(f["value"]),
                str(f["rule"]),
                str(f["remedy"]),
            ]
            for f in faults
        ]
        columns = ["where", "column", "value", "rule", "remedy"]
        print_table("Rows that did not enter", columns, rows)
    for item in document["skipped"]:
        typer.echo(f"{item['file']} row {item['row']}: same as {item['same_as']}")
    for note in document.get("notes", []):
        typer.echo(f"note: {note}")
    for record in document.get("corrections", []):
        typer.echo(f"{record['row_id']}: {record['action']}, {record['reason']}")
    _show_evaluation(document["evaluation"], "champion", "challenger")
    forward = document.get("forward")
    if forward:
        typer.echo(
            f"champion on {forward['n']} new rows before it saw them: "
            f"{forward['rmse_nines']:.3f} nines, predicting the mean "
            f"{forward['mean_rmse_nines']:.3f}, difference "
            f"{_interval(forward['difference_to_mean'])}"
        )
        earlier = forward.get("against_previous_champion")
        if earlier:
            typer.echo(
                f"  forward error against {earlier['version']}, the champion before: "
                f"{_interval(earlier['difference'])} nines"
            )
    for finding in (document.get("drift") or {}).get("findings", []):
        n = len(finding["rows"])
        typer.echo(
            f"{finding['kind']}: {finding['what']} ({n} row{'s' if n > 1 else ''})"
        )
    side = document["challenger"]
    if side is not None:
        state = "champion" if document["promoted"] else "kept, not promoted"
        typer.echo(f"{side['version']} ({side['rows']} rows): {state}")
    typer.echo(document["why"])
    if "mlflow_run" in document:
        typer.echo(f"MLflow run: {document['mlflow_run']}")
    typer.echo(f"Report: {Path(document['report']).resolve()}")


def _interval(figure: dict[str, float]) -> str:
    return f"{figure['value']:+.3f} [{figure['low']:+.3f}, {figure['high']:+.3f}]"


def _show_evaluation(
    evaluation: dict[str, Any] | None, first: str, second: str
) -> None:
    if not evaluation:
        return
    rows = [
        [
            figure["name"],
            f"{figure['champion']:.3f}",
            f"{figure['challenger']:.3f}",
            _interval(figure["difference"]),
        ]
        for figure in evaluation["figures"]
    ]
    title = f"{evaluation['n']} rows of {len(evaluation['groups'])} held-out groups"
    print_table(title, ["figure", first, second, "difference, 95 %"], rows)


@commands.command("list")
def list_models(json: Json = False) -> None:
    """List the models, the champion marked."""
    registry = _registry()
    with bad_input():
        champion = registry.champion
        cards = [registry.card(version) for version in registry.versions]
    models = [
        {
            "version": card["version"],
            "is_champion": card["is_champion"],
            "created": card["created"],
            "parent": card["parent"],
            "rows": card["data"]["rows"],
            "own_rows": card["data"]["own_rows"],
            "data_sha256": card["data"]["sha256"],
            "code_version": card["code"]["version"],
            "was_promoted": any(e["event"] == "promoted" for e in card["events"]),
            "forced": any(e["forced"] for e in card["events"]),
        }
        for card in cards
    ]
    if json:
        print_json(
            {
                "registry": str(registry.folder),
                "champion": champion,
                "models": models,
                "history": registry.history,
            }
        )
        return
    rows = [
        [
            f"{m['version']}{' *' if m['is_champion'] else ''}",
            str(m["created"]),
            str(m["parent"] or "-"),
            f"{m['rows']} ({m['own_rows']} own)",
            "forced" if m["forced"] else "yes" if m["was_promoted"] else "no",
        ]
        for m in models
    ]
    columns = ["model", "made", "from", "rows", "promoted"]
    print_table(f"{registry.folder} (* is champion)", columns, rows)


@commands.command()
def show(version: Version, json: Json = False) -> None:
    """Show the card of a model: data, figures, limits, history."""
    from sodalyte.screen.surrogates.registry_card import card_markdown

    registry = _registry()
    with bad_input():
        card = registry.card(version)
        note = registry.mismatch(version)
        ledger = _own_rows(registry.snapshot(version)["ledger"])
    if json:
        print_json({**card, "usable": not note, "note": note, "own_rows": ledger})
        return
    typer.echo(card_markdown(card), nl=False)
    _show_own_rows(ledger)
    if note:
        typer.echo(f"\n{note}")


def _own_rows(ledger: dict[str, list[Any]]) -> list[dict[str, Any]]:
    """Turn the columns of a stored ledger into records."""
    columns = zip(*ledger.values(), strict=True)
    return [dict(zip(ledger, cells, strict=True)) for cells in columns]


def _show_own_rows(ledger: list[dict[str, Any]]) -> None:
    if not ledger:
        return
    names = ["row_id", "formulation", "ce_percent", "work", "origin", "status"]
    rows = [
        ["" if row[name] is None else str(row[name]) for name in names]
        for row in ledger
    ]
    print_table("Own rows", names, rows)


@commands.command()
def promote(version: Version, why: Why = "by hand", json: Json = False) -> None:
    """Make a model the champion by hand; its card says so."""
    registry = _registry()
    with bad_input():
        before = registry.champion
        card = registry.card(version)
        refused = bool(card["parent"]) and not card["promotion"]["promoted"]
        registry.promote(version, why=why, forced=refused)
    _tell({"champion": version, "before": before, "forced": refused}, json)


@commands.command()
def rollback(why: Why = "rolled back by hand", json: Json = False) -> None:
    """Go back to the champion before this one."""
    registry = _registry()
    with bad_input():
        left, back = registry.rollback(why=why)
    _tell({"champion": back, "before": left}, json)


@commands.command()
def export(
    version: Version,
    out: Annotated[Path, typer.Option(help="File to write.")],
    json: Json = False,
) -> None:
    """Copy a model into one file, with its hash beside it."""
    from sodalyte.screen.surrogates.registry_exchange import export_model

    with bad_input():
        digest = export_model(_registry(), version, out)
    _tell({"version": version, "file": str(out), "sha256": digest}, json)


@commands.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="From models export.")],
    sha256: Annotated[
        str | None, typer.Option("--sha256", help="What the sender says it is.")
    ] = None,
    json: Json = False,
) -> None:
    """Enter somebody's model after checking it; nothing in it is run."""
    from sodalyte.screen.surrogates.registry_exchange import import_model

    registry = _registry()
    with bad_input():
        version = import_model(registry, file, sha256=sha256)
        note = registry.mismatch(version)
    _tell({"version": version, "usable": not note, "note": note}, json)


@commands.command()
def compare(
    first: Version,
    second: Version,
    seed: Annotated[int, typer.Option(help="Seed of folds and draws.")] = 0,
    json: Json = False,
) -> None:
    """Score two models on the same held-out groups."""
    from sodalyte.screen.retraining.compare import compare_versions

    with bad_input():
        document = compare_versions(_registry(), first, second, seed=seed)
    if json:
        print_json(document)
        return
    _show_evaluation(document["evaluation"], first, second)
    for item in document["moved"][:5]:
        typer.echo(f"{item['moved_nines']:+.2f} nines {item['formulation']}")


def _tell(document: dict[str, Any], json: bool) -> None:
    if json:
        print_json(document)
        return
    for key, value in document.items():
        if value not in ("", None):
            typer.echo(f"{key}: {value}")
