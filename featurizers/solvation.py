"""Estimate the solvation structure of the cation by competition for its sites.

Every donor site of the solution (of a solvent, of an anion) is either free or bound to
a cation. With the activity ``a`` of a vacant cation site (mol/L), mass action gives the
bound share of sites of kind j as ``p_j = K_j a / (1 + K_j a)``, and ``a`` follows from
the balance of cation sites, ``sum_j S_j p_j + a = N c``: a concave, increasing function
with one root, found for all rows at once by Newton's method from the left. All shares,
coordination numbers and the desolvation proxy follow in closed form. Equations,
parameters, checks and limits: ``docs/science-solvation.md``.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sodalyte.featurizers.amounts import Amounts
from sodalyte.featurizers.ingredients import Ingredients, solvation_parameters

__all__ = [
    "SolvationStructure",
    "bound_shares",
    "donor_columns",
    "local_permittivity",
    "participation",
    "shell_contents",
    "solvation_structure",
]

Array = NDArray[np.float64]

N_ITERATIONS = 30
"""Newton steps; the slowest case (sites nearly exhausted) gains a factor two a step."""

GAS_CONSTANT_KJ_PER_MOL_K = 8.314462618e-3  # CODATA 2018
TEMPERATURE_K = 298.15
BJERRUM_A_TIMES_PERMITTIVITY = 560.46
"""e^2 / (4 pi eps0 k T) at 298.15 K in angstrom, for permittivity 1."""

KJ_PER_KCAL = 4.184


@dataclass(frozen=True, eq=False)
class SolvationStructure:
    """First shell of the cations; every array has shape (n,).

    Parameters
    ----------
    solvent_coordination_number, anion_coordination_number : ndarray
        Donor atoms of molecules, and anions, around one metal cation.
    free_solvent_fraction : ndarray
        Share of the coordinating molecules that touch no cation.
    ssip_share, cip_share, agg_share : ndarray
        Anions that touch no, one, two or more cations; sum 1, or 0 without salt.
    solvent_to_salt_ratio : ndarray
        Coordinating molecules per metal cation, in mol/mol.
    local_salt_molality_mol_per_kg : ndarray
        Cations per kg of coordinating molecules: a diluent does not count. At most
        ``limits.local_salt_molality_ceiling_mol_per_kg`` (ionic liquids).
    desolvation_energy_kJ_per_mol : ndarray
        Proxy for emptying the first shell, anions included.
    """

    solvent_coordination_number: Array
    anion_coordination_number: Array
    free_solvent_fraction: Array
    ssip_share: Array
    cip_share: Array
    agg_share: Array
    solvent_to_salt_ratio: Array
    local_salt_molality_mol_per_kg: Array
    desolvation_energy_kJ_per_mol: Array


def bound_shares(
    sites_mol_per_L: Array, affinity_L_per_mol: Array, cation_sites_mol_per_L: Array
) -> Array:
    """Solve the competition of donor sites for the sites of the cations.

    Parameters
    ----------
    sites_mol_per_L : ndarray of shape (j, n)
        Concentration of each kind of donor site in each of n solutions, >= 0.
    affinity_L_per_mol : ndarray of shape (j, n)
        Association constant of a site with a vacant cation site, > 0.
    cation_sites_mol_per_L : ndarray of shape (n,)
        Coordination number times cation concentration, >= 0.

    Returns
    -------
    ndarray of shape (j, n)
        Share of the sites of each kind that is bound, in [0, 1).

    Notes
    -----
    ``f(a) = sum_j S_j K_j a / (1 + K_j a) + a - N c`` is concave and increasing; from a
    start where it is negative Newton's steps stay left of the root and never overshoot.
    The number of steps is fixed, so a row reads the same in every batch.
    """
    total = sites_mol_per_L * affinity_L_per_mol
    vacant = cation_sites_mol_per_L / (1.0 + total.sum(axis=0))
    for _ in range(N_ITERATIONS):
        inverse = 1.0 / (1.0 + affinity_L_per_mol * vacant)
        bound = total * inverse
        value = vacant * (1.0 + bound.sum(axis=0)) - cation_sites_mol_per_L
        slope = 1.0 + (bound * inverse).sum(axis=0)
        vacant = vacant - value / slope
    scaled = affinity_L_per_mol * vacant
    return np.asarray(scaled / (1.0 + scaled))


def solvation_structure(mixture: Amounts) -> SolvationStructure:
    """Estimate the first shell of the cations at 25 degC.

    Parameters
    ----------
    mixture : Amounts

    Returns
    -------
    SolvationStructure

    Notes
    -----
    Mixed cations act as their mean by amount. Rows without a metal cation read
    coordination numbers 0, shares 0, free solvent 1 and the solvent-to-salt ratio of
    ``limits.salt_free_solvent_to_salt_ratio``.
    """
    if "solvation" not in mixture.memo:
        mixture.memo["solvation"] = _structure(mixture)
    structure: SolvationStructure = mixture.memo["solvation"]
    return structure


def _structure(mixture: Amounts) -> SolvationStructure:
    shell = _Shell(mixture)
    shares, per_cation = _per_cation(shell)
    solvent = np.where(shell.is_anion, 0.0, per_cation)
    anion = np.where(shell.is_anion, per_cation, 0.0)
    ssip, cip = _ion_pair_shares(shell, shares)
    energy = solvent * shell.ln_affinity + anion * shell.ln_anion_removal
    free = _weighted_mean(
        shell.coordinating_mol_per_L,
        np.power(1.0 - shares, mixture.take(shell.independent_sites)),
        default=1.0,
    )
    has_cation = shell.has_cation
    coordinating = shell.coordinating_mol_per_L
    kg_per_L = (coordinating * shell.molar_mass_kg_per_mol).sum(axis=0)
    limits = solvation_parameters()["limits"]
    limit = limits["salt_free_solvent_to_salt_ratio"]
    ratio = np.minimum(coordinating.sum(axis=0) / shell.cations_mol_per_L, limit)
    has_anion = shell.anions_mol_per_L > 0
    return SolvationStructure(
        solvent_coordination_number=np.where(has_cation, solvent.sum(axis=0), 0.0),
        anion_coordination_number=np.where(has_cation, anion.sum(axis=0), 0.0),
        free_solvent_fraction=free,
        ssip_share=np.where(has_anion, ssip, 0.0),
        cip_share=np.where(has_anion, cip, 0.0),
        agg_share=np.where(has_anion, np.maximum(1.0 - ssip - cip, 0.0), 0.0),
        solvent_to_salt_ratio=np.where(has_cation, ratio, limit),
        local_salt_molality_mol_per_kg=np.where(
            has_cation,
            np.minimum(
                shell.cations_mol_per_L / np.maximum(kg_per_L, 1e-9),
                limits["local_salt_molality_ceiling_mol_per_kg"],
            ),
            0.0,
        ),
        desolvation_energy_kJ_per_mol=np.where(
            has_cation,
            GAS_CONSTANT_KJ_PER_MOL_K * TEMPERATURE_K * energy.sum(axis=0),
            0.0,
        ),
    )


def shell_contents(mixture: Amounts) -> Array:
    """Count the donor atoms that each ingredient has on one cation.

    Parameters
    ----------
    mixture : Amounts

    Returns
    -------
    ndarray of shape (m, n)
        In the order of ``mixture.index``; 0 without a metal cation.
    """
    shell = _Shell(mixture)
    return np.where(shell.has_cation, _per_cation(shell)[1], 0.0)


def participation(table: Ingredients) -> Array:
    """Say how far each molecule takes part in the first shell, 0 to 1.

    Parameters
    ----------
    table : Ingredients

    Returns
    -------
    ndarray of shape (k,)
        ``1 / (1 + (K_half / K)^s)`` of its own site affinity K to Na+; 0 for salts.
        Diluents come out near 0 by their donicity, not by their role.
    """
    energetics = solvation_parameters()["energetics"]
    excess = energetics["participation_ln"] - _molecule_ln_affinity(table)
    share = 1.0 / (1.0 + np.exp(energetics["participation_sharpness"] * excess))
    return np.where(table.is_ionic | (table.donor_sites == 0), 0.0, share)


def _molecule_ln_affinity(table: Ingredients, donor_factor: float = 1.0) -> Array:
    energetics = solvation_parameters()["energetics"]
    sites = np.maximum(table.donor_sites, 1.0)
    return np.asarray(
        energetics["donicity_per_kcal"] * donor_factor * table.donor_number_kcal_per_mol
        + energetics["chelate_ln"] * table.chelate_links / sites
        - energetics["hindrance_ln"] * table.hindrance
    )


class _Shell:
    """Intermediate arrays of the model, (m, n) or (n,); lives for one call."""

    def __init__(self, mixture: Amounts) -> None:
        parameters = solvation_parameters()
        energetics, distances = parameters["energetics"], parameters["distances"]
        table = mixture.ingredients
        concentration = mixture.concentration_mol_per_L
        self.is_anion = mixture.take(table.is_ionic)
        cations = concentration * mixture.take(table.n_coordinating_cations)
        amount = cations.sum(axis=0)
        self.has_cation = amount > 0
        self.cations_mol_per_L = np.where(self.has_cation, amount, 1.0)
        self.cation_sites_mol_per_L = (cations * mixture.take(table.cation_sites)).sum(
            axis=0
        )
        radius, charge = self._mean_cation(mixture, cations, distances)
        reference = distances["reference_cation_radius_A"] + distances["donor_radius_A"]
        factor = charge * np.square(reference / (radius + distances["donor_radius_A"]))
        distance_A = radius + mixture.take(np.maximum(table.anion_radius_A, 1.0))
        bjerrum = BJERRUM_A_TIMES_PERMITTIVITY / local_permittivity(mixture)
        coulomb = charge * bjerrum / distance_A
        donicity = mixture.take(
            np.where(
                table.is_ionic,
                energetics["anion_donicity_per_kcal"],
                energetics["donicity_per_kcal"],
            )
            * table.donor_number_kcal_per_mol
        )
        fixed = np.where(
            table.is_ionic,
            energetics["anion_ln"],
            _molecule_ln_affinity(table, donor_factor=0.0),
        )
        pairing = np.where(self.is_anion, energetics["pairing"] * coulomb, 0.0)
        self.ln_affinity = donicity * factor + mixture.take(fixed) + pairing
        self.ln_anion_removal = energetics["anion_removal"] * coulomb
        sites = np.where(
            table.is_ionic, table.n_anions * table.anion_sites, table.donor_sites
        )
        self.sites_mol_per_L = concentration * mixture.take(sites)
        self.anion_mol_per_L = concentration * mixture.take(table.n_anions)
        self.anions_mol_per_L = self.anion_mol_per_L.sum(axis=0)
        self.anion_sites = mixture.take(table.anion_sites)
        weight = participation(table)
        self.coordinating_mol_per_L = concentration * mixture.take(weight)
        self.molar_mass_kg_per_mol = mixture.take(table.molar_mass_g_per_mol) / 1000.0
        self.independent_sites = np.maximum(
            table.donor_sites - np.floor(table.chelate_links), 1.0
        )

    @staticmethod
    def _mean_cation(
        mixture: Amounts, cations: Array, distances: dict[str, float]
    ) -> tuple[Array, Array]:
        table = mixture.ingredients
        amount = np.maximum(cations.sum(axis=0), 1e-300)
        radius = (cations * mixture.take(table.cation_radius_A)).sum(axis=0) / amount
        charge = (cations * mixture.take(table.cation_charge)).sum(axis=0) / amount
        known = charge > 0
        return (
            np.where(known, radius, distances["reference_cation_radius_A"]),
            np.where(known, charge, 1.0),
        )


def local_permittivity(mixture: Amounts) -> Array:
    """Average the permittivity of the molecules over what coordinates.

    Parameters
    ----------
    mixture : Amounts

    Returns
    -------
    ndarray of shape (n,)
        Volume average weighted with ``participation``: a diluent hardly counts, for the
        contact of two ions happens inside the salt-rich domains.
    """
    table = mixture.ingredients
    weight = participation(table) * table.molar_volume_mL_per_mol
    total = mixture.total(weight)
    mean = mixture.total(weight * table.permittivity) / np.maximum(total, 1e-300)
    default = solvation_parameters()["distances"]["default_permittivity"]
    return np.where(total > 1e-6, mean, default)


def _per_cation(shell: _Shell) -> tuple[Array, Array]:
    """Bound share of each kind of site, and bound sites for one cation."""
    shares = bound_shares(
        shell.sites_mol_per_L, np.exp(shell.ln_affinity), shell.cation_sites_mol_per_L
    )
    return shares, shell.sites_mol_per_L * shares / shell.cations_mol_per_L


def _ion_pair_shares(shell: _Shell, shares: Array) -> tuple[Array, Array]:
    """Shares of the anions that touch no and one cation."""
    sites = shell.anion_sites
    none = np.power(1.0 - shares, sites)
    one = sites * shares * np.power(1.0 - shares, np.maximum(sites - 1.0, 0.0))
    return (
        _weighted_mean(shell.anion_mol_per_L, none, default=0.0),
        _weighted_mean(shell.anion_mol_per_L, one, default=0.0),
    )


def _weighted_mean(weight: Array, value: Array, *, default: float) -> Array:
    total = weight.sum(axis=0)
    mean = (weight * value).sum(axis=0) / np.maximum(total, 1e-300)
    return np.where(total > 0, mean, default)


def donor_columns(mixture: Amounts) -> dict[str, Array]:
    """Average the donor numbers of the coordinating molecules and of the anions.

    Parameters
    ----------
    mixture : Amounts

    Returns
    -------
    dict of str to ndarray of shape (n,)
        Means by amount, molecules also by ``participation``; 0 where there is none.
        ``donor_number_estimated_fraction``: share of both that is not compiled from
        measurement. ``cation_radius_A``: mean of the metal cations, 0 without.
    """
    table = mixture.ingredients
    molecules = participation(table)
    anions = np.where(table.is_ionic, table.n_anions, 0.0)
    metals = table.n_coordinating_cations
    estimated = table.is_donor_number_estimated.astype(float)
    value, std = table.donor_number_kcal_per_mol, table.donor_number_std_kcal_per_mol
    totals = mixture.total(
        np.stack(
            [
                molecules,
                molecules * value,
                molecules * std,
                anions,
                anions * value,
                (molecules + anions) * estimated,
                metals,
                metals * table.cation_radius_A,
            ],
            axis=1,
        )
    ).T
    return {
        "donor_number_solvent_mean_kcal_per_mol": _over(totals[1], totals[0]),
        "donor_number_solvent_mean_std_kcal_per_mol": _over(totals[2], totals[0]),
        "donor_number_anion_mean_kcal_per_mol": _over(totals[4], totals[3]),
        "donor_number_estimated_fraction": _over(totals[5], totals[0] + totals[3]),
        "cation_radius_A": _over(totals[7], totals[6]),
    }


def _over(numerator: Array, denominator: Array) -> Array:
    """Divide; 0 where there is nothing to divide by."""
    safe = np.where(denominator > 0, denominator, 1.0)
    return np.where(denominator > 0, numerator / safe, 0.0)
