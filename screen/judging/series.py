"""Recipes along one line: more salt, or more of one liquid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sodalyte.datasets.formulations.formulation import Formulation
from sodalyte.screen.plots.style import nines

if TYPE_CHECKING:
    import pandas as pd

    from sodalyte.screen.judging.conditions import Conditions
    from sodalyte.screen.surrogates.training import Predictors

__all__ = ["Series", "dilution_series", "molarity_series"]

# Two recipes lie on one line if the shares that the line keeps agree this well.
SAME_SHARE = 0.05


@dataclass(frozen=True)
class Series:
    """Formulations that differ in one amount.

    Parameters
    ----------
    x, x_title : str
        Column of the amount, and its words with the unit.
    values : tuple of float
        The amount in each formulation.
    formulations : tuple of Formulation
    varied : frozenset of str
        Names whose amount is varied against that of the others.
    """

    x: str
    x_title: str
    values: tuple[float, ...]
    formulations: tuple[Formulation, ...]
    varied: frozenset[str]

    def features(self, conditions: Conditions | None = None) -> pd.DataFrame:
        """Compute the features along the line.

        Parameters
        ----------
        conditions : Conditions, optional
            The reference protocol by default.

        Returns
        -------
        DataFrame
            The design matrix with the column `x` in front.
        """
        from sodalyte.screen.judging.conditions import Conditions
        from sodalyte.screen.surrogates.training import feature_matrix

        table = (conditions or Conditions()).frame(len(self.formulations))
        X = feature_matrix(list(self.formulations), table)
        amounts = np.array(self.values)
        if self.x in X:
            return X.assign(**{self.x: amounts})
        X.insert(0, self.x, amounts)
        return X

    def response(
        self,
        conditions: Conditions | None = None,
        *,
        predictors: Predictors | None = None,
    ) -> pd.DataFrame:
        """Predict efficiency and oxidative limit along the line.

        Parameters
        ----------
        conditions : Conditions, optional
            The reference protocol by default.
        predictors : Predictors, optional
            The default ones unless given.

        Returns
        -------
        DataFrame
            `x`, ``formulation``, ``nines`` and ``limit_V`` each with ``_median``,
            ``_low`` and ``_high``, ``runs_probability``, ``in_domain``.
        """
        import pandas as pd

        from sodalyte.screen.judging.predict import predict_documents

        documents = predict_documents(
            list(self.formulations), conditions, predictors=predictors
        )
        rows = []
        for value, told in zip(self.values, documents, strict=True):
            row = {self.x: value, "formulation": told["formulation"]}
            for bound in ("median", "low", "high"):
                row[f"nines_{bound}"] = float(nines(told["ce_percent"][bound]))
                row[f"limit_V_{bound}"] = told["oxidative_limit_V_vs_Na"][bound]
            row |= {key: told[key] for key in ("runs_probability", "in_domain")}
            rows.append(row)
        return pd.DataFrame(rows)

    def measured(self, predictors: Predictors | None = None) -> pd.DataFrame:
        """Find the measured recipes that lie on the line.

        Parameters
        ----------
        predictors : Predictors, optional
            Whose training rows to look through.

        Returns
        -------
        DataFrame
            `x`, ``nines`` (a cell that would not run stands at 0), ``label``; the
            conditions of each row are its own.
        """
        import pandas as pd

        from sodalyte.screen.surrogates.training import default_predictors

        frame = (predictors or default_predictors()).frame
        rows = []
        for record in frame.to_dict("records"):
            recipe = Formulation.from_text(record["formulation"])
            if not self._holds(recipe):
                continue
            value = record["ce_percent"]
            has_value = value == value
            mark = f"{record['ce_qualifier']} {value:g} %" if has_value else "no run"
            rows.append(
                {
                    self.x: self._amount(recipe),
                    "nines": float(nines(value)) if has_value else 0.0,
                    "label": f"{recipe.canonical}: {mark}, {record['collector']}",
                }
            )
        return pd.DataFrame(rows, columns=[self.x, "nines", "label"])

    def _amount(self, recipe: Formulation) -> float:
        if self.x == "salt_molarity_mol_per_L":
            return recipe.salt_molarity_mol_per_L
        volumes = zip(recipe.names, recipe.volume_fractions, strict=True)
        return sum(volume for name, volume in volumes if name in self.varied)

    def _holds(self, recipe: Formulation) -> bool:
        ours, theirs = self._shares(self.formulations[-1]), self._shares(recipe)
        return set(ours) == set(theirs) and all(
            abs(share - theirs[name]) <= SAME_SHARE for name, share in ours.items()
        )

    def _shares(self, recipe: Formulation) -> dict[str, float]:
        """Scale mole fractions to 1 among the varied and among the kept ones."""
        amounts = dict(zip(recipe.names, recipe.mole_fractions, strict=True))
        totals = {
            side: sum(x for name, x in amounts.items() if (name in self.varied) is side)
            for side in (True, False)
        }
        return {
            name: x / totals[name in self.varied] for name, x in amounts.items() if x
        }


def molarity_series(base: Formulation, molarities: Sequence[float]) -> Series:
    """Vary the salt of a formulation, its liquids in constant ratio by volume.

    Parameters
    ----------
    base : Formulation
        Its salts keep their ratio, its additives their mass fraction.
    molarities : sequence of float
        Moles of all salts per litre of solution, > 0.

    Returns
    -------
    Series

    Raises
    ------
    ValueError
        If there is no salt, or no room for that much of it.
    """
    salts = {
        part: molarity
        for part, molarity in zip(base.components, base.molarity_mol_per_L, strict=True)
        if part.role == "salt"
    }
    if not salts:
        raise ValueError(
            f"A molarity series needs a salt. '{base.canonical}' holds none. Add one."
        )
    liquids = {
        part: volume
        for part, volume in zip(base.components, base.volume_fractions, strict=True)
        if part.role in ("solvent", "diluent")
    }
    additives = {
        part: mass
        for part, mass in zip(base.components, base.mass_fractions, strict=True)
        if part.role == "additive"
    }
    total = sum(salts.values())
    made = [
        Formulation.from_molarity(
            {part: molarity * value / total for part, value in salts.items()},
            liquids,
            additive_mass_fractions=additives,
            roles=dict(zip(base.names, base.roles, strict=True)),
        )
        for molarity in molarities
    ]
    return Series(
        "salt_molarity_mol_per_L",
        "salt (mol/L)",
        tuple(float(value) for value in molarities),
        tuple(made),
        frozenset(part.name for part in salts),
    )


def dilution_series(base: Formulation, liquid: str, shares: Sequence[float]) -> Series:
    """Add one liquid to a finished electrolyte.

    Parameters
    ----------
    base : Formulation
        Does not hold the liquid.
    liquid : str
        Name or alias of a component with a density.
    shares : sequence of float
        Share of the volume that the liquid has in the end, in [0, 1).

    Returns
    -------
    Series

    Raises
    ------
    ValueError
        If a share is out of range or the base holds the liquid already.
    """
    from sodalyte.datasets.components.catalogue import load_catalogue

    component = load_catalogue().find(liquid)
    outside = [share for share in shares if not 0.0 <= share < 1.0]
    if outside or component.name in base.names:
        raise ValueError(
            "A dilution series adds a liquid that the base lacks, as shares in "
            f"[0, 1). Got {component.name} on '{base.canonical}' and the shares "
            f"{outside[:5]} out of range. Leave it out of the base."
        )
    volumes = dict(zip(base.components, base.volume_fractions, strict=True))
    made = []
    for share in shares:
        parts = {part: (1.0 - share) * volume for part, volume in volumes.items()}
        if share:
            parts[component] = share
        made.append(Formulation.from_volumes(parts))
    return Series(
        f"volume_fraction_{component.name}",
        f"{component.name} (share of the volume)",
        tuple(float(share) for share in shares),
        tuple(made),
        frozenset({component.name}),
    )
