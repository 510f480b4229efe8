"""A set of measurements: the rows, their page, and what was left out and why."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from sodalyte.datasets.formulations.array import FormulationArray

__all__ = ["Dataset"]


CONDITIONS = (
    "metal",
    "collector",
    "collector_coating",
    "current_density_mA_per_cm2",
    "areal_capacity_mAh_per_cm2",
    "temperature_C",
    "method",
    "modifier",
)
"""Columns that make two measurements of one liquid different."""


def _no_exclusions() -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame({"row_id": [], "reason": []}, dtype="str")


@dataclass(frozen=True, eq=False)
class Dataset:
    """Hold one row per measurement, with where each row comes from.

    Parameters
    ----------
    name : str
        Short name, as in ``load_<name>``.
    frame : DataFrame of shape (n_rows, n_columns)
        One row per measurement; the columns are described in ``descr``. A
        ``formulation`` of ``""`` means that the source gives no composition
        that can be read; ``formulation_refusal`` then says why.
    descr : str
        The description page: origin, licence, columns, changes, known faults.
    excluded : DataFrame with columns row_id, reason
        Rows that were left out of `frame`, each with its reason. Loaders leave
        nothing out, so theirs is empty.

    Raises
    ------
    ValueError
        If `frame` has no ``row_id``, repeats one, or shares one with `excluded`.
    """

    name: str
    frame: pd.DataFrame
    descr: str
    excluded: pd.DataFrame = field(default_factory=_no_exclusions)

    def __post_init__(self) -> None:
        """Check that every row is named once."""
        if "row_id" not in self.frame.columns:
            raise ValueError(
                f"A Dataset needs a column row_id. {self.name!r} has the columns "
                f"{list(self.frame.columns)[:8]}. Name each row once in row_id."
            )
        ids = self.frame["row_id"]
        repeated = sorted(set(ids[ids.duplicated()]) | (set(ids) & self._excluded_ids))
        if repeated:
            raise ValueError(
                f"row_id must name one row of a Dataset. In {self.name!r} "
                f"{len(repeated)} names are used twice: {repeated[:5]}. "
                "Give each row its own name."
            )

    @property
    def _excluded_ids(self) -> set[str]:
        return set(self.excluded["row_id"])

    def __len__(self) -> int:
        """Return the number of rows kept."""
        return len(self.frame)

    @property
    def formulations(self) -> FormulationArray:
        """The formulations, aligned with the rows of ``frame``.

        Raises
        ------
        ValueError
            If a row has no formulation; `readable` gives the rows that have one.
        """
        from sodalyte.datasets.formulations.array import FormulationArray
        from sodalyte.datasets.formulations.formulation import Formulation

        empty = self.frame.loc[self.frame["formulation"] == "", "row_id"]
        if len(empty):
            raise ValueError(
                "Every row must have a formulation to be turned into one. "
                f"{len(empty)} rows of {self.name!r} have none: "
                f"{list(empty[:5])}. Take dataset.readable() and look at its "
                "excluded rows."
            )
        return FormulationArray.from_list(
            [Formulation.from_text(text) for text in self.frame["formulation"]]
        )

    @property
    def conditions(self) -> pd.DataFrame:
        """The columns of ``frame`` that say under which conditions it was measured."""
        return self.frame[[name for name in CONDITIONS if name in self.frame.columns]]

    def readable(self) -> Dataset:
        """Return the rows that have a formulation; the others join `excluded`."""
        if "formulation_refusal" in self.frame.columns:
            reason = self.frame["formulation_refusal"]
        else:
            reason = self.frame["formulation"].map({"": "no formulation"}).fillna("")
        return self.without(self.frame["formulation"] == "", reason)

    def without(self, drop: pd.Series, reason: pd.Series | str) -> Dataset:
        """Move rows from `frame` to `excluded`, each with its reason.

        Parameters
        ----------
        drop : Series of bool of shape (n_rows,)
            True for the rows that leave.
        reason : Series of str of shape (n_rows,), or str
            Why each leaves.

        Returns
        -------
        Dataset
            A new object; this one stays as it is.
        """
        import pandas as pd

        leaving = pd.DataFrame(
            {
                "row_id": self.frame.loc[drop, "row_id"],
                "reason": reason if isinstance(reason, str) else reason[drop],
            }
        )
        return Dataset(
            self.name,
            self.frame.loc[~drop].reset_index(drop=True),
            self.descr,
            pd.concat([self.excluded, leaving], ignore_index=True),
        )

    def __repr__(self) -> str:
        """Return name and size."""
        return (
            f"Dataset({self.name!r}, {len(self.frame)} rows, "
            f"{len(self.excluded)} excluded)"
        )
