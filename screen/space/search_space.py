"""The recipes a chemist can really mix: what may enter, how much, and what may not."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import numpy as np

from sodalyte.datasets.components.catalogue import Catalogue, load_catalogue
from sodalyte.datasets.components.component import Component
from sodalyte.datasets.files.toml_file import beside
from sodalyte.datasets.formulations.array import FormulationArray
from sodalyte.datasets.formulations.formulation import Formulation
from sodalyte.screen.space.build import component_rules, mixture_rules, resolve
from sodalyte.screen.space.explain import (
    SpaceExplanation,
    empty_reason,
    explain_space,
    foreign_reasons,
    off_grid_reason,
    structural_reasons,
)
from sodalyte.screen.space.ingredients import Removal, filter_components
from sodalyte.screen.space.lab_grid import LabGrid
from sodalyte.screen.space.mixture_rules import MixtureRule
from sodalyte.screen.space.neighbours import neighbour_steps
from sodalyte.screen.space.recipe_sampler import RecipeSampler
from sodalyte.screen.space.rules import Limits, RoleRule
from sodalyte.screen.space.toml_file import read_space_file

__all__ = ["SearchSpace"]

Array = np.ndarray[Any, np.dtype[Any]]

_BLOCK_ROWS = 65_536
_ON_GRID_STEPS = 1e-3


@dataclass(frozen=True)
class SearchSpace:
    """A space of lab recipes with exact rules.

    Parameters
    ----------
    salts, solvents : RoleRule
        Required roles.
    diluents, additives : RoleRule or None
        Optional roles.
    limits : Limits
        Rules that cross roles.
    name : str
    own_catalogue : Catalogue or None
        Catalogue with own components; the bundled one by default.

    Notes
    -----
    `sample` is a fixed endless sequence for a seed: any block of it can be drawn
    alone. See `RecipeSampler` for the density of the draws.
    """

    salts: RoleRule
    solvents: RoleRule
    diluents: RoleRule | None = None
    additives: RoleRule | None = None
    limits: Limits = field(default_factory=Limits)
    name: str = "search space"
    own_catalogue: Catalogue | None = field(default=None, hash=False)

    @classmethod
    def from_toml(cls, path: str | Path) -> "SearchSpace":
        """Read a space file; see the bundled default for its form.

        Raises
        ------
        ValueError
            If the file or a name in it cannot be read; lists all faults.
        """
        arguments = read_space_file(path)
        extra = arguments.pop("components_file", None)
        if extra is not None:
            bundled = load_catalogue()
            arguments["own_catalogue"] = bundled.with_components_toml(
                beside(path, extra)
            )
        return cls(**arguments)

    @classmethod
    def default(cls) -> "SearchSpace":
        """Return the bundled space of practical sodium electrolytes."""
        return _default_space()

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle the plain data only; the tables are rebuilt where it arrives."""
        arguments = (
            self.salts,
            self.solvents,
            self.diluents,
            self.additives,
            self.limits,
            self.name,
            self.own_catalogue,
        )
        return SearchSpace, arguments

    def __contains__(self, formulation: object) -> bool:
        """Tell whether a formulation is a recipe of this space."""
        return isinstance(formulation, Formulation) and self.contains(formulation)[0]

    def with_limits(self, **changes: Any) -> "SearchSpace":
        """Return the same space with some limits changed."""
        return replace(self, limits=replace(self.limits, **changes))

    @cached_property
    def role_rules(self) -> dict[str, RoleRule]:
        """Rules by role, absent roles left out."""
        rules = (self.salts, self.solvents, self.diluents, self.additives)
        return {rule.role: rule for rule in rules if rule is not None}

    @property
    def catalogue(self) -> Catalogue:
        """Where names and properties come from."""
        return load_catalogue() if self.own_catalogue is None else self.own_catalogue

    @cached_property
    def filtered(self) -> tuple[tuple[Component, ...], tuple[Removal, ...]]:
        """Components that the filters leave, and what they took out."""
        components = resolve(self.role_rules, self.catalogue)
        rules = component_rules(self.limits)
        return filter_components(components, rules, self.catalogue.properties)

    @cached_property
    def grid(self) -> LabGrid:
        """The lab grid over the components that the filters leave."""
        additive = self.additives.step if self.additives else 1.0
        return LabGrid(self.filtered[0], self.salts.step, self.solvents.step, additive)

    @cached_property
    def mixture_rules(self) -> tuple[MixtureRule, ...]:
        """Rules on whole recipes."""
        highest = np.array(
            [self.role_rules[c.role].steps_of(c.name)[1] for c in self.grid.components]
        )
        return mixture_rules(self.grid, self.limits, self.catalogue, highest)

    @cached_property
    def sampler(self) -> RecipeSampler:
        """The draws of recipes behind `sample`."""
        present = {component.role for component in self.grid.components}
        rules = {r: rule for r, rule in self.role_rules.items() if r in present}
        return RecipeSampler(self.grid, rules, self._broken)

    def _broken(self, steps: Array, mole_fractions: Array) -> Array:
        broken = np.zeros(len(steps), dtype=bool)
        for rule in self.mixture_rules:
            broken |= rule.broken(mole_fractions)
        return broken

    def sample(
        self, n: int, random_state: int = 0, *, start: int = 0
    ) -> FormulationArray:
        """Draw feasible recipes: rows `start` to `start + n` of an endless sequence.

        Parameters
        ----------
        n : int
            Number of recipes, >= 0. A recipe can come twice.
        random_state : int
            Seed of the sequence.
        start : int
            First row.

        Returns
        -------
        FormulationArray of length n

        Raises
        ------
        ValueError
            If no recipe keeps all rules; says which rule leaves nothing.
        """
        return self.from_steps(self.sample_steps(n, random_state, start=start))

    def sample_steps(self, n: int, random_state: int = 0, *, start: int = 0) -> Array:
        """Draw like `sample`, as lab steps of shape (n, n_components)."""
        if n < 0 or start < 0:
            raise ValueError(f"n and start must be >= 0; came {n} and {start}.")
        self._check_not_empty()
        blocks = [np.zeros((0, len(self.grid.components)), dtype=np.int16)]
        for first in range(0, n, _BLOCK_ROWS):
            size = min(_BLOCK_ROWS, n - first)
            try:
                steps, _ = self.sampler.sample(size, random_state, start + first)
            except RuntimeError as error:
                raise ValueError(self.explain().message) from error
            blocks.append(steps)
        return np.concatenate(blocks)

    def iterate(
        self, n: int, random_state: int = 0, *, block_rows: int = _BLOCK_ROWS
    ) -> Iterator[FormulationArray]:
        """Draw the same recipes as `sample`, block by block in flat memory."""
        for first in range(0, n, block_rows):
            size = min(block_rows, n - first)
            yield self.sample(size, random_state, start=first)

    def from_steps(self, steps: Array) -> FormulationArray:
        """Turn lab steps into formulations."""
        return FormulationArray(self.grid.components, self.grid.mole_fractions(steps))

    def to_steps(self, formulations: FormulationArray) -> Array:
        """Turn formulations into lab steps; NaN rows where a component is foreign.

        Returns
        -------
        ndarray of float, shape (n, n_components)
            Whole numbers for recipes on the grid.
        """
        place = {(c.name, c.role): i for i, c in enumerate(self.grid.components)}
        fractions = np.zeros((len(formulations), len(place)))
        foreign = np.zeros(len(formulations), dtype=bool)
        for column, component in enumerate(formulations.components):
            values = formulations.mole_fractions[:, column]
            index = place.get((component.name, component.role))
            if index is None:
                foreign |= values > 0
            else:
                fractions[:, index] = values
        steps = np.full(fractions.shape, np.nan)
        good = ~foreign
        good &= fractions[:, self.grid.salts].sum(axis=1) > 0
        good &= fractions[:, self.grid.liquids].sum(axis=1) > 0
        steps[good] = self.grid.steps(fractions[good])
        return steps

    def feasible(self, formulations: FormulationArray) -> Array:
        """Tell which formulations are recipes of this space, as a mask."""
        steps = self.to_steps(formulations)
        whole = np.rint(np.nan_to_num(steps, nan=-1.0))
        good = (np.abs(steps - whole) < _ON_GRID_STEPS).all(axis=1)
        rows = np.flatnonzero(good)
        good[rows] = self.sampler.feasible(whole[rows].astype(np.int16))
        return np.asarray(good)

    def contains(self, formulation: Formulation) -> tuple[bool, tuple[str, ...]]:
        """Tell whether a formulation is a recipe of this space, and why not.

        Returns
        -------
        is_inside : bool
        reasons : tuple of str
            Every rule it breaks; empty when inside.
        """
        reasons = foreign_reasons(self, formulation)
        if reasons:
            return False, reasons
        one = FormulationArray.from_list([formulation])
        steps = self.to_steps(one)[0]
        if np.isnan(steps).any():
            return False, ("a recipe needs a salt and a solvent",)
        whole = np.rint(steps)
        off = np.abs(steps - whole) >= _ON_GRID_STEPS
        reasons += tuple(
            off_grid_reason(self, int(i), steps[i]) for i in np.flatnonzero(off)
        )
        reasons += structural_reasons(self, whole.astype(np.int16))
        fractions = self.grid.mole_fractions(whole[None].astype(np.int16))
        reasons += tuple(
            f"{rule.name}: {rule.reason(fractions[0])}"
            for rule in self.mixture_rules
            if rule.broken(fractions)[0]
        )
        return not reasons, reasons

    def neighbours(self, formulation: Formulation) -> FormulationArray:
        """Return the feasible recipes one lab move away; see `neighbour_steps`.

        Raises
        ------
        ValueError
            If the formulation is off the grid or holds foreign components.
        """
        steps = self.to_steps(FormulationArray.from_list([formulation]))[0]
        whole = np.rint(np.nan_to_num(steps, nan=-1.0))
        if not (np.abs(steps - whole) < _ON_GRID_STEPS).all():
            raise ValueError(
                "Neighbours are those of a recipe on the lab grid; "
                f"{formulation.canonical} is not: "
                f"{'; '.join(self.contains(formulation)[1])}."
            )
        return self.from_steps(neighbour_steps(self, whole.astype(np.int16)))

    def explain(self) -> SpaceExplanation:
        """Say what the space holds and which rules take how much out of it."""
        return explain_space(self)

    def _check_not_empty(self) -> None:
        message = empty_reason(self)
        if message:
            raise ValueError(message)


@cache
def _default_space() -> SearchSpace:
    with as_file(files("sodalyte.screen") / "spaces" / "default.toml") as path:
        return SearchSpace.from_toml(path)
