"""Turn the tokens of a formulation into names with amounts."""

from sodalyte.datasets.components.names import normalise_name
from sodalyte.datasets.notation.entries import (
    CONCENTRATIONS,
    Entry,
    share_out,
)
from sodalyte.datasets.notation.ratios import RatioReader
from sodalyte.datasets.notation.tokens import Token


class NotationReader(RatioReader):
    """Walk the tokens once and give each name its amount."""

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
            self._shift_percentages(self._pending)
        if self._waiting is not None:
            self._refuse_ratio(self._waiting, len(self.entries) - self._waiting_from)
        self._assume_meanings()
        shared = share_out(self.entries)
        if shared:
            self._assume(shared)
        if self._equal:
            self._apply_equal_parts()
        if not self.ratio_bases and any(e.unit == "part" for e in self.entries):
            self.coefficient_basis = self._pending_basis  # LiFSI-1.2DME (molar)
        elif self._pending_basis:
            self.refuse(
                "A basis belongs to a ratio",
                "the text",
                f"'by {self._pending_basis}' without one",
                "Write for example '1:1 v/v'.",
            )

    def _read_other(self, token: Token, index: int) -> None:
        if token.kind == "name":
            self._add_entry(token, index)
        elif token.kind == "unknown":
            nearest = ", ".join(self.lexicon.nearest(token.text)) or "none"
            self.refuse(
                "Every word names a component, an amount or how amounts are counted",
                f"position {token.start + 1}",
                f"the unknown {token.text!r}",
                f"Nearest names: {nearest}. Correct it, or add the component in a "
                "components file.",
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
        elif token.kind == "equal":
            self._equal = token.meaning
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

    def _add_entry(self, token: Token, index: int) -> None:
        spelling = normalise_name(token.text)
        name = self._defined.get(spelling, token.meaning)
        in_brackets = self._depth > 0 or "(" in token.text
        if (
            self._pending is None
            and in_brackets
            and self._is_said_again(name, spelling)
        ):
            return
        ambiguity = None
        if spelling not in self._defined:
            ambiguity = self.lexicon.ambiguity(token.text)
        is_ionic = self.lexicon.is_ionic(name)
        if self._segment == "base" and not self.lexicon.is_metal_salt(name):
            is_ionic = False
        entry = Entry(
            name,
            is_ionic,
            self._kind(index - 1) == "plus",
            token.start,
            self._segment,
            ambiguity=ambiguity,
        )
        if self._pending is not None:
            entry.amount, entry.unit, entry.basis = self._pending
            self._pending = None
            if is_ionic:  # NaFSI-[C2C1im][FSI] with 30 mol% NaFSI
                self.entries = [
                    e for e in self.entries if e.name != entry.name or e.unit
                ]
        self.entries.append(entry)
        self._last_ratio, self._is_split = None, False
        if self._waiting is not None and not entry.unit:
            free = [e for e in self.entries[self._waiting_from :] if not e.unit]
            if len(free) == len(self._waiting.parts):
                self._apply_ratio(self._waiting, free)
                self._waiting = None

    def _is_said_again(self, name: str, spelling: str) -> bool:
        """Whether a name in brackets repeats or explains one that stands before.

        As in ethylene carbonate (EC), diethyl ether (DEE), DEE (diethyl ether).
        """
        if any(entry.name == name for entry in self.entries):
            return True
        last = self.entries[-1] if self.entries else None
        if last is None or last.unit == "part":
            return False
        new = self.lexicon.ambiguity(spelling)
        if new is not None and last.name in new.others:
            self._defined[spelling] = last.name
            return True
        if last.ambiguity is not None and name in last.ambiguity.others:
            self._defined[normalise_name(last.ambiguity.alias)] = name
            last.name, last.ambiguity = name, None
            return True
        return False

    def _assume_meanings(self) -> None:
        """Record how abbreviations of several meanings were read."""
        for entry in self.entries:
            if entry.ambiguity is not None:
                others = " or ".join(
                    map(self.lexicon.full_name, entry.ambiguity.others)
                )
                self._assume(
                    f"{entry.ambiguity.alias} is read as "
                    f"{self.lexicon.full_name(entry.name)}, not {others}"
                )

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
            if unit.text == "N":
                self._assume("a normality is read as mol/L of a salt of single charges")
            if unit.kind == "percent":
                amount = (token.value * unit.value, "percent", unit.meaning)
            else:
                amount = (token.value * unit.value, unit.meaning, "")
            self._place_amount(amount, index + 2, self._in_brackets(index, index + 2))
            return index + 2
        last = self.entries[-1] if self.entries else None
        if following == "basis" and self._kind(index + 2) == "name":
            self._pending = (token.value, "part", "")  # 0.1 mol NaPF6 : 0.9 mol DME
            self._pending_basis = self.tokens[index + 1].meaning
            return index + 2
        before = self._kind(index - 1)
        if token.glued and last is not None and before in {"name", "close"}:
            is_total = last.is_ionic and last.unit in CONCENTRATIONS
            if last.is_ionic and (is_total or any(e.share for e in self.entries)):
                last.share = token.value
                return index + 1
            if not last.unit:
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
        if amount[1] in CONCENTRATIONS and self._is_total_of_salts(after):
            self._share_total(amount)
            return
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
