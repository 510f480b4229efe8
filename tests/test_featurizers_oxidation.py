from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sodalyte.datasets.components.catalogue import load_catalogue
from sodalyte.featurizers.orbital_table import load_orbital_table
from sodalyte.featurizers.oxidation import (
    oxidation_potentials,
    oxidation_scale,
)

ORDER = pd.read_csv(
    Path(__file__).parent.parent / "featurizers/tables/oxidation_order.csv",
    keep_default_na=False,
)


def potential(*smiles):
    return oxidation_potentials(smiles)["oxidation_potential_V_vs_Na"].to_numpy()


def test_the_length_of_a_chain_does_not_count_as_oxidation():
    """Computed vertical IPs fall by 0.8 eV and more from DME to G4; onsets do not."""
    dme, g4 = "COCCOC", "COCCOCCOCCOCCOC"
    table = load_orbital_table()["ip_vertical_gas_eV"]
    assert table[dme] - table[g4] > 0.8
    glymes = potential(dme, "COCCOCCOC", "COCCOCCOCCOC", g4)
    assert np.ptp(glymes) < 0.4


@pytest.mark.parametrize(
    ("rule", "higher", "lower", "is_exception", "reason"),
    list(ORDER.itertuples(index=False, name=None)),
    ids=ORDER["higher"] + " above " + ORDER["lower"],
)
def test_named_pairs(rule, higher, lower, is_exception, reason):
    catalogue = load_catalogue()
    above, below = potential(
        catalogue.find(higher).smiles, catalogue.find(lower).smiles
    )
    if is_exception:
        assert above <= below, f"{rule}: no longer an exception, take it off the list"
        assert reason
    else:
        assert above > below, f"{rule}: {higher} {above:.2f} V, {lower} {below:.2f} V"


def test_at_least_twelve_pairs_and_both_rules():
    assert len(ORDER) >= 12
    assert (ORDER["rule"].value_counts() >= 6).all()
    assert set(ORDER["rule"]) == {"carbonate above ether", "fluorinated above parent"}


def test_uncertainty_grows_away_from_the_fourteen():
    table = oxidation_potentials(
        ["O=C1OCCO1", "FC(F)C(F)(F)COC(F)(F)C(F)F", "CC#N", "F[P-](F)(F)(F)(F)F"]
    )["oxidation_potential_std_V"]
    inside = table["O=C1OCCO1"]
    assert inside >= oxidation_scale().residual_std_V
    assert table["FC(F)C(F)(F)COC(F)(F)C(F)F"] > 1.2 * inside
    assert table["CC#N"] > inside
    assert table["F[P-](F)(F)(F)(F)F"] >= 1.0  # no anion among the fourteen


def test_iodide_oxidises_before_fluoro_anions():
    iodide, fsi, pf6 = potential(
        "[I-]", "O=S(=O)(F)[N-]S(=O)(=O)F", "F[P-](F)(F)(F)(F)F"
    )
    assert iodide < 4.0 < fsi < pf6
