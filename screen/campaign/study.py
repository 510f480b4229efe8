"""A campaign as an Optuna study, for plots, importances and the dashboard."""

import math
from typing import TYPE_CHECKING

from sodalyte.datasets.formulations.formulation import Formulation
from sodalyte.screen.campaign.state import CampaignState
from sodalyte.screen.campaign.storage import quiet_optuna

if TYPE_CHECKING:
    import optuna

__all__ = ["study_of"]

_LEAST_LOSS = 1e-6


def study_of(name: str, state: CampaignState) -> "optuna.Study":
    """Build an in-memory study: one trial per told experiment.

    Notes
    -----
    Parameters are mole fractions over all components of the campaign, zero included,
    so that importances compare like with like. The value is -log10(1 - CE), with
    losses below one in a million counted as that.
    """
    import optuna

    told = state.in_state("done", "failed", "would_not_run")
    recipes = [Formulation.from_text(e.formulation) for e in told]
    names = sorted({name for recipe in recipes for name in recipe.names})
    distribution = optuna.distributions.FloatDistribution(0.0, 1.0)
    with quiet_optuna():
        study = optuna.create_study(study_name=name, direction="maximize")
    for experiment, recipe in zip(told, recipes, strict=True):
        amounts = dict.fromkeys(names, 0.0)
        for one, x in zip(recipe.names, recipe.mole_fractions, strict=True):
            amounts[one] += x
        attributes = {
            "experiment": experiment.id,
            "formulation": experiment.formulation,
            **experiment.result,
        }
        has_value = "ce_percent" in experiment.result
        trial_state = optuna.trial.TrialState
        value = None
        if has_value:
            loss = max(1.0 - experiment.result["ce_percent"] / 100.0, _LEAST_LOSS)
            value = -math.log10(loss)
        study.add_trial(
            optuna.trial.create_trial(
                state=trial_state.COMPLETE if has_value else trial_state.FAIL,
                value=value,
                params=amounts,
                distributions=dict.fromkeys(names, distribution),
                user_attrs=attributes,
            )
        )
    return study
