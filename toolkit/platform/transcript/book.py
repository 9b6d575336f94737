"""A statement as a return in a profile's forms: each figure with where it stands, and all that found no cell.

Prose, declared tables and the projects are taken as the statement's form declares them; every other table is read as an
exported workbook is, by its title and headings. Where two places say two amounts of one cell, neither is taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from toolkit.audit.blocks import Table
from toolkit.audit.reading import Statement
from toolkit.model import BlockKind, Cell, Figure, Name, Origin, Return
from toolkit.platform.declared import export_of, of_platform
from toolkit.platform.heads import Told
from toolkit.platform.planted import Planted, entries_of, planted
from toolkit.platform.taken import take
from toolkit.platform.transcript.listed import lists_data, tables_data
from toolkit.platform.transcript.projects import (
    goals_data,
    goals_of,
    owner_data,
    projects_data,
    tables_of_projects,
)
from toolkit.platform.transcript.prose import PROSE, TWICE, Amount, said_in, told
from toolkit.platform.transcript.sheets import Sheets, sheets_of
from toolkit.profile.form import Profile
from toolkit.returns.carried import NotTaken
from toolkit.returns.data import computed, from_data, plant
from toolkit.returns.origins import Line
from toolkit.rules.claim import Field, Term
from toolkit.rules.formula import figure
from toolkit.rules.rule import plain

HALF = Decimal("0.5")
ADDED_UP = "相加"
# what an exported workbook is to be mended by is no remedy for what was published
REMEDY = re.compile(r"。?请[^。]*(?:平台|导出|导入|--unit)[^。]*。?$")
OF_EXPORT = re.compile(r"^导出的(?=表里)")
NOT_READ, EMPTY, UNREAD_ROW = "没有读的表", "没有数的表", "没有读的行"
DOUBTED, TO_KNOW = "读了、对不上的数", "读表时要知道的"


@dataclass
class Transcript:
    """A statement in a profile's forms.

    `data` is a return's, with every figure that was found, calculated ones too; `origins` where each of grids and fields
    stands, `lines` the same of lists; `left` what found no cell.
    """

    profile: Profile
    data: dict[str, Any] = field(default_factory=dict)
    origins: dict[Name, Origin] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)
    left: list[NotTaken] = field(default_factory=list)

    @property
    def filled(self) -> Return:
        return from_data(self.data, self.profile)


def transcribe(statement: Statement, profile: Profile, source: str) -> Transcript:
    """Put what was read of a statement into the forms of a profile of its year; `source` is what an origin of it is called."""
    said = statement.form.projects
    listed, used = tables_data(statement, profile)
    projects = tables_of_projects(statement)
    goals = goals_of(statement, said)
    data: dict[str, Any] = {
        **owner_data(statement, said),
        **lists_data(statement, profile),
        **listed,
        **(projects_data(projects, said, profile) if projects else {}),
        **goals_data(goals, said),
    }
    done = Transcript(profile, data)
    sheets = sheets_of(statement, {*used, *map(id, projects)})
    prose = said_in(statement, profile, source)
    tables = _of_tables(sheets, done, source)
    done.left += prose.left
    done.left += _unread(statement)
    for name in dict.fromkeys((*tables, *prose.amounts)):
        _take(name, tables.get(name), prose.amounts.get(name), done)
    return done


def _take(
    name: Name, table: Amount | None, prose: Amount | None, done: Transcript
) -> None:
    """Take one amount, the table's where both say it; none where they differ."""
    if table is not None and prose is not None and not table.agrees(prose):
        said = f"{called(name, done.profile)}：{told(prose)}，{told(table)}"
        why = "正文和表里说的不一样，没有带。请核对以后自己填"
        done.left.append(NotTaken(TWICE, prose.origin.address, said, why))
        _forget(name, done)
        return
    amount = table or prose
    if amount is not None:
        plant(done.data, done.profile.book.path_of(name), plain(amount.number))
        done.origins[name] = amount.origin


