"""A batch of proposals with everything that explains it, and how it is written out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from sodalyte.datasets.components.catalogue import Catalogue, use_components
from sodalyte.screen.outputs import check_folder, csv_text, to_json, write_files

if TYPE_CHECKING:
    from sodalyte.screen.surrogates.training import Predictors

__all__ = ["Proposals"]


@dataclass(frozen=True)
class Proposals:
    """A batch with everything that explains it.

    Parameters
    ----------
    document : dict
        The JSON document of ``sodalyte propose``.
    candidates : DataFrame
        A sample of the judged candidates: ``nines_median``, ``limit_V_median`` and
        ``is_pareto``.
    measured : DataFrame
        Measured recipes: ``formulation``, ``nines``, ``limit_V`` (predicted).
    predictors : Predictors
        The surrogates behind them.
    what_if : dict
        The proposals' cells at other cut-offs and electrolyte ratios, from
        `what_if_grid`; too long for the document.
    own_catalogue : Catalogue, optional
        In use when they were made: with components of the user's own.
    """

    document: dict[str, Any]
    candidates: pd.DataFrame
    measured: pd.DataFrame
    predictors: Predictors
    what_if: dict[str, Any]
    own_catalogue: Catalogue | None = None

    def to_frame(self) -> pd.DataFrame:
        """Return one row a proposal, the columns of ``proposals.csv``."""
        from sodalyte.screen.proposing.tables import proposal_rows

        return pd.DataFrame(proposal_rows(self.document))

    def renamed(self, names: Mapping[str, str]) -> Proposals:
        """Call the proposals by other names, as a campaign calls its experiments.

        Parameters
        ----------
        names : mapping of str to str
            New name by formulation; a proposal without one keeps its own.

        Returns
        -------
        Proposals
            Renamed wherever they are named: tables, weigh sheets, stock plan.
        """
        new = {
            entry["id"]: names[entry["formulation"]]
            for entry in self.document["proposals"]
            if entry["formulation"] in names
        }
        return replace(self, document=_renamed(self.document, new))

    def report(self, written: str) -> str:
        """Return the report as one HTML page.

        Parameters
        ----------
        written : str
            Time stamp to print in it.

        Returns
        -------
        str
        """
        from sodalyte.screen.proposing.report import render_report

        with use_components(self.own_catalogue):
            return render_report(
                self.document,
                candidates=self.candidates,
                measured=self.measured,
                what_if=self.what_if,
                written=written,
            )

    def write(self, folder: str | Path) -> Path:
        """Write the report, the proposals, weigh sheets, stocks and lab requests.

        Parameters
        ----------
        folder : str or Path
            Made if it does not exist: ``report.html``, ``proposals.csv``,
            ``proposals.json``, ``weigh_sheets.csv``, ``stock_plan.csv`` and
            ``lab_request.json``, all together or none.

        Returns
        -------
        Path
            Of the report.
        """
        from datetime import datetime

        from sodalyte.screen.proposing.bench import stock_rows
        from sodalyte.screen.proposing.tables import proposal_rows, weigh_rows

        folder = Path(folder)
        check_folder(folder)
        rows, weighed = proposal_rows(self.document), weigh_rows(self.document)
        moved = stock_rows(self.document)
        written = datetime.now().astimezone().isoformat(timespec="seconds")
        write_files(
            folder,
            {
                "proposals.json": to_json(self.document) + "\n",
                "proposals.csv": csv_text(rows, list(rows[0])),
                "weigh_sheets.csv": csv_text(weighed, list(weighed[0])),
                "stock_plan.csv": csv_text(moved, list(moved[0])),
                "lab_request.json": to_json(self.document["bench"]["lab_request"])
                + "\n",
                "report.html": self.report(written),
            },
        )
        return folder / "report.html"

    def _repr_html_(self) -> str:
        """Show the table of proposals in a notebook."""
        return str(self.to_frame().to_html(index=False))


def _renamed(part: Any, new: Mapping[str, str]) -> Any:
    """Replace every text that is one of the old names, at any depth."""
    if isinstance(part, dict):
        return {key: _renamed(value, new) for key, value in part.items()}
    if isinstance(part, list):
        return [_renamed(value, new) for value in part]
    return new.get(part, part) if isinstance(part, str) else part
