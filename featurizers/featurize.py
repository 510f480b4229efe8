"""Featurize a file of formulations: what stands behind ``sodalyte featurize``."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from sodalyte.datasets.formulations.formulation import Formulation
from sodalyte.featurizers.design import design_matrix

__all__ = ["Featurized", "featurize_file", "featurize_lines"]


@dataclass(frozen=True, eq=False)
class Featurized:
    """Features of the lines of a file.

    Parameters
    ----------
    frame : DataFrame
        ``line`` (counted from 1), ``input``, ``formulation`` (canonical), then the
        columns of ``design_matrix``.
    faults : DataFrame
        ``line``, ``input``, ``error`` of the lines that could not be read.
    """

    frame: pd.DataFrame
    faults: pd.DataFrame


def featurize_lines(
    lines: Iterable[str], conditions: dict[str, object] | None = None
) -> Featurized:
    """Featurize formulations given as text, one a line.

    Parameters
    ----------
    lines : iterable of str
        Blank lines and lines that begin with # are skipped.
    conditions : dict, optional
        One set of conditions for all, see ``condition_features``.

    Returns
    -------
    Featurized
        Faulty lines are listed, not dropped in silence; the others go on.
    """
    good: list[tuple[int, str, Formulation]] = []
    bad: list[tuple[int, str, str]] = []
    for number, raw in enumerate(lines, start=1):
        text = raw.strip()
        if not text or text.startswith("#"):
            continue
        try:
            good.append((number, text, Formulation.from_text(text)))
        except ValueError as error:
            bad.append((number, text, str(error)))
    faults = pd.DataFrame(bad, columns=["line", "input", "error"])
    head = pd.DataFrame(
        [(number, text, one.canonical) for number, text, one in good],
        columns=["line", "input", "formulation"],
    )
    if not good:
        return Featurized(head, faults)
    features = design_matrix([one for _, _, one in good], conditions)
    return Featurized(pd.concat([head, features], axis=1), faults)


def featurize_file(
    path: str | Path, conditions: dict[str, object] | None = None
) -> Featurized:
    """Featurize a text file, see ``featurize_lines``.

    Raises
    ------
    OSError
        If the file cannot be read.
    """
    text = Path(path).read_text(encoding="utf-8-sig")
    return featurize_lines(text.splitlines(), conditions)
