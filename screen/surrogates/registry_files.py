"""Files of the registry: where it lies, whole writes, hashes, one writer at a time."""

from __future__ import annotations

import errno
import hashlib
import os
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = [
    "check_archive",
    "file_hash",
    "only_writer",
    "registry_folder",
    "sync_folder",
    "text_hash",
    "write_whole",
]

MAX_UNPACKED_BYTES = 2**30
"""No model of this package comes near one gibibyte; a larger archive is refused."""
PATIENCE_s = 30.0


def registry_folder() -> Path:
    """Find the folder of the models that people chose to keep.

    Returns
    -------
    Path
        ``$SODALYTE_HOME/registry`` if that variable is set, else the platform's data
        folder with ``sodalyte/registry`` in it. Not the cache folder: what lies here
        cannot be made again if its measurements are gone.
    """
    home = os.environ.get("SODALYTE_HOME")
    if home:
        return Path(home) / "registry"
    if sys.platform == "win32":
        root = Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local"))
    elif sys.platform == "darwin":
        root = Path.home() / "Library" / "Application Support"
    else:
        root = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    return root / "sodalyte" / "registry"


def file_hash(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def text_hash(text: str) -> str:
    """Return the SHA-256 of a text in UTF-8."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def sync_folder(folder: Path) -> None:
    """Make renames in a folder survive a power cut, where the system can."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except (PermissionError, IsADirectoryError):  # Windows opens no folder
        return
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_whole(path: Path, text: str) -> None:
    """Write a text so that a reader sees the old or the new one, never a part.

    Parameters
    ----------
    path : Path
        In an existing folder.
    text : str

    Raises
    ------
    OSError
        If the disk is full; the old file stays and nothing is left behind.
    """
    handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
        sync_folder(path.parent)
    finally:
        Path(temporary).unlink(missing_ok=True)


@contextmanager
def only_writer(folder: Path) -> Iterator[None]:
    """Keep other processes from changing the registry meanwhile.

    Parameters
    ----------
    folder : Path
        Existing; the lock is the file ``.lock`` in it. The system lets go of it when
        the process ends, however it ends.

    Raises
    ------
    ValueError
        If another process holds it for half a minute.
    """
    with (folder / ".lock").open("a+b") as file:
        deadline = time.monotonic() + PATIENCE_s
        while not _lock(file.fileno()):
            if time.monotonic() > deadline:
                raise ValueError(
                    "One process at a time may change the registry. Another has held "
                    f"'{folder}' for {PATIENCE_s:g} s. Wait for it to end, then try "
                    "again."
                )
            time.sleep(0.05)
        try:
            yield
        finally:
            _unlock(file.fileno())


if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int) -> bool:
        os.lseek(handle, 0, os.SEEK_SET)
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError as error:
            if error.errno in (errno.EACCES, errno.EDEADLK):
                return False
            raise
        return True

    def _unlock(handle: int) -> None:
        os.lseek(handle, 0, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _lock(handle: int) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _unlock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_UN)


def check_archive(path: Path) -> None:
    """Refuse what cannot be a model file, before anything of it is read.

    Parameters
    ----------
    path : Path

    Raises
    ------
    ValueError
        If it is no archive of the skops format, or would unpack to more than any
        model needs.
    OSError
        If it cannot be read.
    """
    with path.open("rb") as file:
        start = file.read(4)
    if start[:2] != b"PK":
        kind = "a pickle" if start[:1] == b"\x80" else "another kind of file"
        raise ValueError(
            f"A model file is an archive that sodalyte wrote. '{path}' is {kind}; "
            "it was not opened. Ask its sender for 'sodalyte models export'."
        )
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            size = sum(entry.file_size for entry in archive.infolist())
    except zipfile.BadZipFile as error:
        raise ValueError(
            f"A model file must be whole. '{path}': {error}. Copy or export it again."
        ) from None
    if "schema.json" not in names:
        raise ValueError(
            f"A model file holds a schema.json. '{path}' holds {names[:3]}. "
            "Export the model with 'sodalyte models export'."
        )
    if size > MAX_UNPACKED_BYTES:
        raise ValueError(
            f"A model file unpacks to at most {MAX_UNPACKED_BYTES // 2**20} MiB. "
            f"'{path}' would unpack to {size // 2**20} MiB. It was not opened."
        )
