"""Settle the amounts of a text: what it says, what it left open."""

import math
from dataclasses import dataclass

from sodalyte.datasets.notation.entries import (
    CONCENTRATIONS,
    MAX_CONCENTRATION,
    Entry,
)
from sodalyte.datasets.notation.reader import NotationReader

ASSUMED_MOLARITY_MOL_PER_L = 1.0
"""Of a text without any salt amount; the usual one by far in the tables."""

MAX_ADDED_FRACTION = 0.5
"""Of one component given in percent beside a solvent; more would be the solvent."""


@dataclass(frozen=True, slots=True)
class Species:
    """One component of a text with its amount.

    Parameters
    ----------
    name : str
        Short name of the component.
    amount : float
        In ``unit``, > 0.
    unit : str
        "mol_per_L" of the finished electrolyte; "mol_per_kg" of its solvents;
        "mass_fraction", "volume_fraction" or "mole_fraction" of the finished
        electrolyte; "part" of the base mixture, counted in
        ``Notation.part_basis``.
    place : str
        "salt", "liquid" or "additive": where in the text it stands.
    role : str or None
        Role written in square brackets.
    """

    name: str
    amount: float
    unit: str
    place: str
    role: str | None = None


@dataclass(frozen=True, slots=True)
class Notation:
    """What a text says, before any unit is converted.

    Parameters
    ----------
    text : str
        As given.
    species : tuple of Species
        In the order of the text.
    part_basis : str
        "volume", "mass" or "mole": what the parts of the base mixture count.
    assumptions : tuple of str
        What the text left open and how it was closed.
    modifier : str
        What the text names outside the liquid (a zeolite film), or empty.
    water_ppm : float or None
        Stated water content by mass.
    """

    text: str
    species: tuple[Species, ...]
    part_basis: str
    assumptions: tuple[str, ...] = ()
    modifier: str = ""
    water_ppm: float | None = None


def settle_amounts(
    reader: NotationReader, notes: list[str], modifier: str, water_ppm: float | None
) -> Notation:
    """Complete and check the amounts that a reader found.

    Parameters
    ----------
    reader : NotationReader
        After its ``read``.
    notes : list of str
        Assumptions made before.
    modifier : str
        Recognised outside the liquid.
    water_ppm : float or None
        Stated water content.

    Returns
    -------
    Notation

    Raises
    ------
    ValueError
        If an amount is missing without a usual value, or impossible.
    """
    entries = reader.entries
    if not entries:
        reader.refuse(
            "A formulation names salts and solvents",
            "no part",
            "a known name",
            "Write for example '1 M NaPF6 in G2'.",
        )
    if all(entry.is_ionic for entry in entries):
        for entry in entries:  # an ionic liquid is the solvent where no other is
            entry.is_ionic = reader.lexicon.is_metal_salt(entry.name)
    notes = notes + reader.assumptions
    basis = _percent_shares(entries)
    basis = _settle_parts(reader, notes) if not basis else basis
    _settle_salts(reader, notes)
    basis = _settle_liquids(reader, notes, basis)
    species = tuple(_species(entry, reader, notes) for entry in entries)
    if not any(s.unit == "part" for s in species):
        reader.refuse(
            "A formulation has a solvent",
            "no part",
            "one",
            "Name the solvent, as in '1 M NaPF6 in G2'.",
        )
    fraction = math.fsum(s.amount for s in species if s.unit.endswith("fraction"))
    if fraction >= 1:
        reader.refuse(
            "Additives make up less than the whole",
            "the sum of percentages",
            f"{100 * fraction:g} %",
            "Give solvents as a ratio and additives in percent.",
        )
    return Notation(
        reader.text, species, basis, tuple(dict.fromkeys(notes)), modifier, water_ppm
    )


def _percent_shares(entries: list[Entry]) -> str:
    """Read percentages that add up to 100 as a ratio: of all, or of the solvents."""
    groups = [entries, [e for e in entries if not e.is_ionic]]
    for group in groups:
        bases = {e.basis for e in group if e.unit == "percent"}
        if len(bases) == 2:
            bases.discard("")  # 30 % EC and 70 % EMC by weight
        total = math.fsum(e.amount for e in group if e.unit == "percent")
        if not group or len(bases) != 1 or abs(total - 100) > 0.5:
            continue
        if any(e.unit != "percent" for e in group):
            continue
        for entry in group:
            entry.unit = "part"
        return bases.pop() or ("mass" if group is entries else "?")
    return ""


