"""Cut the text of a formulation into tokens."""

import re
from dataclasses import dataclass
from typing import Literal

from sodalyte.datasets.notation.names import Lexicon, NameText

Kind = Literal[
    "number", "name", "unit", "percent", "basis", "in", "with", "plus", "and", "sep",
    "colon", "slash", "equals", "open", "close", "role", "about", "equal", "filler",
    "unknown",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of text with its meaning.

    Parameters
    ----------
    kind : str
        One of `Kind`.
    text : str
        As written.
    start : int
        Position of its first character, from 0.
    value : float
        Of a number; of a unit the factor to mol/L or mol/kg.
    meaning : str
        Short name of a component; unit; basis ("volume", "mass", "mole" or "").
    glued : bool
        Whether no space stands between this token and the one before.
    """

    kind: str
    text: str
    start: int
    value: float = 0.0
    meaning: str = ""
    glued: bool = False


_PER_L = r"(?:\s*/\s*(?:L|l|dm\^?3)|[\s\u00b7.]*(?:L|l|dm)\s*\^?\s*-\s*[13])"
_PER_M3 = r"(?:\s*/\s*m\^?3|[\s\u00b7.]*m\s*\^?\s*-\s*3)"
_PER_LITRE = rf"(?:M\b|mol{_PER_L}|mol(?:es?)?\s+per\s+lit(?:er|re)\b)"
_OF_SOLVENT = (
    r"\s*\(?\s*(?:per\s+(?:L|lit(?:er|re))\s+of\s+(?:the\s+)?solvents?"
    r"|of\s+solvents?|\bsolvents?(?=\s*\)))\b\s*\)?"
)
_PER_KG = r"(?:\s*/\s*kg|[\s\u00b7.]*kg\s*\^?\s*-\s*1)"
_VOLUME = r"(?:vol(?:ume)?s?\b\.?)"
_MASS = r"(?:weights?\b|wt\b\.?|mass\b)"
_MOLE = r"(?:mol(?:ar|e|es|s)?\b\.?)"
_FILLERS = (
    "anhydrous|dry|pure|neat|l?hce|(?:locali[sz]ed\\s+)?high(?:ly)?[\\s-]concentrat(?:ion|ed)"
    "|concentrated|(?:at\\s+)?room\\s+temperature|electrolytes?|liquid|based|solutions?|additives?|mixtures?|solvents?|diluents?|"
    "salts?|co-?solvents?|dual-?salt|binary|ternary|ratios?|of|an?|the|as|at|by|"
    "pristine|dilute|mixed|dual|conventional|commercial|baseline|used|to|concentrations?|"
    "amounts?|respectively|composed|consist(?:ing|s)|comprising|compris(?:ed|es)|made|"
    "prepared|dissolving|adding|added|addition|presence|total|blends?|containing\\s+the|"
    "battery[\\s-]grade|diluted|fluorinated|weakly[\\s-]solvating|electrolytic|organic|parts?"
)

Pattern = tuple[str, str, float, re.Pattern[str]]


def _basis(words: str, letter: str, pair: str) -> str:
    """Match "v/v", "by volume", "volume ratio" and their like."""
    pairs = rf"{pair}(?:\s*[/:]\s*{pair})+(?![a-z])"
    after = r"(?:\s*-?\s*(?:ratios?|basis|fractions?))?"
    alone = rf"(?-i:{letter})\b\.?(?!-)"  # no n-butyl
    return rf"(?:(?:by|in|on)\s+(?:a\s+)?)?(?:{pairs}|{words}){after}|{alone}"


def _percent(before: str, after: str) -> str:
    """Match "wt%", "wt. %", "% wt", "% (w/w)" and their like."""
    return rf"(?:{before})[\s-]*%|%\s*\(?\s*(?:by\s+)?(?:{after})\s*\)?"


def _compiled(*patterns: tuple[str, str, float, str]) -> tuple[Pattern, ...]:
    return tuple(
        (kind, m, v, re.compile(pattern, 0 if kind == "unit" else re.IGNORECASE))
        for kind, m, v, pattern in patterns
    )


_PERCENT = (
    ("percent", "mass", 1.0, _percent(r"wt\.?|w|weight|mass", rf"w/w|{_MASS}")),
    ("percent", "volume", 1.0, _percent(r"vol\.?|v|volume", rf"v/v|{_VOLUME}")),
    ("percent", "mole", 1.0, _percent(r"mol\.?|mole", r"mol\b|moles?\b")),
    ("percent", "", 1.0, r"%|percent\b"),
)
_AFTER_NUMBER = _compiled(
    *_PERCENT,
    ("percent", "mass", 1e-4, r"ppm\b"),
    ("unit", "mol_per_L_solvent", 1.0, _PER_LITRE + _OF_SOLVENT),
    ("unit", "mol_per_L", 1e-3, rf"mM\b|mmol{_PER_L}|mol{_PER_M3}"),
    ("unit", "mol_per_L", 1.0, rf"{_PER_LITRE}|molar\b|kmol{_PER_M3}|N\b(?!-)"),
    ("unit", "mol_per_kg", 1.0, rf"m\b|mol{_PER_KG}|molal\b"),
    ("unit", "mol_per_kg", 1e-3, rf"mmol{_PER_KG}"),
)
_ANYWHERE = _compiled(
    ("number", "", 0.0, r"(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][-+]?\d+(?![A-Za-z]))?"),
    ("role", "", 0.0, r"\[\s*(?:salt|solvent|diluent|additive)\s*\]"),
    *_PERCENT,
    ("basis", "volume", 0.0, _basis(_VOLUME, "v", r"v(?:ol)?\.?")),
    ("basis", "mass", 0.0, _basis(_MASS, "w", r"(?:wt?|m)\.?")),
    ("basis", "mole", 0.0, _basis(_MOLE, "n", r"(?:mol|n)\.?")),
    ("in", "", 0.0, r"(?:dissolved\s+)?(?:in|into)\b"),
    ("with", "", 0.0, r"with\b|containing\b|w/(?!w)"),
    ("and", "", 0.0, r"and\b|&"),
    ("plus", "", 0.0, r"\+"),
    ("colon", "", 0.0, r":"),
    ("slash", "", 0.0, r"/"),
    ("equals", "", 0.0, r"="),
    ("open", "", 0.0, r"[(\[{]"),
    ("close", "", 0.0, r"[)\]}]"),
    ("sep", "", 0.0, r"[-,;|_\u00b7]"),
    ("about", "", 0.0, r"~|(?:ca|about|approx(?:imately|\.)?|circa)\b\.?"),
    ("equal", "mole", 0.0, r"equi[\s-]?molar\b|equal\s+(?:moles|molar\s+amounts)\b"),
    (
        "equal",
        "volume",
        0.0,
        r"equi[\s-]?volum\w*|equal\s+(?:volumes?|parts\s+by\s+vol\w*)\b",
    ),
    ("equal", "mass", 0.0, r"equi[\s-]?mass\b|equal\s+(?:weights?|mass\w*)\b"),
    ("filler", "", 0.0, rf"(?:{_FILLERS})\b|[.*\"']"),
)
_WORDS = re.compile(
    rf"{_FILLERS}|in|into|on|with|containing|and|ca|about|by|mol|vol|wt|mass|[vwnm]"
)
_UNKNOWN = re.compile(r"[^\s:/=+()\[\]{},;|%]+|.")
_LOCANTS = re.compile(r"\d+(?:,\d+)+'?-[A-Za-z]{3}[^\s:/=+;|%]*")
"""An unknown systematic name such as 1,1,2,2-tetraethoxyethane."""


def tokenize(text: str, lexicon: Lexicon) -> list[Token]:
    """Cut plain text into tokens; names are taken before separators.

    Parameters
    ----------
    text : str
        From `sodalyte.datasets.notation.names.plain_text`.
    lexicon : Lexicon
        The names to know.

    Returns
    -------
    list of Token
        In order; what has no meaning becomes one token of kind "unknown".
    """
    tokens: list[Token] = []
    name_text = NameText(text)
    position = 0
    while position < len(text):
        if text[position] == " ":
            position += 1
            continue
        glued = position > 0 and text[position - 1] != " "
        token = _next_token(name_text, position, tokens, lexicon, glued)
        tokens.append(token)
        position += len(token.text)
    return tokens


def _next_token(
    name_text: NameText,
    position: int,
    before: list[Token],
    lexicon: Lexicon,
    glued: bool,
) -> Token:
    text = name_text.text
    after_number = bool(before) and before[-1].kind == "number"
    if after_number:
        unit = _match(text, position, glued, _AFTER_NUMBER)
        if unit is not None:
            return unit
    follows_letter = glued and text[position - 1].isalpha() and not after_number
    glued_to_name = follows_letter and bool(before) and before[-1].kind == "name"
    if not follows_letter or glued_to_name:
        found = lexicon.match(name_text, position)
        if found is not None and not _is_word(text[position : found[1]]):
            name, end = found
            return Token("name", text[position:end], position, 0.0, name, glued)
    locants = _LOCANTS.match(text, position)
    if locants is not None:
        return Token("unknown", locants.group(), position, glued=glued)
    token = _match(text, position, glued, _ANYWHERE)
    if token is not None:
        return token
    match = _UNKNOWN.match(text, position)
    word = match.group() if match is not None else text[position]
    return Token("unknown", word, position, glued=glued)


def _match(
    text: str, position: int, glued: bool, patterns: tuple[Pattern, ...]
) -> Token | None:
    for kind, meaning, value, pattern in patterns:
        match = pattern.match(text, position)
        if match is None:
            continue
        found = match.group()
        if kind == "number":
            value = float(found)
        elif kind == "role":
            meaning = found.strip("[] ")
        return Token(kind, found, position, value, meaning, glued)
    return None


def _is_word(text: str) -> bool:
    """Whether a match is an English word rather than a name in capitals."""
    return text.islower() and _WORDS.fullmatch(text) is not None
