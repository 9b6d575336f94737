"""The disclosure workbook 公开表: the consolidated public forms and one sheet a project, as people read and print them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import cache
from itertools import pairwise
from pathlib import Path

from toolkit.files.measure import SNUG, WIDE, digits, row_height
from toolkit.files.paint import Canvas, Painting, Style, paint
from toolkit.model import (
    NO_ROW,
    BlockKind,
    Disclosure,
    Figure,
    Project,
    Return,
    Row,
    Value,
    Words,
    record,
    total,
)
from toolkit.profile.form import Block, Column, GridRow, Profile, Sheet, TwoSided
from toolkit.profile.layout import BlockPlace, SheetPlace, lay_out, quoted
from toolkit.publish.numerals import numeral
from toolkit.publish.pages import across, heading_height, number_pages, widen, wraps
from toolkit.publish.rounding import Touched, in_print
from toolkit.returns.content import CONTENT_PROPERTY, department_number
from toolkit.rules.rule import plain
from toolkit.template.headings import headings
from toolkit.template.look import number_format

TITLE = Style(bold=True, size=18, align="center", font="黑体")
HEAD = Style(size=10)
HEAD_RIGHT = Style(size=10, align="right")
HEADING = Style(
    bold=True, border=True, align="center", wrap=True, fill="#F2F2F2", size=10.5
)
LABEL = Style(border=True, wrap=True, size=10.5, align="left", indent=1)
CENTRED = replace(LABEL, align="center", indent=0)
SECTION = Style(bold=True, size=12)
NOTE = Style(size=10, wrap=True, valign="top")
LINK = Style(color="#0563C1", underline=True, border=True, align="center")
LINE = 16  # points, of a line of the tables' letters
FIELD_LINE = 18  # points, of a line in a row of its own height
LONG = 60  # characters of a text that begins at the top of its cell
NARROW = 14  # the width up to which texts stand in the middle
DRAFT = "&C&16草稿：未经审核，不得公开"
PAGE_COLUMN = 5  # of the contents
FIRST_ROW = 4  # below title, department and an empty row
EMPTY = "注：本部门无此项安排，本表为空表。"
# Widths in a table that holds two grids side by side.
NUMBERS_WIDTH, TITLES_WIDTHS, AMOUNT_WIDTH = 8, (34, 38), 16
NONE = "——"  # a share of nothing
UP = 1  # so many rows above those that a layout gives: public tables have no tick

# of one side of a table: title, amounts, the key of the row
Line = tuple[str, tuple[str | Decimal | None, ...], str]
# of a line of a project's head: the column of the label, the first and the last of its value
Part = tuple[int, int, int]


def write_tables(
    disclosure: Disclosure,
    profile: Profile,
    path: Path,
    *,
    draft: bool = False,
    number: str = "",
) -> None:
    """Write the disclosure workbook. Fields that the profile calls not public appear nowhere in it.

    `number` is the department's content number, where it is known already.
    """
    paint(tables(disclosure, profile, draft=draft, number=number), path, used_up=True)


def tables(
    disclosure: Disclosure, profile: Profile, *, draft: bool = False, number: str = ""
) -> Painting:
    """Paint the disclosure workbook."""
    content = number or department_number(disclosure, profile)
    painting = Painting(
        title=f"{disclosure.name}{profile.year}年部门预算公开表",
        properties={CONTENT_PROPERTY: content},
    )
    table = _Table(disclosure, profile)
    contents: list[tuple[str, str]] = []
    shown = [
        _public(sheet, disclosure.whole)
        for sheet in profile.book.sheets.values()
        if sheet.public and not sheet.repeat
    ]
    for sheet in shown:
        if sheet.blocks:
            painting.canvases.append(table.sheet(sheet))
            contents.append((sheet.name, sheet.title))
    repeated = profile.book.repeated
    once_a_project = (
        _public(repeated, disclosure.whole)
        if repeated is not None and repeated.public
        else None
    )
    if once_a_project is not None and once_a_project.blocks:
        for line, project in enumerate(disclosure.whole.projects, 1):
            painting.canvases.append(table.project(once_a_project, project, line))
            contents.append((once_a_project.called(line), project.name))
    painting.canvases.insert(0, _contents(contents, disclosure, profile))
    _put_pages(painting.canvases)
    for canvas in painting.canvases:
        canvas.protected = False
        canvas.header = DRAFT if draft else ""
        canvas.footer = "&C— &P —" + (
            f"&R&8内容号：{content}" if profile.print_content else ""
        )
    return painting


def _public(sheet: Sheet, whole: Return) -> Sheet:
    """The sheet with its public columns and the rows that are printed, without help, spare rows and tick."""
    blocks = {}
    for key, block in sheet.blocks.items():
        columns = {
            name: column
            for name, column in block.columns.items()
            if _is_printed(block, column, whole)
        }
        if columns and block.kind is not BlockKind.INDEX:
            rows = {
                name: row
                for name, row in block.rows.items()
                if _is_printed_row(block, row, whole)
            }
            public = replace(
                block,
                columns=columns,
                rows=rows,
                spare=0,
                beside=block.beside,
                labelled=block.row_titles,
            )
            blocks[key] = _numbered(public)
    return replace(sheet, blocks=blocks, help=(), title=sheet.public_title)


def _is_printed(block: Block, column: Column, whole: Return) -> bool:
    """Whether a table shows a column: every public one, but some only where they were filled."""
    if not (column.public and column.printed_if_filled):
        return column.public
    return any(
        _is_given(row.values[column.key])
        for row in whole.rows(block.key)
        if column.key in row.values
    )


def _is_given(value: Value) -> bool:
    """Whether anybody gave a value, or anything that it was made of."""
    return (
        any(leaf.given for leaf in value.leaves())
        if isinstance(value, Figure)
        else value.given
    )


def _is_printed_row(block: Block, row: GridRow, whole: Return) -> bool:
    """Whether a table shows a row of a grid: every one, but some only where they hold something; its sums always."""
    if not (row.printed_if_filled or (block.printed_if_filled and row.formula is None)):
        return True
    return _holds_something(whole.grid(block.key).get(row.key, NO_ROW))


def _holds_something(row: Row) -> bool:
    """Whether a row holds anything but zeros and texts that stand beside them."""
    figures = [value for value in row.values.values() if isinstance(value, Figure)]
    return any(map(_says_something, figures or row.values.values()))


def _numbered(block: Block) -> Block:
    """A grid whose rows are numbered, with the numbers in their titles: those that are no sums and stand under no other."""
    if not block.numbered:
        return block
    rows: dict[str, GridRow] = {}
    number = 0
    for key, row in block.rows.items():
        if row.formula is None and not row.indent:
            number += 1
            rows[key] = replace(
                row, title=f"{numeral(number)}、{row.public_title}", printed=""
            )
        else:
            rows[key] = row
    return replace(block, rows=rows)


def _contents(
    contents: Sequence[tuple[str, str]], disclosure: Disclosure, profile: Profile
) -> Canvas:
    canvas = Canvas("目录", widths={1: 2.5, 2: 8, 3: 20, 4: 43, PAGE_COLUMN: 7})
    widen(canvas)
    canvas.put(1, 2, f"{disclosure.name}{profile.year}年部门预算公开表目录", TITLE)
    canvas.merged.append((1, 2, 1, PAGE_COLUMN))
    canvas.heights[1] = 36
    for column, title in ((2, "序号"), (3, "表"), (4, "名称"), (PAGE_COLUMN, "页码")):
        canvas.put(3, column, title, HEADING)
    name_width = canvas.widths[3] / SNUG
    title_width = canvas.widths[4] / SNUG
    for number, (name, title) in enumerate(contents, 1):
        row = FIRST_ROW + number - 1
        canvas.put(row, 2, number, CENTRED)
        canvas.put(row, 3, name, LINK, link=f"{quoted(name)}!A1")
        canvas.put(row, 4, title, LABEL)
        texts = ((name, name_width), (title, title_width))
        canvas.heights[row] = row_height(texts, LINE, narrow=WIDE)
    canvas.freeze = (3, 0)
    canvas.repeat_rows = (3, 3)
    return canvas


def _put_pages(canvases: Sequence[Canvas]) -> None:
    """Number the pages, and write into the contents where each table begins."""
    contents, *_ = canvases
    for row, page in enumerate(number_pages(canvases)[1:], FIRST_ROW):
        contents.put(row, PAGE_COLUMN, page, CENTRED)


@record()
class _Side:
    """One side of a table that holds two grids: where it begins, its lines, and those that close it."""

    block: Block
    first: int  # the column of its titles
    body: list[Line]
    closing: list[Line]
    touched: Touched

    @property
    def last(self) -> int:
        """Its last column."""
        return self.first + len(self.block.columns)

    def lines(self, longest: int) -> list[Line]:
        """All lines, with blank ones before the closing ones until the body is as long as the other side's."""
        empty: Line = ("", (None,) * len(self.block.columns), "")
        lacking = longest - len(self.body)
        return self.body + [empty] * lacking + self.closing

    def put(self, canvas: Canvas, row: int, line: Line, style: Style) -> None:
        """Put a line of this side: its title and its amounts."""
        title, amounts, key = line
        canvas.put(row, self.first, title or None, style)
        columns = self.block.columns.values()
        for number, (column, amount) in enumerate(
            zip(columns, amounts, strict=True), self.first + 1
        ):
            canvas.put(
                row,
                number,
                amount,
                _drawn(number_format(column), "", bold=style.bold),
            )
            if (
                said := self.touched.get((self.block.key, key, column.key))
            ) is not None:
                canvas.notes[row, number] = said


