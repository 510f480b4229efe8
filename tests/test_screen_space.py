import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sodalyte.datasets.formulations.array import FormulationArray
from sodalyte.datasets.formulations.formulation import Formulation
from sodalyte.screen.space.ingredients import is_pfas
from sodalyte.screen.space.lab_grid import LabGrid
from sodalyte.screen.space.mixture_rules import dissolving_rule, largest_liquid_fraction
from sodalyte.screen.space.rules import Amounts, Limits, RoleRule
from sodalyte.screen.space.search_space import SearchSpace

SALTS = RoleRule(
    "salt", (1, 2), 0.1, (Amounts("NaPF6", 0.2, 2), Amounts("NaFSI", 0.1, 4)), (0.5, 3)
)
SOLVENTS = RoleRule(
    "solvent",
    (1, 3),
    5.0,
    tuple(Amounts(n, 10, 100) for n in ("DME", "G2", "DOL", "2-MeTHF")),
)
DILUENTS = RoleRule("diluent", (0, 1), 5.0, (Amounts("BTFE", 20, 80),))
ADDITIVES = RoleRule("additive", (0, 1), 1.0, (Amounts("FEC", 1, 5),))


def small_space(**limits):
    settings = {"liquid_at_use_temperature": False, "solubility": False, **limits}
    return SearchSpace(SALTS, SOLVENTS, DILUENTS, ADDITIVES, Limits(**settings))


def check_recipe(space, formulation):
    """Check one sampled recipe against the rules, each worked out anew."""
    limits = space.limits
    by_role = {role: {} for role in ("salt", "solvent", "diluent", "additive")}
    volumes = dict(zip(formulation.components, formulation.volume_fractions))  # noqa: B905
    molarities = dict(zip(formulation.components, formulation.molarity_mol_per_L))  # noqa: B905
    masses = dict(zip(formulation.components, formulation.mass_fractions))  # noqa: B905
    liquid = sum(v for c, v in volumes.items() if c.role in ("solvent", "diluent"))
    for component in formulation.components:
        by_role[component.role][component.name] = {
            "salt": molarities[component],
            "additive": 100 * masses[component],
        }.get(component.role, 100 * volumes[component] / liquid)
    for role, rule in space.role_rules.items():
        amounts = by_role[role]
        assert rule.count[0] <= len(amounts) <= rule.count[1]
        bounds = {a.name: a for a in rule.amounts}
        for name, amount in amounts.items():
            steps = amount / rule.step
            assert abs(steps - round(steps)) < 1e-6, (role, name, amount)
            assert bounds[name].low - 1e-6 <= amount <= bounds[name].high + 1e-6
        if rule.total is not None and amounts:
            low, high = rule.total
            assert low - 1e-6 <= sum(amounts.values()) <= high + 1e-6
    ratio = sum(
        x
        for c, x in zip(formulation.components, formulation.mole_fractions, strict=True)
        if c.role == "solvent"
    ) / sum(
        x
        for c, x in zip(formulation.components, formulation.mole_fractions, strict=True)
        if c.role == "salt"
    )
    window = (
        limits.solvent_per_salt_with_diluent
        if by_role["diluent"]
        else limits.solvent_per_salt
    )
    if window is not None:
        assert window[0] - 1e-9 <= ratio <= window[1] + 1e-9
    if limits.fluorine_mass_fraction_max is not None:
        maximum = limits.fluorine_mass_fraction_max
        assert formulation.fluorine_mass_fraction <= maximum + 1e-9
    for pair in (*limits.forbidden_pairs, *limits.immiscible_pairs):
        assert not set(pair) <= set(formulation.names)
    if limits.exclude_pfas:
        assert not any(is_pfas(c.smiles) for c in formulation.components)


limit_choices = st.fixed_dictionaries(
    {},
    optional={
        "solvent_per_salt": st.sampled_from([(1.0, 8.0), (3.0, 30.0)]),
        "solvent_per_salt_with_diluent": st.sampled_from([(1.0, 4.0), (1.5, 2.5)]),
        "fluorine_mass_fraction_max": st.sampled_from([0.15, 0.3]),
        "forbidden_pairs": st.just((("DOL", "NaPF6"), ("FEC", "BTFE"))),
        "immiscible_pairs": st.just((("G2", "BTFE"),)),
        "exclude_pfas": st.booleans(),
    },
)


@settings(max_examples=40, deadline=None)
@given(limit_choices, st.integers(0, 2**40))
def test_no_sampled_recipe_ever_breaks_a_rule(limits, seed):
    space = small_space(**limits)
    sample = space.sample(40, seed)
    for formulation in sample:
        check_recipe(space, formulation)
    assert space.feasible(sample).all()


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**40))
def test_a_recipe_reads_back_and_is_contained(seed):
    space = SearchSpace.default()
    formulation = space.sample(1, seed)[0]
    again = Formulation.from_text(formulation.canonical)
    assert again == formulation
    assert space.contains(again) == (True, ())
    assert again in space


