"""Recognise what is no free liquid electrolyte, and refuse it by name."""

import csv
import re
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class ScopeRule:
    """A pattern of text and what it stands for."""

    kind: str
    label: str
    pattern: re.Pattern[str]
    remedy: str


@lru_cache(maxsize=1)
def scope_rules() -> tuple[ScopeRule, ...]:
    """Load the rules of tables/notation_scope.csv, in their order."""
    table = files("sodalyte.datasets") / "tables" / "notation_scope.csv"
    with table.open(encoding="utf-8", newline="") as handle:
        return tuple(
            ScopeRule(
                row["kind"],
                row["label"],
                re.compile(row["pattern"], re.IGNORECASE),
                row["remedy"],
            )
            for row in csv.DictReader(handle)
        )


def take_modifier(plain: str) -> tuple[str, str]:
    """Take what stands outside the liquid out of a text.

    Parameters
    ----------
    plain : str
        Plain text of a formulation.

    Returns
    -------
    tuple of (str, str)
        The text without it, and its name ("" when there is none).
    """
    for rule in scope_rules():
        if rule.kind != "modifier":
            continue
        match = rule.pattern.search(plain)
        if match is not None:
            rest = f"{plain[: match.start()]} {plain[match.end() :]}"
            return " ".join(rest.split()), rule.label
    return plain, ""


def refuse_out_of_scope(text: str, plain: str) -> None:
    """Raise ValueError when a text is no formulation of a free liquid.

    Parameters
    ----------
    text, plain : str
        As given, and in plain characters without modifier and water content.

    Raises
    ------
    ValueError
        Naming the class, the words that show it, and what to do.
    """
    for rule in scope_rules():
        match = rule.pattern.search(plain) if rule.kind == "refused" else None
        if match is not None:
            raise ValueError(
                f"A formulation is one non-aqueous liquid of known amounts; at "
                f"{match.group().strip()!r} the text {text!r} is out of scope: "
                f"{rule.label}. {rule.remedy}."
            )
