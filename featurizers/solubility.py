"""Guard against salts that do not dissolve and liquids that do not mix.

Little is measured for sodium salts, so the guards do not predict. They say "supported"
where somebody reported at least that much of the salt in each of the solvents,
"exceeds" (or "immiscible") where a source states the contrary, and "unknown" for all
the rest. Unknown is no pass. Sources: the reported formulations of the data sets, the
measured solubilities of the catalogue, ``tables/solubility.csv`` and
``tables/miscibility.csv``.
"""

from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sodalyte.datasets.components.component import Component
from sodalyte.featurizers.amounts import Amounts, Formulations, amounts_in_blocks
from sodalyte.featurizers.descriptors import descriptors
from sodalyte.featurizers.ingredients import Ingredients, catalogue_properties
from sodalyte.featurizers.solvation import participation
from sodalyte.featurizers.tables_reader import read_rows

__all__ = ["miscibility_guard", "reported_mixtures", "solubility_guard"]

Array = NDArray[np.float64]

ROWS_AT_ONCE = 65_536
TRACE_MOLE_FRACTION = 0.01
"""A component below this share counts as an additive: it neither holds nor splits."""

ROUNDING = 1.001

_REPORTING_SETS = (
    "plating_ce",
    "plating_ce_literature",
    "plating_ce_texts",
    "anode_free_cells",
    "lithium_ce",
    "sodium_electrolytes",
    "ether_campaign",
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Judgement of one salt in one set of liquids.

    Parameters
    ----------
    supported_mol_per_L, limit_mol_per_L : float
        Up to the first the salt was reported; above the second a source says it does
        not dissolve (infinite where none does).
    support, unknown, limit : str
        Reason for each of the three, with the source.
    """

    supported_mol_per_L: float
    limit_mol_per_L: float
    support: str
    unknown: str
    limit: str


@dataclass(frozen=True, slots=True)
class Reported:
    """One electrolyte that a data set reports as made.

    Parameters
    ----------
    salts : dict of str to float
        mol/L by name.
    liquids : frozenset of str
        Names of all other components.
    where : str
        Data set and row.
    """

    salts: dict[str, float]
    liquids: frozenset[str]
    where: str


def solubility_guard(formulations: Formulations) -> pd.DataFrame:
    """Judge whether the salts dissolve at 25 degC.

    Parameters
    ----------
    formulations : sequence of Formulation or FormulationArray

    Returns
    -------
    DataFrame of shape (n, 2)
        ``solubility_status``: "supported", "exceeds" or "unknown", the worst over the
        salts in the order exceeds, unknown, supported; ``solubility_reason``: the salt,
        the figure and its source.

    Notes
    -----
    A salt counts as supported in a mixture of solvents if it was reported, at that
    molarity or more, in the very same set of liquids, or in each of the coordinating
    ones alone. Salts beside each other are judged one by one.
    """
    return pd.concat(
        [_solubility(one) for one in amounts_in_blocks(formulations, ROWS_AT_ONCE)],
        ignore_index=True,
    )


def miscibility_guard(formulations: Formulations) -> pd.DataFrame:
    """Judge whether the liquids form one phase at 25 degC.

    Parameters
    ----------
    formulations : sequence of Formulation or FormulationArray

    Returns
    -------
    DataFrame of shape (n, 2)
        ``miscibility_status``: "supported" (one liquid, or every pair reported in one
        electrolyte), "immiscible" or "unknown"; ``miscibility_reason``.
    """
    return pd.concat(
        [_miscibility(one) for one in amounts_in_blocks(formulations, ROWS_AT_ONCE)],
        ignore_index=True,
    )


@lru_cache(maxsize=1)
def reported_mixtures() -> tuple[Reported, ...]:
    """List what the data sets report as made and put into a cell.

    Returns
    -------
    tuple of Reported
        Each distinct one once. The ether campaign does not print its salt: its rows
        tell which liquids mix, and carry no salt here.
    """
    from sodalyte import datasets

    seen: dict[tuple[object, ...], Reported] = {}
    for name in _REPORTING_SETS:
        dataset = getattr(datasets, f"load_{name}")().readable()
        rows = zip(dataset.frame["row_id"], dataset.formulations, strict=True)
        for row_id, formulation in rows:
            amounts_of = zip(
                formulation.components, formulation.molarity_mol_per_L, strict=True
            )
            salts = {
                one.name: float(molarity)
                for one, molarity in amounts_of
                if one.role == "salt" and name != "ether_campaign"
            }
            liquids = frozenset(
                one.name for one in formulation.components if one.role != "salt"
            )
            key = (tuple(sorted(salts.items())), liquids)
            seen.setdefault(key, Reported(salts, liquids, f"{name} row {row_id}"))
    return tuple(seen.values())


def _solubility(mixture: Amounts) -> pd.DataFrame:
    table = mixture.ingredients
    salts = np.flatnonzero([one.role == "salt" for one in table.components])
    present = mixture.matrix.toarray()
    molarity = 1000.0 * present[:, salts] / mixture.volume_mL_per_mol[:, None]
    liquids = _main_liquids(table, present)
    pattern, code = _patterns(np.hstack([liquids, present[:, salts] > 0]))
    rank = np.zeros(len(mixture), dtype=int)
    reason = np.full(len(mixture), "no salt to dissolve", dtype=object)
    for index, flags in enumerate(pattern):
        rows = np.flatnonzero(code == index)
        names = frozenset(
            table.components[i].name
            for i in np.flatnonzero(flags[: len(table.components)])
        )
        for column in np.flatnonzero(flags[len(table.components) :]):
            salt = table.components[int(salts[column])]
            verdict = _verdict(salt, names, table)
            amount = molarity[rows, column]
            level = np.where(
                amount > verdict.limit_mol_per_L * ROUNDING,
                2,
                np.where(amount > verdict.supported_mol_per_L * ROUNDING, 1, 0),
            )
            worse = (level > rank[rows]) | (reason[rows] == "no salt to dissolve")
            texts = np.array([verdict.support, verdict.unknown, verdict.limit])
            reason[rows] = np.where(worse, texts[level], reason[rows])
            rank[rows] = np.maximum(rank[rows], level)
    status = np.array(["supported", "unknown", "exceeds"], dtype=object)[rank]
    return pd.DataFrame({"solubility_status": status, "solubility_reason": reason})


def _verdict(salt: Component, liquids: frozenset[str], table: Ingredients) -> Verdict:
    """Judge one salt in one set of liquids."""
    by_name = {one.name: one for one in table.components}
    weight = dict(
        zip((c.name for c in table.components), participation(table), strict=True)
    )
    holding = frozenset(name for name in liquids if weight[name] >= 0.5)
    same = _largest_report(salt.name, liquids)
    alone = [_largest_report(salt.name, frozenset({name})) for name in sorted(holding)]
    each = min(alone, default=(0.0, ""))
    supported, where = max(same, each)
    limit, limit_source = _limit(salt, liquids, holding, by_name)
    listed = ", ".join(sorted(liquids)) or "no liquid"
    return Verdict(
        supported,
        limit,
        f"{salt.name} was reported at {supported:.3g} mol/L ({where})",
        f"{salt.name} in {listed}: no report of so much; the largest is "
        f"{supported:.3g} mol/L",
        f"{salt.name} in {listed}: at most {limit:.3g} mol/L ({limit_source})",
    )


def _largest_report(salt: str, liquids: frozenset[str]) -> tuple[float, str]:
    """Largest reported molarity of a salt in exactly these liquids."""
    alike = [
        (one.salts[salt], one.where)
        for one in reported_mixtures()
        if salt in one.salts and one.liquids == liquids
    ]
    return max(alike, default=(0.0, ""))


def _limit(
    salt: Component,
    liquids: frozenset[str],
    holding: frozenset[str],
    by_name: dict[str, Component],
) -> tuple[float, str]:
    """Largest molarity that a source allows; infinite where none speaks."""
    if not holding and liquids and not any(by_name[n].is_ionic for n in liquids):
        row = next(row for row in read_rows("solubility.csv") if row["salt"] == "*")
        return float(row["limit_mol_per_L"]), row["source"]
    known = catalogue_properties(salt)
    limits = []
    for name in sorted(holding):
        key = f"solubility_mol_per_L_in_{name}"
        if known.get(f"{key}_quality") == "measured":
            limits.append((float(known[key]), str(known[f"{key}_source"])))
            continue
        by_class = [
            (float(row["limit_mol_per_L"]), row["source"])
            for row in read_rows("solubility.csv")
            if row["salt"] == salt.name
            and row["liquid_class"] in ("aprotic", _family(by_name[name]))
            and _family(by_name[name]) != "alcohol"
        ]
        limits += by_class or [(np.inf, "")]
    return max(limits, default=(np.inf, ""))


def _miscibility(mixture: Amounts) -> pd.DataFrame:
    table = mixture.ingredients
    liquids = _main_liquids(table, mixture.matrix.toarray())
    unknown, apart, notes = _pair_tables(table)
    pattern, code = _patterns(liquids)
    together = pattern.astype(float)
    has_apart = np.einsum("ij,jk,ik->i", together, apart, together) > 0
    has_unknown = np.einsum("ij,jk,ik->i", together, unknown, together) > 0
    status = np.where(
        has_apart, "immiscible", np.where(has_unknown, "unknown", "supported")
    )
    reasons = [
        _pair_reason(str(status[i]), np.flatnonzero(flags), unknown, notes, table)
        for i, flags in enumerate(pattern)
    ]
    return pd.DataFrame(
        {
            "miscibility_status": status[code].astype(object),
            "miscibility_reason": [reasons[i] for i in code],
        }
    )


def _pair_tables(
    table: Ingredients,
) -> tuple[Array, Array, dict[tuple[int, int], str]]:
    """Which pairs of components nobody reported, which do not mix, and why."""
    names = [component.name for component in table.components]
    weight = participation(table)
    classes = [
        _mixing_class(component, float(weight[i]))
        for i, component in enumerate(table.components)
    ]
    rules = {
        frozenset((row["first_class"], row["second_class"])): row
        for row in read_rows("miscibility.csv")
    }
    known = {
        pair
        for report in reported_mixtures()
        for pair in combinations(sorted(report.liquids), 2)
    }
    unknown, apart = (np.zeros((len(names), len(names))) for _ in range(2))
    notes: dict[tuple[int, int], str] = {}
    for i, j in combinations(range(len(names)), 2):
        row = rules.get(frozenset((classes[i], classes[j])))
        if names[i] == names[j] or tuple(sorted((names[i], names[j]))) in known:
            continue
        if row is None:
            unknown[i, j] = 1.0
        elif row["status"] == "immiscible":
            apart[i, j] = 1.0
            notes[i, j] = f"{names[i]} and {names[j]}: {row['note']} ({row['source']})"
    return unknown, apart, notes


def _pair_reason(
    status: str,
    present: NDArray[np.intp],
    unknown: Array,
    notes: dict[tuple[int, int], str],
    table: Ingredients,
) -> str:
    pairs = list(combinations(present.tolist(), 2))
    if status == "immiscible":
        return "; ".join(notes[pair] for pair in pairs if pair in notes)
    if status == "unknown":
        shown = [
            f"{table.components[i].name} with {table.components[j].name}"
            for i, j in pairs
            if unknown[i, j]
        ]
        return f"not reported in one electrolyte: {', '.join(shown[:3])}"
    return "every pair of liquids was reported in one electrolyte, or a source says so"


def _mixing_class(component: Component, weight: float) -> str:
    if component.smiles == "O":
        return "water"
    if component.smiles.count("F") >= 4 and weight < 0.5:
        return "diluent"
    return _family(component)


def _family(component: Component) -> str:
    if component.is_ionic:
        return "ionic"
    return str(descriptors([component.smiles]).at[component.smiles, "family"])


def _main_liquids(table: Ingredients, present: Array) -> NDArray[np.bool_]:
    is_liquid = np.array([one.role != "salt" for one in table.components])
    return np.asarray((present > TRACE_MOLE_FRACTION) & is_liquid)


def _patterns(
    flags: NDArray[np.bool_],
) -> tuple[NDArray[np.bool_], NDArray[np.intp]]:
    """Distinct rows of a boolean matrix, and which one each row is."""
    packed = np.packbits(flags, axis=1)
    keys = np.ascontiguousarray(packed).view(f"V{packed.shape[1]}").ravel()
    _, first, code = np.unique(keys, return_index=True, return_inverse=True)
    return flags[first], code
