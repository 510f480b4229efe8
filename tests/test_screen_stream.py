"""Screening: one result for any sharing of the work, after any kill."""

import json
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pandas as pd
import pytest

from sodalyte.screen.choosing.pareto import pareto_mask
from sodalyte.screen.proposing.pool import PARETO, judge_all
from sodalyte.screen.space.search_space import SearchSpace
from sodalyte.screen.streaming.checkpoint import (
    Checkpoint,
    read_checkpoint,
    write_checkpoint,
)
from sodalyte.screen.streaming.source import LibrarySource, SpaceSource, read_library
from sodalyte.screen.streaming.stream import make_job, screen
from sodalyte.screen.streaming.tally import Entry, Rejected, Tally, recipe_key

BLOCK = SpaceSource.block_rows
COUNT = 2 * BLOCK + 100


@pytest.fixture(scope="module")
def job():
    return make_job(SpaceSource(SearchSpace.default(), COUNT), top=12, draws=2)


@pytest.fixture(scope="module")
def found(job):
    return screen(job)


def figures(document):
    kept = ("screened", "top", "pareto", "rejected", "n_rejected", "settings")
    return json.dumps({name: document[name] for name in kept}, sort_keys=True)


# -- the result is that of judging everything at once -------------------------------


def test_top_and_front_are_those_of_all_rows(job, found):
    space = job.source.space
    candidates = space.sample(COUNT, 0)
    table = judge_all(job.judge, candidates, job.draws)[1]
    order = np.lexsort((np.arange(COUNT), -table["score_mean"].to_numpy()))
    best: dict[str, float] = {}
    for i in order[:2_000]:
        best.setdefault(recipe_key(candidates, i), table["score_mean"][i])
    expected = list(best.values())[: job.size]
    assert [e.score for e in found.tally.top] == pytest.approx(expected, abs=1e-6)
    values = table[list(PARETO)].to_numpy()
    front = np.unique(values[pareto_mask(values)].round(9), axis=0)
    ours = np.array([e.objectives for e in found.tally.front])
    np.testing.assert_allclose(np.sort(ours, axis=0), np.sort(front, axis=0), atol=1e-5)
    assert found.document["screened"] == COUNT


def test_kept_recipes_are_distinct_and_ranked(found):
    top = found.document["top"]
    assert [entry["rank"] for entry in top] == list(range(1, 13))
    assert len({entry["formulation"] for entry in top}) == 12
    scores = [entry["score"] for entry in top]
    assert scores == sorted(scores, reverse=True)
    frame = found.to_frame()
    assert frame["ce_percent_median"].between(0, 100).all()
    assert len(frame) == 12


@pytest.mark.parametrize("blocks_per_task", [1, 2, 3])
def test_the_sharing_of_work_changes_nothing(job, found, blocks_per_task):
    again = screen(job, blocks_per_task=blocks_per_task)
    assert figures(again.document) == figures(found.document)
    assert again.tally == found.tally


@pytest.mark.slow
def test_processes_change_nothing(job, found):
    again = screen(job, workers=2)
    assert again.tally == found.tally
    assert figures(again.document) == figures(found.document)


def test_a_longer_screening_begins_with_the_shorter(job, found):
    shorter = make_job(SpaceSource(job.source.space, BLOCK + 7), top=12, draws=2)
    rows = {e.row: e.score for e in found.tally.top}
    for entry in screen(shorter).tally.top:
        if entry.row in rows:
            assert entry.score == rows[entry.row]


# -- tallies ------------------------------------------------------------------------


def entry(row, score, key=None, objectives=(0.0, 0.0)):
    return Entry(row, key or f"recipe {row}", score, 0.1, objectives)


def test_tallies_merge_in_any_order():
    rng = np.random.default_rng(3)
    entries = [
        entry(i, float(s), f"recipe {k}", (float(a), float(b)))
        for i, (s, k, a, b) in enumerate(
            zip(
                rng.integers(0, 20, 200) / 20,
                rng.integers(0, 60, 200),
                rng.integers(0, 9, 200),
                rng.integers(0, 9, 200),
                strict=True,
            )
        )
    ]

    def tally(part):
        one = Tally(5)
        for item in part:
            one = one.merge(Tally(5, 1, (item,), (item,)))
        return one

    whole = tally(entries)
    for seed in range(5):
        mixed = list(entries)
        np.random.default_rng(seed).shuffle(mixed)
        cut = 20 + 30 * seed
        assert tally(mixed[:cut]).merge(tally(mixed[cut:])) == whole
    assert whole.screened == 200
    assert len({e.key for e in whole.top}) == 5
    values = np.array([e.objectives for e in whole.front])
    assert pareto_mask(values).all()


