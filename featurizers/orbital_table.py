"""Orbital energies of many species: the shipped table, the disk cache, new ones.

The shipped tables are remade by ``python -m sodalyte.featurizers.remake``.
"""

import hashlib
import json
import logging
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd

from sodalyte.featurizers.orbitals import METHOD_VERSION, compute_orbitals
from sodalyte.featurizers.pairs import PAIR_METHOD_VERSION, compute_pair

__all__ = [
    "Cache",
    "compute_many",
    "default_cache_directory",
    "load_orbital_table",
    "load_pair_table",
    "orbital_energies",
    "pair_energies",
    "watched",
]

TABLES = Path(__file__).parent / "tables"
ORBITAL_TABLE = TABLES / "orbital_energies.csv"
logger = logging.getLogger("sodalyte")
PAIR_TABLE = TABLES / "pair_energies.csv"
Progress = Callable[[int, int, str], None]
_watcher: ContextVar[Progress | None] = ContextVar("_watcher", default=None)


@contextmanager
def watched(progress: Progress) -> Iterator[None]:
    """Report each new species that anything inside computes.

    Parameters
    ----------
    progress : callable
        Called as ``progress(done, total, smiles)``; ``design_matrix`` has no argument
        of its own for it.
    """
    token = _watcher.set(progress)
    try:
        yield
    finally:
        _watcher.reset(token)


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


@lru_cache(maxsize=1)
def load_pair_table() -> pd.DataFrame:
    """Read the shipped pairs with Na+, indexed by the SMILES of the ligand."""
    return pd.read_csv(PAIR_TABLE).set_index("smiles")


def orbital_energies(
    smiles: Sequence[str],
    *,
    cache_directory: Path | None = None,
    n_jobs: int | None = None,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Look up species, compute the ones that are new, and keep them on disk.

    Parameters
    ----------
    smiles : sequence of str
        Molecules and ions, any spelling; repeats are computed once.
    cache_directory : Path, optional
        By default ``default_cache_directory()``.
    n_jobs : int, optional
        Parallel processes for new species, one thread each; by default one for each
        core, and none beside this one where a single species is new.
    progress : callable, optional
        Called as ``progress(done, total, smiles)`` after each new species; by default
        what ``watched`` was given.

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
    return _look_up(
        smiles,
        load_orbital_table(),
        Cache(cache_directory or default_cache_directory(), "orbitals"),
        compute_orbitals,
        n_jobs=n_jobs,
        progress=progress,
    )


def pair_energies(
    smiles: Sequence[str],
    *,
    cache_directory: Path | None = None,
    n_jobs: int | None = None,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Look up the pairs of ligands with Na+; parameters as ``orbital_energies``.

    Returns
    -------
    DataFrame of shape (n_smiles, n_columns)
        Columns as in ``compute_pair``.

    Raises
    ------
    ValueError
        As ``orbital_energies``; also for a ligand without a donor atom.
    """
    return _look_up(
        smiles,
        load_pair_table(),
        Cache(cache_directory or default_cache_directory(), "pairs"),
        compute_pair,
        n_jobs=n_jobs,
        progress=progress,
    )


def _look_up(
    smiles: Sequence[str],
    table: pd.DataFrame,
    cache: "Cache",
    function: Callable[[str], dict[str, Any]],
    *,
    n_jobs: int | None,
    progress: Progress | None,
) -> pd.DataFrame:
    """Answer from the shipped table, then the cache, then by computing."""
    wanted = list(dict.fromkeys(smiles))
    spelling: dict[str, str] = {}
    faults: list[str] = []
    for text in wanted:
        try:
            spelling[text] = text if text in table.index else _canonical(text)
        except ValueError as error:
            faults.append(str(error))
    known: dict[str, dict[str, Any]] = {}
    new = []
    for canonical in dict.fromkeys(spelling.values()):
        if canonical in table.index:
            continue
        cached = cache.read(canonical)
        if cached is None:
            new.append(canonical)
        else:
            known[canonical] = cached
    results, failures = compute_many(
        new,
        n_jobs=n_jobs or max(1, min(len(new), os.cpu_count() or 1)),
        progress=progress or _watcher.get(),
        keep=cache.write,
        function=function,
    )
    known.update(results)
    faults.extend(failures.values())
    if faults:
        shown = "\n".join(f"  - {fault}" for fault in faults[:5])
        raise ValueError(
            f"every species must have orbital energies; {len(faults)} of "
            f"{len(wanted)} do not:\n{shown}"
        )
    shipped = table.to_dict("index")
    rows = [
        known[spelling[text]]
        if spelling[text] in known
        else {"smiles": spelling[text], **shipped[spelling[text]]}
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


@dataclass(frozen=True)
class Cache:
    """Computed species on disk: one JSON file each, named by SMILES and method.

    Parameters
    ----------
    directory : Path
        Root; made when first written to.
    kind : str
        ``"orbitals"`` or ``"pairs"``.
    """

    directory: Path
    kind: str

    @property
    def method(self) -> str:
        """Method version that a file must have."""
        return PAIR_METHOD_VERSION if self.kind == "pairs" else METHOD_VERSION

    def path(self, smiles: str) -> Path:
        """Name the file of a species."""
        key = hashlib.sha256(smiles.encode()).hexdigest()[:32]
        return self.directory / self.kind / self.method / f"{key}.json"

    def read(self, smiles: str) -> dict[str, Any] | None:
        """Read a species; None if it is not there or of another method."""
        path = self.path(smiles)
        if not path.exists():
            return None
        try:
            row = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            logger.warning("%s is damaged (%s) and is computed anew.", path, error)
            return None
        if not isinstance(row, dict) or row.get("smiles") != smiles:
            return None
        return dict(row) if row.get("method") == self.method else None

    def write(self, row: dict[str, Any]) -> None:
        """Write through a temporary file: a parallel reader sees all or nothing.

        A cache that cannot be written costs time, no more: the log says so.
        """
        path = self.path(row["smiles"])
        temporary: Path | None = None
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(
                "w", dir=path.parent, suffix=".tmp", delete=False, encoding="utf-8"
            ) as handle:
                temporary = Path(handle.name)
                json.dump(row, handle)
            os.replace(temporary, path)
        except OSError as error:
            logger.warning("%s cannot be kept: %s", path, error)
            if temporary is not None:
                temporary.unlink(missing_ok=True)
