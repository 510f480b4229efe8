import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sodalyte.datasets.formulations.formulation import Formulation
from sodalyte.featurizers.solubility import solubility_guard
from sodalyte.screen.lab.request import lab_request
from sodalyte.screen.lab.stocks import plan_stocks
from sodalyte.screen.space.search_space import SearchSpace

BATCH = [
    Formulation.from_text(text)
    for text in (
        "1.1 M NaPF6 in DME/G2 (1:1 v/v)",
        "0.8 M NaPF6 in DME",
        "1.2 M NaFSI in DME/BTFE (1:2 v/v)",
        "1 M NaFSI in DME/TTE (1:2 v/v) + 2 wt% FEC",
    )
]


def mixed(plan, batch, labels):
    """Add up what the transfers put into each recipe, in grams."""
    stocks = {stock.name: stock.formulation for stock in plan.stocks}
    totals = {label: {} for label in labels}
    for transfer in plan.transfers:
        into = totals[transfer.recipe]
        if transfer.source in stocks:
            stock = stocks[transfer.source]
            for name, w in zip(stock.names, stock.mass_fractions, strict=True):
                into[name] = into.get(name, 0.0) + w * transfer.mass_g
        else:
            into[transfer.source] = into.get(transfer.source, 0.0) + transfer.mass_g
    return totals


def check_plan(batch, volume_mL):
    labels = [f"R{i + 1}" for i in range(len(batch))]
    plan = plan_stocks(batch, volume_mL)
    totals = mixed(plan, batch, labels)
    for label, recipe in zip(labels, batch, strict=True):
        grams = recipe.density_g_per_mL * volume_mL
        wanted = {}
        for name, w in zip(recipe.names, recipe.mass_fractions, strict=True):
            wanted[name] = wanted.get(name, 0.0) + w * grams
        assert totals[label] == pytest.approx(wanted, rel=1e-9, abs=1e-9)
    assert all(t.mass_g > 0 for t in plan.transfers)
    if plan.stocks:
        verdicts = solubility_guard([stock.formulation for stock in plan.stocks])
        assert set(verdicts["solubility_status"]) == {"supported"}
    assert all("reported" in stock.evidence for stock in plan.stocks)
    return plan


def test_every_recipe_comes_out_as_written():
    plan = check_plan(BATCH, 10.0)
    assert {s.formulation.names for s in plan.stocks} == {("NaFSI", "DME")}
    assert plan.n_weighings < plan.n_weighings_without


def test_no_stock_is_thicker_than_any_report_of_its_salt_in_its_solvent():
    """R1 would need 2.1 mol/L of NaPF6 in DME; nobody reported more than 2."""
    plan = plan_stocks(BATCH, 10.0)
    assert len(plan.notes) == 1
    assert plan.notes[0].startswith("No stock of NaPF6 in DME for R1 2.1 mol/L")
    assert "the largest is 2 mol/L" in plan.notes[0]
    weighed = {t.recipe for t in plan.transfers if t.source == "NaPF6"}
    assert weighed == {"R1", "R2"}


def test_recipes_thin_enough_share_the_stock_that_another_is_too_thick_for():
    thin = Formulation.from_text("0.6 M NaPF6 in DME/G2 (4:1 v/v)")
    plan = plan_stocks([*BATCH[:2], thin], 10.0)
    (stock,) = plan.stocks
    assert stock.formulation.names == ("NaPF6", "DME")
    assert {t.recipe for t in plan.transfers if t.source == stock.name} == {"R2", "R3"}
    assert [t.recipe for t in plan.transfers if t.source == "NaPF6"] == ["R1"]


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 8), st.floats(0.5, 100))
def test_any_batch_of_the_default_space_comes_out_as_written(seed, n, volume_mL):
    check_plan(list(SearchSpace.default().sample(n, seed)), volume_mL)


def test_a_stock_is_enough_for_its_users():
    plan = plan_stocks(BATCH, 10.0)
    for stock in plan.stocks:
        used = sum(t.volume_mL for t in plan.transfers if t.source == stock.name)
        assert stock.used_mL == pytest.approx(used)
        assert stock.volume_mL >= 1.1 * used - 1e-9
        made = sum(grams for _, grams in stock.ingredients)
        assert made == pytest.approx(
            stock.volume_mL * stock.formulation.density_g_per_mL
        )


def test_lone_recipes_get_no_stock():
    assert plan_stocks(BATCH[:1], 5.0).stocks == ()
    assert plan_stocks([], 5.0).transfers == ()


@pytest.mark.parametrize("volume", [0.0, -1.0, float("nan"), float("inf")])
def test_a_volume_must_be_positive(volume):
    with pytest.raises(ValueError, match="volume_mL must be > 0"):
        plan_stocks(BATCH, volume)


def test_labels_must_be_different():
    with pytest.raises(ValueError, match="one label of its own"):
        plan_stocks(BATCH, 10.0, ["a", "a", "b", "c"])


def test_a_lab_request_is_json_with_fractions_that_sum_to_one():
    document = json.loads(
        json.dumps(lab_request(BATCH, 5.0, conditions={"temperature_C": 25}))
    )
    assert len(document["requests"]) == 2 * len(BATCH)
    mix, measure = document["requests"][:2]
    assert (mix["quantity"], mix["methods"]) == ("electrolyte", ["flow"])
    assert mix["parameters"]["flow"]["volume"] == 5.0
    chemicals = mix["parameters"]["flow"]["electrolyte"]["formulation"]
    assert sum(c["fraction"] for c in chemicals) == pytest.approx(1)
    assert {c["fraction_type"] for c in chemicals} == {"molPerMol"}
    dme = next(c["chemical"] for c in chemicals if c["chemical"]["name"] == "DME")
    assert dme["InChIKey"] == "XTHFKEDIFFGKHM-UHFFFAOYSA-N"
    assert measure["parameters"]["plating_stripping"]["temperature_C"] == 25
    assert Formulation.from_text(mix["formulation_text"]) == BATCH[0]
