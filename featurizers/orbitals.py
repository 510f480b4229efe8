"""Compute orbital energies of one species with GFN2-xTB.

The walk: conformers (ETKDGv3, fixed seed) -> force field -> GFN2-xTB optimisation ->
HOMO, LUMO, vertical ionisation potential and electron affinity, dipole, in the gas
phase and in ALPB acetonitrile, averaged over the conformers at 298.15 K. The shipped
table and the cache are in ``orbital_table``.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sodalyte.featurizers.geometry import Conformers, embed_conformers
from sodalyte.featurizers.xtb import (
    HARTREE_EV,
    SinglePoint,
    one_thread,
    optimise,
    single_point,
)

__all__ = [
    "IPEA_SHIFT_EV",
    "METHOD_VERSION",
    "SOLVENT",
    "compute_orbitals",
    "relaxed_minima",
]

METHOD_VERSION = "gfn2-xtb.3"
"""Changes when a number of ``compute_orbitals`` can change; part of the cache key."""

IPEA_SHIFT_EV = 4.8455
"""Shift subtracted from the vertical IP and EA: 0.178069 hartree.

Asgeirsson, Bauer, Grimme, Chem. Sci. 2017, 8, 4879, 10.1039/c7sc00601b, which the xtb
program applies to GFN1 and GFN2 alike.
"""

SOLVENT = "acetonitrile"
"""ALPB medium: polar, aprotic, in tblite's database ('dme' and 'ec' are not)."""

HARTREE_KJ_PER_MOL = 2625.4996394799  # CODATA 2018
THERMAL_ENERGY_HARTREE = 298.15 * 3.166811563e-6  # CODATA 2018

MAXIMUM_OPTIMISED = {40: 8, 50: 3, 1000: 1}
"""Conformers that are optimised in a species of up to so many atoms."""

CONFORMER_WINDOW_HARTREE = 0.010  # 6.3 kcal/mol before relaxation
SAME_START_HARTREE = 3e-5  # two conformers that the force field made one
SAME_MINIMUM_HARTREE = 3e-5
SAME_MINIMUM_EV = 0.01


def relaxed_minima(
    conformers: Conformers, solvent: str | None
) -> tuple[list[NDArray[np.float64]], int]:
    """Optimise the conformers that matter; return distinct minima and the failures.

    All embedded conformers get a GFN2 energy; the different ones within the window of
    the lowest, at most eight (three above 40 atoms, one above 50), are optimised.
    Conformers whose calculation fails are counted and left out; none left is an error.
    """
    energies = []
    n_failed, reason = 0, ""
    for positions in conformers.positions_angstrom:
        try:
            point = single_point(
                conformers.numbers, positions, conformers.charge, solvent=solvent
            )
            energies.append(point.energy_hartree)
        except RuntimeError as error:
            energies.append(np.inf)
            n_failed, reason = n_failed + 1, str(error)
    n_atoms = len(conformers.numbers)
    maximum = next(n for atoms, n in MAXIMUM_OPTIMISED.items() if n_atoms <= atoms)
    chosen = _distinct_starts(energies)[:maximum]
    minima: list[tuple[float, NDArray[np.float64]]] = []
    for i in chosen:
        try:
            geometry, energy = optimise(
                conformers.numbers,
                conformers.positions_angstrom[i],
                conformers.charge,
                solvent=solvent,
            )
        except RuntimeError as error:
            n_failed, reason = n_failed + 1, str(error)
            continue
        minima.append((energy, geometry))
    if not minima:
        raise RuntimeError(
            "a species must have a GFN2-xTB minimum. Stage 'GFN2-xTB optimisation' "
            f"failed for {conformers.smiles!r}: all {n_failed} calculations failed, "
            f"the last because {reason}. Leave the species out or give another SMILES."
        )
    minima.sort(key=lambda pair: pair[0])
    return [geometry for _, geometry in minima], n_failed


def _distinct_starts(energies: list[float]) -> list[int]:
    """Order conformers by energy, one of each, within the window of the lowest."""
    order = np.argsort(energies, kind="stable")
    chosen: list[int] = []
    for i in order:
        is_low = energies[i] - energies[order[0]] <= CONFORMER_WINDOW_HARTREE
        is_new = all(
            abs(energies[i] - energies[j]) > SAME_START_HARTREE for j in chosen
        )
        if np.isfinite(energies[i]) and is_low and is_new:
            chosen.append(int(i))
    return chosen


