"""What the cell model needs to know of an electrolyte."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt

from sodalyte.models.cell.constants import Z_95
from sodalyte.models.cell.parameters import (
    Parameter,
    parameters_from_mapping,
    read_parameter_file,
)

__all__ = ["CE_KINDS", "ElectrolyteProperties", "nines_from_ce_percent"]

CE_KINDS = ("full_cell", "half_cell")
Array = npt.NDArray[np.float64]
Values = float | npt.ArrayLike
MAXIMUM_NINES = 16.0  # 1 - CE below double precision counts as exactly 1


def nines_from_ce_percent(ce_percent: Values) -> Array:
    """Convert Coulombic efficiency in percent to nines, -log10(1 - CE).

    Parameters
    ----------
    ce_percent : array-like
        Coulombic efficiency in percent, in [0, 100].

    Returns
    -------
    ndarray
        Nines; 100 % gives infinity, which the cell model understands.

    Raises
    ------
    ValueError
        If a value lies outside [0, 100].

    Examples
    --------
    >>> nines_from_ce_percent([90.0, 99.9]).round(6)
    array([1., 3.])
    """
    ce = np.asarray(ce_percent, dtype=float)
    bad = ~((ce >= 0.0) & (ce <= 100.0))
    if bad.any():
        shown = ", ".join(str(value) for value in np.atleast_1d(ce[bad])[:5])
        raise ValueError(
            f"ce_percent must lie in [0, 100]. {int(bad.sum())} values break this: "
            f"{shown}. If the source gives a fraction, multiply by 100."
        )
    with np.errstate(divide="ignore"):
        return np.asarray(-np.log10((100.0 - ce) / 100.0))


@dataclass(frozen=True)
class ElectrolyteProperties:
    """Properties of n electrolytes at one temperature, with uncertainty.

    Every numeric field is a scalar or an array of shape (n,). A field left at None
    takes the reference electrolyte of ``parameters/electrolyte.toml`` (1 M NaPF6 in
    diglyme), with its uncertainty. Only the Coulombic efficiency is needed.

    Parameters
    ----------
    nines_mean, nines_std
        Average Coulombic efficiency after formation in nines, -log10(1 - CE), and
        its standard deviation. Infinity stands for CE = 1.
    runs_probability
        Probability that a cell runs at all, in [0, 1].
    initial_ce_percent, initial_ce_percent_std
        First-cycle Coulombic efficiency, counted as inventory: sodium back in the
        cathode over sodium taken from it. None: see ``CellModel``.
    oxidative_limit_V_vs_Na, oxidative_limit_V_vs_Na_std
        Usable upper cut-off on an inert positive electrode at 25 degC. None: not
        known, no oxidation is counted and the result says so.
    conductivity_mS_per_cm, conductivity_ln_std
        Ionic conductivity and standard deviation of its natural logarithm.
    viscosity_mPa_s, viscosity_ln_std
        Dynamic viscosity; carried along, no figure uses it (wetting is not modelled).
    transference_number, transference_number_std
        Cation transference number, in (0, 1).
    salt_diffusivity_m2_per_s, salt_diffusivity_ln_std
        Salt diffusivity at 1 mol/L; None: estimated from Nernst-Einstein.
    salt_molarity_mol_per_L, density_g_per_mL, fluorine_mass_fraction
        Bulk composition.
    price_USD_per_kg, price_ln_std
        Price of the mixed electrolyte.
    flash_point_C
        Lowest flash point of the liquids, for the flammability flag; NaN: unknown.
    sei_solvent_g_per_Ah
        Grams of electrolyte that one ampere-hour of lost sodium uses up.
    properties_temperature_C
        Temperature at which the transport properties hold.
    ce_kind : {"full_cell", "half_cell"}
        Cell in which the Coulombic efficiency was measured or predicted.
    ce_resolution_percent
        Step to which the Coulombic efficiency is known, in percentage points.
    """

    nines_mean: Values
    nines_std: Values = 0.0
    runs_probability: Values = 1.0
    initial_ce_percent: Values | None = None
    initial_ce_percent_std: Values | None = None
    oxidative_limit_V_vs_Na: Values | None = None
    oxidative_limit_V_vs_Na_std: Values | None = None
    conductivity_mS_per_cm: Values | None = None
    conductivity_ln_std: Values | None = None
    viscosity_mPa_s: Values | None = None
    viscosity_ln_std: Values | None = None
    transference_number: Values | None = None
    transference_number_std: Values | None = None
    salt_diffusivity_m2_per_s: Values | None = None
    salt_diffusivity_ln_std: Values | None = None
    salt_molarity_mol_per_L: Values | None = None
    density_g_per_mL: Values | None = None
    fluorine_mass_fraction: Values | None = None
    price_USD_per_kg: Values | None = None
    price_ln_std: Values | None = None
    flash_point_C: Values | None = None
    sei_solvent_g_per_Ah: Values | None = None
    properties_temperature_C: float = 25.0
    ce_kind: str = "full_cell"
    ce_resolution_percent: Values = 0.0

    def __post_init__(self) -> None:
        """Check the kind and that all arrays have one length."""
        if self.ce_kind not in CE_KINDS:
            raise ValueError(
                f"ce_kind must be one of {', '.join(CE_KINDS)}. Came "
                f"{self.ce_kind!r}. Say in which cell the efficiency was measured."
            )
        lengths: dict[str, int] = {}
        for field in fields(self):
            value = getattr(self, field.name)
            if value is None or isinstance(value, str):
                continue
            array = np.asarray(value)
            if array.ndim > 1:
                raise ValueError(
                    f"Properties must be scalars or one-dimensional. {field.name} "
                    f"has shape {array.shape}. Give one value per electrolyte."
                )
            if array.ndim == 1:
                lengths[field.name] = len(array)
        if len(set(lengths.values())) > 1:
            raise ValueError(
                "All property arrays must have one length. Came "
                + ", ".join(f"{name} {size}" for name, size in lengths.items())
                + ". Give one value per electrolyte, or a scalar for all."
            )

    @classmethod
    def from_ce_percent(
        cls, ce_percent: Values, **properties: Any
    ) -> ElectrolyteProperties:
        """Build from Coulombic efficiency in percent.

        Parameters
        ----------
        ce_percent : array-like
            Average Coulombic efficiency in percent, in [0, 100].
        **properties
            Any other field.

        Returns
        -------
        ElectrolyteProperties

        Examples
        --------
        >>> float(ElectrolyteProperties.from_ce_percent(99.9).nines_mean.round(6))
        3.0
        """
        return cls(nines_mean=nines_from_ce_percent(ce_percent), **properties)

    def __len__(self) -> int:
        """Return the number of electrolytes."""
        return max(
            np.atleast_1d(np.asarray(value)).shape[0]
            for field in fields(self)
            if (value := getattr(self, field.name)) is not None
            and not isinstance(value, str)
        )

    def array(self, name: str) -> Array:
        """Return one field as floats, defaults filled in, shape () or (n,).

        Parameters
        ----------
        name : str
            Field name.

        Returns
        -------
        ndarray
            NaN where neither the field nor a default exists.
        """
        value = getattr(self, name)
        if value is not None:
            return np.asarray(value, dtype=float)
        return np.asarray(self._default(name))

    def _default(self, name: str) -> float:
        defaults = reference_electrolyte()
        for ending in ("_ln_std", "_std"):
            if name.endswith(ending):
                return self._default_std(name.removesuffix(ending), ending)
        parameter = defaults.get(name)
        return np.nan if parameter is None else parameter.value

    def _default_std(self, prefix: str, ending: str) -> float:
        """Return the default spread of a defaulted value; 0 for a given one."""
        for name, parameter in reference_electrolyte().items():
            if name.startswith(prefix):
                if getattr(self, name) is not None:
                    return 0.0
                if ending == "_ln_std":
                    logarithms = np.log([parameter.low, parameter.high])
                    return float((logarithms[1] - logarithms[0]) / (2 * Z_95))
                return parameter.std
        return 0.0


def reference_electrolyte() -> dict[str, Parameter]:
    """Return the defaults, 1 M NaPF6 in diglyme at 25 degC, by field name."""
    return parameters_from_mapping(
        read_parameter_file("electrolyte.toml"), "electrolyte.toml"
    )
