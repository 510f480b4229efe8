import sys

import numpy as np
import pytest

from sodalyte.screen.benchmarks.replay import (
    SEEDS,
    TUNING_SEEDS,
    replay,
    replay_na,
    run,
    summary,
)
from sodalyte.screen.benchmarks.replay_peers import (
    PEERS,
    absent_peers,
    composition_of,
)
from sodalyte.screen.benchmarks.replay_policies import POLICIES, expected_nines
from sodalyte.screen.benchmarks.replay_pool import lithium_pool, sodium_pool
from sodalyte.screen.cli.benchmark import show_table


@pytest.fixture(scope="module")
def lithium():
    return lithium_pool()


@pytest.fixture(scope="module")
def sodium():
    return sodium_pool()


def test_tuning_and_reported_seeds_are_apart():
    assert SEEDS == tuple(range(10))
    assert not set(SEEDS) & set(TUNING_SEEDS)


def test_the_lithium_pool_holds_every_composition_once(lithium):
    texts = [f.canonical for f in lithium.formulations]
    assert len(set(texts)) == len(texts) == len(lithium.nines) == len(lithium.frame)
    order = np.argsort(-lithium.nines)
    assert set(lithium.targets) <= set(order[:10].tolist())
    assert len(lithium.targets) == 8
    rest = np.delete(lithium.nines, list(lithium.targets))
    assert lithium.nines[list(lithium.targets)].min() > rest.max()
    assert str(len(texts)) in lithium.note


def test_the_sodium_pool_starts_from_the_published_initial_set(sodium):
    assert len(sodium.start) == 10
    assert len(sodium.nines) == 40
    best = sodium.targets[0]
    assert best not in sodium.start
    assert sodium.frame["ce_percent"][best] == 99.949
    assert (sodium.nines[sodium.frame["outcome"] != "ran"] == 0).all()


def test_what_is_known_beforehand_holds_no_row_of_the_campaign(sodium):
    X, rows = sodium.papers
    assert len(X) == len(rows) == 77
    assert not set(rows["row_id"]) & set(sodium.frame["row_id"])
    assert not set(rows["work"]) & set(sodium.frame["work"])


def test_the_sodium_replay_tells_of_random_starts_too():
    result = replay_na(seeds=[1, 2], methods=["random"])
    starts = result["random_starts"]["metrics"]["experiments_to_all"]["per_seed"]
    assert len(starts) == 2
    without = result["baselines"]["sodalyte_without_papers"]["experiments_to_all"]
    assert without["per_seed"][0] == without["per_seed"][1]  # one start, no chance
    assert starts != without["per_seed"]


def test_the_published_order_finds_the_best_at_its_sixteenth(sodium):
    result = replay_na(seeds=[0], methods=["random"])
    order = result["baselines"]["published_order"]
    assert order["experiments_to_all"]["per_seed"] == [16]


@pytest.mark.parametrize("name", list(POLICIES))
def test_every_method_picks_free_rows_and_repeats_itself(name, sodium):
    known = np.array(sodium.start)
    free = np.setdiff1d(np.arange(40), known)
    picks = [
        POLICIES[name](sodium, known, free, 2, np.random.default_rng(7)) for _ in "ab"
    ]
    assert len(set(picks[0].tolist())) == 2
    assert set(picks[0].tolist()) <= set(free.tolist())
    assert picks[0].tolist() == picks[1].tolist()


def test_a_method_never_sees_what_it_has_not_measured(lithium):
    """Hidden results may be anything: the choice must not change."""
    import dataclasses

    rng = np.random.default_rng(0)
    known = rng.choice(len(lithium.nines), 20, replace=False)
    free = np.setdiff1d(np.arange(len(lithium.nines)), known)
    nines, frame = lithium.nines.copy(), lithium.frame.copy()
    nines[free] = rng.permutation(nines[free])
    frame.loc[free, "ce_percent"] = 100 * (1 - 10 ** -nines[free])
    shuffled = dataclasses.replace(lithium, nines=nines, frame=frame)
    for name, policy in POLICIES.items():
        picks = [
            policy(pool, known, free, 2, np.random.default_rng(1)).tolist()
            for pool in (lithium, shuffled)
        ]
        assert picks[0] == picks[1], name


