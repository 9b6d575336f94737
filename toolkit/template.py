"""Form and rules on an empty workbook, or on one that holds a return: templates, prefilled forms and examples alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from toolkit import layout, live
from toolkit.asked import Asked, RowSource, asked
from toolkit.data import computed, from_data
from toolkit.form import Block, Column, GridRow, Profile
from toolkit.layout import (
    BAD,
    CONTENT,
    EXISTS,
    FILLED,
    HEAD_ROW,
    LEDGER_COLUMN,
    LIST_MARK,
    MARGIN,
    MISSING,
    STATE_COLUMN,
    TICK_COLUMN,
    TICK_ROW,
    TITLE_ROW,
    BlockPlace,
    BookPlace,
    SheetPlace,
    address,
    entry_cells,
    lay_out_book,
    quoted,
    ranges,
    span,
)
from toolkit.live import ALL_FILLED, COMPLETE, NO_DATA, NOT_ASKED, UNFILLED, WRONG, Drawn, Rows, Shown
from toolkit.model import Figure, Project, Return, Row, Value
from toolkit.paint import Canvas, Choice, Mark, Painting, Style
from toolkit.rules.claim import Source
from toolkit.rules.rule import Rule

YELLOW, GREY, BLUE, RED, GREEN = "#FFF9DB", "#F2F2F2", "#DCE6F1", "#FFC7CE", "#2E7D32"
TITLE = Style(bold=True, size=16, align="center")
HEAD = Style(size=10, color="#595959")
HEAD_RIGHT = Style(size=10, color="#595959", align="right")
HELP = Style(size=10, color="#7F6000", wrap=True)
SECTION = Style(bold=True, size=12)
HEADING = Style(bold=True, fill=BLUE, align="center", wrap=True, border=True)
LABEL = Style(border=True, wrap=True)
GUARD = Style(size=9, color="#808080", fill="#E7E6E6")
MARGINAL = Style(size=9, color="#808080")
CHECK = Style(size=10, align="center", color="#808080")
LINK = Style(color="#0563C1", underline=True, border=True)
BOARD = Style(border=True, align="center")
STATE = Style(bold=True, border=True, align="center")
SIGNATURES = "&L填表人：__________&C审核人：__________&R单位负责人：__________\n第 &P 页，共 &N 页"
BLANK_PROJECTS = 20
CONTENT_MODULUS = 99991  # a prime: the content number has five digits


def draw(
    profile: Profile,
    rules: Sequence[Rule],
    filled: Return | None = None,
    names: Sequence[str] = (),
    count: int = BLANK_PROJECTS,
    key: str = "unit",
    paper: bool = False,
) -> Painting:
    """Draw a book of the profile: blank (for `count` projects, or for a list of names), or holding a return's values.

    For paper, what holds nothing is hidden, so that printing the whole workbook gives what is signed.
    """
    book = profile.books[key]
    if filled is None:
        heads = [{"name": name} for name in names] or [{}] * count
        filled = from_data({book.repeated.repeat: heads} if book.repeated else {}, profile, key=key)
    elif book.repeated:
        spare = from_data({book.repeated.repeat: [{}]}, profile, key=key).projects
        filled = replace(filled, projects=filled.projects + spare)  # one blank sheet is left to copy
    filled = computed(filled, book)
    lines = {block: len(filled.rows(block)) for block in book.blocks}
    place = lay_out_book(book, len(filled.projects), lines, tuple(len(p.indicators) for p in filled.projects))
    drawing = _Drawing(profile, place, filled, tuple(asked(rules, book)))
    painting = drawing.painting()
    if paper:
        kept = {place.name for place in place.sheets if drawing.used(place)}
        for canvas in painting.canvases:
            canvas.hidden = canvas.name not in kept
            canvas.print_area = None if canvas.hidden else canvas.print_area  # LibreOffice prints hidden sheets that have one
    return painting


@dataclass(frozen=True)
class _Ledger:
    """The numbers of a sheet that the status board adds up."""

    filled: int
    missing: int
    bad: int
    state: str
    content: int = 0


class _Drawing:
    """One book being drawn."""

    def __init__(self, profile: Profile, place: BookPlace, filled: Return, questions: tuple[Asked, ...]) -> None:
        self.profile = profile
        self.place = place
        self.filled = filled
        self.questions = questions
        self.ledgers: dict[str, _Ledger] = {}
        self.content_at = ("", 0)

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

    def used(self, place: SheetPlace) -> bool:
        """Whether a sheet holds anything, or says that it has nothing to hold."""
        ledger = self.ledgers.get(place.name)
        return ledger is not None and (ledger.filled > 0 or ledger.state == COMPLETE)

    # -- one sheet ----------------------------------------------------------------------------------------------------

    def sheet(self, place: SheetPlace) -> Canvas:
        canvas = Canvas(place.name, landscape=place.sheet.landscape, footer=SIGNATURES)
        canvas.widths = {**place.widths, LEDGER_COLUMN: 8}
        canvas.hidden_columns = [LEDGER_COLUMN]
        canvas.tab = {"lead": "#9BC2E6", "department": "#9BC2E6"}.get(place.sheet.filled_by, "#F4B183" if place.number else "#A9D08E")
        self.top(canvas, place)
        for block in place.blocks.values():
            {"fields": self.fields, "grid": self.grid, "list": self.rows, "index": self.index}[block.block.kind](canvas, place, block)
        self.checks(canvas, place)
        self.ledger(canvas, place)
        canvas.print_area = (1, 1, self.last_printed(place), place.last_column)
        return canvas

    def last_printed(self, place: SheetPlace) -> int:
        """The last row on paper: spare rows below the last filled one of the last list are not printed."""
        last = max(place.blocks.values(), key=lambda block: block.last_row)
        held = len(self.rows_of(place, last.block)) if last.block.kind == "list" else 0
        return last.top + held + 1 if held else place.last_row

    def top(self, canvas: Canvas, place: SheetPlace) -> None:
        last = place.last_column
        canvas.put(TITLE_ROW, 2, place.sheet.title, TITLE)
        canvas.merged.append((TITLE_ROW, 2, TITLE_ROW, last))
        canvas.heights[TITLE_ROW] = 30
        canvas.names.append(("sheet.title", f"{quoted(place.name)}!{address(TITLE_ROW, 2, absolute=True)}"))
        if not place.sheet.board and place.sheet.filled_by != "department":
            cover = next(p for p in self.place.fixed() if p.sheet.board)
            code, name = (f"{quoted(cover.name)}!{address(*cover.at('cover.' + key))}" for key in ("unit_code", "unit_name"))
            said = f"单位：{self.text('cover.unit_code')}  {self.text('cover.unit_name')}"
            canvas.put(HEAD_ROW, 2, said, HEAD, f'"单位："&{code}&"  "&{name}')
        canvas.put(HEAD_ROW, last, f"{self.profile.year}年度　单位：{self.profile.unit}", HEAD_RIGHT)  # `head` adds the content number
        if place.sheet.tick:
            canvas.put(TICK_ROW, TICK_COLUMN - 1, "填表情况→", Style(size=10, bold=True, align="right"))
            canvas.put(TICK_ROW, TICK_COLUMN, self.tick(place), Style(fill=YELLOW, border=True, locked=False, align="center"))
            options = {"validate": "list", "source": [ALL_FILLED, NO_DATA], "input_title": "填表情况", "input_message": f"填好了选“{ALL_FILLED}”；整张表没有数据选“{NO_DATA}”。"}
            canvas.choices.append(Choice((TICK_ROW, TICK_COLUMN, TICK_ROW, TICK_COLUMN), {**options, **_refusal("请从下拉列表中选择。")}))
            canvas.names.append(("sheet.tick", f"{quoted(place.name)}!{address(TICK_ROW, TICK_COLUMN, absolute=True)}"))
        for row, line in zip(place.help_rows, place.sheet.help, strict=True):
            canvas.put(row, 2, line, HELP)
            canvas.merged.append((row, 2, row, last))
            width = sum(place.widths.get(column, 9) for column in range(2, last + 1))
            canvas.heights[row] = 15 * max(1, -(-len(line) * 2 // int(width)))

    def head(self, canvas: Canvas, place: SheetPlace) -> None:
        """Put the content number on every sheet, so that each signed page says of which file it is."""
        target, number = self.content_at
        said = f"{self.profile.year}年度　单位：{self.profile.unit}　内容号："
        canvas.put(HEAD_ROW, place.last_column, f"{said}{number:05d}", HEAD_RIGHT, f'"{said}"&RIGHT("0000"&{target},5)')

    def tick(self, place: SheetPlace) -> str:
        if not place.sheet.tick:
            return ""
        key = f"{place.sheet.key}{place.number or ''}"
        return self.filled.sheets[key].tick if key in self.filled.sheets else ""

    def text(self, name: str) -> str:
        return self.filled.words(name).text

    # -- blocks -------------------------------------------------------------------------------------------------------

    def source(self, place: SheetPlace) -> Source:
        """Where the names of this sheet's checks are answered."""
        return _ProjectSource(self.filled, self.project(place)) if place.number else self.filled

    def project(self, place: SheetPlace) -> Project:
        return self.filled.projects[place.number - 1]

    def row_of(self, place: SheetPlace, block: Block) -> Row:
        return self.project(place).head if place.number else self.filled.fields(block.key)

    def rows_of(self, place: SheetPlace, block: Block) -> tuple[Row, ...]:
        return self.project(place).indicators if place.number else self.filled.rows(block.key)

    def section(self, canvas: Canvas, place: SheetPlace, block: BlockPlace) -> None:
        if block.title_row:
            canvas.put(block.title_row, block.label_column, block.block.title, SECTION)

    def fields(self, canvas: Canvas, place: SheetPlace, block: BlockPlace) -> None:
        self.section(canvas, place, block)
        filled = self.row_of(place, block.block)
        for column in block.block.columns.values():
            row, number = block.at(column.key)
            canvas.put(row, block.label_column, column.title + ("（必填）" if column.required else ""), Style(border=True, fill=BLUE, wrap=True))
            if column.height:
                canvas.heights[row] = column.height
            name = block.block.name(column.key)
            canvas.names.append((name, f"{quoted(place.name)}!{address(row, number, absolute=True)}"))
            if column.constant:
                value: str | Decimal = Decimal(column.constant) if column.numeric else column.constant
                canvas.put(row, number, value, Style(border=True, fill=GREY, align="left"))
            else:
                canvas.put(row, number, inked(filled.values.get(column.key), column), _entry(column, left=True))
                self.entry(canvas, column, (row, number, row, number))

    def entry(self, canvas: Canvas, column: Column, area: tuple[int, int, int, int]) -> None:
        canvas.choices.append(Choice(area, _validation(column)))

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
            canvas.put(block.rows[row.key], block.label_column, row.title, Style(border=True, bold=total, indent=row.indent * 2, wrap=True, fill=GREY if total else ""))
            for column in block.block.columns.values():
                spot = (block.rows[row.key], block.columns[column.key])
                if not column.stands_in(row.key):
                    canvas.put(*spot, "——", Style(border=True, align="center", color="#A6A6A6", fill=GREY))
                    continue
                self.grid_cell(canvas, place, block, row, column, filled[row.key].values[column.key] if filled else None, at)
            if any(not column.numeric for column in block.block.columns.values()) and filled:
                canvas.heights[block.rows[row.key]] = self.height(block.block, filled[row.key])
        for column in block.block.columns.values():
            runs = [(r, c) for r, c, name in entry_cells(block) if name.endswith("." + column.key)]
            for area in ranges(runs):
                self.entry(canvas, column, area)
        if len(place.sheet.blocks) == 1:
            canvas.freeze = (block.header_row, block.label_column)

    def grid_cell(self, canvas: Canvas, place: SheetPlace, block: BlockPlace, row: GridRow, column: Column, value: Value | None, at: Drawn) -> None:
        spot = block.at(column.key, row.key)
        name = block.block.name(column.key, row.key)
        canvas.names.append((name, f"{quoted(place.name)}!{address(*spot, absolute=True)}"))
        term = block.block.drawn_formula(row, column)
        if term is None:
            canvas.put(*spot, inked(value, column), _entry(column))
            return
        style = Style(border=True, fill=GREY, number=_number_format(column), bold=row.formula is not None)
        complete = term.renamed(lambda inner: f"{block.block.key}.{inner}")
        due = complete.figure(self.filled).number
        stands = value.value if isinstance(value, Figure) else None
        if stands is not None and stands != due:
            canvas.put(*spot, stands, style)  # a return may hold a typed constant where the formula belongs, as people do
        else:
            canvas.put(*spot, due, style, f"ROUND({complete.excel(at)},6)")

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
                canvas.put(row, number, inked(value, column), _entry(column))
            area = (block.top, number, block.bottom, number)
            self.entry(canvas, column, area)
            canvas.names.append((block.block.name(key), f"{quoted(place.name)}!{address(block.top, number, absolute=True)}:{address(block.bottom, number, absolute=True)}"))
        if block.block.row_height:
            longest = {row: self.height(block.block, held[n] if n < len(held) else None) for n, row in enumerate(range(block.top + 1, block.bottom))}
            canvas.heights |= longest
        self.list_marks(canvas, place, block)
        if len(place.sheet.blocks) == 1:
            canvas.freeze = (block.header_row, 0)
            canvas.repeat_rows = (block.header_row - block.block.grouped, block.header_row)

    def height(self, block: Block, row: Row | None) -> float:
        """A row's height: the declared one, or what its longest text needs."""
        least = block.row_height or 15
        if row is None:
            return 20
        lines = 1.0
        for key, column in block.columns.items():
            text = row.text(key)
            lines = max(lines, sum(-(-max(1, len(part)) * 2.1 // column.width) for part in text.split("\n")))
        return float(min(400, max(18, lines * 15 + 4)))

    def list_total(self, canvas: Canvas, place: SheetPlace, block: BlockPlace, held: Sequence[Row]) -> None:
        for key, column in block.block.columns.items():
            number = block.columns[key]
            style = Style(border=True, fill=GREY, bold=True, number=_number_format(column))
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
                number = block.columns[item.claim.names()[0]]
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
                target = f"{quoted(project.name)}!{address(*project.at(f'{block.block.of}.{column.of}'))}"
                style = Style(border=True, fill=GREY, wrap=True, number=_number_format(source))
                if source.numeric:
                    canvas.put(row, block.columns[column.key], head.figure(column.of).number, style, f"N({target})")
                else:
                    canvas.put(row, block.columns[column.key], head.text(column.of), style, f'{target}&""')
            target = f"{quoted(project.name)}!{address(TICK_ROW, STATE_COLUMN)}"
            canvas.put(row, state_column, self.ledger_of(project).state, BOARD, target)
            canvas.marks += _state_marks((row, state_column, row, state_column))
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
            canvas.marks += _check_marks(spot)
            if not place.number:
                canvas.notes[spot] = "核对：\n" + "\n".join(dict.fromkeys(f"{n}、{i.rule.title}时报错" for n, i in enumerate(items, 1)))

    def ledger_of(self, place: SheetPlace) -> _Ledger:
        if place.name not in self.ledgers:
            self.sheet(place)
        return self.ledgers[place.name]

    def ledger(self, canvas: Canvas, place: SheetPlace) -> None:
        """Count what is filled, missing and wrong, in hidden cells; say the state in words beside the tick."""
        if place.sheet.filled_by == "department" or any(b.block.kind == "index" for b in place.blocks.values()):
            return
        filled, missing, bad = self.count_filled(place), self.count_missing(place), self.count_bad(canvas, place)
        cells = {row: address(row, LEDGER_COLUMN) for row in (FILLED, MISSING, BAD)}
        tick = address(TICK_ROW, TICK_COLUMN)
        said = live.state(tick, cells[FILLED], cells[MISSING], cells[BAD], (self.tick(place), _int(filled), _int(missing), _int(bad)))
        content = self.content(canvas, place)
        state_cell = address(TICK_ROW, STATE_COLUMN)
        for row, shown in ((FILLED, filled), (MISSING, missing), (BAD, bad), (CONTENT, content)):
            canvas.put(row, LEDGER_COLUMN, shown.value, MARGINAL, shown.formula)
        for row, word in ((layout.DONE, COMPLETE), (layout.WRONG, WRONG), (layout.EMPTY, UNFILLED)):
            canvas.put(row, LEDGER_COLUMN, int(said.value == word), MARGINAL, f'IF({state_cell}="{word}",1,0)')
        canvas.put(EXISTS, LEDGER_COLUMN, 1, MARGINAL)
        canvas.put(TICK_ROW, STATE_COLUMN, said.value, STATE, said.formula)
        canvas.marks += _state_marks((TICK_ROW, STATE_COLUMN, TICK_ROW, STATE_COLUMN))
        self.ledgers[place.name] = _Ledger(_int(filled), _int(missing), _int(bad), str(said.value), _int(content))

    def values(self, place: SheetPlace, block: BlockPlace) -> Mapping[str, Value]:
        """The values of a fields block or grid by dotted name."""
        if block.block.kind == "fields":
            return {block.block.name(key): value for key, value in self.row_of(place, block.block).values.items()}
        grid = self.filled.grid(block.block.key)
        return {block.block.name(c.key, r.key): grid[r.key].values[c.key] for r, c in block.block.cells() if r.key in grid}

    def count_filled(self, place: SheetPlace) -> Shown:
        parts, count = [], 0
        for block in place.blocks.values():
            if block.block.kind == "list":
                first, last = min(block.columns.values()), max(block.columns.values())
                parts.append(f"COUNTA({address(block.top, first)}:{address(block.bottom, last)})")
                count += sum(v.given for row in self.rows_of(place, block.block) for v in row.values.values())
            else:
                values = self.values(place, block)
                cells = [(row, column) for row, column, _ in entry_cells(block)]
                parts.append(f"COUNTA({','.join(span(run) for run in ranges(cells))})")
                count += sum(name in values and values[name].given for _, _, name in entry_cells(block))
        return Shown("+".join(parts), count)

    def count_missing(self, place: SheetPlace) -> Shown:
        parts, count = [], 0
        for block in place.blocks.values():
            if block.block.kind == "list":
                needed = [c.key for c in block.block.columns.values() if c.required]
                spans = {key: f"{address(block.top, n)}:{address(block.bottom, n)}" for key, n in block.columns.items()}
                begun = "+".join(f'({run}<>"")' for run in spans.values())
                blank = "+".join(f'({spans[key]}="")' for key in needed)
                if needed:
                    parts.append(f"SUMPRODUCT(--({begun}>0),{blank})")
                count += sum(not row.values[key].given for row in self.rows_of(place, block.block) for key in needed if row.begun)
                continue
            values = self.values(place, block)
            cells, names = [], []
            for row, column, name in entry_cells(block):
                if block.block.columns[name.rpartition(".")[2]].required:
                    cells.append((row, column))
                    names.append(name)
            parts += [f"COUNTBLANK({span(run)})" for run in ranges(cells)]
            count += sum(not (name in values and values[name].given) for name in names)
        return Shown("+".join(parts) or "0", count)

    def count_bad(self, canvas: Canvas, place: SheetPlace) -> Shown:
        parts, count = [], 0
        for block in place.blocks.values():
            if block.block.kind == "list":
                items = [item for item in self.questions if item.per_row and item.block.key == block.block.key]
                if items:
                    held = self.rows_of(place, block.block)
                    shown = live.row_breaches(items, Rows(place, block.block.key), held, [RowSource(row) for row in held], self.profile.tolerance)
                    parts.append(shown.formula)
                    count += _int(shown)
                continue
            spots = [spot for spot in canvas.cells if spot[1] == block.check_column and spot[0] in block.rows.values() and canvas.cells[spot].formula]
            for run in ranges(spots):
                parts.append(f'COUNTA({span(run)})-COUNTIF({span(run)},"{live.FINE}")-COUNTIF({span(run)},"{UNFILLED}")')
            count += sum(canvas.cells[spot].value not in (live.FINE, UNFILLED) for spot in spots)
        return Shown("+".join(parts) or "0", count)

    def content(self, canvas: Canvas, place: SheetPlace) -> Shown:
        """A number that changes when an entry changes: amounts and lengths weighed by place, so that a paper proves its file.

        In lists the row does not count, for a gap between two lines changes nothing.
        """
        fixed = [(row, column) for block in place.blocks.values() for row, column, _ in entry_cells(block)]
        listed = [
            (row, column)
            for block in place.blocks.values()
            if block.block.kind == "list"
            for column in block.columns.values()
            for row in range(block.top, block.bottom + 1)
        ]
        runs = ranges(fixed)
        amounts = [f"SUMPRODUCT({span(run)},ROW({span(run)}))*{run[1]}" for run in runs]
        amounts += [f"SUM({span(run)})*{run[1]}" for run in ranges(listed)]
        lengths = [f"SUMPRODUCT(LEN({span(run)})*ROW({span(run)}))*{run[1]}" for run in runs]
        lengths += [f"SUMPRODUCT(LEN({span(run)}))*{run[1]}" for run in ranges(listed)]
        weights = {spot: spot[0] * spot[1] for spot in fixed} | {spot: spot[1] for spot in listed}
        weighed, counted = _weighed(canvas, weights)
        number = (int((weighed * 10000).to_integral_value(ROUND_HALF_UP)) + counted) % CONTENT_MODULUS
        return Shown(f"MOD(ROUND(({'+'.join(amounts)})*10000,0)+{'+'.join(lengths)},{CONTENT_MODULUS})", number)

    # -- the first sheets ---------------------------------------------------------------------------------------------

    def board(self, canvas: Canvas, place: SheetPlace) -> None:
        """The status board beside the cover's fields: each form's state, the projects', and all together."""
        column = place.last_column + 2
        row = place.help_rows.stop + 1
        for offset, (title, width) in enumerate((("表", 24), ("谁填", 12), ("状态", 12))):
            canvas.put(row, column + offset, title, HEADING)
            canvas.widths[column + offset] = width
        canvas.put(row - 1, column, "填报进度", SECTION)
        lead = address(*place.at("cover.lead"))
        is_lead = self.text("cover.lead") != "否"
        begin, states = row + 1, []
        for form in self.place.fixed():
            if form.name not in self.ledgers or form.sheet.board:
                continue
            row += 1
            canvas.put(row, column, form.name, LINK, link=f"{quoted(form.name)}!A1")
            canvas.put(row, column + 1, "部门本级填" if form.sheet.filled_by == "lead" else "各单位填", BOARD)
            target = f"{quoted(form.name)}!{address(TICK_ROW, STATE_COLUMN)}"
            said = self.ledgers[form.name].state
            if form.sheet.filled_by == "lead":
                target = f'IF({lead}="否","{NOT_ASKED}",{target})'
                said = said if is_lead else NOT_ASKED
            states.append(said)
            canvas.put(row, column + 2, said, BOARD, target)
        canvas.marks += _state_marks((begin, column + 2, row, column + 2))
        span_ = f"{address(begin, column + 2)}:{address(row, column + 2)}"
        self.overall(canvas, (row, column), span_, states)

    def overall(self, canvas: Canvas, corner: tuple[int, int], span_: str, states: Sequence[str]) -> None:
        row, column = corner
        repeated = self.place.repeated()
        first, last = repeated[0].sheet.bookends
        held = [self.ledgers[place.name] for place in repeated]
        words = {layout.EXISTS: "", layout.DONE: COMPLETE, layout.WRONG: WRONG, layout.EMPTY: UNFILLED}
        counts = [sum(not word or h.state == word for h in held) for word in words.values()]
        titles = ("项目表张数", "　其中：完成", "　其中：有误", "　其中：未填")
        sums = {
            title: (f"SUM({first}:{last}!{address(number, LEDGER_COLUMN)})", count)
            for title, number, count in zip(titles, words, counts, strict=True)
        }
        for title, (formula, value) in sums.items():
            row += 1
            canvas.put(row, column, title, LABEL)
            canvas.put(row, column + 1, "各单位填" if title[0] != "　" else None, BOARD)
            canvas.put(row, column + 2, value, BOARD, formula)
        made, good, wrong, blank = (address(row - 3 + n, column + 2) for n in range(4))
        row += 1
        all_done = f'COUNTIF({span_},"{COMPLETE}")+COUNTIF({span_},"{NOT_ASKED}")=ROWS({span_})'
        formula = f'IF(COUNTIF({span_},"{WRONG}")+{wrong}>0,"{WRONG}",IF(AND({all_done},{good}+{blank}={made}),"{COMPLETE}","未填完"))'
        ready = all(s in (COMPLETE, NOT_ASKED) for s in states) and counts[1] + counts[3] == counts[0]
        value = WRONG if WRONG in states or counts[2] else COMPLETE if ready else "未填完"
        canvas.put(row, column, "总体", Style(bold=True, border=True))
        canvas.put(row, column + 1, None, BOARD)
        canvas.put(row, column + 2, value, STATE, formula)
        canvas.marks += _state_marks((row, column + 2, row, column + 2))
        row += 1
        fixed = [p for p in self.place.fixed() if p.name in self.ledgers and not p.sheet.board]
        parts = "+".join(f"{quoted(p.name)}!{address(CONTENT, LEDGER_COLUMN)}" for p in fixed)
        number = sum(self.ledgers[p.name].content for p in (*fixed, *repeated)) % CONTENT_MODULUS
        canvas.put(row, column, "内容号（改一处就变）", LABEL)
        canvas.put(row, column + 1, None, BOARD)
        canvas.put(row, column + 2, number, Style(bold=True, border=True, align="center", number="00000"), f"MOD({parts}+SUM({first}:{last}!{address(CONTENT, LEDGER_COLUMN)}),{CONTENT_MODULUS})")
        self.content_at = (f"{quoted(canvas.name)}!{address(row, column + 2)}", number)
        canvas.print_area = (1, 1, max(row, canvas.print_area[2] if canvas.print_area else row), column + 2)
        canvas.landscape = True

    def guide(self) -> Canvas:
        canvas = Canvas(self.profile.guide["name"], widths={1: 2.5, 2: 110})
        canvas.put(1, 2, self.profile.guide["name"], TITLE)
        canvas.heights[1] = 30
        text = Style(wrap=True, valign="top")
        row = 2
        for line in self.profile.guide["lines"]:
            row += 1
            canvas.put(row, 2, line, text)
            canvas.heights[row] = 18 * -(-len(line) * 2 // 108)
        row += 1
        for place in self.place.fixed():
            row += 1
            who = {"lead": "（部门本级填）", "unit": "（各单位填）"}.get(place.sheet.filled_by, "")
            canvas.put(row, 2, f"{place.sheet.title}{who}", Style(bold=True))
            for line in place.sheet.help:
                row += 1
                canvas.put(row, 2, line, text)
                canvas.heights[row] = 18 * -(-len(line) * 2 // 108)
        return canvas


@dataclass(frozen=True)
class _ProjectSource:
    """Answers names on one project sheet; any other name from the return."""

    filled: Return
    project: Project

    def value(self, name: str) -> Value:
        if name.startswith(self.project.head.key + "."):
            return self.project.head.values[name.partition(".")[2]]
        return self.filled.value(name)

    def column(self, name: str) -> tuple[Figure, ...]:
        return self.filled.column(name)


def inked(value: Value | None, column: Column) -> str | Decimal | date | None:
    """What is written into an entry cell for a value."""
    if value is None:
        return None
    if isinstance(value, Figure):
        return value.value if value.value is not None else value.raw or None
    if column.kind == "date" and value.text:
        try:
            return date.fromisoformat(value.text)
        except ValueError:
            return value.text
    return (value.raw or value.text) or None


def _number_format(column: Column) -> str:
    return {"money": "#,##0.00", "number": "#,##0.####", "integer": "0", "date": "yyyy-mm-dd"}.get(column.kind, "")


def _entry(column: Column, *, left: bool = False) -> Style:
    """How an entry cell looks: light yellow, unlocked."""
    text = column.kind in ("text", "choice")
    number = _number_format(column) or ("@" if column.kind == "text" and column.schema.get("maxLength", 0) <= 200 else "")  # noqa: PLR2004
    return Style(fill=YELLOW, border=True, locked=False, number=number, wrap=text, align="left" if left or text else "")


def _refusal(message: str) -> dict[str, str]:
    return {"error_title": "填写有误", "error_message": message, "error_type": "stop"}


def _validation(column: Column) -> dict[str, object]:
    """Excel's own check of an entry cell, with its hint."""
    hint = {"input_title": column.title[:32], "input_message": column.help[:250]} if column.help else {}
    if column.choices:
        return {"validate": "list", "source": list(column.choices), **hint, **_refusal("请从下拉列表中选择。")}
    if column.kind in ("money", "number"):
        least = 0 if not str(column.schema.get("pattern", "")).startswith("^-?") else -10000000000
        low = {"criteria": "between", "minimum": least, "maximum": 10000000000}
        return {"validate": "decimal", **low, **hint, **_refusal("这里只能填数字" + ("，不能为负数。" if least == 0 else "。"))}
    if column.kind == "integer":
        return {"validate": "integer", "criteria": "between", "minimum": 0, "maximum": 100000000, **hint, **_refusal("这里只能填整数。")}
    if column.kind == "date":
        return {"validate": "date", "criteria": "between", "minimum": date(2000, 1, 1), "maximum": date(2099, 12, 31), **hint, **_refusal("这里填日期，如 2023-02-10。")}
    most = int(column.schema.get("maxLength", 3000))
    return {"validate": "length", "criteria": "<=", "value": most, **hint, **_refusal(f"最多 {most} 个字。")}


def _check_marks(spot: tuple[int, int]) -> list[Mark]:
    cell = address(*spot, absolute=True)
    area = (*spot, *spot)
    return [
        Mark(area, f'{cell}="{live.FINE}"', color=GREEN),
        Mark(area, f'AND({cell}<>"{live.FINE}",{cell}<>"{UNFILLED}",{cell}<>"")', RED, "#9C0006"),
    ]


def _state_marks(area: tuple[int, int, int, int]) -> list[Mark]:
    cell = address(area[0], area[1])
    return [Mark(area, f'{cell}="{WRONG}"', RED, "#9C0006"), Mark(area, f'{cell}="{COMPLETE}"', "#C6EFCE", "#006100")]


def _weighed(canvas: Canvas, weights: Mapping[tuple[int, int], int]) -> tuple[Decimal, int]:
    """The weighed amounts and the weighed lengths of some cells, as Excel sees them."""
    weighed, counted = Decimal(0), 0
    for spot, weight in weights.items():
        value = canvas.cells[spot].value
        if value is None or value == "":
            continue
        if isinstance(value, date):
            value = Decimal((value - date(1899, 12, 30)).days)
        if not isinstance(value, str):
            weighed += Decimal(value) * weight
        counted += len(value if isinstance(value, str) else _general(Decimal(value))) * weight
    return weighed, counted


def _bookend(name: str, text: str) -> Canvas:
    canvas = Canvas(name, widths={1: 2.5, 2: 60}, tab="#808080")
    canvas.put(1, 2, text, HEAD)
    return canvas


def _int(shown: Shown) -> int:
    return int(shown.value)


def _general(number: Decimal) -> str:
    """How Excel's General format writes a number, for its length."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
