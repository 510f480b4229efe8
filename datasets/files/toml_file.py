"""Reading of TOML files that a user wrote: whole, or one message that says why not."""

import math
import tomllib
from collections.abc import Container, Mapping
from pathlib import Path
from typing import Any

from sodalyte.datasets.files.bounded import read_bounded

__all__ = ["beside", "is_number", "read_toml", "wrong_kinds"]

LARGEST = 10**300
MOST_BYTES = 5_000_000  # a thousand times what a person writes


def read_toml(path: str | Path, what: str, remedy: str) -> dict[str, Any]:
    """Read a TOML file.

    Parameters
    ----------
    path : path
    what : str
        What the file is, for the message: ``"A space file"``.
    remedy : str
        What to do if it is none, for the message.

    Returns
    -------
    dict

    Raises
    ------
    ValueError
        If the file is not TOML in UTF-8, nests too deeply or is over 5 MB.
    OSError
        If it cannot be opened.
    """
    content = read_bounded(path, MOST_BYTES)
    if content is None:
        raise ValueError(
            f"{what} is a short text; {path} is over {MOST_BYTES:,} bytes. {remedy}"
        )
    try:
        return tomllib.loads(content.decode("utf-8"))
    except RecursionError:
        reason = "its values nest too deeply"
    except ValueError as error:  # TOML, UTF-8, or a number of thousands of digits
        reason = str(error)
    raise ValueError(f"{what} must be TOML in UTF-8; {path} is not: {reason}. {remedy}")


def beside(path: str | Path, name: str) -> Path:
    """Find a file that another file names: in its folder or below, nowhere else.

    Parameters
    ----------
    path : path
        The file that names the other.
    name : str
        As written in it.

    Returns
    -------
    Path

    Raises
    ------
    ValueError
        If the name leads out of the folder, also by a link; a file from somebody
        else shall not make this program read others.
    """
    folder = Path(path).parent.resolve()
    found = (folder / name).resolve() if "\0" not in name else folder
    if folder not in found.parents:
        raise ValueError(
            f"A file named in {path} must lie in its folder or below. Got {name!r}. "
            "Move it there."
        )
    return found


def wrong_kinds(
    table: Mapping[str, Any],
    *,
    texts: Container[str] = (),
    numbers: Container[str] = (),
    lists: Container[str] = (),
) -> list[str]:
    """List the keys of a table whose value is of another kind.

    Parameters
    ----------
    table : mapping
    texts : container of str
        Keys whose value must be text.
    numbers : container of str
        Keys whose value must be a finite number.
    lists : container of str
        Keys whose value must be a list of texts.

    Returns
    -------
    list of str
        One fault a key.
    """
    faults = []
    for key, value in table.items():
        if key in texts and not isinstance(value, str):
            faults.append(f"{key} is {value!r:.40}, not text")
        if key in numbers and not is_number(value):
            faults.append(f"{key} is {value!r:.40}, not a finite number")
        if key in lists and not (
            isinstance(value, list | tuple)
            and all(isinstance(item, str) for item in value)
        ):
            faults.append(f"{key} is {value!r:.40}, not a list of texts")
    return faults


def is_number(value: object) -> bool:
    """Tell whether a value is a finite number that a float can hold."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return abs(value) < LARGEST if isinstance(value, int) else math.isfinite(value)
