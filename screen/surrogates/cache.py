"""Trained predictors in the cache folder: quick to load, never trusted blindly."""

from __future__ import annotations

import json
import logging
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from sodalyte.screen.surrogates.training import Predictors

__all__ = ["frame_from_text", "frame_to_text", "keep_predictors", "kept_predictors"]

logger = logging.getLogger("sodalyte")
_TABLES = ("frame", "excluded", "limits")


def kept_predictors(path: Path) -> Predictors | None:
    """Read predictors of the cache folder.

    Parameters
    ----------
    path : Path

    Returns
    -------
    Predictors or None
        None if there are none, or if the file is damaged; the log then says so.
    """
    from sodalyte.models.archive import read_archive
    from sodalyte.screen.surrogates.training import Predictors

    if not path.exists():
        return None
    try:
        kept = read_archive(path)
        for name in _TABLES:
            kept[name] = frame_from_text(kept[name])
        return Predictors(**kept)
    except (OSError, ValueError, TypeError, KeyError) as error:
        logger.warning("%s Its models are made again.", error)
        return None


def keep_predictors(predictors: Predictors, path: Path) -> None:
    """Write predictors to the cache folder; if that fails the log says so.

    Parameters
    ----------
    predictors : Predictors
    path : Path
        Its folder is made if need be.
    """
    from sodalyte.models.archive import write_archive

    content = {part.name: getattr(predictors, part.name) for part in fields(predictors)}
    for name in _TABLES:
        content[name] = frame_to_text(content[name])
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_archive(content, path)
    except OSError as error:  # a cache that cannot be written costs time, no more
        logger.info("The cache folder cannot be written: %s", error)


def frame_to_text(frame: pd.DataFrame) -> str:
    """Write a table as JSON, every number to its last digit, with its types."""
    plain = frame.astype(object).where(frame.notna(), None)
    types = {str(name): str(dtype) for name, dtype in frame.dtypes.items()}
    return json.dumps({"types": types, **plain.to_dict(orient="split")})


def frame_from_text(text: str) -> pd.DataFrame:
    """Read a table that :func:`frame_to_text` wrote."""
    import pandas as pd

    document = json.loads(text)
    types = document.pop("types")
    return pd.DataFrame(**document, dtype=object).astype(types)
