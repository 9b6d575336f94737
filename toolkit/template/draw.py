"""Form and rules on an empty workbook, or on one that holds a return: templates, prefilled forms and examples alike.

What is drawn in which order says `_Drawing.painting`; what stands on one sheet, `_Drawing.sheet`.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import cached_property

from toolkit.check.asked import Asked, asked, rules_of_door
from toolkit.files.measure import SNUG, WIDE, lines_of, row_height
from toolkit.files.paint import Canvas, Choice, Mark, Painting, Style
from toolkit.model import (
    ALL_FILLED,
    NO_DATA,
    NO_ROW,
    BlockKind,
    Figure,
    Name,
    Return,
    Role,
    Row,
    Value,
)
from toolkit.profile import layout
from toolkit.profile.by_door import drawn_by
from toolkit.profile.form import UNIT, Column, GridRow, Profile
from toolkit.profile.layout import (
    LEDGER_COLUMN,
    BlockPlace,
    SheetPlace,
    Spot,
    address,
    corners,
    lay_out_book,
    quoted,
    ranges,
    reference,
)
from toolkit.returns.carried import Carried
from toolkit.returns.content import content_number
from toolkit.returns.data import computed
from toolkit.returns.deriving import derived
from toolkit.rules import formula
from toolkit.rules.rule import Rule
from toolkit.rules.source import Addresses
from toolkit.template import entered, first_open, live, look
from toolkit.template.carried import carried_sheet, mark_carried
from toolkit.template.derived_place import with_derived
from toolkit.template.derived_sheet import DerivedTables
from toolkit.template.entering import LINE, Entering, called
from toolkit.template.headings import headings
from toolkit.template.library import library_sheet
from toolkit.template.live import Drawn, InRow, Rows, Shown
from toolkit.template.panel import TOOL
from toolkit.template.paper import SIGNED_BY, make_ready
from toolkit.template.prefilled import blank, whole, with_door, with_spare
from toolkit.template.status import STATE_CELL, TICK_CELL, way_back

SIGNATURES = (
    f"&L{SIGNED_BY}&C审核人：__________&R单位负责人：__________\n第 &P 页，共 &N 页"
)
BLANK_PROJECTS = 20
HEADING_HEIGHT = 30  # points, of the row of a block's titles at least
LACKS = "还缺"
# the colours of sheets' tabs, by who fills them in
TABS = {
    "lead": "#9BC2E6",
    "department": "#9BC2E6",
}
PROJECT_TAB, OTHER_TAB = "#F4B183", "#A9D08E"


def draw(
    profile: Profile,
    rules: Sequence[Rule],
    filled: Return | None = None,
    names: Sequence[str] = (),
    count: int = BLANK_PROJECTS,
    key: str = "unit",
    *,
    paper: bool = False,
    library: bool = False,
) -> Painting:
    """Draw a book of the profile: blank (for `count` projects, or for a list of names), or holding a return's values.

    For paper, what holds nothing is hidden, so that printing the whole workbook gives what is signed, and each page bears the
    content number. With the `library`, the usual indicators stand on a sheet of their own, to copy from.
    """
    if key == UNIT:
        profile = drawn_by(profile, filled)
        rules = rules_of_door(rules, profile) if profile.door else rules
    shown = (
        blank(profile, key, names, count)
        if filled is None
        else with_spare(profile, filled, key)
    )
    drawing = _laid_out(profile, rules, shown, key, paper=paper)
    painting = drawing.painting()
    if library and "library" in profile.guide:
        painting.canvases.append(library_sheet(profile))
        if drawing.board_name is not None:
            way_back(painting.canvases[-1], drawing.board_name)
    if paper:
        make_ready(
            painting,
            drawing,
            content_number(shown if filled is None else filled, profile),
        )
    return painting


def with_carried(
    painting: Painting, profile: Profile, filled: Return, taken: Sequence[Carried]
) -> Painting:
    """The painting of a return with the texts in it that an earlier year wrote marked, and listed on a sheet of their own."""
    profile = drawn_by(profile, filled)
    place = _laid_out(profile, (), with_spare(profile, filled, UNIT), UNIT).place
    mark_carried(taken, place, {canvas.name: canvas for canvas in painting.canvases})
    painting.canvases.append(carried_sheet(taken, place))
    return painting


def _laid_out(
    profile: Profile,
    rules: Sequence[Rule],
    filled: Return,
    key: str,
    *,
    paper: bool = False,
) -> _Drawing:
    """Lay out the book for what the return holds, its totals calculated."""
    book = profile.books[key]
    filled = computed(
        derived(with_door(profile, whole(profile, filled, key), key), book), book
    )
    lines = {block: len(filled.rows(block)) for block in book.blocks}
    indicators = tuple(len(project.indicators) for project in filled.projects)
    place = with_derived(
        lay_out_book(book, len(filled.projects), lines, indicators), lines, paper=paper
    )
    questions = (
        item
        for item in asked((rule for rule in rules if rule.live), book)
        if all(map(place.draws, item.claim.names()))
    )
    return _Drawing(profile, place, filled, tuple(questions))


class _Drawing(Entering):
    """One book being drawn.

    In each method `canvas` is the sheet that is drawn on, `place` says where all stands on it, `where` where one block does.
    """

    def painting(self) -> Painting:
        """Draw all sheets and put them in order: the fixed ones, the guide behind the board, projects between bookends."""
        canvases = self.canvases()
        painting = Painting(title=self.place.book.title)
        guides = (
            [self.guide()] if self.profile.guide and self.place.book.key == UNIT else []
        )
        for place in self.place.fixed():
            painting.canvases.append(canvases[place.name])
            if place.sheet.board:
                painting.canvases += guides
                guides = []
        painting.canvases += guides
        if repeated := self.place.repeated():
            first, last = repeated[0].sheet.bookends
            painting.canvases.append(
                _bookend(first, "项目表从这里开始。请不要移动或删除本表。")
            )
            painting.canvases += self.projects_in_sight(canvases)
            painting.canvases.append(
                _bookend(last, "项目表到这里为止。新增的项目表请放在本表之前。")
            )
        if self.tables.tables:
            painting.canvases.append(self.tables.canvas)
        if self.codes.needed:
            painting.canvases.append(self.codes.canvas)
        return painting

    @cached_property
    def tables(self) -> DerivedTables:
        return DerivedTables(self.place, self.filled, self.codes)

    def canvases(self) -> dict[str, Canvas]:
        """Draw all sheets; what another one tells is drawn before that one."""
        canvases: dict[str, Canvas] = {}
        # The list of projects tells how far each is.
        for place in self.place.repeated():
            canvases[place.name] = self.sheet(place)
        # The board tells how far all sheets are.
        fixed = sorted(self.place.fixed(), key=lambda place: place.sheet.board)
        for place in fixed:
            canvases[place.name] = self.sheet(place)
            if place.sheet.board:
                self.board(canvases[place.name], place)
        return canvases

    # -- one sheet ----------------------------------------------------------------------------------------------------

    def sheet(self, place: SheetPlace) -> Canvas:
        """Draw one sheet: what stands above its blocks, the blocks, the checks beside them, the hidden counts."""
        canvas = Canvas(place.name, landscape=place.sheet.landscape, footer=SIGNATURES)
        canvas.widths = {**place.widths, LEDGER_COLUMN: 8}
        canvas.hidden_columns = [LEDGER_COLUMN]
        canvas.tab = TABS.get(
            place.sheet.filled_by, PROJECT_TAB if place.number else OTHER_TAB
        )
        self.title(canvas, place)
        self.unit(canvas, place)
        if place.sheet.tick:
            self.tick_cell(canvas, place)
        self.help(canvas, place)
        for where in place.blocks.values():
            match where.block.kind:
                case BlockKind.FIELDS:
                    self.fields(canvas, place, where)
                case BlockKind.GRID:
                    self.grid(canvas, place, where)
                case BlockKind.LIST if where.block.is_derived:
                    self.derived(canvas, place, where)
                case BlockKind.LIST:
                    self.rows(canvas, place, where)
                case BlockKind.INDEX:
                    self.index(canvas, where)
        self.checks(canvas, place)
        self.ledger(canvas, place)
        canvas.put(
            layout.EDITION,
            LEDGER_COLUMN,
            layout.EDITION_MARK.format(self.profile.edition),
            look.MARGINAL,
        )
        canvas.print_area = (
            1,
            2,
            self.last_printed(place),
            max(place.last_column, *place.widths),
        )
        if place.sheet.is_derived:
            called(canvas, TOOL, (1, 1))
        self.on_opening(canvas, place)
        return canvas

    def derived(self, canvas: Canvas, place: SheetPlace, where: BlockPlace) -> None:
        """A list that is calculated; above the first one what there is no room for."""
        self.section(canvas, where)
        self.headings(canvas, where)
        self.tables.draw(canvas, place, where.block.key)
        if where.first_column > layout.MARGIN + 1:
            canvas.parts.append(where.first_column - 1)
        if place.name not in self.lacking:
            self.lacking[place.name] = spot = (place.help_rows.stop, 2)
            lacks = self.tables.lacking()
            canvas.put(*spot, lacks.value, look.LACKS, lacks.formula)

    def on_opening(self, canvas: Canvas, place: SheetPlace) -> None:
        """The cell that is chosen when the sheet is opened; what stays in sight, where no block says it; the way back."""
        canvas.cursor = first_open.entry(place)
        if canvas.freeze == (0, 0):
            headers = {where.header_row for where in place.blocks.values()}
            side_by_side = len(headers) == 1 and 0 not in headers
            canvas.freeze = (max(headers) if side_by_side else layout.TICK_ROW, 0)
        if self.board_name is not None and not place.sheet.board:
            way_back(canvas, self.board_name)

    def last_printed(self, place: SheetPlace) -> int:
        """The last row on paper: spare rows below the last filled one of the last list are not printed."""
        last = max(place.blocks.values(), key=lambda where: where.last_row)
        if last.block.kind is BlockKind.LIST:
            held = len(self.rows_of(place, last.block))
            if held:
                return last.top + held + 1
        return place.last_row

    def title(self, canvas: Canvas, place: SheetPlace) -> None:
        spot = (layout.TITLE_ROW, 2)
        canvas.put(*spot, place.sheet.title, look.TITLE)
        canvas.merged.append((*spot, layout.TITLE_ROW, place.last_column))
        canvas.heights[layout.TITLE_ROW] = 30
        called(canvas, "sheet.title", spot)

    def tick_cell(self, canvas: Canvas, place: SheetPlace) -> None:
        """The cell in which a person says that the form is filled, or that there is nothing to fill in."""
        row, column = TICK_CELL
        canvas.put(row, column - 1, layout.TICK_LABEL, look.TICK_LABEL)
        canvas.put(row, column, self.tick(place), look.TICK)
        options = {
            "validate": "list",
            "source": [ALL_FILLED, NO_DATA],
            "input_title": "填表情况",
            "input_message": f"填好了选“{ALL_FILLED}”；整张表没有数据选“{NO_DATA}”。",
            **look.refusal("请从下拉列表中选择。"),
        }
        canvas.choices.append(Choice((*TICK_CELL, *TICK_CELL), options))
        called(canvas, "sheet.tick", TICK_CELL)

    def help(self, canvas: Canvas, place: SheetPlace) -> None:
        """The help in lines over the whole width, as high as each needs."""
        columns = range(2, place.last_column + 1)
        width = sum(place.widths.get(column, 9) for column in columns)
        for row, line in zip(place.help_rows, place.sheet.help, strict=True):
            canvas.put(row, 2, line, look.HELP)
            canvas.merged.append((row, 2, row, place.last_column))
            canvas.heights[row] = LINE * lines_of(line, width, narrow=WIDE)

    # -- blocks -------------------------------------------------------------------------------------------------------

    def section(self, canvas: Canvas, where: BlockPlace) -> None:
        """The title of a block that has one."""
        if where.title_row:
            canvas.put(
                where.title_row, where.label_column, where.block.title, look.SECTION
            )

    def fields(self, canvas: Canvas, place: SheetPlace, where: BlockPlace) -> None:
        """Labels, and beside each the cell to fill in."""
        self.section(canvas, where)
        filled = self.row_of(place, where.block)
        # Fields under a column of a list begin where the list does.
        beside = range(layout.MARGIN + 1, where.label_column if where.block.at else 0)
        for column in where.block.columns.values():
            spot = where.at(column.key)
            row, _ = spot
            label = f"{column.title}（必填）" if column.required else column.title
            canvas.put(
                row,
                where.label_column,
                label,
                look.FAR_LABEL if beside else look.FIELD_LABEL,
            )
            if height := self.field_height(canvas, column, filled, spot):
                canvas.heights[row] = height
            for before in beside:
                canvas.put(row, before, None, look.BESIDE_LABEL)
            called(canvas, str(where.block.name(column.key)), spot)
            if column.constant:
                constant: str | Decimal = (
                    Decimal(column.constant) if column.numeric else column.constant
                )
                canvas.put(*spot, constant, look.CONSTANT)
            elif column.looked_up is not None:
                self.name_cell(canvas, where, column, filled, spot)
            elif column.formula is not None:
                name = Name(where.block.key, column=column.key, line=place.number)
                self.calculated(
                    canvas,
                    spot,
                    name,
                    look.total_style(column),
                    Drawn(self.place, place),
                )
            else:
                value = look.inked(filled.values.get(column.key), column)
                canvas.put(*spot, value, look.entry_style(column, left=True))
                self.entry(canvas, where, column, (*spot, *spot))

    def field_height(
        self, canvas: Canvas, column: Column, filled: Row, spot: Spot
    ) -> float | None:
        """A field's height: what its text needs; None for one line, or none yet, which grows with what is typed."""
        text = "" if column.numeric else filled.text(column.key)
        width = canvas.widths[spot[1]] / SNUG
        if lines_of(text, width) == 1:
            return None
        return max(row_height([(text, width)], LINE, narrow=WIDE), column.height or 0)

    def headings(self, canvas: Canvas, where: BlockPlace) -> None:
        """Column titles, with their groups above where there are any."""
        block = where.block
        row = where.header_row
        label = (
            None if block.kind is BlockKind.LIST else block.label or self.number_title
        )
        headings(canvas, where, row, look.HEADING, label)
        canvas.heights[row] = max(
            canvas.heights.get(row, 0), self.heading_height(canvas, where)
        )
        if where.check_column and block.kind is BlockKind.GRID:
            canvas.put(row, where.check_column, "校验", look.CHECK_HEADING)

    @property
    def number_title(self) -> str:
        """The title of the names of the sheets that repeat: 项目表."""
        repeated = self.place.book.repeated
        return repeated.name.replace("{n}", "表") if repeated is not None else ""

    def heading_height(self, canvas: Canvas, where: BlockPlace) -> float:
        """What the longest of a block's titles needs."""
        columns = where.block.columns.items()
        titles = [
            (column.title, canvas.widths[where.columns[key]] / SNUG)
            for key, column in columns
        ]
        return max(HEADING_HEIGHT, row_height(titles, LINE))

    def grid(self, canvas: Canvas, place: SheetPlace, where: BlockPlace) -> None:
        """Fixed rows and columns, each cell an entry or a formula."""
        self.section(canvas, where)
        self.headings(canvas, where)
        block = where.block
        at = (
            self.tables.reading(place)
            if place.sheet.is_derived
            else Drawn(self.place, place)
        )
        filled = self.filled.grid(block.key)
        has_words = any(not column.numeric for column in block.columns.values())
        for row in block.rows.values():
            number = where.rows[row.key]
            total = row.formula is not None
            label = Style(
                border=True,
                bold=total,
                indent=row.indent * 2,
                wrap=True,
                fill=look.GREY if total else "",
            )
            canvas.put(number, where.label_column, row.title, label)
            for column in block.columns.values():
                if not column.stands_in(row.key):
                    canvas.put(number, where.columns[column.key], "——", look.NO_CELL)
                    continue
                if column.looked_up is not None:
                    spot = where.at(column.key, row.key)
                    called(canvas, str(block.name(column.key, row.key)), spot)
                    self.name_cell(
                        canvas, where, column, filled.get(row.key, NO_ROW), spot
                    )
                    continue
                value = filled[row.key].values[column.key] if filled else None
                self.grid_cell(canvas, where, row, column, value, at)
            if has_words and filled:
                canvas.heights[number] = self.height(canvas, where, filled[row.key])
        entries = where.entries()
        for column in block.columns.values():
            spots = [
                spot for name, spot in entries.items() if name.column == column.key
            ]
            for area in ranges(spots):
                self.entry(canvas, where, column, area)
        if len(place.sheet.blocks) == 1:
            canvas.freeze = (where.header_row, where.label_column)

    def grid_cell(
        self,
        canvas: Canvas,
        where: BlockPlace,
        row: GridRow,
        column: Column,
        value: Value | None,
        at: Drawn,
    ) -> None:
        spot = where.at(column.key, row.key)
        called(canvas, str(where.block.name(column.key, row.key)), spot)
        name = where.block.name(column.key, row.key)
        if self.place.book.formula_of(name) is None:
            canvas.put(*spot, look.inked(value, column), look.entry_style(column))
        else:
            style = look.total_style(column, bold=row.formula is not None)
            made = self.place.book.sheet_of(
                name.block
            ).is_derived  # most of its rows hold nothing
            self.calculated(
                canvas, spot, name, look.without_zeros(style) if made else style, at
            )

    def calculated(
        self, canvas: Canvas, spot: Spot, name: Name, style: Style, at: Addresses
    ) -> None:
        """A cell with its formula, and what that gives."""
        term = self.place.book.formula_of(name)
        if term is None:
            return
        if not all(map(self.place.draws, term.names())):
            value = self.filled[name]
            canvas.put(*spot, value.value if isinstance(value, Figure) else None, style)
            return
        due = self.due(name, term)
        value = self.filled[name]
        stands = value.value if isinstance(value, Figure) else None
        if stands is not None and (due.undefined or stands != due.number):
            # a return may hold a typed constant where the formula belongs, as people do
            canvas.put(*spot, stands, style)
        else:
            canvas.put(
                *spot,
                "" if due.undefined else due.number,
                style,
                formula.calculated(term, at),
            )

    def rows(self, canvas: Canvas, place: SheetPlace, where: BlockPlace) -> None:
        """A list: its total, and rows to fill in between two guards, which keep its formulas whole when rows are inserted."""
        self.section(canvas, where)
        self.headings(canvas, where)
        block = where.block
        held = self.rows_of(place, block)
        if where.total_row:
            self.list_total(canvas, where, held)
        self.guards(canvas, where)
        numbers = range(where.top + 1, where.bottom)
        for column in block.columns.values():
            number = where.columns[column.key]
            for line, row in enumerate(numbers):
                if column.looked_up is not None:
                    self.name_cell(
                        canvas,
                        where,
                        column,
                        held[line] if line < len(held) else NO_ROW,
                        (row, number),
                    )
                    continue
                if column.formula is not None:
                    self.calculated_in_row(canvas, place, where, column, line + 1, row)
                    continue
                value = held[line].values.get(column.key) if line < len(held) else None
                canvas.put(
                    row, number, look.inked(value, column), look.entry_style(column)
                )
            area = where.guarded(column.key)
            self.entry(canvas, where, column, area)
            canvas.names.append(
                (
                    str(block.name(column.key)),
                    f"{quoted(place.name)}!{corners(area, absolute=True)}",
                )
            )
        for row, filled in zip(numbers, held, strict=False):
            texts = self.texts(canvas, where, filled)
            if block.row_height or any(
                lines_of(text, width) > 1 for text, width in texts
            ):
                # a blank row grows with what is typed
                canvas.heights[row] = row_height(texts, LINE, narrow=WIDE)
        self.list_marks(canvas, place, where)
        if block.key in self.place.sources:
            self.arrows(canvas, where)
        elif len(place.sheet.blocks) == 1:
            canvas.freeze = (where.header_row, 0)
        if len(place.sheet.blocks) == 1:
            canvas.repeat_rows = (where.header_row - block.depth, where.header_row)

    def calculated_in_row(
        self,
        canvas: Canvas,
        place: SheetPlace,
        where: BlockPlace,
        column: Column,
        line: int,
        row: int,
    ) -> None:
        """A cell of a list that is calculated from its row: zero, which nobody sees, where nothing was filled in."""
        within = None
        repeated = self.place.book.repeated
        if place.number and repeated is not None:
            within = Name(next(iter(repeated.blocks)), line=place.number)
        name = Name(where.block.key, column=column.key, line=line, within=within)
        term = self.place.book.formula_of(name)
        style = look.without_zeros(look.total_style(column))
        at = InRow(self.place, place, where.block.key, row)
        spot = (row, where.columns[column.key])
        if line <= len(self.rows_of(place, where.block)):
            self.calculated(canvas, spot, name, style, at)
        elif term is not None:
            canvas.put(*spot, 0, style, f"ROUND({term.excel(at)},{term.digits})")

    def height(self, canvas: Canvas, where: BlockPlace, row: Row) -> float:
        """A row's height: what its longest text needs."""
        return row_height(self.texts(canvas, where, row), LINE, narrow=WIDE)

    def texts(
        self, canvas: Canvas, where: BlockPlace, row: Row
    ) -> list[tuple[str, float]]:
        """The texts of a row that are seen, with the widths of their columns."""
        columns = where.block.columns.items()
        return [
            (row.text(key), canvas.widths[where.columns[key]] / SNUG)
            for key, column in columns
            if not column.numeric and column.role is not Role.REASON_KEY
        ]

    def list_total(
        self, canvas: Canvas, where: BlockPlace, held: Sequence[Row]
    ) -> None:
        """The row above a list that adds up those of its columns that have a total."""
        for column in where.block.columns.values():
            number = where.columns[column.key]
            style = look.total_style(column, bold=True)
            if column.total:
                amount = sum(
                    (
                        row.figure(column.key).number
                        for row in where.block.counted(held)
                    ),
                    Decimal(0),
                )
                added = corners(where.guarded(column.key))
                counts = where.block.counts
                meant = (
                    f"{counts.excel(lambda key: corners(where.guarded(key)))},"
                    if counts is not None
                    else ""
                )
                formula = (
                    f"ROUND(SUMPRODUCT({meant}{added}),6)"
                    if meant
                    else f"ROUND(SUM({added}),6)"
                )
                canvas.put(where.total_row, number, amount, style, formula)
            else:
                label = where.block.total if number == where.first_column else None
                canvas.put(where.total_row, number, label, style)

    def list_marks(self, canvas: Canvas, place: SheetPlace, where: BlockPlace) -> None:
        """Rows that break a claim, and required cells left blank in a row begun, turn red."""
        top, bottom = where.top + 1, where.bottom - 1
        # A conditional format is written for the first row of its area: "$C8" keeps the column and lets the row move along.
        # Names that are looked up are formulas in every row, which COUNTA counts.
        cells = ",".join(
            f"${address(top, left)}:${address(top, right)}"
            for left, right in where.typed_columns()
        )
        begun = f"COUNTA({cells})>0"
        for column in where.block.columns.values():
            if column.looked_up is not None:
                number = where.columns[column.key]
                canvas.marks.append(look.not_found_mark((top, number, bottom, number)))
            if column.required:
                number = where.columns[column.key]
                area = (top, number, bottom, number)
                missing = f"AND({begun},LEN(${address(top, number)})=0)"
                canvas.marks.append(Mark(area, missing, look.RED))
        at = Rows(place, where.block.key, top, Drawn(self.place, place))
        for item in self.questions:
            if item.per_row and item.block.key == where.block.key:
                first_read = item.claim.names()[0]
                number = where.columns[first_read.column]
                area = (top, number, bottom, number)
                broken = item.claim.broken(at, item.tolerance)
                canvas.marks.append(Mark(area, broken, look.RED, look.DARK_RED))

    def index(self, canvas: Canvas, where: BlockPlace) -> None:
        """The list of projects, calculated from the project sheets."""
        self.headings(canvas, where)
        state_column = where.check_column
        canvas.put(where.header_row, state_column, "状态", look.HEADING)
        canvas.put(where.header_row, state_column + 1, LACKS, look.HEADING)
        entries = entered.naming(self.place, where.block.of)
        if entries is not None:
            canvas.put(
                where.header_row, state_column + 2, entered.HEADING, look.HEADING
            )
            canvas.widths[state_column + 2] = entered.WIDTH
            entered.fit(
                canvas.widths,
                canvas.hidden_columns,
                max(where.columns.values(), key=canvas.widths.__getitem__),
            )
            copies = entered.copies(self.place, len(self.place.repeated()))
            canvas.put(*entered.COPIES, copies.value, look.MARGINAL, copies.formula)
        for project in self.place.repeated():
            row = where.rows[str(project.number)]
            if entries is not None:
                self.entered(canvas, where, row, project, entries)
                head = self.project(project).head
                says = [
                    (head.text(one.of), canvas.widths[where.columns[one.key]])
                    for one in where.block.columns.values()
                ]
                canvas.heights[row] = row_height(
                    [(text, width / SNUG) for text, width in says], LINE
                )
            canvas.put(
                row,
                where.label_column,
                project.name,
                look.LINK,
                link=reference(project.name, (1, 1)),
            )
            for column in where.block.columns.values():
                self.index_cell(
                    canvas,
                    (row, where.columns[column.key]),
                    project,
                    Name(where.block.of, column=column.of),
                )
            state = self.ledgers[project.name].state
            canvas.put(
                row,
                state_column,
                state,
                look.BOARD,
                reference(project.name, STATE_CELL),
            )
            self.jump(
                canvas,
                (row, state_column + 1),
                project,
                Shown(address(row, state_column), state),
            )
            canvas.marks += look.state_marks((row, state_column, row, state_column))
        canvas.freeze = (where.header_row, 0)

    def entered(
        self,
        canvas: Canvas,
        where: BlockPlace,
        row: int,
        project: SheetPlace,
        entries: entered.Naming,
    ) -> None:
        """Beside a project whether the entries that name it come to its amount."""
        money = next(
            (
                one.of
                for one in where.block.columns.values()
                if one.of == entries.amount.key
            ),
            "",
        )
        named = entries.name.offers
        if named is None or not money:
            return
        cells = tuple(
            address(*entered.name_spot(where, row, column))
            for column in (named.column, money)
        )
        head = self.project(project).head
        says = head.text(named.column), head.figure(money)
        shown = entered.beside(
            entries,
            (cells[0], cells[1]),
            says,
            self.filled.rows(entries.where.block.key),
        )
        spot = (row, where.check_column + 2)
        canvas.put(*spot, shown.value, look.CHECK, shown.formula)
        canvas.marks += look.check_marks(spot)

    def index_cell(
        self, canvas: Canvas, spot: Spot, project: SheetPlace, name: Name
    ) -> None:
        """What a project's sheet says, repeated in the list of projects."""
        column = project.sheet.blocks[name.block].columns[name.column]
        source = reference(project.name, project.at(name))
        head = self.project(project).head
        style = look.total_style(column, wrap=True)
        if column.numeric:
            style = look.without_zeros(look.total_style(column))
            canvas.put(*spot, head.figure(name.column).number, style, f"SUM({source})")
        else:
            canvas.put(*spot, head.text(name.column), style, f'{source}&""')

    # -- checks -------------------------------------------------------------------------------------------------------

    def checks(self, canvas: Canvas, place: SheetPlace) -> None:
        """The check column: beside each row, all claims anchored there."""
        at = Drawn(self.place, place)
        source = self.source(place)
        for spot, items in self.asked_by_cell(place).items():
            ticked = (
                (address(*TICK_CELL), self.tick(place))
                if place.sheet.tick
                else ("", "")
            )
            shown = live.check_cell(items, at, source, *ticked)
            canvas.put(*spot, shown.value, look.CHECK, shown.formula)
            canvas.marks += look.check_marks(spot)
            if not place.number:  # the project sheets would all have the same notes
                canvas.notes[spot] = live.note(items, at)

    def asked_by_cell(self, place: SheetPlace) -> dict[Spot, list[Asked]]:
        """The claims of a sheet by the cell that shows them: in the check column, in their anchor's row."""
        by_cell: dict[Spot, list[Asked]] = {}
        for item in self.questions:
            where = place.blocks.get(item.block.key)
            if where is not None and not item.per_row:
                row, _ = place.at(item.anchor)
                spot = (row, where.check_column)
                by_cell.setdefault(spot, []).append(item)
        return by_cell


def _bookend(name: str, text: str) -> Canvas:
    canvas = Canvas(name, widths={1: 2.5, 2: 60}, tab="#808080")
    # A sheet that holds nothing is not printed; what it says is shown where it is opened.
    said = {"validate": "any", "input_title": name, "input_message": text}
    canvas.choices.append(Choice((1, 1, 1, 1), said))
    return canvas
