import pytest

from sodalyte.datasets import (
    load_orbital_energies,
    load_qualitative_rules,
    load_sei_solvation,
)
from sodalyte.featurizers.solvation_checks import (
    solvation_error_table,
    solvation_rule_table,
)

DISAGREES = {
    ("S008", "anion_coordination_number"),  # anions leave as G4 enters
    ("U041", "anion_coordination_number"),  # the same statement
    ("H005", "homo_eV"),  # the chain artefact: G4 above G2 in xTB
    ("U040", "oxidation_potential_shell_V_vs_Na"),  # follows from H005
    (
        "U044",
        "conductivity_mS_per_cm",
    ),  # a thinner co-solvent conducts better here, beside G2
}


@pytest.fixture(scope="module")
def rules():
    return solvation_rule_table()


def test_spectroscopic_statements_hold():
    table = solvation_error_table()

    words = table[table["kind"] == "spectroscopic"]
    assert len(words) == 7
    assert (words["error"] == 0).all(), words[words["error"] != 0].to_string()


def test_simulated_snapshots_are_shown_not_hidden():
    # ten boxes of arXiv:2603.20183; they pair more than the model: docs, section Checks
    table = solvation_error_table()

    snapshots = table[table["kind"] == "snapshot"]
    assert len(snapshots) == 10
    assert snapshots["error"].abs().mean() < 1.0


# --- every statement of the reviews -------------------------------------------------


def test_every_rule_has_a_verdict_and_it_is_printed(rules, capsys):
    with capsys.disabled():
        shown = ["row_id", "quantity", "first", "second", "verdict", "amount"]
        print("\nstatements of the reviews\n", rules[shown].round(3).to_string())
    disagreeing = rules[rules["verdict"] == "disagrees"]

    found = set(zip(disagreeing["row_id"], disagreeing["quantity"], strict=True))

    assert found == DISAGREES
    assert (rules["verdict"] == "agrees").sum() == 39
    assert rules["source"].str.len().min() > 10
    assert rules["doi"].str.startswith("10.").all()


def test_what_is_not_covered_says_why(rules):
    open_ones = rules[rules["verdict"] == "not covered"]

    assert len(open_ones) == 6
    assert (open_ones["note"].str.len() > 5).all()
    assert open_ones[["first_value", "second_value", "amount"]].isna().all(axis=None)


def test_no_statement_on_orbitals_or_solvation_is_left_out(rules):
    """All orbital rows; the rows of the other tables that name a shell or an ion."""
    judged = set(rules["row_id"])
    assert set(load_orbital_energies().frame["row_id"]) <= judged
    solvation = load_sei_solvation().frame
    named = solvation["quantity"].str.contains("coordination|desolvation|G4_volume")
    assert set(solvation.loc[named, "row_id"]) <= judged
    claims = load_qualitative_rules().frame
    text = claims["metric"] + " " + claims["subject"]
    pattern = "solvation|coordination|SSIP|CIP|viscosity|Na-G2|oxidative stability"
    named = text.str.contains(pattern) & (claims["axis"] != "cost")
    outside = {"U054", "U056"}  # a zeolite film; a limit of ethers without comparator
    assert set(claims.loc[named, "row_id"]) - outside <= judged
