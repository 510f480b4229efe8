"""One row of molecular numbers per component: the table that formulations mix."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from sodalyte.datasets.component import Component
from sodalyte.featurizers.descriptors import ELEMENTS, descriptors, selected_descriptors
from sodalyte.featurizers.orbital_table import orbital_energies
from sodalyte.featurizers.species import anion_parts, cation_parts, is_bare_cation

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


def component_table(components: Sequence[Component]) -> pd.DataFrame:
    """Describe each component by its molecules and ions.

    Parameters
    ----------
    components : sequence of Component
        Any order; the same component may come in several roles.

    Returns
    -------
    DataFrame of shape (n_components, n_columns)
        Row i describes ``components[i]``. ``name``, ``role``, ``smiles``,
        ``is_ionic``; for neutral molecules ``homo_eV``, ``lumo_eV``,
        ``ip_vertical_eV``, ``ea_vertical_eV``, ``dipole_D`` (gas phase) and the
        ``_alpb_`` ones; for components made of ions ``homo_anion_eV``,
        ``lumo_anion_eV``, ``ip_vertical_anion_eV``, ``ea_vertical_anion_eV`` and the
        same with ``_cation_`` (ALPB). NaN there means one thing: the component has no
        such species (a salt has no neutral molecule; Na+ has no orbital). The
        descriptors ``mol_*`` are those of the molecule, or of the anion;
        ``n_<element>`` count the atoms of one formula unit.

    Raises
    ------
    ValueError
        If a species cannot be computed; names molecule and stage.
    """
    species: list[str] = []
    for component in components:
        parts = (*cation_parts(component), *anion_parts(component))
        species += parts or (component.smiles,)
    distinct = list(dict.fromkeys(species))
    orbitals = orbital_energies([one for one in distinct if not is_bare_cation(one)])
    described = descriptors(distinct)
    rows = [_row(component, orbitals, described) for component in components]
    return pd.DataFrame(rows)


def _row(
    component: Component, orbitals: pd.DataFrame, described: pd.DataFrame
) -> dict[str, object]:
    anions, cations = anion_parts(component), cation_parts(component)
    row: dict[str, object] = {
        "name": component.name,
        "role": component.role,
        "smiles": component.smiles,
        "is_ionic": bool(anions),
    }
    for column, source in NEUTRAL_COLUMNS.items():
        row[column] = np.nan if anions else orbitals.at[component.smiles, source]
    for kind, parts in (("anion", anions), ("cation", cations)):
        heavy = [part for part in parts if not is_bare_cation(part)]
        for quantity, source in ION_COLUMNS.items():
            values = [float(orbitals[source][part]) for part in heavy]
            weakest = max if quantity in ("homo", "ea_vertical") else min
            row[f"{quantity}_{kind}_eV"] = weakest(values) if values else np.nan
    main = anions[0] if anions else component.smiles
    row["family"] = described.at[main, "family"]
    for column in selected_descriptors():
        row[column] = described.at[main, column]
    all_parts = component.smiles.split(".") if anions else [component.smiles]
    for element in (*ELEMENTS, "other"):
        column = f"n_{element}"
        row[column] = float(sum(described[column][part] for part in all_parts))
    return row
