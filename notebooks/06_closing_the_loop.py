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
# # 6. Closing the loop
#
# Results come back, the models learn, and somebody must decide whether the new model
# is better. Here the bundled ether campaign is played again as if it happened now:
# the first models know only the literature, and every round is told as it was
# measured.

# %%
from pathlib import Path
from tempfile import mkdtemp

import pandas as pd
from IPython.display import display

from sodalyte.datasets import load_ether_campaign
from sodalyte.screen.campaign.campaign import Campaign
from sodalyte.screen.judging.held_out import prospective_predictions
from sodalyte.screen.plots import Picture, parity_figure
from sodalyte.screen.retraining.retrain import RetrainRequest, retrain
from sodalyte.screen.surrogates.registry import Registry

folder = Path(mkdtemp())
rounds = load_ether_campaign().frame
PROTOCOL = {
    "metal": "Na",
    "collector": "Cu",
    "current_density_mA_per_cm2": 0.5,
    "areal_capacity_mAh_per_cm2": 1.0,
    "temperature_C": 25.0,
}

# %% [markdown]
# ## Tell what was measured
#
# A campaign is one file. Results are told with their protocol; a cell that would not
# run is a result too. Nothing can be overwritten, only corrected with a reason.

# %%
campaign = Campaign.new(folder / "ethers.db", note="the ether campaign, played again")


def tell(numbers):
    told = rounds[rounds["iteration"].isin(numbers)]
    columns = ["formulation", "outcome", "ce_percent"]
    campaign.tell(
        [{**row.dropna().to_dict(), **PROTOCOL} for _, row in told[columns].iterrows()]
    )


tell([0, 1])
campaign.experiments().head()

# %% [markdown]
# ## Retrain: champion and challenger
#
# The champion knows the literature alone. The challenger also knows the campaign's
# first rounds. Both predict the same held-out groups; the challenger goes on unless
# it is worse beyond noise. The interval of the difference is the honest part: with so
# few rows it usually holds zero.

# %%
registry = Registry(folder / "registry")


def retrained():
    campaign.export(folder / "export")
    request = RetrainRequest(
        data=[folder / "export" / "measurements.csv"],
        leave_out=["ether_campaign"],  # else the models would know the answers
    )
    return retrain(request, registry=registry)


first = retrained()
print(first.document["why"])
pd.json_normalize(first.document["evaluation"]["figures"]).round(3)

# %% [markdown]
# ## Does it help with the round that comes next?
#
# The test that counts: rounds 2 to 6, predicted before they were measured, by the
# literature model (v1) and by the model that has learnt from rounds 0 and 1 (v2).

# %%
later = rounds[rounds["iteration"] >= 2]
forward = {
    version: prospective_predictions(registry.load(version).predictors, later)
    for version in registry.versions
}
display(Picture(parity_figure(forward["v1"].table)))
display(Picture(parity_figure(forward["v2"].table)))

# %%
pd.DataFrame(
    {
        version: {
            "median absolute error (nines)": (
                told.table.nines - told.table.nines_median
            )
            .abs()
            .median(),
            "rows in their 90 % interval": told.coverage([0.9])["observed"][0],
            "width of the interval (nines)": (
                told.table.nines_high - told.table.nines_low
            ).median(),
        }
        for version, told in forward.items()
    }
).round(2)

# %% [markdown]
# Read the table by columns. A smaller error means that the first rounds taught the
# order of these mixtures; a narrower interval, that the new models dare more; and the
# share of rows inside says whether they dare too much. A share well below 0.9 is a
# reason to keep telling failures: they are what makes a model careful.
#
# ## And once more
#
# Tell the next rounds, retrain, compare. The registry keeps every version, its data
# and its card; `sodalyte models rollback` goes back.

# %%
tell([2, 3, 4])
second = retrained()
print(second.document["why"])
pd.DataFrame(registry.history).drop(columns="time")
