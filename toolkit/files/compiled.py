"""What was made of the program's own text once, kept beside the modules that Python has compiled, and as those are kept.

Whoever could put something else in its place could as well change the compiled modules themselves. Nothing of any workbook lies
here. Where Python compiles nothing down (PYTHONDONTWRITEBYTECODE), or may not write, nothing is kept, and all is made anew.
"""

from __future__ import annotations

import marshal
import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from hashlib import sha256
from importlib.util import cache_from_source
from pathlib import Path
from typing import Any

SEAL = 32  # bytes of a SHA-256
MOST = 16 << 20  # bytes of what is kept under one name


def kept(name: str, rests_on: bytes) -> Any:
    """What an earlier run kept under a name; None where there is nothing, or it rests on something else than now.

    `rests_on` is all that decides what it is.
    """
    try:
        with place_of(name).open("rb") as file:
            data = file.read(MOST)
        seal, body = data[:SEAL], data[SEAL:]
        return marshal.loads(body) if seal == _seal(rests_on, body) else None  # noqa: S302  as Python does with its own
    except (OSError, ValueError, EOFError, TypeError, NotImplementedError):
        return None


def keep(name: str, rests_on: bytes, thing: Any) -> None:
    """Keep something plain for later runs, if that can be done."""
    if sys.dont_write_bytecode:
        return
    with suppress(OSError, NotImplementedError):
        body = marshal.dumps(thing)
        place = place_of(name)
        # Two runs at once: whoever comes last has the last word, and neither is seen half written.
        own = place.with_suffix(f".{os.getpid()}")
        try:
            own.write_bytes(_seal(rests_on, body) + body)
            own.replace(place)
        finally:
            own.unlink(missing_ok=True)


def content(*folders: Path) -> bytes:
    """A number of every file in some folders and those below: its name and its bytes. Raise OSError where one is not read."""
    whole = sha256()
    for folder in folders:
        for path in sorted(_files(str(folder))):
            # Hundreds of files: paths as texts, and reading without a buffer, take a third of the time.
            with open(path, "rb", buffering=0) as stream:  # noqa: PTH123
                data = stream.read()
            whole.update(b"%b %d " % (os.fsencode(path), len(data)))
            whole.update(data)
    return whole.digest()


def _files(folder: str) -> Iterator[str]:
    """The files below a folder, but for those that Python compiled."""
    for root, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name != "__pycache__"]
        yield from (f"{root}{os.sep}{name}" for name in names)


def _seal(rests_on: bytes, body: bytes) -> bytes:
    """What says that something is whole, and what it rests on: Python's own release among it."""
    return sha256(b"%b %b %b" % (sys.version.encode(), rests_on, body)).digest()


def place_of(name: str) -> Path:
    """Where it lies; raise NotImplementedError for a Python that keeps no compiled modules."""
    module = Path(cache_from_source(__file__))
    return module.with_name(f"{name}.{sys.implementation.cache_tag}.kept")
