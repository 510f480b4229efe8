import numpy as np
import pytest

from sodalyte.datasets.formulations.formulation import Formulation
from sodalyte.featurizers.amounts import amounts
from sodalyte.featurizers.bulk import bulk_properties
from sodalyte.featurizers.bulk_checks import bulk_error_summary, bulk_error_table
from sodalyte.featurizers.solvation import solvation_structure


def bulk(*texts, temperature_C=25.0):
    rows = [
        Formulation.from_text(one)
        if isinstance(one, str)
        else Formulation.from_mole_fractions(one)
        for one in texts
    ]
    return bulk_properties(amounts(rows), temperature_C)


# --- limits -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "viscosity_mPa_s", "permittivity", "density_g_per_mL"),
    # medians of primary papers in component_properties.csv
    [
        ("DME", 0.4125, 7.217, 0.8615),
        ("G2", 0.998, 7.233, 0.9389),
        ("PC", 2.5, 64.9, 1.199),
    ],
)
def test_a_pure_liquid_reads_its_own_values(
    name, viscosity_mPa_s, permittivity, density_g_per_mL
):
    pure = bulk({name: 1.0})

    assert pure.viscosity_mPa_s[0] == pytest.approx(viscosity_mPa_s, rel=0.02)
    assert pure.permittivity[0] == pytest.approx(permittivity, rel=0.01)
    assert pure.density_g_per_mL[0] == pytest.approx(density_g_per_mL, rel=0.01)
    assert pure.conductivity_mS_per_cm[0] == 0
    assert pure.transference_number[0] == 0
    assert pure.salt_diffusivity_m2_per_s[0] == 0


def test_infinite_dilution_conducts_as_the_two_ions():
    # Lambda = F^2 (D+ + D-) / (R T), Stokes radii 3.53 A and 2/3 of 2.47 A, 2.5 mPa s
    dilute = bulk("0.00001 M NaClO4 in PC")
    molarity = 1e-5

    radii = 1 / 3.53e-10 + 1 / (0.6667 * 2.47e-10)
    diffusion = 1.380649e-23 * 298.15 / (6 * np.pi * 2.5e-3) * radii
    expected = 96485.33**2 * diffusion / (8.314463 * 298.15) * molarity * 1e3 * 10
    assert dilute.conductivity_mS_per_cm[0] == pytest.approx(expected, rel=0.02)


def test_density_agrees_with_the_formulation_at_25_degC():
    texts = ["1 M NaPF6 in G2", "1 M NaClO4 in EC/PC (1:1 v/v)"]

    computed = bulk(*texts)

    for i, text in enumerate(texts):
        formulation = Formulation.from_text(text)
        assert computed.density_g_per_mL[i] == pytest.approx(
            formulation.density_g_per_mL
        )
        assert computed.density_g_per_mL_std[i] == pytest.approx(
            formulation.density_std_g_per_mL
        )


def test_salt_diffusivity_is_half_of_nernst_and_einstein():
    one = bulk("1 M NaPF6 in G2")

    t = one.transference_number[0]
    kappa_S_per_m = one.conductivity_mS_per_cm[0] / 10
    nernst_einstein = (
        2 * t * (1 - t) * kappa_S_per_m * 8.314463 * 298.15 / 96485.33**2 / 1000
    )
    assert one.salt_diffusivity_m2_per_s[0] == pytest.approx(
        0.5 * nernst_einstein, rel=1e-3
    )


# --- directions of the reviews ------------------------------------------------------


def test_concentration_raises_viscosity_and_bends_conductivity():
    # U011, U013: Alvarado et al. 2019 in 10.1039/d5ee00136f; Li et al., Chem. Rev. 2020
    # in 10.1016/j.isci.2023.105982
    series = bulk(*(f"{c} M NaFSI in DME" for c in (0.1, 0.5, 1, 2, 3, 4, 5)))

    assert (np.diff(series.viscosity_mPa_s) > 0).all()
    top = int(np.argmax(series.conductivity_mS_per_cm))
    assert 0 < top < 6


def test_diluent_thins_and_conducts_better():
    # U009: Zheng et al., ACS Energy Lett. 2018 in 10.1039/d5ee00136f, section 3.2
    concentrated, local = (
        bulk("NaFSI:DME 1:1.2 (mol)"),
        bulk("NaFSI:DME:BTFE 1:1.2:2 (mol)"),
    )

    assert local.viscosity_mPa_s < concentrated.viscosity_mPa_s
    assert local.conductivity_mS_per_cm > concentrated.conductivity_mS_per_cm


@pytest.mark.parametrize("weak", ["2-MeTHF", "DOL"])
def test_weakly_solvating_solvents_conduct_less(weak):
    # U044: 10.1039/d5ee00136f, section 3.3 paragraph 2
    strong, weaker = bulk("1 M NaPF6 in DME"), bulk(f"1 M NaPF6 in {weak}")

    assert weaker.conductivity_mS_per_cm < strong.conductivity_mS_per_cm


def test_ionic_liquids_are_viscous_with_little_sodium_transference():
    # U057: Matsumoto et al. 2019 in 10.1039/d5ee00136f, section 3.1 paragraph 4
    organic, ionic = bulk("1 M NaFSI in DME"), bulk("NaFSI:EMIFSI 0.3:0.7 (mol)")

    assert ionic.viscosity_mPa_s > 10 * organic.viscosity_mPa_s
    assert ionic.transference_number < organic.transference_number


