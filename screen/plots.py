"""Pictures of data, predictions, cells and proposals: notebooks and report alike.

Every function takes tables that the package makes and returns a plotly figure;
`Picture` shows one where no browser is at hand.
"""

from sodalyte.screen.plots_cell import ledger_figure, life_figure, retention_figure
from sodalyte.screen.plots_composition import composition_figure, ternary_figure
from sodalyte.screen.plots_data import measurements_figure
from sodalyte.screen.plots_pareto import pareto_figure
from sodalyte.screen.plots_response import dilution_figure, response_figure
from sodalyte.screen.plots_static import Picture
from sodalyte.screen.plots_style import COLOURS, ROLE_COLOURS, SERIES, nines, nines_axis
from sodalyte.screen.plots_trust import calibration_figure, parity_figure

__all__ = [
    "COLOURS",
    "ROLE_COLOURS",
    "SERIES",
    "Picture",
    "calibration_figure",
    "composition_figure",
    "dilution_figure",
    "ledger_figure",
    "life_figure",
    "measurements_figure",
    "nines",
    "nines_axis",
    "pareto_figure",
    "parity_figure",
    "response_figure",
    "retention_figure",
    "ternary_figure",
]
