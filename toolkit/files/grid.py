"""A workbook as it lies: sheet → cell → kind, value, formula; defined names; what is hidden. openpyxl is the reference."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils.cell import range_boundaries
from openpyxl.worksheet._reader import MERGE_TAG, ROW_TAG, WorkSheetParser
from openpyxl.xml.functions import iterparse

from toolkit.errors import ToolkitError, why_not_read
from toolkit.model import Kind

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MOST_BYTES = 400 * 1024 * 1024  # unpacked; a filled template of 300 projects has about 20 MB
MOST_CELLS = 2_000_000


class CannotOpenError(ToolkitError):
    """A file that cannot be read as a workbook; the message says why and what to do, in Chinese."""


@dataclass(frozen=True, slots=True)
class Raw:
    """One cell as it lies: `text` is what a person sees, `formula` its text without "=", or ""."""

    kind: Kind
    text: str
    number: Decimal | None = None
    formula: str = ""


Area = tuple[int, int, int, int]


@dataclass(frozen=True)
class RawSheet:
    """One worksheet. Rows and columns count from 1; only cells that hold something are in `cells`."""

    name: str
    cells: Mapping[tuple[int, int], Raw]
    names: Mapping[str, Area | None] = field(default_factory=dict)  # None: the name points nowhere (#REF!)
    hidden: bool = False
    hidden_rows: frozenset[int] = frozenset()
    last_row: int = 0


@dataclass(frozen=True)
class Grid:
    """A workbook: its file name and its sheets in order."""

    book: str
    sheets: Mapping[str, RawSheet]


def open_grid(path: Path) -> Grid:
    """Read a workbook file; raise CannotOpenError, in Chinese, where that cannot be done. The file is never written to."""
    _sniff(path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of extensions it drops; we only read
            content = path.read_bytes()  # no handle stays open: the file may be replaced or moved at once
            workbook = openpyxl.load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
            sheets = {sheet.title: _sheet(sheet) for sheet in workbook.worksheets}
    except ToolkitError:
        raise
    except OSError as error:
        raise CannotOpenError(f"“{path.name}”打不开：{why_not_read(error)}。") from error
    except Exception as error:  # whatever the library stumbles over in a broken file: its kinds are many and its own
        raise CannotOpenError(
            f"“{path.name}”损坏或不是 Excel 工作簿，读不出来。请用 Excel 或 WPS 打开，另存为 .xlsx 再试。"
        ) from error
    return Grid(path.name, sheets)


def _sniff(path: Path) -> None:
    """Tell what kind of file this is from its first bytes and its parts, before any parser sees it."""
    try:
        with path.open("rb") as file:
            head = file.read(8)
            rest = file.read(65536) if head == OLE else b""
    except PermissionError as error:
        raise CannotOpenError(f"“{path.name}”打不开：没有读取权限，或被其他程序独占。请关闭正在使用它的程序再试。") from error
    except OSError as error:
        raise CannotOpenError(f"“{path.name}”打不开：{why_not_read(error)}。") from error
    if head == OLE:
        if "EncryptedPackage".encode("utf-16-le") in rest:
            raise CannotOpenError(f"“{path.name}”设有打开密码，读不出来。请在 Excel 或 WPS 中去掉打开密码后再交。")
        raise CannotOpenError(f"“{path.name}”是旧的 .xls 格式。请在 Excel 或 WPS 中打开，另存为 .xlsx 再交。")
    if not head:
        raise CannotOpenError(f"“{path.name}”是空文件（0 字节）。请重新保存或重新发送。")
    if not head.startswith(b"PK"):
        raise CannotOpenError(f"“{path.name}”不是 Excel 工作簿（可能是改了扩展名的文件，或被加密软件加密）。请交 .xlsx 文件。")
    try:
        with zipfile.ZipFile(path) as package:
            parts = package.infolist()
    except zipfile.BadZipFile as error:
        raise CannotOpenError(f"“{path.name}”不完整，可能没有传完。请重新发送。") from error
    if not any(part.filename == "xl/workbook.xml" for part in parts):
        raise CannotOpenError(f"“{path.name}”不是 Excel 工作簿。请交用填报表填好的 .xlsx 文件。")
    if sum(part.file_size for part in parts) > MOST_BYTES:
        raise CannotOpenError(f"“{path.name}”展开后过大，不像正常的填报表，没有读取。请把内容复制到新的填报表中再交。")


class _Parser(WorkSheetParser):
    """One pass over a worksheet's XML: each cell with its formula and with the value last calculated.

    openpyxl itself reads one or the other, so that both would cost two passes; and it makes objects of every style,
    validation and drawing of a sheet, which nobody here looks at.
    """

    def __init__(self, source: Any, sheet: Any) -> None:
        book = sheet.parent
        dates, spans = book._date_formats, book._timedelta_formats  # noqa: SLF001  they tell dates from numbers
        super().__init__(source, sheet._shared_strings, False, book.epoch, dates, spans)  # noqa: FBT003, SLF001
        self.covered: list[Area] = []

    def parse(self) -> Generator[tuple[int, list[dict[str, Any]]], None, None]:
        """Yield the rows; merged areas and the rows' own marks are put aside meanwhile."""
        for _, element in iterparse(self.source):
            if element.tag == ROW_TAG:
                row = self.parse_row(element)
                element.clear()
                yield row
            elif element.tag == MERGE_TAG:
                self.covered += [area for merged in element if (area := area_of(merged.get("ref", "")))]

    def parse_cell(self, element: Any) -> dict[str, Any]:
        """Read a cell as openpyxl does with formulas, and a formula's value as it does with `data_only`."""
        cell: dict[str, Any] = super().parse_cell(element)
        if cell["data_type"] == "f":
            self.data_only = True
            self.col_counter = cell["column"] - 1  # a cell without an address counts on from the one before
            shown = super().parse_cell(element)
            self.data_only = False
            cell |= {"shown": shown["value"], "shown_type": shown["data_type"]}
        return cell


