import dataclasses
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sodalyte.datasets.components.catalogue import load_catalogue
from sodalyte.datasets.components.component import ROLES
from sodalyte.datasets.formulations.formulation import (
    Formulation,
    parse_formulation,
    round_fraction,
)

CATALOGUE = load_catalogue()
SALTS = [c.name for c in CATALOGUE.values() if c.metal in {"Na", "Li", "K"}]
LIQUIDS = [
    c.name
    for c in CATALOGUE.values()
    if c.role in {"solvent", "diluent"} and c.name != "water"
]
QUICK = settings(deadline=None, max_examples=150)


@st.composite
def amounts(draw):
    """Draw mole amounts of up to seven components, in up to two roles each."""
    salts = draw(st.lists(st.sampled_from(SALTS), max_size=2, unique=True))
    liquids = draw(
        st.lists(st.sampled_from(LIQUIDS), min_size=1, max_size=5, unique=True)
    )
    values = st.one_of(
        st.floats(1e-6, 1e3), st.integers(1, 9).map(float), st.floats(0.1, 2).map(round)
    ).filter(lambda x: x > 0)
    return {name: draw(values) for name in [*salts, *liquids]}


@st.composite
def formulations(draw):
    """Draw any valid formulation of the catalogue, with any roles."""
    base = Formulation.from_mole_fractions(draw(amounts()))
    components = list(base.components)
    if draw(st.booleans()):
        position = draw(st.integers(0, len(components) - 1))
        role = draw(st.sampled_from(ROLES))
        components[position] = dataclasses.replace(components[position], role=role)
    return Formulation(
        tuple(components),
        base.mole_fractions,
        (),
        draw(st.one_of(st.none(), st.integers(0, 999).map(float), st.floats(0, 1e5))),
    )


# known answers ---------------------------------------------------------------


def test_one_molar_napf6_in_diglyme():
    electrolyte = Formulation.from_text("1 M NaPF6 in diglyme")
    assert electrolyte.names == ("NaPF6", "G2")
    assert electrolyte.salt_molarity_mol_per_L == pytest.approx(1, abs=1e-9)
    assert electrolyte.salt_molality_mol_per_kg == pytest.approx(1.1, abs=0.05)
    assert 100 * electrolyte.fluorine_mass_fraction == pytest.approx(10.9, abs=0.3)
    # measured 1.059 g/mL: Kumar et al. 2026, arXiv:2603.20183, Table S1
    assert electrolyte.density_g_per_mL == pytest.approx(1.059, abs=0.01)
    assert 0.005 < electrolyte.density_std_g_per_mL < 0.03


def test_five_molar_nafsi_in_dme_has_fewer_than_two_dme_per_sodium():
    electrolyte = Formulation.from_text("5 M NaFSI in DME")
    salt, dme = electrolyte.mole_fractions
    assert 1 < dme / salt < 2


@pytest.mark.parametrize(
    ("text", "density_g_per_mL"),
    [
        ("1 M NaPF6 in DME", 0.995),
        ("1 M NaPF6 in tetraglyme", 1.115),
        ("1 M NaPF6 in PC", 1.291),
        ("1 M NaOTf in DME", 0.980),
        ("1 M NaOTf in diglyme", 1.047),
        ("1 M NaOTf in PC", 1.277),
        ("1 M NaTFSI in DME", 1.055),
    ],
)
def test_measured_densities_lie_within_two_standard_deviations(text, density_g_per_mL):
    """Densities of arXiv:2603.20183, Table S1: one salt volume for all solvents."""
    electrolyte = Formulation.from_text(text)
    difference = electrolyte.density_g_per_mL - density_g_per_mL
    assert abs(difference) < 2 * electrolyte.density_std_g_per_mL + 0.002


def test_dual_salt_gets_exactly_what_was_typed():
    electrolyte = Formulation.from_text("0.9 M NaPF6 + 0.1 M NaBF4 in G2")
    molarity = dict(zip(electrolyte.names, electrolyte.molarity_mol_per_L, strict=True))
    assert molarity["NaPF6"] == pytest.approx(0.9, rel=1e-10)
    assert molarity["NaBF4"] == pytest.approx(0.1, rel=1e-10)
    assert electrolyte.metal == "Na"


def test_additive_percent_counts_the_finished_electrolyte():
    electrolyte = Formulation.from_text("1 M NaClO4 in EC/PC (1:1 v/v) + 5 wt% FEC")
    mass = dict(zip(electrolyte.names, electrolyte.mass_fractions, strict=True))
    volume = dict(zip(electrolyte.names, electrolyte.volume_fractions, strict=True))
    assert mass["FEC"] == pytest.approx(0.05, rel=1e-10)
    assert volume["EC"] == pytest.approx(volume["PC"], rel=1e-10)
    assert electrolyte.salt_molarity_mol_per_L == pytest.approx(1, rel=1e-10)
    assert dict(zip(electrolyte.names, electrolyte.roles, strict=True))["FEC"] == (
        "additive"
    )


