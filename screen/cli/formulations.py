"""Commands about formulations: parse, predict, recipe."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sodalyte.screen.cli.app import app
from sodalyte.screen.cli.output import (
    Components,
    Laboratory,
    bad_input,
    describe,
    fail,
    own_components,
    print_json,
    print_table,
    warn,
)

if TYPE_CHECKING:
    from sodalyte.datasets.formulations.formulation import Formulation

MAX_FILE_BYTES = 64 * 1024 * 1024

Texts = Annotated[
    list[str] | None,
    typer.Argument(metavar="TEXT...", help="Formulations, each one in quotes."),
]
FormulationFile = Annotated[
    Path | None, typer.Option("--file", help="A file with one formulation a line.")
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


def _lines(path: Path) -> list[str]:
    """Read the formulations of a file: blank lines and # lines are skipped."""
    with path.open("rb") as file:  # a pipe or device may have no end
        content = file.read(MAX_FILE_BYTES + 1)
    if len(content) > MAX_FILE_BYTES:
        raise ValueError(
            f"A formulation file may hold 64 MiB. '{path}' holds more. Split it."
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(
            f"A formulation file must be UTF-8 text. '{path}' is not, at byte "
            f"{error.start}. Save it as UTF-8."
        ) from None
    stripped = (line.strip() for line in text.splitlines())
    return [line for line in stripped if line and not line.startswith("#")]


def read_formulations(
    texts: list[str] | None, file: Path | None, *, molarity_per: str = "solution"
) -> list[tuple[str, Formulation | str]]:
    """Read every text; one that cannot be read gives its message instead."""
    from sodalyte.datasets.formulations.formulation import Formulation

    if bool(texts) == (file is not None):
        raise fail(
            "Give either formulations or --file FILE. "
            f"Got {'both' if texts else 'neither'}. "
            "For example: sodalyte parse '1 M NaPF6 in G2'"
        )
    with bad_input():
        inputs = list(texts or []) if file is None else _lines(file)
    read: list[tuple[str, Formulation | str]] = []
    for text in inputs:
        try:
            formulation = Formulation.from_text(text, molarity_per=molarity_per)
            read.append((text, formulation))
        except (ValueError, KeyError) as error:
            read.append((text, describe(error)))
    return read


def finish(read: list[tuple[str, Any]]) -> None:
    """Report the texts that could not be read; exit 2 if there are any."""
    errors = [(text, error) for text, error in read if isinstance(error, str)]
    for _, error in errors:
        warn(error)
    if errors:
        raise typer.Exit(2)


def parsed_document(text: str, formulation: Formulation) -> dict[str, Any]:
    """Show a formulation in every basis; the record of ``sodalyte parse --json``."""
    columns = zip(
        formulation.components,
        formulation.mole_fractions,
        formulation.mass_fractions,
        formulation.volume_fractions,
        formulation.molarity_mol_per_L,
        strict=True,
    )
    return {
        "input": text,
        "canonical": formulation.canonical,
        "metal": formulation.metal,
        "components": [
            {
                "name": component.name,
                "smiles": component.smiles,
                "role": component.role,
                "mole_fraction": mole,
                "mass_fraction": mass,
                "volume_fraction": volume,
                "molarity_mol_per_L": molarity,
            }
            for component, mole, mass, volume, molarity in columns
        ],
        "salt_molarity_mol_per_L": formulation.salt_molarity_mol_per_L,
        "salt_molality_mol_per_kg": formulation.salt_molality_mol_per_kg,
        "density_g_per_mL": formulation.density_g_per_mL,
        "density_std_g_per_mL": formulation.density_std_g_per_mL,
        "fluorine_mass_fraction": formulation.fluorine_mass_fraction,
        "assumptions": list(formulation.assumptions),
    }


class Litre(StrEnum):
    """What a litre of a molarity holds."""

    solution = "solution"
    solvent = "solvent"


@app.command()
def parse(
    texts: Texts = None,
    file: FormulationFile = None,
    components: Components = None,
    molarity_per: Annotated[
        Litre, typer.Option("--molarity-per", help="What the litre in M holds.")
    ] = Litre.solution,
    json: Json = False,
) -> None:
    """Read formulations and show them in every basis."""
    with own_components(components):
        read = read_formulations(texts, file, molarity_per=molarity_per.value)
        documents = [
            {"input": text, "error": item}
            if isinstance(item, str)
            else parsed_document(text, item)
            for text, item in read
        ]
    if json:
        print_json(documents)
    else:
        for document in documents:
            if "error" not in document:
                _show_parsed(document)
    finish(read)


def _show_parsed(document: dict[str, Any]) -> None:
    metal = document["metal"] or "no metal"
    title = (
        f"{document['canonical']}   [{metal}; "
        f"{document['salt_molarity_mol_per_L']:.3g} mol/L, "
        f"{document['salt_molality_mol_per_kg']:.3g} mol/kg, "
        f"{document['density_g_per_mL']:.3f} "
        f"± {document['density_std_g_per_mL']:.3f} g/mL]"
    )
    rows = [
        [
            component["name"],
            component["role"],
            f"{component['mole_fraction']:.4f}",
            f"{component['mass_fraction']:.4f}",
            f"{component['volume_fraction']:.4f}",
            f"{component['molarity_mol_per_L']:.3f}",
        ]
        for component in document["components"]
    ]
    columns = ["component", "role", "mole fr.", "mass fr.", "volume fr.", "mol/L"]
    print_table(title, columns, rows)
    for assumption in document["assumptions"]:
        typer.echo(f"  assumed: {assumption}")


@app.command()
def predict(
    texts: Texts = None,
    file: FormulationFile = None,
    metal: Annotated[str, typer.Option(help="Plated metal.")] = "Na",
    collector: Annotated[
        str, typer.Option(help="Current collector, as papers write it.")
    ] = "Cu",
    current_density: Annotated[
        float, typer.Option("--current-density", help="mA/cm2")
    ] = 0.5,
    areal_capacity: Annotated[
        float, typer.Option("--areal-capacity", help="mAh/cm2")
    ] = 1.0,
    temperature: Annotated[float, typer.Option(help="degC")] = 25.0,
    laboratory: Laboratory = None,
    plot: Annotated[
        Path | None,
        typer.Option(help="Draw one recipe along an amount: a .html or .png file."),
    ] = None,
    along: Annotated[
        str, typer.Option(help="What --plot varies: salt, or a liquid to add.")
    ] = "salt",
    components: Components = None,
    json: Json = False,
) -> None:
    """Predict Coulombic efficiency and oxidative limit, with 90 % intervals."""
    from sodalyte.screen.judging.predict import (
        Conditions,
        check_metal,
        predict_documents,
    )

    with bad_input():
        conditions = Conditions(
            metal=metal,
            collector=collector,
            current_density_mA_per_cm2=current_density,
            areal_capacity_mAh_per_cm2=areal_capacity,
            temperature_C=temperature,
            laboratory=laboratory,
        )
    with own_components(components):
        read = read_formulations(texts, file)
        good = [item for _, item in read if not isinstance(item, str)]
        with bad_input():
            check_metal(good, metal)
            if plot is not None:
                _check_plot(plot, len(read))
        with bad_input():
            predicted = iter(predict_documents(good, conditions) if good else [])
        if plot is not None and good:
            from sodalyte.screen.cli.pictures import plot_prediction

            with bad_input(KeyError):
                plot_prediction(plot, good[0], conditions, along)
    documents = [
        {"input": text, "error": item} if isinstance(item, str) else next(predicted)
        for text, item in read
    ]
    if json:
        print_json(documents)
    else:
        _show_predicted([item for item in documents if "error" not in item])
        if plot is not None and good:
            typer.echo(f"Picture: {plot.resolve()}")
    finish(read)


def _check_plot(plot: Path, n_formulations: int) -> None:
    from sodalyte.screen.cli.pictures import check_picture_path

    if n_formulations != 1:
        raise ValueError(
            f"--plot draws one formulation. Got {n_formulations}. "
            "Give one, or leave --plot out."
        )
    check_picture_path(plot)


def _show_predicted(documents: list[dict[str, Any]]) -> None:
    if not documents:
        return
    rows = []
    for item in documents:
        ce, limit = item["ce_percent"], item["oxidative_limit_V_vs_Na"]
        rows.append(
            [
                item["formulation"],
                f"{ce['median']:.2f} ({ce['low']:.2f} to {ce['high']:.2f})",
                f"{item['runs_probability']:.0%}",
                f"{limit['median']:.2f} ({limit['low']:.2f} to {limit['high']:.2f})",
                "yes" if item["in_domain"] else "OUTSIDE",
            ]
        )
    told = documents[0]["laboratory"]
    columns = [
        "formulation",
        "CE % (90 %)",
        "runs",
        "oxidative limit V (90 %)",
        "in domain",
    ]
    print_table(f"at {documents[0]['conditions']}", columns, rows)
    if told:
        typer.echo(
            f"'{told['name']}' reads {told['offset_nines']:+.2f} ± "
            f"{told['offset_std_nines']:.2f} nines beside the others, by "
            f"{told['n_measurements']} measurements"
        )
    for item in documents:
        if item["assumption"]:
            typer.echo(f"assumed for {item['formulation']}: {item['assumption']}")
    for condition in documents[0]["unmeasured_conditions"]:
        typer.echo(f"OUTSIDE: nothing was measured near {condition}; intervals widen")
    for item in documents:
        typer.echo(f"\nnearest measured to {item['formulation']}:")
        for near in item["nearest"]:
            value = "no run" if near["ce_percent"] is None else ""
            value = value or f"{near['ce_percent']:g} %"
            typer.echo(
                f"  {near['qualifier'] or '':1} {value:9} {near['formulation']}"
                f"  (distance {near['distance']:.2f}; {near['source']})"
            )


@app.command()
def recipe(
    text: Annotated[str, typer.Argument(metavar="TEXT", help="One formulation.")],
    volume: Annotated[float, typer.Option(help="mL of solution to make")] = 10.0,
    components: Components = None,
    json: Json = False,
) -> None:
    """Write the weigh sheet of one formulation."""
    from sodalyte.datasets.formulations.formulation import Formulation
    from sodalyte.screen.lab.recipe import recipe as weigh_sheet

    with own_components(components), bad_input():
        document = weigh_sheet(Formulation.from_text(text), volume)
    if json:
        print_json(document)
        return
    rows = [
        [
            item["name"],
            item["role"],
            f"{item['mass_g']:.4f}",
            "-" if item["volume_mL"] is None else f"{item['volume_mL']:.3f}",
        ]
        for item in document["ingredients"]
    ]
    title = f"{document['formulation']}: {volume:g} mL, {document['total_mass_g']:g} g"
    print_table(title, ["ingredient", "role", "g", "mL"], rows)
    for number, step in enumerate(document["steps"], start=1):
        typer.echo(f"  {number}. {step}")
    for warning in document["warnings"]:
        typer.echo(f"  ! {warning}")
