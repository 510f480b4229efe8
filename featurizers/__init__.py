"""Formulations in, a table of named numbers out."""

from sodalyte.featurizers.bulk_checks import bulk_error_summary, bulk_error_table
from sodalyte.featurizers.bulk_validity import bulk_validity, bulk_validity_table
from sodalyte.featurizers.component_table import component_table
from sodalyte.featurizers.conditions import parse_collector
from sodalyte.featurizers.cost import electrolyte_cost
from sodalyte.featurizers.design import BLOCKS, design_matrix
from sodalyte.featurizers.dictionary import feature_dictionary, feature_page
from sodalyte.featurizers.featurize import featurize_file
from sodalyte.featurizers.liquid_range import liquid_range
from sodalyte.featurizers.solubility import miscibility_guard, solubility_guard
from sodalyte.featurizers.solvation_checks import (
    solvation_error_table,
    solvation_rule_table,
)

__all__ = [
    "BLOCKS",
    "bulk_error_summary",
    "bulk_error_table",
    "bulk_validity",
    "bulk_validity_table",
    "component_table",
    "design_matrix",
    "electrolyte_cost",
    "feature_dictionary",
    "feature_page",
    "featurize_file",
    "liquid_range",
    "miscibility_guard",
    "parse_collector",
    "solubility_guard",
    "solvation_error_table",
    "solvation_rule_table",
]
