"""Formulations in, a table of named numbers out."""

from sodalyte.featurizers.component_table import component_table
from sodalyte.featurizers.conditions import parse_collector
from sodalyte.featurizers.design import BLOCKS, design_matrix

__all__ = ["BLOCKS", "component_table", "design_matrix", "parse_collector"]
