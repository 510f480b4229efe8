"""Commands about tables: check a measurement file, featurize a list."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from sodalyte.screen.cli.app import app
from sodalyte.screen.cli.output import (
    EXIT_BAD_INPUT,
    Components,
    bad_input,
    fail,
    own_components,
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
    components: Components = None,
    json: Json = False,
) -> None:
    """Validate a measurement file: all faults at once, by row."""
    from sodalyte.datasets.checking.check import check_measurements
    from sodalyte.datasets.checking.check import template as header

    if template:
        typer.echo(header(), nl=False)
        return
    if file is None:
        raise fail("Give a file to check, or --template for its header. Got neither.")
    with own_components(components):
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
        for group in result.replicates.itertuples():
            typer.echo(f"replicates: {_replicates(group)}")
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
    if not json:
        typer.echo(f"Next: sodalyte propose --data {file}")


def _replicates(group: Any) -> str:
    """Say how well the cells of one liquid agree, in percent and in nines."""
    mean_percent = 100.0 * (1.0 - 10.0**-group.nines_mean)
    spread = (
        f"mean {mean_percent:.2f} %, scatter {group.nines_std:.2f} nines"
        if group.nines_std == group.nines_std
        else "no scatter: fewer than two exact values"
    )
    return (
        f"{group.n_rows} cells of {group.formulation} on {group.collector} "
        f"(rows {group.rows}): {spread}"
    )


@app.command()
def featurize(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="One formulation a line.")
    ],
    output: Annotated[
        Path, typer.Option("-o", "--output", help="Table to write: .parquet or .csv.")
    ],
    components: Components = None,
    json: Json = False,
) -> None:
    """Compute the features of formulations and write them as a table."""
    from sodalyte.featurizers import featurize_file
    from sodalyte.screen.outputs import check_folder, write_table

    if output.suffix not in (".parquet", ".csv"):
        raise fail(
            "The table is written as .parquet or .csv. "
            f"Got '{output.name}'. Choose one of the two endings."
        )
    with own_components(components), bad_input():
        check_folder(output.parent)
        features = featurize_file(file)
        for fault in features.faults.itertuples():
            warn(f"line {fault.line} of '{file}': {fault.error}")
        if features.frame.empty:
            raise ValueError(
                "A file holds at least one formulation that can be read. "
                f"'{file}' holds none. Write one a line."
            )
        write_table(output, features.frame)
    n_text_columns = 3  # line, input, formulation
    document = {
        "rows": len(features.frame),
        "features": features.frame.shape[1] - n_text_columns,
        "unreadable": len(features.faults),
        "output": str(output),
    }
    if json:
        print_json(document)
    else:
        typer.echo(
            f"{document['rows']} formulations, {document['features']} features: "
            f"{output}"
        )
    if len(features.faults):
        raise typer.Exit(EXIT_BAD_INPUT)
