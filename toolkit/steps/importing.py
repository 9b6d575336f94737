"""What the finance platform exported, taken into the units' workbooks: a new file each, and every change is told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from toolkit.check.judge import check_return
from toolkit.errors import COULD_NOT, DONE, ERRORS, worst
from toolkit.files.folder import collect, is_folder
from toolkit.files.grid import CannotOpenError, Grid, open_grid
from toolkit.files.oldbook import is_old, open_old
from toolkit.files.paint import paint
from toolkit.model import PLATFORM, Return
from toolkit.platform.declared import export_of, of_platform
from toolkit.platform.heads import Owner, Told
from toolkit.platform.planted import Change, Planted, changes, entries_of, planted
from toolkit.platform.taken import Summary, Unit, take
from toolkit.profile.form import Profile
from toolkit.profile.layout import address
from toolkit.returns.origins import SHEET
from toolkit.returns.read import read
from toolkit.rules.rule import plain
from toolkit.steps.choosing import earlier
from toolkit.steps.drawing import Source, return_of, source_of
from toolkit.steps.paths import Placed, StepError, place
from toolkit.steps.rulebook import at_office, catalogue
from toolkit.template.draw import draw, with_carried
from toolkit.template.not_taken import not_taken_sheet
from toolkit.template.origins import Names, laid_out, with_origins

BOOK = ".xlsx"
BETWEEN = "R-"  # what the ids of relations between forms begin with
FORBIDDEN = str.maketrans(dict.fromkeys('\\/:*?"<>|', "_"))


@dataclass(frozen=True)
class Changed:
    """A figure of the workbook that was given: where it stands in the new one, what it was, what it is."""

    place: str
    old: str
    new: str

    @property
    def sentence(self) -> str:
        return f"{self.place}：{self.old or '空'} → {self.new or '空'}"


@dataclass(frozen=True)
class Filled:
    """One unit's workbook: where it lies, and what importing changed in what was given."""

    owner: Owner
    placed: Placed
    figures: int
    changed: tuple[Changed, ...] = ()
    broken: tuple[
        str, ...
    ] = ()  # the relations between its tables that do not hold, in words

    @property
    def told(self) -> Iterator[str]:
        """Where it lies, and what became another figure in it."""
        unit = str(self.owner) or "没有写单位"
        yield f"已生成 {self.placed.path}：{unit}，带入 {self.figures} 个数，来源写在“{SHEET}”表。"
        yield from (f"  注意：{note}" for note in self.placed.notes)
        if self.changed:
            yield f"  改了原来填的 {len(self.changed)} 个数（旧 → 新）："
            yield from (f"    {change.sentence}" for change in self.changed)
        yield from _listed(
            "  表与表之间对不上的（怎么改，见 disclosure check）：",
            [f"  {one}" for one in self.broken],
        )


@dataclass
class Imported:
    """What importing did: the workbooks, what each table came to, what was not read or does not add up, and notes."""

    books: list[Filled] = field(default_factory=list)
    summaries: list[Summary] = field(default_factory=list)
    left_out: list[Told] = field(default_factory=list)
    doubts: list[Told] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def code(self) -> int:
        """0 where all was read and adds up; 1 where something was left out or does not; 2 where nothing was read."""
        if not self.books:
            return COULD_NOT
        ill = self.left_out or self.doubts or any(book.broken for book in self.books)
        return worst(ERRORS if ill else DONE)

    @property
    def told(self) -> Iterator[str]:
        """What was done in lines: what was read, what was not, what does not add up, what became another figure."""
        for owner in dict.fromkeys(one.owner for one in self.summaries):
            yield f"读到的表（{owner}）：" if owner else "读到的表："
            yield from (
                f"  {one.sentence}" for one in self.summaries if one.owner == owner
            )
        yield from _listed("没有读的：", [one.sentence for one in self.left_out])
        yield from _listed("读了、但对不上的：", [one.sentence for one in self.doubts])
        yield from _listed("请知道：", self.notes)
        for book in self.books:
            yield from book.told
        if not self.books:
            yield "没有读到要的表，没有生成填报表。"


