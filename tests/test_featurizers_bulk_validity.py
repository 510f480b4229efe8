import numpy as np
import pytest

from sodalyte.datasets.formulations.formulation import Formulation
from sodalyte.featurizers.bulk import BulkProperties
from sodalyte.featurizers.bulk_checks import bulk_error_table
from sodalyte.featurizers.bulk_validity import bulk_validity, bulk_validity_table

GLYME = Formulation.from_text("1 M NaPF6 in G2")


def test_every_bulk_estimate_has_a_range():
    estimates = {
        name
        for name in BulkProperties.__dataclass_fields__
        if not name.endswith("_std") and name != "estimated_liquid_fraction"
    }
    table = bulk_validity_table()
    assert set(table.index) == estimates
    assert (table["valid_low_C"] <= table["checked_low_C"]).all()
    assert (table["valid_high_C"] >= table["checked_high_C"]).all()
    assert (table["basis"].str.len() > 20).all()
    assert (table["outside"].str.len() > 20).all()


def test_what_is_called_checked_was_measured():
    measured = bulk_error_table().query("is_liquid")
    names = {"salt_diffusion_coefficient": "salt_diffusivity_m2_per_s"}
    names |= {"conductivity": "conductivity_mS_per_cm"}
    table = bulk_validity_table()
    for quantity, name in names.items():
        inside = measured["temperature_C"] >= table.loc[name, "valid_low_C"]
        rows = measured[(measured["quantity"] == quantity) & inside]
        texts = rows["formulation"]
        molarities = [
            Formulation.from_text(one).salt_molarity_mol_per_L for one in texts
        ]
        row = table.loc[name]
        assert max(molarities) == pytest.approx(
            row["checked_molarity_high_mol_per_L"], abs=0.1
        )
        assert rows["temperature_C"].min() == pytest.approx(row["checked_low_C"], abs=1)
        assert rows["temperature_C"].max() == pytest.approx(
            row["checked_high_C"], abs=1
        )


@pytest.mark.parametrize(
    ("temperature_C", "quantities"),
    [
        pytest.param(25.0, 6, id="room"),
        pytest.param(-40.0, 6, id="cold"),
        pytest.param(-45.0, 1, id="colder: density alone"),
        pytest.param(-70.0, 0, id="glass"),
        pytest.param(100.0, 0, id="hot"),
    ],
)
def test_temperature_bounds(temperature_C, quantities):
    row = bulk_validity([GLYME], temperature_C).iloc[0]
    flags = [name for name in row.index if name.endswith("_is_valid")]
    assert row[flags].astype(bool).sum() == quantities
    assert bool(row["is_valid"]) == (quantities == 6)
    assert (row["reason"] == "") == (quantities == 6)


def test_reasons_name_quantity_and_bound():
    reason = bulk_validity([GLYME], -70.0)["reason"].iloc[0]
    assert "viscosity_mPa_s: below -40 degC" in reason
    assert "density_g_per_mL: below -60 degC" in reason


def test_salt_beyond_the_ceiling_and_boiling_are_flagged():
    strong = Formulation.from_text("5 M NaFSI in DME")
    stronger = Formulation.from_mole_fractions({"NaFSI": 0.8, "DME": 0.2})
    frame = bulk_validity([GLYME, strong, stronger], 25.0)
    assert list(frame["salt_diffusivity_m2_per_s_is_valid"]) == [True, False, False]
    assert list(frame["conductivity_mS_per_cm_is_valid"]) == [True, True, False]
    hot = bulk_validity([Formulation.from_text("1 M NaPF6 in THF")], 75.0)
    assert "above the bubble point" in hot["reason"].iloc[0]
    assert not hot["density_g_per_mL_is_valid"].iloc[0]


def test_each_row_has_its_own_temperature():
    frame = bulk_validity([GLYME, GLYME], np.array([25.0, -70.0]))
    assert list(frame["is_valid"]) == [True, False]
