"""Champion and challenger: on real measurements, one round of a campaign at a time."""

import csv
import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from sodalyte.datasets import load_ether_campaign
from sodalyte.screen.retraining.retrain import RetrainRequest, retrain
from sodalyte.screen.surrogates.registry import Registry
from sodalyte.screen.surrogates.snapshot import Snapshot, group_keys
from sodalyte.screen.surrogates.training import feature_matrix

DATA = Path(__file__).parent / "data"
WORSE = DATA / "worse_challenger.csv"
POISONED = DATA / "poisoned_rows.csv"
LAB = DATA.parent.parent / "examples" / "lab_measurements.csv"
CAMPAIGN = "ether_campaign"


@pytest.fixture(scope="module")
def rounds(tmp_path_factory):
    """The seven rounds of the sodium campaign as measurement files.

    The source does not state current, capacity and temperature; a measurement file
    has to, so the reference protocol stands there, as it would in a laboratory's own.
    """
    folder = tmp_path_factory.mktemp("rounds")
    frame = load_ether_campaign().frame
    header = (
        "formulation,metal,collector,current_density_mA_per_cm2,"
        "areal_capacity_mAh_per_cm2,temperature_C,ce_percent,ce_qualifier,work,"
        "outcome,iteration,row_id"
    )
    paths = []
    for number, part in frame.groupby("iteration"):
        path = folder / f"round{number}.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(header.split(","))
            for _, row in part.iterrows():
                told = ["", ""]
                if row["outcome"] == "ran":
                    told = [row["ce_percent"], row["ce_qualifier"]]
                protocol = ["Na", "Cu", 0.5, 1, 25, *told]
                tail = [row["work"], row["outcome"], number, row["row_id"]]
                writer.writerow([row["formulation"], *protocol, *tail])
        paths.append(path)
    return paths


@pytest.fixture(scope="module")
def shelf(tmp_path_factory):
    """A registry with the model of the bundled measurements as champion."""
    registry = Registry(tmp_path_factory.mktemp("shelf") / "registry")
    assert run(registry)["promoted"]
    return registry


@pytest.fixture(scope="module")
def small_shelf(tmp_path_factory):
    """A registry whose champion does not know the campaign."""
    registry = Registry(tmp_path_factory.mktemp("small") / "registry")
    assert run(registry, leave_out=(CAMPAIGN,))["promoted"]
    return registry


@pytest.fixture
def registry(shelf, tmp_path):
    shutil.copytree(shelf.folder, tmp_path / "registry")
    return Registry(tmp_path / "registry")


@pytest.fixture
def small(small_shelf, tmp_path):
    shutil.copytree(small_shelf.folder, tmp_path / "registry")
    return Registry(tmp_path / "registry")


def run(registry, *data, **options):
    return retrain(RetrainRequest(data=data, **options), registry=registry).document


def predicted(registry, version):
    from sodalyte.datasets.formulations.formulation import Formulation

    texts = ["1 M NaPF6 in G2", "1 M NaFSI in DME", "1 M NaPF6 in EC/DEC"]
    X = feature_matrix([Formulation.from_text(text) for text in texts])
    predictors = registry.load(version).predictors
    return np.concatenate(
        [
            predictors.coulombic_efficiency.predict_frame(X).to_numpy(dtype=float),
            predictors.oxidative_limit.predict_frame(X).to_numpy(dtype=float),
        ],
        axis=1,
    )


def shown(figure):
    return f"{figure['value']:+.3f} [{figure['low']:+.3f}, {figure['high']:+.3f}]"


@pytest.mark.slow
def test_a_campaign_one_round_at_a_time(small, rounds, capsys):
    lines, n_rows, promoted = [], 0, 0
    for path in rounds:
        before = small.champion
        made = run(small, path)
        assert made["champion"]["version"] == before
        forward, held_out = made["forward"], made["evaluation"]["figures"][0]
        # the gate may refuse a round, but only where it is worse beyond noise
        assert made["promoted"] == (held_out["difference"]["low"] <= 0), made["why"]
        n_rows += (len(path.read_text().splitlines()) - 1) if made["promoted"] else 0
        promoted += made["promoted"]
        earlier = forward.get("against_previous_champion")
        lines.append(
            f"{path.stem}: forward error {forward['rmse_nines']:.3f} nines, against "
            f"the mean {shown(forward['difference_to_mean'])}, against the champion "
            f"before {shown(earlier['difference']) if earlier else '(none)'}; held-out "
            f"CRPS {shown(held_out['difference'])}; {made['seconds']:.0f} s, "
            f"{made['cpu_seconds']:.0f} s of CPU"
        )
        if earlier:
            gap = earlier["difference"]
            assert gap["low"] <= gap["value"] <= gap["high"]
    with capsys.disabled():
        print("\n" + "\n".join(lines))
    assert promoted >= 6
    assert small.card(small.champion)["data"]["own_rows"] == n_rows
    champion = small.champion
    before = predicted(small, champion)
    refused = run(small, WORSE)
    assert not refused["promoted"]
    assert small.champion == champion
    earlier = small.previous
    kept = predicted(small, earlier)
    assert small.rollback(why="test") == (champion, earlier)
    assert np.array_equal(predicted(small, small.champion), kept)
    assert not np.array_equal(before, kept)
    total = [line for line in lines if "forward error" in line]
    assert len(total) == 7


