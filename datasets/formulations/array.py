"""Many electrolytes over one list of components, as one array."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, overload

import numpy as np
import numpy.typing as npt

from sodalyte.datasets.components.component import ROLES, Component
from sodalyte.datasets.formulations.formulation import Formulation
from sodalyte.datasets.formulations.mixture import Mixture

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class FormulationArray(Sequence[Formulation], Mixture[Array, Array]):
    """Formulations in one matrix of amounts, for a million candidates.

    Parameters
    ----------
    components : tuple of Component
        Distinct by name and role; the columns.
    mole_fractions : ndarray of shape (n_formulations, n_components)
        >= 0, each row adding up to 1.

    Raises
    ------
    ValueError
        If shapes do not match, a component comes twice, or rows are no
        fractions; names the first five rows.

    Notes
    -----
    Assumptions and water contents of single formulations are not kept.

    Examples
    --------
    >>> array = FormulationArray.from_list([Formulation.from_text("1 M NaPF6 in G2")])
    >>> array.salt_molarity_mol_per_L.round(6)
    array([1.])
    """

    components: tuple[Component, ...]
    mole_fractions: Array

    def __post_init__(self) -> None:
        """Check shapes, columns and rows; keep the matrix read-only."""
        object.__setattr__(self, "components", tuple(self.components))
        x = np.ascontiguousarray(self.mole_fractions, dtype=float)
        if x.ndim != 2 or x.shape[1] != len(self.components):
            raise ValueError(
                f"mole_fractions has shape (n_formulations, n_components); got "
                f"{x.shape} for {len(self.components)} components. Give one column "
                "for each component."
            )
        keys = [(c.name, c.role) for c in self.components]
        twice = sorted({key for key in keys if keys.count(key) > 1})
        if twice:
            raise ValueError(
                f"A component has one column for each role; {twice[0]} comes twice. "
                "Add the columns up."
            )
        self._check_rows(x)
        if x is self.mole_fractions:
            x = x.view()
        x.setflags(write=False)
        object.__setattr__(self, "mole_fractions", x)

    @staticmethod
    def _check_rows(x: Array) -> None:
        with np.errstate(invalid="ignore"):
            good = (x >= 0).all(axis=1) & (np.abs(x.sum(axis=1) - 1) <= 1e-9)
        if not good.all():
            bad = np.flatnonzero(~good)
            shown = ", ".join(f"row {i} sums to {x[i].sum():.6g}" for i in bad[:5])
            raise ValueError(
                f"Mole fractions are >= 0 and add up to 1. {bad.size} rows break this: "
                f"{shown}. Divide each row by its sum and remove negative amounts."
            )

    @classmethod
    def from_list(cls, formulations: Iterable[Formulation]) -> "FormulationArray":
        """Collect formulations; columns are all their components, in order."""
        rows = list(formulations)
        distinct = {component: None for row in rows for component in row.components}
        order = {component: i for i, component in enumerate(_sorted(distinct))}
        x = np.zeros((len(rows), len(order)))
        for i, row in enumerate(rows):
            for component, amount in zip(
                row.components, row.mole_fractions, strict=True
            ):
                x[i, order[component]] = amount
        return cls(tuple(order), x)

    @classmethod
    def concatenate(cls, arrays: Iterable["FormulationArray"]) -> "FormulationArray":
        """Stack arrays, in order, over the union of their components."""
        parts = list(arrays)
        components = _sorted({c: None for part in parts for c in part.components})
        column = {c: i for i, c in enumerate(components)}
        x = np.zeros((sum(len(part) for part in parts), len(components)))
        start = 0
        for part in parts:
            stop = start + len(part)
            x[start:stop, [column[c] for c in part.components]] = part.mole_fractions
            start = stop
        return cls(tuple(components), x)

    def __len__(self) -> int:
        """Count the formulations."""
        return int(self.mole_fractions.shape[0])

    @overload
    def __getitem__(self, index: int) -> Formulation: ...
    @overload
    def __getitem__(
        self, index: slice | Sequence[int] | npt.NDArray[np.bool_ | np.intp]
    ) -> "FormulationArray": ...
    def __getitem__(
        self, index: int | slice | Sequence[int] | npt.NDArray[np.bool_ | np.intp]
    ) -> "Formulation | FormulationArray":
        """Give one formulation, or an array for a slice, mask or list of rows."""
        if isinstance(index, int | np.integer):
            row = self.mole_fractions[index]
            present = np.flatnonzero(row)
            return Formulation(
                tuple(self.components[i] for i in present), tuple(row[present].tolist())
            )
        return FormulationArray(self.components, self.mole_fractions[index])

    def __iter__(self) -> Iterator[Formulation]:
        """Iterate over the rows as formulations."""
        return (self[i] for i in range(len(self)))

    def __eq__(self, other: object) -> bool:
        """Whether both have the same components and the same fractions."""
        if not isinstance(other, FormulationArray):
            return NotImplemented
        return self.components == other.components and np.array_equal(
            self.mole_fractions, other.mole_fractions
        )

    __hash__ = None  # type: ignore[assignment]

    @property
    def _x(self) -> Array:
        return self.mole_fractions

    @staticmethod
    def _row(values: Array) -> Array:
        return values

    @staticmethod
    def _total(values: Any) -> Array:
        return np.asarray(values)


def _sorted(components: Iterable[Component]) -> list[Component]:
    return sorted(components, key=lambda c: (ROLES.index(c.role), c.name))
