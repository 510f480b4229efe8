"""Each recipe of CONTRIBUTING.md is followed to the letter, in a copy of the source."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from sodalyte.datasets import Formulation, training_frame
from sodalyte.featurizers import design_matrix
from sodalyte.models.members import ProcessMember, block_columns
from sodalyte.models.observations import read_observations

ROOT = Path(__file__).parent.parent
ROOMS = ("datasets", "featurizers", "models", "screen")
STEP = re.compile(
    r"^(?P<verb>New file|Append to|In) `(?P<path>[^`]+)`"
    r"(?:, (?P<where>after|before|replace) `(?P<anchor>[^`\n]+)`)?:\n\n"
    r"```\w+\n(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)


def recipe(title):
    """Return the section of the page under a heading."""
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    rest = re.split(rf"^## {title}$", page, flags=re.MULTILINE)[1]
    return re.split(r"^## (?:An? |Documentation)", rest, flags=re.MULTILINE)[0]


def follow(folder, title):
    """Do every step of a recipe; return how many there were."""
    steps = list(STEP.finditer(recipe(title)))
    for step in steps:
        take(step, place(folder, step["path"]))
    return len(steps)


def place(folder, path):
    return folder / path if path.startswith("tests/") else folder / "sodalyte" / path


def take(step, file):
    text = step["text"]
    if step["verb"] == "New file":
        assert not file.exists(), file
        file.write_text(text, encoding="utf-8")
        return
    old = file.read_text(encoding="utf-8")
    if step["verb"] == "Append to":
        assert old.endswith("\n")
        file.write_text(old + text, encoding="utf-8")
        return
    anchor = f"\n{step['anchor']}"
    assert old.count(anchor) == 1, f"{anchor!r} stands {old.count(anchor)} times"
    head, tail = old.split(anchor)
    if step["where"] == "after":
        line_end = "" if tail.startswith("\n") else tail[: tail.index("\n")]
        new = f"{head}{anchor}{line_end}\n{text}{tail[len(line_end) + 1 :]}"
    elif step["where"] == "before":
        gap = "\n\n" if text.startswith("def ") else ""
        new = f"{head}\n{text}{gap}{step['anchor']}{tail}"
    else:
        new = f"{head}\n{text.rstrip()}{tail}"
    file.write_text(new, encoding="utf-8")


@pytest.fixture
def copy(tmp_path):
    """Copy the package, as it would stand in a clone."""
    shutil.copytree(ROOT / "src/sodalyte", tmp_path / "sodalyte")
    for room in ROOMS:
        shutil.copytree(
            ROOT / room,
            tmp_path / "sodalyte" / room,
            ignore=shutil.ignore_patterns("__pycache__"),
        )
    (tmp_path / "tests").mkdir()
    return tmp_path


def run(folder, *arguments):
    environment = {
        **os.environ,
        "PYTHONPATH": str(folder),
        "PYTHONDONTWRITEBYTECODE": "1",
        "SODALYTE_HOME": str(folder / "home"),
    }
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, f"{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    return done.stdout


def run_code(folder, code):
    head = f"import sodalyte; assert sodalyte.__file__.startswith({str(folder)!r})\n"
    return run(folder, "-c", head + code)


@pytest.mark.slow
def test_a_component(copy):
    assert follow(copy, "A component") == 1
    told = run_code(
        copy,
        """
from sodalyte.datasets import Formulation
from sodalyte.featurizers import design_matrix
mixed = Formulation.from_text("1 M NaPF6 in 1-(2-methoxyethoxy)propane")
X = design_matrix([mixed])
print(mixed.canonical, bool(X.notna().all().all()))
""",
    )
    assert told.strip() == "1 M NaPF6 in MEP True"


@pytest.mark.slow
def test_a_data_set(copy):
    test = copy / "tests/test_datasets_all_sets.py"
    shutil.copy(ROOT / "tests/test_datasets_all_sets.py", test)
    assert follow(copy, "A data set") == 6
    digest = run_code(
        copy,
        "from sodalyte.datasets.loading.bundled import table_sha256 as sha\n"
        "print(sha('separators'))",
    )
    with (copy / "sodalyte/datasets/tables/checksums.csv").open("a") as file:
        file.write(f"separators,{digest.strip()}\n")
    options = ("-q", "-p", "no:cacheprovider", "-k", "separators or walked")
    told = run(copy, "-m", "pytest", *options, str(test))
    assert re.search(r"\b([89]|\d\d) passed", told), told


@pytest.mark.slow
def test_a_feature(copy):
    assert follow(copy, "A feature") == 4
    told = run_code(
        copy,
        """
