"""Rows of several sources together: training table, ledger, corrections, conflicts."""
