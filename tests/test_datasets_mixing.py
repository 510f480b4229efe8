import numpy as np
import pytest

from sodalyte.datasets.components.catalogue import load_catalogue
from sodalyte.datasets.formulations import mixing

CATALOGUE = load_catalogue()
NAPF6, G2, DME = (CATALOGUE[name] for name in ("NaPF6", "G2", "DME"))


def test_pure_solvent_limit():
    table = mixing.component_table((NAPF6, G2))
    x = np.array([0.0, 1.0])
    assert mixing.density_g_per_mL(x, table) == pytest.approx(G2.density_g_per_mL)
    assert mixing.salt_molarity_mol_per_L(x, table) == 0
    assert mixing.salt_molality_mol_per_kg(x, table) == 0
    assert mixing.fluorine_mass_fraction(x, table) == 0


def test_infinite_dilution_ties_molarity_to_molality():
    table = mixing.component_table((NAPF6, G2))
    x = np.array([1e-9, 1 - 1e-9])
    molarity = mixing.salt_molarity_mol_per_L(x, table)
    molality = mixing.salt_molality_mol_per_kg(x, table)
    assert molarity / molality == pytest.approx(G2.density_g_per_mL, rel=1e-7)


def test_no_solvent_gives_nan_molality():
    table = mixing.component_table((NAPF6,))
    assert np.isnan(mixing.salt_molality_mol_per_kg(np.array([1.0]), table))


def test_closed_form_of_one_salt_in_one_solvent():
    v_salt = NAPF6.molar_volume_mL_per_mol
    v_solvent = G2.molar_mass_g_per_mol / G2.density_g_per_mL
    moles = mixing.finish_moles([1.0], [("mol_per_L", 2.0)], (G2, NAPF6))
    solvent = (1000 - 2 * v_salt) / v_solvent
    assert moles[1] / moles[0] == pytest.approx(2 / solvent, rel=1e-12)


@pytest.mark.parametrize(
    ("unit", "amount", "read"),
    [
        ("mol_per_L", 1.5, lambda x, t: mixing.molarity_mol_per_L(x, t)[-1]),
        ("mol_per_kg", 1.5, lambda x, t: mixing.molality_mol_per_kg(x, t)[-1]),
        ("mass_fraction", 0.2, lambda x, t: mixing.mass_fractions(x, t)[-1]),
        ("volume_fraction", 0.1, lambda x, t: mixing.volume_fractions(x, t)[-1]),
        ("mole_fraction", 0.1, lambda x, t: x[-1]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_amount_added_is_the_amount_found(unit, amount, read):
    components = (G2, DME, NAPF6)
    moles = np.array(mixing.finish_moles([3.0, 1.0], [(unit, amount)], components))
    x = moles / moles.sum()
    table = mixing.component_table(components)
    assert read(x, table) == pytest.approx(amount, rel=1e-12)
    assert moles[0] / moles[1] == 3.0


def test_mole_per_litre_of_solvent_neglects_the_salt_volume():
    moles = mixing.finish_moles([1.0], [("mol_per_L_solvent", 3.0)], (G2, NAPF6))
    v_solvent = G2.molar_mass_g_per_mol / G2.density_g_per_mL
    assert moles[1] / moles[0] == pytest.approx(3e-3 * v_solvent, rel=1e-12)


@pytest.mark.parametrize(
    "additions",
    [[("mol_per_L", 40.0)], [("mass_fraction", 0.6), ("mass_fraction", 0.4)]],
    ids=["molar", "percent"],
)
def test_amounts_without_room_are_refused(additions):
    components = (G2, NAPF6, DME)[: len(additions) + 1]
    with pytest.raises(ValueError, match="must leave room for the solvent"):
        mixing.finish_moles([1.0], additions, components)


def test_all_kinds_of_amounts_at_once():
    names = ["G2", "NaPF6", "NaBF4", "FEC", "VC", "EC", "DMC"]
    components = tuple(CATALOGUE[name] for name in names)
    additions = [
        ("mol_per_L", 0.7),
        ("mol_per_kg", 0.2),
        ("mass_fraction", 0.05),
        ("volume_fraction", 0.02),
        ("mole_fraction", 0.03),
        ("mol_per_L_solvent", 0.1),
    ]
    moles = np.array(mixing.finish_moles([1.0], additions, components))
    x, table = moles / moles.sum(), mixing.component_table(components)
    assert mixing.molarity_mol_per_L(x, table)[1] == pytest.approx(0.7)
    assert mixing.molality_mol_per_kg(x, table)[2] == pytest.approx(0.2)
    assert mixing.mass_fractions(x, table)[3] == pytest.approx(0.05)
    assert mixing.volume_fractions(x, table)[4] == pytest.approx(0.02)
    assert x[5] == pytest.approx(0.03)


def test_density_uncertainty_comes_from_the_salt():
    table = mixing.component_table((NAPF6, G2))
    x = np.array([0.13, 0.87])
    density = mixing.density_g_per_mL(x, table)
    volume = x @ table.molar_volume_mL_per_mol
    std = density * np.hypot(*(x * table.molar_volume_std_mL_per_mol)) / volume
    assert mixing.density_std_g_per_mL(x, table) == pytest.approx(std)
    assert 0.003 < std < 0.05