class _Table:
    """Paints sheets of one disclosure."""

    def __init__(self, disclosure: Disclosure, profile: Profile) -> None:
        self.whole: Return = disclosure.whole
        self.name = disclosure.name
        self.profile = profile
        self.touched: Touched = {}  # of the sheet that is painted: what cells say that were made to fit their total
        self.remarks: tuple[str, ...] = ()  # and what stands below it of its rounding

    def sheet(self, sheet: Sheet) -> Canvas:
        """Paint a form: its blocks in the unit of print, and the notes below them."""
        unrounded = self.whole
        said = in_print(sheet, unrounded, self.profile.book)
        self.whole, self.touched, self.remarks = said.whole, said.touched, said.notes
        canvas = self.painted(said.sheet)
        self.whole, self.touched, self.remarks = unrounded, {}, ()
        return canvas

    def painted(self, sheet: Sheet) -> Canvas:
        lists = [
            key for key, block in sheet.blocks.items() if block.kind is BlockKind.LIST
        ]
        lengths = {key: len(self.whole.rows(key)) for key in lists}
        place = lay_out(sheet, 0, lengths)
        if sheet.two_sided is not None:
            return self.two_sided(sheet, place, sheet.two_sided)
        canvas = self.begin(place, sheet.title)
        last = max(self.block(canvas, where) for where in place.blocks.values())
        self.notes(canvas, place, last + 1)
        return canvas

    def project(self, sheet: Sheet, project: Project, number: int) -> Canvas:
        """Paint a project: its head, a line each over the whole width, and its indicators."""
        place = lay_out(sheet, number, {project.listed: len(project.indicators)})
        canvas = self.begin(place, f"{sheet.title}（{number}）")
        lists = [
            where
            for where in place.blocks.values()
            if where.block.kind is BlockKind.LIST
        ]
        row = FIRST_ROW
        for where in place.blocks.values():
            if where.block.kind is not BlockKind.LIST:
                over = lists[0] if lists else where
                for fields in _lined_up(where.block, project.head):
                    self.wide(canvas, row, _parts(over, len(fields)), fields)
                    row += 1
        for where in lists:
            self.indicators(canvas, where, project.indicators, row + where.block.depth)
        return canvas

    def wide(
        self,
        canvas: Canvas,
        row: int,
        parts: Sequence[Part],
        fields: Sequence[tuple[Column, Value | None]],
    ) -> None:
        """Put fields side by side into a row as high as it needs: each its label, and its value over the rest of its part."""
        heights = [FIELD_LINE]
        for (label, first, last), (column, value) in zip(parts, fields, strict=True):
            canvas.put(row, label, column.title, HEADING)
            content = _content(value)
            style = _style(column, left=True) if column.numeric else LABEL
            text = "" if column.numeric else str(content or "")
            canvas.put(
                row,
                first,
                content,
                replace(style, valign="top") if len(text) > LONG else style,
            )
            for covered in range(first + 1, last + 1):
                canvas.put(row, covered, None, LABEL)
            if first < last:
                canvas.merged.append((row, first, row, last))
            width = sum(
                canvas.widths.get(number, 9) for number in range(first, last + 1)
            )
            heights.append(FIELD_LINE * wraps(text, width))
        canvas.heights[row] = max(heights)

    def indicators(
        self, canvas: Canvas, where: BlockPlace, rows: Sequence[Row], header: int
    ) -> None:
        """The indicator table; the first level spans the rows it is carried down to."""
        headings(canvas, where, header, HEADING)
        canvas.repeat_rows = (header, header)
        begin = header + 1
        for number, row in enumerate(rows, begin):
            self.row(canvas, where, number, row)
        self.merge_carried(canvas, where, rows, begin)

    def merge_carried(
        self, canvas: Canvas, where: BlockPlace, rows: Sequence[Row], begin: int
    ) -> None:
        """Merge each first level with the rows below it that it is carried down to."""
        carried = where.block.carry_down
        if not carried:
            return
        level = where.columns[carried]
        starts = [
            number
            for number, row in enumerate(rows, begin)
            if number == begin or row.text(carried)
        ]
        end = begin + len(rows)
        for start, after in pairwise([*starts, end]):
            if after - start > 1:
                canvas.merged.append((start, level, after - 1, level))

    def begin(self, place: SheetPlace, title: str) -> Canvas:
        """A sheet with its title, whose it is, and its columns: those of templates without the checks."""
        canvas = Canvas(place.name, landscape=place.sheet.landscape)
        used: set[int] = set()
        checks: set[int] = set()
        for where in place.blocks.values():
            used |= {where.label_column, *where.columns.values()}
            checks.add(where.check_column)
        canvas.widths = {
            number: width
            for number, width in place.widths.items()
            if number in used or number not in checks
        }
        blocks = [where.block for where in place.blocks.values()]
        widen(
            canvas,
            amounts=any(
                _given(self.whole, block)
                and any(column.numeric for column in block.columns.values())
                for block in blocks
            ),
        )
        self.head(canvas, place.sheet, title, _last_column(place))
        return canvas

    def head(self, canvas: Canvas, sheet: Sheet, title: str, last: int) -> None:
        """What stands above a table: its title, whose it is, of which year or day and in which unit of money."""
        canvas.put(1, 2, title, TITLE)
        _merge(canvas, 1, last)
        canvas.heights[1] = 36
        whose = f"{self.profile.owner_title}{self.name}"
        canvas.put(2, 2, whose, HEAD)
        # A name runs on over empty cells; where the table is too narrow for both, the year goes one row down.
        free = sum(canvas.widths.get(column, 9) for column in range(2, last))
        row = 2 if digits(whose) < free else 3
        # A title that says the year need not be told twice.
        dated = (
            ""
            if sheet.head == f"{self.profile.year}年度"
            and str(self.profile.year) in title
            else f"{sheet.head}　"
        )
        unit = f"单位：{sheet.money.unit}" if sheet.holds_money else ""
        canvas.put(row, last, f"{dated}{unit}".strip() or None, HEAD_RIGHT)

    def two_sided(self, sheet: Sheet, place: SheetPlace, way: TwoSided) -> Canvas:
        """Two grids as one table: the closing rows of both sides on one line each, rows and columns numbered where asked."""
        canvas = Canvas(place.name, landscape=sheet.landscape)
        canvas.widths = {1: 2.5}
        if way.numbered:
            canvas.widths[2] = NUMBERS_WIDTH
        sides: list[_Side] = []
        for block, titles_width in zip(
            sheet.blocks.values(), TITLES_WIDTHS, strict=True
        ):
            first = max(canvas.widths) + 1
            canvas.widths[first] = titles_width
            for number, column in enumerate(block.columns.values(), first + 1):
                canvas.widths[number] = max(AMOUNT_WIDTH, column.width)
            sides.append(
                _Side(block, first, *self.side(block, way.closing), self.touched)
            )
        widen(canvas)
        self.head(canvas, sheet, sheet.title, max(canvas.widths))
        row = self.two_sided_headings(canvas, sides, numbered=way.numbered)
        longest = max(len(side.body) for side in sides)
        for number, both in enumerate(
            zip(*(side.lines(longest) for side in sides), strict=True), 1
        ):
            row += 1
            style = LABEL if number <= longest else replace(LABEL, bold=True)
            if way.numbered:
                canvas.put(row, 2, number, CENTRED)
            for side, line in zip(sides, both, strict=True):
                side.put(canvas, row, line, style)
            canvas.heights[row] = LINE + 2
        self.notes(canvas, place, row + 1)
        return canvas

    def two_sided_headings(
        self, canvas: Canvas, sides: Sequence[_Side], *, numbered: bool
    ) -> int:
        """The titles of both sides, their blocks' above them, and below them the columns' numbers; return the last row."""
        row = FIRST_ROW
        if any(side.block.title for side in sides):
            for side in sides:
                for column in range(side.first, side.last + 1):
                    canvas.put(
                        row,
                        column,
                        side.block.title if column == side.first else None,
                        HEADING,
                    )
                canvas.merged.append((row, side.first, row, side.last))
            row += 1
        for side in sides:
            for column, title in enumerate(
                (side.block.label, *_titles(side.block)), side.first
            ):
                canvas.put(row, column, title, HEADING)
        titles = [
            (ink.value, canvas.widths[column])
            for (at, column), ink in canvas.cells.items()
            if at == row
        ]
        canvas.heights[row] = max(
            24, *(4 + LINE * wraps(str(title or ""), width) for title, width in titles)
        )
        if numbered:
            canvas.put(row, 2, "序号", HEADING)
            row += 1
            for place, column in enumerate(range(2, max(canvas.widths) + 1)):
                canvas.put(row, column, str(place) if place else "栏次", CENTRED)
        canvas.repeat_rows = (FIRST_ROW, row)
        return row

    def side(self, block: Block, closing: int) -> tuple[list[Line], list[Line]]:
        """The lines of one side, and those that close it. Rows with a title for print are numbered among themselves."""
        filled = self.whole.grid(block.key)
        body = len(block.rows) - closing
        lines: list[Line] = []
        numbered = 0
        for place, row in enumerate(block.rows.values(), 1):
            title = row.public_title
            if row.printed and place <= body and block.numbered is not False:
                numbered += 1
                title = f"{numeral(numbered)}、{title}"
            held = filled.get(row.key, NO_ROW)
            lines.append(
                (
                    title,
                    tuple(
                        _content(held.values.get(column)) for column in block.columns
                    ),
                    row.key,
                )
            )
        return lines[:body], lines[body:]

    def block(self, canvas: Canvas, where: BlockPlace) -> int:
        """Paint a block; return its last row. A list of one column is as wide as what stands above it."""
        block = where.block
        if one := block.kind is BlockKind.LIST and len(block.columns) == 1:
            first = dict.fromkeys(where.columns, 2)
            where = replace(where, label_column=2, columns=first)
        if where.title_row:
            canvas.put(where.title_row - UP, where.label_column, block.title, SECTION)
        if block.kind is BlockKind.FIELDS:
            return self.fields(canvas, where)
        row = where.header_row - UP
        headings(
            canvas,
            where,
            row,
            HEADING,
            block.label if block.kind is BlockKind.GRID and block.labelled else None,
        )
        canvas.heights[row] = heading_height(canvas, where, LINE)
        canvas.repeat_rows = (row - block.depth, row)
        if block.kind is BlockKind.GRID:
            return self.grid(canvas, where)
        last = self.list(canvas, where)
        if one:
            across(canvas, row, last, LINE)
        return last

    def fields(self, canvas: Canvas, where: BlockPlace) -> int:
        """Fields one below the other, as wide as a list below them."""
        filled = self.whole.fields(where.block.key)
        alone = not any(
            block.beside
            for block in self.profile.book.sheet_of(where.block.key).blocks.values()
        )
        for key, column in where.block.columns.items():
            row, number = where.rows[key] - UP, where.columns[key]
            content = _content(filled.values.get(key))
            canvas.put(row, where.label_column, column.title, HEADING)
            over = [
                number,
                *(other for other in sorted(canvas.widths) if alone and other > number),
            ]
            for place in over:
                canvas.put(
                    row,
                    place,
                    content if place == number else None,
                    _style(column, left=True),
                )
            if over[1:]:
                canvas.merged.append((row, number, row, over[-1]))
            canvas.heights[row] = FIELD_LINE * wraps(
                str(content or ""), sum(canvas.widths[place] for place in over)
            )
        return where.last_row - UP

    def grid(self, canvas: Canvas, where: BlockPlace) -> int:
        filled = self.whole.grid(where.block.key)
        for row in where.block.rows.values():
            number = where.rows[row.key] - UP
            held = filled.get(row.key, NO_ROW)
            bold = row.formula is not None
            title = row.public_title if where.block.numbered is not None else row.title
            if where.block.labelled:
                canvas.put(
                    number,
                    where.label_column,
                    title,
                    replace(LABEL, indent=1 + row.indent * 2, bold=bold),
                )
            for key, column in where.block.columns.items():
                if column.stands_in(row.key):
                    content = _content(held.values.get(key))
                    style = replace(_style(column), bold=bold)
                else:
                    content = "——" if column.numeric else None
                    style = CENTRED
                canvas.put(number, where.columns[key], content, style)
                self.say(
                    canvas, (number, where.columns[key]), where.block, row.key, key
                )
            canvas.heights[number] = (
                self.height(canvas, where, held) if row.key in filled else 20
            )
        return where.last_row - UP

    def list(self, canvas: Canvas, where: BlockPlace) -> int:
        """The rows that are held, and no spare ones: they follow the headings, or the total, at once. None is a blank row."""
        block = where.block
        rows = self.whole.rows(block.key)
        shown = [
            row for row in rows if not block.printed_if_filled or _holds_something(row)
        ]
        number = where.header_row
        if block.total and not block.total_last:
            self.total(canvas, where, rows, number)
            number += 1
        for row in shown:
            self.row(canvas, where, number, row)
            number += 1
        if not shown:
            for column in where.columns.values():
                canvas.put(number, column, None, LABEL)
            number += 1
        if block.total and block.total_last:
            self.total(canvas, where, rows, number)
            number += 1
        return number - 1

    def total(
        self, canvas: Canvas, where: BlockPlace, rows: Sequence[Row], number: int
    ) -> None:
        """A list's total; its word stands in the first column where nothing is added up there."""
        for key, column in where.block.columns.items():
            content: str | Decimal | None = None
            if column.total:
                added = total(row.figure(key) for row in where.block.counted(rows))
                content = None if added.blank or not added.source else added.number
            elif where.columns[key] == where.first_column:
                content = where.block.total
            canvas.put(
                number, where.columns[key], content, replace(_style(column), bold=True)
            )

    def row(self, canvas: Canvas, where: BlockPlace, number: int, row: Row) -> None:
        """A row of a list, as high as it needs."""
        for key, column in where.block.columns.items():
            canvas.put(
                number,
                where.columns[key],
                _content(row.values.get(key)),
                _style(column),
            )
            if self.touched:
                self.say(
                    canvas, (number, where.columns[key]), where.block, row.key, key
                )
        canvas.heights[number] = self.height(canvas, where, row)

    def say(
        self, canvas: Canvas, spot: tuple[int, int], block: Block, row: str, column: str
    ) -> None:
        """Let a cell that was made to fit its total say so."""
        said = self.touched.get((block.key, row, column))
        if said is not None:
            canvas.notes[spot] = said

    def height(self, canvas: Canvas, where: BlockPlace, row: Row) -> float:
        # A code is digits alone, which are half as wide, and has a column of its own width.
        columns = where.block.columns
        written = (
            (key, text)
            for key, value in row.values.items()
            if isinstance(value, Words) and (text := value.text)
        )
        wide = {
            key: canvas.widths[at] / SNUG
            for key, at in where.columns.items()
            if columns[key].coding is None
        }
        return row_height(
            ((text, wide[key]) for key, text in written if key in wide),
            LINE,
            narrow=WIDE,
        )

    def notes(self, canvas: Canvas, place: SheetPlace, row: int) -> None:
        """What the department says below the table, and that a table without data has none."""
        notes = [f"注：{note}" for note in self.noted(place.sheet)]
        notes += [
            told
            for block in place.sheet.blocks.values()
            if (told := self.by_kind(block))
        ]
        notes += self.remarks
        if not any(_given(self.whole, where.block) for where in place.blocks.values()):
            notes.append(place.sheet.empty or EMPTY)
        last = _last_column(place)
        width = sum(canvas.widths.get(column, 9) for column in range(2, last + 1))
        for number, note in enumerate(notes, row):
            canvas.put(number, 2, note, NOTE)
            _merge(canvas, number, last)
            canvas.heights[number] = LINE * wraps(note, width)

    def by_kind(self, block: Block) -> str:
        """A list's sum, kind by kind; nothing where it is empty or has no kinds."""
        rows = self.whole.rows(block.key) if block.kinds else ()
        if block.kinds is None or not rows:
            return ""
        amounts = block.kinds.totals(rows)
        unit = block.columns[block.kinds.of].unit
        whole = plain(total(amounts.values()).number)
        parts = "，".join(
            f"{title}{plain(amount.number)}{unit}" for title, amount in amounts.items()
        )
        return f"合计{whole}{unit}，其中：{parts}。"

    def noted(self, sheet: Sheet) -> Iterator[str]:
        """The texts of the return that are printed below this table."""
        for block in self.profile.book.blocks.values():
            for column in block.columns.values():
                text = self.whole.words(block.name(column.key)).text
                if column.note_on == sheet.key and text:
                    yield text


