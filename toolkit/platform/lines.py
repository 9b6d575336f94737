"""The lines of a table with codes: what each says, which are totals, and what cannot be read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import pairwise

from toolkit.model import Cell, CodeList
from toolkit.platform.declared import Export, in_one_line, plain
from toolkit.platform.headings import Band, Columns
from toolkit.platform.heads import NOBODY, Owner, Region, Told, owner_of
from toolkit.profile.form import Block, Column

MOST_INDEX = 60  # columns that a row of their numbers may count
FEWEST = 2  # headings, or numbers of columns, that are no chance
COUNTED = re.compile(r"[\d=+\-*/()×÷]+")  # 1=2+3
LONGEST = 20  # characters of what stands in a cell, as a message repeats it


@dataclass(frozen=True)
class Amount:
    """An amount as the export has it: in the table's unit of money, with its cell."""

    number: Decimal
    cell: Cell


@dataclass(frozen=True)
class Line:
    """One line: whose, of which code ("" of a total), and its amounts by our columns' keys."""

    owner: Owner
    code: str
    name: str
    cell: Cell
    amounts: Mapping[str, Amount]
    part: bool = False  # a total that says itself that it is of some lines only


@dataclass
class Lines:
    """What was read of one table: its lines, and its totals. `split` where it says itself whose each line is."""

    lines: list[Line] = field(default_factory=list)
    totals: list[Line] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)
    split: bool = False


