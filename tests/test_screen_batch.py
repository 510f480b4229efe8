import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sodalyte.datasets.formulations.array import FormulationArray
from sodalyte.datasets.formulations.formulation import Formulation
from sodalyte.screen.choosing.acquisition import BatchBelief, standardised
from sodalyte.screen.choosing.batch import (
    BatchSettings,
    select_batch,
    suggest_replicates,
)
from sodalyte.screen.choosing.refine import search_space
from sodalyte.screen.judging.targets import Target
from sodalyte.screen.judging.why import difference, trade_off, why
from sodalyte.screen.space.search_space import SearchSpace

SPACE = SearchSpace.default()


def series(salt, solvent, *molarities):
    return [Formulation.from_text(f"{m} M {salt} in {solvent}") for m in molarities]


def some_figures(candidates, seed):
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "score_mean": rng.normal(size=len(candidates)),
            "score_std": rng.uniform(0.1, 1, size=len(candidates)),
            "in_domain": rng.random(len(candidates)) < 0.7,
        }
    )


def gap(one, other):
    """Count lab steps between two formulations from their stated amounts."""

    def amounts(f):
        liquid = sum(
            v
            for c, v in zip(f.components, f.volume_fractions, strict=True)
            if c.role in ("solvent", "diluent")
        )
        table = {}
        for c, m, v, w in zip(
            f.components,
            f.molarity_mol_per_L,
            f.volume_fractions,
            f.mass_fractions,
            strict=True,
        ):
            kinds = {"salt": m / 0.1, "additive": w / 0.01}
            table[c.name, c.role] = kinds.get(c.role, v / liquid / 0.05)
        return table

    a, b = amounts(one), amounts(other)
    return sum(abs(a.get(k, 0) - b.get(k, 0)) for k in {*a, *b})


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 1000), st.integers(1, 12))
def test_a_batch_keeps_its_promises(seed, n):
    candidates = SPACE.sample(300, seed)
    measured, pending = candidates[:20], candidates[20:30]
    figures = some_figures(candidates, seed)
    batch = select_batch(candidates, figures, n, measured=measured, pending=pending)
    assert len(batch) == n
    picks = [candidates[int(i)] for i in batch["candidate"]]
    taken = {f.canonical for f in [*measured, *pending]}
    assert not taken & {f.canonical for f in picks}
    for i, one in enumerate(picks):
        for other in picks[:i]:
            assert gap(one, other) > 2 - 1e-6
    safe = batch[batch["list"] == "safe"]
    assert safe["in_domain"].all()
    assert len(safe) == n - int(0.4 * n + 1e-9)
    assert (batch["measured_lab_steps"] > 0.5).all()
    nearest = [measured[int(i)] for i in batch["measured_neighbour"]]
    assert batch["measured_lab_steps"].tolist() == pytest.approx(
        [gap(a, b) for a, b in zip(picks, nearest, strict=True)], abs=1e-6
    )


def test_the_same_seed_gives_the_same_batch():
    candidates = SPACE.sample(200, 1)
    figures = some_figures(candidates, 1)
    first, second = (select_batch(candidates, figures, 6, random_state=3) for _ in "ab")
    pd.testing.assert_frame_equal(first, second)


def test_without_uncertainty_the_best_score_comes_first():
    candidates = SPACE.sample(200, 2)
    figures = some_figures(candidates, 2).assign(score_std=0.0, in_domain=True)
    batch = select_batch(candidates, figures, 4)
    assert batch["candidate"].iloc[0] == figures["score_mean"].idxmax()
    assert batch["score"].is_monotonic_decreasing


def test_a_pending_recipe_sends_the_batch_elsewhere():
    near = series("NaPF6", "DME", 0.9, 1.1)
    far = series("NaTFSI", "G4", 1.0)
    candidates = FormulationArray.from_list([*near, *far])
    figures = pd.DataFrame({"score_mean": [0.0, 0.0, 0.0], "score_std": [1.01, 1, 1]})
    bold = BatchSettings(kappa_safe=1.0, length_scale=2.0)
    alone = select_batch(candidates, figures, 1, settings=bold)
    assert alone["candidate"].tolist() == [0]
    waiting = FormulationArray.from_list(series("NaPF6", "DME", 1.0))
    batch = select_batch(candidates, figures, 1, pending=waiting, settings=bold)
    assert batch["candidate"].tolist() == [2]


def test_picking_narrows_the_belief_about_its_likes():
    coordinates = np.array([[0.0], [0.01], [5.0]])
    belief = BatchBelief(np.zeros(3), np.ones(3), coordinates, 1.0, 0.1)
    belief.expect(0)
    left = belief.remaining_std
    assert left[0] == pytest.approx(np.sqrt(0.01 / 1.01), rel=1e-6)
    assert left[1] < 0.2
    assert left[2] > 0.99


