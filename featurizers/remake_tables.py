"""Remake the tables that follow the catalogue: ``atoms.csv`` and ``liquids.csv``.

Run ``python -m sodalyte.featurizers.remake_tables`` after the catalogue has changed.
"""

import argparse
from pathlib import Path

from sodalyte.featurizers.atoms import write_atom_table
from sodalyte.featurizers.liquids import write_liquid_table

__all__ = ["main"]

TABLES = Path(__file__).parent / "tables"


def main(arguments: list[str] | None = None) -> None:
    """Remake atoms.csv and liquids.csv from the catalogue."""
    parser = argparse.ArgumentParser(
        prog="python -m sodalyte.featurizers.remake_tables", description=main.__doc__
    )
    parser.add_argument(
        "--out",
        type=Path,
        default=TABLES,
        help="folder for both; by default the one that is shipped",
    )
    out = parser.parse_args(arguments).out
    out.mkdir(parents=True, exist_ok=True)
    write_atom_table(str(out / "atoms.csv"))
    write_liquid_table(str(out / "liquids.csv"))


if __name__ == "__main__":
    main()
