"""Count how many formulation texts of the tables are read, and list the others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sodalyte.datasets.loading.bundled import checksums, read_table
from sodalyte.datasets.loading.reading import (
    NOT_STATED,
    read_formulation,
    read_mole_fractions,
)

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["ParseReport", "parse_report"]

FIELDS = {
    "formulation_reading": "formulation_text",
    "comparator_reading": "comparator_text",
    "mole_fractions": "mole_fractions_published",
}
"""Columns that are read, and the column with what the source prints."""


@dataclass(frozen=True, eq=False)
class ParseReport:
    """How the formulation texts of the tables were read.

    Parameters
    ----------
    counts : DataFrame
        One row for each set and field: ``n_rows`` = ``n_parsed`` + ``n_refused`` +
        ``n_not_stated``.
    refusals : DataFrame
        Every text that is not read, with the reason: the parser's own, or that
        the source gives no composition.
    """

    counts: pd.DataFrame
    refusals: pd.DataFrame


def parse_report() -> ParseReport:
    """Read every formulation text of the bundled tables.

    Returns
    -------
    ParseReport
        For lithium_ce the published texts and the mole fractions are two fields;
        a published text whose basis is open is not read, for the reason that its
        ``reading_note`` gives.
    """
    import pandas as pd

    counts: list[dict[str, Any]] = []
    refusals: list[dict[str, str]] = []
    for name in sorted(checksums()):
        table = read_table(name)
        for field, published in FIELDS.items():
            if field in table.columns:
                refused = _refusals(name, table, field, published)
                not_stated = [r for r in refused if r["reason"].startswith(NOT_STATED)]
                refusals.extend(refused)
                counts.append(
                    {
                        "set_name": name,
                        "field": field,
                        "n_rows": len(table),
                        "n_parsed": len(table) - len(refused),
                        "n_refused": len(refused) - len(not_stated),
                        "n_not_stated": len(not_stated),
                    }
                )
    columns = ["set_name", "field", "row_id", "text", "reason"]
    return ParseReport(pd.DataFrame(counts), pd.DataFrame(refusals, columns=columns))


def _refusals(
    name: str, table: pd.DataFrame, field: str, published: str
) -> list[dict[str, str]]:
    read = read_mole_fractions if field == "mole_fractions" else read_formulation
    refused = []
    for row in table.to_dict("records"):
        reading = read(row[field])
        if reading.refusal:
            note = row.get("reading_note", "") if field != "mole_fractions" else ""
            reason = reading.refusal
            if reason == NOT_STATED and (note or row[published]):
                reason = note or f"{NOT_STATED}, only words: {row[published]!r}"
            refused.append(
                {
                    "set_name": name,
                    "field": field,
                    "row_id": row["row_id"],
                    "text": row[published] or row[field],
                    "reason": reason,
                }
            )
    return refused
