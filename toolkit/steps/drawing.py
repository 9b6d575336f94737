"""The unit's workbook drawn: blank, prefilled, for paper, or from a return's data."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from toolkit.check.shape import misfit
from toolkit.files.folder import STATEMENTS
from toolkit.files.grid import open_grid
from toolkit.files.paint import paint
from toolkit.model import Return, record
from toolkit.profile.by_door import drawn_by, through, with_lines
from toolkit.profile.form import Profile
from toolkit.profile.stored import read_json
from toolkit.returns.carried import (
    CONFIRMED,
    Carried,
    NotTaken,
    TakenOver,
    take_over,
)
from toolkit.returns.carried import SHEET as CARRIED_SHEET
from toolkit.returns.data import from_data
from toolkit.returns.origins import Line, lines_in
from toolkit.returns.read import read
from toolkit.steps.choosing import chosen, earlier
from toolkit.steps.paths import Placed, StepError, place
from toolkit.steps.rulebook import at_office, catalogue
from toolkit.template.draw import BLANK_PROJECTS, draw, with_carried
from toolkit.template.not_taken import SHEET as NOT_TAKEN_SHEET
from toolkit.template.not_taken import not_taken_sheet
from toolkit.template.origins import with_origins
from toolkit.template.xlsm import unit_book

DATA = ".json"  # a return as data


def template(
    out: Path,
    profile: Profile,
    *,
    source: Path | Return | Source | None = None,
    names: Sequence[str] = (),
    count: int = BLANK_PROJECTS,
    macros: bool = False,
    lines: int = 0,
) -> Placed:
    """Draw the unit's workbook: blank for `count` projects or a list of names, or holding what `source` holds.

    With macros, the same workbook with buttons (.xlsm). Lists of entries have at least so many `lines`.
    """
    beside = [source] if isinstance(source, Path) else []
    profile = at_office(
        profile, [*beside, out.parent] if out.parent.is_dir() else beside
    )
    given = source_of(source, profile) if isinstance(source, Path) else source
    filled, taken = (
        (given.filled, given.taken) if isinstance(given, Source) else (given, ())
    )
    if lines:
        profile = _roomy(profile, lines, filled)
    painting = draw(
        profile, catalogue(profile).rules, filled, names, count, library=True
    )
    if filled is not None and taken:
        painting = with_carried(painting, profile, filled, taken)
    if filled is not None and isinstance(given, Source) and given.lines:
        painting = with_origins(
            painting, filled, given.lines, drawn_by(profile, filled).book
        )
    if isinstance(given, Source) and given.left:
        painting.canvases.append(not_taken_sheet(given.left))
    if macros:
        return place(out, lambda path: unit_book(painting, profile, path))
    return place(out, lambda path: paint(painting, path))


def by_door(profile: Profile, door: str) -> Profile:
    """The profile as one door has it; raise StepError, with those that there are, for another word."""
    if door not in profile.doors:
        there = (
            f"可以写的是：{'、'.join(profile.doors)}"
            if profile.doors
            else "这套表样只有一种，不用写"
        )
        raise StepError(f"表样“{profile.id}”没有填报方式“{door}”，{there}")
    return through(profile, profile.doors[door])


def _roomy(profile: Profile, lines: int, filled: Return | None) -> Profile:
    """The profile with so many lines in its lists of entries; raise StepError where the workbook will have none."""
    if not any(
        block.is_derived for block in drawn_by(profile, filled).book.blocks.values()
    ):
        raise StepError(
            "这种填报方式没有收入明细、支出明细，不用写 --lines；要画明细的，请加上 --door 明细"
        )
    return with_lines(profile, lines)


def paper(source: Path, out: Path, profile: Profile) -> Placed:
    """Draw a filled workbook for printing and signing: used sheets and rows only, with its content number."""
    profile = at_office(profile, [source])
    filled = return_of(source, profile)
    rules = catalogue(profile).rules
    return place(
        out, lambda path: paint(draw(profile, rules, filled, paper=True), path)
    )


def draw_return(source: Path, out: Path, profile: str = "") -> None:
    """Draw the template with the values of a return in it (JSON or a filled workbook), in place of what lies at `out`.

    `profile` is the id of one; "": the one that the source is of.
    """
    with tempfile.TemporaryDirectory() as folder:
        drawn = template(
            Path(folder) / out.name, chosen(profile, [source]).profile, source=source
        )
        shutil.copyfile(drawn.path, out)


@record()
class Source:
    """What a workbook is drawn with: a return, the texts in it that an earlier year wrote, what a person should know."""

    filled: Return
    taken: tuple[Carried, ...] = ()
    notes: tuple[str, ...] = ()
    lines: tuple[Line, ...] = ()  # which of its figures were taken over, and from where
    left: tuple[NotTaken, ...] = ()  # what of a published statement found no cell


def source_of(path: Path, profile: Profile) -> Source:
    """What a file gives to a profile's forms; one of an earlier year is taken over into them knowingly, a statement read."""
    if is_statement(path):
        return _of_statement(path, profile)
    before = earlier(path, profile)
    if before is None and path.suffix.lower() == DATA:
        return Source(return_of(path, profile))
    if before is None:
        grid = open_grid(path)
        return Source(read(grid, profile), lines=tuple(lines_in(grid)))
    taken = take_over(return_of(path, before), before, profile)
    told = tuple(_told(taken, before, profile))
    return Source(
        from_data(taken.data, profile, path.name), taken.texts, told, taken.figures
    )


def is_statement(path: Path) -> bool:
    """Whether a file is no workbook but a statement that was published."""
    return path.suffix.lower() in STATEMENTS


def _of_statement(path: Path, profile: Profile) -> Source:
    """What a published statement gives; what it reads with is loaded for that alone."""
    from toolkit.steps.transcribing import transcribed

    found = transcribed(path, profile)
    notes = list(found.notes)
    if found.taken.texts:
        notes.append(_marked(found.taken))
    if found.left:
        notes.append(
            f"没有带过来的有 {len(found.left)} 条（没有读懂的数、没有地方放的数、还空着的格……），逐条列在“{NOT_TAKEN_SHEET}”表里"
        )
    filled = from_data(found.taken.data, profile, path.name)
    return Source(
        filled, found.taken.texts, tuple(notes), found.taken.figures, found.left
    )


def _marked(taken: TakenOver) -> str:
    return f"带过来的文字有 {len(taken.texts)} 处，标了颜色，请照“{CARRIED_SHEET}”表逐条改，或选“{CONFIRMED}”"


def _told(taken: TakenOver, before: Profile, profile: Profile) -> Iterator[str]:
    """What was done with the figures and texts of an earlier year."""
    yield f"“{before.title}”的本年数放进了“{profile.title}”的上年数；其他的数、填表情况、批复数、增减原因没有带，请重新填"
    if taken.texts:
        yield _marked(taken)
    if taken.homeless:
        yield f"新表里没有地方放的：{'、'.join(taken.homeless)}"


def return_of(source: Path, profile: Profile) -> Return:
    """What a workbook or a JSON file holds."""
    if source.suffix.lower() != DATA:
        return read(open_grid(source), profile)
    data = read_json(source)
    if wrong := misfit(data, profile):
        raise StepError(f"“{source.name}”不能当作填报表的数据：{wrong}")
    return from_data(data, profile, source.name)
