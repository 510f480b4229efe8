"""Reading of JSON files that were written earlier: whole, or one message why not."""

import json
from pathlib import Path
from typing import Any

from sodalyte.datasets.files.bounded import read_bounded

__all__ = ["read_json"]

MOST_BYTES = 64 * 2**20  # several times the largest that this program writes
SHOWN = 200


def read_json(path: str | Path, what: str, remedy: str) -> dict[str, Any]:
    """Read a JSON file that holds one object.

    Parameters
    ----------
    path : path
    what : str
        What the file is, for the message: ``"A checkpoint"``.
    remedy : str
        What to do if it is none, for the message.

    Returns
    -------
    dict

    Raises
    ------
    ValueError
        If the file is not a JSON object in UTF-8, nests too deeply or is over 64 MiB.
    OSError
        If it cannot be opened.
    """
    content = read_bounded(path, MOST_BYTES)
    if content is None:
        reason = f"it is over {MOST_BYTES // 2**20} MiB"
    else:
        try:
            document = json.loads(content.decode("utf-8-sig"))
        except RecursionError:
            reason = "its values nest too deeply"
        except UnicodeDecodeError as error:
            reason = f"byte {error.start} is no UTF-8"
        except ValueError as error:  # JSON, or a number of thousands of digits
            reason = str(error)[:SHOWN]
        else:
            if isinstance(document, dict):
                return document
            reason = f"it holds a {type(document).__name__}"
    raise ValueError(
        f"{what} must be a JSON object in UTF-8. '{path}' is not: {reason}. {remedy}"
    )
