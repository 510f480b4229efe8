"""Save and load fitted models without pickle: loading one never runs code.

skops writes a model as JSON and arrays. Loading names every type in the file; only
those in the list below are let in, whatever the file asks for.
"""

import os
import platform
import tempfile
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

TRUSTED_TYPES = (
    "numpy.dtype",
    "sklearn.ensemble._forest.ExtraTreesRegressor",
    "sklearn.tree._classes.ExtraTreeRegressor",
    "sklearn.tree._tree.Tree",
    "sodalyte.models.calibration.IntervalCalibration",
    "sodalyte.models.coulombic_efficiency.CoulombicEfficiency",
    "sodalyte.models.domain.ApplicabilityDomain",
    "sodalyte.models.gaussian_process.GaussianProcess",
    "sodalyte.models.kernels.Factor",
    "sodalyte.models.kernels.Kernel",
    "sodalyte.models.kernels.Term",
    "sodalyte.models.members.ForestMember",
    "sodalyte.models.members.ProcessMember",
    "sodalyte.models.oxidative_limit.OxidativeLimit",
    "sodalyte.models.running.RunClassifier",
    "sodalyte.models.scaling.TableScaler",
)
"""Types that a model file may hold, besides plain Python and numpy values."""

_LIBRARIES = ("numpy", "pandas", "scikit-learn", "scipy", "skops", "sodalyte")


def save_model(
    model: object, path: Path, *, notes: Mapping[str, Any] | None = None
) -> None:
    """Write a fitted model whole or not at all.

    Parameters
    ----------
    model : object
        Estimator of this package.
    path : Path
        File to write; its folder is made.
    notes : mapping, optional
        Plain values kept beside the model, such as the hash of its data.

    Raises
    ------
    OSError
        If the folder cannot be written.
    """
    from skops.io import dump

    path.parent.mkdir(parents=True, exist_ok=True)
    package = {"model": model, "notes": dict(notes or {}), "versions": versions()}
    handle, temporary = tempfile.mkstemp(dir=path.parent, suffix=".part")
    os.close(handle)
    try:
        dump(package, temporary)
        os.replace(temporary, path)
    finally:
        Path(temporary).unlink(missing_ok=True)


def load_model(path: Path) -> tuple[Any, dict[str, Any]]:
    """Read a model that :func:`save_model` wrote.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    model : object
        The fitted estimator.
    notes : dict
        What was kept beside it; `versions` names the libraries that wrote it.

    Raises
    ------
    ValueError
        If the file holds a type outside `TRUSTED_TYPES`, or is no model of ours.
    """
    from skops.io import get_untrusted_types, load

    strangers = sorted(set(get_untrusted_types(file=path)) - set(TRUSTED_TYPES))
    if strangers:
        raise ValueError(
            "A model file may hold types of this package only. "
            f"{path} also holds {strangers[:5]} ({len(strangers)} in all). "
            "Do not load it; train the model again from its data."
        )
    package = load(path, trusted=list(TRUSTED_TYPES))
    if not isinstance(package, dict) or "model" not in package:
        raise ValueError(
            "A model file must hold a model with its notes. "
            f"{path} holds {type(package).__name__}. Write it with save_model."
        )
    return package["model"], {**package["notes"], "versions": package["versions"]}


def versions() -> dict[str, str]:
    """Name the versions of Python and of the libraries that shape a model."""
    found = {name: version(name) for name in _LIBRARIES}
    return {"python": platform.python_version(), **found}
