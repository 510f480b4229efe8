import numpy as np
import pandas as pd
import pytest

from sodalyte.models.oxidative_limit import (
    OxidativeLimit,
    as_usable_cutoff,
    exclusion_reasons,
    prior_table,
)

ONSET, FREE = "oxidation_potential_min_V_vs_Na", "free_solvent_fraction"


def limits(rows):
    return pd.DataFrame(
        rows, columns=["quantity", "value_V_vs_Na", "qualifier", "modifier"]
    ).assign(formulation="1 M NaPF6 in G2", note="")


FRAME = limits(
    [
        ("usable_upper_cutoff", 3.8, "=", ""),
        ("upper_cutoff_failing", 4.2, "=", ""),
        ("stability_window_upper", 5.0, "=", ""),
        ("usable_upper_cutoff", 4.25, "=", "3A zeolite molecular sieve film"),
        ("aluminium_corrosion_limit", 3.2, ">", ""),
    ]
)
X = pd.DataFrame({ONSET: [5.1, 5.1, 6.6, 5.1, 5.0], FREE: [0.7, 0.7, 0.6, 0.7, 0.7]})


def test_modifiers_and_other_quantities_do_not_count():
    reasons = exclusion_reasons(FRAME)
    assert (reasons == "").tolist() == [True, True, True, False, False]
    model = OxidativeLimit().fit(X, FRAME)
    plain = OxidativeLimit().fit(X[:3], FRAME[:3])
    np.testing.assert_allclose(model.predict(X), plain.predict(X))


def test_quantities_are_kept_apart():
    value, std, side = as_usable_cutoff(FRAME[:3], 0.25)
    assert side.tolist() == [1, -1, 0]
    assert value.tolist() == [3.8, 4.2, 4.5]
    assert std[2] > std[0]


def test_without_rows_the_prior_speaks():
    model = OxidativeLimit().fit(X[:0], FRAME[:0])
    np.testing.assert_allclose(model.weights_, prior_table()["mean"], atol=1e-4)


def test_limit_rises_with_onset_and_falls_with_free_solvent():
    model = OxidativeLimit().fit(X, FRAME)
    steps = pd.DataFrame({ONSET: [5.0, 6.0, 6.0], FREE: [0.7, 0.7, 0.1]})
    assert (np.diff(model.predict(steps)) > 0).all()


def test_signs_hold_whatever_the_data_say():
    perverse = limits(
        [("usable_upper_cutoff", 5.5, "=", ""), ("upper_cutoff_failing", 3.0, "=", "")]
        * 20
    )
    features = pd.DataFrame({ONSET: [4.5, 7.0] * 20, FREE: [0.9, 0.1] * 20})
    weights = OxidativeLimit().fit(features, perverse).weights_
    assert weights[1] >= 0 >= weights[2]


def test_far_from_the_rows_intervals_are_wider():
    model = OxidativeLimit().fit(X, FRAME)
    told = model.predict_frame(pd.DataFrame({ONSET: [5.1, 9.0], FREE: [0.7, 0.0]}))
    width = told["oxidative_limit_V_vs_Na_high"] - told["oxidative_limit_V_vs_Na_low"]
    assert width[1] > width[0]
    assert told["in_domain"].tolist() == [True, False]


def test_an_uncertain_onset_widens():
    model = OxidativeLimit().fit(X, FRAME)
    sure = model.predict(X, return_std=True)[1]
    unsure = model.predict(
        X.assign(oxidation_potential_min_std_V=1.0), return_std=True
    )[1]
    assert (unsure > sure).all()


def test_missing_features_are_named():
    with pytest.raises(ValueError, match="'free_solvent_fraction' is missing"):
        OxidativeLimit().fit(X.drop(columns=FREE), FRAME)
