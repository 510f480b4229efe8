"""Gather what solvation, bulk and composition need of each distinct component.

One ``Ingredients`` holds plain arrays over the k components of a batch, so that every
feature is arithmetic on an (n, k) amounts matrix and k-vectors. It is built once for a
tuple of components and cached; nothing in it depends on the formulations.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sodalyte.datasets.components.catalogue import load_catalogue
from sodalyte.datasets.components.component import Component
from sodalyte.datasets.formulations.volume import molar_volume
from sodalyte.featurizers.atoms import ELEMENTS, AtomCounts, atom_counts
from sodalyte.featurizers.donor_number import donor_numbers
from sodalyte.featurizers.tables_reader import read_parameters, read_rows

__all__ = [
    "Ingredients",
    "bulk_parameters",
    "catalogue_properties",
    "ingredients",
    "solvation_parameters",
]

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Ingredients:
    """Numbers of k components; every array has shape (k,) unless said.

    Parameters
    ----------
    components : tuple of Component
    is_ionic : ndarray of bool
        Made of ions (salts, ionic liquids); the others are molecules.
    molar_mass_g_per_mol : ndarray
    molar_volume_mL_per_mol, molar_volume_std_mL_per_mol : ndarray
    element_counts : ndarray of shape (k, 12)
        Atoms per formula unit, in the order of ``ELEMENTS``.
    anion_element_counts : ndarray of shape (k, 12)
        The same of the anions alone; 0 for molecules.
    donor_sites, chelate_links, hindrance : ndarray
        Of molecules, see ``AtomCounts``; 0 for salts.
    donor_number_kcal_per_mol : ndarray
        Of the molecule, or of the anion of a salt.
    donor_number_std_kcal_per_mol : ndarray
    is_donor_number_estimated : ndarray of bool
    n_cations, n_anions : ndarray
        Ions per formula unit.
    n_coordinating_cations, cation_sites, cation_radius_A, cation_charge : ndarray
        Cations that bind donors (metal cations) per formula unit; donor atoms around
        one; its radius and charge. 0 for organic cations and molecules.
    n_organic_cations, organic_cation_radius_A : ndarray
        The other cations; radius of the equal-volume sphere.
    anion_sites, anion_radius_A : ndarray
        Cations that one anion can touch; radius of the equal-volume sphere.
    viscosity_mPa_s, permittivity : ndarray
        Of the pure liquid at 25 degC, estimated where none is known (flags
        ``is_..._estimated``); 1 for salts, where they have no meaning.
    viscosity_ln_std, permittivity_ln_std : ndarray
        Standard uncertainty of their logarithms.
    viscosity_activation_K : ndarray
        Slope of ln(viscosity) against 1/T.
    expansion_per_K : ndarray
        Relative growth of the molar volume.
    """

    components: tuple[Component, ...]
    is_ionic: NDArray[np.bool_]
    molar_mass_g_per_mol: Array
    molar_volume_mL_per_mol: Array
    molar_volume_std_mL_per_mol: Array
    element_counts: Array
    anion_element_counts: Array
    donor_sites: Array
    chelate_links: Array
    hindrance: Array
    donor_number_kcal_per_mol: Array
    donor_number_std_kcal_per_mol: Array
    is_donor_number_estimated: NDArray[np.bool_]
    n_cations: Array
    n_anions: Array
    n_coordinating_cations: Array
    cation_sites: Array
    cation_radius_A: Array
    cation_charge: Array
    n_organic_cations: Array
    organic_cation_radius_A: Array
    anion_sites: Array
    anion_radius_A: Array
    viscosity_mPa_s: Array
    viscosity_ln_std: Array
    viscosity_activation_K: Array
    is_viscosity_estimated: NDArray[np.bool_]
    permittivity: Array
    permittivity_ln_std: Array
    is_permittivity_estimated: NDArray[np.bool_]
    expansion_per_K: Array


@lru_cache(maxsize=64)
def ingredients(components: tuple[Component, ...]) -> Ingredients:
    """Gather the numbers of the components.

    Parameters
    ----------
    components : tuple of Component

    Returns
    -------
    Ingredients

    Raises
    ------
    ValueError
        If a SMILES cannot be read.
    """
    species = {_donor_species(component): None for component in components}
    records = donor_numbers(list(species)).to_dict("records")
    numbers = dict(zip(species, records, strict=True))
    rows = [_row(one, numbers[_donor_species(one)]) for one in components]
    columns: dict[str, Any] = {
        name: np.array(
            [row[name] for row in rows],
            dtype=bool if name.startswith("is_") else float,
        )
        for name in rows[0]
    }
    for values in columns.values():
        values.flags.writeable = False
    return Ingredients(components=components, **columns)


def solvation_parameters() -> dict[str, Any]:
    """Read ``tables/solvation_parameters.toml``."""
    return read_parameters("solvation_parameters.toml")


def bulk_parameters() -> dict[str, Any]:
    """Read ``tables/bulk_parameters.toml``."""
    return read_parameters("bulk_parameters.toml")


def _donor_species(component: Component) -> str:
    """SMILES of the molecule, or of the (first) anion."""
    if not component.is_ionic:
        return component.smiles
    return (component.anion_smiles or "").split(".")[0]


def _row(component: Component, number: Mapping[Any, Any]) -> dict[str, Any]:
    parts = component.smiles.split(".") if component.is_ionic else [component.smiles]
    volume = molar_volume(component)
    atoms = [atom_counts(part) for part in parts]
    elements = np.sum([atom.counts for atom in atoms], axis=0)
    row: dict[str, Any] = {
        "is_ionic": component.is_ionic,
        "molar_mass_g_per_mol": component.molar_mass_g_per_mol,
        "molar_volume_mL_per_mol": volume.value_mL_per_mol,
        "molar_volume_std_mL_per_mol": volume.std_mL_per_mol,
        "element_counts": elements,
    }
    if component.is_ionic:
        return row | _ion_numbers(component, number)
    (atom,) = atoms
    return row | _molecule_numbers(component, atom, number)


_NOTHING: dict[str, Any] = {
    "anion_element_counts": np.zeros(len(ELEMENTS)),
    **{"donor_sites": 0, "chelate_links": 0.0, "hindrance": 0.0},
    **{"donor_number_kcal_per_mol": 0.0, "donor_number_std_kcal_per_mol": 0.0},
    "is_donor_number_estimated": False,
    **{"n_cations": 0, "n_anions": 0, "n_coordinating_cations": 0},
    **{"cation_sites": 0, "cation_radius_A": 0.0, "cation_charge": 0},
    **{"n_organic_cations": 0, "organic_cation_radius_A": 0.0},
    **{"anion_sites": 0, "anion_radius_A": 0.0},
    **{"viscosity_mPa_s": 1.0, "viscosity_ln_std": 0.0, "viscosity_activation_K": 0.0},
    **{"is_viscosity_estimated": False, "is_permittivity_estimated": False},
    **{"permittivity": 1.0, "permittivity_ln_std": 0.0, "expansion_per_K": 0.0},
}


def _molecule_numbers(
    component: Component, atom: AtomCounts, number: Mapping[Any, Any]
) -> dict[str, Any]:
    value, std, estimated = _site_donicity(number, atom)
    return _NOTHING | {
        "donor_sites": atom.donor_sites,
        "chelate_links": atom.chelate_links,
        "hindrance": atom.hindrance,
        "donor_number_kcal_per_mol": value,
        "donor_number_std_kcal_per_mol": std,
        "is_donor_number_estimated": estimated,
        **_liquid_numbers(component, atom),
    }


def _liquid_numbers(component: Component, atom: AtomCounts) -> dict[str, Any]:
    """Viscosity, permittivity and expansion of a pure liquid, estimated if unknown."""
    parameters = bulk_parameters()
    known = catalogue_properties(component)
    slopes = _liquids().get(component.name, {}) if known else {}
    dielectric = parameters["permittivity"]
    permittivity = float(known.get("permittivity", dielectric["unknown"]))
    ln_viscosity, activation_K = _viscosity_numbers(known, slopes, atom, permittivity)
    expansion = slopes.get("expansion_per_K")
    return {
        "permittivity": permittivity,
        "is_permittivity_estimated": "permittivity" not in known,
        "permittivity_ln_std": _quality_ln_std(known, "permittivity"),
        "viscosity_mPa_s": math.exp(ln_viscosity),
        "viscosity_ln_std": _quality_ln_std(known, "viscosity_mPa_s"),
        "viscosity_activation_K": activation_K,
        "is_viscosity_estimated": "viscosity_mPa_s" not in known,
        "expansion_per_K": float(expansion or parameters["density"]["expansion_per_K"]),
    }


def _viscosity_numbers(
    known: Mapping[str, Any],
    slopes: Mapping[str, str],
    atom: AtomCounts,
    permittivity: float,
) -> tuple[float, float]:
    """ln(viscosity / mPa s) at 25 degC and its slope against 1/T."""
    flow = bulk_parameters()["viscosity"]
    estimate = flow["estimate"]
    ln_viscosity = (
        estimate["constant"]
        + estimate["van_der_waals_per_100_A3"] * atom.van_der_waals_volume_A3 / 100.0
        + estimate["per_ring"] * atom.n_rings
        + estimate["per_ln_permittivity"] * math.log(permittivity)
    )
    if "viscosity_mPa_s" in known:
        ln_viscosity = math.log(float(known["viscosity_mPa_s"]))
    slope = flow["activation_K"] + flow["activation_per_ln_viscosity_K"] * ln_viscosity
    activation_K = float(slopes.get("viscosity_activation_K") or max(slope, 500.0))
    measured_C = float(known.get("viscosity_mPa_s_temperature_C", 25.0))
    shift = 1.0 / 298.15 - 1.0 / (measured_C + 273.15)
    return ln_viscosity + activation_K * shift, activation_K


def _quality_ln_std(known: Mapping[str, Any], name: str) -> float:
    """Uncertainty of ln(value) by the quality that the catalogue states."""
    table = bulk_parameters()["quality_ln_std"]
    quality = known.get(f"{name}_quality", "unknown")
    return float(table[name].get(quality, table[name]["unknown"]))


def catalogue_properties(component: Component) -> Mapping[str, Any]:
    """Properties of the catalogue's entry of that name and structure, else none."""
    catalogue = load_catalogue()
    entry = catalogue.get(component.name)
    if entry is None or entry.smiles != component.smiles:
        return {}
    return catalogue.properties(component.name)


