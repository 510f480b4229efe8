"""What goes into a retraining, and what is found on the way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

    from sodalyte.screen.retraining.evaluation import Evaluation
    from sodalyte.screen.surrogates.snapshot import Snapshot
    from sodalyte.screen.surrogates.training import Predictors

__all__ = ["RetrainRequest", "Trial"]


@dataclass(frozen=True)
class RetrainRequest:
    """What a retraining shall do.

    Parameters
    ----------
    data : sequence of Path
        Measurement files, several laboratories in one or in several.
    corrections : Path, optional
        Retractions and amendments of known rows.
    leave_out : sequence of str, optional
        Bundled sets not to train on; as the champion if None.
    accepted_only : bool
        Train on the rows without a fault instead of refusing the files.
    tune : bool
        Search hyper-parameters, nested.
    n_trials : int
        Of each search.
    force : bool
        Promote whatever the evaluation says; the card says so.
    seed : int
    proposals : dict, optional
        Document of an earlier ``propose`` to rank anew.
    """

    data: Sequence[Path] = ()
    corrections: Path | None = None
    leave_out: Sequence[str] | None = None
    accepted_only: bool = False
    tune: bool = False
    n_trials: int = 12
    force: bool = False
    seed: int = 0
    proposals: dict[str, Any] | None = None


@dataclass(frozen=True, eq=False)
class Trial:
    """Champion and challenger with what was found about them.

    Parameters
    ----------
    champion, challenger : Predictors
    after : Snapshot
        Of the challenger.
    frame, excluded : DataFrame
        Training rows of the challenger, and rows that do not train.
    changes : dict
        ``added``, ``removed`` and ``amended`` row ids.
    mismatch : str
        Why the champion had to be refitted, "" if it had not.
    evaluation : Evaluation or None
        None where both have the same measurements and settings.
    forward, drift : dict or None
        Of the rows that came.
    """

    champion: Predictors
    challenger: Predictors
    after: Snapshot
    frame: pd.DataFrame
    excluded: pd.DataFrame
    changes: dict[str, list[str]]
    mismatch: str
    evaluation: Evaluation | None
    forward: dict[str, Any] | None
    drift: dict[str, Any] | None
