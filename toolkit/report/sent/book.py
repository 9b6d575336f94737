"""The findings as a workbook: a list to tick, reword and add to; each kind of fault as one line; the units at a glance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import accumulate
from pathlib import Path
from typing import Any

from toolkit.check.report import RANK, Report
from toolkit.files.measure import digits, row_height
from toolkit.files.package import SHEET_ORDER, Package
from toolkit.files.paint import Canvas, Choice, Mark, Painting, Style, paint
from toolkit.files.unseen import visible
from toolkit.model import Return, Role, record
from toolkit.profile.form import Profile
from toolkit.profile.grounds import Basis
from toolkit.profile.layout import address, pixels
from toolkit.report import words
from toolkit.report.sent.ticked import (
    ALL,
    COMMON,
    EVERYBODY,
    FILE,
    HEADINGS,
    KIND,
    NO,
    NONE,
    NUMBER,
    UNITS,
    YES,
    Item,
    Ticked,
)
from toolkit.report.words import LIST, titled
from toolkit.returns.content import content_number
from toolkit.rules.rule import ERROR, INFO, WARNING, Finding, Severity
from toolkit.template.look import BLUE, YELLOW, refusal

KINDS, SUMMARY, MENDED = "同类问题", "汇总", "已改好"
SPARE = 15  # yellow rows at the end, for what the reviewer finds herself
HEAD_ROW, FIRST = 4, 5
EXAMPLES = 3
LONGEST = 4000  # characters of one cell
LINE = 14  # points
HALF, GAP = (
    2 / 3,
    6,
)  # pixels: of a letter half as wide as high, by its points; between a title and the verdict
BEFORE = "上次手写"
# of a unit
STATES = (
    "读不出来",
    "有错误，要改",
    "没有填完",
    "没有错误，有提醒",
    "只有提示",
    "没有问题",
)
UNREADABLE, WRONG, UNFINISHED, WARNED, HINTED, FINE = STATES

# Width of each column of the list, by field; the columns of the other sheets: heading → width.
WIDTHS = {
    **dict.fromkeys(("severity", "state", "tick"), 5.5),
    **{"id": 9.5, "unit": 13, "sheet": 8.5, "cell": 8, "place": 17},  # noqa: PIE800  several to a line
    **{"title": 15, "message": 32, "remedy": 25, "basis": 11, "office": 8},  # noqa: PIE800
    **{"project": 11, "opinion": 18, "answer": 15},  # noqa: PIE800
}
KIND_WIDTHS = {
    "规则": 14.0,
    HEADINGS["severity"]: 6,
    HEADINGS["title"]: 26,
    UNITS: 7,
    "条数": 7,
    "哪些单位": 40,
    "例子": 70,
    HEADINGS["remedy"]: 34,
    KIND: 9,
    COMMON: 30,
}
SUMMARY_WIDTHS = {
    HEADINGS["unit"]: 34.0,
    FILE: 36,
    **dict.fromkeys((severity.value for severity in RANK), 9),
    words.AGREED: 10,
    "合计": 9,
    "已选退回": 10,
    HEADINGS["state"]: 22,
    NUMBER: 15,
}
MENDED_WIDTHS = {
    "id": 9.5,
    "unit": 28,
    "severity": 6,
    "place": 34,
    "title": 26,
    "message": 60,
    "answer": 40,
}

HOW_TO_TICK = f"“退回”选“{YES}”的写进退回单；错误已先选“{YES}”，不退的改成“{NO}”。写了“审核意见”的，退回单上以它为准。"
HOW_TO_ADD = f"自己发现的问题写在最后的黄色空行里：选单位，写审核意见；单位写“{EVERYBODY[0]}”的都退。可以排序、筛选、插行。"
HOW_TO_TICK_KINDS = f"{KIND}：“{ALL}”= 都退（清单里选“{NO}”的除外），“{NONE}”= 都不退，空着 = 按清单逐条。"
HOW_TO_REWORD_KINDS = f"写了“{COMMON}”的，清单里没写审核意见的各条都用它。"

REVIEWER = ("tick", "opinion", "answer")
MIDDLE = ("id", "severity", "cell", "state", "tick")
FILLS = {ERROR: "#FFC7CE", WARNING: "#FFEB9C", INFO: "#DDEBF7"}
SIZE = 10
TITLE = Style(bold=True, size=16)
HELP = Style(size=SIZE, color="#7F6000")
VERDICT = Style(bold=True, size=12, valign="vcenter")
HEADING = Style(bold=True, size=SIZE, fill=BLUE, align="center", wrap=True, border=True)
TEXT = Style(size=SIZE, border=True, wrap=True, valign="top", align="left")
CENTRED = replace(TEXT, align="center")
BOLD = replace(CENTRED, bold=True)
NAME = replace(TEXT, valign="vcenter")
COUNT = replace(NAME, align="center")
TOTAL = replace(COUNT, bold=True, fill=BLUE)
ENTRY = replace(TEXT, fill=YELLOW, locked=False)
ENTRY_CENTRED = replace(ENTRY, align="center")
TICK = {
    "validate": "list",
    "source": [YES, NO],
    **refusal(f"请选“{YES}”或“{NO}”，或者空着。"),
}
KIND_TICK = {
    "validate": "list",
    "source": [ALL, NONE],
    **refusal(f"请选“{ALL}”或“{NONE}”，或者空着。"),
}

COLUMNS = {field: number for number, field in enumerate(HEADINGS, 1)}
# the last column that is printed: with all of them nobody could read the letters
ON_PAPER = COLUMNS["cell"]


@record()
class _Unit:
    """A line of the overview; `counts` are of findings that nobody has let stand."""

    name: str
    file: str
    counts: Mapping[Severity, int]
    accepted: int
    unreadable: bool
    unfinished: bool = False
    content: str = ""  # the content number of its workbook

    @property
    def state(self) -> str:
        if self.unreadable:
            return UNREADABLE
        if self.counts[ERROR]:
            return WRONG
        if self.unfinished:
            return UNFINISHED
        if self.counts[WARNING]:
            return WARNED
        return HINTED if self.counts[INFO] else FINE

    @property
    def numbers(self) -> list[int]:
        """Findings by severity, those let stand, all."""
        open_ = [self.counts[severity] for severity in RANK]
        return [*open_, self.accepted, sum(open_) + self.accepted]


def write_book(
    report: Report,
    returns: Sequence[Return],
    basis: Basis,
    profile: Profile,
    path: Path,
    earlier: Ticked | None = None,
    unfinished: Collection[str] = (),
    verdict: str = "",
) -> None:
    """Write the findings workbook; `basis` is the law, `unfinished` are the files that are not filled to their end.

    The `verdict` stands first on each of its sheets.

    What the reviewer wrote in an earlier one is carried over: refusals, rewordings, answers, and all lines of her own.
    """
    contents = {one.book: content_number(one, profile) for one in returns}
    names = {one.book: one.name for one in returns}
    answers = {
        row.text(Role.ANSWER_ID): row.text(Role.ANSWER_REASON)
        for one in returns
        for row in one.rows_of(Role.ANSWER_ID)
    }
    writer = _Writer(
        report, names, basis, earlier, unfinished, contents, answers, verdict
    )
    _laid_down(writer, titled(profile), path, earlier)


def write_texts(
    report: Report,
    names: Mapping[str, str],
    title: str,
    path: Path,
    earlier: Ticked | None = None,
) -> None:
    """Write the findings of statements as the same workbook; a text stands where a unit stands, `names` are by their files."""
    writer = _Writer(report, names, {}, earlier, (), dict.fromkeys(names, ""), {})
    _laid_down(writer, title, path, earlier)


def _laid_down(writer: _Writer, title: str, path: Path, earlier: Ticked | None) -> None:
    canvases = [writer.listed(title), writer.kinds(), writer.summary()]
    canvases[0].print_area = (1, 1, writer.last, ON_PAPER)
    if earlier is not None or writer.report.mended:
        canvases.append(writer.mended(earlier))
    for canvas in canvases:
        _fit(canvas)
    shown = [_shown(canvas) for canvas in canvases]
    paint(Painting(shown, title=visible(title)), path)
    _filter(path, canvases)


class _Writer:
    """Writes the sheets of one report."""

    def __init__(
        self,
        report: Report,
        names: Mapping[str, str],
        basis: Basis,
        earlier: Ticked | None,
        unfinished: Collection[str],
        contents: Mapping[str, str],
        answers: Mapping[str, str],
        verdict: str = "",
    ) -> None:
        self.report = report
        self.verdict = verdict
        self.contents = contents
        self.unfinished = unfinished
        self.basis = basis
        self.names = names
        self.answers = answers
        before = earlier.items if earlier else ()
        self.before = {item.id: item for item in before if item.id}
        own = [
            item for item in before if item.handwritten and (item.unit or item.opinion)
        ]
        self.own = [replace(item, state=BEFORE) for item in own]
        # The units in the order of their returns, then those that only findings name: their files gave no return.
        units = dict.fromkeys((*self.names.values(), *map(self.unit, report.findings)))
        order = {name: number for number, name in enumerate(units)}
        self.findings = sorted(
            report.findings,
            key=lambda finding: (order[self.unit(finding)], RANK[finding.severity]),
        )
        self.items = [self.item(finding) for finding in self.findings]
        of_units: dict[str, list[Finding]] = {}
        for finding in self.findings:
            of_units.setdefault(self.unit(finding), []).append(finding)
        returned: dict[str, list[str]] = {}
        for file, name in self.names.items():
            returned.setdefault(name, []).append(file)
        self.units = [
            self.counted(name, of_units.get(name, []), returned.get(name, []))
            for name in units
        ]
        self.ticked = Counter(
            item.unit for item in (*self.items, *self.own) if item.tick == YES
        )
        self.last = HEAD_ROW + len(self.items) + len(self.own) + SPARE

    # -- lines and units -----------------------------------------------------------------------------------------------

    def unit(self, finding: Finding) -> str:
        return words.unit_of(finding, self.names)

    def item(self, finding: Finding) -> Item:
        first = finding.cells[0] if finding.cells else None
        more = f" 等 {len(finding.cells)} 格" if len(finding.cells) > 1 else ""
        agreed = f"（{words.agreed(finding)}）" if finding.accepted else ""
        before = self.before.get(finding.id, Item())
        return Item(
            id=finding.id,
            unit=self.unit(finding),
            severity=finding.severity.value,
            sheet=first.sheet if first else "",
            cell=f"{first.address}{more}" if first and first.sheet else "",
            place=words.place(finding, self.names, self.unit(finding)),
            title=finding.title,
            message=finding.message + agreed,
            remedy=finding.remedy,
            basis=words.law(finding, self.basis),
            office=finding.office,
            project=" ".join(finding.project.split()),
            state=finding.state,
            tick=_tick(finding, before),
            opinion=before.opinion,
            answer=self.answers.get(finding.id) or before.answer,
        )

    def counted(
        self, name: str, ours: Sequence[Finding], returned: Sequence[str]
    ) -> _Unit:
        """A unit's line of the summary: its findings, and its files that gave a return."""
        standing = [finding for finding in ours if not finding.accepted]
        # A file that gave no return is known by what was found in it.
        files = returned or dict.fromkeys(
            finding.cells[0].book for finding in ours if finding.cells
        )
        on_whole_files = any(
            not cell.sheet for finding in ours for cell in finding.cells
        )
        return _Unit(
            name=name,
            file="、".join(files),
            counts=Counter(finding.severity for finding in standing),
            accepted=len(ours) - len(standing),
            unreadable=not returned and on_whole_files,
            unfinished=any(book in self.unfinished for book in files),
            content="、".join(self.contents[book] for book in returned),
        )

    # -- the sheets ----------------------------------------------------------------------------------------------------

    def listed(self, title: str) -> Canvas:
        widths = {HEADINGS[field]: WIDTHS[field] for field in HEADINGS}
        canvas = _sheet(LIST, title, widths, freeze=COLUMNS["tick"])
        if not any(item.state for item in (*self.items, *self.own)):
            canvas.hidden_columns = [COLUMNS["state"]]
        self.head(canvas, HOW_TO_TICK, HOW_TO_ADD)
        spare = [Item()] * SPARE
        listed = (*self.items, *self.own, *spare)
        for row, item in enumerate(listed, FIRST):
            for field, column in COLUMNS.items():
                text = str(getattr(item, field))[:LONGEST]
                canvas.put(row, column, text, _style(field, item))
        self.guide(canvas)
        return canvas

    def head(self, canvas: Canvas, *lines: str) -> None:
        """Put the verdict beside a sheet's title, and below them how the list is used."""
        if self.verdict:
            title = str(canvas.cells[1, 1].value)
            free = digits(title) * TITLE.size * HALF + GAP
            shown = {
                column: pixels((width,))
                for column, width in canvas.widths.items()
                if column not in canvas.hidden_columns
            }
            starts = zip(shown, accumulate(shown.values(), initial=0), strict=False)
            beside = (column for column, start in starts if start >= free)
            canvas.put(1, next(beside, max(shown)), self.verdict, VERDICT)
        for row, said in enumerate(lines, 2):
            canvas.put(row, 1, said, HELP)

    def guide(self, canvas: Canvas) -> None:
        """What the list offers to choose from; what the reviewer refuses turns grey."""
        tick = COLUMNS["tick"]
        ticks = (FIRST, tick, self.last, tick)
        canvas.choices.append(Choice(ticks, TICK))
        unit = COLUMNS["unit"]
        own_lines = (FIRST + len(self.items), unit, self.last, unit)
        canvas.choices.append(Choice(own_lines, self.units_to_choose()))
        everything = (FIRST, 1, self.last, len(COLUMNS))
        refused = f'${address(FIRST, tick)}="{NO}"'
        canvas.marks.append(Mark(everything, refused, color="#808080"))

    def units_to_choose(self) -> dict[str, Any]:
        """The units of the overview, for a line that the reviewer writes herself; she may name any other, too."""
        last = HEAD_ROW + max(len(self.units), 1)
        return {
            "validate": "list",
            "source": f"={SUMMARY}!{_span(1, last)}",
            "show_error": False,
        }

    def kinds(self) -> Canvas:
        """Each kind of fault as one line, however many units have it; a whole kind can be ticked at once."""
        canvas = _sheet(KINDS, "同类问题", KIND_WIDTHS, freeze=3)
        self.head(canvas, HOW_TO_TICK_KINDS, HOW_TO_REWORD_KINDS)
        by_kind: dict[tuple[str, str], list[Item]] = {}
        for finding, item in zip(self.findings, self.items, strict=True):
            by_kind.setdefault((finding.rule, finding.title), []).append(item)
        lines = [
            _kind_line(rule, title, items) for (rule, title), items in by_kind.items()
        ]
        # What most units have comes first, then what is worst, then what is found most often.
        lines.sort(
            key=lambda line: (-line.units, RANK[line.severity], -line.count, line.rule)
        )
        for row, line in enumerate(lines, FIRST):
            _put_kind(canvas, row, line)
        last = HEAD_ROW + max(len(lines), 1)
        canvas.choices.append(Choice((FIRST, 9, last, 9), KIND_TICK))
        return canvas

    def summary(self) -> Canvas:
        """Units × severities, how many lines are ticked, and how each unit stands."""
        canvas = _sheet(SUMMARY, "各单位汇总", SUMMARY_WIDTHS, freeze=1)
        states = Counter(unit.state for unit in self.units)
        told = [f"{states[state]} 个单位{state}" for state in STATES if states[state]]
        how = f"{'；'.join(told)}。共核对 {self.report.asked} 项。"
        self.head(canvas, how, "“已选退回”随问题清单里的“退回”变化，不含整类退回。")
        for row, unit in enumerate(self.units, FIRST):
            self.put_unit(canvas, row, unit)
        self.total(canvas, FIRST + len(self.units))
        return canvas

    def put_unit(self, canvas: Canvas, row: int, unit: _Unit) -> None:
        """Write a unit's line of the overview."""
        canvas.put(row, 1, unit.name, NAME)
        canvas.put(row, 2, unit.file, NAME)
        for column, count in enumerate(unit.numbers, 3):
            canvas.put(row, column, count, COUNT)
        canvas.put(row, 8, self.ticked[unit.name], COUNT, self.counting(row))
        canvas.put(row, 9, unit.state, replace(COUNT, bold=True))
        canvas.put(row, 10, unit.content, COUNT)

    def total(self, canvas: Canvas, row: int) -> None:
        """The overview's last line: each column of counts added up."""
        canvas.put(row, 1, "合计", TOTAL)
        canvas.put(row, 2, f"{len(self.units)} 个单位", TOTAL)
        lines = [(*unit.numbers, self.ticked[unit.name]) for unit in self.units]
        for column, counts in enumerate(zip(*lines, strict=True), 3):
            above = _span(column, row - 1, absolute=False)
            canvas.put(row, column, sum(counts), TOTAL, f"SUM({above})")
        canvas.put(row, 9, None, TOTAL)
        canvas.put(row, 10, None, TOTAL)

    def counting(self, row: int) -> str:
        """The formula that counts a unit's ticked lines in the list."""
        units = f"{LIST}!{_span(COLUMNS['unit'], self.last)}"
        ticks = f"{LIST}!{_span(COLUMNS['tick'], self.last)}"
        return f'COUNTIFS({units},A{row},{ticks},"{YES}")'

    def mended(self, earlier: Ticked | None) -> Canvas:
        """What stood in the earlier workbook, or in the earlier run that the report was held against, and is found no more."""
        gone = self.gone(earlier)
        widths = {HEADINGS[field]: width for field, width in MENDED_WIDTHS.items()}
        canvas = _sheet(MENDED, "上次有、这次没有的问题", widths)
        canvas.put(
            2, 1, f"共 {len(gone)} 条：已经改正，或者所在的行、表已经删去。", HELP
        )
        for row, item in enumerate(gone, FIRST):
            for column, field in enumerate(MENDED_WIDTHS, 1):
                text = str(getattr(item, field))
                style = CENTRED if field in MIDDLE else TEXT
                canvas.put(row, column, text[:LONGEST], style)
        return canvas

    def gone(self, earlier: Ticked | None) -> list[Item]:
        """The lines of what is mended: whole from a workbook; of an earlier run only titles and messages are known."""
        if earlier is not None:
            now = {finding.id for finding in self.findings}
            known = [item for item in earlier.items if item.id]
            return [item for item in known if item.id not in now]
        gone: list[Item] = []
        for mended in self.report.mended:
            title, _, message = mended.partition("：")
            gone.append(Item(title=title, message=message))
        return gone


