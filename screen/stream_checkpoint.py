"""The state of a screening on disk, so that a killed one goes on where it was."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sodalyte.screen.outputs import write_files
from sodalyte.screen.stream_tally import Tally

__all__ = ["Checkpoint", "read_checkpoint", "write_checkpoint"]

FORMAT = "sodalyte screen 1"


@dataclass(frozen=True)
class Checkpoint:
    """What was done.

    Parameters
    ----------
    settings : dict
        What is screened and by what; equal for runs that may go on from each other.
    done : frozenset of int
        Blocks that are in the tally.
    tally : Tally
    """

    settings: dict[str, Any]
    done: frozenset[int]
    tally: Tally


def write_checkpoint(path: Path, checkpoint: Checkpoint) -> None:
    """Write the state whole or not at all.

    Raises
    ------
    OSError
        If the disk is full or the folder cannot be written; the file that was there
        stays as it was.
    """
    document = {
        "format": FORMAT,
        "settings": checkpoint.settings,
        "done": _ranges(checkpoint.done),
        "tally": checkpoint.tally.to_dict(),
    }
    write_files(path.parent, {path.name: json.dumps(document)})


def read_checkpoint(path: Path, settings: dict[str, Any]) -> Checkpoint:
    """Read the state of a run with these settings.

    Raises
    ------
    ValueError
        If the file is damaged, or belongs to another run; names what differs.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if content["format"] != FORMAT:
            raise ValueError(f"its format is {content['format']!r}, not {FORMAT!r}")
        found = Checkpoint(
            dict(content["settings"]),
            frozenset(
                block for first, last in content["done"] for block in range(first, last)
            ),
            Tally.from_dict(content["tally"]),
        )
    except (ValueError, KeyError, TypeError, RecursionError, AttributeError) as error:
        raise ValueError(
            f"A checkpoint is the file a screening left. '{path}' is not: {error}. "
            "Remove it and start without --resume."
        ) from None
    differing = [
        f"{key} was {found.settings.get(key)!r}, now {settings.get(key)!r}"
        for key in sorted({*settings, *found.settings})
        if found.settings.get(key) != settings.get(key)
    ]
    if differing:
        raise ValueError(
            "A screening goes on with the settings it began with. In "
            f"'{path}' {'; '.join(differing[:5])}. Give the same, or start without "
            "--resume."
        )
    return found


def _ranges(blocks: Iterable[int]) -> list[list[int]]:
    """Write block numbers as half-open ranges."""
    ranges: list[list[int]] = []
    for block in sorted(blocks):
        if ranges and ranges[-1][1] == block:
            ranges[-1][1] = block + 1
        else:
            ranges.append([block, block + 1])
    return ranges
