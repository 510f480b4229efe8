"""Hand models to other people: one file and its hash, checked on the way in."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from sodalyte.screen.surrogates.registry import Registry
from sodalyte.screen.surrogates.registry_files import (
    check_archive,
    file_hash,
    write_whole,
)
from sodalyte.screen.surrogates.registry_models import read_model_file

__all__ = ["export_model", "import_model"]


def export_model(registry: Registry, version: str, path: Path) -> str:
    """Copy a version into one file for somebody else.

    Parameters
    ----------
    registry : Registry
    version : str
    path : Path
        File to write; ``<path>.sha256`` is written beside it.

    Returns
    -------
    str
        SHA-256 of the file.

    Raises
    ------
    ValueError
        If there is no such version or its file was changed.
    """
    registry.check_hash(version, "model.skops")
    digest = str(registry.entry(version)["sha256"])
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        shutil.copyfile(registry.model_path(version), temporary)
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
    write_whole(path.with_name(path.name + ".sha256"), f"{digest}  {path.name}\n")
    return digest


def import_model(registry: Registry, path: Path, *, sha256: str | None = None) -> str:
    """Enter a file that `export_model` wrote; it is not promoted.

    Parameters
    ----------
    registry : Registry
    path : Path
    sha256 : str, optional
        What the sender says; read from ``<path>.sha256`` if not given.

    Returns
    -------
    str
        The version here.

    Raises
    ------
    ValueError
        If the hash is missing or another one, or the file is no model of ours.
    """
    check_archive(path)
    stated = sha256 or _stated_hash(path)
    found = file_hash(path)
    if stated.lower() != found:
        raise ValueError(
            f"A model file must be the one that was sent. '{path}' has the SHA-256 "
            f"{found}, stated was {stated}. It was not opened; get it again."
        )
    model = read_model_file(path)
    origin = model.card.get("version", "?")
    why = f"from {path.name}, {origin} there, SHA-256 {found[:16]}"
    return registry.add(model, event="imported", why=why)


def _stated_hash(path: Path) -> str:
    beside = path.with_name(path.name + ".sha256")
    if not beside.exists():
        raise ValueError(
            "A model file comes with its SHA-256. "
            f"'{beside}' does not exist and --sha256 was not given. Ask the sender "
            "for the hash by another way than the file."
        )
    words = beside.read_text(encoding="utf-8").split()
    return words[0] if words else ""
