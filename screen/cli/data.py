"""Commands about tables: check a measurement file, featurize a list."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sodalyte.screen.cli.app import app
from sodalyte.screen.cli.output import (
    EXIT_BAD_INPUT,
    fail,
    print_json,
    print_table,
    warn,
)

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


@app.command()
def check(
    file: Annotated[
        Path | None, typer.Argument(metavar="FILE", help="Measurements, CSV or XLSX.")
    ] = None,
    template: Annotated[
        bool, typer.Option("--template", help="Print the CSV header and stop.")
    ] = False,
    json: Json = False,
) -> None:
    """Validate a measurement file: all faults at once, by row."""
    from sodalyte.datasets.check import check_measurements
    from sodalyte.datasets.check import template as header

    if template:
        typer.echo(header(), nl=False)
        return
    if file is None:
        raise fail("Give a file to check, or --template for its header. Got neither.")
    result = check_measurements(file)
    if json:
        print_json(result.to_dict())
    else:
        for note in result.notes:
            typer.echo(f"note: {note}")
        rows = [
            [str(f.row), str(f.column), str(f.value), str(f.rule), str(f.remedy)]
            for f in result.faults.itertuples()
        ]
        if rows:
            print_table("", ["row", "column", "value", "rule", "remedy"], rows)
        for record in result.replicates.to_dict("records"):
            typer.echo(
                "replicates: " + ", ".join(f"{k} {v}" for k, v in record.items())
            )
        typer.echo(
            f"{result.rows} rows, {len(result.accepted)} accepted, "
            f"{len(result.faults)} faults"
        )
    if len(result.faults):
        warn(
            f"'{file}' has {len(result.faults)} faults; each is listed with its "
            "rule and remedy."
        )
        raise typer.Exit(EXIT_BAD_INPUT)


@app.command()
def featurize(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="One formulation a line.")
    ],
    output: Annotated[
        Path, typer.Option("-o", "--output", help="Table to write: .parquet or .csv.")
    ],
    json: Json = False,
) -> None:
    """Compute the features of formulations and write them as a table."""
    from sodalyte.screen.cli.formulations import finish, read_formulations

    if output.suffix not in (".parquet", ".csv"):
        raise fail(
            "The table is written as .parquet or .csv. "
            f"Got '{output.name}'. Choose one of the two endings."
        )
    read = read_formulations(None, file)
    good = [(text, item) for text, item in read if not isinstance(item, str)]
    if not good:
        finish(read)
        raise fail(f"A file holds at least one formulation. '{file}' holds none.")
    from sodalyte.featurizers import design_matrix
    from sodalyte.screen.outputs import check_folder, write_table

    table = design_matrix([item for _, item in good])
    table.insert(0, "formulation", [item.canonical for _, item in good])
    try:
        check_folder(output.parent)
        write_table(output, table)
    except (ValueError, OSError) as error:
        raise fail(str(error)) from None
    document = {
        "rows": len(table),
        "features": table.shape[1] - 1,
        "unreadable": len(read) - len(good),
        "output": str(output),
    }
    if json:
        print_json(document)
    else:
        typer.echo(
            f"{document['rows']} formulations, {document['features']} features: "
            f"{output}"
        )
    finish(read)
