"""Form and rules on an empty workbook, or on one that holds a return: templates, prefilled forms and examples alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from toolkit.check.asked import Asked, asked
from toolkit.files.measure import SNUG, WIDE, lines_of, row_height
from toolkit.files.paint import Canvas, Choice, Mark, Painting, Style
from toolkit.model import ALL_FILLED, NO_DATA, BlockKind, Figure, Name, Return, Role, Row, Value
from toolkit.profile.form import Block, Column, GridRow, Profile
from toolkit.profile.layout import (
    HEAD_ROW,
    LEDGER_COLUMN,
    LIST_MARK,
    MARGIN,
    STATE_COLUMN,
    TICK_COLUMN,
    TICK_ROW,
    TITLE_ROW,
    BlockPlace,
    SheetPlace,
    address,
    entry_cells,
    lay_out_book,
    quoted,
    ranges,
)
from toolkit.returns.data import computed, from_data
from toolkit.rules.rule import Rule
from toolkit.template import live
from toolkit.template.library import library_sheet
from toolkit.template.live import Drawn, Rows
from toolkit.template.look import (
    BLUE,
    BOARD,
    CHECK,
    GREY,
    GUARD,
    HEAD,
    HEAD_RIGHT,
    HEADING,
    HELP,
    LINK,
    MARGINAL,
    RED,
    SECTION,
    TITLE,
    YELLOW,
    check_marks,
    entry_style,
    inked,
    number_format,
    refusal,
    state_marks,
    validation,
)
from toolkit.template.status import Ledger, Status

SIGNATURES = "&L填表人：__________&C审核人：__________&R单位负责人：__________\n第 &P 页，共 &N 页"
BLANK_PROJECTS = 20
LINE = 15  # points, of a line of the usual letters


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

    For paper, what holds nothing is hidden, so that printing the whole workbook gives what is signed. With the `library`,
    the usual indicators stand on a sheet of their own, to copy from.
    """
    book = profile.books[key]
    if filled is None:
        called = book.cast.column(Role.PROJECT_NAME)
        heads = [{called: name} for name in names] or [{}] * count
        filled = from_data({book.repeated.repeat: heads} if book.repeated else {}, profile, key=key)
    else:
        filled = _with_spare(profile, filled, key)
    drawing = _laid_out(profile, rules, filled, key)
    painting = drawing.painting()
    if library:
        painting.canvases.append(library_sheet(profile))
    if paper:
        kept = {place.name for place in drawing.place.sheets if drawing.used(place)}
        for canvas in painting.canvases:
            canvas.hidden = canvas.name not in kept
            canvas.print_area = None if canvas.hidden else canvas.print_area  # LibreOffice prints hidden sheets that have one
    return painting


def content_number(profile: Profile, rules: Sequence[Rule], filled: Return) -> str:
    """The content number that a filled workbook shows on its cover and on every page."""
    drawing = _laid_out(profile, rules, _with_spare(profile, filled, "unit"), "unit")
    drawing.painting()
    return f"{drawing.content_at[1]:05d}"


def _with_spare(profile: Profile, filled: Return, key: str) -> Return:
    """The same return with one blank sheet more to copy, where the book has sheets that repeat."""
    repeated = profile.books[key].repeated
    if repeated is None:
        return filled
    return replace(filled, projects=filled.projects + from_data({repeated.repeat: [{}]}, profile, key=key).projects)


def _laid_out(profile: Profile, rules: Sequence[Rule], filled: Return, key: str) -> _Drawing:
    """Lay out the book for what the return holds, its totals calculated."""
    book = profile.books[key]
    filled = computed(filled, book)
    lines = {block: len(filled.rows(block)) for block in book.blocks}
    place = lay_out_book(book, len(filled.projects), lines, tuple(len(p.indicators) for p in filled.projects))
    return _Drawing(profile, place, filled, tuple(asked(rules, book)))


