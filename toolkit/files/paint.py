"""The only room that knows XlsxWriter: a painting (sheets, cells, styles, names, checks) becomes a workbook file."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from xlsxwriter.exceptions import DuplicateWorksheetName
from xlsxwriter.format import Format
from xlsxwriter.packager import Packager
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from toolkit.files.package import holdable, noted
from toolkit.model import column_letter, record

CREATED = datetime(2023, 1, 1, tzinfo=UTC).replace(tzinfo=None)
FONT = "宋体"
MARGINS = (0.6, 0.6, 0.7, 0.9)  # inches of a page: left, right, top, bottom
BARS_MARGIN = 10  # pixels above and below a chart together
Content = str | int | Decimal | date | None  # of a cell
# first row, first column, last row, last column, from 1
Area = tuple[int, int, int, int]


@record()
class Style:
    """How a cell looks; equal styles share one format."""

    bold: bool = False
    size: float = 11
    font: str = FONT
    color: str = ""
    fill: str = ""
    align: str = ""
    valign: str = "vcenter"
    wrap: bool = False
    shrink: bool = False  # letters so small that what is too wide is seen whole
    border: bool = False
    number: str = ""
    locked: bool = True
    indent: int = 0
    underline: bool = False
    italic: bool = False


@record(slots=True)
class Ink:
    """What stands in a cell. With a `formula`, `value` is what it shows: it must be what any program would compute."""

    value: Content
    style: Style
    formula: str = ""
    link: str = ""  # an internal target: 'Sheet'!A1


@record()
class Choice:
    """A validation over a range (rows and columns from 1): XlsxWriter's own options."""

    area: Area
    options: Mapping[str, Any]


@record()
class Mark:
    """A conditional format over a range: where the formula is true, the style's fill, colour and lines around."""

    area: Area
    formula: str
    fill: str = ""
    color: str = ""
    border: bool = False


@record()
class Button:
    """A form button whose corner stands in a cell (from 1, moved by pixels); pressed, it runs a macro."""

    row: int
    column: int
    caption: str
    macro: str
    width: int
    height: int
    right: int = 0
    down: int = 0
    about: str = ""  # what it does, for who cannot see it


@record()
class Series:
    """Bars of one colour: the cell that names them, the cells of their labels and of their lengths."""

    name: tuple[int, int]
    labels: Area
    lengths: Area
    colour: str


@record()
class Bars:
    """A chart of lying bars, the first line on top, whose corner stands in a cell (from 1)."""

    row: int
    column: int
    title: str
    series: tuple[Series, ...]
    number: str  # the number format of the lengths
    width: int  # in pixels
    height: int


@dataclass
class Canvas:
    """One sheet to be painted. Rows and columns count from 1."""

    name: str
    cells: dict[tuple[int, int], Ink] = field(default_factory=dict)
    merged: list[Area] = field(default_factory=list)
    widths: dict[int, float] = field(default_factory=dict)
    heights: dict[int, float] = field(default_factory=dict)
    hidden_columns: list[int] = field(default_factory=list)
    choices: list[Choice] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    names: list[tuple[str, str]] = field(default_factory=list)
    notes: dict[tuple[int, int], str] = field(default_factory=dict)
    freeze: tuple[int, int] = (0, 0)
    landscape: bool = False
    repeat_rows: tuple[int, int] | None = None
    # cells of a column whose formulas are the first one's, moved down
    alike: list[Area] = field(default_factory=list)
    # cells whose first row has the arrows to sort and filter by
    filtered: Area | None = None
    print_area: Area | None = None
    # the number of its first page; 0: it goes on from the sheet before
    first_page: int = 0
    # the cell that is chosen when the sheet is opened
    cursor: tuple[int, int] | None = None
    header: str = ""
    footer: str = ""
    protected: bool = True
    hidden: bool = False
    tab: str = ""
    gridlines: bool = False
    very_hidden: bool = False  # only a macro can show it again
    buttons: list[Button] = field(default_factory=list)
    bars: list[Bars] = field(default_factory=list)
    # rows after which a printed page ends
    breaks: list[int] = field(default_factory=list)
    # whether all of it is printed on one page, smaller where it must be; else one page wide, and as long as it is
    one_page: bool = False
    # columns after which a printed page ends: it is printed small, not fitted
    parts: list[int] = field(default_factory=list)

    def put(
        self,
        row: int,
        column: int,
        value: Content,
        style: Style,
        formula: str = "",
        link: str = "",
    ) -> None:
        """Ink one cell."""
        self.cells[row, column] = Ink(value, style, formula, link)


