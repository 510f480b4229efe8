"""Check the rate model on our own cathode curves: flat, sloping, two plateaus.

The published half cell of ``dfn_check`` has one curve and slow kinetics. Here the DFN
gets the curves and kinetics of the bundled cathodes; the two constants of
``Cathode.front_sharpness`` were fitted on such runs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sodalyte.models.cell.design import CellDesign
from sodalyte.models.cell.electrolyte import ElectrolyteProperties
from sodalyte.models.cell.model import CellModel
from sodalyte.models.cell.protocol import Protocol
from sodalyte.models.cell.refine import refine

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["CURVES", "compare_curves"]

CURVES = ("NVP", "NNCFM", "PW", "NVPF")


def compare_curves(
    n_designs: int = 16, random_state: int = 0, cathodes: tuple[str, ...] = CURVES
) -> pd.DataFrame:
    """Solve the DFN for drawn designs of several cathodes.

    Parameters
    ----------
    n_designs : int
        Designs per cathode: 1 to 5 mAh/cm2, 0.1 to 2 C, conductivity 1 to 12 mS/cm,
        transference number 0.3 to 0.6, porosity 0.25 to 0.40.
    random_state : int
        Seed of the Sobol scrambling.
    cathodes : tuple of str
        Which.

    Returns
    -------
    DataFrame
        As ``refine``, with ``cathode``.
    """
    import pandas as pd
    from scipy.stats import qmc

    power = int(np.ceil(np.log2(n_designs)))
    tables = []
    for position, cathode in enumerate(cathodes):
        sobol = qmc.Sobol(5, rng=random_state + position)
        z = sobol.random_base2(power)[:n_designs].T
        rate_C = 0.1 * 20.0 ** z[1]
        result = CellModel("realistic").evaluate(
            ElectrolyteProperties(
                nines_mean=3.0,
                conductivity_mS_per_cm=12.0 ** z[2],
                transference_number=0.3 + 0.3 * z[3],
            ),
            CellDesign(
                cathode=cathode,
                areal_capacity_mAh_per_cm2=1.0 + 4.0 * z[0],
                coating_porosity=0.25 + 0.15 * z[4],
                electrolyte_ratio_g_per_Ah=20.0,
            ),
            Protocol(charge_rate_C=rate_C, discharge_rate_C=rate_C),
        )
        table = refine(result, n_designs, order=np.arange(n_designs))
        tables.append(table.assign(cathode=cathode, rate_C=rate_C[table["row"]]))
    return pd.concat(tables, ignore_index=True)
