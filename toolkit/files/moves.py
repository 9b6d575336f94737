"""Results moved to their places so that all of them can be taken back: by the run itself, or by the next one if it is killed.

Before a file is moved, what lies in its place is kept in the run's hidden folder, and a line about the move is added to a list
there. The list is removed when every file is in its place. Where it still lies in a dead run's folder, that run did not get
to its end.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from toolkit.files.source import sha256

LIST = "moves"
KEPT = "kept"


class Moves:
    """The moves of one run, whose hidden folder is `hidden`; all places lie below the folder that it lies in."""

    def __init__(self, hidden: Path) -> None:
        self.hidden = hidden
        self._count = 0

    def folder(self, path: Path) -> None:
        """Make a folder, and those above it, where they are missing."""
        missing = [one for one in (path, *path.parents) if not one.exists()]
        for one in reversed(missing):
            self._write({"folder": self._inner(one)})
            one.mkdir(exist_ok=True)

    def move(self, staged: Path, target: Path) -> bool:
        """Move a file onto its place; False where another program holds the place open."""
        self._count += 1
        kept = str(self._count) if target.exists() else ""
        if kept:
            (self.hidden / KEPT).mkdir(exist_ok=True)
            _keep(target, self.hidden / KEPT / kept)
        self._write(
            {"file": self._inner(target), "kept": kept, "sha256": sha256(staged)}
        )
        try:
            staged.replace(target)
        except PermissionError:
            return False
        return True

    def take_back(self) -> list[Path]:
        """Put everything back as it was; return the files that could not be, and are the new ones."""
        return take_back(self.hidden)

    def settle(self) -> None:
        """Every file is in its place: from now on nothing is taken back."""
        (self.hidden / LIST).unlink(missing_ok=True)

    def _inner(self, path: Path) -> str:
        return Path(os.path.relpath(path, self.hidden.parent)).as_posix()

    def _write(self, line: dict[str, str]) -> None:
        with (self.hidden / LIST).open("a", encoding="utf-8") as file:
            file.write(f"{json.dumps(line)}\n")


def take_back(hidden: Path) -> list[Path]:
    """Undo the moves that a hidden folder lists, last first; return the files that could not be put back.

    A file that is no longer what was moved there is a person's by now, and stays.
    """
    stuck: list[Path] = []
    for line in reversed(list(_lines(hidden))):
        if "folder" in line:
            with suppress(OSError):  # a folder that holds something stays
                (hidden.parent / line["folder"]).rmdir()
            continue
        target = hidden.parent / line["file"]
        try:
            if target.is_file() and sha256(target) == line["sha256"]:
                _put_back(hidden / KEPT, line["kept"], target)
        except OSError:
            stuck.append(target)
    return stuck


def _lines(hidden: Path) -> Iterator[dict[str, str]]:
    """The moves in a list. A last line that was cut off is of a move that was not made."""
    with suppress(OSError, ValueError), (hidden / LIST).open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def _keep(target: Path, kept: Path) -> None:
    """Keep what lies in a place: as another name of the same file where the system has such, else as a copy."""
    try:
        os.link(target, kept)
    except OSError:
        shutil.copy2(target, kept)


def _put_back(folder: Path, kept: str, target: Path) -> None:
    """Give a place back what lay there; where nothing did, nothing shall."""
    if kept:
        (folder / kept).replace(target)
    else:
        target.unlink()
