"""The state of a drawn book: what each sheet holds, lacks and breaks, and the board on the first sheet that says so.

Everything here is counted twice: as a formula, which Excel goes on counting while a person fills the book in, and as the number
that this formula shows for what is drawn (`live.Shown`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal

from toolkit.check.asked import Asked, ProjectSource, RowSource
from toolkit.files.measure import lines_of
from toolkit.files.paint import Canvas
from toolkit.model import (
    BlockKind,
    Figure,
    Name,
    Project,
    Return,
    Role,
    Row,
    Value,
    record,
)
from toolkit.profile import layout
from toolkit.profile.form import Block, Profile
from toolkit.profile.layout import (
    LEDGER_COLUMN,
    OPEN_COLUMN,
    BlockPlace,
    BookPlace,
    SheetPlace,
    Spot,
    address,
    corners,
    reference,
    spans,
    throughout,
)
from toolkit.profile.wording import answers
from toolkit.returns.calculating import Calculating, Here
from toolkit.rules.claim import Term
from toolkit.rules.formula import figure
from toolkit.rules.source import Source
from toolkit.template import first_open, live, look
from toolkit.template.live import (
    COMPLETE,
    NOT_ASKED,
    UNFILLED,
    WRONG,
    Rows,
    Shown,
    added,
    whole,
)

TICK_CELL = (layout.TICK_ROW, layout.TICK_COLUMN)
STATE_CELL = (layout.TICK_ROW, layout.STATE_COLUMN)
BOARD_COLUMNS = (("表", 24), ("谁填", 12), ("状态", 12), ("还缺（点开）", 14))
OWN_LINE = "{}（本页）"  # the board's line of the sheet that it stands on
UNFINISHED = "未填完"
BACK = "←{}"  # the link to the board


@record()
class Ledger:
    """The numbers of a sheet that the status board adds up."""

    filled: int
    missing: int
    bad: int
    state: str


class Status:
    """A book being drawn, what it holds, and what there is to say about that."""

    def __init__(
        self,
        profile: Profile,
        place: BookPlace,
        filled: Return,
        questions: tuple[Asked, ...],
    ) -> None:
        self.profile = profile
        self.place = place
        self.filled = filled
        self.questions = questions
        self.ledgers: dict[str, Ledger] = {}
        self.opens: dict[str, Shown] = {}  # the first open cell of each sheet
        self.lacking: dict[
            str, Spot
        ] = {}  # where a sheet says that it has no room for something

    # -- what the book holds --

    def tick(self, place: SheetPlace) -> str:
        """What a sheet is ticked as; "" where it is not."""
        key = f"{place.sheet.key}{place.number or ''}"
        if not place.sheet.tick or key not in self.filled.sheets:
            return ""
        return self.filled.sheets[key].tick

    def source(self, place: SheetPlace) -> Source:
        """Where the names of this sheet's checks are answered."""
        if place.number:
            return ProjectSource(self.filled, self.project(place))
        return self.filled

    def project(self, place: SheetPlace) -> Project:
        """The project that a repeated sheet is about."""
        return self.filled.projects[place.number - 1]

    def row_of(self, place: SheetPlace, block: Block) -> Row:
        """What the return holds of a fields block."""
        if place.number:
            return self.project(place).head
        return self.filled.fields(block.key)

    def rows_of(self, place: SheetPlace, block: Block) -> tuple[Row, ...]:
        """What the return holds of a list."""
        if place.number:
            return self.project(place).indicators
        return self.filled.rows(block.key)

    def value(self, place: SheetPlace, name: Name) -> Value | None:
        """The value of a field or grid cell of this sheet; None where the return does not hold it."""
        if place.number:
            return self.project(place).head.values.get(name.column)
        return self.filled.row(name).values.get(name.column)

    def given(self, place: SheetPlace, name: Name) -> bool:
        """Whether something stands in a field or grid cell."""
        value = self.value(place, name)
        return value is not None and value.given

    def used(self, place: SheetPlace) -> bool:
        """Whether a sheet holds anything, or says that it has nothing to hold."""
        ledger = self.ledgers.get(place.name)
        return ledger is not None and (ledger.filled > 0 or ledger.state == COMPLETE)

    def projects_in_sight(self, canvases: Mapping[str, Canvas]) -> list[Canvas]:
        """The project sheets in their order, the spare ones out of sight: who prints the whole workbook gets no empty page.

        The first is always seen; who fills in shows the next.
        """
        projects = [canvases[place.name] for place in self.place.repeated()]
        for place, canvas in zip(self.place.repeated(), projects, strict=True):
            if canvas is not projects[0] and not self.used(place):
                canvas.hidden = True
                canvas.print_area = (
                    None  # LibreOffice prints hidden sheets that have one
                )
        return projects

    def due(self, name: Name, term: Term) -> Figure:
        """What a formula gives in a place of the return."""
        return figure(
            term, Here(Calculating(self.filled, self.place.book), name, self.place.book)
        )

    # -- what each sheet lacks --

    def ledger(self, canvas: Canvas, place: SheetPlace) -> None:
        """Count what is filled, missing and wrong, in hidden cells; say the state in words beside the tick."""
        if (
            place.sheet.calculated and not place.sheet.is_derived
        ) or place.sheet.filled_by == "department":
            return
        blocks = place.blocks.values()
        derived = place.sheet.is_derived
        held = (
            self.count_made(where) if derived else self.count_filled(place, where)
            for where in blocks
        )
        counts = {
            layout.FILLED: added(held),
            layout.MISSING: added(self.count_missing(place, where) for where in blocks),
            layout.BAD: added(
                [
                    *(self.count_bad(canvas, place, where) for where in blocks),
                    *self.count_lacking(place),
                ]
            ),
        }
        for row, count in counts.items():
            canvas.put(row, LEDGER_COLUMN, count.value, look.MARGINAL, count.formula)
        # The state reads the counts from their cells.
        filled, missing, bad = (
            Shown(address(row, LEDGER_COLUMN), counts[row].value)
            for row in (layout.FILLED, layout.MISSING, layout.BAD)
        )
        state = live.state(address(*TICK_CELL), filled, missing, bad, self.tick(place))
        canvas.put(*STATE_CELL, state.value, look.STATE, state.formula)
        canvas.marks += look.state_marks((*STATE_CELL, *STATE_CELL))
        self.opens[place.name] = self.first_open(canvas, place)
        # One or nothing for each state: over all project sheets together, these can be added up.
        states = (
            ()
            if place.sheet.board
            else (
                (layout.DONE, COMPLETE),
                (layout.WRONG, WRONG),
                (layout.EMPTY, UNFILLED),
            )
        )
        for row, word in states:
            formula = f'IF({address(*STATE_CELL)}="{word}",1,0)'
            canvas.put(
                row, LEDGER_COLUMN, int(state.value == word), look.MARGINAL, formula
            )
        canvas.put(layout.EXISTS, LEDGER_COLUMN, 1, look.MARGINAL)
        self.ledgers[place.name] = Ledger(
            filled=whole(filled),
            missing=whole(missing),
            bad=whole(bad),
            state=str(state.value),
        )

    def count_filled(self, place: SheetPlace, where: BlockPlace) -> Shown:
        """How many cells of a block are filled in; of one in which nobody fills in anything there is nothing to count."""
        if not where.block.asks:
            return live.NONE
        if where.block.kind is BlockKind.LIST:
            runs = where.typed_columns()
            table = ",".join(
                corners((where.top, first, where.bottom, last)) for first, last in runs
            )
            rows = self.rows_of(place, where.block)
            typed = where.block.typed
            count = sum(row.has(key) for row in rows for key in typed)
            return Shown(f"COUNTA({table})", count)
        entries = where.entries()
        areas = ",".join(spans(entries.values()))
        count = sum(self.given(place, name) for name in entries)
        return Shown(f"COUNTA({areas})", count)

    def count_made(self, where: BlockPlace) -> Shown:
        """How many amounts of a block are calculated from entries and are not zero: so it is known that there are entries."""
        block = where.block
        amounts = [column for column in block.columns.values() if column.numeric]
        if block.kind is BlockKind.LIST:
            areas = [corners(where.guarded(column.key)) for column in amounts]
            figures = [
                row.figure(column.key)
                for row in self.filled.rows(block.key)
                for column in amounts
            ]
        else:
            names = [
                block.name(column.key, row.key)
                for row, column in block.cells()
                if column.numeric
            ]
            areas = spans(where.at(name.column, name.row) for name in names)
            figures = [
                value
                for name in names
                if isinstance(value := self.filled[name], Figure)
            ]
        count = sum(figure.number != 0 for figure in figures)
        return Shown(
            "+".join(f'COUNTIF({area},">0")+COUNTIF({area},"<0")' for area in areas),
            count,
        )

    def count_lacking(self, place: SheetPlace) -> list[Shown]:
        """Whether there are entries that the tables made of them have no room for, where a sheet says so."""
        spot = self.lacking.get(place.name)
        return [Shown(f'IF({address(*spot)}="",0,1)', 0)] if spot is not None else []

    def count_missing(self, place: SheetPlace, where: BlockPlace) -> Shown:
        """How many required cells of a block are blank; in a list, of the rows that somebody has begun."""
        needed = [key for key in where.block.typed if where.block.columns[key].required]
        if where.block.kind is BlockKind.LIST:
            return self._missing_in_list(place, where, needed) if needed else live.NONE
        entries = {
            name: spot
            for name, spot in where.entries().items()
            if name.column in needed
        }
        if not entries:
            return live.NONE
        formulas = [f"COUNTBLANK({area})" for area in spans(entries.values())]
        count = sum(not self.given(place, name) for name in entries)
        return Shown("+".join(formulas), count)

    def _missing_in_list(
        self, place: SheetPlace, where: BlockPlace, needed: Sequence[str]
    ) -> Shown:
        """In Excel each row counts as begun (some cell holds something) times how many of its required cells are blank."""
        areas = {key: corners(where.guarded(key)) for key in where.block.typed}
        begun = "+".join(f'({area}<>"")' for area in areas.values())
        blank = "+".join(f'({areas[key]}="")' for key in needed)
        count = 0
        for row in self.rows_of(place, where.block):
            if row.begun:
                count += sum(not row.has(key) for key in needed)
        return Shown(f"SUMPRODUCT(--({begun}>0),{blank})", count)

    def count_bad(self, canvas: Canvas, place: SheetPlace, where: BlockPlace) -> Shown:
        """How many checks of a block find something: its check cells; in a list, its rows that break a claim."""
        if where.block.kind is BlockKind.LIST:
            rows = self.rows_of(place, where.block)
            if where.block.key in self.place.sources:
                return added(
                    [
                        self.row_breaches(place, where, rows),
                        *self.odd_entries(where, rows),
                    ]
                )
            return self.row_breaches(place, where, rows)
        checked = {
            (row, column): ink
            for (row, column), ink in canvas.cells.items()
            if column == where.check_column
            and row in where.rows.values()
            and ink.formula
        }
        if not checked:
            return live.NONE
        # What is neither fine nor waiting for its figures is a complaint.
        formulas = [
            f'COUNTA({area})-COUNTIF({area},"{live.FINE}")-COUNTIF({area},"{UNFILLED}")'
            for area in spans(checked)
        ]
        return Shown(
            "+".join(formulas),
            sum(ink.value not in (live.FINE, UNFILLED) for ink in checked.values()),
        )

    def row_breaches(
        self, place: SheetPlace, where: BlockPlace, rows: Sequence[Row]
    ) -> Shown:
        """How many rows of a list break a claim."""
        items = [
            item
            for item in self.questions
            if item.per_row and item.block.key == where.block.key
        ]
        if not items:
            return live.NONE
        sums: dict[int, Figure] = {}
        sources = [RowSource(row, self.source(place), sums) for row in rows]
        at = Rows(place, where.block.key, other=live.Drawn(self.place, place))
        return live.row_breaches(items, at, rows, sources)

    def odd_entries(self, where: BlockPlace, rows: Sequence[Row]) -> Iterator[Shown]:
        """How many entries say something that no table counts: what cannot be chosen, a text in place of an amount."""
        for key in where.block.typed:
            column = where.block.columns[key]
            area = corners(where.guarded(key))
            typed = [look.inked(row.values.get(key), column) for row in rows]
            texts = [text.strip() for text in typed if isinstance(text, str)]
            if column.numeric:
                yield Shown(f"SUMPRODUCT(--ISTEXT({area}))", len(texts))
            elif column.choices:
                known = answers(column)
                odd = [text for text in texts if text and text not in known]
                is_text = f"--(LEN(TRIM({area}))>0)"
                is_odd = f"1-({look.is_chosen(column, area)})"
                yield Shown(f"SUMPRODUCT({is_text},{is_odd})", len(odd))

    def first_open(self, canvas: Canvas, place: SheetPlace) -> Shown:
        """The number of the first cell that is blank and must not be, or of the first check that finds something."""
        found: list[Shown] = []
        for where in place.blocks.values():
            if where.block.kind is BlockKind.LIST:
                needed = [
                    key
                    for key in where.block.typed
                    if where.block.columns[key].required
                ]
                if needed:
                    found.append(
                        first_open.row_begun(
                            place.name, where, self.rows_of(place, where.block), needed
                        )
                    )
                continue
            cells = first_open.required(where)
            found += [
                first_open.blank_cell(place.name, spot, given=self.given(place, name))
                for name, spot in cells.items()
            ]
            checks = first_open.checks_of(canvas, where)
            found += [
                first_open.complaint(place.name, spot, shown)
                for spot, shown in checks.items()
            ]
        return first_open.first_of(found[: first_open.MOST])

    def jump(self, canvas: Canvas, spot: Spot, place: SheetPlace, state: Shown) -> None:
        """The link to a form's first open cell, and in the hidden column of its row which one that is."""
        row, _ = spot
        found = self.opens[place.name]
        canvas.put(row, OPEN_COLUMN, found.value, look.MARGINAL, found.formula)
        canvas.widths[OPEN_COLUMN] = canvas.widths[LEDGER_COLUMN]
        canvas.hidden_columns = [LEDGER_COLUMN, OPEN_COLUMN]
        shown = first_open.jump(
            place, state, Shown(address(row, OPEN_COLUMN), found.value)
        )
        canvas.put(*spot, shown.value, look.JUMP, shown.formula)

    # -- the first sheets --

    def board(self, canvas: Canvas, place: SheetPlace) -> None:
        """The status board beside the cover's fields: each form's state, the projects', and all together."""
        column = place.last_column + 2
        heading = place.help_rows.stop + 1
        canvas.widths[column - 1] = 2.5
        canvas.put(heading - 1, column, "填报进度", look.SECTION)
        for number, (title, width) in enumerate(BOARD_COLUMNS, column):
            canvas.put(heading, number, title, look.HEADING)
            canvas.widths[number] = width
        states = self._forms_on_board(canvas, place, (heading + 1, column))
        row = heading + len(states)
        area = (heading + 1, column + 2, max(row, heading + 1), column + 2)
        canvas.marks += look.state_marks(area)
        projects = self._projects_on_board(canvas, (row + 1, column))
        row += len(projects) + 1
        self._overall(canvas, (row, column), corners(area), states, projects)
        row = self._answers_on_board(canvas, (row + 1, column))
        last = max(row, canvas.print_area[2]) if canvas.print_area else row
        canvas.print_area = (1, 2, last, column + 2)
        canvas.landscape = True

    def _forms_on_board(
        self, canvas: Canvas, place: SheetPlace, corner: Spot
    ) -> list[str]:
        """A line for each form: its name, who fills it in, its state. Return the states."""
        no, lead_cell = self._not_leading()
        leads = self.filled.text_of(Role.UNIT_LEAD) != no if lead_cell else True
        row, column = corner
        states: list[str] = []
        for form in self.place.fixed():
            if form.name not in self.ledgers or not (
                form.sheet.tick or form.sheet.board or form.sheet.is_derived
            ):
                continue
            who = "自动算" if form.sheet.is_derived else "各单位填"
            state = self.ledgers[form.name].state
            formula = (
                canvas.cells[STATE_CELL].formula
                if form.sheet.board
                else reference(form.name, STATE_CELL)
            )
            if form.sheet.filled_by == "lead":  # other units need not fill it in
                who = "部门本级填"
                state = state if leads else NOT_ASKED
                formula = (
                    f'IF({lead_cell}="{no}","{NOT_ASKED}",{formula})'
                    if lead_cell
                    else formula
                )
            called = OWN_LINE.format(form.name) if form.sheet.board else form.name
            canvas.put(
                row, column, called, look.LINK, link=reference(form.name, (1, 1))
            )
            canvas.put(row, column + 1, who, look.BOARD)
            canvas.put(row, column + 2, state, look.BOARD, formula)
            self.jump(
                canvas, (row, column + 3), form, Shown(address(row, column + 2), state)
            )
            states.append(state)
            row += 1
        return states

    def _not_leading(self) -> tuple[str, str]:
        """The choice by which a unit says that it does not lead, and the cell of the board's sheet in which it does.

        Both are "" where the cover does not ask.
        """
        name = self.place.book.cast.names.get(Role.UNIT_LEAD)
        if name is None:
            return "", ""
        choices = self.place.book.column_of(name).choices
        place = self.place.of_block(name.block)
        cell = (
            address(*place.at(name))
            if place.sheet.board
            else reference(place.name, place.at(name))
        )
        return choices[-1] if choices else "", cell

    def _projects_on_board(self, canvas: Canvas, corner: Spot) -> list[Shown]:
        """How many project sheets there are, are complete, wrong and blank. Return the four cells, with what they show."""
        repeated = self.place.repeated()
        if not repeated:
            return []
        states = [self.ledgers[place.name].state for place in repeated]
        lines = (
            ("项目表张数", "各单位填", layout.EXISTS, len(states)),
            ("　其中：完成", None, layout.DONE, states.count(COMPLETE)),
            ("　其中：有误", None, layout.WRONG, states.count(WRONG)),
            ("　其中：空着备用", None, layout.EMPTY, states.count(UNFILLED)),
        )
        row, column = corner
        shown: list[Shown] = []
        index = next(
            (place for place in self.place.fixed() if BlockKind.INDEX in _kinds(place)),
            None,
        )
        for title, who, ledger_row, count in lines:
            if who and index is not None:
                canvas.put(
                    row, column, title, look.LINK, link=reference(index.name, (1, 1))
                )
            else:
                canvas.put(row, column, title, look.LABEL)
            canvas.put(row, column + 3, None, look.BOARD)
            canvas.put(row, column + 1, who, look.BOARD)
            canvas.put(
                row, column + 2, count, look.BOARD, self._over_projects(ledger_row)
            )
            shown.append(Shown(address(row, column + 2), count))
            row += 1
        return shown

    def _over_projects(self, ledger_row: int) -> str:
        """One row of the ledger, added up from bookend to bookend: sheets that a person copies in between count too."""
        first, last = self.place.repeated()[0].sheet.bookends
        return f"SUM({throughout(first, last, address(ledger_row, LEDGER_COLUMN))})"

    def _overall(
        self,
        canvas: Canvas,
        corner: Spot,
        area: str,
        states: Sequence[str],
        projects: Sequence[Shown],
    ) -> None:
        """The state of the whole book; `area` is where the states of the forms stand on the board."""
        done: list[str] = []
        wrong: list[str] = []
        open_ones = len([one for one in states if one not in (COMPLETE, NOT_ASKED)])
        if states:
            done.append(
                f'COUNTIF({area},"{COMPLETE}")+COUNTIF({area},"{NOT_ASKED}")=ROWS({area})'
            )
            wrong.append(f'COUNTIF({area},"{WRONG}")')
        any_wrong = WRONG in states
        if projects:
            # A project sheet that is blank is a spare one.
            made, complete, faulty, blank = projects
            done.append(f"{complete.formula}+{blank.formula}={made.formula}")
            wrong.append(faulty.formula)
            open_ones += whole(made) - whole(complete) - whole(blank)
            any_wrong = any_wrong or bool(faulty.value)
        share = self._share(area, states, projects)
        finished = (
            f'IF(AND({",".join(done)}),"{COMPLETE}","{UNFINISHED}")'
            if done
            else f'"{COMPLETE}"'
        )
        formula = f'IF({"+".join(wrong)}>0,"{WRONG}",{finished})' if wrong else finished
        state = COMPLETE if not open_ones else UNFINISHED
        if any_wrong:
            state = WRONG
        row, column = corner
        canvas.put(row, column, "总体", look.OVERALL)
        canvas.put(row, column + 1, None, look.BOARD)
        canvas.put(row, column + 2, state, look.STATE, formula)
        canvas.put(row, column + 3, share.value, look.SHARE_DONE, share.formula)
        canvas.marks += look.state_marks((row, column + 2, row, column + 2))
        # The one verdict stands beside the title too, where everybody looks first; the sheet's own is a line of the board.
        canvas.put(*STATE_CELL, state, look.STATE, address(row, column + 2))

    def _share(
        self, area: str, states: Sequence[str], projects: Sequence[Shown]
    ) -> Shown:
        """Which part of the forms and of the project sheets in use is done, to be shown in percent."""
        done = (
            [f'COUNTIF({area},"{COMPLETE}")', f'COUNTIF({area},"{NOT_ASKED}")']
            if states
            else []
        )
        of = [f"ROWS({area})"] if states else []
        finished = sum(one in (COMPLETE, NOT_ASKED) for one in states)
        asked = len(states)
        if projects:
            made, complete, _, blank = projects
            done.append(complete.formula)
            of.append(f"{made.formula}-{blank.formula}")
            finished += whole(complete)
            asked += whole(made) - whole(blank)
        if not asked:
            return Shown("1", 1)
        share = (Decimal(finished) / asked).quantize(Decimal("0.01"), ROUND_HALF_UP)
        return Shown(f"ROUND(({'+'.join(done)})/({'+'.join(of)}),2)", share)

    def _answers_on_board(self, canvas: Canvas, corner: Spot) -> int:
        """Links to the sheets that nobody need fill in at first. Return the last row of the board."""
        row, column = corner
        for form in self.place.fixed():
            if form.name in self.ledgers and not (
                form.sheet.tick or form.sheet.board or form.sheet.is_derived
            ):
                canvas.put(
                    row, column, form.name, look.LINK, link=reference(form.name, (1, 1))
                )
                canvas.put(row, column + 1, "退回后填", look.BOARD)
                canvas.put(row, column + 2, None, look.BOARD)
                canvas.put(row, column + 3, None, look.BOARD)
                row += 1
        return row - 1

    def guide(self) -> Canvas:
        """The sheet that says how to fill in the book: the profile's own lines, then each form's help."""
        title = self.profile.guide["name"]
        canvas = Canvas(title, widths={1: 2.5, 2: 110})
        canvas.put(1, 2, title, look.TITLE)
        canvas.heights[1] = 30
        row = 3
        for line in self.profile.guide["lines"]:
            _prose(canvas, row, line)
            row += 1
        row += 1
        for place in self.place.fixed():
            who = {"lead": "（部门本级填）", "unit": "（各单位填）"}.get(
                place.sheet.filled_by, ""
            )
            canvas.put(row, 2, f"{place.sheet.title}{who}", look.FORM)
            row += 1
            for line in place.sheet.help:
                _prose(canvas, row, line)
                row += 1
        if (board := self.board_name) is not None:
            way_back(canvas, board)
        canvas.print_area = (1, 2, row, 3)  # LibreOffice cuts what is one column alone
        return canvas

    @property
    def board_name(self) -> str | None:
        """The sheet that says how far all is; None where the book has none."""
        return next(
            (place.name for place in self.place.fixed() if place.sheet.board), None
        )


def way_back(canvas: Canvas, board: str) -> None:
    """A link to the board in the margin, which is shown and not printed."""
    canvas.put(
        1, layout.MARGIN, BACK.format(board), look.BACK, link=reference(board, (1, 1))
    )
    canvas.widths[layout.MARGIN] = layout.BACK_WIDTH


def _prose(canvas: Canvas, row: int, line: str) -> None:
    """A line of the guide, in a row high enough for it."""
    canvas.put(row, 2, line, look.PLAIN)
    canvas.heights[row] = 18 * lines_of(line, canvas.widths[2] - 1)


def _kinds(place: SheetPlace) -> list[BlockKind]:
    """Of which kinds the blocks of a sheet are."""
    return [where.block.kind for where in place.blocks.values()]
