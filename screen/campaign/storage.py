"""An ordered, append-only log of campaign events on an Optuna storage.

Every event is one finished trial of one study. Optuna numbers the trials of a study
inside the transaction that inserts them, on SQLite, on its journal file and on
PostgreSQL alike, so all readers see the same events in the same order, an event is
either whole or absent, and a killed process loses nothing that it was told was kept.
"""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import optuna

__all__ = ["Event", "EventLog", "default_name", "open_storage"]

_PREFIX = "sodalyte campaign: "
_JOURNAL_ENDINGS = (".journal", ".jsonl", ".log")
_LOCK_WAIT_SECONDS = 120.0


@dataclass(frozen=True)
class Event:
    """One thing that happened: its place in the order, its kind and its content."""

    number: int
    kind: str
    content: dict[str, Any]


def open_storage(location: str | Path) -> "optuna.storages.BaseStorage":
    """Open the storage behind a file name or a database address.

    Parameters
    ----------
    location : str or path
        A file (SQLite; Optuna's journal if it ends in .journal, .jsonl or .log), or
        ``postgresql://user@host/database`` for a group.

    Returns
    -------
    optuna storage
        `JournalStorage`, or `RDBStorage`, whose ``engine`` holds the connections.

    Raises
    ------
    ValueError
        If the address has another scheme.
    ModuleNotFoundError
        If the driver of PostgreSQL is not installed.
    """
    import optuna

    text = str(location)
    if "://" in text:
        scheme, rest = text.split("://", 1)
        if scheme in ("postgresql", "postgres", "postgresql+psycopg"):
            return _postgresql(rest)
        if scheme != "sqlite":
            raise ValueError(
                "A campaign lives in a file or at postgresql://...; the address begins "
                f"with {scheme}://. Give one of those."
            )
        text = rest.removeprefix("/")
    path = Path(text)
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix in _JOURNAL_ENDINGS:
        from sodalyte.screen.campaign.journal import open_journal

        return optuna.storages.JournalStorage(open_journal(path))
    return optuna.storages.RDBStorage(
        f"sqlite:///{path}",
        engine_kwargs={"connect_args": {"timeout": _LOCK_WAIT_SECONDS}},
    )


def shown(location: str | Path) -> str:
    """Return an address fit to print: without the password.

    Examples
    --------
    >>> shown("postgresql://ana:secret@lab/sodium")
    'postgresql://ana@lab/sodium'
    """
    scheme, separator, rest = str(location).partition("://")
    account, at, place = rest.rpartition("@")
    return scheme + separator + account.partition(":")[0] + at + place


def _postgresql(rest: str) -> "optuna.storages.RDBStorage":
    import optuna

    try:
        import psycopg  # noqa: F401  # SQLAlchemy loads it by name
    except ImportError as error:
        raise ModuleNotFoundError(
            "A campaign on PostgreSQL needs its driver. Install sodalyte[postgres]."
        ) from error
    return optuna.storages.RDBStorage(
        f"postgresql+psycopg://{rest}", engine_kwargs={"pool_pre_ping": True}
    )


@contextlib.contextmanager
def quiet_optuna() -> Iterator[None]:
    """Silence Optuna's progress messages, and only here."""
    import optuna

    before = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    try:
        yield
    finally:
        optuna.logging.set_verbosity(before)


@contextlib.contextmanager
def storage_faults(place: str) -> Iterator[None]:
    """Turn what a database says of disk, rights, lock or damage into one message.

    Parameters
    ----------
    place : str
        Address fit to print.

    Raises
    ------
    OSError
        With the database's words and what to do; nothing was written.
    """
    import json

    from optuna.exceptions import StorageInternalError
    from sqlalchemy.exc import SQLAlchemyError

    try:
        yield
    except (SQLAlchemyError, StorageInternalError) as error:
        cause = error.__cause__ if isinstance(error, StorageInternalError) else error
        words = str(getattr(cause, "orig", None) or cause or error).strip()
        raise OSError(_storage_message(place, words)) from error
    except json.JSONDecodeError as error:
        raise OSError(_storage_message(place, f"no journal ({error})")) from error
    except RuntimeError as error:  # tables of an Optuna that this one cannot read
        if "table schema" not in str(error):
            raise
        raise OSError(_storage_message(place, str(error))) from error


