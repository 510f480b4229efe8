"""Composition ratios: which atoms a formulation holds, where, and what it costs.

The ratios are those that published Coulombic efficiency models found useful: F/C, O/C,
F/O, inorganic to organic, and the shares of F, O and C that solvents and anions bring
(Kim et al., PNAS 2023, 120, e2214357120, 10.1073/pnas.2214357120). Here a share counts
atoms other than hydrogen, and the metal belongs to the inorganic atoms.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from sodalyte.featurizers.amounts import Amounts
from sodalyte.featurizers.atoms import ELEMENTS

__all__ = ["RATIO_CEILING", "composition_features"]

Array = NDArray[np.float64]

RATIO_CEILING = 10.0
"""What an atom ratio reads at most, and where its denominator is absent."""

_ROLES = ("salt", "solvent", "diluent", "additive")


def composition_features(mixture: Amounts) -> dict[str, Array]:
    """Compute the composition block.

    Parameters
    ----------
    mixture : Amounts

    Returns
    -------
    dict of str to ndarray of shape (n,)
        In the order of ``tables/features.csv``.
    """
    table = mixture.ingredients
    ionic = table.is_ionic
    whole, anions = table.element_counts, table.anion_element_counts
    molecules = np.where(ionic[:, None], 0.0, whole)
    atoms = mixture.total(np.hstack([whole, anions, molecules]))
    width = len(ELEMENTS)
    total, anion, molecule = (
        _by_element(atoms[:, start : start + width]) for start in (0, width, 2 * width)
    )
    heavy = np.maximum(sum(total.values()) - total["H"], 1e-300)
    columns = {
        "fluorine_to_carbon_ratio": _ratio(total["F"], total["C"]),
        "oxygen_to_carbon_ratio": _ratio(total["O"], total["C"]),
        "fluorine_to_oxygen_ratio": _ratio(total["F"], total["O"]),
        "inorganic_to_organic_ratio": _ratio(heavy - total["C"], total["C"]),
    }
    for prefix, atoms_of in (
        ("", total),
        ("solvent_", molecule),
        ("anion_", anion),
    ):
        for name, symbol in (("fluorine", "F"), ("oxygen", "O"), ("carbon", "C")):
            columns[f"{prefix}{name}_atom_fraction"] = atoms_of[symbol] / heavy
    for name, symbol in (("nitrogen", "N"), ("sulfur", "S"), ("boron", "B")):
        columns[f"{name}_atom_fraction"] = total[symbol] / heavy
    columns["phosphorus_atom_fraction"] = total["P"] / heavy
    return columns | _amount_columns(mixture, total["F"])


def _amount_columns(mixture: Amounts, fluorine: Array) -> dict[str, Array]:
    table = mixture.ingredients
    roles = np.array([component.role for component in table.components])
    mass = mixture.total(table.molar_mass_g_per_mol)
    is_salt = roles == "salt"
    salt = mixture.total(is_salt.astype(float))
    liquid_g = mixture.total(np.where(is_salt, 0.0, table.molar_mass_g_per_mol))
    columns = {
        "fluorine_mass_fraction": fluorine * 18.998403163 / mass,
        "salt_molarity_mol_per_L": 1000.0 * salt / mixture.volume_mL_per_mol,
        "salt_molality_mol_per_kg": 1000.0 * salt / np.maximum(liquid_g, 1e-3 * mass),
    }
    for role in _ROLES:
        share = mixture.total((roles == role).astype(float))
        columns[f"{role}_mole_fraction"] = share
    columns["n_components"] = np.diff(mixture.matrix.indptr).astype(float)
    columns["n_salts"] = (mixture.take(is_salt) & (mixture.mole_fraction > 0)).sum(
        axis=0, dtype=float
    )
    fraction = mixture.mole_fraction
    logarithm = np.log(np.where(fraction > 0, fraction, 1.0))
    columns["mixing_entropy_R"] = -(fraction * logarithm).sum(axis=0)
    return columns


def _by_element(counts: Array) -> Mapping[str, Array]:
    return {symbol: counts[:, i] for i, symbol in enumerate(ELEMENTS)}


def _ratio(numerator: Array, denominator: Array) -> Array:
    """Divide, at most ``RATIO_CEILING``; 0 where both are absent."""
    ceiling = RATIO_CEILING * denominator
    capped = np.minimum(numerator, ceiling)
    safe = np.where(denominator > 0, denominator, 1.0)
    absent = np.where(numerator > 0, RATIO_CEILING, 0.0)
    return np.where(denominator > 0, capped / safe, absent)
