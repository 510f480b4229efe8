"""Where the candidates of a screening come from, block by block.

A block has a fixed shape: the last digits of a matrix product depend on its shape, so
a row is always judged among the same neighbours, however the work is shared out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from sodalyte.datasets.formulations.array import FormulationArray
from sodalyte.screen.streaming.tally import Rejected

if TYPE_CHECKING:
    import pandas as pd

    from sodalyte.datasets.components.catalogue import Catalogue
    from sodalyte.datasets.formulations.formulation import Formulation
    from sodalyte.screen.space.search_space import SearchSpace

__all__ = ["Block", "LibrarySource", "SpaceSource", "read_library"]

NAME = "molecule {row}"  # of the library's molecules in a recipe, counted from 1


@dataclass(frozen=True)
class Block:
    """Candidates that are judged together.

    Parameters
    ----------
    rows : ndarray of int, shape (n,)
        Row numbers in the source.
    candidates : FormulationArray of length m >= n, or None
        The first n belong to the rows, the others fill the block; None if n is 0.
    rejected : tuple of Rejected
        Rows of the source that cannot be judged.
    """

    rows: np.ndarray
    candidates: FormulationArray | None
    rejected: tuple[Rejected, ...] = ()


@dataclass(frozen=True)
class SpaceSource:
    """The first rows of the endless sample of a space.

    Parameters
    ----------
    space : SearchSpace
    n_rows : int
    seed : int
    """

    space: SearchSpace
    n_rows: int
    seed: int = 0
    block_rows: ClassVar[int] = 16_384  # the pass of features and cell model

    def __post_init__(self) -> None:
        """Check the numbers."""
        if self.n_rows < 1 or not 0 <= self.seed < 2**63:
            raise ValueError(
                "A screening needs a count of at least 1 and a seed of at least 0. "
                f"Got count {self.n_rows} and seed {self.seed}. Correct the numbers."
            )

    @property
    def n_blocks(self) -> int:
        """Blocks, the last one perhaps not full."""
        return -(-self.n_rows // self.block_rows)

    def block(self, index: int) -> Block:
        """Draw a block; rows past the last are drawn too, as filling."""
        first = index * self.block_rows
        n = min(self.block_rows, self.n_rows - first)
        drawn = self.space.sample(self.block_rows, self.seed, start=first)
        return Block(np.arange(first, first + n), drawn)

    def formulations(self, rows: Sequence[int]) -> list[Formulation]:
        """Draw single rows again."""
        return [self.space.sample(1, self.seed, start=row)[0] for row in rows]

    def describe(self) -> dict[str, Any]:
        """Say what is screened; equal for equal sources."""
        rules = (self.space.role_rules, self.space.limits, self.space.grid.components)
        digest = hashlib.sha256(repr(rules).encode()).hexdigest()
        return {
            "kind": "space",
            "space": self.space.name,
            "space_hash": digest,
            "count": self.n_rows,
            "seed": self.seed,
        }


@dataclass(frozen=True)
class LibrarySource:
    """Molecules as candidates for the solvent of given recipes.

    Parameters
    ----------
    smiles : tuple of str
        One a molecule.
    recipes : tuple of str
        Formulations with ``{}`` in the place of the molecule.
    densities_g_per_mL : tuple of float or None
        Of the molecules, None where unknown; estimated from the structure then.
    """

    smiles: tuple[str, ...]
    recipes: tuple[str, ...] = ("1 M NaPF6 in {}",)
    densities_g_per_mL: tuple[float | None, ...] = field(default=())
    block_molecules: ClassVar[int] = 8  # a new one takes xTB some seconds

    def __post_init__(self) -> None:
        """Check recipes and lengths."""
        bad = [text for text in self.recipes if text.count("{}") != 1]
        if bad or not self.recipes:
            raise ValueError(
                "A recipe holds {} once, where the molecule goes, as in "
                f"'1 M NaPF6 in {{}}'. Got {bad or 'none'}. Correct --recipe."
            )
        if self.densities_g_per_mL and len(self.densities_g_per_mL) != len(self.smiles):
            raise ValueError(
                "Densities must be given for every molecule or for none. Got "
                f"{len(self.densities_g_per_mL)} for {len(self.smiles)} molecules."
            )

    @property
    def n_rows(self) -> int:
        """Molecules times recipes."""
        return len(self.smiles) * len(self.recipes)

    @property
    def n_blocks(self) -> int:
        """Blocks, the last one perhaps not full."""
        return -(-len(self.smiles) // self.block_molecules)

    @cached_property
    def _catalogue(self) -> Catalogue:
        from sodalyte.datasets.components.catalogue import load_catalogue

        return load_catalogue()

    def block(self, index: int) -> Block:
        """Build the recipes of some molecules; repeats of the first fill the block."""
        first = index * self.block_molecules
        molecules = range(first, min(first + self.block_molecules, len(self.smiles)))
        rows: list[int] = []
        good: list[Formulation] = []
        rejected: list[Rejected] = []
        for molecule in molecules:
            for place in range(len(self.recipes)):
                row = molecule * len(self.recipes) + place
                try:
                    good.append(self._judgeable(row))
                    rows.append(row)
                except (ValueError, RuntimeError) as error:
                    reason = " ".join(str(error).split())
                    rejected.append(Rejected(row, self.smiles[molecule], reason))
        if not good:
            return Block(np.array([], dtype=int), None, tuple(rejected))
        size = self.block_molecules * len(self.recipes)
        filled = [*good, *[good[0]] * (size - len(good))]
        candidates = FormulationArray.from_list(filled)
        return Block(np.array(rows), candidates, tuple(rejected))

    def formulations(self, rows: Sequence[int]) -> list[Formulation]:
        """Build single rows again."""
        return [self._formulation(row) for row in rows]

    def describe(self) -> dict[str, Any]:
        """Say what is screened; equal for equal sources."""
        content = repr((self.smiles, self.densities_g_per_mL)).encode()
        return {
            "kind": "library",
            "library_hash": hashlib.sha256(content).hexdigest(),
            "molecules": len(self.smiles),
            "recipes": list(self.recipes),
            "count": self.n_rows,
        }

    def _formulation(self, row: int) -> Formulation:
        from sodalyte.datasets.formulations.formulation import Formulation

        molecule, place = divmod(row, len(self.recipes))
        name = NAME.format(row=molecule + 1)
        densities = self.densities_g_per_mL
        density = densities[molecule] if densities else None
        known: dict[str, Any] = {} if density is None else {"density_g_per_mL": density}
        catalogue = self._catalogue.with_component(
            name=name, smiles=self.smiles[molecule], role="solvent", **known
        )
        if catalogue[name].cation is not None:
            raise ValueError(
                "A candidate for the solvent must be one neutral molecule; this is a "
                "salt. Leave it out, or put it into a space file as a salt."
            )
        text = self.recipes[place].replace("{}", name)
        return Formulation.from_text(text, catalogue=catalogue)

    def _judgeable(self, row: int) -> Formulation:
        """Build a recipe whose molecules have all their features, or say why not."""
        from sodalyte.featurizers import component_table

        made = self._formulation(row)
        component_table(made.components)
        return made


def read_library(path: str | Path, recipes: Sequence[str] = ()) -> LibrarySource:
    """Read molecules from a table.

    Parameters
    ----------
    path : path
        CSV or Parquet with a column ``smiles`` and, if known, ``density_g_per_mL``.
    recipes : sequence of str
        With ``{}`` for the molecule; 1 M NaPF6 by default.

    Returns
    -------
    LibrarySource

    Raises
    ------
    ValueError
        If the file is no such table, or a density is not a number.
    OSError
        If it cannot be opened.
    """
    import pandas as pd

    path = Path(path)
    if path.exists() and not path.is_file():
        raise ValueError(
            f"A library is a CSV or Parquet file. '{path}' is no file. Name one."
        )
    try:
        if path.suffix == ".parquet":
            table = pd.read_parquet(path)
        else:
            table = pd.read_csv(path, dtype=str, keep_default_na=False)
    except ValueError as error:
        raise ValueError(
            f"A library is a CSV or Parquet table. '{path}': "
            f"{' '.join(str(error).split())}. Save it as one of these."
        ) from None
    table = table.rename(columns={name: str(name).lower() for name in table.columns})
    if "smiles" not in table.columns or table.columns.duplicated().any():
        raise ValueError(
            "A library has one column smiles. "
            f"'{path}' has {', '.join(map(str, table.columns)) or 'none'}. "
            "Name the column of the structures smiles."
        )
    if not len(table):
        raise ValueError(f"A library holds molecules; '{path}' has none. Add rows.")
    texts = tuple(str(text).strip() for text in table["smiles"])
    options = {"recipes": tuple(recipes)} if recipes else {}
    return LibrarySource(texts, densities_g_per_mL=_densities(table, path), **options)


def _densities(table: pd.DataFrame, path: Path) -> tuple[float | None, ...]:
    if "density_g_per_ml" not in table.columns:
        return ()
    found: list[float | None] = []
    bad: list[str] = []
    for row, value in enumerate(table["density_g_per_ml"], start=1):
        text = "" if value is None else str(value).strip()
        if text.lower() in ("", "nan", "none"):
            found.append(None)
            continue
        try:
            found.append(float(text))
        except ValueError:
            bad.append(f"row {row} has {text[:40]!r}")
            continue
        if not 0.3 < float(text) < 5.0:
            bad.append(f"row {row} has {text[:40]!r}")
    if bad:
        raise ValueError(
            "A density of a liquid lies between 0.3 and 5 g/mL, or is left empty. "
            f"{len(bad)} rows of '{path}' break this: {'; '.join(bad[:5])}. "
            "Correct them."
        )
    return tuple(found)
