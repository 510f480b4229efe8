"""Recognise what is no free liquid electrolyte, and refuse it by name."""

import csv
import re
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class ScopeRule:
    """A pattern of text and what it stands for.

    ``kind`` is "modifier" (taken out of the text), "refused", or "suspected":
    the reason to give when the text cannot be read anyway.
    """

    kind: str
    label: str
    pattern: re.Pattern[str]
    remedy: str


@lru_cache(maxsize=1)
def scope_rules() -> tuple[ScopeRule, ...]:
    """Load the rules of tables/notation_scope.csv, in their order."""
    table = files("sodalyte.datasets") / "tables" / "notation_scope.csv"
    with table.open(encoding="utf-8") as handle:
        return tuple(
            ScopeRule(
                row["kind"],
                row["label"],
                re.compile(row["pattern"], re.IGNORECASE),
                row["remedy"],
            )
            for row in csv.DictReader(handle)
        )


@lru_cache(maxsize=1)
def _any_rule() -> re.Pattern[str]:
    """Join all patterns: one search finds that none applies, the usual case."""
    joined = "|".join(f"(?:{rule.pattern.pattern})" for rule in scope_rules())
    return re.compile(joined, re.IGNORECASE)


def check_scope(text: str, plain: str) -> tuple[str, str]:
    """Take what stands outside the liquid out of a text; refuse what is no liquid.

    Parameters
    ----------
    text, plain : str
        As given, and in plain characters without its water content.

    Returns
    -------
    tuple of (str, str)
        The plain text without modifier, and the modifier ("" when there is none).

    Raises
    ------
    ValueError
        Naming the class that is out of scope, the words that show it, and what
        to do.
    """
    if _any_rule().search(plain) is None:
        return plain, ""
    modifier = ""
    for rule in scope_rules():
        match = rule.pattern.search(plain)
        if match is None:
            continue
        if rule.kind == "modifier":
            modifier = modifier or rule.label
            rest = f"{plain[: match.start()]} {plain[match.end() :]}"
            plain = " ".join(rest.split())
        elif rule.kind == "refused":
            raise _refusal(text, rule, match)
    return plain, modifier


def suspicion(text: str, plain: str) -> ValueError | None:
    """Give the likely reason why a text that cannot be read is out of scope."""
    for rule in scope_rules():
        match = rule.pattern.search(plain) if rule.kind == "suspected" else None
        if match is not None:
            return _refusal(text, rule, match)
    return None


def _refusal(text: str, rule: ScopeRule, match: re.Match[str]) -> ValueError:
    return ValueError(
        f"A formulation is one non-aqueous liquid of known amounts; at "
        f"{match.group().strip()!r} the text {text!r} is out of scope: "
        f"{rule.label}. {rule.remedy}."
    )
