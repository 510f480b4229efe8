"""Keep models in a folder: versions, who is champion, and the way back.

The folder (see `registry_folder`) holds::

    registry.json        the champion, the versions with their hashes, the history
    v1/model.skops       both surrogates with their data and card, in one file
    v1/data.json         the snapshot of the measurements, by itself
    v1/card.json card.md what a person should know before using it

A version is written beside the others under a temporary name, renamed, and only then
entered in ``registry.json``, which is itself replaced in one step. Whatever happens in
between, the champion stays as it was.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sodalyte.screen.surrogates.registry_card import card_markdown
from sodalyte.screen.surrogates.registry_files import (
    file_hash,
    only_writer,
    registry_folder,
    sync_folder,
    text_hash,
    write_whole,
)
from sodalyte.screen.surrogates.registry_list import read_list
from sodalyte.screen.surrogates.registry_models import (
    StoredModel,
    read_model_file,
    save_model_file,
)

__all__ = ["Registry"]


class Registry:
    """The models of one folder.

    Parameters
    ----------
    folder : path, optional
        See `registry_folder` for the default. Nothing is written before the first
        model is added.
    """

    def __init__(self, folder: str | Path | None = None) -> None:
        self.folder = Path(folder) if folder is not None else registry_folder()

    # -- reading ---------------------------------------------------------------

    @property
    def champion(self) -> str | None:
        """Version that `predict` and `propose` use, None if none was promoted."""
        champions = self._state()["champions"]
        return str(champions[-1]) if champions else None

    @property
    def previous(self) -> str | None:
        """Version that `rollback` goes back to."""
        champions = self._state()["champions"]
        return str(champions[-2]) if len(champions) > 1 else None

    @property
    def versions(self) -> tuple[str, ...]:
        """All versions, the oldest first."""
        return tuple(self._state()["versions"])

    @property
    def history(self) -> list[dict[str, Any]]:
        """Every event, the oldest first: time, event, version, from, why, forced."""
        return list(self._state()["history"])

    def entry(self, version: str) -> dict[str, Any]:
        """Return the hashes of a version.

        Raises
        ------
        ValueError
            If there is no such version; names those that are.
        """
        versions = self._state()["versions"]
        if version not in versions:
            known = ", ".join(versions) or "none yet"
            raise ValueError(
                f"A version must be in the registry '{self.folder}'. Got {version!r}; "
                f"it has {known}. See 'sodalyte models list'."
            )
        return dict(versions[version])

    def model_path(self, version: str) -> Path:
        """Return the path of a version's model file."""
        return self.folder / version / "model.skops"

    def card(self, version: str) -> dict[str, Any]:
        """Read the card of a version, with what happened to it since.

        Raises
        ------
        ValueError
            If there is no such version or its card was changed.
        """
        card = dict(json.loads(self._verified(version, "card.json")))
        events = [event for event in self.history if event["version"] == version]
        return {**card, "events": events, "is_champion": version == self.champion}

    def snapshot(self, version: str) -> dict[str, Any]:
        """Read the measurements behind a version; needs no model library.

        Raises
        ------
        ValueError
            If there is no such version or its data were changed.
        """
        return dict(json.loads(self._verified(version, "data.json")))

    def load(self, version: str) -> StoredModel:
        """Load a version; no code of the file is ever run.

        Parameters
        ----------
        version : str

        Returns
        -------
        StoredModel

        Raises
        ------
        ValueError
            If there is no such version, its file was changed, or it holds a type
            that is not of this package.
        """
        self.check_hash(version, "model.skops")
        stored = read_model_file(self.model_path(version))
        named = f"{version} of the registry, {stored.predictors.version}"
        return replace(stored, predictors=replace(stored.predictors, version=named))

    def mismatch(self, version: str) -> str:
        """Say why a version cannot be used by this code, "" if it can.

        A model is numbers about features; other code or other libraries may give
        the features another meaning. Refitting on the snapshot is the remedy.
        """
        from sodalyte.models.storage import versions
        from sodalyte.screen.surrogates.training import fingerprint

        code = self.card(version)["code"]
        if code["fingerprint"] == fingerprint():
            return ""
        here = versions()
        other = [
            f"{name} {was} there, {here.get(name, 'absent')} here"
            for name, was in code["libraries"].items()
            if here.get(name) != was
        ]
        what = "; ".join(other) or "its tables or source files differ from these"
        return (
            f"Model {version} of the registry was made by other code ({what}). It is "
            "not used; the model of the bundled data is. Run 'sodalyte retrain' to "
            "refit it on its own measurements."
        )

    # -- writing ---------------------------------------------------------------

    def add(self, model: StoredModel, *, event: str = "added", why: str = "") -> str:
        """Enter a model as a new version; the champion stays.

        Parameters
        ----------
        model : StoredModel
            Its card gets the version and the hashes.
        event, why : str
            For the history.

        Returns
        -------
        str
            The version, "v1", "v2", ...

        Raises
        ------
        OSError
            If the disk is full; the registry is then as it was.
        ValueError
            If another process keeps the registry to itself.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        with self._changing() as state:
            version = f"v{self._next_number(state)}"
            state["versions"][version] = self._write_version(version, model)
            state["history"].append(_event(event, version, None, why))
        return version

    def promote(
        self,
        version: str,
        *,
        why: str,
        forced: bool = False,
        expected: str | None = None,
    ) -> None:
        """Make a version the champion.

        Parameters
        ----------
        version : str
        why : str
            For the history and the card.
        forced : bool
            Whether the evaluation spoke against it.
        expected : str, optional
            The champion it was compared with.

        Raises
        ------
        ValueError
            If there is no such version, it is the champion, this code cannot use it,
            its files were changed, or the champion is not the expected one.
        """
        for name in ("model.skops", "data.json", "card.json"):
            self.check_hash(version, name)
        note = self.mismatch(version)
        if note:
            raise ValueError(note)
        with self._changing() as state:
            champion = state["champions"][-1] if state["champions"] else None
            if champion == version:
                raise ValueError(
                    f"A version is promoted once. {version} is the champion already. "
                    "Nothing was changed."
                )
            if expected is not None and champion != expected:
                raise ValueError(
                    f"A challenger is promoted over the champion it was compared with, "
                    f"{expected}; meanwhile it is {champion}. {version} is kept "
                    "unpromoted. Retrain to compare it anew."
                )
            state["champions"].append(version)
            event = _event("promoted", version, champion, why)
            state["history"].append({**event, "forced": forced})
        self._refresh_card(version)

    def rollback(self, *, why: str) -> tuple[str, str]:
        """Go back to the champion before this one.

        Parameters
        ----------
        why : str
            For the history.

        Returns
        -------
        left, back : str
            Versions.

        Raises
        ------
        ValueError
            If there was none before, or its files were changed.
        """
        with self._changing() as state:
            if len(state["champions"]) < 2:
                raise ValueError(
                    f"Rollback needs an earlier champion. '{self.folder}' had "
                    f"{len(state['champions'])}. See 'sodalyte models list'."
                )
            back = state["champions"][-2]
            self.check_hash(back, "model.skops", state)
            left = state["champions"].pop()
            state["history"].append(_event("rolled back to", back, left, why))
        self._refresh_card(left)
        self._refresh_card(back)
        return left, back

    # -- inner working ---------------------------------------------------------

    def _state(self) -> dict[str, Any]:
        return read_list(self.folder / "registry.json")

    @contextmanager
    def _changing(self) -> Iterator[dict[str, Any]]:
        """Give the state to change; write it in one step if nothing goes wrong."""
        if not self.folder.is_dir():
            raise ValueError(
                f"The registry '{self.folder}' is empty. "
                "Make its first model with 'sodalyte retrain'."
            )
        with only_writer(self.folder):
            state = self._state()
            yield state
            text = json.dumps(state, indent=1, ensure_ascii=False) + "\n"
            write_whole(self.folder / "registry.json", text)

    def _next_number(self, state: dict[str, Any]) -> int:
        names = [*state["versions"], *(path.name for path in self.folder.glob("v*"))]
        numbers = [int(name[1:]) for name in names if name[1:].isdigit()]
        return max(numbers, default=0) + 1

    def _write_version(self, version: str, model: StoredModel) -> dict[str, str]:
        """Write the files of a version; return their hashes."""
        for leftover in self.folder.glob(".new-*"):  # of a process that was killed
            shutil.rmtree(leftover)
        data = json.dumps(model.snapshot, ensure_ascii=False)
        parent = model.card.get("version")
        card: dict[str, Any] = {**model.card, "version": version}
        if parent:
            card["imported_as"] = parent
        card["data"] = {**card["data"], "sha256": text_hash(data)}
        card_text = json.dumps(card, indent=1, ensure_ascii=False) + "\n"
        folder = Path(tempfile.mkdtemp(prefix=".new-", dir=self.folder))
        try:
            folder.chmod(0o755)
            save_model_file(model.predictors, data, card_text, folder / "model.skops")
            write_whole(folder / "data.json", data)
            write_whole(folder / "card.json", card_text)
            write_whole(folder / "card.md", card_markdown(card))
            hashes = {
                "sha256": file_hash(folder / "model.skops"),
                "data_sha256": file_hash(folder / "data.json"),
                "card_sha256": file_hash(folder / "card.json"),
            }
            sync_folder(folder)
            os.rename(folder, self.folder / version)
            sync_folder(self.folder)
        finally:
            if folder.exists():
                shutil.rmtree(folder)
        return hashes

    def check_hash(
        self, version: str, name: str, state: dict[str, Any] | None = None
    ) -> None:
        """Refuse a file of a version that was changed since it was written."""
        key = {"data.json": "data_sha256", "card.json": "card_sha256"}
        entry = state["versions"][version] if state else self.entry(version)
        stated = entry[key.get(name, "sha256")]
        path = self.folder / version / name
        if not path.is_file():
            raise ValueError(
                f"A version of the registry has all its files. '{path}' is missing. "
                "Roll back with 'sodalyte models rollback' or restore it from a copy."
            )
        found = file_hash(path)
        if found != stated:
            raise ValueError(
                f"A file of the registry must be as it was written. '{path}' was "
                f"changed: SHA-256 {found[:16]}..., written was {stated[:16]}.... It "
                "was not opened. Roll back with 'sodalyte models rollback' or "
                "restore it from a copy."
            )

    def _verified(self, version: str, name: str) -> str:
        self.check_hash(version, name)
        return (self.folder / version / name).read_text(encoding="utf-8")

    def _refresh_card(self, version: str) -> None:
        write_whole(
            self.folder / version / "card.md", card_markdown(self.card(version))
        )


def _event(event: str, version: str, before: str | None, why: str) -> dict[str, Any]:
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return {
        "time": now,
        "event": event,
        "version": version,
        "from": before,
        "why": why,
        "forced": False,
    }
