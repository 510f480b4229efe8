"""Check the rate model against a published half cell in PyBaMM's DFN.

The cathode is NVPF of Chayambuka et al. 2022 (doi 10.1016/j.electacta.2021.139764), as
PyBaMM ships it, with its own open-circuit curve, solid diffusion and exchange current
that depend on concentration, against sodium, in electrolytes that are drawn. The fast
model knows two numbers of that cathode: a diffusion time from a thin electrode, and an
exchange current fitted on every second design.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from sodalyte.models.cell.constants import FARADAY_C_per_mol
from sodalyte.models.cell.half_cell import import_pybamm, run_discharge
from sodalyte.models.cell.rate import (
    PoreGeometry,
    Transport,
    discharge,
    usable_discharge,
)

__all__ = ["DfnComparison", "compare_with_dfn", "draw_designs", "fast_discharge"]

Array = npt.NDArray[np.float64]
RANGES: dict[str, tuple[float, float]] = {
    "rate_C": (0.1, 4.0),
    "cathode_um": (40.0, 180.0),
    "porosity": (0.2, 0.4),
    "conductivity_factor": (0.3, 2.5),
    "diffusivity_factor": (0.5, 8.0),
    "transference": (0.3, 0.6),
}
LOGARITHMIC = ("rate_C", "conductivity_factor", "diffusivity_factor")
LOWER_CUTOFF_V = 2.0
START_STOICHIOMETRY = 3320.0 / 15320.0
MAXIMUM_mol_per_m3 = 15320.0
ACTIVE_SHARE_OF_SOLID = 0.55 / 0.77
SODIUM_EXCHANGE_A_per_m2 = 50.0
DIFFUSIVITY_SLOPE_L_per_mol = 0.27
"""d ln D / dc of NaPF6 in EC:PC, read off the electrolyte of the same paper."""
SOLID_DIFFUSION_TIME_h = 0.234
"""From the thin-electrode run of ``thin_electrode_time``."""


def draw_designs(n_designs: int, random_state: int = 0) -> dict[str, Array]:
    """Draw designs as Sobol points over the ranges.

    Parameters
    ----------
    n_designs : int
        A power of two is best.
    random_state : int
        Seed of the scrambling.

    Returns
    -------
    dict of str to ndarray of shape (n_designs,)
    """
    from scipy.stats import qmc

    power = int(np.ceil(np.log2(n_designs)))
    points = qmc.Sobol(len(RANGES), rng=random_state).random_base2(power)[:n_designs]
    drawn = {}
    for column, (name, (low, high)) in zip(points.T, RANGES.items(), strict=True):
        if name in LOGARITHMIC:
            drawn[name] = low * (high / low) ** column
        else:
            drawn[name] = low + (high - low) * column
    return drawn


def _capacity_Ah_per_m2(designs: dict[str, Array]) -> Array:
    solid = (1.0 - designs["porosity"]) * ACTIVE_SHARE_OF_SOLID
    span = (1.0 - START_STOICHIOMETRY) * MAXIMUM_mol_per_m3
    return span * solid * designs["cathode_um"] * 1e-6 * FARADAY_C_per_mol / 3600.0


def _published() -> Any:
    """Return PyBaMM's sodium parameter set."""
    return import_pybamm().ParameterValues("Chayambuka2022")


def _values(designs: dict[str, Array], i: int, capacity: float) -> Any:
    """Put the published cathode and electrolyte into the half-cell template."""
    pybamm = import_pybamm()
    published = _published()
    values = pybamm.ParameterValues("Xu2019")
    kept = (
        "Positive electrode OCP [V]",
        "Positive electrode exchange-current density [A.m-2]",
        "Positive particle diffusivity [m2.s-1]",
        "Positive particle radius [m]",
        "Positive electrode conductivity [S.m-1]",
        "Positive electrode Bruggeman coefficient (electrolyte)",
        "Positive electrode Bruggeman coefficient (electrode)",
        "Maximum concentration in positive electrode [mol.m-3]",
        "Initial concentration in positive electrode [mol.m-3]",
        "Separator thickness [m]",
        "Separator porosity",
        "Separator Bruggeman coefficient (electrolyte)",
        "Initial concentration in electrolyte [mol.m-3]",
    )
    values.update({name: published[name] for name in kept})
    kappa, d = (
        published["Electrolyte conductivity [S.m-1]"],
        published["Electrolyte diffusivity [m2.s-1]"],
    )
    k, f = designs["conductivity_factor"][i], designs["diffusivity_factor"][i]
    values.update(
        {
            "Electrode height [m]": 1.0,
            "Electrode width [m]": 1.0,
            "Nominal cell capacity [A.h]": capacity,
            "Positive electrode thickness [m]": designs["cathode_um"][i] * 1e-6,
            "Positive electrode porosity": designs["porosity"][i],
            "Positive electrode active material volume fraction": (
                1.0 - designs["porosity"][i]
            )
            * ACTIVE_SHARE_OF_SOLID,
            "Cation transference number": designs["transference"][i],
            "Electrolyte conductivity [S.m-1]": lambda c, T: k * kappa(c, T),
            "Electrolyte diffusivity [m2.s-1]": lambda c, T: f * d(c, T),
            "Exchange-current density for lithium metal electrode [A.m-2]": (
                lambda c, _c, _T: SODIUM_EXCHANGE_A_per_m2 * (c / 1000.0) ** 0.5
            ),
            "Lithium metal partial molar volume [m3.mol-1]": 23.75e-6,
        }
    )
    return values


