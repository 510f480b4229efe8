"""Keep fitted surrogates in one quick file of JSON and arrays.

`storage.py` writes models with skops, for exchange between people; importing skops
takes some seconds, more than a prediction. The default predictors of one machine are
kept in this plainer form: a tree of JSON whose objects are of the few types named
below, and numpy arrays read without pickle. Loading runs no code from the file.
"""

import json
import os
import tempfile
import zipfile
import zlib
from dataclasses import fields
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

_HOMES = {
    "ApplicabilityDomain": "domain",
    "CoulombicEfficiency": "coulombic_efficiency",
    "Factor": "kernels",
    "GaussianProcess": "gaussian_process",
    "IntervalCalibration": "calibration",
    "Kernel": "kernels",
    "OxidativeLimit": "oxidative_limit",
    "ProcessMember": "members",
    "RunClassifier": "running",
    "TableScaler": "scaling",
    "Term": "kernels",
}
"""Types that an archive may hold, and the file of this room that defines each."""


_DAMAGE = (
    AttributeError,
    EOFError,
    IndexError,
    KeyError,
    RecursionError,
    TypeError,
    ValueError,
    zipfile.BadZipFile,
    zlib.error,
)
_FROZEN = ("Factor", "Kernel", "Term")


def write_archive(content: object, path: Path) -> None:
    """Write fitted surrogates and plain values, whole or not at all.

    Parameters
    ----------
    content : object
        Nested dicts, lists, tuples, plain values, arrays and the types of this room.
    path : Path
        File to write; its folder must exist.

    Raises
    ------
    TypeError
        If something in `content` is of another type.
    """
    arrays: dict[str, NDArray[Any]] = {}
    tree = json.dumps(_pack(content, arrays))
    arrays["tree"] = np.frombuffer(tree.encode(), dtype=np.uint8)
    handle, temporary = tempfile.mkstemp(dir=path.parent, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            np.savez(file, **arrays)  # type: ignore[arg-type]
        os.replace(temporary, path)
    finally:
        Path(temporary).unlink(missing_ok=True)


def read_archive(path: Path) -> Any:
    """Read what :func:`write_archive` wrote.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    object
        As it was written.

    Raises
    ------
    ValueError
        If the file is damaged or names a type outside this room's list.
    """
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            tree = json.loads(arrays["tree"].tobytes().decode())
            return _unpack(tree, {name: arrays[name] for name in arrays.files})
    except _DAMAGE as error:
        raise ValueError(
            f"An archive is a file this program wrote. '{path}' is damaged: {error}. "
            "Remove it; it is made again."
        ) from None


def _pack(item: Any, arrays: dict[str, NDArray[Any]]) -> Any:
    if item is None or isinstance(item, bool | str):
        return item
    if isinstance(item, int | float | np.integer | np.floating):
        return item if isinstance(item, int | float) else item.item()
    if isinstance(item, np.ndarray) and item.dtype.kind in "biuf":
        key = f"array_{len(arrays)}"
        arrays[key] = item
        return {"kind": "array", "key": key}
    if isinstance(item, list | tuple):
        kind = "list" if isinstance(item, list) else "tuple"
        return {"kind": kind, "items": [_pack(part, arrays) for part in item]}
    if isinstance(item, dict):
        pairs = [[name, _pack(part, arrays)] for name, part in item.items()]
        return {"kind": "dict", "pairs": pairs}
    name = type(item).__name__
    if name not in _HOMES:
        raise TypeError(
            f"An archive may hold {sorted(_HOMES)} and plain values. "
            f"Got {type(item)}. Save this model with storage.save_model."
        )
    return {"kind": "object", "type": name, "state": _pack(_state(item), arrays)}


def _state(item: Any) -> dict[str, Any]:
    if type(item).__name__ in _FROZEN:
        return {f.name: getattr(item, f.name) for f in fields(item) if f.init}
    return dict(vars(item))


def _unpack(tree: Any, arrays: dict[str, NDArray[Any]]) -> Any:
    if not isinstance(tree, dict):
        return tree
    kind = tree["kind"]
    if kind == "array":
        return arrays[tree["key"]]
    if kind in ("list", "tuple"):
        items = [_unpack(part, arrays) for part in tree["items"]]
        return items if kind == "list" else tuple(items)
    if kind == "dict":
        return {name: _unpack(part, arrays) for name, part in tree["pairs"]}
    if tree["type"] not in _HOMES:
        raise ValueError(
            f"An archive may hold {sorted(_HOMES)} only. "
            f"The file names {tree['type']!r}. Do not use it; train the model again."
        )
    state = _unpack(tree["state"], arrays)
    home = import_module(f"sodalyte.models.{_HOMES[tree['type']]}")
    made_from: Any = getattr(home, tree["type"])
    if tree["type"] in _FROZEN:
        return made_from(**state)
    made = made_from.__new__(made_from)
    vars(made).update(state)
    return made
