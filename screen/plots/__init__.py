"""Pictures of data, predictions, cells and proposals: notebooks and report alike.

Every function takes tables that the package makes and returns a plotly figure;
`Picture` shows one where no browser is at hand.
"""

from sodalyte.screen.plots.cell import ledger_figure, life_figure, retention_figure
from sodalyte.screen.plots.composition import composition_figure, ternary_figure
from sodalyte.screen.plots.data import measurements_figure
from sodalyte.screen.plots.page import Panel, check_picture_path, write_pictures
from sodalyte.screen.plots.pareto import pareto_figure
from sodalyte.screen.plots.response import dilution_figure, response_figure
from sodalyte.screen.plots.static import Picture
from sodalyte.screen.plots.style import COLOURS, ROLE_COLOURS, SERIES, nines, nines_axis
from sodalyte.screen.plots.trust import calibration_figure, parity_figure

__all__ = [
    "COLOURS",
    "ROLE_COLOURS",
    "SERIES",
    "Panel",
    "Picture",
    "calibration_figure",
    "check_picture_path",
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
    "write_pictures",
]
