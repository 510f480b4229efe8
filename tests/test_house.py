"""The house rules that a reader relies on, held by the machine."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ["datasets", "featurizers", "models", "screen"]
STAGES = [  # of datasets, in the order in which they may import each other
    "files",
    "components",
    "notation",
    "formulations",
    "loading",
    "checking",
    "joining",
]
SOURCES = sorted(
    path for room in [*ROOMS, "src/sodalyte"] for path in (ROOT / room).rglob("*.py")
)
MAX_LINES = 400
MAX_FUNCTION_LINES = 80


def identify(path):
    return str(path.relative_to(ROOT))


def imported_modules(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


@pytest.mark.parametrize("path", SOURCES, ids=identify)
def test_imports_point_back(path):
    room = path.relative_to(ROOT).parts[0]
    if room == "src":
        return
    later = ROOMS[ROOMS.index(room) + 1 :]
    if room == "models":
        later = [*later, "featurizers"]  # a model knows tables, not molecules
    forbidden = tuple(f"sodalyte.{name}" for name in later)
    turned = [m for m in imported_modules(path) if m.startswith(forbidden)]
    assert not turned, f"{identify(path)} imports a later room: {turned}"


@pytest.mark.parametrize(
    "path", sorted((ROOT / "datasets").glob("*/*.py")), ids=identify
)
def test_stages_of_the_data_import_only_earlier_ones(path):
    later = STAGES[STAGES.index(path.parent.name) + 1 :]
    forbidden = tuple(f"sodalyte.datasets.{name}." for name in later)
    modules = [f"{module}." for module in imported_modules(path)]
    turned = [module for module in modules if module.startswith(forbidden)]
    assert not turned, f"{identify(path)} imports a later stage: {turned}"
    assert "sodalyte.datasets." not in modules, "a stage imports the whole room"


@pytest.mark.parametrize(
    "path", sorted((ROOT / "models/cell").rglob("*.py")), ids=identify
)
def test_cell_model_imports_no_surrogate(path):
    inner = [m for m in imported_modules(path) if m.startswith("sodalyte.models")]
    assert all(m.startswith("sodalyte.models.cell") for m in inner), inner


@pytest.mark.parametrize("path", SOURCES, ids=identify)
def test_files_and_functions_stay_readable(path):
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= MAX_LINES
    long = [
        node.name
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef)
        and node.body[-1].end_lineno - node.body[0].lineno + 1 > MAX_FUNCTION_LINES
    ]
    assert not long, f"bodies over {MAX_FUNCTION_LINES} lines: {long}"


@pytest.mark.parametrize("path", SOURCES, ids=identify)
def test_no_cellar_of_leftovers(path):
    assert path.stem not in {"utils", "helpers", "misc", "common"}
    tree = ast.parse(path.read_text(encoding="utf-8"))
    bare = [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler) and node.type is None
    ]
    assert not bare, f"bare except at lines {bare}"
    asserts = [n.lineno for n in ast.walk(tree) if isinstance(n, ast.Assert)]
    assert not asserts, f"assert outside tests at lines {asserts}"
    if "cli" not in path.parts:
        prints = [
            node.lineno
            for node in ast.walk(tree)
            if isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in {"print", "eval", "exec"}
        ]
        assert not prints, f"print, eval or exec at lines {prints}"


@pytest.mark.parametrize("room", ROOMS)
def test_each_room_says_what_it_offers(room):
    text = (ROOT / room / "__init__.py").read_text(encoding="utf-8")
    assert "__all__" in text


@pytest.mark.parametrize(
    ("module", "unloaded"),
    [
        ("sodalyte", ("torch", "rdkit", "sklearn", "pandas")),
        ("sodalyte.datasets", ("torch", "rdkit", "sklearn", "pandera", "scipy")),
        ("sodalyte.screen", ("torch",)),
        ("sodalyte.screen.cli", ("torch", "rdkit", "sklearn", "pandas")),
    ],
)
def test_heavy_libraries_load_only_where_used(module, unloaded):
    code = f"import sys, {module}; print(*sorted(set({unloaded!r}) & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == ""


def test_the_project_stands_alone():
    """No committed file leans on a folder beside the project."""
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    beside = "../" + "shared"
    leaning = [
        name
        for name in listed
        if Path(name).suffix in {".py", ".md", ".toml", ".csv", ".json", ""}
        and beside in (ROOT / name).read_text(encoding="utf-8", errors="replace")
    ]
    assert not leaning
