import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import pytest

from sodalyte.datasets.formulations.formulation import Formulation
from sodalyte.screen.campaign.campaign import Campaign
from sodalyte.screen.campaign.state import CampaignState, fold
from sodalyte.screen.campaign.storage import Event, shown

MODEL = {"name": "test surrogate", "version": "1.0"}
DATA = {"sha256": "0" * 64, "rows": 3}
TEXTS = tuple(f"{0.3 + 0.1 * i:.1f} M NaFSI in DME" for i in range(12))


def choose_first_free(n: int, state: CampaignState) -> list[dict[str, object]]:
    live = state.live_formulations
    free = [t for t in TEXTS if Formulation.from_text(t).canonical not in live]
    return [{"formulation": text, "list": "safe"} for text in free[:n]]


@pytest.fixture(params=["sqlite", "journal"])
def place(request, tmp_path):
    return tmp_path / {"sqlite": "lab.db", "journal": "lab.journal"}[request.param]


def postgres_folder() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if found:
        return found[-1].parent
    initdb = shutil.which("initdb")
    return Path(initdb).parent if initdb else None


def server_user() -> str | None:
    """PostgreSQL refuses to run as root: name an account to run it as."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in ("postgres", "nobody") if name in names)


@pytest.fixture(scope="module")
def postgres_address():
    binaries = postgres_folder()
    if binaries is None:
        pytest.skip("PostgreSQL is not installed: no initdb found")
    user = server_user()
    folder = Path(tempfile.mkdtemp(prefix="sodalyte-pg-"))
    if user is not None:
        shutil.chown(folder, user)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    data = folder / "data"
    options = {"user": user, "cwd": folder, "check": True, "capture_output": True}
    initdb = [binaries / "initdb", "-D", data, "-U", "lab", "-A", "trust", "-N"]
    subprocess.run(initdb, **options)
    flags = f"-p {port} -c listen_addresses=127.0.0.1 -k {folder} -c fsync=off"
    start = [binaries / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", flags]
    subprocess.run([*start, "start"], **options)
    try:
        yield f"postgresql://lab@127.0.0.1:{port}/postgres"
    finally:
        stop = [binaries / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop"]
        subprocess.run(stop, **options)
        shutil.rmtree(folder, ignore_errors=True)


def run_python(code: str, *arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_a_batch_goes_round_the_loop(place):
    with Campaign.new(place, by="ana", note="first") as campaign:
        asked = campaign.ask(
            4, choose_first_free, model=MODEL, data=DATA, random_state=7, by="ana"
        )
        assert [e.id for e in asked] == ["E0001", "E0002", "E0003", "E0004"]
        assert {e.state for e in asked} == {"pending"}
        campaign.tell(
            [
                {"experiment": "E0001", "ce_percent": 99.9},
                {"experiment": "E0002", "outcome": "would_not_run"},
                {"experiment": "E0003", "ce_percent": 20, "ce_qualifier": "<",
                 "outcome": "failed_early"},
                {"formulation": "1 M NaPF6 in G2", "ce_percent": 99.7},
            ]
        )  # fmt: skip
        counts = campaign.status()["counts"]
    assert counts == {
        "pending": 1,
        "done": 2,
        "failed": 1,
        "would_not_run": 1,
        "retracted": 0,
        "corrected": 0,
    }
    with Campaign.open(place) as again:
        frame = again.measurements().set_index("row_id")
    assert frame.loc["lab:E0001", "ce_percent"] == 99.9
    assert frame.loc["lab:E0002", "outcome"] == "would_not_run"
    assert frame.loc["lab:E0003", "ce_qualifier"] == "<"
    assert set(frame["work"]) == {"campaign lab"}


def test_history_holds_model_and_data_version_of_each_ask(place):
    with Campaign.new(place) as campaign:
        campaign.ask(1, choose_first_free, model=MODEL, data=DATA, random_state=3)
        newer = {**MODEL, "version": "1.1"}
        campaign.ask(1, choose_first_free, model=newer, data=DATA, random_state=4)
        history = campaign.history()
    asks = history[history["kind"] == "asked"]
    assert [json.loads(m)["version"] for m in asks["model"]] == ["1.0", "1.1"]
    assert [json.loads(d)["rows"] for d in asks["data"]] == [3, 3]
    assert [json.loads(c)["random_state"] for c in asks["content"]] == [3, 4]


def test_a_correction_keeps_the_old_value_in_the_history(place):
    with Campaign.new(place) as campaign:
        campaign.tell([{"formulation": TEXTS[0], "ce_percent": 9.99}])
        campaign.correct("E0001", {"ce_percent": 99.9}, reason="comma")
        assert campaign.measurements()["ce_percent"].tolist() == [99.9]
        contents = " ".join(campaign.history()["content"])
        counts = campaign.status()["counts"]
    assert "9.99" in contents
    assert counts["corrected"] == 1
    assert counts["done"] == 1


def test_a_retracted_recipe_may_be_asked_again(place):
    with Campaign.new(place) as campaign:
        first = campaign.ask(1, choose_first_free, model=MODEL, data=DATA)[0]
        campaign.retract(first.id, reason="the vial broke")
        second = campaign.ask(1, choose_first_free, model=MODEL, data=DATA)[0]
        assert campaign.measurements().empty
        assert campaign.experiments()["reason"].tolist() == ["the vial broke", ""]
    assert second.formulation == first.formulation
    assert second.id != first.id


def test_a_replicate_is_asked_on_purpose_only(place):
    def choose(n, state):
        return [{"formulation": TEXTS[0], "is_replicate": n < 2}] * n

    with Campaign.new(place) as campaign:
        campaign.tell([{"formulation": TEXTS[0], "ce_percent": 99.0}])
        again = campaign.ask(1, choose, model=MODEL, data=DATA)
        assert again[0].is_replicate
        with pytest.raises(RuntimeError, match="2 of 2 recipes were taken"):
            campaign.ask(2, choose, model=MODEL, data=DATA)


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ({"experiment": "E0001"}, "a cell that ran needs ce_percent"),
        (
            {"experiment": "E0001", "outcome": "failed_early"},
            "a cell that failed early needs ce_percent",
        ),
        ({"experiment": "E0001", "ce_percent": 100}, r"must lie in \[0, 100\)"),
        ({"experiment": "E0001", "ce_percent": True}, r"must lie in \[0, 100\)"),
        ({"experiment": "E0009", "ce_percent": 99}, "no experiment E0009"),
        ({"ce_percent": 99}, "neither experiment nor formulation"),
        ({"experiment": "E0001", "ce": 99}, "unknown key 'ce'"),
        ({"experiment": "E0001", "ce_percent": float("nan")}, "no NaN"),
        ({"formulation": "1 M Kryptonite in DME", "ce_percent": 99}, "ryptonite"),
        (
            {"experiment": "E0001", "formulation": TEXTS[5], "ce_percent": 99},
            "E0001 is",
        ),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_wrong_result_is_refused_and_nothing_is_written(tmp_path, entry, message):
    with Campaign.new(tmp_path / "lab.journal") as campaign:
        campaign.ask(2, choose_first_free, model=MODEL, data=DATA)
        good = {"experiment": "E0002", "ce_percent": 99.0}
        with pytest.raises(ValueError, match=message):
            campaign.tell([good, entry])
        assert campaign.status()["counts"]["pending"] == 2


def test_telling_twice_is_a_repeat_and_telling_otherwise_an_error(place):
    with Campaign.new(place) as campaign:
        campaign.ask(1, choose_first_free, model=MODEL, data=DATA)
        result = {"experiment": "E0001", "ce_percent": 99.0}
        campaign.tell([result])
        campaign.tell([result])
        with pytest.raises(ValueError, match="use correct to change it"):
            campaign.tell([{**result, "ce_percent": 98.0}])
        assert campaign.status()["counts"]["done"] == 1


def test_the_first_of_two_results_in_the_log_counts():
    content = {"experiment": "E0001"}
    events = [
        Event(0, "asked", {"recipes": [{"formulation": "a"}]}),
        Event(1, "told", {**content, "result": {"outcome": "ran", "ce_percent": 99}}),
        Event(2, "told", {**content, "result": {"outcome": "ran", "ce_percent": 10}}),
    ]
    state = fold(events)
    assert state.experiments["E0001"].result["ce_percent"] == 99
    assert "correct it instead" in state.refused[2]


def test_of_two_asks_for_one_recipe_the_first_in_the_log_has_it():
    events = [
        Event(0, "asked", {"recipes": [{"formulation": "a"}, {"formulation": "b"}]}),
        Event(1, "asked", {"recipes": [{"formulation": "b"}, {"formulation": "c"}]}),
    ]
    state = fold(events)
    assert state.accepted_ids == {0: ("E0001", "E0002"), 1: ("E0003",)}
    assert state.experiments["E0003"].formulation == "c"


def test_names_and_places_that_do_not_exist_are_errors(tmp_path):
    place = tmp_path / "lab.db"
    with pytest.raises(FileNotFoundError, match="campaign new"):
        Campaign.open(place)
    Campaign.new(place, "one").__exit__(None, None, None)
    with pytest.raises(ValueError, match="already holds 'one'"):
        Campaign.new(place, "one")
    with pytest.raises(KeyError, match="there are: one"):
        Campaign.open(place, "two")
    with pytest.raises(ValueError, match=r"begins with mysql://"):
        Campaign.new("mysql://lab/x", "one")
    with pytest.raises(ValueError, match="needs a name"):
        Campaign.new("postgresql://lab/x")


def test_a_password_is_never_printed():
    address = "postgresql://ana:secret@lab:5432/sodium"
    assert shown(address) == "postgresql://ana@lab:5432/sodium"
    assert shown("lab.db") == "lab.db"
    assert shown("postgresql://lab/sodium") == "postgresql://lab/sodium"


def test_a_campaign_becomes_an_optuna_study(tmp_path):
    with Campaign.new(tmp_path / "lab.journal") as campaign:
        campaign.tell(
            [
                {"formulation": TEXTS[0], "ce_percent": 99.9},
                {"formulation": "1 M NaPF6 in G4", "outcome": "would_not_run"},
            ]
        )
        study = campaign.to_study()
    assert study.best_value == pytest.approx(3.0)
    assert sorted(study.best_params) == ["DME", "G4", "NaFSI", "NaPF6"]
    assert [t.state.name for t in study.trials] == ["COMPLETE", "FAIL"]


def test_export_writes_what_was_told(tmp_path):
    with Campaign.new(tmp_path / "lab.journal") as campaign:
        campaign.ask(2, choose_first_free, model=MODEL, data=DATA)
        campaign.tell([{"experiment": "E0001", "ce_percent": 99.9}])
        paths = campaign.export(tmp_path / "out")
    assert [p.name for p in paths] == [
        "experiments.csv",
        "measurements.csv",
        "history.csv",
        "campaign.json",
    ]
    document = json.loads(paths[-1].read_text())
    assert document["status"]["best"]["ce_percent"] == 99.9
    assert [e["kind"] for e in document["events"]] == ["created", "asked", "told"]


def test_results_carry_the_round_they_were_asked_in(tmp_path):
    with Campaign.new(tmp_path / "lab.journal") as campaign:
        campaign.tell([{"formulation": "1 M NaPF6 in G4", "ce_percent": 80.0}])
        for _ in range(2):
            campaign.ask(2, choose_first_free, model=MODEL, data=DATA)
        campaign.tell([{"formulation": "1 M NaPF6 in G2", "ce_percent": 99.0}])
        campaign.tell(
            [{"experiment": f"E000{i}", "ce_percent": 99.0 + i / 10} for i in (4, 3, 2)]
        )
        told = campaign.measurements().set_index("row_id")["iteration"]
    assert told.to_dict() == {
        "lab:E0001": 0,
        "lab:E0002": 1,
        "lab:E0003": 1,
        "lab:E0004": 2,
        "lab:E0006": 2,
    }


def test_an_upper_bound_is_not_the_best(tmp_path):
    with Campaign.new(tmp_path / "lab.journal") as campaign:
        campaign.tell(
            [
                {"formulation": TEXTS[0], "ce_percent": 99.9, "ce_qualifier": "<"},
                {"formulation": TEXTS[1], "ce_percent": 98.0},
            ]
        )
        assert campaign.status()["best"]["ce_percent"] == 98.0


TELL_UNTIL_KILLED = """
import sys
from sodalyte.screen.campaign.campaign import Campaign
place, name = sys.argv[1:]
campaign = Campaign.open(place, name)
for i in range(10_000):
    ce = round(90 + i / 1000, 3)
    campaign.tell([{"formulation": "1 M NaPF6 in G2", "ce_percent": ce}])
    print(ce, flush=True)
