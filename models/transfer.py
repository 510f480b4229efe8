"""Does lithium help sodium, and sodium lithium? Measured, both ways."""

import time
from typing import Any

import numpy as np
import pandas as pd

from sodalyte.models.members import ProcessMember
from sodalyte.models.observations import read_observations
from sodalyte.models.scaling import AMOUNT_PREFIXES
from sodalyte.models.scoring import benchmark_report, held_out, root_difference
from sodalyte.models.validation import Split, leave_one_group_out, rmse


def joined_table(first: pd.DataFrame, second: pd.DataFrame) -> pd.DataFrame:
    """Put two feature tables under one another with the ion as a descriptor.

    Parameters
    ----------
    first, second : DataFrame
        Feature tables of two metals; amounts that one of them lacks count as 0.

    Returns
    -------
    DataFrame
        Rows of `first`, then of `second`; column `ion_of_second_metal` is 1 for the
        latter. Salts of both metals with one anion differ in it and in the ion's
        radius only, their amounts by name are left out.
    """
    tables = [
        table.loc[:, ~table.columns.str.startswith("molarity_of_")].assign(
            ion_of_second_metal=float(i)
        )
        for i, table in enumerate((first, second))
    ]
    joined = pd.concat(tables, ignore_index=True)
    amounts = [name for name in joined.columns if name.startswith(AMOUNT_PREFIXES)]
    return joined.fillna(dict.fromkeys(amounts, 0.0))


def transfer_benchmark(
    sodium: tuple[pd.DataFrame, pd.DataFrame],
    lithium: tuple[pd.DataFrame, pd.DataFrame],
    *,
    key: str = "solvent_set",
) -> dict[str, Any]:
    """Predict groups of one metal with and without the rows of the other.

    Parameters
    ----------
    sodium, lithium : pair of DataFrame
        Feature table and measured rows of each.
    key : str
        Column of the groups that are left out, one at a time (sodium) or in ten
        folds (lithium).

    Returns
    -------
    dict
        Errors in nines on the rows that ran with an exact value, and the difference
        that the other metal makes; negative means that it helps.
    """
    start = time.perf_counter()
    metrics: dict[str, Any] = {}
    pairs = {"sodium": (sodium, lithium), "lithium": (lithium, sodium)}
    for name, ((X, frame), (other_X, other)) in pairs.items():
        rows, other_rows = (
            read_observations(X, frame),
            read_observations(other_X, other),
        )
        both = joined_table(X, other_X)
        both_rows = pd.concat([rows, other_rows], ignore_index=True)
        splits = _splits(list(frame[key]), name)
        guests = np.arange(len(X), len(both))
        wider = [(np.concatenate([train, guests]), test) for train, test in splits]
        model = [
            ProcessMember(
                local=("amounts", "chemistry"),
                linear=("amounts", "chemistry"),
                whiten=0.1,
            )
        ]
        alone = held_out(both, both_rows, splits, model)[0][: len(X)]
        helped = held_out(both, both_rows, wider, model)[0][: len(X)]
        exact = np.flatnonzero(rows["has_nines"] & (rows["side"] == 0))
        truth = rows["nines"].to_numpy()[exact]
        groups = [frame[key].iloc[i] for i in exact]
        metrics[name] = {
            "rmse_nines_alone": rmse(truth, alone[exact]),
            "rmse_nines_with_the_other_metal": rmse(truth, helped[exact]),
            "difference": root_difference(
                (truth - helped[exact]) ** 2, (truth - alone[exact]) ** 2, groups
            ),
            "n": len(exact),
        }
    return benchmark_report("li-na-transfer", metrics, {}, start, groups=key)


def _splits(groups: list[object], metal: str) -> list[Split]:
    from sodalyte.models.validation import grouped_k_fold

    if metal == "sodium":
        return list(leave_one_group_out(groups))
    return list(grouped_k_fold(groups, n_splits=10))