def test_force_promotes_and_the_card_says_so(registry):
    before = predicted(registry, "v1")
    made = run(registry, WORSE, force=True)
    assert made["promoted"]
    assert made["forced"]
    version = made["challenger"]["version"]
    assert registry.champion == version
    assert registry.card(version)["promotion"]["forced"]
    text = (registry.folder / version / "card.md").read_text(encoding="utf-8")
    assert "Promoted by force" in text
    assert registry.rollback(why="it was worse") == (version, "v1")
    assert np.array_equal(predicted(registry, registry.champion), before)


def test_poisoned_rows_are_told_one_by_one_and_train_nothing(registry):
    made = retrain(RetrainRequest(data=(POISONED,)), registry=registry)
    assert made.is_refused
    assert registry.versions == ("v1",)
    told = {fault["row"]: fault for fault in made.document["faults"]}
    assert set(told) == {2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14}
    words = {
        3: "300",
        4: "fraction",
        5: "kelvin",
        6: "mA/cm2",
        7: "NaUnobtainium",
        8: "Li+",
        9: "row 2",
        11: "row 10",
    }
    for row, word in words.items():
        assert word in " ".join(str(part) for part in told[row].values())
        assert told[row]["remedy"]


def test_a_first_run_refuses_poison_before_anything_is_made(tmp_path):
    registry = Registry(tmp_path / "registry")
    made = retrain(RetrainRequest(data=(POISONED,)), registry=registry)
    assert made.is_refused
    assert made.document["champion"] is None
    assert registry.champion is None


def test_a_lab_file_is_told_drift_moves_and_reasons(registry):
    made = run(registry, LAB)
    kinds = {finding["kind"] for finding in made["drift"]["findings"]}
    assert "new component" in kinds
    assert "new work" in kinds
    moved = [abs(item["moved_nines"]) for item in made["moved"]]
    assert moved == sorted(moved, reverse=True)
    assert all("nearest new" in item["why"] for item in made["moved"])
    assert made["forward"]["n"] == len(made["changes"]["added"])
    again = run(registry, LAB)
    assert again["challenger"] is None or not again["changes"]["added"]
    if made["promoted"]:
        assert not again["promoted"]
        assert len(again["skipped"]) == made["forward"]["n"]


@pytest.mark.slow
def test_tuning_is_paid_for_in_every_fold(small, rounds):
    made = run(small, rounds[0], tune=True, n_trials=2)
    settings = made["settings"]
    assert set(settings) == {
        "linear_amplitude",
        "work_std",
        "whiten",
        "runs_local",
        "runs_linear",
    }
    # with tuning the two differ in every fold, so every row has a say
    assert made["evaluation"]["n_not_counted"] == 0
    version = made["challenger"]["version"]
    assert small.card(version)["settings"] == settings


@pytest.mark.slow
def test_the_same_file_and_seed_give_the_same_model_in_another_process(tmp_path):
    code = """
import sys
from pathlib import Path
from sodalyte.screen.surrogates.registry import Registry
from sodalyte.screen.retraining.retrain import RetrainRequest, retrain
request = RetrainRequest(
    data=(Path(sys.argv[2]),), leave_out=("ether_campaign",), seed=3, force=True
)
made = retrain(request, registry=Registry(sys.argv[1])).document
print(made["challenger"]["version"], made["challenger"]["data_sha256"])
"""
    told, figures = [], []
    for name in ("one", "other"):
        folder = tmp_path / name
        done = subprocess.run(
            [sys.executable, "-c", code, str(folder), str(LAB)],
            capture_output=True,
            text=True,
            check=True,
        )
        told.append(done.stdout.split())
        registry = Registry(folder)
        figures.append(predicted(registry, told[-1][0]))
        card = registry.card(told[-1][0])
        told[-1].append(json.dumps(card["evaluation"]))
    assert told[0] == told[1]
    assert np.abs(figures[0] - figures[1]).max() <= 1e-9


def test_wrong_requests_are_named(registry, tmp_path):
    with pytest.raises(ValueError, match=r"bundled one: .*ether_campaign"):
        run(registry, leave_out=("nonsense",))
    with pytest.raises(ValueError, match=r"nowhere\.csv"):
        run(registry, tmp_path / "nowhere.csv")


# -- one refused run, looked at from several sides -----------------------------------

PROPOSED = ["1 M NaPF6 in G2", "1 M NaPF6 in EC/DEC", "1 M NaPF6 in DEE:DME 2:3 v/v"]


