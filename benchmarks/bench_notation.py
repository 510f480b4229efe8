"""Speed of the notation beside RDKit's reading of the same components' SMILES.

Run with ``pytest benchmarks/bench_notation.py``. The baseline reads no amounts and no
names: it is what a program pays that takes SMILES instead of a chemist's text.
"""

import csv
import random
from pathlib import Path

import pytest
from rdkit import Chem

from sodalyte.datasets.formulation import Formulation

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


def test_baseline_smiles_of_the_same_components(benchmark, smiles):
    read = benchmark.pedantic(
        lambda: [[Chem.MolFromSmiles(s) for s in group] for group in smiles], rounds=3
    )
    assert len(read) == N_TEXTS
