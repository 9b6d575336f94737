"""Files and folders that a person named, and a single result laid down where the person wants it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from toolkit.errors import ToolkitError
from toolkit.files.folder import Collected, collect
from toolkit.files.outbox import Outbox
from toolkit.files.text import read_text
from toolkit.model import record
from toolkit.profile.form import Profile
from toolkit.profile.office_codes import office_files


class StepError(ToolkitError):
    """A step that cannot be done; the message is a Chinese sentence with the remedy."""


@record()
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


def collected(
    paths: Sequence[Path], profile: Profile, besides: Sequence[Path] = ()
) -> Collected:
    """The units' workbooks among files and folders, each once, and what is passed over; those of `besides` are none.

    Neither are the office's code lists.
    """
    lists = [
        path
        for folder in paths
        for each in office_files(folder).values()
        for path in each
    ]
    return collect(paths, profile.own_title, [*besides, *lists])


def workbooks(
    paths: Sequence[Path], profile: Profile, besides: Sequence[Path] = ()
) -> Iterator[Path]:
    """Yield the units' workbooks among files and folders, each once."""
    yield from collected(paths, profile, besides).workbooks