@dataclass
class Painting:
    """A workbook to be painted; `names` are workbook-wide."""

    canvases: list[Canvas] = field(default_factory=list)
    names: list[tuple[str, str]] = field(default_factory=list)
    title: str = ""
    # of the document, under names of our own
    properties: dict[str, str] = field(default_factory=dict)


SMALL = 55  # per cent, of what is printed in parts
LONGEST = 16_000  # characters of a text that need not be counted as a spreadsheet does, which holds no more than 32,767
SPANNED = 16  # rows that say together which columns they have
LINES = {"border": 1, "border_color": "#A6A6A6"}  # around a cell
PROTECTION = {
    "format_cells": True,
    "format_columns": True,
    "format_rows": True,
    "insert_rows": True,
    "delete_rows": True,
    "sort": True,
    "autofilter": True,
    "objects": True,
    "scenarios": True,
}


def paint(painting: Painting, path: Path, *, used_up: bool = False) -> None:
    """Write the painting as a workbook. The same painting gives the same bytes.

    One of very many sheets, which nobody asks for again, is `used_up`: each sheet's cells are let go once they are painted.
    """
    packed = io.BytesIO()
    book = _Book(packed)
    book.set_properties(
        {"title": holdable(painting.title), "author": "", "created": CREATED}
    )
    for name, value in painting.properties.items():
        book.set_custom_property(name, holdable(value), "text")
    # the Normal style: a formatted paste must not lock its cell
    book.formats[0].set_locked(False)
    book.formats[0].set_font_name(FONT)
    brushes = _Brushes(book)
    for canvas in painting.canvases:
        sheet = _sheet(book, canvas, brushes)
        if used_up:
            canvas.cells.clear()
            sheet.settle()
    for name, target in painting.names:
        book.define_name(name, target)
    book.close()
    for sheet in book.worksheets():
        vars(
            sheet
        ).clear()  # the library's sheets refer to each other, and would keep what they hold until somebody looks
    path.write_bytes(packed.getvalue())


def _sheet(book: Workbook, canvas: Canvas, brushes: _Brushes) -> _Sheet:
    """Paint one sheet. XlsxWriter counts from 0, we from 1."""
    sheet: _Sheet = book.add_worksheet(canvas.name, _Sheet)
    for column, width in canvas.widths.items():
        options = {"hidden": column in canvas.hidden_columns}
        sheet.set_column(column - 1, column - 1, width, None, options)
    for row, height in canvas.heights.items():
        sheet.set_row(row - 1, height)
    merged = {area[:2]: area for area in canvas.merged}  # by their first cell
    for number, alike in enumerate(canvas.alike):
        sheet.share(number, alike)
    spots = sorted(canvas.cells)
    sheet.reach(spots)
    for spot in spots:
        ink, (row, column) = canvas.cells[spot], spot
        brush = brushes.of(ink.style)
        if area := merged.get(spot):
            sheet.merge_range(*_from_zero(area), "", brush)
        # A chart's cells are left to the library, which shows them in the chart.
        if (
            ink.formula
            or ink.link
            or canvas.bars
            or not sheet.put(row - 1, column - 1, ink.value, brush)
        ):
            _cell(sheet, row - 1, column - 1, ink, brush)
    for choice in canvas.choices:
        sheet.data_validation(*_from_zero(choice.area), dict(choice.options))
    for mark in canvas.marks:
        _mark(book, sheet, mark)
    for (row, column), note in canvas.notes.items():
        sheet.write_comment(
            row - 1, column - 1, holdable(note), {"author": "", "x_scale": 2}
        )
    _drawn_on(book, sheet, canvas)
    for name, target in canvas.names:
        book.define_name(f"'{canvas.name}'!{name}", "=" + target)
    _page(sheet, canvas)
    return sheet