def _ion_numbers(component: Component, number: Mapping[Any, Any]) -> dict[str, Any]:
    cations = (component.cation_smiles or "").split(".")
    anions = (component.anion_smiles or "").split(".")
    ion = _ions().get(component.anion or "", {})
    one_anion = atom_counts(anions[0])
    metal = solvation_parameters()["cations"].get(component.cation, {})
    all_anions = [atom_counts(part).counts for part in anions]
    return _NOTHING | {
        "anion_element_counts": np.sum(all_anions, axis=0),
        "donor_number_kcal_per_mol": number["donor_number_kcal_per_mol"],
        "donor_number_std_kcal_per_mol": number["donor_number_std_kcal_per_mol"],
        "is_donor_number_estimated": bool(number["donor_number_estimated"]),
        "n_cations": len(cations),
        "n_anions": len(anions),
        "n_coordinating_cations": len(cations) if metal else 0,
        "n_organic_cations": 0 if metal else len(cations),
        "organic_cation_radius_A": 0.0 if metal else _sphere_radius_A(cations[0]),
        "cation_sites": metal.get("sites", 0),
        "cation_radius_A": metal.get("radius_A", 0.0),
        "cation_charge": metal.get("charge", 1),
        "anion_sites": one_anion.donor_sites,
        "anion_radius_A": float(ion.get("radius_A") or _sphere_radius_A(anions[0])),
        "expansion_per_K": bulk_parameters()["density"]["salt_expansion_per_K"],
    }


