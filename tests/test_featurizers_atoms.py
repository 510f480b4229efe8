import csv
from pathlib import Path

import pytest

import sodalyte.featurizers
from sodalyte.datasets.components.catalogue import load_catalogue
from sodalyte.featurizers.atoms import ELEMENTS, atom_counts, count_atoms


@pytest.mark.parametrize(
    ("smiles", "formula"),
    [
        ("COCCOC", {"C": 4, "H": 10, "O": 2}),
        ("F[P-](F)(F)(F)(F)F", {"P": 1, "F": 6}),
        ("O=C1OCC(F)O1", {"C": 3, "H": 3, "O": 3, "F": 1}),
        ("[Na+]", {"Na": 1}),
        ("F[As-](F)(F)(F)(F)F", {"F": 6, "other": 1}),
    ],
)
def test_formulas(smiles, formula):
    counts = dict(zip(ELEMENTS, count_atoms(smiles).counts, strict=True))

    assert {symbol: n for symbol, n in counts.items() if n} == formula


def test_the_shipped_table_is_what_the_program_counts():
    path = Path(sodalyte.featurizers.__file__).parent / "tables" / "atoms.csv"
    with path.open(encoding="utf-8", newline="") as file:
        smiles = [row["smiles"] for row in csv.DictReader(file)]

    for one in smiles[::7]:
        shipped, counted = atom_counts(one), count_atoms(one)
        assert shipped.counts == counted.counts
        assert shipped.donor_sites == counted.donor_sites
        assert shipped.chelate_links == counted.chelate_links
        assert shipped.n_rings == counted.n_rings
        assert shipped.hindrance == pytest.approx(counted.hindrance, rel=1e-3)
        assert shipped.donicity_prior_kcal_per_mol == pytest.approx(
            counted.donicity_prior_kcal_per_mol, abs=0.01
        )
        assert shipped.van_der_waals_volume_A3 == pytest.approx(
            counted.van_der_waals_volume_A3, abs=0.01
        )


def test_the_shipped_table_covers_the_catalogue():
    path = Path(sodalyte.featurizers.__file__).parent / "tables" / "atoms.csv"
    with path.open(encoding="utf-8", newline="") as file:
        shipped = {row["smiles"] for row in csv.DictReader(file)}

    missing = {
        part
        for component in load_catalogue().values()
        for part in (
            component.smiles.split(".") if component.is_ionic else [component.smiles]
        )
        if part not in shipped
    }
    # remake with: python -m sodalyte.featurizers.remake_tables
    assert missing == set()


@pytest.mark.parametrize(
    ("smiles", "volume_A3"),
    # Zhao et al. 2003, 10.1021/jo034808o: by the same increments, worked by hand
    [
        ("COCCOC", 4 * 20.58 + 10 * 7.24 + 2 * 14.71 - 15 * 5.92),
        ("C1CCOC1", 4 * 20.58 + 8 * 7.24 + 14.71 - 13 * 5.92 - 3.8),
    ],
)
def test_van_der_waals_volumes(smiles, volume_A3):
    assert count_atoms(smiles).van_der_waals_volume_A3 == pytest.approx(volume_A3)


@pytest.mark.filterwarnings("ignore")
def test_unreadable_smiles_is_named():
    with pytest.raises(ValueError, match=r"RDKit can read.*'C1CC'"):
        count_atoms("C1CC")