def _titles(block: Block) -> tuple[str, ...]:
    return tuple(column.title for column in block.columns.values())


def _lined_up(block: Block, row: Row) -> Iterator[list[tuple[Column, Value | None]]]:
    """The fields of a project's head, line by line: as many side by side as the form says, a long text always alone."""
    line: list[tuple[Column, Value | None]] = []
    for key, column in block.columns.items():
        alone = (
            column.kind == "text" and column.schema.get("maxLength", LONG + 1) > LONG
        )
        if line and (alone or len(line) == block.across):
            yield line
            line = []
        line.append((column, row.values.get(key)))
        if alone:
            yield line
            line = []
    if line:
        yield line


def _parts(where: BlockPlace, count: int) -> list[Part]:
    """The columns of a block in so many parts: of each the label's column, and the first and last of the others."""
    # A narrow block still has a column for the label and one for the value.
    last = max(where.last_column, where.label_column + 2 * count - 1)
    each = (last + 1 - where.label_column) // count
    starts = [where.label_column + each * part for part in range(count)]
    parts = [(start, start + 1, start + each - 1) for start in starts[:-1]]
    # The last part takes what the division left over.
    return [*parts, (starts[-1], starts[-1] + 1, last)]


def _last_column(place: SheetPlace) -> int:
    return max(where.last_column for where in place.blocks.values())


