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
# # 7. Your own data, from CSV to proposals
#
# A measurement file, checked, merged and turned into a batch. The file here is
# **made up**: plausible values of one fictitious laboratory, to try things with. Put
# your own in its place.

# %%
from pathlib import Path
from tempfile import mkdtemp

import pandas as pd

from sodalyte import Formulation, propose
from sodalyte.datasets import check_measurements, template
from sodalyte.screen.judging.predict import predict_documents
from sodalyte.screen.judging.series import molarity_series
from sodalyte.screen.plots import Picture, measurements_figure, response_figure

here = Path.cwd()
root = here if (here / "examples").exists() else here.parent
data = root / "examples" / "lab_measurements.csv"
print(template())

# %% [markdown]
# ## Check first
#
# All faults at once, by row, each with its remedy. One wrong row shows how.

# %%
folder = Path(mkdtemp())
wrong = data.read_text().replace("99.86,=", "0.9986,=", 1).replace("Na,Cu", "Na,", 1)
(folder / "wrong.csv").write_text(wrong)
check_measurements(folder / "wrong.csv").faults

# %%
checked = check_measurements(data)
print(f"{checked.rows} rows, {len(checked.accepted)} accepted")
checked.replicates

# %%
Picture(measurements_figure(checked.accepted))

# %% [markdown]
# ## Propose with them
#
# The models are trained on the bundled rows and yours. Replicates stay apart rows:
# they tell the noise of the laboratory.

# %%
ours = propose(6, seed=0, data=data)
print(ours.document["summary"]["sentence"])
columns = [
    "id",
    "list",
    "formulation",
    "ce_percent_median",
    "ce_percent_low",
    "ce_percent_high",
    "cycle_life_80_median",
    "score",
]
ours.to_frame()[columns].round(3)

# %% [markdown]
# ## What your data changed
#
# The same recipe, predicted with and without your rows; and along the salt
# concentration, with your points on it.

# %%
recipe = Formulation.from_text("0.9 M NaPF6 + 0.1 M NaBF4 in G2")
pd.DataFrame(
    {
        name: told[0]["ce_percent"] | {"runs_probability": told[0]["runs_probability"]}
        for name, told in {
            "bundled data": predict_documents([recipe]),
            "with yours": predict_documents([recipe], predictors=ours.predictors),
        }.items()
    }
).round(2)

# %%
series = molarity_series(
    Formulation.from_text("1 M NaPF6 in G2"), [0.3, 0.5, 0.7, 0.85, 1, 1.2, 1.5, 2, 2.5]
)
Picture(
    response_figure(
        series.response(predictors=ours.predictors),
        series.measured(ours.predictors),
        x=series.x,
        x_title=series.x_title,
    )
)

# %% [markdown]
# ## To the bench

# %%
report = ours.write(folder / "batch")
print(*sorted(path.name for path in report.parent.iterdir()), sep="\n")
pd.read_csv(report.parent / "weigh_sheets.csv").head(6)
