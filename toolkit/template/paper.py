"""A drawn book made ready to be signed: what is used and nothing else, each page with its heading and the content number.

Rows and columns are put out of sight, none is taken away: the paper's file is still read like any other.
"""

from __future__ import annotations

from dataclasses import replace

from toolkit.files.paint import Canvas, Painting
from toolkit.model import BlockKind, Role
from toolkit.profile import layout
from toolkit.profile.layout import BlockPlace, SheetPlace
from toolkit.template import look
from toolkit.template.status import Status

SIGNED_BY = "填表人：__________"
OUT_OF_SIGHT = 0  # the height of a row that is not shown
ASKED = "（必填）"  # what a label says besides its title


def make_ready(painting: Painting, status: Status, number: str) -> None:
    """Make a drawn book ready to be signed; `number` is its content number."""
    kept = {place.name for place in status.place.sheets if status.used(place)}
    for canvas in painting.canvases:
        if canvas.name not in kept:
            canvas.hidden = True
            canvas.print_area = None  # LibreOffice prints hidden sheets that have one
    sheets = {canvas.name: canvas for canvas in painting.canvases}
    for place in status.place.sheets:
        _sign(sheets[place.name], place, number)
        if place.name in kept:
            for_paper(sheets[place.name], place, status)


def _sign(canvas: Canvas, place: SheetPlace, number: str) -> None:
    """Put the content number on a sheet and into the foot of every page, so that each signed page says of which file it is."""
    head = canvas.cells[layout.HEAD_ROW, place.last_column]
    canvas.put(
        layout.HEAD_ROW,
        place.last_column,
        f"{head.value}　内容号：{number}",
        head.style,
    )
    canvas.footer = canvas.footer.replace(SIGNED_BY, f"{SIGNED_BY}\n内容号：{number}")


def for_paper(canvas: Canvas, place: SheetPlace, status: Status) -> None:
    """Put out of sight what only helps to fill a form in; entry cells lose their colour."""
    held = (
        status.ledgers[place.name].filled > 0 if place.name in status.ledgers else True
    )
    for row in place.help_rows:
        canvas.heights[row] = OUT_OF_SIGHT
    if held or place.sheet.board:
        # else it says that there is nothing
        canvas.heights[layout.TICK_ROW] = OUT_OF_SIGHT
    unused = {
        where.block.key: set(_unused(where, place, status))
        for where in place.blocks.values()
    }
    # A row that two blocks share stays where either needs it.
    needed = {
        row
        for where in place.blocks.values()
        for row in {*where.rows.values()} - unused[where.block.key]
    }
    for row in set().union(*unused.values()) - needed:
        canvas.heights[row] = OUT_OF_SIGHT
    checks = {where.check_column for where in place.blocks.values()} - {0}
    used = {
        number
        for where in place.blocks.values()
        for number in (where.label_column, *where.columns.values())
    }
    canvas.hidden_columns += sorted(checks - used)
    for column in checks - used:
        canvas.widths.setdefault(column, layout.TICK_WIDTH)
    for spot, ink in canvas.cells.items():
        style = (
            replace(ink.style, fill="") if ink.style.fill == look.YELLOW else ink.style
        )
        value = (
            ink.value.replace(ASKED, "") if isinstance(ink.value, str) else ink.value
        )
        canvas.cells[spot] = replace(ink, style=style, value=value)
    _head_and_area(canvas, place, max(used))


def _head_and_area(canvas: Canvas, place: SheetPlace, last: int) -> None:
    """Year and unit of money above the last column that is left; the first rows on every page."""
    head = canvas.cells.pop((layout.HEAD_ROW, place.last_column), None)
    if head is not None:
        canvas.cells[layout.HEAD_ROW, last] = head
    lists = [
        where for where in place.blocks.values() if where.block.kind is BlockKind.LIST
    ]
    alone = len(place.blocks) == len(lists) == 1
    canvas.repeat_rows = (
        layout.TITLE_ROW,
        lists[0].header_row if alone else layout.HEAD_ROW,
    )
    # The board beside the cover's fields is not signed.
    bottom = max(where.last_row for where in place.blocks.values())
    # LibreOffice cuts what is one column alone
    canvas.print_area = (
        1,
        2,
        bottom,
        max(last, layout.TICK_COLUMN),
    )


def _unused(where: BlockPlace, place: SheetPlace, status: Status) -> list[int]:
    """The rows of a block that hold nothing: blank fields that need not be filled, spare rows, an empty list's heading."""
    block = where.block
    if block.kind is BlockKind.FIELDS:
        profile = status.place.book.cast.names.get(Role.FORM_PROFILE)
        given = {name.column for name in where.entries() if status.given(place, name)}
        return [
            where.rows[key]
            for key, column in block.columns.items()
            if (
                key not in given
                and not column.required
                and not column.constant
                and column.formula is None
            )
            or block.name(key) == profile
        ]
    if block.kind is not BlockKind.LIST:
        return []
    held = len(status.rows_of(place, block))
    spare = [where.top, *range(where.top + 1 + held, where.bottom + 1)]
    several = len(place.blocks) > 1
    return (
        spare
        if held or not several
        else list(
            range(where.title_row or where.header_row - block.depth, where.bottom + 1)
        )
    )
