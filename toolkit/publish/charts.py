"""The sheet 图表 of the internal workbook: charts that Excel draws of cells, each cell the sum of the units' own cells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from toolkit.files.paint import Bars, Canvas, Series, Style
from toolkit.model import Cell, Disclosure, Figure, Row, record
from toolkit.profile.charts import Chart
from toolkit.profile.form import Block, Column, Profile
from toolkit.template.look import number_format

# by file, sheet and address: in which row of the sheet of sources it stands
Rows = Mapping[tuple[str, str, str], int]

TITLE = Style(bold=True, size=14)
SECTION = Style(bold=True, size=12)
NOTE = Style(size=10, color="#595959")
HEADING = Style(bold=True, border=True, align="center", fill="#F2F2F2", wrap=True)
TEXT = Style(border=True, wrap=True)
# dark and light, so that they differ in black and white too
COLOURS = (
    "#1F4E79",
    "#9DC3E6",
)
SHEET = "图表"
LABEL_WIDTH, VALUE_WIDTH, GAP_WIDTH = 36, 16, 2
GAP = len(COLOURS) + 2  # the empty column between a chart's lines and its bars
LONGEST_LABEL = 24  # characters that have room beside a bar
LONGEST_FORMULA = 8000  # characters; Excel takes 8192
HEAD_ROWS = 2  # above a chart's lines: its title, its headings
LEAST_ROWS = 10  # of the sheet, that a chart takes
ROW_POINTS, ROW_PIXELS = 18, 24  # the height of a row, said in both ways
CHART_PIXELS = 560
PAGE_ROWS = 36  # of the sheet, that fit on one printed page


@record()
class _Line:
    """A bar, or several beside each other: what it is called, its amounts in the order of the chart's columns."""

    label: str
    amounts: tuple[Figure, ...]


def draw_charts(
    disclosure: Disclosure, profile: Profile, sources: str, rows: Rows
) -> Canvas:
    """The sheet of charts. `sources` is the sheet whose column G holds what the units entered."""
    canvas = Canvas(
        SHEET, protected=False, landscape=True, widths={1: LABEL_WIDTH, GAP: GAP_WIDTH}
    )
    canvas.put(1, 1, "图表（内部底稿，不公开）", TITLE)
    canvas.put(
        2,
        1,
        f"左边每个数都由“{sources}”里各单位填的数相加得出，图随着左边的数变；等于 0 的不画。",
        NOTE,
    )
    row = page = 4
    for chart in profile.charts:
        lines = list(_lines(chart, disclosure, profile))
        if not lines:
            continue
        taken = _taken(lines) + 1
        if row > page and row + taken - page > PAGE_ROWS:
            canvas.breaks.append(row - 1)
            page = row
        _put(canvas, row, chart, lines, profile, sources, rows)
        row += taken
    return canvas


def _put(
    canvas: Canvas,
    top: int,
    chart: Chart,
    lines: Sequence[_Line],
    profile: Profile,
    sources: str,
    rows: Rows,
) -> None:
    """One chart: its title, the lines it shows, the bars beside them."""
    columns = [profile.book.blocks[chart.block].columns[key] for key in chart.columns]
    title = f"{chart.title}（{columns[0].unit}）"
    canvas.put(top, 1, title, SECTION)
    first, last = top + HEAD_ROWS, top + HEAD_ROWS + len(lines) - 1
    canvas.put(top + 1, 1, "名称", HEADING)
    series: list[Series] = []
    for number, (column, colour) in enumerate(zip(columns, COLOURS, strict=False), 2):
        canvas.widths[number] = VALUE_WIDTH
        canvas.put(top + 1, number, column.title, HEADING)
        series.append(
            Series(
                (top + 1, number),
                (first, 1, last, 1),
                (first, number, last, number),
                colour,
            )
        )
    for row, line in enumerate(lines, first):
        canvas.put(row, 1, line.label, TEXT)
        for number, (column, figure) in enumerate(
            zip(columns, line.amounts, strict=False), 2
        ):
            canvas.put(
                row,
                number,
                figure.number,
                _style(column),
                _added(figure, sources, rows),
            )
    taken = _taken(lines)
    canvas.heights |= dict.fromkeys(range(top, top + taken + 1), ROW_POINTS)
    canvas.bars.append(
        Bars(
            top,
            GAP + 1,
            title,
            tuple(series),
            number_format(columns[0]),
            CHART_PIXELS,
            taken * ROW_PIXELS,
        )
    )


def _taken(lines: Sequence[_Line]) -> int:
    """How many rows of the sheet a chart with its lines takes."""
    return max(len(lines) + HEAD_ROWS, LEAST_ROWS)


def _style(column: Column) -> Style:
    return replace(TEXT, wrap=False, number=number_format(column))


def _lines(chart: Chart, disclosure: Disclosure, profile: Profile) -> Iterator[_Line]:
    """What a chart shows, without what holds no amount."""
    block = profile.book.blocks[chart.block]
    shown = (
        _of_rows(chart, block, disclosure)
        if block.rows
        else _of_projects(chart, disclosure)
    )
    return (line for line in shown if any(figure.number for figure in line.amounts))


def _of_rows(chart: Chart, block: Block, disclosure: Disclosure) -> Iterator[_Line]:
    for row in block.rows.values():
        if row.key in chart.rows or (
            not chart.rows and _stands_alone(block, row.key, chart.columns)
        ):
            figures = tuple(
                _figure(disclosure.whole[block.name(column, row.key)])
                for column in chart.columns
            )
            yield _Line(_short(row.title), figures)


def _stands_alone(block: Block, row: str, columns: Sequence[str]) -> bool:
    """Whether no amount of a grid's row is made of others of the same grid."""
    terms = [block.formulas.get(block.name(column, row)) for column in columns]
    read: set[str] = set()
    for term in terms:
        if term is not None:
            read.update(name.block for name in term.names())
    return block.key not in read


def _of_projects(chart: Chart, disclosure: Disclosure) -> Iterator[_Line]:
    """The largest projects of all units."""
    lines = [
        _Line(_short(project.name), _amounts(project.head, chart.columns))
        for unit in disclosure.units
        for project in unit.projects
    ]
    largest = sorted(lines, key=lambda line: -line.amounts[0].number)
    return iter(largest[: chart.most])


def _amounts(row: Row, columns: Sequence[str]) -> tuple[Figure, ...]:
    return tuple(_figure(row.values.get(column)) for column in columns)


def _figure(value: object) -> Figure:
    return value if isinstance(value, Figure) else Figure(None, ())


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_LABEL else text[: LONGEST_LABEL - 1] + "…"


def _added(figure: Figure, sources: str, rows: Rows) -> str:
    """A formula that adds up the cells of a figure in the sheet of sources; "" where it is no plain sum of them."""
    leaves = [leaf for leaf in figure.leaves() if leaf.value is not None]
    standing = [leaf.source for leaf in leaves if isinstance(leaf.source, Cell)]
    cells = [rows.get((cell.book, cell.sheet, cell.address)) for cell in standing]
    if (
        not cells
        or None in cells
        or sum((leaf.number for leaf in leaves), Decimal(0)) != figure.number
    ):
        return ""
    formula = "+".join(f"{sources}!G{row}" for row in cells)
    return formula if len(formula) <= LONGEST_FORMULA else ""