def test_a_diluted_ionic_liquid_flows_better_and_keeps_its_shell():
    # U058: Liu et al. 2023, 2025 in 10.1039/d5ee00136f, section 3.1 paragraph 4
    neat, local = (
        "NaFSI:EMIFSI 0.3:0.7 (mol)",
        "NaFSI:EMIFSI:BTFE 0.3:0.7:1.5 (mol)",
    )
    before, after = bulk(neat), bulk(local)
    shells = [
        solvation_structure(amounts([Formulation.from_text(text)]))
        for text in (neat, local)
    ]

    assert after.viscosity_mPa_s < before.viscosity_mPa_s
    anions = [shell.anion_coordination_number[0] for shell in shells]
    assert anions[1] == pytest.approx(anions[0], rel=0.05)


def test_sodium_conducts_better_than_lithium():
    # Kuratani et al., J. Power Sources 2013, 223, 175 (abstract): 10 to 20 % at 0.5-2 M
    sodium, lithium = bulk("1 M NaClO4 in PC"), bulk("1 M LiClO4 in PC")

    ratio = sodium.conductivity_mS_per_cm / lithium.conductivity_mS_per_cm
    assert 1.0 < ratio[0] < 1.25


def test_free_charge_of_lithium_in_two_carbonates():
    # Hayamizu, J. Chem. Eng. Data 2012, 57, 2012, 10.1021/je3003089 (abstract): 0.71 in
    # EC and 0.17 in DEC; the association constant was taken from these two
    salt = "1 M LiPF6 in "
    both = bulk(salt + "EC", salt + "DEC")
    per_fluidity = both.conductivity_mS_per_cm * both.viscosity_mPa_s

    assert per_fluidity[1] / per_fluidity[0] == pytest.approx(0.17 / 0.71, rel=0.55)


def test_cold_is_more_viscous_and_less_sure():
    warm, cold = (
        bulk("1 M NaPF6 in G2", temperature_C=25.0),
        bulk("1 M NaPF6 in G2", temperature_C=-40.0),
    )

    assert cold.viscosity_mPa_s > 2 * warm.viscosity_mPa_s
    assert cold.viscosity_mPa_s_ln_std > warm.viscosity_mPa_s_ln_std
    assert cold.density_g_per_mL > warm.density_g_per_mL


def test_an_estimated_liquid_is_flagged_and_wider():
    known, estimated = bulk("1 M NaPF6 in DME"), bulk("1 M NaPF6 in DMP-2")

    assert known.estimated_liquid_fraction[0] == 0
    assert estimated.estimated_liquid_fraction[0] == 1
    assert estimated.viscosity_mPa_s_ln_std > known.viscosity_mPa_s_ln_std + 0.1


# --- every measured sodium electrolyte ------------------------------------------------


def test_error_table_has_every_row_once_and_is_printed(capsys):
    from sodalyte.datasets import load_sodium_electrolytes

    table = bulk_error_table()
    with capsys.disabled():
        shown = ["row_id", "formulation", "temperature_C", "quantity", "measured"]
        shown += ["predicted", "error", "std", "kind"]
        print("\nbulk estimates\n", table[shown].to_string(float_format="%.3g"))

    rows = load_sodium_electrolytes().frame["row_id"]
    assert sorted(table["row_id"]) == sorted(rows)
    assert np.isfinite(table[["predicted", "error", "std", "z"]]).all(axis=None)
    assert (table["std"] > 0).all()


def test_measured_densities_are_met_within_one_percent():
    table = bulk_error_table().query("quantity == 'density' and kind == 'measured'")

    assert len(table) == 19
    assert np.sqrt(np.mean(np.square(table["error"]))) < 0.01
    assert (table["z"].abs() <= 2.5).all()


def test_measured_conductivities_of_liquids():
    # the succinonitrile rows are a plastic crystal below its melting point, 55 degC
    table = bulk_error_table().query("quantity == 'conductivity'")
    liquid, solid = table[table["is_liquid"]], table[~table["is_liquid"]]
    assert set(solid["formulation"]) == {
        "0.547993249 M NaTFSI in succinonitrile",
        "1 M NaClO4 in EC:PC (1:1 v/v) + 5 wt% FEC",  # at -20 degC, supercooled
    }

    fitted, left_out = liquid[liquid["is_fitted"]], liquid[~liquid["is_fitted"]]
    assert np.sqrt(np.mean(np.square(fitted["error"]))) < 0.15
    assert len(left_out) == 66
    assert (left_out["z"].abs() <= 2).mean() > 0.95


def test_conductivities_in_ethers_are_neither_high_nor_low():
    """The association constant rests on them; the stated spread holds beside it."""
    table = bulk_error_table().query("quantity == 'conductivity' and is_liquid")
    ether = table[
        (table["row_id"] > "B067")
        & table["formulation"].str.contains(r"DME|G2|glyme|THF")
        & ~table["formulation"].str.contains(r"EC|PC|DMC|TMP")
    ]
    assert len(ether) == 23
    assert abs(ether["error"].mean()) < 0.2
    assert (ether["z"].abs() <= 2).sum() >= 22


def test_measured_transference_numbers_lie_within_the_stated_spread():
    table = bulk_error_table().query(
        "quantity == 'cation_transference_number' and kind == 'measured'"
    )
    assert len(table) == 19
    assert (table["z"].abs() <= 2).mean() > 0.9


def test_summary_says_what_is_measured_and_what_is_not():
    summary = bulk_error_summary()

    assert summary["n"].sum() == len(bulk_error_table())
    assert {"measured", "estimated?"} <= set(summary["kind"])
