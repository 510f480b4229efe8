"""Read what papers print of an electrolyte: text in, amounts out.

The formal grammar, the dialects and every assumption stand in docs/notation.md.
"""

import re

from sodalyte.datasets.components.catalogue import Catalogue, load_catalogue
from sodalyte.datasets.notation.amounts import Notation, settle_amounts
from sodalyte.datasets.notation.names import Lexicon, NameText, plain_text
from sodalyte.datasets.notation.reader import NotationReader
from sodalyte.datasets.notation.scope import check_scope, suspicion
from sodalyte.datasets.notation.tokens import tokenize

MAX_TEXT_LENGTH = 500

_PPM = r"(?P<{0}_bound><)?\s*(?P<{0}>\d+(?:\.\d+)?(?:e[-+]?\d+)?)\s*ppm"
_WATER = r"(?:h2o|water)(?:\s*content)?"
_WATER_PPM = re.compile(
    rf"[(\[,;+]?\s*(?:with\s+)?(?:{_PPM.format('before')}\s*(?:of\s+)?{_WATER}"
    rf"|{_WATER}\s*[:=]?\s*{_PPM.format('after')})\s*[)\]]?",
    re.IGNORECASE,
)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_ADDUCT_DOT = re.compile(
    r"(?:(?<=[A-Za-z])|(?<=[A-Za-z][1-9]))\.(?=\d+(?:\.\d+)?[A-Z])"
)
_COMMA_NUMBER = re.compile(
    r"(?<![\w,.])(\d+),(\d+)(?=\s*(?:M\b|m\b|mM\b|mmol\b|mol\b|wt|vol|%|ppm))"
)
_NUMBER = r"\d+(?:\.\d+)?"
_LABEL = re.compile(r"(?P<label>[A-Za-z][\w-]{0,11})\s*:\s+(?=\d)")
_RATIO_IN_WORDS = re.compile(
    rf"(?P<head>ratios?\s*(?:of\s+|[:=]\s*)?)(?P<a>{_NUMBER})\s+to\s+(?P<b>{_NUMBER})",
    re.IGNORECASE,
)
_MOLES_PER_SOLVENT = re.compile(
    rf"(?P<n>{_NUMBER})\s*mol\s+(?:of\s+)?(?P<salt>[^\s]+)\s+(?:per|in\s+1|in\s+an?)\s+"
    r"(?:(?P<kg>kg|kilogram)|(?P<litre>L|lit(?:re|er)))\s+(?:of\s+)?(?:the\s+)?"
    r"(?P<solution>(?:solution|electrolyte)\s+(?:in\s+)?)?"
)
_SOLVATE = re.compile(
    rf"\[(?P<metal>Li|Na|K)\((?P<ligand>[^\[\]()]+)\)(?P<n>{_NUMBER})?\]\s*"
    r"(?P<anion>\[[^\[\]]+\]|[A-Z][\w()]*)"
)
"""A solvate ionic liquid such as [Na(G4)1][TFSA]."""
_CHARGED = re.compile(r"\b(?P<metal>Li|Na|K)\+\s*\[(?P<anion>[^\[\]]+)\]\s*-(?!\w)")


