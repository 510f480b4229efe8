import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone

from sodalyte.models.network import NetworkMember, TorchSettings, checked_device
from sodalyte.models.observations import read_observations


def metal_table(seed, rng_nines, names=("G2", "DME")):
    rng = np.random.default_rng(seed)
    share = rng.random(40)
    X = pd.DataFrame(
        {
            f"volume_fraction_of_{names[0]}": share,
            f"volume_fraction_of_{names[1]}": 1 - share,
            "molarity_of_NaPF6_mol_per_L": rng.choice([0.5, 1.0, 2.0], 40),
            "viscosity_mPa_s": 0.5 + share,
            "log10_current_density": rng.choice([-0.3, 0.0], 40),
        }
    )
    frame = pd.DataFrame(
        {
            "outcome": np.where(share < 0.2, "would_not_run", "ran"),
            "ce_percent": 100 * (1 - 10 ** -(rng_nines + share)),
            "ce_qualifier": "=",
            "work": np.repeat(list("abcde"), 8),
        }
    )
    frame.loc[frame["outcome"] != "ran", "ce_percent"] = np.nan
    return X, read_observations(X, frame)


@pytest.fixture
def components():
    return pd.DataFrame(
        {"donor_number": [24.0, 20.0, np.nan], "size_A": [3.0, 2.0, 4.0]},
        index=["G2", "DME", "NaPF6"],
    )


@pytest.fixture
def table():
    return metal_table(0, 1.5)


def network(components, other=None):
    settings = TorchSettings(components, other)
    return NetworkMember(("conditions",), settings, n_networks=3, n_steps=120)


def test_the_same_seed_gives_the_same_network(table, components):
    first = network(components).fit(*table).predict(table[0])
    second = clone(network(components)).fit(*table).predict(table[0])
    assert np.array_equal(first, second)


def test_spread_is_positive_and_runs_is_a_probability(table, components):
    model = network(components).fit(*table)
    assert (model.predict(table[0])[1] > 0).all()
    runs = model.runs_probability(table[0])
    assert ((runs > 0) & (runs < 1)).all()


def test_the_order_of_components_does_not_matter(table, components):
    X, rows = table
    model = network(components).fit(X, rows)
    turned = X[X.columns[::-1]]
    assert np.allclose(model.predict(X)[0], model.predict(turned)[0])


def test_a_component_under_two_names_counts_as_one(table, components):
    """Two names of one description are one component split in two."""
    X, rows = table
    twice = pd.concat([components, components.loc[["G2"]].rename({"G2": "diglyme"})])
    model = network(twice).fit(X.assign(volume_fraction_of_diglyme=0.0), rows)
    split = X.assign(
        volume_fraction_of_diglyme=0.3 * X["volume_fraction_of_G2"],
        volume_fraction_of_G2=0.7 * X["volume_fraction_of_G2"],
    )
    assert np.allclose(model.predict(X)[0], model.predict(split)[0])


def test_it_learns_a_trend_and_what_fails(table, components):
    X, rows = table
    train, test = np.arange(40) % 2 == 0, np.arange(40) % 2 == 1
    model = network(components).fit(
        X[train].reset_index(drop=True), rows[train].reset_index(drop=True)
    )
    ran = rows["ran"].to_numpy()[test]
    gap = model.predict(X[test])[0][ran] - rows["nines"].to_numpy()[test][ran]
    assert np.sqrt(np.mean(gap**2)) < 0.8 * rows["nines"].to_numpy()[test][ran].std()
    runs = model.runs_probability(X[test])
    assert runs[ran].mean() > runs[~ran].mean()


def test_a_failure_that_counts_as_zero_lowers_the_prediction(table, components):
    X, rows = table
    given = network(components).fit(X, rows)
    blind = network(components).set_params(failures_as_zero=True).fit(X, rows)
    assert (blind.predict(X)[0] <= np.maximum(given.predict(X)[0], 0.0)).all()


def test_another_metal_is_a_task_of_its_own(table, components):
    """Its level is not mistaken for ours, whatever it adds to the shared layers."""
    other = metal_table(1, 3.5)
    model = network(components, other).fit(*table)
    ran = table[1]["ran"].to_numpy()
    mean = model.predict(table[0])[0][ran].mean()
    assert abs(mean - table[1]["nines"][ran].mean()) < 0.3


def test_a_device_that_is_not_there_is_refused(table, components):
    with pytest.raises(ValueError, match="must be one that torch finds here: cpu"):
        checked_device("abacus")
    model = NetworkMember(settings=TorchSettings(components, device="abacus"))
    with pytest.raises(ValueError, match="Got 'abacus'"):
        model.fit(*table)