def _listed(heading: str, sentences: Sequence[str]) -> Iterator[str]:
    if sentences:
        yield heading
        yield from (f"  {sentence}" for sentence in sentences)


def import_export(
    paths: Sequence[Path],
    out: Path,
    profile: Profile,
    *,
    source: Path | None = None,
    unit: str = "",
) -> Imported:
    """Read exported workbooks and lay down a workbook for each unit in them.

    `source` is a filled workbook (this year's: what the platform does not say stays; an earlier year's: it is taken over), or a
    folder of them; `unit` the unit of money of sheets that say none. `out` is a workbook for one unit, a folder for several.
    """
    if export_of(profile) is None:
        raise StepError(
            f"“{profile.title}”没有写平台导出的表怎么认，不能导入。请换一套表样，或者照“shanghai-2026”写上。"
        )
    if unit and unit not in profile.units:
        raise StepError(
            f"没有“{unit}”这种金额单位，可以写的有：{'、'.join(profile.units)}。"
        )
    whole = at_office(profile, [*paths, *([source] if source else [])])
    profile = of_platform(whole)
    taken = take([opened(path) for path in exported(paths)], profile, unit)
    done = Imported(summaries=taken.summaries)
    _sort(taken.told, done)
    if not taken.units:
        return done
    if len(taken.units) > 1 and out.suffix.lower() == BOOK:
        names = "、".join(str(one.owner) for one in taken.units[:5])
        said = f"导出的文件里有 {len(taken.units)} 个单位（{names}{'等' if len(taken.units) > 5 else ''}）"  # noqa: PLR2004
        raise StepError(f"{said}，一个单位一份填报表。请把 -o 写成一个文件夹。")
    filled = (
        _by_unit(source, whole) if source is not None and is_folder(source) else None
    )
    for one in taken.units:
        given = source if filled is None else filled.get(one.owner.code)
        if filled is not None and given is None:
            done.notes.append(
                f"“{source.name if source else ''}”里没有{one.owner or '这个单位'}的填报表，从空表画起"
            )
        _lay_down(one, _path_of(one, out), whole, given, done)
    return done


def exported(paths: Sequence[Path]) -> list[Path]:
    """The workbooks among files and folders, old ones too."""
    found: list[Path] = []
    for path in paths:
        if is_folder(path):
            found += sorted(
                one
                for one in path.iterdir()
                if one.suffix.lower() in (BOOK, ".xls") and one.name[:1] not in "~."
            )
        else:
            found.append(path)
    return found


def opened(path: Path) -> Grid:
    """An exported workbook, of whichever kind."""
    return open_old(path) if is_old(path) else open_grid(path)


def _sort(told: Sequence[Told], done: Imported) -> None:
    """Part what was not read, what does not add up, and what is merely to be known."""
    for one in told:
        if one.left_out:
            done.left_out.append(one)
        elif one.unsound:
            done.doubts.append(one)
        else:
            done.notes.append(one.sentence)


def _path_of(unit: Unit, out: Path) -> Path:
    if out.suffix.lower() == BOOK:
        return out
    name = (
        "-".join(part for part in (unit.owner.code, unit.owner.name) if part)
        or "填报表"
    )
    return out / f"{name.translate(FORBIDDEN)}{BOOK}"


def _by_unit(folder: Path, profile: Profile) -> dict[str, Path]:
    """The filled workbooks of a folder by the codes of their units; of several of one unit the first."""
    found: dict[str, Path] = {}
    for path in collect([folder], profile.own_title).workbooks:
        try:
            code = return_of(path, earlier(path, profile) or profile).code
        except CannotOpenError:
            continue  # who needs it hears that there is none
        if code:
            found.setdefault(code, path)
    return found


