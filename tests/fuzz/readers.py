"""The readers of what a user or a file says, each with good inputs to begin with."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["READERS", "ROOT", "Reader", "quick_folder"]

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Reader:
    """One reader under test.

    Parameters
    ----------
    read : callable
        Takes the path of a file, or a text where `ending` is empty.
    seeds : callable
        Returns good inputs to begin with.
    ending : str
        Of the file the bytes are written to.
    """

    read: Callable[[Any], object]
    seeds: Callable[[], list[bytes]]
    ending: str = ""


# -- what is read ---------------------------------------------------------------------


def _notation() -> Reader:
    import csv

    from sodalyte.datasets.formulations.formulation import Formulation

    def read(text: str) -> None:
        found = Formulation.from_text(text)
        again = Formulation.from_text(found.canonical)
        if again != found:
            raise AssertionError(f"{found.canonical!r} reads back another")

    def seeds() -> list[bytes]:
        path = ROOT / "tests" / "data" / "notation_dialects.csv"
        with path.open(encoding="utf-8") as file:
            return [row["text"].encode() for row in csv.DictReader(file)]

    return Reader(read, seeds)


def _check_csv() -> Reader:
    from sodalyte.datasets.checking.check import check_measurements

    def seeds() -> list[bytes]:
        lines = (ROOT / "examples" / "lab_measurements.csv").read_text("utf-8")
        rows = lines.splitlines()
        short = ["\n".join([rows[0], *rows[i : i + 3]]) for i in range(1, 13, 3)]
        semicolons = short[0].replace(",", ";")
        return [text.encode() for text in (*short, semicolons)]

    return Reader(check_measurements, seeds, ".csv")


def _check_xlsx() -> Reader:
    import io

    import openpyxl

    from sodalyte.datasets.checking.check import check_measurements

    def seeds() -> list[bytes]:
        book = openpyxl.Workbook()
        sheet = book.active
        header, row = _check_csv().seeds()[0].decode().splitlines()[:2]
        sheet.append(header.split(","))
        sheet.append(row.split(","))
        stream = io.BytesIO()
        book.save(stream)
        return [stream.getvalue()]

    return Reader(check_measurements, seeds, ".xlsx")


def _repacked(
    read: Callable[[Path], object], whole: Callable[[], bytes], member: str, ending: str
) -> Reader:
    """Fuzz one member of an archive: packed bytes hide what is in them."""
    import io
    import zipfile

    with zipfile.ZipFile(io.BytesIO(whole())) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}

    def read_packed(path: Path) -> None:
        changed = {**members, member: path.read_bytes()}
        with zipfile.ZipFile(path, "w") as archive:
            for name, content in changed.items():
                archive.writestr(name, content)
        read(path)

    return Reader(read_packed, lambda: [members[member]], ending)


def _check_sheet() -> Reader:
    book = _check_xlsx()
    place = "xl/worksheets/sheet1.xml"
    return _repacked(book.read, lambda: book.seeds()[0], place, ".xlsx")


def _model() -> Reader:
    from sodalyte.models.scaling import TableScaler
    from sodalyte.models.storage import save_model
    from sodalyte.screen.surrogates.registry_models import read_model_file

    def whole() -> bytes:
        path = quick_folder() / "model.skops"
        save_model({"a": TableScaler()}, path, notes={"card": "{}", "data": "{}"})
        return path.read_bytes()

    def read(path: Path) -> None:
        try:
            read_model_file(path)
        except ValueError as error:
            if "model" not in str(error):  # the seed itself holds no surrogates
                raise AssertionError(str(error)) from error

    return _repacked(read, whole, "schema.json", ".skops")


def _toml(
    reader: Callable[[Path], object], *places: str, texts: tuple[str, ...] = ()
) -> Reader:
    def seeds() -> list[bytes]:
        files = [path.read_bytes() for place in places for path in ROOT.glob(place)]
        return [*files, *(text.encode() for text in texts)]

    return Reader(reader, seeds, ".toml")


def _space() -> Reader:
    from sodalyte.screen.space.search_space import SearchSpace

    own = """name = "little fluorine"
