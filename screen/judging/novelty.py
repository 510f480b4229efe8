"""Which ingredients of a formulation no measurement has ever held."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

    from sodalyte.datasets.formulations.array import FormulationArray
    from sodalyte.datasets.formulations.formulation import Formulation

__all__ = ["has_unmeasured", "measured_names", "unmeasured"]


def measured_names(frame: pd.DataFrame) -> frozenset[str]:
    """List the components of all measured formulations.

    Parameters
    ----------
    frame : DataFrame
        Training rows, with a column ``formulation``.

    Returns
    -------
    frozenset of str
        Component names.
    """
    return _names(tuple(dict.fromkeys(frame["formulation"])))


@lru_cache(maxsize=8)
def _names(texts: tuple[str, ...]) -> frozenset[str]:
    from sodalyte.datasets.formulations.formulation import Formulation

    return frozenset(
        name for text in texts for name in Formulation.from_text(text).names
    )


def unmeasured(formulation: Formulation, measured: frozenset[str]) -> list[str]:
    """Name the components of a formulation that were never measured.

    Parameters
    ----------
    formulation : Formulation
    measured : frozenset of str
        From `measured_names`.

    Returns
    -------
    list of str
    """
    return [name for name in formulation.names if name not in measured]


def has_unmeasured(
    candidates: FormulationArray, measured: frozenset[str]
) -> np.ndarray:
    """Tell which candidates hold a component that was never measured.

    Parameters
    ----------
    candidates : FormulationArray of length n
    measured : frozenset of str
        From `measured_names`.

    Returns
    -------
    ndarray of bool, shape (n,)
    """
    new = np.array([c.name not in measured for c in candidates.components], dtype=bool)
    return np.asarray((candidates.mole_fractions[:, new] > 0.0).any(axis=1))
