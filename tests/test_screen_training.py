import numpy as np
import pandas as pd
import pytest

from sodalyte.datasets import Formulation
from sodalyte.screen.surrogates import training
from sodalyte.screen.surrogates.training import bundled_predictors as default_predictors
from sodalyte.screen.surrogates.training import feature_matrix

GOOD, BAD = "1 M NaPF6 in G2", "1 M NaPF6 in EC:DEC 1:1 v/v"
TEXTS = [GOOD, BAD, "1 M NaPF6 in DME", "1 M NaFSI in G2", "5 M NaFSI in DME"]


def told(texts, **conditions):
    formulations = [Formulation.from_text(text) for text in texts]
    frame = pd.DataFrame([conditions] * len(texts)) if conditions else None
    X = feature_matrix(formulations, frame)
    return default_predictors().coulombic_efficiency.predict_frame(X)


def test_known_bad_formulation_comes_out_far_worse():
    found = told([GOOD, BAD])
    assert found["ce_percent_median"][0] > 99
    assert found["ce_percent_median"][1] < 50
    assert found["runs_probability"][0] > found["runs_probability"][1] + 0.5


def test_intervals_hold_the_median_and_stay_below_one_hundred():
    found = told(TEXTS)
    assert (found["ce_percent_low"] <= found["ce_percent_median"]).all()
    assert (found["ce_percent_median"] <= found["ce_percent_high"]).all()
    assert (found["ce_percent_high"] < 100).all()
    assert (found["ce_percent_low"] >= 0).all()


def test_quantiles_rise():
    X = feature_matrix([Formulation.from_text(text) for text in TEXTS])
    found = default_predictors().coulombic_efficiency.quantile(
        X, np.linspace(0.01, 0.99, 50)
    )
    assert (np.diff(found, axis=1) >= 0).all()


def test_a_practical_protocol_is_less_certain():
    usual = told(TEXTS)
    practical = told(
        TEXTS,
        collector="carbon-coated Al",
        areal_capacity_mAh_per_cm2=3.0,
        current_density_mA_per_cm2=1.0,
    )
    assert (practical["domain_distance"] > usual["domain_distance"]).all()
    good = usual["runs_probability"] > 0.9
    assert (practical["nines_std"] > usual["nines_std"])[good].all()


def test_the_same_liquid_on_another_collector_gets_another_answer():
    usual, porous = told([GOOD]), told([GOOD], collector="3D Cu")
    assert usual["nines_mean"][0] != pytest.approx(porous["nines_mean"][0], abs=1e-3)


def test_an_unknown_additive_widens_and_does_not_fail():
    found = told([GOOD, GOOD + " + 5 wt% VC"])
    assert found["domain_distance"][1] > found["domain_distance"][0]
    assert found["nines_std"][1] > found["nines_std"][0]


def test_measured_formulations_are_their_own_neighbours():
    predictors = default_predictors()
    X = feature_matrix([Formulation.from_text(GOOD)])
    order, distance = predictors.coulombic_efficiency.nearest(X, n=3)
    assert distance[0, 0] == pytest.approx(0.0, abs=1e-3)
    nearest = Formulation.from_text(predictors.frame["formulation"][order[0, 0]])
    assert nearest == Formulation.from_text(GOOD)


def test_limits_lie_where_the_reviews_put_them():
    formulations = [Formulation.from_text(text) for text in TEXTS]
    limit = default_predictors().oxidative_limit.predict_frame(
        feature_matrix(formulations)
    )
    median = limit["oxidative_limit_V_vs_Na_median"]
    assert 3.7 < median[0] < 4.1
    assert 3.7 < median[2] < 4.1
    assert median[1] > 4.2
    assert median[0] < median[4] < 4.9


def test_features_do_not_depend_on_the_batch():
    formulations = [Formulation.from_text(text) for text in TEXTS]
    efficiency = default_predictors().coulombic_efficiency
    together = efficiency.predict_frame(feature_matrix(formulations))
    for i, formulation in enumerate(formulations):
        alone = efficiency.predict_frame(feature_matrix([formulation]))
        np.testing.assert_allclose(
            alone.iloc[0].astype(float), together.iloc[i].astype(float), rtol=1e-4
        )


def test_amounts_are_shares_of_the_liquid_and_molarities():
    X = feature_matrix(
        [Formulation.from_text("0.9 M NaPF6 + 0.1 M NaBF4 in G2:DME 3:1 v/v")]
    )
    assert X["molarity_of_NaPF6_mol_per_L"][0] == pytest.approx(0.9)
    assert X["molarity_of_NaBF4_mol_per_L"][0] == pytest.approx(0.1)
    assert X["volume_fraction_of_G2"][0] == pytest.approx(0.75)
    assert X["volume_fraction_of_DME"][0] == pytest.approx(0.25)


def test_every_source_row_is_used_or_has_a_reason():
    predictors = default_predictors()
    assert (predictors.excluded["reason"] != "").all()
    assert not set(predictors.excluded["row_id"]) & set(predictors.frame["row_id"])


def test_kept_predictors_are_the_trained_ones(tmp_path, monkeypatch):
    monkeypatch.setenv("SODALYTE_HOME", str(tmp_path))
    training.bundled_predictors.cache_clear()
    first = training.bundled_predictors()
    assert list((tmp_path / "cache").glob("predictors-*.npz"))
    training.bundled_predictors.cache_clear()
    again = training.bundled_predictors()
    training.bundled_predictors.cache_clear()
    assert again.version == first.version
    pd.testing.assert_frame_equal(again.frame, first.frame, check_dtype=False)
    X = feature_matrix([Formulation.from_text(text) for text in TEXTS])
    pd.testing.assert_frame_equal(
        again.coulombic_efficiency.predict_frame(X),
        first.coulombic_efficiency.predict_frame(X),
    )


def test_the_cache_folder_follows_the_environment(tmp_path, monkeypatch):
    monkeypatch.setenv("SODALYTE_HOME", str(tmp_path))
    assert training.cache_folder() == tmp_path / "cache"
