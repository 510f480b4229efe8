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
# # 1. The data and its contradictions
#
# Sodium plating was measured few times, by few groups, under few conditions, and the
# same liquid got different marks. This notebook shows what is known before anything
# is predicted: every row with its source, what was left out and why, and where two
# sources cannot both be right.

# %%
from sodalyte.datasets import (
    contradictions,
    load_ether_campaign,
    load_lithium_ce,
    load_plating_ce,
    training_frame,
)
from sodalyte.screen.plots import Picture, measurements_figure, nines, ternary_figure

# %% [markdown]
# ## What there is
#
# Every loader gives a `Dataset`: the rows as published, a page about their origin,
# and nothing hidden. `training_frame` joins the sodium sets and lists what cannot
# train a model, each row with its reason.

# %%
frame, excluded = training_frame()
print(load_plating_ce(), load_ether_campaign(), load_lithium_ce(), sep="\n")
print(
    f"{len(frame)} sodium rows train the models, from {frame['work'].nunique()} works"
)
excluded["reason"].str.split(":").str[0].value_counts().head(8).to_frame("rows")

# %% [markdown]
# ## One liquid, many marks
#
# Each line is one liquid. The liquid that was measured most, 1 M NaPF6 in diglyme,
# spans a whole nine: ten times the sodium lost per cycle. Collectors differ, and so
# do protocols and hands.

# %%
counts = frame["formulation"].map(frame["formulation"].value_counts())
Picture(measurements_figure(frame[counts > 1]))

# %% [markdown]
# ## Contradictions, found by rule
#
# *Same liquid*: one source says it works, another that it does not. *Same work*: two
# values of one work. *Rules*: claims that cannot both hold. Nothing was averaged away;
# the models carry the disagreement as noise.

# %%
found = contradictions()
found[["kind", "topic", "claim_a", "claim_b", "what_differs"]]

# %% [markdown]
# ## The largest sodium campaign
#
# Forty mixtures of ethers, volume fractions only. Corners gather liquids that act
# alike; colour is the efficiency in nines (2 is 99 %, 3 is 99.9 %).

# %%
campaign = load_ether_campaign().readable()
ran = campaign.frame["ce_percent"].notna()
mixtures = [
    recipe for recipe, did in zip(campaign.formulations, ran, strict=True) if did
]
corners = {
    "cyclic ethers": ["2-MeTHF", "DOL", "THF", "THP"],
    "short glymes": ["1,2-DMP", "DEE", "DME", "Et2O"],
    "long glymes": ["G2", "G4"],
}
Picture(
    ternary_figure(
        mixtures,
        corners,
        nines(campaign.frame.loc[ran, "ce_percent"]),
        value_title="Coulombic efficiency (nines)",
    )
)

# %% [markdown]
# **What to keep in mind.** Differences below about half a nine between two papers are
# noise until shown otherwise. A bound such as `< 80 %` is not the value 80, and a cell
# that would not run is not a cell with 0 %.
