"""The hidden sheet on which the lines of a list of entries stand in the order of their codes, and each code that occurs.

A line's code is one number: the digits of its outermost levels filled up to those of the longest code, and behind them how many
levels it has, so that 208 comes before 20805 and that before 2080501. Behind that stands the line's own number, so that no two
are alike: SMALL then gives all lines in their order. The lines of a code stand below one another, and a table adds up a part
of a column, whatever its condition: what is typed into one cell is counted again in a moment, for nothing is looked for in all
lines for each code. Every formula stands here beside what it shows.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from toolkit.files.paint import Canvas, Content, Style
from toolkit.model import CodeList, Row
from toolkit.profile.doors import Derived
from toolkit.profile.layout import LEFT_FREE, BlockPlace, address, corners, quoted
from toolkit.rules.where import Where
from toolkit.template.derived_place import room_for_lines
from toolkit.template.look import HEADING

SHEET = "计算表"
# the rows of the titles, and of the first line or code; above them stands how many lines there are
TITLES, FIRST = 2, 3
APART = 10**5  # more than there are lines
PLAIN = Style(size=9)


@dataclass(frozen=True)
class Line:
    """An entry that somebody has begun: its number in the list, its code as a number, its row."""

    number: int
    key: int
    row: Row


@dataclass(frozen=True)
class Code:
    """A code that occurs: its number, and its first and last line among those in order, from 1."""

    key: int
    first: int
    last: int

    @property
    def level(self) -> int:
        """Of which level it is, the outermost is 1; 0 of what is no code."""
        return self.key % 10


@dataclass(frozen=True)
class Levels:
    """How codes are written as numbers that sort as codes do. `lengths` are those of a code's levels, the outermost first."""

    lengths: tuple[int, ...]

    @property
    def most(self) -> int:
        return self.lengths[-1]

    @property
    def no_code(self) -> int:
        """The number of what is no code: behind all others, of no level."""
        return int(10 ** (self.most + 1))

    @property
    def form(self) -> str:
        """Excel's format that writes such a number with the zeros in front."""
        return "0" * (self.most + 1)

    def unit(self, level: int) -> int:
        """What the numbers of a level's codes are multiples of, their level apart."""
        return int(10 ** (self.most - self.lengths[level - 1] + 1))

    def of(self, typed: str) -> int:
        """The number of a typed code."""
        if not (typed.isascii() and typed.isdecimal()):
            return self.no_code
        level = sum(len(typed) >= length for length in self.lengths)
        return (
            int(typed[: self.lengths[level - 1]]) * self.unit(level) + level
            if level
            else self.no_code
        )

    def of_cell(self, cell: str) -> str:
        """The same of what stands in a cell, as a formula."""
        lengths = "{" + ",".join(map(str, self.lengths)) + "}"
        zeros = "0" * self.most
        whole_levels = f"LEFT({cell},LOOKUP(LEN({cell}),{lengths}))"
        kept = f'LEFT({whole_levels}&"{zeros}",{self.most})'
        is_digits = f'TEXT(VALUE({cell}),REPT("0",LEN({cell})))={cell}'
        number = f"{kept}*10+MATCH(LEN({cell}),{lengths})"
        return f"IFERROR(IF({is_digits},{number},{self.no_code}),{self.no_code})"

    def around(self, key: int, level: int) -> int:
        """The code of a level around a code."""
        return (
            key
            if key >= self.no_code
            else key // self.unit(level) * self.unit(level) + level
        )

    def end(self, code: int) -> int:
        """The number that all codes within a code are smaller than."""
        return (
            (code // self.unit(code % 10) + 1) * self.unit(code % 10)
            if code % 10
            else code + 1
        )

    def begins(self, key: int, before: int) -> int:
        """The outermost level of which a code differs from the one before."""
        for level in range(1, len(self.lengths)):
            if before % 10 < level or before // self.unit(level) != key // self.unit(
                level
            ):
                return level
        return len(self.lengths)

    def begins_in(self, key: str, before: str) -> str:
        """The same of two cells, as a formula."""
        formula = str(len(self.lengths))
        for level in range(len(self.lengths) - 1, 0, -1):
            unit = self.unit(level)
            is_outer = f"MOD({before},10)<{level}"
            differs = f"INT({before}/{unit})<>INT({key}/{unit})"
            formula = f"IF(OR({is_outer},{differs}),{level},{formula})"
        return formula

    def by_level(self, level: str, values: Sequence[int]) -> str:
        return f"CHOOSE({level},{','.join(map(str, values))})"


@dataclass(frozen=True)
class Entries:
    """A list of entries: where it stands, on which sheet, and what it holds."""

    where: BlockPlace
    sheet: str
    rows: Sequence[Row]


@dataclass(frozen=True)
class Needed:
    """What the tables made of entries need: these columns, room for so many codes; where `meant` says so, no other lines."""

    columns: tuple[str, ...]
    room: int
    meant: Where | None


