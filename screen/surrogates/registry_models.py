"""The file of one model: both surrogates, their measurements and their card."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sodalyte.screen.surrogates.registry_files import check_archive, text_hash

if TYPE_CHECKING:
    from sodalyte.screen.surrogates.training import Predictors

__all__ = ["StoredModel", "read_model_file", "save_model_file"]

MOST_LETTERS = 300  # of a foreign message
TABLES = ("frame", "excluded", "limits")


@dataclass(frozen=True)
class StoredModel:
    """What one version holds.

    Parameters
    ----------
    predictors : Predictors
        Both surrogates with their training rows.
    snapshot : dict
        The measurements and choices behind them; see `retrain_data.Snapshot`.
    card : dict
    """

    predictors: Predictors
    snapshot: dict[str, Any]
    card: dict[str, Any]


def save_model_file(predictors: Predictors, data: str, card: str, path: Path) -> None:
    """Write both surrogates with their data and card as one skops file."""
    from sodalyte.models.storage import save_model
    from sodalyte.screen.surrogates.cache import frame_to_text

    parts = {
        "coulombic_efficiency": predictors.coulombic_efficiency,
        "oxidative_limit": predictors.oxidative_limit,
    }
    notes = {name: frame_to_text(getattr(predictors, name)) for name in TABLES}
    notes |= {"name": predictors.name, "version": predictors.version}
    save_model(parts, path, notes={**notes, "data": data, "card": card})
    with path.open("rb") as file:
        os.fsync(file.fileno())


def read_model_file(path: Path) -> StoredModel:
    """Read what :func:`save_model_file` wrote; refuse everything else.

    Parameters
    ----------
    path : Path

    Returns
    -------
    StoredModel

    Raises
    ------
    ValueError
        If it is no archive, holds types that are not of this package, or its data
        are not those its card speaks of.
    """
    from sodalyte.models.storage import load_model
    from sodalyte.screen.surrogates.registry_card import card_markdown
    from sodalyte.screen.surrogates.snapshot import Snapshot

    check_archive(path)
    try:
        parts, notes = load_model(path)
        stored = _stored(path, parts, notes)
        card_markdown({**stored.card, "version": "?"})  # the card is a whole one
        Snapshot.from_dict(stored.snapshot)
    except Exception as error:  # a crafted archive may fail in any way; refuse it
        if isinstance(error, ValueError) and str(path) in str(error):
            raise  # one of our own messages
        raise ValueError(
            f"A model file must be one that sodalyte wrote. '{path}' cannot be read: "
            f"{type(error).__name__}: {str(error)[:MOST_LETTERS]}. It was not used; "
            "get the file again."
        ) from None
    return stored


def _stored(path: Path, parts: Any, notes: dict[str, Any]) -> StoredModel:
    """Put together what an archive holds, once its types are known to be ours."""
    from sodalyte.screen.surrogates.cache import frame_from_text
    from sodalyte.screen.surrogates.training import Predictors

    wanted = {*TABLES, "name", "version", "data", "card"}
    if not isinstance(parts, dict) or not wanted <= set(notes):
        raise ValueError(
            f"A model file of the registry holds both surrogates, data and card. "
            f"'{path}' lacks {sorted(wanted - set(notes))[:5]}. Write it with "
            "'sodalyte models export'."
        )
    card = json.loads(notes["card"])
    if card["data"]["sha256"] != text_hash(notes["data"]):
        raise ValueError(
            f"The data of a model must be those of its card. In '{path}' they are "
            "others. It was not used; get the file again."
        )
    frame, excluded, limits = (frame_from_text(notes[name]) for name in TABLES)
    predictors = Predictors(
        parts["coulombic_efficiency"],
        parts["oxidative_limit"],
        frame,
        excluded,
        limits,
        notes["name"],
        notes["version"],
    )
    return StoredModel(predictors, json.loads(notes["data"]), card)
