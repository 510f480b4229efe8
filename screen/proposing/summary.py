"""What a report says before its figures: the summary and where all came from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sodalyte.screen.judging.judge import Judge
    from sodalyte.screen.proposing.pool import Pool
    from sodalyte.screen.space.search_space import SearchSpace

__all__ = ["provenance", "summary"]


def summary(document: dict[str, Any], pool: Pool, judge: Judge) -> dict[str, Any]:
    """Say in a sentence, six figures and a few notes what came out.

    Parameters
    ----------
    document : dict
        Of ``propose``, proposals and data filled in.
    pool : Pool
    judge : Judge

    Returns
    -------
    dict
        ``sentence``, ``facts`` (name and value) and ``notes``.
    """
    proposals = document["proposals"]
    lists = [proposal["list"] for proposal in proposals]
    best = max(proposals, key=lambda item: item["score"])
    life = best["cell"]["cycle_life_80"]
    safe, bold = lists.count("safe"), lists.count("exploratory")
    if None not in life.values():
        low, high = f"{life['low']:.0f}", f"{life['high']:.0f}"
        spread = f"{life['median']:.0f} cycles to 80 % ({low} to {high})"
    elif "endless" in best["cell"]["flags"]:
        spread = "a life without end in this model"
    else:
        spread = "no life to 80 % that the cell model can state"
    data = document["data"]
    notes = [
        "These are predictions from few and contradicting sodium data: the intervals "
        "are wide because the knowledge is thin, and they are the message.",
        f"Coulombic efficiency is predicted for {judge.conditions}. From there to the "
        "cell, the gap between half and full cells is part of the intervals.",
    ]
    if not safe:
        notes.append(
            "No recipe counts as safe here: none that was judged is at once in the "
            "domain of the data, reported to dissolve and to mix, far enough from what "
            "was measured and more than 95 % sure to run. All are exploratory."
        )
    notes.append(endings(proposals))
    notes.append(document["rate_check"])
    if data["own_rows"]:
        notes.append(
            f"{data['own_rows']} own measurements from {data['own_source']} were added "
            "and the models trained anew."
        )
    return {
        "sentence": (
            f"{safe} safe and {bold} exploratory recipes out of {pool.n_screened:,} "
            f"judged. The highest score: {best['formulation']}, {spread}."
        ),
        "facts": [
            {"name": "safe / exploratory", "value": f"{safe} / {bold}"},
            {"name": "candidates judged", "value": f"{pool.n_screened:,}"},
            {"name": "measurements used", "value": f"{data['rows_used']}"},
            {"name": "papers and campaigns", "value": f"{data['works']}"},
            {"name": "own measurements", "value": f"{data['own_rows']}"},
            {"name": "dropped in silence", "value": f"{data['dropped_rows']}"},
        ],
        "notes": notes,
    }


def endings(proposals: list[dict[str, Any]]) -> str:
    """Say what ends the proposals' cells, and what that means for their ranking.

    Parameters
    ----------
    proposals : list of dict
        At least one, with ``cell``.

    Returns
    -------
    str
    """
    ends = [proposal["cell"]["limiting_mechanism"] for proposal in proposals]
    counts = ", ".join(f"{end} ({ends.count(end)})" for end in sorted(set(ends)))
    note = f"What ends these cells in the model: {counts}."
    if 2 * ends.count("cathode") >= len(ends):
        note += (
            " Where the cathode ends them, a better Coulombic efficiency hardly adds "
            "cycles, so cycle life hardly ranks those recipes: look at their oxidative "
            "limit, energy, cost and at the chance to run."
        )
    return note


def provenance(
    document: dict[str, Any], pool: Pool, space: SearchSpace, judge: Judge
) -> list[dict[str, Any]]:
    """List data, models, cell and search of a run, with their versions.

    Parameters
    ----------
    document : dict
        Of ``propose``, proposals and data filled in.
    pool : Pool
    space : SearchSpace
    judge : Judge

    Returns
    -------
    list of dict
        One block each: ``title`` and ``rows`` of name and value.
    """
    data, design = document["data"], judge.design
    return [
        {
            "title": "Data",
            "rows": [
                ["measurements known", data["rows_known"]],
                ["used for training", data["rows_used"]],
                ["not used, each with a reason", len(data["excluded"])],
                ["own measurements", data["own_rows"]],
            ],
        },
        {
            "title": "Models",
            "rows": [
                ["surrogates", document["model"]["name"]],
                ["version (data and code)", document["model"]["version"]],
                ["conditions of CE", str(judge.conditions)],
                ["intervals", "90 %: 5th to 95th percentile"],
            ],
        },
        {
            "title": "Cell",
            "rows": [
                ["cathode", judge.design.material.name],
                ["areal capacity", f"{design.areal_capacity_mAh_per_cm2} mAh/cm2"],
                ["electrolyte", f"{design.electrolyte_ratio_g_per_Ah} g/Ah"],
                ["collector", design.collector],
                ["profile", "realistic"],
            ],
        },
        {
            "title": "Search",
            "rows": [
                ["space", space.name],
                ["candidates judged", pool.n_screened],
                ["seed", document["seed"]],
                *[
                    [
                        f"target: {target.quantity}",
                        f"{target.direction}, weight {target.weight:g}",
                    ]
                    for target in judge.targets
                ],
            ],
        },
    ]
