import pytest

from sodalyte import Formulation, predict
from sodalyte.screen.judging.series import dilution_series, molarity_series


def test_more_salt_leaves_the_liquids_in_their_ratio():
    base = Formulation.from_text("0.9 M NaPF6 + 0.1 M NaBF4 in DME/G2 (1:3 v/v)")
    series = molarity_series(base, [0.5, 2.0])
    for value, recipe in zip(series.values, series.formulations, strict=True):
        assert recipe.salt_molarity_mol_per_L == pytest.approx(value, rel=1e-6)
        volumes = dict(zip(recipe.names, recipe.volume_fractions, strict=True))
        assert volumes["G2"] / volumes["DME"] == pytest.approx(3.0)
        molarity = dict(zip(recipe.names, recipe.molarity_mol_per_L, strict=True))
        assert molarity["NaPF6"] / molarity["NaBF4"] == pytest.approx(9.0)


def test_additives_keep_their_mass_fraction_and_role():
    base = Formulation.from_text("1 M NaClO4 in EC/PC (1:1 v/v) + 5 wt% FEC")
    recipe = molarity_series(base, [0.3]).formulations[0]
    masses = dict(zip(recipe.names, recipe.mass_fractions, strict=True))
    before = dict(zip(base.names, base.mass_fractions, strict=True))
    assert masses["FEC"] == pytest.approx(before["FEC"])
    assert dict(zip(recipe.names, recipe.roles, strict=True))["FEC"] == "additive"


def test_the_base_is_a_point_of_its_own_series():
    base = Formulation.from_text("1 M NaPF6 in G2")
    recipe = molarity_series(base, [1.0]).formulations[0]
    assert recipe.canonical == base.canonical


def test_dilution_keeps_the_base_and_reaches_the_share():
    base = Formulation.from_text("NaFSI:DME 1:1.2 mol")
    series = dilution_series(base, "BTFE", [0.0, 0.5])
    assert series.formulations[0].canonical == base.canonical
    thin = series.formulations[1]
    moles = dict(zip(thin.names, thin.mole_fractions, strict=True))
    assert moles["DME"] / moles["NaFSI"] == pytest.approx(1.2)
    volumes = dict(zip(thin.names, thin.volume_fractions, strict=True))
    assert volumes["BTFE"] == pytest.approx(0.5)


def test_the_response_is_what_predict_says():
    base = Formulation.from_text("1 M NaPF6 in G2")
    row = molarity_series(base, [1.0]).response().iloc[0]
    told = predict("1 M NaPF6 in G2").iloc[0]
    percent = 100 * (1 - 10 ** -row["nines_median"])
    assert percent == pytest.approx(told["ce_percent_median"])
    assert row["limit_V_low"] == told["oxidative_limit_V_vs_Na_low"]


def test_measured_recipes_are_found_where_they_lie():
    series = molarity_series(Formulation.from_text("1 M NaPF6 in G2"), [0.5, 2.0])
    measured = series.measured()
    assert len(measured) >= 3
    assert measured["salt_molarity_mol_per_L"].tolist() == pytest.approx(
        [1.0] * len(measured)
    )
    assert measured["label"].str.startswith("1 M NaPF6 in G2").all()
    base = Formulation.from_text("NaFSI:DME 1:1.2 mol")
    thinned = dilution_series(base, "BTFE", [0.0, 0.5]).measured()
    assert (thinned["volume_fraction_BTFE"] > 0.3).any()
    assert not thinned["label"].str.contains("NaPF6").any()


def test_features_carry_the_amount_that_varies():
    base = Formulation.from_text("1 M NaFSI in DME")
    X = molarity_series(base, [0.5, 4.0]).features()
    assert X["salt_molarity_mol_per_L"].tolist() == [0.5, 4.0]
    assert X["ssip_share"].iloc[0] > X["ssip_share"].iloc[1]
    assert X["agg_share"].iloc[0] < X["agg_share"].iloc[1]


def test_what_makes_no_series_is_refused():
    with pytest.raises(ValueError, match="needs a salt"):
        molarity_series(Formulation.from_text("DME"), [1.0])
    base = Formulation.from_text("1 M NaPF6 in DME")
    with pytest.raises(ValueError, match="Got DME on"):
        dilution_series(base, "DME", [0.5])
    with pytest.raises(ValueError, match=r"shares\s+\[1.0\] out of range"):
        dilution_series(base, "BTFE", [1.0])
