"""Storage, explanations, cards, rules and benchmarks on the default predictors."""

import json

import numpy as np
import pandas as pd
import pytest

from sodalyte.datasets import Formulation
from sodalyte.datasets.loading.facts import load_qualitative_rules
from sodalyte.models import benchmarks, cards, explain, rules
from sodalyte.models.archive import read_archive, write_archive
from sodalyte.models.limit_benchmark import limit_leave_one_work_out
from sodalyte.models.storage import load_model, save_model
from sodalyte.models.transfer import joined_table
from sodalyte.screen.surrogates.training import (
    bundled_predictors,
    feature_matrix,
    limits_table,
    training_table,
)


@pytest.fixture(scope="module")
def predictors():
    return bundled_predictors()


@pytest.fixture(scope="module")
def sodium():
    X, frame, _ = training_table()
    return X, frame


def features(texts, conditions):
    known = conditions if len(conditions.columns) else None
    return feature_matrix([Formulation.from_text(text) for text in texts], known)


@pytest.mark.slow
def test_skops_brings_a_model_back(predictors, sodium, tmp_path):
    path = tmp_path / "models" / "efficiency.skops"
    save_model(predictors.coulombic_efficiency, path, notes={"rows": 68})
    model, notes = load_model(path)
    assert notes["rows"] == 68
    assert "numpy" in notes["versions"]
    want = predictors.coulombic_efficiency.predict_frame(sodium[0])
    pd.testing.assert_frame_equal(model.predict_frame(sodium[0]), want)
    assert [file.name for file in path.parent.iterdir()] == ["efficiency.skops"]


@pytest.mark.slow
def test_skops_refuses_types_outside_the_list(tmp_path):
    from sklearn.linear_model import LinearRegression
    from skops.io import dump

    path = tmp_path / "stranger.skops"
    dump({"model": pd.Series([1.0]), "other": LinearRegression()}, path)
    with pytest.raises(ValueError, match="types of this package only"):
        load_model(path)


def test_archive_brings_values_back(tmp_path):
    content = {"a": [1, 2.5, None, True], "b": (np.arange(3), "x"), "c": {"d": -1}}
    write_archive(content, tmp_path / "a.npz")
    found = read_archive(tmp_path / "a.npz")
    assert found["a"] == content["a"]
    assert found["c"] == content["c"]
    assert isinstance(found["b"], tuple)
    assert found["b"][0].tolist() == [0, 1, 2]


def test_archive_refuses_strangers(tmp_path):
    with pytest.raises(TypeError, match="An archive may hold"):
        write_archive({"a": object()}, tmp_path / "a.npz")
    tree = json.dumps({"kind": "object", "type": "Popen", "state": None})
    np.savez(tmp_path / "b.npz", tree=np.frombuffer(tree.encode(), dtype=np.uint8))
    with pytest.raises(ValueError, match="The file names 'Popen'"):
        read_archive(tmp_path / "b.npz")


@pytest.mark.parametrize("row", [0, 3, 42])
def test_shares_add_up_to_the_prediction(predictors, sodium, row):
    X, _ = sodium
    model = predictors.coulombic_efficiency
    shares = explain.explain_efficiency(model, X.iloc[[row]], X)
    mean = pd.DataFrame([X.mean()])
    gap = (
        model.distribution(X.iloc[[row]]).expected_nines
        - model.distribution(mean).expected_nines
    )
    assert shares["expected_nines"].sum() == pytest.approx(gap[0], abs=1e-3)


def test_every_feature_has_a_group(sodium):
    names = {name for name, _ in explain.feature_groups()}
    assert {explain.group_of(column) for column in sodium[0].columns} <= names


def test_explaining_two_rows_at_once_is_refused(predictors, sodium):
    with pytest.raises(ValueError, match="one formulation at a time"):
        explain.explain_efficiency(
            predictors.coulombic_efficiency, sodium[0][:2], sodium[0]
        )


def test_cards_are_plain_and_count_every_row(predictors):
    card = cards.efficiency_card(
        predictors.coulombic_efficiency, predictors.frame, predictors.excluded
    )
    assert json.loads(json.dumps(card)) == card
    data = card["data"]
    assert data["rows_used"] == data["rows_ran"] + data["rows_failed"]
    assert sum(data["reasons_of_exclusion"].values()) == data["rows_excluded"]
    text = cards.card_markdown(card)
    assert data["sha256"] in text
    limit = cards.limit_card(
        predictors.oxidative_limit, predictors.limits, limits_table()[2]
    )
    assert json.loads(json.dumps(limit)) == limit


def test_the_data_hash_sees_a_changed_value(predictors):
    changed = predictors.frame.copy()
    changed.loc[0, "ce_percent"] = 98.0
    assert cards.data_hash(changed) != cards.data_hash(predictors.frame)


@pytest.mark.slow
def test_every_rule_gets_a_verdict(sodium):
    table = load_qualitative_rules().frame
    limit_X, limits, _ = limits_table()
    found = rules.rule_verdicts(table, *sodium, limit_X, limits, features)
    assert found["row_id"].tolist() == table["row_id"].tolist()
    counts = found["verdict"].value_counts()
    assert counts["predicted"] >= 25
    first = found.set_index("row_id").loc["U001"]
    assert first["verdict"] == "predicted"
    assert first["n_held_out"] > 0


def test_a_rule_without_test_or_note_is_refused(sodium):
    unknown = pd.DataFrame({"row_id": ["U999"], "work": [""]})
    with pytest.raises(ValueError, match="needs a test or a note"):
        rules.rule_verdicts(unknown, *sodium, *sodium, features)


def test_no_row_of_a_rule_is_trained_on(sodium):
    fits = rules._Fits(*sodium, *sodium)
    work = "Seh2015_ACSCentSci"
    n_own = int((sodium[1]["work"] == work).sum())
    kept = fits.efficiency(work)
    assert fits.n_held_out(work) == n_own > 0
    assert len(kept.domain_.rows_) == len(sodium[1]) - n_own


@pytest.mark.slow
def test_learning_curve_falls(sodium):
    report = benchmarks.learning_curve(*sodium, shares=(0.3, 1.0), n_repeats=1)
    first, last = report["metrics"]["curve"]
    assert last["crps"] < first["crps"]
    assert first["n_train"] < last["n_train"]


def test_joined_tables_carry_the_ion():
    first = pd.DataFrame({"a": [1.0], "volume_fraction_of_G2": [0.5]})
    second = pd.DataFrame({"a": [2.0], "volume_fraction_of_DOL": [0.3]})
    joined = joined_table(first, second)
    assert joined["ion_of_second_metal"].tolist() == [0.0, 1.0]
    assert joined["volume_fraction_of_DOL"].tolist() == [0.0, 0.3]
    assert not joined.isna().any().any()


def test_limits_of_unseen_works_beat_one_limit_for_all():
    X, limits, _ = limits_table()
    report = limit_leave_one_work_out(X, limits)
    ours, flat = report["metrics"], report["baselines"]["one limit for all liquids"]
    assert ours["n"] == len(limits) == ours["n_values"] + ours["n_bounds"]
    assert ours["negative_log_likelihood"] < flat["negative_log_likelihood"]
    assert ours["coverage_90"]["low"] < 0.9 < ours["coverage_90"]["high"]
