"""The disclosure workbook 公开表: the consolidated public forms and one sheet a project, as people read and print them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

from toolkit.files.measure import SNUG, WIDE, lines_of, row_height
from toolkit.files.paint import Canvas, Painting, Style, paint
from toolkit.model import BlockKind, Disclosure, Figure, Project, Return, Row, Value
from toolkit.profile.form import Block, Column, Profile, Sheet
from toolkit.profile.layout import BlockPlace, SheetPlace, lay_out, quoted
from toolkit.template.headings import headings

TITLE = Style(bold=True, size=18, align="center", font="黑体")
HEAD = Style(size=10)
HEAD_RIGHT = Style(size=10, align="right")
HEADING = Style(bold=True, border=True, align="center", wrap=True, fill="#F2F2F2", size=10.5)
LABEL = Style(border=True, wrap=True, size=10.5)
SECTION = Style(bold=True, size=12)
NOTE = Style(size=10, wrap=True, valign="top")
LINK = Style(color="#0563C1", underline=True, border=True, align="center")
LINE = 16  # points, of a line of the tables' letters
DRAFT = "&C&24草　稿"


def write_tables(disclosure: Disclosure, profile: Profile, path: Path, *, draft: bool = False) -> None:
    """Write the disclosure workbook. Fields that the profile calls not public appear nowhere in it."""
    paint(tables(disclosure, profile, draft=draft), path)


def tables(disclosure: Disclosure, profile: Profile, *, draft: bool = False) -> Painting:
    """Paint the disclosure workbook."""
    painting = Painting(title=f"{disclosure.name}{profile.year}年部门预算公开表")
    table = _Table(disclosure, profile)
    contents: list[tuple[str, str]] = []
    for sheet in profile.book.sheets.values():
        if sheet.repeat or not sheet.public:
            continue
        public = _public(sheet)
        if public.blocks:
            painting.canvases.append(table.sheet(public))
            contents.append((sheet.name, public.title))
    if repeated := profile.book.repeated:
        for number, project in enumerate(disclosure.whole.projects, 1):
            public = _public(repeated)
            painting.canvases.append(table.project(public, project, number))
            contents.append((public.called(number), project.name))
    painting.canvases.insert(0, _contents(contents, disclosure, profile))
    for canvas in painting.canvases:
        canvas.protected = False
        canvas.header = DRAFT if draft else ""
        canvas.footer = "&C— &P —"
    return painting


def _public(sheet: Sheet) -> Sheet:
    """The sheet with its public columns only, without help, spare rows and tick."""
    blocks = {}
    for key, block in sheet.blocks.items():
        columns = {name: column for name, column in block.columns.items() if column.public}
        if columns and block.kind is not BlockKind.INDEX:
            blocks[key] = replace(block, columns=columns, spare=0, beside=block.beside)
    return replace(sheet, blocks=blocks, help=(), title=sheet.public_title)


def _contents(contents: Sequence[tuple[str, str]], disclosure: Disclosure, profile: Profile) -> Canvas:
    canvas = Canvas("目录", widths={1: 2.5, 2: 8, 3: 22, 4: 90})
    canvas.put(1, 2, f"{disclosure.name}{profile.year}年部门预算公开表目录", TITLE)
    canvas.merged.append((1, 2, 1, 4))
    canvas.heights[1] = 36
    for column, title in ((2, "序号"), (3, "表"), (4, "名称")):
        canvas.put(3, column, title, HEADING)
    for number, (name, title) in enumerate(contents, 1):
        canvas.put(3 + number, 2, number, replace(LABEL, align="center"))
        canvas.put(3 + number, 3, name, LINK, link=f"{quoted(name)}!A1")
        canvas.put(3 + number, 4, title, LABEL)
    canvas.freeze = (3, 0)
    canvas.repeat_rows = (3, 3)
    return canvas


class _Table:
    """Paints sheets of one disclosure."""

    def __init__(self, disclosure: Disclosure, profile: Profile) -> None:
        self.whole: Return = disclosure.whole
        self.name = disclosure.name
        self.profile = profile

    def sheet(self, sheet: Sheet) -> Canvas:
        lines = {key: len(self.whole.rows(key)) for key, block in sheet.blocks.items() if block.kind is BlockKind.LIST}
        place = lay_out(sheet, 0, lines)
        canvas = self.begin(place, sheet.title)
        last = 0
        for block in place.blocks.values():
            last = max(last, self.block(canvas, block, self.whole.fields(block.block.key), self.whole.rows(block.block.key)))
        self.note(canvas, place, sheet, last + 1)
        return canvas

    def project(self, sheet: Sheet, project: Project, number: int) -> Canvas:
        listed = list(sheet.blocks)[1]
        place = lay_out(sheet, number, {listed: len(project.indicators)})
        canvas = self.begin(place, f"{sheet.title}（{number}）")
        head, rows = place.blocks.values()
        first, last = min(rows.columns.values()), max(rows.columns.values())
        for row, (key, column) in enumerate(head.block.columns.items(), 4):
            text = project.head.text(key)
            canvas.put(row, first, column.title, HEADING)
            canvas.put(row, first + 1, text, replace(LABEL, valign="top" if len(text) > 60 else "vcenter"))  # noqa: PLR2004
            for covered in range(first + 2, last + 1):
                canvas.put(row, covered, None, LABEL)
            canvas.merged.append((row, first + 1, row, last))
            width = sum(canvas.widths[c] for c in range(first + 1, last + 1))
            canvas.heights[row] = 18 * _lines(text, width)
        self.indicators(canvas, rows, project.indicators, 4 + len(head.block.columns))
        return canvas

    def indicators(self, canvas: Canvas, place: BlockPlace, rows: Sequence[Row], header: int) -> None:
        """The indicator table; the first level spans the rows it is carried down to."""
        for key, column in place.block.columns.items():
            canvas.put(header, place.columns[key], column.title, HEADING)
        canvas.repeat_rows = (header, header)
        begin = header + 1
        carried = place.block.carry_down
        for n, row in enumerate(rows):
            for key, column in place.block.columns.items():
                canvas.put(begin + n, place.columns[key], _said(row.values[key]), _style(column))
            canvas.heights[begin + n] = self.height(place, row)
        starts = [n for n, row in enumerate(rows) if n == 0 or row.text(carried)]
        for start, end in pairwise([*starts, len(rows)]):
            if end - start > 1:
                canvas.merged.append((begin + start, place.columns[carried], begin + end - 1, place.columns[carried]))

    def begin(self, place: SheetPlace, title: str) -> Canvas:
        canvas = Canvas(place.name, landscape=place.sheet.landscape)
        used = {number for block in place.blocks.values() for number in (block.label_column, *block.columns.values())}
        checks = {block.check_column for block in place.blocks.values()} - used
        canvas.widths = {number: width for number, width in place.widths.items() if number not in checks}
        last = max(max(block.columns.values()) for block in place.blocks.values())
        canvas.put(1, 2, title, TITLE)
        if last > 2:  # noqa: PLR2004
            canvas.merged.append((1, 2, 1, last))
        canvas.heights[1] = 36
        canvas.put(2, 2, self.name, HEAD)
        canvas.put(2, last, f"{self.profile.year}年度　单位：{self.profile.unit}", HEAD_RIGHT)
        return canvas

    def block(self, canvas: Canvas, place: BlockPlace, fields: Row, rows: Sequence[Row]) -> int:
        """Paint a block two rows higher than a template has it; return its last row."""
        block = place.block
        if place.title_row:
            canvas.put(place.title_row - 1, place.label_column, block.title, SECTION)
        if block.kind is BlockKind.FIELDS:
            for key, column in block.columns.items():
                row, number = place.at(key)
                canvas.put(row - 1, place.label_column, column.title, HEADING)
                canvas.put(row - 1, number, _said(fields.values.get(key)), _style(column, left=True))
                canvas.heights[row - 1] = 18 * _lines(str(_said(fields.values.get(key)) or ""), canvas.widths[number])
            return place.last_row - 1
        self.headings(canvas, place)
        if block.kind is BlockKind.GRID:
            return self.grid(canvas, place)
        return self.list(canvas, place, rows)

    def headings(self, canvas: Canvas, place: BlockPlace) -> None:
        block = place.block
        row = place.header_row - 1
        headings(canvas, place, row, HEADING, block.label if block.kind is BlockKind.GRID else None)
        canvas.heights[row] = 30
        canvas.repeat_rows = (row - block.grouped, row)

    def grid(self, canvas: Canvas, place: BlockPlace) -> int:
        filled = self.whole.grid(place.block.key)
        for row in place.block.rows.values():
            at = place.rows[row.key] - 1
            bold = row.formula is not None
            canvas.put(at, place.label_column, row.title, replace(LABEL, indent=row.indent * 2, bold=bold))
            for key, column in place.block.columns.items():
                if not column.stands_in(row.key):
                    said: str | Decimal | None = "——" if column.numeric else None
                    canvas.put(at, place.columns[key], said, replace(LABEL, align="center"))
                    continue
                value = filled[row.key].values.get(key) if row.key in filled else None
                canvas.put(at, place.columns[key], _said(value), replace(_style(column), bold=bold))
            canvas.heights[at] = self.height(place, filled[row.key]) if row.key in filled else 20.0
        return place.last_row - 1

    def list(self, canvas: Canvas, place: BlockPlace, rows: Sequence[Row]) -> int:
        block = place.block
        at = place.header_row
        if block.total:
            first = min(place.columns.values())
            for key, column in block.columns.items():
                value = sum((row.figure(key).number for row in rows), Decimal(0)) if column.total else None
                said = value if column.total else block.total if place.columns[key] == first else None
                canvas.put(at, place.columns[key], said, replace(_style(column), bold=True))
            at += 1
        for row in rows:
            for key, column in block.columns.items():
                canvas.put(at, place.columns[key], _said(row.values.get(key)), _style(column))
            canvas.heights[at] = self.height(place, row)
            at += 1
        if not rows:
            for number in place.columns.values():
                canvas.put(at, number, None, LABEL)
            at += 1
        return at - 1

    def height(self, place: BlockPlace, row: Row) -> float:
        texts = ((row.text(key), column.width / SNUG) for key, column in place.block.columns.items())
        return row_height(texts, LINE, narrow=WIDE)

    def notes(self, sheet: Sheet) -> Iterator[str]:
        """What the department says below the table."""
        for block in self.profile.book.blocks.values():
            for column in block.columns.values():
                if column.note_on == sheet.key and (text := self.whole.words(block.name(column.key)).text):
                    yield text

    def note(self, canvas: Canvas, place: SheetPlace, sheet: Sheet, row: int) -> None:
        """What the department says below the table, and that a table without data has none."""
        last = max(max(block.columns.values()) for block in place.blocks.values())
        said = [f"注：{note}" for note in self.notes(sheet)]
        if all(not _given(self.whole, block.block) for block in place.blocks.values()):
            said.append("本部门无此项安排，本表为空表。")
        for n, text in enumerate(said):
            canvas.put(row + n, 2, text, NOTE)
            if last > 2:  # noqa: PLR2004
                canvas.merged.append((row + n, 2, row + n, last))
            canvas.heights[row + n] = LINE * _lines(text, sum(canvas.widths.get(c, 9) for c in range(2, last + 1)))


def _given(whole: Return, block: Block) -> bool:
    """Whether a block of the whole holds anything but zeros."""
    filled = whole.blocks.get(block.key)
    rows = filled.rows if filled is not None else ()
    return any(_says_something(value) for row in rows for value in row.values.values())


def _says_something(value: Value) -> bool:
    return value.number != 0 if isinstance(value, Figure) else value.given


def _lines(text: str, width: float) -> int:
    """How many lines a text takes in a cell so wide, wherever the table is printed."""
    return lines_of(text, width / SNUG, narrow=WIDE)


def _said(value: Value | None) -> str | Decimal | None:
    if isinstance(value, Figure):
        return None if value.blank else value.number
    return value.text or None if value is not None else None


def _style(column: Column, *, left: bool = False) -> Style:
    number = {"money": "#,##0.00", "number": "#,##0.####", "integer": "0"}.get(column.kind, "")
    centre = column.kind == "choice" or (column.kind == "text" and column.width <= 14)  # noqa: PLR2004
    align = "" if column.numeric and not left else "center" if centre and not left else "left"
    return Style(border=True, wrap=True, number=number, align=align, size=10.5, indent=int(align == "left"))
