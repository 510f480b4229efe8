"""Mass and thickness: sums close, and less material never costs energy."""

import numpy as np
import pytest

from sodalyte.models.cell import CellDesign, CellModel, ElectrolyteProperties
from sodalyte.models.cell.constants import metal_thickness_um
from sodalyte.models.cell.ledger import stack_ledger

ELECTROLYTE = ElectrolyteProperties.from_ce_percent(99.9)


def energy(**design):
    return CellModel().evaluate(ELECTROLYTE, CellDesign(**design))


def test_masses_follow_from_the_design():
    ledger = stack_ledger(CellDesign(areal_capacity_mAh_per_cm2=3.0), 1.05)
    assert ledger.active_mg == pytest.approx(3000.0 / 108.0)
    assert ledger.electrolyte_mg == pytest.approx(9.0)
    assert ledger.positive_foil_mg == pytest.approx(12e-4 * 2.70 / 2 * 1e3)
    assert ledger.sodium_um == pytest.approx(metal_thickness_um(3.0))
    assert ledger.charged_um - ledger.as_built_um == pytest.approx(ledger.sodium_um)


def test_coating_volume_closes():
    design = CellDesign(coating_porosity=0.2, binder_mass_fraction=0.06)
    ledger = stack_ledger(design, 1.05)
    volume = ledger.active_mg / 3.2 + ledger.binder_mg / 1.78 + ledger.carbon_mg / 1.95
    assert ledger.coating_um == pytest.approx(10.0 * volume / 0.8)


def test_pore_filling_is_in_the_practical_range():
    for cathode in ("NVP", "NVPF", "NNCFM"):
        ledger = stack_ledger(CellDesign(cathode=cathode), 1.1)
        assert 1.1 < ledger.pore_filling_g_per_Ah < 1.9


def test_below_pore_filling_is_infeasible_and_says_so():
    result = energy(electrolyte_ratio_g_per_Ah=np.array([1.0, 3.0]))
    assert "electrolyte_below_pore_filling" in result.flags(0)
    assert result.limiting[0] == "infeasible"
    assert np.isnan(result.specific_energy_cell_Wh_per_kg[0])
    assert np.isfinite(result.specific_energy_cell_Wh_per_kg[1])


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("electrolyte_ratio_g_per_Ah", [30.0, 10.0, 5.0, 3.0, 2.5, 2.0]),
        ("collector_thickness_um", [50.0, 20.0, 12.0, 8.0, 4.0]),
        ("positive_collector_thickness_um", [50.0, 20.0, 12.0, 8.0, 4.0]),
        ("sodium_porosity", [0.6, 0.3, 0.1, 0.0]),
    ],
)
def test_less_dead_weight_never_hurts(name, values):
    result = energy(**{name: np.array(values)})
    for figure in (
        "specific_energy_cell_Wh_per_kg",
        "energy_density_cell_Wh_per_L",
    ):
        assert (np.diff(result.values[figure]) >= -1e-9).all()
    assert (np.diff(result.cost_materials_USD_per_kWh) <= 1e-9).all()


def test_basis_order():
    result = energy()
    assert (
        result.specific_energy_active_Wh_per_kg
        > result.specific_energy_stack_Wh_per_kg
        > result.specific_energy_cell_Wh_per_kg
    ).all()


def test_extra_sodium_is_seen_in_thickness():
    plain, rich = (
        stack_ledger(CellDesign(cathode=key), 1.05) for key in ("NVP", "Na4VP")
    )
    assert rich.sodium_um / plain.sodium_um == pytest.approx(1 + 58.8 / 108)
    oxalate = stack_ledger(
        CellDesign(active_mass_fraction=0.84, sacrificial_mass_fraction=0.1), 1.05
    )
    assert oxalate.extra_ratio == pytest.approx(0.1 / 0.84 * 0.99 * 400 / 108, rel=1e-4)
