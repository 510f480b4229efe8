import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sodalyte.datasets.formulations.formulation import Formulation
from sodalyte.featurizers.amounts import amounts
from sodalyte.featurizers.composition import RATIO_CEILING, composition_features


def features(*texts):
    return composition_features(amounts([Formulation.from_text(t) for t in texts]))


def test_ratios_by_hand():
    # one NaPF6 and three DME (C4H10O2): 12 C, 6 O, 6 F, 1 P, 1 Na
    columns = features("NaPF6:DME 1:3 (mol)")

    assert columns["fluorine_to_carbon_ratio"][0] == pytest.approx(6 / 12)
    assert columns["oxygen_to_carbon_ratio"][0] == pytest.approx(6 / 12)
    assert columns["fluorine_to_oxygen_ratio"][0] == pytest.approx(1)
    assert columns["inorganic_to_organic_ratio"][0] == pytest.approx(14 / 12)
    assert columns["fluorine_atom_fraction"][0] == pytest.approx(6 / 26)
    assert columns["solvent_oxygen_atom_fraction"][0] == pytest.approx(6 / 26)
    assert columns["anion_fluorine_atom_fraction"][0] == pytest.approx(6 / 26)
    assert columns["anion_oxygen_atom_fraction"][0] == 0
    assert columns["salt_mole_fraction"][0] == pytest.approx(0.25)


def test_triflate_brings_oxygen_carbon_and_fluorine():
    # NaOTf: C 1, F 3, O 3, S 1; diglyme C6H14O3
    columns = features("NaOTf:G2 1:1 (mol)")

    heavy = 1 + 1 + 3 + 3 + 1 + 6 + 3
    assert columns["anion_oxygen_atom_fraction"][0] == pytest.approx(3 / heavy)
    assert columns["anion_carbon_atom_fraction"][0] == pytest.approx(1 / heavy)
    assert columns["sulfur_atom_fraction"][0] == pytest.approx(1 / heavy)


def test_fluorine_mass_fraction_agrees_with_the_formulation():
    texts = ["1 M NaPF6 in G2", "NaFSI:DME:BTFE 1:1.2:1 (mol)", "1 M NaClO4 in PC"]

    columns = features(*texts)

    expected = [Formulation.from_text(text).fluorine_mass_fraction for text in texts]
    np.testing.assert_allclose(columns["fluorine_mass_fraction"], expected, rtol=1e-6)


def test_molarity_and_molality_agree_with_the_formulation():
    texts = ["1 M NaPF6 in G2", "5 M NaFSI in DME", "0.8 M NaOTf + 0.2 M NaBF4 in G2"]

    columns = features(*texts)

    formulations = [Formulation.from_text(text) for text in texts]
    np.testing.assert_allclose(
        columns["salt_molarity_mol_per_L"],
        [one.salt_molarity_mol_per_L for one in formulations],
    )
    np.testing.assert_allclose(
        columns["salt_molality_mol_per_kg"],
        [one.salt_molality_mol_per_kg for one in formulations],
    )


def test_roles_add_up_and_are_counted():
    columns = features("NaFSI:DME:BTFE 1:1.2:1 (mol)", "1 M NaPF6 in G2")

    total = sum(
        columns[f"{role}_mole_fraction"]
        for role in ("salt", "solvent", "diluent", "additive")
    )
    np.testing.assert_allclose(total, 1.0)
    assert columns["n_components"].tolist() == [3, 2]
    assert columns["n_salts"].tolist() == [1, 1]


def test_no_carbon_reads_the_ceiling_not_infinity():
    columns = features("1 M NaPF6 in SO2")

    assert columns["fluorine_to_carbon_ratio"][0] == RATIO_CEILING
    assert all(np.isfinite(values).all() for values in columns.values())


def test_mixing_entropy_of_an_equal_pair():
    columns = composition_features(
        amounts([Formulation.from_mole_fractions({"DME": 1, "G2": 1})])
    )

    assert columns["mixing_entropy_R"][0] == pytest.approx(np.log(2))
    assert columns["salt_molarity_mol_per_L"][0] == 0


@given(st.permutations(["NaPF6", "DME", "G2", "THF", "BTFE"]), st.integers(0, 2**32))
def test_order_of_the_components_does_not_matter(names, seed):
    parts = np.random.default_rng(seed).uniform(0.1, 1.0, len(names))
    by_name = dict(zip(names, parts, strict=True))
    sorted_first = {name: by_name[name] for name in sorted(by_name)}

    one, other = (
        composition_features(amounts([Formulation.from_mole_fractions(given_parts)]))
        for given_parts in (by_name, sorted_first)
    )

    for name, values in one.items():
        assert values[0] == other[name][0]
