"""Each rule of the reviews is a test with its source.

Rows S... and U... are those of sei_solvation.csv and qualitative_rules.csv.
"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sodalyte.datasets.components.catalogue import load_catalogue
from sodalyte.datasets.formulations.formulation import Formulation
from sodalyte.featurizers.amounts import amounts
from sodalyte.featurizers.ingredients import ingredients
from sodalyte.featurizers.solvation import (
    bound_shares,
    participation,
    shell_contents,
    solvation_structure,
)


def structure(*formulations):
    rows = [
        Formulation.from_text(one) if isinstance(one, str) else one
        for one in formulations
    ]
    return solvation_structure(amounts(rows))


def diluted(text, name, molarity_mol_per_L):
    """Add one component to a formulation until its salt molarity is reached."""
    start = Formulation.from_text(text)
    parts = dict(zip(start.names, start.mole_fractions, strict=True))
    low, high = 0.0, 100.0
    for _ in range(60):
        added = (low + high) / 2
        mixed = Formulation.from_mole_fractions(
            {**parts, name: parts.get(name, 0.0) + added}
        )
        if mixed.salt_molarity_mol_per_L > molarity_mol_per_L:
            low = added
        else:
            high = added
    return mixed


# --- the competition of sites -------------------------------------------------


def test_one_kind_of_site_has_a_closed_form():
    sites, affinity, cation_sites = 3.0, 7.0, 2.0

    share = bound_shares(
        np.array([[sites]]), np.array([[affinity]]), np.array([cation_sites])
    )[0, 0]

    # S + V <-> SV with K: b / ((S - b)(N - b)) = K
    total = sites + cation_sites + 1 / affinity
    bound = (total - np.sqrt(total**2 - 4 * sites * cation_sites)) / 2
    assert share * sites == pytest.approx(bound, rel=1e-12)


@pytest.mark.parametrize("scale", [1e-6, 1e-3, 1.0, 1e3])
def test_site_balance_holds_to_rounding(scale, random_generator):
    sites = random_generator.uniform(0, 10, (6, 200)) * scale
    affinity = np.exp(random_generator.uniform(-3, 12, (6, 200)))
    cation_sites = random_generator.uniform(0, 40, 200) * scale

    shares = bound_shares(sites, affinity, cation_sites)

    vacant = shares / (1 - shares) / affinity
    np.testing.assert_allclose(
        (sites * shares).sum(axis=0) + vacant.mean(axis=0), cation_sites, rtol=1e-6
    )
    assert ((shares >= 0) & (shares < 1)).all()


def test_no_cation_binds_nothing():
    shares = bound_shares(np.ones((2, 1)), np.full((2, 1), 50.0), np.zeros(1))

    np.testing.assert_array_equal(shares, 0.0)


# --- what the reviews print ---------------------------------------------------


@pytest.mark.parametrize(
    ("text", "oxygens"),
    [
        # S006 and S007: Zhu et al., Joule 2024, in 10.1039/d5ee00136f, section 3.4
        ("1 M NaPF6 in G2", 5.85),
        ("0.8 M NaOTf + 0.2 M NaBF4 in G2", 5.38),
    ],
)
def test_printed_coordination_numbers(text, oxygens):
    assert structure(text).solvent_coordination_number[0] == pytest.approx(
        oxygens, abs=0.1
    )


# --- localized high concentration ---------------------------------------------


@pytest.mark.parametrize("diluent", ["BTFE", "TTE", "OFE"])
def test_diluent_keeps_the_anions_of_the_first_shell(diluent):
    # U007 (Zheng et al., ACS Energy Lett. 2018, in 10.1039/c8ee01373j, Table 1)
    neat, local = structure(
        "5 M NaFSI in DME", diluted("5 M NaFSI in DME", diluent, 1.5)
    ).anion_coordination_number

    assert local == pytest.approx(neat, rel=0.15)


def test_diluting_with_the_solvent_itself_frees_the_anions():
    neat, dilute = structure(
        "5 M NaFSI in DME", diluted("5 M NaFSI in DME", "DME", 1.5)
    ).anion_coordination_number

    assert dilute < 0.5 * neat


def test_diluent_keeps_the_local_molality():
    neat, local, dilute = structure(
        "5 M NaFSI in DME",
        diluted("5 M NaFSI in DME", "BTFE", 1.5),
        diluted("5 M NaFSI in DME", "DME", 1.5),
    ).local_salt_molality_mol_per_kg

    assert local == pytest.approx(neat, rel=0.05)
    assert dilute < 0.3 * neat


def test_role_does_not_matter_only_donicity_does():
    parts = {"NaFSI": 1.0, "DME": 1.2, "BTFE": 2.0}
    as_diluent = Formulation.from_mole_fractions(parts)
    as_solvent = Formulation.from_mole_fractions(parts, {"BTFE": "solvent"})

    both = structure(as_diluent, as_solvent)

    assert both.anion_coordination_number[0] == both.anion_coordination_number[1]


def test_diluted_electrolyte_desolvates_more_easily_than_the_concentrate():
    # U049 (Li et al., ACS Energy Lett. 2023, in 10.1039/d4sc06630h, section 3.2)
    concentrate, local = structure(
        "4 M KFSI in DME", diluted("4 M KFSI in DME", "TTE", 1.5)
    ).desolvation_energy_kJ_per_mol

    assert local < concentrate


def test_fluorinated_ethers_take_no_part_by_their_donicity():
    catalogue = load_catalogue()
    names = ["DME", "G2", "THF", "DOL", "PC", "BTFE", "TTE", "OFE"]
    components = tuple(catalogue.find(name) for name in names)

    share = dict(
        zip(names, participation(ingredients(components)).tolist(), strict=True)
    )

    assert min(share[name] for name in names[:5]) > 0.7
    assert max(share[name] for name in names[5:]) < 0.05


# --- weak solvents --------------------------------------------------------------


@pytest.mark.parametrize("weak", ["2-MeTHF", "DOL"])
def test_weak_solvents_read_weaker_than_diglyme(weak):
    # U042, U046 (Hu et al., Adv. Mater. 2024, in 10.1039/d5ee00136f, section 3.3;
    # 10.1039/d4sc06630h, section 3.2)
    strong, weaker = (
        structure("1 M NaPF6 in G2"),
        structure(f"1 M NaPF6 in {weak}"),
    )

    assert weaker.solvent_coordination_number < strong.solvent_coordination_number
    assert weaker.anion_coordination_number > strong.anion_coordination_number
    assert weaker.ssip_share < strong.ssip_share
    assert weaker.desolvation_energy_kJ_per_mol < strong.desolvation_energy_kJ_per_mol


def test_dol_beside_diglyme_eases_desolvation_and_brings_anions_in():
    # U042, H001 (Hu et al., Adv. Mater. 2024, in 10.1039/d5ee00136f, section 3.3)
    pair = structure("0.4 M NaPF6 in G2", "0.4 M NaPF6 in G2/DOL (1:1 v/v)")

    energy = pair.desolvation_energy_kJ_per_mol
    assert energy[1] < energy[0]
    assert pair.anion_coordination_number[1] > pair.anion_coordination_number[0]


def test_methf_is_aggregated_and_diglyme_is_not():
    # H003 (Ge et al., Adv. Mater. 2024, in 10.1039/d4sc06630h: AGG 2Na-1PF6-4MeTHF)
    aggregated, separated = structure(
        "1 M NaPF6 in 2-MeTHF", "1 M NaPF6 in G2"
    ).agg_share

    assert aggregated > 0.5
    assert separated < 0.1


# --- salts and concentration ------------------------------------------------------


def test_dilute_potassium_electrolyte_desolvates_more_easily():
    # U047, S011 (Tang et al., Nat. Commun. 2023, in 10.1039/d4sc06630h, section 3.2):
    # more anions in the shell, and a higher energy all the same
    pair = structure("0.4 M KPF6 in DME", "1 M KPF6 in DME")

    energy = pair.desolvation_energy_kJ_per_mol
    assert pair.anion_coordination_number[0] < pair.anion_coordination_number[1]
    assert energy[0] < energy[1]


def test_triflate_and_tetrafluoroborate_lower_solvent_coordination():
    # U034, U035 (Zhu et al., Joule 2024, in 10.1039/d5ee00136f, section 3.4)
    mixed, single = (
        structure("0.8 M NaOTf + 0.2 M NaBF4 in G2"),
        structure("1 M NaPF6 in G2"),
    )

    assert mixed.solvent_coordination_number < single.solvent_coordination_number
    assert mixed.desolvation_energy_kJ_per_mol < single.desolvation_energy_kJ_per_mol


def test_anion_coordination_rises_with_concentration():
    # U051, U006 and the definition of HCE in 10.1039/d5ee00136f, section 3.2
    series = structure(*(f"{c} M NaFSI in DME" for c in (0.5, 1, 2, 3, 4, 5)))

    assert (np.diff(series.anion_coordination_number) > 0).all()
    assert (np.diff(series.ssip_share) < 0).all()
    assert (np.diff(series.free_solvent_fraction) < 0).all()


def test_longer_glymes_hold_the_cation_better():
    # Terada et al., J. Phys. Chem. C 2016, 10.1021/acs.jpcc.6b06804 (abstract): fewer
    # contact pairs with the longer glyme
    series = structure(*(f"1 M NaTFSI in {glyme}" for glyme in ("DME", "G2", "G4")))

    assert (np.diff(series.anion_coordination_number) < 0).all()


def test_mixed_glyme_solvates_appear_with_tetraglyme():
    # U041, first half (Zhang et al., J. Am. Chem. Soc. 2023, in 10.1039/d5ee00136f):
    # the share of Na-(G2)-(G4) rises with G4; the second half, that of Na-G2-(PF6)2,
    # is not reproduced: test_featurizers_solvation_checks.py
    oxygens = []
    for share in (0.05, 0.1, 0.15, 0.2):
        text = f"1 M NaPF6 in G2/G4 ({1 - share:g}:{share:g} v/v)"
        mixture = amounts([Formulation.from_text(text)])
        names = [mixture.ingredients.components[i].name for i in mixture.index[:, 0]]
        oxygens.append(
            dict(zip(names, shell_contents(mixture)[:, 0].tolist(), strict=True))
        )

    assert (np.diff([one["G4"] for one in oxygens]) > 0).all()
    assert all(one["G2"] > one["G4"] > 0 for one in oxygens)


def test_shell_contents_add_up_to_the_coordination_numbers():
    text = "0.8 M NaOTf + 0.2 M NaBF4 in G2/DOL (1:1 v/v)"
    mixture = amounts([Formulation.from_text(text)])

    contents = shell_contents(mixture)[:, 0]

    shell = solvation_structure(mixture)
    total = shell.solvent_coordination_number + shell.anion_coordination_number
    assert contents.sum() == pytest.approx(total[0], rel=1e-12)
    assert (contents > 0).sum() == 4
    neat = amounts([Formulation.from_mole_fractions({"G2": 1.0})])
    assert shell_contents(neat).sum() == 0


# --- limits and contracts ---------------------------------------------------------


def test_without_salt():
    neat = structure(Formulation.from_mole_fractions({"G2": 1.0}))

    assert neat.solvent_coordination_number[0] == 0
    assert neat.free_solvent_fraction[0] == 1
    assert neat.ssip_share[0] + neat.cip_share[0] + neat.agg_share[0] == 0
    assert neat.solvent_to_salt_ratio[0] == 1000


def test_ionic_liquid_coordinates_by_its_anions_alone():
    liquid = structure("NaFSI:EMIFSI 0.3:0.7 (mol)")

    assert liquid.solvent_coordination_number[0] == 0
    assert liquid.anion_coordination_number[0] == pytest.approx(6, abs=0.2)
    assert liquid.local_salt_molality_mol_per_kg[0] == 30
    assert liquid.solvent_to_salt_ratio[0] == 0


salts = st.sampled_from(["NaPF6", "NaFSI", "NaOTf", "NaBF4", "NaClO4", "LiFSI", "KPF6"])
liquids = st.sampled_from(["DME", "G2", "THF", "DOL", "PC", "EC", "DEC", "ACN", "TTE"])


@given(
    salts, liquids, liquids, st.floats(0.001, 0.5), st.floats(0.01, 0.99), st.booleans()
)
def test_any_mixture_stays_in_bounds(salt, one, other, x_salt, share, has_diluent):
    parts = {salt: x_salt, one: (1 - x_salt) * share}
    parts[other] = parts.get(other, 0.0) + (1 - x_salt) * (1 - share)
    if has_diluent:
        parts["BTFE"] = parts.get("BTFE", 0.0) + 0.5

    shell = structure(Formulation.from_mole_fractions(parts))

    total = shell.solvent_coordination_number + shell.anion_coordination_number
    assert 0 < total[0] < 7 + 1e-9
    assert shell.ssip_share + shell.cip_share + shell.agg_share == pytest.approx(1)
    assert 0 <= shell.free_solvent_fraction[0] <= 1
    assert shell.desolvation_energy_kJ_per_mol[0] > 0
    assert np.isfinite(shell.local_salt_molality_mol_per_kg[0])


@pytest.fixture(params=[0, 1, 2])
def random_generator(request):
    return np.random.default_rng(request.param)