def _sphere_radius_A(smiles: str) -> float:
    """Radius of the sphere of the ion's van der Waals volume; 1.5 if monatomic."""
    volume = atom_counts(smiles).van_der_waals_volume_A3
    return float((3.0 * volume / (4.0 * math.pi)) ** (1.0 / 3.0)) or 1.5


def _site_donicity(
    number: Mapping[Any, Any], atom: AtomCounts
) -> tuple[float, float, bool]:
    """Weigh a molecule's donor number with what its structure lets one expect.

    Weights are inverse variances, so a measured number hardly moves, while a number of
    unknown origin, or one in which the chelate of a glyme is mixed, gives way.
    """
    if not atom.donor_sites:
        return 0.0, 1.0, False
    prior_std = solvation_parameters()["donicity"]["prior_std_kcal_per_mol"]
    value = float(number["donor_number_kcal_per_mol"])
    weight = 1.0 / float(number["donor_number_std_kcal_per_mol"]) ** 2
    prior_weight = 1.0 / prior_std**2
    total = weight + prior_weight
    mean = weight * value + prior_weight * atom.donicity_prior_kcal_per_mol
    return mean / total, total**-0.5, bool(number["donor_number_estimated"])


@lru_cache(maxsize=1)
def _ions() -> dict[str, dict[str, str]]:
    return {row["ion"]: row for row in read_rows("ions.csv")}


@lru_cache(maxsize=1)
def _liquids() -> dict[str, dict[str, str]]:
    return {row["name"]: row for row in read_rows("liquids.csv")}
