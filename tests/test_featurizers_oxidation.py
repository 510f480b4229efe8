from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sodalyte.datasets.catalogue import load_catalogue
from sodalyte.featurizers.orbital_table import load_orbital_table
from sodalyte.featurizers.oxidation import (
    CHOSEN,
    leave_one_out_table,
    oxidation_potentials,
    oxidation_scale,
)

ORDER = pd.read_csv(
    Path(__file__).parent.parent / "featurizers/tables/oxidation_order.csv",
    keep_default_na=False,
)


def potential(*smiles):
    return oxidation_potentials(smiles)["oxidation_potential_V_vs_Na"].to_numpy()


@pytest.fixture(scope="module")
def scores():
    table = leave_one_out_table(n_bootstrap=500)
    return table.set_index("form")


def test_left_out_onsets_are_ranked(scores, capsys):
    """The goal set for the fourteen onsets: 0.75; bare numbers stand beside it."""
    with capsys.disabled():
        columns = ["rank_correlation", "low", "high", "rmse_V"]
        print(
            "\nonsets, leave one molecule out\n", scores[columns].round(2).to_string()
        )
    chosen = scores.loc[CHOSEN]
    assert chosen["is_chosen"]
    assert chosen["rank_correlation"] >= 0.75
    assert chosen["rank_correlation"] > scores.loc["raw HOMO (gas)", "rank_correlation"]
    assert (
        chosen["rank_correlation"]
        > (scores.loc["raw vertical IP (gas)", "rank_correlation"])
    )


def test_the_interval_of_fourteen_molecules_is_wide_and_printed(scores):
    assert (scores["low"] < scores["rank_correlation"]).all()
    assert (scores["rank_correlation"] <= scores["high"]).all()
    assert scores.loc[CHOSEN, "high"] - scores.loc[CHOSEN, "low"] > 0.2
    assert (scores["n_molecules"] == 14).all()


def test_bare_numbers_rank_as_published_for_this_set(scores):
    """HOMO 0.73 and vertical IP 0.59 on one conformer; ours average conformers."""
    homo = scores.loc["raw HOMO (gas)", "rank_correlation"]
    assert homo == pytest.approx(0.73, abs=0.06)
    ip = scores.loc["raw vertical IP (gas)", "rank_correlation"]
    assert ip == pytest.approx(0.59, abs=0.08)


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