def _merge(canvas: Canvas, row: int, last: int) -> None:
    """Make one cell of a row's, from the first that is used to the last; a table of one column has one already."""
    first = 2
    if last > first:
        canvas.merged.append((row, first, row, last))


def _given(whole: Return, block: Block) -> bool:
    """Whether a block of the whole holds anything but zeros."""
    filled = whole.blocks.get(block.key)
    rows = filled.rows if filled is not None else ()
    return any(_says_something(value) for row in rows for value in row.values.values())


def _says_something(value: Value) -> bool:
    return value.number != 0 if isinstance(value, Figure) else value.given


def _content(value: Value | None) -> str | Decimal | None:
    """What a cell holds for a value: nothing where nothing was entered."""
    if value is None:
        return None
    if isinstance(value, Figure):
        if value.undefined:
            return NONE
        return None if value.blank else value.number
    return value.text or None


def _style(column: Column, *, left: bool = False) -> Style:
    """How a column's cells look: numbers as numbers stand, choices and short texts in the middle, others from the left."""
    short = column.kind == "choice" or (
        column.kind == "text" and column.width <= NARROW
    )
    if left:
        align = "left"
    elif column.numeric:
        align = ""
    else:
        align = "center" if short else "left"
    return _drawn(number_format(column), align)


@cache
def _drawn(number: str, align: str, *, bold: bool = False) -> Style:
    """The style of cells with a number format and an alignment; the same one each time."""
    return Style(
        border=True,
        wrap=True,
        number=number,
        align=align,
        bold=bold,
        size=10.5,
        indent=int(align == "left"),
    )