def _tick(finding: Finding, before: Item) -> str:
    """What the list proposes: an error goes back unless it was let stand, and what was refused before stays refused."""
    if before.refused:
        return NO
    return YES if finding.severity is ERROR and not finding.accepted else ""


def _style(field: str, item: Item) -> Style:
    if field in REVIEWER or item.handwritten:
        return ENTRY_CENTRED if field in MIDDLE else ENTRY
    if field == "severity":
        return replace(BOLD, fill=FILLS[Severity(item.severity)])
    return CENTRED if field in MIDDLE else TEXT


@record()
class _Kind:
    """One kind of fault, as a line."""

    rule: str
    severity: Severity
    title: str
    units: int
    count: int
    names: str
    examples: str
    remedy: str


def _kind_line(rule: str, title: str, items: Sequence[Item]) -> _Kind:
    """A kind's line; its examples are of different units where there are several."""
    first_of: dict[str, Item] = {}
    for item in items:
        first_of.setdefault(item.unit, item)
    chosen = list(first_of.values()) if len(first_of) > 1 else items
    examples = [
        f"{n}、{item.unit}：{item.place}。{item.message}"
        for n, item in enumerate(chosen[:EXAMPLES], 1)
    ]
    return _Kind(
        rule=rule,
        severity=Severity(items[0].severity),
        title=title,
        units=len(first_of),
        count=len(items),
        names="、".join(first_of)[:LONGEST],
        examples="\n".join(examples)[:LONGEST],
        remedy=items[0].remedy,
    )


