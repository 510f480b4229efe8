"""The blocks of ``design_matrix`` as scikit-learn transformers."""

from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, TransformerMixin

from sodalyte.featurizers.amounts import Formulations
from sodalyte.featurizers.design import design_matrix
from sodalyte.featurizers.dictionary import feature_dictionary

__all__ = ["BulkFeatures", "CompositionFeatures", "SolvationFeatures"]


class _BlockFeatures(TransformerMixin, BaseEstimator):
    """One block; learns nothing, ``fit`` returns itself."""

    _block = ""

    def fit(self, formulations: Formulations, y: Any = None) -> Self:
        """Return itself; nothing is learnt."""
        return self

    def __sklearn_is_fitted__(self) -> bool:
        """Say that no fit is needed."""
        return True

    def get_feature_names_out(self, input_features: Any = None) -> NDArray[np.object_]:
        """Name the columns of ``transform``, in order."""
        table = feature_dictionary()
        return table.index[table["block"] == self._block].to_numpy(dtype=object)

    def transform(self, formulations: Formulations) -> pd.DataFrame:
        """Compute the columns.

        Parameters
        ----------
        formulations : sequence of Formulation or FormulationArray

        Returns
        -------
        DataFrame of shape (n_formulations, n_columns)
        """
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
