"""The cell around the electrolyte: cathode, loading, collectors, format."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from sodalyte.datasets.files.toml_file import beside, read_toml, wrong_kinds
from sodalyte.models.cell.cathodes import Cathode, resolve_cathode
from sodalyte.models.cell.parameters import read_parameter_file
from sodalyte.models.cell.protocol import Protocol
from sodalyte.models.cell.supply import SupplyAgent, resolve_agent

__all__ = ["CellDesign", "default_design", "default_protocol", "design_from_toml"]

TEXTS = ("cathode", "collector", "positive_collector", "supply_agent", "format")
POSITIVE = (
    "areal_capacity_mAh_per_cm2",
    "electrolyte_ratio_g_per_Ah",
    "active_mass_fraction",
    "coating_porosity",
    "separator_thickness_um",
    "separator_porosity",
)


@dataclass(frozen=True)
class CellDesign:
    """One cell design; numeric fields may be arrays, one value per candidate.

    Parameters
    ----------
    cathode : str or Cathode
        Short name ("NVP", ...), alias, formula, TOML path, or the object.
    areal_capacity_mAh_per_cm2
        Reversible capacity of the cathode per face at low rate.
    electrolyte_ratio_g_per_Ah
        Electrolyte mass over that capacity.
    collector : str
        Negative collector as papers write it; unknown ones are accepted, flagged,
        and made more uncertain.
    collector_thickness_um, positive_collector_thickness_um
        Foils, coated on both sides. None: the default of the material.
    positive_collector : str
        Foil of the cathode.
    active_mass_fraction, binder_mass_fraction
        Shares of the dry coating; the rest is carbon.
    coating_porosity, separator_thickness_um, separator_porosity
        Pore structure.
    sodium_porosity
        Void fraction of the plated sodium.
    supply_agent : str
        Salt in the coating that gives its sodium in the first charge: "Na2C2O4",
        "Na3P", "NaN3", ... (``supply.load_agents``).
    sacrificial_mass_fraction
        Its share of the dry coating; 0: none.
    format : {"pouch", "cylinder", "prismatic", "coin"}
        Sets the share of the stack in the cell.
    stack_mass_fraction, stack_volume_fraction
        Override the format.
    stack_pressure_kPa
        NaN: not considered.
    """

    cathode: str | Cathode = "NVP"
    areal_capacity_mAh_per_cm2: float | npt.ArrayLike = 3.0
    electrolyte_ratio_g_per_Ah: float | npt.ArrayLike = 3.0
    collector: str = "carbon-coated Al"
    collector_thickness_um: float | npt.ArrayLike | None = None
    positive_collector: str = "Al"
    positive_collector_thickness_um: float | npt.ArrayLike | None = None
    active_mass_fraction: float | npt.ArrayLike = 0.94
    binder_mass_fraction: float | npt.ArrayLike = 0.03
    coating_porosity: float | npt.ArrayLike = 0.30
    separator_thickness_um: float | npt.ArrayLike = 16.0
    separator_porosity: float | npt.ArrayLike = 0.40
    sodium_porosity: float | npt.ArrayLike = 0.0
    supply_agent: str = "Na2C2O4"
    sacrificial_mass_fraction: float | npt.ArrayLike = 0.0
    format: str = "pouch"
    stack_mass_fraction: float | npt.ArrayLike | None = None
    stack_volume_fraction: float | npt.ArrayLike | None = None
    stack_pressure_kPa: float | npt.ArrayLike = float("nan")

    def __post_init__(self) -> None:
        """Resolve the cathode, check the names and the ranges."""
        object.__setattr__(self, "cathode", resolve_cathode(self.cathode))
        resolve_agent(self.supply_agent)
        formats = read_parameter_file("formats.toml")
        if self.format not in formats:
            raise ValueError(
                f"format must be one of {', '.join(formats)}. Came {self.format!r}. "
                "Choose one; its packaging factors can be overridden."
            )
        faults = []
        for name in POSITIVE:
            value = np.asarray(getattr(self, name), dtype=float)
            if not (value > 0.0).all():
                faults.append(f"{name} {value.min()} is not above 0")
        for name in (
            "coating_porosity",
            "separator_porosity",
            "sodium_porosity",
            "sacrificial_mass_fraction",
        ):
            value = np.asarray(getattr(self, name), dtype=float)
            if not ((value >= 0.0) & (value < 1.0)).all():
                faults.append(f"{name} is not in [0, 1)")
        pressure = np.asarray(self.stack_pressure_kPa, dtype=float)
        if (pressure <= 0.0).any():
            faults.append(f"stack_pressure_kPa {pressure.min()} is not above 0")
        shares = (
            np.asarray(self.active_mass_fraction, dtype=float)
            + np.asarray(self.binder_mass_fraction, dtype=float)
            + np.asarray(self.sacrificial_mass_fraction, dtype=float)
        )
        if (shares > 1.0 + 1e-9).any():
            faults.append(
                f"active, binder and sacrificial shares sum to {shares.max()}"
            )
        if faults:
            raise ValueError(
                "A cell design must be buildable. "
                f"{len(faults)} fields break this: {'; '.join(faults[:5])}. "
                "Correct the design."
            )

    @property
    def material(self) -> Cathode:
        """The cathode as a parameter set."""
        return resolve_cathode(self.cathode)

    @property
    def agent(self) -> SupplyAgent:
        """The supply agent as a parameter set."""
        return resolve_agent(self.supply_agent)

    @classmethod
    def from_mapping(cls, table: Mapping[str, Any]) -> CellDesign:
        """Build from the ``[design]`` table of a TOML file.

        Parameters
        ----------
        table : mapping
            Field names to values.

        Returns
        -------
        CellDesign

        Raises
        ------
        ValueError
            If a name is not a field; names the known ones.
        """
        known = {field.name for field in fields(cls)}
        unknown = sorted(set(table) - known)
        if unknown:
            raise ValueError(
                f"[design] may hold only {', '.join(sorted(known))}. Came "
                f"{', '.join(unknown)}. Remove or rename."
            )
        return cls(**table)

    @classmethod
    def from_toml(cls, path: str | Path) -> CellDesign:
        """Read the ``[design]`` table of a TOML file.

        Parameters
        ----------
        path : str or Path
            See ``parameters/design.toml`` for an example.

        Returns
        -------
        CellDesign
        """
        return design_from_toml(path)[0]


def _from_document(document: Mapping[str, Any]) -> tuple[CellDesign, Protocol]:
    known = {field.name for field in fields(Protocol)}
    protocol = dict(document.get("protocol", {}))
    unknown = sorted(set(protocol) - known)
    if unknown:
        raise ValueError(
            f"[protocol] may hold only {', '.join(sorted(known))}. Came "
            f"{', '.join(unknown)}. Remove or rename."
        )
    return CellDesign.from_mapping(document.get("design", {})), Protocol(**protocol)


def design_from_toml(path: str | Path) -> tuple[CellDesign, Protocol]:
    """Read the ``[design]`` and ``[protocol]`` tables of a TOML file.

    Parameters
    ----------
    path : str or Path
        The file.

    Returns
    -------
    design : CellDesign
    protocol : Protocol

    Raises
    ------
    ValueError
        If the file holds an unknown table or name.
    """
    document = read_toml(path, "A design file", "See the bundled one.")
    extra = sorted(set(document) - {"design", "protocol"})
    if extra or not document:
        raise ValueError(
            "A design file holds the tables [design] and [protocol]. "
            f"{path} holds {', '.join(extra) or 'nothing'}. See the bundled one."
        )
    names = [field.name for part in (CellDesign, Protocol) for field in fields(part)]
    numbers = set(names) - set(TEXTS)
    for title, table in document.items():
        if not isinstance(table, dict):
            raise ValueError(f"[{title}] of {path} must be a table. Got {table!r:.40}.")
        faults = wrong_kinds(table, texts=TEXTS, numbers=numbers)
        if faults:
            raise ValueError(
                f"A design file gives numbers, and names as text. [{title}] of {path} "
                f"breaks this: {'; '.join(faults[:5])}. Correct the file."
            )
    cathode = document.get("design", {}).get("cathode", "")
    if cathode.endswith(".toml"):
        document["design"]["cathode"] = str(beside(path, cathode))
    try:
        return _from_document(document)
    except KeyError as error:  # an unknown name; the message names the nearest
        raise ValueError(f"{path}: {error.args[0]}") from None


def default_design() -> CellDesign:
    """Return the bundled practical anode-free pouch cell."""
    return _from_document(read_parameter_file("design.toml"))[0]


def default_protocol() -> Protocol:
    """Return the bundled protocol."""
    return _from_document(read_parameter_file("design.toml"))[1]
