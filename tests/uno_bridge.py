"""Run by the system's Python, which knows LibreOffice: does what it is asked by lines of JSON, in one open LibreOffice.

Started as `python3 uno_bridge.py PIPE`; a line {"do": name, "with": [...]} is answered by {"is": …} or {"failed": text}. With
"own" behind the pipe LibreOffice ends when nobody asks any more.
Rows and columns count from 1; an area is [first row, first column, last row, last column].
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any

import uno

DATES, ERRORS = 2, 4  # com.sun.star.sheet.CellFlags.DATETIME, FormulaResult.ERROR
AS_IN_EXCEL = 1  # com.sun.star.sheet.AddressConvention.XL_A1
CONTENTS = 1 | 2 | 4 | 16  # values, dates, texts, formulas
NEVER, ALWAYS = 0, 4  # com.sun.star.document.MacroExecMode
PATIENCE = 60.0  # seconds to wait for LibreOffice to start


def connect(pipe: str) -> Any:
    """The desktop of the LibreOffice that listens at a pipe."""
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext(
        "com.sun.star.bridge.UnoUrlResolver", local
    )
    started = time.monotonic()
    while True:
        try:
            context = resolver.resolve(
                f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext"
            )
            break
        except Exception:
            if time.monotonic() - started > PATIENCE:
                raise
            time.sleep(0.1)
    return context.ServiceManager.createInstanceWithContext(
        "com.sun.star.frame.Desktop", context
    )


def option(name: str, value: Any) -> Any:
    made = uno.createUnoStruct("com.sun.star.beans.PropertyValue")
    made.Name, made.Value = name, value
    return made


class Bridge:
    """What can be asked. A document is named by its path."""

    def __init__(self, pipe: str) -> None:
        self.desktop = connect(pipe)
        self.known: dict[str, Any] = {}
        self.held: dict[
            tuple[str, str], tuple[Any, Any]
        ] = {}  # sheets and their rows: asking for an object takes many words
        self.parsers: dict[str, Any] = {}  # of formulas, by document

    # -- documents --

    def document(self, path: str) -> Any:
        if path not in self.known:
            components = self.desktop.Components.createEnumeration()
            while components.hasMoreElements():
                document = components.nextElement()
                if (
                    document.supportsService("com.sun.star.sheet.SpreadsheetDocument")
                    and url(path) == document.URL
                ):
                    self.known[path] = document
        return self.known[path]

    def open(self, path: str, shown: bool) -> None:  # noqa: FBT001  asked by position
        document = self.desktop.loadComponentFromURL(
            url(path),
            "_blank",
            0,
            (option("Hidden", not shown), option("MacroExecutionMode", ALWAYS)),
        )
        document.calculateAll()

    def close(self, path: str) -> None:
        self.document(path).close(True)  # noqa: FBT003  UNO knows positions only
        self.held.clear()
        del self.known[path]
        self.parsers.pop(path, None)

    def quit(self) -> None:
        self.desktop.terminate()

    def store(self, path: str, copy: str) -> None:
        self.document(path).storeToURL(
            url(copy), (option("FilterName", "Calc MS Excel 2007 XML"),)
        )

    def convert(self, path: str, copy: str, filter_name: str) -> None:
        """Save a closed file in another format; without a filter's name as a PDF."""
        document = self.loaded(path)
        try:
            workbook = document.supportsService(
                "com.sun.star.sheet.SpreadsheetDocument"
            )
            printed = "calc_pdf_Export" if workbook else "writer_pdf_Export"
            document.storeToURL(
                url(copy), (option("FilterName", filter_name or printed),)
            )
        finally:
            document.close(True)  # noqa: FBT003

    def loaded(self, path: str) -> Any:
        """A document that nobody sees."""
        document = self.desktop.loadComponentFromURL(
            url(path),
            "_blank",
            0,
            (option("Hidden", True),),  # noqa: FBT003
        )
        if document is None:
            raise FileNotFoundError(path)
        return document

    def calculate(self, path: str) -> None:
        self.document(path).calculateAll()

    # -- sheets --

    def sheets(self, path: str) -> list[str]:
        return list(self.document(path).Sheets.ElementNames)

    def visible(self, path: str, name: str) -> bool:
        return bool(self.sheet(path, name).IsVisible)

    def sheet(self, path: str, name: str) -> Any:
        return self._held(path, name)[0]

    def _held(self, path: str, name: str) -> tuple[Any, Any]:
        if (path, name) not in self.held:
            sheet = self.document(path).Sheets.getByName(name)
            self.held[path, name] = sheet, sheet.Rows
        return self.held[path, name]

    def add_sheet(self, path: str, name: str, at: int) -> None:
        self.document(path).Sheets.insertNewByName(name, at)

    def used(self, path: str, name: str) -> list[int]:
        cursor = self.sheet(path, name).createCursor()
        cursor.gotoStartOfUsedArea(False)  # noqa: FBT003
        cursor.gotoEndOfUsedArea(True)  # noqa: FBT003
        return area_of(cursor.RangeAddress)

    def active(self, path: str) -> list[Any]:
        controller = self.document(path).CurrentController
        selected = self.document(path).CurrentSelection
        spot = (
            area_of(selected.RangeAddress)
            if hasattr(selected, "RangeAddress")
            else None
        )
        return [controller.ActiveSheet.Name, spot]

    def select(self, path: str, name: str, area: list[int] | None) -> None:
        controller = self.document(path).CurrentController
        controller.setActiveSheet(self.sheet(path, name))
        if area:
            controller.select(self.range(path, name, area))

    def names(self, path: str, name: str | None) -> list[list[str]]:
        """All names with what they stand for; told by a macro of the workbook's own stub where it has one.

        A macro works inside LibreOffice. Each word that goes there and back takes its time, and a name takes dozens.
        """
        try:
            said = self._script(path, "disclosure_host.NamesOf").invoke(
                (name or "",), (), ()
            )[0]
        except Exception:  # noqa: BLE001  a workbook without that macro
            named = (
                self.sheet(path, name) if name else self.document(path)
            ).NamedRanges
            return [[one, named.getByName(one).Content] for one in named.ElementNames]
        return [line.split("\t") for line in said.splitlines()]

    # -- cells --

    def range(self, path: str, name: str, area: list[int]) -> Any:
        top, left, bottom, right = (number - 1 for number in area)
        return self.sheet(path, name).getCellRangeByPosition(left, top, right, bottom)

    def values(self, path: str, name: str, area: list[int]) -> list[list[Any]]:
        where = self.range(path, name, area)
        rows = [
            [None if value == "" else value for value in row]
            for row in where.getDataArray()
        ]
        for row, column in spots(where.queryContentCells(DATES), area):
            rows[row][column] = {"date": rows[row][column]}
        for row, column in spots(where.queryFormulaCells(ERRORS), area):
            shown = where.getCellByPosition(column, row).String
            rows[row][column] = {"error": shown if shown.startswith("#") else "#VALUE!"}
        return rows

    def formulas(self, path: str, name: str, area: list[int]) -> list[list[str]]:
        rows = self.range(path, name, area).getFormulaArray()
        # a formula that is marked as one of arrays has braces here, and none in Excel
        return [
            [text[1:-1] if text.startswith("{=") else text for text in row]
            for row in rows
        ]

    def write(
        self, path: str, name: str, area: list[int], rows: list[list[Any]]
    ) -> None:
        """Write texts and numbers in one go, which takes LibreOffice as long as a single cell; then the formulas."""
        where = self.range(path, name, area)
        where.setDataArray(tuple(tuple(map(typed, row)) for row in rows))
        for r, row in enumerate(rows):
            for c, value in enumerate(row):
                if is_formula(value):
                    self.set_formula(path, where.getCellByPosition(c, r), value)

    def seconds(self, path: str, name: str, area: list[int], value: Any) -> float:
        """How long it takes until all is counted again that follows from one cell, typed anew."""
        document, cell = self.document(path), self.range(path, name, area)
        started = time.perf_counter()
        cell.setDataArray(((typed(value),),))
        document.calculate()
        return time.perf_counter() - started

    def set_formula(self, path: str, cell: Any, formula: str) -> None:
        """Set a formula written as Excel writes it."""
        if path not in self.parsers:
            parser = self.document(path).createInstance(
                "com.sun.star.sheet.FormulaParser"
            )
            parser.CompileEnglish, parser.FormulaConvention = True, AS_IN_EXCEL
            self.parsers[path] = parser
        # between quotes stand texts; its own English wants semicolons between arguments
        pieces = formula[1:].split('"')
        said = '"'.join(
            piece if n % 2 else piece.replace(",", ";")
            for n, piece in enumerate(pieces)
        )
        cell.setTokens(self.parsers[path].parseFormula(said, cell.CellAddress))

    def empty(self, path: str, name: str, area: list[int]) -> None:
        self.range(path, name, area).clearContents(CONTENTS)

    def colour(self, path: str, name: str, row: int, column: int) -> int:
        return int(self.range(path, name, [row, column, row, column]).CellBackColor)

    def paint(self, path: str, name: str, area: list[int], colour: int) -> None:
        self.range(path, name, area).CellBackColor = colour

    def note(self, path: str, name: str, row: int, column: int) -> str:
        return str(
            self.range(path, name, [row, column, row, column])
            .getCellByPosition(0, 0)
            .Annotation.String
        )

    def looks(self, path: str, name: str, area: list[int]) -> list[Any]:
        """The colours of an area, each with the areas that have it; and the notes of the sheet."""
        alike = self.range(path, name, area).getUniqueCellFormatRanges()
        formats = (alike.getByIndex(number) for number in range(alike.Count))
        colours = [
            [area_of(one), int(ranges.CellBackColor)]
            for ranges in formats
            for one in ranges.RangeAddresses
        ]
        notes = self.sheet(path, name).Annotations
        said = (notes.getByIndex(number) for number in range(notes.Count))
        return [
            colours,
            [
                [one.Position.Row + 1, one.Position.Column + 1, str(one.String)]
                for one in said
            ],
        ]

    def set_note(self, path: str, name: str, row: int, column: int, text: str) -> None:
        notes = self.sheet(path, name).Annotations
        for number in range(notes.Count):
            spot = notes.getByIndex(number).Position
            if (spot.Row + 1, spot.Column + 1) == (row, column):
                notes.removeByIndex(number)
                break
        if text:
            notes.insertNew(
                self.range(path, name, [row, column, row, column])
                .getCellByPosition(0, 0)
                .CellAddress,
                text,
            )

    def insert_row(self, path: str, name: str, row: int) -> None:
        self._held(path, name)[1].insertByIndex(row - 1, 1)

    def row_height(self, path: str, name: str, row: int) -> float:
        line = self._held(path, name)[1].getByIndex(row - 1)
        return float(line.Height) if line.IsVisible else 0.0

    # -- buttons and macros --

    def buttons(self, path: str, name: str) -> list[str]:
        return [model.Label for _, _, model in self._controls(path, name)]

    def press(self, path: str, name: str, label: str) -> None:
        """Run what the workbook's own button runs."""
        for form, number, model in self._controls(path, name):
            if model.Label == label:
                self._run(path, form.getScriptEvents(number)[0].ScriptCode)
                return
        raise LookupError(label)

    def call(self, path: str, function: str) -> Any:
        """What a function of the workbook's macros returns: "module.function"."""
        self.held.clear()  # a macro may put another sheet in the place of one
        return self._script(path, function).invoke((), (), ())[0]

    def _run(self, path: str, script: str) -> None:
        self.held.clear()
        self.document(path).getScriptProvider().getScript(script).invoke((), (), ())

    def _script(self, path: str, function: str) -> Any:
        called = f"vnd.sun.star.script:VBAProject.{function}?language=Basic&location=document"
        return self.document(path).getScriptProvider().getScript(called)

    def _controls(self, path: str, name: str) -> list[tuple[Any, int, Any]]:
        forms = self.sheet(path, name).DrawPage.Forms
        return [
            (form, number, form.getByIndex(number))
            for form in (forms.getByIndex(n) for n in range(forms.Count))
            for number in range(form.Count)
        ]

    def where(self, path: str, name: str, label: str) -> list[int]:
        """The middle of a button on the screen, in pixels."""
        for _, _, model in self._controls(path, name):
            if model.Label == label:
                button = (
                    self.document(path)
                    .CurrentController.getControl(model)
                    .getAccessibleContext()
                )
                corner, size = button.getLocationOnScreen(), button.getSize()
                return [corner.X + size.Width // 2, corner.Y + size.Height // 2]
        raise LookupError(label)


def is_formula(value: Any) -> bool:
    return isinstance(value, str) and value.startswith("=")


def typed(value: Any) -> str | float:
    """A text or number as it stands in a cell; a blank for nothing, and where a formula is still to come."""
    if value is None or is_formula(value):
        return ""
    return value.removeprefix("'") if isinstance(value, str) else float(value)


def url(path: str) -> str:
    return str(uno.systemPathToFileUrl(path))


def area_of(address: Any) -> list[int]:
    return [
        address.StartRow + 1,
        address.StartColumn + 1,
        address.EndRow + 1,
        address.EndColumn + 1,
    ]


def spots(found: Any, area: list[int]) -> list[tuple[int, int]]:
    """The cells of some ranges, counted from the area's corner."""
    return [
        (row - area[0] + 1, column - area[1] + 1)
        for address in found.RangeAddresses
        for row in range(address.StartRow, address.EndRow + 1)
        for column in range(address.StartColumn, address.EndColumn + 1)
    ]


def main() -> None:
    bridge = Bridge(sys.argv[1])
    for line in sys.stdin:
        asked = json.loads(line)
        try:
            answer: dict[str, Any] = {
                "is": getattr(bridge, asked["do"])(*asked["with"])
            }
        except Exception as error:  # noqa: BLE001  the other side raises it again
            answer = {"failed": f"{type(error).__name__}: {error}"}
        sys.stdout.write(json.dumps(answer, ensure_ascii=True) + "\n")
        sys.stdout.flush()
    if sys.argv[2:] == ["own"]:
        bridge.quit()


if __name__ == "__main__":
    main()
