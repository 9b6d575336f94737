"""The sheet 数据来源 drawn: where each figure that was taken over stands, and the cell it came from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from toolkit.files.paint import Canvas, Painting, Style
from toolkit.model import BlockKind, Name, Return
from toolkit.profile.form import Book
from toolkit.profile.layout import (
    BookPlace,
    Spot,
    address,
    lay_out_book,
    quoted,
    reference,
)
from toolkit.returns import origins
from toolkit.returns.coded import code_of
from toolkit.returns.origins import Line
from toolkit.template import look
from toolkit.template.carried import spot_of

HEADINGS = (
    (origins.NUMBER, "序号", 6),
    (origins.PLACE, "在哪一格", 30),
    (origins.SOURCE, "来源", 8),
    (origins.VALUE, "带入的数", 16),
    (origins.FILE, "文件", 26),
    (origins.FROM, "工作表", 24),
    (origins.ADDRESS, "格", 8),
    (origins.SLACK, "进位差（元）", 12),
)
HELP = (
    "本表由导入命令生成，只供校验和查数用，不公开，请勿改动。平台的数要改的，在平台改后重新导出、再导入。"
    "“进位差”：平台的数四舍五入过，和别的数最多可以差这么多。"
)
HIDDEN = (origins.BLOCK, origins.ROW, origins.COLUMN)
CELL = Style(border=True, size=10)
LINK = Style(border=True, size=10, color="#0563C1", underline=True)


def with_origins(
    painting: Painting, filled: Return, lines: Sequence[Line], book: Book
) -> Painting:
    """The painting of a return with a sheet that says which of its figures were taken over, and from where."""
    painting.canvases.append(origins_sheet(lines, filled, laid_out(filled, book)))
    return painting


def laid_out(filled: Return, book: Book) -> BookPlace:
    """Where the cells of a return stand that is drawn, with one blank sheet to copy where the book has sheets that repeat."""
    lines = {key: len(filled.rows(key)) for key in book.blocks}
    indicators = tuple(len(project.indicators) for project in filled.projects)
    return lay_out_book(book, len(filled.projects) + 1, lines, indicators)


def origins_sheet(lines: Sequence[Line], book: Return, place: BookPlace) -> Canvas:
    """Draw the list of what was taken over."""
    header = origins.FIRST_LINE - 1
    canvas = Canvas(
        origins.SHEET, landscape=True, freeze=(header, 0), repeat_rows=(header, header)
    )
    canvas.widths |= {1: 2.5} | dict.fromkeys(HIDDEN, 8)
    canvas.hidden_columns = list(HIDDEN)
    canvas.names.append(("sheet.tool", reference(origins.SHEET, (1, origins.NUMBER))))
    canvas.put(
        1, origins.NUMBER, "数据来源：哪些数是带进来的", Style(bold=True, size=16)
    )
    canvas.put(2, origins.NUMBER, HELP, Style(size=10))
    for column, title, width in HEADINGS:
        canvas.widths[column] = width
        canvas.put(header, column, title, look.HEADING)
    named = Names(book, place)
    for number, line in enumerate(lines):
        _line(canvas, origins.FIRST_LINE + number, line, named)
    canvas.print_area = (
        1,
        1,
        origins.FIRST_LINE + max(len(lines), 1) - 1,
        origins.SLACK,
    )
    return canvas


def _line(canvas: Canvas, row: int, line: Line, named: Names) -> None:
    origin = line.origin
    canvas.put(row, origins.NUMBER, row - origins.FIRST_LINE + 1, CELL)
    name = named.name_of(line.block, line.row, line.column)
    if name is not None:
        sheet, spot = spot_of(name, named.place)
        cell = address(*spot)
        target = f"{quoted(sheet.name)}!{cell}"
        canvas.put(row, origins.PLACE, f"{sheet.name}{cell}", LINK, link=target)
    canvas.put(row, origins.SOURCE, origin.source, CELL)
    canvas.put(row, origins.VALUE, origin.number, CELL)
    canvas.put(row, origins.FILE, origin.book, CELL)
    canvas.put(row, origins.FROM, origin.sheet, CELL)
    canvas.put(row, origins.ADDRESS, origin.address, CELL)
    canvas.put(row, origins.SLACK, origin.slack, CELL)
    for column, text in zip(HIDDEN, (line.block, line.row, line.column), strict=True):
        canvas.put(row, column, text, CELL)


@dataclass
class Names:
    """What the lines are called in the return that is drawn."""

    book: Return
    place: BookPlace
    # of each list the line of each code
    codes: dict[str, dict[str, int]] = field(default_factory=dict)

    def name_of(self, key: str, line: str, column: str) -> Name | None:
        """The name of a figure, a list's line by its code; None where the return has no such line."""
        block = self.place.book.blocks[key]
        if block.kind is BlockKind.GRID:
            return Name(key, line, column)
        if block.kind is not BlockKind.LIST:
            return Name(key, column=column)
        if block.key not in self.codes:
            rows = enumerate(self.book.rows(block.key), 1)
            self.codes[block.key] = {
                code_of(row, block.coded[0].columns): number for number, row in rows
            }
        number = self.codes[key].get(line)
        return None if number is None else Name(key, column=column, line=number)

    def spot_of(self, key: str, line: str, column: str) -> Spot | None:
        """The cell of a figure on its sheet; None where there is none."""
        name = self.name_of(key, line, column)
        return spot_of(name, self.place)[1] if name is not None else None
