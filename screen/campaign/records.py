"""What goes into a campaign's log: plain JSON, a time, a name, a reason."""

import getpass
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

__all__ = ["checked_reason", "plain", "stamp"]


def stamp(by: str | None) -> dict[str, str]:
    """Say when and by whom; the login name by default."""
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "by": by if by is not None else getpass.getuser(),
    }


def checked_reason(text: str) -> str:
    """Refuse an empty reason."""
    if not text.strip():
        raise ValueError(
            "A retraction or correction needs a reason; came an empty one. Say in a "
            "few words what was wrong."
        )
    return text


def plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Turn a mapping into JSON values; refuses NaN."""
    try:
        text = json.dumps(dict(values), allow_nan=False, default=_number)
    except ValueError as error:
        raise ValueError(
            f"Campaign records hold no NaN or infinity; came {dict(values)!r}. Leave "
            "the key out instead."
        ) from error
    plain = json.loads(text)
    return dict(plain)


def _number(value: Any) -> Any:
    """Turn a numpy scalar into a Python number."""
    if hasattr(value, "item"):
        return value.item()
    raise TypeError(f"A campaign record cannot hold {type(value).__name__} {value!r}.")
