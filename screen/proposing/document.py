"""The document of a ``propose`` run: what the JSON, the CSV and the report show."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

import sodalyte
from sodalyte.datasets.components.catalogue import load_catalogue
from sodalyte.screen.choosing.batch import suggest_replicates
from sodalyte.screen.judging.predict import predict_documents, source_doubt
from sodalyte.screen.judging.rate_check import NOT_ASKED, check_rate
from sodalyte.screen.judging.what_if import what_if_grid
from sodalyte.screen.judging.why import why
from sodalyte.screen.lab.recipe import recipe
from sodalyte.screen.plots import nines
from sodalyte.screen.proposing.bench import bench_plan
from sodalyte.screen.proposing.summary import provenance, summary

if TYPE_CHECKING:
    from sodalyte.datasets.formulations.formulation import Formulation
    from sodalyte.screen.judging.judge import Judge
    from sodalyte.screen.proposing.pool import Pool
    from sodalyte.screen.proposing.proposals import Proposals
    from sodalyte.screen.space.search_space import SearchSpace

__all__ = ["assemble", "describe"]

DIGITS = 6
SHEET_VOLUME_mL = 10.0
PICTURE_POINTS = 1_500
# Scatter of repeated measurements in nines: DATA page of lithium_ce, duplicates.
REPLICATE_STD_NINES = 0.23


def assemble(
    judge: Judge,
    space: SearchSpace,
    pool: Pool,
    batch: pd.DataFrame,
    *,
    own: pd.DataFrame,
    seed: int,
    source: str | Path | None,
    rate_check: bool = False,
) -> Proposals:
    """Write up a chosen batch.

    Parameters
    ----------
    judge, space, pool
        Of the run.
    batch : DataFrame
        From ``select_batch``.
    own : DataFrame
        Own measurements; empty if there are none.
    seed : int
    source : path, URL or None
        Where they came from.
    rate_check : bool
        Whether to solve PyBaMM's DFN beside the fast cell model for the batch.

    Returns
    -------
    Proposals
    """
    from sodalyte.screen.proposing.proposals import Proposals

    chosen = [pool.candidates[int(i)] for i in batch["candidate"]]
    documents = describe(judge, chosen)
    checks, rate_note = _rate_checks(judge, chosen, wanted=rate_check)
    control = _control(judge, space)
    reasons = _whys(judge, batch, documents, chosen, control)
    proposals = [
        {
            "id": f"P{number}",
            **document,
            "score": round(float(row["score"]), DIGITS),
            "score_std": round(float(row["score_std"]), DIGITS),
            "list": row["list"],
            "why": reason,
            "replicates": _replicates(document["prediction"]),
            "recipe": recipe(formulation, SHEET_VOLUME_mL),
            "rate_check": check,
        }
        for number, (document, formulation, reason, check, (_, row)) in enumerate(
            zip(documents, chosen, reasons, checks, batch.iterrows(), strict=True),
            start=1,
        )
    ]
    data_block = _data_block(judge, own, source)
    document = {
        "proposals": proposals,
        "control": control,
        "pareto": _pareto(judge, pool),
        "bench": bench_plan(proposals, chosen, SHEET_VOLUME_mL, judge.conditions),
        "rate_check": rate_note,
        "conditions": asdict(judge.conditions),
        "data": data_block,
        "dropped_rows": data_block["dropped_rows"],
        "model": {
            "name": judge.predictors.name,
            "version": judge.predictors.version,
        },
        "seed": seed,
        "version": sodalyte.__version__,
    }
    document["summary"] = summary(document, pool, judge)
    document["provenance"] = provenance(document, pool, space, judge)
    return Proposals(
        rounded(document),
        candidates=_cloud(pool),
        measured=_measured_points(judge),
        predictors=judge.predictors,
        what_if=what_if_grid(judge, chosen),
        own_catalogue=load_catalogue(),
    )


def _replicates(prediction: dict[str, Any]) -> int:
    """Suggest how many cells to build, from what is uncertain and what repeats."""
    std = np.array([prediction["nines"]["std"]])
    return int(suggest_replicates(std, REPLICATE_STD_NINES)[0])


def _rate_checks(
    judge: Judge, chosen: list[Formulation], *, wanted: bool
) -> tuple[list[dict[str, Any] | None], str]:
    """Check utilisation and voltage of the batch with the DFN, where wanted."""
    from sodalyte.datasets.formulations.array import FormulationArray

    if not wanted:
        return [None] * len(chosen), NOT_ASKED
    array = FormulationArray.from_list(chosen)
    X = judge.features(array)
    return check_rate(judge.cell(X, judge.predictions(array, X)))


def describe(judge: Judge, formulations: list[Formulation]) -> list[dict[str, Any]]:
    """Predict formulations and evaluate their cells, one document each."""
    from sodalyte.datasets.formulations.array import FormulationArray

    array = FormulationArray.from_list(formulations)
    X = judge.features(array)
    cells = judge.cell(X, judge.predictions(array, X))
    predictions = predict_documents(
        formulations, judge.conditions, predictors=judge.predictors
    )
    return [
        {
            "formulation": prediction["formulation"],
            "prediction": prediction,
            "cell": cells.to_dict(i, interval=True),
        }
        for i, prediction in enumerate(predictions)
    ]


def rounded(value: Any) -> Any:
    """Round all numbers of a document; one that is not finite becomes None."""
    if isinstance(value, dict):
        return {key: rounded(item) for key, item in value.items()}
    if isinstance(value, list):
        return [rounded(item) for item in value]
    if isinstance(value, float):
        return float(f"{value:.{DIGITS + 2}g}") if np.isfinite(value) else None
    return value


def _whys(
    judge: Judge,
    batch: pd.DataFrame,
    documents: list[dict[str, Any]],
    chosen: list[Formulation],
    control: dict[str, Any] | None,
) -> list[str]:
    """Say why each recipe was chosen, held against the best measured one."""
    from sodalyte.datasets.formulations.formulation import Formulation

    compared = list(chosen)
    if control is not None:
        compared.append(Formulation.from_text(control["formulation"]))
    medians = _medians(judge, compared)
    reference = medians[-1] if control is not None else None
    return [
        why(
            {str(name): value for name, value in row.items()},
            recipe,
            targets=judge.targets,
            figures=figures,
            reference=reference,
            neighbour=Formulation.from_text(
                document["prediction"]["nearest"][0]["formulation"]
            ),
        )
        for (_, row), document, recipe, figures in zip(
            batch.iterrows(), documents, chosen, medians, strict=False
        )
    ]


def _medians(judge: Judge, formulations: list[Formulation]) -> list[dict[str, float]]:
    """Evaluate the targets' figures at the medians of both surrogates."""
    from sodalyte.datasets.formulations.array import FormulationArray

    array = FormulationArray.from_list(formulations)
    X = judge.features(array)
    figures = judge.figures(X, judge.predictions(array, X))
    return [
        {name: float(values[i]) for name, values in figures.items()}
        for i in range(len(formulations))
    ]


