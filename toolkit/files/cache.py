"""What earlier runs found out, kept beside the user's other caches: for that user alone, bounded, and free to be lost.

One database of sealed answers. Whatever is wrong with it, before a run or in the midst of one, an answer is then merely not
known: it may be deleted, damaged, full, or held by another run at any time. What comes out of it is data, never code.
"""

from __future__ import annotations

import json
import os
import sqlite3
import stat
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

FOLDER = "DISCLOSURE_CACHE"  # the environment's word for the folder; an empty one is for no cache
APPLICATION = "budget-disclosure-toolkit"
FILE = "answers-1.sqlite"  # a later layout has another number
MOST = 256 << 20  # bytes of the database
LONGEST = 64 << 20  # bytes of one answer, unpacked
BATCH = 128  # answers that are written together
PATIENCE = 2.0  # seconds to wait for another run that is just writing
QUICK = 1  # zlib's level: the others gain little
OLDEST_GO = "DELETE FROM answers WHERE age <= (SELECT min(age) + (max(age) - min(age)) / 4 FROM answers)"  # a quarter
LAYOUT = "CREATE TABLE IF NOT EXISTS answers (age INTEGER PRIMARY KEY AUTOINCREMENT, key BLOB UNIQUE, seal BLOB, body BLOB)"

# What says that the database cannot be used now, though it may be sound: another run, the disk, the rights to it.
_NOT_NOW = (
    *(
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CANTOPEN,
    ),
    *(
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_INTERRUPT,
    ),
)


def folder() -> Path | None:
    """Where this user's cache lies; None where the environment wants none."""
    said = os.environ.get(FOLDER)
    if said is not None:
        return Path(said) if said else None
    # Loaded only here: most commands have no cache.
    from platformdirs import user_cache_path

    return user_cache_path(APPLICATION, appauthor=False)


@contextmanager
def cache() -> Iterator[Cache | None]:
    """The user's cache, open; None where there is none."""
    place = folder()
    if place is None:
        yield None
        return
    opened = Cache(place)
    try:
        yield opened
    finally:
        opened.close()


class Cache:
    """Answers by key, in a folder that only this user may look into."""

    def __init__(self, place: Path, most: int = MOST) -> None:
        self.path = place / FILE
        self._most = most
        self._new: list[tuple[bytes, bytes, bytes]] = []
        self._base: sqlite3.Connection | None = None
        with self._forgiven():
            _for_us_alone(place, self.path)
            self._base = sqlite3.connect(
                self.path, timeout=PATIENCE, isolation_level=None
            )
            # what a power cut takes is found out again
            self._base.execute("PRAGMA synchronous = OFF")
            # of a new database: it shrinks where the oldest go
            self._base.execute("PRAGMA auto_vacuum = FULL")
            self._base.execute(LAYOUT)

    def get(self, key: bytes) -> Any:
        """The data that were kept under a key; None where there are none, or they are not what was kept.

        Raise ValueError where what was kept is no data: never for what `written` made.
        """
        if self._base is None:
            return None
        row = None
        with self._forgiven():
            row = self._base.execute(
                "SELECT seal, body FROM answers WHERE key = ?", (key,)
            ).fetchone()
        if (
            row is None
            or not all(isinstance(one, bytes) for one in row)
            or row[0] != _seal(key, row[1])
        ):
            return None
        return unwritten(row[1])

    def put(self, key: bytes, body: bytes) -> None:
        """Keep what `written` made of data."""
        self._new.append((key, _seal(key, body), body))
        if len(self._new) >= BATCH:
            self.flush()

    def flush(self) -> None:
        """Write what is new, all of it or nothing; the oldest go where there is too much."""
        new, self._new = self._new, []
        if self._base is None or not new:
            return
        with self._forgiven():
            self._base.execute("BEGIN IMMEDIATE")
            self._base.executemany(
                "INSERT OR REPLACE INTO answers (key, seal, body) VALUES (?, ?, ?)", new
            )
            self._base.execute("COMMIT")
            while self._size() > self._most and self._base.execute(OLDEST_GO).rowcount:
                pass

    def close(self) -> None:
        """Write what is new, and let go."""
        self.flush()
        self._let_go()

    def _size(self) -> int:
        """The bytes that the answers take."""
        if self._base is None:
            return 0
        said = [
            self._base.execute(f"PRAGMA {one}").fetchone()[0]
            for one in ("page_count", "freelist_count", "page_size")
        ]
        pages, free, size = said
        return int(pages - free) * int(size)

    def _let_go(self) -> None:
        base, self._base = self._base, None
        if base is not None:
            with suppress(sqlite3.Error):
                base.close()

    @contextmanager
    def _forgiven(self) -> Iterator[None]:
        """Whatever goes wrong: from then on there is no cache. One that is no database, or no longer one, is removed."""
        try:
            yield
        except (OSError, ValueError, OverflowError):
            self._let_go()
        except sqlite3.Error as error:
            self._let_go()
            # The lowest byte is the kind; above it stands what more is known.
            if (
                getattr(error, "sqlite_errorcode", sqlite3.SQLITE_BUSY) & 0xFF
                not in _NOT_NOW
            ):
                with suppress(OSError):
                    self.path.unlink()


def written(data: object) -> bytes:
    """Data as they are kept: JSON, packed."""
    return zlib.compress(
        json.dumps(data, ensure_ascii=True, separators=(",", ":")).encode("ascii"),
        QUICK,
    )


def unwritten(body: bytes) -> Any:
    """The data that `written` was given; raise ValueError where it is nothing of the kind."""
    unpacker = zlib.decompressobj()
    try:
        text = unpacker.decompress(body, LONGEST)
    except zlib.error as error:
        raise ValueError("not packed") from error
    if not unpacker.eof:
        raise ValueError("too long, or cut off")
    return json.loads(text)


def _seal(key: bytes, body: bytes) -> bytes:
    """What shows that these are the bytes that were kept under this key."""
    return sha256(key + body).digest()


def _for_us_alone(place: Path, path: Path) -> None:
    """Make the folder and the file so that nobody else can look into them; raise OSError where they are not ours."""
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    if sys.platform == "win32":
        return  # a user's own folders are that user's alone there
    _ours(place, place.lstat(), stat.S_ISDIR, 0o700)
    file = os.open(path, os.O_CREAT | os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        _ours(path, os.fstat(file), stat.S_ISREG, 0o600)
    finally:
        os.close(file)


if sys.platform != "win32":
    from collections.abc import Callable

    def _ours(
        path: Path, about: os.stat_result, kind: Callable[[int], bool], mode: int
    ) -> None:
        """See that what lies there is of a kind, is ours, and nobody else's."""
        if not kind(about.st_mode) or about.st_uid != os.geteuid():
            raise PermissionError(path)
        if stat.S_IMODE(about.st_mode) & 0o077:
            path.chmod(mode)