def _drawn_on(book: Workbook, sheet: Worksheet, canvas: Canvas) -> None:
    """What lies on the cells: arrows to filter by, buttons, charts."""
    if canvas.filtered:
        sheet.autofilter(*_from_zero(canvas.filtered))
    for button in canvas.buttons:
        _button(sheet, button)
    for bars in canvas.bars:
        _bars(book, sheet, bars)


class _Book(Workbook):  # type: ignore[misc]  # the library ships no types
    """A workbook of many sheets.

    The library holds the name of each new sheet against all others, one by one: here it is looked up.
    """

    def __init__(self, packed: io.BytesIO) -> None:
        # Packed in memory: where the disk is full, an archive half written would complain once more when it is forgotten. And a
        # file for each part, made only to be removed again, would take as long as half of all the rest.
        super().__init__(
            packed, {"default_date_format": "yyyy-mm-dd", "in_memory": True}
        )
        self._taken: set[str] = set()

    def _check_sheetname(self, sheetname: str, is_chartsheet: bool = False) -> str:  # noqa: FBT001, FBT002  its face
        if sheetname.lower() in self._taken:
            raise DuplicateWorksheetName(sheetname)
        self._taken.add(sheetname.lower())
        others: list[Worksheet] = self.worksheets_objs
        self.worksheets_objs: list[Worksheet] = []
        try:
            return str(super()._check_sheetname(sheetname, is_chartsheet))
        finally:
            self.worksheets_objs = others

    def _get_packager(self) -> Packager:
        return _Packager()


class _Packager(Packager):  # type: ignore[misc]
    """Keeps parts that are written as the bytes that they are; in the library's own streams they take four times the room."""

    def _filename(self, xml_filename: str) -> io.StringIO:
        """Where the next part is written to: the one before is complete."""
        if self.filenames and isinstance(self.filenames[-1][0], io.StringIO):
            stream, name, _ = self.filenames[-1]
            self.filenames[-1] = (
                io.BytesIO(stream.getvalue().encode("utf-8")),
                name,
                True,
            )
            stream.close()
        opened: io.StringIO = super()._filename(xml_filename)
        return opened


