"""Model cards: what a surrogate was trained on, how well it does, where it fails."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
from sklearn.base import BaseEstimator

from sodalyte.models.coulombic_efficiency import CoulombicEfficiency
from sodalyte.models.oxidative_limit import OxidativeLimit, prior_table
from sodalyte.models.storage import versions


def data_hash(frame: pd.DataFrame) -> str:
    """Hash a training frame; equal rows in equal order give equal hashes.

    Parameters
    ----------
    frame : DataFrame
        Any table.

    Returns
    -------
    str
        SHA-256 of its CSV form.
    """
    return hashlib.sha256(frame.to_csv(index=False).encode()).hexdigest()


def efficiency_card(
    model: CoulombicEfficiency,
    frame: pd.DataFrame,
    excluded: pd.DataFrame,
    *,
    benchmarks: Sequence[Mapping[str, Any]] = (),
) -> dict[str, Any]:
    """Describe the surrogate of Coulombic efficiency.

    Parameters
    ----------
    model : CoulombicEfficiency
        Fitted on `frame`.
    frame, excluded : DataFrame
        Training rows, and rows left out with their reason.
    benchmarks : sequence of mapping
        Reports of `benchmarks.py`.

    Returns
    -------
    dict
        Plain values, ready for JSON.
    """
    ran = frame["outcome"] == "ran"
    calibration, own = model.calibration_, model.own_calibration_
    largest = frame["work"].value_counts()
    return {
        "name": "coulombic_efficiency",
        "predicts": "Coulombic efficiency of sodium plating and stripping on an inert "
        "collector: probability that the cell runs, and nines if it does",
        "data": {
            "sha256": data_hash(frame),
            "rows_used": len(frame),
            "rows_ran": int(ran.sum()),
            "rows_failed": int((~ran).sum()),
            "rows_per_work": _counts(frame["work"]),
            "rows_excluded": len(excluded),
            "reasons_of_exclusion": _counts(excluded["reason"]),
        },
        "member": _settings(model.member_),
        "classifier": _settings(model.classifier_),
        "choice": {
            "candidates": model.n_candidates_,
            "made_by": "leave-one-out density of the training rows",
        },
        "intervals": {
            "level": 0.9,
            "width_factor": None if calibration is None else calibration.factor_,
            "held_out_rows": None if calibration is None else calibration.n_scores_,
            "made_on": "rows predicted without their work and without their solvents",
            "width_factor_known_laboratory": None if own is None else own.factor_,
            "held_out_rows_known_laboratory": None if own is None else own.n_scores_,
        },
        "laboratories": model.laboratories().set_index("work").T.to_dict(),
        "domain": {
            "usual_distance": model.domain_.reach_,
            "beyond": "intervals widen with the root of distance over usual distance",
        },
        "failures_of_the_model": [
            f"{largest.iloc[0] / len(frame):.0%} of the rows are one work, "
            f"{largest.index[0]}; what is learned about solvents rests on it",
            "the bundled ether campaign does not state salt, collector and current: "
            "1 M NaPF6 on copper is assumed",
            "four bundled training rows have an additive (FEC in carbonates) and one "
            "liquid has two salts: other effects are extrapolated from chemistry",
            "few rows vary current, capacity or temperature",
            "rows are published values: successes are over-represented",
            "lithium rows are not used: see the transfer benchmark",
        ],
        "benchmarks": [dict(report) for report in benchmarks],
        "versions": versions(),
    }


def limit_card(
    model: OxidativeLimit, limits: pd.DataFrame, excluded: pd.DataFrame
) -> dict[str, Any]:
    """Describe the surrogate of the oxidative limit.

    Parameters
    ----------
    model : OxidativeLimit
        Fitted on `limits`.
    limits, excluded : DataFrame
        Training rows, and rows left out with their reason.

    Returns
    -------
    dict
        Plain values, ready for JSON.
    """
    prior = prior_table()
    spread = model.covariance_.diagonal() ** 0.5
    return {
        "name": "oxidative_limit",
        "predicts": "usable upper cut-off on an inert positive electrode at 25 degC, "
        "V vs Na/Na+",
        "data": {
            "sha256": data_hash(limits),
            "rows_used": len(limits),
            "rows_per_quantity": _counts(limits["quantity"]),
            "rows_excluded": len(excluded),
            "reasons_of_exclusion": _counts(excluded["reason"]),
        },
        "coefficients": [
            {
                "parameter": row["parameter"],
                "prior": [row["mean"], row["std"]],
                "posterior": [float(weight), float(std)],
                "source": row["source"],
            }
            for (_, row), weight, std in zip(
                prior.iterrows(), model.weights_, spread, strict=True
            )
        ],
        "model_std_V": model.model_std_V,
        "failures_of_the_model": [
            "aluminium corrosion is another limit and not predicted",
            "windows and onsets enter through offsets of 0.5 V that are assumptions",
            "two slopes carry all chemistry; additives act only through the weakest "
            "species",
        ],
        "versions": versions(),
    }


def card_markdown(card: Mapping[str, Any]) -> str:
    """Write a card as Markdown.

    Parameters
    ----------
    card : mapping
        From :func:`efficiency_card` or :func:`limit_card`.

    Returns
    -------
    str
        Headings for the top level, nested lists below.
    """
    lines = [f"# Model card: {card['name']}", ""]
    for key, value in card.items():
        if key == "name":
            continue
        lines += [f"## {key.replace('_', ' ').capitalize()}", ""]
        lines += _markdown(value, 0) if not isinstance(value, str) else [value]
        lines.append("")
    return "\n".join(lines)


def _markdown(value: Any, depth: int) -> list[str]:
    pad = "  " * depth
    if isinstance(value, Mapping):
        lines = []
        for key, item in value.items():
            if isinstance(item, Mapping | list):
                lines += [f"{pad}- {key}:", *_markdown(item, depth + 1)]
            else:
                lines.append(f"{pad}- {key}: {_shown(item)}")
        return lines
    if isinstance(value, list):
        lines = []
        for item in value:
            nested = isinstance(item, Mapping | list)
            lines += _markdown(item, depth) if nested else [f"{pad}- {_shown(item)}"]
        return lines
    return [f"{pad}{_shown(value)}"]


def _shown(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _settings(model: BaseEstimator) -> dict[str, Any]:
    return {"type": type(model).__name__} | _plain(model.get_params())


def _counts(values: pd.Series) -> dict[str, int]:
    return {str(key): int(n) for key, n in values.value_counts().items()}


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: list(value) if isinstance(value, tuple) else value
        for key, value in values.items()
    }