def thin_electrode_time(rates_C: tuple[float, ...] = (0.5, 1.0, 2.0)) -> float:
    """Measure the solid diffusion time on a thin electrode, where salt never limits.

    Parameters
    ----------
    rates_C : tuple of float
        Discharge rates.

    Returns
    -------
    float
        Hours; the median of tau in utilisation = 1 / (1 + tau C).
    """
    n = len(rates_C)
    designs = {
        "rate_C": np.asarray(rates_C, dtype=float),
        "cathode_um": np.full(n, 15.0),
        "porosity": np.full(n, 0.4),
        "conductivity_factor": np.full(n, 2.5),
        "diffusivity_factor": np.full(n, 8.0),
        "transference": np.full(n, 0.6),
    }
    capacity = _capacity_Ah_per_m2(designs)
    times = []
    for i, rate_C in enumerate(rates_C):
        curve = run_discharge(
            _values(designs, i, float(capacity[i])),
            rate_C,
            LOWER_CUTOFF_V,
            current=float(capacity[i] * rate_C),
            capacity=float(capacity[i]),
        )
        times.append((1.0 / curve.utilisation - 1.0) / rate_C)
    return float(np.median(times))


@dataclass(frozen=True)
class Published:
    """What the fast model takes from the published set."""

    depth: Array
    voltage_V: Array
    conductivity_S_per_m: float
    diffusivity_m2_per_s: float


def published_cell() -> Published:
    """Read open-circuit curve and bulk electrolyte off the published set."""
    pybamm = import_pybamm()
    published = _published()
    depth = np.linspace(0.0, 1.0, 513)
    sto = START_STOICHIOMETRY + (1.0 - START_STOICHIOMETRY) * depth
    voltage = np.asarray(
        published["Positive electrode OCP [V]"](pybamm.Vector(sto)).evaluate()
    ).ravel()

    def bulk(name: str) -> float:
        value = published[name](pybamm.Scalar(1000.0), pybamm.Scalar(298.15))
        return float(np.asarray(value.evaluate()).ravel()[0])

    return Published(
        depth,
        np.minimum.accumulate(voltage),
        bulk("Electrolyte conductivity [S.m-1]"),
        bulk("Electrolyte diffusivity [m2.s-1]"),
    )


def fast_discharge(
    designs: dict[str, Array], published: Published, kinetics_A_per_m3: float
) -> tuple[Array, Array]:
    """Run the closed form on the drawn designs.

    Parameters
    ----------
    designs : dict
        From ``draw_designs``.
    published : Published
        Curve and bulk electrolyte.
    kinetics_A_per_m3 : float
        Exchange current per cathode volume.

    Returns
    -------
    utilisation, mean_voltage_V : ndarray
    """
    n = len(designs["rate_C"])
    capacity = _capacity_Ah_per_m2(designs)
    geometry = PoreGeometry(
        separator_m=np.full(n, 25e-6),
        separator_porosity=np.full(n, 0.55),
        cathode_m=designs["cathode_um"] * 1e-6,
        cathode_porosity=designs["porosity"],
        bruggeman=1.5,
    )
    transport = Transport(
        conductivity_S_per_m=published.conductivity_S_per_m
        * designs["conductivity_factor"],
        diffusivity_m2_per_s=published.diffusivity_m2_per_s
        * designs["diffusivity_factor"],
        slope_m3_per_mol=1e-3 * DIFFUSIVITY_SLOPE_L_per_mol,
        transference=designs["transference"],
        concentration_mol_per_m3=np.full(n, 1000.0),
        temperature_K=np.full(n, 298.15),
    )
    out = discharge(
        capacity * designs["rate_C"],
        geometry,
        transport,
        sodium_exchange_A_per_m2=SODIUM_EXCHANGE_A_per_m2,
        cathode_kinetics_A_per_m3=kinetics_A_per_m3,
        contact_ohm_m2=0.0,
    )
    steps = 0.5 * (published.voltage_V[1:] + published.voltage_V[:-1])
    cumulative = np.concatenate([[0.0], np.cumsum(steps)]) / len(steps)
    return usable_discharge(
        (published.depth, published.voltage_V, cumulative),
        out,
        SOLID_DIFFUSION_TIME_h * designs["rate_C"],
        lower_cutoff_V=LOWER_CUTOFF_V,
    )