def _forget(name: Name, done: Transcript) -> None:
    held: Any = done.data
    *path, last = done.profile.book.path_of(name)
    for step in path:
        held = held.get(step, {})
    held.pop(last, None)


# -- tables read as an exported workbook is ---------------------------------------------------------------------------------


def _of_tables(sheets: Sheets, done: Transcript, source: str) -> dict[Name, Amount]:
    """Read the worksheets into the data; answer the amounts of grids and fields, what lists add up to among them."""
    if not sheets.made:
        return {}
    profile = of_platform(done.profile)
    if profile.platform:
        profile = _with_own_tables(profile)
    if export_of(profile) is None:
        done.left += (
            NotTaken(
                NOT_READ, _first(sheets, name), f"《{name}》", "表样没有写这种表怎么认"
            )
            for name in sheets.made
        )
        return {}
    taken = take([sheets.grid], profile)
    done.left += _told(taken.told, sheets)
    units = sorted(taken.units, key=lambda one: len(one.figures), reverse=True)
    done.left += (
        NotTaken(
            NOT_READ,
            "",
            f"{unit.owner}的 {len(unit.figures)} 个数",
            "一份填报表只放一个单位的数",
        )
        for unit in units[1:]
    )
    if not units or not units[0].figures:
        return {}
    made = planted(units[0], profile, done.data)
    done.left += _told(made.told, sheets)
    done.data = entries_of(made.filled, profile)
    read = {key: one.region.laid.name for key, one in units[0].places.items()}
    return _amounts(made, read, sheets, done, source)


def _with_own_tables(profile: Profile) -> Profile:
    """The profile that knows its own public tables by their titles too: no platform exports them, but statements print them."""
    said: Mapping[str, Any] = profile.platform
    exported = {form for table in said["tables"] for form in table["forms"]}
    own = [
        {"forms": [key]}
        for key, sheet in profile.book.sheets.items()
        if key not in exported
        and sheet.public
        and not sheet.repeat
        and any(block.kind is BlockKind.GRID for block in sheet.blocks.values())
    ]
    return replace(profile, platform={**said, "tables": [*said["tables"], *own]})


def _amounts(
    made: Planted,
    read: Mapping[str, str],
    sheets: Sheets,
    done: Transcript,
    source: str,
) -> dict[Name, Amount]:
    """The amounts of grids and fields, with what lists add up to; `read` says of each block from which worksheet."""
    book = done.profile.book
    found: dict[Name, Amount] = {}
    for line in made.lines:
        origin = _placed(line.origin, sheets, source)
        block = book.blocks[line.block]
        if block.kind is BlockKind.LIST:
            done.lines.append(replace(line, origin=origin))
            continue
        row = line.row if block.kind is BlockKind.GRID else ""
        found[Name(line.block, row, line.column)] = _exact(
            origin, done.profile, block.key
        )
    for name, term in _added_up(done.profile):
        reads = frozenset(one.block for one in term.names())
        value = figure(term, made.filled)
        if name not in found and reads <= read.keys() and value.given:
            tables = "、".join(sorted({read[key] for key in reads}))
            origin = Origin(
                source, sheets.statement.name, tables, ADDED_UP, value.number
            )
            found[name] = _exact(origin, done.profile, name.block)
    return found


def _exact(origin: Origin, profile: Profile, block: str) -> Amount:
    money = next(
        (one.money for one in profile.book.blocks[block].columns.values() if one.money),
        profile.money,
    )
    return Amount(origin, money.last * HALF)


def _placed(origin: Origin, sheets: Sheets, source: str) -> Origin:
    """The origin of a figure with its place in the statement for that in the worksheet."""
    digits = re.search(r"\d+", origin.address)
    row = int(digits[0]) if digits else 0
    place = sheets.where(Cell("", origin.sheet, row, 1))
    return replace(origin, source=source, address=place or origin.address)