def test_the_default_space_is_large_and_not_empty():
    explanation = SearchSpace.default().explain()
    assert explanation.n_feasible_recipes > 1e7 + 5 * explanation.n_feasible_recipes_std
    assert explanation.n_lab_recipes >= explanation.n_feasible_recipes
    assert explanation.accepted_share > 0.05


def test_the_count_of_lab_recipes_is_exact():
    space = SearchSpace(
        RoleRule("salt", (1, 1), 0.5, (Amounts("NaPF6", 0.5, 1),)),
        RoleRule(
            "solvent", (1, 2), 25.0, (Amounts("DME", 25, 100), Amounts("G2", 50, 100))
        ),
        limits=Limits(liquid_at_use_temperature=False, solubility=False),
    )
    recipes = {f.canonical for f in space.sample(2000, 0)}
    # two molarities x (DME, G2, DME:G2 of 50:50 and 25:75)
    assert len(recipes) == 8
    assert space.explain().n_lab_recipes == 8
    assert space.explain().n_feasible_recipes == pytest.approx(8, rel=0.05)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 5000), st.integers(1, 400), st.integers(0, 2**32))
def test_a_sample_does_not_depend_on_its_blocks(start, n, seed):
    space = small_space(solvent_per_salt_with_diluent=(1.0, 3.0))
    whole = space.sample_steps(n, seed, start=start)
    first = space.sample_steps(n // 3, seed, start=start)
    rest = space.sample_steps(n - n // 3, seed, start=start + n // 3)
    assert np.array_equal(whole, np.concatenate([first, rest]))


def test_blocks_and_seeds():
    space = small_space()
    blocks = list(space.iterate(1000, 5, block_rows=333))
    assert [len(b) for b in blocks] == [333, 333, 333, 1]
    joined = np.concatenate([b.mole_fractions for b in blocks])
    assert np.array_equal(joined, space.sample(1000, 5).mole_fractions)
    assert not np.array_equal(joined, space.sample(1000, 6).mole_fractions)
    assert len(space.sample(0, 5)) == 0


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("1 M NaPF6 in DME", None),
        ("1.2 M NaFSI in DME/BTFE (7:13 v/v) + 2 wt% FEC", None),
        ("1.25 M NaPF6 in DME", "1.25 mol/L is off the step 0.1"),
        ("1 M NaPF6 in DME/G2 (1:2 v/v)", "33.33 vol% is off the step 5"),
        ("3.5 M NaFSI in DME", "salts sum to 3.5, allowed 0.5 to 3"),
        ("2.5 M NaPF6 in DME", "NaPF6: 2.5 is outside 0.2 to 2"),
        ("1 M NaPF6 in DME/G2/DOL/2-MeTHF (1:1:1:1 v/v)", "4 solvents, allowed 1 to 3"),
        ("1 M NaPF6 in THF", "THF is no solvent of the space"),
        ("1 M NaPF6 in DOL", "forbidden pair: DOL with NaPF6"),
        ("1 M NaPF6 in DME/BTFE (9:1 v/v)", "BTFE: 10 is outside 20 to 80"),
        ("0.5 M NaFSI in DME/BTFE (3:1 v/v)", "mol coordinating solvent per mol salt"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_contains_says_why_not(text, reason):
    space = small_space(
        forbidden_pairs=(("DOL", "NaPF6"),), solvent_per_salt_with_diluent=(1.0, 4.0)
    )
    inside, reasons = space.contains(Formulation.from_text(text))
    assert inside == (reason is None)
    if reason is not None:
        assert any(reason in r for r in reasons), reasons


def test_an_emptied_role_names_the_rule():
    space = small_space(shelf=("NaPF6", "BTFE", "FEC"))
    with pytest.raises(ValueError, match="No solvent left after on the shelf"):
        space.sample(1, 0)
    assert "No solvent left" in space.explain().message
    assert space.explain().n_feasible_recipes == 0


def test_a_space_without_feasible_recipe_names_the_rule():
    space = small_space(fluorine_mass_fraction_max=0.001)
    with pytest.raises(
        ValueError, match=r"No recipe is left .* after fluorine <= 0.001"
    ):
        space.sample(1, 0)


def test_the_shelf_keeps_only_what_is_there():
    space = small_space(shelf=("NaFSI", "DME", "G2"))
    assert {c.name for c in space.sample(200, 0).components} <= {"NaFSI", "DME", "G2"}
    inside, reasons = space.contains(Formulation.from_text("1 M NaPF6 in DME"))
    assert not inside
    assert reasons == ("NaPF6: on the shelf: not on the shelf",)


def test_pfas_by_the_oecd_definition():
    assert is_pfas("FC(F)(F)COCC(F)(F)F")
    assert is_pfas("O=S(=O)([N-]S(=O)(=O)C(F)(F)F)C(F)(F)F")
    assert not is_pfas("Fc1ccccc1")
    assert not is_pfas("O=C1OCC(F)O1")
    assert not is_pfas("FC(F)COCCOC")
    assert is_pfas("FC(F)C(F)(F)COC(F)(F)C(F)F")


def test_freezing_solvents_are_limited_to_their_ideal_solubility():
    assert largest_liquid_fraction(-58.0, 25.0) == 1.0
    at_25, at_minus_20 = (largest_liquid_fraction(36.4, t) for t in (25.0, -20.0))
    assert at_25 == pytest.approx(0.771, abs=0.002)
    assert at_minus_20 < 0.3
    assert largest_liquid_fraction(25.0, 25.0) == 1.0


def test_every_neighbour_is_one_move_away_and_feasible():
    space = small_space(solvent_per_salt_with_diluent=(1.0, 4.0))
    centre = Formulation.from_text("1.2 M NaFSI in DME/BTFE (7:13 v/v) + 2 wt% FEC")
    neighbours = space.neighbours(centre)
    assert len(neighbours) > 20
    assert space.feasible(neighbours).all()
    texts = {f.canonical for f in neighbours}
    assert len(texts) == len(neighbours)
    assert centre.canonical not in texts
    for text in (
        "1.3 M NaFSI in DME/BTFE (7:13 v/v) + 2 wt% FEC",
        "1.2 M NaFSI in DME/BTFE (8:12 v/v) + 2 wt% FEC",
        "1.2 M NaFSI in DME/BTFE (7:13 v/v)",
        "1.2 M NaFSI in G2/BTFE (7:13 v/v) + 2 wt% FEC",
    ):
        assert Formulation.from_text(text).canonical in texts
    with pytest.raises(ValueError, match="recipe on the lab grid"):
        space.neighbours(Formulation.from_text("1.25 M NaFSI in DME"))


def test_the_grid_agrees_with_the_text_of_a_formulation():
    text = "1.2 M NaFSI + 0.3 M NaPF6 in DME/G2/BTFE (15:20:65 v/v) + 2 wt% FEC"
    formulation = Formulation.from_text(text)
    grid = LabGrid(formulation.components)
    one = FormulationArray.from_list([formulation])
    steps = grid.steps(one.mole_fractions)
    named = {c.name: s for c, s in zip(grid.components, steps[0], strict=True)}
    assert named == pytest.approx(
        {"NaFSI": 12, "NaPF6": 3, "DME": 3, "G2": 4, "BTFE": 13, "FEC": 2}, abs=1e-8
    )
    back = grid.mole_fractions(np.rint(steps).astype(int))
    assert back == pytest.approx(one.mole_fractions, rel=1e-10)


def test_a_space_survives_pickling():
    space = small_space()
    space.sample(1, 0)
    again = pickle.loads(pickle.dumps(space))
    assert again == space
    assert again.sample(5, 3) == space.sample(5, 3)


def test_a_file_with_faults_lists_them_all(tmp_path):
    path = tmp_path / "space.toml"
    path.write_text(
        "[salts]\nstep = 0.1\ncount = [1, 2]\nallowed = {NaPF6 = [2, 1]}\n"
        "[solvents]\nstep = -5\n[limits]\nflash = 3\n[colours]\n"
    )
    with pytest.raises(ValueError, match="4 faults") as caught:
        SearchSpace.from_toml(path)
    for part in ("'colours'", "NaPF6", "solvents.step", "limits.flash"):
        assert part in str(caught.value)


def test_unknown_names_come_with_the_nearest(tmp_path):
    path = tmp_path / "space.toml"
    path.write_text(
        "[salts]\nstep = 0.1\ncount = [1, 1]\nallowed = {NaPF66 = [0.1, 1]}\n"
        "[solvents]\nstep = 5\ncount = [1, 1]\nallowed = {diglyme = [5, 100]}\n"
        "[limits]\nliquid_at_use_temperature = false\nsolubility = false\n"
    )
    with pytest.raises(ValueError, match="NaPF6") as caught:
        SearchSpace.from_toml(path).sample(1, 0)
    assert "write G2 for diglyme" in str(caught.value)


def test_a_step_must_divide_the_volume():
    with pytest.raises(ValueError, match="whole number of steps"):
        LabGrid((), volume_step_percent=3.0)


def test_no_recipe_exceeds_what_a_source_says_of_solubility_and_miscibility():
    from sodalyte.featurizers.solubility import miscibility_guard, solubility_guard

    sample = SearchSpace.default().sample(300, 11)
    assert "exceeds" not in set(solubility_guard(sample)["solubility_status"])
    assert "immiscible" not in set(miscibility_guard(sample)["miscibility_status"])


def test_a_dissolving_limit_is_the_best_of_the_solvents():
    grid = LabGrid(
        tuple(
            c for c in Formulation.from_text("1 M NaNO3 in DME/G2 (1:1 v/v)").components
        )
    )
    rule = dissolving_rule(grid, np.array([[0.1, 0.5]]), "salts dissolve")
    rows = np.array([[1, 20, 0], [2, 20, 0], [5, 10, 10], [6, 10, 10]])
    fractions = grid.mole_fractions(rows)
    assert rule.broken(fractions).tolist() == [False, True, False, True]
    assert rule.reason(fractions[1]) == "NaNO3 would not dissolve"


def test_a_flash_point_limit_takes_solvents_out_with_reasons():
    space = SearchSpace.default().with_limits(flash_point_min_C=60.0)
    left = {c.name for c in space.grid.components if c.role == "solvent"}
    assert "G4" in left
    assert "DME" not in left
    reasons = {r.component.name: r.reason for r in space.explain().removed}
    assert reasons["DME"].startswith("flash point -")
    assert reasons["THP"] == "flash point unknown"
    with pytest.raises(ValueError, match="No solvent left after flash point >= 500"):
        space.with_limits(flash_point_min_C=500.0).sample(1, 0)


def test_a_price_limit_bounds_the_mixture_and_needs_prices(tmp_path):
    """Quotations come in a components file, by the names of the catalogue."""
    with pytest.raises(
        ValueError, match=r"No salt left after price known.*components_file"
    ):
        SearchSpace.default().with_limits(price_max_USD_per_kg=12.0).sample(1, 0)
    prices = {"NaFSI": 30.0, "NaPF6": 20.0, "DME": 6.0, "G2": 8.0}
    (tmp_path / "prices.toml").write_text(
        "\n".join(
            f'[[component]]\nname = "{name}"\n[component.properties]\n'
            f"price_USD_per_kg_high = {price}"
            for name, price in prices.items()
        )
    )
    path = tmp_path / "space.toml"
    path.write_text(
        'components_file = "prices.toml"\n'
        "[salts]\nstep = 0.1\ncount = [1, 2]\n"
        "allowed = {NaFSI = [0.5, 2], NaPF6 = [0.5, 2]}\n"
        "[solvents]\nstep = 5\ncount = [1, 2]\n"
        "allowed = {DME = [5, 100], G2 = [5, 100], THP = [5, 100]}\n"
        "[limits]\nprice_max_USD_per_kg = 10.0\n"
    )
    space = SearchSpace.from_toml(path)
    assert {c.name for c in space.grid.components} == set(prices)
    for formulation in space.sample(50, 2):
        cost = sum(
            w * prices[name]
            for name, w in zip(
                formulation.names, formulation.mass_fractions, strict=True
            )
        )
        assert cost <= 10.0 + 1e-9


def test_own_components_enter_with_their_properties(tmp_path):
    (tmp_path / "own.toml").write_text(
        '[[component]]\nname = "MyEther"\nsmiles = "COCCOCCC"\nrole = "solvent"\n'
        "density_g_per_mL = 0.86\n[component.properties]\nmelting_point_C = -70\n"
        '[[component]]\nname = "Mystery"\nsmiles = "COCCOCCCC"\nrole = "solvent"\n'
        "density_g_per_mL = 0.86\n"
    )
    path = tmp_path / "space.toml"
    path.write_text(
        'components_file = "own.toml"\n'
        "[salts]\nstep = 0.1\ncount = [1, 1]\nallowed = {NaFSI = [0.5, 2]}\n"
        "[solvents]\nstep = 5\ncount = [1, 2]\n"
        "allowed = {MyEther = [5, 100], Mystery = [5, 100], DME = [5, 100]}\n"
    )
    space = SearchSpace.from_toml(path)
    names = {c.name for c in space.grid.components}
    assert names == {"NaFSI", "MyEther", "DME"}
    removed = {r.component.name: r.reason for r in space.filtered[1]}
    assert removed == {"Mystery": "melting point unknown"}
    sample = space.sample(50, 0)
    assert space.feasible(sample).all()
    again = pickle.loads(pickle.dumps(space))
    assert again.sample(50, 0) == sample
