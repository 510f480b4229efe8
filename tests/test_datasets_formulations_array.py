import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sodalyte.datasets.components.catalogue import load_catalogue
from sodalyte.datasets.formulations.array import FormulationArray
from sodalyte.datasets.formulations.formulation import Formulation

TEXTS = [
    "1 M NaPF6 in G2",
    "0.9 M NaPF6 + 0.1 M NaBF4 in G2",
    "2.1 M NaFSI in DME:BTFE 1:2 v/v",
    "1 M NaClO4 in EC:PC 1:1 v/v + 5 wt% FEC",
    "NaFSI:DME:TTE 1:1.2:3 mol",
    "1 M NaPF6 in FEC:DMC 1:1 v/v",
    "NaFSI:EMIMFSI 1:4 mol",
    "G2:DME 1:1 v/v",
]
ROWS = [Formulation.from_text(text) for text in TEXTS]
ARRAY = FormulationArray.from_list(ROWS)
CATALOGUE = load_catalogue()
SCALARS = [
    "salt_molarity_mol_per_L",
    "salt_molality_mol_per_kg",
    "density_g_per_mL",
    "density_std_g_per_mL",
    "fluorine_mass_fraction",
]
VECTORS = [
    "mole_fractions",
    "mass_fractions",
    "volume_fractions",
    "molarity_mol_per_L",
    "molality_mol_per_kg",
]


def test_rows_come_back_as_they_went_in():
    assert list(ARRAY) == ROWS
    assert len(ARRAY) == len(ROWS)
    assert ARRAY[-1] == ROWS[-1]
    assert ARRAY[np.int64(2)] == ROWS[2]


@pytest.mark.parametrize("quantity", SCALARS)
def test_scalars_agree_with_single_formulations(quantity):
    expected = np.array([getattr(row, quantity) for row in ROWS])
    np.testing.assert_allclose(
        getattr(ARRAY, quantity), expected, rtol=1e-12, atol=0, equal_nan=True
    )


@pytest.mark.parametrize("quantity", VECTORS)
def test_vectors_agree_with_single_formulations(quantity):
    values = getattr(ARRAY, quantity)
    assert values.shape == (len(ROWS), len(ARRAY.components))
    for row, formulation in zip(values, ROWS, strict=True):
        expected = dict(
            zip(formulation.components, getattr(formulation, quantity), strict=True)
        )
        full = [expected.get(component, 0.0) for component in ARRAY.components]
        np.testing.assert_allclose(row, full, rtol=1e-12, atol=1e-300)


@settings(deadline=None, max_examples=60)
@given(
    st.lists(
        st.dictionaries(
            st.sampled_from(["NaPF6", "NaFSI", "G2", "DME", "BTFE", "FEC"]),
            st.floats(1e-4, 1e3),
            min_size=1,
        ),
        min_size=1,
        max_size=5,
    )
)
def test_any_list_agrees_with_its_array(parts):
    rows = [Formulation.from_mole_fractions(part) for part in parts]
    array = FormulationArray.from_list(rows)
    assert list(array) == rows
    for quantity in SCALARS:
        np.testing.assert_allclose(
            getattr(array, quantity),
            [getattr(row, quantity) for row in rows],
            rtol=1e-12,
            equal_nan=True,
        )


def test_slices_masks_and_lists_give_arrays():
    assert list(ARRAY[1:3]) == ROWS[1:3]
    assert list(ARRAY[[3, 0]]) == [ROWS[3], ROWS[0]]
    mask = ARRAY.salt_molarity_mol_per_L > 2
    assert list(ARRAY[mask]) == [r for r, m in zip(ROWS, mask, strict=True) if m]
    assert ARRAY[1:3].components == ARRAY.components


def test_concatenate_joins_the_columns():
    joined = FormulationArray.concatenate([ARRAY[:2], FormulationArray.from_list(ROWS)])
    assert list(joined) == ROWS[:2] + ROWS
    one = FormulationArray.from_list(ROWS[:1])
    other = FormulationArray.from_list(ROWS[4:5])
    assert FormulationArray.concatenate([one, other])[1] == ROWS[4]


def test_columns_are_ordered_by_role_and_name():
    keys = [(c.role, c.name) for c in ARRAY.components]
    order = ["salt", "solvent", "diluent", "additive"]
    assert keys == sorted(keys, key=lambda key: (order.index(key[0]), key[1]))
    assert ("FEC", "solvent") in zip(ARRAY.names, ARRAY.roles, strict=True)
    assert ("FEC", "additive") in zip(ARRAY.names, ARRAY.roles, strict=True)


def test_an_empty_list_is_an_empty_array():
    empty = FormulationArray.from_list([])
    assert len(empty) == 0
    assert empty.density_g_per_mL.shape == (0,)


def test_equality_and_copies():
    again = pickle.loads(pickle.dumps(ARRAY))  # how Dask sends it
    assert again == ARRAY
    assert ARRAY[1:] != ARRAY
    assert ARRAY != TEXTS
    with pytest.raises(TypeError, match="unhashable"):
        hash(ARRAY)


def test_the_matrix_is_read_only_and_the_given_one_is_left_alone():
    x = np.array([[1.0]])
    array = FormulationArray((CATALOGUE["G2"],), x)
    with pytest.raises(ValueError, match="read-only"):
        array.mole_fractions[0, 0] = 0.5
    x[0, 0] = 1.0
    assert x.flags.writeable


@pytest.mark.parametrize(
    ("names", "x", "match"),
    [
        (["G2"], [[0.5, 0.5]], r"one column\s+for each component|\(1, 2\) for 1"),
        (["G2", "G2"], [[0.5, 0.5]], "comes twice"),
        (["G2", "DME"], [[0.5, 0.4]], "1 rows break this: row 0 sums to 0.9"),
        (["G2", "DME"], [[1.5, -0.5], [0.5, 0.5]], "1 rows break this: row 0"),
        (["G2", "DME"], [[np.nan, 1.0]], "row 0 sums to nan"),
        (["G2"], [1.0], "has shape"),
    ],
    ids=["columns", "twice", "sum", "negative", "nan", "one-dimensional"],
)
def test_matrices_that_are_no_fractions_are_refused(names, x, match):
    with pytest.raises(ValueError, match=match):
        FormulationArray(tuple(CATALOGUE[name] for name in names), np.array(x))


def test_a_hundred_thousand_rows_are_one_product():
    rng = np.random.default_rng(0)
    x = rng.dirichlet(np.ones(len(ARRAY.components)), size=100_000)
    array = FormulationArray(ARRAY.components, x)
    density = array.density_g_per_mL
    assert density.shape == (100_000,)
    for i in (0, 77_777):
        assert array[i].density_g_per_mL == pytest.approx(density[i], rel=1e-11)
