"""Stock solutions for a batch: fewer weighings, the same recipes, exact volumes."""

import math
from collections.abc import Sequence, Set
from dataclasses import dataclass

from sodalyte.datasets.components.component import Component
from sodalyte.datasets.formulations.formulation import Formulation
from sodalyte.datasets.formulations.volume import molar_volume

__all__ = ["Stock", "StockPlan", "Transfer", "plan_stocks"]

_SPARE = 1.1  # 10 % more stock than is used: wetting of vials and tips


@dataclass(frozen=True)
class Stock:
    """A stock solution: what is in it and how much to make.

    Parameters
    ----------
    name : str
        "S1" and so on.
    formulation : Formulation
        One salt in one solvent.
    used_mL, volume_mL : float
        Needed by the batch, and to make (10 % spare, rounded up to 0.1 mL).
    ingredients : tuple of (str, float)
        Name and mass in g for `volume_mL`.
    evidence : str
        The report that so much of the salt dissolves in this solvent.
    """

    name: str
    formulation: Formulation
    used_mL: float
    volume_mL: float
    ingredients: tuple[tuple[str, float], ...]
    evidence: str


@dataclass(frozen=True)
class Transfer:
    """What of one source goes into one recipe.

    Parameters
    ----------
    recipe, source : str
        Label of the recipe; name of a stock or component.
    volume_mL : float or None
        None for a solid.
    mass_g : float
    """

    recipe: str
    source: str
    volume_mL: float | None
    mass_g: float


@dataclass(frozen=True)
class StockPlan:
    """What to make and what to move where, for a whole batch.

    Parameters
    ----------
    stocks : tuple of Stock
    transfers : tuple of Transfer
    n_weighings, n_weighings_without : int
        Solids and liquids to weigh with the plan, and recipe by recipe.
    notes : tuple of str
        Stocks that recipes could share but for the solubility, with the reason; their
        salts are weighed directly.
    """

    stocks: tuple[Stock, ...]
    transfers: tuple[Transfer, ...]
    n_weighings: int
    n_weighings_without: int
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Demand:
    """Grams of every component in one recipe; shrinks as stocks take their part."""

    label: str
    grams: dict[str, float]
    salts: tuple[str, ...]
    solvents: tuple[str, ...]
    salt_share: dict[str, float]  # of the grams of all salts
    solvent_g: dict[str, float]  # at the start

    def ratio(self, pair: tuple[str, str]) -> float:
        """Return the grams of solvent that a gram of this salt may claim."""
        salt, solvent = pair
        return self.solvent_g[solvent] * self.salt_share[salt] / self.grams[salt]


def plan_stocks(
    batch: Sequence[Formulation],
    volume_mL: float = 10.0,
    labels: Sequence[str] | None = None,
) -> StockPlan:
    """Plan shared stocks for a batch.

    Parameters
    ----------
    batch : sequence of Formulation
        Recipes; each in `volume_mL` of finished electrolyte.
    volume_mL : float
        > 0.
    labels : sequence of str or None
        Names of the recipes; "R1" and so on by default.

    Returns
    -------
    StockPlan

    Raises
    ------
    ValueError
        If the volume is not positive or labels do not match.

    Notes
    -----
    A stock is one salt in one solvent, as concentrated as the most dilute recipe that
    uses it allows: a recipe takes all its salt from the stock and adds what is missing
    of the solvent neat, so every recipe comes out exactly as written. A recipe whose
    salt and solvent alone would be thicker than any report of that salt in that
    solvent (see `sodalyte.featurizers.solubility`) takes no part in the stock: its salt
    is weighed, and the plan says so. Only pairs that at least two recipes can share
    become stocks. Volumes are by the additive volume model of `Formulation`; masses
    are exact.
    """
    if not (math.isfinite(volume_mL) and volume_mL > 0):
        raise ValueError(f"volume_mL must be > 0; came {volume_mL!r}.")
    names = list(labels) if labels is not None else default_labels(len(batch))
    if len(names) != len(batch) or len(set(names)) != len(names):
        raise ValueError(
            f"Give one label of its own to each of the {len(batch)} recipes; came "
            f"{len(names)}, {len(set(names))} of them different."
        )
    demands = [
        _demand(label, recipe, volume_mL)
        for label, recipe in zip(names, batch, strict=True)
    ]
    components = {c.name: c for recipe in batch for c in recipe.components}
    evidence, notes = _soluble(demands, components)
    assigned = _assign(demands, set(evidence))
    transfers: list[Transfer] = []
    stocks: list[Stock] = []
    for number, (pair, users) in enumerate(sorted(assigned.items()), start=1):
        thickest = min(users, key=lambda demand: demand.ratio(pair))
        stock, moved = _make_stock(
            f"S{number}", pair, users, components, evidence[thickest.label, *pair]
        )
        stocks.append(stock)
        transfers += moved
    for demand in demands:
        for name, grams in demand.grams.items():
            if grams > 1e-9:
                component = components[name]
                volume = None
                if not component.is_ionic:
                    molar = molar_volume(component).value_mL_per_mol
                    volume = grams / component.molar_mass_g_per_mol * molar
                transfers.append(Transfer(demand.label, name, volume, grams))
    order = {label: i for i, label in enumerate(names)}
    transfers.sort(key=lambda t: (order[t.recipe], t.source))
    in_stocks = {s.name for s in stocks}
    weighed = sum(t.source not in in_stocks for t in transfers) + 2 * len(stocks)
    without = sum(len(recipe.components) for recipe in batch)
    return StockPlan(tuple(stocks), tuple(transfers), weighed, without, notes)


