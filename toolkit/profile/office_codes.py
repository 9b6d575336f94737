"""An office's own code list: a table beside its data, CSV or a workbook, that takes the place of ours."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from toolkit.errors import ToolkitError
from toolkit.files.grid import Raw, Spot, open_grid
from toolkit.files.oldbook import is_old, open_old
from toolkit.files.text import read_text
from toolkit.model import Code, CodeList, Kind, code_in, digits_of, plain_name
from toolkit.profile.codes import ALIASES, DAY, declared

HEADING_ROWS = 20  # the first rows of a table, in which its headings are looked for
YES, NO = "是", "否"
# how a workbook counts the days of these decades
SERIAL, COUNTED_FROM = (
    re.compile(r"[34]\d{4}"),
    date(1899, 12, 30),
)
Line = tuple[int, tuple[str, ...]]  # its number, and the texts of its cells


class CodeListError(ToolkitError):
    """An office's code list that cannot be used; the message names file, line and remedy, in Chinese."""


def office_files(folder: Path) -> dict[str, tuple[Path, ...]]:
    """The files of a folder that are code lists of the office, by the keys of the lists."""
    said = declared()["office"]
    found: dict[str, tuple[Path, ...]] = {}
    for key, name in said["files"].items():
        paths = [folder / f"{name}{suffix}" for suffix in said["suffixes"]]
        found[key] = tuple(path for path in paths if path.is_file())
    return found


def office_lists(folder: Path, ours: Mapping[str, CodeList]) -> tuple[CodeList, ...]:
    """The code lists that an office has in a folder; raise CodeListError, in Chinese, where one cannot be used."""
    lists: list[CodeList] = []
    for key, paths in office_files(folder).items():
        if len(paths) > 1:
            names = "”和“".join(path.name for path in paths)
            raise CodeListError(
                f"“{names}”是同一种科目表，不知道用哪一份。请留下一份。"
            )
        lists += [read_list(path, ours[key]) for path in paths]
    return tuple(lists)


def read_list(path: Path, ours: CodeList) -> CodeList:
    """Read one list, which takes the place of `ours`; raise CodeListError, in Chinese, where it cannot be used."""
    try:
        return _Table(path.name, ours).read(_lines(path))
    except _WrongError as error:
        raise CodeListError(f"“{path.name}”{error}") from error


class _WrongError(ValueError):
    """What is wrong with a list: the end of the sentence that begins with its name."""


# -- the lines of a file ----------------------------------------------------------------------------------------------


def _lines(path: Path) -> list[list[Line]]:
    """The tables of a file as texts: of a workbook one a sheet. Lines that hold nothing are left out."""
    if path.suffix.lower() == ".csv":
        file = io.StringIO(read_text(path), newline="")
        try:
            read = list(csv.reader(file))
        except csv.Error as error:
            raise _WrongError("有一格太长，读不出来。请检查引号是否成对。") from error
        lines: list[Line] = []
        for number, cells in enumerate(read, 1):
            if any(cells):
                texts = tuple(cell.strip() for cell in cells)
                lines.append((number, texts))
        return [lines]
    tables: list[list[Line]] = []
    for sheet in _sheets(path):
        by_row: dict[int, dict[int, str]] = {}
        for (row, column), text in sheet.items():
            by_row.setdefault(row, {})[column] = text.strip()
        width = max((column for _, column in sheet), default=0)
        table: list[Line] = []
        for row, by_column in sorted(by_row.items()):
            texts = tuple(by_column.get(at, "") for at in range(1, width + 1))
            table.append((row, texts))
        tables.append(table)
    return tables


def _sheets(path: Path) -> Iterator[Mapping[Spot, str]]:
    """The cells of a workbook as texts, sheet by sheet."""
    grid = open_old(path) if is_old(path) else open_grid(path)
    for sheet in grid.sheets.values():
        yield {spot: _text(raw) for spot, raw in sheet.cells.items()}


def _text(raw: Raw) -> str:
    """What a cell holds, a code that lies there as a number by its digits."""
    if raw.kind is Kind.NUMBER:
        return digits_of(raw.number) or raw.text
    return raw.text


# -- what the lines say -----------------------------------------------------------------------------------------------


