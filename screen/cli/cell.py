"""The shared cell model alone."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sodalyte.screen.cli.app import app
from sodalyte.screen.cli.output import bad_input, print_json, print_table

if TYPE_CHECKING:
    from sodalyte.models.cell import CellDesign

TITLES = (
    ("capacity retention", ("capacity_retention",), 4, ""),
    ("cycles to 80 %", ("cycle_life_80",), 1, ""),
    ("specific energy, active", ("specific_energy_Wh_per_kg", "active"), 1, "Wh/kg"),
    ("specific energy, stack", ("specific_energy_Wh_per_kg", "stack"), 1, "Wh/kg"),
    ("specific energy, cell", ("specific_energy_Wh_per_kg", "cell"), 1, "Wh/kg"),
    ("energy density, stack", ("energy_density_Wh_per_L", "stack"), 1, "Wh/L"),
    ("energy density, cell", ("energy_density_Wh_per_L", "cell"), 1, "Wh/L"),
    ("average voltage", ("average_voltage_V",), 3, "V"),
    ("utilisation", ("utilisation",), 3, ""),
    ("sodium thickness", ("sodium_thickness_um",), 1, "um"),
    ("cost, materials", ("cost_USD_per_kWh", "materials"), 1, "$/kWh"),
    ("cost, pack", ("cost_USD_per_kWh", "pack"), 1, "$/kWh"),
    ("fluorine", ("fluorine_g_per_kWh",), 0, "g/kWh"),
)


@app.command()
def cell(
    ce: Annotated[float, typer.Option("--ce", help="Average CE, percent.")],
    initial_ce: Annotated[
        float | None, typer.Option("--initial-ce", help="First-cycle CE, percent.")
    ] = None,
    oxidative_limit: Annotated[
        float | None, typer.Option("--oxidative-limit", help="V vs Na/Na+")
    ] = None,
    cathode: Annotated[
        str | None, typer.Option(help="NVP, Na4VP, NVPF, NNCFM, PW, ...")
    ] = None,
    upper_cutoff: Annotated[float | None, typer.Option("--upper-cutoff")] = None,
    lower_cutoff: Annotated[float | None, typer.Option("--lower-cutoff")] = None,
    c_rate: Annotated[float | None, typer.Option("--c-rate", help="1/h")] = None,
    temperature: Annotated[float | None, typer.Option(help="degC")] = None,
    areal_capacity: Annotated[
        float | None, typer.Option("--areal-capacity", help="mAh/cm2")
    ] = None,
    electrolyte_ratio: Annotated[
        float | None, typer.Option("--electrolyte-ratio", help="g/Ah")
    ] = None,
    collector: Annotated[str | None, typer.Option(help="Negative collector.")] = None,
    supply_agent: Annotated[
        str | None,
        typer.Option("--supply-agent", help="Na2C2O4, Na3P, NaN3, NaNO2, ..."),
    ] = None,
    supply_fraction: Annotated[
        float | None,
        typer.Option(
            "--supply-fraction", help="Its share of the dry coating; the active gives."
        ),
    ] = None,
    cycles: Annotated[
        int | None, typer.Option(help="Cycle at which retention is read.")
    ] = None,
    profile: Annotated[str, typer.Option(help="ideal or realistic")] = "ideal",
    design: Annotated[Path | None, typer.Option(help="Cell design, TOML.")] = None,
    ledger: Annotated[
        bool, typer.Option("--ledger", help="Where mass, money, voltage, sodium go.")
    ] = False,
    plot: Annotated[
        Path | None,
        typer.Option(help="Draw retention, mass and cost: a .html or .png file."),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = (
        False
    ),
) -> None:
    """Turn an efficiency and a limit into cycles, Wh/kg and $/kWh."""
    import dataclasses

    from sodalyte.models.cell import (
        CellModel,
        ElectrolyteProperties,
        default_design,
        default_protocol,
        design_from_toml,
    )

    cell_fields = {
        "cathode": cathode,
        "areal_capacity_mAh_per_cm2": areal_capacity,
        "electrolyte_ratio_g_per_Ah": electrolyte_ratio,
        "collector": collector,
    }
    protocol_fields = {
        "upper_cutoff_V": upper_cutoff,
        "lower_cutoff_V": lower_cutoff,
        "charge_rate_C": c_rate,
        "discharge_rate_C": c_rate,
        "temperature_C": temperature,
        "cycles": cycles,
    }
    with bad_input(KeyError):
        built, protocol = (
            design_from_toml(design)
            if design
            else (default_design(), default_protocol())
        )
        built = dataclasses.replace(built, **_given(cell_fields))
        built = _with_supply(built, supply_agent, supply_fraction)
        protocol = dataclasses.replace(protocol, **_given(protocol_fields))
        electrolyte = ElectrolyteProperties.from_ce_percent(
            ce,
            initial_ce_percent=initial_ce,
            oxidative_limit_V_vs_Na=oxidative_limit,
        )
        if plot is not None:
            from sodalyte.screen.cli.pictures import check_picture_path, plot_cell

            check_picture_path(plot)
        result = CellModel(profile).evaluate(electrolyte, built, protocol)
        if plot is not None:
            plot_cell(plot, result)
    by_efficiency = float(result.extras["cycle_life_80_by_efficiency"][0])
    rows = result.explain(0).to_dict("records") if ledger else []
    if json:
        document = result.to_dict(0)
        document["cycle_life_80_by_efficiency"] = _finite(by_efficiency)
        if ledger:
            document["ledger"] = [
                {**row, "value": _finite(row["value"])} for row in rows
            ]
        print_json(document)
        return
    _show(result.to_dict(0, interval=True), by_efficiency)
    if ledger:
        lines = [
            [row["section"], row["item"], f"{row['value']:.4g}", row["unit"]]
            for row in rows
        ]
        print_table("ledger", ["section", "item", "value", "unit"], lines)
    if plot is not None:
        typer.echo(f"Picture: {plot.resolve()}")


def _with_supply(
    design: CellDesign, agent: str | None, fraction: float | None
) -> CellDesign:
    """Blend a supply agent into the coating; the active material gives its share."""
    import dataclasses

    if agent is not None:
        design = dataclasses.replace(design, supply_agent=agent)
    if fraction is None:
        if agent is not None and not design.sacrificial_mass_fraction:
            raise ValueError(
                "A supply agent needs its share of the coating. --supply-agent came "
                "without --supply-fraction. Add, say, --supply-fraction 0.1."
            )
        return design
    more = fraction - float(design.sacrificial_mass_fraction)  # type: ignore[arg-type]
    active = float(design.active_mass_fraction) - more  # type: ignore[arg-type]
    return dataclasses.replace(
        design, sacrificial_mass_fraction=fraction, active_mass_fraction=active
    )


def _finite(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def _given(options: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in options.items() if value is not None}


def _text(value: float | None, digits: int, is_endless: bool) -> str:
    if value is None:
        return "endless" if is_endless else "-"
    return f"{value:,.{digits}f}"


def _show(document: dict[str, Any], by_efficiency: float) -> None:
    from sodalyte.models.cell.flags import FLAGS

    is_endless = "endless" in document["flags"]
    rows = []
    for title, path, digits, unit in TITLES:
        figure = document
        for key in path:
            figure = figure[key]
        bounds = [
            _text(figure[bound], digits, is_endless and path == ("cycle_life_80",))
            for bound in ("median", "low", "high")
        ]
        rows.append([title, *bounds, unit])
    title = f"ends by: {document['limiting_mechanism']}"
    print_table(title, ["figure", "median", "5th", "95th", "unit"], rows)
    told = _text(_finite(by_efficiency), 1, is_endless=True)
    typer.echo(f"cycles to 80 % if the stated CE were all that costs sodium: {told}")
    typer.echo(f"retention is read at cycle {document['retention_cycles']}")
    for flag in document["flags"]:
        typer.echo(f"flag {flag}: {FLAGS[flag]}")
