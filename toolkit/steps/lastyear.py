"""What the department published the year before, found beside its units' workbooks."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from toolkit.files.folder import PUBLISHED, is_folder
from toolkit.files.grid import open_grid
from toolkit.model import Return, record
from toolkit.profile.form import Profile
from toolkit.returns.carried import take_over
from toolkit.returns.data import from_data
from toolkit.returns.read import read
from toolkit.steps.choosing import earlier


@record()
class Published:
    """What was published, as last year's figures in this year's forms, and the hash of the bytes that were read."""

    book: Return
    sha256: str


def published_figures(paths: Sequence[Path], profile: Profile) -> Return | None:
    """The same without the hash."""
    found = published_beside(paths, profile)
    return found.book if found is not None else None


def published_beside(paths: Sequence[Path], profile: Profile) -> Published | None:
    """The published figures as last year's in a profile's forms; None where no folder of these holds any.

    Where no profile of the year before is installed, the tables are read by this one: forms change less than figures do.
    """
    for folder in paths:
        path = folder / PUBLISHED
        if is_folder(folder) and path.is_file():
            before = earlier(path, profile) or profile
            grid = open_grid(path)
            taken = take_over(read(grid, before), before, profile)
            return Published(from_data(taken.data, profile, PUBLISHED), grid.sha256)
    return None