def _control(judge: Judge, space: SearchSpace) -> dict[str, Any] | None:
    """Choose the best measured recipe that can be mixed here, as the control."""
    from sodalyte.datasets.formulations.formulation import Formulation

    frame = judge.predictors.frame
    ran = frame[(frame["outcome"] == "ran") & frame["ce_percent"].notna()]
    # A bound is no measurement to compare with; "about" is.
    ran = ran[ran["ce_qualifier"].isin(["=", "~"])]
    # on the same bare collector if any was, for a coating lifts every liquid
    bare = ran["collector_coating"].eq("")
    alike = ran["collector"].eq(judge.conditions.collector) & bare
    ran = ran.assign(alike=alike).sort_values(
        ["alike", "ce_percent", "row_id"], ascending=[False, False, True]
    )
    for _, row in ran.iterrows():
        formulation = Formulation.from_text(row["formulation"])
        if not space.contains(formulation)[0]:
            continue
        document = describe(judge, [formulation])[0]
        where = f" on {row['collector']}" if row["collector"] else ""
        where = f" on bare {row['collector']}" if row["alike"] else where
        assumed = source_doubt(row["formulation_assumption"])
        doubt = f" What its source leaves open: {assumed}." if assumed else ""
        return {
            **document,
            "measured_ce_percent": float(row["ce_percent"]),
            "replicates": _replicates(document["prediction"]),
            "recipe": recipe(formulation, SHEET_VOLUME_mL),
            "why": (
                f"the best measured recipe of this space ({row['ce_percent']:g} %"
                f"{where}, {row['source']}); it tells whether a difference is the "
                f"recipe or the day. Cells repeat to about {REPLICATE_STD_NINES} nines."
                f"{doubt}"
            ),
        }
    return None


