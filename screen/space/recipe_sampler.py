"""Draws of recipes on the lab grid that keep every structural rule by construction."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from sodalyte.screen.space.lab_grid import LabGrid
from sodalyte.screen.space.rules import RoleRule
from sodalyte.screen.space.sampling import compositions, counter_floats, pick, subsets

__all__ = ["RecipeSampler"]

Array = np.ndarray[Any, np.dtype[Any]]
Broken = Callable[[Array, Array], Array]

_ROUND_ROWS = 65_536
_MOST_ATTEMPTS = 20_000
_MOST_DRAWS_WITHOUT_ANY = 2_000_000


@dataclass(frozen=True)
class _RoleColumns:
    """Columns of one role in the grid with bounds in steps."""

    columns: Array
    low: Array
    high: Array
    count: tuple[int, int]
    total: tuple[int, int]


class RecipeSampler:
    """Draw recipes row by row from counters; immutable once made.

    Parameters
    ----------
    grid : LabGrid
    rules : dict of str to RoleRule
        By role; roles without allowed component are absent.
    broken : callable
        Takes (steps, mole_fractions) and returns the mask of rows that break a rule
        across roles.

    Notes
    -----
    One draw: first how many salts, solvents, diluents and additives (every allowed
    combination of the four counts equally likely), then which ones (every subset of
    that size equally likely), then how much (every split of the lab grid equally
    likely, from a table of all of them). Draws that break a bound or a rule across
    roles are drawn anew, all of the row, so the sample has the density of that
    proposal restricted to the feasible recipes.
    """

    def __init__(
        self, grid: LabGrid, rules: dict[str, RoleRule], broken: Broken
    ) -> None:
        self._grid = grid
        self._broken = broken
        self._roles = {role: _role_columns(grid, rule) for role, rule in rules.items()}
        self._counts = self._count_table()
        self._subset_tables: dict[tuple[int, int], Array] = {}
        self._split_tables: dict[tuple[str, int], Array] = {}
        self._low = np.zeros(len(grid.components), dtype=np.int16)
        self._high = np.zeros(len(grid.components), dtype=np.int16)
        for role in self._roles.values():
            self._low[role.columns] = role.low
            self._high[role.columns] = role.high

    @property
    def counts(self) -> Array:
        """Combinations of counts (salts, solvents, diluents, additives) in use."""
        return self._counts

    def sample(self, n: int, random_state: int, start: int) -> tuple[Array, Array]:
        """Draw rows `start` to `start + n` of the endless sample.

        Returns
        -------
        steps : ndarray of int16, shape (n, n_components)
        attempts : ndarray of int, shape (n,)
            How many draws each row took, the first included.

        Raises
        ------
        RuntimeError
            If a row finds no feasible recipe in 20,000 draws, or no row any in two
            million.
        """
        steps = np.zeros((n, len(self._grid.components)), dtype=np.int16)
        taken = np.zeros(n, dtype=np.int64)
        open_rows = np.arange(n)
        attempt, n_drawn = 0, 0
        while len(open_rows) and len(self._counts):
            none_found = len(open_rows) == n and n_drawn >= _MOST_DRAWS_WITHOUT_ANY
            if attempt >= _MOST_ATTEMPTS or none_found:
                break
            width = max(1, min(256, _ROUND_ROWS // len(open_rows)))
            width = min(width, _MOST_ATTEMPTS - attempt)
            rows = np.repeat(open_rows + start, width)
            attempts = np.tile(np.arange(attempt, attempt + width), len(open_rows))
            drawn = self.draw(rows, attempts, random_state)
            good = self.feasible(drawn).reshape(-1, width)
            found = good.any(axis=1)
            first = good.argmax(axis=1)
            source = np.arange(len(open_rows)) * width + first
            steps[open_rows[found]] = drawn[source[found]]
            taken[open_rows[found]] = attempt + first[found] + 1
            open_rows = open_rows[~found]
            attempt += width
            n_drawn += len(rows)
        if len(open_rows):
            raise RuntimeError(f"{len(open_rows)} rows found no feasible recipe")
        return steps, taken

    def feasible(self, steps: Array) -> Array:
        """Tell which recipes keep all bounds, totals and rules across roles."""
        good = self.within_bounds(steps)
        rows = np.flatnonzero(good)
        if len(rows):
            chosen = steps[rows]
            good[rows] = ~self._broken(chosen, self._grid.mole_fractions(chosen))
        return good

    def within_bounds(self, steps: Array) -> Array:
        """Tell which recipes keep the bounds of components and roles."""
        present = steps > 0
        good = ~((steps > self._high) | (present & (steps < self._low))).any(axis=1)
        good &= steps[:, self._grid.liquids].sum(axis=1) == self._grid.n_volume_steps
        for role in self._roles.values():
            total = steps[:, role.columns].sum(axis=1)
            count = present[:, role.columns].sum(axis=1)
            good &= (count >= role.count[0]) & (count <= role.count[1])
            good &= (count == 0) | ((total >= role.total[0]) & (total <= role.total[1]))
        return np.asarray(good)

    def draw(self, rows: Array, attempts: Array, random_state: int) -> Array:
        """Draw one recipe per (row, attempt), bounds not yet checked."""
        steps = np.zeros((len(rows), len(self._grid.components)), dtype=np.int16)

        def uniform(slot: int) -> Array:
            return counter_floats(random_state, rows, attempts, slot)

        counts = self._counts[pick(uniform(0), len(self._counts))]
        chosen: dict[str, list[tuple[Array, Array]]] = {}
        for slot, (role, number) in enumerate(
            zip(("salt", "solvent", "diluent", "additive"), counts.T, strict=True),
            start=1,
        ):
            if role in self._roles:
                chosen[role] = self._choose(role, number, uniform(slot))
        self._fill_salts(steps, chosen.get("salt", []), uniform(5))
        self._fill_liquids(steps, counts, chosen, uniform(6))
        self._fill_additives(steps, chosen.get("additive", []), uniform)
        return steps

    def inverse_density(self, steps: Array) -> Array:
        """Return one over the probability with which one draw gives each recipe.

        The mean of this weight over the feasible draws estimates the number of
        feasible recipes without bias.
        """
        present = steps > 0
        number = {
            role: present[:, info.columns].sum(axis=1)
            for role, info in self._roles.items()
        }
        weight = np.full(len(steps), float(len(self._counts)))
        for role, count in number.items():
            n_columns = len(self._roles[role].columns)
            weight *= np.array([math.comb(n_columns, int(k)) for k in count])
        weight *= [len(self._splits("salt", int(k))) for k in number["salt"]]
        liquids = present[:, self._grid.liquids].sum(axis=1)
        weight *= [len(self._splits("liquid", int(k))) for k in liquids]
        levels = np.where(present, self._high - self._low + 1, 1)
        weight *= levels[:, self._grid.additives].prod(axis=1)
        return np.asarray(weight)

    def _splits(self, what: str, size: int) -> Array:
        """Return the table of all splits of the salts or of the liquids."""
        key = (what, size)
        if key not in self._split_tables:
            if what == "salt":
                low, high = self._roles["salt"].total
                parts = [compositions(t, size) for t in range(low, high + 1)]
                self._split_tables[key] = np.concatenate(parts)
            else:
                self._split_tables[key] = compositions(self._grid.n_volume_steps, size)
        return self._split_tables[key]

    def _choose(
        self, role: str, number: Array, uniform: Array
    ) -> list[tuple[Array, Array]]:
        """Choose subsets; return (rows, columns) for every size that occurs."""
        columns = self._roles[role].columns
        groups = []
        for size in range(1, int(number.max(initial=0)) + 1):
            rows = np.flatnonzero(number == size)
            table = self._subsets(len(columns), size)
            picked = table[pick(uniform[rows], len(table))]
            groups.append((rows, columns[picked]))
        return groups

    def _fill_salts(
        self, steps: Array, groups: list[tuple[Array, Array]], uniform: Array
    ) -> None:
        for rows, columns in groups:
            table = self._splits("salt", columns.shape[1])
            steps[rows[:, None], columns] = table[pick(uniform[rows], len(table))]

    def _fill_liquids(
        self,
        steps: Array,
        counts: Array,
        chosen: dict[str, list[tuple[Array, Array]]],
        uniform: Array,
    ) -> None:
        widest = int((counts[:, 1] + counts[:, 2]).max(initial=0))
        columns = np.full((len(steps), widest), -1, dtype=np.int64)
        for rows, found in chosen.get("solvent", []):
            columns[rows[:, None], np.arange(found.shape[1])] = found
        for rows, found in chosen.get("diluent", []):
            place = counts[rows, 1][:, None] + np.arange(found.shape[1])
            columns[rows[:, None], place] = found
        number = counts[:, 1] + counts[:, 2]
        for size in range(1, widest + 1):
            rows = np.flatnonzero(number == size)
            table = self._splits("liquid", size)
            split = table[pick(uniform[rows], len(table))]
            steps[rows[:, None], columns[rows, :size]] = split

    def _fill_additives(
        self,
        steps: Array,
        groups: list[tuple[Array, Array]],
        uniform: Callable[[int], Array],
    ) -> None:
        for rows, columns in groups:
            for place in range(columns.shape[1]):
                column = columns[:, place]
                low, high = self._low[column], self._high[column]
                drawn = pick(uniform(7 + place)[rows], high - low + 1)
                steps[rows, column] = low + drawn

    def _subsets(self, n_items: int, size: int) -> Array:
        key = (n_items, size)
        if key not in self._subset_tables:
            self._subset_tables[key] = subsets(n_items, size)
        return self._subset_tables[key]

    def _count_table(self) -> Array:
        """List the counts that the components at hand can fill."""
        ranges = []
        for role in ("salt", "solvent", "diluent", "additive"):
            if role not in self._roles:
                ranges.append([0])
                continue
            low, high = self._roles[role].count
            high = min(high, len(self._roles[role].columns))
            ranges.append(list(range(low, high + 1)))
        table = np.array(np.meshgrid(*ranges, indexing="ij")).reshape(4, -1).T
        liquid = table[:, 1] + table[:, 2]
        useful = (
            (table[:, 0] > 0) & (liquid > 0) & (liquid <= self._grid.n_volume_steps)
        )
        return np.asarray(table[useful])


def _role_columns(grid: LabGrid, rule: RoleRule) -> _RoleColumns:
    columns = grid.columns(rule.role)
    amounts = {a.name: a for a in rule.amounts}
    present = [amounts[grid.components[i].name] for i in columns]
    low = np.array([rule.low_steps(a) for a in present], dtype=np.int64)
    high = np.array([rule.high_steps(a) for a in present], dtype=np.int64)
    most = int(high.sum())
    total = (0, most)
    if rule.total is not None:
        lowest = -int(-(rule.total[0] / rule.step - 1e-9) // 1)
        total = (lowest, int((rule.total[1] / rule.step + 1e-9) // 1))
    return _RoleColumns(columns, low, high, rule.count, total)
