"""Texts of users and files that would like to run: in a spreadsheet, in a browser.

``docs/hard-use.md`` lists every fault with the test that holds it.
"""

import ast
import csv
import io
import subprocess
import sys
import zipfile
from html.parser import HTMLParser
from pathlib import Path

import openpyxl
import pytest

from sodalyte.datasets.checking.check import check_measurements
from sodalyte.datasets.formulations.formulation import Formulation
from sodalyte.screen.campaign.campaign import Campaign
from sodalyte.screen.outputs import FORMULA_STARTS
from sodalyte.screen.proposing.propose import propose
from sodalyte.screen.space.search_space import SearchSpace
from sodalyte.screen.surrogates.registry import Registry
from sodalyte.screen.surrogates.registry_exchange import import_model
from sodalyte.screen.surrogates.registry_files import file_hash

ROOT = Path(__file__).parent.parent
FORMULA = '=HYPERLINK("http://x","y")'
TAG = "<img src=x onerror=alert(1)>"
SCRIPT = "</script><script>alert(1)</script>"


# -- spreadsheets -------------------------------------------------------------------


def test_an_exported_campaign_runs_nothing_and_reads_back(tmp_path):
    def choose(n, state):
        return [{"formulation": "1 M NaPF6 in DME", "list": "safe", "why": FORMULA}]

    with Campaign.new(tmp_path / "lab.db") as campaign:
        model = {"name": FORMULA, "version": "1"}
        asked = campaign.ask(1, choose, model=model, data={}, by=FORMULA)
        told = {"experiment": asked[0].id, "ce_percent": 99.5, "note": FORMULA}
        campaign.tell([{**told, "collector": "Cu", "cell": "coin"}], by="@me")
        campaign.export(tmp_path / "export")
    armed = []
    for path in sorted((tmp_path / "export").glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.reader(file):
                armed += [
                    cell
                    for cell in row
                    if cell.startswith(FORMULA_STARTS) and len(cell) > 1
                ]
    assert not armed
    text = (tmp_path / "export" / "experiments.csv").read_text(encoding="utf-8")
    assert "HYPERLINK" in text
    result = check_measurements(tmp_path / "export" / "measurements.csv")
    assert not len(result.faults), result.faults
    assert list(result.accepted["ce_qualifier"]) == ["="]


def test_the_screening_room_writes_no_table_but_by_its_one_writer():
    found = []
    for path in (ROOT / "screen").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                to_file = bool(node.args) or any(
                    keyword.arg == "path_or_buf" for keyword in node.keywords
                )
                if node.func.attr in ("to_csv", "to_excel") and to_file:
                    found.append(f"{path}:{node.lineno}")
    assert not found


# -- browsers -----------------------------------------------------------------------


class Tags(HTMLParser):
    """Lists what a browser would make of a page."""

    def __init__(self):
        super().__init__()
        self.scripts = 0
        self.handlers = []

    def handle_starttag(self, tag, attributes):
        self.scripts += tag == "script"
        self.handlers += [(tag, name) for name, _ in attributes if name[:2] == "on"]


def tags(page):
    parser = Tags()
    parser.feed(page)
    return parser


SPACE = f"""name = "{SCRIPT}"
components_file = "mine.toml"
[salts]
count = [1, 1]
step = 0.1
[salts.allowed]
NaPF6 = [0.5, 1.5]
[solvents]
count = [1, 1]
step = 10.0
[solvents.allowed]
"{TAG}" = [10, 100]
[limits]
solubility = false
"""
COMPONENTS = f"""[[component]]
name = "{TAG}"
smiles = "COCCOCCC"
role = "solvent"
density_g_per_mL = 0.85
source = "{SCRIPT}"
[component.properties]
melting_point_C = -60
boiling_point_C = 120
"""


@pytest.mark.slow
def test_names_of_own_components_and_spaces_run_nothing_in_the_report(
    tmp_path, proposals
):
    (tmp_path / "mine.toml").write_text(COMPONENTS, encoding="utf-8")
    path = tmp_path / "space.toml"
    path.write_text(SPACE, encoding="utf-8")
    made = propose(3, space=SearchSpace.from_toml(path))
    assert all(TAG in entry["formulation"] for entry in made.document["proposals"])
    page, plain = made.report("now"), proposals.report("now")
    assert TAG not in page
    assert SCRIPT not in page
    assert tags(page).scripts == tags(plain).scripts
    assert tags(page).handlers == tags(plain).handlers
    assert TAG not in made._repr_html_()
    text = made.document["proposals"][0]["formulation"]
    shown = Formulation.from_text(text, catalogue=made.own_catalogue)._repr_html_()
    assert TAG not in shown
    assert "&lt;img src=x" in shown


# -- archives -----------------------------------------------------------------------


def workbook_bytes():
    book = openpyxl.Workbook()
    book.active.append(["formulation", "ce_percent"])
    book.active.append(["1 M NaPF6 in G2", 99.9])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_members_of_an_archive_reach_no_other_folder(tmp_path):
    folder = tmp_path / "deep" / "below"
    folder.mkdir(parents=True)
    book = folder / "own.xlsx"
    book.write_bytes(workbook_bytes())
    model = folder / "model.skops"
    for path in (book, model):
        with zipfile.ZipFile(path, "a") as archive:
            archive.writestr("../../reached.txt", "x")
            archive.writestr(str(tmp_path / "absolute.txt"), "x")
            if path is model:
                archive.writestr("schema.json", "{}")
    check_measurements(book)
    with pytest.raises(ValueError, match="model"):
        import_model(Registry(folder / "registry"), model, sha256=file_hash(model))
    assert [path.name for path in tmp_path.iterdir()] == ["deep"]
    assert sorted(p.name for p in folder.iterdir() if p.is_file()) == [
        "model.skops",
        "own.xlsx",
    ]


def test_a_workbook_whose_entities_grow_is_refused(tmp_path):
    path = tmp_path / "bomb.xlsx"
    levels = "".join(f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, 12))
    doctype = f'<!DOCTYPE worksheet [<!ENTITY a0 "ha">{levels}]>'
    with (
        zipfile.ZipFile(io.BytesIO(workbook_bytes())) as good,
        zipfile.ZipFile(path, "w") as bad,
    ):
        for name in good.namelist():
            content = good.read(name).decode()
            if name == "xl/worksheets/sheet1.xml":
                content = doctype + content.replace("formulation", "&a11;")
                assert "&a11;" in content
            bad.writestr(name, content)
    result = check_measurements(path)
    assert not len(result.accepted)
    assert "workbook that can be opened" in result.faults["rule"].iloc[0]


# -- the network ----------------------------------------------------------------------

WATCHED = """
import socket, sys
EVENTS = {"socket.connect", "socket.bind", "socket.getaddrinfo", "socket.sendto"}

def told(event, arguments):
    if event in EVENTS and getattr(arguments[0], "family", 0) != socket.AF_UNIX:
        sys.stderr.write(f"network: {event} {arguments[1:]}\\n")

sys.addaudithook(told)
from sodalyte.screen.cli import main
main()
"""


@pytest.mark.parametrize(
    "arguments",
    [
        ("predict", "1 M NaPF6 in G2"),
        ("cell", "--ce", "99.9"),
        ("campaign", "new", "lab.db"),
        ("screen", "--count", "20", "--top", "2", "--workers", "1"),
    ],
    ids=lambda arguments: arguments[0],
)
def test_the_program_speaks_to_nobody(tmp_path, arguments):
    done = subprocess.run(
        [sys.executable, "-c", WATCHED, *arguments],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "network:" not in done.stderr


def test_the_watch_sees_a_connection():
    watch = WATCHED.split("from sodalyte")[0]
    code = watch + "socket.socket().connect_ex(('127.0.0.1', 9))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )
    assert "network: socket.connect" in done.stderr
