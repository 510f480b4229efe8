import numpy as np
import pandas as pd
import pytest

from sodalyte.models.scaling import TableScaler


@pytest.fixture
def table():
    rng = np.random.default_rng(4)
    base = rng.normal(size=(50, 2))
    mixed = base @ np.array([[1.0, 2.0, 0.3], [0.0, 0.1, 1.0]])
    return pd.DataFrame(mixed, columns=["a", "b", "c"]).assign(
        constant=1.0, volume_fraction_of_G2=rng.random(50)
    )


def test_constant_columns_are_left_out(table):
    assert "constant" not in TableScaler().fit(table).columns_


def test_plain_scaling_has_zero_mean_and_unit_spread(table):
    values = TableScaler(["a", "b"], squash=False).fit_transform(table)
    np.testing.assert_allclose(values.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(values.std(axis=0), 1)


def test_squashing_keeps_the_order_and_shortens_tails(table):
    table.loc[0, "a"] = 1e4
    values = TableScaler(["a"]).fit_transform(table)[:, 0]
    assert (np.argsort(values) == np.argsort(table["a"])).all()
    assert values.max() < 10


def test_whitening_turns_to_uncorrelated_columns(table):
    values = TableScaler(["a", "b", "c"], squash=False, whiten=1e-9)
    turned = values.fit_transform(table)
    correlation = np.corrcoef(turned.T)
    np.testing.assert_allclose(correlation, np.eye(len(correlation)), atol=1e-6)


def test_unit_divides_and_nothing_else(table):
    scaler = TableScaler(["volume_fraction_of_G2"], unit=0.5)
    values = scaler.fit_transform(table)[:, 0]
    np.testing.assert_allclose(values, table["volume_fraction_of_G2"] / 0.5)


def test_absent_amounts_count_as_zero(table):
    scaler = TableScaler(["volume_fraction_of_G2"], unit=1.0).fit(table)
    assert (scaler.transform(table[["a"]]) == 0).all()


def test_missing_columns_are_named(table):
    scaler = TableScaler(["a", "b"]).fit(table)
    with pytest.raises(ValueError, match=r"1 are missing, the first: \['b'\]"):
        scaler.transform(table[["a"]])


def test_holes_are_named(table):
    scaler = TableScaler(["a", "b"]).fit(table)
    table.loc[3, "b"] = np.nan
    with pytest.raises(ValueError, match=r"1 rows break this: row 3: \['b'\]"):
        scaler.transform(table)


def test_a_table_without_variety_is_refused(table):
    with pytest.raises(ValueError, match="at least one column that varies"):
        TableScaler(["constant"]).fit(table)