@pytest.fixture(scope="module")
def refused(shelf, tmp_path_factory):
    folder = tmp_path_factory.mktemp("refused")
    shutil.copytree(shelf.folder, folder / "registry")
    sly = folder / "<b>sly.csv"
    shutil.copy(WORSE, sly)
    old = {
        "proposals": [
            {"id": f"P{i}", "formulation": text} for i, text in enumerate(PROPOSED)
        ]
    }
    registry = Registry(folder / "registry")
    request = RetrainRequest(data=(sly,), proposals=old)
    return retrain(request, registry=registry), registry


def test_a_worse_challenger_is_refused_and_kept(refused):
    made, registry = refused[0].document, refused[1]
    gap = made["evaluation"]["figures"][0]["difference"]
    assert gap["low"] > 0
    assert not made["promoted"]
    assert "worse beyond noise" in made["why"]
    assert registry.champion == made["champion"]["version"] == "v1"
    card = registry.card(made["challenger"]["version"])
    assert not card["promotion"]["promoted"]
    assert card["evaluation"]["figures"][0]["difference"] == gap


def test_rows_that_cannot_tell_the_two_apart_do_not_count(refused):
    made = refused[0].document
    evaluation = made["evaluation"]
    groups = {group["group"] for group in evaluation["groups"]}
    assert not any(name.startswith("lab-b-2026") for name in groups)
    assert evaluation["n_not_counted"] == 52
    assert evaluation["n"] + 52 == made["challenger"]["rows"]


def test_old_proposals_are_ranked_anew(refused):
    ranked = refused[0].document["proposals"]
    assert [item["rank_after"] for item in ranked] == [1, 2, 3]
    before = {item["formulation"]: item["rank_before"] for item in ranked}
    assert sorted(before.values()) == [1, 2, 3]
    assert before["1 M NaPF6 in EC/DEC"] == 3


def test_the_report_shows_what_the_document_holds_and_escapes_it(refused, tmp_path):
    made = refused[0]
    page = made.write(tmp_path / "out").read_text(encoding="utf-8")
    assert "stays champion" in page
    assert "<b>sly" not in page
    assert "&lt;b&gt;sly" in page
    assert json.loads((tmp_path / "out" / "retrain.json").read_text("utf-8"))
    for item in made.document["moved"]:
        assert item["formulation"] in page


def test_accepted_only_trains_on_the_sound_rows_and_says_so(registry, tmp_path):
    path = tmp_path / "corrections.csv"
    path.write_text(
        "row_id,action,column,value,reason\nN003,retract,,,doubtful\n", "utf-8"
    )
    made = run(registry, POISONED, accepted_only=True, corrections=path)
    assert len(made["faults"]) >= 13
    assert made["files"][0]["accepted"] == 2
    assert made["changes"]["removed"] == ["N003"]  # a bundled row
    assert any(row["reason"] == "retracted" for row in made["excluded"])
    version = made["challenger"]["version"]
    ledger = registry.snapshot(version)["ledger"]
    assert sorted(ledger["row_id"]) == ["c15", "c16"]
    notes = registry.card(version)["data"]["notes"]
    assert any("--accepted-only" in note for note in notes)


def test_a_correction_takes_effect_and_stays_in_the_history(small, rounds, tmp_path):
    run(small, rounds[0], force=True)
    path = tmp_path / "corrections.csv"
    path.write_text(
        "row_id,action,column,value,reason\n"
        "N003,retract,,,the cell was dry\n"
        "N004,amend,ce_percent,99.7,read off wrongly\n",
        encoding="utf-8",
    )
    made = run(small, rounds[1], corrections=path, force=True)
    assert made["changes"]["removed"] == ["own-N003"]
    assert made["changes"]["amended"] == ["own-N004"]
    assert len(made["changes"]["added"]) == 5
    version = made["challenger"]["version"]
    rows, _ = Snapshot.from_dict(small.snapshot(version)).training_rows()
    value = rows.set_index("row_id").at["own-N004", "ce_percent"]
    assert value == pytest.approx(99.7)
    keys = set(group_keys(rows))
    assert {f"WisconsinEtherCampaign2025, round {k}" for k in (0, 1)} <= keys
    assert "Seh2015_ACSCentSci" in keys
    history = small.card(version)["corrections"]
    assert [item["reason"] for item in history] == [
        "the cell was dry",
        "read off wrongly",
    ]
    assert history[1]["before"] == "99.6"
    text = (small.folder / version / "card.md").read_text(encoding="utf-8")
    assert "the cell was dry" in text


def test_own_rows_that_do_not_train_are_named(registry, tmp_path):
    path = tmp_path / "lithium.csv"
    path.write_text(
        "formulation,metal,collector,current_density_mA_per_cm2,"
        "areal_capacity_mAh_per_cm2,temperature_C,ce_percent,ce_qualifier,work,row_id\n"
        "1 M LiPF6 in EC:DEC (1:1 v/v),Li,Cu,0.5,1,25,97,=,lab-l,l1\n",
        "utf-8",
    )
    made = run(registry, path)
    assert made["challenger"] is None
    assert not made["promoted"]
    assert "own-l1 does not train: Li metal, not Na" in made["notes"]
