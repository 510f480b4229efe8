"""Predictions for a laboratory that the model has learnt from."""

import numpy as np
import pandas as pd
import pytest

from sodalyte.models.baselines import ScikitBaseline
from sodalyte.models.coulombic_efficiency import CoulombicEfficiency
from sodalyte.models.members import ProcessMember
from sodalyte.models.nines import nines_from_percent
from sodalyte.models.observations import read_observations
from sodalyte.models.scoring import held_out
from sodalyte.models.selection import ChosenMember
from sodalyte.models.validation import grouped_k_fold
from sodalyte.screen.surrogates.training import training_table

CAMPAIGN = "WisconsinEtherCampaign2025"
HIGH = "Seh2015_ACSCentSci"


@pytest.fixture(scope="module")
def sodium():
    X, frame, _ = training_table()
    return X, frame


@pytest.fixture(scope="module")
def model(sodium):
    return CoulombicEfficiency().fit(*sodium)


def test_an_unknown_laboratory_is_the_default(model, sodium):
    X = sodium[0]
    pd.testing.assert_frame_equal(
        model.in_laboratory(None).predict_frame(X), model.predict_frame(X)
    )
    assert model.in_laboratory(CAMPAIGN).laboratory_ == CAMPAIGN
    assert model.laboratory_ is None  # the original stays what it was


def test_predictions_move_by_the_offset(model, sodium):
    X = sodium[0]
    offsets = model.laboratories().set_index("work")["offset_nines"]
    for work in (CAMPAIGN, HIGH):
        moved = model.in_laboratory(work).predict(X) - model.predict(X)
        assert moved == pytest.approx(np.full(len(X), offsets[work]), abs=2e-3)
    assert offsets[CAMPAIGN] < 0 < offsets[HIGH]


def test_to_know_the_laboratory_never_widens_an_interval(model, sodium):
    X = sodium[0]
    _, unknown = model.predict(X, return_std=True)
    for work in model.laboratories()["work"]:
        _, own = model.in_laboratory(work).predict(X, return_std=True)
        assert (own <= unknown + 1e-9).all()
    _, own = model.in_laboratory(CAMPAIGN).predict(X, return_std=True)
    assert np.median(own) < 0.9 * np.median(unknown)


def test_the_probability_to_run_does_not_depend_on_the_laboratory(model, sodium):
    X = sodium[0]
    own = model.in_laboratory(CAMPAIGN).runs_probability(X)
    assert np.array_equal(own, model.runs_probability(X))


def test_a_laboratory_without_measurements_is_refused(model):
    with pytest.raises(ValueError, match="Got 'Wisconsin'; nearest of 27: Wisconsin"):
        model.in_laboratory("Wisconsin")


def test_own_rows_come_first_among_equally_near_ones(model, sodium):
    X, frame = sodium
    row = X[(frame["row_id"] == "N004").to_numpy()]  # diglyme on copper, in both
    anyone, distance = model.nearest(row)
    own, same = model.in_laboratory(HIGH).nearest(row)
    assert distance[0, :2].tolist() == [0.0, 0.0]
    assert np.array_equal(same, distance)
    assert frame["work"].iloc[anyone[0, 0]] == CAMPAIGN
    assert frame["work"].iloc[own[0, 0]] == HIGH


def test_told_the_laboratory_unseen_liquids_are_predicted_better(sodium):
    """On real rows: smaller error, and the intervals hold what they promise."""
    X, frame = sodium
    rows = read_observations(X, frame)
    exact = (rows["has_nines"] & (rows["side"] == 0)).to_numpy()
    truth = nines_from_percent(frame["ce_percent"].to_numpy(dtype=float))
    gaps = {"own": [], "unknown": []}
    scores = []
    for train, test in grouped_k_fold(list(frame["solvent_set"]), n_splits=6):
        fitted = CoulombicEfficiency().fit(
            X.iloc[train].reset_index(drop=True),
            frame.iloc[train].reset_index(drop=True),
        )
        known = set(fitted.laboratories()["work"])
        for i in test[exact[test]]:
            if (work := frame["work"].iloc[i]) not in known:
                continue
            at = X.iloc[[i]]
            mean, std = fitted.in_laboratory(work).predict(at, return_std=True)
            gaps["own"].append(mean[0] - truth[i])
            gaps["unknown"].append(fitted.predict(at)[0] - truth[i])
            scores.append(abs(mean[0] - truth[i]) / std[0])
    error = {name: np.sqrt(np.mean(np.square(gap))) for name, gap in gaps.items()}
    assert len(scores) > 30
    assert error["own"] < error["unknown"]
    assert np.mean(np.array(scores) < 1.645) > 0.85


def test_benchmarks_tell_the_laboratory_only_to_those_that_want_it(sodium):
    """An offset of one nine is found by the told, and missed by the others."""
    X, frame = sodium
    rows = read_observations(X, frame)
    rows.loc[rows["work"] == "Cao2016_NanoEnergy", "nines"] += 1.0
    at = np.flatnonzero(rows["work"] == "Cao2016_NanoEnergy")
    splits = [(np.setdiff1d(np.arange(len(X)), at[:2]), at[:2])]
    candidates = [ProcessMember(local=("chemistry", "conditions"), linear=())]
    every = ("chemistry", "conditions")
    models = {
        "ours": ChosenMember(candidates),
        "forest": ScikitBaseline("forest", every),
    }
    for name, one in models.items():
        told = one.__class__(**{**one.get_params(deep=False), "told_laboratory": True})
        blind, knowing = (
            held_out(X, rows, splits, [m])[0][at[:2]] for m in (one, told)
        )
        assert np.abs(blind - knowing).max() > 1e-6, name
        if name == "ours":
            assert (knowing > blind).all()
