"""Assemble measurements, features and surrogates into the predictors that are used.

The default predictors are trained from the bundled measurements at first use and kept
in the cache folder under a name made from the data and the code they came from.
"""

from __future__ import annotations

import hashlib
import os
import sys
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import sodalyte
from sodalyte.datasets.formulations.array import FormulationArray

if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.resources.abc import Traversable

    import pandas as pd

    from sodalyte.datasets.formulations.formulation import Formulation
    from sodalyte.models.coulombic_efficiency import CoulombicEfficiency
    from sodalyte.models.oxidative_limit import OxidativeLimit

__all__ = [
    "Predictors",
    "bundled_predictors",
    "cache_folder",
    "default_predictors",
    "feature_matrix",
    "limits_table",
    "train_predictors",
    "training_table",
]

CONDITION_COLUMNS = (
    "collector",
    "collector_coating",
    "current_density_mA_per_cm2",
    "areal_capacity_mAh_per_cm2",
    "temperature_C",
    "method",
)
_ROOMS = ("datasets", "featurizers", "models")
_LIBRARIES = ("numpy", "pandas", "scikit-learn", "scipy")


@dataclass(frozen=True)
class Predictors:
    """The two surrogates with the rows and versions they came from.

    Parameters
    ----------
    coulombic_efficiency : CoulombicEfficiency
        Fitted on `frame`.
    oxidative_limit : OxidativeLimit
        Fitted on `limits`.
    frame : DataFrame
        Training rows of the efficiency, in the order of `nearest`.
    excluded : DataFrame
        Rows left out, with the reason.
    limits : DataFrame
        Training rows of the limit.
    name, version : str
        What to print beside a prediction; the version is a hash of data and code.
    """

    coulombic_efficiency: CoulombicEfficiency
    oxidative_limit: OxidativeLimit
    frame: pd.DataFrame
    excluded: pd.DataFrame
    limits: pd.DataFrame
    name: str
    version: str