components_file = "mine.toml"
[salts]
count = [1, 1]
step = 0.1
[salts.allowed]
NaBF4 = [0.1, 1.0]
NaPF6 = [0.3, 1.0]
[solvents]
count = [1, 2]
step = 10.0
[solvents.allowed]
G2 = [10, 100]
MEP = [10, 50]
[limits]
fluorine_mass_fraction_max = 0.08
temperature_C = 25
forbidden_pairs = [["MEP", "NaBF4"]]
"""

    def read(path: Path) -> None:
        (path.parent / "mine.toml").write_text(COMPONENT, encoding="utf-8")
        SearchSpace.from_toml(path).sample(3, random_state=0)

    return _toml(read, "screen/spaces/default.toml", texts=(own,))


def _targets() -> Reader:
    from sodalyte.screen.judging.judge import load_targets

    return _toml(load_targets, "screen/spaces/targets.toml")


COMPONENT = """[[component]]
name = "MEP"
smiles = "COCCOCCC"
role = "solvent"
density_g_per_mL = 0.86
aliases = ["1-(2-methoxyethoxy)propane"]
[component.properties]
flash_point_C = 21
[[component]]
name = "NaX"
smiles = "[Na+].[O-]C(=O)C(F)(F)F"
role = "salt"
"""


def _components() -> Reader:
    from sodalyte.datasets.components.catalogue import load_components_toml

    return _toml(load_components_toml, texts=(COMPONENT,))


def _design() -> Reader:
    from sodalyte.models.cell import design_from_toml

    design = """[design]
