"""What the department published the year before, found beside its units' workbooks."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from toolkit.files.folder import PUBLISHED, PUBLISHED_TEXTS, is_folder
from toolkit.files.grid import open_grid
from toolkit.model import Return, record
from toolkit.profile.form import Profile
from toolkit.returns.carried import take_over
from toolkit.returns.data import from_data
from toolkit.returns.read import read
from toolkit.steps.choosing import earlier


@record()
class Published:
    """What was published, as last year's figures in this year's forms: the file, and the hash of the bytes that were read."""

    book: Return
    sha256: str
    name: str = PUBLISHED


def published_figures(paths: Sequence[Path], profile: Profile) -> Return | None:
    """The same without the hash."""
    found = published_beside(paths, profile)
    return found.book if found is not None else None


def published_beside(paths: Sequence[Path], profile: Profile) -> Published | None:
    """The published figures as last year's in a profile's forms; None where no folder of these holds any.

    The tables are taken where a folder holds them, else the statement. Raise StepError where that is of another year.
    Where no profile of the year before is installed, the tables are read by this one: forms change less than figures do.
    """
    for folder in paths:
        path = folder / PUBLISHED
        if is_folder(folder) and path.is_file():
            before = earlier(path, profile) or profile
            grid = open_grid(path)
            taken = take_over(read(grid, before), before, profile)
            return Published(from_data(taken.data, profile, PUBLISHED), grid.sha256)
        text = _text_in(folder)
        if text is not None:
            # what reads statements is loaded where there is one
            from toolkit.steps.transcribing import figures_of

            book, sha256 = figures_of(text, profile)
            return Published(book, sha256, text.name)
    return None


def _text_in(folder: Path) -> Path | None:
    """The statement of the year before that lies in a folder; None where there is none."""
    if not is_folder(folder):
        return None
    there = (folder / name for name in PUBLISHED_TEXTS)
    return next((path for path in there if path.is_file()), None)