def test_equal_recipes_count_once_with_their_best_score():
    both = Tally(2, 1, (entry(4, 0.5, "same"),)).merge(
        Tally(2, 1, (entry(1, 0.4, "same"),))
    )
    assert [e.row for e in both.top] == [4]


def test_tallies_of_other_sizes_do_not_merge():
    with pytest.raises(ValueError, match="as many of the best"):
        Tally(2).merge(Tally(3))


# -- checkpoints --------------------------------------------------------------------


class StoppedError(Exception):
    """As a kill in the middle of a run."""


def test_a_stopped_screening_goes_on_to_the_same_result(
    job, found, tmp_path, monkeypatch
):
    monkeypatch.setattr("sodalyte.screen.streaming.stream.CHECKPOINT_SECONDS", 0.0)
    path = tmp_path / "state"

    def stop(done, total):
        if done >= 2 * BLOCK:
            raise StoppedError

    with pytest.raises(StoppedError):
        screen(job, checkpoint=path, progress=stop, blocks_per_task=1)
    seen = []
    again = screen(
        job, checkpoint=path, resume=True, progress=lambda d, t: seen.append(d)
    )
    assert seen[0] == BLOCK
    assert again.document["resumed_rows"] == BLOCK
    assert figures(again.document) == figures(found.document)


def test_a_key_keeps_all_that_was_judged(job, found, tmp_path):
    path = tmp_path / "state"

    def press(done, total):
        if done >= 2 * BLOCK:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        screen(job, checkpoint=path, progress=press, blocks_per_task=1)
    again = screen(job, checkpoint=path, resume=True)
    assert again.document["resumed_rows"] == 2 * BLOCK
    assert figures(again.document) == figures(found.document)


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9, 0.999])
def test_a_half_written_checkpoint_is_told(tmp_path, found, share):
    path = tmp_path / "state"
    write_checkpoint(path, Checkpoint({"count": 3}, frozenset({0}), found.tally))
    content = path.read_bytes()
    path.write_bytes(content[: int(share * len(content))])
    with pytest.raises(ValueError, match="start without --resume"):
        read_checkpoint(path, {"count": 3}, 6)


def test_checkpoints_come_back_exactly(tmp_path, found):
    path = tmp_path / "state"
    state = Checkpoint({"count": 3}, frozenset({0, 1, 5}), found.tally)
    write_checkpoint(path, state)
    assert read_checkpoint(path, {"count": 3}, 6) == state


def test_a_changed_digit_is_noticed(tmp_path, found):
    path = tmp_path / "state"
    write_checkpoint(path, Checkpoint({"count": 3}, frozenset({0}), found.tally))
    text = path.read_text()
    score = str(found.tally.top[0].score)
    assert score in text
    path.write_text(text.replace(score, "9" + score[1:]))
    with pytest.raises(ValueError, match="checksum"):
        read_checkpoint(path, {"count": 3}, 6)


def test_blocks_beyond_the_last_are_refused(tmp_path):
    path = tmp_path / "state"
    write_checkpoint(path, Checkpoint({}, frozenset({7}), Tally(1)))
    with pytest.raises(ValueError, match="blocks 7 to 8 of 6"):
        read_checkpoint(path, {}, 6)


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", '{"format": 1}', '{"format": "sodalyte screen 1"}', "\x00" * 9],
    ids=["empty", "cut", "list", "other format", "no content", "zeros"],
)
def test_a_damaged_checkpoint_says_so(tmp_path, text):
    path = tmp_path / "state"
    path.write_text(text)
    with pytest.raises(ValueError, match="start without --resume"):
        read_checkpoint(path, {}, 6)


def test_a_checkpoint_of_another_run_names_what_differs(job, found, tmp_path):
    path = tmp_path / "state"
    settings = dict(found.document["settings"], seed=1)
    write_checkpoint(path, Checkpoint(settings, frozenset(), Tally(12)))
    with pytest.raises(ValueError, match="seed was 1, now 0"):
        screen(job, checkpoint=path, resume=True)


