"""The measurements and choices behind a model, and the training table they give."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sodalyte.datasets.joining.merge import empty_ledger, typed_ledger

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sodalyte.models.coulombic_efficiency import CoulombicEfficiency
    from sodalyte.screen.surrogates.training import Predictors

__all__ = ["Snapshot", "fit_efficiency", "group_keys"]

NAME = "coulombic_efficiency + oxidative_limit"
COMPARED = (
    "formulation",
    "collector",
    "collector_coating",
    "current_density_mA_per_cm2",
    "areal_capacity_mAh_per_cm2",
    "temperature_C",
    "method",
    "ce_percent",
    "ce_qualifier",
    "outcome",
    "work",
)
"""A training row has changed if one of these has."""


@dataclass(frozen=True, eq=False)
class Snapshot:
    """Everything a model is made from.

    Parameters
    ----------
    ledger : DataFrame
        Own rows with their origin, retracted ones included.
    left_out : tuple of str
        Bundled sets that were left out.
    retracted : tuple of str
        Bundled rows that were retracted.
    corrections : tuple of dict
        Every correction ever applied, the oldest first.
    settings : dict
        Hyper-parameters that differ from the shipped ones.
    frame : DataFrame or None
        The training rows; None until `training_rows` made them.
    """

    ledger: pd.DataFrame = field(default_factory=empty_ledger)
    left_out: tuple[str, ...] = ()
    retracted: tuple[str, ...] = ()
    corrections: tuple[dict[str, Any], ...] = ()
    settings: dict[str, Any] = field(default_factory=dict)
    frame: pd.DataFrame | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the snapshot as plain values, for JSON."""
        frame = self.training_rows()[0]
        return {
            "ledger": _records(self.ledger),
            "left_out": list(self.left_out),
            "retracted": list(self.retracted),
            "corrections": list(self.corrections),
            "settings": dict(self.settings),
            "frame": _records(frame),
        }

    @classmethod
    def from_dict(cls, document: dict[str, Any]) -> Snapshot:
        """Read what `to_dict` gave."""
        return cls(
            typed_ledger(pd.DataFrame(document["ledger"])),
            tuple(document["left_out"]),
            tuple(document["retracted"]),
            tuple(document["corrections"]),
            dict(document["settings"]),
            _typed(pd.DataFrame(document["frame"])),
        )

    def training_rows(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Join bundled and own rows.

        Returns
        -------
        frame : DataFrame
            Rows that train, as `training_frame` gives them; the stored ones if the
            snapshot was read from a registry.
        excluded : DataFrame with columns row_id, set_name, reason, duplicate_of
            Rows that do not, with the reason.
        """
        from sodalyte.datasets.joining.training import training_frame

        own = self.ledger[self.ledger["status"] == ""]
        own = own.assign(iteration=own["iteration"].fillna(own["batch"]))
        frame, excluded = training_frame(own if len(own) else None)
        is_out = frame["set_name"].isin(list(self.left_out))
        is_retracted = frame["row_id"].isin(list(self.retracted))
        gone = frame[is_out | is_retracted]
        reasons = np.where(
            is_retracted[gone.index], "retracted", "its set was left out (--leave-out)"
        )
        more = pd.DataFrame(
            {
                "row_id": gone["row_id"],
                "set_name": gone["set_name"],
                "reason": reasons,
                "duplicate_of": "",
            }
        )
        kept = frame[~(is_out | is_retracted)].reset_index(drop=True)
        if self.frame is not None:
            kept = self.frame
        return kept, pd.concat([excluded, more], ignore_index=True)

    def changed(self, **parts: Any) -> Snapshot:
        """Return a snapshot with other parts, its training rows made anew."""
        return replace(self, **parts, frame=None)

    def predictors(self, version: str) -> Predictors:
        """Fit both surrogates on the rows of this snapshot, calibrated.

        Parameters
        ----------
        version : str
            What to print beside a prediction.

        Returns
        -------
        Predictors
        """
        from sodalyte.models.oxidative_limit import OxidativeLimit
        from sodalyte.screen.surrogates.training import (
            Predictors,
            feature_table,
            limits_table,
        )

        rows, excluded = self.training_rows()
        X, frame = feature_table(rows)
        limit_X, limits, _ = limits_table()
        return Predictors(
            fit_efficiency(X, frame, self.settings),
            OxidativeLimit().fit(limit_X, limits),
            frame,
            excluded,
            limits,
            NAME,
            version,
        )


def fit_efficiency(
    X: pd.DataFrame,
    frame: pd.DataFrame,
    settings: dict[str, Any],
    *,
    calibrate: bool = True,
) -> CoulombicEfficiency:
    """Fit the efficiency with given hyper-parameters.

    Parameters
    ----------
    X, frame : DataFrame
        As `feature_table` gives them.
    settings : dict
        ``linear_amplitude``, ``work_std`` and ``whiten`` of the members, ``runs_local``
        and ``runs_linear`` of the classifier; what is absent stays as shipped.
    calibrate : bool
        Whether to set the width on held-out groups.

    Returns
    -------
    CoulombicEfficiency
    """
    from sodalyte.models.candidates import candidate_classifiers, candidate_members
    from sodalyte.models.coulombic_efficiency import CoulombicEfficiency

    if not settings:
        return CoulombicEfficiency(calibrate=calibrate).fit(X, frame)
    members = candidate_members()
    for member in members:
        shared: dict[str, Any] = {
            name: settings[name]
            for name in ("linear_amplitude", "work_std")
            if name in settings
        }
        if member.get_params()["whiten"] is not None and "whiten" in settings:
            shared["whiten"] = settings["whiten"]
        member.set_params(**shared)
    classifiers = candidate_classifiers()
    renamed = {"runs_local": "local", "runs_linear": "linear"}
    amplitudes = {renamed[name]: settings[name] for name in renamed if name in settings}
    for classifier in classifiers:
        classifier.set_params(**amplitudes)
    return CoulombicEfficiency(members, classifiers, calibrate).fit(X, frame)


def group_keys(frame: pd.DataFrame) -> list[str]:
    """Name the group of each row: its work, and the round where a work has rounds.

    Parameters
    ----------
    frame : DataFrame
        Columns work and iteration.

    Returns
    -------
    list of str
        Rows of one group never stand on both sides of a split.
    """
    return [
        str(work) if pd.isna(number) else f"{work}, round {int(number)}"
        for work, number in zip(frame["work"], frame["iteration"], strict=True)
    ]


def changed_rows(
    old: pd.DataFrame, new: pd.DataFrame
) -> tuple[list[str], list[str], list[str]]:
    """Compare two training tables.

    Parameters
    ----------
    old, new : DataFrame
        Training rows.

    Returns
    -------
    added, removed, amended : list of str
        ``row_id`` of the rows.
    """
    before, after = _told(old), _told(new)
    added = [name for name in after if name not in before]
    removed = [name for name in before if name not in after]
    amended = [n for n in after if n in before and after[n] != before[n]]
    return added, removed, amended


def _told(frame: pd.DataFrame) -> dict[str, tuple[str, ...]]:
    rows: Sequence[dict[Any, Any]] = frame.to_dict("records")
    return {str(row["row_id"]): tuple(_text(row[n]) for n in COMPARED) for row in rows}


def _text(value: Any) -> str:
    if value is None or value is pd.NA or value != value:
        return ""
    return f"{value:.12g}" if isinstance(value, float | int) else str(value)


def _records(frame: pd.DataFrame) -> dict[str, Any]:
    """Write a table column by column; a gap is null."""
    import json

    text = frame.to_json(orient="split", double_precision=15, index=False)
    document = json.loads(str(text))
    columns = zip(*document["data"], strict=True) if document["data"] else None
    values = list(columns) if columns else [()] * len(document["columns"])
    return {
        name: list(column)
        for name, column in zip(document["columns"], values, strict=True)
    }


def _typed(frame: pd.DataFrame) -> pd.DataFrame:
    """Give a training table its types after it was read from JSON."""
    frame = frame.copy()
    for name in frame.columns:
        if name in ("iteration", "n_cycles"):
            frame[name] = frame[name].astype("Int64")
        elif str(name).endswith(("_cm2", "_C", "_percent")):
            frame[name] = frame[name].astype("float64")
        else:
            frame[name] = frame[name].astype("object").fillna("").astype("str")
    return frame
