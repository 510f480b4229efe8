"""The whole model: identities, monotone in what physics says, hard use, speed."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sodalyte.models.cell import (
    CellDesign,
    CellModel,
    ElectrolyteProperties,
    Protocol,
)
from sodalyte.models.cell.figures import FIGURES

PROFILES = ["ideal", "realistic"]


def evaluate(profile="ideal", design=None, protocol=None, **electrolyte):
    electrolyte.setdefault("nines_mean", 3.0)
    return CellModel(profile).evaluate(
        ElectrolyteProperties(**electrolyte), design, protocol
    )


@given(st.floats(50.0, 100.0), st.floats(1.0, 100.0), st.integers(0, 2000))
@settings(deadline=None, max_examples=50)
def test_ideal_retention_is_ce_to_the_n_whatever_the_initial(ce, initial, cycles):
    result = CellModel("ideal").evaluate(
        ElectrolyteProperties.from_ce_percent(ce, initial_ce_percent=initial),
        protocol=Protocol(cycles=cycles),
    )
    assert result.capacity_retention[0] == pytest.approx(
        (ce / 100.0) ** cycles, rel=1e-9, abs=1e-12
    )


def test_initial_efficiency_scales_discharge_and_energy_only():
    full, half = (evaluate(initial_ce_percent=value) for value in (100.0, 50.0))
    for name in ("specific_energy_cell_Wh_per_kg", "energy_density_stack_Wh_per_L"):
        assert half.values[name][0] == pytest.approx(0.5 * full.values[name][0])
    assert half.cycle_life_80 == full.cycle_life_80
    assert half.average_voltage_V == full.average_voltage_V


@pytest.mark.parametrize("profile", PROFILES)
def test_more_efficiency_never_hurts(profile):
    nines = np.linspace(0.0, 5.0, 201)
    for cathode in ("NVP", "Na4VP"):
        result = evaluate(profile, CellDesign(cathode=cathode), nines_mean=nines)
        for store in (result.values, result.low, result.high):
            assert (np.diff(store["capacity_retention"]) >= -1e-9).all()
            assert (np.diff(np.minimum(store["cycle_life_80"], 1e9)) >= -1e-6).all()


@pytest.mark.parametrize("profile", PROFILES)
def test_low_median_high_are_in_order(profile):
    rng = np.random.default_rng(0)
    n = 500
    result = evaluate(
        profile,
        nines_mean=rng.uniform(0.5, 4.0, n),
        nines_std=rng.uniform(0.0, 0.6, n),
        runs_probability=rng.uniform(0.2, 1.0, n),
        initial_ce_percent=rng.uniform(50, 99.9, n),
        initial_ce_percent_std=2.0,
        oxidative_limit_V_vs_Na=rng.uniform(3.4, 4.6, n),
        oxidative_limit_V_vs_Na_std=0.15,
        conductivity_mS_per_cm=rng.uniform(0.5, 12.0, n),
        conductivity_ln_std=0.3,
    )
    for name in FIGURES:
        low, high = result.low[name], result.high[name]
        assert (low <= result.values[name] * (1 + 1e-9)).all(), name
        assert (high >= result.values[name] * (1 - 1e-9)).all(), name


def test_ideal_without_spread_has_no_interval():
    result = evaluate()
    for name in FIGURES:
        assert result.low[name][0] == pytest.approx(result.values[name][0])
        assert result.high[name][0] == pytest.approx(result.values[name][0])


@pytest.mark.parametrize("profile", PROFILES)
def test_without_spread_the_central_values_are_the_same(profile):
    electrolyte = ElectrolyteProperties(
        nines_mean=np.array([2.0, 3.0]),
        nines_std=0.3,
        runs_probability=np.array([1.0, 0.6]),
    )
    full = CellModel(profile).evaluate(electrolyte)
    bare = CellModel(profile).evaluate(electrolyte, with_spread=False)
    for name in FIGURES:
        assert np.array_equal(full.values[name], bare.values[name])
        assert np.array_equal(bare.low[name], bare.values[name])


def test_life_quantiles_are_closed_form():
    result = evaluate(nines_std=0.3)
    expected = np.log(0.8) / np.log1p(-(10.0 ** -(3.0 - 1.6448536 * 0.3)))
    assert result.low["cycle_life_80"][0] == pytest.approx(expected, rel=1e-6)


def test_life_quantiles_are_those_of_a_sample():
    rng = np.random.default_rng(1)
    spread = evaluate(nines_std=0.3, runs_probability=0.9)
    sample = evaluate(nines_mean=rng.normal(3.0, 0.3, 40_000)).cycle_life_80
    sample[rng.random(len(sample)) > 0.9] = 0.0
    assert spread.low["cycle_life_80"][0] == 0.0
    for store, level in ((spread.values, 0.5), (spread.high, 0.95)):
        assert store["cycle_life_80"][0] == pytest.approx(
            np.quantile(sample, level), rel=0.03
        )


def test_a_cell_that_hardly_runs_says_so():
    result = evaluate(runs_probability=0.3)
    assert result.capacity_retention[0] == 0.0
    assert result.cycle_life_80[0] == 0.0
    assert result.limiting[0] == "does not run"
    assert "unlikely_to_run" in result.flags(0)


def test_draws_agree_with_swings():
    electrolyte = ElectrolyteProperties(
        nines_mean=3.0,
        initial_ce_percent=95.0,
        initial_ce_percent_std=1.0,
        conductivity_mS_per_cm=6.0,
        conductivity_ln_std=0.2,
    )
    swings = CellModel("realistic").evaluate(electrolyte)
    draws = CellModel("realistic").evaluate(electrolyte, draws=512)
    again = CellModel("realistic").evaluate(electrolyte, draws=512)
    for name in FIGURES:
        assert draws.low[name][0] == pytest.approx(swings.low[name][0], rel=0.06)
        assert draws.high[name][0] == pytest.approx(swings.high[name][0], rel=0.06)
        assert draws.low[name][0] == again.low[name][0]


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize(
    "fields",
    [
        {"nines_mean": np.inf},
        {"nines_mean": 0.0},
        {"nines_mean": np.nan},
        {"nines_mean": -1.0},
        {"transference_number": -0.2},
        {"runs_probability": 0.0},
        {"runs_probability": 2.0},
        {"initial_ce_percent": 0.0},
        {"initial_ce_percent": 130.0},
        {"oxidative_limit_V_vs_Na": 0.0},
        {"conductivity_mS_per_cm": 1e-6},
    ],
    ids=str,
)
def test_a_bad_row_is_null_and_flagged_never_raised(profile, fields):
    document = evaluate(profile, **fields).to_dict(0)
    text = json.dumps(document, allow_nan=False)
    if "null" in text:
        assert document["flags"]


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("rate", [0.0, 1e-6, 0.1, 5.0, 1e4])
@pytest.mark.parametrize("capacity", [1e-3, 1.0, 5.0, 1e4])
def test_absurd_cells_behave(profile, rate, capacity):
    result = evaluate(
        profile,
        CellDesign(areal_capacity_mAh_per_cm2=capacity),
        Protocol(charge_rate_C=rate, discharge_rate_C=rate),
        oxidative_limit_V_vs_Na=4.0,
    )
    document = result.to_dict(0)
    text = json.dumps(document, allow_nan=False)
    if "null" in text:
        assert document["flags"]
    if rate == 0.0:
        assert "zero_current" in document["flags"]
    assert 0.0 <= (document["utilisation"] or 0.0) <= 1.0


def test_ce_of_one_is_endless_and_of_zero_is_nothing():
    endless = evaluate(nines_mean=np.inf).to_dict(0)
    assert endless["capacity_retention"] == 1.0
    assert endless["cycle_life_80"] is None
    assert "endless" in endless["flags"]
    assert endless["limiting_mechanism"] == "none"
    real = evaluate("realistic", nines_mean=np.inf)
    assert "endless_by_efficiency" in real.flags(0)
    assert np.isinf(real.cycle_life_80_by_efficiency[0])
    assert np.isfinite(real.cycle_life_80[0])
    nothing = evaluate(nines_mean=0.0).to_dict(0)
    assert nothing["capacity_retention"] == 0.0
    assert nothing["cycle_life_80"] < 1.0
    assert "no_formation_capacity" in nothing["flags"]


def test_life_by_efficiency_is_the_ideal_life_in_either_profile():
    nines = np.array([2.0, 3.0, 4.0])
    for cathode in ("NVP", "Na4VP"):
        ideal, real = (
            evaluate(
                profile,
                CellDesign(cathode=cathode),
                nines_mean=nines,
                initial_ce_percent=95.0,
            )
            for profile in PROFILES
        )
        assert real.cycle_life_80_by_efficiency == pytest.approx(ideal.cycle_life_80)


def test_rows_do_not_depend_on_their_neighbours():
    rng = np.random.default_rng(2)
    n = 20_000  # more than one block
    fields = {
        "nines_mean": rng.uniform(1, 4, n),
        "conductivity_mS_per_cm": rng.uniform(1, 10, n),
        "runs_probability": rng.uniform(0.5, 1, n),
    }
    whole = evaluate("realistic", **fields)
    for i in (0, 16_383, 16_384, n - 1):
        alone = evaluate("realistic", **{k: v[i : i + 1] for k, v in fields.items()})
        for name in FIGURES:
            assert whole.values[name][i] == pytest.approx(alone.values[name][0])
            assert whole.low[name][i] == pytest.approx(alone.low[name][0])


def test_presodiated_cathodes_keep_their_capacity_longer():
    # Wu 2022 and Liu 2023, in Wang 2025 doi 10.1039/d4sc06630h, section 4.2
    plain, rich = (
        evaluate(design=CellDesign(cathode=key), protocol=Protocol(cycles=130))
        for key in ("NVP", "Na4VP")
    )
    assert rich.capacity_retention[0] == 1.0
    assert plain.capacity_retention[0] < 0.9
    assert rich.sodium_reserve[0] == pytest.approx(1.5444 * 0.999 - 1.0, abs=1e-3)


def test_rest_pressure_and_dryness_act_in_the_realistic_profile():
    base = evaluate("realistic", nines_mean=2.0)
    rest = evaluate("realistic", nines_mean=2.0, protocol=Protocol(rest_h=24.0))
    assert rest.cycle_life_80 < base.cycle_life_80
    pressed = evaluate(
        "realistic", CellDesign(stack_pressure_kPa=742.0), nines_mean=2.0
    )
    assert pressed.cycle_life_80 > base.cycle_life_80
    assert pressed.low["cycle_life_80"] > base.low["cycle_life_80"] - 1e-9
    widths = [
        np.log(r.high["cycle_life_80"] / r.low["cycle_life_80"])
        for r in (base, pressed)
    ]
    assert widths[1] > widths[0]  # an effect of unknown size is also a spread
    dry = evaluate(
        "realistic",
        CellDesign(cathode="Na4VP", electrolyte_ratio_g_per_Ah=1.9),
        nines_mean=2.0,
    )
    assert dry.limiting[0] == "dry-out"
    assert "dry_out_before_end" in dry.flags(0)
    large = CellModel("realistic", {"large_format_loss_factor": 2.0})
    worse = large.evaluate(ElectrolyteProperties(nines_mean=2.0))
    assert worse.cycle_life_80 < base.cycle_life_80
    with pytest.raises(KeyError, match="must be one of"):
        CellModel("realistic", {"presure": 1.0})


def test_cold_cells_give_less_and_are_flagged_outside_validity():
    temperatures = np.array([60.0, 25.0, 0.0, -40.0, -70.0])
    result = evaluate(protocol=Protocol(temperature_C=temperatures))
    assert (np.diff(result.specific_energy_cell_Wh_per_kg) < 0).all()
    flagged = ["temperature_outside_validity" in result.flags(i) for i in range(5)]
    assert flagged == [False, False, False, False, True]


def test_flammable_liquids_are_flagged():
    result = evaluate(flash_point_C=np.array([-2.0, 57.0, 120.0, np.nan]))
    assert ["flammable" in result.flags(i) for i in range(4)] == [
        True,
        True,
        False,
        False,
    ]


def test_profile_is_checked():
    with pytest.raises(ValueError, match="profile must be one of"):
        CellModel("hopeful")


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("seed", range(5))
def test_nothing_breaks_on_absurd_inputs(profile, seed):
    rng = np.random.default_rng(seed)
    n = 200
    electrolyte = ElectrolyteProperties(
        nines_mean=rng.uniform(-0.5, 7, n),
        nines_std=rng.uniform(0, 2, n),
        runs_probability=rng.uniform(0, 1, n),
        initial_ce_percent=rng.uniform(0, 100, n),
        initial_ce_percent_std=rng.uniform(0, 20, n),
        oxidative_limit_V_vs_Na=rng.uniform(1, 6, n),
        oxidative_limit_V_vs_Na_std=rng.uniform(0, 1, n),
        conductivity_mS_per_cm=10 ** rng.uniform(-3, 2, n),
        conductivity_ln_std=0.5,
        transference_number=rng.uniform(-0.2, 1.2, n),
        transference_number_std=0.2,
        salt_molarity_mol_per_L=10 ** rng.uniform(-2, 1, n),
        price_USD_per_kg=10 ** rng.uniform(-1, 4, n),
        price_ln_std=0.5,
    )
    design = CellDesign(
        areal_capacity_mAh_per_cm2=10 ** rng.uniform(-1, 2, n),
        electrolyte_ratio_g_per_Ah=10 ** rng.uniform(0, 2, n),
        coating_porosity=rng.uniform(0.05, 0.8, n),
    )
    protocol = Protocol(
        charge_rate_C=10 ** rng.uniform(-3, 2, n),
        discharge_rate_C=10 ** rng.uniform(-3, 2, n),
        temperature_C=rng.uniform(-60, 70, n),
        rest_h=rng.uniform(0, 100, n),
        upper_cutoff_V=rng.uniform(2, 5, n),
        lower_cutoff_V=rng.uniform(0, 4, n),
        cycles=int(rng.integers(0, 5000)),
    )
    model = CellModel(profile)
    for draws in (0, 16):
        result = model.evaluate(electrolyte, design, protocol, draws=draws)
        for i in range(n):
            document = result.to_dict(i)
            if "null" in json.dumps(document, allow_nan=False):
                assert document["flags"]
        for name in FIGURES:
            value = result.values[name]
            known = np.isfinite(value)
            margin = 1e-6 * (1.0 + np.abs(value[known]))
            assert (result.low[name][known] <= value[known] + margin).all(), name
            assert (result.high[name][known] >= value[known] - margin).all(), name
