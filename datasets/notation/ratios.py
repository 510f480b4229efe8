"""Read the ratios of a formulation and give their parts to names."""

import math
from dataclasses import dataclass, field
from typing import NoReturn

from sodalyte.datasets.notation.entries import (
    CONCENTRATIONS,
    Entry,
    Ratio,
    has_salt_beside,
    salts_to_split,
    trailing_free,
)
from sodalyte.datasets.notation.names import Lexicon
from sodalyte.datasets.notation.tokens import Token


@dataclass
class RatioReader:
    """What was read so far of a text, and how a ratio changes it.

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
    _equal: str = ""
    _defined: dict[str, str] = field(default_factory=dict)

    def refuse(self, rule: str, place: str, came: str, remedy: str) -> NoReturn:
        """Raise ValueError with its four parts."""
        raise ValueError(f"{rule}; {place} of {self.text!r} has {came}. {remedy}")

    def _assume(self, sentence: str) -> None:
        if sentence not in self.assumptions:
            self.assumptions.append(sentence)

    def _kind(self, index: int) -> str:
        return self.tokens[index].kind if 0 <= index < len(self.tokens) else ""

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

    def _is_total_of_salts(self, after: int) -> bool:
        """Whether only salts in a ratio stand before, as in NaPF6/NaDFOB (4:1, 1 M)."""
        is_ratio = bool(self.entries) and all(
            entry.is_ionic and entry.unit == "part" for entry in self.entries
        )
        return is_ratio and self._kind(after) != "name"

    def _share_total(self, amount: tuple[float, str, str]) -> None:
        """Give salts in a ratio their shares of a concentration."""
        ratio = Ratio(tuple(e.amount for e in self.entries), "", self.entries[0].start)
        for basis in self.ratio_bases:
            if basis not in {"", "mole"}:
                self._is_split = True
                self._read_basis(Token("basis", "", ratio.start, 0.0, basis))
        self.ratio_bases.clear()
        self.entries[0].amount, self.entries[0].unit = amount[0], amount[1]
        self._split_salts(ratio, self.entries)

    def _shift_percentages(self, last: tuple[float, str, str]) -> None:
        """Give percentages to the names before them: NaFSI 25 wt% DME 75 wt%."""
        amounts = [(e.amount, e.unit, e.basis) for e in self.entries] + [last]
        if (
            len(amounts) < 3
            or amounts[0][1]
            or {a[1] for a in amounts[1:]} != {"percent"}
        ):
            self._refuse_number(last[0], len(self.text))
        for entry, amount in zip(self.entries, amounts[1:], strict=True):
            entry.amount, entry.unit, entry.basis = amount
        self._pending = None

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

    def _apply_equal_parts(self) -> None:
        """Give equal parts to what "equimolar" or "equal volumes of" stands for."""
        free = [e for e in self.entries if not e.unit]
        if self._equal != "mole" or any(e.unit in CONCENTRATIONS for e in self.entries):
            free = [e for e in free if not e.is_ionic]
        if len(free) < 2 or self.ratio_bases:
            self.refuse(
                "Equal parts are those of two components or more, without a ratio",
                "the text",
                f"equal parts by {self._equal} of {len(free)}",
                "Write for example '1:1 v/v'.",
            )
        equal = Ratio((1.0,) * len(free), self._equal, free[0].start)
        self._apply_ratio(equal, free)

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
