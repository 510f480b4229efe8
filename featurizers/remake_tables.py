"""Remake the tables that follow the catalogue: ``atoms.csv`` and ``liquids.csv``.

Run ``python -m sodalyte.featurizers.remake_tables`` after the catalogue has changed.
"""

from pathlib import Path

from sodalyte.featurizers.atoms import write_atom_table
from sodalyte.featurizers.liquids import write_liquid_table

__all__ = ["main"]

TABLES = Path(__file__).parent / "tables"


def main() -> None:
    """Write both tables in place."""
    write_atom_table(str(TABLES / "atoms.csv"))
    write_liquid_table(str(TABLES / "liquids.csv"))


if __name__ == "__main__":
    main()
