"""The tables of the export put together, unit by unit: figures in our units of money, each with the cell it came from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_UP, Decimal

from toolkit.files.grid import Grid
from toolkit.model import Cell, CodeList, Money
from toolkit.platform.declared import Export, export_of
from toolkit.platform.heads import NOBODY, Found, Owner, Told, regions_of
from toolkit.platform.laid import Laid
from toolkit.platform.lines import Amount, Line, Lines
from toolkit.platform.owners import disputed, owners_of
from toolkit.platform.projects import columns_asked
from toolkit.platform.proofs import (
    Scale,
    sums,
    unsound_levels,
    unsound_rows,
    unsound_subtotals,
    unsound_totals,
)
from toolkit.platform.reading import Read, Slot, read_region
from toolkit.profile.form import Block, Profile
from toolkit.rules.rule import plain

MOST_NAMED = 3


@dataclass(frozen=True)
class Taken:
    """A figure in our own unit of money (of so many yuan); its cell in the export; one of its last decimal, in our unit."""

    number: Decimal
    cell: Cell
    last: Decimal
    yuan: Decimal = Decimal(1)


@dataclass(frozen=True)
class Summary:
    """One table as it was read, for people: how many lines and figures, and what it comes to in its own unit of money."""

    table: str
    sheet: str
    owner: Owner
    lines: int
    figures: int
    total: str

    @property
    def sentence(self) -> str:
        """Which table, from where, how much."""
        lines = f"{self.lines} 行、" if self.lines else ""
        total = f"，{self.total}" if self.total else ""
        return f"{self.table} ← {self.sheet}：{lines}{self.figures} 个数{total}"


@dataclass
class Unit:
    """What the export says of one unit. `lists` are the codes of each list in order; `columns` what was read of each block."""

    owner: Owner
    figures: dict[Slot, Taken] = field(default_factory=dict)
    lists: dict[str, list[str]] = field(default_factory=dict)
    columns: dict[str, set[str]] = field(default_factory=dict)
    # of each block the table that it was read from
    places: dict[str, Read] = field(default_factory=dict)
    # the amounts of each, line by line
    projects: dict[str, list[Taken]] = field(default_factory=dict)

    def is_of(self, book: str) -> bool:
        """Whether any of it was read from a file."""
        return any(read.region.laid.book == book for read in self.places.values())


@dataclass
class Imported:
    """All that was read: the units, what a person must know, and what each table came to."""

    units: list[Unit] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)
    summaries: list[Summary] = field(default_factory=list)


def take(grids: Sequence[Grid], profile: Profile, unit: str = "") -> Imported:
    """Read exported workbooks; `unit` is the unit of money of sheets that say none ("": not known)."""
    export = export_of(profile)
    if export is None:
        raise ValueError(f"{profile.id} declares no export")
    done = Imported()
    found = Found()
    for grid in grids:
        for sheet in sorted(
            grid.sheets.values(), key=lambda one: one.hidden
        ):  # what is seen goes first
            regions_of(Laid(grid.book, sheet), export, found)
    done.told += found.told
    reads = [
        read_region(region, export, profile, tuple(profile.units))
        for region in found.regions
    ]
    _say_missing(reads, export, done)
    _take_money(reads, profile, unit)
    for read in reads:
        done.told += read.told
    owners = owners_of(reads)
    done.told += disputed(owners, reads)
    taking = _Taking(profile, owners, done)
    for read in reads:
        if read.unit or not read.count:
            taking.read(read)
    taking.say_empty()
    for table, cells in taking.rounded.items():
        said = f"有 {len(set(cells))} 个数的小数比表样多，四舍五入了"
        done.told.append(Told(said, cells[0], table, left_out=False))
    done.units = list(taking.units.values())
    return done


def _say_missing(reads: Sequence[Read], export: Export, done: Imported) -> None:
    there = {id(read.region.table) for read in reads}
    # Projects may be entered besides: that an export has none of them needs no saying.
    missing = [
        table.title
        for table in export.tables
        if id(table) not in there and not table.forms[0].repeat
    ]
    if missing:
        said = f"导出的文件里没有这几张表：{'、'.join(missing)}。有数的请补导出；没有数的，在填报表里选“本表无数据”"
        done.told.append(Told(said))


def _take_money(reads: Sequence[Read], profile: Profile, unit: str) -> None:
    """Decide in which unit of money each table is that says none, and say so."""
    said = {
        read.unit
        for read in reads
        if read.unit and _own_unit(read, profile) == profile.unit
    }
    for read in reads:
        if read.unit or not read.count:
            continue
        if set(read.money.values()) and len(set(read.money.values())) == 1:
            read.unit = next(iter(read.money.values()))
            continue
        common = (
            next(iter(said))
            if len(said) == 1 and _own_unit(read, profile) == profile.unit
            else ""
        )
        read.unit = unit or common
        title = read.region.table.title
        if unit:
            told = f"“{title}”没有写金额单位，照命令里写的“{unit}”读"
        elif common:
            told = f"“{title}”没有写金额单位，照其他表写的“{common}”读；不对的，加 --unit 写明"
        else:
            told = f"“{title}”没有写金额单位，不知道是元还是万元，没有读。请加 --unit 元 或 --unit 万元 再导入"
        read.told.append(Told(told, read.region.first, title, left_out=not read.unit))


def _own_unit(read: Read, profile: Profile) -> str:
    """The unit of money in which our own form has a table."""
    return read.region.table.forms[0].money.unit or profile.unit


@dataclass
class _Taking:
    """Takes the tables in, one after the other."""

    profile: Profile
    owners: Mapping[Owner, Owner]
    done: Imported
    units: dict[Owner, Unit] = field(default_factory=dict)
    # the lists that were read
    listed: list[tuple[Read, str]] = field(default_factory=list)
    # by table the cells with more decimals than our columns
    rounded: dict[str, list[Cell]] = field(default_factory=dict)

    def unit_of(self, owner: Owner) -> Unit:
        full = self.owners.get(owner, owner)
        return self.units.setdefault(full, Unit(full))

    def read(self, read: Read) -> None:
        scale = Scale(
            Decimal(1).scaleb(-read.decimals), read.unit, read.region.table.title
        )
        for key, lines in read.lines.items():
            self.list_read(read, self.profile.book.blocks[key], lines, scale)
        for owner, figures in read.figures.items():
            self.figures_read(read, owner or read.owner, figures)
        if read.projects:
            self.projects_read(read)

    def projects_read(self, read: Read) -> None:
        """Take the projects of each unit."""
        head, _, column = columns_asked(read.region.table.forms[0])
        of: dict[Owner, list[Taken]] = defaultdict(list)
        for one in read.projects:
            unit = self.unit_of(one.owner or read.owner)
            taken = self.taken(read, head, column.key, one.amount)
            unit.projects.setdefault(one.name, []).append(taken)
            of[unit.owner].append(taken)
        for owner, amounts in of.items():
            total = plain(sum((one.number for one in amounts), Decimal(0)))
            said = f"{column.title} {total} {column.unit}"
            self.done.summaries.append(
                Summary(
                    read.region.table.title,
                    read.region.laid.name,
                    owner,
                    len(amounts),
                    len(amounts),
                    said,
                )
            )

    def tell(self, read: Read, said: str, cell: Cell, *, left_out: bool) -> None:
        self.done.told.append(Told(said, cell, read.region.table.title, left_out))

    # -- lists --------------------------------------------------------------------------------------------------------

    def list_read(self, read: Read, block: Block, lines: Lines, scale: Scale) -> None:
        unsound, mistaken = unsound_rows([*lines.lines, *lines.totals], block, scale)
        if mistaken:
            first = unsound[0]
            said = f"“{read.region.table.title}”没有读：多数行的合计都不等于各列之和（如：{first.said}）"
            said += "，列可能认错了，或者有列没有认出来"
            self.done.told.append(Told(said, first.cell, read.region.table.title))
            return
        self.done.told += unsound
        codes = self.profile.lists[block.coded[0].list]
        whose: dict[Owner, list[Line]] = defaultdict(list)
        for line in lines.lines:
            owner = line.owner or (NOBODY if lines.split else read.owner)
            whose[self.owners.get(owner, owner)].append(line)
        if lines.split and (orphans := whose.pop(NOBODY, [])) and whose:
            self.tell(
                read,
                f"有 {len(orphans)} 行没有写是哪个单位的，没有读。请在平台里补上单位再导出",
                orphans[0].cell,
                left_out=True,
            )
        outermost = {
            owner: self.of_one(read, block, codes, owner, own, scale)
            for owner, own in whose.items()
        }
        whole = [line for own in outermost.values() for line in own]
        for owner, own in outermost.items():
            named = [
                line
                for line in lines.totals
                if self.owners.get(line.owner, line.owner) == owner and line.owner
            ]
            self.done.told += unsound_totals(
                named, own, block, scale, () if lines.split else whole
            )
        general = [line for line in lines.totals if not line.owner]
        self.done.told += unsound_totals(
            [line for line in general if not line.part], whole, block, scale
        )
        partial = [line for line in general if line.part]
        self.done.told += unsound_subtotals(partial, lines.lines, block, scale)
        if not whose and read.owner:
            self.unit_of(read.owner)
        self.listed.append((read, block.key))

    def say_empty(self) -> None:
        """The tables without a line for a unit that the same file speaks of: they were read, and there is nothing in them."""
        for read, key in self.listed:
            if any(one.left_out for one in read.told):
                continue
            full = self.owners.get(read.owner, read.owner)
            of_file = [
                unit
                for unit in self.units.values()
                if unit.is_of(read.region.laid.book)
            ]
            for unit in [self.unit_of(full)] if full else of_file:
                if key in unit.places:
                    continue
                unit.lists[key] = []
                unit.columns[key] = set()
                unit.places[key] = read
                table, sheet = read.region.table.title, read.region.laid.name
                self.done.summaries.append(
                    Summary(table, sheet, unit.owner, 0, 0, "没有数")
                )

    def of_one(
        self,
        read: Read,
        block: Block,
        codes: CodeList,
        owner: Owner,
        lines: Sequence[Line],
        scale: Scale,
    ) -> list[Line]:
        """Take the lines of one unit; answer its outermost ones."""
        by_code = self.by_code(read, lines)
        self.done.told += unsound_levels(
            {code: line for code, line in by_code.items() if line.amounts},
            codes,
            block,
            scale,
        )
        outermost = [
            line for code, line in by_code.items() if not _around(code, by_code, codes)
        ]
        if block.nested:
            by_code = self.with_outer(read, by_code, codes)
            outermost = [
                line for code, line in by_code.items() if not codes.parent(code)
            ]
        # a code alone says nothing
        by_code = {code: line for code, line in by_code.items() if line.amounts}
        unit = self.unit_of(owner)
        if not self.may_take(read, unit, block, by_code):
            return outermost
        unit.places[block.key] = read
        unit.columns[block.key] = {
            key for line in by_code.values() for key in line.amounts
        } | unit.columns.get(block.key, set())
        unit.lists[block.key] = sorted({*unit.lists.get(block.key, ()), *by_code})
        count = 0
        for code, line in by_code.items():
            for key, amount in line.amounts.items():
                unit.figures[Slot(block.key, code, key)] = self.taken(
                    read, block, key, amount
                )
                count += 1
        self.summarise(read, block, unit.owner, outermost, len(by_code), count)
        self.say_hidden(read, by_code)
        return outermost

    def say_hidden(self, read: Read, by_code: Mapping[str, Line]) -> None:
        """Say how many of the lines nobody sees."""
        hidden = [
            line
            for line in by_code.values()
            if line.cell.row in read.region.laid.sheet.hidden_rows
        ]
        if hidden:
            self.tell(
                read,
                f"有 {len(hidden)} 行是隐藏的，照样读了。请核对",
                hidden[0].cell,
                left_out=False,
            )

    def by_code(self, read: Read, lines: Sequence[Line]) -> dict[str, Line]:
        """The lines by code; several of one code are added up, and that is said."""
        found: dict[str, list[Line]] = defaultdict(list)
        for line in lines:
            found[line.code].append(line)
        made: dict[str, Line] = {}
        for code, same in sorted(found.items()):
            made[code] = same[0]
            if len(same) > 1:
                rows = "、".join(str(line.cell.row) for line in same)
                said = f"编码 {code} 有 {len(same)} 行（第 {rows} 行），加在一起读。请核对是不是重了"
                self.tell(read, said, same[1].cell, left_out=False)
                made[code] = _added(same)
        return made

    def with_outer(
        self, read: Read, by_code: Mapping[str, Line], codes: CodeList
    ) -> dict[str, Line]:
        """The same with the outer codes that the export has no line, or no figure, for: they are what lies within them."""
        found = dict(by_code)
        added: list[str] = []
        for length in sorted(set(codes.levels.values()), reverse=True):
            inner: dict[str, list[Line]] = defaultdict(list)
            for code, line in found.items():
                if len(code) == length and (around := codes.parent(code)):
                    inner[around].append(line)
            for around, lines in inner.items():
                if around not in found or not found[around].amounts:
                    found[around] = replace(_added(lines), code=around)
                    added.append(around)
        if added:
            named = "、".join(sorted(added)[:MOST_NAMED]) + (
                f"等 {len(added)} 个" if len(added) > MOST_NAMED else ""
            )
            self.tell(
                read,
                f"导出的表里没有上级科目的数（{named}），由下级加出来",
                read.region.first,
                left_out=False,
            )
        return dict(sorted(found.items()))

    def may_take(
        self, read: Read, unit: Unit, block: Block, by_code: Mapping[str, Line]
    ) -> bool:
        """Whether a table is the first of its unit, or says what no other table of that unit said before."""
        before = unit.places.get(block.key)
        if before is None or before is read:
            return True
        same = [code for code in by_code if code in unit.lists.get(block.key, ())]
        if not same:
            return True
        differing = [
            code
            for code, line in by_code.items()
            for key, amount in line.amounts.items()
            if (known := unit.figures.get(Slot(block.key, code, key))) is None
            or known.number != self.taken(read, block, key, amount).number
        ]
        where = f"工作表“{before.region.laid.name}”"
        if differing:
            said = f"{unit.owner or '这个单位'}的这张表有两份，数不一样（如 {differing[0]}），只读了{where}里的那一份。请核对"
            self.tell(read, said, read.region.first, left_out=True)
        else:
            self.tell(
                read,
                f"这张表和{where}里的一样，没有再读",
                read.region.first,
                left_out=False,
            )
        return False

    # -- grids and fields ---------------------------------------------------------------------------------------------

    def figures_read(
        self, read: Read, owner: Owner, figures: Mapping[Slot, Amount]
    ) -> None:
        unit = self.unit_of(owner)
        blocks = dict.fromkeys(slot.block for slot in figures)
        for key in blocks:
            before = unit.places.get(key)
            if before is not None and before is not read:
                where = f"工作表“{before.region.laid.name}”"
                own = {
                    slot: self.taken_at(read, slot, amount).number
                    for slot, amount in figures.items()
                    if slot.block == key
                }
                if any(
                    unit.figures[slot].number != number
                    for slot, number in own.items()
                    if slot in unit.figures
                ):
                    said = f"{unit.owner or '这个单位'}的这张表有两份，数不一样，只读了{where}里的那一份。请核对"
                    self.tell(read, said, read.region.first, left_out=True)
                else:
                    self.tell(
                        read,
                        f"这张表和{where}里的一样，没有再读",
                        read.region.first,
                        left_out=False,
                    )
                return
        for slot, amount in figures.items():
            unit.figures[slot] = self.taken_at(read, slot, amount)
            unit.columns.setdefault(slot.block, set()).add(slot.column)
        for key in read.blocks:
            unit.places[key] = read
        title, sheet = read.region.table.title, read.region.laid.name
        self.done.summaries.append(
            Summary(
                title, sheet, unit.owner, 0, len(figures), self.totals(read, figures)
            )
        )

    def totals(self, read: Read, figures: Mapping[Slot, Amount]) -> str:
        """What grids come to, as the export has it: 收入总计 100 元、支出总计 100 元."""
        told = []
        for key in dict.fromkeys(slot.block for slot in figures):
            sums = [
                row
                for row in self.profile.book.blocks[key].rows.values()
                if row.formula is not None
            ]
            wanted = {row.key: row.title.strip() for row in sums}
            found = {
                slot.row: amount
                for slot, amount in figures.items()
                if slot.block == key and slot.row in wanted
            }
            last = next((row for row in reversed(wanted) if row in found), "")
            if last:
                told.append(f"{wanted[last]} {plain(found[last].number)} {read.unit}")
        return "、".join(told)

    def taken_at(self, read: Read, slot: Slot, amount: Amount) -> Taken:
        return self.taken(
            read, self.profile.book.blocks[slot.block], slot.column, amount
        )

    # -- money --------------------------------------------------------------------------------------------------------

    def taken(self, read: Read, block: Block, key: str, amount: Amount) -> Taken:
        """An amount in the unit of our column, rounded to its decimals."""
        money = block.columns[key].money or self.profile.money
        unit = read.money.get(amount.cell.column, read.unit)
        factor = self.profile.units[unit] / money.yuan
        exact = amount.number * factor
        number = _rounded(exact, money)
        if number != exact:
            title = read.region.table.title
            self.rounded.setdefault(title, []).append(amount.cell)
        # It is as exact as the coarser of the two tables.
        export_last = Decimal(1).scaleb(-read.decimals) * factor
        last = max(export_last, money.last)
        return Taken(number, amount.cell, last, money.yuan)

    def summarise(
        self,
        read: Read,
        block: Block,
        owner: Owner,
        outermost: Sequence[Line],
        lines: int,
        figures: int,
    ) -> None:
        shown = next((key for key, column in block.columns.items() if column.total), "")
        total, _ = sums(outermost, shown)
        told = (
            f"{block.columns[shown].title} {plain(total)} {read.unit}" if shown else ""
        )
        self.done.summaries.append(
            Summary(
                read.region.table.title,
                read.region.laid.name,
                owner,
                lines,
                figures,
                told,
            )
        )


def _rounded(number: Decimal, money: Money) -> Decimal:
    return number.quantize(money.last, ROUND_HALF_UP)


def _around(code: str, codes_read: Mapping[str, Line], codes: CodeList) -> bool:
    """Whether a code lies within another that was read."""
    around = codes.parent(code)
    while around:
        if around in codes_read:
            return True
        around = codes.parent(around)
    return False


def _added(lines: Sequence[Line]) -> Line:
    """Several lines as one: their amounts added, each at the cell of its first."""
    amounts: dict[str, Amount] = {}
    for line in lines:
        for key, amount in line.amounts.items():
            before = amounts.get(key)
            amounts[key] = (
                amount
                if before is None
                else Amount(before.number + amount.number, before.cell)
            )
    return replace(lines[0], amounts=amounts)
