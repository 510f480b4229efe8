"""Cathodes: parameter sets and the open-circuit curve over the discharge."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from sodalyte.datasets.files.toml_file import is_number
from sodalyte.models.cell.parameters import (
    Parameter,
    key_by_name,
    parameters_from_mapping,
    read_parameter_file,
)

__all__ = ["Cathode", "cathode_from_mapping", "load_cathodes", "resolve_cathode"]

Array = npt.NDArray[np.float64]
N_GRID = 513
FLAT_SHARPNESS = 0.38
FLATNESS_V = 0.06
EDGE = 0.006  # depth of discharge over which the curve runs to the cut-offs
SMOOTHING = 0.012  # standard deviation of the plateau edges, in depth of discharge
_CURVE = {"unit", "low", "high", "source"}


@dataclass(frozen=True)
class Cathode:
    """One positive electrode material.

    Parameters
    ----------
    key, name, formula : str
        Short name of the command line, name in words, composition.
    parameters : mapping of str to Parameter
        capacity_mAh_per_g, mean_voltage_V, ... as in ``parameters/cathodes.toml``.
    voltage_V : ndarray of shape (513,)
        Open-circuit voltage against Na/Na+ on an even grid of depth of discharge,
        0 (charged) to 1, falling.
    needs_presodiation : bool
        Made with less sodium than its capacity; the cell supposes it was put in.
    curve_source : str
        Where the shape of the curve comes from; "assumption: why" where none was seen.
    curve_range_V : (float, float)
        How far the true curve may lie below and above the built one.
    """

    key: str
    name: str
    formula: str
    parameters: Mapping[str, Parameter]
    voltage_V: Array
    needs_presodiation: bool = False
    curve_source: str = ""
    curve_range_V: tuple[float, float] = (0.0, 0.0)

    def __getitem__(self, name: str) -> float:
        """Return the base value of a parameter."""
        return self.parameters[name].value

    @property
    def depth(self) -> Array:
        """Depth of discharge of the voltage grid, shape (513,)."""
        return np.linspace(0.0, 1.0, len(self.voltage_V))

    @property
    def cumulative_energy_V(self) -> Array:
        """Integral of the voltage from charged to each grid depth."""
        steps = 0.5 * (self.voltage_V[1:] + self.voltage_V[:-1])
        return np.concatenate([[0.0], np.cumsum(steps)]) / (len(self.voltage_V) - 1)

    @property
    def front_sharpness(self) -> float:
        """How much of a moving front the reaction makes, 0 (even) to 1.

        A flat curve lets the reaction run where transport is easiest. The law is
        fitted to 16 DFN discharges of each of four curves: 0.34 for the flat NVP, less
        than a tenth for two plateaus or a slope.
        """
        middle = (self.depth > 0.1) & (self.depth < 0.9)
        spread = float(self.voltage_V[middle].std())
        return FLAT_SHARPNESS * float(np.exp(-spread / FLATNESS_V))

    @property
    def extra_ratio(self) -> float:
        """Irreversible extra sodium per unit of reversible capacity."""
        return self["extra_sodium_mAh_per_g"] / self["capacity_mAh_per_g"]


def open_circuit_curve(
    plateaus: list[list[float]], mean_V: float, upper_V: float, lower_V: float
) -> Array:
    """Build a smooth falling curve from plateaus, with a given mean.

    Parameters
    ----------
    plateaus : list of [share, voltage_V, slope_V]
        In order of discharge; shares sum to 1; each falls by its slope.
    mean_V : float
        Mean of the curve over its whole depth.
    upper_V, lower_V : float
        Voltages at depth 0 and 1.

    Returns
    -------
    ndarray of shape (513,)

    Raises
    ------
    ValueError
        If the shares do not sum to 1 or the mean is not between the cut-offs.
    """
    shares = np.array([row[0] for row in plateaus], dtype=float)
    if abs(shares.sum() - 1.0) > 1e-9 or not lower_V < mean_V < upper_V:
        raise ValueError(
            "Plateau shares must sum to 1 and lower cut-off < mean voltage < upper "
            f"cut-off. Came shares {shares.tolist()}, mean {mean_V} V, window "
            f"{lower_V} to {upper_V} V. Correct the cathode table."
        )
    depth = np.linspace(0.0, 1.0, N_GRID)
    starts = np.concatenate([[0.0], np.cumsum(shares)[:-1]])
    curve = np.zeros(N_GRID)
    for index, (share, voltage, slope) in enumerate(plateaus):
        inside = (depth >= starts[index]) & (
            (depth < starts[index] + share) | (index == len(plateaus) - 1)
        )
        local = (depth[inside] - starts[index]) / share
        curve[inside] = voltage + slope * (0.5 - local)
    width = int(4 * SMOOTHING * N_GRID)
    offsets = np.arange(-width, width + 1) / N_GRID
    kernel = np.exp(-0.5 * (offsets / SMOOTHING) ** 2)
    padded = np.pad(curve, width, mode="reflect", reflect_type="odd")
    curve = np.convolve(padded, kernel / kernel.sum(), mode="valid")
    head, tail = np.exp(-depth / EDGE), np.exp(-(1.0 - depth) / EDGE)
    body = 1.0 - head - tail
    ends = upper_V * head + lower_V * tail
    shift = (mean_V - np.trapezoid(curve * body + ends, depth)) / np.trapezoid(
        body, depth
    )
    curve = (curve + shift) * body + ends
    return np.minimum.accumulate(curve)


def cathode_from_mapping(key: str, table: Mapping[str, Any]) -> Cathode:
    """Build a cathode from one table of a TOML file.

    Parameters
    ----------
    key : str
        Short name.
    table : mapping
        As in ``parameters/cathodes.toml``.

    Returns
    -------
    Cathode

    Raises
    ------
    ValueError
        If parameters are missing or out of order.
    """
    parameters = parameters_from_mapping(table, f"cathode {key}")
    needed = set(
        parameters_from_mapping(read_parameter_file("cathodes.toml")["NVP"], "NVP")
    )
    absent = sorted(needed - set(parameters))
    absent += [name for name in ("plateaus", "curve") if name not in table]
    absent += _wrong_shapes(table)
    if absent:
        raise ValueError(
            "A cathode needs every parameter of the bundled ones, its plateaus and "
            f"where its curve comes from. Cathode {key} lacks {', '.join(absent)}. "
            "Copy the NVP table of cathodes.toml and fill it in."
        )
    if parameters["host_fade_per_cycle"].low <= 0.0:
        raise ValueError(
            "host_fade_per_cycle needs a range above 0, its spread is one of the "
            f"logarithm. Cathode {key} has low "
            f"{parameters['host_fade_per_cycle'].low}. Give a small number."
        )
    return Cathode(
        key=key,
        name=str(table.get("name", key)),
        formula=str(table.get("formula", "")),
        parameters=parameters,
        needs_presodiation=bool(table.get("needs_presodiation", False)),
        voltage_V=open_circuit_curve(
            table["plateaus"],
            parameters["mean_voltage_V"].value,
            parameters["upper_cutoff_V"].value,
            parameters["lower_cutoff_V"].value,
        ),
        curve_source=str(table["curve"]["source"]),
        curve_range_V=(float(table["curve"]["low"]), float(table["curve"]["high"])),
    )


def _wrong_shapes(table: Mapping[str, Any]) -> list[str]:
    """Name what is there but not in the form of a plateau or a curve."""
    faults = []
    rows = table.get("plateaus", [[1.0, 1.0, 0.0]])
    if not isinstance(rows, list) or not all(_are_numbers(row, 3) for row in rows):
        faults.append("plateaus as [share, voltage, fall], all finite numbers")
    elif not rows or any(row[0] <= 0.0 for row in rows):
        faults.append("plateaus with shares above 0")
    curve = table.get("curve", {})
    if not isinstance(curve, Mapping):
        return [*faults, "curve as a table"]
    if "curve" in table:
        faults += [f"curve.{name}" for name in sorted(_CURVE - set(curve))]
    if not _are_numbers([curve.get("low", 0.0), curve.get("high", 0.0)], 2):
        faults.append("curve.low and curve.high as finite numbers")
    return faults


def _are_numbers(values: object, n: int) -> bool:
    return isinstance(values, list) and len(values) == n and all(map(is_number, values))


@cache
def load_cathodes(path: str | None = None) -> dict[str, Cathode]:
    """Return the bundled cathodes, or those of a file, by short name.

    Parameters
    ----------
    path : str, optional
        A TOML file of the user with one table per cathode.

    Returns
    -------
    dict of str to Cathode

    Examples
    --------
    >>> sorted(load_cathodes())[:3]
    ['FeS2', 'NNCFM', 'NVP']
    """
    tables = read_parameter_file(path or "cathodes.toml")
    strange = [key for key, table in tables.items() if not isinstance(table, Mapping)]
    if strange or not tables:
        raise ValueError(
            "A cathode file holds one table [key] a cathode. "
            f"'{path}' holds {', '.join(strange[:5]) or 'none'} outside of a table. "
            "Copy the NVP table of cathodes.toml and fill it in."
        )
    return {key: cathode_from_mapping(key, table) for key, table in tables.items()}


def resolve_cathode(cathode: str | Cathode) -> Cathode:
    """Return a cathode by short name, alias or formula.

    Parameters
    ----------
    cathode : str or Cathode
        "NVP", "Na3V2(PO4)3", the path of a TOML file with one cathode, or a Cathode.

    Returns
    -------
    Cathode

    Raises
    ------
    KeyError
        If unknown; names the nearest and all known.
    """
    if isinstance(cathode, Cathode):
        return cathode
    if cathode.endswith(".toml") and Path(cathode).is_file():
        return next(iter(load_cathodes(cathode).values()))
    key = key_by_name(
        "cathodes.toml",
        cathode,
        what="cathode",
        remedy="Or give a TOML file with its parameters.",
    )
    return load_cathodes()[key]
