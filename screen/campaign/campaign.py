"""The closed loop: ask for a batch, tell results, retract, correct, look back."""

import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from sodalyte.datasets.components.catalogue import Catalogue, use_components
from sodalyte.datasets.formulations.formulation import Formulation
from sodalyte.screen.campaign.components import catalogue_of
from sodalyte.screen.campaign.records import checked_reason, plain, stamp
from sodalyte.screen.campaign.result import check_result
from sodalyte.screen.campaign.state import CampaignState, Experiment, fold
from sodalyte.screen.campaign.storage import EventLog, default_name
from sodalyte.screen.campaign.views import (
    experiments_table,
    export,
    history_table,
    measurements_table,
    status,
)

if TYPE_CHECKING:
    import optuna
    import pandas as pd

__all__ = ["Campaign"]

_MOST_ROUNDS = 200  # of eight equal askers one wins a round: 20 would not do
_STAGGER_SECONDS = 0.01

Choose = Callable[[int, CampaignState], Sequence[Mapping[str, Any]]]


class Campaign:
    """A campaign on a storage that several people and programs may share.

    Make one with `Campaign.new`, reopen it with `Campaign.open`.

    Notes
    -----
    The state is never stored, only the events (see
    `sodalyte.screen.campaign.storage`), so there is nothing that a crash or a race
    could leave half done.
    """

    def __init__(self, log: EventLog) -> None:
        self._log = log

    @classmethod
    def new(
        cls,
        location: str | Path,
        name: str | None = None,
        *,
        space: str = "",
        components: str = "",
        note: str = "",
        by: str | None = None,
    ) -> Self:
        """Begin a campaign.

        Parameters
        ----------
        location : str or path
            File (SQLite, or Optuna's journal if it ends in .journal) or
            ``postgresql://user@host/database``.
        name : str or None
            Name of the campaign; by default that of the file.
        space : str
            Text of the space file it searches, kept for the record.
        components : str
            Text of a file with components of your own; the campaign knows them
            from then on, whoever opens it.
        note, by : str
            Purpose, and who began it (the login name by default).

        Raises
        ------
        ValueError
            If the storage already holds a campaign of that name, or a component is
            faulty.
        """
        catalogue_of(components)  # a faulty one is refused now
        log = EventLog(location, name or default_name(location), is_new=True)
        content = {"space": space, "components": components, "note": note}
        log.append("created", {**content, **stamp(by), "name": log.name})
        return cls(log)

    @classmethod
    def open(cls, location: str | Path, name: str | None = None) -> Self:
        """Reopen a campaign.

        Raises
        ------
        FileNotFoundError, KeyError
            If there is no such file or no campaign of that name in it.
        """
        return cls(EventLog(location, name or default_name(location), is_new=False))

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Give connections back."""
        self._log.close()

    @property
    def name(self) -> str:
        """Name of the campaign."""
        return self._log.name

    @property
    def state(self) -> CampaignState:
        """State after the newest event in the storage."""
        return fold(self._log.events())

    @property
    def catalogue(self) -> Catalogue | None:
        """Catalogue with the components it was begun with, None for the bundled."""
        return catalogue_of(str(self.state.description.get("components", "")))

    def ask(
        self,
        n: int,
        choose: Choose,
        *,
        model: Mapping[str, Any],
        data: Mapping[str, Any],
        random_state: int = 0,
        by: str | None = None,
    ) -> list[Experiment]:
        """Reserve `n` recipes as pending experiments.

        Parameters
        ----------
        n : int
            >= 1.
        choose : callable
            Takes the number still needed and the state; returns as many mappings
            with "formulation" (canonical text) and anything worth keeping (list,
            score, why, prediction); "is_replicate" true for deliberate repeats.
        model, data : mapping
            Versions the choice rests on: name and version of the model, hash and
            number of rows of the data.
        random_state : int
            Seed of the choice, for the record.
        by : str or None
            Who asks; the login name by default.

        Returns
        -------
        list of Experiment
            Exactly `n`, none of them reserved by anyone else.

        Raises
        ------
        RuntimeError
            If others kept taking the same recipes for 200 rounds.
        ValueError
            If a formulation cannot be read.

        Notes
        -----
        Choosing may take seconds, so nothing is locked: the choice is written, read
        back, and where someone else was first with a recipe another is chosen.
        """
        if n < 1:
            raise ValueError(f"A batch has at least one recipe; n is {n}.")
        made: list[str] = []
        state = self.state
        for _ in range(_MOST_ROUNDS):
            recipes = [plain(r) for r in choose(n - len(made), state)]
            with use_components(self.catalogue):
                for recipe in recipes:
                    text = str(recipe["formulation"])
                    recipe["formulation"] = Formulation.from_text(text).canonical
            if not recipes:
                raise ValueError(
                    f"No recipe is left to ask for; {len(made)} of {n} are reserved: "
                    f"{', '.join(made) or 'none'}. Widen the search space."
                )
            number = self._log.append(
                "asked",
                {
                    "recipes": recipes[: n - len(made)],
                    "model": plain(model),
                    "data": plain(data),
                    "random_state": random_state,
                    "seen": state.last_event,
                    **stamp(by),
                },
            )
            state = self.state
            made += state.accepted_ids.get(number, ())
            if len(made) == n:
                return [state.experiments[identity] for identity in made]
            # Those who lost a round come back apart, each by its place in the log.
            time.sleep(_STAGGER_SECONDS * (number % 8))
        raise RuntimeError(
            f"{n - len(made)} of {n} recipes were taken by others in {_MOST_ROUNDS} "
            f"rounds; reserved so far: {', '.join(made) or 'none'}. Ask again."
        )

    def tell(
        self,
        results: Sequence[Mapping[str, Any]],
        *,
        by: str | None = None,
    ) -> list[Experiment]:
        """Report results; when this returns they are kept for good.

        Parameters
        ----------
        results : sequence of mapping
            Each with "experiment" (an id) or "formulation" (measured unasked), and
            "ce_percent" or the "outcome" "would_not_run" ("failed_early" needs
            both); optionally "ce_qualifier" and the protocol columns.
        by : str or None
            Who tells.

        Returns
        -------
        list of Experiment
            In the order given.

        Raises
        ------
        ValueError
            If a row is wrong or its experiment has another result already. All rows
            are checked before the first is written.
        """
        state = self.state
        faults = []
        checked: list[tuple[str, dict[str, Any]]] = []
        with use_components(self.catalogue):
            for row, entry in enumerate(results, start=1):
                try:
                    checked.append(self._checked(entry, state))
                except (ValueError, KeyError) as error:
                    faults.append(f"row {row}: {error.args[0]}")
        if faults:
            raise ValueError(
                f"{len(faults)} of {len(results)} results cannot be kept: "
                f"{'; '.join(faults[:5])}. Nothing was written; mend them and tell all "
                "again."
            )
        numbers = []
        for kind, content in checked:
            numbers.append(self._log.append(kind, {**content, **stamp(by)}))
        return self._outcome_of(numbers, checked)

    def _checked(
        self, entry: Mapping[str, Any], state: CampaignState
    ) -> tuple[str, dict[str, Any]]:
        content = plain(entry)
        identity = content.pop("experiment", None)
        if identity is None:
            if "formulation" not in content:
                raise ValueError("neither experiment nor formulation is given")
            text = str(content.pop("formulation"))
            canonical = Formulation.from_text(text).canonical
            return "added", {"formulation": canonical, "result": check_result(content)}
        experiment = state.experiments.get(identity)
        if experiment is None:
            ids = list(state.experiments)
            there = f"it has {ids[0]} to {ids[-1]}" if ids else "it has none yet"
            raise ValueError(f"no experiment {identity} in {self.name!r}; {there}")
        named = content.pop("formulation", None)
        if named is not None:
            canonical = Formulation.from_text(str(named)).canonical
            if canonical != experiment.formulation:
                raise ValueError(
                    f"{identity} is {experiment.formulation}, not {canonical}"
                )
        result = check_result(content)
        if experiment.state != "pending" and experiment.result != result:
            raise ValueError(
                f"{identity} is {experiment.state} already; use correct to change it "
                "(tell --correct --reason)"
            )
        return "told", {"experiment": identity, "result": result}

    def _outcome_of(
        self, numbers: list[int], checked: list[tuple[str, dict[str, Any]]]
    ) -> list[Experiment]:
        state = self.state
        refused = [state.refused[n] for n in numbers if n in state.refused]
        if refused:
            raise ValueError(
                f"Someone else was first with {len(refused)} results: "
                f"{'; '.join(refused[:5])}. The others are kept."
            )
        experiments = []
        for number, (kind, content) in zip(numbers, checked, strict=True):
            identity = (
                state.accepted_ids[number][0]
                if kind == "added"
                else content["experiment"]
            )
            experiments.append(state.experiments[identity])
        return experiments

    def correct(
        self,
        experiment: str,
        result: Mapping[str, Any],
        *,
        reason: str,
        by: str | None = None,
    ) -> Experiment:
        """Replace the result of an experiment; the old one stays in the history."""
        content = {
            "experiment": experiment,
            "result": check_result(plain(result)),
            "reason": checked_reason(reason),
            **stamp(by),
        }
        return self._single("corrected", content)

    def retract(
        self, experiment: str, *, reason: str, by: str | None = None
    ) -> Experiment:
        """Take an experiment out: a cell that broke, a batch never mixed.

        The recipe may be proposed again; a result it had no longer trains.
        """
        content = {
            "experiment": experiment,
            "reason": checked_reason(reason),
            **stamp(by),
        }
        return self._single("retracted", content)

    def _single(self, kind: str, content: dict[str, Any]) -> Experiment:
        identity = content["experiment"]
        state = self.state
        if identity not in state.experiments:
            raise KeyError(
                f"No experiment {identity!r} in {self.name!r}; there are "
                f"{len(state.experiments)}, the last "
                f"{next(reversed(state.experiments), 'none')}."
            )
        number = self._log.append(kind, content)
        state = self.state
        if number in state.refused:
            raise ValueError(
                f"{identity} cannot be {kind}: {state.refused[number]}. See status."
            )
        return state.experiments[identity]

    def status(self) -> dict[str, Any]:
        """Count the experiments by state, and say what the campaign is."""
        return status(self.name, self.state)

    def experiments(self) -> "pd.DataFrame":
        """List all experiments, one row each, proposal and result side by side."""
        return experiments_table(self.state)

    def measurements(self) -> "pd.DataFrame":
        """Return the results as own measurements for training.

        Returns
        -------
        DataFrame
            The columns of a measurement file; retracted experiments are left out,
            corrected ones appear once, as corrected. ``work`` names the campaign.
        """
        return measurements_table(self.name, self.state)

    def history(self) -> "pd.DataFrame":
        """List every event in order, refused ones with the reason."""
        return history_table(self._log.events())

    def export(self, folder: str | Path) -> list[Path]:
        """Write experiments, measurements, history, all events and own components."""
        return export(self.name, self._log.events(), Path(folder))

    def to_study(self) -> "optuna.Study":
        """Return the measured experiments as an Optuna study, for its plots.

        Returns
        -------
        optuna.Study
            In memory, maximising nines; one finished trial per result (failed where
            the cell would not run), with the formulation as user attribute and mole
            fractions as parameters. Use `optuna.copy_study` to put it where
            optuna-dashboard can read it.
        """
        from sodalyte.screen.campaign.study import study_of

        with use_components(self.catalogue):
            return study_of(self.name, self.state)