def _settle_parts(reader: NotationReader, notes: list[str]) -> str:
    """Find what the parts count; "" while nothing is a part."""
    parts = [e for e in reader.entries if e.unit == "part"]
    if not parts:
        return ""
    bases = {*reader.ratio_bases, reader.coefficient_basis} - {""}
    stated = bases.pop() if bases else ""
    coefficients = not reader.ratio_bases
    if coefficients and not _has_concentration(reader):
        for entry in reader.entries:
            if not entry.unit:
                entry.amount, entry.unit = 1.0, "part"
    has_salt = any(e.is_ionic and e.unit == "part" for e in reader.entries)
    if has_salt:
        if not stated and not coefficients:
            notes.append("the ratio includes a salt: read as a mole ratio")
        if stated == "volume":
            reader.refuse(
                "A salt has no share by volume",
                "the ratio",
                "a salt in v/v",
                "Give the salt in M, or the ratio by mole or mass.",
            )
        return stated or "mole"
    return stated or "?"


def _has_concentration(reader: NotationReader) -> bool:
    return any(e.unit in CONCENTRATIONS for e in reader.entries)


def _settle_salts(reader: NotationReader, notes: list[str]) -> None:
    """Give salts without an amount their share, or the usual concentration."""
    salts = [e for e in reader.entries if e.is_ionic]
    free = [e for e in salts if not e.unit]
    if not free:
        return
    stated = [e for e in salts if e.unit in CONCENTRATIONS]
    if len(stated) > 1 or (stated and stated[0].segment != free[0].segment):
        reader.refuse(
            "Every salt has an amount",
            f"position {free[0].start + 1}",
            f"{free[0].name} without one",
            "Give its concentration.",
        )
    total = stated[0].amount if stated else ASSUMED_MOLARITY_MOL_PER_L
    unit = stated[0].unit if stated else "mol_per_L"
    group = stated + free
    names = " + ".join(e.name for e in group)
    if not stated:
        notes.append(f"no concentration of {names} is given: {total:g} M is assumed")
    if len(group) > 1:
        notes.append(f"{total:g} M is the sum over {names}, in equal moles")
    for entry in group:
        entry.amount, entry.unit = total / len(group), unit


def _settle_liquids(reader: NotationReader, notes: list[str], basis: str) -> str:
    """Give solvents without a ratio equal volumes, and a basis to a ratio."""
    free = [e for e in reader.entries if not e.unit]
    shared = [e for e in reader.entries if e.unit == "part"]
    extra = [e for e in free if e.segment == "extra" or shared]
    if not extra and not all(e.is_after_plus for e in free[1:]):
        extra = [e for e in free if e.is_after_plus]  # EC/PC + FEC, not EC + PC
    if extra and (shared or len(extra) < len(free)):
        reader.refuse(
            "Every additive has an amount",
            f"position {extra[0].start + 1}",
            f"{extra[0].name} without one",
            f"Write for example '+ 5 wt% {extra[0].name}'.",
        )
    for entry in free:
        entry.amount, entry.unit = 1.0, "part"
    names = list(dict.fromkeys(e.name for e in free))
    if len(names) > 1:
        listed = ", ".join(names)
        notes.append(f"no ratio of {listed} is given: equal volumes are assumed")
        return "volume"
    if basis == "?":
        notes.append("the basis of the solvent ratio is not given: volume is assumed")
        return "volume"
    return basis or "volume"


def _species(entry: Entry, reader: NotationReader, notes: list[str]) -> Species:
    """Check one amount and name its unit."""
    amount, unit = entry.amount, entry.unit
    if unit in CONCENTRATIONS and not 0 < amount <= MAX_CONCENTRATION:
        word = "M" if unit == "mol_per_L" else "mol/kg"
        reader.refuse(
            f"A concentration lies above 0 and at most at {MAX_CONCENTRATION:g} {word}",
            f"position {entry.start + 1}",
            f"{amount:g} {word} of {entry.name}",
            "Correct the amount or leave the component out.",
        )
    if unit == "percent":
        if not 0 < amount <= 100 * MAX_ADDED_FRACTION:
            reader.refuse(
                f"A percentage lies in (0, {100 * MAX_ADDED_FRACTION:g}]",
                f"position {entry.start + 1}",
                f"{amount:g} % of {entry.name}",
                "Give a main component as part of the solvent ratio.",
            )
        if not entry.basis:
            notes.append(f"{amount:g} % {entry.name} is read as percent by mass")
        unit, amount = f"{entry.basis or 'mass'}_fraction", amount / 100
    if unit == "part" and not 0 < amount < math.inf:
        reader.refuse(
            "The parts of a ratio are positive and finite",
            f"position {entry.start + 1}",
            f"{amount:g} of {entry.name}",
            "Leave out a component of which there is none.",
        )
    place = _place(entry, unit, reader)
    return Species(entry.name, amount, unit, place, entry.role)


def _place(entry: Entry, unit: str, reader: NotationReader) -> str:
    """Tell salts, liquids and additives apart, wherever they stand."""
    if not entry.is_ionic:
        return "liquid" if unit == "part" else "additive"
    others = [e for e in reader.entries if e.is_ionic and e.unit != "percent"]
    return "additive" if unit.endswith("fraction") and others else "salt"
