"""Check of the few at the top: PyBaMM's DFN beside the fast cell model."""

from __future__ import annotations

import importlib.util
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from sodalyte.models.cell import CellResult

__all__ = ["NOT_ASKED", "check_rate"]

# Beyond what the fast model showed against the DFN over its validated designs.
MOST_UTILISATION_APART = 0.05
MOST_VOLTAGE_APART_V = 0.08
NOT_ASKED = (
    "Utilisation and voltage are the fast cell model's; --check-rate solves PyBaMM's "
    "DFN for each proposal beside it."
)
_ABSENT = (
    "Utilisation and voltage were to be checked with PyBaMM's DFN, which is not "
    'installed; they are the fast model\'s. Add it with: pip install "sodalyte[cell]".'
)


def check_rate(cells: CellResult) -> tuple[list[dict[str, Any] | None], str]:
    """Solve the DFN of every candidate and hold the fast model against it.

    Parameters
    ----------
    cells : CellResult
        Of ``CellModel.evaluate``, one row a candidate; a second each is needed.

    Returns
    -------
    checks : list of dict or None
        One per candidate: ``utilisation`` and ``average_voltage_V``, each with
        ``fast``, ``dfn`` and ``difference`` (fast less DFN), ``energy_ratio`` (fast
        over DFN) and ``is_large``. None where the cell is infeasible, and everywhere
        if PyBaMM is absent.
    note : str
        What was done, for people.
    """
    n = len(cells.values["utilisation"])
    checks: list[dict[str, Any] | None] = [None] * n
    if importlib.util.find_spec("pybamm") is None:
        return checks, _ABSENT
    from sodalyte.models.cell.refine import refine

    table = refine(cells, n, order=np.arange(n))
    for row in table.to_dict("records"):
        checks[int(row["row"])] = _compared(row)
    done = [check for check in checks if check is not None]
    large = sum(check["is_large"] for check in done)
    verdict = (
        f"{large} differ by more than {MOST_UTILISATION_APART:g} in utilisation or "
        f"{MOST_VOLTAGE_APART_V:g} V: trust the DFN there"
        if large
        else f"all agree within {MOST_UTILISATION_APART:g} in utilisation and "
        f"{MOST_VOLTAGE_APART_V:g} V"
    )
    return checks, (
        f"PyBaMM's DFN was solved for {len(done)} of {n} proposals at the protocol's "
        f"rate; {verdict}."
    )


def _compared(row: dict[Any, Any]) -> dict[str, Any]:
    share, volts = row["utilisation_difference"], row["average_voltage_difference_V"]
    return {
        "utilisation": {
            "fast": row["utilisation_fast"],
            "dfn": row["utilisation_dfn"],
            "difference": share,
        },
        "average_voltage_V": {
            "fast": row["average_voltage_fast_V"],
            "dfn": row["average_voltage_dfn_V"],
            "difference": volts,
        },
        "energy_ratio": row["energy_ratio_fast_to_dfn"],
        "is_large": bool(
            abs(share) > MOST_UTILISATION_APART or abs(volts) > MOST_VOLTAGE_APART_V
        ),
    }
