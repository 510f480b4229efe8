"""Bring electrolyte, design and protocol to arrays with their spreads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from sodalyte.models.cell.constants import (
    LN10,
    Z_95,
    ZERO_CELSIUS_K,
)
from sodalyte.models.cell.design import CellDesign
from sodalyte.models.cell.electrolyte import ElectrolyteProperties
from sodalyte.models.cell.parameters import (
    Parameter,
    parameters_from_mapping,
    read_parameter_file,
)
from sodalyte.models.cell.protocol import Protocol
from sodalyte.models.cell.rate import Transport
from sodalyte.models.cell.transport import shift_transport, transport_at_temperature

__all__ = [
    "CellInputs",
    "cell_inputs",
    "priors",
    "take_rows",
    "with_overrides",
]

Array = npt.NDArray[np.float64]


def priors() -> dict[str, Parameter]:
    """Return the bundled priors of ``parameters/priors.toml``."""
    return parameters_from_mapping(read_parameter_file("priors.toml"), "priors.toml")


def with_overrides(overrides: Mapping[str, float]) -> dict[str, Parameter]:
    """Return the priors with other base values for some of them.

    Parameters
    ----------
    overrides : mapping of str to float
        Names of ``parameters/priors.toml``.

    Returns
    -------
    dict of str to Parameter
        The range of an overridden prior is widened to hold its value.

    Raises
    ------
    KeyError
        If a name is unknown; names the known ones.
    """
    known = priors()
    unknown = sorted(set(overrides) - set(known))
    if unknown:
        raise KeyError(
            f"A prior must be one of {', '.join(known)}. Came {', '.join(unknown)}. "
            "Rename it."
        )
    return {
        **known,
        **{
            name: replace(
                known[name],
                value=float(value),
                low=min(float(value), known[name].low),
                high=max(float(value), known[name].high),
            )
            for name, value in overrides.items()
        },
    }


@dataclass(frozen=True)
class CellInputs:
    """Central values and spreads; arrays of shape () or (n,).

    Spreads are standard deviations; those of transport are of logarithms, except the
    transference number. The first-cycle efficiency has one for worse and one for
    better cells, in nines.
    """

    size: int
    profile: str
    prior: Mapping[str, Parameter]
    nines: Array
    nines_std: Array
    runs_probability: Array
    initial_nines: Array
    initial_nines_std: tuple[Array, Array]
    is_initial_assumed: bool
    limit_V: Array
    limit_std_V: Array
    transport: Transport
    conductivity_ln_std: Array
    diffusivity_ln_std: Array
    transference_std: Array
    density_g_per_mL: Array
    fluorine_mass_fraction: Array
    price_USD_per_kg: Array
    price_ln_std: Array
    flash_point_C: Array
    sei_solvent_g_per_Ah: Array
    is_ce_coarse: npt.NDArray[np.bool_]
    is_half_cell: bool
    temperature_C: Array
    charge_rate_C: Array
    discharge_rate_C: Array
    rest_h: Array
    upper_cutoff_V: Array
    lower_cutoff_V: Array
    is_moved_in_temperature: bool

    def __getitem__(self, name: str) -> float:
        """Return the base value of a prior."""
        return self.prior[name].value

    @property
    def is_realistic(self) -> bool:
        """Whether the realistic profile applies."""
        return self.profile == "realistic"

    def initial_ce(self, z: float | Array) -> Array:
        """Return the first-cycle efficiency at z standard deviations, in [0, 1]."""
        worse, better = self.initial_nines_std
        moved = self.initial_nines + z * np.where(np.asarray(z) < 0.0, worse, better)
        return np.asarray(1.0 - 10.0 ** -np.maximum(moved, 0.0))

    def transport_at(self, z: float) -> Transport:
        """Return transport with conductivity, diffusivity and t+ z spreads away."""
        return shift_transport(
            self.transport,
            z,
            conductivity_ln_std=self.conductivity_ln_std,
            diffusivity_ln_std=self.diffusivity_ln_std,
            transference_std=self.transference_std,
        )


def _initial_nines(
    electrolyte: ElectrolyteProperties,
    realistic: bool,
    prior: Mapping[str, Parameter],
    nines: Array,
) -> tuple[Array, tuple[Array, Array], bool]:
    """Return first-cycle efficiency in nines, its spreads, and whether assumed."""
    if electrolyte.initial_ce_percent is not None:
        percent = electrolyte.array("initial_ce_percent")
        loss = np.clip((100.0 - percent) / 100.0, 1e-16, None)
        std = electrolyte.array("initial_ce_percent_std") / 100.0 / (LN10 * loss)
        bad = (percent < 0.0) | (percent > 100.0)
        std = np.minimum(std, 2.0)
        return np.where(bad, np.nan, -np.log10(loss)), (std, std), False
    if not realistic:
        return nines, (np.zeros(()), np.zeros(())), False
    entry = prior["initial_ce_percent"]
    low, base, high = (
        -np.log10(1.0 - value / 100.0) for value in (entry.low, entry.value, entry.high)
    )
    spreads = (np.asarray((base - low) / Z_95), np.asarray((high - base) / Z_95))
    return np.asarray(base), spreads, True


def _spread(electrolyte: ElectrolyteProperties, name: str, realistic: bool) -> Array:
    """Return a spread; in the ideal profile only a given one counts."""
    if getattr(electrolyte, name) is None and not realistic:
        return np.zeros(())
    return electrolyte.array(name)


def _transport_spreads(
    electrolyte: ElectrolyteProperties, realistic: bool, prior: Mapping[str, Parameter]
) -> tuple[Array, Array, Array]:
    """Return the spreads of conductivity, diffusivity and transference number."""
    conductivity = _spread(electrolyte, "conductivity_ln_std", realistic)
    diffusivity = _spread(electrolyte, "salt_diffusivity_ln_std", realistic)
    if electrolyte.salt_diffusivity_m2_per_s is None and realistic:
        ratio = prior["nernst_einstein_ratio"]
        own = np.log(ratio.high / ratio.low) / (2 * Z_95)
        diffusivity = np.asarray(np.hypot(own, conductivity))
    transference = _spread(electrolyte, "transference_number_std", realistic)
    return conductivity, diffusivity, transference


def cell_inputs(
    electrolyte: ElectrolyteProperties,
    design: CellDesign,
    protocol: Protocol,
    profile: str,
    overrides: Mapping[str, float] | None = None,
) -> CellInputs:
    """Gather all inputs of one evaluation.

    Parameters
    ----------
    electrolyte, design, protocol
        As given to ``CellModel.evaluate``.
    profile : {"ideal", "realistic"}
        In "ideal" only spreads that were given count, no defaults.
    overrides : mapping of str to float, optional
        Other base values of priors.

    Returns
    -------
    CellInputs

    Raises
    ------
    ValueError
        If array lengths do not agree.
    """
    prior = with_overrides(overrides or {})
    realistic = profile == "realistic"
    cathode = design.material
    temperature_C = np.asarray(protocol.temperature_C, dtype=float)
    kelvin = temperature_C + ZERO_CELSIUS_K

    spreads = _transport_spreads(electrolyte, realistic, prior)
    nines = electrolyte.array("nines_mean")
    nines = np.where(nines >= 0.0, nines, np.nan)
    initial, initial_std, assumed = _initial_nines(electrolyte, realistic, prior, nines)

    def cutoff(value: npt.ArrayLike | None, name: str) -> Array:
        return np.asarray(cathode[name] if value is None else value, dtype=float)

    result = CellInputs(
        size=1,
        profile=profile,
        prior=prior,
        nines=nines,
        nines_std=electrolyte.array("nines_std"),
        runs_probability=electrolyte.array("runs_probability"),
        initial_nines=initial,
        initial_nines_std=initial_std,
        is_initial_assumed=assumed,
        limit_V=electrolyte.array("oxidative_limit_V_vs_Na"),
        limit_std_V=_spread(electrolyte, "oxidative_limit_V_vs_Na_std", realistic),
        transport=transport_at_temperature(electrolyte, prior, kelvin),
        conductivity_ln_std=spreads[0],
        diffusivity_ln_std=spreads[1],
        transference_std=spreads[2],
        density_g_per_mL=electrolyte.array("density_g_per_mL"),
        fluorine_mass_fraction=electrolyte.array("fluorine_mass_fraction"),
        price_USD_per_kg=electrolyte.array("price_USD_per_kg"),
        price_ln_std=_spread(electrolyte, "price_ln_std", realistic),
        flash_point_C=electrolyte.array("flash_point_C"),
        sei_solvent_g_per_Ah=electrolyte.array("sei_solvent_g_per_Ah"),
        is_ce_coarse=np.asarray(
            np.asarray(electrolyte.ce_resolution_percent, dtype=float) >= 0.5
        ),
        is_half_cell=electrolyte.ce_kind == "half_cell",
        temperature_C=temperature_C,
        charge_rate_C=np.asarray(protocol.charge_rate_C, dtype=float),
        discharge_rate_C=np.asarray(protocol.discharge_rate_C, dtype=float),
        rest_h=np.asarray(protocol.rest_h, dtype=float),
        upper_cutoff_V=cutoff(protocol.upper_cutoff_V, "upper_cutoff_V"),
        lower_cutoff_V=cutoff(protocol.lower_cutoff_V, "lower_cutoff_V"),
        is_moved_in_temperature=bool(
            (temperature_C != electrolyte.properties_temperature_C).any()
        ),
    )
    object.__setattr__(result, "size", _size(result, design))
    return result


def _size(inputs: CellInputs, design: CellDesign) -> int:
    """Return the common length of all arrays."""
    arrays = {
        name: np.asarray(value)
        for holder in (inputs, inputs.transport, design)
        for name, value in vars(holder).items()
        if isinstance(value, (np.ndarray, list, float, int))
    }
    lengths = {name: len(a) for name, a in arrays.items() if a.ndim == 1}
    known = set(lengths.values()) - {1}
    if len(known) > 1:
        raise ValueError(
            "Electrolyte, design and protocol arrays must have one length. Came "
            + ", ".join(f"{name} {size}" for name, size in lengths.items())
            + ". Give one value per candidate, or a scalar for all."
        )
    return known.pop() if known else 1


Holder = TypeVar("Holder", ElectrolyteProperties, CellDesign, Protocol)


def take_rows(holder: Holder, rows: slice, size: int) -> Holder:
    """Return a copy of an input with its arrays cut to some candidates.

    Parameters
    ----------
    holder : ElectrolyteProperties, CellDesign or Protocol
        Already checked; the copy is not checked again.
    rows : slice
        Candidates.
    size : int
        Number of candidates; nothing is cut if the slice holds all.

    Returns
    -------
    same type
    """
    if rows.start == 0 and rows.stop == size:
        return holder
    copy = object.__new__(type(holder))
    for name, value in vars(holder).items():
        cut = value
        if isinstance(value, (np.ndarray, list, tuple)) or hasattr(value, "__array__"):
            array = np.asarray(value)
            if array.ndim == 1 and len(array) > 1:
                cut = array[rows]
        object.__setattr__(copy, name, cut)
    return copy
