"""One row of molecular numbers per component: the table that formulations mix."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from sodalyte.datasets.components.component import Component
from sodalyte.featurizers.descriptors import (
    ELEMENTS,
    descriptors,
    load_descriptor_table,
    selected_descriptors,
)
from sodalyte.featurizers.donor_number import donor_numbers
from sodalyte.featurizers.orbital_table import (
    load_orbital_table,
    orbital_energies,
    pair_energies,
)
from sodalyte.featurizers.oxidation import oxidation_potentials
from sodalyte.featurizers.pairs import has_donor
from sodalyte.featurizers.species import (
    anion_parts,
    cation_parts,
    is_bare_cation,
    ligand_species,
)

__all__ = ["component_table"]

NEUTRAL_COLUMNS = {
    "homo_eV": "homo_gas_eV",
    "lumo_eV": "lumo_gas_eV",
    "ip_vertical_eV": "ip_vertical_gas_eV",
    "ea_vertical_eV": "ea_vertical_gas_eV",
    "dipole_D": "dipole_gas_D",
    "homo_alpb_eV": "homo_alpb_eV",
    "lumo_alpb_eV": "lumo_alpb_eV",
    "ip_vertical_alpb_eV": "ip_vertical_alpb_eV",
    "ea_vertical_alpb_eV": "ea_vertical_alpb_eV",
    "homo_conformer_range_eV": "homo_conformer_range_eV",
}
ION_COLUMNS = {
    "homo": "homo_alpb_eV",
    "lumo": "lumo_alpb_eV",
    "ip_vertical": "ip_vertical_alpb_eV",
    "ea_vertical": "ea_vertical_alpb_eV",
}
SMALLEST_FAMILY = 3

Row = Mapping[Any, Any]


@lru_cache(maxsize=1)
def family_lumo_medians() -> dict[str, float]:
    """Median LUMO (gas) of each family of neutral molecules in the shipped tables.

    GFN2 puts carbonates 6 eV below ethers, PBE 0.8 eV: a LUMO can be ranked within a
    family only. Families of fewer than three molecules have no median.
    """
    described = load_descriptor_table()
    orbitals = load_orbital_table()
    common = described.index.intersection(orbitals.index)
    frame = pd.DataFrame(
        {
            "family": described.loc[common, "family"],
            "lumo": orbitals.loc[common, "lumo_gas_eV"],
        }
    )
    grouped = frame.groupby("family")["lumo"]
    medians = grouped.median()[grouped.size() >= SMALLEST_FAMILY]
    return {str(family): float(value) for family, value in medians.items()}


def component_table(components: Sequence[Component]) -> pd.DataFrame:
    """Describe each component by its molecules and ions.

    Parameters
    ----------
    components : sequence of Component
        Any order; the same component may come in several roles.

    Returns
    -------
    DataFrame of shape (n_components, n_columns)
        Row i describes ``components[i]``:

        - ``name``, ``role``, ``smiles``, ``is_ionic``, ``family``;
        - of neutral molecules ``homo_eV``, ``lumo_eV``, ``ip_vertical_eV``,
          ``ea_vertical_eV``, ``dipole_D`` (gas phase), the ``_alpb_`` ones, and
          ``lumo_relative_eV``: LUMO minus the median of its family, 0 where the family
          is too small to rank in;
        - of components made of ions ``homo_anion_eV``, ``lumo_anion_eV``,
          ``ip_vertical_anion_eV``, ``ea_vertical_anion_eV`` and the same with
          ``_cation_`` (ALPB, the weakest ion where there are several);
        - ``homo_pair_eV``, ``lumo_pair_eV``: the solvent or anion with one Na+ on it,
          ``homo_pair_drop_eV`` by how much Na+ lowers the HOMO; a diluent, a molecular
          additive and a molecule without a donor atom touch no Na+ here: their own
          ALPB orbitals and a drop of 0;
        - ``oxidation_potential_V_vs_Na`` and ``_std_V`` of the free molecule, or of the
          weakest ion;
        - ``donor_number_kcal_per_mol``, ``donor_number_std_kcal_per_mol``,
          ``donor_number_estimated`` (1 unless compiled from measurement),
          ``donor_number_quality``, of the molecule or the anion;
        - ``mol_*`` descriptors of the molecule or the anion, ``hydrogen_bond_donors``,
          ``n_<element>`` atoms of one formula unit.

        NaN means one thing: the component has no such species (a salt has no neutral
        molecule; Na+ has no orbital of its own).

    Raises
    ------
    ValueError
        If a species cannot be computed; names molecule and stage.
    """
    species: list[str] = []
    for component in components:
        parts = (*cation_parts(component), *anion_parts(component))
        species += parts or (component.smiles,)
    rows = _species_rows(list(dict.fromkeys(species)), ligand_species(components))
    return pd.DataFrame([_row(component, rows) for component in components])


def _species_rows(species: list[str], ligands: list[str]) -> dict[str, dict[Any, Any]]:
    """Gather everything known of each species, bare cations by their atoms alone."""
    described = descriptors(species).to_dict("index")
    rows: dict[str, dict[Any, Any]] = {one: dict(described[one]) for one in species}
    heavy = [one for one in species if not is_bare_cation(one)]
    donors = [one for one in heavy if rows[one]["charge"] <= 0]
    holding = [one for one in ligands if has_donor(rows[one])]
    for frame in (
        orbital_energies(heavy),
        oxidation_potentials(heavy),
        pair_energies(holding)[["homo_pair_eV", "lumo_pair_eV"]],
        donor_numbers(donors),
    ):
        for one, values in frame.to_dict("index").items():
            rows[str(one)].update(values)
    return rows


def _row(component: Component, rows: dict[str, dict[Any, Any]]) -> dict[str, Any]:
    anions, cations = anion_parts(component), cation_parts(component)
    main = rows[anions[0] if anions else component.smiles]
    row: dict[str, Any] = {
        "name": component.name,
        "role": component.role,
        "smiles": component.smiles,
        "is_ionic": bool(anions),
        "family": main["family"],
    }
    for column, source in NEUTRAL_COLUMNS.items():
        row[column] = np.nan if anions else main[source]
    median = family_lumo_medians().get(main["family"])
    relative = 0.0 if median is None else main["lumo_gas_eV"] - median
    row["lumo_relative_eV"] = np.nan if anions else relative
    heavy_cations = [rows[one] for one in cations if not is_bare_cation(one)]
    own_anions = [rows[one] for one in anions]
    for kind, ions in (("anion", own_anions), ("cation", heavy_cations)):
        for quantity, source in ION_COLUMNS.items():
            weakest = max if quantity in ("homo", "ea_vertical") else min
            values = [float(ion[source]) for ion in ions]
            row[f"{quantity}_{kind}_eV"] = weakest(values) if values else np.nan
    touches = bool(anions) or component.role == "solvent"
    row |= _electrode_columns([*own_anions, *heavy_cations] or [main], main, touches)
    for column in (
        "donor_number_kcal_per_mol",
        "donor_number_std_kcal_per_mol",
        "donor_number_estimated",
        "donor_number_quality",
    ):
        row[column] = main[column]
    row["hydrogen_bond_donors"] = float(main["mol_n_donors"])
    for column in selected_descriptors():
        row[column] = main[column]
    parts = component.smiles.split(".") if anions else [component.smiles]
    for element in (*ELEMENTS, "other"):
        row[f"n_{element}"] = float(sum(rows[one][f"n_{element}"] for one in parts))
    return row


def _electrode_columns(
    species: Sequence[Row], main: Row, touches: bool
) -> dict[str, float]:
    """Say what oxidises first, and what Na+ does to the solvent or anion."""
    weakest = min(species, key=lambda one: float(one["oxidation_potential_V_vs_Na"]))
    pair = {
        "homo_pair_eV": float(main["homo_alpb_eV"]),
        "lumo_pair_eV": float(main["lumo_alpb_eV"]),
    }
    if touches and "homo_pair_eV" in main:
        pair = {key: float(main[key]) for key in pair}
    return {
        **pair,
        "homo_pair_drop_eV": float(main["homo_alpb_eV"]) - pair["homo_pair_eV"],
        "oxidation_potential_V_vs_Na": float(weakest["oxidation_potential_V_vs_Na"]),
        "oxidation_potential_std_V": float(weakest["oxidation_potential_std_V"]),
    }