def compute_orbitals(smiles: str, *, random_state: int = 7) -> dict[str, Any]:
    """Compute the orbital energies of one molecule or ion.

    Parameters
    ----------
    smiles : str
        One species; a salt is two.
    random_state : int, default=7
        Seed of the conformers.

    Returns
    -------
    dict
        ``smiles``, ``charge``, ``force_field``, ``n_conformers``, ``n_minima``,
        ``n_failed``, ``method``, ``method_note`` (which vertical quantity needed more
        than a plain calculation, and what; "none" as a rule) and, each as the Boltzmann
        mean over the distinct minima (298.15 K, ALPB energies): ``homo_gas_eV``,
        ``lumo_gas_eV``, ``ip_vertical_gas_eV``, ``ea_vertical_gas_eV``,
        ``dipole_gas_D`` and the same with ``_alpb``; ``ip_vertical_ipea1_eV`` (the
        IPEA1 Hamiltonian, gas phase), ``ip_adiabatic_alpb_eV`` (lowest minimum),
        ``solvation_energy_kJ_per_mol``,
        ``homo_conformer_range_eV`` (gas, largest minus smallest of the minima).

    Raises
    ------
    ValueError
        If the SMILES cannot be read or embedded, or if the species has no valence
        electron (an alkali cation): no orbital energy exists.
    RuntimeError
        If every conformer fails; both name molecule and stage.

    Notes
    -----
    Neutral molecules are optimised in the gas phase, ions in ALPB: a gas-phase anion is
    barely bound, and its HOMO cannot be compared with that of a neutral molecule.
    Gas-phase numbers of ions are given for completeness only. F- fills all orbitals of
    the minimal basis: its LUMO and electron affinity are NaN, the only ones. An anion
    with a P-H bond collapses in GFN2 when it takes an electron (the charges never
    settle, or 60 eV too low): its affinity is that of GFN1-xTB; ``method_note`` says
    so.

    References
    ----------
    .. [1] Bannwarth, Ehlert, Grimme, J. Chem. Theory Comput. 2019, 15, 1652,
       10.1021/acs.jctc.8b01176 (GFN2-xTB).
    .. [2] Ehlert, Stahn, Spicher, Grimme, J. Chem. Theory Comput. 2021, 17, 4250,
       10.1021/acs.jctc.1c00471 (ALPB).
    """
    conformers = embed_conformers(smiles, random_state=random_state)
    if _valence_electrons(conformers) == 0:
        raise ValueError(
            "a species must have valence electrons. Stage 'GFN2-xTB' does not apply to "
            f"{conformers.smiles!r}: a bare metal cation has no occupied orbital in "
            "the method. Use its pairs with solvents and anions instead."
        )
    with one_thread():
        solvent = None if conformers.charge == 0 else SOLVENT
        geometries, n_failed = relaxed_minima(conformers, solvent)
        notes: list[str] = []
        rows = [_at_geometry(conformers, geometry, notes) for geometry in geometries]
        rows, geometries = _distinct(rows, geometries)
        weights = _boltzmann([row["energy_alpb_hartree"] for row in rows])
        lowest = geometries[int(np.argmax(weights))]
        adiabatic = _adiabatic_ip(conformers, lowest, rows[int(np.argmax(weights))])
    homos = [row["homo_gas_eV"] for row in rows]
    return {
        "smiles": conformers.smiles,
        "charge": conformers.charge,
        "force_field": conformers.force_field,
        "n_conformers": len(conformers.positions_angstrom),
        "n_minima": len(rows),
        "n_failed": n_failed,
        **_averaged(rows, weights),
        "ip_adiabatic_alpb_eV": round(adiabatic, 4),
        "homo_conformer_range_eV": round(max(homos) - min(homos), 4),
        "method": METHOD_VERSION,
        "method_note": "; ".join(dict.fromkeys(notes)) or "none",
    }


def _valence_electrons(conformers: Conformers) -> int:
    """Count the electrons that xTB sees; one atom without any is an alkali cation."""
    if len(conformers.numbers) > 1:
        return 1
    alkali_and_alkaline_earth = {3: 1, 11: 1, 19: 1, 37: 1, 55: 1, 12: 2, 20: 2, 30: 2}
    valence = alkali_and_alkaline_earth.get(int(conformers.numbers[0]), 8)
    return valence - conformers.charge


