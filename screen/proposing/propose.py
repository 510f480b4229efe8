"""The main job: from measurements to a batch of recipes worth a chemist's week."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from sodalyte.datasets.components.catalogue import Catalogue, use_components
from sodalyte.screen.choosing.batch import select_batch
from sodalyte.screen.judging.judge import Judge, load_targets
from sodalyte.screen.judging.laboratory import in_own_laboratory
from sodalyte.screen.proposing.pool import Pool, Progress, is_safe, search_pool
from sodalyte.screen.proposing.proposals import Proposals
from sodalyte.screen.space.search_space import SearchSpace

if TYPE_CHECKING:
    from sodalyte.datasets.formulations.array import FormulationArray
    from sodalyte.screen.campaign.campaign import Campaign
    from sodalyte.screen.judging.conditions import Conditions
    from sodalyte.screen.surrogates.training import Predictors

__all__ = ["Proposals", "propose"]


def _silent(stage: str, share: float) -> None:
    """Report progress to nobody."""


def propose(
    n: int = 8,
    *,
    seed: int = 0,
    data: str | Path | None = None,
    space: str | Path | SearchSpace | None = None,
    design: str | Path | None = None,
    targets: str | Path | None = None,
    conditions: Conditions | None = None,
    campaign: str | Path | Campaign | None = None,
    pending: Sequence[str] = (),
    predictors: Predictors | None = None,
    rate_check: bool = False,
    progress: Progress = _silent,
) -> Proposals:
    """Propose what to mix next.

    Parameters
    ----------
    n : int
        Number of proposals, 1 to 96.
    seed : int
        Seed of everything that is drawn; equal input and seed give equal output.
    data : path, optional
        Own measurements (CSV or XLSX, see ``sodalyte check --template``); the
        models are trained on them beside the bundled ones.
    space : path or SearchSpace, optional
        What may be mixed (TOML); the bundled space by default.
    design : path, optional
        The cell to judge in (TOML); the bundled pouch cell by default.
    targets : path, optional
        What to aim at (TOML); the bundled targets by default.
    conditions : Conditions, optional
        At which the Coulombic efficiency is predicted; the reference protocol of
        the data by default. If it names no laboratory and the own measurements name
        one, predictions are for that one.
    campaign : path, URL or Campaign, optional
        A campaign (see ``sodalyte campaign``): its results are own measurements,
        its open experiments are pending, its space holds where none is given. It is
        read, not changed.
    pending : sequence of str
        Formulations in the lab now: not proposed again, and recipes like them are
        worth less.
    predictors : Predictors, optional
        Surrogates to use as they are; own measurements are then only listed.
    rate_check : bool
        Whether to solve PyBaMM's DFN for the batch, beside the fast cell model; a
        second a proposal. Without PyBaMM the document says so.
    progress : callable
        Called with the stage and the share done, 0 to 1.

    Returns
    -------
    Proposals

    Raises
    ------
    ValueError
        If an input is bad, names the file, place, value and remedy.
    """
    from sodalyte.models.cell import default_design, default_protocol, design_from_toml

    if not 1 <= n <= 96:
        raise ValueError(
            f"The number of proposals must lie in [1, 96]. Got {n}. A larger batch "
            "is better run as several, each learning from the one before."
        )
    space = _read_space(space, campaign)
    cell, protocol = (
        design_from_toml(design) if design else (default_design(), default_protocol())
    )
    aims = load_targets(targets)
    with use_components(_own_catalogue(space, campaign)):
        progress("reading measurements", 0.02)
        own, open_texts, source = _own_measurements(data, campaign)
        waiting = _read_all([*open_texts, *pending])
        progress("training the surrogates", 0.05)
        if predictors is None:
            predictors = _predictors(own)
        conditions = in_own_laboratory(conditions, predictors)
        judge = Judge(predictors, conditions, cell, protocol, aims)
        progress("drawing candidates", 0.2)
        pool = search_pool(judge, space, _measured(predictors), seed, progress)
        progress("choosing the batch", 0.8)
        batch = _choose(pool, n, predictors, waiting, seed)
        from sodalyte.screen.proposing.document import assemble

        progress("writing it up", 0.9)
        origin: dict[str, Any] = {"own": own, "seed": seed, "source": source}
        made = assemble(judge, space, pool, batch, rate_check=rate_check, **origin)
        progress("done", 1.0)
        return made


def _choose(
    pool: Pool,
    n: int,
    predictors: Predictors,
    waiting: FormulationArray | None,
    seed: int,
) -> pd.DataFrame:
    """Select the batch; safe means in the domain and known to mix in one phase."""
    return select_batch(
        pool.candidates,
        pool.table.assign(in_domain=is_safe(pool.table)),
        n,
        measured=_measured(predictors),
        pending=waiting,
        random_state=seed,
    )


def _own_measurements(
    data: str | Path | None, campaign: str | Path | Campaign | None
) -> tuple[pd.DataFrame, list[str], str | Path | None]:
    """Join own measurements of a file and a campaign; its open experiments; source."""
    frames, pending = [], []
    if data is not None:
        frames.append(read_measurements(data))
    if campaign is not None:
        with _opened(campaign) as running:
            frames.append(running.measurements())
            pending = [e.formulation for e in running.state.in_state("pending")]
    frames = [frame for frame in frames if len(frame)]
    own = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()
    named = str(getattr(campaign, "name", campaign)) if campaign else None
    return own, pending, data or named


def _read_space(
    space: str | Path | SearchSpace | None, campaign: str | Path | Campaign | None
) -> SearchSpace:
    """Read the space; without one that of the campaign, or the bundled one."""
    from sodalyte.screen.campaign.components import space_of

    if isinstance(space, SearchSpace):
        return space
    if space:
        return SearchSpace.from_toml(space)
    if campaign is None:
        return SearchSpace.default()
    with _opened(campaign) as running, use_components(running.catalogue):
        kept = running.state.description
        made = space_of(kept.get("space", ""), kept.get("components", ""))
    return made or SearchSpace.default()


def _own_catalogue(
    space: SearchSpace, campaign: str | Path | Campaign | None
) -> Catalogue | None:
    """Give the catalogue with the own components of a campaign, or of the space."""
    if campaign is None:
        return space.own_catalogue
    with _opened(campaign) as running:
        return running.catalogue or space.own_catalogue


def _opened(
    campaign: str | Path | Campaign,
) -> AbstractContextManager[Campaign]:
    """Open a campaign for reading; one that is open already stays open."""
    from sodalyte.screen.campaign.campaign import Campaign

    if isinstance(campaign, Campaign):
        return nullcontext(campaign)
    return Campaign.open(campaign)


def read_measurements(path: str | Path) -> pd.DataFrame:
    """Read own measurements; every fault at once.

    Parameters
    ----------
    path : path
        CSV or XLSX.

    Returns
    -------
    DataFrame
        The accepted rows, which are all.

    Raises
    ------
    ValueError
        If the file has faults: shows five and the count.
    """
    from sodalyte.datasets.checking.check import check_measurements

    result = check_measurements(Path(path))
    if len(result.faults):
        shown = [
            f"{_place(fault)}{fault.value!r}: {fault.rule}; {fault.remedy}"
            for fault in result.faults.head(5).itertuples()
        ]
        raise ValueError(
            f"Measurements must be without faults. '{path}' has "
            f"{len(result.faults)}:\n  " + "\n  ".join(shown) + "\n"
            f"See them all with: sodalyte check {path}"
        )
    return result.accepted


def _place(fault: Any) -> str:
    """Name row and column of a fault; row 0 is the file as a whole."""
    parts = [f"row {fault.row}"] if fault.row else []
    parts += [str(fault.column)] if fault.column else []
    return f"{', '.join(parts)}: " if parts else ""


def _predictors(own: pd.DataFrame) -> Predictors:
    from sodalyte.screen.surrogates.training import default_predictors, train_predictors

    return train_predictors(own) if len(own) else default_predictors()


def _read_all(texts: Sequence[str]) -> FormulationArray | None:
    from sodalyte.datasets.formulations.array import FormulationArray
    from sodalyte.datasets.formulations.formulation import Formulation

    if not texts:
        return None
    return FormulationArray.from_list([Formulation.from_text(t) for t in texts])


def _measured(predictors: Predictors) -> FormulationArray:
    return _array(tuple(predictors.frame["formulation"]))


@functools.lru_cache(maxsize=4)
def _array(texts: tuple[str, ...]) -> FormulationArray:
    array = _read_all(tuple(dict.fromkeys(texts)))
    if array is None:
        raise ValueError("The models were trained on no formulation. Give data.")
    return array