# properties --------------------------------------------------------------------


@QUICK
@given(formulations())
def test_canonical_text_reads_back_equal(formulation):
    again = Formulation.from_text(formulation.canonical)
    assert again == formulation
    assert hash(again) == hash(formulation)
    assert again.canonical == formulation.canonical


@QUICK
@given(amounts(), st.randoms(use_true_random=False))
def test_order_does_not_matter(parts, random):
    shuffled = list(parts.items())
    random.shuffle(shuffled)
    one = Formulation.from_mole_fractions(parts)
    other = Formulation.from_mole_fractions(dict(shuffled))
    assert one == other
    assert hash(one) == hash(other)


@QUICK
@given(amounts(), st.sampled_from([0.5, 0.25, 0.125]))
def test_a_component_split_in_two_equals_itself(parts, share):
    whole = Formulation.from_mole_fractions(parts)
    first, x = whole.components[0], whole.mole_fractions[0]
    split = Formulation(
        (first, *whole.components[1:], first),
        (x * share, *whole.mole_fractions[1:], x * (1 - share)),
    )
    assert split == whole


@QUICK
@given(amounts())
def test_conversions_return(parts):
    formulation = Formulation.from_mole_fractions(parts)
    roles = dict(zip(formulation.names, formulation.roles, strict=True))
    for maker, values in (
        (Formulation.from_mole_fractions, formulation.mole_fractions),
        (Formulation.from_mass_fractions, formulation.mass_fractions),
        (Formulation.from_volumes, formulation.volume_fractions),
        (Formulation.from_mole_fractions, formulation.molarity_mol_per_L),
    ):
        again = maker(dict(zip(formulation.names, values, strict=True)), roles)
        assert again.mole_fractions == pytest.approx(
            formulation.mole_fractions, rel=1e-9
        )


@QUICK
@given(amounts(), st.sampled_from(["volume", "mass", "mole"]))
def test_concentrations_return(parts, basis):
    formulation = Formulation.from_mole_fractions(parts)
    shares = {
        "volume": formulation.volume_fractions,
        "mass": formulation.mass_fractions,
        "mole": formulation.mole_fractions,
    }[basis]
    is_salt = [role == "salt" for role in formulation.roles]
    solvents = {
        n: v
        for n, v, s in zip(formulation.names, shares, is_salt, strict=True)
        if not s
    }
    for maker, values in (
        (Formulation.from_molarity, formulation.molarity_mol_per_L),
        (Formulation.from_molality, formulation.molality_mol_per_kg),
    ):
        salts = {
            n: v
            for n, v, s in zip(formulation.names, values, is_salt, strict=True)
            if s
        }
        again = maker(salts, solvents, basis=basis)
        expected = dict(zip(formulation.names, formulation.mole_fractions, strict=True))
        got = dict(zip(again.names, again.mole_fractions, strict=True))
        # the solvent is what the salts leave: its share is the smaller number
        assert got == pytest.approx(expected, rel=1e-9, abs=1e-12)


@given(st.floats(1e-300, 1.0))
def test_rounding_is_idempotent_and_close(x):
    rounded = round_fraction(x)
    assert round_fraction(rounded) == rounded
    assert rounded == pytest.approx(x, rel=1e-11)


def test_fractions_add_up():
    formulation = Formulation.from_text("1 M NaPF6 in EC:PC:DMC 1:1:1 + 2 wt% VC")
    for fractions in (
        formulation.mole_fractions,
        formulation.mass_fractions,
        formulation.volume_fractions,
    ):
        assert math.fsum(fractions) == pytest.approx(1, abs=1e-11)


# representation ------------------------------------------------------------------


def test_assumptions_are_no_part_of_equality():
    stated = Formulation.from_text("1 M NaPF6 in DME")
    assumed = Formulation.from_text("NaPF6/DME")
    assert stated == assumed
    assert any("1 M is assumed" in note for note in assumed.assumptions)
    assert len({stated, assumed}) == 1


def test_water_is_kept_and_printed():
    wet = Formulation.from_text("1 M NaPF6 in DME (20 ppm H2O)")
    assert wet.water_ppm == 20
    assert wet != Formulation.from_text("1 M NaPF6 in DME")
    assert wet.canonical == "1 M NaPF6 in DME (water 20 ppm)"