def _at_geometry(
    conformers: Conformers, geometry: NDArray[np.float64], notes: list[str]
) -> dict[str, float]:
    """Compute all vertical quantities at one minimum; an error names the stage.

    What did not converge in the plain way is added to ``notes``.
    """
    numbers, charge = conformers.numbers, conformers.charge

    def point(stage: str, extra: int, solvent: str | None, **kind: str) -> SinglePoint:
        try:
            found = single_point(
                numbers, geometry, charge + extra, solvent=solvent, **kind
            )
        except RuntimeError as error:
            raise RuntimeError(
                f"a species must have converged energies. Stage {stage!r} failed for "
                f"{conformers.smiles!r}: {error}. Leave the species out."
            ) from error
        if found.note:
            notes.append(f"{stage} {found.note}")
        return found

    def affinity(label: str, solvent: str | None, itself: SinglePoint) -> float:
        """Attach an electron; in GFN1-xTB where GFN2-xTB does not settle with it."""
        try:
            reduced = point(f"{label} reduced single point", -1, solvent)
        except RuntimeError:
            kind = {"method": "GFN1-xTB"}
            notes.append(f"{label} electron affinity in GFN1-xTB")
            itself = point(f"{label} single point (GFN1)", 0, solvent, **kind)
            reduced = point(f"{label} reduced (GFN1)", -1, solvent, **kind)
        return itself.energy_hartree - reduced.energy_hartree

    row: dict[str, float] = {}
    for label, solvent in (("gas", None), ("alpb", SOLVENT)):
        itself = point(f"{label} single point", 0, solvent)
        oxidised = point(f"{label} oxidised single point", 1, solvent)
        ionisation = oxidised.energy_hartree - itself.energy_hartree
        attachment = affinity(label, solvent, itself)
        row[f"homo_{label}_eV"] = itself.homo_eV
        row[f"lumo_{label}_eV"] = itself.lumo_eV
        row[f"ip_vertical_{label}_eV"] = ionisation * HARTREE_EV - IPEA_SHIFT_EV
        has_virtual = np.isfinite(itself.lumo_eV)
        row[f"ea_vertical_{label}_eV"] = (
            attachment * HARTREE_EV - IPEA_SHIFT_EV if has_virtual else float("nan")
        )
        row[f"dipole_{label}_D"] = itself.dipole_D
        row[f"energy_{label}_hartree"] = itself.energy_hartree
    row["ip_vertical_ipea1_eV"] = (
        point("IPEA1 oxidised single point", 1, None, method="IPEA1-xTB").energy_hartree
        - point("IPEA1 single point", 0, None, method="IPEA1-xTB").energy_hartree
    ) * HARTREE_EV - IPEA_SHIFT_EV
    row["solvation_energy_kJ_per_mol"] = (
        row["energy_alpb_hartree"] - row["energy_gas_hartree"]
    ) * HARTREE_KJ_PER_MOL
    return row


def _adiabatic_ip(
    conformers: Conformers, geometry: NDArray[np.float64], row: dict[str, float]
) -> float:
    """Let the oxidised species relax in ALPB, bonds included, and take the difference.

    A radical cation that falls apart gives a low value: that is oxidation chemistry,
    not an error, and is why this number is kept beside the vertical one.
    """
    try:
        _, energy = optimise(
            conformers.numbers, geometry, conformers.charge + 1, solvent=SOLVENT
        )
    except RuntimeError as error:
        raise RuntimeError(
            "a species must have a relaxed oxidised form. Stage 'oxidised "
            f"optimisation' failed for {conformers.smiles!r}: {error}. "
            "Leave the species out."
        ) from error
    return (energy - row["energy_alpb_hartree"]) * HARTREE_EV - IPEA_SHIFT_EV


def _distinct(
    rows: list[dict[str, float]], geometries: list[NDArray[np.float64]]
) -> tuple[list[dict[str, float]], list[NDArray[np.float64]]]:
    """Keep one of each minimum: mirror images and repeats have equal energies."""
    kept: list[int] = []
    for i, row in enumerate(rows):
        is_new = all(
            abs(row["energy_alpb_hartree"] - rows[j]["energy_alpb_hartree"])
            > SAME_MINIMUM_HARTREE
            or abs(row["homo_gas_eV"] - rows[j]["homo_gas_eV"]) > SAME_MINIMUM_EV
            for j in kept
        )
        if is_new:
            kept.append(i)
    return [rows[i] for i in kept], [geometries[i] for i in kept]


def _averaged(
    rows: list[dict[str, float]], weights: NDArray[np.float64]
) -> dict[str, float]:
    """Average everything but total energies over the minima."""
    return {
        key: round(float(np.dot(weights, [row[key] for row in rows])), 4)
        for key in rows[0]
        if not key.endswith("_hartree")
    }


def _boltzmann(energies_hartree: list[float]) -> NDArray[np.float64]:
    """Weigh minima at 298.15 K by their ALPB energies."""
    energies = np.array(energies_hartree)
    weights = np.exp(-(energies - energies.min()) / THERMAL_ENERGY_HARTREE)
    return np.asarray(weights / weights.sum())