def test_two_expectations_equal_a_gaussian_posterior():
    rng = np.random.default_rng(0)
    coordinates = rng.normal(size=(6, 2))
    std = rng.uniform(0.5, 2, size=6)
    belief = BatchBelief(np.zeros(6), std, coordinates, 1.3, 0.2)
    gaps = np.linalg.norm(coordinates[:, None] - coordinates[None], axis=2)
    scaled = np.sqrt(3) * gaps / 1.3
    prior = (1 + scaled) * np.exp(-scaled) * np.outer(std, std)
    belief.expect(1)
    belief.expect(4)
    seen = [1, 4]
    gain = prior[:, seen] @ np.linalg.solve(
        prior[np.ix_(seen, seen)] + 0.04 * np.eye(2), prior[seen]
    )
    assert belief.remaining_std**2 == pytest.approx(np.diag(prior - gain))


def test_constant_features_leave_and_scale_does_not_matter():
    rng = np.random.default_rng(1)
    x = rng.normal(size=(50, 4))
    x[:, 2] = 7.0
    assert standardised(x).shape == (50, 3)
    assert standardised(x * [1, 1e6, 1, 1e-6]) == pytest.approx(standardised(x))
    assert standardised(np.ones((3, 2))).shape == (3, 1)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"n": 0}, "at least one recipe"),
        ({"n": 11}, "only 10 remain"),
        ({"figures": pd.DataFrame({"score_mean": [1.0]})}, "one row per candidate"),
    ],
)
def test_what_cannot_be_chosen_is_refused(change, message):
    candidates = FormulationArray.from_list(
        series("NaPF6", "DME", *(0.5 + 0.3 * i for i in range(10)))
    )
    arguments = {"n": 2, "figures": some_figures(candidates, 0), **change}
    with pytest.raises(ValueError, match=message):
        select_batch(candidates, **arguments)


def test_scores_must_be_numbers():
    candidates = FormulationArray.from_list(series("NaPF6", "DME", 0.5, 1.0))
    figures = pd.DataFrame({"score_mean": [1.0, np.nan], "score_std": [1.0, 1.0]})
    with pytest.raises(KeyError, match="needs score_std"):
        select_batch(candidates, figures.fillna(0).drop(columns="score_std"), 1)
    with pytest.raises(ValueError, match=r"1 rows break this: \[1\]"):
        select_batch(candidates, figures, 1)


def test_replicates_follow_noise():
    assert suggest_replicates(np.array([0.1, 0.3, 2.0]), 0.25).tolist() == [4, 3, 2]


def evaluate(candidates):
    """A smooth score with its best far inside the space."""
    molarity = candidates.salt_molarity_mol_per_L
    fluorine = candidates.fluorine_mass_fraction
    score = -((molarity - 1.5) ** 2) - 10 * (fluorine - 0.3) ** 2
    return pd.DataFrame(
        {
            "score_mean": score,
            "score_std": 0.0 * score,
            "a": fluorine,
            "b": -candidates.density_g_per_mL,
        }
    )


def test_local_moves_find_more_than_the_draws():
    found = search_space(
        SPACE, evaluate, n_samples=400, n_rounds=6, objectives=("a", "b")
    )
    figures = found.figures
    assert len(figures) == len(found.candidates)
    assert SPACE.feasible(found.candidates).all()
    steps = np.rint(SPACE.to_steps(found.candidates))
    assert len(np.unique(steps, axis=0)) == len(steps)
    before = figures["score_mean"].iloc[: found.n_sampled].max()
    assert figures["score_mean"].max() > before
    assert figures["score_mean"].max() > -0.01
    again = search_space(
        SPACE, evaluate, n_samples=400, n_rounds=6, objectives=("a", "b")
    )
    pd.testing.assert_frame_equal(again.figures, figures)


def test_search_stops_when_nothing_new_is_near():
    space = SPACE.with_limits(shelf=("NaPF6", "DME"))
    found = search_space(space, evaluate, n_samples=200, n_rounds=50)
    assert len(found.candidates) <= 25
    assert found.n_rounds < 50


