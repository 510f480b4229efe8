"""Coverage-guided fuzzing of every reader of what a user or a file says.

Needs Atheris, which is no dependency of the project::

    pip install atheris
    python tests/fuzz/fuzz_readers.py notation --seconds 600
    python tests/fuzz/fuzz_readers.py --list

A reader may answer with ValueError or OSError; anything else, more than a second of
work or 2 GB is a finding. One input of each finding is kept in
``build/fuzz/NAME/found`` and becomes a test in ``tests/test_hard_use_findings.py``.
The corpus of one run is the start of the next.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import time
import traceback
from pathlib import Path
from typing import Any

from readers import READERS, ROOT, Reader, quick_folder

MOST_BYTES = 16_384
MOST_SECONDS = 1.0  # CPU time of one input, instrumented
HANGS_SECONDS = 30
MOST_MESSAGE = 5_000
PARTS = ("corpus", "found")
TOKEN = re.compile(r'"[^"\n]*"|[\w.+-]+|\s+|.', re.DOTALL)
VALUES = (
    "0 1 -1 1e999 nan inf -0.0 1e308 99.9 100 '' ' ' [] {} [[]] true null \"x\" '\\0' "
    "'=1+1' '../x' '/etc/passwd' NaPF6 'G2' \"NaPF6\" '1 M NaPF6 in G2' [1,2] "
    '["NaPF6"] {low=1,high=0} 1979-05-27 "\u00b2" 0x10 1_0 '
).split(" ")


def _mutated(data: bytes, limit: int, seed: int, words: list[str]) -> bytes:
    """Replace, drop, double or swap some words; half the time leave it to libFuzzer."""
    import atheris

    chance = random.Random(seed)
    if chance.random() < 0.4:
        return bytes(atheris.Mutate(data, limit))
    tokens = TOKEN.findall(data.decode("utf-8", "replace"))
    for _ in range(chance.randint(1, 4)):
        if not tokens:
            break
        i, j = chance.randrange(len(tokens)), chance.randrange(len(tokens))
        kind = chance.randrange(5)
        if kind == 0:
            tokens[i] = chance.choice(words)
        elif kind == 1:
            tokens[i] = tokens[j]
        elif kind == 2:
            del tokens[i]
        elif kind == 3:
            tokens[i:i] = tokens[min(i, j) : max(i, j)][:40]
        else:
            tokens[i], tokens[j] = tokens[j], tokens[i]
    return "".join(tokens).encode("utf-8", "replace")[:limit]


def _place(error: Exception) -> str:
    """Name the innermost line of ours that an error passed through."""
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if "fuzz" not in frame.filename and "site-packages" not in frame.filename
    ]
    last = frames[-1] if frames else None
    return f"{Path(last.filename).name}:{last.lineno}" if last else "nowhere"


def fault_of(reader: Reader, data: bytes) -> str:
    """Read an input; return what is wrong with the answer, or nothing."""
    place: Any = quick_folder() / f"input{reader.ending}"
    if reader.ending:
        place.write_bytes(data)
    else:
        place = data.decode("utf-8", "surrogateescape")
    begin = time.process_time()
    try:
        reader.read(place)
    except (ValueError, OSError) as error:
        if not str(error).strip() or len(str(error)) > MOST_MESSAGE:
            return f"long message {_place(error)}"
    except Exception as error:
        return f"{type(error).__name__} {_place(error)}"
    return "slow" if time.process_time() - begin > MOST_SECONDS else ""


def fuzz(name: str, seconds: int) -> None:
    """Fuzz one reader for a time, from its seeds and the corpus of earlier runs."""
    import atheris

    corpus, found = (ROOT / "build" / "fuzz" / name / part for part in PARTS)
    for one in (corpus, found):
        one.mkdir(parents=True, exist_ok=True)
    with atheris.instrument_imports(include=["sodalyte", "tomllib"]):
        reader = READERS[name]()
        seeds = reader.seeds()
        for seed in seeds:  # what is imported at first use is instrumented too
            fault_of(reader, seed)
    for i, seed in enumerate(seeds):
        (corpus / f"seed-{i}").write_bytes(seed)
    texts = [
        token for seed in seeds[:20] for token in TOKEN.findall(seed.decode("latin-1"))
    ]
    words = [*VALUES, *sorted({text for text in texts if text.strip()})]
    told: set[str] = set()

    def one_input(data: bytes) -> None:
        fault = fault_of(reader, data)
        if fault and fault not in told:
            told.add(fault)
            number = len(list(found.iterdir()))
            (found / f"{number}{reader.ending or '.txt'}").write_bytes(data)
            sys.stderr.write(f"FINDING {number}: {fault}\n")

    def mutate(data: bytes, limit: int, seed: int) -> bytes:
        return _mutated(data, limit, seed, words)

    options = [
        f"-max_total_time={seconds}",
        f"-max_len={MOST_BYTES}",
        f"-timeout={HANGS_SECONDS}",
        "-rss_limit_mb=2048",
        f"-artifact_prefix={found}/",
        "-print_final_stats=1",
        str(corpus),
    ]
    atheris.Setup([sys.argv[0], *options], one_input, custom_mutator=mutate)
    atheris.Fuzz()


def replay(name: str) -> None:
    """Read all inputs of earlier runs again; needs no Atheris."""
    reader = READERS[name]()
    for part in PARTS:
        for path in sorted((ROOT / "build" / "fuzz" / name / part).glob("*")):
            fault = fault_of(reader, path.read_bytes())
            if fault:
                sys.stderr.write(f"{path}: {fault}\n")


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("name", nargs="?", choices=sorted(READERS))
    parser.add_argument("--seconds", type=int, default=300)
    parser.add_argument("--replay", action="store_true", help="read what was kept")
    parser.add_argument("--list", action="store_true", help="name the readers")
    options = parser.parse_args()
    if options.list or options.name is None:
        sys.stdout.write("\n".join(READERS) + "\n")
        return
    if options.replay:
        replay(options.name)
        return
    fuzz(options.name, options.seconds)


if __name__ == "__main__":
    main()
