"""Read the tables of facts that ship with the package, and prove them unchanged."""

from __future__ import annotations

import csv
import functools
import hashlib
from importlib.resources import files
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["checksums", "description_page", "read_table", "table_sha256"]

_PACKAGE = "sodalyte.datasets"
_CHECKSUMS = "checksums.csv"


def read_table(name: str) -> pd.DataFrame:
    """Read one bundled table as text, empty cells as ``""``.

    Parameters
    ----------
    name : str
        File name without ``.csv``, for instance ``"plating_ce"``.

    Returns
    -------
    DataFrame of str
        As in the file: no cell is converted, none is missing.

    Raises
    ------
    KeyError
        If there is no such table; names those that exist.
    """
    import pandas as pd

    with _open(name) as stream:
        return pd.read_csv(stream, dtype="str", keep_default_na=False)


def _open(name: str) -> IO[str]:
    path = files(_PACKAGE).joinpath("tables", f"{name}.csv")
    if not path.is_file():
        raise KeyError(
            f"No bundled table is called {name!r}. There are: "
            f"{', '.join(sorted(checksums()))}."
        )
    return path.open("r", encoding="utf-8")


def table_sha256(name: str) -> str:
    """Return the SHA-256 of the bytes of one bundled table, in hex."""
    path = files(_PACKAGE).joinpath("tables", f"{name}.csv")
    return hashlib.sha256(path.read_bytes()).hexdigest()


@functools.cache
def checksums() -> dict[str, str]:
    """Return the recorded SHA-256 of each bundled table of measurements.

    Returns
    -------
    dict of str to str
        Table name to hex digest, as ``tables/checksums.csv`` records them.
    """
    path = files(_PACKAGE).joinpath("tables", _CHECKSUMS)
    with path.open("r", encoding="utf-8") as stream:
        return {row["table"]: row["sha256"] for row in csv.DictReader(stream)}


def description_page(name: str) -> str:
    """Return the description page of one set, as Markdown.

    Raises
    ------
    KeyError
        If the set has no page.
    """
    path = files(_PACKAGE).joinpath("descr", f"{name}.md")
    if not path.is_file():
        raise KeyError(
            f"The set {name!r} has no description page; every bundled set must "
            "have one in descr/."
        )
    return path.read_text(encoding="utf-8")
