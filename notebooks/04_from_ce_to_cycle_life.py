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
# # 4. From Coulombic efficiency to cycle life
#
# An anode-free cell has no spare sodium: what a cycle loses is lost. This notebook
# walks from one number, the efficiency, to cycles, Wh/kg and $/kWh, and asks at each
# step what limits.

# %%
from dataclasses import replace

import numpy as np
import pandas as pd

from sodalyte.models.cell import (
    CellModel,
    ElectrolyteProperties,
    default_design,
    default_protocol,
)
from sodalyte.screen.plots import Picture, ledger_figure, life_figure, retention_figure

# %% [markdown]
# ## The bare law
#
# In the `ideal` profile retention after N cycles is CE to the power N. 99.9 % gives
# 223 cycles to 80 %; every further nine gives ten times more. The `realistic` profile
# lets the cathode fade and the electrolyte dry out, and counts only part of the
# measured loss as lost sodium. There more nines stop helping: something else ends
# the cell.

# %%
efficiencies = np.linspace(1.5, 4.0, 51)
electrolyte = ElectrolyteProperties(
    nines_mean=efficiencies, nines_std=0.2, oxidative_limit_V_vs_Na=4.2
)
lives = [
    CellModel(profile)
    .evaluate(electrolyte)
    .to_frame()
    .assign(label=profile, nines=efficiencies)
    for profile in ("ideal", "realistic")
]
Picture(life_figure(pd.concat(lives)))

# %% [markdown]
# ## Retention, with what is not known
#
# The band is the 5th to 95th percentile. The legend says what ends each cell: with
# better efficiency the sodium lasts, and something else comes first.

# %%
model = CellModel("realistic")
curves = []
for ce_percent in (99.5, 99.9, 99.99):
    known = ElectrolyteProperties.from_ce_percent(
        ce_percent, nines_std=0.2, oxidative_limit_V_vs_Na=4.2
    )
    result = model.evaluate(known)
    label = f"CE {ce_percent} %, ends by {result.limiting[0]}"
    curves.append(result.curve(np.arange(0, 501, 10)).assign(label=label))
Picture(retention_figure(pd.concat(curves)))

# %% [markdown]
# ## Where the mass and the money go
#
# The same electrolyte, 99.9 %, in four cells. A cathode of high voltage pays for its
# foils and electrolyte sooner, but asks more of the oxidative limit.

# %%
fixed = ElectrolyteProperties.from_ce_percent(
    99.9, nines_std=0.2, oxidative_limit_V_vs_Na=4.2
)
cells = {
    "NVP": default_design(),
    "NVP, 6 g/Ah": replace(default_design(), electrolyte_ratio_g_per_Ah=6.0),
    "NVPF": replace(default_design(), cathode="NVPF"),
    "NNCFM": replace(default_design(), cathode="NNCFM"),
}
judged = {name: model.evaluate(fixed, design) for name, design in cells.items()}
ledgers = pd.concat([r.explain().assign(label=name) for name, r in judged.items()])
Picture(ledger_figure(ledgers, "mass"))

# %%
Picture(ledger_figure(ledgers, "cost"))

# %%
shown = [
    "cycle_life_80",
    "specific_energy_cell_Wh_per_kg",
    "energy_density_cell_Wh_per_L",
    "cost_pack_USD_per_kWh",
    "limiting_mechanism",
    "flags",
]
pd.concat({name: r.to_frame()[shown] for name, r in judged.items()}).droplevel(1).round(
    0
)

# %% [markdown]
# ## One change at a time
#
# What would help this cell most? Each line changes one thing.

# %%
base = default_protocol()
changes = {
    "as it is": (fixed, default_design(), base),
    "one more nine": (replace(fixed, nines_mean=4.0), default_design(), base),
    "one nine less": (replace(fixed, nines_mean=2.0), default_design(), base),
    "limit 0.5 V lower": (
        replace(fixed, oxidative_limit_V_vs_Na=3.7),
        default_design(),
        base,
    ),
    "twice the electrolyte": (fixed, cells["NVP, 6 g/Ah"], base),
    "1 C instead of C/3": (
        fixed,
        default_design(),
        replace(base, charge_rate_C=1.0, discharge_rate_C=1.0),
    ),
    "0 degC": (fixed, default_design(), replace(base, temperature_C=0.0)),
}
pd.concat(
    {
        name: model.evaluate(*parts).to_frame()[shown[:-1]]
        for name, parts in changes.items()
    }
).droplevel(1).round(0)