def _added_up(profile: Profile) -> Iterator[tuple[Name, Term]]:
    """The amounts that later forms ask for as last year's, and what lists come to that is the same: calculated, or related."""
    book = profile.book
    asked = {
        (block.key, column.was)
        for block in book.blocks.values()
        for column in block.columns.values()
        if column.was and block.kind is BlockKind.GRID
    }
    related = {
        one.left.name: one.right
        for one in profile.relations
        if one.op == "==" and not one.by and isinstance(one.left, Field)
    }
    for key, column in sorted(asked):
        for row in book.blocks[key].rows:
            name = Name(key, row, column)
            term = book.formula_of(name) if book.has(name) else None
            term = term or related.get(name)
            if term is not None and all(one.block != key for one in term.names()):
                yield name, term


def _told(said: Iterable[Told], sheets: Sheets) -> Iterator[NotTaken]:
    """What the reading of tables tells, with places in the statement."""
    for one in said:
        if one.cell is None and not one.table:
            continue  # which tables of an export are not there
        place = sheets.where(one.cell) if one.cell is not None else ""
        title = one.cell.sheet if one.cell is not None else one.table
        kind = NOT_READ if one.left_out else TO_KNOW
        if one.unsound:
            kind = DOUBTED
        why = REMEDY.sub("", OF_EXPORT.sub("", one.said))
        yield NotTaken(kind, place, f"《{title}》", why)


def _first(sheets: Sheets, name: str) -> str:
    return str(sheets.places[name, 1])


def _unread(statement: Statement) -> Iterator[NotTaken]:
    """The tables whose columns only positions part, and the lines of tables of which nothing could be made."""
    why = "各列只按位置分，认不准哪个数是哪一列"
    laid = [table for table in statement.unread if table.laid]
    for table in laid:
        if table.title:
            said = f"《{table.title}》，{_numbers(table)} 个数"
            yield NotTaken(NOT_READ, str(table.place), said, why)
    untitled = [table for table in laid if not table.title and _numbers(table)]
    if untitled:
        count = sum(map(_numbers, untitled))
        said = f"没有题目的表 {len(untitled)} 张，{count} 个数"
        yield NotTaken(NOT_READ, f"{untitled[0].place}起", said, why)
    for read in statement.tables:
        if read.table.laid and not read.entries:
            why = read.table.note or "里面一个数也没有读到"
            yield NotTaken(EMPTY, str(read.table.place), f"《{read.title}》", why)
        for row in read.left_over:
            yield NotTaken(
                UNREAD_ROW,
                str(row.place),
                row.text.strip()[:60],
                f"《{read.title}》里的这一行没有读懂",
            )


def _numbers(table: Table) -> int:
    return sum(len(re.findall(r"\d[\d,.]*", row.text)) for row in table.rows)


def unproven(done: Transcript) -> Iterator[NotTaken]:
    """The totals that the statement says and that are not what their parts in it come to, by more than was rounded."""
    book = done.profile.book
    entries: Mapping[str, Any] = entries_of(done.filled, done.profile)
    made = computed(from_data(entries, done.profile), book)
    for name, origin in done.origins.items():
        # what a table says was held against its rows when it was read
        total = origin.sheet == PROSE and book.formula_of(name) is not None
        value = made[name] if total else None
        if not isinstance(value, Figure) or not value.given or not value.number:
            continue
        gap = abs(value.number - origin.number)
        money = book.column_of(name).money or done.profile.money
        allowed = max(origin.slack, money.last * money.yuan * 2)
        if gap * money.yuan > allowed:
            told, made_of = plain(origin.number), plain(value.number)
            amounts = f"写的是 {told}，分项加起来是 {made_of}，差 {plain(gap)}"
            said = f"{called(name, done.profile)}：{amounts}"
            why = "请核对分项，看有没有没读到的，或者文里写错了"
            yield NotTaken(DOUBTED, origin.address, said, why)


def called(name: Name, profile: Profile) -> str:
    """What a name is called, whatever the year: its sheet, and its row or else its column."""
    sheet, _, row, column = profile.book.find(name)
    form = sheet.name.replace("{n}", "")
    title = row.title if row else column.title
    return f"{form}“{title.strip()}”"
