"""Find where sources disagree: opposite labels, two values of one work, rules."""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING, Any

from sodalyte.datasets.joining.training import CE_LOADERS, CONDITIONS
from sodalyte.datasets.loading.bundled import read_table

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["contradictions"]

GOOD_PERCENT = 99.0
POOR_PERCENT = 90.0
"""Labels are opposite if one is surely above the first, one surely below the second.

One and two nines: between the two clusters in which the efficiencies come."""

COLUMNS = (
    "kind",
    "topic",
    "set_a",
    "row_a",
    "claim_a",
    "set_b",
    "row_b",
    "claim_b",
    "what_differs",
)


def contradictions() -> pd.DataFrame:
    """Return pairs of rows that contradict each other.

    Returns
    -------
    DataFrame of shape (n_pairs, 9)
        ``kind`` is "same liquid" (opposite labels for one formulation and metal,
        as found by rule), "same work" (two values of one work that agree in every
        stated condition) or "rules" (claims that cannot both hold). ``set_a``,
        ``row_a`` and so on name the rows; ``claim_a`` and ``claim_b`` say what
        each holds; ``what_differs`` lists the conditions that differ, the likely
        cause. Pairs that no rule can find come from ``known_contradictions.csv``.

    Notes
    -----
    Same liquid: one row at least 99 % (``=``, ``~`` or ``>``), the other at most
    90 % (``=``, ``~``, ``<`` or a cell that would not run), by methods that
    measure the same quantity. Same work: exact values that differ by more than
    0.05 points, or an exact value outside the bound of the other; a row without
    formulation that agrees with one row of its work quotes that one. A source
    without a temperature means the room.
    """
    import pandas as pd

    rows = [
        record
        for loader in CE_LOADERS
        for record in loader().frame.to_dict("records")
        if not math.isnan(record["ce_percent"]) or record["outcome"] == "would_not_run"
    ]
    found = [*_opposite_labels(rows), *_two_values(rows), *_known()]
    return pd.DataFrame(found, columns=list(COLUMNS))


def _interval(row: dict[Any, Any]) -> tuple[float, float]:
    """Return the percents between which a row holds its efficiency."""
    value, qualifier = row["ce_percent"], row["ce_qualifier"]
    if row["outcome"] == "would_not_run":
        return 0.0, 0.0
    if qualifier == "<":
        return 0.0, value
    if qualifier == ">":
        return value, 100.0
    return value, value


def _claim(row: dict[Any, Any]) -> str:
    if row["outcome"] == "would_not_run":
        return "would not run"
    sign = "" if row["ce_qualifier"] == "=" else f"{row['ce_qualifier']} "
    return f"{sign}{row['ce_percent']:g} % ({row['method'] or 'method not stated'})"


def _pair(
    kind: str, topic: str, a: dict[Any, Any], b: dict[Any, Any]
) -> dict[str, str]:
    names = [*CONDITIONS, "method", "modifier"]
    differing = [name for name in names if _text(a[name]) != _text(b[name])]
    return {
        "kind": kind,
        "topic": topic,
        "set_a": a["set_name"],
        "row_a": a["row_id"],
        "claim_a": _claim(a),
        "set_b": b["set_name"],
        "row_b": b["row_id"],
        "claim_b": _claim(b),
        "what_differs": "; ".join(
            f"{name}: {_text(a[name])} against {_text(b[name])}" for name in differing
        ),
    }


def _text(value: object) -> str:
    return "not stated" if value in ("", None) or value != value else str(value)


def _grouped(
    rows: list[dict[Any, Any]], *names: str
) -> list[tuple[dict[Any, Any], dict[Any, Any]]]:
    """Return every pair of rows that agree in the named columns, none empty."""
    groups: dict[tuple[str, ...], list[dict[Any, Any]]] = {}
    for row in rows:
        key = tuple(str(row[name]) for name in names)
        if all(key):
            groups.setdefault(key, []).append(row)
    return [
        pair
        for members in groups.values()
        for pair in itertools.combinations(members, 2)
    ]


def _opposite_labels(rows: list[dict[Any, Any]]) -> list[dict[str, str]]:
    found = []
    for a, b in _grouped(rows, "metal", "formulation"):
        (low_a, high_a), (low_b, high_b) = _interval(a), _interval(b)
        is_first_good = low_a >= GOOD_PERCENT and high_b <= POOR_PERCENT
        is_second_good = low_b >= GOOD_PERCENT and high_a <= POOR_PERCENT
        if (is_first_good or is_second_good) and _is_same_quantity(a, b):
            found.append(_pair("same liquid", a["formulation"], a, b))
    return found


def _is_same_quantity(a: dict[Any, Any], b: dict[Any, Any]) -> bool:
    """Return whether two methods measure one quantity; a first cycle is another."""
    averages = ("cycling", "aurbach")
    return a["method"] == b["method"] or (
        a["method"] in averages and b["method"] in averages
    )


def _two_values(rows: list[dict[Any, Any]]) -> list[dict[str, str]]:
    pairs = [
        (a, b)
        for a, b in _grouped(rows, "work", "metal")
        if _may_be_one(a, b) and _is_same_quantity(a, b)
    ]
    explained = {
        row["row_id"]
        for pair in pairs
        if not _disagree(*pair)
        for row in pair
        if not row["formulation"]
    }
    return [
        _pair("same work", f"value of {a['work']}", a, b)
        for a, b in pairs
        if _disagree(a, b) and not {a["row_id"], b["row_id"]} & explained
    ]


def _may_be_one(a: dict[Any, Any], b: dict[Any, Any]) -> bool:
    """Return whether two rows may quote one measurement."""
    if _temperature(a) != _temperature(b):
        return False
    names = [n for n in CONDITIONS if n != "temperature_C"]
    return all(
        _text(a[name]) == _text(b[name])
        or "not stated" in (_text(a[name]), _text(b[name]))
        for name in (*names, "collector_coating", "modifier")
    ) and (_liquid(a) == _liquid(b) or not _liquid(a) or not _liquid(b))


def _temperature(row: dict[Any, Any]) -> float:
    """Return the temperature; a source that states none means the room."""
    value = row["temperature_C"]
    return 25.0 if math.isnan(value) else float(value)


def _liquid(row: dict[Any, Any]) -> str:
    return str(row["formulation"] or row["formulation_text"])


def _disagree(a: dict[Any, Any], b: dict[Any, Any]) -> bool:
    (low_a, high_a), (low_b, high_b) = _interval(a), _interval(b)
    gap = max(low_a - high_b, low_b - high_a)
    is_bound = ">" in (a["ce_qualifier"], b["ce_qualifier"])
    return gap > 0.05 or (is_bound and gap > 0)


def _known() -> list[dict[str, str]]:
    return [
        {name: str(row.get(name, "")) for name in COLUMNS}
        for row in read_table("known_contradictions").to_dict("records")
    ]