def _storage_message(place: str, words: str) -> str:
    return (
        f"A campaign needs storage that can be read and written. {place}: {words}. "
        "Nothing was written by this command, and what was told before is kept as far "
        "as the file is whole. Free the disk, get the right to write, or put back a "
        "copy of the file; then do it again."
    )


class EventLog:
    """The log of one campaign.

    Parameters
    ----------
    location : str or path
        See `open_storage`.
    name : str
        Name of the campaign; one storage can hold several.
    is_new : bool
        Make it (and fail if it is there) or open it (and fail if it is not).

    Raises
    ------
    ValueError
        If the campaign exists already and `is_new`.
    KeyError
        If there is no such campaign; names those in the storage.
    """

    def __init__(self, location: str | Path, name: str, *, is_new: bool) -> None:
        import optuna

        if not is_new and "://" not in str(location) and not Path(location).is_file():
            raise FileNotFoundError(
                f"A campaign is opened from its file; there is none at {location}. "
                "Make one with `sodalyte campaign new`."
            )
        self.name = name
        self._place = shown(location)
        with quiet_optuna(), storage_faults(self._place):
            self._backend = open_storage(location)
            self._storage = optuna.storages.get_storage(self._backend)
        try:
            with storage_faults(self._place):
                self._id = self._study_id(location, is_new=is_new)
        except (KeyError, OSError, ValueError):
            self.close()
            raise

    def _study_id(self, location: str | Path, *, is_new: bool) -> int:
        import optuna

        title, place = _PREFIX + self.name, shown(location)
        with quiet_optuna():
            try:
                if not is_new:
                    return self._storage.get_study_id_from_name(title)
                maximise = optuna.study.StudyDirection.MAXIMIZE
                return self._storage.create_new_study([maximise], title)
            except optuna.exceptions.DuplicatedStudyError as error:
                raise ValueError(
                    f"A new campaign needs a name of its own; {place} already holds "
                    f"{self.name!r}. Choose another name or open that one."
                ) from error
            except KeyError as error:
                known = ", ".join(campaign_names(self._storage)) or "none"
                raise KeyError(
                    f"No campaign {self.name!r} at {place}; there are: {known}."
                ) from error

    def append(self, kind: str, content: dict[str, Any]) -> int:
        """Write one event; when this returns, the event is kept.

        Returns
        -------
        int
            Its number; later events have larger ones.
        """
        import optuna

        trial = optuna.trial.create_trial(
            state=optuna.trial.TrialState.COMPLETE,
            value=0.0,
            user_attrs={"kind": kind, "content": content},
        )
        with storage_faults(self._place):
            trial_id = self._storage.create_new_trial(self._id, template_trial=trial)
            return self._storage.get_trial_number_from_id(trial_id)

    def events(self) -> list[Event]:
        """Read all events, oldest first."""
        with storage_faults(self._place):
            trials = self._storage.get_all_trials(self._id, deepcopy=False)
        found = [
            Event(t.number, t.user_attrs["kind"], t.user_attrs["content"])
            for t in trials
        ]
        return sorted(found, key=lambda event: event.number)

    def close(self) -> None:
        """Give connections back."""
        import optuna

        self._storage.remove_session()
        if isinstance(self._backend, optuna.storages.RDBStorage):
            self._backend.engine.dispose()


def campaign_names(storage: "optuna.storages.BaseStorage") -> list[str]:
    """List the campaigns of a storage."""
    names = [study.study_name for study in storage.get_all_studies()]
    return sorted(n.removeprefix(_PREFIX) for n in names if n.startswith(_PREFIX))


def default_name(location: str | Path) -> str:
    """Name a campaign after its file; a database has no default."""
    text = str(location)
    if "://" in text and not text.startswith("sqlite"):
        raise ValueError(
            "A campaign in a shared database needs a name; none was given for "
            f"{text.split('@')[-1]}. Add one, for example with --name."
        )
    return Path(text).stem