def _put_kind(canvas: Canvas, row: int, line: _Kind) -> None:
    """Write a kind's line; the last two cells are the reviewer's."""
    shade = replace(BOLD, fill=FILLS[line.severity])
    canvas.put(row, 1, line.rule, CENTRED)
    canvas.put(row, 2, line.severity.value, shade)
    canvas.put(row, 3, line.title, TEXT)
    canvas.put(row, 4, line.units, CENTRED)
    canvas.put(row, 5, line.count, CENTRED)
    canvas.put(row, 6, line.names, TEXT)
    canvas.put(row, 7, line.examples, TEXT)
    canvas.put(row, 8, line.remedy, TEXT)
    canvas.put(row, 9, None, ENTRY_CENTRED)
    canvas.put(row, 10, None, ENTRY)


def _fit(canvas: Canvas) -> None:
    """Give each row the height of its longest text: not every program fits rows to their text when it opens a file."""
    texts: dict[
        int, list[tuple[str, float]]
    ] = {}  # of each row: every text, and how wide its column is
    for (row, column), ink in canvas.cells.items():
        if row >= FIRST and isinstance(ink.value, str):
            in_row = texts.setdefault(row, [])
            in_row.append((ink.value, canvas.widths[column]))
    for row, in_row in texts.items():
        canvas.heights[row] = row_height(in_row, LINE)