def _pareto(judge: Judge, pool: Pool) -> list[dict[str, Any]]:
    front = pool.table[pool.table["is_pareto"]].sort_values("cycle_life_80")
    positions = front.index.to_numpy(dtype=int)
    return [
        {
            "formulation": pool.candidates[i].canonical,
            "cycle_life_80": row["cycle_life_80"],
            "oxidative_limit_V_vs_Na": row["oxidative_limit_V_vs_Na_median"],
            "ce_percent": row["ce_percent_median"],
            "in_domain": bool(row["in_domain"]),
        }
        for i, (_, row) in zip(positions, front.iterrows(), strict=True)
    ]


def _cloud(pool: Pool) -> pd.DataFrame:
    """Sample the candidates for the picture, the Pareto set always in it."""
    table = pool.table
    every = max(1, len(table) // PICTURE_POINTS)
    shown = table[table["is_pareto"] | (np.arange(len(table)) % every == 0)]
    return pd.DataFrame(
        {
            "nines_median": nines(shown["ce_percent_median"]).round(4),
            "limit_V_median": shown["oxidative_limit_V_vs_Na_median"].round(4),
            "is_pareto": shown["is_pareto"],
        }
    )


def _measured_points(judge: Judge) -> pd.DataFrame:
    """Place the measured recipes: measured efficiency, predicted limit."""
    from sodalyte.datasets.formulations.array import FormulationArray
    from sodalyte.datasets.formulations.formulation import Formulation

    frame = judge.predictors.frame
    ran = frame[frame["ce_percent"].notna()]
    array = FormulationArray.from_list(
        [Formulation.from_text(text) for text in ran["formulation"]]
    )
    limit = judge.predictors.oxidative_limit.predict_frame(judge.features(array))
    labels = [
        f"{text}<br>{mark} {value:g} %"
        for text, mark, value in zip(
            ran["formulation"], ran["ce_qualifier"], ran["ce_percent"], strict=True
        )
    ]
    return pd.DataFrame(
        {
            "formulation": labels,
            "nines": np.minimum(nines(ran["ce_percent"]), 4.0),
            "limit_V": limit["oxidative_limit_V_vs_Na_median"].to_numpy().round(4),
        }
    )


def _data_block(
    judge: Judge, own: pd.DataFrame, source: str | Path | None
) -> dict[str, Any]:
    frame, excluded = judge.predictors.frame, judge.predictors.excluded
    mine = own.to_dict("records")
    known = len(frame) + len(excluded)
    return {
        "rows_used": len(frame),
        "works": int(frame["work"].nunique()),
        "rows_known": known,
        "dropped_rows": known - len(frame) - len(excluded),
        "own_source": None if source is None else Path(source).name,
        "own_rows": len(mine),
        "own": [
            {
                "formulation": row["formulation"],
                "ce": _measured_text(row),
                "work": row.get("work", ""),
            }
            for row in mine
        ],
        "excluded": [
            {"row_id": row["row_id"], "reason": row["reason"]}
            for row in excluded.to_dict("records")
        ],
    }


def _measured_text(row: Mapping[Hashable, Any]) -> str:
    """Write a measured efficiency as it was given, or what came instead of one."""
    value = row.get("ce_percent")
    if value is None or pd.isna(value):
        return str(row.get("outcome", "")).replace("_", " ")
    qualifier = row.get("ce_qualifier")
    mark = "" if qualifier in ("=", None) or pd.isna(qualifier) else qualifier
    return f"{mark}{value:g}"
