import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone

from sodalyte.models.baselines import MeanBaseline, ScikitBaseline
from sodalyte.models.members import (
    ForestMember,
    ProcessMember,
    block_columns,
    varying_columns,
)
from sodalyte.models.observations import read_observations

MEMBERS = {
    "process on amounts": ProcessMember(),
    "soft failures": ProcessMember(failures="soft"),
    "whitened": ProcessMember(
        local=("amounts", "chemistry", "conditions"),
        linear=("amounts", "chemistry"),
        whiten=0.1,
    ),
    "forest": ForestMember(n_trees=20),
    "mean": MeanBaseline(),
    "untuned forest": ScikitBaseline("forest"),
    "untuned process": ScikitBaseline("process", ("amounts",), standardise=False),
}


@pytest.fixture(params=[0, 1])
def table(request):
    rng = np.random.default_rng(request.param)
    share = rng.random(40)
    X = pd.DataFrame(
        {
            "volume_fraction_of_G2": share,
            "volume_fraction_of_DME": 1 - share,
            "viscosity_mPa_s": 0.5 + share + 0.01 * rng.normal(size=40),
            "homo_max_eV": -11 + 0.1 * rng.normal(size=40),
            "log10_current_density": rng.choice([-0.3, 0.0], 40),
            "is_current_density_assumed": 1.0,
            "viscosity_mPa_s_ln_std": rng.random(40),
        }
    )
    nines = 2 + np.sin(3 * share) + 0.05 * rng.normal(size=40)
    frame = pd.DataFrame(
        {
            "outcome": np.where(np.arange(40) % 10 == 0, "would_not_run", "ran"),
            "ce_percent": 100 * (1 - 10**-nines),
            "ce_qualifier": "=",
            "work": np.repeat(list("abcde"), 8),
        }
    )
    frame.loc[frame["outcome"] != "ran", "ce_percent"] = np.nan
    return X, read_observations(X, frame)


@pytest.mark.parametrize("member", MEMBERS.values(), ids=MEMBERS)
def test_members_predict_finite_means_and_positive_spreads(member, table):
    X, rows = table
    mean, std = clone(member).fit(X, rows).predict(X)
    assert np.isfinite(mean).all()
    assert (std > 0).all()


@pytest.mark.parametrize("member", MEMBERS.values(), ids=MEMBERS)
def test_members_are_repeatable_and_do_not_touch_their_parameters(member, table):
    X, rows = table
    first = clone(member).fit(X, rows)
    assert str(first.get_params()) == str(member.get_params())
    second = clone(member).fit(X, rows)
    assert np.array_equal(first.predict(X)[0], second.predict(X)[0])


@pytest.mark.parametrize("member", MEMBERS.values(), ids=MEMBERS)
def test_rows_are_predicted_one_by_one_alike(member, table):
    X, rows = table
    fitted = clone(member).fit(X, rows)
    together = fitted.predict(X)[0][7]
    assert fitted.predict(X.iloc[[7]])[0][0] == pytest.approx(together, abs=1e-5)


@pytest.mark.parametrize("name", ["process on amounts", "whitened", "forest"])
def test_members_learn_a_smooth_trend(name, table):
    X, rows = table
    train, test = np.arange(40) % 2 == 0, np.arange(40) % 2 == 1
    member = clone(MEMBERS[name]).fit(
        X[train].reset_index(drop=True), rows[train].reset_index(drop=True)
    )
    told = member.predict(X[test])[0]
    truth = rows["nines"][test & rows["ran"].to_numpy()]
    error = told[rows["ran"].to_numpy()[test]] - truth
    assert np.sqrt((error**2).mean()) < 0.5 * truth.std()


def test_failures_pull_predictions_down(table):
    X, rows = table
    told = {
        kind: ProcessMember(failures=kind).fit(X, rows).predict(X)[0].mean()
        for kind in ("left_out", "soft", "hard")
    }
    assert told["hard"] <= told["soft"] <= told["left_out"]


def test_a_laboratory_that_reads_high_is_noticed(table):
    X, rows = table
    shifted = rows.copy()
    shifted.loc[shifted["work"] == "c", "nines"] += 0.6
    offsets = ProcessMember().fit(X, shifted).work_offsets().set_index("work")
    assert offsets["offset_nines"].idxmax() == "c"
    assert offsets.loc["c", "offset_nines"] > 2 * offsets.loc["c", "offset_std_nines"]


def test_blocks_share_the_columns_and_leave_flags_out(table):
    X, _ = table
    blocks = {name: block_columns(X, name) for name in ("amounts", "chemistry")}
    assert blocks["amounts"] == ["volume_fraction_of_G2", "volume_fraction_of_DME"]
    assert blocks["chemistry"] == ["viscosity_mPa_s", "homo_max_eV"]
    assert block_columns(X, "conditions") == ["log10_current_density"]


def test_unknown_block_is_refused(table):
    with pytest.raises(ValueError, match="must be one of"):
        block_columns(table[0], "colour")


def test_varying_columns_ignore_rounding():
    X = pd.DataFrame({"a": [1.0, 1.0 + 1e-14], "b": [1e-20, 2e-20], "c": [3.0, 3.0]})
    assert varying_columns(X, ["a", "b", "c"]) == ["b"]