def test_the_last_rounds_climb_among_safe_recipes_beside_the_starts():
    """Few draws are safe; the neighbours of measured recipes are, and lead further."""
    measured = FormulationArray.from_list([Formulation.from_text("1 M NaPF6 in DME")])

    def evaluate_safe(candidates):
        columns = {(c.name, c.role): i for i, c in enumerate(candidates.components)}
        ether = candidates.volume_fractions[:, columns["DME", "solvent"]]
        return evaluate(candidates).assign(is_safe=ether > 0.6)

    def best_safe(**settings):
        found = search_space(
            SPACE, evaluate_safe, n_samples=50, n_rounds=1, n_front_rounds=0, **settings
        )
        safe = found.figures[found.figures["is_safe"]]
        assert SPACE.feasible(found.candidates).all()
        return len(safe), safe["score_mean"].max()

    without = best_safe(n_safe_rounds=0)
    beside = best_safe(n_safe_rounds=0, starts=np.rint(SPACE.to_steps(measured)))
    climbed = best_safe(n_safe_rounds=4, starts=np.rint(SPACE.to_steps(measured)))
    assert without[0] < beside[0] < climbed[0]
    assert climbed[1] > beside[1]


TARGETS = (
    Target("cycle_life_80", "maximise", 10, 1000, is_log=True),
    Target("cost_pack_USD_per_kWh", "minimise", 50, 300),
)


def test_why_names_the_trade_the_relative_and_the_lesson():
    recipe = Formulation.from_text("1.5 M NaFSI in DME")
    neighbour = Formulation.from_text("1 M NaPF6 in DME")
    choice = {
        "list": "exploratory",
        "score": 0.5,
        "score_std": 0.2,
        "information_gain": 0.12,
    }
    text = why(
        choice,
        recipe,
        targets=TARGETS,
        figures={"cycle_life_80": 400, "cost_pack_USD_per_kWh": 140},
        reference={"cycle_life_80": 150, "cost_pack_USD_per_kWh": 120},
        neighbour=neighbour,
    )
    for part in (
        "Exploratory",
        "promises 250 more cycles to 80 %, but 20 USD/kWh more, than the best",
        "1 M NaPF6 in DME",
        "NaFSI for NaPF6, 1.5 M instead of 1 M",
        "12 % off the doubt",
    ):
        assert part in text
    assert text.count(".") - text.count("1.5") * 1 - text.count("0.2") == 1


@pytest.mark.parametrize(
    ("own", "reference", "expected"),
    [
        ((400, 120), (150, 120), "nothing given up"),
        ((150, 200), (150, 120), "promises 80 USD/kWh more than the best"),
        ((100, 120), (150, 120), "promises 50 fewer cycles to 80 % than the best"),
        ((150, 120), (150, 120), "as much as the best"),
        ((float("nan"), 120), (150, 120), "as much as the best"),
    ],
)
def test_trade_offs_are_said_as_they_are(own, reference, expected):
    names = [t.quantity for t in TARGETS]
    figures, other = (
        dict(zip(names, values, strict=True)) for values in (own, reference)
    )
    assert expected in trade_off(TARGETS, figures, other)


def test_differences_in_words():
    base = Formulation.from_text("1 M NaPF6 in DME/G2 (1:1 v/v)")
    cases = {
        "1 M NaPF6 in DME/G2 (1:1 v/v)": "a replicate",
        "1 M NaPF6 in DME": "G2 left out",
        "1 M NaPF6 in DME/G2/THF (2:1:1 v/v)": "THF added",
        "1 M NaPF6 in DME/G2 (3:1 v/v)": "%",
    }
    for text, words in cases.items():
        assert words in difference(Formulation.from_text(text), base)


def test_a_pinch_of_a_third_liquid_makes_no_other_recipe():
    alike = [f"1 M NaPF6 in DME:BTFE:TEP {a}:{b}:1 v/v" for a, b in [(14, 5), (9, 10)]]
    texts = ["1 M NaPF6 in DME:BTFE 1:1 v/v", *alike, "1 M NaPF6 in G2"]
    candidates = FormulationArray.from_list([Formulation.from_text(t) for t in texts])
    figures = pd.DataFrame({"score_mean": [4.0, 3.0, 2.0, 1.0], "score_std": 0.01})
    one_each = {
        steps: set(
            select_batch(
                candidates,
                figures,
                2,
                settings=BatchSettings(main_liquid_steps=steps, variety_worth=1e6),
            )["candidate"]
        )
        for steps in (0.0, 3.0)
    }
    assert one_each == {0.0: {0, 1}, 3.0: {0, 3}}


def test_another_liquid_must_not_be_a_far_worse_one():
    texts = ["1 M NaPF6 in DME", "0.5 M NaPF6 in DME", "1 M NaPF6 in G4"]
    candidates = FormulationArray.from_list([Formulation.from_text(t) for t in texts])
    figures = pd.DataFrame({"score_mean": [4.0, 3.9, 3.0], "score_std": 0.4})

    def chosen(worth):
        settings = BatchSettings(variety_worth=worth)
        return list(
            select_batch(candidates, figures, 2, settings=settings)["candidate"]
        )

    assert chosen(3.0) == [0, 2]  # 0.9 lower is within three standard deviations of 0.4
    assert chosen(1.0) == [0, 1]
