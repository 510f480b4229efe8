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
# # 2. A formulation and its features
#
# What a model sees of a liquid: amounts, orbital energies, donor numbers, and who
# stands next to the sodium ion. The last one is what dilution changes.

# %%
from sodalyte import Formulation
from sodalyte.featurizers import component_table, design_matrix, feature_dictionary
from sodalyte.screen.judging.series import dilution_series, molarity_series
from sodalyte.screen.plots import Picture, composition_figure, dilution_figure

# %% [markdown]
# ## Reading what papers print
#
# Molarity, molality, mole, mass and volume ratios become one object with mole
# fractions inside. What a source leaves open is kept as an assumption.

# %%
recipe = Formulation.from_text("2.1 M NaFSI/DME-BTFE (1:2)")
recipe

# %%
recipes = [
    recipe,
    Formulation.from_text("1 M NaPF6 in diglyme"),
    Formulation.from_text("1 M NaClO4 in EC/PC (1:1 v/v) + 5 wt% FEC"),
]
Picture(composition_figure(recipes))

# %% [markdown]
# ## Components first, mixtures second
#
# Orbital energies come from semi-empirical quantum chemistry (GFN2-xTB), donor
# numbers from measurement where there is one and from a model where not; the table
# says which.

# %%
components = component_table(
    list(dict.fromkeys(part for r in recipes for part in r.components))
)
columns = ["homo_eV", "lumo_eV", "donor_number_kcal_per_mol", "donor_number_estimated"]
components.set_index("name")[["role", *columns]].sort_values(
    "role", kind="stable"
).round(2)

# %%
X = design_matrix(recipes)
print(f"{X.shape[1]} features, each with unit, meaning and source; for example:")
feature_dictionary().loc[["homo_max_eV", "ssip_share"], ["unit", "meaning"]]

# %% [markdown]
# ## A dilution series with the solvent itself
#
# NaFSI in DME from 0.1 to 4 mol/L. Orbitals and donor numbers belong to molecules
# and hardly move. The ions do: separated pairs give way to contact pairs, then to
# aggregates, as the solvent runs out.

# %%
salt = molarity_series(
    Formulation.from_text("1 M NaFSI in DME"),
    [0.1, 0.3, 0.6, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0],
)
Picture(dilution_figure(salt.features(), x=salt.x, x_title=salt.x_title))

# %% [markdown]
# ## The same salt, diluted with a liquid that does not bind
#
# BTFE hardly coordinates sodium. Starting from the concentrated solution, the share
# of aggregates stays as it was while the liquid gets thinner and more fluorinated:
# the idea of a localised high-concentration electrolyte.

# %%
diluted = dilution_series(
    Formulation.from_text("NaFSI:DME 1:1.2 mol"),
    "BTFE",
    [0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7],
)
thin = diluted.features()
shown = [
    "ssip_share",
    "cip_share",
    "agg_share",
    "viscosity_mPa_s",
    "fluorine_mass_fraction",
]
thin[[diluted.x, "salt_molarity_mol_per_L", *shown]].round(3)

# %%
Picture(dilution_figure(thin, x=diluted.x, x_title=diluted.x_title))
