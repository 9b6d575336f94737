"""What was read of one unit put into the data of a return: imported tables replace their own, everything else stays."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from toolkit.model import (
    ALL_FILLED,
    NO_DATA,
    PLATFORM,
    BlockKind,
    CodeList,
    Figure,
    Name,
    Origin,
    Return,
    Role,
)
from toolkit.platform.declared import entry_of, in_one_line
from toolkit.platform.heads import Told
from toolkit.platform.projects import columns_asked
from toolkit.platform.reading import Slot
from toolkit.platform.taken import Taken, Unit
from toolkit.profile.form import Block, Profile
from toolkit.returns.coded import code_of
from toolkit.returns.data import computed, from_data, plant, to_data
from toolkit.returns.origins import Line
from toolkit.rules.rule import plain


@dataclass(frozen=True)
class Planted:
    """A return with what was imported, a line for the origin of each figure, and what does not add up."""

    filled: Return
    lines: list[Line]
    told: list[Told]


def planted(unit: Unit, profile: Profile, before: Mapping[str, Any]) -> Planted:
    """Put a unit's figures into the data of a return that may hold others."""
    data: dict[str, Any] = deepcopy(dict(before))
    lines: list[Line] = []
    book = profile.book
    blocks = book.blocks
    for key in unit.lists:
        _plant_list(unit, blocks[key], profile.lists[blocks[key].coded[0].list], data)
    _clear_grids(unit, profile, data)
    calculated: dict[Name, Taken] = {}
    for slot, taken in unit.figures.items():
        block = blocks[slot.block]
        if block.kind is BlockKind.LIST:
            lines.append(_line(slot, taken, _addends_of(slot, unit, block)))
            continue
        name = entry_of(
            Name(
                slot.block,
                slot.row if block.kind is BlockKind.GRID else "",
                slot.column,
            ),
            profile,
        )
        if book.formula_of(name) is not None:
            calculated[name] = taken
        else:
            plant(data, book.path_of(name), plain(taken.number))
            lines.append(_line(Slot.of(name), taken, 1))
    told = list(_plant_projects(unit, profile, data))
    _tick(unit, profile, data)
    _cover(unit, profile, data)
    filled = computed(from_data(data, profile), book)
    for name, taken in calculated.items():
        addends = max(_entries(name, filled, profile), 1)
        lines.append(_line(Slot.of(name), taken, addends))
        told += _unproven(name, taken, addends, filled, profile)
    return Planted(filled, lines, told)


def entries_of(book: Return, profile: Profile) -> dict[str, Any]:
    """A return as data without what is calculated in it: that is calculated anew from what it is imported into."""
    data = to_data(book, profile)
    for name, _ in book.values():
        if profile.book.formula_of(name) is not None:
            *path, last = profile.book.path_of(name)
            held: Any = data
            for step in path:
                held = held[step] if isinstance(step, int) else held.get(step, {})
            held.pop(last, None)
    return data


def _line(slot: Slot, taken: Taken, addends: int) -> Line:
    cell = taken.cell
    origin = Origin(
        PLATFORM,
        cell.book,
        cell.sheet,
        cell.address,
        taken.number,
        taken.last * taken.yuan * addends,
    )
    return Line(slot.block, slot.row, slot.column, origin)


def _addends_of(slot: Slot, unit: Unit, block: Block) -> int:
    """How many figures of its line a list's figure adds up; an entry is itself."""
    term = block.columns[slot.column].formula
    if term is None:
        return 1
    return max(
        sum(
            1
            for name in term.names()
            if Slot(slot.block, slot.row, name.column) in unit.figures
        ),
        1,
    )


# -- lists ------------------------------------------------------------------------------------------------------------


def _plant_list(
    unit: Unit, block: Block, codes: CodeList, data: dict[str, Any]
) -> None:
    """The lines of a list anew; of a code that stood there before, what the export does not say stays."""
    columns = block.coded[0].columns
    known = {_code_in(line, columns): line for line in data.get(block.key, ())}
    read = unit.columns.get(block.key, set())
    lines: list[dict[str, str]] = []
    for code in unit.lists[block.key]:
        line = {
            key: text
            for key, text in known.get(code, {}).items()
            if key not in read or _is_nought(text)
        }
        line |= dict(zip(columns, _parts(code, len(columns), codes), strict=False))
        for key, column in block.columns.items():
            taken = unit.figures.get(Slot(block.key, code, key))
            if taken is not None and column.formula is None:
                line[key] = plain(taken.number)
        lines.append({key: text for key, text in line.items() if text})
    data[block.key] = lines


def _is_nought(text: str) -> bool:
    """Whether a datum is a zero, which says the same as a blank of the export: it may stay."""
    return bool(text) and not text.strip("0.")


def _parts(code: str, count: int, codes: CodeList) -> list[str]:
    """A code as so many columns hold it."""
    if count == 1:
        return [code]
    parts: list[str] = []
    for level in codes.levels:
        digits = codes.digits(level)
        parts.append(code[:digits])
        code = code[digits:]
    return parts


def _code_in(line: Mapping[str, str], columns: tuple[str, ...]) -> str:
    return "".join(line.get(key, "") for key in columns)


