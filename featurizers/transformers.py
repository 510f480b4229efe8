"""The blocks of ``design_matrix``, and parts of one, as scikit-learn transformers.

Only this file of the room imports scikit-learn: ``design_matrix`` does without.
"""

from collections.abc import Callable
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, TransformerMixin

from sodalyte.featurizers.amounts import Amounts, Formulations, amounts
from sodalyte.featurizers.descriptors import (
    ELEMENTS,
    column_of_role,
    selected_descriptors,
)
from sodalyte.featurizers.design import design_matrix
from sodalyte.featurizers.dictionary import feature_dictionary
from sodalyte.featurizers.molecules import (
    MIXED_ROLES,
    NEUTRAL_FROM_ANION,
    descriptor_columns,
    element_columns,
    orbital_columns,
    oxidation_columns,
)

__all__ = [
    "BulkFeatures",
    "CompositionFeatures",
    "DescriptorFeatures",
    "ElementFeatures",
    "OrbitalFeatures",
    "OxidationFeatures",
    "SolvationFeatures",
]


class _Features(TransformerMixin, BaseEstimator):
    """Formulations in, a table out; learns nothing, ``fit`` returns itself."""

    def fit(self, formulations: Formulations, y: Any = None) -> Self:
        """Return itself; nothing is learnt."""
        return self

    def __sklearn_is_fitted__(self) -> bool:
        """Say that no fit is needed."""
        return True

    def get_feature_names_out(self, input_features: Any = None) -> NDArray[np.object_]:
        """Name the columns of ``transform``, in order."""
        return np.array(self._names(), dtype=object)

    def transform(self, formulations: Formulations) -> pd.DataFrame:
        """Compute the columns, one row per formulation.

        Parameters
        ----------
        formulations : sequence of Formulation or FormulationArray

        Returns
        -------
        DataFrame of shape (n_formulations, n_columns)
            No NaN; the class says what stands where something is absent.
        """
        return self._table(formulations)[self._names()]

    def _names(self) -> list[str]:
        raise NotImplementedError

    def _table(self, formulations: Formulations) -> pd.DataFrame:
        raise NotImplementedError


class _BlockFeatures(_Features):
    """One block of ``design_matrix``."""

    _block = ""

    def _names(self) -> list[str]:
        table = feature_dictionary()
        return list(table.index[table["block"] == self._block])

    def _table(self, formulations: Formulations) -> pd.DataFrame:
        return design_matrix(formulations, self._conditions(), blocks=(self._block,))

    def _conditions(self) -> dict[str, Any] | None:
        return None


class CompositionFeatures(_BlockFeatures):
    """Composition ratios, amounts and roles; see ``composition_features``."""

    _block = "composition"


class SolvationFeatures(_BlockFeatures):
    """First shell of the cations at 25 degC; see ``solvation_structure``."""

    _block = "solvation"


class BulkFeatures(_BlockFeatures):
    """Bulk properties at one temperature; see ``bulk_properties``.

    Parameters
    ----------
    temperature_C : float
    """

    _block = "bulk"

    def __init__(self, temperature_C: float = 25.0) -> None:
        self.temperature_C = temperature_C

    def _conditions(self) -> dict[str, Any]:
        return {"temperature_C": self.temperature_C}


class _MoleculeFeatures(_Features):
    """A part of the molecules block."""

    _columns: Callable[[Amounts], dict[str, NDArray[np.float64]]]

    def _table(self, formulations: Formulations) -> pd.DataFrame:
        return pd.DataFrame(type(self)._columns(amounts(formulations)))


class OrbitalFeatures(_MoleculeFeatures):
    """Frontier orbitals of the molecules and, on their own scale, of the anions.

    Columns: over neutral molecules (gas phase) ``homo_max_eV`` (the most easily
    oxidised species), ``homo_mean_eV`` (mole-fraction mean), ``lumo_min_eV``,
    ``lumo_mean_eV``, ``ip_vertical_min_eV``, ``ea_vertical_max_eV``,
    ``dipole_mean_D``; over anions (ALPB) ``homo_anion_max_eV``,
    ``lumo_anion_min_eV``, ``ip_vertical_anion_min_eV``,
    ``ea_vertical_anion_max_eV``; ``has_neutral_molecule`` and ``has_anion`` (0 or 1).

    Notes
    -----
    A formulation without a neutral molecule (a pure ionic liquid) takes the anion's
    numbers in the neutral columns and dipole 0; one without an anion (a neat solvent)
    takes the molecule's in the anion columns. The two flags say so. Fluoride, which has
    no empty orbital in the method's basis, does not count in the LUMO and EA columns.
    """

    _columns = staticmethod(orbital_columns)

    def _names(self) -> list[str]:
        names = [*NEUTRAL_FROM_ANION, "homo_mean_eV", "lumo_mean_eV", "dipole_mean_D"]
        return [
            *names,
            *NEUTRAL_FROM_ANION.values(),
            "has_neutral_molecule",
            "has_anion",
        ]


class OxidationFeatures(_MoleculeFeatures):
    """How easily the ingredients oxidise, and what Na+ does to their orbitals.

    Columns: ``oxidation_potential_min_V_vs_Na`` (the weakest species, free) and its
    ``oxidation_potential_min_std_V``, ``oxidation_potential_mean_V_vs_Na`` (neutral
    molecules); ``homo_pair_max_eV`` and ``lumo_pair_min_eV`` (over all ingredients with
    one Na+ on them), ``homo_pair_drop_mean_eV``; ``lumo_relative_min_eV`` (LUMO against
    the median of the molecule's own family, 0 without a molecule).
    """

    _columns = staticmethod(oxidation_columns)

    def _names(self) -> list[str]:
        return [
            "oxidation_potential_min_V_vs_Na",
            "oxidation_potential_min_std_V",
            "oxidation_potential_mean_V_vs_Na",
            "homo_pair_max_eV",
            "lumo_pair_min_eV",
            "homo_pair_drop_mean_eV",
            "lumo_relative_min_eV",
        ]


class DescriptorFeatures(_MoleculeFeatures):
    """Mole-fraction means of the reduced RDKit set, role by role.

    Columns: ``mol_<descriptor>_<role>_<unit>`` for the roles solvent, diluent, anion
    (the anions of every salt) and additive; a role that is absent reads 0 in all its
    columns, which ``has_<role>`` tells from a true zero.
    """

    _columns = staticmethod(descriptor_columns)

    def _names(self) -> list[str]:
        chosen = selected_descriptors()
        names = [column_of_role(c, role) for role in MIXED_ROLES for c in chosen]
        flags = [f"has_{role}" for role in MIXED_ROLES if role != "anion"]
        return [*names, *flags]


class ElementFeatures(_MoleculeFeatures):
    """Atoms of each element per mole of formula units.

    Columns: ``n_H_per_mol`` ... ``n_I_per_mol``; ``n_other_per_mol`` counts the rest,
    the metal cations among them.
    """

    _columns = staticmethod(element_columns)

    def _names(self) -> list[str]:
        return [f"n_{e}_per_mol" for e in (*ELEMENTS, "other")]
