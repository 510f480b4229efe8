"""The card of a model: what it was made from, how good it is, what it is not for."""

from __future__ import annotations

from typing import Any

__all__ = ["card_markdown"]


def card_markdown(card: dict[str, Any]) -> str:
    """Write a card as Markdown.

    Parameters
    ----------
    card : dict
        As `retrain_card.make_card` makes it; with ``events`` once it is in a registry.

    Returns
    -------
    str
    """
    data, code = card["data"], card["code"]
    lines = [
        f"# Model {card['version']}",
        "",
        card["summary"],
        "",
        "## Promotion",
        "",
        *_promotion(card),
        "",
        "## Measurements",
        "",
        f"- {data['rows']} sodium efficiencies of {data['works']} works, of which "
        f"{data['own_rows']} own",
        f"- snapshot `data.json`, SHA-256 `{data['sha256']}`",
        *(f"- {note}" for note in data["notes"]),
        "",
        "## How good it is",
        "",
        *_figures(card["evaluation"]),
        "",
        "## How it was made",
        "",
        f"- made {card['created']} from {card['parent'] or 'no earlier model'}, seed "
        f"{card['seed']}",
        f"- sodalyte {code['version']}, code and tables `{code['fingerprint'][:16]}`",
        "- " + ", ".join(f"{name} {v}" for name, v in code["libraries"].items()),
        *(f"- {name}: {value}" for name, value in card["settings"].items()),
        "",
        "## Use and limits",
        "",
        *(f"- {line}" for line in card["limits"]),
        "",
        "## Corrections",
        "",
        *(_corrections(card["corrections"]) or ["None."]),
    ]
    if card.get("events"):
        lines += ["", "## History", ""]
        lines += [
            f"- {event['time']} {event['event']}"
            + (f" (before: {event['from']})" if event["from"] else "")
            + (", FORCED" if event["forced"] else "")
            + (f": {event['why']}" if event["why"] else "")
            for event in card["events"]
        ]
    return "\n".join(lines) + "\n"


def _promotion(card: dict[str, Any]) -> list[str]:
    promotion = card["promotion"]
    lines = [promotion["why"]]
    if promotion["forced"]:
        lines = [
            "**Promoted by force (`--force`) against the evaluation.**",
            "",
            *lines,
        ]
    return lines


def _figures(evaluation: dict[str, Any]) -> list[str]:
    if not evaluation:
        return ["Not compared: it was the first model of its registry."]
    lines = [f"{evaluation['method']}", ""]
    lines += [
        "| figure | champion | this model | difference, 95 % interval |",
        "|---|---|---|---|",
    ]
    for figure in evaluation["figures"]:
        difference = figure["difference"]
        lines.append(
            f"| {figure['name']} | {figure['champion']:.3f} | "
            f"{figure['challenger']:.3f} | {difference['value']:+.3f} "
            f"[{difference['low']:+.3f}, {difference['high']:+.3f}] |"
        )
    lines += ["", f"Predicting the mean: {evaluation['mean_score']:.3f}."]
    return lines


def _corrections(corrections: list[dict[str, Any]]) -> list[str]:
    return [
        f"- {item['row_id']}: {item['action']}"
        + (
            f" {item['column']} from {item['before']} to {item['value']}"
            if item["action"] == "amend"
            else ""
        )
        + f" ({item['reason']}; {item['origin']})"
        for item in corrections
    ]
