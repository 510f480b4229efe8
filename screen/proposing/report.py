"""The HTML report: one self-contained file that a mail can carry.

The document of ``propose`` goes in, text comes out; nothing is computed here, so the
report and the JSON never disagree. Every string is escaped by the template engine.
"""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from sodalyte.models.cell.flags import FLAGS
from sodalyte.screen.judging.what_if import FIGURES
from sodalyte.screen.plots import nines, pareto_figure, retention_figure

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["proposal_frame", "render_report"]

# What a card shows: title, key of the document, digits, unit.
CELL_FIGURES = (
    ("cycles to 80 %", ("cycle_life_80",), 0, ""),
    ("retention at cycle {cycles}", ("capacity_retention",), 3, ""),
    ("specific energy, stack", ("specific_energy_Wh_per_kg", "stack"), 0, "Wh/kg"),
    ("specific energy, cell", ("specific_energy_Wh_per_kg", "cell"), 0, "Wh/kg"),
    ("energy density, cell", ("energy_density_Wh_per_L", "cell"), 0, "Wh/L"),
    ("average voltage", ("average_voltage_V",), 2, "V"),
    ("cost, pack", ("cost_USD_per_kWh", "pack"), 0, "$/kWh"),
    ("fluorine", ("fluorine_g_per_kWh",), 0, "g/kWh"),
)
LARGEST = 100_000  # an energy near zero makes costs without meaning beyond it


# The columns of the table, in the order of `_row`.
ROW_TITLES = (
    "CE (%)",
    "runs",
    "oxidative limit (V)",
    "cycles to 80 %",
    "Wh/kg (cell)",
    "$/kWh (pack)",
    "score",
)


def _dig(document: dict[str, Any], path: tuple[str, ...]) -> Any:
    for key in path:
        document = document[key]
    return document


def _number(value: float | None, digits: int, is_endless: bool = False) -> str:
    if value is None:
        return "endless" if is_endless else "–"
    if value > LARGEST:
        return f"> {LARGEST:,}"
    return f"{value:,.{digits}f}"


def _interval(
    figure: dict[str, float | None], digits: int, is_endless: bool = False
) -> dict[str, str | float | None]:
    """Write a figure for the table; an endless one sorts above all others."""
    middle = figure["median"]
    rank = "Infinity" if is_endless else ""
    return {
        "value": rank if middle is None else middle,
        "text": _number(middle, digits, is_endless),
        "interval": f"{_number(figure['low'], digits, is_endless)} to "
        f"{_number(figure['high'], digits, is_endless)}",
    }


def _row(proposal: dict[str, Any]) -> list[dict[str, Any]]:
    prediction, cell = proposal["prediction"], proposal["cell"]
    runs = prediction["runs_probability"]
    return [
        _interval(prediction["ce_percent"], 2),
        {"value": runs, "text": f"{runs:.0%}", "interval": ""},
        _interval(prediction["oxidative_limit_V_vs_Na"], 2),
        _interval(cell["cycle_life_80"], 0, "endless" in cell["flags"]),
        _interval(cell["specific_energy_Wh_per_kg"]["cell"], 0),
        _interval(cell["cost_USD_per_kWh"]["pack"], 0),
        {
            "value": proposal["score"],
            "text": f"{proposal['score']:.3f}",
            "interval": "",
        },
    ]


def _figures(proposal: dict[str, Any]) -> list[dict[str, Any]]:
    """List every figure of a proposal: as text, and as numbers to compare."""
    prediction, cell = proposal["prediction"], proposal["cell"]
    is_endless = "endless" in cell["flags"]
    lines = [
        ("Coulombic efficiency (%)", prediction["ce_percent"], 2, False),
        (
            "oxidative limit (V vs Na/Na+)",
            prediction["oxidative_limit_V_vs_Na"],
            2,
            False,
        ),
    ]
    lines += [
        (
            title.format(cycles=cell["retention_cycles"])
            + (f" ({unit})" if unit else ""),
            _dig(cell, path),
            digits,
            is_endless and path == ("cycle_life_80",),
        )
        for title, path, digits, unit in CELL_FIGURES
    ]
    return [
        {
            "name": name,
            **{
                bound: _number(figure[bound], digits, endless)
                for bound in ("median", "low", "high")
            },
            "numbers": [figure[bound] for bound in ("median", "low", "high")],
            "digits": digits,
        }
        for name, figure, digits, endless in lines
    ]