def default_labels(n: int) -> list[str]:
    """Name recipes R1, R2 and so on."""
    return [f"R{i + 1}" for i in range(n)]


def _demand(label: str, recipe: Formulation, volume_mL: float) -> _Demand:
    total_g = recipe.density_g_per_mL * volume_mL
    grams: dict[str, float] = {}  # a component in two roles is one bottle
    for component, w in zip(recipe.components, recipe.mass_fractions, strict=True):
        grams[component.name] = grams.get(component.name, 0.0) + w * total_g
    salts = tuple(c.name for c in recipe.components if c.role == "salt")
    solvents = tuple(c.name for c in recipe.components if c.role == "solvent")
    salt_g = sum(grams[s] for s in salts)
    return _Demand(
        label,
        grams,
        salts,
        solvents,
        {s: grams[s] / salt_g for s in salts},
        {s: grams[s] for s in solvents},
    )


def _soluble(
    demands: list[_Demand], components: dict[str, Component]
) -> tuple[dict[tuple[str, str, str], str], tuple[str, ...]]:
    """Find what each recipe could take from a stock as thick as it allows itself.

    Returns the report behind every (label, salt, solvent) that dissolves, and a note
    on every pair that fewer recipes share than would without the solubility.
    """
    from sodalyte.featurizers.solubility import solubility_guard

    keys = [
        (demand, salt, solvent)
        for demand in demands
        for salt in demand.salts
        for solvent in demand.solvents
    ]
    if not keys:
        return {}, ()
    alone = [
        _stock_of(components[salt], components[solvent], demand.ratio((salt, solvent)))
        for demand, salt, solvent in keys
    ]
    verdicts = solubility_guard(alone)
    evidence: dict[tuple[str, str, str], str] = {}
    refused: dict[tuple[str, str], list[str]] = {}
    shared: dict[tuple[str, str], int] = {}
    for (demand, salt, solvent), stock, status, reason in zip(
        keys, alone, *verdicts.to_dict("list").values(), strict=True
    ):
        shared[salt, solvent] = shared.get((salt, solvent), 0) + 1
        if status == "supported":
            evidence[demand.label, salt, solvent] = str(reason)
            continue
        amount = f"{demand.label} {stock.salt_molarity_mol_per_L:.2g} mol/L"
        refused.setdefault((salt, solvent), []).append(amount)
        refused[salt, solvent].append(str(reason))
    notes = tuple(
        f"No stock of {salt} in {solvent} for {', '.join(found[::2])}, as thick as "
        f"these recipes would need it: {found[1]}. Weigh the salt."
        for (salt, solvent), found in sorted(refused.items())
        if shared[salt, solvent] >= 2
    )
    return evidence, notes


def _stock_of(salt: Component, solvent: Component, ratio: float) -> Formulation:
    """Return the stock with so many grams of solvent per gram of salt."""
    return Formulation.from_mass_fractions(
        {salt: 1.0 / (1.0 + ratio), solvent: ratio / (1.0 + ratio)}
    )


def _assign(
    demands: list[_Demand], soluble: Set[tuple[str, str, str]]
) -> dict[tuple[str, str], list[_Demand]]:
    """Give every salt of every recipe to the pair that most recipes can share."""
    users: dict[tuple[str, str], list[_Demand]] = {}
    for demand in demands:
        for salt in demand.salts:
            for solvent in demand.solvents:
                if (demand.label, salt, solvent) in soluble:
                    users.setdefault((salt, solvent), []).append(demand)
    assigned: dict[tuple[str, str], list[_Demand]] = {}
    done: set[tuple[str, str]] = set()  # (recipe, salt)
    for pair in sorted(users, key=lambda p: (-len(users[p]), p)):
        open_users = [d for d in users[pair] if (d.label, pair[0]) not in done]
        if len(open_users) >= 2:
            assigned[pair] = open_users
            done.update((d.label, pair[0]) for d in open_users)
    return assigned


def _make_stock(
    name: str,
    pair: tuple[str, str],
    users: list[_Demand],
    components: dict[str, Component],
    evidence: str,
) -> tuple[Stock, list[Transfer]]:
    """Set the strength of a stock and take it out of the demands of its users.

    Solvent per salt in the stock is the least that any user can give, its solvent
    split over its salts by mass, so that no recipe gets more solvent than it holds.
    """
    salt, solvent = pair
    ratio = min(demand.ratio(pair) for demand in users)
    formulation = _stock_of(components[salt], components[solvent], ratio)
    density = formulation.density_g_per_mL
    transfers = []
    used_g = 0.0
    for demand in users:
        grams_salt = demand.grams[salt]
        taken = grams_salt * (1.0 + ratio)
        demand.grams[salt] = 0.0
        demand.grams[solvent] -= grams_salt * ratio
        used_g += taken
        transfers.append(Transfer(demand.label, name, taken / density, taken))
    used_mL = used_g / density
    volume_mL = math.ceil(used_mL * _SPARE * 10 - 1e-9) / 10
    made_g = volume_mL * density
    salt_g = made_g / (1 + ratio)
    ingredients = ((salt, salt_g), (solvent, made_g - salt_g))
    stock = Stock(name, formulation, used_mL, volume_mL, ingredients, evidence)
    return stock, transfers