"""


def told_before_kill(place, name, seconds):
    process = run_python(TELL_UNTIL_KILLED, place, name)
    first = process.stdout.readline()
    assert first, process.stderr.read()
    time.sleep(seconds)
    process.send_signal(signal.SIGKILL)
    rest, _ = process.communicate()
    return [float(line) for line in (first + rest).splitlines() if "." in line]


def kill_and_check(place, name):
    with Campaign.new(place, name):
        pass
    for seconds in (0.05, 0.21, 0.4):
        printed = told_before_kill(place, name, seconds)
        with Campaign.open(place, name) as campaign:
            kept = campaign.measurements()["ce_percent"].tolist()
            assert Counter(printed) <= Counter(kept)
            assert len(kept) <= n_before(kept, printed) + 1
            campaign.tell([{"formulation": "1 M NaPF6 in DME", "ce_percent": 50.0}])


def n_before(kept, printed):
    """Count what a kill may leave: all that was printed, and one told unprinted."""
    n_start = max(i for i, value in enumerate(kept) if value == 90.0)
    return n_start + len(printed)


@pytest.mark.slow
def test_kill_9_loses_nothing_told_on_sqlite(tmp_path):
    kill_and_check(tmp_path / "lab.db", "lab")


@pytest.mark.slow
def test_kill_9_loses_nothing_told_on_postgresql(postgres_address):
    kill_and_check(postgres_address, "killed")


ASK_AND_TELL = """
import sys
from sodalyte.datasets.formulations.formulation import Formulation
from sodalyte.screen.campaign.campaign import Campaign
place, name, worker, n_batches = sys.argv[1:]
pool = [
    Formulation.from_text(f"{m / 10:.1f} M {salt} in {solvent}").canonical
    for salt in ("NaPF6", "NaFSI", "NaTFSI")
    for solvent in ("DME", "G2", "G4", "THF")
    for m in range(3, 25)
]
def choose(n, state):
    live = state.live_formulations
    return [{"formulation": f} for f in pool if f not in live][:n]
