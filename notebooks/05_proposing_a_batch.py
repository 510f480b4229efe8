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
# # 5. Proposing a batch and reading the Pareto front
#
# The main job in one call: sample the space a chemist can mix, predict, put every
# candidate into the cell, choose a batch. Then the harder part: read it.

# %%
from sodalyte import Formulation, propose
from sodalyte.screen.plots import Picture, composition_figure, pareto_figure
from sodalyte.screen.proposing.report import proposal_frame

# %%
batch = propose(8, seed=0)
print(batch.document["summary"]["sentence"])
columns = [
    "id",
    "list",
    "formulation",
    "ce_percent_median",
    "ce_percent_low",
    "oxidative_limit_V_vs_Na_median",
    "cycle_life_80_median",
    "score",
]
batch.to_frame()[columns].round(3)

# %% [markdown]
# ## The map
#
# Grey: candidates that were judged. Blue rings: the Pareto set, where median cycle
# life can only be bought with median oxidative limit. Crosses: what was measured,
# drawn at the *predicted* limit. The proposals have the highest expected score with
# all uncertainty counted, so they need not lie on the front of medians.
#
# Read the bars before the points. Two proposals whose bars overlap are not ranked by
# the data; pick between them by what you would learn.

# %%
Picture(pareto_figure(proposal_frame(batch.document), batch.candidates, batch.measured))

# %% [markdown]
# ## What they are made of, and why
#
# *Safe* recipes stay near what was measured, *exploratory* ones go where the models
# know little: there an experiment teaches most. The control tells whether a
# difference is the recipe or the day.

# %%
proposals = batch.document["proposals"]
Picture(
    composition_figure(
        [Formulation.from_text(p["formulation"]) for p in proposals],
        [f"{p['id']} ({p['list']})" for p in proposals],
    )
)

# %%
for proposal in proposals[:3]:
    print(f"{proposal['id']}: {proposal['why']}\n")
control = batch.document["control"]
print(f"control: {control['formulation']}: {control['why']}")

# %% [markdown]
# ## On the bench
#
# Each proposal carries its weigh sheet. `batch.write("proposals")` writes the report,
# the tables and the sheets; the report needs no network and compares proposals side
# by side.

# %%
import pandas as pd

pd.DataFrame(proposals[0]["recipe"]["ingredients"]).round(4)
