"""Candidates in, figures out: features, both surrogates, the shared cell model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sodalyte.screen.judging.laboratory import efficiency_model, in_own_laboratory
from sodalyte.screen.judging.novelty import has_unmeasured, measured_names
from sodalyte.screen.judging.targets import Target, desirability

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sodalyte.datasets.formulations.array import FormulationArray
    from sodalyte.models.cell import CellDesign, CellResult, Protocol
    from sodalyte.models.coulombic_efficiency import CoulombicEfficiency
    from sodalyte.screen.judging.conditions import Conditions
    from sodalyte.screen.surrogates.training import Predictors

__all__ = ["Judge", "load_targets", "make_judge"]

DRAWS = 32  # shared by all candidates, so that their order is not drawn
PROPERTIES = {  # field of the cell model: feature
    "conductivity_mS_per_cm": "conductivity_mS_per_cm",
    "conductivity_ln_std": "conductivity_mS_per_cm_ln_std",
    "viscosity_mPa_s": "viscosity_mPa_s",
    "viscosity_ln_std": "viscosity_mPa_s_ln_std",
    "transference_number": "transference_number",
    "transference_number_std": "transference_number_std",
    "salt_diffusivity_m2_per_s": "salt_diffusivity_m2_per_s",
    "salt_diffusivity_ln_std": "salt_diffusivity_m2_per_s_ln_std",
    "salt_molarity_mol_per_L": "salt_molarity_mol_per_L",
    "density_g_per_mL": "density_g_per_mL",
    "fluorine_mass_fraction": "fluorine_mass_fraction",
}


def load_targets(path: Any = None) -> tuple[Target, ...]:
    """Read targets from TOML: a list of ``[[target]]`` tables.

    Parameters
    ----------
    path : path or None
        The bundled targets if None.

    Returns
    -------
    tuple of Target

    Raises
    ------
    ValueError
        If the file is not TOML or a table is not a target; names the place.
    """
    import math
    from importlib.resources import as_file, files

    from sodalyte.datasets.files.toml_file import read_toml
    from sodalyte.models.cell.figures import FIGURES

    bundled = files("sodalyte.screen") / "spaces" / "targets.toml"
    with as_file(bundled) as place:
        content = read_toml(
            place if path is None else path, "A targets file", "See the bundled one."
        )
    try:
        targets = tuple(Target(**table) for table in content.get("target", []))
        if not targets or set(content) != {"target"}:
            raise TypeError(f"it holds {', '.join(sorted(content)) or 'nothing'}")
        for target in targets:
            if target.quantity not in (*FIGURES, "oxidative_limit_V_vs_Na"):
                raise TypeError(f"there is no figure {target.quantity!r:.40}")
            if not all(map(math.isfinite, (target.weight, target.low or 0.0))):
                raise TypeError(f"{target.quantity} has a number that is not finite")
        return targets
    except TypeError as error:
        raise ValueError(
            f"Targets are TOML, one [[target]] table each with quantity, direction, "
            f"low, high, threshold, weight, is_log. '{path}': {error}."
        ) from None


@dataclass(frozen=True)
class Judge:
    """Judge candidates under one protocol, in one cell design, for given targets.

    Parameters
    ----------
    predictors : Predictors
    conditions : Conditions
        At which the Coulombic efficiency is predicted.
    design : CellDesign
    protocol : Protocol
    targets : sequence of Target
    """

    predictors: Predictors
    conditions: Conditions
    design: CellDesign
    protocol: Protocol
    targets: Sequence[Target]

    @property
    def efficiency(self) -> CoulombicEfficiency:
        """The efficiency surrogate, for the laboratory of the conditions."""
        return efficiency_model(self.predictors, self.conditions)

    def features(self, candidates: FormulationArray) -> pd.DataFrame:
        """Compute the features of candidates under the judge's conditions.

        Parameters
        ----------
        candidates : FormulationArray of length n

        Returns
        -------
        DataFrame of n rows
        """
        from sodalyte.screen.surrogates.training import feature_matrix

        return feature_matrix(candidates, self.conditions.frame(len(candidates)))

    def predictions(
        self, candidates: FormulationArray, X: pd.DataFrame
    ) -> pd.DataFrame:
        """Predict efficiency and limit, one row a candidate.

        Parameters
        ----------
        candidates : FormulationArray of length n
        X : DataFrame of shape (n, n_features)

        Returns
        -------
        DataFrame of n rows
            The columns of both surrogates; ``in_domain`` holds where both say so and
            every component was measured in some formulation before.
        """
        efficiency = self.efficiency.predict_frame(X)
        limit = self.predictors.oxidative_limit.predict_frame(X)
        known = measured_names(self.predictors.frame)
        inside = efficiency["in_domain"] & limit["in_domain"]
        inside &= ~has_unmeasured(candidates, known)
        joined = pd.concat(
            [
                efficiency.drop(columns="in_domain"),
                limit.drop(columns=["in_domain", "domain_distance"], errors="ignore"),
            ],
            axis=1,
        )
        return joined.assign(in_domain=inside)

    def cell(
        self, X: pd.DataFrame, predicted: pd.DataFrame, *, draws: int = 0
    ) -> CellResult:
        """Evaluate the shared cell model, with the uncertainty of both surrogates.

        Parameters
        ----------
        X, predicted : DataFrame of n rows
        draws : int
            Passed to ``CellModel.evaluate``.

        Returns
        -------
        CellResult
        """
        return self._evaluate(
            X,
            nines_mean=predicted["nines_mean"].to_numpy(),
            nines_std=predicted["nines_std"].to_numpy(),
            runs_probability=predicted["runs_probability"].to_numpy(),
            oxidative_limit_V_vs_Na=predicted[
                "oxidative_limit_V_vs_Na_median"
            ].to_numpy(),
            oxidative_limit_V_vs_Na_std=predicted[
                "oxidative_limit_V_vs_Na_std"
            ].to_numpy(),
            with_spread=True,
            draws=draws,
        )

    def _evaluate(
        self, X: pd.DataFrame, *, with_spread: bool, draws: int = 0, **surrogates: Any
    ) -> CellResult:
        from sodalyte.models.cell import CellModel, ElectrolyteProperties

        bulk: dict[str, Any] = {
            field: X[feature].to_numpy() for field, feature in PROPERTIES.items()
        }
        electrolyte = ElectrolyteProperties(**bulk, ce_kind="half_cell", **surrogates)
        return CellModel("realistic").evaluate(
            electrolyte,
            self.design,
            self.protocol,
            draws=draws,
            with_spread=with_spread,
        )

    def score(
        self, X: pd.DataFrame, predicted: pd.DataFrame, *, draws: int = DRAWS
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return mean and standard deviation of the desirability.

        Parameters
        ----------
        X, predicted : DataFrame of n rows
        draws : int
            Shared quasi-random draws of efficiency, limit and running.

        Returns
        -------
        mean, std : ndarray of shape (n,)
            The mean over draws is the expected desirability; an infeasible cell
            has 0.
        """
        from scipy.special import ndtri
        from scipy.stats import qmc

        points = qmc.Sobol(3, rng=0).random_base2(int(np.ceil(np.log2(draws))))
        scores = []
        for efficiency, limit, running in np.clip(points, 1e-6, 1 - 1e-6):
            figures = self.figures(
                X,
                predicted,
                nines_z=float(ndtri(efficiency)),
                limit_z=float(ndtri(limit)),
                runs=predicted["runs_probability"].to_numpy() > running,
            )
            scores.append(desirability(self.targets, figures))
        stacked = np.stack(scores)
        return stacked.mean(axis=0), stacked.std(axis=0)

    def figures(
        self,
        X: pd.DataFrame,
        predicted: pd.DataFrame,
        *,
        nines_z: float = 0.0,
        limit_z: float = 0.0,
        runs: np.ndarray | bool = True,
    ) -> dict[str, np.ndarray]:
        """Evaluate the cell at one point of the surrogates' distributions.

        Parameters
        ----------
        X, predicted : DataFrame of n rows
        nines_z, limit_z : float
            Standard deviations from the mean.
        runs : bool or ndarray of bool
            Where a cell does not run its life is 0.

        Returns
        -------
        dict of str to ndarray of shape (n,)
            Every figure of the cell model and the oxidative limit, without NaN:
            a figure that an infeasible cell does not have is its worst.
        """
        limit = (
            predicted["oxidative_limit_V_vs_Na_median"]
            + limit_z * predicted["oxidative_limit_V_vs_Na_std"]
        ).to_numpy()
        result = self._evaluate(
            X,
            nines_mean=(
                predicted["nines_mean"] + nines_z * predicted["nines_std"]
            ).to_numpy(),
            oxidative_limit_V_vs_Na=limit,
            with_spread=False,
        )
        figures = {name: np.array(value) for name, value in result.values.items()}
        worst = {"cost": np.inf, "fluorine": np.inf}
        for name, value in figures.items():
            value[np.isnan(value)] = worst.get(name.split("_")[0], 0.0)
        figures["cycle_life_80"] = np.where(runs, figures["cycle_life_80"], 0.0)
        figures["oxidative_limit_V_vs_Na"] = limit
        return figures


def make_judge(
    predictors: Predictors | None = None,
    conditions: Conditions | None = None,
    *,
    design: Any = None,
    targets: Any = None,
) -> Judge:
    """Put a judge together; what is not given is the bundled.

    Parameters
    ----------
    predictors : Predictors, optional
        The champion or the bundled ones by default.
    conditions : Conditions, optional
        The reference protocol by default.
    design, targets : path, optional
        Cell design and targets (TOML).

    Returns
    -------
    Judge

    Raises
    ------
    ValueError
        If a file is bad.
    """
    from sodalyte.models.cell import default_design, default_protocol, design_from_toml
    from sodalyte.screen.surrogates.training import default_predictors

    predictors = predictors or default_predictors()
    cell, protocol = (
        design_from_toml(design) if design else (default_design(), default_protocol())
    )
    return Judge(
        predictors,
        in_own_laboratory(conditions, predictors),
        cell,
        protocol,
        load_targets(targets),
    )
