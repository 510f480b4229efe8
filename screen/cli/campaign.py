"""The closed loop: campaign new, ask, tell, retract, correct, status, export."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sodalyte.screen.cli.app import app
from sodalyte.screen.cli.output import (
    Components,
    bad_input,
    own_components,
    print_json,
    print_table,
)
from sodalyte.screen.cli.propose import progress_bar

if TYPE_CHECKING:
    from sodalyte.screen.campaign.campaign import Campaign
    from sodalyte.screen.campaign.state import CampaignState, Experiment
    from sodalyte.screen.proposing.proposals import Proposals

commands = typer.Typer(
    help="Ask for experiments, tell their results, look back.", no_args_is_help=True
)
app.add_typer(commands, name="campaign")

Name = Annotated[
    str,
    typer.Argument(metavar="CAMPAIGN", help="A file, or a name within --storage."),
]
Storage = Annotated[
    str | None,
    typer.Option(help="postgresql://user@host/database, to share with a group."),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
By = Annotated[str | None, typer.Option(help="Who does this; the login name if not.")]


def _open(name: str, storage: str | None) -> Campaign:
    from sodalyte.screen.campaign.campaign import Campaign

    with bad_input(KeyError):
        return Campaign.open(storage, name) if storage else Campaign.open(name)


@commands.command()
def new(
    name: Name,
    storage: Storage = None,
    space: Annotated[Path | None, typer.Option(help="Search space, TOML.")] = None,
    components: Components = None,
    note: Annotated[str, typer.Option(help="What it is for.")] = "",
    by: By = None,
    json: Json = False,
) -> None:
    """Begin a campaign; it keeps the space and the components it was given."""
    from sodalyte.screen.campaign.campaign import Campaign
    from sodalyte.screen.campaign.components import components_text
    from sodalyte.screen.space.search_space import SearchSpace

    with own_components(components), bad_input(KeyError):
        text = ""
        if space is not None:
            SearchSpace.from_toml(space)  # a faulty space is refused now
            text = space.read_text(encoding="utf-8")
        kept = {"space": text, "components": components_text(space, components)}
        made = (
            Campaign.new(storage, name, **kept, note=note, by=by)
            if storage
            else Campaign.new(name, **kept, note=note, by=by)
        )
    with made as campaign:
        status = campaign.status()
    if json:
        print_json(status)
    else:
        typer.echo(f"campaign {status['name']} begun by {status['created_by']}")


@commands.command()
def ask(
    name: Name,
    n: Annotated[int, typer.Option("-n", help="Number of recipes.")] = 8,
    storage: Storage = None,
    seed: Annotated[int, typer.Option(help="Seed of all that is drawn.")] = 0,
    out: Annotated[
        Path | None, typer.Option(help="Folder for the report and tables.")
    ] = None,
    design: Annotated[Path | None, typer.Option(help="Cell design, TOML.")] = None,
    targets: Annotated[Path | None, typer.Option(help="Targets, TOML.")] = None,
    by: By = None,
    json: Json = False,
) -> None:
    """Reserve the recipes to mix next; nobody else is given them."""
    with _open(name, storage) as campaign, bad_input(), progress_bar() as progress:
        experiments, made = _ask(
            campaign,
            n,
            by=by,
            seed=seed,
            design=design,
            targets=targets,
            progress=progress,
        )
        named = made.renamed({e.formulation: e.id for e in experiments})
        report = named.write(out) if out is not None else None
    document = {
        "campaign": campaign.name,
        "experiments": [
            {"experiment": e.id, "formulation": e.formulation, **e.proposal}
            for e in experiments
        ],
        "model": made.document["model"],
        "data": {"rows": made.document["data"]["rows_used"]},
        "report": None if report is None else str(report),
    }
    if json:
        print_json(document)
        return
    rows = [
        [e.id, e.formulation, e.proposal["list"], f"{e.proposal['score']:.3f}"]
        for e in experiments
    ]
    print_table("to mix", ["experiment", "formulation", "list", "score"], rows)
    typer.echo(
        f"When {experiments[0].id} is measured: "
        f"sodalyte campaign tell {name} --experiment {experiments[0].id} --ce PERCENT"
    )
    if report is not None:
        typer.echo(f"Report: {report.resolve()}")


def _ask(
    campaign: Campaign, n: int, *, by: str | None, **options: Any
) -> tuple[list[Experiment], Proposals]:
    """Propose from the campaign's own results, and reserve what is proposed."""
    from sodalyte.datasets.components.catalogue import use_components
    from sodalyte.screen.campaign.components import space_of
    from sodalyte.screen.proposing.propose import propose

    kept = campaign.state.description
    with use_components(campaign.catalogue):
        space = space_of(kept.get("space", ""), kept.get("components", ""))
        made = propose(n, campaign=campaign, space=space, **options)
    ready = {n: made}

    def choose(wanted: int, state: CampaignState) -> list[dict[str, Any]]:
        # Others were first with some recipes: choose again, by the same models.
        now = ready.pop(wanted, None)
        if now is None:
            with use_components(campaign.catalogue):
                now = propose(
                    wanted,
                    campaign=campaign,
                    space=space,
                    predictors=made.predictors,
                    **options,
                )
        kept = ("formulation", "list", "score", "why", "prediction")
        return [{key: p[key] for key in kept} for p in now.document["proposals"]]

    data = made.document["data"]
    experiments = campaign.ask(
        n,
        choose,
        model=made.document["model"],
        data={"rows_used": data["rows_used"], "own_rows": data["own_rows"]},
        random_state=options["seed"],
        by=by,
    )
    return experiments, made


