"""The state of a screening on disk, so that a killed one goes on where it was."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sodalyte.screen.outputs import write_files
from sodalyte.screen.streaming.tally import Tally

__all__ = ["Checkpoint", "read_checkpoint", "write_checkpoint"]

FORMAT = "sodalyte screen 1"
DAMAGE = (
    AttributeError,
    KeyError,
    OverflowError,
    RecursionError,
    TypeError,
    ValueError,
)


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
    state = json.dumps(
        {
            "settings": checkpoint.settings,
            "done": _ranges(checkpoint.done),
            "tally": checkpoint.tally.to_dict(),
        }
    )
    document = {"format": FORMAT, "sha256": _hash(state), "state": state}
    write_files(path.parent, {path.name: json.dumps(document)})


def read_checkpoint(path: Path, settings: dict[str, Any], n_blocks: int) -> Checkpoint:
    """Read the state of a run with these settings.

    Parameters
    ----------
    path : Path
    settings : dict
        Of the run that wants to go on.
    n_blocks : int
        It has so many.

    Returns
    -------
    Checkpoint

    Raises
    ------
    ValueError
        If the file is damaged, or belongs to another run; names what differs.
    """
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        if document["format"] != FORMAT or document["sha256"] != _hash(
            document["state"]
        ):
            raise ValueError("its format or its checksum is another")
        state = json.loads(document["state"])
        found = dict(state["settings"])
        done = _blocks(state["done"], n_blocks) if found == settings else frozenset()
        tally = Tally.from_dict(state["tally"])
    except DAMAGE as error:
        raise ValueError(
            f"A checkpoint is the file a screening left. '{path}' is not: {error}. "
            "Remove it and start without --resume."
        ) from None
    differing = [
        f"{key} was {found.get(key)!r}, now {settings.get(key)!r}"
        for key in sorted({*settings, *found})
        if found.get(key) != settings.get(key)
    ]
    if differing:
        raise ValueError(
            "A screening goes on with the settings it began with. In "
            f"'{path}' {'; '.join(differing[:5])}. Give the same, or start without "
            "--resume."
        )
    return Checkpoint(found, done, tally)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _blocks(ranges: Iterable[tuple[int, int]], n_blocks: int) -> frozenset[int]:
    """Read half-open ranges of block numbers."""
    blocks: set[int] = set()
    for first, last in ranges:
        if not 0 <= first < last <= n_blocks:
            raise ValueError(f"it names the blocks {first} to {last} of {n_blocks}")
        blocks.update(range(first, last))
    return frozenset(blocks)


def _ranges(blocks: Iterable[int]) -> list[list[int]]:
    """Write block numbers as half-open ranges."""
    ranges: list[list[int]] = []
    for block in sorted(blocks):
        if ranges and ranges[-1][1] == block:
            ranges[-1][1] = block + 1
        else:
            ranges.append([block, block + 1])
    return ranges