def _plant_projects(
    unit: Unit, profile: Profile, data: dict[str, Any]
) -> Iterator[Told]:
    """The projects of an export: a new one gets its name and its amount, one that is there its amount."""
    form = profile.book.repeated
    if form is None or not unit.projects:
        return
    _, name, amount = columns_asked(form)
    projects: list[dict[str, Any]] = data.setdefault(form.repeat, [])
    known = {in_one_line(str(one.get(name.key, ""))): one for one in projects}
    for said, lines in unit.projects.items():
        project = known.get(in_one_line(said))
        if project is None:
            project = {name.key: said}
            projects.append(project)
            known[in_one_line(said)] = project
        project[amount.key] = plain(sum((one.number for one in lines), Decimal(0)))
    given = {in_one_line(said) for said in unit.projects}
    for said, project in known.items():
        if said and said not in given:
            called = f"项目“{project[name.key]}”不在平台的项目明细里，照原来的留着。不要的，把它的项目表清空"
            yield Told(called, table=form.name.replace("{n}", ""), left_out=False)


# -- grids ------------------------------------------------------------------------------------------------------------


def _clear_grids(unit: Unit, profile: Profile, data: dict[str, Any]) -> None:
    """Take out what stood in the imported columns before: what the export does not have is none."""
    for key, columns in unit.columns.items():
        block = profile.book.blocks[key]
        if block.kind is not BlockKind.GRID:
            continue
        for row, column in block.cells():
            name = entry_of(block.name(column.key, row.key), profile)
            held = data.get(name.block, {})
            if (
                column.key in columns
                and profile.book.formula_of(name) is None
                and isinstance(held, dict)
            ):
                place = held.get(name.row, {}) if name.row else held
                if not _is_nought(place.get(name.column, "")):
                    place.pop(name.column, None)


def _tick(unit: Unit, profile: Profile, data: dict[str, Any]) -> None:
    """Tick the forms of which everything was read, so that blanks are none."""
    ticks = dict(data.get("ticks", {}))
    for sheet in profile.book.sheets.values():
        asked = [block for block in sheet.blocks.values() if block.asks]
        if (
            not sheet.tick
            or not asked
            or not all(block.key in unit.places for block in asked)
        ):
            continue
        whole = all(_is_whole(block, unit) for block in asked)
        if all(not unit.lists.get(block.key, True) for block in asked):
            ticks[sheet.key] = NO_DATA
        elif whole:
            ticks[sheet.key] = ALL_FILLED
    if ticks:
        data["ticks"] = ticks


def _is_whole(block: Block, unit: Unit) -> bool:
    """Whether all amounts of a block were read: each of its columns, or a total that its columns come to."""
    read = unit.columns.get(block.key, set())
    asked = {key for key in block.typed if block.columns[key].kind == "money"}
    return asked <= read or any(
        key in read
        for key, column in block.columns.items()
        if column.formula is not None
    )


def _cover(unit: Unit, profile: Profile, data: dict[str, Any]) -> None:
    """The unit's code and name on the cover, where nobody wrote them there; by which door its figures come."""
    for role, text in (
        (Role.UNIT_CODE, unit.owner.code),
        (Role.UNIT_NAME, unit.owner.name),
    ):
        name = profile.book.cast.names.get(role)
        if name is not None and text:
            data.setdefault(name.block, {}).setdefault(name.column, text)
    door = profile.book.cast.names.get(Role.DOOR)
    if door is not None and profile.door:
        data.setdefault(door.block, {})[door.column] = profile.door


def _unproven(
    name: Name, taken: Taken, addends: int, filled: Return, profile: Profile
) -> Iterator[Told]:
    """A total of the export that is another than what is calculated from what was read."""
    made = filled[name]
    if (
        not isinstance(made, Figure)
        or abs(made.number - taken.number) <= taken.last * addends
    ):
        return
    sheet, _, row, column = profile.book.find(name)
    called = f"“{row.title.strip()}”" if row is not None else f"“{column.title}”"
    gap = plain(abs(made.number - taken.number))
    said = f"{called}写的是 {plain(taken.number)}，读出来的加起来是 {plain(made.number)}，差 {gap} {column.unit}"
    yield Told(
        f"{said}。请核对平台里的数",
        taken.cell,
        sheet.name,
        left_out=False,
        unsound=True,
    )


def _entries(name: Name, book: Return, profile: Profile) -> int:
    """How many entries that hold anything a calculated figure rests on."""
    term = profile.book.formula_of(name)
    if term is None:
        value = book[name]
        return int(isinstance(value, Figure) and bool(value.number))
    count = 0
    for read in term.names():
        if read.of_every_line:
            count += sum(1 for figure in book.column(read) if figure.number)
        else:
            count += _entries(read, book, profile)
    return count


# -- what changes -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Change:
    """A figure that was another before: None where it was not there, or is not there any more."""

    slot: Slot
    old: Decimal | None
    new: Decimal | None


def changes(
    lines: list[Line], profile: Profile, before: Return, after: Return
) -> Iterator[Change]:
    """What importing changes of figures that stood in the form; blank and zero are the same."""
    touched = {line.block for line in lines}
    old, new = _figures(before, touched, profile), _figures(after, touched, profile)
    for slot in dict.fromkeys((*old, *new)):
        was, now = old.get(slot), new.get(slot)
        if (was or Decimal(0)) != (now or Decimal(0)):
            yield Change(slot, was, now)


def _figures(book: Return, blocks: set[str], profile: Profile) -> dict[Slot, Decimal]:
    """The entries of some blocks that hold a number."""
    found: dict[Slot, Decimal] = {}
    for key in sorted(blocks):
        block = profile.book.blocks[key]
        columns = block.coded[0].columns if block.coded else ()
        filled = book.blocks.get(key)
        if filled is None:
            continue
        for name, row in filled.named():
            code = code_of(row, columns) if block.kind is BlockKind.LIST else name.row
            for column, value in row.values.items():
                if profile.book.formula_of(name.at(column)) is not None:
                    continue
                if isinstance(value, Figure) and value.value is not None:
                    found[Slot(key, code, column)] = value.value
    return found
