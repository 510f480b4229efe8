"""The list of a registry, ``registry.json``: read whole and checked."""

import re
from pathlib import Path
from typing import Any

from sodalyte.datasets.files.json_file import read_json

__all__ = ["FORMAT", "read_list"]

FORMAT = 1
_HASHES = ("sha256", "data_sha256", "card_sha256")
_VERSION = re.compile(r"v[1-9][0-9]{0,8}")
_REMEDY = "Restore it from a copy."


def read_list(path: Path) -> dict[str, Any]:
    """Read which versions there are, which were champions, and what happened.

    Parameters
    ----------
    path : Path
        ``registry.json``; an empty list if it does not exist.

    Returns
    -------
    dict
        ``format``, ``champions`` (the last one rules), ``versions`` (name to hashes),
        ``history``.

    Raises
    ------
    ValueError
        If it is no such list, or one of another format.
    """
    if not path.exists():
        return {"format": FORMAT, "champions": [], "versions": {}, "history": []}
    state = read_json(path, "The registry's list", _REMEDY)
    if state.get("format") != FORMAT:
        raise ValueError(
            f"The registry's list must have the format {FORMAT}. '{path}' has "
            f"{state.get('format')!r:.40}. Use the version of sodalyte that wrote it."
        )
    faults = _faults(state)
    if faults:
        raise ValueError(
            "The registry's list names versions as v1, v2, each with its hashes, and "
            f"champions among them. In '{path}' {faults[0]}. {_REMEDY}"
        )
    return state


def _faults(state: dict[str, Any]) -> list[str]:
    """List what a registry's list must not look like."""
    versions, champions = state.get("versions"), state.get("champions")
    if not isinstance(versions, dict) or not isinstance(state.get("history"), list):
        return ["versions or history are missing"]
    strange = [name for name in versions if not _VERSION.fullmatch(name)]
    faults = [f"a version is called {name!r:.40}" for name in strange]
    for name, entry in versions.items():
        hashes = [entry.get(key) for key in _HASHES] if isinstance(entry, dict) else []
        if not hashes or not all(isinstance(text, str) for text in hashes):
            faults.append(f"{name} lacks a hash")
    if not isinstance(champions, list):
        return [*faults, "champions are missing"]
    lost = [
        name for name in champions if not isinstance(name, str) or name not in versions
    ]
    return faults + [f"champion {name!r:.40} is no version" for name in lost]