class Reader:
    """Reads the lines below a band of headings."""

    def __init__(
        self, region: Region, band: Band, columns: Columns, block: Block, export: Export
    ) -> None:
        self.region = region
        self.laid = region.laid
        self.band = band
        self.columns = columns
        self.block = block
        self.export = export
        self.found = Lines(split=bool(columns.unit_code or columns.unit_name))
        self.owner = NOBODY
        self.before: list[str] = []  # the parts of the code of the line above
        self.marks: list[
            Line
        ] = []  # lines with a code that is none: perhaps units, each above its own lines

    def read(self, codes: CodeList | None) -> Lines:
        for row in self.region.rows:
            if row > self.band.last:
                self.line(row, codes)
        if codes is not None:
            self.settle(codes)
        return self.found

    def settle(self, codes: CodeList) -> None:
        """Take the lines whose code is none for units, where each is the sum of the lines below it; else they were not read."""
        rows = [mark.cell.row for mark in self.marks]
        own: dict[int, list[Line]] = {}
        for at, row in enumerate(rows):
            end = rows[at + 1] if at + 1 < len(rows) else self.region.bottom + 1
            own[row] = [line for line in self.found.lines if row < line.cell.row < end]
        if not self.found.split and all(
            _is_sum(mark, own[mark.cell.row], codes) for mark in self.marks
        ):
            for mark in self.marks:
                moved = {
                    line.cell.row: replace(line, owner=mark.owner)
                    for line in own[mark.cell.row]
                }
                self.found.lines = [
                    moved.get(line.cell.row, line) for line in self.found.lines
                ]
                self.found.totals.append(mark)
            return
        for mark in self.marks:
            self.wrong_code(mark.cell.row, mark.owner.code, codes)

    def tell(self, said: str, row: int, column: int, *, left_out: bool = True) -> None:
        self.found.told.append(
            Told(said, self.laid.cell(row, column), self.region.table.title, left_out)
        )

    # -- one line -----------------------------------------------------------------------------------------------------

    def line(self, row: int, codes: CodeList | None) -> None:
        if self.is_heading(row) or self.is_index(row):
            return
        texts = {
            column: self.laid.text(row, column)
            for column in self.region.columns
            if self.laid.text(row, column)
        }
        amounts = self.amounts(row)
        said = self.label(row)
        total = any(self.export.says(kind, said) for kind in ("total", "subtotal"))
        if not amounts and self.is_note(texts.values()):
            return
        if not amounts and (mark := self.section(texts, codes)):
            self.owner = mark
            return
        owner = self.owner_at(row, total=total)
        code = "" if total else self.code_at(row, codes, holds=bool(amounts))
        if code is None:
            return
        line = Line(owner, code, self.name_at(row), self.first(row), amounts)
        if code:
            self.found.lines.append(line)
        elif total:
            self.total(line, said)
        elif amounts:
            self.uncoded(line, row, said, codes)

    def uncoded(self, line: Line, row: int, said: str, codes: CodeList | None) -> None:
        """A line with amounts and no code: a unit's own sum, the one line of a table without codes, or one not read."""
        if codes is None:
            self.found.lines.append(line)
            return
        if (
            self.found.split
            and self.owner_in(row)
            and not self.names_a_code(said, codes)
        ):
            self.found.totals.append(line)
            return
        hint = ""
        named = codes.named(said)
        if len(named) == 1 and named[0].level != list(codes.levels)[-1]:
            # What lies within it proves it: an outer code may be known by its name.
            self.tell(
                f"“{said}”没有编码，照名称认作 {named[0].code}",
                row,
                line.cell.column,
                left_out=False,
            )
            self.found.lines.append(replace(line, code=named[0].code))
            return
        if len(named) == 1:
            hint = f"；科目表里叫这个名称的是 {named[0].code}"
        what = f"“{said[:LONGEST]}”" if said else "这一行"
        self.tell(
            f"{what}有数，没有科目编码，没有读{hint}。请在平台里补上编码再导出",
            row,
            line.cell.column,
        )

    def names_a_code(self, said: str, codes: CodeList) -> bool:
        return bool(codes.named(said))

    def total(self, line: Line, said: str) -> None:
        self.found.totals.append(
            replace(line, name=said, part=self.export.says("subtotal", said))
        )

    # -- what stands in it --------------------------------------------------------------------------------------------

    def first(self, row: int) -> Cell:
        columns = [
            column for column in self.region.columns if self.laid.own(row, column)
        ]
        return self.laid.cell(row, columns[0] if columns else self.region.left)

    def label(self, row: int) -> str:
        """What a line without a code calls itself: its name, else the first text that is no amount."""
        amounts = set(self.columns.entries.values())
        places = [
            self.columns.name,
            *self.columns.parts,
            self.columns.unit_name,
            self.columns.unit_code,
        ]
        words = (*self.export.common["total"], *self.export.common["subtotal"])
        texts = [plain(self.laid.text(row, column)) for column in places if column]
        texts += [
            plain(text)
            for column, text in self.laid.row_texts(row)
            if column not in amounts
        ]
        summed = next((text for text in texts if text in words), "")
        return summed or next(
            (text for text in texts if text and not text.isdecimal()), ""
        )

    def name_at(self, row: int) -> str:
        text = self.laid.text(row, self.columns.name) if self.columns.name else ""
        return (
            text.lstrip("0123456789 　-—_.")
            if self.columns.name in self.columns.parts
            else text
        )

    def amounts(self, row: int) -> dict[str, Amount]:
        found: dict[str, Amount] = {}
        unreadable: dict[str, str] = {}
        for key, column in self.columns.entries.items():
            number = self.laid.amount(row, column)
            if isinstance(number, Decimal):
                found[key] = Amount(number, self.laid.cell(row, column))
            elif number is not None:
                unreadable[key] = number
        if found or not self.is_note(text for _, text in self.laid.row_texts(row)):
            for key, said in unreadable.items():
                title = self.block.columns[key].title
                self.tell(
                    f"“{title}”里是“{said[:LONGEST]}”，不是数，没有读。请在平台里改成数再导出",
                    row,
                    self.columns.entries[key],
                )
        return found

    def is_note(self, texts: Iterable[str]) -> bool:
        """Whether a line says something about the table (注：……)."""
        first = next(iter(texts), "")
        words = tuple(self.export.common["note"])
        return in_one_line(first).startswith(words)

    def is_heading(self, row: int) -> bool:
        """Whether the headings are repeated in the middle of the table, as on each printed page."""
        texts = {
            column: plain(self.laid.text(row, column))
            for column in self.region.columns
            if self.laid.text(row, column)
        }
        same = [
            column
            for column, text in texts.items()
            if text in self.band.paths.get(column, ())
        ]
        return (
            len(same) >= FEWEST
            and len(same) * 2 > len(texts)
            and not any(
                self.laid.is_number(row, column)
                for column in self.columns.entries.values()
            )
        )

    def is_index(self, row: int) -> bool:
        """Whether a row right below the headings merely counts the columns: 栏次 1 2 3."""
        rows = [one for one in self.region.rows if one > self.band.last]
        if row != rows[0]:
            return False
        numbers, words = [], []
        for column, text in self.laid.row_texts(row):
            if self.region.left <= column <= self.region.right:
                number = self.laid.amount(row, column)
                if isinstance(number, Decimal):
                    numbers.append(number)
                else:
                    words.append(
                        "" if COUNTED.fullmatch(in_one_line(text)) else plain(text)
                    )
        if len(numbers) < FEWEST or abs(numbers[0]) >= MOST_INDEX:
            return False
        counted = all(after - before == 1 for before, after in pairwise(numbers))
        return counted and all(
            not word or word in self.export.common["index"] for word in words
        )

    def section(self, texts: Mapping[int, str], codes: CodeList | None) -> Owner:
        """The unit that a line of its own names, where the table has no column for it: 单位：128001 图书馆."""
        said = list(dict.fromkeys(in_one_line(text) for text in texts.values()))
        if self.found.split or len(said) != 1:
            return NOBODY
        label, colon, value = said[0].partition(":")
        if colon and plain(label) in self.export.common["head_unit"] and value:
            return (
                owner_of(value)
                if value.removeprefix("人民币") not in self.export.units
                else NOBODY
            )
        read = owner_of(said[0])
        known = codes is not None and (
            codes.get(read.code) is not None
            or codes.at_another_time(read.code) is not None
        )
        return read if read.code and read.name and not known else NOBODY

    # -- whose --------------------------------------------------------------------------------------------------------

    def owner_in(self, row: int) -> Owner:
        """Whose the line itself says it is."""
        code = (
            self.laid.code(row, self.columns.unit_code)
            if self.columns.unit_code
            else ""
        )
        name = (
            self.laid.text(row, self.columns.unit_name)
            if self.columns.unit_name
            else ""
        )
        if name and not code:
            read = owner_of(name)
            code, name = read.code, read.name
        if self.export.says("total", name) or self.export.says("subtotal", name):
            name = ""
        if code and not code.isalnum():
            code = ""
        return Owner(code, in_one_line(name))

    def owner_at(self, row: int, *, total: bool) -> Owner:
        """Whose a line is: its own word, else that of the lines above; a total without one is everybody's."""
        if not self.found.split:
            return self.owner
        own = self.owner_in(row)
        if own:
            self.owner = own
            return own
        said = self.label(row)
        return NOBODY if total and self.export.says("total", said) else self.owner

    # -- its code -----------------------------------------------------------------------------------------------------

    def code_at(self, row: int, codes: CodeList | None, *, holds: bool) -> str | None:
        """The code of a line; "" where it has none, None where what stands there is none: told, if the line `holds` figures."""
        if codes is None or not self.columns.parts:
            return ""
        levels = list(codes.levels.values())
        coded = self.block.coded[0]
        if len(self.columns.parts) == 1:
            said = self.laid.code(row, self.columns.parts[0])
            code, wrong = said, bool(said) and len(said) not in levels
        else:
            code, said, wrong = self.joined(
                row, [self.block.columns[key] for key in coded.columns], codes
            )
        if not said:
            return ""
        if wrong or not code.isdecimal():
            if holds:  # else it is a signature, a heading of a part: there is nothing in it to be read
                self.strange(row, said, codes)
            return None
        return self.known(row, code, codes)

    def joined(
        self, row: int, parts: list[Column], codes: CodeList
    ) -> tuple[str, str, bool]:
        """The code that several columns make; an outer part left blank is that of the line above.

        Answers the code, what stands there, and whether that cannot be a code.
        """
        lengths = list(codes.levels.values())
        widths = [codes.digits(level) for level in codes.levels]
        given: list[str] = []
        for index, (at, part) in enumerate(zip(self.columns.parts, parts, strict=True)):
            digits = part.coding.digits if part.coding is not None else 0
            said = self.laid.code(row, at, digits) if at else ""
            if (
                index
                and len(said) == lengths[index]
                and said.startswith("".join(given))
            ):
                # Each column repeats the whole code.
                given = [
                    said[sum(widths[:one]) : sum(widths[: one + 1])]
                    for one in range(index)
                ]
                said = said[sum(widths[:index]) :]
            given.append(said)
        filled = [index for index, one in enumerate(given) if one]
        said = " ".join(one for one in given if one)
        if not filled:
            return "", "", False
        for index in range(filled[0]):
            given[index] = self.before[index] if index < len(self.before) else ""
        used = given[: filled[-1] + 1]
        self.before = used
        wrong = any(
            not one.isdecimal() or len(one) != width
            for one, width in zip(used, widths, strict=False)
        )
        return "".join(used), said, wrong

    def strange(self, row: int, said: str, codes: CodeList) -> None:
        """A line with figures whose code is none: perhaps a unit's, if its name is no code's either."""
        name = self.name_at(row)
        if said.isdecimal() and name and not codes.named(plain_of(name)):
            self.marks.append(
                Line(
                    Owner(said, in_one_line(name)),
                    "",
                    name,
                    self.first(row),
                    self.amounts(row),
                )
            )
        else:
            self.wrong_code(row, said, codes)

    def wrong_code(self, row: int, said: str, codes: CodeList) -> None:
        named = codes.named(self.name_at(row))
        hint = (
            f"；科目表里叫“{self.name_at(row)}”的是 {named[0].code}"
            if len(named) == 1
            else ""
        )
        at = next(column for column in self.columns.parts if column)
        lengths = "、".join(
            f"{level} {length} 位" for level, length in codes.levels.items()
        )
        self.tell(
            f"编码“{said[:LONGEST]}”不是科目编码（{lengths}），这一行没有读{hint}。请在平台里改正编码再导出",
            row,
            at,
        )

    def known(self, row: int, code: str, codes: CodeList) -> str | None:
        """Hold a code against its list, and the name beside it against the list's."""
        at = next(column for column in self.columns.parts if column)
        name = self.name_at(row)
        own = codes.get(code)
        if own is not None:
            if name and not any(
                one.is_called(plain_of(name)) for one in codes.in_force[code]
            ):
                said = f"编码 {code} 的名称写的是“{name[:LONGEST]}”，科目表里是“{own.name}”，照编码读"
                said += "。请核对是编码错了还是名称改了"
                self.tell(said, row, at, left_out=False)
            return code
        other = codes.at_another_time(code)
        if other is not None:
            self.tell(
                f"编码 {code}“{other.name}”{codes.year} 年不用（{other.period}），照编码读。请核对",
                row,
                at,
                left_out=False,
            )
            return code
        named = codes.named(plain_of(name))
        if len(named) == 1:
            said = f"科目表里没有编码 {code}；叫“{name[:LONGEST]}”的是 {named[0].code}，这一行没有读。请在平台里改正编码再导出"
            self.tell(said, row, at)
            return None
        self.tell(f"科目表里没有编码 {code}，照编码读。请核对", row, at, left_out=False)
        return code


def _is_sum(mark: Line, lines: Sequence[Line], codes: CodeList) -> bool:
    """Whether a line's figures are what the outermost of some lines come to."""
    held = {line.code for line in lines}
    outermost = [line for line in lines if codes.parent(line.code) not in held]
    sums = {
        key: sum(line.amounts[key].number for line in outermost if key in line.amounts)
        for key in mark.amounts
    }
    return bool(lines) and all(
        amount.number == sums[key] for key, amount in mark.amounts.items()
    )


def plain_of(name: str) -> str:
    """A name without what people put before it to show its level."""
    return in_one_line(name).strip("　 ·-—")
