import numpy as np
import pytest

from sodalyte.datasets.formulations.array import FormulationArray
from sodalyte.datasets.formulations.formulation import Formulation
from sodalyte.datasets.formulations.mixture import Mixture

TEXTS = (
    "1 M NaPF6 in G2",
    "2 M NaFSI in DME:BTFE 1:2 v/v + 2 wt% FEC",
    "EC:PC 1:1 v/v",
)
ROWS = [Formulation.from_text(text) for text in TEXTS]
VIEWS = [name for name, view in vars(Mixture).items() if isinstance(view, property)]
PER_COMPONENT = [n for n in VIEWS if n.endswith("fractions") or n.startswith("mola")]
TOTALS = sorted({*VIEWS} - {*PER_COMPONENT, "names", "roles", "_x"})


def test_the_views_are_those_of_the_contract():
    assert len(PER_COMPONENT) == 4
    assert len(TOTALS) == 5


@pytest.mark.parametrize("view", TOTALS)
def test_one_mixture_and_many_agree(view):
    array = getattr(FormulationArray.from_list(ROWS), view)
    for row, value in zip(ROWS, array, strict=True):
        one = getattr(row, view)
        assert isinstance(one, float)
        assert one == pytest.approx(value, rel=1e-12, nan_ok=True)


@pytest.mark.parametrize("view", PER_COMPONENT)
def test_one_component_and_many_agree(view):
    array = FormulationArray.from_list(ROWS)
    column = {(c.name, c.role): i for i, c in enumerate(array.components)}
    table = getattr(array, view)
    assert table.shape == (3, len(column))
    for i, row in enumerate(ROWS):
        one = getattr(row, view)
        assert isinstance(one, tuple)
        places = [column[key] for key in zip(row.names, row.roles, strict=True)]
        assert np.allclose(one, table[i, places], rtol=1e-12)