@dataclass
class _Table:
    """Reads the lines of one list."""

    name: str
    ours: CodeList
    complete: bool = False
    # code, name, begins, ends, aliases; or a level: its own digits
    columns: dict[str, int] = field(default_factory=dict)

    def read(self, tables: Sequence[Sequence[Line]]) -> CodeList:
        """The list; raise _WrongError where something keeps it from being one."""
        headed = next(
            (
                found
                for lines in tables
                if (found := self._below_headings(lines)) is not None
            ),
            None,
        )
        if headed is None:
            raise _WrongError("里没有找到标题行。请在第一行写上：科目编码、科目名称。")
        codes = sorted(self._codes(headed), key=lambda one: (one.code, one.begins))
        if not codes:
            raise _WrongError(
                "里一个科目编码也没有。请填上，或者把这个文件移走，改用本工具的科目表。"
            )
        if not any(one.is_of(self.ours.year) for one in codes):
            raise _WrongError(
                f"里没有 {self.ours.year} 年度的科目。请核对启用和停用的日期。"
            )
        key, title, year, levels = (
            self.ours.key,
            self.ours.title,
            self.ours.year,
            self.ours.levels,
        )
        return CodeList(
            key, title, year, levels, tuple(codes), self.complete, self.name
        )

    def _below_headings(self, lines: Sequence[Line]) -> Sequence[Line] | None:
        """The lines below the headings, which say in which column what stands; None where there are no headings."""
        for at, (number, cells) in enumerate(lines[:HEADING_ROWS]):
            self.columns = dict(self._headings(cells))
            if self.coded:
                if "name" not in self.columns:
                    raise _WrongError(
                        f"第 {number} 行的标题里没有“科目名称”这一栏。请补上。"
                    )
                return lines[at + 1 :]
            self._declaration(number, cells)
        return None

    @property
    def coded(self) -> bool:
        """Whether the headings name a column of codes, or one for each of the two outermost levels."""
        return "code" in self.columns or all(
            level in self.columns for level in list(self.ours.levels)[:2]
        )

    def _headings(self, cells: Sequence[str]) -> Iterator[tuple[str, int]]:
        known: Mapping[str, Sequence[str]] = declared()["office"]["headings"]
        for at, cell in enumerate(cells):
            heading = plain_name(cell)
            for what, names in known.items():
                if heading in names:
                    yield what, at
            if heading in self.ours.levels:
                yield heading, at

    def _declaration(self, number: int, cells: Sequence[str]) -> None:
        """A line above the headings that says whether the list is complete."""
        given = [plain_name(cell) for cell in cells if cell]
        for word in declared()["office"]["complete"]:
            if given and given[0].startswith(word):
                answer = given[0].removeprefix(word).strip(":") or (
                    given[1] if len(given) > 1 else YES
                )
                if answer not in (YES, NO):
                    raise _WrongError(
                        f"第 {number} 行“{word}”后面写的是“{answer}”。请写“{YES}”或“{NO}”。"
                    )
                self.complete = answer == YES

    def _codes(self, lines: Sequence[Line]) -> Iterator[Code]:
        """The codes of the lines, each once."""
        seen: dict[tuple[str, str], int] = {}
        for number, cells in lines:
            if not any(cells):
                continue
            one = self._one(number, cells)
            first = seen.setdefault((one.code, one.begins), number)
            if first != number:
                raise _WrongError(
                    f"第 {number} 行的编码 {one.code} 和第 {first} 行重复。请删去一行；改过名的，分别写上启用、停用日期。"
                )
            yield one

    def _one(self, number: int, cells: Sequence[str]) -> Code:
        """What one line says."""
        code = self._code(number, cells)
        name = self._cell("name", cells)
        if not name:
            raise _WrongError(f"第 {number} 行的编码 {code} 没有名称。请补上。")
        level = self.ours.level_of(code)
        if not level:
            lengths = "、".join(map(str, self.ours.levels.values()))
            raise _WrongError(
                f"第 {number} 行的编码“{code}”有 {len(code)} 位，应当是 {lengths} 位。前面丢了 0 的请补上，不用的行请删去。"
            )
        days = {what: _day(self._cell(what, cells)) for what in ("begins", "ends")}
        for day in days.values():
            if day and not DAY.fullmatch(day):
                raise _WrongError(
                    f"第 {number} 行的日期“{day}”认不出来。请写成 2024-01-01 这样，或者留空。"
                )
        aliases = tuple(
            alias for alias in ALIASES.split(self._cell("aliases", cells)) if alias
        )
        return Code(
            code, level, name, begins=days["begins"], ends=days["ends"], aliases=aliases
        )

    def _code(self, number: int, cells: Sequence[str]) -> str:
        """The code of a line, from its own column or from those of its levels."""
        if "code" in self.columns:
            code = code_in(self._cell("code", cells))
        else:
            code = "".join(
                self._part(number, level, cells)
                for level in self.ours.levels
                if level in self.columns
            )
        if not code:
            raise _WrongError(f"第 {number} 行没有编码。请补上，或者删去这一行。")
        if not code.isdecimal():
            raise _WrongError(
                f"第 {number} 行的编码“{code}”不是数字。请改正，或者删去这一行。"
            )
        return code

    def _part(self, number: int, level: str, cells: Sequence[str]) -> str:
        """The digits of one level."""
        part = code_in(self._cell(level, cells))
        digits = self.ours.digits(level)
        if part.isdecimal() and len(part) < digits:
            raise _WrongError(
                f"第 {number} 行的“{level}”是“{part}”，应当是 {digits} 位，前面的 0 丢了。请按文本写成“{part.zfill(digits)}”。"
            )
        return part

    def _cell(self, what: str, cells: Sequence[str]) -> str:
        at = self.columns.get(what, len(cells))
        return cells[at] if at < len(cells) else ""


def _day(text: str) -> str:
    """A day as it is written, or as a workbook counts days."""
    return (
        (COUNTED_FROM + timedelta(int(text))).isoformat()
        if SERIAL.fullmatch(text)
        else text
    )
