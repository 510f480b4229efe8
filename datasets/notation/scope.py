"""Recognise what is no free liquid electrolyte, and refuse it by name."""

import csv
import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from sodalyte.datasets.components.names import normalise_name


@dataclass(frozen=True, slots=True)
class ScopeRule:
    """A pattern of text and what it stands for.

    ``kind`` is "modifier" (taken out of the text), "refused", "suspected": the
    reason to give when the text cannot be read anyway, or "formula": the same for
    formulas that are none of a component. ``hints`` are small letters of which
    every match holds some: they tell at once that none is there.
    """

    kind: str
    label: str
    hints: tuple[str, ...]
    pattern: re.Pattern[str]
    remedy: str

    def search(self, plain: str, small: str) -> re.Match[str] | None:
        """Find the pattern in a text, given also in small letters."""
        if self.hints and not any(hint in small for hint in self.hints):
            return None
        return self.pattern.search(plain)


@lru_cache(maxsize=1)
def scope_rules() -> tuple[ScopeRule, ...]:
    """Load the rules of tables/notation_scope.csv, in their order."""
    table = files("sodalyte.datasets") / "tables" / "notation_scope.csv"
    with table.open(encoding="utf-8") as handle:
        return tuple(
            ScopeRule(
                row["kind"],
                row["label"],
                tuple(filter(None, row["hints"].split("|"))),
                re.compile(row["pattern"], re.IGNORECASE),
                row["remedy"],
            )
            for row in csv.DictReader(handle)
        )


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
    modifier = ""
    small = plain.lower()
    for rule in scope_rules():
        of_now = rule.kind in {"modifier", "refused"}
        match = rule.search(plain, small) if of_now else None
        if match is None:
            continue
        if rule.kind == "modifier":
            modifier = modifier or rule.label
            rest = f"{plain[: match.start()]} {plain[match.end() :]}"
            plain = " ".join(rest.split())
        else:
            raise _refusal(text, rule, match)
    return plain, modifier


def suspicion(text: str, plain: str, names: Collection[str]) -> ValueError | None:
    """Give the likely reason why a text that cannot be read is out of scope.

    Parameters
    ----------
    text, plain : str
        As given, and in plain characters.
    names : collection of str
        Look-up keys of what is known: the formula of a salt is no suspect.
    """
    small = plain.lower()
    for rule in scope_rules():
        if rule.kind == "suspected":
            match = rule.search(plain, small)
            if match is not None:
                return _refusal(text, rule, match)
        elif rule.kind == "formula":
            for match in rule.pattern.finditer(plain):
                if normalise_name(match.group()) not in names:
                    return _refusal(text, rule, match)
    return None


def _refusal(text: str, rule: ScopeRule, match: re.Match[str]) -> ValueError:
    return ValueError(
        f"A formulation is one non-aqueous liquid of known amounts; at "
        f"{match.group().strip()!r} the text {text!r} is out of scope: "
        f"{rule.label}. {rule.remedy}."
    )
