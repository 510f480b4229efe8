"""Compute what a cation does to a molecule or an anion: pairs in GFN2-xTB.

The species that meet an electrode are not free molecules: a solvent in the first shell
carries Na+, an anion at high concentration touches it. For each ligand the cation is
placed at every donor atom of several conformers, the best starts are optimised in ALPB
acetonitrile, and the lowest pair gives the orbital energies.

The pair's energy of formation is reported for inspection only: GFN2-xTB overbinds Na+
(1,2-dimethoxyethane 2.3 eV against about 1.65 eV in the gas phase), so no donor number
and no feature is derived from it.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sodalyte.featurizers.geometry import Conformers, embed_conformers
from sodalyte.featurizers.orbitals import SOLVENT
from sodalyte.featurizers.xtb import (
    HARTREE_EV,
    LARGE_HEAVY_ATOMS,
    one_thread,
    optimise,
    single_point,
)

__all__ = ["CATION", "PAIR_METHOD_VERSION", "compute_pair", "has_donor"]

PAIR_METHOD_VERSION = "gfn2-xtb-pair.2"
"""Changes when a number of ``compute_pair`` can change; part of the cache key."""

CATION = "[Na+]"
CATION_NUMBER = 11
CATION_CHARGE = 1

START_DISTANCE_A = {7: 2.4, 8: 2.3, 9: 2.3, 16: 2.8, 17: 2.8, 35: 3.0, 53: 3.2}
"""Na-donor start distances in angstrom, near sums of ionic radii (Shannon 1976,
10.1107/S0567739476001551); the optimisation moves on from them."""

CLOSEST_APPROACH_A = 1.8
LOWEST_CONFORMERS = 2
FOLDED_CONFORMERS = 2
MAXIMUM_OPTIMISED = 2
MAXIMUM_FREE = 1


DONOR_ELEMENTS = ("N", "O", "F", "S", "Cl", "Br", "I")


def has_donor(counts: Mapping[Any, Any]) -> bool:
    """Whether a species has an atom that can hold Na+.

    Parameters
    ----------
    counts : mapping
        With ``n_<element>`` as in the descriptor table.
    """
    return any(counts[f"n_{element}"] > 0 for element in DONOR_ELEMENTS)


def compute_pair(smiles: str, *, random_state: int = 7) -> dict[str, Any]:
    """Compute the orbitals of a ligand with one Na+ on it.

    Parameters
    ----------
    smiles : str
        A neutral molecule or an anion.
    random_state : int, default=7
        Seed of the conformers.

    Returns
    -------
    dict
        ``smiles`` of the ligand, ``cation``, ``pair_charge``, ``n_starts``,
        ``n_failed``, ``homo_pair_eV``, ``lumo_pair_eV`` (ALPB), ``pair_distance_A``
        (cation to nearest donor atom), ``n_contacts`` (donor atoms within 3 angstrom),
        ``pair_energy_eV`` (formation from the separate species in ALPB, negative is
        bound; for inspection), ``method``, ``method_note`` ("none", or what was done
        after the two best starts had failed).

    Raises
    ------
    ValueError
        If the ligand cannot be read or embedded, or has no donor atom.
    RuntimeError
        If every placement fails; both name ligand and stage.
    """
    conformers = embed_conformers(smiles, random_state=random_state)
    donors = np.flatnonzero(np.isin(conformers.numbers, list(START_DISTANCE_A)))
    if not len(donors):
        raise ValueError(
            "a ligand must have a donor atom (N, O, F, S, Cl, Br, I). Stage 'place "
            f"Na+' failed for {conformers.smiles!r}: it has none. Leave it out."
        )
    numbers = np.append(conformers.numbers, CATION_NUMBER)
    charge = conformers.charge + CATION_CHARGE
    with one_thread():
        starts = _starts(conformers, donors)
        best, n_failed, reason = _lowest(numbers, starts, charge)
        note = "none"
        if best is None and len(starts) > MAXIMUM_OPTIMISED:
            note = "all placements optimised, for the two best did not converge"
            best, n_failed, reason = _lowest(
                numbers, starts, charge, maximum=len(starts)
            )
        if best is None:
            raise RuntimeError(
                "a ligand must have a pair with Na+. Stage 'pair optimisation' failed "
                f"for {conformers.smiles!r}: all {n_failed} placements failed, the "
                f"last because {reason}. Leave it out."
            )
        point = single_point(numbers, best, charge, solvent=SOLVENT)
        alone, _ = _free_energy(conformers)
        cation = single_point(
            np.array([CATION_NUMBER]), np.zeros((1, 3)), CATION_CHARGE, solvent=SOLVENT
        )
    distances = np.linalg.norm(best[donors] - best[-1], axis=1)
    bound = point.energy_hartree - alone - cation.energy_hartree
    return {
        "smiles": conformers.smiles,
        "cation": CATION,
        "pair_charge": charge,
        "n_starts": len(starts),
        "n_failed": n_failed,
        "homo_pair_eV": round(point.homo_eV, 4),
        "lumo_pair_eV": round(point.lumo_eV, 4),
        "pair_distance_A": round(float(distances.min()), 3),
        "n_contacts": int((distances < 3.0).sum()),
        "pair_energy_eV": round(bound * HARTREE_EV, 3),
        "method": PAIR_METHOD_VERSION,
        "method_note": note,
    }


def _starts(
    conformers: Conformers, donors: NDArray[np.intp]
) -> list[NDArray[np.float64]]:
    """Place the cation outside the donor atoms of a few conformers.

    The conformers are the lowest ones and those whose O and N atoms lie closest
    together, which can chelate; the lowest alone above ``LARGE_HEAVY_ATOMS``, where
    they differ little and cost minutes. The direction leads away from the mean of the
    neighbours closer than 1.9 angstrom; in a folded conformer the centre of the O and N
    atoms is a place too. A placement too close to another atom is turned down.
    """
    strong = donors[np.isin(conformers.numbers[donors], (7, 8))]
    if not len(strong):
        strong = donors
    everything = conformers.positions_angstrom
    apart = [
        np.linalg.norm(one[strong][:, None] - one[strong][None], axis=2).mean()
        for one in everything
    ]
    folded = list(np.argsort(apart, kind="stable")[:FOLDED_CONFORMERS])
    chosen = dict.fromkeys([*range(min(LOWEST_CONFORMERS, len(everything))), *folded])
    if np.count_nonzero(conformers.numbers > 1) > LARGE_HEAVY_ATOMS:
        chosen = {0: None}
    starts = []
    for i in chosen:
        positions = everything[i]
        places = [positions[strong].mean(axis=0)] if len(strong) > 1 else []
        for donor in donors:
            gap = np.linalg.norm(positions - positions[donor], axis=1)
            neighbours = positions[(gap < 1.9) & (gap > 0)]
            away = positions[donor] - (
                neighbours.mean(axis=0) if len(neighbours) else positions.mean(axis=0)
            )
            length = np.linalg.norm(away)
            away = away / length if length > 1e-6 else np.array([0.0, 0.0, 1.0])
            reach = START_DISTANCE_A[int(conformers.numbers[donor])]
            places.append(positions[donor] + reach * away)
        for place in places:
            nearest = np.linalg.norm(positions - place, axis=1).min()
            if nearest >= CLOSEST_APPROACH_A:
                starts.append(np.vstack([positions, place]))
    return starts


def _lowest(
    numbers: NDArray[np.int64],
    starts: list[NDArray[np.float64]],
    charge: int,
    *,
    maximum: int = MAXIMUM_OPTIMISED,
) -> tuple[NDArray[np.float64] | None, int, str]:
    """Optimise the starts of lowest energy; give the lowest pair and the failures."""
    n_failed, reason = 0, "no placement keeps its distance"
    ranked: list[tuple[float, int, NDArray[np.float64]]] = []
    for start in starts:
        try:
            point = single_point(numbers, start, charge, solvent=SOLVENT)
        except RuntimeError as error:
            n_failed, reason = n_failed + 1, str(error)
            continue
        ranked.append((point.energy_hartree, len(ranked), start))
    ranked.sort(key=lambda item: item[:2])
    best: NDArray[np.float64] | None = None
    lowest = np.inf
    for _, _, start in ranked[:maximum]:
        try:
            geometry, energy = optimise(numbers, start, charge, solvent=SOLVENT)
        except RuntimeError as error:
            n_failed, reason = n_failed + 1, str(error)
            continue
        if energy < lowest:
            best, lowest = geometry, energy
    return best, n_failed, reason


def _free_energy(conformers: Conformers) -> tuple[float, int]:
    """Energy of the free ligand, lowest of its first conformers, in ALPB."""
    energies = []
    n_failed = 0
    for positions in conformers.positions_angstrom[:MAXIMUM_FREE]:
        try:
            _, energy = optimise(
                conformers.numbers, positions, conformers.charge, solvent=SOLVENT
            )
        except RuntimeError:
            n_failed += 1
            continue
        energies.append(energy)
    if not energies:
        raise RuntimeError(
            "a ligand must have a minimum of its own. Stage 'free ligand' failed for "
            f"{conformers.smiles!r}: all {n_failed} optimisations failed. Leave it out."
        )
    return min(energies), n_failed
