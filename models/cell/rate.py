"""Rate: how much capacity a current leaves usable, and at what voltage.

Binary electrolyte between a sodium plane and a porous cathode, steady state, salt
conserved, reaction spread evenly over a depth P of the cathode. Discharge raises the
salt at the sodium and drains the cathode; where the drained front passes the
collector side, only the depth P < L_c reacts. Diffusivity may fall with
concentration; each region uses the secant (Kirchhoff) mean of D over its own
concentrations. Charge is the mirror image and drains the sodium side.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sodalyte.models.cell.constants import (
    ZERO_CELSIUS_K,
    FARADAY_C_per_mol,
    GAS_CONSTANT_J_per_mol_K,
)

__all__ = [
    "LEAST_USE",
    "PoreGeometry",
    "Transport",
    "charge_limits",
    "discharge",
    "secant_mean",
    "surface_lag",
    "usable_discharge",
]

Array = npt.NDArray[np.float64]
LEAST_USE = 1e-3  # utilisation below which a cell has no voltage worth the name
N_STEPS = 6  # damped fixed-point steps for D(c)
GAUSS = ((0.1127016654, 0.5, 0.8872983346), (5 / 18, 8 / 18, 5 / 18))


@dataclass(frozen=True)
class PoreGeometry:
    """Thickness and porosity of separator (s) and cathode (c), SI units."""

    separator_m: Array
    separator_porosity: Array
    cathode_m: Array
    cathode_porosity: Array
    bruggeman: float

    @property
    def separator_factor(self) -> Array:
        """Effective over bulk transport in the separator."""
        return self.separator_porosity**self.bruggeman

    @property
    def cathode_factor(self) -> Array:
        """Effective over bulk transport in the cathode."""
        return self.cathode_porosity**self.bruggeman


@dataclass(frozen=True)
class Transport:
    """Electrolyte transport at cell temperature, SI units, arrays (n,)."""

    conductivity_S_per_m: Array
    diffusivity_m2_per_s: Array  # at 1 mol/L
    slope_m3_per_mol: Array | float  # D(c) = D1 exp(-slope (c - 1000 mol/m3))
    transference: Array
    concentration_mol_per_m3: Array
    temperature_K: Array


@dataclass(frozen=True)
class Discharge:
    """Result of ``discharge``; arrays (n,)."""

    depth_fraction: Array  # share of the cathode that the salt reaches, P / L_c
    ohmic_V: Array
    kinetic_V: Array
    concentration_V: Array
    sodium_side_mol_per_m3: Array

    @property
    def overpotential_V(self) -> Array:
        """Sum of the three."""
        return np.asarray(self.ohmic_V + self.kinetic_V + self.concentration_V)


def secant_mean(transport: Transport, low: Array, high: Array) -> Array:
    """Return the mean of D(c) over concentrations from low to high, m2/s.

    Parameters
    ----------
    transport : Transport
        Gives D at 1 mol/L and its slope.
    low, high : ndarray
        Concentrations in mol/m3.

    Returns
    -------
    ndarray
    """
    k = transport.slope_m3_per_mol
    span = k * (high - low)
    mean = np.where(
        np.abs(span) > 1e-6,
        -np.expm1(-span) / np.where(np.abs(span) > 1e-6, span, 1.0),
        1.0 - 0.5 * span,
    )
    return transport.diffusivity_m2_per_s * np.exp(-k * (low - 1000.0)) * mean


def _front(
    geometry: PoreGeometry, amount: Array, g_s: Array, g_c: Array, sharpness: float
) -> Array:
    """Return the depth P at which the salt runs out, limited to L_c."""
    e_s, e_c = geometry.separator_porosity, geometry.cathode_porosity
    L_s, L_c = geometry.separator_m, geometry.cathode_m
    a = e_c * g_c / 6.0 * (1.0 + 2.0 * sharpness)
    b = e_s * g_c * L_s / 2.0 * (1.0 + sharpness)
    c = e_s * g_s * L_s**2 / 2.0 - amount
    root = np.sqrt(np.maximum(b * b - 4.0 * a * c, 0.0))
    with np.errstate(divide="ignore", invalid="ignore"):
        depth = np.where(c < 0.0, -2.0 * c / (b + root), 0.0)
    return np.clip(np.where(np.isnan(depth), L_c, depth), 0.0, L_c)


def discharge(
    current_A_per_m2: npt.ArrayLike,
    geometry: PoreGeometry,
    transport: Transport,
    *,
    sodium_exchange_A_per_m2: npt.ArrayLike,
    cathode_kinetics_A_per_m3: npt.ArrayLike,
    contact_ohm_m2: npt.ArrayLike,
    sharpness: float = 0.0,
) -> Discharge:
    """Return the reacting depth and the overpotential of a discharge.

    Parameters
    ----------
    current_A_per_m2 : array-like
        Discharge current per cell area, >= 0.
    geometry : PoreGeometry
        Separator and cathode.
    transport : Transport
        Electrolyte.
    sodium_exchange_A_per_m2, cathode_kinetics_A_per_m3, contact_ohm_m2 : array-like
        Exchange current of plating, exchange current per cathode volume, and ohmic
        resistance of films and contacts.
    sharpness : float
        0: the reaction is even over the depth it reaches; 1: it sits at a front. A
        flat open-circuit curve makes a front, see ``Cathode.front_sharpness``.

    Returns
    -------
    Discharge
    """
    i = np.asarray(current_A_per_m2, dtype=float)
    L_s, L_c = geometry.separator_m, geometry.cathode_m
    e_s, e_c = geometry.separator_porosity, geometry.cathode_porosity
    c0 = transport.concentration_mol_per_m3
    amount = c0 * (e_s * L_s + e_c * L_c)
    flux = i * (1.0 - transport.transference) / FARADAY_C_per_mol
    d_s = d_c = secant_mean(transport, c0, c0)
    for step in range(N_STEPS):
        g_s = flux / (d_s * geometry.separator_factor)
        g_c = flux / (d_c * geometry.cathode_factor)
        depth = _front(geometry, amount, g_s, g_c, sharpness)
        drop = g_c * depth / 2.0 * (1.0 + sharpness)
        end = (
            amount - e_c * g_c * depth**2 / 6.0 - e_s * L_s * (drop + g_s * L_s / 2.0)
        ) / (e_s * L_s + e_c * L_c)
        end = np.where(depth < L_c, 0.0, np.maximum(end, 0.0))
        front = end + drop
        at_sodium = front + g_s * L_s
        if step < N_STEPS - 1:
            d_s = 0.5 * (d_s + secant_mean(transport, front, at_sodium))
            d_c = 0.5 * (d_c + secant_mean(transport, end, front))
    ohmic, kinetic, polarisation = _overpotentials(
        i,
        geometry,
        transport,
        depth,
        end,
        drop,
        at_sodium,
        np.asarray(sodium_exchange_A_per_m2, dtype=float),
        np.asarray(cathode_kinetics_A_per_m3, dtype=float),
        np.asarray(contact_ohm_m2, dtype=float),
    )
    return Discharge(depth / L_c, ohmic, kinetic, polarisation, at_sodium)


def _overpotentials(
    i: Array,
    geometry: PoreGeometry,
    transport: Transport,
    depth: Array,
    end: Array,
    drop: Array,
    at_sodium: Array,
    i0: Array,
    kinetics: Array,
    contact: Array,
) -> tuple[Array, Array, Array]:
    """Return ohmic, kinetic and concentration overpotential of a discharge, V."""
    kappa = transport.conductivity_S_per_m
    thermal = 2.0 * GAS_CONSTANT_J_per_mol_K * transport.temperature_K
    thermal = thermal / FARADAY_C_per_mol
    reacting = np.maximum(depth, 1e-9)
    ohmic = i * (
        geometry.separator_m / (kappa * geometry.separator_factor)
        + reacting / (3.0 * kappa * geometry.cathode_factor)
        + contact
    )
    mean_log = np.zeros(np.broadcast(depth, end).shape)
    for node, weight in zip(*GAUSS, strict=True):
        mean_log = mean_log + weight * np.log(
            np.maximum(end + drop * (1.0 - node) ** 2, 1.0)
        )
    polarisation = (1.0 - transport.transference) * (
        np.log(np.maximum(at_sodium, 1.0)) - mean_log
    )
    kinetic = thermal * (
        np.arcsinh(i / (2.0 * i0)) + np.arcsinh(i / (2.0 * kinetics * reacting))
    )
    return ohmic, kinetic, thermal * polarisation


def charge_limits(
    current_A_per_m2: npt.ArrayLike, geometry: PoreGeometry, transport: Transport
) -> tuple[Array, Array]:
    """Return how near plating comes to salt depletion at the sodium.

    Parameters
    ----------
    current_A_per_m2 : array-like
        Charge current per cell area, >= 0.
    geometry : PoreGeometry
        Separator and cathode.
    transport : Transport
        Electrolyte.

    Returns
    -------
    limit_ratio : ndarray
        Current over the steady limiting current; plating is starved above 1.
    sand_time_h : ndarray
        Sand time with the effective diffusivity of the separator, infinity at rest.

    Notes
    -----
    c_Na = c0 - [e_s g_s L_s^2/2 + e_c (g_s L_s L_c + g_c L_c^2/3)]
    / (e_s L_s + e_c L_c)
    with the even reaction of the whole cathode; D at half the starting salt.
    """
    i = np.asarray(current_A_per_m2, dtype=float)
    L_s, L_c = geometry.separator_m, geometry.cathode_m
    e_s, e_c = geometry.separator_porosity, geometry.cathode_porosity
    c0 = transport.concentration_mol_per_m3
    d = secant_mean(transport, np.zeros_like(c0), c0)
    per_flux = 1.0 / d
    r_s, r_c = per_flux / geometry.separator_factor, per_flux / geometry.cathode_factor
    drop = (e_s * r_s * L_s**2 / 2.0 + e_c * (r_s * L_s * L_c + r_c * L_c**2 / 3.0)) / (
        e_s * L_s + e_c * L_c
    )
    flux = i * (1.0 - transport.transference) / FARADAY_C_per_mol
    with np.errstate(divide="ignore"):
        half = c0 * FARADAY_C_per_mol / (2.0 * i * (1.0 - transport.transference))
        sand = np.pi * d * geometry.separator_factor * half**2 / 3600.0
    return flux * drop / c0, sand


def surface_lag(relative_rate: Array, room: Array) -> Array:
    """Return by how much the particle surface leads the mean depth of discharge.

    Parameters
    ----------
    relative_rate : ndarray
        Rate times solid diffusion time, dimensionless.
    room : ndarray
        Depth left between the end of discharge and the cut-off on the curve.

    Returns
    -------
    ndarray
        Half of what the full lead, 1 - 1/(1 + tau C), would be: it builds up during
        the discharge. Never more than the room, so the voltage stays above the cut-off.
    """
    lead = relative_rate / (1.0 + relative_rate)
    return np.minimum(0.5 * lead, room)


def usable_discharge(
    curve: tuple[Array, Array, Array],
    out: Discharge,
    relative_rate: Array,
    *,
    start: npt.ArrayLike = 0.0,
    lower_cutoff_V: npt.ArrayLike = 0.0,
) -> tuple[Array, Array]:
    """Return the usable share of the capacity and the mean voltage.

    Parameters
    ----------
    curve : (depth, voltage_V, cumulative_energy_V)
        Open-circuit curve on an even grid.
    out : Discharge
        From ``discharge``.
    relative_rate : ndarray
        Rate times solid diffusion time.
    start : array-like
        Depth of discharge at the end of charge.
    lower_cutoff_V : array-like
        Ends the discharge under load.

    Returns
    -------
    utilisation, mean_voltage_V : ndarray
        NaN voltage where nothing is usable.

    Notes
    -----
    Where the salt stops short, the part that it reaches is discharged over the whole
    curve, the rest not at all: the voltage is that of the local depth.
    """
    depth, voltage, energy = curve
    eta = out.overpotential_V
    begin = np.asarray(start, dtype=float)
    level = np.asarray(lower_cutoff_V, dtype=float) + eta
    stop = np.where(
        level > voltage[0], 0.0, np.interp(level, voltage[::-1], depth[::-1])
    )
    end = np.minimum(stop, 1.0 / (1.0 + relative_rate))
    local = np.maximum(end - begin, 0.0)
    end = begin + local
    lag = surface_lag(relative_rate, np.maximum(stop - end, 0.0))
    held = np.interp(end + lag, depth, energy) - np.interp(begin + lag, depth, energy)
    used = np.asarray(local * out.depth_fraction)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = np.where(used > LEAST_USE, held / local - eta, np.nan)
    return used, mean


def celsius_to_kelvin(temperature_C: npt.ArrayLike) -> Array:
    """Convert temperature, degC to K."""
    return np.asarray(temperature_C, dtype=float) + ZERO_CELSIUS_K
