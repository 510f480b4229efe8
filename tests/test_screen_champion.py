"""Which model predict and propose use, and what happens after an upgrade."""

import json
import logging

import pytest

from sodalyte.screen.retraining.card import make_card
from sodalyte.screen.retraining.retrain import RetrainRequest, retrain
from sodalyte.screen.surrogates.champion import champion_predictors
from sodalyte.screen.surrogates.registry import Registry
from sodalyte.screen.surrogates.registry_models import StoredModel
from sodalyte.screen.surrogates.snapshot import Snapshot
from sodalyte.screen.surrogates.training import bundled_predictors, default_predictors


@pytest.fixture
def home(tmp_path, monkeypatch):
    bundled_predictors()  # from the usual cache, before the home changes
    monkeypatch.setenv("SODALYTE_HOME", str(tmp_path))
    return tmp_path


def stored(**changes):
    snapshot = Snapshot(left_out=("ether_campaign",))
    predictors = snapshot.predictors("test")
    card = make_card(
        snapshot,
        predictors,
        parent=None,
        seed=0,
        evaluation={},
        promotion={"promoted": True, "forced": False, "why": "test"},
        notes=[],
    )
    code = {**card["code"], **changes}
    return StoredModel(predictors, snapshot.to_dict(), {**card, "code": code})


def test_without_a_registry_the_bundled_model_answers(home):
    assert champion_predictors() is None
    assert default_predictors() is bundled_predictors()


def test_the_champion_answers_and_comes_from_the_cache_the_second_time(home):
    registry = Registry()
    assert registry.folder == home / "registry"
    version = registry.add(stored())
    assert champion_predictors() is None  # entered, not promoted
    registry.promote(version, why="test")
    used = default_predictors()
    assert used.version == "v1 of the registry, test"
    assert len(used.frame) == 77
    quick = list((home / "cache").glob("champion-*.npz"))
    assert len(quick) == 1


def test_a_changed_champion_is_refused_even_with_its_cache(home):
    registry = Registry()
    registry.promote(registry.add(stored()), why="test")
    card = registry.folder / "v1" / "card.json"
    card.write_text(card.read_text("utf-8") + " ", "utf-8")
    with pytest.raises(ValueError, match="was changed"):
        champion_predictors()


def test_a_champion_whose_model_is_gone_is_told(home):
    registry = Registry()
    registry.promote(registry.add(stored()), why="test")
    registry.model_path("v1").unlink()
    with pytest.raises(ValueError, match="is missing"):
        champion_predictors()


def test_after_an_upgrade_the_note_says_to_refit_and_refitting_helps(home, caplog):
    registry = Registry()
    registry.add(stored(fingerprint="f" * 64))
    path = registry.folder / "registry.json"
    state = json.loads(path.read_text("utf-8"))
    state["champions"] = ["v1"]  # as the earlier code had promoted it
    path.write_text(json.dumps(state), "utf-8")
    with caplog.at_level(logging.WARNING, logger="sodalyte"):
        assert champion_predictors() is None
    assert "Run 'sodalyte retrain' to refit it" in caplog.text
    assert default_predictors() is bundled_predictors()
    made = retrain(RetrainRequest(), registry=registry).document
    assert made["promoted"]
    assert "refitted by this code" in made["why"]
    used = default_predictors()
    assert used.version.startswith("v2 of the registry")
    assert len(used.frame) == 77