with Campaign.open(place, name) as campaign:
    for batch in range(int(n_batches)):
        asked = campaign.ask(5, choose, model={}, data={}, by=worker)
        campaign.tell(
            [
                {"experiment": e.id, "ce_percent": 90 + int(worker) + i / 10}
                for i, e in enumerate(asked)
            ],
            by=worker,
        )
        print(*(e.id for e in asked), flush=True)
"""


def eight_workers(place, name, n_batches):
    with Campaign.new(place, name):
        pass
    workers = [run_python(ASK_AND_TELL, place, name, w, n_batches) for w in range(8)]
    printed = {}
    for number, worker in enumerate(workers):
        out, err = worker.communicate(timeout=300)
        assert worker.returncode == 0, err
        printed[number] = out.split()
    with Campaign.open(place, name) as campaign:
        state = campaign.state
    ids = [identity for own in printed.values() for identity in own]
    assert len(ids) == len(set(ids)) == 40 * n_batches
    assert set(ids) == set(state.experiments)
    formulations = [e.formulation for e in state.experiments.values()]
    assert len(set(formulations)) == 40 * n_batches
    for number, own in printed.items():
        for i, identity in enumerate(own):
            experiment = state.experiments[identity]
            assert experiment.state == "done"
            expected = 90 + number + (i % 5) / 10
            assert experiment.result["ce_percent"] == pytest.approx(expected)


@pytest.mark.slow
def test_eight_workers_share_a_campaign_on_postgresql(postgres_address):
    eight_workers(postgres_address, "shared", 5)


@pytest.mark.slow
def test_eight_workers_share_a_campaign_on_sqlite(tmp_path):
    eight_workers(tmp_path / "lab.db", "lab", 1)


def test_postgresql_keeps_a_campaign(postgres_address):
    with Campaign.new(postgres_address, "kept") as campaign:
        campaign.ask(2, choose_first_free, model=MODEL, data=DATA)
        campaign.tell([{"experiment": "E0001", "ce_percent": 99.9}])
    with Campaign.open(postgres_address, "kept") as again:
        states = [e.state for e in again.state.experiments.values()]
    assert states == ["done", "pending"]
