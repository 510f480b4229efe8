"""Remake the shipped tables of molecules for the whole catalogue.

``python -m sodalyte.featurizers.remake orbitals --jobs 2`` writes
``orbital_energies.csv``, ``pairs`` writes ``pair_energies.csv``, ``descriptors`` the
RDKit ones; the versions of the programs go to ``molecule_tables.toml``. A remake of all
three from nothing: ``descriptors orbitals pairs --jobs 2 --out FOLDER``.
"""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

from sodalyte.featurizers.descriptors import descriptors, remake_tables
from sodalyte.featurizers.orbital_table import (
    ORBITAL_TABLE,
    PAIR_TABLE,
    TABLES,
    Cache,
    compute_many,
)
from sodalyte.featurizers.orbitals import METHOD_VERSION, compute_orbitals
from sodalyte.featurizers.pairs import PAIR_METHOD_VERSION, compute_pair, has_donor
from sodalyte.featurizers.species import is_bare_cation, ligand_species
from sodalyte.featurizers.xtb import versions

__all__ = ["catalogue_ligands", "catalogue_species", "main"]

VERSIONS = "molecule_tables.toml"


def catalogue_species() -> list[str]:
    """List the molecules and ions of the catalogue, bare metal cations left out.

    Large species come first, so that parallel processes end together.
    """
    from sodalyte.datasets.components.catalogue import load_catalogue

    parts = {
        part
        for component in load_catalogue().values()
        for part in component.smiles.split(".")
    }
    return _large_first([part for part in parts if not is_bare_cation(part)])


def _large_first(species: list[str]) -> list[str]:
    """Sort by the number of heavy atoms, most first, then by SMILES."""
    from rdkit import Chem

    sizes = {
        smiles: Chem.MolFromSmiles(smiles, sanitize=False).GetNumAtoms()
        for smiles in species
    }
    return sorted(species, key=lambda smiles: (-sizes[smiles], smiles))


def catalogue_ligands() -> list[str]:
    """List the solvents and anions of the catalogue that have a donor atom."""
    from sodalyte.datasets.components.catalogue import load_catalogue

    species = ligand_species(load_catalogue().values())
    table = descriptors(species).to_dict("index")
    return _large_first([one for one in species if has_donor(table[one])])


def _table(
    species: list[str],
    path: Path,
    function: Callable[[str], dict[str, Any]],
    cache: Cache | None,
    *,
    method: str,
    n_jobs: int,
    only_new: bool,
) -> list[str]:
    """Compute what is missing, write the table sorted by SMILES, list the failures."""
    from rich.console import Console
    from rich.progress import Progress

    known: dict[str, dict[str, Any]] = {}
    if only_new and path.exists():
        kept = pd.read_csv(path)
        kept = kept[kept["method"] == method]
        known = {row["smiles"]: row for row in kept.to_dict("records")}  # type: ignore[misc]
    if cache is not None:
        cached = [cache.read(one) for one in species if one not in known]
        known |= {row["smiles"]: row for row in cached if row is not None}
    new = [one for one in species if one not in known]
    with Progress(console=Console(stderr=True)) as bar:
        task = bar.add_task(path.stem, total=len(new))
        results, failures = compute_many(
            new,
            n_jobs=n_jobs,
            progress=lambda done, total, one: bar.update(task, completed=done),
            keep=None if cache is None else cache.write,
            function=function,
        )
    known |= results
    rows = [known[one] for one in sorted(species) if one in known]
    pd.DataFrame(rows).to_csv(path, index=False, lineterminator="\n")
    return list(failures.values())


def main() -> None:
    """Remake the shipped tables of molecules for the whole catalogue."""
    from rich.console import Console

    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument(
        "tables", nargs="+", choices=["descriptors", "orbitals", "pairs"]
    )
    parser.add_argument("--jobs", type=int, default=2, help="parallel processes")
    parser.add_argument(
        "--only-new", action="store_true", help="keep rows of the same method"
    )
    parser.add_argument("--cache", type=Path, help="resume from and add to this folder")
    parser.add_argument(
        "--out",
        type=Path,
        default=TABLES,
        help="folder for the tables; by default the one that is shipped",
    )
    arguments = parser.parse_args()
    species = catalogue_species()
    if not species:
        raise SystemExit("the catalogue is empty: no table is written")
    faults: list[str] = []
    arguments.out.mkdir(parents=True, exist_ok=True)
    if "descriptors" in arguments.tables:
        remake_tables(arguments.out)
    orbitals = (catalogue_species, ORBITAL_TABLE, compute_orbitals, METHOD_VERSION)
    pairs = (catalogue_ligands, PAIR_TABLE, compute_pair, PAIR_METHOD_VERSION)
    for name, job in (("orbitals", orbitals), ("pairs", pairs)):
        if name not in arguments.tables:
            continue
        chosen, path, function, method = job
        faults += _table(
            chosen(),
            arguments.out / path.name,
            function,
            Cache(arguments.cache, name) if arguments.cache else None,
            method=method,
            n_jobs=arguments.jobs,
            only_new=arguments.only_new,
        )
    lines = [
        f'orbitals_method = "{METHOD_VERSION}"',
        f'pairs_method = "{PAIR_METHOD_VERSION}"',
        "",
        "[versions]",
    ]
    lines += [f'{name} = "{number}"' for name, number in versions().items()]
    (arguments.out / VERSIONS).write_text("\n".join(lines) + "\n", encoding="utf-8")
    for fault in faults:
        Console(stderr=True).print(fault, style="red", markup=False)
    if faults:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
