import numpy as np
import pytest

from sodalyte.featurizers.geometry import embed_conformers
from sodalyte.featurizers.orbital_table import load_orbital_table
from sodalyte.featurizers.orbitals import (
    IPEA_SHIFT_EV,
    METHOD_VERSION,
    SOLVENT,
    compute_orbitals,
)
from sodalyte.featurizers.xtb import HARTREE_EV, one_thread, optimise, single_point

PF6 = "F[P-](F)(F)(F)(F)F"


@pytest.mark.parametrize("smiles", ["CC#N", "O=C1OCCO1", PF6])
def test_rows_of_the_shipped_table_are_remade(smiles):
    shipped = load_orbital_table().loc[smiles]
    remade = compute_orbitals(smiles)
    assert remade["method"] == shipped["method"] == METHOD_VERSION
    for column, value in remade.items():
        if column.endswith(("_eV", "_D", "_mol")):
            assert value == pytest.approx(shipped[column], abs=2e-3), column


def test_results_are_bit_identical():
    assert compute_orbitals("COC") == compute_orbitals("O(C)C")


def test_homo_of_ethers_lies_above_carbonates_above_fluoroethers():
    homo = load_orbital_table()["homo_gas_eV"]
    assert homo["COCCOC"] > homo["O=C1OCCO1"] > homo["FC(F)C(F)(F)COC(F)(F)C(F)F"]
    assert homo["COCCOC"] == pytest.approx(-10.8, abs=0.1)


def test_an_anion_at_its_force_field_geometry_misleads():
    """UFF bonds of PF6- shift its orbitals by eV; no trace may stay at the end."""
    uff = embed_conformers(PF6)
    with one_thread():
        raw = single_point(uff.numbers, uff.positions_angstrom[0], -1)
        ends = []
        for stretch in (1.0, 1.15):
            start = stretch * uff.positions_angstrom[0]
            relaxed, _ = optimise(uff.numbers, start, -1)
            ends.append(single_point(uff.numbers, relaxed, -1))
    assert ends[0].homo_eV == pytest.approx(-8.65, abs=0.03)
    assert ends[1].homo_eV == pytest.approx(ends[0].homo_eV, abs=0.03)
    assert abs(raw.lumo_eV - ends[0].lumo_eV) > 1.0


def test_gas_phase_anions_do_not_compare_with_molecules():
    """In the gas phase PF6- seems to oxidise before an ether; in ALPB it does not."""
    table = load_orbital_table()
    assert table.at[PF6, "homo_gas_eV"] > table.at["COCCOC", "homo_gas_eV"]
    assert table.at[PF6, "homo_alpb_eV"] < table.at["COCCOC", "homo_alpb_eV"] - 2.0


def test_solvated_anions_order_as_known():
    names = {
        "PF6-": PF6,
        "BF4-": "F[B-](F)(F)F",
        "ClO4-": "[O-][Cl+3]([O-])([O-])[O-]",
        "FSI-": "O=S(=O)(F)[N-]S(=O)(=O)F",
        "TFSI-": "O=S(=O)([N-]S(=O)(=O)C(F)(F)F)C(F)(F)F",
        "OTf-": "O=S(=O)([O-])C(F)(F)F",
    }
    potential = load_orbital_table()["ip_vertical_alpb_eV"]
    values = [potential[smiles] for smiles in names.values()]
    assert values == sorted(values, reverse=True), dict(zip(names, values, strict=True))


def test_conformers_spread_the_homo_of_a_flexible_molecule():
    """Tetraglyme spans tenths of an eV, diethyl carbonate next to nothing."""
    spread = load_orbital_table()["homo_conformer_range_eV"]
    assert spread["COCCOCCOCCOCCOC"] > 0.2
    assert spread["O=C1OCCO1"] < 0.02


@pytest.mark.slow
def test_another_seed_moves_the_average_little():
    first = compute_orbitals("COCCOC")
    second = compute_orbitals("COCCOC", random_state=11)
    for column in ("homo_gas_eV", "homo_alpb_eV", "ip_vertical_ipea1_eV"):
        assert second[column] == pytest.approx(first[column], abs=0.08), column
    raw_range = first["homo_conformer_range_eV"]
    assert raw_range > 0.2  # what one conformer picked at random would risk


def test_the_published_shift_is_taken_off_the_energy_difference():
    start = embed_conformers("[Cl-]")
    geometry = start.positions_angstrom[0]
    with one_thread():
        ion = single_point(start.numbers, geometry, -1, solvent=SOLVENT)
        atom = single_point(start.numbers, geometry, 0, solvent=SOLVENT)
    bare = (atom.energy_hartree - ion.energy_hartree) * HARTREE_EV
    row = compute_orbitals("[Cl-]")
    assert row["ip_vertical_alpb_eV"] == pytest.approx(bare - IPEA_SHIFT_EV, abs=1e-3)


@pytest.mark.parametrize(
    ("smiles", "note"),
    [
        # three equal orbitals for one electron; may settle plainly on some machines
        pytest.param("F[B-](F)(F)F", "smeared at 1000 K", id="BF4-"),
        pytest.param("[OH-]", "started from EEQ charges", id="hydroxide"),
        pytest.param("O=[PH2][O-]", "affinity in GFN1-xTB", id="hypophosphite"),
    ],
)
def test_what_does_not_settle_plainly_is_helped_and_noted(smiles, note):
    row = compute_orbitals(smiles)
    assert np.isfinite(row["ea_vertical_gas_eV"])
    assert np.isfinite(row["ea_vertical_alpb_eV"])
    # An electron affinity in eV, not the 60 of an anion that collapses
    assert abs(row["ea_vertical_alpb_eV"] + row["lumo_alpb_eV"]) < 15
    assert note in row["method_note"] or row["method_note"] == "none"
    assert note in load_orbital_table().at[smiles, "method_note"]


def test_plain_species_carry_no_note():
    notes = load_orbital_table()["method_note"]
    assert notes.notna().all()
    assert (notes != "none").sum() <= 5, notes[notes != "none"]
    assert compute_orbitals("COC")["method_note"] == "none"


@pytest.mark.parametrize(
    ("smiles", "match"),
    [
        pytest.param("[Na+]", "bare metal cation", id="no electron"),
        pytest.param("c1ccccc", "read SMILES", id="unreadable"),
        pytest.param("CCO.CC", "fragments", id="two species"),
    ],
)
def test_a_species_that_cannot_be_computed_is_named(smiles, match):
    with pytest.raises(ValueError, match=match):
        compute_orbitals(smiles)


def test_a_calculation_that_fails_says_why():
    """Atoms on top of each other: the method has no answer."""
    numbers = np.array([8, 8, 1])
    overlapping = np.zeros((3, 3))
    with pytest.raises(RuntimeError, match="calculation failed: Too close"):
        single_point(numbers, overlapping, 0)


def test_the_whole_catalogue_is_in_the_shipped_table():
    from sodalyte.featurizers.remake import catalogue_species

    table = load_orbital_table()
    missing = sorted(set(catalogue_species()) - set(table.index))
    assert not missing, f"python -m sodalyte.featurizers.remake orbitals; {missing}"
    assert set(table.index[table.isna().any(axis=1)]) <= {"[F-]"}  # no empty orbital
    holes = set(table.columns[table.isna().any()])
    assert all(name.startswith(("lumo_", "ea_vertical_")) for name in holes), holes
    assert table["n_conformers"].min() >= 10
    assert table["method"].nunique() == 1
