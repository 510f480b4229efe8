"""Orbital energies of many species: the shipped table, the disk cache, new ones.

Remake the shipped table with ``python -m sodalyte.featurizers.orbital_table``.
"""

import argparse
import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd

from sodalyte.featurizers.orbitals import METHOD_VERSION, compute_orbitals, versions
from sodalyte.featurizers.species import is_bare_cation

__all__ = [
    "catalogue_species",
    "compute_many",
    "default_cache_directory",
    "load_orbital_table",
    "orbital_energies",
]

TABLES = Path(__file__).parent / "tables"
ORBITAL_TABLE = TABLES / "orbital_energies.csv"
Progress = Callable[[int, int, str], None]


def default_cache_directory() -> Path:
    """Say where computed species are kept between runs.

    ``$SODALYTE_DATA`` if set, else ``$XDG_CACHE_HOME/sodalyte``, else
    ``~/.cache/sodalyte``.
    """
    chosen = os.environ.get("SODALYTE_DATA")
    if chosen:
        return Path(chosen)
    root = os.environ.get("XDG_CACHE_HOME")
    return (Path(root) if root else Path.home() / ".cache") / "sodalyte"


@lru_cache(maxsize=1)
def load_orbital_table() -> pd.DataFrame:
    """Read the shipped table: one row per species, indexed by canonical SMILES.

    Columns as in ``compute_orbitals``; needs neither RDKit nor tblite.
    """
    return pd.read_csv(ORBITAL_TABLE).set_index("smiles")


