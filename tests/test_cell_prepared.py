"""Prepared blocks, and a light import."""

import subprocess
import sys

import numpy as np

from sodalyte.models.cell import CellDesign, ElectrolyteProperties, Protocol
from sodalyte.models.cell.prepared import prepare


def test_feasibility_by_row():
    block = prepare(
        ElectrolyteProperties(
            nines_mean=np.array([3.0, np.nan, 3.0, 3.0]),
            runs_probability=np.array([1.0, 1.0, 1.5, 1.0]),
        ),
        CellDesign(electrolyte_ratio_g_per_Ah=np.array([3.0, 3.0, 3.0, 0.5])),
        Protocol(),
        profile="ideal",
        priors={},
        size=4,
    )
    assert block.is_feasible.tolist() == [True, False, False, False]
    assert block.is_too_dry.tolist() == [False, False, False, True]
    assert block.is_collector_known
    assert block.widening == 1.0


def test_the_import_is_light():
    code = (
        "import sys, sodalyte.models.cell as c; "
        "c.CellModel().evaluate(c.ElectrolyteProperties(nines_mean=3.0)).to_dict(0); "
        "heavy = {'torch', 'rdkit', 'sklearn', 'scipy', 'pandas', 'pybamm'}; "
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
