"""Files and folders that a person named, and a single result laid down where the person wants it."""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from toolkit.errors import ToolkitError, why_not_read
from toolkit.files.outbox import Outbox
from toolkit.files.text import read_text
from toolkit.profile.form import Profile
from toolkit.publish.department import KEY

WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".et")


class StepError(ToolkitError):
    """A step that cannot be done; the message is a Chinese sentence with the remedy."""


@dataclass(frozen=True)
class Placed:
    """A single result: where it lies, and what a person should know about that."""

    path: Path
    notes: tuple[str, ...]


def place(out: Path, write: Callable[[Path], None]) -> Placed:
    """Lay one result down whole, and never over a file that lies there: then it goes beside it, under the next number."""
    if not out.name or out.name == "..":
        raise StepError(f"“{out}”是一个文件夹。请写出要生成的文件的名字。")
    with Outbox(out.parent, recorded=False) as box, box.file(out.name) as path:
        write(path)
    return Placed(box.placed[out.name], box.notes)


def names_in(path: Path) -> tuple[str, ...]:
    """The names in a list: a text file, one a line."""
    lines = [line.strip() for line in read_text(path).splitlines()]
    return tuple(line for line in lines if line)


def workbooks(paths: Sequence[Path], profile: Profile, besides: Sequence[Path] = ()) -> Iterator[Path]:
    """Yield the units' workbooks among files and folders, by name, each once.

    Lock files, the department's own workbook and those of `besides` are passed over.
    """
    own = profile.books[KEY].title
    passed = {path.resolve() for path in besides}
    for path in paths:
        listed = [path]
        if is_folder(path):
            listed = [found for found in _files_in(path) if _may_be_a_unit(found, own)]
        for found in listed:
            if found.resolve() not in passed:
                yield found
        passed |= {found.resolve() for found in listed}


def _may_be_a_unit(path: Path, own: str) -> bool:
    """Whether a file of a folder is taken for a unit's workbook, by its name; `own` is the department's own one."""
    hidden = path.name.startswith(("~$", "."))
    return path.suffix.lower() in WORKBOOKS and not hidden and not path.stem.startswith(own)


def is_folder(path: Path) -> bool:
    """Whether a path is a folder, not a file; raise StepError where it is nothing, or the system does not say."""
    try:
        mode = path.stat().st_mode
    except OSError as error:
        raise StepError(f"找不到“{path}”：{why_not_read(error)}。") from error
    return stat.S_ISDIR(mode)


def _files_in(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if path.is_file())
    except OSError as error:
        raise StepError(f"打不开文件夹“{folder}”：{why_not_read(error)}。") from error