def training_table(
    own: pd.DataFrame | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Join features and measurements of sodium Coulombic efficiency.

    Parameters
    ----------
    own : DataFrame, optional
        Own measurements, as `check_measurements(path).accepted` gives them.

    Returns
    -------
    X : DataFrame of shape (n_rows, n_features)
        Feature table.
    frame : DataFrame of shape (n_rows, n_columns)
        Measurements, aligned with X, with a column `solvent_set` added.
    excluded : DataFrame
        Rows left out, with the reason.
    """
    from sodalyte.datasets.joining.training import training_frame

    frame, excluded = training_frame(own)
    X, frame = feature_table(frame)
    return X, frame, excluded


def feature_table(frame: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Compute the features of measured rows under their own conditions.

    Parameters
    ----------
    frame : DataFrame
        Column `formulation` and whichever of the condition columns are known.

    Returns
    -------
    X : DataFrame
        Feature table, index 0 to n-1.
    frame : DataFrame
        The rows, index 0 to n-1, with a column `solvent_set` added.
    """
    from sodalyte.datasets.formulations.formulation import Formulation

    rows = frame.reset_index(drop=True)
    formulations = [Formulation.from_text(text) for text in rows["formulation"]]
    known = [name for name in CONDITION_COLUMNS if name in rows.columns]
    X = feature_matrix(formulations, rows[known] if known else None)
    return X, rows.assign(solvent_set=solvent_sets(formulations))


def feature_matrix(
    formulations: Sequence[Formulation] | FormulationArray,
    conditions: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Compute what the predictors look at: the design matrix and the amounts.

    Parameters
    ----------
    formulations : sequence of Formulation or FormulationArray
        n formulations.
    conditions : DataFrame, optional
        One row each; the reference protocol by default.

    Returns
    -------
    DataFrame of shape (n, n_features)
        The columns of `design_matrix`, then `volume_fraction_of_<name>` of each
        solvent, diluent and additive (shares of the liquid without its salts) and
        `molarity_of_<name>_mol_per_L` of each salt in these formulations. An amount
        that has no column is zero.
    """
    from sodalyte.featurizers import design_matrix

    array = (
        formulations
        if isinstance(formulations, FormulationArray)
        else FormulationArray.from_list(list(formulations))
    )
    X = design_matrix(array, conditions)
    return X.join(_amounts(array))


def _amounts(array: FormulationArray) -> pd.DataFrame:
    import numpy as np
    import pandas as pd

    is_salt = np.array([role == "salt" for role in array.roles])
    volumes = np.where(is_salt, 0.0, array.volume_fractions)
    liquid = volumes.sum(axis=1, keepdims=True)
    shares = np.divide(volumes, liquid, out=np.zeros_like(volumes), where=liquid > 0)
    molarity = array.molarity_mol_per_L
    columns: dict[str, np.ndarray] = {}
    for i, name in enumerate(array.names):
        key = f"molarity_of_{name}_mol_per_L"
        values = molarity[:, i]
        if not is_salt[i]:
            key, values = f"volume_fraction_of_{name}", shares[:, i]
        columns[key] = columns[key] + values if key in columns else values
    return pd.DataFrame(columns)


def solvent_sets(formulations: Sequence[Formulation]) -> list[str]:
    """Name the set of solvents and diluents of each formulation."""
    return [
        "+".join(
            sorted(
                component.name
                for component in formulation.components
                if component.role in ("solvent", "diluent")
            )
        )
        for formulation in formulations
    ]


def limits_table() -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Join features and measurements of the oxidative limit.

    Returns
    -------
    X : DataFrame
        Feature table.
    frame : DataFrame
        Measurements of free liquids with a known composition, aligned with X.
    excluded : DataFrame
        Columns row_id and reason.
    """
    import pandas as pd

    from sodalyte.datasets import load_oxidative_limits
    from sodalyte.models.oxidative_limit import exclusion_reasons

    everything = load_oxidative_limits().frame
    reasons = exclusion_reasons(everything)
    left_out = reasons != ""
    excluded = pd.DataFrame(
        {
            "row_id": everything.loc[left_out, "row_id"],
            "reason": reasons[left_out],
        }
    ).reset_index(drop=True)
    X, frame = feature_table(everything[~left_out])
    return X, frame, excluded


def train_predictors(own: pd.DataFrame | None = None) -> Predictors:
    """Train both surrogates.

    Parameters
    ----------
    own : DataFrame, optional
        Own measurements to add.

    Returns
    -------
    Predictors
    """
    from sodalyte.models.coulombic_efficiency import CoulombicEfficiency
    from sodalyte.models.oxidative_limit import OxidativeLimit

    X, frame, excluded = training_table(own)
    limit_X, limits, _ = limits_table()
    version = fingerprint()
    if own is not None and len(own):
        text = own.to_csv(index=False)
        version = hashlib.sha256((version + text).encode()).hexdigest()
    return Predictors(
        CoulombicEfficiency().fit(X, frame),
        OxidativeLimit().fit(limit_X, limits),
        frame,
        excluded,
        limits,
        "coulombic_efficiency + oxidative_limit",
        f"{sodalyte.__version__}+{version[:12]}",
    )


def default_predictors() -> Predictors:
    """Load the champion of the registry, else the predictors of the bundled data.

    Returns
    -------
    Predictors
        A champion that this code or these libraries did not make is not used; the
        log says so and how to refit it.
    """
    from sodalyte.screen.surrogates.champion import champion_predictors

    return champion_predictors() or bundled_predictors()


@cache
def bundled_predictors() -> Predictors:
    """Load the predictors of the bundled data, training them at first use.

    Returns
    -------
    Predictors

    Notes
    -----
    The file lies in :func:`cache_folder` under the hash of data and code, so that a
    change of either trains anew. If the folder cannot be written the predictors are
    trained in each process.
    """
    from sodalyte.screen.surrogates.cache import keep_predictors, kept_predictors

    path = cache_folder() / f"predictors-{fingerprint()[:16]}.npz"
    kept = kept_predictors(path)
    if kept is not None:
        return kept
    made = train_predictors()
    keep_predictors(made, path)
    return made


def cache_folder() -> Path:
    """Find the folder for things that can be made again.

    Returns
    -------
    Path
        `$SODALYTE_HOME/cache` if that variable is set, else the platform's cache
        folder with `sodalyte` in it.
    """
    home = os.environ.get("SODALYTE_HOME")
    if home:
        return Path(home) / "cache"
    if sys.platform == "win32":
        root = Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local"))
    elif sys.platform == "darwin":
        root = Path.home() / "Library" / "Caches"
    else:
        root = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return root / "sodalyte"


@cache
def fingerprint() -> str:
    """Hash every table and source file that shapes a prediction.

    Returns
    -------
    str
        SHA-256 over datasets, featurizers, models (without the cell model), this
        file and the versions of the numerical libraries.
    """
    libraries = {name: version(name) for name in _LIBRARIES}
    digest = hashlib.sha256(repr(sorted(libraries.items())).encode())
    for room in _ROOMS:
        for name, file in sorted(_sources(files(f"sodalyte.{room}"), room)):
            digest.update(name.encode())
            digest.update(file.read_bytes())
    digest.update((files("sodalyte.screen.surrogates") / "training.py").read_bytes())
    return digest.hexdigest()


def _sources(folder: Traversable, name: str) -> list[tuple[str, Traversable]]:
    found: list[tuple[str, Traversable]] = []
    for entry in folder.iterdir():
        path = f"{name}/{entry.name}"
        if entry.is_dir():
            if path != "models/cell" and entry.name != "__pycache__":
                found += _sources(entry, path)
        elif entry.name.endswith((".py", ".csv", ".toml")):
            found.append((path, entry))
    return found