def orbital_energies(
    smiles: Sequence[str],
    *,
    cache_directory: Path | None = None,
    n_jobs: int = 1,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Look up species, compute the ones that are new, and keep them on disk.

    Parameters
    ----------
    smiles : sequence of str
        Molecules and ions, any spelling; repeats are computed once.
    cache_directory : Path, optional
        By default ``default_cache_directory()``.
    n_jobs : int, default=1
        Parallel processes for new species, one thread each.
    progress : callable, optional
        Called as ``progress(done, total, smiles)`` after each new species.

    Returns
    -------
    DataFrame of shape (n_smiles, n_columns)
        In the order asked for, indexed by the SMILES as given.

    Raises
    ------
    ValueError
        If any species cannot be read, embedded or computed; all of them are named with
        their stage, five in full, and nothing is returned: no hole in the table.
    """
    table = load_orbital_table()
    known: dict[str, dict[str, Any]] = {}
    spelling: dict[str, str] = {}
    faults: list[str] = []
    for text in dict.fromkeys(smiles):
        if text in table.index:
            spelling[text] = text
            continue
        try:
            spelling[text] = _canonical(text)
        except ValueError as error:
            faults.append(str(error))
    new = []
    directory = cache_directory or default_cache_directory()
    for canonical in dict.fromkeys(spelling.values()):
        if canonical in table.index:
            continue
        cached = _read_cached(directory, canonical)
        if cached is None:
            new.append(canonical)
        else:
            known[canonical] = cached
    results, failures = compute_many(
        new,
        n_jobs=n_jobs,
        progress=progress,
        keep=lambda row: _write_cached(directory, row),
    )
    known.update(results)
    faults.extend(failures.values())
    if faults:
        shown = "\n".join(f"  - {fault}" for fault in faults[:5])
        raise ValueError(
            f"every species must have orbital energies; {len(faults)} of "
            f"{len(dict.fromkeys(smiles))} do not:\n{shown}"
        )
    rows = [
        known[spelling[text]]
        if spelling[text] in known
        else {"smiles": spelling[text], **table.loc[spelling[text]].to_dict()}
        for text in smiles
    ]
    return pd.DataFrame(rows, index=pd.Index(list(smiles), name="species"))


def compute_many(
    smiles: Iterable[str],
    *,
    n_jobs: int = 1,
    progress: Progress | None = None,
    keep: Callable[[dict[str, Any]], None] | None = None,
    function: Callable[[str], dict[str, Any]] = compute_orbitals,
) -> tuple[dict[str, dict[str, Any]], dict[str, str]]:
    """Compute species in parallel processes, one thread each; gather the failures.

    Parameters
    ----------
    smiles : iterable of str
    n_jobs : int, default=1
    progress : callable, optional
        Called as ``progress(done, total, smiles)``.
    keep : callable, optional
        Called with each row as soon as it is there.
    function : callable
        SMILES in, row out.

    Returns
    -------
    results : dict from SMILES to row
    failures : dict from SMILES to message with molecule and stage
    """
    from joblib import Parallel, delayed

    species = list(smiles)
    results: dict[str, dict[str, Any]] = {}
    failures: dict[str, str] = {}
    if not species:
        return results, failures
    options: dict[str, Any] = {"inner_max_num_threads": 1} if n_jobs != 1 else {}
    backend = "loky" if n_jobs != 1 else "sequential"
    from joblib import parallel_config

    with parallel_config(backend=backend, n_jobs=n_jobs, **options):
        stream = Parallel(return_as="generator_unordered")(
            delayed(_attempt)(function, one) for one in species
        )
        for done, (one, row, fault) in enumerate(stream, start=1):
            if row is None:
                failures[one] = fault
            else:
                results[one] = row
                if keep is not None:
                    keep(row)
            if progress is not None:
                progress(done, len(species), one)
    ordered = {one: results[one] for one in species if one in results}
    return ordered, failures


def _attempt(
    function: Callable[[str], dict[str, Any]], smiles: str
) -> tuple[str, dict[str, Any] | None, str]:
    """Compute one species; an error comes back as its message, to be gathered."""
    try:
        return smiles, function(smiles), ""
    except (ValueError, RuntimeError) as error:
        return smiles, None, str(error)


def _canonical(smiles: str) -> str:
    from sodalyte.featurizers.geometry import canonical_smiles

    return canonical_smiles(smiles)


def _cache_path(directory: Path, smiles: str) -> Path:
    key = hashlib.sha256(smiles.encode()).hexdigest()[:32]
    return directory / "orbitals" / METHOD_VERSION / f"{key}.json"


def _read_cached(directory: Path, smiles: str) -> dict[str, Any] | None:
    """Read a computed species; a file of another species or method does not count."""
    path = _cache_path(directory, smiles)
    if not path.exists():
        return None
    row = json.loads(path.read_text(encoding="utf-8"))
    if row.get("smiles") != smiles or row.get("method") != METHOD_VERSION:
        return None
    return dict(row)


def _write_cached(directory: Path, row: dict[str, Any]) -> None:
    """Write through a temporary file, so that a parallel reader sees all or nothing."""
    path = _cache_path(directory, row["smiles"])
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(
        "w", dir=path.parent, suffix=".tmp", delete=False, encoding="utf-8"
    ) as handle:
        json.dump(row, handle)
    os.replace(handle.name, path)


def catalogue_species() -> list[str]:
    """List every molecule and ion of the catalogue, canonical, bare metal cations out.

    A component with a SMILES of several ions gives each of them.
    """
    from sodalyte.datasets.catalogue import load_catalogue

    parts = {
        part
        for component in load_catalogue().values()
        for part in component.smiles.split(".")
    }
    return sorted((part for part in parts if not is_bare_cation(part)), key=_by_size)


def _by_size(smiles: str) -> tuple[int, str]:
    """Order species from small to large, so that the long jobs end the progress bar."""
    return len(smiles), smiles


def main() -> None:
    """Remake the shipped table of orbital energies for the whole catalogue."""
    from rich.console import Console
    from rich.progress import Progress as Bar

    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--jobs", type=int, default=2, help="parallel processes")
    parser.add_argument(
        "--only-new",
        action="store_true",
        help="keep rows of the present table that have the present method",
    )
    parser.add_argument("--cache", type=Path, help="resume from and add to this folder")
    arguments = parser.parse_args()
    console = Console(stderr=True)
    species = catalogue_species()
    if not species:
        raise SystemExit("the catalogue is empty: no table is written")
    kept = load_orbital_table()
    kept = kept[kept["method"] == METHOD_VERSION] if arguments.only_new else kept[:0]
    directory = arguments.cache
    if directory is not None:
        cached = [_read_cached(directory, one) for one in species]
        found = pd.DataFrame([row for row in cached if row is not None])
        kept = pd.concat([kept.reset_index(), found]).drop_duplicates("smiles")
        kept = kept.set_index("smiles")
    new = [one for one in species if one not in kept.index]
    with Bar(console=console) as bar:
        task = bar.add_task("GFN2-xTB", total=len(new))
        results, failures = compute_many(
            new,
            n_jobs=arguments.jobs,
            progress=lambda done, total, one: bar.update(task, completed=done),
            keep=None
            if directory is None
            else lambda row: _write_cached(directory, row),
        )
    for message in failures.values():
        console.print(message, style="red", markup=False)
    rows = kept.reset_index().to_dict("records") + list(results.values())
    table = pd.DataFrame(rows).sort_values("smiles", ignore_index=True)
    table = table[table["smiles"].isin(species)]
    table.to_csv(ORBITAL_TABLE, index=False, lineterminator="\n")
    console.print(f"{len(table)} species in {ORBITAL_TABLE.name}; {versions()}")
    if failures:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
