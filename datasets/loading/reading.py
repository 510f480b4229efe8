"""Read the formulation texts of the tables; a refusal is kept with its reason."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sodalyte.datasets.components.catalogue import load_catalogue

if TYPE_CHECKING:
    import pandas as pd

    from sodalyte.datasets.formulations.formulation import Formulation

__all__ = ["Reading", "read_formulation", "read_mole_fractions"]

NOT_STATED = "the source gives no composition"
OUTSIDE = "stands outside the liquid"
"""Words of the parser's note on a film or host that a text names."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What became of one formulation text.

    Parameters
    ----------
    canonical : str
        Canonical text, ``""`` when the text is refused.
    refusal : str
        Why it is refused, ``""`` when it is read.
    assumptions : tuple of str
        What the parser had to assume.
    cations : tuple of str
        Names of the cations, such as "Na+", sorted; empty where there is no salt.
    modifier : str
        What the text names outside the liquid (a film, a host), ``""`` if nothing.
    """

    canonical: str
    refusal: str
    assumptions: tuple[str, ...] = ()
    cations: tuple[str, ...] = ()
    modifier: str = ""


def _reading_of(formulation: Formulation, modifier: str = "") -> Reading:
    cations = {c.cation for c in formulation.components if c.cation}
    return Reading(
        formulation.canonical,
        "",
        tuple(formulation.assumptions),
        tuple(sorted(cations)),
        modifier,
    )


def read_formulation(text: str) -> Reading:
    """Read one formulation text; never raises for what chemists write.

    Parameters
    ----------
    text : str
        As published; ``""`` means that the source gives no composition.

    Returns
    -------
    Reading
        With the parser's own message where it refuses.
    """
    return _read_formulation(text, load_catalogue().serial)


@functools.lru_cache(maxsize=4096)
def _read_formulation(text: str, serial: int) -> Reading:
    """Read a text once for each catalogue in use."""
    from sodalyte.datasets.formulations.formulation import Formulation
    from sodalyte.datasets.notation.text import read_notation

    if not text.strip():
        return Reading("", NOT_STATED)
    try:
        formulation = Formulation.from_text(text)
        is_modified = any(OUTSIDE in note for note in formulation.assumptions)
        modifier = read_notation(text).modifier if is_modified else ""
        return _reading_of(formulation, modifier)
    except (ValueError, KeyError) as error:
        return Reading("", str(error.args[0]) if error.args else str(error))


@functools.lru_cache(maxsize=4096)
def read_mole_fractions(text: str) -> Reading:
    """Read mole fractions written as ``DME=0.23;TTE=0.58;LiFSI=0.19``.

    Published fractions are rounded to three digits, so their sum is scaled to 1.

    Parameters
    ----------
    text : str
        Component names of the catalogue with their mole fractions.

    Returns
    -------
    Reading
        With the reason where a name or a number cannot be read.
    """
    from sodalyte.datasets.formulations.formulation import Formulation

    if not text.strip():
        return Reading("", NOT_STATED)
    try:
        pairs = [part.rsplit("=", 1) for part in text.split(";")]
        amounts: dict[str, float] = {}
        for name, fraction in pairs:
            amounts[name] = amounts.get(name, 0.0) + float(fraction)
        total = sum(amounts.values())
        return _reading_of(
            Formulation.from_mole_fractions(
                {name: value / total for name, value in amounts.items()}
            )
        )
    except (ValueError, KeyError) as error:
        return Reading("", str(error.args[0]) if error.args else str(error))


def add_formulations(frame: pd.DataFrame) -> pd.DataFrame:
    """Add the columns formulation, formulation_refusal and formulation_assumption.

    Parameters
    ----------
    frame : DataFrame
        With ``formulation_reading`` (the text handed to the parser) or, where a
        set has them, ``mole_fractions``, which then are the composition.

    Returns
    -------
    DataFrame
        A copy with the three columns; the assumptions of the table and of the
        parser are joined by ``"; "``.
    """
    frame = frame.copy()
    if "mole_fractions" in frame.columns:
        readings = [read_mole_fractions(text) for text in frame["mole_fractions"]]
    else:
        readings = [read_formulation(text) for text in frame["formulation_reading"]]
    frame["formulation"] = [reading.canonical for reading in readings]
    frame["formulation_refusal"] = [reading.refusal for reading in readings]
    frame["formulation_assumption"] = [
        "; ".join(part for part in (stated, *reading.assumptions) if part)
        for stated, reading in zip(
            frame["formulation_assumption"], readings, strict=True
        )
    ]
    return frame
