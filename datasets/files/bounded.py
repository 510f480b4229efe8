"""Reading of a file whole, but never more of it than is allowed."""

from pathlib import Path

__all__ = ["read_bounded"]


def read_bounded(path: str | Path, most_bytes: int) -> bytes | None:
    """Read a file that may be long or without end.

    Parameters
    ----------
    path : path
    most_bytes : int
        What it may hold; one more is read to see whether it holds more.

    Returns
    -------
    bytes or None
        All of it, or None if it holds more.

    Raises
    ------
    OSError
        If it cannot be opened.
    """
    with Path(path).open("rb") as file:
        content = file.read(most_bytes + 1)
    return content if len(content) <= most_bytes else None