def test_an_oracle_needs_as_many_experiments_as_targets(lithium):
    def oracle(pool, known, free, n, rng):
        wanted = [t for t in pool.targets if t in set(free.tolist())]
        return np.array([*wanted, *np.setdiff1d(free, wanted)][:n])

    one = run(lithium, oracle, seed=0)
    starts = np.random.default_rng([0, 0]).choice(144, 10, replace=False)
    at_start = len(set(lithium.targets) & set(starts.tolist()))
    assert one.experiments_to_all == 8 - at_start
    assert one.experiments_to_half == 4 - at_start
    assert one.n_found == 8


def test_a_run_without_success_counts_its_budget(lithium):
    def avoid(pool, known, free, n, rng):
        return np.setdiff1d(free, pool.targets)[:n]

    one = run(lithium, avoid, seed=0, budget=20)
    assert (one.experiments_to_half, one.experiments_to_all) == (20, 20)
    both = summary([one, one])
    assert both["experiments_to_half"]["median"] == 20
    assert both["experiments_to_half"]["per_seed"] == [20, 20]


def test_expected_nines_count_failures_as_nothing():
    import pandas as pd

    predicted = pd.DataFrame(
        {
            "nines_mean": [2.0, 2.0],
            "nines_std": [0.0, 0.5],
            "runs_probability": [0.5, 1],
        }
    )
    figures = expected_nines(predicted)
    assert figures["score_mean"].tolist() == [1.0, 2.0]
    assert figures["score_std"].tolist() == pytest.approx([1.0, 0.5])


def test_an_unknown_method_is_named(sodium):
    with pytest.raises(KeyError, match="No method magic; there are: sodalyte"):
        replay(sodium, seeds=[0], methods=["magic"])


def test_the_best_sodium_recipe_is_found_within_six_experiments(sodium):
    result = replay(sodium, seeds=[100], methods=[], batch_size=1, budget=30)
    assert result["metrics"]["experiments_to_all"]["median"] <= 6
    assert result["baselines"] == {}


@pytest.mark.slow
def test_the_lithium_replay_beats_random_by_far(lithium):
    result = replay(lithium, seeds=TUNING_SEEDS[:3], methods=["random"])
    ours = result["metrics"]["experiments_to_half"]["median"]
    assert ours < result["baselines"]["random"]["experiments_to_half"]["median"]
    assert result["metrics"]["n_found"]["median"] >= 7


def test_peers_that_are_not_installed_are_named_not_forgotten(sodium):
    result = replay(sodium, seeds=[0], methods=["random", *PEERS], budget=2)
    assert set(result["absent"]) == set(absent_peers())
    assert set(result["baselines"]) == {"random", *set(PEERS) - set(absent_peers())}
    assert len(result["notes"]) == len(result["absent"])


def test_a_peer_without_a_module_it_needs_is_absent(monkeypatch):
    monkeypatch.setitem(sys.modules, "botorch", None)
    assert "bofire" in absent_peers()


def test_unknown_methods_are_refused_with_those_there_are(sodium):
    with pytest.raises(KeyError, match=r"No method simplex.*baybe, bofire"):
        replay(sodium, seeds=[0], methods=["simplex"])


def test_peers_see_each_recipe_once_by_its_composition(lithium):
    encoding = composition_of(lithium)
    assert encoding.index.is_unique
    assert encoding.columns.is_unique
    assert len(encoding.drop_duplicates()) == len(lithium.nines)
    fractions = lithium.formulations.mole_fractions
    assert encoding.to_numpy().sum() == pytest.approx(fractions.sum())


def test_the_command_shows_medians_quartiles_and_who_is_absent(sodium, capsys):
    document = replay(sodium, seeds=[0, 1], methods=["random"], budget=5)
    document["absent"] = ["bofire"]
    show_table(document)
    shown = capsys.readouterr().out
    half = document["metrics"]["experiments_to_half"]
    low, high = half["quartiles"]
    assert f"{half['median']:.3g} ({low:.3g} to {high:.3g})" in shown
    assert "not installed" in shown


def test_a_method_that_picks_a_recipe_twice_is_refused(sodium):
    def twice(pool, known, free, n, rng):
        return np.repeat(free[:1], n)

    with pytest.raises(ValueError, match="at most once"):
        run(sodium, twice, 0, batch_size=2, budget=4)
