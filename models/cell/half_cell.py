"""A sodium-metal half cell in PyBaMM's DFN.

Traps that are guarded here: ``pybamm.sodium_ion`` ignores ``working electrode``, so the
lithium DFN is used with a sodium plane; the metal's capacity is never read; single-
particle models are not offered because they fail where the salt runs out.

References
----------
.. [1] Sulzer et al., J. Open Res. Softw. 2021, 9, 14, doi 10.5334/jors.309.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from sodalyte.models.cell.constants import FARADAY_C_per_mol

__all__ = [
    "DischargeCurve",
    "HalfCell",
    "import_pybamm",
    "run_discharge",
    "solve_discharge",
]

Array = npt.NDArray[np.float64]
PARTICLE_RADIUS_m = 1e-6  # only R^2/D matters; D follows from the diffusion time
STOICHIOMETRY_EDGE = 1e-3
PLATING_EXCHANGE = "Exchange-current density for lithium metal electrode [A.m-2]"


def import_pybamm() -> Any:
    """Return the PyBaMM module.

    Returns
    -------
    module

    Raises
    ------
    ImportError
        If PyBaMM is not installed; says what to install.
    """
    try:
        import pybamm
    except ImportError as error:
        raise ImportError(
            "High-fidelity cells need PyBaMM. It is not installed here. Install the "
            "extra: pip install 'sodalyte[cell]'; the fast model works without it."
        ) from error
    return pybamm


@dataclass(frozen=True)
class HalfCell:
    """One sodium-metal half cell in SI units, charged, ready to discharge.

    Parameters
    ----------
    capacity_Ah_per_m2 : float
        Reversible capacity of the cathode.
    cathode_m, cathode_porosity, active_share, separator_m, separator_porosity : float
        Geometry; the active share is of the electrode volume.
    bruggeman : float
        Exponent in both porous layers.
    conductivity_S_per_m, diffusivity_m2_per_s : float or callable
        Bulk values, or functions of concentration in mol/m3.
    transference, concentration_mol_per_m3, temperature_K : float
        Electrolyte.
    voltage_V : ndarray
        Open-circuit voltage on an even grid of depth of discharge.
    solid_diffusion_time_h : float
        R^2 / (15 D): the capacity missing at 1 C.
    cathode_kinetics_A_per_m3, sodium_exchange_A_per_m2, contact_ohm_m2 : float
        As in the fast model.
    """

    capacity_Ah_per_m2: float
    cathode_m: float
    cathode_porosity: float
    active_share: float
    separator_m: float
    separator_porosity: float
    bruggeman: float
    conductivity_S_per_m: float | Callable[..., Any]
    diffusivity_m2_per_s: float | Callable[..., Any]
    transference: float
    concentration_mol_per_m3: float
    temperature_K: float
    voltage_V: Array
    solid_diffusion_time_h: float
    cathode_kinetics_A_per_m3: float
    sodium_exchange_A_per_m2: float
    contact_ohm_m2: float


@dataclass(frozen=True)
class DischargeCurve:
    """Voltage against capacity of one DFN discharge, contacts included."""

    depth: Array
    voltage_V: Array

    @property
    def utilisation(self) -> float:
        """Discharged share of the reversible capacity."""
        return float(self.depth[-1])

    def mean_voltage_V(self, depth: float | None = None) -> float:
        """Return the mean voltage down to a depth, default the whole curve."""
        end = self.utilisation if depth is None else min(depth, self.utilisation)
        if not end > 0.0:
            return float("nan")
        grid = np.linspace(0.0, end, 400)
        return float(
            np.trapezoid(np.interp(grid, self.depth, self.voltage_V), grid) / end
        )


def _parameter_values(cell: HalfCell, pybamm: Any) -> Any:
    """Fill a PyBaMM parameter set; the lithium template is overwritten throughout."""
    depth = np.linspace(0.0, 1.0, len(cell.voltage_V))
    span = 1.0 - 2.0 * STOICHIOMETRY_EDGE
    stoichiometry = STOICHIOMETRY_EDGE + span * depth
    maximum = (
        cell.capacity_Ah_per_m2
        * 3600.0
        / (FARADAY_C_per_mol * cell.cathode_m * cell.active_share * span)
    )
    area = 3.0 * cell.active_share / PARTICLE_RADIUS_m
    exchange = cell.cathode_kinetics_A_per_m3 / area
    start = cell.concentration_mol_per_m3

    def open_circuit(sto: Any) -> Any:
        return pybamm.Interpolant(
            stoichiometry, cell.voltage_V, sto, interpolator="linear"
        )

    def cathode_exchange(c_e: Any, c_s: Any, c_max: Any, _: Any) -> Any:
        return (
            2.0
            * exchange
            * (c_e / start) ** 0.5
            * (c_s / c_max) ** 0.5
            * (1.0 - c_s / c_max) ** 0.5
        )

    def plating_exchange(c_e: Any, _c: Any, _t: Any) -> Any:
        return cell.sodium_exchange_A_per_m2 * (c_e / start) ** 0.5

    values = pybamm.ParameterValues("Xu2019")
    values.update(
        {
            "Electrode height [m]": 1.0,
            "Electrode width [m]": 1.0,
            "Nominal cell capacity [A.h]": cell.capacity_Ah_per_m2,
            "Positive electrode thickness [m]": cell.cathode_m,
            "Positive electrode porosity": cell.cathode_porosity,
            "Positive electrode active material volume fraction": cell.active_share,
            "Positive electrode Bruggeman coefficient (electrolyte)": cell.bruggeman,
            "Positive electrode Bruggeman coefficient (electrode)": 0.0,
            "Separator thickness [m]": cell.separator_m,
            "Separator porosity": cell.separator_porosity,
            "Separator Bruggeman coefficient (electrolyte)": cell.bruggeman,
            "Maximum concentration in positive electrode [mol.m-3]": maximum,
            "Initial concentration in positive electrode [mol.m-3]": maximum
            * STOICHIOMETRY_EDGE,
            "Positive particle radius [m]": PARTICLE_RADIUS_m,
            "Positive particle diffusivity [m2.s-1]": PARTICLE_RADIUS_m**2
            / (15.0 * 3600.0 * cell.solid_diffusion_time_h),
            "Positive electrode OCP [V]": open_circuit,
            "Positive electrode exchange-current density [A.m-2]": cathode_exchange,
            PLATING_EXCHANGE: plating_exchange,
            "Lithium metal partial molar volume [m3.mol-1]": 23.75e-6,
            "Electrolyte conductivity [S.m-1]": _of_concentration(
                cell.conductivity_S_per_m
            ),
            "Electrolyte diffusivity [m2.s-1]": _of_concentration(
                cell.diffusivity_m2_per_s
            ),
            "Cation transference number": cell.transference,
            "Initial concentration in electrolyte [mol.m-3]": start,
            "Ambient temperature [K]": cell.temperature_K,
            "Initial temperature [K]": cell.temperature_K,
            "Reference temperature [K]": cell.temperature_K,
        }
    )
    return values


def _of_concentration(value: float | Callable[..., Any]) -> Callable[..., Any]:
    if callable(value):
        return lambda c, _temperature: value(c)
    return lambda _c, _temperature: value


def solve_discharge(
    cell: HalfCell, rate_C: float, lower_cutoff_V: float
) -> DischargeCurve:
    """Discharge one half cell with the DFN at constant current.

    Parameters
    ----------
    cell : HalfCell
        The cell, fully charged.
    rate_C : float
        Current over capacity, 1/h, > 0.
    lower_cutoff_V : float
        Ends the discharge, contacts included.

    Returns
    -------
    DischargeCurve

    Raises
    ------
    ImportError
        If PyBaMM is absent.
    """
    return run_discharge(
        _parameter_values(cell, import_pybamm()),
        rate_C,
        lower_cutoff_V,
        current=rate_C * cell.capacity_Ah_per_m2,
        capacity=cell.capacity_Ah_per_m2,
        contact_ohm=cell.contact_ohm_m2,
    )


def run_discharge(
    values: Any,
    rate_C: float,
    lower_cutoff_V: float,
    *,
    current: float,
    capacity: float,
    contact_ohm: float = 0.0,
) -> DischargeCurve:
    """Solve a DFN half cell; a curve of NaN where both solvers give up."""
    pybamm = import_pybamm()
    pybamm.set_logging_level("ERROR")
    drop = current * contact_ohm
    values.update(
        {
            "Current function [A]": current,
            "Lower voltage cut-off [V]": lower_cutoff_V + drop,
            "Upper voltage cut-off [V]": 10.0,
        }
    )
    seconds = 1.2 * 3600.0 / rate_C
    times = np.linspace(0.0, seconds, 400)
    solution = None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for solver in (
            pybamm.IDAKLUSolver(rtol=1e-5, atol=1e-7),
            pybamm.CasadiSolver(mode="safe", rtol=1e-5, atol=1e-6),
        ):
            simulation = pybamm.Simulation(
                pybamm.lithium_ion.DFN({"working electrode": "positive"}),
                parameter_values=values,
                var_pts={"x_s": 12, "x_p": 24, "r_p": 16, "x_n": 4, "r_n": 4},
                solver=solver,
            )
            try:
                solution = simulation.solve([0.0, seconds], t_interp=times)
                break
            except pybamm.SolverError:
                continue
    if solution is None:
        return DischargeCurve(np.full(1, np.nan), np.full(1, np.nan))
    time = np.asarray(solution["Time [s]"].entries, dtype=float)
    voltage = np.asarray(solution["Terminal voltage [V]"].entries, dtype=float)
    return DischargeCurve(current * time / 3600.0 / capacity, voltage - drop)
