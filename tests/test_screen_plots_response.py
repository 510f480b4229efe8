import pandas as pd
import pytest

from sodalyte.screen.plots import dilution_figure, response_figure


def test_the_response_has_two_panels_with_bands_and_measured_points():
    response = pd.DataFrame({"x": [0.5, 1.0]})
    for name, middle in (("nines", 2.0), ("limit_V", 4.0)):
        for bound, shift in (("median", 0.0), ("low", -1.0), ("high", 1.0)):
            response[f"{name}_{bound}"] = [middle + shift, middle + shift + 0.1]
    measured = pd.DataFrame({"x": [1.0], "nines": [2.5], "label": ["1 M"]})
    figure = response_figure(response, measured, x="x", x_title="salt (mol/L)")
    bands = [t for t in figure.data if t.fill == "toself"]
    lines = [t for t in figure.data if t.mode == "lines" and t.fill is None]
    assert [list(line.y) for line in lines] == [[2.0, 2.1], [4.0, 4.1]]
    assert [line.yaxis for line in lines] == ["y", "y2"]
    assert list(bands[0].y) == pytest.approx([3.0, 3.1, 1.1, 1.0])
    points = figure.data[-1]
    assert (list(points.x), list(points.y)) == ([1.0], [2.5])
    assert figure.layout.xaxis.title.text == "salt (mol/L)"
    assert "V vs Na/Na+" in figure.layout.yaxis2.title.text
    nothing = response_figure(response, measured[:0], x="x", x_title="salt (mol/L)")
    assert len(nothing.data) == len(figure.data) - 1


def test_a_dilution_shows_orbitals_donors_and_pairs():
    columns = {
        "homo_max_eV": [-10.0, -10.1],
        "lumo_min_eV": [0.1, 0.2],
        "donor_number_solvent_mean_kcal_per_mol": [20.0, 21.0],
        "donor_number_anion_mean_kcal_per_mol": [10.0, 10.0],
        "ssip_share": [0.7, 0.1],
        "cip_share": [0.2, 0.2],
        "agg_share": [0.1, 0.7],
    }
    features = pd.DataFrame({"x": [1.0, 2.0], **columns})
    figure = dilution_figure(features, x="x", x_title="salt (mol/L)")
    drawn = [list(trace.y) for trace in figure.data]
    assert drawn == list(columns.values())
    titles = [figure.layout[f"yaxis{n}"].title.text for n in ("", 2, 3)]
    units = ("eV", "kcal/mol", "fraction")
    assert all(u in title for u, title in zip(units, titles, strict=True))
    domains = [figure.layout[f"yaxis{n}"].domain for n in ("", 2, 3)]
    assert domains[0][0] > domains[1][1] > domains[1][0] > domains[2][1]
    with pytest.raises(ValueError, match="missing: agg_share"):
        dilution_figure(features.drop(columns="agg_share"), x="x", x_title="x")
