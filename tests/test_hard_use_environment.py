"""A strange terminal, a closed pipe, a key pressed, a folder that is none.

``docs/hard-use.md`` lists every fault with the test that holds it.
"""

import ctypes
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

LINE = [sys.executable, "-c", "from sodalyte.screen.cli import main; main()"]
TEXT = "1 M NaPF6 in G2"
PR_CAPBSET_DROP = 24
CAPABILITIES = (1, 2, 3)  # to pass over the rights of files


def start(*arguments, environment=(), **options):
    """Start the command line in a process of its own."""
    return subprocess.Popen(
        [*LINE, *map(str, arguments)],
        stdout=options.pop("stdout", subprocess.PIPE),
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1", **dict(environment)},
        **options,
    )


def run(*arguments, **options):
    """Run it; return exit code, standard output and standard error."""
    process = start(*arguments, **options)
    out, err = process.communicate(timeout=300)
    return process.returncode, (out or b"").decode(), err.decode()


def assert_calm(message):
    assert "Traceback" not in message
    assert "failure of ours" not in message
    assert "Exception ignored" not in message


# -- the tests' own home ------------------------------------------------------------


def test_a_home_of_the_developer_changes_no_test(tmp_path):
    registry = tmp_path / "registry"
    registry.mkdir()
    (registry / "registry.json").write_text("no registry at all")
    script = "import conftest, os; print(os.environ['SODALYTE_HOME'])"
    tests = Path(__file__).parent
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "SODALYTE_HOME": str(tmp_path)},
        cwd=tests,
        capture_output=True,
        text=True,
        check=True,
    )
    home = Path(done.stdout.strip())
    assert home == tests.parent / ".pytest_cache" / "sodalyte-home"
    assert not (home / "registry").exists()


# -- homes --------------------------------------------------------------------------


def test_a_home_that_is_a_file_costs_only_time(tmp_path):
    home = tmp_path / "home"
    home.write_text("")
    plain = run("predict", TEXT, "--json")
    odd = run("predict", TEXT, "--json", environment={"SODALYTE_HOME": str(home)})
    assert odd[0] == 0, odd[2]
    assert odd[1] == plain[1]
    assert_calm(odd[2])


def test_a_registry_in_a_home_that_is_a_file_is_told(tmp_path):
    home = tmp_path / "home"
    home.write_text("")
    environment = {"SODALYTE_HOME": str(home)}
    code, _, err = run("models", "promote", "v1", environment=environment)
    assert code == 2
    assert_calm(err)


@pytest.mark.parametrize("command", ["screen", "campaign"])
def test_a_read_only_folder_is_told_and_stays_as_it_was(tmp_path, command):
    folder = tmp_path / "locked"
    folder.mkdir()
    folder.chmod(0o555)
    arguments = {
        "screen": ("screen", "--count", 5, "--out", folder / "x.json"),
        "campaign": ("campaign", "new", folder / "lab.db"),
    }

    def obey():  # root passes over the rights of files; this takes that from it
        for capability in CAPABILITIES:
            ctypes.CDLL(None).prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)

    probe = subprocess.run(
        ["touch", str(folder / "probe")],
        preexec_fn=obey,
        capture_output=True,
        check=False,
    )
    if probe.returncode == 0:
        pytest.skip("this system lets nobody be kept out of a folder")
    code, _, err = run(*arguments[command], preexec_fn=obey)
    assert code == 2, err
    assert_calm(err)
    assert str(folder) in err
    assert not list(folder.iterdir())


# -- terminals and pipes ------------------------------------------------------------

NARROW = {
    "LC_ALL": "C",
    "PYTHONUTF8": "0",
    "PYTHONCOERCECLOCALE": "0",
    "PYTHONIOENCODING": "ascii",
}


def test_a_terminal_that_knows_ascii_alone_gets_everything():
    code, out, err = run("predict", TEXT, environment=NARROW)
    assert code == 0, err
    assert TEXT in out
    assert out.isascii()


def test_json_is_whole_where_the_output_knows_ascii_alone():
    text = "1 M NaPF₆ in G2"
    narrow = {"PYTHONIOENCODING": "ascii"}
    code, out, err = run("parse", text, "--json", environment=narrow)
    assert code == 0, err
    assert_calm(err)
    assert out.isascii()
    assert json.loads(out)[0]["input"] == text


def test_bytes_that_are_no_text_end_in_a_message():
    process = subprocess.run(
        [*LINE, "parse", b"1 M NaPF6 in \xff\xfe"], capture_output=True, check=False
    )
    assert process.returncode == 2
    assert_calm(process.stderr.decode())
    assert b"\\udcff" in process.stderr


def test_a_reader_that_goes_away_is_no_fault(tmp_path):
    path = tmp_path / "many.txt"
    path.write_text(f"{TEXT}\n" * 3_000)
    process = start("parse", "--file", path)
    assert process.stdout.readline()
    process.stdout.close()
    err = process.stderr.read().decode()
    process.wait(timeout=100)
    process.stderr.close()
    assert err == ""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no full device here")
@pytest.mark.parametrize("arguments", [(TEXT,), (TEXT, "--json")], ids=["text", "json"])
def test_an_output_without_space_is_told(arguments):
    with open("/dev/full", "wb") as full:
        code, _, err = run("parse", *arguments, stdout=full)
    assert code == 2
    assert_calm(err)
    assert "Free some space" in err


# -- machines -----------------------------------------------------------------------


def test_a_device_that_is_not_there_is_told():
    code, out, err = run("benchmark", "na-forward-chaining", "--device", "abacus")
    assert code == 2
    assert out == ""
    assert_calm(err)
    assert "cpu" in err
    assert "leave the option out" in err


# -- keys ---------------------------------------------------------------------------


def hear_keys():
    """Undo what a shell does to a job in its background: to ignore Ctrl-C."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.mark.slow
def test_a_screening_stopped_by_a_key_says_how_to_go_on(tmp_path):
    out = tmp_path / "screened.json"
    process = start(
        *("screen", "--count", 100_000_000, "--workers", 2, "--out", out),
        environment={"PYTHONUNBUFFERED": "1"},
        start_new_session=True,
        preexec_fn=hear_keys,
    )
    first = b"0 of"
    try:
        while first.startswith(b"0 of"):
            first = process.stderr.readline()
            assert process.poll() is None, first
        # as a terminal does: to all its processes
        os.killpg(process.pid, signal.SIGINT)
        rest = process.communicate(timeout=300)[1].decode()
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
    assert process.returncode == 130, rest
    assert "--resume goes on" in rest
    assert_calm(rest)
    (left,) = tmp_path.iterdir()
    state = json.loads(json.loads(left.read_text())["state"])
    assert state["tally"]["screened"] > 0
