"""What the cell model returns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from sodalyte.models.cell.design import CellDesign
from sodalyte.models.cell.electrolyte import ElectrolyteProperties
from sodalyte.models.cell.flags import flag_names
from sodalyte.models.cell.protocol import Protocol

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["CellResult"]

Array = npt.NDArray[np.float64]
LAYOUT: dict[str, str | dict[str, str]] = {
    "capacity_retention": "capacity_retention",
    "cycle_life_80": "cycle_life_80",
    "specific_energy_Wh_per_kg": {
        "active": "specific_energy_active_Wh_per_kg",
        "stack": "specific_energy_stack_Wh_per_kg",
        "cell": "specific_energy_cell_Wh_per_kg",
    },
    "energy_density_Wh_per_L": {
        "stack": "energy_density_stack_Wh_per_L",
        "cell": "energy_density_cell_Wh_per_L",
    },
    "average_voltage_V": "average_voltage_V",
    "utilisation": "utilisation",
    "sodium_thickness_um": "sodium_thickness_um",
    "cost_USD_per_kWh": {
        "materials": "cost_materials_USD_per_kWh",
        "pack": "cost_pack_USD_per_kWh",
    },
    "fluorine_g_per_kWh": "fluorine_g_per_kWh",
}


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


@dataclass(frozen=True)
class CellResult:
    """Figures of n cells.

    Parameters
    ----------
    values, low, high : mapping of str to ndarray of shape (n,)
        Central value (the median for life and retention), 5th and 95th percentile;
        keys are ``figures.FIGURES``.
    extras : mapping of str to ndarray
        What stands behind them: losses, limits, margins.
    flag_bits : ndarray of uint32
        See ``flags.FLAGS``.
    limiting : ndarray of str
        sodium, cathode, oxidation, dry-out, rate, none, does not run, infeasible.
    retention_cycles : int
        Cycle at which ``capacity_retention`` is read.
    electrolyte, design, protocol, profile, priors
        What was evaluated.
    """

    values: Mapping[str, Array]
    low: Mapping[str, Array]
    high: Mapping[str, Array]
    extras: Mapping[str, Array]
    flag_bits: npt.NDArray[np.uint32]
    limiting: npt.NDArray[np.str_]
    retention_cycles: int
    electrolyte: ElectrolyteProperties | None = None
    design: CellDesign | None = None
    protocol: Protocol | None = None
    profile: str = ""
    priors: Mapping[str, float] = field(default_factory=dict)

    @classmethod
    def concatenate(cls, parts: Sequence[CellResult], **inputs: Any) -> CellResult:
        """Join blocks of candidates.

        Parameters
        ----------
        parts : sequence of CellResult
            In order.
        **inputs
            electrolyte, design, protocol, profile of the whole.

        Returns
        -------
        CellResult
        """

        def join(name: str) -> dict[str, Array]:
            return {
                key: np.concatenate([getattr(part, name)[key] for part in parts])
                for key in getattr(parts[0], name)
            }

        return cls(
            values=join("values"),
            low=join("low"),
            high=join("high"),
            extras=join("extras"),
            flag_bits=np.concatenate([part.flag_bits for part in parts]),
            limiting=np.concatenate([part.limiting for part in parts]),
            retention_cycles=parts[0].retention_cycles,
            **inputs,
        )

    def __len__(self) -> int:
        """Return the number of cells."""
        return len(self.flag_bits)

    def __getattr__(self, name: str) -> Array:
        """Return a figure by its name."""
        for store in ("values", "extras"):
            table = self.__dict__.get(store, {})
            if name in table:
                return np.asarray(table[name])
        raise AttributeError(f"CellResult has no figure {name!r}")

    def flags(self, i: int = 0) -> list[str]:
        """Return the names of the flags of one cell."""
        return flag_names(int(self.flag_bits[i]))

    def to_dict(self, i: int = 0, *, interval: bool = False) -> dict[str, Any]:
        """Return one cell as the document of the ``cell`` command.

        Parameters
        ----------
        i : int
            Which cell.
        interval : bool
            Give each figure as {"median", "low", "high"} instead of a number.

        Returns
        -------
        dict
            No NaN and no infinity: None, with a flag. An endless life is None with
            the flag "endless".
        """

        def show(key: str) -> Any:
            middle = _number(self.values[key][i])
            if not interval:
                return middle
            return {
                "median": middle,
                "low": _number(self.low[key][i]),
                "high": _number(self.high[key][i]),
            }

        document: dict[str, Any] = {}
        for name, entry in LAYOUT.items():
            document[name] = (
                {part: show(key) for part, key in entry.items()}
                if isinstance(entry, dict)
                else show(entry)
            )
            if name == "capacity_retention":
                document["retention_cycles"] = int(self.retention_cycles)
        document["limiting_mechanism"] = str(self.limiting[i])
        document["flags"] = self.flags(i)
        return document

    def to_frame(self) -> pd.DataFrame:
        """Return one row per cell: figures, their low and high, extras, flags.

        Returns
        -------
        DataFrame
            Columns ``<figure>``, ``<figure>_low``, ``<figure>_high``, the extras,
            ``limiting_mechanism`` and ``flags`` (names joined by a blank).
        """
        import pandas as pd

        columns: dict[str, Any] = {}
        for name, value in self.values.items():
            columns[name] = value
            columns[f"{name}_low"] = self.low[name]
            columns[f"{name}_high"] = self.high[name]
        columns.update(self.extras)
        columns["retention_cycles"] = np.full(len(self), self.retention_cycles)
        columns["limiting_mechanism"] = self.limiting
        patterns, where = np.unique(self.flag_bits, return_inverse=True)
        texts = np.array([" ".join(flag_names(int(bits))) for bits in patterns])
        columns["flags"] = texts[where] if len(texts) else []
        return pd.DataFrame(columns)

    def explain(self, i: int = 0) -> pd.DataFrame:
        """Return the ledger of one cell: see ``explain.explain``."""
        from sodalyte.models.cell.explain import explain

        return explain(self, i)

    def curve(self, cycles: npt.ArrayLike, i: int = 0) -> pd.DataFrame:
        """Return retention over cycles of one cell: see ``explain.curve``."""
        from sodalyte.models.cell.explain import curve

        return curve(self, cycles, i)

    def _repr_html_(self) -> str:
        """Show the first twenty cells as a table."""
        frame = self.to_frame()
        wanted = [name for name in self.values if name in frame]
        shown = frame[[*wanted, "limiting_mechanism", "flags"]].head(20)
        return str(shown.round(4).to_html(index=False))
