"""Energy figures are the stages times the ledger."""

import pytest

from sodalyte.models.cell import CellDesign, CellModel, ElectrolyteProperties
from sodalyte.models.cell.figures import ENERGY, FIGURES, LIFE, format_parts
from sodalyte.models.cell.ledger import stack_ledger


def test_names_are_complete():
    assert FIGURES == LIFE + ENERGY
    result = CellModel().evaluate(ElectrolyteProperties(nines_mean=3.0))
    assert set(result.values) == set(FIGURES)


def test_energy_is_capacity_times_voltage_over_mass():
    design = CellDesign()
    result = CellModel().evaluate(
        ElectrolyteProperties(nines_mean=3.0, initial_ce_percent=90.0), design
    )
    ledger = stack_ledger(design, 1.059)
    energy = 3.0 * 0.9 * result.utilisation[0] * result.average_voltage_V[0]
    assert result.specific_energy_active_Wh_per_kg[0] == pytest.approx(
        1e3 * energy / ledger.active_mg
    )
    assert result.energy_density_stack_Wh_per_L[0] == pytest.approx(
        1e4 * energy / ledger.charged_um
    )
    assert result.formation_capacity_mAh_per_cm2[0] == pytest.approx(
        2.7 * result.utilisation[0]
    )


@pytest.mark.parametrize("name", ["pouch", "cylinder", "prismatic", "coin"])
def test_the_format_sets_the_share_of_the_stack(name):
    result = CellModel().evaluate(
        ElectrolyteProperties(nines_mean=3.0), CellDesign(format=name)
    )
    share = format_parts(CellDesign(format=name))["mass_fraction"].value
    assert result.specific_energy_cell_Wh_per_kg[0] == pytest.approx(
        share * result.specific_energy_stack_Wh_per_kg[0]
    )
    assert ("coin_basis" in result.flags(0)) == (name == "coin")


def test_the_share_can_be_overridden():
    result = CellModel().evaluate(
        ElectrolyteProperties(nines_mean=3.0),
        CellDesign(stack_mass_fraction=0.5, stack_volume_fraction=0.4),
    )
    assert result.specific_energy_cell_Wh_per_kg[0] == pytest.approx(
        0.5 * result.specific_energy_stack_Wh_per_kg[0]
    )
    assert result.energy_density_cell_Wh_per_L[0] == pytest.approx(
        0.4 * result.energy_density_stack_Wh_per_L[0]
    )
