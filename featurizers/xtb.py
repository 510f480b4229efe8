"""Run single calculations of tblite: a geometry in, energies out.

Everything runs on one thread: results are bit-identical and parallel processes do not
crowd each other.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "HARTREE_EV",
    "LARGE_HEAVY_ATOMS",
    "SinglePoint",
    "one_thread",
    "optimise",
    "single_point",
    "versions",
]

HARTREE_EV = 27.211386245988  # CODATA 2018
BOHR_PER_ANGSTROM = 1.0 / 0.529177210903  # CODATA 2018
DEBYE_PER_ATOMIC_UNIT = 2.541746473  # CODATA 2018

HARTREE_PER_KELVIN = 3.166811563e-6  # CODATA 2018


@dataclass(frozen=True)
class Way:
    """One way to settle the charges; ``single_point`` tries them in order.

    Attributes
    ----------
    note : str
        What the table says of a number that came this way; empty for the plain one.
    temperature_K, damping : float
        Electronic temperature, and the share of the new charges that the mixer takes.
    guess : int
        Starting charges: 0 of neutral atoms, 1 of electronegativity equilibrium.
    """

    note: str
    temperature_K: float = 300.0
    damping: float = 0.4
    guess: int = 0


WAYS = (
    Way(""),
    Way("smeared at 1000 K", temperature_K=1000.0, damping=0.2),
    Way("started from EEQ charges", guess=1),
)
"""Plain first. Degenerate orbitals (the dianion of BF4-) settle with occupations
smeared at 1000 K, which lowers the energy by about 0.1 eV; the reduced hydroxide needs
other starting charges."""

GRADIENT_TOLERANCE = 5e-4  # hartree per bohr
OPTIMISATION_STEPS = 400

LARGE_HEAVY_ATOMS = 36
"""Above this each step of an optimisation starts from the charges of the step before:
nearly twice as fast, and up to 1 meV apart from starting anew."""


@dataclass(frozen=True)
class SinglePoint:
    """What one self-consistent calculation gives.

    Attributes
    ----------
    energy_hartree : float
        Total energy.
    homo_eV, lumo_eV : float
        Frontier orbital energies; NaN where the species has no valence electron.
    dipole_D : float
        Dipole moment; for an ion it depends on the origin and is not used.
    note : str
        How it converged, where the plain way failed; see ``WAYS``.
    """

    energy_hartree: float
    homo_eV: float
    lumo_eV: float
    dipole_D: float
    note: str = ""


@contextmanager
def one_thread() -> Iterator[None]:
    """Run tblite on one thread: bit-identical results, no oversubscription."""
    from threadpoolctl import (  # type: ignore[import-untyped]  # with scikit-learn
        threadpool_limits,
    )

    with threadpool_limits(limits=1):
        yield


def _calculator(
    numbers: NDArray[np.int64],
    positions_bohr: NDArray[np.float64],
    charge: int,
    solvent: str | None,
    *,
    method: str = "GFN2-xTB",
    way: Way = WAYS[0],
) -> Any:
    """Build a silent tblite calculator."""
    from tblite.interface import Calculator

    calculator = Calculator(method, numbers, positions_bohr, charge=charge)
    calculator.set("verbosity", 0)
    if way.note:
        calculator.set("temperature", way.temperature_K * HARTREE_PER_KELVIN)
        calculator.set("mixer-damping", way.damping)
        calculator.set("guess", way.guess)
    if solvent is not None:
        calculator.add("alpb-solvation", solvent)
    return calculator


def single_point(
    numbers: NDArray[np.int64],
    positions_angstrom: NDArray[np.float64],
    charge: int,
    *,
    solvent: str | None = None,
    method: str = "GFN2-xTB",
) -> SinglePoint:
    """Run one self-consistent calculation at a fixed geometry.

    Parameters
    ----------
    numbers : ndarray of shape (n_atoms,)
        Atomic numbers.
    positions_angstrom : ndarray of shape (n_atoms, 3)
        Geometry.
    charge : int
        Total charge; the lowest multiplicity is taken.
    solvent : str, optional
        Named ALPB solvent; the gas phase by default.
    method : {"GFN2-xTB", "GFN1-xTB", "IPEA1-xTB"}
        Hamiltonian.

    Returns
    -------
    SinglePoint

    Raises
    ------
    RuntimeError
        If the charges converge in none of ``WAYS``; gives the reason of the first.
    """
    from tblite.exceptions import TBLiteRuntimeError

    positions = positions_angstrom * BOHR_PER_ANGSTROM

    reasons = []
    for way in WAYS:
        try:
            result = _calculator(
                numbers, positions, charge, solvent, method=method, way=way
            ).singlepoint()
        except TBLiteRuntimeError as error:
            reasons.append(str(error))
            continue
        return _read(result, way.note)
    raise RuntimeError(f"the self-consistent calculation failed: {reasons[0]}")


def _read(result: Any, note: str) -> SinglePoint:
    """Take the numbers out of a result of tblite."""
    energies = np.asarray(result.get("orbital-energies")) * HARTREE_EV
    occupations = np.asarray(result.get("orbital-occupations"))
    if occupations.ndim == 2:
        energies, occupations = energies.sum(axis=0), occupations.sum(axis=0)
    occupied = np.flatnonzero(occupations > 0.5)
    homo = occupied[-1] if len(occupied) else -1
    has_virtual = homo + 1 < len(energies)
    return SinglePoint(
        energy_hartree=float(result.get("energy")),
        homo_eV=float(energies[homo]) if homo >= 0 else float("nan"),
        lumo_eV=float(energies[homo + 1]) if has_virtual else float("nan"),
        dipole_D=float(np.linalg.norm(result.get("dipole")) * DEBYE_PER_ATOMIC_UNIT),
        note=note,
    )


def optimise(
    numbers: NDArray[np.int64],
    positions_angstrom: NDArray[np.float64],
    charge: int,
    *,
    solvent: str | None = None,
) -> tuple[NDArray[np.float64], float]:
    """Relax a geometry in GFN2-xTB with L-BFGS.

    Returns
    -------
    positions_angstrom : ndarray of shape (n_atoms, 3)
    energy_hartree : float

    Raises
    ------
    RuntimeError
        If a calculation on the way fails or the gradient stays above ten times the
        tolerance.
    """
    from scipy.optimize import minimize
    from tblite.exceptions import TBLiteRuntimeError

    start = positions_angstrom * BOHR_PER_ANGSTROM
    calculator = _calculator(numbers, start, charge, solvent)
    is_large = np.count_nonzero(numbers > 1) > LARGE_HEAVY_ATOMS
    step_before: list[Any] = [None]

    def energy_and_gradient(flat: NDArray[np.float64]) -> tuple[float, Any]:
        calculator.update(positions=flat.reshape(-1, 3))
        result = calculator.singlepoint(step_before[0])
        if is_large:
            step_before[0] = result
        return float(result.get("energy")), result.get("gradient").ravel()

    if len(numbers) == 1:
        return positions_angstrom, energy_and_gradient(start.ravel())[0]
    try:
        answer = minimize(
            energy_and_gradient,
            start.ravel(),
            jac=True,
            method="L-BFGS-B",
            options={
                "maxiter": OPTIMISATION_STEPS,
                "gtol": GRADIENT_TOLERANCE,
                "maxcor": 20,
            },
        )
    except TBLiteRuntimeError as error:
        raise RuntimeError(
            f"the self-consistent calculation failed: {error}"
        ) from error
    largest = float(np.abs(answer.jac).max())
    if largest > 10 * GRADIENT_TOLERANCE:
        raise RuntimeError(
            f"gradient stayed at {largest:.1e} hartree/bohr after {answer.nit} steps"
        )
    return answer.x.reshape(-1, 3) / BOHR_PER_ANGSTROM, float(answer.fun)


def versions() -> dict[str, str]:
    """Name the versions of the programs behind the numbers."""
    from importlib.metadata import version

    return {name: version(name) for name in ("tblite", "rdkit", "scipy")}
