"""The internal workbook 底稿: every sum of the department as a formula over the units' figures, with file, sheet and cell."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import groupby
from pathlib import Path

from toolkit.files.measure import SNUG, row_height
from toolkit.files.paint import Canvas, Painting, Style, paint
from toolkit.model import Cell, Disclosure, Money, Name
from toolkit.profile.form import Profile
from toolkit.publish.charts import draw_charts
from toolkit.returns.between import eliminated
from toolkit.returns.merge import Entered, entered, is_added
from toolkit.rules.transfers import Transfer
from toolkit.template.look import with_decimals

HEADING = Style(bold=True, border=True, align="center", fill="#F2F2F2")
TEXT = Style(border=True, wrap=True)
NUMBER = Style(border=True)
LINK = Style(border=True, color="#0563C1", underline=True)
TITLE = Style(bold=True, size=14)
HEAD = Style(size=10, color="#595959")
SUMS, SOURCES = "合计", "分单位"
KEY_COLUMN = 1  # of the figures' names, which people do not read: out of sight
LINE = 15  # points, of a line of the usual letters
FIRST_ROW = 4  # of the lines, in both sheets
ORIGIN_WIDTH = 44
# the sheet of what units pay each other, and its two sides
LEFT_OUT, GIVEN, TAKEN = (
    "抵销",
    "拨出",
    "收到",
)
TRANSFER_COLUMNS = (
    ("拨出单位", 30),
    ("收到单位", 30),
    ("哪一边", 8),
    ("文件", 36),
    ("工作表", 14),
    ("单元格", 10),
    ("金额", 16),
)
SOURCE_COLUMNS = (
    ("name", "指标", 34),
    ("title", "名称", 52),
    ("unit", "单位", 34),
    ("file", "文件", 36),
    ("sheet", "工作表", 16),
    ("cell", "单元格", 10),
    ("value", "数值", 16),
)


def write_workings(disclosure: Disclosure, profile: Profile, path: Path) -> None:
    """Write the internal workbook. It is for the finance office, never for publication."""
    lines = sorted(entered(disclosure, profile), key=_order(disclosure, profile))
    sources = _sources(lines, profile)
    _tell_origins(sources, lines, disclosure)
    rows = {
        (line.file, line.sheet, line.cell): row
        for row, line in enumerate(lines, FIRST_ROW)
    }
    charts = [draw_charts(disclosure, profile, SOURCES, rows)] if profile.charts else []
    left_out = _left_out(eliminated(disclosure.units, profile), profile)
    paint(
        Painting([_sums(lines, profile), sources, *left_out, *charts], title="底稿"),
        path,
    )


def _left_out(transfers: Sequence[Transfer], profile: Profile) -> list[Canvas]:
    """What units pay each other and no total holds: the cells of both sides, line by line. Nothing where there is none."""
    if not transfers:
        return []
    canvas = Canvas(LEFT_OUT, protected=False, landscape=True)
    said = f"单位之间的往来，两边都不计入部门合计（单位：{profile.unit}；内部底稿，不公开）"
    canvas.put(1, 1, said, TITLE)
    for number, (title, width) in enumerate(TRANSFER_COLUMNS, 1):
        canvas.widths[number] = width
        canvas.put(3, number, title, HEADING)
    sides = [
        (one.payer.name, one.receiver.name, what, figure)
        for one in transfers
        for what, figure in ((GIVEN, one.gives), (TAKEN, one.takes))
    ]
    row, amount = FIRST_ROW, _written(profile.money)
    for payer, receiver, what, figure in sides:
        for leaf in figure.leaves():
            if isinstance(leaf.source, Cell):
                cell = leaf.source
                for number, text in enumerate(
                    (payer, receiver, what, cell.book, cell.sheet, cell.address), 1
                ):
                    canvas.put(row, number, text, TEXT)
                canvas.put(row, len(TRANSFER_COLUMNS), leaf.number, amount)
                row += 1
    canvas.freeze = (3, 0)
    canvas.repeat_rows = (3, 3)
    return [canvas]


def _order(
    disclosure: Disclosure, profile: Profile
) -> Callable[[Entered], tuple[int, ...]]:
    """Where a line stands: figures in the order of the forms, those that are summed up together, else unit by unit."""
    book = profile.book
    units = {unit.book: number for number, unit in enumerate(disclosure.units)}
    blocks = {key: number for number, key in enumerate(book.blocks)}

    def place(line: Entered) -> tuple[int, ...]:
        name = Name.parse(line.name)
        block = book.blocks[name.block]
        at_block = blocks[name.block]
        row = list(block.rows).index(name.row) if name.row else 0
        column = list(block.columns).index(name.column)
        unit = units.get(line.file, 0)
        # the lines of a unit together; what is added up over the units, cell by cell
        if name.line and not is_added(name, book):
            outer = name.line
            if name.within is not None:
                outer = name.within.line
            return (at_block, unit, outer, name.line, column)
        return (at_block, name.line, row, column, unit)

    return place


def _sources(lines: Sequence[Entered], profile: Profile) -> Canvas:
    canvas = Canvas(SOURCES, protected=False, landscape=True)
    canvas.put(1, 2, f"各单位填报数（单位：{profile.unit}；内部底稿，不公开）", TITLE)
    for number, (_, title, width) in enumerate(SOURCE_COLUMNS, 1):
        canvas.widths[number] = width
        canvas.put(3, number, title, HEADING)
    widths = [width / SNUG for _, _, width in SOURCE_COLUMNS]
    for row, line in enumerate(lines, FIRST_ROW):
        texts = line[:-1]
        canvas.heights[row] = row_height(
            zip(texts[1:], widths[1:-1], strict=True), LINE
        )
        for number, text in enumerate(texts, 1):
            canvas.put(row, number, text, TEXT)
        canvas.put(row, len(line), line.value, _amount(line.name, profile))
    canvas.hidden_columns = [KEY_COLUMN]
    canvas.freeze = (3, 2)
    canvas.repeat_rows = (3, 3)
    return canvas


def _tell_origins(
    canvas: Canvas, lines: Sequence[Entered], disclosure: Disclosure
) -> None:
    """Beside each figure whether it was taken over, and where from; a department that took nothing over has no such column."""
    found = {
        (cell.book, cell.sheet, cell.address): f"{origin.source}：{origin.place}"
        for unit in disclosure.units
        for cell, origin in unit.origins.items()
    }
    if not found:
        return
    column = len(SOURCE_COLUMNS) + 1
    canvas.widths[column] = ORIGIN_WIDTH
    canvas.put(3, column, "来自", HEADING)
    for row, line in enumerate(lines, FIRST_ROW):
        canvas.put(
            row, column, found.get((line.file, line.sheet, line.cell), "手填"), TEXT
        )


def _sums(lines: Sequence[Entered], profile: Profile) -> Canvas:
    canvas = Canvas(SUMS, protected=False, widths={1: 34, 2: 56, 3: 18, 4: 10, 5: 24})
    canvas.put(
        1,
        2,
        f"部门合计（单位：{profile.unit}；每个数都是“{SOURCES}”各行之和；内部底稿，不公开）",
        TITLE,
    )
    for number, title in enumerate(("指标", "名称", "合计", "单位数", "来源行"), 1):
        canvas.put(3, number, title, HEADING)
    for row, (name, title, first, last, value) in enumerate(
        _runs(lines, profile), FIRST_ROW
    ):
        count = last - first + 1
        added = f"SUM({SOURCES}!G{first}:G{last})"
        source = f"{SOURCES} 第 {first} 至 {last} 行"
        canvas.put(row, 1, name, TEXT)
        canvas.put(row, 2, title, TEXT)
        canvas.heights[row] = row_height([(title, canvas.widths[2] / SNUG)], LINE)
        canvas.put(row, 3, value, _amount(name, profile), added)
        canvas.put(row, 4, count, TEXT)
        canvas.put(row, 5, source, LINK, link=f"'{SOURCES}'!B{first}")
    canvas.hidden_columns = [KEY_COLUMN]
    canvas.freeze = (3, 2)
    canvas.repeat_rows = (3, 3)
    return canvas


def _amount(name: str, profile: Profile) -> Style:
    """How the numbers of a name look: amounts as their column is written, others as they are."""
    column = profile.book.column_of(Name.parse(name))
    return NUMBER if column.money is None else _written(column.money)


def _written(money: Money) -> Style:
    """Amounts as the tables write them, and whatever decimals they have beyond that."""
    more = "##" if money.decimals else ""
    return replace(NUMBER, number=with_decimals(money.form, money.decimals) + more)


def _runs(
    lines: Sequence[Entered], profile: Profile
) -> Iterator[tuple[str, str, int, int, Decimal]]:
    """Yield name, title, first and last row in the sheet of sources, and the sum, of each figure that is summed up."""
    first = FIRST_ROW
    for name, run in groupby(lines, key=lambda line: line.name):
        figures = list(run)
        last = first + len(figures) - 1
        if "[" not in name or is_added(
            Name.parse(name), profile.book
        ):  # any other line of a list stands for itself
            yield (
                name,
                figures[0].title,
                first,
                last,
                sum((figure.value for figure in figures), Decimal(0)),
            )
        first = last + 1
