"""A journal file that a killed writer cannot spoil for those who come after."""

import logging
import os
from pathlib import Path

from optuna.storages.journal import JournalFileBackend, JournalFileSymlinkLock

__all__ = ["open_journal"]

logger = logging.getLogger("sodalyte")


def open_journal(path: Path) -> JournalFileBackend:
    """Open Optuna's journal file under a lock that takes a torn last line away.

    Parameters
    ----------
    path : Path

    Returns
    -------
    JournalFileBackend

    Notes
    -----
    A process that is killed while it appends leaves half a line. Readers pass it
    over, but the next event would be glued to it and be lost. What is taken away was
    confirmed to nobody.
    """
    return JournalFileBackend(str(path), _WholeLinesLock(str(path)))


class _WholeLinesLock(JournalFileSymlinkLock):
    """The lock every append holds; whoever gets it finds whole lines only."""

    def __init__(self, filepath: str) -> None:
        super().__init__(filepath)
        self._journal = Path(filepath)

    def acquire(self) -> bool:
        """Wait for the lock, then cut a torn line off the end."""
        held = super().acquire()
        if held:
            cut_torn_line(self._journal)
        return held


def cut_torn_line(path: Path) -> None:
    """Cut off what follows the last line end; the log says so.

    Parameters
    ----------
    path : Path
        Missing and empty files are left alone.
    """
    if not path.exists() or path.stat().st_size == 0:
        return
    with path.open("r+b") as file:
        file.seek(-1, os.SEEK_END)
        if file.read(1) == b"\n":
            return
        file.seek(0)
        content = file.read()
        whole = content.rfind(b"\n") + 1
        file.truncate(whole)
    logger.warning(
        "'%s' ended in half a line of %d bytes, left by a process that was killed. "
        "It had been confirmed to nobody and was taken away.",
        path,
        len(content) - whole,
    )