# -- kills --------------------------------------------------------------------------

KILLED = """
import sys
from sodalyte.screen.streaming import stream
from sodalyte.screen.space.search_space import SearchSpace
from sodalyte.screen.streaming.source import SpaceSource
from pathlib import Path
stream.CHECKPOINT_SECONDS = 0.0
job = stream.make_job(
    SpaceSource(SearchSpace.default(), int(sys.argv[1])), top=12, draws=2
)
stream.screen(job, checkpoint=Path(sys.argv[2]), blocks_per_task=1)
"""


@pytest.mark.slow
def test_a_killed_process_leaves_a_checkpoint_to_go_on_from(job, found, tmp_path):
    path = tmp_path / "state"
    process = subprocess.Popen([sys.executable, "-c", KILLED, str(COUNT), str(path)])
    while not path.exists() and process.poll() is None:
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    again = screen(job, checkpoint=path, resume=True)
    assert again.document["resumed_rows"] >= BLOCK
    assert figures(again.document) == figures(found.document)


@pytest.mark.slow
def test_a_killed_worker_of_the_pool_loses_nothing(job, found):
    import multiprocessing

    killed = []

    def kill_one(done, total):
        children = multiprocessing.active_children()
        if children and not killed:
            killed.append(children[0].pid)
            os.kill(children[0].pid, signal.SIGKILL)

    again = screen(job, workers=2, blocks_per_task=1, progress=kill_one)
    assert killed
    assert again.tally == found.tally


# -- a library of molecules ---------------------------------------------------------


def test_a_library_is_judged_and_bad_rows_are_named():
    source = LibrarySource(
        ("COCCOC", "not a molecule", "COCCOCCOC", "[Na+].[Cl-]", "C1CCOC1"),
        ("1 M NaPF6 in {}", "1 M NaFSI in {}/G2 (1:1 v/v)"),
    )
    found = screen(make_job(source, top=3, draws=2)).document
    assert (found["screened"], found["n_rejected"]) == (6, 4)
    assert [item["row"] for item in found["rejected"]] == [2, 3, 6, 7]
    assert "SMILES" in found["rejected"][0]["reason"]
    assert {entry["smiles"] for entry in found["top"]} <= {
        "COCCOC",
        "COCCOCCOC",
        "C1CCOC1",
    }
    assert all(entry["recipe"] in source.recipes for entry in found["top"])


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_libraries_are_read_from_tables(tmp_path, ending):
    path = tmp_path / f"library.{ending}"
    table = pd.DataFrame(
        {"SMILES": ["COCCOC", "CCO"], "density_g_per_mL": ["0.86", ""]}
    )
    table.to_csv(path, index=False) if ending == "csv" else table.to_parquet(path)
    source = read_library(path)
    assert source.smiles == ("COCCOC", "CCO")
    assert source.densities_g_per_mL == (0.86, None)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "CSV or Parquet"),
        (b"name\nDME\n", "one column smiles"),
        (b"smiles\n", "has none"),
        (b"smiles,density_g_per_mL\nCOC,heavy\n", "row 1 has 'heavy'"),
        (b"smiles,density_g_per_mL\nCOC,9000\n", "row 1 has '9000'"),
        (b"\xff\xfe\x00smiles", "CSV or Parquet"),
    ],
    ids=["empty", "no column", "no rows", "no number", "lead", "binary"],
)
def test_bad_libraries_end_in_a_message(tmp_path, content, message):
    path = tmp_path / "library.csv"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=message):
        read_library(path)


def test_recipes_name_the_place_of_the_molecule():
    with pytest.raises(ValueError, match="Correct --recipe"):
        LibrarySource(("COC",), ("1 M NaPF6 in G2",))


def test_rejected_rows_are_counted_beyond_those_listed():
    many = tuple(Rejected(i, "x", "y") for i in range(900))
    later = tuple(Rejected(900 + i, "x", "y") for i in range(900))
    both = Tally(1, rejected=later, n_rejected=900).merge(
        Tally(1, rejected=many, n_rejected=900)
    )
    assert both.n_rejected == 1_800
    assert [item.row for item in both.rejected] == list(range(1_000))
