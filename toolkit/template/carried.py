"""The sheet 沿用核对: the texts carried from an earlier year, with the years in them, until they are changed or confirmed."""

from __future__ import annotations

from collections.abc import Sequence

from toolkit.files.measure import SNUG, WIDE, row_height
from toolkit.files.paint import Canvas, Choice, Mark, Style
from toolkit.model import Name
from toolkit.profile.layout import (
    BookPlace,
    SheetPlace,
    Spot,
    address,
    quoted,
    reference,
)
from toolkit.returns import carried
from toolkit.returns.carried import Carried
from toolkit.template import look

HEADINGS = (
    (carried.NUMBER, "序号", 6),
    (carried.PLACE, "在哪一格", 34),
    (carried.TEXT, "上年写的", 70),
    (carried.YEARS, "里面的年份", 14),
    (carried.STATE, "现在", 12),
    (carried.ANSWER, "不用改的选“照旧”", 12),
)
HELP = "逐条看：要改的，点“在哪一格”跳过去改；不用改的，在最右一栏选“照旧”。改完、选完，标色就没有了。"
LEFT, CHANGED = "还没有核对", "已改"
COLOUR = "#FCE4D6"  # of what is carried and not yet looked at
LINK = Style(
    border=True, wrap=True, valign="top", size=10, color="#0563C1", underline=True
)
LINE = 15  # points, of a line of a text
CELL = Style(border=True, wrap=True, valign="top", size=10)


def carried_sheet(texts: Sequence[Carried], place: BookPlace) -> Canvas:
    """Draw the list of what was carried; each line follows its cell while the workbook is filled."""
    header = carried.FIRST_LINE - 1
    canvas = Canvas(
        carried.SHEET,
        landscape=True,
        tab=COLOUR,
        freeze=(header, 0),
        repeat_rows=(header, header),
    )
    canvas.widths |= {1: 2.5, carried.NAME: 8}
    canvas.hidden_columns = [carried.NAME]
    canvas.names.append(("sheet.tool", reference(carried.SHEET, (1, carried.NUMBER))))
    canvas.put(
        1,
        carried.NUMBER,
        "从上年的表带过来的文字，请逐条核对",
        Style(bold=True, size=16),
    )
    canvas.put(2, carried.NUMBER, HELP, Style(size=10))
    for column, title, width in HEADINGS:
        canvas.widths[column] = width
        canvas.put(header, column, title, look.HEADING)
    for row, text in enumerate(texts, carried.FIRST_LINE):
        _line(canvas, row, text, place)
    last = carried.FIRST_LINE + len(texts) - 1
    canvas.print_area = (1, 1, last, carried.ANSWER)
    states = (carried.FIRST_LINE, carried.STATE, last, carried.STATE)
    canvas.marks.append(
        Mark(states, f'{address(carried.FIRST_LINE, carried.STATE)}="{LEFT}"', COLOUR)
    )
    answers = (carried.FIRST_LINE, carried.ANSWER, last, carried.ANSWER)
    canvas.choices.append(
        Choice(answers, {"validate": "list", "source": [carried.CONFIRMED]})
    )
    return canvas


def _line(canvas: Canvas, row: int, text: Carried, place: BookPlace) -> None:
    """One carried text: where it stands, what it said, and whether it still says so."""
    sheet, spot = spot_of(text.name, place)
    cell = reference(sheet.name, spot)
    before = address(row, carried.TEXT)
    answer = address(row, carried.ANSWER)
    unchanged = f'IF({answer}="{carried.CONFIRMED}","{carried.CONFIRMED}","{LEFT}")'
    state = f'IF({cell}<>{before},"{CHANGED}",{unchanged})'
    canvas.put(row, carried.NUMBER, row - carried.FIRST_LINE + 1, CELL)
    called = _called(text.name, place, sheet)
    target = f"{quoted(sheet.name)}!{address(*spot)}"
    canvas.put(row, carried.PLACE, called, LINK, link=target)
    canvas.put(row, carried.TEXT, text.text, CELL)
    canvas.put(row, carried.YEARS, "、".join(text.years) or None, CELL)
    canvas.put(row, carried.STATE, LEFT, CELL, state)
    canvas.put(row, carried.ANSWER, None, look.TICK)
    canvas.put(row, carried.NAME, str(text.name), CELL)
    width = canvas.widths[carried.TEXT] / SNUG
    canvas.heights[row] = row_height(((text.text, width),), LINE, narrow=WIDE)


def _called(name: Name, place: BookPlace, sheet: SheetPlace) -> str:
    _, _, row, column = place.book.find(name)
    what = f"“{row.title.strip()}”{column.title}" if row else f"“{column.title}”"
    line = (
        f"第 {name.line} 行"
        if (name.line and name.within is not None) or (name.line and not sheet.number)
        else ""
    )
    return f"{sheet.name}{line}{what}"


def mark_carried(
    texts: Sequence[Carried], place: BookPlace, canvases: dict[str, Canvas]
) -> None:
    """Colour each cell that still says what the year before said, until it is changed or confirmed."""
    for row, text in enumerate(texts, carried.FIRST_LINE):
        sheet, spot = spot_of(text.name, place)
        state = reference(carried.SHEET, (row, carried.STATE))
        mark = Mark((*spot, *spot), f'{state}="{LEFT}"', COLOUR)
        canvases[sheet.name].marks.append(mark)


def spot_of(name: Name, place: BookPlace) -> tuple[SheetPlace, Spot]:
    """The sheet and the cell of a name in a drawn book, lines of lists and projects among them."""
    book = place.book
    project = name.within if name.within is not None else name
    if book.repeated is not None and project.block in book.repeated.blocks:
        sheet = place.repeated()[project.line - 1]
    else:
        sheet = place.of_block(name.block)
    where = sheet.blocks[name.block]
    in_list = name.line and (name.within is not None or not sheet.number)
    if in_list:
        return sheet, (where.top + name.line, where.columns[name.column])
    return sheet, where.at(name.column, name.row)
