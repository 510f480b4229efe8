import subprocess
import sys
from dataclasses import replace

import numpy as np

from sodalyte.datasets.components.catalogue import load_catalogue
from sodalyte.featurizers.component_table import component_table, family_lumo_medians
from sodalyte.featurizers.descriptors import load_descriptor_table
from sodalyte.featurizers.orbital_table import load_orbital_table, load_pair_table


def components(*names):
    catalogue = load_catalogue()
    return [catalogue.find(name) for name in names]


def test_rows_follow_the_components():
    chosen = components("FEC", "NaPF6", "DME", "BTFE")
    table = component_table(chosen)
    assert list(table["name"]) == [component.name for component in chosen]
    again = component_table(chosen[::-1])
    assert again.iloc[::-1].reset_index(drop=True).equals(table)


def test_molecules_and_ions_keep_to_their_own_scales():
    table = component_table(components("DME", "NaPF6")).set_index("name")
    assert np.isfinite(
        table.loc["DME", ["homo_eV", "lumo_eV", "dipole_D"]].tolist()
    ).all()
    assert np.isnan(table.loc["DME", "homo_anion_eV"])
    assert np.isnan(table.loc["NaPF6", "homo_eV"])
    expected = load_orbital_table().at["F[P-](F)(F)(F)(F)F", "homo_alpb_eV"]
    assert table.loc["NaPF6", "homo_anion_eV"] == expected
    assert np.isnan(table.loc["NaPF6", "homo_cation_eV"])  # Na+ has no orbital


def test_no_other_column_has_a_hole():
    catalogue = load_catalogue()
    known = load_orbital_table().index.intersection(load_descriptor_table().index)
    ligands = set(load_pair_table().index)
    ready = [
        c
        for c in catalogue.values()
        if set(c.smiles.split(".")) & ligands <= set(known) | ligands
        and c.smiles in known
        and (c.role != "solvent" or c.smiles in ligands)
    ]
    table = component_table(ready)
    ionic_only = [c for c in table if "_anion_" in c or "_cation_" in c]
    assert len(table) > 100
    assert not table.drop(columns=ionic_only).isna().any().any()


def test_a_lumo_is_ranked_within_its_family():
    """GFN2 puts carbonates 6 eV below ethers, PBE 0.8 eV: only the family compares."""
    table = component_table(components("DME", "EC", "FEC", "G2")).set_index("name")
    assert table.loc["DME", "lumo_eV"] - table.loc["EC", "lumo_eV"] > 5.0
    relative = table["lumo_relative_eV"]
    assert abs(relative["DME"] - relative["EC"]) < 1.5
    assert relative["FEC"] < relative["EC"]
    medians = family_lumo_medians()
    assert medians["ether"] - medians["carbonate"] > 4.0


def test_sodium_sits_on_solvents_and_anions_only():
    fec = components("FEC")[0]
    as_solvent = replace(fec, role="solvent")
    as_additive = replace(fec, role="additive")
    diluent = components("BTFE")[0]
    table = component_table([as_solvent, as_additive, diluent, *components("NaFSI")])
    drop = table["homo_pair_drop_eV"]
    assert drop[0] > 0.2
    assert drop[1] == 0.0
    assert drop[2] == 0.0
    assert drop[3] > 0.2


def test_estimates_are_flagged_beside_their_value():
    table = component_table(components("DME", "FEC", "NaPF6")).set_index("name")
    assert list(table["donor_number_estimated"]) == [0.0, 1.0, 1.0]
    assert (table["donor_number_std_kcal_per_mol"] > 0).all()
    assert (table["oxidation_potential_std_V"] > 0).all()


def test_atoms_are_those_of_the_formula_unit():
    table = component_table(components("NaPF6", "G2")).set_index("name")
    assert table.loc["NaPF6", ["n_P", "n_F", "n_other"]].tolist() == [1.0, 6.0, 1.0]
    assert table.loc["G2", ["n_C", "n_H", "n_O"]].tolist() == [6.0, 14.0, 3.0]


def test_catalogue_species_need_no_chemistry_library():
    code = (
        "import sys\n"
        "from sodalyte.datasets.components.catalogue import load_catalogue\n"
        "from sodalyte.featurizers.component_table import component_table\n"
        "find = load_catalogue().find\n"
        "component_table([find(n) for n in ('DME', 'FEC', 'NaPF6', 'NaFSI', 'BTFE')])\n"
        "print(*sorted({'rdkit', 'tblite', 'torch'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == ""
