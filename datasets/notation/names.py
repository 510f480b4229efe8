"""Find component names inside running text, longest first."""

import re
import unicodedata
from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import cached_property
from itertools import accumulate

from sodalyte.datasets.components.catalogue import (
    AmbiguousAlias,
    Catalogue,
    normalise_name,
)

_PLAIN = str.maketrans(
    {
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe63\uff0d", "-"),
        **dict.fromkeys("\u22c5\u2022\u2219\u30fb\u2027\u25cf", "\u00b7"),
        **dict.fromkeys("\u2236\ufe55\uff1a", ":"),
        **dict.fromkeys("\u2215\u2044\uff0f", "/"),
        **dict.fromkeys("\u2032\u2019\u02b9\u2018", "'"),
        **dict.fromkeys("\u00d7\u2715", ":"),
    }
)
_OPENING = "({"
_CLOSING = ")}"  # square brackets only mark ions, as in Na[FSI]: see below


def plain_text(text: str) -> str:
    """Write superscripts, dashes, dots and wide characters in one plain way.

    Parameters
    ----------
    text : str
        Text as published.

    Returns
    -------
    str
        Same meaning in few characters; the middle dot stays as U+00B7.
    """
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text.translate(_PLAIN)).translate(_PLAIN)
        text = "".join(c for c in text if unicodedata.category(c) != "Cf")
    return " ".join(text.split())


_MAX_REMEMBERED = 10_000


class _KeyCharacters(dict[str, str]):
    """Look-up key of single characters, filled as they come."""

    def __missing__(self, character: str) -> str:
        if len(self) > 4096:
            self.clear()
        self[character] = key = normalise_name(character)
        return key


_KEYS = _KeyCharacters()


class NameText:
    """A text with its look-up key and the way back from key to text.

    Parameters
    ----------
    text : str
        Plain text (see `plain_text`).
    """

    def __init__(self, text: str) -> None:
        self.text = text
        pieces = [_KEYS[character] for character in text]
        self.key = "".join(pieces)
        self.key_index = [0, *accumulate(len(piece) for piece in pieces)]
        self.text_end = [
            position
            for position, piece in enumerate(pieces, start=1)
            for _ in range(len(piece))
        ]


@dataclass(frozen=True)
class Lexicon:
    """All names of all components, for longest-match lookup.

    Parameters
    ----------
    names : Mapping of str to str
        Look-up key of each alias to the short name of its component.
    catalogue : Catalogue
        Where the names come from.
    """

    names: Mapping[str, str]
    catalogue: Catalogue
    _lengths: dict[str, tuple[int, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Group the lengths of the names by their first two characters."""
        lengths: dict[str, set[int]] = {}
        for key in self.names:
            lengths.setdefault(key[:2], set()).add(len(key))
        table = {start: tuple(sorted(n, reverse=True)) for start, n in lengths.items()}
        object.__setattr__(self, "_lengths", table)

    @classmethod
    def of(cls, catalogue: Catalogue) -> "Lexicon":
        """Take every spelling that a catalogue knows; the last few are kept."""
        for lexicon in _RECENT:
            if lexicon.catalogue is catalogue:
                return lexicon
        lexicon = cls(catalogue.name_index, catalogue)
        _RECENT.append(lexicon)
        return lexicon

    def match(self, text: NameText, start: int) -> tuple[str, int] | None:
        """Find the longest name that begins at a position.

        Parameters
        ----------
        text : NameText
            Where to look.
        start : int
            Position in ``text.text``.

        Returns
        -------
        tuple of (str, int) or None
            Short name and the position after the match.
        """
        if not _KEYS[text.text[start]] and text.text[start] != "(":
            return None
        first = text.key_index[start]
        for length in self._lengths.get(text.key[first : first + 2], ()):
            last = first + length
            if last > len(text.key):
                continue
            name = self.names.get(text.key[first:last])
            if name is None:
                continue
            end = _close_brackets(text.text, start, text.text_end[last - 1])
            if end is not None and _is_boundary(text.text, end):
                return name, end
        return None

    def is_ionic(self, name: str) -> bool:
        """Whether a component is a salt or an ionic liquid."""
        return self.catalogue[name].is_ionic

    def is_metal_salt(self, name: str) -> bool:
        """Whether a component is a salt of a metal, no ionic liquid."""
        return self.catalogue[name].metal is not None

    def full_name(self, name: str) -> str:
        """Give the systematic name of a component, else its short name."""
        return self.catalogue.entry(name).systematic_name or name

    def ambiguity(self, spelling: str) -> AmbiguousAlias | None:
        """Give the other meanings of a spelling, if it has any."""
        return self.catalogue.ambiguous_aliases.get(normalise_name(spelling))

    def nearest(self, word: str, n: int = 3) -> list[str]:
        """Give the short names whose spellings look most like a word.

        Parameters
        ----------
        word : str
            Unknown spelling; its first 40 characters count.
        n : int
            At most as many names.

        Returns
        -------
        list of str
            Best first: spellings that share most pairs of neighbouring letters,
            ordered by `difflib` similarity.
        """
        key = normalise_name(word[:40])
        if key in self._nearest:
            return list(self._nearest[key])[:n]
        shared: Counter[str] = Counter()
        for pair in _pairs(key):
            shared.update(self._spellings_with.get(pair, ()))
        likely = sorted(
            shared,
            key=lambda other: (-2 * shared[other] / (len(key) + len(other)), other),
        )
        matcher = SequenceMatcher(b=key)
        scored = []
        for other in likely[:40]:
            matcher.set_seq1(other)
            scored.append((-matcher.ratio(), other))
        close = [other for score, other in sorted(scored) if score <= -0.5]
        nearest = tuple(dict.fromkeys(self.names[other] for other in close))
        if len(self._nearest) < _MAX_REMEMBERED:
            self._nearest[key] = nearest
        return list(nearest)[:n]

    @cached_property
    def _nearest(self) -> dict[str, tuple[str, ...]]:
        """Remember the answers for words that come again."""
        return {}

    @cached_property
    def _spellings_with(self) -> dict[str, list[str]]:
        """Spellings by the pairs of neighbouring letters that they hold."""
        table: dict[str, list[str]] = {}
        for key in self.names:
            for pair in _pairs(key):
                table.setdefault(pair, []).append(key)
        return table


_RECENT: deque[Lexicon] = deque(maxlen=4)


def _pairs(key: str) -> set[str]:
    framed = f"^{key}$"
    return {framed[i : i + 2] for i in range(len(framed) - 1)}


def _close_brackets(text: str, start: int, end: int) -> int | None:
    """Extend a match over the brackets it left open; None if it closed too many."""
    depth = 0
    for character in text[start:end]:
        if character in _OPENING:
            depth += 1
        elif character in _CLOSING:
            depth -= 1
            if depth < 0:
                return None
    while depth and end < len(text):
        if text[end] in _CLOSING:
            depth -= 1
        elif _KEYS[text[end]]:
            return None
        end += 1
    if depth:
        return None
    is_ion_open = text.count("[", start, end) > text.count("]", start, end)
    return end + 1 if is_ion_open and text[end : end + 1] == "]" else end


def _is_boundary(text: str, end: int) -> bool:
    """Whether a name may end here: no letter or digit that belongs to it follows."""
    if end >= len(text):
        return True
    if text[end].isalpha():
        return False
    glued_amount = re.compile(r"0?\.\d+|1\.0+(?!\d)")  # EC0.5DMC0.5
    return not text[end].isdigit() or glued_amount.match(text, end) is not None