def read_notation(text: str, catalogue: Catalogue | None = None) -> Notation:
    """Read one formulation text.

    Parameters
    ----------
    text : str
        As a paper prints it, at most 500 characters.
    catalogue : Catalogue, optional
        The components to know; the bundled ones by default.

    Returns
    -------
    Notation

    Raises
    ------
    TypeError
        If ``text`` is not a string.
    ValueError
        If it cannot be read, names something unknown (with the nearest names),
        gives impossible amounts, or is no liquid electrolyte (names the class).

    Examples
    --------
    >>> read_notation("1 M NaPF6 in G2").species[0].amount
    1.0
    """
    if not isinstance(text, str):
        raise TypeError(
            f"A formulation is a text such as '1 M NaPF6 in G2'; got a "
            f"{type(text).__name__}. Pass a str."
        )
    _check_characters(text)
    lexicon = Lexicon.of(load_catalogue() if catalogue is None else catalogue)
    plain, water_ppm, water_notes = _take_water(plain_text(text))
    plain, comma_notes = _take_commas(plain)
    plain, label_notes = _take_label(plain, lexicon)
    plain, modifier = check_scope(text, _in_symbols(plain))
    dotted = _ADDUCT_DOT.sub("\u00b7", plain)  # NaI.3.3NH3
    notes = water_notes + comma_notes + label_notes
    if modifier:
        notes.append(f"{modifier} stands outside the liquid and is left out")
    try:
        reader = NotationReader(text, tokenize(dotted, lexicon), lexicon)
        reader.read()
        return settle_amounts(reader, notes, modifier, water_ppm)
    except ValueError as error:
        raise suspicion(text, plain, lexicon.names) or error from None


def _take_label(plain: str, lexicon: Lexicon) -> tuple[str, list[str]]:
    """Take the label off a text such as "E1: 1 M NaPF6 in G2"."""
    match = _LABEL.match(plain)
    if match is None or lexicon.match(NameText(match["label"]), 0) is not None:
        return plain, []
    return plain[match.end() :], [f"the label {match['label']} is left out"]


def _in_symbols(plain: str) -> str:
    """Write what some papers put into words or brackets in the usual symbols."""
    solvate = _SOLVATE.fullmatch(plain)
    if solvate is not None:
        names = f"{solvate['metal']}{solvate['anion']}:{solvate['ligand']}"
        return f"{names} 1:{solvate['n'] or 1} mol"
    plain = _CHARGED.sub(r"\g<metal>[\g<anion>]", plain)
    plain = _RATIO_IN_WORDS.sub(r"\g<head>\g<a>:\g<b>", plain)
    moles = _MOLES_PER_SOLVENT.search(plain)
    if moles is None:
        return plain
    unit = "mol/kg" if moles["kg"] else "mol/L"
    if unit == "mol/L" and not moles["solution"]:
        unit = "mol/L of solvent"
    said = f"{moles['n']} {unit} {moles['salt']} in "
    return f"{plain[: moles.start()]}{said}{plain[moles.end() :]}"


def _take_commas(plain: str) -> tuple[str, list[str]]:
    """Read "0,5 M" as 0.5 and "1,000 mM" as 1000."""
    notes = []

    def replace(match: re.Match[str]) -> str:
        whole, rest = match.groups()
        thousands = len(rest) == 3 and whole[0] != "0"
        number = whole + ("" if thousands else ".") + rest
        notes.append(f"{match.group()} is read as {number}")
        return number

    return _COMMA_NUMBER.sub(replace, plain), notes


def _take_water(plain: str) -> tuple[str, float | None, list[str]]:
    """Take a stated water content out of the text."""
    match = _WATER_PPM.search(plain) if "ppm" in plain.lower() else None
    if match is None:
        return plain, None, []
    ppm = float(match["before"] or match["after"])
    bounded = match["before_bound"] or match["after_bound"]
    notes = [f"water is below {ppm:g} ppm: taken as {ppm:g} ppm"] if bounded else []
    rest = f"{plain[: match.start()]} {plain[match.end() :]}"
    return " ".join(rest.split()), ppm, notes


def _check_characters(text: str) -> None:
    if len(text) > MAX_TEXT_LENGTH:
        raise ValueError(
            f"A formulation text has at most {MAX_TEXT_LENGTH} characters; this one "
            f"has {len(text)} and begins {text[:40]!r}. Give one formulation a text."
        )
    if not text.strip():
        raise ValueError(
            f"A formulation text names salts and solvents; got {text!r}. "
            "Write for example '1 M NaPF6 in G2'."
        )
    odd = _CONTROL.search(text)
    if odd is not None:
        raise ValueError(
            f"A formulation text holds no control characters; position "
            f"{odd.start() + 1} has {odd.group()!r}. Remove it."
        )
