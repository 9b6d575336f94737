"""The unit's workbook drawn: blank, prefilled, for paper, or from a return's data."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from toolkit.check.shape import misfit
from toolkit.files.grid import open_grid
from toolkit.files.paint import paint
from toolkit.model import Return
from toolkit.profile.form import Profile
from toolkit.profile.stored import read_json
from toolkit.returns.data import from_data
from toolkit.returns.read import read
from toolkit.steps.choosing import chosen
from toolkit.steps.paths import Placed, StepError, place
from toolkit.steps.rulebook import at_office, catalogue
from toolkit.template.draw import BLANK_PROJECTS, draw
from toolkit.template.xlsm import unit_book


def template(
    out: Path,
    profile: Profile,
    *,
    source: Path | Return | None = None,
    names: Sequence[str] = (),
    count: int = BLANK_PROJECTS,
    macros: bool = False,
) -> Placed:
    """Draw the unit's workbook: blank for `count` projects or a list of names, or holding what `source` holds.

    With macros, the same workbook with buttons (.xlsm).
    """
    beside = [source] if isinstance(source, Path) else []
    profile = at_office(profile, [*beside, out.parent] if out.parent.is_dir() else beside)
    filled = return_of(source, profile) if isinstance(source, Path) else source
    rules = catalogue(profile).rules
    painting = draw(profile, rules, filled, names, count, library=True)
    if macros:
        return place(out, lambda path: unit_book(painting, profile, path))
    return place(out, lambda path: paint(painting, path))


def paper(source: Path, out: Path, profile: Profile) -> Placed:
    """Draw a filled workbook for printing and signing: used sheets and rows only, with its content number."""
    profile = at_office(profile, [source])
    filled = return_of(source, profile)
    rules = catalogue(profile).rules
    return place(out, lambda path: paint(draw(profile, rules, filled, paper=True), path))


def draw_return(source: Path, out: Path, profile: str = "") -> None:
    """Draw the template with the values of a return in it (JSON or a filled workbook), in place of what lies at `out`.

    `profile` is the id of one; "": the one that the source is of.
    """
    with tempfile.TemporaryDirectory() as folder:
        drawn = template(Path(folder) / out.name, chosen(profile, [source]).profile, source=source)
        shutil.copyfile(drawn.path, out)


def return_of(source: Path, profile: Profile) -> Return:
    """What a workbook or a JSON file holds."""
    if source.suffix.lower() != ".json":
        return read(open_grid(source), profile)
    data = read_json(source)
    if wrong := misfit(data, profile):
        raise StepError(f"“{source.name}”不能当作填报表的数据：{wrong}")
    return from_data(data, profile, source.name)