cathode = "NVP"
areal_capacity_mAh_per_cm2 = 3.0
collector = "Al"
[protocol]
charge_rate_C = 0.3
"""
    return _toml(
        design_from_toml, "models/cell/parameters/design.toml", texts=(design,)
    )


def _cathode() -> Reader:
    from sodalyte.models.cell import cathodes, parameters

    def read(path: Path) -> None:
        cathodes.load_cathodes.cache_clear()
        parameters.read_parameter_file.cache_clear()
        try:
            cathodes.resolve_cathode(str(path))
        except KeyError as error:  # an unknown name, told in words
            if "cathode" not in str(error):
                raise

    def seeds() -> list[bytes]:
        text = (ROOT / "models/cell/parameters/cathodes.toml").read_text("utf-8")
        table = text[text.index("[NVP]") : text.index("[Na4VP]")]
        return [re.sub(r'source = "[^"]*"', 'source = "own"', table).encode()]

    return Reader(read, seeds, ".toml")


def _results() -> Reader:
    from sodalyte.screen.campaign.campaign import Campaign

    folder = Path(tempfile.mkdtemp(dir=quick_folder()))

    def choose(n: int, state: object) -> list[dict[str, Any]]:
        return [{"formulation": "1 M NaPF6 in DME", "list": "safe"}][:n]

    def read(path: Path) -> None:
        from sodalyte.screen.campaign.results_file import read_results

        rows = read_results(path)
        place = folder / "lab.journal"
        place.unlink(missing_ok=True)
        with Campaign.new(place) as campaign:
            campaign.ask(1, choose, model={"name": "m", "version": "1"}, data={})
            try:
                campaign.tell(rows)
            except KeyError as error:  # an unknown experiment, told in words
                if "xperiment" not in str(error):
                    raise

    def seeds() -> list[bytes]:
        header = "experiment,formulation,outcome,ce_percent,ce_qualifier,temperature_C"
        rows = (
            "E0001,,ran,99.5,=,25",
            ",1 M NaPF6 in G2,failed_early,12,<,25",
            "E0001,,would_not_run,,,",
        )
        return [f"{header}\n{row}\n".encode() for row in rows]

    return Reader(read, seeds, ".csv")


def _library() -> Reader:
    from sodalyte.screen.streaming.source import read_library

    text = b"name,smiles,density_g_per_mL\nx,COCCOC,0.86\ny,CCO,\n"
    return Reader(read_library, lambda: [text], ".csv")


def _proposals() -> Reader:
    from sodalyte.datasets.formulations.formulation import Formulation
    from sodalyte.screen.retraining.moves import read_proposals

    def read(path: Path) -> None:
        for entry in read_proposals(path)["proposals"]:
            Formulation.from_text(entry["formulation"])

    text = (
        b'{"proposals": [{"id": "P1", "formulation": "1 M NaPF6 in G2", "score": 1.0}],'
        b' "conditions": {"temperature_C": 25.0}}'
    )
    return Reader(read, lambda: [text], ".json")


def _checkpoint() -> Reader:
    import hashlib
    import json

    from sodalyte.screen.streaming.checkpoint import Checkpoint, read_checkpoint
    from sodalyte.screen.streaming.checkpoint import write_checkpoint as write
    from sodalyte.screen.streaming.tally import Entry, Tally

    def seeds() -> list[bytes]:
        entry = Entry(1, "k", 0.5, 0.1, (1.0, 2.0))
        path = quick_folder() / "checkpoint.seed"
        tally = Tally(2, 5, (entry,), (entry,))
        write(path, Checkpoint({"count": 3}, frozenset({0, 2}), tally))
        return [json.loads(path.read_text("utf-8"))["state"].encode()]

    def read(path: Path) -> None:
        """Put the fuzzed state into a whole file: the checksum hides the rest."""
        state = path.read_bytes().decode("utf-8", "replace")
        document = {
            "format": "sodalyte screen 1",
            "sha256": hashlib.sha256(state.encode()).hexdigest(),
            "state": state,
        }
        path.write_text(json.dumps(document), encoding="utf-8")
        read_checkpoint(path, {"count": 3}, 9)

    return Reader(read, seeds, ".json")


def _archive() -> Reader:
    import io
    import zipfile

    from sodalyte.models.archive import read_archive, write_archive

    def read(path: Path) -> None:
        """Put the fuzzed tree into a whole file: checksums hide the rest."""
        stream = io.BytesIO()
        import numpy as np

        tree = np.frombuffer(path.read_bytes(), dtype=np.uint8)
        np.savez(stream, tree=tree, array_0=np.zeros(3))
        path.write_bytes(stream.getvalue())
        read_archive(path)

    def seeds() -> list[bytes]:
        import numpy as np

        path = quick_folder() / "seed.npz"
        found = []
        for content in ({"a": (1, 2.0, None)}, [np.zeros(3)]):
            write_archive(content, path)
            with zipfile.ZipFile(path) as archive:
                raw = archive.read("tree.npy")
            found.append(raw[raw.index(b"\n") + 1 :])
        found.append(
            b'{"kind": "object", "type": "TableScaler", "state": {"kind": "dict", '
            b'"pairs": [["x", {"kind": "array", "key": "array_0"}]]}}'
        )
        return found

    return Reader(read, seeds, ".npz")


def _registry() -> Reader:
    from sodalyte.screen.surrogates.registry import Registry

    def read(path: Path) -> None:
        folder = quick_folder() / "registry"
        folder.mkdir(exist_ok=True)
        shutil.copy(path, folder / "registry.json")
        registry = Registry(folder)
        for version in [*registry.versions, registry.champion, registry.previous]:
            if version:
                registry.entry(version)
        if not isinstance(registry.history, list):
            raise TypeError("history is no list")

    text = (
        b'{"format": 1, "champions": ["v1"], "versions": {"v1": '
        b'{"sha256": "00", "data_sha256": "00", "card_sha256": "00"}}, "history": []}'
    )
    return Reader(read, lambda: [text], ".json")


READERS: dict[str, Callable[[], Reader]] = {
    "notation": _notation,
    "check-csv": _check_csv,
    "check-xlsx": _check_xlsx,
    "check-sheet": _check_sheet,
    "model": _model,
    "space": _space,
    "targets": _targets,
    "components": _components,
    "design": _design,
    "cathode": _cathode,
    "results": _results,
    "library": _library,
    "proposals": _proposals,
    "checkpoint": _checkpoint,
    "archive": _archive,
    "registry": _registry,
}


def quick_folder() -> Path:
    """Give a folder of this run, in memory where the system has one there."""
    memory = Path("/dev/shm")
    base = memory if memory.is_dir() else Path(tempfile.gettempdir())
    folder = base / f"sodalyte-fuzz-{os.getpid()}"
    folder.mkdir(exist_ok=True)
    return folder
