"""What is known: formulations, components and measurements, with their sources."""

from sodalyte.datasets.checking.check import CheckResult, check_measurements, template
from sodalyte.datasets.checking.parse_report import ParseReport, parse_report
from sodalyte.datasets.checking.text_agreement import (
    Agreement,
    agreement,
    text_agreement,
)
from sodalyte.datasets.components.component import ROLES, Component
from sodalyte.datasets.formulations.array import FormulationArray
from sodalyte.datasets.formulations.formulation import Formulation, parse_formulation
from sodalyte.datasets.joining.contradictions import contradictions
from sodalyte.datasets.joining.training import training_frame
from sodalyte.datasets.loading.dataset import Dataset
from sodalyte.datasets.loading.efficiencies import (
    load_anode_free_cells,
    load_ether_campaign,
    load_lithium_ce,
    load_plating_ce,
    load_plating_ce_literature,
    load_plating_ce_texts,
)
from sodalyte.datasets.loading.facts import (
    load_cell_economics,
    load_current_collectors,
    load_hard_carbon,
    load_orbital_energies,
    load_other_full_cells,
    load_oxidation_pairs,
    load_qualitative_rules,
    load_references,
    load_relations,
    load_sei_solvation,
    load_sodium_electrolytes,
    load_supply_agents,
    load_symmetric_cells,
)
from sodalyte.datasets.loading.oxidation import (
    load_oxidation_onsets,
    load_oxidative_limits,
)
from sodalyte.datasets.loading.public import load_public, public_sets
from sodalyte.datasets.loading.quantities import QUANTITIES, Quantity

__all__ = [
    "QUANTITIES",
    "ROLES",
    "Agreement",
    "CheckResult",
    "Component",
    "Dataset",
    "Formulation",
    "FormulationArray",
    "ParseReport",
    "Quantity",
    "agreement",
    "check_measurements",
    "contradictions",
    "load_anode_free_cells",
    "load_cell_economics",
    "load_current_collectors",
    "load_ether_campaign",
    "load_hard_carbon",
    "load_lithium_ce",
    "load_orbital_energies",
    "load_other_full_cells",
    "load_oxidation_onsets",
    "load_oxidation_pairs",
    "load_oxidative_limits",
    "load_plating_ce",
    "load_plating_ce_literature",
    "load_plating_ce_texts",
    "load_public",
    "load_qualitative_rules",
    "load_references",
    "load_relations",
    "load_sei_solvation",
    "load_sodium_electrolytes",
    "load_supply_agents",
    "load_symmetric_cells",
    "parse_formulation",
    "parse_report",
    "public_sets",
    "template",
    "text_agreement",
    "training_frame",
]
