from sodalyte.datasets.components.component import Component
from sodalyte.datasets.formulations.formulation import Formulation
from sodalyte.datasets.formulations.view import html_view


def test_components_and_assumptions_are_shown():
    html = html_view(Formulation.from_text("NaPF6/DME"))
    assert "<td>NaPF6</td><td>salt</td>" in html
    assert "1 M is assumed" in html
    assert html.count("<tr>") == 3


def test_names_are_escaped():
    odd = Component("<b>x</b>", "COC", "solvent", 46.07, 0.7, None, None)
    html = html_view(Formulation((odd,), (1.0,)))
    assert "<td>&lt;b&gt;x" in html