@dataclass(frozen=True)
class DfnComparison:
    """Both models on the same designs."""

    designs: dict[str, Array]
    fast_utilisation: Array
    dfn_utilisation: Array
    fast_voltage_V: Array
    dfn_voltage_V: Array
    kinetics_A_per_m3: float
    fast_seconds_per_design: float
    dfn_seconds_per_design: float

    @property
    def speed_ratio(self) -> float:
        """DFN time over fast time, per design, in the same run."""
        return self.dfn_seconds_per_design / self.fast_seconds_per_design

    def table(self) -> str:
        """Return errors by subset as a table."""
        rate = self.designs["rate_C"]
        off = 100.0 * (self.fast_utilisation - self.dfn_utilisation)
        volt = 1e3 * (self.fast_voltage_V - self.dfn_voltage_V)
        fast = self.fast_utilisation * self.fast_voltage_V
        energy = 100.0 * (fast / (self.dfn_utilisation * self.dfn_voltage_V) - 1.0)
        held = np.arange(len(rate)) % 2 == 1
        subsets = {
            "all": np.ones(len(rate), dtype=bool),
            "held out (odd)": held,
            "<= 0.5 C": rate <= 0.5,
            "0.5 to 1.5 C": (rate > 0.5) & (rate <= 1.5),
            "> 1.5 C": rate > 1.5,
        }
        head = "designs           n  utilisation error, points   voltage   energy"
        lines = [head, "                     mean    bias     max        mV        %"]
        for name, mask in subsets.items():
            if not mask.any():
                continue
            lines.append(
                f"{name:<15s} {mask.sum():3d}  {np.abs(off[mask]).mean():6.2f}  "
                f"{off[mask].mean():6.2f}  {np.abs(off[mask]).max():6.2f}    "
                f"{np.abs(volt[mask]).mean():6.0f}   "
                f"{np.abs(energy[mask]).mean():6.2f}"
            )
        lines.append(
            f"time per design: DFN {self.dfn_seconds_per_design:.3g} s, fast "
            f"{self.fast_seconds_per_design:.3g} s, ratio {self.speed_ratio:,.0f}"
        )
        return "\n".join(lines)


def compare_with_dfn(n_designs: int = 64, random_state: int = 0) -> DfnComparison:
    """Solve the DFN for drawn designs and set the closed form beside it.

    Parameters
    ----------
    n_designs : int
        How many; each takes about half a second.
    random_state : int
        Seed of the designs.

    Returns
    -------
    DfnComparison

    Raises
    ------
    ImportError
        If PyBaMM is absent.
    """
    designs = draw_designs(n_designs, random_state)
    published = published_cell()
    capacity = _capacity_Ah_per_m2(designs)
    used, volts = np.empty(n_designs), np.empty(n_designs)
    begin = time.perf_counter()
    for i in range(n_designs):
        curve = run_discharge(
            _values(designs, i, float(capacity[i])),
            float(designs["rate_C"][i]),
            LOWER_CUTOFF_V,
            current=float(capacity[i] * designs["rate_C"][i]),
            capacity=float(capacity[i]),
        )
        used[i], volts[i] = curve.utilisation, curve.mean_voltage_V()
    dfn_seconds = (time.perf_counter() - begin) / n_designs
    grid = np.geomspace(1e2, 1e7, 101)
    even = np.arange(n_designs) % 2 == 0
    errors = [
        np.abs(fast_discharge(designs, published, g)[1] - volts)[even].mean()
        for g in grid
    ]
    kinetics = float(grid[int(np.argmin(errors))])
    fast_used, fast_volts = fast_discharge(designs, published, kinetics)
    repeated = {name: np.resize(value, 65536) for name, value in designs.items()}
    fast_discharge(repeated, published, kinetics)
    begin = time.perf_counter()
    fast_discharge(repeated, published, kinetics)
    fast_seconds = (time.perf_counter() - begin) / 65536
    return DfnComparison(
        designs, fast_used, used, fast_volts, volts, kinetics, fast_seconds, dfn_seconds
    )