def _shown(canvas: Canvas) -> Canvas:
    """A sheet whose texts hold no character that nobody sees: names of files and sheets may have any."""
    for spot, ink in canvas.cells.items():
        if isinstance(ink.value, str):
            canvas.cells[spot] = replace(ink, value=visible(ink.value))
    return canvas


def _span(column: int, last: int, *, absolute: bool = True) -> str:
    """A column of a sheet from its first line to a row, as formulas name it."""
    first = address(FIRST, column, absolute=absolute)
    return f"{first}:{address(max(last, FIRST), column, absolute=absolute)}"


def _sheet(
    name: str, title: str, widths: Mapping[str, float], freeze: int = 0
) -> Canvas:
    """A sheet with its title, its headings, and how it is printed: A4 across, one page wide, headings on each."""
    canvas = Canvas(
        name, protected=False, landscape=True, footer="&L&F　&A&R第 &P 页，共 &N 页"
    )
    canvas.put(1, 1, title, TITLE)
    yellow = {HEADINGS[field] for field in REVIEWER} | {KIND, COMMON}
    for column, (head, width) in enumerate(widths.items(), 1):
        canvas.widths[column] = width
        style = replace(HEADING, fill="#FFE699") if head in yellow else HEADING
        canvas.put(HEAD_ROW, column, head, style)
    canvas.heights = {1: 28, HEAD_ROW: 30}
    canvas.repeat_rows = (HEAD_ROW, HEAD_ROW)
    canvas.freeze = (HEAD_ROW, freeze)
    return canvas


def _filter(path: Path, canvases: Sequence[Canvas]) -> None:
    """Give each list its filter buttons."""
    package = Package.read(path)
    for part, area in _areas(canvases):
        sheet = package.markup(part, "sheetData")
        sheet.insert_in_order(
            sheet.root, f'<autoFilter ref="{area}"/>', "autoFilter", SHEET_ORDER
        )
        package.put(part, sheet)
    path.write_bytes(package.packed())


def _areas(canvases: Sequence[Canvas]) -> Iterator[tuple[str, str]]:
    """The part and the list of each sheet; the overview's last line is its total."""
    for number, canvas in enumerate(canvases, 1):
        last = max(row for row, _ in canvas.cells)
        if canvas.name == SUMMARY:
            last -= 1
        corner = address(max(last, FIRST), len(canvas.widths))
        yield f"xl/worksheets/sheet{number}.xml", f"A{HEAD_ROW}:{corner}"
