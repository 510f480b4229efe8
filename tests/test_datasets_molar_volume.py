import numpy as np
import pytest

from sodalyte.datasets.components.catalogue import load_catalogue
from sodalyte.datasets.components.molar_volume import (
    estimate_ionic_liquid_volume_mL_per_mol,
    estimate_liquid_volume_mL_per_mol,
    estimate_salt_volume_mL_per_mol,
    van_der_waals_volume_A3,
)


def test_estimates_agree_with_measured_liquids_within_their_uncertainty():
    """The fit is close: 90 % within twice the stated 3.5 %, none off by 20 %."""
    errors = {}
    catalogue = load_catalogue()
    for name, component in catalogue.items():
        if component.is_ionic:
            continue
        found = catalogue.resolution(name, "density_g_per_mL")
        is_organic = "C" in component.smiles.upper().replace("CL", "")
        if found.quality != "measured" or not is_organic:
            continue
        if catalogue.entry(name).family in ("liquefied gas", "inorganic"):
            continue
        estimate, _ = estimate_liquid_volume_mL_per_mol(component.smiles)
        errors[name] = estimate / component.molar_volume_mL_per_mol - 1
    relative = np.abs(list(errors.values()))
    assert len(relative) > 100
    assert np.mean(relative < 0.07) > 0.9
    assert relative.max() < 0.2, max(errors, key=lambda name: abs(errors[name]))
    print(f"{len(relative)} liquids, rms error {np.sqrt(np.mean(relative**2)):.3f}")


def test_estimated_densities_in_the_table_can_be_remade():
    catalogue = load_catalogue()
    remade = 0
    for name, component in catalogue.items():
        values = catalogue.property_values(name, "density_g_per_mL")
        for value in values:
            if value.quality == "estimated":
                volume, std = estimate_liquid_volume_mL_per_mol(component.smiles)
                density = component.molar_mass_g_per_mol / volume
                assert value.value == pytest.approx(density, abs=1e-3), name
                assert float(value.uncertainty) == pytest.approx(
                    density * std / volume, abs=1e-3
                )
                remade += 1
    assert remade > 100


def test_an_element_or_group_outside_the_fit_widens_the_uncertainty():
    value, std = estimate_liquid_volume_mL_per_mol("CO[Si](C)(C)OC")
    assert std / value == pytest.approx(0.08)
    value, std = estimate_liquid_volume_mL_per_mol("O=S1(=O)CCCO1")
    assert std / value == pytest.approx(0.08)
    value, std = estimate_liquid_volume_mL_per_mol("COCCOC")
    assert std / value == pytest.approx(0.035)


@pytest.mark.parametrize(
    ("smiles", "expected"),
    [
        ("F[P-](F)(F)(F)(F)F", 53.1),
        ("O=S(=O)([O-])C(F)(F)F", 70.0),
        ("O=S(=O)([N-]S(=O)(=O)C(F)(F)F)C(F)(F)F", 126.8),
    ],
    ids=["NaPF6", "NaOTf", "NaTFSI"],
)
def test_salt_line_meets_the_measured_volumes(smiles, expected):
    """Means over media from Kumar et al. 2026, arXiv:2603.20183, Table S1."""
    volume, std = estimate_salt_volume_mL_per_mol(
        ["Na+"], [van_der_waals_volume_A3(smiles)]
    )
    assert abs(volume - expected) < 1.1 * std


def test_potassium_salt_lies_above_sodium_by_the_measured_difference():
    sodium, _ = estimate_salt_volume_mL_per_mol(["Na+"], [71.9])
    potassium, _ = estimate_salt_volume_mL_per_mol(["K+"], [71.9])
    assert potassium - sodium == pytest.approx(51.2 - 39.4)


def test_small_anions_do_not_get_a_negative_volume():
    volume, _ = estimate_salt_volume_mL_per_mol(["Na+"], [10.0])
    assert volume == 5.0


def test_ionic_liquid_volume_grows_with_its_ions():
    small, _ = estimate_ionic_liquid_volume_mL_per_mol([120.0, 100.0])
    large, std = estimate_ionic_liquid_volume_mL_per_mol([120.0, 160.0])
    assert 0 < small < large
    assert std == pytest.approx(0.08 * large)


def test_van_der_waals_volume_of_atom_and_molecule():
    assert van_der_waals_volume_A3("[Cl-]") == pytest.approx(4 / 3 * np.pi * 1.8**3)
    assert van_der_waals_volume_A3("F[P-](F)(F)(F)(F)F") == pytest.approx(71.9, abs=1)


def test_unreadable_smiles_is_named():
    with pytest.raises(ValueError, match=r"readable by RDKit; 'C\(' is not"):
        estimate_liquid_volume_mL_per_mol("C(")
