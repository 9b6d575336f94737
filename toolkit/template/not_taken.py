"""The sheet 没有带过来的: what a published statement says and no cell was filled with, and the cells that stayed empty."""

from __future__ import annotations

from collections.abc import Sequence

from toolkit.files.measure import SNUG, WIDE, row_height
from toolkit.files.paint import Canvas, Style
from toolkit.profile.layout import reference
from toolkit.returns.carried import NotTaken
from toolkit.template import look

SHEET = "没有带过来的"
FIRST_LINE = 6
NUMBER, KIND, PLACE, SAID, WHY = range(2, 7)  # its columns
HEADINGS = (
    (NUMBER, "序号", 6),
    (KIND, "哪一种", 25),
    (PLACE, "在文里哪里", 18),
    (SAID, "文里写的，或者哪一格", 60),
    (WHY, "为什么，怎么办", 44),
)
HELP = "公开的文本里读到、但没有放进表里的，和表里要上年数、文里没有读到的。逐条看：该填的自己填，不用的不管。本表不公开，看完可以删。"
COLOUR = "#FCE4D6"
LINE = 15  # points, of a line of a text
CELL = Style(border=True, wrap=True, valign="top", size=10)


def not_taken_sheet(left: Sequence[NotTaken]) -> Canvas:
    """Draw the list, a line each, those of a kind together in the order in which the kinds first come."""
    header = FIRST_LINE - 1
    canvas = Canvas(
        SHEET,
        landscape=True,
        tab=COLOUR,
        freeze=(header, 0),
        repeat_rows=(header, header),
    )
    canvas.widths[1] = 2.5
    canvas.names.append(("sheet.tool", reference(SHEET, (1, NUMBER))))
    canvas.put(1, NUMBER, "公开的文本里没有带过来的", Style(bold=True, size=16))
    canvas.put(2, NUMBER, HELP, Style(size=10))
    for column, title, width in HEADINGS:
        canvas.widths[column] = width
        canvas.put(header, column, title, look.HEADING)
    kinds = list(dict.fromkeys(one.kind for one in left))
    for row, one in enumerate(
        sorted(left, key=lambda each: kinds.index(each.kind)), FIRST_LINE
    ):
        texts = (one.kind, one.place, one.said, one.why)
        canvas.put(row, NUMBER, row - FIRST_LINE + 1, CELL)
        for column, text in zip((KIND, PLACE, SAID, WHY), texts, strict=True):
            canvas.put(row, column, text or None, CELL)
        widths = (canvas.widths[column] / SNUG for column in (KIND, PLACE, SAID, WHY))
        canvas.heights[row] = row_height(
            tuple(zip(texts, widths, strict=True)), LINE, narrow=WIDE
        )
    canvas.print_area = (1, 1, FIRST_LINE + max(len(left), 1) - 1, WHY)
    return canvas