@lru_cache(maxsize=256)
def drawing(smiles: str) -> str:
    """Draw a molecule as inline SVG with RDKit."""
    from rdkit import Chem
    from rdkit.Chem.Draw import rdMolDraw2D

    molecule = Chem.MolFromSmiles(smiles)
    canvas = rdMolDraw2D.MolDraw2DSVG(150, 95)
    options: Any = canvas.drawOptions()  # RDKit's stubs mistype its fields
    options.clearBackground = False
    options.padding = 0.08
    rdMolDraw2D.PrepareAndDrawMolecule(canvas, molecule)
    canvas.FinishDrawing()
    text = canvas.GetDrawingText()
    return text[text.index("<svg") :]


def _composition(formulation_text: str) -> list[dict[str, Any]]:
    from markupsafe import Markup

    from sodalyte.datasets.formulations.formulation import Formulation

    formulation = Formulation.from_text(formulation_text)
    return [
        {
            "name": component.name,
            "role": component.role,
            "percent": round(100 * mole, 2),
            "title": f"{component.name} {100 * mole:.1f} mol% ({100 * mass:.1f} wt%)",
            # RDKit wrote this SVG from a parsed molecule: no text of a user in it
            "drawing": Markup(drawing(component.smiles)),
        }
        for component, mole, mass in zip(
            formulation.components,
            formulation.mole_fractions,
            formulation.mass_fractions,
            strict=True,
        )
    ]


def _nearest(prediction: dict[str, Any]) -> list[dict[str, str]]:
    lines = []
    for near in prediction["nearest"]:
        qualifier = near["qualifier"] or ""
        value = "would not run" if near["ce_percent"] is None else near["ce_percent"]
        lines.append(
            {
                "formulation": near["formulation"],
                "ce": f"{qualifier if qualifier != '=' else ''}{value}",
                "distance": f"{near['distance']:.2f}",
                "source": near["source"]
                + (f" Assumed: {near['assumption']}." if near["assumption"] else ""),
            }
        )
    return lines


def _card(proposal: dict[str, Any]) -> dict[str, Any]:
    prediction, cell = proposal["prediction"], proposal["cell"]
    new = prediction["unmeasured_components"]
    domain = "Inside the domain of the data."
    if new:
        domain = f"OUTSIDE the domain: {', '.join(new)} never measured on sodium here."
    elif prediction["unmeasured_conditions"]:
        near = "; ".join(prediction["unmeasured_conditions"])
        domain = f"OUTSIDE the domain: nothing was measured near {near}."
    elif not prediction["in_domain"]:
        domain = "OUTSIDE the domain: far from every measured recipe."
    return {
        **{key: proposal[key] for key in ("id", "formulation", "list", "why")},
        "recipe": proposal["recipe"],
        "row": _row(proposal),
        "figures": _figures(proposal),
        "composition": _composition(proposal["formulation"]),
        "nearest": _nearest(prediction),
        "limiting": cell["limiting_mechanism"],
        "rate_check": proposal["rate_check"],
        "flags": [FLAGS[flag] for flag in cell["flags"]],
        "domain": domain,
    }