def _lay_down(
    unit: Unit, out: Path, whole: Profile, source: Path | None, done: Imported
) -> None:
    """Lay down one unit's workbook; `whole` is the profile with the forms of every door."""
    profile = of_platform(whole)
    given = source_of(source, whole) if source is not None else None
    before = _before(given, whole, profile, done) if given is not None else {}
    if given is not None:
        _same_unit(unit, given.filled, source, done)
        before["ticks"] = {
            key: state.tick for key, state in given.filled.sheets.items() if state.tick
        }
    made = planted(unit, profile, before)
    _sort(made.told, done)
    filled = replace(made.filled, book=out.name)
    now = {line.block for line in made.lines if line.origin.source == PLATFORM}
    kept = (
        [
            line
            for line in given.lines
            if line.block not in now or line.origin.source != PLATFORM
        ]
        if given is not None
        else []
    )
    painting = draw(profile, catalogue(profile).rules, filled, library=True)
    if given is not None and given.taken:
        painting = with_carried(painting, profile, filled, given.taken)
    painting = with_origins(painting, filled, [*made.lines, *kept], profile.book)
    if given is not None and given.left:
        painting.canvases.append(not_taken_sheet(given.left))
    placed = place(out, lambda path: paint(painting, path))
    changed = tuple(_changed(made, profile, given, filled)) if given is not None else ()
    if given is not None:
        done.notes += given.notes
    broken = tuple(_broken(placed.path, whole))
    done.books.append(Filled(unit.owner, placed, len(made.lines), changed, broken))


def _before(
    given: Source, whole: Profile, profile: Profile, done: Imported
) -> dict[str, Any]:
    """The entries of a workbook that is given, as data; what belongs to another door is not taken along, and that is told."""
    data = entries_of(given.filled, whole)
    door = whole.doors.get(given.filled.door)
    left: list[str] = []
    for key, sheet in whole.book.sheets.items():
        derived = door is not None and key in door.derived
        if key in profile.book.sheets and not derived:
            continue
        found = [block for block in sheet.blocks if data.pop(block, None)]
        if found and not derived:
            left.append(f"“{sheet.name}”")
    if left:
        said = f"{given.filled.name or given.filled.book}：改成了按“{profile.door}”填报"
        done.notes.append(
            f"{said}，{'、'.join(left)}里填的没有带过来，原来的文件没有动"
        )
    return data


def _same_unit(unit: Unit, filled: Return, source: Path | None, done: Imported) -> None:
    """Raise StepError where a workbook is another unit's; a name that differs is told."""
    name = source.name if source is not None else ""
    if unit.owner.code and filled.code and unit.owner.code != filled.code:
        raise StepError(
            f"“{name}”是 {filled.code} {filled.name} 的，导出的是 {unit.owner} 的，没有导入。请换成同一个单位的。"
        )
    if unit.owner.name and filled.name and unit.owner.name != filled.name:
        done.notes.append(
            f"单位名称：“{name}”里是“{filled.name}”，导出的是“{unit.owner.name}”，没有改。请核对"
        )


def _broken(path: Path, whole: Profile) -> Iterator[str]:
    """The relations between tables that do not hold in a workbook that was just laid down."""
    report = check_return(read(open_grid(path), whole), whole, catalogue(whole))
    for finding in report.findings:
        if finding.rule.startswith(BETWEEN):
            cell = finding.cells[0]
            yield f"{cell.sheet}{cell.address}：{finding.message}"


def _changed(
    made: Planted, profile: Profile, given: Source, filled: Return
) -> Iterator[Changed]:
    """What importing changes of this year's workbook, each at its cell in the new one."""
    book = profile.book
    names = Names(filled, laid_out(filled, book))
    for one in changes(made.lines, profile, given.filled, filled):
        yield Changed(_where(one, names, profile), _number(one.old), _number(one.new))


def _number(number: Decimal | None) -> str:
    return "" if number is None else plain(number)


def _where(one: Change, names: Names, profile: Profile) -> str:
    slot = one.slot
    block = profile.book.blocks[slot.block]
    column = block.columns[slot.column].title
    row = slot.row
    if row in block.rows:
        row = block.rows[row].title.strip()
    what = f"“{row}”{column}" if row else f"“{column}”"
    found = names.spot_of(slot.block, slot.row, slot.column)
    sheet = profile.book.sheet_of(block.key).name
    return f"{sheet} {address(*found)} {what}" if found else f"{sheet} {what}"
