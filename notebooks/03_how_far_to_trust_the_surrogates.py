# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 3. How far to trust the surrogates
#
# A model that has seen a paper predicts that paper well. The question is what it
# says about the next one. Here whole papers, and whole sets of solvents, are left
# out, and everything is shown: also where the model is no better than a guess.

# %%
import pandas as pd
from IPython.display import display

from sodalyte import Formulation, predict
from sodalyte.datasets import load_lithium_ce
from sodalyte.models.transfer import transfer_benchmark
from sodalyte.models.validation import rank_correlation, rmse
from sodalyte.screen.judging.held_out import held_out_predictions
from sodalyte.screen.judging.series import molarity_series
from sodalyte.screen.plots import (
    Picture,
    calibration_figure,
    parity_figure,
    response_figure,
)
from sodalyte.screen.surrogates.training import feature_table, training_table

# %% [markdown]
# ## Parity on unseen works
#
# Each point was predicted by a model that never saw a row of its work. A good model
# would follow the dashed line; one that knows nothing of the next paper would draw a
# cloud as high as it is wide, with bars that say so. The line below the picture puts
# the error beside that of a guess: the mean of all rows.

# %%
X, frame, _ = training_table()
unseen_works = held_out_predictions(X, frame, key="work")
Picture(parity_figure(unseen_works.table))

# %%
exact = unseen_works.table.query("side == 0 and ran")
error = rmse(exact.nines, exact.nines_median)
ranks = rank_correlation(exact.nines, exact.nines_median)
print(
    f"{len(exact)} exact rows that ran: error {error:.2f} nines, rank correlation "
    f"{ranks:.2f}; knowing their mean alone: {exact.nines.std(ddof=0):.2f} nines"
)

# %% [markdown]
# ## Calibration
#
# Do 90 % intervals hold 90 % of the truths? Points below the diagonal would be
# overconfidence. Rows of one work are not independent, so the bars are too short.

# %%
unseen_liquids = held_out_predictions(X, frame, key="solvent_set")
coverage = pd.concat(
    [
        unseen_works.coverage().assign(label="unseen works"),
        unseen_liquids.coverage().assign(label="unseen sets of solvents"),
    ]
)
Picture(calibration_figure(coverage))

# %% [markdown]
# ## Where knowledge ends
#
# Along the salt concentration the band is narrow where there are measurements and
# opens where there are none. `in_domain` says the same in one word.

# %%
series = molarity_series(
    Formulation.from_text("1 M NaPF6 in G2"),
    [0.1, 0.3, 0.5, 0.7, 0.85, 1.0, 1.15, 1.3, 1.6, 2.0, 2.5, 3.0],
)
display(
    Picture(
        response_figure(
            series.response(), series.measured(), x=series.x, x_title=series.x_title
        )
    )
)
told = predict(["1 M NaPF6 in G2", "1 M NaPF6 in DMSO", "2 M NaFSI in THF:TTE 1:3 v/v"])
told[
    [
        "formulation",
        "ce_percent_median",
        "ce_percent_low",
        "ce_percent_high",
        "in_domain",
        "unmeasured_components",
    ]
].round(2)

# %% [markdown]
# ## From lithium to sodium
#
# Lithium has more data. Do they help? Sets of solvents are left out, with and
# without the rows of the other metal. The difference is in nines; negative would mean
# that the other metal helps.

# %%
lithium = feature_table(load_lithium_ce().frame)
transfer = transfer_benchmark((X, frame), lithium)["metrics"]
pd.json_normalize(list(transfer.values())).set_axis(list(transfer)).T.round(3)

# %% [markdown]
# **What to keep in mind.** The interval is the prediction. Rank by expected benefit
# with the whole interval in it (notebook 5), and buy knowledge with experiments
# (notebook 6). Lithium rows do not train the sodium models: no help could be shown.
