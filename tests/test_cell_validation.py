"""The realistic profile on the published cells, beside its nulls."""

import pytest

from sodalyte.models.cell.inputs import priors
from sodalyte.models.cell.published_cells import sodium_cells
from sodalyte.models.cell.validation import (
    Z_80,
    error_difference,
    fit_constant_fade,
    fit_realistic,
    leave_one_work_out,
    validation_table,
)

CELLS = sodium_cells()


def test_the_bundled_priors_are_the_fit():
    fit, bundled = fit_realistic(CELLS), priors()
    assert bundled["background_loss_per_cycle"].value == pytest.approx(
        fit.background_loss_per_cycle, rel=0.01
    )
    assert bundled["permanent_loss_fraction"].value == pytest.approx(
        fit.permanent_loss_fraction, rel=0.01
    )
    assert bundled["life_ln_std_worse"].value == pytest.approx(
        fit.ln_high / Z_80, rel=0.01
    )
    assert bundled["life_ln_std_better"].value == pytest.approx(
        -fit.ln_low / Z_80, rel=0.01
    )


def test_coverage_width_and_error_beside_the_nulls(capsys):
    predictions = leave_one_work_out(CELLS)
    table = validation_table(predictions)
    near, far = (
        error_difference(predictions, null) for null in ("constant_fade", "ce_power_n")
    )
    with capsys.disabled():
        print("\n" + table.round(3).to_string(index=False))
        for name, found in (("constant fade", near), ("CE^N", far)):
            print(
                f"model minus {name}: {found[0]:+.1f} points "
                f"[{found[1]:+.1f}, {found[2]:+.1f}]"
            )
    law = table[table["cells"] == "all"].set_index("law")
    model, null = law.loc["realistic profile"], law.loc["null: constant fade"]
    assert 0.65 <= model["coverage_80"] <= 0.95
    assert model["median_width"] <= null["median_width"]
    assert far[2] < 0  # CE^N is worse beyond doubt
    assert near[1] < 0 < near[2]  # nothing is claimed against one constant fade


def test_the_bootstrap_repeats_and_sees_a_difference():
    predictions = leave_one_work_out(CELLS)
    assert error_difference(predictions) == error_difference(predictions)
    perfect = predictions.assign(model_median=predictions["retention"])
    assert error_difference(perfect)[2] < 0


def test_constant_fade_is_in_the_known_range():
    assert 6e-4 < fit_constant_fade(CELLS).fade_per_cycle < 9e-4
