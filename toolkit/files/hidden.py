"""The hidden folder of a run: held for as long as the run lives, so that the next run knows what may be swept away.

A run holds a lock on a file in its folder, which the system lets go whatever ends the run. Whoever can take that lock may
remove the folder; a run that finds its folder gone before it held it makes another one.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

PREFIX = ".disclosure-unfinished-"
ABANDONED = 3600  # seconds after which a folder is swept away where no lock can tell
LOCK = "lock"
TRIES = 20

if sys.platform == "win32":
    import ctypes
    import msvcrt

    def _hold(stream: IO[bytes]) -> None:
        """Take the lock of an open file, or raise BlockingIOError or PermissionError at once."""
        msvcrt.locking(stream.fileno(), msvcrt.LK_NBLCK, 1)

    def _hide(folder: Path) -> None:
        """A leading point hides nothing there."""
        ctypes.windll.kernel32.SetFileAttributesW(str(folder), 2)

else:
    import fcntl

    def _hold(stream: IO[bytes]) -> None:
        """Take the lock of an open file, or raise BlockingIOError or PermissionError at once."""
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _hide(folder: Path) -> None:
        """The leading point does it."""


class HiddenFolder:
    """A hidden folder that this run has made in a place, and holds until `remove`."""

    def __init__(self, place: Path) -> None:
        for _ in range(TRIES):
            self.path = Path(tempfile.mkdtemp(prefix=PREFIX, dir=place))
            try:
                self._lock = (self.path / LOCK).open("xb")
            except (
                FileNotFoundError
            ):  # another run took it for abandoned before it was held
                continue
            if self._is_held():
                _hide(self.path)
                return
            self._lock.close()
        raise FileNotFoundError(f"no hidden folder of ours stays in {place}")

    def _is_held(self) -> bool:
        """Take the lock; False where another run is removing the folder just now, or has done so."""
        try:
            _hold(self._lock)
            return os.path.samestat(
                (self.path / LOCK).stat(), os.fstat(self._lock.fileno())
            )
        except (BlockingIOError, PermissionError, FileNotFoundError):
            return False
        except OSError:
            return True  # a system without locks: then the folder's age tells

    def remove(self) -> None:
        """Remove the folder; what cannot be removed is left to the next run."""
        _empty(self.path)
        self._lock.close()
        _finish(self.path)


def sweep(place: Path, take_back: Callable[[Path], object]) -> None:
    """Remove the hidden folders in a place whose runs are dead. `take_back` first undoes what such a run had half done."""
    with suppress(OSError):
        for left in sorted(place.glob(f"{PREFIX}*")):
            with suppress(OSError):
                _sweep(left, take_back)


def _sweep(folder: Path, take_back: Callable[[Path], object]) -> None:
    try:
        lock = (folder / LOCK).open("rb+")
    except FileNotFoundError:
        _sweep_unlocked(folder)
        return
    except NotADirectoryError:
        folder.unlink()
        return
    with lock:
        if not _is_dead(lock, folder):
            return
        take_back(folder)
        _empty(folder)
    _finish(folder)


def _is_dead(lock: IO[bytes], folder: Path) -> bool:
    """Whether no living run holds the lock."""
    try:
        _hold(lock)
    except (BlockingIOError, PermissionError):
        return False
    except OSError:
        return _is_old(folder)
    return True


def _sweep_unlocked(folder: Path) -> None:
    """A folder without a lock is empty: its run was killed before it held it, or is about to find out that it is gone."""
    try:
        folder.rmdir()
    except OSError:
        if _is_old(folder):
            shutil.rmtree(folder, ignore_errors=True)


def _is_old(folder: Path) -> bool:
    return time.time() - folder.stat().st_mtime > ABANDONED


def _empty(folder: Path) -> None:
    """Remove all but the lock, which goes last: whoever is killed in between leaves what can still be told to be dead."""
    with suppress(OSError):
        for path in folder.iterdir():
            if path.name == LOCK:
                continue
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                with suppress(OSError):
                    path.unlink()


def _finish(folder: Path) -> None:
    with suppress(OSError):
        (folder / LOCK).unlink(missing_ok=True)
        folder.rmdir()


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Keep other runs from laying anything down in a folder meanwhile, as far as the system has locks."""
    if sys.platform == "win32":
        # a folder cannot be locked there, and an open file cannot be removed
        path = folder / f"{PREFIX}turn"
        with path.open("ab") as stream:
            _wait(stream)
            yield
        with suppress(OSError):
            path.unlink()
    else:
        turn = os.open(folder, os.O_RDONLY)
        try:
            with suppress(OSError):
                fcntl.flock(turn, fcntl.LOCK_EX)
            yield
        finally:
            os.close(turn)


def _wait(stream: IO[bytes]) -> None:
    """Wait for a lock as long as a run may take to lay down its results."""
    for _ in range(600):
        try:
            _hold(stream)
        except (BlockingIOError, PermissionError):
            time.sleep(0.1)
        except OSError:
            return
        else:
            return