def test_a_little_water_is_an_additive_and_more_is_refused():
    wet = Formulation.from_text("1 M NaPF6 in G2 + 1 wt% water")
    assert Formulation.from_text(wet.canonical) == wet
    with pytest.raises(ValueError, match="aqueous electrolyte, out of scope"):
        Formulation.from_mole_fractions({"NaClO4": 1, "water": 3})


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("0.9 M NaTFSI + 0.9 M NaClO4 in DME", "0.9 M NaClO4, 0.9 M NaTFSI in DME"),
        ("1 M NaPF6 in EC:DMC 3:7 w/w", "1 M NaPF6 in DMC/EC (70:30 by weight)"),
        ("0.5 M NaPF6 + 0.5 M NaPF6 in G2", "1 M NaPF6 in G2"),
        ("300 mM NaPF6 in G2", "0.3 M NaPF6 in G2"),
        ("NaFSI:DME 1:2 mol", "NaFSI:DME:DME 1:1:1 mol"),
        ("1 M NaPF6 in PC + 1% FEC + 2% VC", "1 M NaPF6 in PC + 2% VC + 1% FEC"),
    ],
)
def test_texts_of_one_meaning_are_equal(one, other):
    assert Formulation.from_text(one) == Formulation.from_text(other)


def test_purity_is_taken_off_and_recorded():
    weighed = {"NaPF6": 17.0, "G2": 83.0}
    pure = Formulation.from_mass_fractions({"NaPF6": 17.0 * 0.98, "G2": 83.0})
    impure = Formulation.from_mass_fractions(weighed, purities={"NaPF6": 0.98})
    assert impure == pure
    assert any("2 % of the NaPF6 weighed" in note for note in impure.assumptions)


@pytest.mark.parametrize(
    ("text", "metal"),
    [
        ("1 M NaPF6 in G2", "Na"),
        ("1 M LiPF6 in EC", "Li"),
        ("0.5 M NaPF6 + 0.5 M KPF6 in G2", "mixed"),
        ("G2:DME 1:1", None),
    ],
)
def test_metal(text, metal):
    assert Formulation.from_text(text).metal == metal


def test_same_component_in_two_roles_stays_two_columns():
    both = Formulation.from_text("1 M NaPF6 in FEC:PC 1:1 v/v + 2 wt% FEC")
    assert both.names.count("FEC") == 2
    assert sorted(both.roles) == ["additive", "salt", "solvent", "solvent"]


def test_notebook_view_shows_components_and_assumptions():
    html = Formulation.from_text("NaPF6/DME")._repr_html_()
    assert "<td>NaPF6</td>" in html
    assert "1 M is assumed" in html
    assert "nan" not in html


def test_parse_formulation_is_from_text():
    assert parse_formulation("1 M NaPF6 in G2") == Formulation.from_text(
        "1 M NaPF6 in G2"
    )


def test_str_is_the_canonical_text():
    assert str(Formulation.from_text("1.0M NaPF6-diglyme")) == "1 M NaPF6 in G2"


# refusals ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("parts", "match"),
    [
        ({"NaPF6": 0.0, "G2": 1.0}, "must be positive and finite. 1 break this"),
        ({"NaPF6": -0.1, "G2": 1.1}, "NaPF6 has -0.1"),
        ({"NaPF6": math.nan, "G2": 1.0}, "NaPF6 has nan"),
        ({"NaPF6": math.inf, "G2": 1.0}, "NaPF6 has inf"),
        ({}, "at least one"),
    ],
    ids=["zero", "negative", "nan", "inf", "empty"],
)
def test_impossible_amounts_are_refused(parts, match):
    with pytest.raises(ValueError, match=match):
        Formulation.from_mole_fractions(parts)


def test_fractions_that_do_not_add_up_are_refused():
    g2 = CATALOGUE["G2"]
    with pytest.raises(ValueError, match=r"must add up to 1; .* add up to 0.9"):
        Formulation((g2,), (0.9,))


def test_unknown_name_gives_the_nearest():
    with pytest.raises(KeyError, match="NaPF6"):
        Formulation.from_mole_fractions({"NaPF66": 1.0})


def test_two_components_of_one_name_are_refused():
    g2 = CATALOGUE["G2"]
    other = dataclasses.replace(g2, smiles="COCCOCCOCC")
    with pytest.raises(ValueError, match="A name stands for one component; 'G2'"):
        Formulation((g2, other), (0.5, 0.5))


def test_water_outside_its_range_is_refused():
    g2 = CATALOGUE["G2"]
    with pytest.raises(ValueError, match="water_ppm must lie in"):
        Formulation((g2,), (1.0,), (), -1.0)


@pytest.mark.parametrize("purity", [0.0, 1.2, math.nan])
def test_impossible_purity_is_refused(purity):
    with pytest.raises(ValueError, match="A purity lies in"):
        Formulation.from_mass_fractions({"G2": 1.0}, purities={"G2": purity})


def test_purity_of_an_absent_component_is_refused():
    with pytest.raises(ValueError, match="DME is not in the formulation"):
        Formulation.from_mass_fractions({"G2": 1.0}, purities={"monoglyme": 0.9})


def test_unknown_basis_is_refused():
    with pytest.raises(ValueError, match="A basis is 'volume', 'mass' or 'mole'"):
        Formulation.from_molarity({"NaPF6": 1}, {"G2": 1}, basis="area")
