"""Give `predict` and `propose` the champion of the registry, if there is one."""

from __future__ import annotations

import logging
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sodalyte.screen.surrogates.training import Predictors

__all__ = ["champion_predictors"]

logger = logging.getLogger("sodalyte")


def champion_predictors() -> Predictors | None:
    """Load the champion of the registry.

    Returns
    -------
    Predictors or None
        None where no model was ever promoted, or where the champion was made by
        other code or libraries than these: its features may mean something else
        here. The log then says so, once a process.

    Raises
    ------
    ValueError
        If the champion's file was changed since it was registered.
    """
    from sodalyte.screen.surrogates.registry_files import registry_folder

    folder = registry_folder()
    if not (folder / "registry.json").exists():
        return None
    from sodalyte.screen.surrogates.registry import Registry

    registry = Registry(folder)
    champion = registry.champion
    if champion is None:
        return None
    note = registry.mismatch(champion)
    if note:
        _tell_once(note)
        return None
    return _load(folder, champion, registry.entry(champion)["sha256"])


@lru_cache(maxsize=4)
def _load(folder: Path, version: str, sha256: str) -> Predictors:
    """Load a version; kept in the cache folder in the form that loads quickly."""
    from sodalyte.screen.surrogates.cache import keep_predictors, kept_predictors
    from sodalyte.screen.surrogates.registry import Registry
    from sodalyte.screen.surrogates.registry_files import file_hash
    from sodalyte.screen.surrogates.training import cache_folder

    registry = Registry(folder)
    quick = cache_folder() / f"champion-{sha256[:32]}.npz"
    model = registry.model_path(version)
    if model.is_file() and file_hash(model) == sha256:
        kept = kept_predictors(quick)
        if kept is not None:
            return kept
    predictors = registry.load(version).predictors
    keep_predictors(predictors, quick)
    return predictors


@lru_cache(maxsize=16)
def _tell_once(note: str) -> None:
    logger.warning(note)
