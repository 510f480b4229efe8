"""Turn the tokens of a formulation into names with amounts."""

import math
from dataclasses import dataclass, field
from typing import NoReturn

from sodalyte.datasets.notation_entries import (
    CONCENTRATIONS,
    Entry,
    Ratio,
    has_salt_beside,
    salts_to_split,
    trailing_free,
)
from sodalyte.datasets.notation_names import Lexicon
from sodalyte.datasets.notation_tokens import Token


@dataclass
class NotationReader:
    """Walk the tokens once and give each name its amount.

    Parameters
    ----------
    text : str
        As given, for messages.
    tokens : list of Token
    lexicon : Lexicon
    """

    text: str
    tokens: list[Token]
    lexicon: Lexicon
    entries: list[Entry] = field(default_factory=list)
    assumptions: list[str] = field(default_factory=list)
    ratio_bases: list[str] = field(default_factory=list)
    coefficient_basis: str = ""
    _segment: str = "head"
    _depth: int = 0
    _pending: tuple[float, str, str] | None = None
    _pending_basis: str = ""
    _waiting: Ratio | None = None
    _waiting_from: int = 0
    _last_ratio: int | None = None
    _is_split: bool = False

    def read(self) -> None:
        """Fill ``entries`` and ``assumptions``."""
        index = 0
        while index < len(self.tokens):
            token = self.tokens[index]
            self._check_sign(index)
            if token.kind == "number":
                index = self._read_number(index)
                continue
            self._read_other(token, index)
            index += 1
        if self._pending is not None:
            self._refuse_number(self._pending[0], len(self.text))
        if self._waiting is not None:
            self._refuse_ratio(self._waiting, len(self.entries) - self._waiting_from)
        if not self.ratio_bases and any(e.unit == "part" for e in self.entries):
            self.coefficient_basis = self._pending_basis  # LiFSI-1.2DME (molar)
        elif self._pending_basis:
            self.refuse(
                "A basis belongs to a ratio",
                "the text",
                f"'by {self._pending_basis}' without one",
                "Write for example '1:1 v/v'.",
            )

    def refuse(self, rule: str, place: str, came: str, remedy: str) -> NoReturn:
        """Raise ValueError with its four parts."""
        raise ValueError(f"{rule}; {place} of {self.text!r} has {came}. {remedy}")

    def _read_other(self, token: Token, index: int) -> None:
        if token.kind == "name":
            self._add_entry(token, index)
        elif token.kind == "unknown":
            nearest = ", ".join(self.lexicon.nearest(token.text)) or "none"
            self.refuse(
                "Every word names a component, an amount or how amounts are counted",
                f"position {token.start + 1}",
                f"the unknown {token.text!r}",
                f"Nearest names: {nearest}. Correct it or add the component.",
            )
        elif token.text == "(":
            self._depth += 1
        elif token.text == ")":
            self._depth -= 1
        elif token.kind == "role":
            if not self.entries:
                self._refuse_number(0.0, token.start)
            self.entries[-1].role = token.meaning
        elif token.kind == "about":
            self._assume("an approximate amount is taken as it stands")
        elif token.kind in {"in", "with"}:
            self._open_segment(token)
        elif token.kind == "basis":
            self._read_basis(token)
        elif token.kind == "percent" and token.meaning and self._lacks_basis():
            self._read_basis(token)
        elif token.kind in {"percent", "unit"}:
            self.refuse(
                "A unit follows a number",
                f"position {token.start + 1}",
                f"{token.text!r} without one",
                "Write the amount in front of it.",
            )

    def _open_segment(self, token: Token) -> None:
        """Begin the solvents at "in", the additions at "with"."""
        has_base = any(not e.is_ionic and e.segment == "base" for e in self.entries)
        if token.kind == "in" and has_base and self.entries[-1].is_ionic:
            self.refuse(
                "A text holds one electrolyte",
                f"position {token.start + 1}",
                "the solvent of a second one",
                "Give the mixture as one liquid.",
            )
        self._segment = "base" if token.kind == "in" else "extra"

    def _lacks_basis(self) -> bool:
        """Whether the last ratio waits for what it counts."""
        return self._last_ratio is not None and not self.ratio_bases[self._last_ratio]

    def _read_basis(self, token: Token) -> None:
        """Give a basis to the ratio just read, else keep it for the next one."""
        if self._is_split and token.meaning != "mole":
            self.refuse(
                "Salts share a concentration by mole",
                f"position {token.start + 1}",
                f"a {token.meaning} ratio",
                "Give each salt its own concentration.",
            )
        if self._is_split:
            return
        if self._last_ratio is not None and self._lacks_basis():
            self.ratio_bases[self._last_ratio] = token.meaning
            return
        if self._waiting is not None and not self._waiting.basis:
            self._waiting.basis = token.meaning
            return
        last = self.entries[-1] if self.entries else None
        if last is not None and last.unit == "percent" and not last.basis:
            last.basis = token.meaning  # 5 % FEC (by volume)
            return
        self._pending_basis = token.meaning

    def _add_entry(self, token: Token, index: int) -> None:
        known = any(entry.name == token.meaning for entry in self.entries)
        if known and self._pending is None and (self._depth > 0 or "(" in token.text):
            return  # ethylene carbonate (EC): the same once more
        ambiguity = self.lexicon.ambiguity(token.text)
        if ambiguity is not None:
            others = " or ".join(map(self.lexicon.full_name, ambiguity.others))
            self._assume(
                f"{token.text.strip('()')} is read as "
                f"{self.lexicon.full_name(token.meaning)}, not {others}"
            )
        is_ionic = self.lexicon.is_ionic(token.meaning)
        if self._segment == "base" and not self.lexicon.is_metal_salt(token.meaning):
            is_ionic = False
        entry = Entry(
            token.meaning,
            is_ionic,
            self._kind(index - 1) == "plus",
            token.start,
            self._segment,
        )
        if self._pending is not None:
            entry.amount, entry.unit, entry.basis = self._pending
            self._pending = None
        self.entries.append(entry)
        self._last_ratio, self._is_split = None, False
        if self._waiting is not None and not entry.unit:
            free = [e for e in self.entries[self._waiting_from :] if not e.unit]
            if len(free) == len(self._waiting.parts):
                self._apply_ratio(self._waiting, free)
                self._waiting = None

    def _assume(self, sentence: str) -> None:
        if sentence not in self.assumptions:
            self.assumptions.append(sentence)

    # numbers ---------------------------------------------------------------

    def _read_number(self, index: int) -> int:
        """Read the number at an index with its unit; return the next index."""
        token = self.tokens[index]
        parts, after = self._fold_ratio(index)
        if len(parts) > 1:
            return self._read_ratio(parts, token.start, after)
        following = self._kind(index + 1)
        if following == "number" and self.tokens[index + 1].glued:
            self._refuse_number(token.value, token.start)  # 1.2.3
        if following in {"unit", "percent"}:
            unit = self.tokens[index + 1]
            if unit.kind == "percent":
                amount = (token.value * unit.value, "percent", unit.meaning)
            else:
                amount = (token.value * unit.value, unit.meaning, "")
            self._place_amount(amount, index + 2, self._in_brackets(index, index + 2))
            return index + 2
        last = self.entries[-1] if self.entries else None
        if token.glued and last is not None and not last.unit:
            if self.tokens[index - 1].kind == "name":
                last.amount, last.unit = token.value, "part"
                return index + 1
        if following == "name":
            self._pending = (token.value, "part", "")
            return index + 1
        self._refuse_number(token.value, token.start)

    def _place_amount(
        self, amount: tuple[float, str, str], after: int, in_brackets: bool
    ) -> None:
        """Give an amount to the name before or after it."""
        before = self._free_entry(ionic_first=amount[1] in CONCENTRATIONS)
        following = self._next_name(after)
        takes_before = before is not None and (
            in_brackets
            or following is None
            or (
                amount[1] in CONCENTRATIONS
                and before.is_ionic
                and not self.lexicon.is_ionic(following)
            )
        )
        if takes_before and before is not None:
            before.amount, before.unit, before.basis = amount
        else:
            self._pending = amount

    def _free_entry(self, ionic_first: bool) -> Entry | None:
        """Find the latest name without an amount."""
        free = [entry for entry in self.entries if not entry.unit]
        ionic = [entry for entry in free if entry.is_ionic]
        if ionic_first and ionic:
            return ionic[-1]
        return free[-1] if free and free[-1] is self.entries[-1] else None

    def _next_name(self, index: int) -> str | None:
        while self._kind(index) == "filler":
            index += 1
        return self.tokens[index].meaning if self._kind(index) == "name" else None

    def _in_brackets(self, start: int, after: int) -> bool:
        return self._kind(start - 1) == "open" and self._kind(after) == "close"

    def _kind(self, index: int) -> str:
        return self.tokens[index].kind if 0 <= index < len(self.tokens) else ""

    def _check_sign(self, index: int) -> None:
        """Refuse a minus sign; a hyphen between names is none."""
        token = self.tokens[index]
        if token.text != "-" or self._kind(index + 1) != "number":
            return
        if self.tokens[index + 1].glued and not (token.glued and index):
            if self._kind(index - 1) in {"", "in", "with", "plus", "and", "open"}:
                value = self.tokens[index + 1].text
                self.refuse(
                    "An amount is positive",
                    f"position {token.start + 1}",
                    f"'-{value}'",
                    "Remove the sign or the component.",
                )

    # ratios ----------------------------------------------------------------

    def _fold_ratio(self, index: int) -> tuple[list[float], int]:
        """Collect the numbers of a ratio such as 1:1.2:3 or 1/1."""
        parts = [self.tokens[index].value]
        index += 1
        while self._kind(index) in {"colon", "slash"}:
            if self._kind(index + 1) != "number":
                break
            parts.append(self.tokens[index + 1].value)
            index += 2
        return parts, index

    def _read_ratio(self, parts: list[float], start: int, after: int) -> int:
        basis = self._pending_basis
        self._pending_basis = ""
        if self._kind(after) == "unit" and self.tokens[after].text == "molar":
            basis, after = "mole", after + 1
        elif self._kind(after) == "percent":
            basis, after = self.tokens[after].meaning or basis, after + 1
        ratio = Ratio(tuple(parts), basis, start)
        n = len(parts)
        free = trailing_free(self.entries)
        here = [entry for entry in free if entry.segment == self._segment]
        split = salts_to_split(self.entries, n)
        if split:
            self._split_salts(ratio, split)
        elif len(here) == n or (len(here) > n and here[-n - 1].is_ionic):
            self._apply_ratio(ratio, here[-n:])
        elif len(here) < n <= len(free):
            self._apply_ratio(ratio, free[-n:])
        elif not here:
            self._waiting, self._waiting_from = ratio, len(self.entries)
        elif len(here) == n - 1 and has_salt_beside(self.entries, here):
            self._assume(
                f"the ratio {ratio} counts the salt, whose "
                "concentration is also given: the concentration is used"
            )
            self._apply_ratio(Ratio(tuple(parts[1:]), "", start), here)
        else:
            self._refuse_ratio(ratio, len(free))
        return after

    def _split_salts(self, ratio: Ratio, salts: list[Entry]) -> None:
        total, unit = salts[0].amount, salts[0].unit
        self._check_ratio(ratio)
        for entry, part in zip(salts, ratio.parts, strict=True):
            entry.amount, entry.unit = total * part / math.fsum(ratio.parts), unit
        self._assume(f"{total:g} M is the sum over the salts, split by mole")
        self._is_split = True
        if ratio.basis:
            self._read_basis(Token("basis", "", ratio.start, 0.0, ratio.basis))

    def _apply_ratio(self, ratio: Ratio, entries: list[Entry]) -> None:
        self._check_ratio(ratio)
        for entry, part in zip(entries, ratio.parts, strict=True):
            entry.amount, entry.unit = part, "part"
        if self.ratio_bases:
            self.refuse(
                "One ratio covers all solvents",
                f"position {ratio.start + 1}",
                f"a second one, {ratio}",
                "Give one ratio with as many parts as solvents.",
            )
        self.ratio_bases.append(ratio.basis)
        self._last_ratio = len(self.ratio_bases) - 1

    def _check_ratio(self, ratio: Ratio) -> None:
        if not ratio.is_possible:
            self.refuse(
                "The parts of a ratio are positive and finite",
                f"position {ratio.start + 1}",
                str(ratio),
                "Leave out a component of which there is none.",
            )

    # refusals --------------------------------------------------------------

    def _refuse_number(self, value: float, start: int) -> NoReturn:
        self.refuse(
            "Every number has a unit or is part of a ratio",
            f"position {start + 1}",
            f"a lone {value:g}",
            "Write for example '1 M', '5 wt%' or '1:2'.",
        )

    def _refuse_ratio(self, ratio: Ratio, n_names: int) -> NoReturn:
        self.refuse(
            "A ratio has one part for each name it follows",
            f"position {ratio.start + 1}",
            f"{ratio} for {n_names} names without amount",
            "Give as many parts as names.",
        )