@commands.command()
def tell(
    name: Name,
    experiment: Annotated[
        str | None, typer.Option(help="Which one, for example E0001.")
    ] = None,
    formulation: Annotated[
        str | None, typer.Option(help="A recipe measured unasked.")
    ] = None,
    ce: Annotated[float | None, typer.Option("--ce", help="Percent.")] = None,
    qualifier: Annotated[
        str | None,
        typer.Option(help="=, ~, < or >; = unless the cell failed early."),
    ] = None,
    outcome: Annotated[
        str, typer.Option(help="ran, failed_early or would_not_run")
    ] = "ran",
    results: Annotated[
        Path | None,
        typer.Option(
            help="Many results: CSV with the columns experiment (or formulation), "
            "ce_percent, ce_qualifier, outcome."
        ),
    ] = None,
    correct: Annotated[
        bool, typer.Option("--correct", help="Replace a result told before.")
    ] = False,
    reason: Annotated[str, typer.Option(help="Why it is corrected.")] = "",
    storage: Storage = None,
    by: By = None,
    json: Json = False,
) -> None:
    """Tell results; when this returns they are kept for good."""
    from sodalyte.screen.campaign.results_file import read_results

    with _open(name, storage) as campaign, bad_input(KeyError):
        if results is not None:
            told = campaign.tell(read_results(results), by=by)
        else:
            entry: dict[str, Any] = {"outcome": outcome}
            if ce is not None:
                entry["ce_percent"] = ce
            if qualifier is not None:
                entry["ce_qualifier"] = qualifier
            if correct:
                if experiment is None:
                    raise ValueError(
                        "A correction names its experiment. Got none. Add --experiment."
                    )
                told = [campaign.correct(experiment, entry, reason=reason, by=by)]
            else:
                named = {"experiment": experiment, "formulation": formulation}
                entry |= {k: v for k, v in named.items() if v is not None}
                told = campaign.tell([entry], by=by)
    document: dict[str, Any] = {
        "campaign": campaign.name,
        "told": [
            {
                "experiment": e.id,
                "formulation": e.formulation,
                "state": e.state,
                **e.result,
            }
            for e in told
        ],
    }
    if json:
        print_json(document)
    else:
        for item in document["told"]:
            typer.echo(f"{item['experiment']} {item['state']}: {item['formulation']}")


@commands.command()
def retract(
    name: Name,
    experiment: Annotated[str, typer.Argument(help="For example E0001.")],
    reason: Annotated[str, typer.Option(help="Why.")],
    storage: Storage = None,
    by: By = None,
    json: Json = False,
) -> None:
    """Take an experiment out; it no longer trains, the history keeps it."""
    with _open(name, storage) as campaign, bad_input(KeyError):
        gone = campaign.retract(experiment, reason=reason, by=by)
    if json:
        print_json({"experiment": gone.id, "state": gone.state, "reason": gone.reason})
    else:
        typer.echo(f"{gone.id} {gone.state}: {gone.formulation}")


@commands.command()
def status(name: Name, storage: Storage = None, json: Json = False) -> None:
    """Count the experiments by state."""
    with _open(name, storage) as campaign:
        document = campaign.status()
    if json:
        print_json(document)
        return
    typer.echo(f"campaign {document['name']}: {document['n_experiments']} experiments")
    for state, count in document["counts"].items():
        typer.echo(f"  {state:14} {count}")
    if document["best"]:
        best = document["best"]
        typer.echo(
            f"best: {best['experiment']} {best['formulation']}, "
            f"{best['ce_percent']:g} %"
        )
    for item in document["pending"]:
        typer.echo(f"pending: {item['experiment']} {item['formulation']}")


@commands.command()
def export(
    name: Name,
    out: Annotated[Path, typer.Option(help="Folder to write.")],
    storage: Storage = None,
    json: Json = False,
) -> None:
    """Write experiments, measurements and the whole history as files."""
    from sodalyte.screen.outputs import check_folder

    with _open(name, storage) as campaign, bad_input():
        check_folder(out)
        paths = campaign.export(out)
    if json:
        print_json({"campaign": campaign.name, "files": [str(p) for p in paths]})
    else:
        for path in paths:
            typer.echo(str(path))