class _Drawing(Status):
    """One book being drawn."""

    def painting(self) -> Painting:
        painting = Painting(title=self.place.book.title)
        fixed = [place for place in self.place.fixed() if not place.sheet.board]
        canvases = {place.name: self.sheet(place) for place in (*fixed, *self.place.repeated())}
        for place in self.place.fixed():
            if place.sheet.board:
                canvases[place.name] = self.sheet(place)
                self.board(canvases[place.name], place)
        if self.content_at[0]:
            for place in self.place.sheets:
                self.head(canvases[place.name], place)
        for place in self.place.fixed():
            painting.canvases.append(canvases[place.name])
            if place.sheet.board:
                painting.canvases.append(self.guide())
        if repeated := self.place.repeated():
            first, last = repeated[0].sheet.bookends
            painting.canvases.append(_bookend(first, "项目表从这里开始。请不要移动或删除本表。"))
            painting.canvases += [canvases[place.name] for place in repeated]
            painting.canvases.append(_bookend(last, "项目表到这里为止。新增的项目表请放在本表之前。"))
        return painting

    # -- one sheet ----------------------------------------------------------------------------------------------------

    def sheet(self, place: SheetPlace) -> Canvas:
        canvas = Canvas(place.name, landscape=place.sheet.landscape, footer=SIGNATURES)
        canvas.widths = {**place.widths, LEDGER_COLUMN: 8}
        canvas.hidden_columns = [LEDGER_COLUMN]
        canvas.tab = {"lead": "#9BC2E6", "department": "#9BC2E6"}.get(
            place.sheet.filled_by, "#F4B183" if place.number else "#A9D08E"
        )
        self.top(canvas, place)
        for block in place.blocks.values():
            {"fields": self.fields, "grid": self.grid, "list": self.rows, "index": self.index}[block.block.kind](
                canvas, place, block
            )
        self.checks(canvas, place)
        self.ledger(canvas, place)
        canvas.print_area = (1, 1, self.last_printed(place), place.last_column)
        return canvas

    def last_printed(self, place: SheetPlace) -> int:
        """The last row on paper: spare rows below the last filled one of the last list are not printed."""
        last = max(place.blocks.values(), key=lambda block: block.last_row)
        held = len(self.rows_of(place, last.block)) if last.block.kind is BlockKind.LIST else 0
        return last.top + held + 1 if held else place.last_row

    def top(self, canvas: Canvas, place: SheetPlace) -> None:
        last = place.last_column
        canvas.put(TITLE_ROW, 2, place.sheet.title, TITLE)
        canvas.merged.append((TITLE_ROW, 2, TITLE_ROW, last))
        canvas.heights[TITLE_ROW] = 30
        canvas.names.append(("sheet.title", f"{quoted(place.name)}!{address(TITLE_ROW, 2, absolute=True)}"))
        if not place.sheet.board and place.sheet.filled_by != "department":
            cover = next(p for p in self.place.fixed() if p.sheet.board)
            names = self.place.book.cast.names
            code, name = (
                f"{quoted(cover.name)}!{address(*cover.at(names[role]))}" for role in (Role.UNIT_CODE, Role.UNIT_NAME)
            )
            said = f"单位：{self.filled.text_of(Role.UNIT_CODE)}  {self.filled.text_of(Role.UNIT_NAME)}"
            canvas.put(HEAD_ROW, 2, said, HEAD, f'"单位："&{code}&"  "&{name}')
        canvas.put(
            HEAD_ROW, last, f"{self.profile.year}年度　单位：{self.profile.unit}", HEAD_RIGHT
        )  # `head` adds the content number
        if place.sheet.tick:
            canvas.put(TICK_ROW, TICK_COLUMN - 1, "填表情况→", Style(size=10, bold=True, align="right"))
            canvas.put(TICK_ROW, TICK_COLUMN, self.tick(place), Style(fill=YELLOW, border=True, locked=False, align="center"))
            options = {
                "validate": "list",
                "source": [ALL_FILLED, NO_DATA],
                "input_title": "填表情况",
                "input_message": f"填好了选“{ALL_FILLED}”；整张表没有数据选“{NO_DATA}”。",
            }
            canvas.choices.append(
                Choice((TICK_ROW, TICK_COLUMN, TICK_ROW, TICK_COLUMN), {**options, **refusal("请从下拉列表中选择。")})
            )
            canvas.names.append(("sheet.tick", f"{quoted(place.name)}!{address(TICK_ROW, TICK_COLUMN, absolute=True)}"))
        for row, line in zip(place.help_rows, place.sheet.help, strict=True):
            canvas.put(row, 2, line, HELP)
            canvas.merged.append((row, 2, row, last))
            width = sum(place.widths.get(column, 9) for column in range(2, last + 1))
            canvas.heights[row] = LINE * lines_of(line, width, narrow=WIDE)

    # -- blocks -------------------------------------------------------------------------------------------------------

    def section(self, canvas: Canvas, place: SheetPlace, block: BlockPlace) -> None:
        if block.title_row:
            canvas.put(block.title_row, block.label_column, block.block.title, SECTION)

    def fields(self, canvas: Canvas, place: SheetPlace, block: BlockPlace) -> None:
        self.section(canvas, place, block)
        filled = self.row_of(place, block.block)
        for column in block.block.columns.values():
            row, number = block.at(column.key)
            canvas.put(
                row,
                block.label_column,
                column.title + ("（必填）" if column.required else ""),
                Style(border=True, fill=BLUE, wrap=True),
            )
            if column.height:
                canvas.heights[row] = column.height
            name = block.block.name(column.key)
            canvas.names.append((str(name), f"{quoted(place.name)}!{address(row, number, absolute=True)}"))
            if column.constant:
                value: str | Decimal = Decimal(column.constant) if column.numeric else column.constant
                canvas.put(row, number, value, Style(border=True, fill=GREY, align="left"))
            else:
                canvas.put(row, number, inked(filled.values.get(column.key), column), entry_style(column, left=True))
                self.entry(canvas, column, (row, number, row, number))

    def entry(self, canvas: Canvas, column: Column, area: tuple[int, int, int, int]) -> None:
        canvas.choices.append(Choice(area, validation(column)))

    def headings(self, canvas: Canvas, block: BlockPlace) -> None:
        """Column titles, with their groups above where there are any."""
        declared = list(block.block.columns.values())
        titles = {block.label_column: (block.block.label or "序号", "")} if block.block.kind in ("grid", "index") else {}
        titles |= {block.columns[c.key]: (c.title, c.group) for c in declared}
        row = block.header_row
        run: list[int] = []
        for number, (title, group) in titles.items():
            if not block.block.grouped:
                canvas.put(row, number, title, HEADING)
            elif not group:
                canvas.put(row - 1, number, title, HEADING)
                canvas.put(row, number, None, HEADING)
                canvas.merged.append((row - 1, number, row, number))
            else:
                canvas.put(row, number, title, HEADING)
                if run and titles[run[-1]][1] == group:
                    run.append(number)
                else:
                    run = [number]
                    canvas.put(row - 1, number, group, HEADING)
                if len(run) > 1:
                    canvas.merged = [m for m in canvas.merged if m[:2] != (row - 1, run[0])]
                    canvas.merged.append((row - 1, run[0], row - 1, number))
        canvas.heights[row] = max(canvas.heights.get(row, 0), 30 if not block.block.grouped else 42)
        if block.check_column and block.block.kind == "grid":
            canvas.put(row, block.check_column, "校验", Style(size=10, bold=True, align="center", color="#808080"))

    def grid(self, canvas: Canvas, place: SheetPlace, block: BlockPlace) -> None:
        self.section(canvas, place, block)
        self.headings(canvas, block)
        at = Drawn(self.place, place)
        filled = self.filled.grid(block.block.key)
        for row in block.block.rows.values():
            total = row.formula is not None
            canvas.put(
                block.rows[row.key],
                block.label_column,
                row.title,
                Style(border=True, bold=total, indent=row.indent * 2, wrap=True, fill=GREY if total else ""),
            )
            for column in block.block.columns.values():
                spot = (block.rows[row.key], block.columns[column.key])
                if not column.stands_in(row.key):
                    canvas.put(*spot, "——", Style(border=True, align="center", color="#A6A6A6", fill=GREY))
                    continue
                self.grid_cell(canvas, place, block, row, column, filled[row.key].values[column.key] if filled else None, at)
            if any(not column.numeric for column in block.block.columns.values()) and filled:
                canvas.heights[block.rows[row.key]] = self.height(block.block, filled[row.key])
        for column in block.block.columns.values():
            runs = [(r, c) for r, c, name in entry_cells(block) if name.column == column.key]
            for area in ranges(runs):
                self.entry(canvas, column, area)
        if len(place.sheet.blocks) == 1:
            canvas.freeze = (block.header_row, block.label_column)

    def grid_cell(
        self, canvas: Canvas, place: SheetPlace, block: BlockPlace, row: GridRow, column: Column, value: Value | None, at: Drawn
    ) -> None:
        spot = block.at(column.key, row.key)
        name = block.block.name(column.key, row.key)
        canvas.names.append((str(name), f"{quoted(place.name)}!{address(*spot, absolute=True)}"))
        term = block.block.drawn_formula(row, column)
        if term is None:
            canvas.put(*spot, inked(value, column), entry_style(column))
            return
        style = Style(border=True, fill=GREY, number=number_format(column), bold=row.formula is not None)
        due = term.figure(self.filled).number
        stands = value.value if isinstance(value, Figure) else None
        if stands is not None and stands != due:
            canvas.put(*spot, stands, style)  # a return may hold a typed constant where the formula belongs, as people do
        else:
            canvas.put(*spot, due, style, f"ROUND({term.excel(at)},6)")

    def rows(self, canvas: Canvas, place: SheetPlace, block: BlockPlace) -> None:
        self.section(canvas, place, block)
        self.headings(canvas, block)
        columns = block.block.columns
        held = self.rows_of(place, block.block)
        first, last = min(block.columns.values()), max(block.columns.values())
        if block.total_row:
            self.list_total(canvas, place, block, held)
        for guard in (block.top, block.bottom):
            canvas.heights[guard] = 6 if guard == block.top else 15
            for number in range(first, last + 1):
                canvas.put(guard, number, None, GUARD)
        canvas.put(block.bottom, MARGIN, LIST_MARK, MARGINAL)
        for key, column in columns.items():
            number = block.columns[key]
            for line, row in enumerate(range(block.top + 1, block.bottom)):
                value = held[line].values.get(key) if line < len(held) else None
                canvas.put(row, number, inked(value, column), entry_style(column))
            area = (block.top, number, block.bottom, number)
            self.entry(canvas, column, area)
            canvas.names.append(
                (
                    str(block.block.name(key)),
                    area_reference(place.name, block, number),
                )
            )
        if block.block.row_height:
            longest = {
                row: self.height(block.block, held[n] if n < len(held) else None)
                for n, row in enumerate(range(block.top + 1, block.bottom))
            }
            canvas.heights |= longest
        self.list_marks(canvas, place, block)
        if len(place.sheet.blocks) == 1:
            canvas.freeze = (block.header_row, 0)
            canvas.repeat_rows = (block.header_row - block.block.grouped, block.header_row)

    def height(self, block: Block, row: Row | None) -> float:
        """A row's height: what its longest text needs."""
        if row is None:
            return 20
        texts = ((row.text(key), column.width / SNUG) for key, column in block.columns.items())
        return row_height(texts, LINE, narrow=WIDE)

    def list_total(self, canvas: Canvas, place: SheetPlace, block: BlockPlace, held: Sequence[Row]) -> None:
        for key, column in block.block.columns.items():
            number = block.columns[key]
            style = Style(border=True, fill=GREY, bold=True, number=number_format(column))
            if column.total:
                value = sum((row.figure(key).number for row in held), Decimal(0))
                run = f"{address(block.top, number)}:{address(block.bottom, number)}"
                canvas.put(block.total_row, number, value, style, f"ROUND(SUM({run}),6)")
            else:
                canvas.put(block.total_row, number, block.block.total if number == min(block.columns.values()) else None, style)

    def list_marks(self, canvas: Canvas, place: SheetPlace, block: BlockPlace) -> None:
        """Rows that break a claim, and required cells left blank in a row begun, turn red."""
        top, bottom = block.top + 1, block.bottom - 1
        first, last = min(block.columns.values()), max(block.columns.values())
        begun = f"COUNTA(${address(top, first)}:${address(top, last)})>0"
        for key, column in block.block.columns.items():
            if column.required:
                number = block.columns[key]
                canvas.marks.append(Mark((top, number, bottom, number), f"AND({begun},LEN(${address(top, number)})=0)", RED))
        for item in self.questions:
            if item.per_row and item.block.key == block.block.key:
                number = block.columns[item.claim.names()[0].column]
                broken = item.claim.broken(Rows(place, block.block.key, top), self.profile.tolerance)
                canvas.marks.append(Mark((top, number, bottom, number), broken, RED, "#9C0006"))

    def index(self, canvas: Canvas, place: SheetPlace, block: BlockPlace) -> None:
        """The list of projects, calculated from the project sheets."""
        self.headings(canvas, block)
        state_column = block.check_column
        canvas.put(block.header_row, state_column, "状态", HEADING)
        canvas.widths[state_column] = 10
        for project in self.place.repeated():
            row = block.rows[str(project.number)]
            canvas.put(row, block.label_column, project.name, LINK, link=f"{quoted(project.name)}!A1")
            head = self.project(project).head
            for column in block.block.columns.values():
                source = project.sheet.blocks[block.block.of].columns[column.of]
                target = f"{quoted(project.name)}!{address(*project.at(Name(block.block.of, column=column.of)))}"
                style = Style(border=True, fill=GREY, wrap=True, number=number_format(source))
                if source.numeric:
                    canvas.put(row, block.columns[column.key], head.figure(column.of).number, style, f"N({target})")
                else:
                    canvas.put(row, block.columns[column.key], head.text(column.of), style, f'{target}&""')
            target = f"{quoted(project.name)}!{address(TICK_ROW, STATE_COLUMN)}"
            canvas.put(row, state_column, self.ledger_of(project).state, BOARD, target)
            canvas.marks += state_marks((row, state_column, row, state_column))
        canvas.freeze = (block.header_row, 0)

    # -- checks and states --------------------------------------------------------------------------------------------

    def checks(self, canvas: Canvas, place: SheetPlace) -> None:
        """The check column: beside each row, all claims anchored there."""
        at = Drawn(self.place, place)
        by_cell: dict[tuple[int, int], list[Asked]] = {}
        for item in self.questions:
            if not item.per_row and item.block.key in place.blocks:
                block = place.blocks[item.block.key]
                by_cell.setdefault((place.at(item.anchor)[0], block.check_column), []).append(item)
        for spot, items in by_cell.items():
            shown = live.check_cell(items, at, self.source(place), self.profile.tolerance)
            canvas.put(*spot, shown.value, CHECK, shown.formula)
            canvas.marks += check_marks(spot)
            if not place.number:
                canvas.notes[spot] = "核对：\n" + "\n".join(
                    dict.fromkeys(f"{n}、{i.rule.title}时报错" for n, i in enumerate(items, 1))
                )

    def ledger_of(self, place: SheetPlace) -> Ledger:
        if place.name not in self.ledgers:
            self.sheet(place)
        return self.ledgers[place.name]


def area_reference(sheet: str, block: BlockPlace, column: int) -> str:
    """A list's column from guard to guard, as a defined name points to it."""
    return f"{quoted(sheet)}!{address(block.top, column, absolute=True)}:{address(block.bottom, column, absolute=True)}"


def _bookend(name: str, text: str) -> Canvas:
    canvas = Canvas(name, widths={1: 2.5, 2: 60}, tab="#808080")
    canvas.put(1, 2, text, HEAD)
    return canvas