def _sheet(sheet: Any) -> RawSheet:
    """One worksheet of a book opened for reading only; openpyxl's types know little of those."""
    cells: dict[tuple[int, int], Raw] = {}
    seen = 0
    with sheet._get_source() as source:  # noqa: SLF001  its public face fills a bloated used range with empty cells
        parser = _Parser(source, sheet)
        for _, row in parser.parse():
            seen += len(row)
            if seen > MOST_CELLS:
                raise CannotOpenError(
                    f"工作表“{sheet.title}”的格子过多（超过 {MOST_CELLS} 个），不像正常的填报表。请删除表格以外的空行空列再交。"
                )
            for cell in row:
                if cell["value"] is None:
                    continue
                raw = raw_of(cell["value"], cell["data_type"], cell.get("shown"), cell.get("shown_type", "n"))
                if raw is not None:
                    cells[cell["row"], cell["column"]] = raw
    for area in parser.covered:
        _uncover(cells, area)
    hidden = frozenset(int(row) for row, marks in parser.row_dimensions.items() if marks.get("hidden") in ("1", "true"))
    last = max((row for row, _ in cells), default=0)
    names = {name: area_of(defined.attr_text) for name, defined in sheet.defined_names.items()}
    return RawSheet(sheet.title, cells, names, sheet.sheet_state != "visible", hidden, last)


def _uncover(cells: dict[tuple[int, int], Raw], area: Area) -> None:
    """Take away what lies unseen beneath a merged area: only its first cell shows."""
    top, left, bottom, right = area
    if (bottom - top + 1) * (right - left + 1) <= len(cells):
        under = [(row, column) for row in range(top, bottom + 1) for column in range(left, right + 1)]
    else:  # whole columns, say: fewer cells hold something than the area has
        under = [(row, column) for row, column in cells if top <= row <= bottom and left <= column <= right]
    for spot in under:
        if spot != (top, left):
            cells.pop(spot, None)


def raw_of(value: Any, kind: str, shown: Any, shown_kind: str) -> Raw | None:
    """One cell of the two loads: with formulas, and with the values last calculated."""
    formula = ""
    if kind == "f":
        formula = str(getattr(value, "text", value)).removeprefix("=")
        value, kind = shown, shown_kind
        if value is None:
            return Raw(Kind.UNCOMPUTED, "", formula=formula)
    if kind == "e":
        return Raw(Kind.ERROR, str(value), formula=formula)
    if isinstance(value, bool):
        return Raw(Kind.BOOLEAN, "TRUE" if value else "FALSE", formula=formula)
    if isinstance(value, int | float):
        number = Decimal(repr(round(value, 9)) if isinstance(value, float) else value)
        number = number.quantize(Decimal(1)) if number == number.to_integral_value() else number.normalize()
        return Raw(Kind.NUMBER, f"{number:f}", number, formula)
    if isinstance(value, date | datetime):
        return Raw(Kind.DATE, value.strftime("%Y-%m-%d"), formula=formula)
    text = str(value)
    if not text.strip():
        return None
    return Raw(Kind.TEXT, text, formula=formula)


def area_of(target: str) -> Area | None:
    """The rows and columns a defined name points to on its own sheet."""
    spot = target.rpartition("!")[2].replace("$", "")
    if not re.fullmatch(r"[A-Z]{1,3}\d+(:[A-Z]{1,3}\d+)?", spot):
        return None
    column, row, last_column, last_row = range_boundaries(spot)
    return int(row or 0), int(column or 0), int(last_row or 0), int(last_column or 0)
