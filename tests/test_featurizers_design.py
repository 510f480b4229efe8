from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sodalyte.datasets.components.catalogue import load_catalogue
from sodalyte.datasets.components.component import Component
from sodalyte.datasets.formulations.array import FormulationArray
from sodalyte.datasets.formulations.formulation import Formulation
from sodalyte.featurizers import BLOCKS, design_matrix
from sodalyte.featurizers import design as design_module
from sodalyte.featurizers.dictionary import feature_dictionary

TEXTS = [
    "1 M NaPF6 in G2",
    "NaFSI:DME:BTFE 1:1.2:1 (mol)",
    "0.8 M NaOTf + 0.2 M NaBF4 in G2",
    "1 M NaClO4 in EC/PC (1:1 v/v) + 5 wt% FEC",
    "1 M LiPF6 in EC/DMC (1:1 v/v)",
    "NaFSI:EMIFSI 0.3:0.7 (mol)",
]


def read(*texts):
    return [Formulation.from_text(text) for text in texts]


def test_columns_are_those_of_the_dictionary():
    matrix = design_matrix(read(*TEXTS))
    table = feature_dictionary()

    assert matrix.columns.tolist() == table.index.tolist()
    for block in BLOCKS:
        names = design_matrix(read(TEXTS[0]), blocks=(block,)).columns.tolist()
        assert names == table.index[table["block"] == block].tolist()


def test_no_nan_and_double_precision():
    neat = Formulation.from_mole_fractions({"G2": 1.0})
    matrix = design_matrix([*read(*TEXTS), neat])

    assert np.isfinite(matrix.to_numpy()).all()
    assert (matrix.dtypes == np.float64).all()
    assert matrix.index.tolist() == list(range(len(TEXTS) + 1))


@pytest.mark.parametrize("text", TEXTS)
def test_a_row_reads_the_same_to_the_last_bit_in_every_batch(text):
    alone = design_matrix(read(text))
    batch = design_matrix(read(*TEXTS[::-1], text))

    pd.testing.assert_frame_equal(
        alone, batch.tail(1).reset_index(drop=True), check_exact=True
    )


def test_list_and_array_read_the_same():
    array = FormulationArray.from_list(read(*TEXTS))

    pd.testing.assert_frame_equal(
        design_matrix(read(*TEXTS)), design_matrix(array), check_exact=True
    )


def test_blocks_of_rows_are_joined_without_a_seam(monkeypatch):
    whole = design_matrix(read(*TEXTS), {"temperature_C": -20.0})
    monkeypatch.setattr(design_module, "ROWS_AT_ONCE", 2)
    cut = design_matrix(read(*TEXTS), {"temperature_C": -20.0})

    pd.testing.assert_frame_equal(whole, cut, check_exact=True)


def test_temperature_moves_the_bulk_block_alone():
    warm, cold = (
        design_matrix(read(TEXTS[0]), {"temperature_C": t}).iloc[0]
        for t in (25.0, -20.0)
    )

    changed = warm.index[warm != cold].tolist()
    bulk = feature_dictionary().query("block == 'bulk'").index
    assert set(changed) <= {*bulk, "temperature_C"}
    assert cold["viscosity_mPa_s"] > warm["viscosity_mPa_s"]
    assert cold["conductivity_mS_per_cm"] < warm["conductivity_mS_per_cm"]


def test_conditions_align_with_rows():
    frame = pd.DataFrame(
        {
            "collector": ["Cu", "carbon-coated Al"],
            "temperature_C": [25.0, -40.0],
            "current_density_mA_per_cm2": [0.5, 2.0],
        },
        index=[7, 3],
    )

    matrix = design_matrix(read(*TEXTS[:2]), frame)

    assert matrix["collector_is_al"].tolist() == [0.0, 1.0]
    assert matrix["temperature_C"].tolist() == [25.0, -40.0]


def test_unknown_block():
    with pytest.raises(ValueError, match="blocks must be of composition"):
        design_matrix(read(TEXTS[0]), blocks=("chemistry",))


def test_no_formulation():
    with pytest.raises(ValueError, match="at least one formulation"):
        design_matrix([])


def test_one_formulation_is_no_list():
    with pytest.raises(TypeError, match="Put it in a list"):
        design_matrix(Formulation.from_text(TEXTS[0]))


def test_an_own_molecule_is_featurized(tmp_path, monkeypatch):
    monkeypatch.setenv("SODALYTE_CACHE_DIR", str(tmp_path))
    catalogue = load_catalogue()
    dme = catalogue.find("DME")
    own = replace(dme, name="my glyme", role="solvent")
    both = [
        Formulation.from_mole_fractions({catalogue.find("NaPF6"): 1.0, liquid: 9.0})
        for liquid in (dme, own)
    ]

    matrix = design_matrix(both)

    # the catalogue's measured values are not lent to another name
    assert matrix["estimated_liquid_fraction"].tolist() == [0.0, 1.0]
    assert matrix["solvent_coordination_number"].iloc[1] > 0


def test_a_molecule_outside_every_table_needs_no_entry():
    new = Component(
        "hexaglyme diethyl", "CCOCCOCCOCCOCC", "solvent", 250.3, None, None, None
    )
    formulation = Formulation.from_mole_fractions(
        {load_catalogue().find("NaPF6"): 1.0, new: 6.0}
    )

    row = design_matrix(
        [formulation], blocks=("composition", "solvation", "bulk", "conditions")
    ).iloc[0]

    assert np.isfinite(row).all()
    assert row["estimated_liquid_fraction"] == 1.0
    assert row["donor_number_estimated_fraction"] == 1.0


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_splitting_a_component_in_two_changes_nothing(data):
    names = data.draw(
        st.lists(
            st.sampled_from(["DME", "G2", "THF", "DOL", "PC", "BTFE"]),
            min_size=1,
            max_size=3,
            unique=True,
        )
    )
    amounts = {"NaPF6": 1.0, **{n: data.draw(st.floats(0.5, 9.0)) for n in names}}
    whole = Formulation.from_mole_fractions(amounts)
    halves = Formulation(
        components=whole.components * 2,
        mole_fractions=tuple(x / 2 for x in whole.mole_fractions) * 2,
    )

    one, other = design_matrix([whole]), design_matrix([halves])

    np.testing.assert_allclose(one, other, rtol=1e-9)