from sodalyte.datasets import Formulation
from sodalyte.featurizers import design_matrix, feature_dictionary
mixed = Formulation.from_text("1 M NaPF6 in G2")
X = design_matrix([mixed])
assert list(X.columns) == list(feature_dictionary().index)
salt = [c.role for c in mixed.components].index("salt")
assert abs(X["salt_mass_fraction"][0] - mixed.mass_fractions[salt]) < 1e-12
print("well")
""",
    )
    assert told.strip() == "well"


@pytest.mark.slow
def test_a_surrogate(copy):
    assert follow(copy, "A surrogate") == 3
    told = run_code(
        copy,
        """
import numpy as np
from sodalyte.datasets import load_lithium_ce
from sodalyte.models.baselines import MeanBaseline
from sodalyte.models.contenders import lithium_models
from sodalyte.models.observations import read_observations
from sodalyte.models.scoring import held_out
from sodalyte.models.validation import repeated_k_fold, rmse
from sodalyte.screen.surrogates.training import feature_table
X, frame = feature_table(load_lithium_ce().frame)
rows = read_observations(X, frame)
ran = rows["ran"].to_numpy(dtype=bool)
splits = list(repeated_k_fold(len(X), n_splits=5, n_repeats=1, random_state=0))
scores = []
for model in (lithium_models()["Bayesian ridge"], [MeanBaseline()]):
    mean, std = held_out(X, rows, splits, model)
    assert (std > 0).all()
    scores.append(rmse(rows["nines"][ran], mean[ran]))
assert scores[0] < scores[1], scores
print("better than the mean")
""",
    )
    assert told.strip() == "better than the mean"


@pytest.mark.slow
def test_a_cathode(copy):
    shutil.copy(ROOT / "tests/test_cell_cathodes.py", copy / "tests")
    assert follow(copy, "A cathode") == 2
    told = run(copy, "-m", "sodalyte", "cell", "--ce", "99.9", "--cathode", "NFPP")
    assert "cycles to 80 %" in told
    options = ("-q", "-p", "no:cacheprovider", "tests/test_cell_cathodes.py")
    assert " passed" in run(copy, "-m", "pytest", *options)


@pytest.mark.slow
def test_a_constraint(copy):
    assert follow(copy, "A constraint") == 5
    told = run_code(
        copy,
        """
import numpy as np
from sodalyte.datasets import Formulation
from sodalyte.screen.space.search_space import SearchSpace
space = SearchSpace.default()
free = space.sample(300, random_state=0)
salts = [c.role == "salt" for c in free.components]
assert (free.mole_fractions[:, salts].sum(axis=1) > 0.1).any()
tight = space.with_limits(salt_mole_fraction_max=0.1)
drawn = tight.sample(300, random_state=0)
salts = [c.role == "salt" for c in drawn.components]
assert (drawn.mole_fractions[:, salts].sum(axis=1) <= 0.1 + 1e-9).all()
allowed, reasons = tight.contains(Formulation.from_text("2 M NaPF6 in G2"))
assert not allowed
print(reasons)
""",
    )
    assert "of the moles" in told


def test_a_feature_of_ones_own_enters_the_table_of_a_model():
    """A figure from elsewhere, of a simulation for one, is one more column."""
    frame, _ = training_frame()
    frame = frame.head(30).reset_index(drop=True)
    formulations = [Formulation.from_text(text) for text in frame["formulation"]]
    X = design_matrix(formulations)
    X["simulated_sodium_to_anion_A"] = np.linspace(3.0, 6.0, len(X))
    assert "simulated_sodium_to_anion_A" in block_columns(X, "chemistry")
    rows = read_observations(X, frame)
    member = ProcessMember(local=("chemistry",), linear=()).fit(X, rows)
    mean, std = member.predict(X)
    assert np.isfinite(mean).all()
    moved = X.assign(simulated_sodium_to_anion_A=20.0)
    assert not np.allclose(member.predict(moved)[0], mean)
    assert (std > 0).all()
