"""Load larger public sets from a file that the user downloaded; none ships here."""

from __future__ import annotations

import csv
import functools
import hashlib
import os
import re
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from sodalyte.datasets.loading.dataset import Dataset

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["DATA_FOLDER_VARIABLE", "PublicSet", "load_public", "public_sets"]

DATA_FOLDER_VARIABLE = "SODALYTE_DATA"
"""Environment variable with the folder in which downloaded files are looked for."""

SPLITS = ("random", "scaffold")
PARTS = ("train", "val", "test")
KELVIN_OFFSET = 273.15


@dataclass(frozen=True, slots=True)
class PublicSet:
    """A set that others publish.

    Parameters
    ----------
    name : str
        Name for `load_public`.
    title : str
        What it holds.
    file : str
        File name as published.
    n_rows : int or None
        Rows of the file whose checksum is pinned.
    sha256 : str
        Checksum in hex; ``""`` where none is pinned.
    url, licence, citation, note : str
        Where to get it, under which terms, how to cite it, what to know.
    """

    name: str
    title: str
    file: str
    n_rows: int | None
    sha256: str
    url: str
    licence: str
    citation: str
    note: str


@functools.cache
def public_sets() -> dict[str, PublicSet]:
    """Return the known public sets by name."""
    path = files("sodalyte.datasets").joinpath("tables", "public_sets.csv")
    with path.open("r", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    return {
        row["name"]: PublicSet(
            row["name"],
            row["title"],
            row["file"],
            int(row["n_rows"]) if row["n_rows"] else None,
            row["sha256"],
            row["url"],
            row["licence"],
            row["citation"],
            row["note"],
        )
        for row in rows
    }


def load_public(
    name: str, path: str | Path | None = None, *, sha256: str | None = None
) -> Dataset:
    """Load a public set from a file that the user has downloaded.

    Parameters
    ----------
    name : str
        One of `public_sets`.
    path : str, Path or None
        The file, or a folder that holds it. Without it the folder named by the
        environment variable ``SODALYTE_DATA`` is taken.
    sha256 : str or None
        Checksum to hold the file to instead of the pinned one, for a newer
        version; ``"any"`` accepts what is there and records nothing. The checksum
        of the file stands in the description in every case.

    Returns
    -------
    Dataset
        Columns as published, and beside them those of the house that can be
        derived without a guess (``ce_percent``, ``temperature_C``, ...). No row
        is left out.

    Raises
    ------
    KeyError
        If there is no such set; names those that exist.
    FileNotFoundError
        If the file is absent; says where to get it and how to cite it.
    ValueError
        If the checksum differs or the file lacks its columns.

    Notes
    -----
    Two sets (``helena``, ``congen``) could not be reached when this was written: no
    checksum of theirs is pinned. The first load of such a file trusts it and writes
    its checksum beside it (``helena.csv.sha256``, in the form of ``sha256sum``);
    from then on the file is held to it. A checksum that you pass is checked and
    then recorded in its place. Whether a file is what its authors published, only
    you can know.
    """
    if name not in public_sets():
        raise KeyError(
            f"No public set is called {name!r}. There are: {', '.join(public_sets())}."
        )
    known = public_sets()[name]
    file = _locate(known, path)
    found = hashlib.sha256(file.read_bytes()).hexdigest()
    recorded = "" if known.sha256 else _recorded(file)
    wanted = (known.sha256 or recorded) if sha256 is None else sha256
    if wanted and wanted != "any" and wanted != found:
        origin = "pinned" if sha256 is None else "as you pass it"
        if sha256 is None and recorded:
            origin = f"as {_record_of(file).name} recorded at the first load"
        raise ValueError(
            f"The file of {name} must have the SHA-256 {wanted} ({origin}); {file} has "
            f"{found}. It is another version: check where it comes from, then pass "
            f"sha256={found!r} to accept it."
        )
    frame = _read(file)
    _require(frame, known, file)
    trust = "the pinned one" if found == known.sha256 else "not pinned"
    if not known.sha256 and wanted != "any":
        trust = _trust(file, found, recorded)
    frame = _CONVERT.get(name, _as_it_comes)(frame, file)
    frame.insert(0, "row_id", [f"{name}-{i}" for i in range(1, len(frame) + 1)])
    return Dataset(name, frame, _describe(known, file, found, trust))


def _record_of(file: Path) -> Path:
    return file.with_name(f"{file.name}.sha256")


def _recorded(file: Path) -> str:
    """Read the checksum that the first load wrote beside a file; "" without one."""
    record = _record_of(file)
    if not record.is_file():
        return ""
    checksum = record.read_text(encoding="utf-8").split()[:1]
    if not checksum or not re.fullmatch(r"[0-9a-f]{64}", checksum[0]):
        raise ValueError(
            f"A record of a checksum begins with 64 hexadecimal digits; {record} does "
            "not. Remove it to trust the file beside it anew."
        )
    return checksum[0]


def _trust(file: Path, found: str, recorded: str) -> str:
    """Record the checksum of a file without a pinned one; say what it rests on."""
    if found == recorded:
        return "not pinned; as recorded at the first load"
    try:
        _record_of(file).write_text(f"{found}  {file.name}\n", encoding="utf-8")
    except OSError:
        return "not pinned; trusted, and not recorded: the folder cannot be written to"
    return f"not pinned; trusted and recorded in {_record_of(file).name}"


def _locate(known: PublicSet, path: str | Path | None) -> Path:
    folder = os.environ.get(DATA_FOLDER_VARIABLE)
    place = Path(path) if path is not None else Path(folder) if folder else None
    if place is not None and place.is_dir():
        place = place / known.file
    if place is not None and place.is_file():
        return place
    said = f"{place} is not there" if place else "no path was given"
    where = f" Download it from {known.url}."
    if not known.url:
        where = " Its address is not known here; ask its authors."
    raise FileNotFoundError(
        f"{known.title} does not ship with this package (licence: {known.licence}); "
        f"{said}.{where} Then pass its path, or put {known.file} into the folder that "
        f"{DATA_FOLDER_VARIABLE} names. Cite: {known.citation}."
    )


def _read(file: Path) -> pd.DataFrame:
    import pandas as pd

    if file.suffix.lower() == ".xlsx":
        return pd.read_excel(file)
    if file.suffix.lower() == ".parquet":
        return pd.read_parquet(file)
    return pd.read_csv(file)


_COLUMNS = {
    "calisol23": ("doi", "k", "T", "c", "salt", "c units", "solvent ratio type"),
    "edb1_conductivity": ("salt_sm", "conc_salt", "temperature", "conductivity"),
    "edb2_ce": ("salt_1_smiles", "solvent_1_smiles", "CE", "current_density"),
    "materials_project_ie": ("smiles", "IE"),
    "al_anode_free": ("solv_comb_sm", "salt_comb_sm", "conc_salt_1"),
}
"""Columns without which a file is not the published one."""


def _require(frame: pd.DataFrame, known: PublicSet, file: Path) -> None:
    missing = [c for c in _COLUMNS.get(known.name, ()) if c not in frame.columns]
    if missing:
        raise ValueError(
            f"The file of {known.name} must have the columns {', '.join(missing)}; "
            f"{file} has {', '.join(map(str, frame.columns[:8]))}, ... "
            f"Take {known.file} from {known.url}."
        )


def _as_it_comes(frame: pd.DataFrame, file: Path) -> pd.DataFrame:
    return frame.copy()


def _calisol(frame: pd.DataFrame, file: Path) -> pd.DataFrame:
    return frame.assign(
        conductivity_mS_per_cm=frame["k"], temperature_C=frame["T"] - KELVIN_OFFSET
    )


def _edb1(frame: pd.DataFrame, file: Path) -> pd.DataFrame:
    return frame.assign(
        conductivity_mS_per_cm=frame["conductivity"],
        temperature_C=frame["temperature"],
    )


def _edb2(frame: pd.DataFrame, file: Path) -> pd.DataFrame:
    import numpy as np

    efficiency = 100 * frame["CE"]
    return frame.assign(
        metal="Li", ce_percent=efficiency, nines=-np.log10(1 - frame["CE"])
    )


def _materials_project(frame: pd.DataFrame, file: Path) -> pd.DataFrame:
    """Add the electron affinity and the published splits where they lie beside."""
    import pandas as pd

    frame = frame.assign(ionisation_energy_eV=frame["IE"])
    for split in SPLITS:
        parts = [file.parent / f"oxstab_{part}_{split}.csv" for part in PARTS]
        if not all(part.is_file() for part in parts):
            continue
        tables = [
            pd.read_csv(path).assign(part=part)
            for part, path in zip(PARTS, parts, strict=True)
        ]
        table = pd.concat(tables, ignore_index=True).drop_duplicates("smiles")
        table = table.set_index("smiles")
        frame[f"split_{split}"] = frame["smiles"].map(table["part"]).fillna("")
        frame["electron_affinity_eV"] = frame["smiles"].map(table["EA"])
    return frame


_CONVERT = {
    "calisol23": _calisol,
    "edb1_conductivity": _edb1,
    "edb2_ce": _edb2,
    "materials_project_ie": _materials_project,
}


def _describe(known: PublicSet, file: Path, sha256: str, trust: str) -> str:
    return (
        f"# {known.title}\n\n"
        f"File: {file.name}\n\nSHA-256: {sha256} ({trust})\n\n"
        f"Source: {known.url or 'not known'}\n\nLicence: {known.licence}\n\n"
        f"Cite: {known.citation}\n\nNote: {known.note}\n"
    )
