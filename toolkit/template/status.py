"""The state of a drawn book: what each sheet holds, lacks and breaks, and the board on the first sheet that says so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from toolkit.check.asked import Asked, ProjectSource, RowSource
from toolkit.files.measure import WIDE, lines_of
from toolkit.files.paint import Canvas, Style
from toolkit.model import BlockKind, Name, Project, Return, Role, Row, Value
from toolkit.profile import layout
from toolkit.profile.form import Block, Profile
from toolkit.profile.layout import (
    BAD,
    CONTENT,
    EXISTS,
    FILLED,
    HEAD_ROW,
    LEDGER_COLUMN,
    MISSING,
    STATE_COLUMN,
    TICK_COLUMN,
    TICK_ROW,
    BookPlace,
    SheetPlace,
    address,
    entry_cells,
    quoted,
    ranges,
    span,
)
from toolkit.rules.claim import Source
from toolkit.template import live
from toolkit.template.live import COMPLETE, NOT_ASKED, UNFILLED, WRONG, Rows, Shown
from toolkit.template.look import BOARD, HEAD_RIGHT, HEADING, LABEL, LINK, MARGINAL, SECTION, STATE, TITLE, state_marks

CONTENT_MODULUS = 99991  # a prime: the content number has five digits


@dataclass(frozen=True)
class Ledger:
    """The numbers of a sheet that the status board adds up."""

    filled: int
    missing: int
    bad: int
    state: str
    content: int = 0


class Status:
    """A book being drawn, what it holds, and what there is to say about that."""

    def __init__(self, profile: Profile, place: BookPlace, filled: Return, questions: tuple[Asked, ...]) -> None:
        self.profile = profile
        self.place = place
        self.filled = filled
        self.questions = questions
        self.ledgers: dict[str, Ledger] = {}
        self.content_at = ("", 0)

    # -- what the book holds --

    def tick(self, place: SheetPlace) -> str:
        if not place.sheet.tick:
            return ""
        key = f"{place.sheet.key}{place.number or ''}"
        return self.filled.sheets[key].tick if key in self.filled.sheets else ""

    def source(self, place: SheetPlace) -> Source:
        """Where the names of this sheet's checks are answered."""
        return ProjectSource(self.filled, self.project(place).head) if place.number else self.filled

    def project(self, place: SheetPlace) -> Project:
        return self.filled.projects[place.number - 1]

    def row_of(self, place: SheetPlace, block: Block) -> Row:
        return self.project(place).head if place.number else self.filled.fields(block.key)

    def rows_of(self, place: SheetPlace, block: Block) -> tuple[Row, ...]:
        return self.project(place).indicators if place.number else self.filled.rows(block.key)

    def value(self, place: SheetPlace, name: Name) -> Value | None:
        """The value of a field or grid cell of this sheet; None where the return does not hold it."""
        row = self.project(place).head if place.number else self.filled.row(name)
        return row.values.get(name.column)

    def given(self, place: SheetPlace, name: Name) -> bool:
        value = self.value(place, name)
        return value is not None and value.given

    def used(self, place: SheetPlace) -> bool:
        """Whether a sheet holds anything, or says that it has nothing to hold."""
        ledger = self.ledgers.get(place.name)
        return ledger is not None and (ledger.filled > 0 or ledger.state == COMPLETE)

    # -- what each sheet lacks --

    def ledger(self, canvas: Canvas, place: SheetPlace) -> None:
        """Count what is filled, missing and wrong, in hidden cells; say the state in words beside the tick."""
        if place.sheet.filled_by == "department" or any(b.block.kind is BlockKind.INDEX for b in place.blocks.values()):
            return
        filled, missing, bad = self.count_filled(place), self.count_missing(place), self.count_bad(canvas, place)
        cells = {row: address(row, LEDGER_COLUMN) for row in (FILLED, MISSING, BAD)}
        tick = address(TICK_ROW, TICK_COLUMN)
        said = live.state(
            tick, cells[FILLED], cells[MISSING], cells[BAD], (self.tick(place), whole(filled), whole(missing), whole(bad))
        )
        content = self.content(canvas, place)
        state_cell = address(TICK_ROW, STATE_COLUMN)
        for row, shown in ((FILLED, filled), (MISSING, missing), (BAD, bad), (CONTENT, content)):
            canvas.put(row, LEDGER_COLUMN, shown.value, MARGINAL, shown.formula)
        for row, word in ((layout.DONE, COMPLETE), (layout.WRONG, WRONG), (layout.EMPTY, UNFILLED)):
            canvas.put(row, LEDGER_COLUMN, int(said.value == word), MARGINAL, f'IF({state_cell}="{word}",1,0)')
        canvas.put(EXISTS, LEDGER_COLUMN, 1, MARGINAL)
        canvas.put(TICK_ROW, STATE_COLUMN, said.value, STATE, said.formula)
        canvas.marks += state_marks((TICK_ROW, STATE_COLUMN, TICK_ROW, STATE_COLUMN))
        self.ledgers[place.name] = Ledger(whole(filled), whole(missing), whole(bad), str(said.value), whole(content))

    def count_filled(self, place: SheetPlace) -> Shown:
        parts, count = [], 0
        for block in place.blocks.values():
            if block.block.kind is BlockKind.LIST:
                first, last = min(block.columns.values()), max(block.columns.values())
                parts.append(f"COUNTA({address(block.top, first)}:{address(block.bottom, last)})")
                count += sum(v.given for row in self.rows_of(place, block.block) for v in row.values.values())
            else:
                cells = [(row, column) for row, column, _ in entry_cells(block)]
                parts.append(f"COUNTA({','.join(span(run) for run in ranges(cells))})")
                count += sum(self.given(place, name) for _, _, name in entry_cells(block))
        return Shown("+".join(parts), count)

    def count_missing(self, place: SheetPlace) -> Shown:
        parts, count = [], 0
        for block in place.blocks.values():
            if block.block.kind is BlockKind.LIST:
                needed = [c.key for c in block.block.columns.values() if c.required]
                spans = {key: f"{address(block.top, n)}:{address(block.bottom, n)}" for key, n in block.columns.items()}
                begun = "+".join(f'({run}<>"")' for run in spans.values())
                blank = "+".join(f'({spans[key]}="")' for key in needed)
                if needed:
                    parts.append(f"SUMPRODUCT(--({begun}>0),{blank})")
                count += sum(
                    not row.values[key].given for row in self.rows_of(place, block.block) for key in needed if row.begun
                )
                continue
            needed_cells = [
                (row, column, name) for row, column, name in entry_cells(block) if block.block.columns[name.column].required
            ]
            cells = [(row, column) for row, column, _ in needed_cells]
            parts += [f"COUNTBLANK({span(run)})" for run in ranges(cells)]
            count += sum(not self.given(place, name) for _, _, name in needed_cells)
        return Shown("+".join(parts) or "0", count)

    def count_bad(self, canvas: Canvas, place: SheetPlace) -> Shown:
        parts, count = [], 0
        for block in place.blocks.values():
            if block.block.kind is BlockKind.LIST:
                items = [item for item in self.questions if item.per_row and item.block.key == block.block.key]
                if items:
                    held = self.rows_of(place, block.block)
                    shown = live.row_breaches(
                        items, Rows(place, block.block.key), held, [RowSource(row) for row in held], self.profile.tolerance
                    )
                    parts.append(shown.formula)
                    count += whole(shown)
                continue
            spots = [
                spot
                for spot in canvas.cells
                if spot[1] == block.check_column and spot[0] in block.rows.values() and canvas.cells[spot].formula
            ]
            parts += [
                f'COUNTA({span(run)})-COUNTIF({span(run)},"{live.FINE}")-COUNTIF({span(run)},"{UNFILLED}")'
                for run in ranges(spots)
            ]
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
            if block.block.kind is BlockKind.LIST
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

    # -- the first sheets --

    def head(self, canvas: Canvas, place: SheetPlace) -> None:
        """Put the content number on every sheet, so that each signed page says of which file it is."""
        target, number = self.content_at
        said = f"{self.profile.year}年度　单位：{self.profile.unit}　内容号："
        canvas.put(HEAD_ROW, place.last_column, f"{said}{number:05d}", HEAD_RIGHT, f'"{said}"&RIGHT("0000"&{target},5)')

    def board(self, canvas: Canvas, place: SheetPlace) -> None:
        """The status board beside the cover's fields: each form's state, the projects', and all together."""
        column = place.last_column + 2
        row = place.help_rows.stop + 1
        for offset, (title, width) in enumerate((("表", 24), ("谁填", 12), ("状态", 12))):
            canvas.put(row, column + offset, title, HEADING)
            canvas.widths[column + offset] = width
        canvas.put(row - 1, column, "填报进度", SECTION)
        lead_name = self.place.book.cast.names[Role.UNIT_LEAD]
        lead = address(*place.at(lead_name))
        not_lead = self.place.book.column_of(lead_name).choices[-1]
        is_lead = self.filled.text_of(Role.UNIT_LEAD) != not_lead
        begin, states = row + 1, []
        for form in self.place.fixed():
            if form.name not in self.ledgers or form.sheet.board or not form.sheet.tick:
                continue
            row += 1
            canvas.put(row, column, form.name, LINK, link=f"{quoted(form.name)}!A1")
            canvas.put(row, column + 1, "部门本级填" if form.sheet.filled_by == "lead" else "各单位填", BOARD)
            target = f"{quoted(form.name)}!{address(TICK_ROW, STATE_COLUMN)}"
            said = self.ledgers[form.name].state
            if form.sheet.filled_by == "lead":
                target = f'IF({lead}="{not_lead}","{NOT_ASKED}",{target})'
                said = said if is_lead else NOT_ASKED
            states.append(said)
            canvas.put(row, column + 2, said, BOARD, target)
        canvas.marks += state_marks((begin, column + 2, row, column + 2))
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
        finished = f'IF(AND({all_done},{good}+{blank}={made}),"{COMPLETE}","未填完")'
        formula = f'IF(COUNTIF({span_},"{WRONG}")+{wrong}>0,"{WRONG}",{finished})'
        ready = all(s in (COMPLETE, NOT_ASKED) for s in states) and counts[1] + counts[3] == counts[0]
        overall = WRONG if WRONG in states or counts[2] else COMPLETE if ready else "未填完"
        canvas.put(row, column, "总体", Style(bold=True, border=True))
        canvas.put(row, column + 1, None, BOARD)
        canvas.put(row, column + 2, overall, STATE, formula)
        canvas.marks += state_marks((row, column + 2, row, column + 2))
        row += 1
        fixed = [p for p in self.place.fixed() if p.name in self.ledgers and not p.sheet.board]
        parts = "+".join(f"{quoted(p.name)}!{address(CONTENT, LEDGER_COLUMN)}" for p in fixed)
        number = sum(self.ledgers[p.name].content for p in (*fixed, *repeated)) % CONTENT_MODULUS
        canvas.put(row, column, "内容号（改一处就变）", LABEL)
        canvas.put(row, column + 1, None, BOARD)
        canvas.put(
            row,
            column + 2,
            number,
            Style(bold=True, border=True, align="center", number="00000"),
            f"MOD({parts}+SUM({first}:{last}!{address(CONTENT, LEDGER_COLUMN)}),{CONTENT_MODULUS})",
        )
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
            canvas.heights[row] = 18 * lines_of(line, canvas.widths[2] - 2, narrow=WIDE)
        row += 1
        for place in self.place.fixed():
            row += 1
            who = {"lead": "（部门本级填）", "unit": "（各单位填）"}.get(place.sheet.filled_by, "")
            canvas.put(row, 2, f"{place.sheet.title}{who}", Style(bold=True))
            for line in place.sheet.help:
                row += 1
                canvas.put(row, 2, line, text)
                canvas.heights[row] = 18 * lines_of(line, canvas.widths[2] - 2, narrow=WIDE)
        return canvas


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
        counted += length(value if isinstance(value, str) else general(Decimal(value))) * weight
    return weighed, counted


def whole(shown: Shown) -> int:
    """What a counting formula shows."""
    return int(shown.value)


def length(text: str) -> int:
    """What LEN says: UTF-16 units."""
    return len(text.encode("utf-16-le")) // 2


def general(number: Decimal) -> str:
    """How Excel's General format writes a number, for its length."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