class InOrder:
    """The lines of one list in the order of one of its codes, in columns of the hidden sheet from `left` on."""

    def __init__(
        self,
        canvas: Canvas,
        left: int,
        entries: Entries,
        said: Derived,
        codes: CodeList,
        needed: Needed,
    ) -> None:
        self.canvas, self.left, self.said = canvas, left, said
        self.where, self.sheet, self.entries = (
            entries.where,
            entries.sheet,
            entries.rows,
        )
        self.levels = Levels(tuple(codes.levels[level] for level in said.levels))
        self.meant = needed.meant
        self.room = max(needed.room, len(self.codes) + LEFT_FREE + 1)
        self.lines = room_for_lines(self.where.bottom - self.where.top - 1)
        self.taken = 0
        self.key, self.sorted = map(self.column, ("键", "排序"))
        self.copies = {
            key: self.column(self.where.block.columns[key].title)
            for key in needed.columns
        }
        self.first, self.level, self.code, self.last = map(
            self.column, ("首行", "级次", "科目", "末行")
        )
        self._draw_lines()
        self._draw_copies()
        self._draw_codes()

    # -- where things stand --

    def column(self, title: str) -> int:
        """Take the next column."""
        number = self.left + self.taken
        self.taken += 1
        self.canvas.put(TITLES, number, title, HEADING)
        return number

    def cell(self, column: int, at: int) -> str:
        """The cell of a line or of a code, from 1; formulas of other rows may write it too."""
        return address(FIRST + at - 1, column)

    def all_lines(self, column: int) -> str:
        return corners((FIRST, column, FIRST + self.lines - 1, column), absolute=True)

    def all_codes(self, column: int) -> str:
        return corners((FIRST, column, FIRST + self.room - 1, column), absolute=True)

    def part(self, column: int, first: str, last: str) -> str:
        """The lines from one to another, which cells say."""
        lines = self.all_lines(column)
        return f"INDEX({lines},{first}):INDEX({lines},{last})"

    @property
    def count(self) -> str:
        """The cell that says how many lines are begun."""
        return corners((1, self.key, 1, self.key), absolute=True).partition(":")[0]

    def alike(self, column: int, first: int, last: int) -> None:
        """The formulas of a column are the first one's, moved down."""
        if last > first:
            self.canvas.alike.append(
                (FIRST + first - 1, column, FIRST + last - 1, column)
            )

    def put(self, column: int, at: int, value: Content, formula: str) -> None:
        self.canvas.put(FIRST + at - 1, column, value, PLAIN, formula)

    def entry(self, key: str, line: int | str) -> str:
        """A cell of the list by its line: rows may have been inserted."""
        column = corners(self.where.guarded(key), absolute=True)
        return f"INDEX({quoted(self.sheet)}!{column},{line})"

    # -- what holds --

    @cached_property
    def begun(self) -> tuple[Line, ...]:
        """The lines that somebody has begun, in the order of their codes."""
        typed = self.where.block.typed
        found = (
            Line(number, self.levels.of(row.text(self.said.by).strip()), row)
            for number, row in enumerate(self.entries, 1)
            if any(map(row.has, typed))
            and (self.meant is None or self.meant.holds(row))
        )
        return tuple(sorted(found, key=lambda line: (line.key, line.number)))

    @cached_property
    def codes(self) -> tuple[Code, ...]:
        """All codes that occur, and those around them, in their order."""
        keys = [line.key for line in self.begun]
        found: list[Code] = []
        before = 0
        for at, key in enumerate(keys, 1):
            if key != before:
                for level in range(
                    self.levels.begins(key, before), max(key % 10, 1) + 1
                ):
                    code = self.levels.around(key, level)
                    found.append(
                        Code(code, at, bisect_left(keys, self.levels.end(code)))
                    )
            before = key
        return tuple(found)

    def shown(self, code: Code) -> str:
        """The digits of a code."""
        return (
            f"{code.key:0{self.levels.most + 1}d}"[
                : self.levels.lengths[code.level - 1]
            ]
            if code.level
            else ""
        )

    # -- drawn --

    def _draw_lines(self) -> None:
        """Each line's code as a number; the lines in order.

        What differs from row to row is said by ROW() or by a cell of the row: all formulas of a column are alike. In one that
        calculates with whole columns ROW() would be an array to Excel; none of these does.
        """
        columns = [self.where.columns[key] for key in self.where.block.typed]
        typed = corners(
            (self.where.top, min(columns), self.where.bottom, max(columns)),
            absolute=True,
        )
        keys = {line.number: line for line in self.begun}
        self.canvas.put(
            1, self.key, len(keys), PLAIN, f"COUNT({self.all_lines(self.key)})"
        )
        line_here = f"ROW()-{FIRST - 1}"
        code = self.levels.of_cell(
            f"TRIM({self.entry(self.said.by, f'ROW()-{FIRST - 2}')})"
        )
        if self.meant is not None:
            meant = self.meant.excel(lambda key: self.entry(key, f"ROW()-{FIRST - 2}"))
            code = f'IF({meant},{code},"")'
        cells = f"{quoted(self.sheet)}!{typed}"
        in_list = f"ROW()-{FIRST - 2}<ROWS({cells})"  # there is room for more lines than the list has
        # Of several cells of one line not every program makes a row of cells that can be counted; an error counts as something.
        said = "&".join(
            self.entry(key, f"ROW()-{FIRST - 2}") for key in self.where.block.typed
        )
        begun = f"IF({in_list},IFERROR(LEN({said}),1),0)"
        self.alike(self.key, 1, self.lines)
        self.alike(self.sorted, 1, self.lines)
        for at in range(1, self.lines + 1):
            row = keys.get(at)
            value: Content = row.key * APART + at if row is not None else ""
            # A line that is not meant has a text for its code, which makes no number.
            self.put(
                self.key,
                at,
                value,
                f'IF({begun}=0,"",IFERROR({code}*{APART}+{line_here},""))',
            )
            line = self.begun[at - 1] if at <= len(self.begun) else None
            value = line.key * APART + line.number if line is not None else ""
            self.put(
                self.sorted,
                at,
                value,
                f'IF({line_here}>{self.count},"",SMALL({self.all_lines(self.key)},{line_here}))',
            )

    def _draw_copies(self) -> None:
        """What the tables read of each line, in order; a text in place of an amount counts as none."""
        for key, column in self.copies.items():
            numeric = self.where.block.columns[key].numeric
            self.alike(column, 1, self.lines)
            for at in range(1, self.lines + 1):
                line = f"MOD({self.cell(self.sorted, at)},{APART})+1"
                read = self.entry(key, line)
                formula = f"N({read})" if numeric else f"TRIM({read})"
                self.put(column, at, self._copied(key, at), f'IFERROR({formula},"")')

    def _copied(self, key: str, at: int) -> Content:
        if at > len(self.begun):
            return ""
        row = self.begun[at - 1].row
        if not self.where.block.columns[key].numeric:
            return " ".join(filter(None, row.text(key).split(" ")))  # as TRIM makes it
        return row.figure(key).value or Decimal(0)

    def _draw_codes(self) -> None:
        """The codes that occur: each begins in the line of the one before, one level further in, or in the next other line."""
        for column, begins in (
            (self.first, 2),
            (self.level, 2),
            (self.code, 1),
            (self.last, 1),
        ):
            self.alike(column, begins, self.room)
        for at in range(1, self.room + 1):
            code = self.codes[at - 1] if at <= len(self.codes) else None
            first, level, own = (
                self.cell(column, at) for column in (self.first, self.level, self.code)
            )
            self.put(self.first, at, code.first if code else "", self._first_line(at))
            self.put(
                self.level, at, max(code.level, 1) if code else "", self._level(at)
            )
            order = self._key_of(first)
            units = [
                self.levels.unit(number)
                for number in range(1, len(self.levels.lengths) + 1)
            ]
            unit = self.levels.by_level(level, units)
            inner = f"IF({order}>={self.levels.no_code},{self.levels.no_code},INT({order}/{unit})*{unit}+{level})"
            self.put(
                self.code, at, code.key if code else "", f'IF({first}="","",{inner})'
            )
            end = f"MATCH((INT({own}/{unit})+1)*{unit}*{APART}-1,{self.all_lines(self.sorted)})"
            last = f"IF({own}>={self.levels.no_code},{self.count},{end})"
            self.put(
                self.last, at, code.last if code else "", f'IF({first}="","",{last})'
            )

    def _first_line(self, at: int) -> str:
        if at == 1:
            return f'IF({self.count}=0,"",1)'
        first = self.cell(self.first, at - 1)
        level = self.cell(self.level, at - 1)
        key = self._key_of(first)
        # the last line of those with the same code
        last = f"MATCH({key}*{APART}+{APART - 1},{self.all_lines(self.sorted)})"
        next_code = f'IF({last}<{self.count},{last}+1,"")'
        has_inner = f"{level}<MOD({key},10)"
        return f'IF({first}="","",IF({has_inner},{first},{next_code}))'

    def _key_of(self, line: str) -> str:
        """The code of a line in order, whose number stands in a cell."""
        return f"INT(INDEX({self.all_lines(self.sorted)},{line})/{APART})"

    def _level(self, at: int) -> str:
        first = self.cell(self.first, at)
        if at == 1:
            return f'IF({first}="","",1)'
        before = self.cell(self.first, at - 1)
        level = self.cell(self.level, at - 1)
        begins = self.levels.begins_in(self._key_of(first), self._key_of(before))
        shown = f"IF({first}={before},{level}+1,{begins})"
        return f'IF({first}="","",{shown})'