class _Sheet(Worksheet):  # type: ignore[misc]
    """A sheet that writes cells and formulas as the library does, in half the time, and formulas that are alike once.

    Texts, numbers and blanks become XML as soon as they are put: the library asks of each several times what it is.

    The library looks in every formula for each of 150 functions that Excel marks with a prefix. Whether a function is one of
    them is asked here once; a formula without any stands as it is. Of cells whose formulas are alike (`share`) the first alone
    says its own, as Excel itself writes them: a tenth of the room.
    """

    def __init__(self) -> None:
        super().__init__()
        self.shared: dict[
            str, str
        ] = {}  # by a cell's address, what its formula says of those that are alike
        # its rows as XML, where nothing is added to them any more
        self._settled: str | None = None

    def reach(self, spots: Sequence[tuple[int, int]]) -> None:
        """Be as large as these cells, counted from 1, need."""
        if spots:
            columns = [column for _, column in spots]
            self._check_dimensions(spots[0][0] - 1, min(columns) - 1)
            self._check_dimensions(spots[-1][0] - 1, max(columns) - 1)

    def put(self, row: int, column: int, value: Content, brush: Format) -> bool:
        """Write a cell, counted from 0; False where it is of a kind that is left to the library."""
        head = (
            f'<c r="{column_letter(column + 1)}{row + 1}" s="{brush._get_xf_index()}"'  # noqa: SLF001  no public method
        )
        if value is None or value == "":
            cell = f"{head}/>"
        elif isinstance(value, str):
            if len(value) > LONGEST:
                return False
            cell = f'{head} t="s"><v>{self.str_table._get_shared_string_index(value)}</v></c>'  # noqa: SLF001
        elif isinstance(value, date):
            return False
        else:
            cell = f"{head}><v>{written(value)}</v></c>"
        self.table[row][column] = cell
        return True

    def settle(self) -> None:
        """Write the rows of a sheet that nothing is added to: as XML alone they take a quarter of the room."""
        if self.dim_rowmin is None:  # it has no cell
            return
        self.fh = io.StringIO()
        self._write_rows()
        self._settled = self.fh.getvalue()
        self.fh.close()
        self.table.clear()
        self.row_info.clear()

    def _write_rows(self) -> None:
        if self._settled is not None:
            self.fh.write(self._settled)
            self._settled = ""
            return
        spans = self._spans()
        for row in range(self.dim_rowmin, self.dim_rowmax + 1):
            cells, about = self.table.get(row), self.row_info.get(row)
            if not cells:
                if about or row in self.comments:
                    self._write_empty_row(row, spans.get(row // SPANNED), about)
                continue
            self._write_row(row, spans.get(row // SPANNED), about)
            for column, cell in sorted(cells.items()):
                if isinstance(cell, str):
                    self.fh.write(cell)
                else:
                    self._write_cell(row, column, cell)
            self._xml_end_tag("row")

    def _spans(self) -> dict[int, str]:
        """The first and the last column that each sixteen rows have."""
        columns: dict[int, set[int]] = {}
        for row in (*self.table, *self.comments):
            columns.setdefault(row // SPANNED, set()).update(
                self.table.get(row, ()), self.comments.get(row, ())
            )
        return {
            number: f"{min(held) + 1}:{max(held) + 1}"
            for number, held in columns.items()
            if held
        }

    def share(self, number: int, area: Area) -> None:
        """Have the formulas of some cells, one below the other, written once; the number is that of no other area."""
        top, left, bottom, _ = area
        first, last = (f"{column_letter(left)}{row}" for row in (top, bottom))
        self.shared[first] = f' t="shared" ref="{first}:{last}" si="{number}"'
        self.shared |= {
            f"{column_letter(left)}{row}": f' t="shared" si="{number}"'
            for row in range(top + 1, bottom + 1)
        }

    def _xml_formula_element(
        self, formula: str, result: Any, attributes: Any = ()
    ) -> None:
        about = dict(attributes)
        shared = self.shared.get(about["r"])
        if shared is None and each_of_a_range(formula):
            shared = f' t="array" ref="{about["r"]}"'
        if shared is None:
            super()._xml_formula_element(formula, result, attributes)
            return
        attr = "".join(
            f' {key}="{self._escape_attributes(value)}"' for key, value in attributes
        )
        own = self._escape_data(formula) if "ref=" in shared else ""
        self.fh.write(
            f"<c{attr}><f{shared}>{own}</f><v>{self._escape_data(result)}</v></c>"
        )

    def _prepare_formula(
        self,
        formula: str,
        expand_future_functions: bool = False,  # noqa: FBT001, FBT002  its face
    ) -> str:
        bare = formula.removeprefix("=")
        in_braces = bare.startswith("{") or bare.endswith("}")
        if in_braces or any(
            _marked(call, expand_future_functions) for call in _CALL.findall(bare)
        ):
            return str(super()._prepare_formula(formula, expand_future_functions))
        return bare


# functions that take a range as a whole; any other, over a range, is asked of each of its cells
_WHOLE = frozenset(
    (
        *(
            "AND",
            "AVERAGE",
            "COLUMNS",
            "COUNT",
            "COUNTA",
            "COUNTBLANK",
            "COUNTIF",
            "COUNTIFS",
            "INDEX",
        ),
        *(
            "LOOKUP",
            "MATCH",
            "MAX",
            "MIN",
            "OR",
            "ROWS",
            "SMALL",
            "SUM",
            "SUMIF",
            "SUMIFS",
            "SUMPRODUCT",
            "VLOOKUP",
        ),
    )
)
_PIECE = re.compile(
    r""""[^"]*"|'[^']*'|(?P<name>[A-Z][A-Z0-9.]*)?(?P<opens>\()|(?P<closes>\))|(?P<range>\$?[A-Z]{1,3}\$?\d+:\$?[A-Z]{1,3}\$?\d+)"""
)


@cache
def each_of_a_range(formula: str) -> bool:
    """Whether a formula sums up what a function says of each cell of a range: SUMPRODUCT(--(TRIM(A1:A9)="x")).

    Excel and LibreOffice do so within SUMPRODUCT; other programs where the formula is marked as one of arrays alone.
    """
    if "SUMPRODUCT(" not in formula:
        return False
    calls: list[str] = []
    for piece in _PIECE.finditer(formula):
        if piece["opens"]:
            # a bare bracket belongs to the function around it
            calls.append(piece["name"] or (calls[-1] if calls else ""))
        elif piece["closes"]:
            calls.pop()
        elif piece["range"] and calls and calls[-1] not in _WHOLE:
            return True
    return False


_CALL = re.compile(r"\b[A-Z][A-Z0-9.]*\(")  # a function's name, with its bracket


@cache
def _marked(call: str, expanded: bool) -> bool:  # noqa: FBT001  as the method that asks
    """Whether the library writes a function in another way than it is typed."""
    return bool(Worksheet()._prepare_formula(call, expanded) != call)  # noqa: SLF001  no public method says so


def written(number: float | Decimal) -> str:
    """A number as it is written into a cell."""
    return f"{float(number):.16G}"


def _from_zero(area: Area) -> Area:
    top, left, bottom, right = area
    return top - 1, left - 1, bottom - 1, right - 1


def _mark(book: Workbook, sheet: Worksheet, mark: Mark) -> None:
    """A conditional format; what it does not colour stays as it is."""
    colours: dict[str, Any] = {}
    if mark.fill:
        colours["bg_color"] = mark.fill
    if mark.color:
        colours["font_color"] = mark.color
    if mark.border:
        colours |= LINES
    options = {
        "type": "formula",
        "criteria": "=" + mark.formula,
        "format": book.add_format(colours),
    }
    sheet.conditional_format(*_from_zero(mark.area), options)


def _button(sheet: Worksheet, button: Button) -> None:
    options = {
        "macro": button.macro,
        "caption": button.caption,
        "width": button.width,
        "height": button.height,
        "x_offset": button.right,
        "y_offset": button.down,
        "description": button.about or button.caption,
    }
    sheet.insert_button(button.row - 1, button.column - 1, options)


def _bars(book: Workbook, sheet: Worksheet, bars: Bars) -> None:
    chart = book.add_chart({"type": "bar"})
    font = {"name": FONT, "size": 10}
    for series in bars.series:
        chart.add_series(
            {
                "name": [sheet.name, series.name[0] - 1, series.name[1] - 1],
                "categories": [sheet.name, *_from_zero(series.labels)],
                "values": [sheet.name, *_from_zero(series.lengths)],
                "fill": {"color": series.colour},
                "data_labels": {"value": True, "num_format": bars.number, "font": font},
                "gap": 60,
            }
        )
    chart.set_title(
        {
            "name": bars.title,
            "overlay": False,
            "name_font": {"name": FONT, "size": 12, "bold": True},
        }
    )
    # The lengths stand beside the bars, so that the axis of amounts is left out.
    chart.set_x_axis({"visible": False, "major_gridlines": {"visible": False}})
    # Excel draws the first bar at the bottom, unless the axis is turned.
    chart.set_y_axis({"num_font": font, "reverse": True, "major_tick_mark": "none"})
    chart.set_legend(
        {"none": True}
        if len(bars.series) == 1
        else {"position": "bottom", "font": font}
    )
    chart.set_size({"width": bars.width, "height": bars.height - BARS_MARGIN})
    options = {
        "object_position": 2,
        "description": bars.title,
        "y_offset": BARS_MARGIN // 2,
    }
    sheet.insert_chart(bars.row - 1, bars.column - 1, chart, options)


def _opened(sheet: Worksheet, canvas: Canvas) -> None:
    """What stays in sight, and which cell is chosen when the sheet is opened."""
    if canvas.freeze != (0, 0):
        sheet.freeze_panes(*canvas.freeze)
    if canvas.cursor:
        row, column = canvas.cursor
        sheet.set_selection(row - 1, column - 1, row - 1, column - 1)


def _page(sheet: Worksheet, canvas: Canvas) -> None:
    """How a sheet is shown, printed and protected."""
    _opened(sheet, canvas)
    _paper(sheet, canvas)
    if not canvas.gridlines:
        sheet.hide_gridlines(2)
    if canvas.tab:
        sheet.set_tab_color(canvas.tab)
    if canvas.protected:
        sheet.protect("", PROTECTION)
    if canvas.hidden:
        sheet.hide()
    if canvas.very_hidden:
        sheet.very_hidden()


def _paper(sheet: Worksheet, canvas: Canvas) -> None:
    """How a sheet is printed."""
    sheet.set_paper(9)
    left, right, top, bottom = MARGINS
    sheet.set_margins(left=left, right=right, top=top, bottom=bottom)
    if canvas.first_page:
        sheet.set_start_page(canvas.first_page)
    if canvas.parts:
        sheet.set_print_scale(SMALL)
        sheet.set_v_pagebreaks(canvas.parts)
    else:
        sheet.fit_to_pages(1, 1 if canvas.one_page else 0)
    sheet.center_horizontally()
    if canvas.landscape:
        sheet.set_landscape()
    if canvas.repeat_rows:
        first, last = canvas.repeat_rows
        sheet.repeat_rows(first - 1, last - 1)
    if canvas.breaks:
        sheet.set_h_pagebreaks(canvas.breaks)
    if canvas.print_area:
        sheet.print_area(*_from_zero(canvas.print_area))
    if canvas.header:
        sheet.set_header(holdable(canvas.header))
    if canvas.footer:
        sheet.set_footer(holdable(canvas.footer))


def _cell(sheet: Worksheet, row: int, column: int, ink: Ink, brush: Format) -> None:
    """Write one cell, by the kind of what stands in it."""
    value = float(ink.value) if isinstance(ink.value, Decimal) else ink.value
    if ink.formula:
        # the library does so for texts that are typed alone
        shown = noted(value) if isinstance(value, str) else value
        sheet.write_formula(row, column, "=" + ink.formula, brush, shown)
    elif ink.link:
        sheet.write_url(row, column, f"internal:{ink.link}", brush, str(value))
    elif value is None or value == "":
        sheet.write_blank(row, column, None, brush)
    elif isinstance(value, str):
        sheet.write_string(row, column, value, brush)
    elif isinstance(value, date):
        sheet.write_datetime(
            row,
            column,
            datetime(value.year, value.month, value.day),  # noqa: DTZ001
            brush,
        )
    else:
        sheet.write_number(row, column, value, brush)


class _Brushes:
    """The formats of a workbook's styles, one for equal ones."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._equal: dict[Style, Format] = {}
        self._same: dict[
            int, tuple[Style, Format]
        ] = {}  # by the style's identity: to compare styles takes longer than to paint

    def of(self, style: Style) -> Format:
        """The format of a style."""
        known = self._same.get(id(style))
        if known is not None:
            return known[1]
        brush = self._equal.get(style)
        if brush is None:
            brush = self._equal[style] = _brush(self._book, style)
            brush._get_xf_index()  # noqa: SLF001  in a workbook formats are numbered in the order of the cells
        self._same[id(style)] = style, brush
        return brush


def _brush(book: Workbook, style: Style) -> Format:
    """A style in XlsxWriter's words; what the style leaves open is left to Excel."""
    options: dict[str, Any] = {
        "font_name": style.font,
        "font_size": style.size,
        "valign": style.valign,
        "locked": style.locked,
        "bold": style.bold,
        "italic": style.italic,
        "text_wrap": style.wrap,
        "indent": style.indent,
    }
    if style.shrink:
        options["shrink"] = True
    if style.border:
        options |= LINES
    if style.color:
        options["font_color"] = style.color
    if style.fill:
        options["bg_color"] = style.fill
    if style.align:
        options["align"] = style.align
    if style.number:
        options["num_format"] = style.number
    if style.underline:
        options["underline"] = 1
    return book.add_format(options)
