"""What is typed into, and what stands around it: whose it is, Excel's own checks and lists, names looked up, a list's edges."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from toolkit.files.paint import Canvas, Choice, Mark
from toolkit.model import BlockKind, Name, Role, Row
from toolkit.profile import layout
from toolkit.profile.form import Column
from toolkit.profile.layout import (
    BlockPlace,
    Run,
    SheetPlace,
    Spot,
    address,
    corners,
    quoted,
    reference,
)
from toolkit.template import look
from toolkit.template.code_sheet import CodeSheet
from toolkit.template.entered import unlisted
from toolkit.template.status import Status

LINE = 15  # points, of a line of the usual letters
NAME_ROOM = 50  # digits: the unit's code and name
STATE_BESIDE = 2  # columns from the first to the last one of a form that has a single column to fill in


class Entering(Status):
    """A book being drawn, with the cells that people fill in."""

    @cached_property
    def codes(self) -> CodeSheet:
        return CodeSheet(self.place.book)

    def unit(self, canvas: Canvas, place: SheetPlace) -> None:
        """Which unit this is, as the cover says, and the unit of money (to which a signed paper adds its content number).

        Where the first column is too narrow for the name and one more lies between, both would run on into that: all stands
        in the last, and runs on to the left.
        """
        money = f"{self.profile.year}年度　金额单位：{place.sheet.money.unit}"
        first, last = layout.MARGIN + 1, place.last_column
        together = canvas.widths[first] < NAME_ROOM and last - first <= STATE_BESIDE
        canvas.put(layout.HEAD_ROW, last, money, look.HEAD_RIGHT)
        if not place.sheet.board and place.sheet.filled_by != "department":
            known = {
                role: cell
                for role in (Role.UNIT_CODE, Role.UNIT_NAME)
                if (cell := self.cell_of(role))
            }
            if known:
                shown = "  ".join(self.filled.text_of(role) for role in known)
                formula = '"填报单位："&' + '&"  "&'.join(known.values())
                text = f"填报单位：{shown}"
                if together:
                    text, formula = f"{text}　{money}", f'{formula}&"　{money}"'
                canvas.put(
                    layout.HEAD_ROW,
                    last if together else first,
                    text,
                    look.HEAD_RIGHT if together else look.HEAD,
                    formula,
                )

    def cell_of(self, role: Role) -> str:
        """The cell that plays a role, as other sheets write it; "" where none does."""
        name = self.place.book.cast.names.get(role)
        if name is None:
            return ""
        place = self.place.of_block(name.block)
        return reference(place.name, place.at(name))

    def entry(
        self, canvas: Canvas, where: BlockPlace, column: Column, area: Run
    ) -> None:
        """Let Excel check what is typed into some cells of a column."""
        if column.looked_up is not None or column.formula is not None:
            return
        if column.coding is None:
            offered = self.offered(column)
            canvas.choices.append(
                Choice(
                    area,
                    {**look.validation(column), **offered}
                    if offered
                    else look.validation(column),
                )
            )
            return
        coded = next(
            coded for coded in where.block.coded if column.key in coded.columns
        )
        together = coded.columns
        # A validation is written for the first cell of its area, and moves along with the rows.
        before = self.beside(where, together[: together.index(column.key)], area[0])
        own = f"${address(area[0], area[1])}"
        canvas.choices.append(
            Choice(area, self.codes.drop_down(column, coded.funds, own, before))
        )

    def offered(self, column: Column) -> dict[str, object]:
        """Excel's own list of what other sheets say, for a column that repeats it: those of the index that are filled in."""
        _, cells = self.listed(column)
        return look.offered(cells) if cells else {}

    def listed(self, column: Column) -> tuple[str, str]:
        """The sheet that lists what a column repeats of other sheets, and the cells there; nothing where it repeats nothing."""
        for place in self.place.fixed() if column.offers is not None else ():
            for where in place.blocks.values():
                for own in where.block.columns.values():
                    if column.offers == Name(where.block.of, column=own.of):
                        rows = where.rows.values()
                        number = where.columns[own.key]
                        area = corners(
                            (min(rows), number, max(rows), number), absolute=True
                        )
                        return place.name, f"{quoted(place.name)}!{area}"
        return "", ""

    def beside(self, where: BlockPlace, columns: Sequence[str], row: int) -> list[str]:
        """The cells of some columns in a row; of a block of fields where they stand."""
        if where.block.kind is BlockKind.FIELDS:
            spots = [where.at(key) for key in columns]
            return [address(*spot, absolute=True) for spot in spots]
        cells = [address(row, where.columns[key]) for key in columns]
        return [f"${cell}" for cell in cells]

    def name_cell(
        self, canvas: Canvas, where: BlockPlace, column: Column, row: Row, spot: Spot
    ) -> None:
        """A cell that shows the name of a code; what a person typed over it stays."""
        if column.looked_up is None:
            return
        cells = self.beside(where, column.looked_up.by, spot[0])
        if where.block.kind is not BlockKind.LIST:
            canvas.marks.append(look.not_found_mark((*spot, *spot)))
        typed = row.text(column.key)
        if typed and typed != self.codes.shown(column.looked_up, row):
            canvas.put(*spot, typed, look.LOOKED_UP)
        else:
            formula = self.codes.formula(column.looked_up, where.block.columns, cells)
            canvas.put(
                *spot, self.codes.shown(column.looked_up, row), look.LOOKED_UP, formula
            )

    def guards(self, canvas: Canvas, where: BlockPlace) -> None:
        """The grey rows above and below a list's rows."""
        for row, height in ((where.top, 6), (where.bottom, 15)):
            canvas.heights[row] = height
            for number in range(where.first_column, where.last_column + 1):
                canvas.put(row, number, None, look.GUARD)
        canvas.put(where.bottom, layout.MARGIN, layout.LIST_MARK, look.MARGINAL)

    def arrows(self, canvas: Canvas, where: BlockPlace) -> None:
        """Arrows to sort and filter a list of entries by: they move what is typed, which is unlocked, not the names beside."""
        first, last = where.typed_columns()[0]
        canvas.filtered = (where.top, first, where.bottom - 1, last)
        canvas.heights[where.top] = LINE
        canvas.freeze = (where.top, 0)
        self.odd_marks(canvas, where)

    def odd_marks(self, canvas: Canvas, where: BlockPlace) -> None:
        """Entries that no table counts turn red: paste passes by Excel's own checks; a code of another level turns orange."""
        top, bottom = where.top + 1, where.bottom - 1
        for key in where.block.typed:
            column, number = where.block.columns[key], where.columns[key]
            cell, area = f"${address(top, number)}", (top, number, bottom, number)
            if odd := look.odd_entry(column, cell):
                canvas.marks.append(Mark(area, odd, look.RED, look.DARK_RED))
            elif column.coding is not None and column.coding.levels:
                funds = next(
                    coded.funds for coded in where.block.coded if key in coded.columns
                )
                listed = self.codes.offered_to(column, funds)
                canvas.marks.append(
                    Mark(
                        area,
                        f"AND(LEN({cell})>0,ISERROR(MATCH(TRIM({cell}),{listed},0)))",
                        look.PALE_ORANGE,
                    )
                )
            elif (offered := self.listed(column))[0]:
                canvas.marks.append(
                    Mark(area, unlisted(cell, offered[1], offered[0]), look.PALE_ORANGE)
                )


def called(canvas: Canvas, name: str, spot: Spot) -> None:
    """Give a cell a name on its sheet, by which the reader finds it wherever rows and columns are inserted."""
    canvas.names.append((name, reference(canvas.name, spot, absolute=True)))
