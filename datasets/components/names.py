"""Names of the catalogue: spellings, ambiguous abbreviations, ions and entries."""

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

__all__ = ["AmbiguousAlias", "CatalogueEntry", "Ion", "normalise_name"]

_DROPPED = str.maketrans("", "", " \t\u00a0\u2009.·•'′\"`´‘’()[]{}_-‐‑‒–—−⁃")


@lru_cache(maxsize=16_384)
def normalise_name(text: str) -> str:
    """Reduce a spelling to the key it is looked up by.

    Case, blanks, hyphens, dots, primes, brackets and Unicode sub- and
    superscripts do not distinguish names; commas, digits and letters do.

    Examples
    --------
    >>> normalise_name("NaPF₆"), normalise_name("Bis(2-methoxyethyl) ether")
    ('napf6', 'bis2methoxyethylether')
    """
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    return text.casefold().translate(_DROPPED)


@dataclass(frozen=True, slots=True)
class AmbiguousAlias:
    """An abbreviation that papers use for more than one compound.

    Parameters
    ----------
    alias : str
        As written.
    chosen : str
        Component that `Catalogue.find` takes it for.
    others : tuple of str
        Components that some papers mean by it.
    reason : str
        Why the chosen one is the likelier.
    """

    alias: str
    chosen: str
    others: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Ion:
    """An ion of the salts.

    Parameters
    ----------
    name : str
        Such as "Na+", "Zn+2", "PF6-".
    charge : int
        Signed.
    smiles : str
        Canonical RDKit SMILES.
    systematic_name : str
        Such as "hexafluorophosphate".
    formulas : tuple of str
        How formulas of salts write it, the usual one first.
    """

    name: str
    charge: int
    smiles: str
    systematic_name: str
    formulas: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CatalogueEntry:
    """What the catalogue says of a component beside the component itself.

    Parameters
    ----------
    family : str
        Chemical class, such as "cyclic carbonate" or "ionic liquid".
    fluorine_mass_fraction : float
        From the SMILES, in [0, 1].
    cas, systematic_name, note : str
        Empty where not known.
    aliases : tuple of str
        Further names, the short one left out.
    """

    family: str
    fluorine_mass_fraction: float
    cas: str
    systematic_name: str
    aliases: tuple[str, ...]
    note: str = ""