def _compared(cards: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Gather what the page shows of two proposals side by side."""
    return {
        card["id"]: {
            "formulation": card["formulation"],
            "list": card["list"],
            "why": card["why"],
            "domain": card["domain"],
            "limiting": card["limiting"],
            "parts": [part["title"] for part in card["composition"]],
            "nearest": card["nearest"][0]["formulation"] if card["nearest"] else "–",
            "figures": card["figures"],
        }
        for card in cards
    }


def _what_if(document: dict[str, Any], grid: dict[str, Any]) -> dict[str, Any]:
    """Add to the grid what the page writes over its columns."""
    cycles = document["proposals"][0]["cell"]["retention_cycles"]
    return {
        **{name: part for name, part in grid.items() if name != "retention"},
        "columns": [
            {"name": name, "title": title.format(cycles=cycles), "digits": digits}
            for name, title, digits in FIGURES
        ],
        "proposals": [
            {"id": proposal["id"], "formulation": proposal["formulation"]}
            for proposal in document["proposals"]
        ],
        "largest": LARGEST,
    }


def _retention_curves(
    document: dict[str, Any], retention: dict[str, Any]
) -> pd.DataFrame:
    """Put the curves of all proposals under one another, as the picture wants them."""
    import pandas as pd

    names = [name for name in retention if name != "cycle"]
    return pd.concat(
        [
            pd.DataFrame(
                {"cycle": retention["cycle"]}
                | {name: retention[name][i] for name in names}
            ).assign(label=proposal["id"])
            for i, proposal in enumerate(document["proposals"])
        ]
    )


def proposal_frame(document: dict[str, Any]) -> pd.DataFrame:
    """Gather the points of `pareto_figure` from the document of ``propose``.

    Parameters
    ----------
    document : dict

    Returns
    -------
    DataFrame
        ``id``, ``formulation``, ``list``, ``nines`` and ``limit_V`` with bounds.
    """
    import pandas as pd

    rows = []
    for proposal in document["proposals"]:
        prediction = proposal["prediction"]
        row = {key: proposal[key] for key in ("id", "formulation", "list")}
        for bound in ("median", "low", "high"):
            row[f"nines_{bound}"] = float(nines(prediction["ce_percent"][bound]))
            row[f"limit_V_{bound}"] = prediction["oxidative_limit_V_vs_Na"][bound]
        rows.append(row)
    return pd.DataFrame(rows)


def render_report(
    document: dict[str, Any],
    *,
    candidates: pd.DataFrame,
    measured: pd.DataFrame,
    what_if: dict[str, Any],
    written: str,
) -> str:
    """Write the report of one ``propose`` run.

    Parameters
    ----------
    document : dict
        What ``propose`` returns.
    candidates, measured : DataFrame
        Points behind the proposals, as `pareto_figure` wants them.
    what_if : dict
        From `what_if_grid`: the proposals' cells under other settings.
    written : str
        The time stamp to print; the only part that differs between equal runs.

    Returns
    -------
    str
        A whole HTML page that needs no network.
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup

    templates = files("sodalyte.screen") / "templates"
    environment = Environment(
        loader=PackageLoader("sodalyte.screen"),
        autoescape=True,
        undefined=StrictUndefined,
    )
    figure = pareto_figure(proposal_frame(document), candidates, measured)
    curves = retention_figure(_retention_curves(document, what_if["retention"]))
    pictures = [
        Markup(
            drawn.to_html(
                full_html=False,
                include_plotlyjs=name == "pareto",
                div_id=name,
                config={"displaylogo": False, "responsive": True},
            )
        )
        for name, drawn in (("pareto", figure), ("retention", curves))
    ]
    cards = [_card(proposal) for proposal in document["proposals"]]
    return environment.get_template("report.html").render(
        proposals=cards,
        row_titles=ROW_TITLES,
        compared=_compared(cards),
        what_if=_what_if(document, what_if),
        control=document["control"],
        bench=document["bench"],
        summary=document["summary"],
        provenance=document["provenance"],
        excluded=document["data"]["excluded"],
        own=document["data"]["own"],
        pareto_figure=pictures[0],
        retention_figure=pictures[1],
        style=Markup((templates / "report.css").read_text(encoding="utf-8")),
        script=Markup((templates / "report.js").read_text(encoding="utf-8")),
        version=document["version"],
        written=written,
    )
