"""Speed of the notation beside RDKit's reading of the same components' SMILES.

Run with ``pytest benchmarks/bench_notation.py``. The baseline reads no amounts and no
names: it is what a program pays that takes SMILES instead of a chemist's text.
Bounds of the house: 10,000 texts in 5 s, the catalogue in 50 ms, nonsense in 0.5 s of
processor time.
"""

import csv
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from rdkit import Chem

from sodalyte.datasets.formulations.formulation import Formulation
from sodalyte.datasets.notation.text import MAX_TEXT_LENGTH

DIALECTS = Path(__file__).parent.parent / "tests" / "data" / "notation_dialects.csv"
N_TEXTS = 10_000


@pytest.fixture(scope="module")
def texts():
    with DIALECTS.open(encoding="utf-8") as file:
        known = [row["text"] for row in csv.DictReader(file)]
    return random.Random(0).choices(known, k=N_TEXTS)


@pytest.fixture(scope="module")
def smiles(texts):
    return [[c.smiles for c in Formulation.from_text(t).components] for t in texts]


def test_ten_thousand_texts(benchmark, texts):
    read = benchmark.pedantic(
        lambda: [Formulation.from_text(text) for text in texts], rounds=3
    )
    assert len(read) == N_TEXTS


def test_ten_thousand_texts_take_less_than_five_seconds(texts):
    start = time.process_time()
    for text in texts:
        Formulation.from_text(text)
    assert time.process_time() - start < 5.0


@pytest.mark.parametrize("piece", ["(", "1:", "1,", "a", "EC/x", "- ", "%", "1 M "])
def test_long_nonsense_is_refused_at_once(piece):
    text = (piece * MAX_TEXT_LENGTH)[:MAX_TEXT_LENGTH]
    start = time.process_time()
    with pytest.raises(ValueError, match="has"):
        Formulation.from_text(text)
    assert time.process_time() - start < 0.5


def test_the_catalogue_loads_in_fifty_milliseconds():
    code = (
        "import time, sodalyte.datasets.components.catalogue as c;"
        "start = time.process_time(); c.load_catalogue();"
        "print(time.process_time() - start)"
    )
    command = [sys.executable, "-c", code]
    runs = [
        float(subprocess.run(command, capture_output=True, check=True).stdout)
        for _ in range(3)
    ]
    assert min(runs) < 0.05


def test_baseline_smiles_of_the_same_components(benchmark, smiles):
    read = benchmark.pedantic(
        lambda: [[Chem.MolFromSmiles(s) for s in group] for group in smiles], rounds=3
    )
    assert len(read) == N_TEXTS
