import pytest

from sodalyte.datasets.formulations.formulation import Formulation
from sodalyte.featurizers.solubility import (
    miscibility_guard,
    reported_mixtures,
    solubility_guard,
)


def read(*texts):
    return [Formulation.from_text(text) for text in texts]


@pytest.mark.parametrize(
    ("text", "status", "reason"),
    [
        ("1 M NaPF6 in G2", "supported", "reported at 1 mol/L"),
        ("0.5 M NaPF6 in G2", "supported", "reported at 1 mol/L"),
        ("4 M NaFSI in DME", "supported", "plating_ce"),
        ("NaFSI:DME:BTFE 1:1.2:1 (mol)", "supported", "NaFSI was reported"),
        ("1 M NaPF6 in G2/DME (1:1 v/v)", "supported", "sodium_electrolytes"),
        ("4 M NaPF6 in G2", "unknown", "no report of so much"),
        ("1 M NaBF4 in TEP", "unknown", "no report of so much"),
        # 10.1021/acs.chemmater.0c03570: almost 0.7 M in NMP, insoluble in carbonates
        ("0.9 M NaBOB in NMP", "exceeds", "at most 0.7 mol/L"),
        ("0.5 M NaBOB in PC", "exceeds", "10.1021|Chem. Mater. 2021"),
        # WO 2019/078965, claim 1
        ("1 M NaPF6 in BTFE", "exceeds", "WO 2019/078965"),
        ("1 M NaFSI in TTE", "exceeds", "WO 2019/078965"),
        ("1 M NaF in DME", "exceeds", "Xin et al."),
    ],
)
def test_solubility_has_three_answers_with_a_source(text, status, reason):
    judged = solubility_guard(read(text)).iloc[0]

    assert judged["solubility_status"] == status, judged["solubility_reason"]
    assert any(part in judged["solubility_reason"] for part in reason.split("|"))


def test_a_mixture_that_was_reported_does_not_vouch_for_its_parts():
    # 1,2-DMP with others was reported at 1 M, DiBE with THF at 1 mol/kg, DiBE alone not
    judged = solubility_guard(read("1 M NaFSI in DiBE"))

    assert judged["solubility_status"][0] == "unknown"


def test_the_worst_salt_decides():
    judged = solubility_guard(read("0.5 M NaPF6 + 0.5 M NaF in DME"))

    assert judged["solubility_status"][0] == "exceeds"
    assert "NaF in DME" in judged["solubility_reason"][0]


def test_without_salt_there_is_nothing_to_dissolve():
    judged = solubility_guard([Formulation.from_mole_fractions({"DME": 1.0})])

    assert judged["solubility_status"][0] == "supported"
    assert judged["solubility_reason"][0] == "no salt to dissolve"


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("1 M NaPF6 in G2", "supported"),
        ("1 M NaPF6 in EC/DEC (1:1 v/v)", "supported"),
        ("NaFSI:DME:BTFE 1:1.2:1 (mol)", "supported"),
        ("1 M NaPF6 in G2/DME (1:1 v/v)", "supported"),  # ether campaign
        ("1 M NaFSI in SL/BTFE (1:1 v/v)", "unknown"),
        # 10.1038/s41598-020-79038-y: fluorinated ethers mix with TMP
        ("1 M NaFSI in TMP/TTE (1:1 v/v)", "supported"),
    ],
)
def test_miscibility(text, status):
    judged = miscibility_guard(read(text)).iloc[0]

    assert judged["miscibility_status"] == status, judged["miscibility_reason"]


def test_rows_keep_their_order_and_do_not_depend_on_the_batch():
    texts = ["1 M NaPF6 in G2", "1 M NaPF6 in BTFE", "4 M NaPF6 in G2"]
    together = solubility_guard(read(*texts, *reversed(texts)))
    alone = [solubility_guard(read(text)).iloc[0] for text in texts]

    expected = [one["solubility_status"] for one in alone]
    assert together["solubility_status"].tolist() == expected + expected[::-1]


def test_reports_are_real_electrolytes():
    reports = reported_mixtures()

    assert len(reports) > 200
    assert all(report.liquids for report in reports if not report.salts)
    molarities = [value for one in reports for value in one.salts.values()]
    assert 0 < min(molarities) < max(molarities) < 25  # NaI in ammonia is the densest
    campaign = [one for one in reports if one.where.startswith("ether_campaign")]
    assert campaign
    assert all(not one.salts for one in campaign)
